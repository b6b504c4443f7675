//! The table `rejects`: which value broke which rule, by its place and never by itself.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use counterfoil_core::{Column, ColumnType, Fault, RecordRef, RejectRule, TableContract};

use crate::contract::build;
use crate::links::source_name;

/// Contract of `rejects.parquet`: one row a refused value.
pub const REJECTS: TableContract = TableContract {
    name: "rejects",
    version: 1,
    columns: &[
        Column { name: "source", kind: ColumnType::Text, nullable: false },
        Column { name: "row", kind: ColumnType::U64, nullable: false },
        Column { name: "column", kind: ColumnType::Text, nullable: false },
        Column { name: "rule", kind: ColumnType::Text, nullable: false },
    ],
    sorted_by: &["source", "row", "column", "rule"],
    unique: &["source", "row", "column", "rule"],
};

/// One refused value. `column` is the source's own column name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectRow<'a> {
    /// The record.
    pub record: RecordRef,
    /// Name of the column, as the source spells it.
    pub column: &'a str,
    /// The broken rule.
    pub rule: RejectRule,
}

/// Builds the table `rejects`. A column that fills two linkage fields may be reported once
/// for each; it is listed once for each rule it breaks. `source_names` are the data sets'
/// names by their position in the job.
///
/// # Errors
///
/// A bug if a source has no name.
pub fn rejects_batch(mut rows: Vec<RejectRow<'_>>, source_names: &[String]) -> Result<RecordBatch, Fault> {
    let name = |row: &RejectRow<'_>| source_name(REJECTS.name, source_names, row.record);
    rows.iter().try_for_each(|row| name(row).map(drop))?;
    rows.sort_unstable_by(|a, b| {
        let key = |row: &RejectRow<'_>| (name(row).ok(), row.record.row);
        (key(a).cmp(&key(b))).then(a.column.cmp(b.column)).then(a.rule.name().cmp(b.rule.name()))
    });
    rows.dedup();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| name(row).ok()).collect::<StringArray>()),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.record.row))),
        Arc::new(rows.iter().map(|row| Some(row.column)).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| Some(row.rule.name())).collect::<StringArray>()),
    ];
    build(&REJECTS, columns)
}
