//! Rows set aside on disk by partition, for work that does not fit in memory.
//!
//! The files live inside the output folder being prepared, so that they vanish with it, and
//! are removed before it is published.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use counterfoil_core::Fault;

use crate::column::compact;
use crate::fault::io_fault;
use crate::guard::guarded;
use crate::staging::Staging;

/// Bytes that gather before they are written; there is one such buffer a partition.
const BUFFER: usize = 64 << 10;

/// Some rows of one shape, spread over partitions.
pub struct SpillSet {
    partitions: Vec<Mutex<Partition>>,
    schema: SchemaRef,
}

/// A partition's file; made when the first rows come.
struct Partition {
    path: PathBuf,
    writer: Option<StreamWriter<BufWriter<File>>>,
}

impl SpillSet {
    /// An empty set called `name`, which is used once a [`Staging`].
    ///
    /// # Errors
    ///
    /// When the temporary folder cannot be made, or `name` is used already.
    pub fn new(staging: &Staging, name: &str, partitions: usize, schema: SchemaRef) -> Result<SpillSet, Fault> {
        let above = staging.spill_folder();
        fs::create_dir_all(&above).map_err(|error| io_fault(&above, "make the folder", &error))?;
        let folder = above.join(name);
        fs::create_dir(&folder).map_err(|error| io_fault(&folder, "make the folder", &error))?;
        let partition = |number| Mutex::new(Partition { path: folder.join(format!("{number}.arrows")), writer: None });
        Ok(SpillSet { partitions: (0..partitions).map(partition).collect(), schema })
    }

    /// Number of partitions.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// Appends rows to a partition, from any thread.
    ///
    /// # Errors
    ///
    /// On a failing disk, or when the rows are of another shape (our own mistake).
    pub fn write(&self, partition: usize, batch: &RecordBatch) -> Result<(), Fault> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let misfit = |_| Fault::bug("spill", "rows are not of the shape announced");
        let columns = batch.columns().iter().map(compact).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(misfit)?;
        let mut partition = self.lock(partition)?;
        let Partition { path, writer } = &mut *partition;
        let opened = match writer {
            Some(opened) => opened,
            None => writer.insert(self.begin(path)?),
        };
        opened.write(&batch).map_err(|error| spill_fault(path, error))
    }

    /// Every batch of a partition, in the order of arrival, which depends on threads:
    /// whoever needs an order sorts. The partition is removed; reading it again gives
    /// nothing.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    pub fn read(&self, partition: usize) -> Result<Vec<RecordBatch>, Fault> {
        let mut batches = Vec::new();
        self.each(partition, |batch| batches.push(batch))?;
        Ok(batches)
    }

    /// Calls `visit` with every batch of a partition, one after another, as [`read`] gives
    /// them; memory holds one.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    ///
    /// [`read`]: SpillSet::read
    pub fn each(&self, partition: usize, mut visit: impl FnMut(RecordBatch)) -> Result<(), Fault> {
        let mut partition = self.lock(partition)?;
        let Some(writer) = partition.writer.take() else { return Ok(()) };
        let path = partition.path.clone();
        let mut buffered = writer.into_inner().map_err(|error| spill_fault(&path, error))?;
        buffered.flush().map_err(|error| io_fault(&path, "write", &error))?;
        let file = File::open(&path).map_err(|error| io_fault(&path, "open", &error))?;
        let read = || StreamReader::try_new(BufReader::with_capacity(BUFFER, file), None);
        let mut reader = guarded(read).map_err(|_: crate::guard::Damaged| damaged(&path))?;
        while let Some(batch) =
            guarded(|| reader.next().transpose()).map_err(|_: crate::guard::Damaged| damaged(&path))?
        {
            visit(batch);
        }
        fs::remove_file(&path).map_err(|error| io_fault(&path, "remove", &error))
    }

    fn lock(&self, partition: usize) -> Result<std::sync::MutexGuard<'_, Partition>, Fault> {
        let partition = self.partitions.get(partition);
        let partition = partition.ok_or_else(|| Fault::bug("spill", "there is no such partition"))?;
        Ok(partition.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin(&self, path: &PathBuf) -> Result<StreamWriter<BufWriter<File>>, Fault> {
        let file = File::create_new(path).map_err(|error| io_fault(path, "create", &error))?;
        let buffered = BufWriter::with_capacity(BUFFER, file);
        StreamWriter::try_new(buffered, &self.schema).map_err(|error| spill_fault(path, error))
    }
}

fn damaged(path: &std::path::Path) -> Fault {
    Fault::environment(path.display().to_string(), "temporary rows could not be read back")
        .hint("the disk may be failing; run again")
}

fn spill_fault(path: &std::path::Path, error: ArrowError) -> Fault {
    match error {
        ArrowError::IoError(_, cause) => io_fault(path, "write", &cause),
        _ => Fault::bug(path.display().to_string(), "temporary rows could not be encoded"),
    }
}
