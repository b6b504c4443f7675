//! Key files: read only when nobody else can read them, written only where nothing is.
//!
//! Every check is made on the file that was opened, never on the path, so that the file
//! cannot be exchanged between check and read.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use counterfoil_core::Fault;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::fault::io_fault;

/// Largest key file that is read, in bytes.
const LIMIT: usize = 64 << 10;

/// The bytes of the secret file at `path`, zeroised when dropped.
///
/// # Errors
///
/// When the file is missing, a symbolic link, not a regular file, open to group or others,
/// owned by someone else, or larger than 64 KiB.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut file = open(path)?;
    check(path, &file)?;
    // Room for everything from the start: a buffer that grew would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    let limited = (&mut file).take(LIMIT as u64 + 1);
    read_all(limited, &mut bytes).map_err(|error| io_fault(path, "read the key file", &error))?;
    if bytes.len() > LIMIT {
        return Err(refusal(path, "is larger than 64 KiB").hint("this is not a key file; check the path"));
    }
    Ok(bytes)
}

/// Writes a new secret file with mode 0600 and syncs it.
///
/// # Errors
///
/// When anything exists at `path`, which is never overwritten, or the file cannot be
/// written; then nothing is left behind.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map_err(|error| match error {
        Errno::EXIST => refusal(path, "already exists")
            .hint("a key is never overwritten: choose another name, or move the old file away yourself"),
        other => io_fault(path, "create the key file", &other.into()),
    })?;
    let mut file = File::from(file);
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // The file is ours and incomplete; a failure to remove it changes nothing.
        let _ = std::fs::remove_file(path);
        io_fault(path, "write the key file", &error)
    })
}

fn open(path: &Path) -> Result<File, Fault> {
    // NONBLOCK: opening a named pipe must not wait for a writer.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| match error {
        Errno::LOOP => refusal(path, "is a symbolic link").hint("name the key file itself, not a link to it"),
        Errno::NOENT => {
            refusal(path, "does not exist").hint("make one with `counterfoil key new FILE`, or check the path")
        }
        other => io_fault(path, "open the key file", &other.into()),
    })?;
    Ok(File::from(file))
}

fn check(path: &Path, file: &File) -> Result<(), Fault> {
    let stat = rustix::fs::fstat(file).map_err(|error| io_fault(path, "inspect the key file", &error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(refusal(path, "is not a regular file").hint("name a file made by `counterfoil key new`"));
    }
    if stat.st_uid != rustix::process::geteuid().as_raw() {
        return Err(refusal(path, "belongs to another user")
            .hint("use a key file of your own; whoever owns the file can read and change it"));
    }
    let mode = stat.st_mode & 0o777;
    if mode & 0o077 != 0 {
        return Err(refusal(path, format!("is open to other users (mode {mode:04o})"))
            .hint(format!("run `chmod 600 {}`, and make a new key if others may have read this one", path.display())));
    }
    Ok(())
}

fn read_all(mut from: impl Read, into: &mut Vec<u8>) -> std::io::Result<()> {
    let mut chunk = Zeroizing::new([0_u8; 4096]);
    loop {
        match from.read(chunk.as_mut_slice()) {
            Ok(0) => return Ok(()),
            Ok(read) => into.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn refusal(path: &Path, what: impl std::fmt::Display) -> Fault {
    Fault::environment(path.display().to_string(), format!("the key file {what}"))
}
