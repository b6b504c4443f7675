//! What is expected of thresholds.

use counterfoil_core::scored::Weight;
use counterfoil_score::{Calibration, Choice};
use serde::{Deserialize, Serialize};

use super::super::estimate::FLOOR;

/// A threshold, and what is expected of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdReport {
    /// Least weight, in bits.
    pub weight: f64,
    /// Least match probability.
    pub probability: f64,
    /// Whether what was asked for can be had.
    pub met: bool,
    /// Estimated share of pairs from here on that are no matches.
    pub false_links: f64,
    /// Estimated share of matches below, those that blocking does not find among them.
    pub missed_links: f64,
}

impl ThresholdReport {
    pub(crate) fn of(choice: &Choice) -> ThresholdReport {
        // Without any pair the threshold is above every weight.
        let highest = Weight::from_bits(f64::from(1_u32 << 20));
        let threshold = choice.threshold.min(highest);
        ThresholdReport {
            weight: threshold.bits(),
            probability: threshold.probability(),
            met: choice.met,
            false_links: choice.point.false_link_rate(),
            missed_links: choice.point.missed_rate(),
        }
    }
}

/// What is expected if pairs from a weight on are links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorsAt {
    /// Least weight, in whole bits.
    pub weight: i32,
    /// Pairs from here on.
    pub links: u64,
    /// Estimated share of these that are no matches.
    pub false_links: f64,
    /// Estimated share of matches below, those that blocking does not find among them.
    pub missed_links: f64,
}

impl ErrorsAt {
    /// From the floor on upwards.
    pub(in crate::scored) fn all(calibration: &Calibration) -> Vec<ErrorsAt> {
        let Some(highest) = calibration.points.first() else { return Vec::new() };
        let bits = FLOOR.bits() as i32..=highest.threshold.bits() as i32;
        let one = |weight: i32| {
            let point = calibration.at(Weight::from_bits(weight.into()));
            let links = point.links as u64;
            ErrorsAt { weight, links, false_links: point.false_link_rate(), missed_links: point.missed_rate() }
        };
        let mut all: Vec<ErrorsAt> = bits.map(one).collect();
        all.dedup_by_key(|at| at.links);
        all
    }
}
