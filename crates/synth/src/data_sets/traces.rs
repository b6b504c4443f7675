//! Whose each record is: the truth, as it is collected beside the records. A row that is about
//! two persons has an entry for each.

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
        Field::new("about", DataType::Utf8, true),
    ]))
}

/// The column of the truth that only the order of all files decides: numbers of rows.
pub(crate) const TRUTH_ROW: usize = 1;

/// Columns of the truth whose values hardly repeat.
pub(crate) const TRUTH_DISTINCT: &[&str] = &["row", "key"];

/// What the catalogue calls the two persons that a row is about: the one that its person key
/// names, and the other.
pub(crate) type Roles = (&'static str, &'static str);

/// Key, person and errors of some records, in their order.
pub(crate) struct Traces {
    pub(crate) keys: StringArray,
    pub(crate) persons: Vec<u64>,
    pub(crate) errors: Vec<ErrorSet>,
    /// The other person of rows that are about two.
    pub(crate) others: Vec<Other>,
}

/// The other person that a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Other {
    /// The row, counted within its records.
    pub(crate) row: u32,
    pub(crate) person: u64,
    pub(crate) errors: ErrorSet,
}

impl Traces {
    /// Appends all columns of the truth but [`TRUTH_ROW`]: every record, and after them the
    /// others. `roles` are those of a table whose rows are about two persons.
    pub(crate) fn encode(&self, source: &str, roles: Option<Roles>, truth: &mut RowGroup) -> Result<(), Fault> {
        let (records, others) = (self.persons.len(), self.others.len());
        let sources = StringArray::from_iter_values(std::iter::repeat_n(source, records + others));
        let errors = self.errors.iter().copied().chain(self.others.iter().map(|other| other.errors));
        let errors: StringArray = errors.map(ErrorSet::names).collect();
        let persons = self.persons.iter().copied().chain(self.others.iter().map(|other| other.person));
        let columns: [(usize, ArrayRef); 5] = [
            (0, Arc::new(sources)),
            (2, self.all_keys()),
            (3, Arc::new(UInt64Array::from_iter_values(persons))),
            (4, Arc::new(errors)),
            (5, about(roles, records, others)),
        ];
        columns.iter().try_for_each(|(position, values)| truth.write(*position, values))
    }

    /// The key of each record, and again of those that are about another person too.
    fn all_keys(&self) -> ArrayRef {
        if self.others.is_empty() {
            return Arc::new(self.keys.clone());
        }
        let of_others = self.others.iter().map(|other| Some(self.keys.value(other.row as usize)));
        Arc::new(self.keys.iter().chain(of_others).collect::<StringArray>())
    }
}

/// The column `about`: null where a row is about one person.
fn about(roles: Option<Roles>, records: usize, others: usize) -> ArrayRef {
    let Some((own, other)) = roles else { return Arc::new(StringArray::new_null(records)) };
    let names = std::iter::repeat_n(own, records).chain(std::iter::repeat_n(other, others));
    Arc::new(StringArray::from_iter_values(names))
}

/// Collects [`Traces`].
pub(crate) struct TracesBuilder {
    keys: Vec<u8>,
    ends: Vec<i32>,
    persons: Vec<u64>,
    errors: Vec<ErrorSet>,
    others: Vec<Other>,
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
            others: Vec::new(),
        }
    }

    /// Appends a record; `key` appends its key.
    pub(crate) fn push(&mut self, (person, errors): (u64, ErrorSet), key: impl FnOnce(&mut Vec<u8>)) {
        key(&mut self.keys);
        self.ends.push(self.keys.len() as i32);
        self.persons.push(person);
        self.errors.push(errors);
    }

    /// Notes the other person that the record pushed last is about.
    pub(crate) fn push_other(&mut self, (person, errors): (u64, ErrorSet)) {
        self.others.push(Other { row: self.persons.len() as u32 - 1, person, errors });
    }

    pub(crate) fn finish(self) -> Traces {
        let ends = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        let keys = StringArray::try_new(ends, Buffer::from_vec(self.keys), None).expect("keys are ASCII");
        Traces { keys, persons: self.persons, errors: self.errors, others: self.others }
    }
}
