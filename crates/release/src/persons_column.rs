//! The person's pseudonym on every row of an extract, where not every row has a person key.
//!
//! Persons who are told by their combination of identifiers have a pseudonym in the bridging
//! file; their rows carry it too, or nobody could join the two.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{Fault, Pseudonym};

use crate::pseudonym::nullable_column;

/// Name of the column where the records have no person key to stand in its place.
pub const PERSON_PSEUDONYM: &str = "PERSON_PSEUDONYM";

/// Where faults of this module are said to be.
const PLACE: &str = "release.persons_column";

/// The schema of an extract whose persons stand in `column`: `schema` itself if it has that
/// column, else with it in front.
#[must_use]
pub fn persons_schema(schema: &SchemaRef, column: &str) -> SchemaRef {
    if schema.field_with_name(column).is_ok() {
        return schema.clone();
    }
    let mut fields = vec![Arc::new(Field::new(column, DataType::Utf8, true))];
    fields.extend(schema.fields().iter().cloned());
    Arc::new(Schema::new(fields))
}

/// Puts pseudonyms in `column` of a batch, row by row; null where a row has no person.
///
/// # Errors
///
/// A bug if `schema` is not what [`persons_schema`] made for this batch.
pub fn set_persons(
    batch: &RecordBatch,
    schema: &SchemaRef,
    column: &str,
    persons: impl Iterator<Item = Option<Pseudonym>>,
) -> Result<RecordBatch, Fault> {
    let persons = nullable_column(persons);
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    match batch.schema_ref().index_of(column) {
        Ok(position) => columns[position] = Arc::new(persons),
        Err(_) => columns.insert(0, Arc::new(persons)),
    }
    RecordBatch::try_new(schema.clone(), columns)
        .map_err(|_| Fault::bug(PLACE, "columns do not fit the extract's schema"))
}
