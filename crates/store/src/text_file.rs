//! Small text files: jobs, agreements, lists, catalogue entries.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

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

/// Writes a text to a file that is not there yet.
///
/// # Errors
///
/// The file is there, or cannot be written; then nothing is left of it.
pub fn write_new_text(path: &Path, text: &str) -> Result<(), Fault> {
    let mut file = fs::File::create_new(path).map_err(|error| io_fault(path, "create", &error))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(path);
        io_fault(path, "write", &error)
    })
}

/// The text files of a folder whose names end in `.ENDING`, by name: path and text. Files
/// whose names begin with a dot, other files and folders are passed over.
///
/// # Errors
///
/// Every file that cannot be read; or that the folder cannot be listed, or holds none.
pub fn read_folder(folder: &Path, ending: &str) -> Result<Vec<(PathBuf, String)>, Vec<Fault>> {
    let listed = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let listed = listed.map_err(|error| vec![io_fault(folder, "list the folder", &error)])?;
    let is_wanted = |path: &PathBuf| {
        let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden && path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending)) && path.is_file()
    };
    let mut paths: Vec<PathBuf> = listed.into_iter().map(|entry| entry.path()).filter(is_wanted).collect();
    paths.sort();
    if paths.is_empty() {
        let message = format!("holds no file whose name ends in `.{ending}`");
        let fault = Fault::environment(folder.display().to_string(), message);
        return Err(vec![fault.hint("name the folder that holds them")]);
    }
    let mut faults = Vec::new();
    let mut texts = Vec::new();
    for path in paths {
        match read_text(&path) {
            Ok(text) => texts.push((path, text)),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(faults) }
}
