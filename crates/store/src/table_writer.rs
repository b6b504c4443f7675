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
use arrow_schema::{DataType, Schema, SchemaRef};
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
/// dictionaries where values repeat, no statistics, since those would repeat values in the
/// footer.
pub struct TableWriter {
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
        let chunks = BatchCoalescer::new(Arc::clone(&schema), CHUNK_ROWS.min(CHUNK_VALUES.div_ceil(columns)));
        TableWriter { chunks, waiting: Some((sink, stated)), encoder: None, schema, path, failure, rows: 0 }
    }

    /// Appends rows. Columns go by position; text may be in any of Arrow's shapes.
    ///
    /// # Errors
    ///
    /// When the batch does not fit the schema (our own mistake), or on a failing disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        let misfit = |_| Fault::bug(self.path.display().to_string(), "rows do not fit the table's columns");
        let columns = batch.columns().iter().map(shown).collect::<Result<Vec<_>, _>>().map_err(misfit)?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options).map_err(misfit)?;
        self.rows += batch.num_rows() as u64;
        self.chunks.push_batch(batch).map_err(misfit)?;
        self.encode_complete()
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
            self.begin(&chunk)?;
            let encoded = self.encoder.as_mut().map_or(Ok(()), |encoder| {
                encoder.write(&chunk)?;
                if encoder.in_progress_size() >= ROW_GROUP_BYTES { encoder.flush() } else { Ok(()) }
            });
            encoded.map_err(|_| encoding_fault(&self.path, &self.failure))?;
        }
        Ok(())
    }

    /// Makes the encoder, if there is none yet, as suits the first chunk.
    fn begin(&mut self, first: &RecordBatch) -> Result<(), Fault> {
        let Some((sink, stated)) = self.waiting.take() else { return Ok(()) };
        let properties = properties(first, stated)?;
        // The embedded Arrow schema would only say that text was held as `Utf8View`.
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let encoder = ArrowWriter::try_new_with_options(sink, Arc::clone(&self.schema), options);
        self.encoder = Some(encoder.map_err(|_| encoding_fault(&self.path, &self.failure))?);
        Ok(())
    }
}

/// How a table is encoded, by its first rows.
fn properties(first: &RecordBatch, stated: Vec<KeyValue>) -> Result<WriterProperties, Fault> {
    let level = ZstdLevel::try_new(1).map_err(|_| Fault::bug("zstd", "level 1 is not known"))?;
    let mut builder = WriterProperties::builder();
    for (field, column) in first.schema_ref().fields().iter().zip(first.columns()) {
        let path = ColumnPath::from(vec![field.name().clone()]);
        if *field.data_type() == DataType::UInt64 {
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        } else if !is_repetitive(column) {
            builder = builder.set_column_dictionary_enabled(path, false);
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

/// Whether a dictionary of a column's values is worth making: not where most of its first rows
/// have a value of their own, as in a column of keys or pseudonyms.
fn is_repetitive(column: &ArrayRef) -> bool {
    let first = column.slice(0, column.len().min(SAMPLED_ROWS));
    let values = first.len() - first.null_count();
    let distinct = match first.data_type() {
        DataType::Utf8View => first.as_string_view().iter().flatten().collect::<HashSet<_>>().len(),
        DataType::Float64 => {
            let values = first.as_primitive::<Float64Type>().iter().flatten();
            values.map(f64::to_bits).collect::<HashSet<_>>().len()
        }
        _ => return true,
    };
    distinct <= values / 2
}

/// What the disk said; without a word from it the encoder itself failed.
pub(crate) fn encoding_fault(path: &Path, failure: &OnceLock<io::ErrorKind>) -> Fault {
    match failure.get() {
        Some(kind) => io_fault(path, "write", &io::Error::from(*kind)),
        None => Fault::bug(path.display().to_string(), "the table could not be encoded"),
    }
}
