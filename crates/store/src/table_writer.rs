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

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Schema, SchemaRef};
use arrow_select::coalesce::BatchCoalescer;
use counterfoil_core::Fault;
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
/// plain text columns, no statistics, since those would repeat values in the footer.
pub struct TableWriter {
    chunks: BatchCoalescer,
    encoder: ArrowWriter<Sink>,
    schema: SchemaRef,
    path: PathBuf,
    failure: Arc<OnceLock<io::ErrorKind>>,
    rows: u64,
}

impl TableWriter {
    pub(crate) fn new(sink: Sink, schema: &Schema) -> Result<TableWriter, Fault> {
        let (path, failure) = (sink.path.clone(), sink.failure());
        let mut stated: Vec<KeyValue> =
            schema.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        stated.sort_by(|a, b| a.key.cmp(&b.key));
        let stored = schema.fields().iter().map(|field| shown_field(field).with_nullable(field.is_nullable()));
        let schema = Arc::new(Schema::new(stored.collect::<Vec<_>>()));
        // The embedded Arrow schema would only say that text was held as `Utf8View`.
        let properties = properties(&schema, stated)?;
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let encoder = ArrowWriter::try_new_with_options(sink, Arc::clone(&schema), options)
            .map_err(|_| encoding_fault(&path, &failure))?;
        let columns = schema.fields().len().max(1);
        let chunks = BatchCoalescer::new(Arc::clone(&schema), CHUNK_ROWS.min(CHUNK_VALUES.div_ceil(columns)));
        Ok(TableWriter { chunks, encoder, schema, path, failure, rows: 0 })
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
        let sink = self.encoder.into_inner().map_err(|_| encoding_fault(&self.path, &self.failure))?;
        sink.finish(Some(self.rows))?;
        Ok(self.rows)
    }

    fn encode_complete(&mut self) -> Result<(), Fault> {
        while let Some(chunk) = self.chunks.next_completed_batch() {
            let encoded = self.encoder.write(&chunk).and_then(|()| {
                if self.encoder.in_progress_size() >= ROW_GROUP_BYTES { self.encoder.flush() } else { Ok(()) }
            });
            encoded.map_err(|_| encoding_fault(&self.path, &self.failure))?;
        }
        Ok(())
    }
}

fn properties(schema: &Schema, stated: Vec<KeyValue>) -> Result<WriterProperties, Fault> {
    let level = ZstdLevel::try_new(1).map_err(|_| Fault::bug("zstd", "level 1 is not known"))?;
    let numbers = schema.fields().iter().filter(|field| *field.data_type() == DataType::UInt64);
    let builder = numbers.fold(WriterProperties::builder(), |builder, field| {
        let column = ColumnPath::from(vec![field.name().clone()]);
        builder
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
    });
    Ok(builder
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata((!stated.is_empty()).then_some(stated))
        .build())
}

/// What the disk said; without a word from it the encoder itself failed.
pub(crate) fn encoding_fault(path: &Path, failure: &OnceLock<io::ErrorKind>) -> Fault {
    match failure.get() {
        Some(kind) => io_fault(path, "write", &io::Error::from(*kind)),
        None => Fault::bug(path.display().to_string(), "the table could not be encoded"),
    }
}
