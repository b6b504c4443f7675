//! How faults of the disk are worded: what was attempted, on which file, and the kind of
//! failure. The library's own text is left out; it may quote what was read.

use std::io;
use std::path::Path;

use counterfoil_core::Fault;

/// A failed attempt to `attempt` (such as "read") the file or folder at `path`.
pub(crate) fn io_fault(path: &Path, attempt: &str, error: &io::Error) -> Fault {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        other => other.to_string(),
    };
    let fault = Fault::environment(path.display().to_string(), format!("cannot {attempt}: {kind}"));
    match error.kind() {
        io::ErrorKind::NotFound => fault.hint(
            "check the path: in a job file it starts at the file's folder, on the command line at the current one",
        ),
        io::ErrorKind::PermissionDenied => fault.hint("check who may access the file and its folders"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => fault.hint("make room on the disk and run again"),
        _ => fault,
    }
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
