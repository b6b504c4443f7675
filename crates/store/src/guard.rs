//! Keeps a panic inside a decoding library from ending the program.
//!
//! The Parquet and Arrow readers mean to return errors for damaged files, but some damage
//! reaches an assertion first. Such a panic is caught here and becomes a fault like any
//! other. The panic hook runs before the catch and would print the panic's text, which may
//! quote what was read: a program calls [`silence_decoding_panics`] when it starts, or asks
//! [`decoding`] in a hook of its own.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a decoding library, so that a panic will be caught and
/// its text must not be shown.
#[must_use]
pub fn decoding() -> bool {
    DECODING.get()
}

/// Wraps the process's panic hook so that panics which will be caught print nothing; others
/// go to the hook that was set before. For the start of a program; further calls do nothing.
pub fn silence_decoding_panics() {
    static WRAPPED: Once = Once::new();
    WRAPPED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !decoding() {
                before(panic);
            }
        }));
    });
}

/// Why a decoding library gave no result. Carries no text of the library's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Runs `decode`; an error or a panic in it means that the file is damaged.
///
/// The state that `decode` borrows is given up by every caller once this fails, so that no
/// half-changed value is looked at.
pub(crate) fn guarded<T, E>(decode: impl FnOnce() -> Result<T, E>) -> Result<T, Damaged> {
    let outer = DECODING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(outer);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(Damaged),
    }
}
