//! The bridging file: what lets a recipient join two data sets by person.
//!
//! Pairs of pseudonyms and how good each pair is, and nothing else. It has no record keys
//! and no rows of any source, and its order follows from the pseudonyms alone.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use counterfoil_core::{Column, ColumnType, Fault, Pseudonym, TableContract};

use crate::contract::build;
use crate::evidence::{Evidence, probabilities, ranks};
use crate::pseudonym::column;

const LEFT: Column = Column { name: "left_pseudonym", kind: ColumnType::Text, nullable: false };
const RIGHT: Column = Column { name: "right_pseudonym", kind: ColumnType::Text, nullable: false };
const VERSION: Column = Column { name: "file_version", kind: ColumnType::Text, nullable: false };

/// Contract of `bridge.parquet`: one row a pair of persons, with the best rank that links
/// them.
pub const BRIDGE: TableContract = TableContract {
    name: "bridge",
    version: 2,
    columns: &[LEFT, RIGHT, Column { name: "match_rank", kind: ColumnType::U8, nullable: false }, VERSION],
    sorted_by: &["left_pseudonym", "right_pseudonym"],
    unique: &["left_pseudonym", "right_pseudonym"],
};

/// Version 1 of [`BRIDGE`], which is only read: it had both columns, and `match_probability`
/// was null throughout.
pub const BRIDGE_1: TableContract = TableContract {
    version: 1,
    columns: &[
        LEFT,
        RIGHT,
        Column { name: "match_rank", kind: ColumnType::U8, nullable: true },
        Column { name: "match_probability", kind: ColumnType::F64, nullable: true },
        VERSION,
    ],
    ..BRIDGE
};

/// Contract of `bridge.parquet` from a probabilistic linkage: a probability in place of the
/// rank. The name is one of its own, since the columns are.
pub const SCORED_BRIDGE: TableContract = TableContract {
    name: "scored_bridge",
    version: 1,
    columns: &[LEFT, RIGHT, Column { name: "match_probability", kind: ColumnType::F64, nullable: false }, VERSION],
    ..BRIDGE
};

/// One pair of pseudonyms.
///
/// No `Debug`: who is whom is for the recipient alone.
#[derive(Clone, PartialEq)]
pub struct BridgeRow {
    /// Pseudonym in the left release or data set.
    pub left_pseudonym: Pseudonym,
    /// Pseudonym in the right one.
    pub right_pseudonym: Pseudonym,
    /// What the pair rests on; a match weight is not delivered.
    pub evidence: Evidence,
}

/// Builds the table `bridge` of a ranked linkage, by [`BRIDGE`]. Of several rows for one
/// pair, as when two persons are linked by several records, the best evidence is kept.
/// `file_version` is the recipient's name for this delivery and the same in every row.
///
/// # Errors
///
/// A bug if a row has no rank.
pub fn bridge_batch(rows: Vec<BridgeRow>, file_version: &str) -> Result<RecordBatch, Fault> {
    built(&BRIDGE, rows, file_version, |rows| Arc::new(ranks(rows.iter().map(|row| row.evidence))))
}

/// As [`bridge_batch`] of a probabilistic linkage, by [`SCORED_BRIDGE`].
///
/// # Errors
///
/// A bug if a row has no probability.
pub fn scored_bridge_batch(rows: Vec<BridgeRow>, file_version: &str) -> Result<RecordBatch, Fault> {
    built(&SCORED_BRIDGE, rows, file_version, |rows| Arc::new(probabilities(rows.iter().map(|row| row.evidence))))
}

fn built(
    contract: &TableContract,
    mut rows: Vec<BridgeRow>,
    file_version: &str,
    evidence: impl Fn(&[BridgeRow]) -> ArrayRef,
) -> Result<RecordBatch, Fault> {
    rows.sort_unstable_by(|a, b| {
        (a.left_pseudonym.cmp(&b.left_pseudonym))
            .then_with(|| a.right_pseudonym.cmp(&b.right_pseudonym))
            .then_with(|| a.evidence.preference(&b.evidence))
    });
    rows.dedup_by(|later, first| {
        later.left_pseudonym == first.left_pseudonym && later.right_pseudonym == first.right_pseudonym
    });
    let columns: Vec<ArrayRef> = vec![
        Arc::new(column(rows.iter().map(|row| row.left_pseudonym))),
        Arc::new(column(rows.iter().map(|row| row.right_pseudonym))),
        evidence(&rows),
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(file_version, rows.len()))),
    ];
    build(contract, columns)
}
