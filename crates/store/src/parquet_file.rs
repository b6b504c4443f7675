//! One Parquet file: its footer, read once, and its row groups, each read on its own.

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use counterfoil_core::Fault;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelector,
};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetStatisticsPolicy, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use crate::column::{shown, shown_type};
use crate::fault::io_fault;
use crate::files::Located;
use crate::guard::{Damaged, guarded};

/// Rows of a decoded batch: its columns stay within the processor's second-level cache.
pub(crate) const BATCH_ROWS: usize = 16_384;

/// Row groups of more rows than this are read in several parts, so that one thread does not
/// end up alone with the whole of a badly grouped file.
const SPLIT_ABOVE: u64 = 2_000_000;

/// Rows of such a part.
const SPLIT_INTO: u64 = 1_000_000;

const MAGIC: &[u8; 4] = b"PAR1";

/// A Parquet file whose footer has been read and found consistent.
pub(crate) struct ParquetFile {
    metadata: ArrowReaderMetadata,
    /// Rows of each row group.
    row_groups: Vec<u64>,
}

/// A row group, or a stretch of a large one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// 0-based row group within the file.
    row_group: usize,
    /// Rows of the group that come before.
    skip: u64,
    /// Rows.
    pub(crate) rows: u64,
}

impl ParquetFile {
    pub(crate) fn open(file: &Located) -> Result<ParquetFile, Fault> {
        let reader = PositionedFile::open(file)?;
        check_ends(file, &reader)?;
        let metadata = guarded(|| load(&reader)).map_err(|Damaged| {
            Fault::environment(&file.shown, "the Parquet footer is damaged")
                .hint("copy or export the file again; part of it has been changed or lost")
        })?;
        check_compression(file, metadata.metadata())?;
        let row_groups = guarded(|| consistent_rows(metadata.metadata(), file.bytes)).map_err(|Damaged| {
            Fault::environment(&file.shown, "the Parquet footer contradicts itself or the file's size")
                .hint("copy or export the file again; part of it has been changed or lost")
        })?;
        Ok(ParquetFile { metadata, row_groups })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub(crate) fn rows(&self) -> u64 {
        self.row_groups.iter().sum()
    }

    /// What the footer states under a key.
    pub(crate) fn stated(&self, key: &str) -> Option<&str> {
        let stated = self.metadata.metadata().file_metadata().key_value_metadata()?;
        stated.iter().find(|entry| entry.key == key)?.value.as_deref()
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::with_capacity(self.row_groups.len());
        for (row_group, &rows) in self.row_groups.iter().enumerate() {
            let step = if rows > SPLIT_ABOVE { SPLIT_INTO } else { rows };
            let mut skip = 0;
            while skip < rows {
                let rows = step.min(rows - skip);
                parts.push(Part { row_group, skip, rows });
                skip += rows;
            }
        }
        parts
    }

    /// Reads the columns at positions `columns` (ascending) of one part; `each` gets them
    /// in that order, with their number of rows. Those that are also in `encoded` come as
    /// dictionary arrays where the part has them in a dictionary throughout.
    pub(crate) fn read(
        &self,
        file: &Located,
        part: Part,
        (columns, encoded): (&[usize], &[usize]),
        mut each: impl FnMut(Vec<ArrayRef>, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let damaged = |Damaged| damaged(file, part.row_group);
        let source = PositionedFile::open(file)?;
        let encoded: Vec<usize> = encoded.iter().copied().filter(|at| self.is_encoded(part.row_group, *at)).collect();
        let mut reader = guarded(|| self.reader(source, part, columns, &encoded)).map_err(damaged)?;
        let as_it_is: Vec<bool> = columns.iter().map(|at| encoded.contains(at)).collect();
        let mut read = 0;
        loop {
            let batch = guarded(|| reader.next().transpose()).map_err(damaged)?;
            let Some(batch) = batch else { break };
            let show = |(column, as_it_is): (&ArrayRef, &bool)| {
                if *as_it_is { Ok(Arc::clone(column)) } else { shown(column) }
            };
            let columns = batch.columns().iter().zip(&as_it_is);
            let columns = guarded(|| columns.map(show).collect::<Result<Vec<_>, _>>()).map_err(damaged)?;
            read += batch.num_rows() as u64;
            each(columns, batch.num_rows())?;
        }
        if read == part.rows { Ok(()) } else { Err(damaged(Damaged)) }
    }

    fn reader(
        &self,
        source: PositionedFile,
        part: Part,
        columns: &[usize],
        encoded: &[usize],
    ) -> Result<ParquetRecordBatchReader, ParquetError> {
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(source, self.metadata_with(encoded)?)
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .with_row_groups(vec![part.row_group]);
        if part.rows != self.row_groups[part.row_group] {
            let selectors = vec![RowSelector::skip(part.skip as usize), RowSelector::select(part.rows as usize)];
            builder = builder.with_row_selection(RowSelection::from(selectors));
        }
        builder.build()
    }
}

impl ParquetFile {
    /// Whether a row group has a column of text in a dictionary throughout, so that reading the
    /// dictionary's numbers is all there is to do. A writer that gives a dictionary up half way, as
    /// too large, writes the rest without: then text is read as text.
    fn is_encoded(&self, row_group: usize, column: usize) -> bool {
        let roots = self.metadata.parquet_schema().root_schema().get_fields();
        if *self.schema().field(column).data_type() != DataType::Utf8View || !roots[column].is_primitive() {
            return false;
        }
        let metadata = self.metadata.metadata().row_group(row_group);
        let chunk = (0..metadata.num_columns())
            .find(|at| self.metadata.parquet_schema().get_column_root_idx(*at) == column)
            .map(|at| metadata.column(at));
        chunk.is_some_and(|chunk| {
            let is_only = |encoding| chunk.page_encoding_stats_mask().is_some_and(|pages| pages.is_only(encoding));
            chunk.dictionary_page_offset().is_some()
                && (is_only(Encoding::RLE_DICTIONARY) || is_only(Encoding::PLAIN_DICTIONARY))
        })
    }

    /// The footer, with some columns of text asked for as dictionaries.
    fn metadata_with(&self, encoded: &[usize]) -> Result<ArrowReaderMetadata, ParquetError> {
        if encoded.is_empty() {
            return Ok(self.metadata.clone());
        }
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let fields = self.schema().fields().iter().enumerate().map(|(at, field)| {
            let field = field.as_ref().clone();
            if encoded.contains(&at) { field.with_data_type(dictionary.clone()) } else { field }
        });
        let wanted = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        ArrowReaderMetadata::try_new(Arc::clone(self.metadata.metadata()), options().with_schema(wanted))
    }
}

fn damaged(file: &Located, row_group: usize) -> Fault {
    Fault::environment(&file.shown, format!("row group {row_group} is damaged or holds text that is not UTF-8"))
        .hint("copy or export the file again; part of it has been changed or lost")
}

/// Reads the footer, then again with text asked for as `Utf8View`.
fn load(reader: &PositionedFile) -> Result<ArrowReaderMetadata, ParquetError> {
    let stored = ArrowReaderMetadata::load(reader, options())?;
    let fields: Vec<Field> = (stored.schema().fields().iter())
        .map(|field| match field.data_type() {
            // Left as it is: the reader knows no other shape for it.
            DataType::Null => field.as_ref().clone(),
            other => field.as_ref().clone().with_data_type(shown_type(other)),
        })
        .collect();
    let wanted = Arc::new(Schema::new(fields));
    ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options().with_schema(wanted)).or(Ok(stored))
}

/// Statistics and indexes are not used, and statistics hold values.
fn options() -> ArrowReaderOptions {
    ArrowReaderOptions::new()
        .with_page_index_policy(PageIndexPolicy::Skip)
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
}

/// Says in plain words what a file without a Parquet footer is.
fn check_ends(file: &Located, reader: &PositionedFile) -> Result<(), Fault> {
    let fault = |message: &str, hint: &str| Err(Fault::environment(&file.shown, message).hint(hint));
    let mut ends = [[0; 4]; 2];
    if file.bytes >= 8 {
        for (end, at) in ends.iter_mut().zip([0, file.bytes - 4]) {
            reader.read_exact_at(end, at).map_err(|error| io_fault(&file.path, "read", &error))?;
        }
    }
    match (&ends[0], &ends[1]) {
        (MAGIC, MAGIC) if file.bytes >= 12 => Ok(()),
        (_, b"PARE") => fault("the Parquet footer is encrypted", "decrypt the file first"),
        (MAGIC, _) => fault(
            "the Parquet file is cut short: its footer is missing",
            "was the copy or export interrupted? copy or export the file again",
        ),
        _ => fault("is not a Parquet file", "check the path, or set `format` to what the file is"),
    }
}

fn check_compression(file: &Located, metadata: &ParquetMetaData) -> Result<(), Fault> {
    let mut chunks = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let unreadable = chunks.any(|chunk| matches!(chunk.compression(), Compression::LZO | Compression::BROTLI(_)));
    if unreadable {
        let fault = Fault::environment(&file.shown, "is compressed in a way that cannot be read");
        return Err(fault.hint("write it with one of `snappy`, `zstd`, `gzip`, `lz4` or uncompressed"));
    }
    Ok(())
}

/// Rows of each row group, if the counts in the footer agree and the pages lie within the
/// file. What follows can then rely on them when it plans and allocates.
fn consistent_rows(metadata: &ParquetMetaData, bytes: u64) -> Result<Vec<u64>, Damaged> {
    let mut total: i64 = 0;
    let mut rows = Vec::with_capacity(metadata.num_row_groups());
    for group in metadata.row_groups() {
        total = total.checked_add(group.num_rows()).ok_or(Damaged)?;
        rows.push(u64::try_from(group.num_rows()).map_err(|_| Damaged)?);
        for chunk in group.columns() {
            let flat = chunk.column_descr().max_rep_level() == 0;
            let (start, length) = chunk.byte_range();
            let inside = start.checked_add(length).is_some_and(|end| end <= bytes);
            if !inside || (flat && chunk.num_values() != group.num_rows()) {
                return Err(Damaged);
            }
        }
    }
    if total == metadata.file_metadata().num_rows() { Ok(rows) } else { Err(Damaged) }
}

/// A file read at positions, so that threads do not share a cursor.
struct PositionedFile {
    file: Arc<File>,
    bytes: u64,
}

impl PositionedFile {
    fn open(located: &Located) -> Result<PositionedFile, Fault> {
        Ok(PositionedFile { file: Arc::new(open_unchanged(located)?), bytes: located.bytes })
    }

    fn read_exact_at(&self, buffer: &mut [u8], at: u64) -> std::io::Result<()> {
        self.file.read_exact_at(buffer, at)
    }
}

/// Opens a file that must still have the size it had when the job was checked.
pub(crate) fn open_unchanged(located: &Located) -> Result<File, Fault> {
    let file = File::open(&located.path).map_err(|error| io_fault(&located.path, "open", &error))?;
    let bytes = file.metadata().map_err(|error| io_fault(&located.path, "inspect", &error))?.len();
    if bytes == located.bytes {
        return Ok(file);
    }
    Err(Fault::environment(&located.shown, "has changed since the run began")
        .hint("run again once nothing writes to the file any more"))
}

impl Length for PositionedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for PositionedFile {
    type T = BufReader<Cursor>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(1024, Cursor { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(String::new()));
        }
        let mut buffer = vec![0; length];
        self.file.read_exact_at(&mut buffer, start)?;
        Ok(buffer.into())
    }
}

/// Reads on from a position of its own.
struct Cursor {
    file: Arc<File>,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
