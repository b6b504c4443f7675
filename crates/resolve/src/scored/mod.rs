//! From scored pairs to links and persons, for a probabilistic linkage.
//!
//! ```text
//! ScoredPair ─┬─ components        every pair is a link; a person is what links join
//!             ├─ merge_apart       the same, but no person gets two NHS numbers, two deaths or
//!             │                    two records of a source without duplicates
//!             ├─ complete_linkage  a person's records are all linked to each other
//!             ├─ one_to_one        at most one partner a row, the greatest total weight
//!             ├─ greedy_best       at most one partner a row, the strongest pair first
//!             ├─ best_per_right    at most one left row for each right row
//!             └─ part_outdone      at most one partner for rows of a side, before any threshold
//! ```
//!
//! Rows are positions over all sources of a job, as in
//! [`ValueColumns`](counterfoil_core::scored::ValueColumns). A person is named by its smallest
//! row, so the same input gives the same persons whatever the order of its pairs; a pseudonym
//! is made of that elsewhere. Everything here follows one order of pairs, [`strongest_first`].

mod complete;
mod components;
mod conflicts;
mod greedy;
mod merge;
mod metrics;
mod one_to_one;
mod optimal;
mod outdone;
mod sets;
mod uniqueness;

use std::cmp::Ordering;

use counterfoil_core::scored::ScoredPair;

pub use complete::complete_linkage;
pub use components::components;
pub use conflicts::{Conflicts, MAX_DUPLICATE_FREE};
pub use greedy::{best_per_right, greedy_best};
pub use merge::{Merged, merge_apart};
pub use metrics::{ClusterMetrics, cluster_metrics};
pub use one_to_one::{DEFAULT_LIMIT, OneToOne, one_to_one};
pub use outdone::{Outdone, Parted, part_outdone};

/// Links, and what was met on the way to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The chosen pairs, the strongest first.
    pub links: Vec<ScoredPair>,
    /// Decisions that the weights left open: [`one_to_one`] counts components with several
    /// choices of the same total, the others rows with several partners of the same weight.
    pub ties: u64,
    /// Components above the limit, solved greedily.
    pub too_large: u64,
    /// Pairs of two rows of one side, left aside.
    pub same_side: u64,
}

/// The order of pairs that all choices follow: by weight, then by left and right row, lowest
/// first.
#[must_use]
pub fn strongest_first(a: &ScoredPair, b: &ScoredPair) -> Ordering {
    b.weight.cmp(&a.weight).then(a.left.cmp(&b.left)).then(a.right.cmp(&b.right))
}

/// Puts pairs in that order; keeps those of a left and a right row, and counts the others.
fn across(pairs: &mut Vec<ScoredPair>, right_from: u32) -> u64 {
    let all = pairs.len();
    pairs.retain(|pair| pair.left < right_from && pair.right >= right_from);
    pairs.sort_unstable_by(strongest_first);
    (all - pairs.len()) as u64
}

#[cfg(test)]
mod testing {
    use counterfoil_core::scored::{Pattern, ScoredPair, Weight};

    /// A pair of a whole number of bits.
    pub(super) fn pair(left: u32, right: u32, bits: i64) -> ScoredPair {
        ScoredPair { left, right, rule: 0, pattern: Pattern(0), weight: Weight(bits * Weight::BIT) }
    }

    /// The rows of pairs.
    pub(super) fn rows_of(pairs: &[ScoredPair]) -> Vec<(u32, u32)> {
        pairs.iter().map(|pair| (pair.left, pair.right)).collect()
    }
}
