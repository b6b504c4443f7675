//! Small text files: jobs, agreements, lists.

use std::fs;
use std::path::Path;

use counterfoil_core::Fault;

use crate::fault::io_fault;

/// Larger than any job file; a data file given by mistake is not read into memory.
const LIMIT: u64 = 64 << 20;

/// Whether there is a file at `path`.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// The text of a small UTF-8 file, without a byte-order mark.
///
/// # Errors
///
/// When the file cannot be read, is a folder, is larger than 64 MiB or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Fault> {
    let place = path.display().to_string();
    let metadata = fs::metadata(path).map_err(|error| io_fault(path, "open", &error))?;
    if !metadata.is_file() {
        return Err(Fault::environment(place, "is not a file").hint("name the file itself"));
    }
    if metadata.len() > LIMIT {
        return Err(Fault::environment(place, "is larger than 64 MiB")
            .hint("a text file that a job refers to is small; is this a data file?"));
    }
    let bytes = fs::read(path).map_err(|error| io_fault(path, "read", &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Fault::environment(place, "is not UTF-8 text").hint("save the file as UTF-8"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
