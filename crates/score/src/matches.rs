//! How many matches there are among all pairs of rows.

use crate::em::{Expected, Problem, State, expect};
use crate::tables::Class;

/// Expected matches, in all and as each rule sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matches {
    /// Expected number of matches among all pairs of rows.
    pub expected: f64,
    /// The share of them that have moved.
    pub moved: f64,
    /// For each rule its own estimate, and the weight that it has; 0 for a rule of which the
    /// levels do not say what share of matches it finds.
    pub by_rule: Vec<(f64, f64)>,
    /// Expected matches among each rule's pairs.
    pub found_by_rule: Vec<f64>,
}

/// A rule that can find fewer of those who have moved, as one on a home, says nothing of them.
const LEAST_REACH: f64 = 0.05;

/// A rule finds π n matches, and by the model a share q of all: coverage · Π m(allowed levels).
/// So each rule says that there are π n / q.
///
/// What is wrong with π n is that pairs that might be matches are none; the mean of 1 − p over
/// its matches says how many those could be. What is wrong with q is that errors of a record
/// come together, which grows with the share that has to be added. Rules are combined by the
/// weighted median, weight one over the square of both, which one bad rule cannot pull away: a
/// rule with an identifier says most. Where each rule sets something aside, no q is known but for
/// what it is at most, and there are at least as many matches as the rule says that says most.
pub(crate) fn matches(problem: &Problem<'_>, state: &State) -> Matches {
    let related = problem.related(state);
    let rules = problem.rules.iter().zip(&state.shares);
    let expected: Vec<Expected> = rules.map(|(rule, shares)| expect(rule, state, related.as_ref(), *shares)).collect();
    let at_home = told(problem, (&state.m, 0.0), &expected, |expected| expected.matches - expected.moved);
    let Some(away) = state.away() else { return at_home };
    let away = told(problem, (&away, LEAST_REACH), &expected, |expected| expected.moved);
    let both = at_home.expected + away.expected;
    let each = |(one, other): (&(f64, f64), &(f64, f64))| (one.0 + other.0, one.1);
    let sum = |(one, other): (&f64, &f64)| one + other;
    Matches {
        expected: both,
        moved: away.expected / both.max(1e-9),
        by_rule: at_home.by_rule.iter().zip(&away.by_rule).map(each).collect(),
        found_by_rule: at_home.found_by_rule.iter().zip(&away.found_by_rule).map(sum).collect(),
    }
}

/// The same of one class of matches, of whom each rule has so many. One that can find hardly any says
/// nothing of them.
fn told(
    problem: &Problem<'_>,
    (class, least_reach): (&Class, f64),
    expected: &[Expected],
    of: impl Fn(&Expected) -> f64,
) -> Matches {
    let mut by_rule = Vec::new();
    let mut found_by_rule = Vec::new();
    for (rule, expected) in problem.rules.iter().zip(expected) {
        let matches = of(expected);
        let found = matches / rule.counted.max(1.0) * rule.pairs;
        let reach = (class.reach(rule) * rule.coverage).clamp(1e-6, 1.0);
        let ambiguity = expected.ambiguous / expected.matches.max(1e-9);
        let added = 0.3 * (1.0 - reach);
        let variance = 0.02_f64.powi(2) + ambiguity.powi(2) + added.powi(2) + 1.0 / matches.max(1e-9);
        let says_nothing = rule.counted <= 0.0 || rule.is_silent || rule.aside.iter().any(|aside| *aside);
        let is_out_of_reach = reach < least_reach;
        let says = if is_out_of_reach { 0.0 } else { found / reach };
        by_rule.push((says, if says_nothing || is_out_of_reach { 0.0 } else { 1.0 / variance }));
        found_by_rule.push(found);
    }
    let least = || by_rule.iter().map(|(says, _)| *says).fold(0.0, f64::max);
    let expected = weighted_median(&by_rule).unwrap_or_else(least);
    Matches { expected, moved: 0.0, by_rule, found_by_rule }
}

/// Between two values it goes with the weight, so that a small change has a small effect.
fn weighted_median(values: &[(f64, f64)]) -> Option<f64> {
    let mut sorted: Vec<(f64, f64)> = values.iter().copied().filter(|(_, weight)| *weight > 0.0).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let half = sorted.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut before: Option<(f64, f64)> = None;
    let mut sum = 0.0;
    for (value, weight) in sorted {
        let middle = sum + weight / 2.0;
        if middle >= half {
            return Some(before.map_or(value, |(low, at)| low + (value - low) * (half - at) / (middle - at)));
        }
        before = Some((value, middle));
        sum += weight;
    }
    before.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::weighted_median;

    #[test]
    fn the_median_goes_with_the_weight() {
        assert_eq!(weighted_median(&[]), None);
        assert_eq!(weighted_median(&[(7.0, 2.0)]), Some(7.0));
        // Middles 0.5 and 1.5 of 2, half is 1: half way.
        assert_eq!(weighted_median(&[(10.0, 1.0), (20.0, 1.0)]), Some(15.0));
        // Middles 0.5, 2.0, 3.5 of 4, half is 2: the middle value, however far the others are.
        assert_eq!(weighted_median(&[(1.0, 1.0), (1e9, 1.0), (5.0, 2.0), (3.0, 0.0)]), Some(5.0));
    }
}
