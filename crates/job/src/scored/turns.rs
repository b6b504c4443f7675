//! Batches that have to be taken in row order, from threads that read ahead.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::Fault;

/// Morsels that may be read ahead and wait for their turn.
const AHEAD: usize = 2;

/// Takes batches in row order.
pub(super) trait InTurn {
    /// Takes the next batch.
    fn take(&mut self, batch: &RecordBatch) -> Result<(), Fault>;
}

/// Hands batches on in row order. The batches of the morsel whose turn it is are handed on as
/// they come; those of others wait, and a thread that is too far ahead waits too, so that no
/// more than a few morsels are ever held.
pub(super) struct Turns<T> {
    state: Mutex<State<T>>,
    moved: Condvar,
}

struct State<T> {
    taker: T,
    /// The morsel whose turn it is.
    next: usize,
    /// Morsels that are read and wait.
    waiting: BTreeMap<usize, Vec<RecordBatch>>,
    /// After a fault nothing more is taken, and nobody waits.
    failed: bool,
}

impl<T: InTurn> Turns<T> {
    pub(super) fn new(taker: T) -> Turns<T> {
        let state = State { taker, next: 0, waiting: BTreeMap::new(), failed: false };
        Turns { state: Mutex::new(state), moved: Condvar::new() }
    }

    /// Begins a morsel.
    pub(super) fn begin(&self, index: usize) -> Turn<'_, T> {
        Turn { turns: self, index, batches: Vec::new(), is_ended: false }
    }

    pub(super) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).taker
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the state, and wakes those who wait for it to move.
    fn guarded(
        &self,
        state: &mut State<T>,
        work: impl FnOnce(&mut State<T>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let done = work(state);
        state.failed |= done.is_err();
        self.moved.notify_all();
        done
    }
}

/// The turn of one morsel.
pub(super) struct Turn<'t, T> {
    turns: &'t Turns<T>,
    index: usize,
    /// Batches that wait.
    batches: Vec<RecordBatch>,
    is_ended: bool,
}

impl<T: InTurn> Turn<'_, T> {
    /// Takes the morsel's next batch, or lets it wait.
    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        self.batches.push(batch.clone());
        let mut state = self.turns.lock();
        if self.index != state.next {
            return Ok(());
        }
        let batches = &mut self.batches;
        self.turns.guarded(&mut state, |state| batches.drain(..).try_for_each(|batch| state.taker.take(&batch)))
    }

    /// Ends the morsel.
    pub(super) fn end(mut self) -> Result<(), Fault> {
        self.is_ended = true;
        let mut state = self.turns.lock();
        while self.index != state.next && state.waiting.len() >= AHEAD && !state.failed {
            state = self.turns.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(self.index, std::mem::take(&mut self.batches));
        self.turns.guarded(&mut state, |state| {
            while let Some(batches) = state.waiting.remove(&state.next) {
                batches.iter().try_for_each(|batch| state.taker.take(batch))?;
                state.next += 1;
            }
            Ok(())
        })
    }
}

impl<T> Drop for Turn<'_, T> {
    /// A morsel that could not be read to its end never has its turn: nobody may wait for it.
    fn drop(&mut self) {
        if !self.is_ended {
            self.turns.state.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
            self.turns.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use arrow_array::{RecordBatch, UInt64Array};
    use arrow_schema::{DataType, Field, Schema};

    use super::*;

    struct Seen(Vec<u64>);

    impl InTurn for Seen {
        fn take(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
            let numbers = batch.column(0).as_any().downcast_ref::<UInt64Array>();
            self.0.extend(numbers.into_iter().flat_map(|numbers| numbers.values().iter().copied()));
            Ok(())
        }
    }

    fn batch(number: u64) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::UInt64, false)]));
        RecordBatch::try_new(schema, vec![Arc::new(UInt64Array::from(vec![number]))]).unwrap()
    }

    #[test]
    fn batches_are_taken_in_order_from_any_number_of_threads() {
        let turns = Turns::new(Seen(Vec::new()));
        let queue = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let index = queue.fetch_add(1, Ordering::Relaxed);
                        if index >= 50 {
                            return;
                        }
                        let mut turn = turns.begin(index);
                        for part in 0..3 {
                            turn.batch(&batch((index * 3 + part) as u64)).unwrap();
                        }
                        turn.end().unwrap();
                    }
                });
            }
        });
        assert_eq!(turns.into_inner().0, (0..150).collect::<Vec<u64>>());
    }

    #[test]
    fn nobody_waits_for_a_morsel_that_cannot_be_read() {
        let turns = Turns::new(Seen(Vec::new()));
        let damaged = turns.begin(0);
        std::thread::scope(|scope| {
            let later = scope.spawn(|| (1..5).try_for_each(|index| turns.begin(index).end()));
            drop(damaged);
            assert!(later.join().unwrap().is_ok());
        });
        assert!(turns.into_inner().0.is_empty());
    }
}
