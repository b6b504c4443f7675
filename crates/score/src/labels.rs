//! A model from pairs of which it is known whether they match.

use counterfoil_core::scored::Pattern;

use crate::tables::Margin;
use crate::{ComparisonModel, LevelModel, Limits, Model, Options};

/// A model whose m and u are the shares of each level among labelled matches and labelled
/// non-matches that have both values, with the prior's pseudo-counts, and within what is said of them
/// beforehand. λ is the caller's.
///
/// The labelled pairs should be a fair sample of their kind: pairs that were labelled because a
/// rule found them show agreement on the rule's fields too often.
#[must_use]
pub fn from_labels(
    levels: &[u8],
    lambda: f64,
    matches: &[(Pattern, u64)],
    others: &[(Pattern, u64)],
    options: &Options,
) -> Model {
    let comparison = |(c, levels): (usize, &u8)| {
        let prior_m = Options::descending(*levels, options.prior_top).map(|share| share * options.prior_m);
        let mut prior_u = [0.0; 16];
        prior_u[1..=usize::from(*levels)].fill(options.prior_u / f64::from(*levels));
        let (m, seen_m) = shares(c, matches, &prior_m, &options.limits_m);
        let (u, seen_u) = shares(c, others, &prior_u, &options.limits_u);
        let level = |digit: usize| LevelModel {
            m: m[digit],
            u: u[digit],
            m_error: (m[digit] * (1.0 - m[digit]) / seen_m.iter().sum::<f64>().max(1.0)).sqrt(),
            m_observed: options.limits_m.at(c, digit).is_fixed() || seen_m[digit] > 0.0,
            u_observed: seen_u[digit] > 0.0,
            u_bounded: false,
        };
        ComparisonModel { levels: (1..=usize::from(*levels)).map(level).collect() }
    };
    Model {
        lambda,
        comparisons: levels.iter().enumerate().map(comparison).collect(),
        interactions: Vec::new(),
        further: None,
        moved: None,
        related: None,
    }
}

fn shares(comparison: usize, pairs: &[(Pattern, u64)], prior: &Margin, limits: &Limits) -> (Margin, Margin) {
    let mut seen = [0.0; 16];
    for (pattern, count) in pairs {
        seen[usize::from(pattern.digit(comparison))] += *count as f64;
    }
    seen[0] = 0.0;
    let counts: Margin = std::array::from_fn(|digit| if digit == 0 { 0.0 } else { seen[digit] + prior[digit] });
    (limits.likeliest(comparison, &counts), seen)
}
