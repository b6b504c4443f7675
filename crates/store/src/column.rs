//! The shapes columns are shown in: text is always `Utf8View`, dictionaries are unpacked.
//!
//! One shape for text keeps the standardisers free of cases, and `Utf8View` is the one that
//! Parquet decodes into without copying.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray, cast::AsArray, new_null_array};
use arrow_schema::{ArrowError, DataType, Field};
use arrow_select::take::take;

/// The type a column of type `stored` is shown as.
///
/// A column that is null throughout (how pandas stores a column without a value) is shown
/// as text.
pub(crate) fn shown_type(stored: &DataType) -> DataType {
    match stored {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => DataType::Utf8View,
        DataType::Dictionary(_, values) => shown_type(values),
        other => other.clone(),
    }
}

/// The field a stored field is shown as; always nullable and without metadata, so that the
/// files of one data set need not agree in either.
pub(crate) fn shown_field(stored: &Field) -> Field {
    Field::new(stored.name(), shown_type(stored.data_type()), true)
}

/// The column as shown.
///
/// # Errors
///
/// When a dictionary's keys point outside its values.
pub(crate) fn shown(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(match column.data_type() {
        DataType::Utf8 => {
            let text: &StringArray = column.as_string();
            Arc::new(StringViewArray::from(text))
        }
        DataType::LargeUtf8 => {
            let text: &LargeStringArray = column.as_string();
            Arc::new(StringViewArray::from(text))
        }
        DataType::Null => new_null_array(&DataType::Utf8View, column.len()),
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            shown(&take(dictionary.values().as_ref(), dictionary.keys(), None)?)?
        }
        _ => Arc::clone(column),
    })
}

/// A text column with the same value in every row.
pub(crate) fn constant(value: Option<&str>, rows: usize) -> ArrayRef {
    match value {
        None => new_null_array(&DataType::Utf8View, rows),
        Some(value) => Arc::new(std::iter::repeat_n(Some(value), rows).collect::<StringViewArray>()),
    }
}

/// A copy of a text column that holds on to no more bytes than its values need; a filtered
/// `Utf8View` column otherwise keeps every page alive that a value of it came from.
pub(crate) fn compact(column: &ArrayRef) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(text) => Arc::new(text.gc()),
        None => Arc::clone(column),
    }
}
