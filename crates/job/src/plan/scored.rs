//! What a linkage by a model would compare and need.
//!
//! How many pairs each blocking rule finds follows from the sizes of its blocks, so that it is
//! known before any pair is looked at; but the linkage fields have to be read for it.
//!
//! The memory is what the types hold for each row and pair that is kept, for values of usual
//! length. Measured on a million records with seven fields and five rules (`docs/BENCHMARKS.md`,
//! people): 270 MB and 1.6 seconds of one core, where this gives about twice the one and the
//! same of the other.

use counterfoil_core::{Fault, Observer};
use counterfoil_pairs::blocking::RuleCount;
use serde::Serialize;

use super::Plan;
use super::memory::product;
use crate::check::Job;
use crate::input::Tallies;
use crate::output::Output;
use crate::scored::estimate::Compiled;
use crate::scored::layout::name_of;
use crate::scored::spec::BlockSpec;
use crate::scored::{Scored, gap, read, wide_blocks, wording};

/// The program, buffers of files and of outputs.
const PROGRAM: u64 = 80 << 20;
/// A thread's batches and working space.
const THREAD: u64 = 40 << 20;
/// A number of a column.
const NUMBER: u64 = 4;
/// A record key.
const KEY: u64 = 40;
/// A value in the dictionary, of which every second row has one of its own in each field.
const VALUE: u64 = 40;
/// A row's place in the blocks of a rule, and while rows are grouped.
const BLOCKED: u64 = 8;
const GROUPING: u64 = 16;
/// A pair that is kept, while links are chosen and written.
const PAIR: u64 = 160;
/// Nanoseconds of one core for a row, and for a pair that is compared.
const NANOSECONDS_A_ROW: u64 = 1_300;
const NANOSECONDS_A_PAIR: u64 = 80;

/// What a linkage by a model would compare.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedModel {
    /// The comparisons by name.
    pub comparisons: Vec<String>,
    /// The blocking rules.
    pub blocks: Vec<PlannedBlock>,
    /// Whether they were chosen from the data, since the job names none.
    pub is_chosen: bool,
    /// Pairs of rows without any blocking.
    pub all_pairs: u64,
    /// Rows that would be linked.
    pub rows: u64,
    /// Those of them that say the same as another and are looked at with it.
    pub equal_rows: u64,
}

/// What a blocking rule would find.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedBlock {
    /// The rule.
    pub rule: String,
    /// Pairs, also those that other rules find; of equal rows that are put together those of the first.
    pub pairs: u64,
    /// Rows in the largest block.
    pub largest: u64,
    /// Blocks above the cap, which would be left out.
    pub skipped_blocks: u64,
    /// Pairs in them.
    pub skipped_pairs: u64,
}

/// Bytes that a run needs, where it keeps no more pairs than there are rows.
pub(super) fn memory(job: &Job, scored: &Scored, threads: u64) -> u64 {
    let rows: u64 = scored.groups.iter().flatten().map(|source| job.sources[*source].table.estimated_rows()).sum();
    let fields = job.linkage.fields.len() as u64;
    // Where they are chosen there are about as many rules as fields.
    let rules = match scored.from.blocks().len() as u64 {
        0 => fields,
        rules => rules,
    };
    let columns = NUMBER * 2 * (fields + rules);
    let row = columns + KEY + fields * VALUE / 2 + rules * BLOCKED + GROUPING + PAIR;
    let is_extract = |output: &&Output| matches!(output, Output::Rows { .. });
    let extracts = job.outputs.iter().filter(is_extract).map(|output| product(job, output, 0, threads));
    PROGRAM + threads * THREAD + rows * row + extracts.max().unwrap_or_default()
}

/// Seconds of one core, but for pairs.
pub(super) fn seconds(rows: u64) -> f64 {
    (rows * NANOSECONDS_A_ROW) as f64 / 1e9
}

impl Plan {
    /// The plan with the pairs that each blocking rule would find, for which the linkage fields
    /// are read; of a linkage by ranks, the plan as it is.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn with_pairs(mut self, job: &Job, observer: &dyn Observer) -> Result<Plan, Fault> {
        let Some(scored) = &job.linkage.scored else { return Ok(self) };
        let mut rows = read::read(job, &scored.groups, &mut Tallies::new(job), observer)?;
        let gaps = gap::settle(job, scored, &mut rows, &mut self.notes);
        rows.put_equal_together();
        let words = wording::complete(job, scored, &rows, &gaps, &mut self.notes)?;
        let compiled = Compiled::new(job, scored, words, &mut rows)?;
        let counted = compiled.plan(scored.link_type);
        self.notes.extend(wide_blocks(&compiled, &counted, scored));
        let of = |(rule, spec): (&RuleCount, &BlockSpec)| PlannedBlock {
            rule: spec.to_string(),
            pairs: rule.pairs,
            largest: rule.largest.first().map_or(0, |block| block.rows),
            skipped_blocks: rule.skipped.blocks,
            skipped_pairs: rule.skipped.pairs,
        };
        let counts = counted.rules().iter().map(counterfoil_pairs::blocking::Grouped::count);
        let blocks: Vec<PlannedBlock> = counts.zip(&compiled.words.blocks).map(of).collect();
        let pairs: u64 = blocks.iter().map(|block| block.pairs).sum();
        self.cpu_seconds += (pairs * NANOSECONDS_A_PAIR) as f64 / 1e9;
        self.model = Some(PlannedModel {
            comparisons: compiled.words.comparisons.iter().map(name_of).collect(),
            blocks,
            is_chosen: scored.from.blocks().is_empty(),
            all_pairs: compiled.all_pairs(scored.link_type),
            rows: rows.len().into(),
            equal_rows: compiled.equal_rows(),
        });
        Ok(self)
    }
}
