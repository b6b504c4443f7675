//! The table `links`: one row a link, for those who may see record keys.
//!
//! It stays with the linkage unit. What is given to a recipient is the
//! [bridging file](crate::bridge).

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt16Array, UInt64Array};
use counterfoil_core::{CandidatePair, Column, ColumnType, Fault, RecordRef, TableContract};

use crate::contract::build;
use crate::evidence::{Evidence, probabilities, ranks, steps, weights};

const fn column(name: &'static str, kind: ColumnType, nullable: bool) -> Column {
    Column { name, kind, nullable }
}

/// Contract of `links.parquet`. Rows are 0-based over a source's files in path order; keys
/// are record keys as text, null where the source has none. `match_rank` and `step`, which
/// names the rank or the part of it (`1A`), are null for a scored link; `match_weight`
/// (log2) and `match_probability` for a ranked one. `block` is the blocking rule that found the
/// pair first, counted from 0 as the rules stand in the model; null for a ranked link.
pub const LINKS: TableContract = TableContract {
    name: "links",
    version: 3,
    columns: &[
        column("left_source", ColumnType::Text, false),
        column("left_row", ColumnType::U64, false),
        column("left_key", ColumnType::Text, true),
        column("right_source", ColumnType::Text, false),
        column("right_row", ColumnType::U64, false),
        column("right_key", ColumnType::Text, true),
        column("match_rank", ColumnType::U8, true),
        column("step", ColumnType::Text, true),
        column("match_weight", ColumnType::F64, true),
        column("match_probability", ColumnType::F64, true),
        column("pattern", ColumnType::Text, true),
        column("block", ColumnType::U16, true),
    ],
    sorted_by: &["left_source", "left_row", "right_source", "right_row"],
    unique: &["left_source", "left_row", "right_source", "right_row"],
};

/// Version 2 of [`LINKS`], which is only read: it had no `block`.
pub const LINKS_2: TableContract = TableContract {
    version: 2,
    columns: &[
        column("left_source", ColumnType::Text, false),
        column("left_row", ColumnType::U64, false),
        column("left_key", ColumnType::Text, true),
        column("right_source", ColumnType::Text, false),
        column("right_row", ColumnType::U64, false),
        column("right_key", ColumnType::Text, true),
        column("match_rank", ColumnType::U8, true),
        column("step", ColumnType::Text, true),
        column("match_weight", ColumnType::F64, true),
        column("match_probability", ColumnType::F64, true),
        column("pattern", ColumnType::Text, true),
    ],
    ..LINKS
};

/// Version 1 of [`LINKS`], which is only read: it had no `step` either, since no rank had parts.
pub const LINKS_1: TableContract = TableContract {
    version: 1,
    columns: &[
        column("left_source", ColumnType::Text, false),
        column("left_row", ColumnType::U64, false),
        column("left_key", ColumnType::Text, true),
        column("right_source", ColumnType::Text, false),
        column("right_row", ColumnType::U64, false),
        column("right_key", ColumnType::Text, true),
        column("match_rank", ColumnType::U8, true),
        column("match_weight", ColumnType::F64, true),
        column("match_probability", ColumnType::F64, true),
        column("pattern", ColumnType::Text, true),
    ],
    ..LINKS
};

/// One link between two records.
///
/// No `Debug`: it holds record keys.
#[derive(Clone, PartialEq)]
pub struct LinkRow<'l> {
    /// The left record.
    pub left: RecordRef,
    /// Its record key; empty where the source has none.
    pub left_key: &'l str,
    /// The right record.
    pub right: RecordRef,
    /// Its record key; empty where the source has none.
    pub right_key: &'l str,
    /// What the link rests on.
    pub evidence: Evidence,
    /// Agreement pattern as text, if one was made.
    pub pattern: Option<&'l str>,
    /// The blocking rule that found the pair first, of a scored link.
    pub block: Option<u16>,
}

impl<'l> LinkRow<'l> {
    /// The row of a link that a ranked linkage decided on.
    #[must_use]
    pub fn ranked(pair: &'l CandidatePair) -> LinkRow<'l> {
        LinkRow {
            evidence: Evidence::Ranked { step: pair.step() },
            left: pair.left,
            left_key: &pair.left_key,
            right: pair.right,
            right_key: &pair.right_key,
            pattern: None,
            block: None,
        }
    }
}

/// Builds the table `links`. `source_names` are the data sets' names by their position in
/// the job.
///
/// # Errors
///
/// A bug if a source has no name or two rows link the same two records.
pub fn links_batch(mut rows: Vec<LinkRow<'_>>, source_names: &[String]) -> Result<RecordBatch, Fault> {
    let name = |record: RecordRef| source_name(LINKS.name, source_names, record);
    for row in &rows {
        name(row.left)?;
        name(row.right)?;
    }
    // Sources are ordered by name, as a reader of the table sees them, not by position.
    let places: Vec<usize> =
        source_names.iter().map(|name| source_names.iter().filter(|other| *other < name).count()).collect();
    let place = |record: RecordRef| (places[usize::from(record.source)], record.row);
    rows.sort_unstable_by_key(|row| (place(row.left), place(row.right)));
    let evidence = || rows.iter().map(|row| row.evidence);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| name(row.left).ok()).collect::<StringArray>()),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.left.row))),
        Arc::new(rows.iter().map(|row| key_text(row.left_key)).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| name(row.right).ok()).collect::<StringArray>()),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.right.row))),
        Arc::new(rows.iter().map(|row| key_text(row.right_key)).collect::<StringArray>()),
        Arc::new(ranks(evidence())),
        Arc::new(steps(evidence())),
        Arc::new(weights(evidence())),
        Arc::new(probabilities(evidence())),
        Arc::new(rows.iter().map(|row| row.pattern).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.block).collect::<UInt16Array>()),
    ];
    build(&LINKS, columns)
}

/// The name of a record's source.
pub(crate) fn source_name<'a>(table: &str, names: &'a [String], record: RecordRef) -> Result<&'a str, Fault> {
    names.get(usize::from(record.source)).map(String::as_str).ok_or_else(|| {
        let (source, names) = (record.source, names.len());
        Fault::bug(table, format!("source {source} of {names} has no name"))
    })
}

/// A record key as the tables have it: empty text is no key.
pub(crate) fn key_text(key: &str) -> Option<&str> {
    (!key.is_empty()).then_some(key)
}
