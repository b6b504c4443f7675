//! Keys of rows as text, many in one allocation.

use std::ops::Range;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use counterfoil_token::coding::{for_each_key, write_key_at};

/// Bytes of most record keys; room for them is not memory until it is written to.
const USUAL_LENGTH: usize = 8;

/// Many short texts in one allocation.
#[derive(Default)]
pub(crate) struct Texts {
    ends: Vec<u64>,
    bytes: String,
}

impl Texts {
    /// No text yet, with room for so many of the usual length.
    pub(crate) fn with_room(texts: usize) -> Texts {
        Texts { ends: Vec::with_capacity(texts), bytes: String::with_capacity(texts * USUAL_LENGTH) }
    }

    /// Adds each row's key: the columns' texts, joined by `|`. Nothing is added where there
    /// is no key column, and reading back gives empty texts.
    pub(crate) fn read_keys(&mut self, batch: &RecordBatch, columns: &[String]) {
        match columns {
            [] => {}
            [column] => {
                if let Some(column) = batch.column_by_name(column) {
                    for_each_key(column, |_, text| self.push(text.unwrap_or("")));
                }
            }
            several => {
                let columns: Vec<&ArrayRef> = several.iter().filter_map(|name| batch.column_by_name(name)).collect();
                for row in 0..batch.num_rows() {
                    self.push_with(|text| write_row_key(&columns, row, text));
                }
            }
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.push_with(|bytes| bytes.push_str(text));
    }

    /// Adds what `write` appends.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds the texts of the rows from `first` on. Rows before it that added none, being of a
    /// source without such a key, get empty ones, so that texts stay with their rows.
    pub(crate) fn append(&mut self, other: Texts, first: usize) {
        if self.ends.is_empty() && first == 0 {
            *self = other;
            return;
        }
        if !other.ends.is_empty() {
            self.ends.resize(first, self.bytes.len() as u64);
        }
        let offset = self.bytes.len() as u64;
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    pub(crate) fn get(&self, index: u32) -> &str {
        let index = index as usize;
        match self.ends.get(index) {
            None => "",
            Some(end) => {
                let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
                &self.bytes[start as usize..*end as usize]
            }
        }
    }
}

impl Texts {
    /// The texts of consecutive rows as a column, copied as they stand in one piece; empty ones are null.
    pub(crate) fn column(&self, rows: Range<u32>) -> StringArray {
        let rows = rows.start as usize..rows.end as usize;
        let Some(ends) = self.ends.get(rows.clone()) else { return StringArray::new_null(rows.len()) };
        let start = rows.start.checked_sub(1).map_or(0, |before| self.ends[before]);
        let end = ends.last().copied().unwrap_or(start);
        let starts = std::iter::once(&start).chain(ends);
        let lengths = starts.zip(ends).map(|(start, end)| (end - start) as usize);
        let is_there: NullBuffer = lengths.clone().map(|length| length > 0).collect();
        let bytes = &self.bytes.as_bytes()[start as usize..end as usize];
        let nulls = Some(is_there).filter(|is_there| is_there.null_count() > 0);
        StringArray::new(OffsetBuffer::from_lengths(lengths), bytes.into(), nulls)
    }
}

/// The key of one row: its columns' texts, joined by `|`; empty if there is none.
pub(crate) fn row_key(batch: &RecordBatch, columns: &[String], row: usize) -> Box<str> {
    let columns: Vec<&ArrayRef> = columns.iter().filter_map(|column| batch.column_by_name(column)).collect();
    let mut key = String::new();
    write_row_key(&columns, row, &mut key);
    key.into()
}

/// Appends the key of one row to `text`.
pub(crate) fn write_row_key(columns: &[&ArrayRef], row: usize, text: &mut String) {
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            text.push('|');
        }
        write_key_at(column, row, text);
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;

    use super::*;

    #[test]
    fn a_column_has_the_texts_of_its_rows_and_nulls_for_empty_ones() {
        let mut texts = Texts::default();
        ["", "ab", "", "ç", "d"].into_iter().for_each(|text| texts.push(text));
        let column =
            |rows: Range<u32>| texts.column(rows).iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(column(0..5), [None, text("ab"), None, text("ç"), text("d")]);
        assert_eq!(column(3..5), [text("ç"), text("d")]);
        assert_eq!(column(2..2), []);
        // Where there is no key column, no text was added.
        assert_eq!(Texts::default().column(7..9).null_count(), 2);
    }
}
