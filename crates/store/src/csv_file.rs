//! One delimited text file: what its header says, and its rows parsed chunk by chunk.
//!
//! Every column is text; a field without a character is null, quoted or not. Parsing is
//! strict, because a wrong delimiter, an open quote or a wrong encoding would otherwise
//! turn into plausible nonsense: every row has as many fields as the header, but for empty ones
//! after these, and every byte sequence is valid in the file's encoding.

mod decode;
mod dialect;

use std::ops::Range;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::StringViewBuilder;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::Fault;
use csv::ByteRecord;

use self::decode::{Decoded, Failure};
use self::dialect::Dialect;
use crate::files::Located;
use crate::format::FormatOptions;

/// Rows that are parsed at a time and become one morsel.
pub(crate) const CHUNK_ROWS: usize = 65_536;

/// A chunk also ends after this many bytes, so that wide files need no more memory.
const CHUNK_BYTES: u64 = 16 << 20;

/// A CSV file whose header has been read.
pub(crate) struct CsvFile {
    dialect: Dialect,
    schema: SchemaRef,
    estimated_rows: u64,
}

impl CsvFile {
    pub(crate) fn open(file: &Located, options: &FormatOptions) -> Result<CsvFile, Fault> {
        let sample = dialect::sample(file, options)?;
        let mut records = Records::begin(file, &sample.dialect)?;
        let Some(header) = records.next()? else {
            let fault = Fault::environment(&file.shown, "has no header line");
            return Err(fault.hint("the first line names the columns; was the file exported completely?"));
        };
        let header = header_names(file, header)?;
        let fields: Vec<Field> = header.iter().map(|name| Field::new(name, DataType::Utf8View, true)).collect();
        Ok(CsvFile {
            dialect: sample.dialect,
            schema: Arc::new(Schema::new(fields)),
            estimated_rows: sample.estimated_rows,
        })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn estimated_rows(&self) -> u64 {
        self.estimated_rows
    }

    /// Begins to parse the columns at positions `columns` (ascending).
    pub(crate) fn rows<'a>(&'a self, file: &'a Located, columns: &'a [usize]) -> Result<CsvRows<'a>, Fault> {
        let mut records = Records::begin(file, &self.dialect)?;
        records.next()?;
        Ok(CsvRows { records, schema: &self.schema, columns })
    }
}

/// The rows of a CSV file that are still to come.
pub(crate) struct CsvRows<'a> {
    records: Records<'a>,
    schema: &'a Schema,
    columns: &'a [usize],
}

impl CsvRows<'_> {
    /// Parses the next chunk: its columns and its number of rows, or `None` at the end.
    pub(crate) fn next_columns(&mut self) -> Result<Option<(Vec<ArrayRef>, usize)>, Fault> {
        let mut builders: Vec<StringViewBuilder> =
            self.columns.iter().map(|_| StringViewBuilder::with_capacity(CHUNK_ROWS)).collect();
        let (mut rows, mut bytes) = (0, 0);
        while rows < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let place = Place { file: self.records.file, row: self.records.read };
            let Some(record) = self.records.next()? else { break };
            bytes += record.as_slice().len() as u64;
            check_shape(&place, record, self.schema)?;
            let text = valid_text(&place, record, self.schema)?;
            for (builder, &column) in builders.iter_mut().zip(self.columns) {
                let field = record.range(column).and_then(|range| text.get(range)).unwrap_or_default();
                builder.append_option((!field.is_empty()).then_some(field));
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns = builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        Ok(Some((columns, rows)))
    }
}

/// Where in the file a fault is, in a reader's terms.
struct Place<'a> {
    file: &'a Located,
    /// Counted from 1, without the header.
    row: u64,
}

impl Place<'_> {
    fn fault(&self, record: &ByteRecord, what: impl std::fmt::Display) -> Fault {
        let line = record.position().map_or(0, csv::Position::line);
        Fault::environment(&self.file.shown, format!("row {} (line {line}) {what}", self.row))
    }
}

fn check_shape(place: &Place, record: &ByteRecord, schema: &Schema) -> Result<(), Fault> {
    let (fields, due) = (record.len(), schema.fields().len());
    // Some programs end each row, but not the header, with a delimiter.
    if fields == due || fields > due && record.iter().skip(due).all(<[u8]>::is_empty) {
        return Ok(());
    }
    let plural = if fields == 1 { "" } else { "s" };
    let fault = place.fault(record, format_args!("has {fields} field{plural}, the header has {due}"));
    Err(fault.hint(match due {
        1 => "the first line has to name the columns: remove a title above it, or set `delimiter` if it was not recognised",
        _ => "set `delimiter` if it was not recognised; a field that holds the delimiter must be quoted",
    }))
}

/// The record's fields, one after the other, as text.
fn valid_text<'a>(place: &Place, record: &'a ByteRecord, schema: &Schema) -> Result<&'a str, Fault> {
    let bytes = record.as_slice();
    let text = std::str::from_utf8(bytes).ok();
    // Each field on its own, too: a character must not begin in one and end in the next.
    let whole = |range: Range<usize>| text.is_some_and(|text| text.get(range).is_some());
    let broken =
        if bytes.is_ascii() { None } else { (0..record.len()).find(|&field| !record.range(field).is_some_and(whole)) };
    match (text, broken) {
        (Some(text), None) => Ok(text),
        (_, broken) => {
            let invalid = |&field: &usize| record.get(field).is_some_and(|field| std::str::from_utf8(field).is_err());
            let field = (0..record.len()).find(invalid).or(broken).unwrap_or(0);
            let column = schema.fields().get(field).map_or("", |field| field.name());
            let fault = place.fault(record, format_args!("is not valid UTF-8 in column `{column}`"));
            Err(fault.hint(dialect::ENCODING_HINT))
        }
    }
}

fn header_names(file: &Located, header: &ByteRecord) -> Result<Vec<String>, Fault> {
    let fault =
        |what: &str, hint: &str| Err(Fault::environment(&file.shown, format!("the header line {what}")).hint(hint));
    if let Some(at) = header.as_slice().iter().position(|byte| *byte == 0) {
        // Of a letter that ASCII has the first byte is 0 where the greater half comes first.
        let encoding = if at % 2 == 0 { "utf-16be" } else { "utf-16le" };
        return fault(
            "holds zero bytes: this is not a text file, or it is UTF-16",
            &format!("save it as UTF-8, or in a job file set `encoding = \"{encoding}\"` or `format`"),
        );
    }
    let mut names = Vec::with_capacity(header.len());
    for name in header {
        match std::str::from_utf8(name) {
            Ok(name) => names.push(name.trim().to_owned()),
            Err(_) => return fault("is not valid UTF-8", dialect::ENCODING_HINT),
        }
    }
    Ok(names)
}

/// The records of a file, header included, and the end of the file checked.
struct Records<'a> {
    file: &'a Located,
    reader: csv::Reader<Decoded>,
    record: ByteRecord,
    /// Records read, header included: also the number of the data row that comes next.
    read: u64,
    ended: bool,
}

impl<'a> Records<'a> {
    fn begin(file: &'a Located, dialect: &Dialect) -> Result<Records<'a>, Fault> {
        let decoded = Decoded::open(file, dialect.encoding)?;
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .buffer_capacity(64 << 10)
            .from_reader(decoded);
        let mut records = Records { file, reader, record: ByteRecord::new(), read: 0, ended: false };
        for _ in 0..usize::from(dialect.is_declared) + dialect.titles {
            records.next()?;
        }
        records.read = 0;
        Ok(records)
    }

    /// The next record; `None` at the end.
    fn next(&mut self) -> Result<Option<&ByteRecord>, Fault> {
        if self.ended {
            return Ok(None);
        }
        let more = self.reader.read_byte_record(&mut self.record);
        if !matches!(more, Ok(true)) {
            return Err(self.failed());
        }
        self.reader.get_mut().record_done();
        let last = self.record.iter().next_back().unwrap_or_default();
        if last == decode::END_MARK && self.record.len() == 1 {
            self.ended = true;
            return Ok(None);
        }
        // The mark after the last line was taken for part of a quoted field.
        if last.trim_ascii_end().ends_with(decode::END_MARK) {
            let fault = self.fault("opens a quote that is never closed");
            return Err(
                fault.hint("check the row, or set `quote` to a byte that does not occur if the file does not quote")
            );
        }
        self.read += 1;
        Ok(Some(&self.record))
    }

    fn failed(&self) -> Fault {
        match self.reader.get_ref().failure() {
            Some(Failure::Malformed(encoding)) => self
                .fault(format_args!("is not valid {encoding}"))
                .hint("check `encoding`, and that the file was copied completely"),
            Some(Failure::TooLong) => self
                .fault("is longer than 16 MiB")
                .hint("a quote may be open: check the row, or set `quote` to a byte that does not occur"),
            Some(Failure::Io(kind)) => crate::fault::io_fault(&self.file.path, "read", &std::io::Error::from(kind)),
            None => self.fault("cannot be parsed").hint("check `delimiter` and `quote`"),
        }
    }

    /// A fault of the record that was being read.
    fn fault(&self, what: impl std::fmt::Display) -> Fault {
        let message = match self.read {
            0 => format!("the header line {what}"),
            row => format!("row {row} {what}"),
        };
        Fault::environment(&self.file.shown, message)
    }
}
