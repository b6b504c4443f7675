//! Whose each record is: the truth, as it is collected beside the records.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, UInt64Array};
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::Fault;
use counterfoil_store::RowGroup;

use crate::errors::ErrorSet;

/// Columns of the truth: which person each record is of.
pub(crate) fn truth_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("row", DataType::UInt64, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("person", DataType::UInt64, false),
        Field::new("errors", DataType::Utf8, true),
    ]))
}

/// The column of the truth that only the order of all files decides: numbers of rows.
pub(crate) const TRUTH_ROW: usize = 1;

/// Columns of the truth whose values hardly repeat.
pub(crate) const TRUTH_DISTINCT: &[&str] = &["row", "key"];

/// Key, person and errors of some records, in their order.
pub(crate) struct Traces {
    pub(crate) keys: StringArray,
    pub(crate) persons: Vec<u64>,
    pub(crate) errors: Vec<ErrorSet>,
}

impl Traces {
    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.persons.len()
    }

    /// Appends all columns of the truth but [`TRUTH_ROW`].
    pub(crate) fn encode(self, source: &str, truth: &mut RowGroup) -> Result<(), Fault> {
        let sources = StringArray::from_iter_values(std::iter::repeat_n(source, self.len()));
        let errors: StringArray = self.errors.iter().map(|errors| errors.names()).collect();
        let columns: [(usize, ArrayRef); 4] = [
            (0, Arc::new(sources)),
            (2, Arc::new(self.keys)),
            (3, Arc::new(UInt64Array::from(self.persons))),
            (4, Arc::new(errors)),
        ];
        columns.iter().try_for_each(|(position, values)| truth.write(*position, values))
    }
}

/// Collects [`Traces`].
pub(crate) struct TracesBuilder {
    keys: Vec<u8>,
    ends: Vec<i32>,
    persons: Vec<u64>,
    errors: Vec<ErrorSet>,
}

impl TracesBuilder {
    /// For about this many records.
    pub(crate) fn of(records: usize) -> TracesBuilder {
        let mut ends = Vec::with_capacity(records + 1);
        ends.push(0);
        TracesBuilder {
            keys: Vec::with_capacity(records * 20),
            ends,
            persons: Vec::with_capacity(records),
            errors: Vec::with_capacity(records),
        }
    }

    /// Appends a record; `key` appends its key.
    pub(crate) fn push(&mut self, (person, errors): (u64, ErrorSet), key: impl FnOnce(&mut Vec<u8>)) {
        key(&mut self.keys);
        self.ends.push(self.keys.len() as i32);
        self.persons.push(person);
        self.errors.push(errors);
    }

    pub(crate) fn finish(self) -> Traces {
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        let keys = StringArray::try_new(ends, Buffer::from_vec(self.keys), None).expect("keys are ASCII");
        Traces { keys, persons: self.persons, errors: self.errors }
    }
}
