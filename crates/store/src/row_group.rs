//! Row groups encoded away from their file, so that many threads can encode one table.
//!
//! A [`Layout`] is the form of a table. Any thread opens a [`RowGroup`] of it, fills column
//! by column and closes it; what comes of that is bytes, which an [`EncodedWriter`] appends
//! in the order in which it is given them. What a row group holds is the caller's choice and
//! so a part of the output's definition: the bytes depend on the rows and their grouping,
//! and not on who encoded them.
//!
//! Next to [`TableWriter`](crate::TableWriter) this is made for speed: columns go to the
//! encoder as they are, and compression is light.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arrow_array::ArrayRef;
use arrow_schema::SchemaRef;
use counterfoil_core::Fault;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, TypePtr};

use crate::staging::Sink;
use crate::table_writer::{CREATED_BY, encoding_fault};

/// Values that the encoder takes at a time. More than its default, since synthetic values
/// are short and pages cannot outgrow their limit by much.
const VALUES_AT_A_TIME: usize = 8_192;

/// Bytes of a page before compression. A quarter of the usual: buffers that large come from
/// memory that was used before rather than from the operating system.
const PAGE_BYTES: usize = 256 * 1_024;

/// The form of a table: its columns, and how they are encoded.
#[derive(Debug)]
pub struct Layout {
    schema: SchemaRef,
    root: TypePtr,
    properties: WriterPropertiesPtr,
    row_groups: ArrowRowGroupWriterFactory,
}

impl Layout {
    /// The form of a table with these columns. Those named in `distinct` hold values that
    /// hardly repeat and are written plainly; the others through a dictionary. No
    /// statistics, since those would repeat values in the footer.
    ///
    /// # Errors
    ///
    /// A bug, when a column's type has no form in Parquet.
    pub fn new(schema: &SchemaRef, distinct: &[&str]) -> Result<Layout, Fault> {
        let unknown = || Fault::bug("table", "a column's type has no form in Parquet");
        let root = ArrowSchemaConverter::new().convert(schema).map_err(|_| unknown())?.root_schema_ptr();
        let properties = properties(distinct);
        // The factory takes schema and properties from a file; one that leads nowhere will do.
        let nowhere = SerializedFileWriter::new(io::sink(), Arc::clone(&root), Arc::clone(&properties));
        let row_groups = ArrowRowGroupWriterFactory::new(&nowhere.map_err(|_| unknown())?, Arc::clone(schema));
        Ok(Layout { schema: Arc::clone(schema), root, properties, row_groups })
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// A row group to be filled.
    ///
    /// # Errors
    ///
    /// A bug, when a column cannot be encoded.
    pub fn row_group(&self) -> Result<RowGroup, Fault> {
        // The number matters for encrypted files only.
        let writers = self.row_groups.create_column_writers(0).map_err(|_| misfit())?;
        Ok(RowGroup { schema: Arc::clone(&self.schema), writers })
    }
}

/// A row group being encoded.
pub struct RowGroup {
    schema: SchemaRef,
    writers: Vec<ArrowColumnWriter>,
}

impl RowGroup {
    /// Appends values to the column at `position` of the schema. Columns may be filled in
    /// any order and in pieces; in the end all must have the same number of values.
    ///
    /// # Errors
    ///
    /// A bug, when there is no such column or the values are not of its type.
    pub fn write(&mut self, position: usize, values: &ArrayRef) -> Result<(), Fault> {
        let (Some(field), Some(writer)) = (self.schema.fields().get(position), self.writers.get_mut(position)) else {
            return Err(misfit());
        };
        let leaves = compute_leaves(field, values).map_err(|_| misfit())?;
        leaves.iter().try_for_each(|leaf| writer.write(leaf)).map_err(|_| misfit())
    }

    /// Ends the row group.
    ///
    /// # Errors
    ///
    /// A bug, when its columns differ in length.
    pub fn close(self) -> Result<EncodedRowGroup, Fault> {
        let chunks = self.writers.into_iter().map(ArrowColumnWriter::close).collect::<Result<Vec<_>, _>>();
        let chunks = chunks.map_err(|_| misfit())?;
        let rows = chunks.first().map_or(0, |chunk| chunk.close().rows_written);
        if chunks.iter().any(|chunk| chunk.close().rows_written != rows) {
            return Err(misfit());
        }
        Ok(EncodedRowGroup { chunks, rows })
    }
}

/// A row group as bytes, not yet in a file.
#[derive(Debug)]
pub struct EncodedRowGroup {
    chunks: Vec<ArrowColumnChunk>,
    rows: u64,
}

impl EncodedRowGroup {
    /// Its number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// A Parquet table being written into a [`Staging`](crate::Staging) folder, row group by
/// row group.
pub struct EncodedWriter {
    file: SerializedFileWriter<Sink>,
    path: PathBuf,
    failure: Arc<OnceLock<io::ErrorKind>>,
    rows: u64,
}

impl EncodedWriter {
    pub(crate) fn new(sink: Sink, layout: &Layout) -> Result<EncodedWriter, Fault> {
        let (path, failure) = (sink.path.clone(), sink.failure());
        let file = SerializedFileWriter::new(sink, Arc::clone(&layout.root), Arc::clone(&layout.properties))
            .map_err(|_| encoding_fault(&path, &failure))?;
        Ok(EncodedWriter { file, path, failure, rows: 0 })
    }

    /// Appends a row group of the same layout; one without rows leaves no trace.
    ///
    /// # Errors
    ///
    /// On a failing disk, or after 32,767 row groups (our own mistake).
    pub fn append(&mut self, row_group: EncodedRowGroup) -> Result<(), Fault> {
        if row_group.rows == 0 {
            return Ok(());
        }
        self.rows += row_group.rows;
        let append = || {
            let mut writer = self.file.next_row_group()?;
            row_group.chunks.into_iter().try_for_each(|chunk| chunk.append_to_row_group(&mut writer))?;
            writer.close()
        };
        append().map(|_| ()).map_err(|_| encoding_fault(&self.path, &self.failure))
    }

    /// Closes and syncs the file; returns its number of rows.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    pub fn finish(self) -> Result<u64, Fault> {
        let sink = self.file.into_inner().map_err(|_| encoding_fault(&self.path, &self.failure))?;
        sink.finish(Some(self.rows))?;
        Ok(self.rows)
    }
}

fn properties(distinct: &[&str]) -> WriterPropertiesPtr {
    let all = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_write_batch_size(VALUES_AT_A_TIME)
        .set_data_page_size_limit(PAGE_BYTES);
    let plain = distinct.iter().map(|name| ColumnPath::from(*name));
    Arc::new(plain.fold(all, |all, path| all.set_column_dictionary_enabled(path, false)).build())
}

fn misfit() -> Fault {
    Fault::bug("table", "rows do not fit the table's columns")
}
