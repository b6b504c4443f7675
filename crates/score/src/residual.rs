//! Do comparisons depend on each other, within matches or within non-matches?
//!
//! A model that takes them as independent where they are not counts the same evidence twice.
//! Looked at are all pairs of comparisons: what the fitted model makes of the pairs of each
//! rule is held against what it would expect (Goodman, 1974). A level that a rule fixes counts
//! too: what chance gives for postcodes is held against postcodes of equal surnames.

use crate::em::{Likelihoods, Problem, Shares, State};
use crate::tables::{Class as Levels, Rule, Table};

/// The two kinds of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Pairs of rows of one person.
    Matches,
    /// All others, relatives among them.
    NonMatches,
}

/// What one pair of comparisons shows in one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// The first comparison.
    pub first: usize,
    /// The second comparison.
    pub second: usize,
    /// The class.
    pub class: Class,
    /// Information in bits for each pair of the class that the model leaves out.
    pub information: f64,
    /// Pairs of the class that show both comparisons, over all rules.
    pub pairs: f64,
    /// Digits of the two levels that occur together most unlike what is expected, among those
    /// that differ by more than chance lets them.
    pub digits: (u8, u8),
    /// Pairs with these two levels.
    pub observed: f64,
    /// Pairs with them that the model expects.
    pub expected: f64,
    /// The difference in standard deviations of a Poisson count.
    pub deviations: f64,
}

impl Residual {
    /// How far off the weight of a pair with these two levels is, in bits.
    #[must_use]
    pub fn bits(&self) -> f64 {
        (self.observed.max(0.5) / self.expected.max(0.5)).log2()
    }
}

/// Dependence between comparisons, and whether the model is right about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DependenceReport {
    /// All pairs of comparisons and both classes, most information left out first.
    pub residuals: Vec<Residual>,
    /// Those by which the model is wrong for the data: some two levels occur together at least
    /// half a bit more or less often than it expects, by at least five standard deviations, and
    /// the difference is at least one in a hundred of the matches found.
    pub wrong: Vec<Residual>,
}

impl DependenceReport {
    /// Whether the model fits.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.wrong.is_empty()
    }
}

pub(crate) const WRONG_BITS: f64 = 0.5;
pub(crate) const WRONG_DEVIATIONS: f64 = 5.0;
pub(crate) const WRONG_SHARE: f64 = 0.01;

/// Holds all pairs of comparisons against what a state expects.
pub(crate) fn check(problem: &Problem<'_>, state: &State) -> DependenceReport {
    let levels = problem.given.levels.len();
    let mut residuals = Vec::new();
    let related = problem.related(state);
    let parts = problem.rules.iter().zip(&state.shares);
    let parts: Vec<Parts<'_>> = parts.map(|(rule, shares)| Parts::of(rule, state, related.as_ref(), *shares)).collect();
    let matches: f64 = parts.iter().map(|parts| parts.matches).sum();
    for first in 0..levels {
        for second in first + 1..levels {
            let (mut m, mut u) = (Cells::default(), Cells::default());
            for (rule, parts) in problem.rules.iter().zip(&parts).filter(|(rule, _)| is_heard(rule, state)) {
                if !rule.aside[first] && !rule.aside[second] && (rule.compares(first) || rule.compares(second)) {
                    parts.add(rule, state, (first, second), &mut m, &mut u);
                }
            }
            residuals.extend(m.residual(first, second, Class::Matches));
            residuals.extend(u.residual(first, second, Class::NonMatches));
        }
    }
    residuals.sort_by(|one, other| {
        let lost = |residual: &Residual| residual.information * residual.pairs;
        lost(other)
            .total_cmp(&lost(one))
            .then((one.first, one.second, one.class).cmp(&(other.first, other.second, other.class)))
    });
    let wrong = residuals.iter().filter(|residual| {
        residual.bits().abs() >= WRONG_BITS
            && residual.deviations.abs() >= WRONG_DEVIATIONS
            && (residual.observed - residual.expected).abs() >= WRONG_SHARE * matches
    });
    DependenceReport { wrong: wrong.copied().collect(), residuals }
}

/// Whether a rule's pairs say how comparisons go together: where errors exclude each other, one on part
/// of a value lets some of them through and not others.
fn is_heard(rule: &Rule, state: &State) -> bool {
    state.m.exclusive.is_none() || !rule.is_silent
}

/// The pairs of a rule, shared out between the classes.
struct Parts<'a> {
    likelihoods: Likelihoods<'a>,
    matches: f64,
    moved: f64,
}

impl<'a> Parts<'a> {
    fn of(rule: &Rule, state: &'a State, related: Option<&'a Levels>, shares: Shares) -> Parts<'a> {
        let likelihoods = Likelihoods::new(rule, state, related, shares);
        Parts { likelihoods, matches: rule.counted * shares.matches, moved: shares.moved }
    }

    fn add(&self, rule: &Rule, state: &State, comparisons: (usize, usize), m: &mut Cells, u: &mut Cells) {
        let (mut matches, mut related, mut random) = (0.0, 0.0, 0.0);
        for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
            let parts = self.likelihoods.of(*pattern);
            let p = parts.matches / parts.all;
            let digit = |c: usize| (pattern >> (4 * c) & 15) as usize;
            let index = digit(comparisons.0) << 4 | digit(comparisons.1);
            if digit(comparisons.0) > 0 && digit(comparisons.1) > 0 {
                m.observed[index] += count * p;
                u.observed[index] += count * (1.0 - p);
                matches += count * p;
                related += count * parts.related / parts.all;
                random += count * parts.random / parts.all;
            }
        }
        for first in &rule.allowed[comparisons.0] {
            for second in &rule.allowed[comparisons.1] {
                let (digits, index) = ((*first, *second), first << 4 | second);
                let mut both = match &self.likelihoods.exclusive {
                    Some(exclusive) => exclusive.together(comparisons, digits),
                    None => together(&state.m, &self.likelihoods.m, comparisons, digits),
                };
                if let Some((away, factors)) = &self.likelihoods.away {
                    both += self.moved * (together(away, factors, comparisons, digits) - both);
                }
                m.expected[index] += matches * both;
                u.expected[index] += random * together(&state.u, &self.likelihoods.u, comparisons, digits);
                if let Some((class, factors)) = &self.likelihoods.related {
                    u.expected[index] += related * together(class, factors, comparisons, digits);
                }
            }
        }
    }
}

/// The probability of two levels in a class, in a rule.
fn together(class: &Levels, factors: &[Table], (first, second): (usize, usize), (i, j): (usize, usize)) -> f64 {
    let (one, other) = (class.block_of(first), class.block_of(second));
    if one == other {
        let index = if class.blocks[one].first == first { i << 4 | j } else { j << 4 | i };
        return factors[one][index];
    }
    alone(class, factors, one, first, i) * alone(class, factors, other, second, j)
}

fn alone(class: &Levels, factors: &[Table], block: usize, comparison: usize, digit: usize) -> f64 {
    match (class.blocks[block].first == comparison, class.blocks[block].second) {
        (true, None) => factors[block][digit << 4 | 1],
        (true, Some(_)) => factors[block][digit << 4],
        (false, _) => factors[block][digit],
    }
}

/// Observed and expected pairs by two digits.
struct Cells {
    observed: Table,
    expected: Table,
}

impl Default for Cells {
    fn default() -> Cells {
        Cells { observed: [0.0; 256], expected: [0.0; 256] }
    }
}

impl Cells {
    fn residual(&self, first: usize, second: usize, class: Class) -> Option<Residual> {
        let pairs: f64 = self.observed.iter().sum();
        if pairs < 1.0 {
            return None;
        }
        let mut residual = Residual {
            first,
            second,
            class,
            information: 0.0,
            pairs,
            digits: (0, 0),
            observed: 0.0,
            expected: 0.0,
            deviations: 0.0,
        };
        let mut worst = -1.0;
        for (index, (observed, expected)) in self.observed.iter().zip(&self.expected).enumerate() {
            if *observed > 0.0 && *expected > 0.0 {
                residual.information += observed / pairs * (observed / expected).log2();
            }
            let deviations = (observed - expected) / expected.max(1.0).sqrt();
            // What the difference costs: pairs times bits.
            let cost = (observed - expected).abs() * (observed.max(0.5) / expected.max(0.5)).log2().abs();
            if cost > worst && *expected > 0.0 {
                worst = cost;
                residual.digits = ((index >> 4) as u8, (index & 15) as u8);
                (residual.observed, residual.expected, residual.deviations) = (*observed, *expected, deviations);
            }
        }
        Some(residual)
    }
}
