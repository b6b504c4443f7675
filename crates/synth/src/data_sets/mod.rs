//! The data sets that can be written, one module each.
//!
//! A data set turns a block of lives into records, in the columns of its catalogue entry,
//! with the errors of its own collection. It also says who each record is of: the truth.

mod clinical;
pub(crate) mod deaths;
pub(crate) mod hes_apc;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::draw::Purpose;
use crate::errors::{ErrorRates, ErrorSet};
use crate::population::{Life, World};

/// Names of the data sets that can be written, as in the catalogue.
pub const DATA_SETS: &[&str] = &["hes-apc", "deaths"];

/// A data set that can be written.
pub(crate) trait DataSet: Sync {
    /// Name in the catalogue.
    fn name(&self) -> &'static str;

    /// Folder of its files.
    fn folder(&self) -> &'static str;

    /// Its columns.
    fn schema(&self) -> SchemaRef;

    /// The records of some people, in the order in which they are written.
    fn records(&self, world: &World, rates: &ErrorRates, lives: &[Life]) -> Records;
}

/// Some consecutive records of a data set.
pub(crate) struct Records {
    /// The rows.
    pub(crate) batch: RecordBatch,
    /// Record key by row.
    pub(crate) keys: StringArray,
    /// Person by row: the truth.
    pub(crate) persons: Vec<u64>,
    /// Errors by row.
    pub(crate) errors: Vec<ErrorSet>,
}

/// The data set of that name.
pub(crate) fn find(name: &str) -> Option<&'static dyn DataSet> {
    match name {
        "hes-apc" => Some(&hes_apc::HesApc),
        "deaths" => Some(&deaths::Deaths),
        _ => None,
    }
}

/// Whether the life has a record in HES APC.
pub(crate) fn has_hospital_record(world: &World, life: &Life) -> bool {
    life.stays.first().is_some_and(|stay| stay.admitted <= world.window.last())
}

/// Whether the person's death is registered within the data.
pub(crate) fn has_registration(world: &World, rates: &ErrorRates, life: &Life) -> bool {
    life.death.as_ref().is_some_and(|death| {
        let mut draw = world.draws(Purpose::Registration, life.person.index);
        deaths::registration_day(world, rates, death, &mut draw).is_some()
    })
}

/// Collects named columns into a batch; its schema follows from them.
#[derive(Default)]
struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Adds a column; all columns may be null.
    fn add<A: arrow_array::Array + 'static>(&mut self, name: &str, array: A) {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(Arc::new(array));
    }

    fn finish(self) -> RecordBatch {
        let schema = Arc::new(Schema::new(self.fields));
        RecordBatch::try_new(schema, self.arrays).expect("every column has one value a row")
    }
}

/// Text of fixed-length ASCII bytes.
fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("generated codes are ASCII")
}

/// Writes a number in decimal with leading zeros.
fn decimal<const N: usize>(mut number: u64) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text
}

/// Writes 64 bits as 16 capital hexadecimal digits.
fn hexadecimal(bits: u64) -> [u8; 16] {
    std::array::from_fn(|place| b"0123456789ABCDEF"[(bits >> (60 - 4 * place) & 15) as usize])
}

/// Schema of the truth: which person each record is of.
pub(crate) fn truth_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        Field::new("row", DataType::UInt64, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("person", DataType::UInt64, false),
        Field::new("errors", DataType::Utf8, true),
    ]))
}

#[cfg(test)]
mod tests;
