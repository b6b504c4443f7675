//! The files of one data set, opened and checked as one table.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{Fault, Observer, Stage};
use rayon::prelude::*;

use crate::column::{shown_field, shown_type};
use crate::csv_file::{self, CsvFile};
use crate::fault::quoted;
use crate::files::{Located, locate};
use crate::format::{Format, FormatOptions};
use crate::ipc_file::IpcFile;
use crate::parquet_file::{self, ParquetFile};
use crate::run_folder::hash_with;

/// One input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Where it is.
    pub path: PathBuf,
    /// Size.
    pub bytes: u64,
    /// Rows, where the format says so up front (Parquet and Arrow IPC).
    pub rows: Option<u64>,
}

/// Some files of one data set, read as one table.
///
/// Files are in path order and rows are numbered over them, from 0. Every file has the same
/// columns, in whatever order; `KEY=value` folders are text columns with one value a file.
pub struct Table {
    pub(crate) files: Vec<TableFile>,
    inputs: Vec<InputFile>,
    schema: SchemaRef,
}

/// One opened file.
pub(crate) struct TableFile {
    pub(crate) located: Located,
    pub(crate) reader: Reader,
    /// Columns in the file's own order, then those of partition folders.
    pub(crate) columns: Vec<FileColumn>,
}

pub(crate) enum Reader {
    Parquet(ParquetFile),
    Csv(CsvFile),
    Ipc(IpcFile),
}

/// Where a column of one file comes from.
pub(crate) struct FileColumn {
    pub(crate) field: Field,
    /// Null in every row: fits a column of any type.
    pub(crate) all_null: bool,
    pub(crate) origin: Origin,
}

#[derive(Clone)]
pub(crate) enum Origin {
    /// Position within the file.
    Stored(usize),
    /// The value of a `KEY=value` folder; `None` is null.
    Folder(Option<String>),
}

impl Table {
    /// Opens the files that `patterns` stand for: files, folders (searched through) and
    /// patterns with `*`, `?`, `[…]` or `**`, relative to `base`. Reads footers and header
    /// lines only.
    ///
    /// # Errors
    ///
    /// Every fault that can be seen without reading rows: missing, empty, unreadable,
    /// damaged or unknown files, repeated column names, files whose columns differ.
    pub fn open(name: &str, base: &Path, patterns: &[String], options: &FormatOptions) -> Result<Table, Vec<Fault>> {
        let (located, mut faults) = locate(name, base, patterns, options);
        let opened: Vec<Result<TableFile, Fault>> =
            located.into_par_iter().map(|file| TableFile::open(file, options)).collect();
        let mut files = Vec::new();
        for file in opened {
            match file {
                Ok(file) => files.push(file),
                Err(fault) => faults.push(fault),
            }
        }
        let schema = agreed_schema(&files, &mut faults);
        if faults.is_empty() { Ok(Table::new(files, schema)) } else { Err(faults) }
    }

    fn new(files: Vec<TableFile>, schema: SchemaRef) -> Table {
        let inputs = (files.iter())
            .map(|file| InputFile { path: file.located.path.clone(), bytes: file.located.bytes, rows: file.rows() })
            .collect();
        Table { files, inputs, schema }
    }

    /// The columns: those of the first file in path order, then those of partition folders.
    /// Text is `Utf8View` whatever the files hold, and every column may be null.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The files in path order.
    #[must_use]
    pub fn files(&self) -> &[InputFile] {
        &self.inputs
    }

    /// The number of rows, if it is known without reading everything.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.inputs.iter().map(|file| file.rows).sum()
    }

    /// The number of rows; for CSV estimated from the length of the first lines.
    #[must_use]
    pub fn estimated_rows(&self) -> u64 {
        self.files.iter().map(TableFile::estimated_rows).sum()
    }

    /// Rows of the largest morsel that a scan makes of the table; of text estimated.
    #[must_use]
    pub fn rows_a_morsel(&self) -> u64 {
        let rows = |file: &TableFile| match &file.reader {
            Reader::Parquet(file) => file.parts().iter().map(|part| part.rows).max(),
            Reader::Ipc(file) => file.runs().iter().map(|run| run.rows).max(),
            Reader::Csv(file) => Some(file.estimated_rows().min(csv_file::CHUNK_ROWS as u64)),
        };
        self.files.iter().filter_map(rows).max().unwrap_or_default()
    }

    /// Values that a thread holds at once while it scans so many columns: those of a batch, and
    /// of Arrow IPC those of all columns, which lie in one piece.
    #[must_use]
    pub fn values_a_batch(&self, columns: u64) -> u64 {
        let values = |file: &TableFile| match &file.reader {
            Reader::Parquet(file) => file.rows().min(parquet_file::BATCH_ROWS as u64) * columns,
            Reader::Csv(file) => file.estimated_rows().min(csv_file::CHUNK_ROWS as u64) * columns,
            Reader::Ipc(file) => {
                let rows = file.runs().iter().map(|run| run.rows).max().unwrap_or_default();
                rows * self.schema.fields().len() as u64
            }
        };
        self.files.iter().map(values).max().unwrap_or_default()
    }

    /// What the first file's footer states under a key, as [`TableWriter`](crate::TableWriter)
    /// writes what a schema states; `None` for formats that state nothing.
    #[must_use]
    pub fn stated(&self, key: &str) -> Option<&str> {
        match &self.files.first()?.reader {
            Reader::Parquet(file) => file.stated(key),
            Reader::Csv(_) | Reader::Ipc(_) => None,
        }
    }

    /// BLAKE3 of every file's content, in path order. The observer is told of the bytes.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn hash_files(&self, observer: &dyn Observer) -> Result<Vec<blake3::Hash>, Fault> {
        observer.begin(Stage::Hash, Some(self.inputs.iter().map(|file| file.bytes).sum()));
        let hashes: Vec<Result<blake3::Hash, Fault>> = (self.inputs.par_iter())
            .map(|file| hash_with(&file.path, |bytes| observer.advance(Stage::Hash, bytes)))
            .collect();
        observer.end(Stage::Hash);
        hashes.into_iter().collect()
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("files", &self.inputs).field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl TableFile {
    fn open(located: Located, options: &FormatOptions) -> Result<TableFile, Fault> {
        let reader = match located.format {
            Format::Parquet => Reader::Parquet(ParquetFile::open(&located)?),
            Format::Csv => Reader::Csv(CsvFile::open(&located, options)?),
            Format::Ipc => Reader::Ipc(IpcFile::open(&located)?),
        };
        let columns = columns(reader.schema(), &located.partitions);
        refuse_repeats(&located, &columns)?;
        Ok(TableFile { located, reader, columns })
    }

    fn rows(&self) -> Option<u64> {
        match &self.reader {
            Reader::Parquet(file) => Some(file.rows()),
            Reader::Ipc(file) => Some(file.rows()),
            Reader::Csv(_) => None,
        }
    }

    fn estimated_rows(&self) -> u64 {
        match &self.reader {
            Reader::Csv(file) => file.estimated_rows(),
            Reader::Parquet(file) => file.rows(),
            Reader::Ipc(file) => file.rows(),
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&FileColumn> {
        self.columns.iter().find(|column| column.field.name() == name)
    }
}

impl Reader {
    fn schema(&self) -> &SchemaRef {
        match self {
            Reader::Parquet(file) => file.schema(),
            Reader::Csv(file) => file.schema(),
            Reader::Ipc(file) => file.schema(),
        }
    }
}

fn columns(stored: &Schema, partitions: &[(String, Option<String>)]) -> Vec<FileColumn> {
    let mut columns: Vec<FileColumn> = (stored.fields().iter().enumerate())
        .map(|(at, field)| FileColumn {
            field: shown_field(field),
            all_null: is_null(field.data_type()),
            origin: Origin::Stored(at),
        })
        .collect();
    for (key, value) in partitions {
        // The file's own column counts for more; of two folders, the inner one.
        let known = columns.iter().position(|column| column.field.name() == key);
        let column = FileColumn {
            field: Field::new(key, DataType::Utf8View, true),
            all_null: false,
            origin: Origin::Folder(value.clone()),
        };
        match known {
            None => columns.push(column),
            Some(at) if matches!(columns[at].origin, Origin::Folder(_)) => columns[at] = column,
            Some(_) => {}
        }
    }
    columns
}

fn is_null(stored: &DataType) -> bool {
    match stored {
        DataType::Null => true,
        DataType::Dictionary(_, values) => is_null(values),
        _ => false,
    }
}

fn refuse_repeats(located: &Located, columns: &[FileColumn]) -> Result<(), Fault> {
    // By number and not by name: in a CSV file without a header the names are values.
    let first_of = |at: usize| columns[..at].iter().position(|other| other.field.name() == columns[at].field.name());
    let Some((first, again)) = (0..columns.len()).find_map(|at| Some((first_of(at)?, at))) else {
        return Ok(());
    };
    let message = format!("columns {} and {} have one name", first + 1, again + 1);
    Err(Fault::environment(&located.shown, message)
        .hint("give every column a name of its own; the first line of a CSV file must be its header"))
}

/// The columns that all files have; one fault for each file that differs from the first.
fn agreed_schema(files: &[TableFile], faults: &mut Vec<Fault>) -> SchemaRef {
    let Some(first) = files.first() else { return Arc::new(Schema::empty()) };
    let mut fields: Vec<Field> = first.columns.iter().map(|column| column.field.clone()).collect();
    for (at, column) in first.columns.iter().enumerate().filter(|(_, column)| column.all_null) {
        let others = files.iter().filter_map(|file| file.column(column.field.name()));
        if let Some(typed) = others.into_iter().find(|other| !other.all_null) {
            fields[at] = typed.field.clone();
        }
    }
    for file in &files[1..] {
        if let Some(difference) = difference(&fields, file) {
            let difference = if may_be_named(&fields, file) { format!(": {difference}") } else { String::new() };
            let message = format!("has other columns than `{}`{difference}", first.located.shown);
            faults.push(Fault::environment(&file.located.shown, message).hint(
                "the files of one data set have the same columns; list files that differ as a data set of their own",
            ));
        }
    }
    Arc::new(Schema::new(fields))
}

/// Whether the columns' names may be shown. In a CSV file without a header they are values;
/// two files that share more than half of their names have headers.
fn may_be_named(fields: &[Field], file: &TableFile) -> bool {
    let shared = fields.iter().filter(|field| file.column(field.name()).is_some()).count();
    !matches!(file.reader, Reader::Csv(_)) || 2 * shared > fields.len()
}

fn difference(fields: &[Field], file: &TableFile) -> Option<String> {
    let mut parts = Vec::new();
    let missing = fields.iter().map(|field| field.name().as_str()).filter(|name| file.column(name).is_none());
    let missing = quoted(missing);
    if !missing.is_empty() {
        parts.push(format!("lacks {missing}"));
    }
    let known = |name: &str| fields.iter().find(|field| field.name() == name);
    let extra = file.columns.iter().map(|column| column.field.name().as_str()).filter(|name| known(name).is_none());
    let extra = quoted(extra);
    if !extra.is_empty() {
        parts.push(format!("has {extra} besides"));
    }
    for column in file.columns.iter().filter(|column| !column.all_null) {
        if let Some(field) = known(column.field.name())
            && field.data_type() != column.field.data_type()
        {
            let (is, due) = (type_word(column.field.data_type()), type_word(field.data_type()));
            parts.push(format!("`{}` is {is} instead of {due}", field.name()));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn type_word(kind: &DataType) -> String {
    match shown_type(kind) {
        DataType::Utf8View => "text".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        other => other.to_string(),
    }
}
