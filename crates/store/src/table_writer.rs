//! Writes Parquet whose bytes depend on the rows and nothing else.
//!
//! Page and row-group boundaries would otherwise follow the batches that happen to arrive.
//! Rows are therefore regrouped into chunks of one fixed size first.
//!
//! What a schema states about its table (a name, a version) goes into the file's footer, so
//! that a file still says what it is when it has left its run directory.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::coalesce::BatchCoalescer;
use counterfoil_core::Fault;
use hashbrown::HashSet;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::column::{shown, shown_field};
use crate::fault::io_fault;
use crate::staging::Sink;

/// Rows handed to the encoder at a time, of a table that is not wide.
const CHUNK_ROWS: usize = 32_768;

/// Values handed to the encoder at a time, of a wide one.
const CHUNK_VALUES: usize = 32 * CHUNK_ROWS;

/// Rows by which a column is judged.
const SAMPLED_ROWS: usize = 4_096;

/// Rows of a row group: large enough to compress well, small enough to read in parallel.
const ROW_GROUP_ROWS: usize = 1_000_000;

/// Bytes that a row group, as it is encoded so far, may hold in memory before it is closed,
/// however many rows those are: a table of hundreds of columns would otherwise gather a
/// gigabyte. Measured after every chunk, so that where row groups end depends on rows alone.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Names the writer without its version, so that a new version of a library does not change
/// the bytes by itself.
pub(crate) const CREATED_BY: &str = "counterfoil";

/// A Parquet table being written into a [`Staging`](crate::Staging) folder: zstd level 1 (what
/// leaves is mostly pseudonyms, of which more effort saves nothing), row numbers as differences,
/// texts of one length apart from their lengths, dictionaries where values repeat, no statistics,
/// since those would repeat values in the footer.
pub struct TableWriter {
    /// Rows of a chunk.
    chunk_rows: usize,
    /// Rows that do not make a whole chunk yet.
    chunks: BatchCoalescer,
    /// Until the first chunk says how its columns are best encoded: where to, and what the file states.
    waiting: Option<(Sink, Vec<KeyValue>)>,
    encoder: Option<ArrowWriter<Sink>>,
    schema: SchemaRef,
    path: PathBuf,
    failure: Arc<OnceLock<io::ErrorKind>>,
    rows: u64,
}

impl TableWriter {
    pub(crate) fn new(sink: Sink, schema: &Schema) -> TableWriter {
        let (path, failure) = (sink.path.clone(), sink.failure());
        let mut stated: Vec<KeyValue> =
            schema.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        stated.sort_by(|a, b| a.key.cmp(&b.key));
        let stored = schema.fields().iter().map(|field| shown_field(field).with_nullable(field.is_nullable()));
        let schema = Arc::new(Schema::new(stored.collect::<Vec<_>>()));
        let columns = schema.fields().len().max(1);
        let chunk_rows = CHUNK_ROWS.min(CHUNK_VALUES.div_ceil(columns));
        let chunks = BatchCoalescer::new(Arc::clone(&schema), chunk_rows);
        TableWriter { chunk_rows, chunks, waiting: Some((sink, stated)), encoder: None, schema, path, failure, rows: 0 }
    }

    /// Appends rows. Columns go by position; text may be in any of Arrow's shapes.
    ///
    /// # Errors
    ///
    /// When the batch does not fit the schema (our own mistake), or on a failing disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        let path = self.path.display().to_string();
        let misfit = |_| Fault::bug(path.clone(), "rows do not fit the table's columns");
        let rows = fitted(&self.schema, batch).map_err(misfit)?;
        self.rows += rows.num_rows() as u64;
        let mut at = 0;
        while at < rows.num_rows() {
            let waiting = self.chunks.get_buffered_rows();
            let part = rows.slice(at, (self.chunk_rows - waiting).min(rows.num_rows() - at));
            at += part.num_rows();
            // A whole chunk is encoded as it is, and only what meets the next batch is copied.
            if part.num_rows() == self.chunk_rows {
                self.encode(&part)?;
            } else {
                self.chunks.push_batch(shown_batch(&self.schema, &part).map_err(misfit)?).map_err(misfit)?;
                self.encode_complete()?;
            }
        }
        Ok(())
    }

    /// Writes what is left, closes and syncs the file; returns its number of rows.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    pub fn finish(mut self) -> Result<u64, Fault> {
        let misfit = |_| Fault::bug(self.path.display().to_string(), "rows do not fit the table's columns");
        self.chunks.finish_buffered_batch().map_err(misfit)?;
        self.encode_complete()?;
        let empty = RecordBatch::new_empty(Arc::clone(&self.schema));
        self.begin(&empty)?;
        let sink = self.encoder.take().map(ArrowWriter::into_inner).transpose();
        if let Some(sink) = sink.map_err(|_| encoding_fault(&self.path, &self.failure))? {
            sink.finish(Some(self.rows))?;
        }
        Ok(self.rows)
    }

    fn encode_complete(&mut self) -> Result<(), Fault> {
        while let Some(chunk) = self.chunks.next_completed_batch() {
            self.encode(&chunk)?;
        }
        Ok(())
    }

    fn encode(&mut self, chunk: &RecordBatch) -> Result<(), Fault> {
        self.begin(chunk)?;
        let encoded = self.encoder.as_mut().map_or(Ok(()), |encoder| {
            encoder.write(chunk)?;
            if encoder.in_progress_size() >= ROW_GROUP_BYTES { encoder.flush() } else { Ok(()) }
        });
        encoded.map_err(|_| encoding_fault(&self.path, &self.failure))
    }

    /// Makes the encoder, if there is none yet, as suits the first chunk.
    fn begin(&mut self, first: &RecordBatch) -> Result<(), Fault> {
        let Some((sink, stated)) = self.waiting.take() else { return Ok(()) };
        let sample = shown_batch(&self.schema, &first.slice(0, first.num_rows().min(SAMPLED_ROWS)))
            .map_err(|_| encoding_fault(&self.path, &self.failure))?;
        let properties = properties(&sample, stated)?;
        // The embedded Arrow schema would only say that text was held as `Utf8View`.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let encoder = ArrowWriter::try_new_with_options(sink, Arc::clone(&self.schema), options);
        self.encoder = Some(encoder.map_err(|_| encoding_fault(&self.path, &self.failure))?);
        Ok(())
    }
}

/// A batch under the names of a table, which it has to fit. Text stays as it is where the encoder
/// takes it so: to show it otherwise would cost a look at each value.
fn fitted(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let is_text = |column: &ArrayRef| matches!(column.data_type(), DataType::Utf8 | DataType::LargeUtf8);
    let columns =
        batch.columns().iter().map(|column| if is_text(column) { Ok(Arc::clone(column)) } else { shown(column) });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let as_it_is = |(at, field): (usize, &FieldRef)| match columns.get(at).filter(|column| is_text(column)) {
        Some(text) if *field.data_type() == DataType::Utf8View => {
            Arc::new(Field::new(field.name(), text.data_type().clone(), field.is_nullable()))
        }
        _ => Arc::clone(field),
    };
    let schema = Schema::new(schema.fields().iter().enumerate().map(as_it_is).collect::<Vec<_>>());
    with_rows(&Arc::new(schema), columns, batch.num_rows())
}

/// A batch with the columns as the table has them.
fn shown_batch(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    with_rows(schema, columns, batch.num_rows())
}

/// A batch of so many rows, though it may have no column.
fn with_rows(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

/// How a table is encoded, by a sample of its first rows.
fn properties(sample: &RecordBatch, stated: Vec<KeyValue>) -> Result<WriterProperties, Fault> {
    let level = ZstdLevel::try_new(1).map_err(|_| Fault::bug("zstd", "level 1 is not known"))?;
    let mut builder = WriterProperties::builder();
    for (field, column) in sample.schema_ref().fields().iter().zip(sample.columns()) {
        let path = ColumnPath::from(vec![field.name().clone()]);
        if *field.data_type() == DataType::UInt64 {
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        } else if !is_repetitive(column) {
            builder = builder.set_column_dictionary_enabled(path.clone(), false);
            if is_of_one_length(column) {
                builder = builder.set_column_encoding(path, Encoding::DELTA_LENGTH_BYTE_ARRAY);
            }
        }
    }
    Ok(builder
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata((!stated.is_empty()).then_some(stated))
        .build())
}

/// Whether a dictionary of a column's values is worth making: not where most of its sampled rows
/// have a value of their own, as in a column of keys or pseudonyms.
fn is_repetitive(column: &ArrayRef) -> bool {
    let values = column.len() - column.null_count();
    let distinct = match column.data_type() {
        DataType::Utf8View => column.as_string_view().iter().flatten().collect::<HashSet<_>>().len(),
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>().iter().flatten();
            values.map(f64::to_bits).collect::<HashSet<_>>().len()
        }
        _ => return true,
    };
    distinct <= values / 2
}

/// Whether the sampled texts of a column are of one length, as pseudonyms are: their lengths, apart from
/// them, take no room, where one before each text would be what the compressor spends its time on.
fn is_of_one_length(column: &ArrayRef) -> bool {
    let Some(texts) = column.as_string_view_opt() else { return false };
    let mut lengths = texts.iter().flatten().map(str::len);
    let first = lengths.next();
    lengths.all(|length| Some(length) == first)
}

/// What the disk said; without a word from it the encoder itself failed.
pub(crate) fn encoding_fault(path: &Path, failure: &OnceLock<io::ErrorKind>) -> Fault {
    match failure.get() {
        Some(kind) => io_fault(path, "write", &io::Error::from(*kind)),
        None => Fault::bug(path.display().to_string(), "the table could not be encoded"),
    }
}
