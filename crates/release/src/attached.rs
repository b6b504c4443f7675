//! The extract of records that are attached to persons: the record as its own extract would
//! have it, with the person, the match rank and the file version.
//!
//! That is what HES–DID delivers of an imaging record. `HES_DID_MATCHRANK` is the published
//! name; those of the other two columns are not published and ours, the person's being the
//! name that the column has in HES.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{Fault, Pseudonym, Step};

use crate::pseudonym::nullable_column;

/// Column of the person's pseudonym; null where the record is unmatched. Rows leave in its
/// order.
pub const PERSON: &str = "TOKEN_PERSON_ID";
/// Column of the match rank, as text, for its steps are `1A`, `1B` and `2` to `8`; null where
/// the record is unmatched.
pub const MATCH_RANK: &str = "HES_DID_MATCHRANK";
/// Column of the delivery's name; the same in every row.
pub const FILE_VERSION: &str = "FILE_VERSION";

/// Where faults of this module are said to be.
const PLACE: &str = "release.attached";

/// What one record is given.
///
/// No `Debug`: who is whom is for the recipient alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Pseudonym of the person.
    pub person: Pseudonym,
    /// The step that links the record to the person.
    pub step: Step,
}

/// The schema of records of `schema` with the added columns: the person first, rank and
/// version last.
///
/// # Errors
///
/// A fault at `place` if the records have a column of one of these names already.
pub fn attached_schema(place: &str, schema: &SchemaRef) -> Result<SchemaRef, Fault> {
    let is_taken = |name: &&str| schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name));
    if let Some(name) = [PERSON, MATCH_RANK, FILE_VERSION].into_iter().find(is_taken) {
        let message = format!("the records have a column `{name}` already, which this extract adds");
        return Err(Fault::spec(place, message).hint("list the `columns` wanted, without this one"));
    }
    let text = |name: &str, nullable: bool| Arc::new(Field::new(name, DataType::Utf8, nullable));
    let mut fields = vec![text(PERSON, true)];
    fields.extend(schema.fields().iter().cloned());
    fields.extend([text(MATCH_RANK, true), text(FILE_VERSION, false)]);
    Ok(Arc::new(Schema::new(fields)))
}

/// Adds the columns to a batch; `attachments` has one entry a row, none for an unmatched
/// record.
///
/// # Errors
///
/// A bug if the batch is not of the schema that `schema` was made of.
pub fn attach(
    batch: &RecordBatch,
    schema: &SchemaRef,
    attachments: &[Option<Attachment>],
    file_version: &str,
) -> Result<RecordBatch, Fault> {
    let person = |attachment: &Option<Attachment>| attachment.as_ref().map(|attachment| attachment.person);
    let persons = nullable_column(attachments.iter().map(person));
    let step = |attachment: &Option<Attachment>| attachment.as_ref().map(|attachment| attachment.step.name());
    let versions = std::iter::repeat_n(file_version, attachments.len());
    let mut columns: Vec<ArrayRef> = vec![Arc::new(persons)];
    columns.extend(batch.columns().iter().cloned());
    columns.push(Arc::new(attachments.iter().map(step).collect::<StringArray>()));
    columns.push(Arc::new(StringArray::from_iter_values(versions)));
    RecordBatch::try_new(schema.clone(), columns)
        .map_err(|_| Fault::bug(PLACE, "columns do not fit the extract's schema"))
}
