//! Hands on what morsels produced in morsel order, although they finish in any order.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use counterfoil_core::Fault;

/// Puts results back into order: what arrives early waits for its turn.
///
/// Whoever brings the result that is due also delivers those waiting behind it, under a
/// lock. Others wait meanwhile, which keeps producers from running far ahead of a slow
/// consumer. The consumer must not start work on the thread pool itself: a worker that
/// waits inside it could pick up another morsel and come back for the lock it holds.
pub struct InOrder<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> InOrder<T> {
        InOrder { state: Mutex::new(State { next: 0, waiting: BTreeMap::new() }) }
    }
}

impl<T> InOrder<T> {
    /// Nothing delivered; number 0 is due.
    #[must_use]
    pub fn new() -> InOrder<T> {
        InOrder::default()
    }

    /// Takes the result numbered `index` and gives `deliver` every result that is now due.
    /// Each number is pushed once.
    ///
    /// # Errors
    ///
    /// What `deliver` returns; the results behind it stay undelivered.
    pub fn push(&self, index: usize, value: T, deliver: &mut impl FnMut(T) -> Result<(), Fault>) -> Result<(), Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.insert(index, value);
        loop {
            let due = state.next;
            let Some(value) = state.waiting.remove(&due) else { return Ok(()) };
            state.next += 1;
            deliver(value)?;
        }
    }
}
