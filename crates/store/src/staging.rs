//! An output folder prepared beside its final place and made visible in one step.
//!
//! `OUT.partial` holds everything until it is complete and synced; one rename then makes it
//! `OUT`. Whoever looks at `OUT` sees a whole result or none. The job's fingerprint inside
//! tells a folder that an interrupted run of the same job left, which is begun again, from
//! one that belongs to somebody else, which is not touched.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_schema::SchemaRef;
use counterfoil_core::Fault;
use rustix::fs::{CWD, FlockOperation, RenameFlags};

use crate::fault::io_fault;
use crate::row_group::{EncodedWriter, Layout};
use crate::table_writer::TableWriter;
use crate::text_writer::TextWriter;

const FINGERPRINT: &str = "job.fingerprint";
const MANIFEST: &str = "manifest.json";

/// A finished file of an output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path within the folder, separated by `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Rows, for tables.
    pub rows: Option<u64>,
    /// BLAKE3 of the content.
    pub blake3: blake3::Hash,
}

/// An output folder being prepared.
///
/// Dropping it without [`Staging::publish`] removes it and the parent folders it made.
#[derive(Debug)]
pub struct Staging {
    out: PathBuf,
    partial: PathBuf,
    /// Parent folders made for it, outermost first.
    made: Vec<PathBuf>,
    ledger: Arc<Ledger>,
    /// Holds the lock on `partial` while open.
    _lock: File,
    published: bool,
}

/// What has been written so far; shared with the writers.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Mutex<Vec<(String, Option<OutputFile>)>>,
    /// Tests: writes that still succeed.
    #[cfg(test)]
    pub(crate) allowance: Mutex<Option<usize>>,
}

impl Staging {
    /// Begins to prepare the folder `out` for the job with this fingerprint.
    ///
    /// # Errors
    ///
    /// When `out` exists, when `out.partial` belongs to another job or to a run that is
    /// under way, or when the folder cannot be made. Nothing is changed then.
    pub fn begin(out: &Path, fingerprint: &str) -> Result<Staging, Fault> {
        let (out, partial) = places(out)?;
        refuse_existing(&out)?;
        let made = make_parents(&out)?;
        match take_over(&out, &partial, fingerprint) {
            Ok(lock) => {
                let ledger = Arc::default();
                Ok(Staging { out, partial, made, ledger, _lock: lock, published: false })
            }
            Err(fault) => {
                remove_made(&made);
                Err(fault)
            }
        }
    }

    /// Refuses a place at which [`Staging::begin`] could make no folder because something is
    /// there; for a check beforehand.
    ///
    /// # Errors
    ///
    /// When `out` exists, or names no folder.
    pub fn refuse_taken(out: &Path) -> Result<(), Fault> {
        refuse_existing(&places(out)?.0)
    }

    /// Opens a new Parquet table at `relative`, making folders on the way.
    ///
    /// # Errors
    ///
    /// When the path was used before or leads out of the folder, or on a failing disk.
    #[expect(clippy::needless_pass_by_value, reason = "a shared schema is handed over like everywhere in Arrow")]
    pub fn writer(&self, relative: &str, schema: SchemaRef) -> Result<TableWriter, Fault> {
        Ok(TableWriter::new(self.create(relative)?, &schema))
    }

    /// Opens a new CSV file at `relative` and writes its line of column names.
    ///
    /// # Errors
    ///
    /// As [`Staging::writer`].
    pub fn text_writer(&self, relative: &str, columns: &[&str]) -> Result<TextWriter, Fault> {
        TextWriter::new(self.create(relative)?, columns)
    }

    /// Opens a new Parquet table at `relative` for row groups encoded elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Staging::writer`].
    pub fn encoded_writer(&self, relative: &str, layout: &Layout) -> Result<EncodedWriter, Fault> {
        EncodedWriter::new(self.create(relative)?, layout)
    }

    /// Writes a whole file at `relative`.
    ///
    /// # Errors
    ///
    /// As [`Staging::writer`].
    pub fn write_bytes(&self, relative: &str, bytes: &[u8]) -> Result<(), Fault> {
        let mut sink = self.create(relative)?;
        sink.write_all(bytes).map_err(|error| io_fault(&sink.path, "write", &error))?;
        sink.finish(None)
    }

    /// Makes the folder visible at its final place and returns that.
    ///
    /// `manifest` is given every file, sorted by path, and returns the manifest, which is
    /// written last. Everything is synced before the folder takes its name.
    ///
    /// # Errors
    ///
    /// When a table was not finished, `manifest` fails, `out` has appeared meanwhile, or
    /// the disk fails. Nothing is left behind.
    pub fn publish(mut self, manifest: impl FnOnce(&[OutputFile]) -> Result<Vec<u8>, Fault>) -> Result<PathBuf, Fault> {
        self.remove_spill()?;
        let files = self.ledger.finished(&self.partial)?;
        let manifest = manifest(&files)?;
        self.write_bytes(MANIFEST, &manifest)?;
        sync_folders(&self.partial)?;
        // Last of all, and next to the renaming: an interruption between the two leaves a folder
        // that nobody's next run takes for its own.
        let fingerprint = self.partial.join(FINGERPRINT);
        fs::remove_file(&fingerprint).map_err(|error| io_fault(&fingerprint, "remove", &error))?;
        sync_folder(&self.partial)?;
        self.rename()?;
        self.published = true;
        let parent = parent(&self.out);
        sync_folder(&parent)?;
        Ok(self.out.clone())
    }

    /// Folder for temporary files; removed before publication.
    pub(crate) fn spill_folder(&self) -> PathBuf {
        self.partial.join(".spill")
    }

    fn remove_spill(&self) -> Result<(), Fault> {
        let spill = self.spill_folder();
        match fs::remove_dir_all(&spill) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_fault(&spill, "remove", &error)),
            _ => Ok(()),
        }
    }

    fn create(&self, relative: &str) -> Result<Sink, Fault> {
        let plain = Path::new(relative).components().all(|part| matches!(part, Component::Normal(_)));
        if relative.is_empty() || !plain || relative == FINGERPRINT {
            return Err(Fault::bug(relative, "is not a place within the output folder"));
        }
        let path = self.partial.join(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| io_fault(folder, "make the folder", &error))?;
        }
        let file = File::create_new(&path).map_err(|error| io_fault(&path, "create", &error))?;
        self.ledger.open(relative);
        Ok(Sink {
            file,
            path,
            relative: relative.to_owned(),
            ledger: Arc::clone(&self.ledger),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            failure: Arc::default(),
        })
    }

    fn rename(&self) -> Result<(), Fault> {
        let renamed = rustix::fs::renameat_with(CWD, &self.partial, CWD, &self.out, RenameFlags::NOREPLACE);
        match renamed {
            Ok(()) => Ok(()),
            Err(rustix::io::Errno::EXIST | rustix::io::Errno::NOTEMPTY) => Err(exists(&self.out)),
            // Not every file system can refuse to replace; then look first.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
                refuse_existing(&self.out)?;
                fs::rename(&self.partial, &self.out).map_err(|error| io_fault(&self.out, "rename to", &error))
            }
            Err(error) => Err(io_fault(&self.out, "rename to", &error.into())),
        }
    }

    #[cfg(test)]
    pub(crate) fn allow_writes(&self, writes: usize) {
        *self.ledger.allowance.lock().unwrap_or_else(PoisonError::into_inner) = Some(writes);
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // Nothing more can be done about a failure here; the next run clears up.
            let _ = fs::remove_dir_all(&self.partial);
            remove_made(&self.made);
        }
    }
}

impl Ledger {
    fn open(&self, relative: &str) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push((relative.to_owned(), None));
    }

    fn close(&self, file: OutputFile) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter_mut().find(|(path, _)| *path == file.path) {
            entry.1 = Some(file);
        }
    }

    fn finished(&self, partial: &Path) -> Result<Vec<OutputFile>, Fault> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut files = Vec::with_capacity(entries.len());
        for (path, file) in entries.iter() {
            let unfinished = || Fault::bug(partial.join(path).display().to_string(), "was begun and not finished");
            files.push(file.clone().ok_or_else(unfinished)?);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

/// A file being written: hashed on the way, so that it need not be read again.
pub(crate) struct Sink {
    file: File,
    pub(crate) path: PathBuf,
    relative: String,
    ledger: Arc<Ledger>,
    hasher: blake3::Hasher,
    bytes: u64,
    /// How the disk failed; kept here because encoders wrap errors beyond recognition.
    failure: Arc<OnceLock<io::ErrorKind>>,
}

impl Sink {
    /// Syncs the file and enters it in the folder's ledger.
    pub(crate) fn finish(self, rows: Option<u64>) -> Result<(), Fault> {
        self.file.sync_all().map_err(|error| io_fault(&self.path, "sync", &error))?;
        let blake3 = self.hasher.finalize();
        self.ledger.close(OutputFile { path: self.relative, bytes: self.bytes, rows, blake3 });
        Ok(())
    }

    /// How the disk failed, if it did; stays readable when an encoder owns the sink.
    pub(crate) fn failure(&self) -> Arc<OnceLock<io::ErrorKind>> {
        Arc::clone(&self.failure)
    }

    fn write_file(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        self.spend_allowance()?;
        self.file.write(bytes)
    }

    #[cfg(test)]
    fn spend_allowance(&self) -> io::Result<()> {
        let mut allowance = self.ledger.allowance.lock().unwrap_or_else(PoisonError::into_inner);
        match allowance.as_mut() {
            Some(0) => Err(io::ErrorKind::StorageFull.into()),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.write_file(bytes).inspect_err(|error| {
            let _ = self.failure.set(error.kind());
        })?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The final folder and the one beside it.
fn places(out: &Path) -> Result<(PathBuf, PathBuf), Fault> {
    let out: PathBuf = out.components().collect();
    let Some(name) = out.file_name() else {
        return Err(Fault::spec(out.display().to_string(), "does not name an output folder")
            .hint("give a folder that does not exist yet, such as `results/run-1`"));
    };
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = out.with_file_name(partial);
    Ok((out, partial))
}

fn refuse_existing(out: &Path) -> Result<(), Fault> {
    if out.symlink_metadata().is_ok() { Err(exists(out)) } else { Ok(()) }
}

fn exists(out: &Path) -> Fault {
    Fault::environment(out.display().to_string(), "the output folder already exists")
        .hint("results are never overwritten: choose another folder with `--out`, or move this one away")
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes the folders above `out`; returns those that were missing, outermost first.
fn make_parents(out: &Path) -> Result<Vec<PathBuf>, Fault> {
    let above = parent(out);
    let mut missing: Vec<PathBuf> = above
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .map(Path::to_owned)
        .collect();
    missing.reverse();
    for (done, folder) in missing.iter().enumerate() {
        if let Err(error) = fs::create_dir(folder)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            remove_made(&missing[..done]);
            return Err(io_fault(folder, "make the folder", &error));
        }
    }
    Ok(missing)
}

/// Removes folders made on the way, innermost first, as far as they are empty.
fn remove_made(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Makes or takes over `partial`, empty but for the fingerprint, and locks it.
fn take_over(out: &Path, partial: &Path, fingerprint: &str) -> Result<File, Fault> {
    if let Err(error) = fs::create_dir(partial)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(io_fault(partial, "make the folder", &error));
    }
    let lock = lock(partial)?;
    // Between making and locking, another run may have published or given up this folder.
    refuse_existing(out)?;
    if !is_at(&lock, partial) {
        return Err(busy(partial));
    }
    clear_own(partial, fingerprint)?;
    let path = partial.join(FINGERPRINT);
    write_synced(&path, fingerprint.as_bytes()).map_err(|error| {
        let _ = fs::remove_dir_all(partial);
        io_fault(&path, "write", &error)
    })?;
    Ok(lock)
}

/// On the disk before anything else is, so that a folder that a power cut leaves is known too.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    File::open(parent(path))?.sync_all()
}

fn lock(partial: &Path) -> Result<File, Fault> {
    let kind = fs::symlink_metadata(partial).map_err(|error| io_fault(partial, "inspect", &error))?;
    if !kind.is_dir() {
        return Err(foreign(partial));
    }
    let folder = File::open(partial).map_err(|error| io_fault(partial, "open", &error))?;
    match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(folder),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(busy(partial)),
        Err(error) => Err(io_fault(partial, "lock", &error.into())),
    }
}

fn is_at(folder: &File, path: &Path) -> bool {
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (folder.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => identity(open) == identity(named),
        _ => false,
    }
}

/// Empties what an interrupted run of this job left; refuses what is not this job's.
fn clear_own(partial: &Path, fingerprint: &str) -> Result<(), Fault> {
    let entries = fs::read_dir(partial).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(|error| io_fault(partial, "list the folder", &error))?;
    if entries.is_empty() {
        return Ok(());
    }
    match fs::read(partial.join(FINGERPRINT)) {
        Ok(found) if found == fingerprint.as_bytes() => {}
        // Interrupted while the fingerprint itself was written, before all else.
        Ok(found) if entries.len() == 1 && fingerprint.as_bytes().starts_with(&found) => {}
        _ => return Err(foreign(partial)),
    }
    // The fingerprint goes last, so that an interruption here is also taken for our own.
    entries.sort_by_key(|entry| entry.file_name() == FINGERPRINT);
    for entry in entries {
        let path = entry.path();
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let removed = if folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| io_fault(&path, "remove", &error))?;
    }
    Ok(())
}

fn foreign(partial: &Path) -> Fault {
    Fault::environment(partial.display().to_string(), "exists and was not left by an interrupted run of this job")
        .hint("remove it if nobody needs it, or choose another folder with `--out`")
}

fn busy(partial: &Path) -> Fault {
    Fault::environment(partial.display().to_string(), "another run is writing here")
        .hint("wait for it to end, or choose another folder with `--out`")
}

fn sync_folders(folder: &Path) -> Result<(), Fault> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    for entry in entries.map_err(|error| io_fault(folder, "list the folder", &error))? {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> Result<(), Fault> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| io_fault(folder, "sync the folder", &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spill::SpillSet;
    use arrow_array::{Int64Array, RecordBatch};

    /// A small run: three tables and a file.
    fn run(out: &Path, writes: Option<usize>) -> Result<PathBuf, Fault> {
        let staging = Staging::begin(out, "fingerprint")?;
        if let Some(writes) = writes {
            staging.allow_writes(writes);
        }
        let column = Arc::new(Int64Array::from_iter_values(0..1000));
        let batch = RecordBatch::try_from_iter([("N", column as arrow_array::ArrayRef)]).expect("a batch");
        let spill = SpillSet::new(&staging, "set", 2, batch.schema())?;
        spill.write(0, &batch)?;
        for name in ["links.parquet", "extract/apc.parquet"] {
            let mut table = staging.writer(name, batch.schema())?;
            table.write(&batch)?;
            table.finish()?;
        }
        let layout = Layout::new(&batch.schema(), &["N"])?;
        let mut encoded = staging.encoded_writer("truth.parquet", &layout)?;
        let mut row_group = layout.row_group()?;
        row_group.write(0, batch.column(0))?;
        encoded.append(row_group.close()?)?;
        encoded.finish()?;
        staging.write_bytes("report.html", b"report")?;
        staging.publish(|_| Ok(b"manifest".to_vec()))
    }

    /// A disk that is full after any number of writes leaves nothing behind and says so.
    #[test]
    fn a_full_disk_leaves_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let out = folder.path().join("new/run");
        let mut writes = 0;
        while let Err(fault) = run(&out, Some(writes)) {
            assert_eq!(fault.message, "cannot write: no storage space");
            assert_eq!(fault.hint.as_deref(), Some("make room on the disk and run again"));
            assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 0, "after {writes} writes");
            writes += 1;
        }
        assert!(writes >= 4, "the tables, the report and the manifest are written: {writes}");
        assert!(out.join(MANIFEST).exists());
    }
}
