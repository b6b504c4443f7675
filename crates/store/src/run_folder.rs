//! Looking into a finished run directory, to verify it.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use counterfoil_core::Fault;

use crate::fault::io_fault;

/// Bytes read at a time for hashing: large enough that system calls do not show, small
/// enough for every thread to have one.
const CHUNK: usize = 1 << 20;

/// The whole content of one (small) file of a run.
///
/// # Errors
///
/// When the file cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|error| io_fault(path, "read", &error))
}

/// Every file below a folder: relative paths separated by `/`, sorted by their bytes.
///
/// # Errors
///
/// When a folder cannot be listed, a name is not UTF-8, or something is neither a file nor
/// a folder (a run directory holds no links).
pub fn list(folder: &Path) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    list_into(folder, "", &mut found)?;
    found.sort_unstable();
    Ok(found)
}

/// BLAKE3 of a file's content.
///
/// # Errors
///
/// When the file cannot be read.
pub fn hash(path: &Path) -> Result<blake3::Hash, Fault> {
    hash_with(path, |_| {})
}

/// BLAKE3 of a file's content; `progress` is told of the bytes as they are read.
pub(crate) fn hash_with(path: &Path, progress: impl Fn(u64)) -> Result<blake3::Hash, Fault> {
    let mut file = fs::File::open(path).map_err(|error| io_fault(path, "open", &error))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(read) => {
                hasher.write_all(&buffer[..read]).map_err(|error| io_fault(path, "hash", &error))?;
                progress(read as u64);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(io_fault(path, "read", &error)),
        }
    }
}

fn list_into(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Fault> {
    let entries = fs::read_dir(folder).map_err(|error| io_fault(folder, "list the folder", &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| io_fault(folder, "list the folder", &error))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(Fault::environment(path.display().to_string(), "has a name that is not UTF-8"));
        };
        let kind = entry.file_type().map_err(|error| io_fault(&path, "inspect", &error))?;
        if kind.is_dir() {
            list_into(&path, &format!("{prefix}{name}/"), found)?;
        } else if kind.is_file() {
            found.push(format!("{prefix}{name}"));
        } else {
            return Err(Fault::environment(path.display().to_string(), "is neither a file nor a folder")
                .hint("a run directory holds plain files only; remove what does not belong to it"));
        }
    }
    Ok(())
}
