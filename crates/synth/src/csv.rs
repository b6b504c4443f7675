//! Records as lines of a CSV file.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};

/// The rows of a batch whose columns are all text, one line each; null is an empty cell.
///
/// # Panics
///
/// If a column is not text: a mistake in the data set.
pub(crate) fn lines(batch: &RecordBatch) -> Vec<u8> {
    let columns: Vec<_> = batch.columns().iter().map(AsArray::as_string::<i32>).collect();
    let mut text = Vec::with_capacity(batch.num_rows() * columns.len() * 8);
    for row in 0..batch.num_rows() {
        for (position, column) in columns.iter().enumerate() {
            if position > 0 {
                text.push(b',');
            }
            cell(if column.is_null(row) { "" } else { column.value(row) }, &mut text);
        }
        text.push(b'\n');
    }
    text
}

/// One cell, in quotation marks if it needs them.
fn cell(value: &str, text: &mut Vec<u8>) {
    if !value.contains([',', '"', '\n', '\r']) {
        text.extend_from_slice(value.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(value.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};

    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let column = |values: &[Option<&str>]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
        let batch = RecordBatch::try_from_iter([
            ("a", column(&[Some("x"), None, Some("1, 2")])),
            ("b", column(&[Some("say \"no\""), Some(""), Some("two\nlines")])),
        ])
        .expect("columns of one length");
        assert_eq!(
            String::from_utf8(lines(&batch)).expect("text"),
            "x,\"say \"\"no\"\"\"\n,\n\"1, 2\",\"two\nlines\"\n"
        );
    }
}
