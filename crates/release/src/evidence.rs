//! What a link rests on: a rank, or a score.

use arrow_array::{Float64Array, StringArray, UInt8Array};
use counterfoil_core::Step;

/// What a link rests on. Either way of linking fills its own columns and leaves the
/// other's null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evidence {
    /// A deterministic rule.
    Ranked {
        /// Match rank, and part of it where it is divided; smaller is better.
        step: Step,
    },
    /// A probabilistic model.
    Scored {
        /// Match weight, log2.
        weight: f64,
        /// Match probability, between 0 and 1.
        probability: f64,
    },
}

impl Evidence {
    /// Match rank, if it rests on one.
    #[must_use]
    pub fn rank(self) -> Option<u8> {
        match self {
            Evidence::Ranked { step } => Some(step.rank),
            Evidence::Scored { .. } => None,
        }
    }

    /// Name of the step, if it rests on one.
    #[must_use]
    pub fn step(self) -> Option<String> {
        match self {
            Evidence::Ranked { step } => Some(step.name()),
            Evidence::Scored { .. } => None,
        }
    }

    /// Match weight, if it rests on a score.
    #[must_use]
    pub fn weight(self) -> Option<f64> {
        match self {
            Evidence::Ranked { .. } => None,
            Evidence::Scored { weight, .. } => Some(weight),
        }
    }

    /// Match probability, if it rests on a score.
    #[must_use]
    pub fn probability(self) -> Option<f64> {
        match self {
            Evidence::Ranked { .. } => None,
            Evidence::Scored { probability, .. } => Some(probability),
        }
    }

    /// Best first: a rank before a score, the smaller rank, the higher probability, the
    /// higher weight.
    #[must_use]
    pub fn preference(&self, other: &Evidence) -> std::cmp::Ordering {
        use Evidence::{Ranked, Scored};
        match (self, other) {
            (Ranked { step: a }, Ranked { step: b }) => a.cmp(b),
            (Ranked { .. }, Scored { .. }) => std::cmp::Ordering::Less,
            (Scored { .. }, Ranked { .. }) => std::cmp::Ordering::Greater,
            (Scored { weight: wa, probability: pa }, Scored { weight: wb, probability: pb }) => {
                pb.total_cmp(pa).then(wb.total_cmp(wa))
            }
        }
    }
}

/// The rank column of some links.
pub(crate) fn ranks(evidence: impl Iterator<Item = Evidence>) -> UInt8Array {
    evidence.map(Evidence::rank).collect()
}

/// The step column of some links.
pub(crate) fn steps(evidence: impl Iterator<Item = Evidence>) -> StringArray {
    evidence.map(Evidence::step).collect()
}

/// The weight column of some links.
pub(crate) fn weights(evidence: impl Iterator<Item = Evidence>) -> Float64Array {
    evidence.map(Evidence::weight).collect()
}

/// The probability column of some links.
pub(crate) fn probabilities(evidence: impl Iterator<Item = Evidence>) -> Float64Array {
    evidence.map(Evidence::probability).collect()
}
