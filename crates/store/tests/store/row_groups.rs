//! Row groups encoded away from their file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{ErrorKind, Fault};
use counterfoil_store::{EncodedRowGroup, Layout, Staging};

use crate::reading::{content, open, text};

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("ID", DataType::Utf8, true), Field::new("AGE", DataType::Int64, true)]))
}

/// The given (text, number) columns, each written in pieces.
fn row_group(layout: &Layout, pieces: &[(ArrayRef, ArrayRef)]) -> Result<EncodedRowGroup, Fault> {
    let mut row_group = layout.row_group()?;
    for (id, age) in pieces {
        row_group.write(1, age)?;
        row_group.write(0, id)?;
    }
    row_group.close()
}

fn ages(ages: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(ages.to_vec()))
}

fn publish(out: &Path, row_groups: Vec<EncodedRowGroup>) -> u64 {
    let staging = Staging::begin(out, "f").expect("begins");
    let layout = Layout::new(&schema(), &["ID"]).expect("a layout");
    let mut writer = staging.encoded_writer("t/part.parquet", &layout).expect("a writer");
    for row_group in row_groups {
        writer.append(row_group).expect("appends");
    }
    let rows = writer.finish().expect("finishes");
    staging.publish(|_| Ok(Vec::new())).expect("publishes");
    rows
}

#[test]
fn rows_come_back_in_the_order_of_the_row_groups() {
    let folder = tempfile::tempdir().expect("folder");
    let layout = Layout::new(&schema(), &["ID"]).expect("a layout");
    let second = row_group(&layout, &[(text(&[Some("c")]), ages(&[Some(3)]))]).expect("encodes");
    let empty = row_group(&layout, &[]).expect("encodes");
    let pieces = [(text(&[Some("a")]), ages(&[None])), (text(&[None]), ages(&[Some(2)]))];
    let first = row_group(&layout, &pieces).expect("encodes");
    assert_eq!((first.rows(), empty.rows(), second.rows()), (2, 0, 1));
    let out = folder.path().join("out");
    assert_eq!(publish(&out, vec![first, empty, second]), 3);
    let table = open(&out, &["t"]).expect("opens");
    let cell = |value: &str| Some(value.to_owned());
    let rows = [[cell("a"), None], [None, cell("2")], [cell("c"), cell("3")]];
    assert_eq!(content(&table, &["ID", "AGE"]), rows);
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let layout = Layout::new(&schema(), &[]).expect("a layout");
    let bug = |done: Result<EncodedRowGroup, Fault>| done.expect_err("a bug").kind == ErrorKind::Bug;
    assert!(bug(row_group(&layout, &[(text(&[Some("a")]), ages(&[]))])), "lengths differ");
    assert!(bug(row_group(&layout, &[(ages(&[Some(1)]), ages(&[Some(1)]))])), "a number for a text");
    let mut row_group = layout.row_group().expect("a row group");
    assert!(row_group.write(2, &ages(&[Some(1)])).is_err(), "no such column");
}

#[test]
fn the_footer_repeats_no_value() {
    let folder = tempfile::tempdir().expect("folder");
    let layout = Layout::new(&schema(), &[]).expect("a layout");
    let only = row_group(&layout, &[(text(&[Some("99999")]), ages(&[Some(1)]))]).expect("encodes");
    let out = folder.path().join("out");
    publish(&out, vec![only]);
    let bytes = fs::read(out.join("t/part.parquet")).expect("a file");
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().expect("four bytes"));
    let footer = &bytes[bytes.len() - 8 - footer as usize..];
    assert!(!footer.windows(5).any(|five| five == b"99999"));
    assert!(footer.windows(11).any(|name| name == b"counterfoil"));
}
