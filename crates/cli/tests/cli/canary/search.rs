//! Searches text, raw bytes and the decoded columns of Parquet files.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::inputs::day;

/// A value that is looked for, in every form that it may take.
pub(super) struct Needle {
    /// The column it was planted in, or what it is.
    pub(super) kind: String,
    /// Looked for anywhere. Letters are in lower case, except where it is `binary`.
    pub(super) forms: Vec<Vec<u8>>,
    /// Looked for as a whole cell: too short to mean anything within other text.
    cells: Vec<String>,
    binary: bool,
}

impl Needle {
    /// As written and without blanks; letters of either case.
    pub(super) fn text(kind: &str, value: &str) -> Needle {
        let mut forms = vec![value.to_lowercase(), value.to_lowercase().replace(' ', "")];
        if value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit()) {
            forms.push(format!("{} {} {}", &value[..3], &value[3..6], &value[6..]));
            forms.push(format!("{}-{}-{}", &value[..3], &value[3..6], &value[6..]));
        }
        Needle {
            kind: kind.to_owned(),
            forms: forms.into_iter().map(String::into_bytes).collect(),
            cells: Vec::new(),
            binary: false,
        }
    }

    /// `yyyy-mm-dd`, `yyyymmdd`, `dd/mm/yyyy`, `ddmmyyyy`, the parts with commas, and the
    /// day number as a whole cell.
    pub(super) fn date(kind: &str, date: &str) -> Needle {
        let (y, m, d) = (&date[..4], &date[5..7], &date[8..]);
        let forms = [
            date.to_owned(),
            format!("{y}{m}{d}"),
            format!("{d}/{m}/{y}"),
            format!("{d}{m}{y}"),
            format!("{y},{m},{d}"),
            format!("{y}, {m}, {d}"),
        ];
        let forms = forms.into_iter().map(String::into_bytes).collect();
        Needle { kind: kind.to_owned(), forms, cells: vec![day(date).to_string()], binary: false }
    }

    /// Bytes, looked for as they are, in hexadecimal, and as the number that a code is.
    pub(super) fn secret(kind: &str, bytes: &[u8]) -> Vec<Needle> {
        let kind = kind.to_owned();
        let start = bytes[..8].try_into().expect("eight bytes");
        let numbers =
            [u64::from_le_bytes(start), u64::from_be_bytes(start)].map(|number| number.to_string().into_bytes());
        let mut text: Vec<Vec<u8>> = vec![hex(&bytes[..8]), hex(&bytes[bytes.len() - 8..])];
        text.extend(numbers);
        let raw = vec![bytes[..8].to_vec(), bytes[bytes.len() - 8..].to_vec()];
        vec![
            Needle { kind: kind.clone(), forms: text, cells: Vec::new(), binary: false },
            Needle { kind, forms: raw, cells: Vec::new(), binary: true },
        ]
    }

    fn is_in(&self, bytes: &Bytes) -> bool {
        let bytes = if self.binary { &bytes.raw } else { &bytes.lower };
        self.forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

/// Where a value was found.
#[derive(Clone)]
pub(super) enum Place {
    /// What the program says.
    Text(String),
    /// A file's bytes as they are.
    Bytes(String),
    /// A column of a Parquet file.
    Column { file: String, column: String },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Text(name) => f.write_str(name),
            Place::Bytes(file) => write!(f, "{file}, raw"),
            Place::Column { file, column } => write!(f, "{file}: {column}"),
        }
    }
}

struct Bytes {
    raw: Vec<u8>,
    lower: Vec<u8>,
}

impl Bytes {
    fn new(raw: &[u8]) -> Bytes {
        Bytes { raw: raw.to_vec(), lower: raw.to_ascii_lowercase() }
    }
}

/// What is searched.
#[derive(Default)]
pub(super) struct Searched {
    places: Vec<(Place, Bytes, Vec<String>)>,
}

impl Searched {
    pub(super) fn add_text(&mut self, name: &str, text: &str) {
        self.places.push((Place::Text(name.to_owned()), Bytes::new(text.as_bytes()), Vec::new()));
    }

    /// A file's bytes, and if it is Parquet the text of every cell.
    pub(super) fn add_file(&mut self, file: &str, bytes: &[u8]) {
        self.places.push((Place::Bytes(file.to_owned()), Bytes::new(bytes), Vec::new()));
        if !file.ends_with(".parquet") {
            return;
        }
        for (column, cells) in columns(bytes) {
            let place = Place::Column { file: file.to_owned(), column };
            self.places.push((place, Bytes::new(cells.join("\n").as_bytes()), cells));
        }
    }

    /// Every place that each needle is in.
    pub(super) fn find<'n>(&self, needles: &'n [Needle]) -> Vec<(&'n Needle, Place)> {
        let mut found = Vec::new();
        for (place, bytes, cells) in &self.places {
            let is_found =
                |needle: &&Needle| needle.is_in(bytes) || needle.cells.iter().any(|cell| cells.contains(cell));
            found.extend(needles.iter().filter(is_found).map(|needle| (needle, place.clone())));
        }
        found
    }
}

/// The columns of a Parquet file with every cell as text.
pub(super) fn columns(bytes: &[u8]) -> Vec<(String, Vec<String>)> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::copy_from_slice(bytes)).expect("a Parquet file");
    let mut columns: Vec<(String, Vec<String>)> =
        reader.schema().fields().iter().map(|field| (field.name().clone(), Vec::new())).collect();
    for batch in reader.build().expect("a readable Parquet file") {
        let batch = batch.expect("a readable batch");
        for (column, values) in columns.iter_mut().zip(batch.columns()) {
            column.1.extend(texts(values));
        }
    }
    columns
}

fn texts(values: &ArrayRef) -> Vec<String> {
    macro_rules! numbers {
        ($kind:ty) => {
            values.as_primitive::<$kind>().iter().flatten().map(|value| value.to_string()).collect()
        };
    }
    match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().iter().flatten().map(str::to_owned).collect(),
        DataType::Boolean => values.as_boolean().iter().flatten().map(|value| value.to_string()).collect(),
        DataType::Date32 => {
            let dates = values.as_primitive::<Date32Type>();
            let date = |row| dates.value_as_date(row).expect("a date of the calendar").to_string();
            (0..dates.len()).filter(|row| dates.is_valid(*row)).map(date).collect()
        }
        DataType::Int8 => numbers!(Int8Type),
        DataType::Int16 => numbers!(Int16Type),
        DataType::Int32 => numbers!(Int32Type),
        DataType::Int64 => numbers!(Int64Type),
        DataType::UInt8 => numbers!(UInt8Type),
        DataType::UInt16 => numbers!(UInt16Type),
        DataType::UInt32 => numbers!(UInt32Type),
        DataType::UInt64 => numbers!(UInt64Type),
        DataType::Float64 => numbers!(Float64Type),
        other => panic!("teach the canary to read a column of type {other}"),
    }
}
