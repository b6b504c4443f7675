//! How what is common, such as sex, goes with the looser levels of another comparison.
//!
//! No pairs are drawn that agree in what half of all pairs have in common. So of a name that goes
//! with sex only the pairs that have the same one tell how; but names that are alike, or stand for
//! each other, are of one sex too. Left out, sex would be evidence of its own for such pairs, and
//! make matches of many.

use crate::em::{Likelihoods, Problem, State, is_common};
use crate::tables::{Class, Rule, Table};
use crate::together::{DOUBT, Together};

/// Fills in the levels that are not the closest, from pairs that agree closest in some third
/// comparison, which does not go with what is common. Whether one is a match is told without what
/// is common. A level counts if what it gains pays for its parameters (Schwarz, 1978).
pub(crate) fn filled_in(problem: &Problem<'_>, state: &State, found: &mut [Together]) {
    let related = problem.related(state);
    let dependent = found.to_vec();
    for one in found {
        let (of, common) = match [one.first, one.second].map(|c| is_common(problem.given, c)) {
            [false, true] => (one.first, one.second),
            [true, false] => (one.second, one.first),
            _ => continue,
        };
        let goes_with = |third: usize| dependent.iter().any(|one| one.is_about(third) && one.is_about(common));
        let top = |c: usize| usize::from(problem.given.levels[c]);
        let tells = |rule: &Rule| {
            let closest = (0..problem.given.levels.len()).find(|c| rule.allowed[*c] == [top(*c)]);
            rule.compares(of) && rule.compares(common) && closest.is_some_and(|third| !goes_with(third))
        };
        let seen = random_pairs(problem, state, related.as_ref(), tells, (of, common));
        let chance = state.u.margin(common);
        for row in 1..top(of) {
            let pairs: [f64; 16] = std::array::from_fn(|digit| seen[row << 4 | digit]);
            for (digit, ratio) in ratios(&pairs, &chance, top(common)).into_iter().flatten() {
                let index = if of == one.first { row << 4 | digit } else { digit << 4 | row };
                one.ratios[index] = ratio;
            }
        }
    }
}

/// By digit how much oftener than by chance pairs have it, if that pays.
fn ratios(pairs: &[f64; 16], chance: &[f64; 16], levels: usize) -> Option<Vec<(usize, f64)>> {
    let all: f64 = pairs[1..].iter().sum();
    let expected = chance.map(|share| share * all);
    let digits = || (1..=levels).filter(|digit| expected[*digit] > 0.0);
    let gain: f64 =
        digits().filter(|digit| pairs[*digit] > 0.0).map(|d| pairs[d] * (pairs[d] / expected[d]).ln()).sum();
    let price = 0.5 * (levels as f64 - 1.0) * all.max(1.0).ln();
    (gain > price).then(|| digits().map(|d| (d, (pairs[d] + DOUBT) / (expected[d] + DOUBT))).collect())
}

/// Random pairs of some rules by the digits of two comparisons.
fn random_pairs(
    problem: &Problem<'_>,
    state: &State,
    related: Option<&Class>,
    tells: impl Fn(&Rule) -> bool,
    (of, common): (usize, usize),
) -> Table {
    let mut seen = [0.0; 256];
    for (rule, shares) in problem.rules.iter().zip(&state.shares).filter(|(rule, _)| tells(rule)) {
        let likelihoods = Likelihoods::new(rule, state, related, *shares);
        for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
            let parts = likelihoods.of(pattern & !(15 << (4 * common)));
            let digit = |c: usize| (pattern >> (4 * c) & 15) as usize;
            seen[digit(of) << 4 | digit(common)] += count * parts.random / parts.all;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::ratios;

    #[test]
    fn a_level_counts_if_it_pays() {
        let at = |first: f64, second: f64| std::array::from_fn(|d| [0.0, first, second][d.min(2)] * f64::from(d < 3));
        let chance: [f64; 16] = at(0.5, 0.5);
        // 2 and 38 of 40 where chance has 20 each: 2 ln 0.1 + 38 ln 1.9 = 19.8, for half of ln 40. With
        // two pairs as chance has them: 4 / 22 and 40 / 22.
        let told = ratios(&at(2.0, 38.0), &chance, 2).expect("it pays");
        for ((digit, ratio), wanted) in told.into_iter().zip([(1, 4.0 / 22.0), (2, 40.0 / 22.0)]) {
            assert!(digit == wanted.0 && (ratio - wanted.1).abs() < 1e-12);
        }
        // 17 ln 0.85 + 23 ln 1.15 = 0.45.
        assert_eq!(ratios(&at(17.0, 23.0), &chance, 2), None);
    }
}
