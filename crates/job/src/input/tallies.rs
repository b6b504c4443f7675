//! Counts of standardising, source by source.

use counterfoil_core::{FieldCounts, NullReason};
use counterfoil_token::coding::Tally;

use crate::check::Job;

/// What standardising found in one source.
#[derive(Clone, Debug)]
pub struct SourceTally {
    /// Rows read.
    pub rows: u64,
    /// By linkage field.
    pub fields: Vec<FieldCounts>,
    /// For the date of activity or death.
    pub date: FieldCounts,
}

/// Collects the tallies of a job's sources.
pub(crate) struct Tallies {
    sources: Vec<(u64, Tally)>,
}

impl Tallies {
    pub(crate) fn new(job: &Job) -> Tallies {
        let fields = job.linkage.fields.len();
        Tallies { sources: job.sources.iter().map(|_| (0, Tally::new(fields))).collect() }
    }

    /// Adds one morsel's counts.
    pub(crate) fn add(&mut self, source: usize, rows: u64, tally: &Tally) {
        let (total, all) = &mut self.sources[source];
        *total += rows;
        all.merge_counts(tally);
    }

    /// Takes back `rows` valid values of a field, which turned out to be none for a reason.
    pub(crate) fn take_back(&mut self, source: usize, field: usize, reason: NullReason, rows: u64) {
        let counts = &mut self.sources[source].1.fields[field];
        counts.valid -= rows;
        counts.null[reason as usize] += rows;
    }

    pub(crate) fn finish(self) -> Vec<SourceTally> {
        let tally = |(rows, tally): (u64, Tally)| SourceTally { rows, fields: tally.fields, date: tally.date };
        self.sources.into_iter().map(tally).collect()
    }
}
