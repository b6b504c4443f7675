//! Units: which rows are of one person.

use arrow_array::RecordBatch;
use counterfoil_core::{Code, CodedBatch};

use super::{Coder, Tally, for_each_key};

/// What tells the tokens of identities from those of values.
const IDENTITY: &str = "identity";

impl Coder<'_> {
    /// The unit of each row alone: what a second reading needs.
    #[must_use]
    pub fn units(&self, first_row: u64, batch: &RecordBatch) -> Vec<Code> {
        self.units_where(&self.values(first_row, batch), batch, |_| true)
    }

    /// The units of some rows; null elsewhere. `coded` are the codes of the batch.
    #[must_use]
    pub fn units_where(&self, coded: &CodedBatch, batch: &RecordBatch, wanted: impl Fn(usize) -> bool) -> Vec<Code> {
        let mut units = vec![Code::NULL; batch.num_rows()];
        let column = self.plan.person_key.as_ref().and_then(|name| batch.column_by_name(name));
        if let Some(column) = column {
            for_each_key(column, |row, key| {
                if let Some(key) = key.filter(|_| wanted(row)) {
                    units[row] = self.units.of_person(key);
                }
            });
        }
        for (row, unit) in units.iter_mut().enumerate().filter(|(row, unit)| unit.is_null() && wanted(*row)) {
            *unit = match self.identity(coded, row) {
                Some(values) => self.units.of_identity(values),
                // A row with neither is a unit of its own, named by its place.
                None => self.units.of_row(self.plan.source, coded.first_row + row as u64),
            };
        }
        units
    }

    /// What units are told by: the codes of the batch where rows are gathered by identity,
    /// else none.
    #[must_use]
    pub fn values(&self, first_row: u64, batch: &RecordBatch) -> CodedBatch {
        if self.plan.identity.is_empty() {
            CodedBatch { first_row, rows: batch.num_rows(), ..CodedBatch::default() }
        } else {
            self.code_fields(first_row, batch, &mut Tally::new(self.plan.fields.len()))
        }
    }

    /// Appends the name of a row's identity to `text`: equal for equal values in all linkage
    /// fields, under the key of tokens. Nothing where rows are not gathered by identity, or
    /// the row has too few values.
    pub fn write_identity(&self, coded: &CodedBatch, row: usize, text: &mut String) {
        use std::fmt::Write;
        if let Some(values) = self.identity(coded, row) {
            let values: Vec<u8> = values.flat_map(|value| value.0.to_le_bytes()).collect();
            text.push_str("identity|");
            for byte in self.tokeniser.token(IDENTITY, &values).as_bytes() {
                // Writing to a string cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
        }
    }

    /// The codes of a row's linkage fields; `None` if rows are not gathered by them or too few
    /// are there.
    fn identity<'c>(&self, coded: &'c CodedBatch, row: usize) -> Option<impl Iterator<Item = Code> + use<'c>> {
        let is_complete = |set: &Vec<usize>| set.iter().all(|field| !coded.fields[*field][row].is_null());
        let has_enough = self.plan.identity.iter().any(is_complete);
        has_enough.then(|| coded.fields.iter().map(move |field| field[row]))
    }
}
