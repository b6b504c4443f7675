//! Counts that travel from the stages to the manifest and the summary.

use crate::{NullReason, RejectRule};

/// What standardising made of one field of one source. The parts add up to `rows`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCounts {
    /// Rows read.
    pub rows: u64,
    /// Rows with a valid value.
    pub valid: u64,
    /// Rows without a value, by reason, indexed as [`NullReason::ALL`].
    pub null: Vec<u64>,
    /// Rows with a refused value, by rule, indexed as [`RejectRule::ALL`].
    pub rejected: Vec<u64>,
}

impl Default for FieldCounts {
    fn default() -> FieldCounts {
        FieldCounts {
            rows: 0,
            valid: 0,
            null: vec![0; NullReason::ALL.len()],
            rejected: vec![0; RejectRule::ALL.len()],
        }
    }
}

impl FieldCounts {
    /// Counts `rows` valid values.
    pub fn add_valid(&mut self, rows: u64) {
        self.rows += rows;
        self.valid += rows;
    }

    /// Counts `rows` missing values.
    pub fn add_null(&mut self, reason: NullReason, rows: u64) {
        self.rows += rows;
        self.null[reason as usize] += rows;
    }

    /// Counts a refused value.
    pub fn add_rejected(&mut self, rule: RejectRule) {
        self.rows += 1;
        self.rejected[rule as usize] += 1;
    }

    /// Adds another part of the same source.
    pub fn merge(&mut self, other: &FieldCounts) {
        self.rows += other.rows;
        self.valid += other.valid;
        for (mine, theirs) in self.null.iter_mut().zip(&other.null) {
            *mine += theirs;
        }
        for (mine, theirs) in self.rejected.iter_mut().zip(&other.rejected) {
            *mine += theirs;
        }
    }

    /// Rows without a value, for whatever reason.
    #[must_use]
    pub fn nulls(&self) -> u64 {
        self.null.iter().sum()
    }

    /// Rows with a refused value, by whatever rule.
    #[must_use]
    pub fn rejects(&self) -> u64 {
        self.rejected.iter().sum()
    }
}

/// How a ranked linkage came to its links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Pairs of a left and a right unit that meet some rank, before the activity guard.
    pub candidate_pairs: u64,
    /// Of these, those of which the activity guard leaves nothing.
    pub barred_by_guard: u64,
    /// Of these, those of which contradiction by another value of the person leaves nothing.
    pub barred_by_contradiction: u64,
    /// Left units with several equally ranked right units to choose from.
    pub left_ties: u64,
    /// Right units with several equally ranked left units to choose from.
    pub right_ties: u64,
    /// Links by rank; position 0 is rank 0.
    pub links_by_rank: Vec<u64>,
}
