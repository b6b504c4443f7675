//! The table `clusters`: the shape of each person that several records are of.
//!
//! It stays with the linkage unit, which looks at persons that are large, loose or held together by
//! one weak link.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, UInt64Array};
use counterfoil_core::{Column, ColumnType, Fault, Pseudonym, TableContract};

use crate::contract::build;
use crate::pseudonym::column;

const fn of(name: &'static str, kind: ColumnType, nullable: bool) -> Column {
    Column { name, kind, nullable }
}

/// Contract of `clusters.parquet`: one row a person of two records or more, with the id that it has
/// in `persons`. `weakest` is the least match weight of its links (log2); `density` its links over
/// those that there could be; `bridges` links without which it would fall apart; `max_degree` the
/// most links of a record; `centralisation` 0 where all have as many, 1 in a star around one record,
/// null for two records.
pub const CLUSTERS: TableContract = TableContract {
    name: "clusters",
    version: 1,
    columns: &[
        of("person", ColumnType::Text, false),
        of("records", ColumnType::U64, false),
        of("links", ColumnType::U64, false),
        of("weakest", ColumnType::F64, false),
        of("density", ColumnType::F64, false),
        of("bridges", ColumnType::U64, false),
        of("max_degree", ColumnType::U64, false),
        of("centralisation", ColumnType::F64, true),
    ],
    sorted_by: &["person"],
    unique: &["person"],
};

/// One person of several records.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterRow {
    /// Opaque person id, as in `persons`.
    pub person: Pseudonym,
    /// Its records, two or more.
    pub records: u64,
    /// Links between them.
    pub links: u64,
    /// The least match weight of these, in bits.
    pub weakest: f64,
    /// Links over the number there could be, above 0 to 1.
    pub density: f64,
    /// Links without which it would fall apart.
    pub bridges: u64,
    /// Most links of a record.
    pub max_degree: u64,
    /// Degree centralisation, 0 to 1; none for two records.
    pub centralisation: Option<f64>,
}

/// Builds the table `clusters`, in the order of the persons' ids.
///
/// # Errors
///
/// A bug if a person comes twice.
pub fn clusters_batch(mut rows: Vec<ClusterRow>) -> Result<RecordBatch, Fault> {
    rows.sort_unstable_by_key(|row| row.person);
    let whole = |of: fn(&ClusterRow) -> u64| Arc::new(UInt64Array::from_iter_values(rows.iter().map(of))) as ArrayRef;
    let number =
        |of: fn(&ClusterRow) -> Option<f64>| Arc::new(rows.iter().map(of).collect::<Float64Array>()) as ArrayRef;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(column(rows.iter().map(|row| row.person))),
        whole(|row| row.records),
        whole(|row| row.links),
        number(|row| Some(row.weakest)),
        number(|row| Some(row.density)),
        whole(|row| row.bridges),
        whole(|row| row.max_degree),
        number(|row| row.centralisation),
    ];
    build(&CLUSTERS, columns)
}
