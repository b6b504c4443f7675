//! Raw values of Arrow columns, whatever their type.
//!
//! One loop per array type, so that the type is looked at once a column and not once a row.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};
use counterfoil_core::FieldKind;

/// One raw value.
#[derive(Clone, Copy)]
pub enum Raw<'a> {
    /// No value.
    Null,
    /// Text as it stands in the file.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// A whole number that 64 bits with a sign do not hold, such as a key of 20 digits.
    Big(i128),
    /// A date or timestamp, as days since 1970-01-01.
    Day(i32),
    /// A number with a fraction.
    Float(f64),
}

/// Whether values of a field of that kind can be read from a column of that type.
#[must_use]
pub fn accepts(kind: FieldKind, column: &DataType) -> bool {
    let text = matches!(column, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let float = matches!(column, DataType::Float32 | DataType::Float64);
    match kind {
        FieldKind::NhsNumber | FieldKind::Sex => text || is_whole(column),
        FieldKind::Date => text || is_date(column),
        FieldKind::Postcode
        | FieldKind::Name
        | FieldKind::Text
        | FieldKind::Words
        | FieldKind::Email
        | FieldKind::Location => text,
        FieldKind::Number => text || is_whole(column) || float,
        FieldKind::LocalPatientId | FieldKind::Category | FieldKind::Identifier => {
            text || is_whole(column) || is_date(column)
        }
    }
}

/// Whether a model reads values of a kind from a column: beside what [`accepts`] names, from whole
/// numbers, and from floats, which is what tools make of digits, and of digits with gaps between
/// them. A rank reads from neither, because what a source's own definition calls text it expects
/// as it was written, leading zeros included.
#[must_use]
pub fn models_accept(kind: FieldKind, column: &DataType) -> bool {
    let is_digits = is_whole(column) || matches!(column, DataType::Float64);
    accepts(kind, column)
        || match kind {
            FieldKind::Text | FieldKind::Words => is_digits || is_date(column),
            FieldKind::Name | FieldKind::Email | FieldKind::Location => false,
            _ => is_digits,
        }
}

/// Whether a column can hold the year, the month or the day of a date. They are so small that
/// floats hold them exactly.
#[must_use]
pub fn accepts_date_part(column: &DataType) -> bool {
    accepts(FieldKind::Number, column)
}

/// Whether a column holds whole numbers, each exactly: integers, and decimals without a
/// fraction. A float is none, even if it happens to hold nothing else.
#[must_use]
pub fn is_whole(column: &DataType) -> bool {
    column.is_integer() || matches!(column, DataType::Decimal128(_, 0))
}

/// Whether a column can be a record key or a person key: text, whole numbers, dates. A float
/// cannot, because it makes one key of several long ones.
#[must_use]
pub fn accepts_key(column: &DataType) -> bool {
    accepts(FieldKind::Identifier, column)
}

/// Whether a column holds dates or timestamps.
#[must_use]
pub fn is_date(column: &DataType) -> bool {
    matches!(column, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
}

/// Calls `visit` with each row's number and value. Columns of a type that no field can be
/// read from count as null throughout; `check` refuses them before a run.
pub fn for_each(column: &dyn Array, mut visit: impl FnMut(usize, Raw<'_>)) {
    match column.data_type() {
        DataType::Utf8View => texts(column, column.as_string_view().iter(), visit),
        DataType::Utf8 => texts(column, column.as_string::<i32>().iter(), visit),
        DataType::LargeUtf8 => texts(column, column.as_string::<i64>().iter(), visit),
        DataType::Int8 => ints::<Int8Type>(column, visit),
        DataType::Int16 => ints::<Int16Type>(column, visit),
        DataType::Int32 => ints::<Int32Type>(column, visit),
        DataType::Int64 => ints::<Int64Type>(column, visit),
        DataType::UInt8 => ints::<UInt8Type>(column, visit),
        DataType::UInt16 => ints::<UInt16Type>(column, visit),
        DataType::UInt32 => ints::<UInt32Type>(column, visit),
        DataType::UInt64 => primitives::<UInt64Type>(column, visit, |v| whole(v.into())),
        DataType::Decimal128(_, 0) => primitives::<Decimal128Type>(column, visit, whole),
        DataType::Date32 => primitives::<Date32Type>(column, visit, Raw::Day),
        DataType::Date64 => primitives::<Date64Type>(column, visit, |v| days(v, 86_400_000)),
        DataType::Timestamp(unit, _) => timestamps(*unit, column, visit),
        DataType::Float32 => primitives::<Float32Type>(column, visit, |v| Raw::Float(v.into())),
        DataType::Float64 => primitives::<Float64Type>(column, visit, Raw::Float),
        _ => (0..column.len()).for_each(|row| visit(row, Raw::Null)),
    }
}

fn texts<'a>(
    _column: &'a dyn Array,
    values: impl Iterator<Item = Option<&'a str>>,
    mut visit: impl FnMut(usize, Raw<'_>),
) {
    for (row, value) in values.enumerate() {
        visit(row, value.map_or(Raw::Null, Raw::Text));
    }
}

fn ints<T: ArrowPrimitiveType>(column: &dyn Array, visit: impl FnMut(usize, Raw<'_>))
where
    T::Native: Into<i64>,
{
    primitives::<T>(column, visit, |v| Raw::Int(v.into()));
}

fn primitives<T: ArrowPrimitiveType>(
    column: &dyn Array,
    mut visit: impl FnMut(usize, Raw<'_>),
    raw: impl Fn(T::Native) -> Raw<'static>,
) {
    for (row, value) in column.as_primitive::<T>().iter().enumerate() {
        visit(row, value.map_or(Raw::Null, &raw));
    }
}

fn whole(value: i128) -> Raw<'static> {
    i64::try_from(value).map_or(Raw::Big(value), Raw::Int)
}

fn timestamps(unit: TimeUnit, column: &dyn Array, visit: impl FnMut(usize, Raw<'_>)) {
    const DAY: i64 = 86_400;
    match unit {
        TimeUnit::Second => primitives::<TimestampSecondType>(column, visit, |v| days(v, DAY)),
        TimeUnit::Millisecond => {
            primitives::<TimestampMillisecondType>(column, visit, |v| days(v, 1_000 * DAY));
        }
        TimeUnit::Microsecond => {
            primitives::<TimestampMicrosecondType>(column, visit, |v| days(v, 1_000_000 * DAY));
        }
        TimeUnit::Nanosecond => {
            primitives::<TimestampNanosecondType>(column, visit, |v| days(v, 1_000_000_000 * DAY));
        }
    }
}

fn days(value: i64, per_day: i64) -> Raw<'static> {
    i32::try_from(value.div_euclid(per_day)).map_or(Raw::Null, Raw::Day)
}

/// Calls `visit` with each row's value as trimmed text: how record keys and person keys are
/// read. Whole numbers are written in decimal, dates as `YYYY-MM-DD`; blank is null.
pub fn for_each_key(column: &dyn Array, mut visit: impl FnMut(usize, Option<&str>)) {
    let mut buffer = String::new();
    for_each(column, |row, raw| visit(row, key_text(raw, &mut buffer)));
}

/// A whole number that stands in a column of floats, as tools write columns that have gaps,
/// as a whole number.
#[inline]
pub(crate) fn without_fraction(raw: Raw<'_>) -> Raw<'_> {
    match raw {
        Raw::Float(number) if number.is_nan() => Raw::Null,
        // Up to 2⁵³ a float holds whole numbers exactly.
        Raw::Float(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
            Raw::Int(number as i64)
        }
        other => other,
    }
}

/// The text of one key; `buffer` is scratch space.
pub(crate) fn key_text<'a>(raw: Raw<'a>, buffer: &'a mut String) -> Option<&'a str> {
    use std::fmt::Write;
    buffer.clear();
    match without_fraction(raw) {
        Raw::Null => return None,
        Raw::Text(text) => return Some(trimmed(text)).filter(|text| !text.is_empty()),
        // Writing to a string cannot fail.
        Raw::Int(number) => buffer.push_str(itoa::Buffer::new().format(number)),
        Raw::Big(number) => write!(buffer, "{number}").ok()?,
        Raw::Float(number) => write!(buffer, "{number}").ok()?,
        Raw::Day(day) => {
            let (year, month, day) = crate::standardise::civil(day);
            write!(buffer, "{year:04}-{month:02}-{day:02}").ok()?;
        }
    }
    Some(buffer)
}

/// Text without surrounding blanks; most keys have none, and seeing that takes two looks.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Appends the key of one row to `text`; nothing where there is none. For the few rows whose
/// key is needed; whole columns go through [`for_each_key`].
pub fn write_key_at(column: &dyn Array, row: usize, text: &mut String) {
    match column.data_type() {
        // The common types without the detour over a slice of one row.
        DataType::Utf8View if column.is_valid(row) => text.push_str(trimmed(column.as_string_view().value(row))),
        DataType::Int64 if column.is_valid(row) => {
            text.push_str(itoa::Buffer::new().format(column.as_primitive::<Int64Type>().value(row)));
        }
        _ => for_each_key(&column.slice(row, 1), |_, key| text.push_str(key.unwrap_or(""))),
    }
}

/// The key of one row; empty where there is none.
#[must_use]
pub fn key_at(column: &dyn Array, row: usize) -> Box<str> {
    let mut key = String::new();
    write_key_at(column, row, &mut key);
    key.into()
}
