//! Making small files and reading tables back as plain text.

use std::fs::{self, File};
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, cast::AsArray, types::Int64Type};
use arrow_schema::DataType;
use counterfoil_core::Fault;
use counterfoil_store::{FormatOptions, InOrder, Table};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// Row number, then the values of the columns asked for; `None` is null.
pub(crate) type Row = (u64, Vec<Option<String>>);

pub(crate) fn text(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

pub(crate) fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, Arc::clone(array), true)))
        .expect("columns of one length")
}

/// A text column `ID` of `count` numbers from `first`.
pub(crate) fn numbered(first: usize, count: usize) -> RecordBatch {
    let ids: StringArray = (first..first + count).map(|id| Some(id.to_string())).collect();
    batch(&[("ID", Arc::new(ids))])
}

pub(crate) fn write_parquet(path: &Path, batch: &RecordBatch, row_group: usize) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(row_group)).build();
    let file = File::create(path).expect("file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("writer");
    writer.write(batch).expect("write");
    writer.close().expect("close");
}

pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    fs::write(path, bytes).expect("write");
}

pub(crate) fn open(base: &Path, patterns: &[&str]) -> Result<Table, Vec<Fault>> {
    open_with(base, patterns, &FormatOptions::default())
}

pub(crate) fn open_with(base: &Path, patterns: &[&str], options: &FormatOptions) -> Result<Table, Vec<Fault>> {
    let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    Table::open("cohort", base, &patterns, options)
}

/// Every row of the named columns, in row order, read on `threads` threads.
pub(crate) fn rows_on(threads: usize, table: &Table, columns: &[&str]) -> Result<Vec<Row>, Fault> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let (order, all) = (InOrder::new(), Mutex::new(Vec::new()));
    pool.install(|| {
        table.scan(
            columns,
            |_| Vec::new(),
            |rows: &mut Vec<Row>, first, batch| {
                rows.extend((0..batch.num_rows()).map(|row| (first + row as u64, values(batch, row))));
                Ok(())
            },
            |morsel, rows| {
                assert_eq!(morsel.rows, Some(rows.len() as u64));
                assert!(rows.first().is_none_or(|(row, _)| *row == morsel.first_row));
                order.push(morsel.index, rows, &mut |rows| {
                    all.lock().expect("lock").extend(rows);
                    Ok(())
                })
            },
        )
    })?;
    Ok(all.into_inner().expect("lock"))
}

/// The same on one and on two threads.
pub(crate) fn rows(table: &Table, columns: &[&str]) -> Result<Vec<Row>, Fault> {
    let (one, two) = (rows_on(1, table, columns), rows_on(2, table, columns));
    assert_eq!(one, two);
    one
}

/// The values of all rows, row numbers checked to run from 0.
pub(crate) fn content(table: &Table, columns: &[&str]) -> Vec<Vec<Option<String>>> {
    let rows = rows(table, columns).expect("readable");
    for (at, (row, _)) in rows.iter().enumerate() {
        assert_eq!(*row, at as u64);
    }
    rows.into_iter().map(|(_, values)| values).collect()
}

pub(crate) fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|&value| Some(value.to_owned())).collect()
}

/// The faults of opening, as `place: message (hint)` lines without the folder's own path.
pub(crate) fn faults(base: &Path, result: Result<Table, Vec<Fault>>) -> String {
    let faults = result.expect_err("a fault");
    let lines: Vec<String> = faults.iter().map(|fault| line(base, fault)).collect();
    lines.join("\n")
}

pub(crate) fn line(base: &Path, fault: &Fault) -> String {
    let hint = fault.hint.as_deref().expect("every fault has a hint");
    format!("{fault} ({hint})").replace(&base.display().to_string(), "BASE")
}

fn values(batch: &RecordBatch, row: usize) -> Vec<Option<String>> {
    let value = |column: &ArrayRef| {
        column.is_valid(row).then(|| match column.data_type() {
            DataType::Utf8View => column.as_string_view().value(row).to_owned(),
            DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
            other => panic!("unexpected type {other}"),
        })
    };
    batch.columns().iter().map(value).collect()
}
