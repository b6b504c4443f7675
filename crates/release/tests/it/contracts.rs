//! Tables are held to their contracts.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, StringViewArray, UInt8Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use counterfoil_core::{Column, ColumnType, ErrorKind, TableContract};
use counterfoil_release::contract::{check_contract, schema_of};

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
