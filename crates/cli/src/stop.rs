//! What happens when Counterfoil breaks a promise of its own.
//!
//! The text of a panic may quote what was being worked on, so it is never shown: the hook
//! says where in the source it happened and nothing else. Unwinding then removes what was
//! half written, and the exit code is that of any other failure.

use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::console::NOT_DONE;

/// One broken promise may bring down several threads; the first one is what counts.
static SAID: AtomicBool = AtomicBool::new(false);

/// Runs `program`; a panic in it becomes exit code 2.
pub(crate) fn guarded(program: impl FnOnce() -> ExitCode) -> ExitCode {
    std::panic::set_hook(Box::new(hook));
    std::panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or(ExitCode::from(NOT_DONE))
}

fn hook(info: &PanicHookInfo<'_>) {
    // Inside a decoding library a panic is how it refuses a damaged file; `store` makes a
    // fault of it.
    if counterfoil_store::decoding() || SAID.swap(true, Ordering::Relaxed) {
        return;
    }
    let at = info.location().map_or_else(String::new, |at| format!(" at `{}:{}`", source_file(at.file()), at.line()));
    // Where stderr is gone too, nobody is left to be told.
    let _ = writeln!(
        std::io::stderr(),
        "error: counterfoil stopped because of an error of its own{at}\n\
         hint: please report this line and what you ran; it holds nothing of your data"
    );
}

/// A source file without the folders of the machine it was built on.
fn source_file(file: &str) -> &str {
    let after = |mark: &str| file.split_once(mark).map(|(_, rest)| rest);
    let registry = after("/registry/src/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| rest);
    registry.or_else(|| file.rfind("/crates/").map(|at| &file[at + 1..])).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::source_file;

    #[test]
    fn source_files_do_not_name_the_machine() {
        assert_eq!(source_file("crates/job/src/run.rs"), "crates/job/src/run.rs");
        assert_eq!(source_file("/build/here/crates/job/src/run.rs"), "crates/job/src/run.rs");
        assert_eq!(source_file("/build/cargo/registry/src/index-1/csv-1.4/src/lib.rs"), "csv-1.4/src/lib.rs");
    }
}
