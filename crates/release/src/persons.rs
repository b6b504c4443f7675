//! The table `persons`: which person each record is of.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use counterfoil_core::{Column, ColumnType, Fault, Pseudonym, RecordRef, TableContract};

use crate::contract::build;
use crate::links::{key_text, source_name};
use crate::pseudonym::column;

/// Contract of `persons.parquet`: one row a record; `person` is an opaque id.
pub const PERSONS: TableContract = TableContract {
    name: "persons",
    version: 1,
    columns: &[
        Column { name: "source", kind: ColumnType::Text, nullable: false },
        Column { name: "row", kind: ColumnType::U64, nullable: false },
        Column { name: "key", kind: ColumnType::Text, nullable: true },
        Column { name: "person", kind: ColumnType::Text, nullable: false },
    ],
    sorted_by: &["source", "row"],
    unique: &["source", "row"],
};

/// One record and its person.
///
/// No `Debug`: it holds a record key.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow<'k> {
    /// The record.
    pub record: RecordRef,
    /// Its record key; empty where the source has none.
    pub key: Cow<'k, str>,
    /// Opaque person id, stable for the same inputs.
    pub person: Pseudonym,
}

/// Builds the part of the table `persons` that consecutive records of one source make, from the
/// `first` row on: as [`persons_batch`] does, without a look at their order. A null is no key.
///
/// # Errors
///
/// A bug if there are not as many keys as persons.
pub fn persons_in_order(
    (source, first): (&str, u64),
    keys: StringArray,
    persons: impl ExactSizeIterator<Item = Pseudonym>,
) -> Result<RecordBatch, Fault> {
    let rows = persons.len();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::new_repeated(source, rows)),
        Arc::new(UInt64Array::from_iter_values(first..first + rows as u64)),
        Arc::new(keys),
        Arc::new(column(persons)),
    ];
    build(&PERSONS, columns)
}

/// Builds the table `persons`. `source_names` are the data sets' names by their position in
/// the job.
///
/// # Errors
///
/// A bug if a source has no name or a record comes twice.
pub fn persons_batch(mut rows: Vec<PersonRow<'_>>, source_names: &[String]) -> Result<RecordBatch, Fault> {
    let name = |row: &PersonRow<'_>| source_name(PERSONS.name, source_names, row.record);
    rows.iter().try_for_each(|row| name(row).map(drop))?;
    rows.sort_unstable_by(|a, b| (name(a).ok(), a.record.row).cmp(&(name(b).ok(), b.record.row)));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| name(row).ok()).collect::<StringArray>()),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.record.row))),
        Arc::new(rows.iter().map(|row| key_text(&row.key)).collect::<StringArray>()),
        Arc::new(column(rows.iter().map(|row| row.person))),
    ];
    build(&PERSONS, columns)
}
