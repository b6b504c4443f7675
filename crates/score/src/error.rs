//! How far m may be off, from the number of pairs that it rests on.
//!
//! The information is that of the scores of all patterns (Berndt and others, 1974). Pairs that
//! several rules find count in each of them and are still one pair: variances are made as many
//! times as large as a match is found by rules on average. Clusters, in which pairs come
//! together, make them larger yet; that is not reckoned with.

use crate::em::{Likelihoods, Problem, State};
use crate::fit::Ascent;
use crate::tables::{Margin, Rule};

/// The standard error of every m, by comparison and digit; 0 where m rests on no pair.
pub(crate) fn errors(problem: &Problem<'_>, ascent: &Ascent) -> Vec<Margin> {
    let state = &ascent.climb.state;
    let free = Free::new(problem, state);
    let mut information = vec![vec![0.0; free.size]; free.size];
    let related = problem.related(state);
    for (at, (rule, shares)) in problem.rules.iter().zip(&state.shares).enumerate() {
        let likelihoods = Likelihoods::new(rule, state, related.as_ref(), *shares);
        for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
            let parts = likelihoods.of(*pattern);
            let p = parts.matches / parts.all;
            let mut scores = free.scores(rule, *pattern, p);
            scores.push((free.shares + 2 * at, p - shares.matches));
            scores.push((free.shares + 2 * at + 1, parts.related / parts.all - shares.related));
            for (row, one) in &scores {
                scores.iter().for_each(|(column, other)| information[*row][*column] += count * one * other);
            }
        }
    }
    let variances = inverse(information);
    let repeats = repeats(problem, ascent);
    let comparisons = 0..problem.given.levels.len();
    comparisons.map(|comparison| free.errors(comparison, &variances, repeats)).collect()
}

/// How many rules find a match, on average.
fn repeats(problem: &Problem<'_>, ascent: &Ascent) -> f64 {
    let found: f64 = ascent.matches.found_by_rule.iter().sum();
    (found / ascent.matches.expected.max(1.0)).clamp(1.0, problem.rules.len().max(1) as f64)
}

/// The parameters that are free: for each comparison the log of each m against that of its
/// greatest, and two shares for each rule.
struct Free {
    m: Vec<Margin>,
    /// Position of each level's parameter; none for the greatest, and where m rests on no pair.
    positions: Vec<[Option<usize>; 16]>,
    /// Position of the first share.
    shares: usize,
    size: usize,
}

impl Free {
    fn new(problem: &Problem<'_>, state: &State) -> Free {
        let m: Vec<Margin> = (0..problem.given.levels.len()).map(|c| state.m.margin(c)).collect();
        let mut size = 0;
        let position = |(comparison, m): (usize, &Margin)| {
            let greatest = (1..16).fold(1, |best, digit| if m[digit] > m[best] { digit } else { best });
            let compared = problem.rules.iter().any(|rule| rule.compares(comparison));
            std::array::from_fn(|digit| {
                let is_free = compared && m[digit] > 0.0 && digit != greatest;
                size += usize::from(is_free);
                is_free.then(|| size - 1)
            })
        };
        let positions = m.iter().enumerate().map(position).collect();
        Free { m, positions, shares: size, size: size + 2 * problem.rules.len() }
    }

    /// What a pattern's log-likelihood gains with each m, by position.
    fn scores(&self, rule: &Rule, pattern: u64, p: f64) -> Vec<(usize, f64)> {
        let mut scores = Vec::new();
        for (comparison, positions) in self.positions.iter().enumerate() {
            let seen = (pattern >> (4 * comparison) & 15) as usize;
            if seen == 0 || !rule.compares(comparison) {
                continue;
            }
            let allowed = &rule.allowed[comparison];
            let mass: f64 = allowed.iter().map(|digit| self.m[comparison][*digit]).sum();
            for digit in allowed {
                if let Some(position) = positions[*digit] {
                    let own = f64::from(u8::from(seen == *digit));
                    scores.push((position, p * (own - self.m[comparison][*digit] / mass)));
                }
            }
        }
        scores
    }

    /// From the variances of the logs to the errors of m: m changes with the log of another
    /// level's by m (1 if it is its own, less the other).
    fn errors(&self, comparison: usize, variances: &[Vec<f64>], repeats: f64) -> Margin {
        let (m, positions) = (&self.m[comparison], &self.positions[comparison]);
        let slope = |digit: usize, of: usize| m[digit] * (f64::from(u8::from(digit == of)) - m[of]);
        let mut errors = [0.0; 16];
        for (digit, error) in errors.iter_mut().enumerate() {
            let mut variance = 0.0;
            for (one, row) in positions.iter().enumerate().filter_map(|(one, at)| Some((one, (*at)?))) {
                for (other, column) in positions.iter().enumerate().filter_map(|(other, at)| Some((other, (*at)?))) {
                    variance += slope(digit, one) * variances[row][column] * slope(digit, other);
                }
            }
            *error = (variance.max(0.0) * repeats).sqrt();
        }
        errors
    }
}

/// The inverse of a symmetric matrix without negative directions; a direction without
/// information is left out.
fn inverse(mut rows: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = rows.len();
    let mut inverse: Vec<Vec<f64>> =
        (0..size).map(|row| (0..size).map(|column| f64::from(u8::from(row == column))).collect()).collect();
    let scale: Vec<f64> = (0..size).map(|at| rows[at][at]).collect();
    for pivot in 0..size {
        if rows[pivot][pivot] <= 1e-9 * scale[pivot] {
            (0..size).for_each(|at| (rows[pivot][at], rows[at][pivot], inverse[pivot][at]) = (0.0, 0.0, 0.0));
            continue;
        }
        let by = rows[pivot][pivot];
        rows[pivot].iter_mut().for_each(|value| *value /= by);
        inverse[pivot].iter_mut().for_each(|value| *value /= by);
        let (lead, inverse_lead) = (rows[pivot].clone(), inverse[pivot].clone());
        for other in (0..size).filter(|other| *other != pivot) {
            let factor = rows[other][pivot];
            rows[other].iter_mut().zip(&lead).for_each(|(value, lead)| *value -= factor * lead);
            inverse[other].iter_mut().zip(&inverse_lead).for_each(|(value, lead)| *value -= factor * lead);
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::inverse;

    #[test]
    fn matrices_are_inverted() {
        // Determinant 5.
        let found = inverse(vec![vec![2.0, 1.0], vec![1.0, 3.0]]).concat();
        for (found, wanted) in found.iter().zip([0.6, -0.2, -0.2, 0.4]) {
            assert!((found - wanted).abs() < 1e-12);
        }
        let found = inverse(vec![vec![0.0, 0.0], vec![0.0, 4.0]]).concat();
        for (found, wanted) in found.iter().zip([0.0, 0.0, 0.0, 0.25]) {
            assert!((found - wanted).abs() < 1e-12);
        }
    }
}
