//! Names of persons, as text: what their pseudonyms are made of.

use arrow_array::{ArrayRef, RecordBatch};
use counterfoil_core::CodedBatch;
use counterfoil_token::coding::{Coder, write_key_at};

/// Names the persons of a batch's rows: by person key, else by the combination of identifiers
/// where rows are gathered by it.
pub(crate) struct PersonNames<'b> {
    key: Option<&'b ArrayRef>,
    coder: &'b Coder<'b>,
    coded: &'b CodedBatch,
}

impl<'b> PersonNames<'b> {
    /// Names by the column `key`, if there is one. `coded` are the codes of the batch, or what
    /// [`Coder::values`] makes of it.
    pub(crate) fn new(
        key: Option<&String>,
        coder: &'b Coder<'b>,
        coded: &'b CodedBatch,
        batch: &'b RecordBatch,
    ) -> PersonNames<'b> {
        PersonNames { key: key.and_then(|column| batch.column_by_name(column)), coder, coded }
    }

    /// Appends the name of a row's person; nothing where it has none.
    pub(crate) fn write(&self, row: usize, text: &mut String) {
        let start = text.len();
        if let Some(key) = self.key {
            write_key_at(key, row, text);
        }
        if text.len() == start {
            self.coder.write_identity(self.coded, row, text);
        }
    }

    /// The name of a row's person; empty where it has none.
    pub(crate) fn name(&self, row: usize) -> Box<str> {
        let mut name = String::new();
        self.write(row, &mut name);
        name.into()
    }
}
