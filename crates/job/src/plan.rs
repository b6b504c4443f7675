//! What a run would read and need, said beforehand.

mod memory;
mod scored;

pub(crate) use memory::most_pairs;
pub use scored::{PlannedBlock, PlannedModel};

use counterfoil_core::Side;
use serde::Serialize;

use crate::check::Job;
use crate::output::Output;

/// Nanoseconds of one core that a streamed row costs, measured on the bench workload.
const NANOSECONDS_A_ROW: u64 = 1_300;

/// What a run would read and need.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Every data set.
    pub data_sets: Vec<PlannedInput>,
    /// The side that would stand in memory.
    pub indexed: &'static str,
    /// The match keys that it would be indexed by.
    pub passes: Vec<Vec<String>>,
    /// What would be compared, of a linkage by a model; see [`Plan::with_pairs`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<PlannedModel>,
    /// Threads that the memory is for.
    pub threads: usize,
    /// Memory, in bytes: what the run needs at most, where it finds no more candidate pairs than
    /// the indexed side has records; of a linkage by a model, where no more pairs are worth
    /// keeping than there are rows.
    pub memory: u64,
    /// Seconds of one core, roughly.
    pub cpu_seconds: f64,
    /// What would be written.
    pub outputs: Vec<String>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// A data set as a run would read it.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedInput {
    /// Name.
    pub name: String,
    /// Side.
    pub side: &'static str,
    /// Files.
    pub files: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// Rows; an estimate unless `exact`.
    pub rows: u64,
    /// Whether `rows` is exact.
    pub exact: bool,
    /// Linkage field to columns; empty where the data set has none.
    pub columns: Vec<(String, Vec<String>)>,
}

/// Plans a checked job, for a run with so many threads; with one for each core, if not given.
#[must_use]
pub fn plan(job: &Job, threads: Option<usize>) -> Plan {
    let indexed = crate::ranked::smaller_side(job);
    let rows = |side: Side| -> u64 {
        job.linkage.sources(side).iter().map(|source| job.sources[*source].table.estimated_rows()).sum()
    };
    let passes: Vec<Vec<String>> = counterfoil_pairs::passes(&job.linkage.table)
        .into_iter()
        .map(|fields| fields.into_iter().map(|field| job.linkage.fields[field].name.clone()).collect())
        .collect();
    let threads = threads.unwrap_or_else(rayon::current_num_threads);
    let is_apart = !job.linkage.is_deduplication();
    let cpu_seconds = match &job.linkage.scored {
        Some(_) => scored::seconds(rows(Side::Left) + if is_apart { rows(Side::Right) } else { 0 }),
        None => ((rows(Side::Left) + rows(Side::Right)) * NANOSECONDS_A_ROW) as f64 / 1e9,
    };
    let memory = match &job.linkage.scored {
        Some(scored) => scored::memory(job, scored, threads as u64),
        None => memory::needed(job, passes.len() as u64, threads as u64),
    };
    Plan {
        data_sets: (0..job.sources.len()).map(|source| input(job, source)).collect(),
        indexed: name(indexed),
        memory,
        passes,
        model: None,
        threads,
        cpu_seconds,
        outputs: job.outputs.iter().map(|output| describe(job, output)).collect(),
        notes: job.notes.clone(),
    }
}

/// A side as plans and manifests call it.
pub(crate) fn name(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}

fn input(job: &Job, source: usize) -> PlannedInput {
    let from = &job.sources[source];
    let columns = |role: &str| {
        let columns = from.role(role).ok().flatten();
        columns.map(|columns| columns.names().into_iter().map(str::to_owned).collect()).unwrap_or_default()
    };
    PlannedInput {
        name: from.name.clone(),
        side: name(if job.linkage.right.contains(&source) { Side::Right } else { Side::Left }),
        files: from.table.files().len(),
        bytes: from.table.files().iter().map(|file| file.bytes).sum(),
        rows: from.table.estimated_rows(),
        exact: from.table.rows().is_some(),
        columns: job.linkage.fields.iter().map(|field| (field.name.clone(), columns(&field.name))).collect(),
    }
}

fn describe(job: &Job, output: &Output) -> String {
    match output {
        Output::Links => "links.parquet".to_owned(),
        Output::Persons => "persons.parquet".to_owned(),
        Output::Clusters => "clusters.parquet".to_owned(),
        Output::Bridge { .. } => "bridge.parquet".to_owned(),
        Output::Deaths { source } | Output::Rows { source, .. } => format!("extract/{}/", job.sources[*source].name),
    }
}
