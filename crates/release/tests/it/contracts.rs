//! Tables are held to their contracts.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, StringViewArray, UInt8Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use counterfoil_core::{Column, ColumnType, ErrorKind, TableContract};
use counterfoil_release::contract::{ContractCheck, check_contract, schema_of};
use proptest::prelude::*;

const CONTRACT: TableContract = TableContract {
    name: "sample",
    version: 1,
    columns: &[
        Column { name: "key", kind: ColumnType::Text, nullable: false },
        Column { name: "row", kind: ColumnType::U64, nullable: true },
    ],
    sorted_by: &["key"],
    unique: &["row"],
};

fn sample(keys: Vec<Option<&str>>, rows: Vec<Option<u64>>) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("key", Arc::new(StringArray::from(keys)) as ArrayRef),
        ("row", Arc::new(UInt64Array::from(rows)) as ArrayRef),
    ])
    .expect("columns are of one length")
}

/// `due` is the message, or "" where the contract holds.
fn check(batch: &RecordBatch, due: &str) {
    match check_contract(&CONTRACT, batch) {
        Ok(()) => assert_eq!("", due),
        Err(fault) => {
            assert_eq!(fault.message, due);
            assert_eq!((fault.kind, fault.place.as_str()), (ErrorKind::Bug, "sample"));
        }
    }
}

#[test]
fn a_table_in_order_passes() {
    check(&sample(vec![Some("a"), Some("b"), Some("b")], vec![Some(3), Some(1), None]), "");
    check(&sample(vec![], vec![]), "");
}

#[test]
fn rows_out_of_order_are_named_by_number() {
    let batch = sample(vec![Some("b"), Some("a")], vec![Some(1), Some(2)]);
    check(&batch, "row 1 is out of order; rows are sorted by `key`");
}

#[test]
fn repeats_are_found_though_they_stand_apart() {
    let batch = sample(vec![Some("a"), Some("b"), Some("c")], vec![Some(5), Some(1), Some(5)]);
    check(&batch, "rows 0 and 2 are equal in `row`");
}

#[test]
fn a_null_where_none_may_be_is_found() {
    let batch = sample(vec![Some("a"), None], vec![Some(1), Some(2)]);
    check(&batch, "row 1, column `key`: no value where one is due");
}

#[test]
fn columns_have_their_names_order_and_types() {
    let columns = |names: [&str; 2], second: ArrayRef| {
        let key = Arc::new(StringArray::from(vec!["a"])) as ArrayRef;
        RecordBatch::try_from_iter([(names[0], key), (names[1], second)]).expect("one length")
    };
    let wide = || Arc::new(UInt64Array::from(vec![1])) as ArrayRef;
    check(&columns(["key", "line"], wide()), "columns are `key`, `line`; they should be `key`, `row`");
    let narrow = Arc::new(UInt8Array::from(vec![1])) as ArrayRef;
    check(&columns(["key", "row"], narrow), "column `row` is UInt8; it should be UInt64");
}

#[test]
fn any_text_type_is_text() {
    let key = Arc::new(StringViewArray::from(vec!["a"])) as ArrayRef;
    let row = Arc::new(UInt64Array::from(vec![1])) as ArrayRef;
    check(&RecordBatch::try_from_iter([("key", key), ("row", row)]).expect("one length"), "");
}

#[test]
fn the_schema_says_what_the_table_is_and_where_nulls_may_be() {
    let fields = vec![Field::new("key", DataType::Utf8, false), Field::new("row", DataType::UInt64, true)];
    let stated = [("counterfoil.table", "sample"), ("counterfoil.table.version", "1")];
    let stated = stated.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    assert_eq!(*schema_of(&CONTRACT), Schema::new_with_metadata(fields, stated));
}

/// As `CONTRACT`, sorted by its unique columns.
const SORTED: TableContract = TableContract { sorted_by: &["key", "row"], unique: &["key", "row"], ..CONTRACT };

/// The message about a table that comes in these batches, or "" where the contract holds.
fn checked(batches: &[RecordBatch]) -> String {
    let mut check = ContractCheck::new(&SORTED, batches[0].schema_ref()).expect("the columns are right");
    for batch in batches {
        if let Err(fault) = check.batch(batch) {
            return fault.message;
        }
    }
    assert_eq!(check.rows(), batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>());
    String::new()
}

#[test]
fn a_table_in_batches_is_checked_where_they_meet() {
    let rows = |keys: &[&'static str], rows: &[u64]| {
        sample(keys.iter().copied().map(Some).collect(), rows.iter().copied().map(Some).collect())
    };
    let (first, none) = (rows(&["a", "a"], &[1, 2]), rows(&[], &[]));
    assert_eq!(checked(&[first.clone(), none.clone(), rows(&["a", "b"], &[3, 1])]), "");
    let out_of_order = "row 2 is out of order; rows are sorted by `key`, `row`";
    assert_eq!(checked(&[first.clone(), none.clone(), rows(&["a"], &[1])]), out_of_order);
    assert_eq!(checked(&[none, first.clone(), rows(&["a"], &[2])]), "rows 1 and 2 are equal in `key`, `row`");
    let late = "row 4 is out of order; rows are sorted by `key`, `row`";
    assert_eq!(checked(&[first.clone(), rows(&["b", "c"], &[1, 1]), rows(&["b"], &[2])]), late);
    let null = sample(vec![Some("b"), None], vec![Some(1), Some(1)]);
    assert_eq!(checked(&[first, null]), "row 3, column `key`: no value where one is due");
}

proptest! {
    /// However a table is cut, the same is said of it as of the whole.
    #[test]
    fn batches_are_checked_as_the_whole_table_is(
        rows in prop::collection::vec((0_u8..4, 0_u64..4), 1..12).prop_flat_map(|mut rows| {
            let mut sorted = rows.clone();
            sorted.sort_unstable();
            sorted.dedup();
            // In order for the greater part, so that batches that meet well come up too.
            prop_oneof![Just(sorted.clone()), Just(sorted), Just({ rows.truncate(6); rows })]
        }),
        size in 1_usize..6,
    ) {
        let batch = |rows: &[(u8, u64)]| {
            let keys: Vec<String> = rows.iter().map(|(key, _)| key.to_string()).collect();
            sample(keys.iter().map(|key| Some(key.as_str())).collect(), rows.iter().map(|(_, row)| Some(*row)).collect())
        };
        let batches: Vec<RecordBatch> = rows.chunks(size).map(batch).collect();
        let whole = check_contract(&SORTED, &batch(&rows));
        let cut = checked(&batches);
        prop_assert_eq!(whole.is_ok(), cut.is_empty(), "{:?} {}", whole, cut);
    }
}
