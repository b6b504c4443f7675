//! Tests of what leaves; one binary for all.

mod contracts;
mod deaths;
mod extract;
mod order;
mod policy;
mod tables;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use counterfoil_core::Pseudonym;

/// The day number of a date in ISO form.
fn day(date: &str) -> i32 {
    let date: jiff::civil::Date = date.parse().expect("fixtures hold ISO dates");
    (date - jiff::civil::date(1970, 1, 1)).get_days()
}

/// A pseudonym-shaped text.
fn pseudonym(number: u64) -> Pseudonym {
    Pseudonym::new(u128::from(number).to_be_bytes())
}

/// Its text.
fn pseudonym_text(number: u64) -> String {
    format!("{number:032x}")
}

/// A text column as values.
fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Vec<Option<&'a str>> {
    batch.column_by_name(column).expect("column exists").as_string::<i32>().iter().collect()
}

fn names(batch: &RecordBatch) -> Vec<String> {
    batch.schema().fields().iter().map(|field| field.name().clone()).collect()
}
