//! Rows leave in pseudonym order, whatever order they came in.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::SchemaRef;
use counterfoil_release::order::{sort_by_pseudonym, split_by_pseudonym};
use proptest::prelude::*;

use crate::{pseudonym_text, texts};

type Row = (Option<u64>, Option<i32>, Option<f64>, Option<bool>);

fn batch(rows: &[Row]) -> RecordBatch {
    let visits = rows.iter().map(|row| row.1);
    let persons = rows.iter().map(|row| row.0.map(pseudonym_text));
    RecordBatch::try_from_iter_with_nullable([
        ("visit", Arc::new(visits.collect::<Int32Array>()) as ArrayRef, true),
        ("person", Arc::new(persons.collect::<StringArray>()), true),
        ("cost", Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>()), true),
        ("day_case", Arc::new(rows.iter().map(|row| row.3).collect::<BooleanArray>()), true),
    ])
    .expect("columns fit")
}

fn schema() -> SchemaRef {
    batch(&[]).schema()
}

fn sorted(batches: &[RecordBatch]) -> RecordBatch {
    sort_by_pseudonym(&schema(), batches, Some("person")).expect("rows can be ordered")
}

#[test]
fn ties_are_broken_by_the_remaining_columns_nulls_last() {
    let rows = [
        (None, Some(1), None, None),
        (Some(2), Some(5), None, None),
        (Some(1), None, None, None),
        (Some(1), Some(7), Some(2.0), None),
        (Some(1), Some(7), Some(-1.0), None),
    ];
    let out = sorted(&[batch(&rows[..2]), batch(&rows[2..])]);
    let one = pseudonym_text(1);
    let two = pseudonym_text(2);
    let persons = [Some(&*one), Some(&*one), Some(&*one), Some(&*two), None];
    assert_eq!(texts(&out, "person"), persons);
    let visits: Vec<_> = out.column(0).as_primitive::<Int32Type>().iter().collect();
    assert_eq!(visits, [Some(7), Some(7), None, Some(5), Some(1)]);
    assert_eq!(out.column(2).as_primitive::<Float64Type>().values()[..2], [-1.0, 2.0]);
}

#[test]
fn without_a_pseudonym_all_columns_order_from_the_left() {
    let rows = [(Some(1), Some(9), None, None), (Some(2), Some(3), None, None)];
    let out = sort_by_pseudonym(&schema(), &[batch(&rows)], None).expect("rows can be ordered");
    assert_eq!(out.column(0).as_primitive::<Int32Type>().values(), &[3, 9]);
}

#[test]
fn no_batches_are_no_rows() {
    assert_eq!(sorted(&[]), batch(&[]));
}

#[test]
fn the_pseudonym_column_must_be_there_and_be_text() {
    let sort = |column| sort_by_pseudonym(&schema(), &[], Some(column));
    let missing = sort("token").expect_err("there is no such column");
    assert_eq!(missing.message, "there is no pseudonym column `token`");
    let number = sort("visit").expect_err("it holds numbers");
    assert_eq!(number.message, "pseudonym column `visit` is not plain text");
}

#[test]
fn a_split_takes_pseudonyms_only() {
    let column = Arc::new(StringArray::from(vec!["9434765919"])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("person", column)]).expect("one column");
    let fault = split_by_pseudonym(&batch, "person", 4).expect_err("a key is refused");
    assert!(!fault.message.contains("9434765919"), "{fault}");
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    // Few values a column, so that ties are many; pseudonyms that share their first bytes.
    let person = prop::option::weighted(0.9, prop::sample::select(vec![0, 1, 2, 1 << 40, u64::MAX]));
    let cost = prop::sample::select(vec![0.0, -0.0, 1.5, f64::NAN]);
    let row = (person, prop::option::of(0..3), prop::option::of(cost), any::<Option<bool>>());
    prop::collection::vec(row, 0..60)
}

/// Every value of every row, floats by their bits, so that NaN equals itself.
fn contents(batch: &RecordBatch) -> Vec<String> {
    let bits = |row: usize| {
        let costs = batch.column(2).as_primitive::<Float64Type>();
        costs.iter().nth(row).flatten().map(f64::to_bits)
    };
    let row = |row: usize| {
        let rest = batch.slice(row, 1).project(&[0, 1, 3]).expect("columns exist");
        format!("{:?} {:?}", rest.columns(), bits(row))
    };
    (0..batch.num_rows()).map(row).collect()
}

proptest! {
    #[test]
    fn the_outcome_does_not_depend_on_order_or_batches(
        (rows, shuffled) in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        size in 1_usize..20,
    ) {
        let batches: Vec<_> = shuffled.chunks(size).map(batch).collect();
        prop_assert_eq!(contents(&sorted(&[batch(&rows)])), contents(&sorted(&batches)));
    }

    #[test]
    fn sorted_parts_one_after_another_are_sorted(
        persons in prop::collection::vec(any::<u128>(), 0..60),
        bits in 0_u32..=8,
    ) {
        let values: StringArray = persons.iter().map(|p| Some(format!("{p:032x}"))).collect();
        let all = RecordBatch::try_from_iter([("person", Arc::new(values) as ArrayRef)]).expect("fits");
        let whole = sort_by_pseudonym(all.schema_ref(), std::slice::from_ref(&all), Some("person")).expect("sorts");
        let parts = split_by_pseudonym(&all, "person", bits).expect("splits");
        prop_assert_eq!(parts.len(), 1 << bits);
        let parts: Vec<_> = parts.into_iter()
            .map(|part| sort_by_pseudonym(all.schema_ref(), &[part], Some("person")).expect("sorts"))
            .collect();
        let joined: Vec<_> = parts.iter().flat_map(|part| texts(part, "person")).collect();
        prop_assert_eq!(joined, texts(&whole, "person"));
    }
}
