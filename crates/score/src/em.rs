//! Expectation and maximisation over all blocking rules at once.
//!
//! Maximised is the composite log-likelihood: the sum over rules of that of a mixture of two
//! classes, each truncated to the levels that the rule allows. m is shared by all rules, each
//! rule has its own share of matches, and u is what chance gives where that is known.

use crate::chance::Pins;
use crate::tables::{Class, Margin, Rule, Table, complete};
use crate::{Observations, Options};

/// What is estimated.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) m: Class,
    pub(crate) u: Class,
    /// Share of matches among each rule's pairs.
    pub(crate) shares: Vec<f64>,
}

/// What does not change while it is estimated.
pub(crate) struct Problem<'a> {
    pub(crate) given: &'a Observations,
    pub(crate) options: &'a Options,
    pub(crate) rules: Vec<Rule>,
    /// Prior pseudo-counts of m and of u, by comparison and digit.
    pub(crate) prior_m: Vec<Margin>,
    pub(crate) prior_u: Vec<Margin>,
}

/// What a state expects of the pairs of one rule.
pub(crate) struct Expected {
    /// For each block the expected matches by what is seen of them.
    pub(crate) m: Vec<Table>,
    /// The same for non-matches.
    pub(crate) u: Vec<Table>,
    /// Expected matches among the counted pairs.
    pub(crate) matches: f64,
    /// Sum of p · (1 − p): how many of them may as well be none.
    pub(crate) ambiguous: f64,
    pub(crate) loglik: f64,
}

const LEAST_SHARE: f64 = 1e-12;

impl Problem<'_> {
    pub(crate) fn new<'a>(given: &'a Observations, options: &'a Options, rules: Vec<Rule>) -> Problem<'a> {
        let prior_m = given
            .levels
            .iter()
            .map(|levels| Options::descending(*levels, options.prior_top).map(|share| share * options.prior_m));
        let prior_u = given.levels.iter().map(|levels| {
            let mut prior = [0.0; 16];
            prior[1..=usize::from(*levels)].fill(options.prior_u / f64::from(*levels));
            prior
        });
        Problem { given, options, prior_m: prior_m.collect(), prior_u: prior_u.collect(), rules }
    }

    /// Log-likelihood of a state (its prior included), and the state after one EM step.
    pub(crate) fn step(&self, state: &State, pins: &Pins) -> (f64, State) {
        let mut sums_m = vec![[0.0; 256]; state.m.blocks.len()];
        let mut sums_u = vec![[0.0; 256]; state.u.blocks.len()];
        let mut shares = Vec::with_capacity(self.rules.len());
        let mut loglik = 0.0;
        for (rule, share) in self.rules.iter().zip(&state.shares) {
            let expected = expect(rule, state, *share);
            loglik += expected.loglik;
            shares.push((expected.matches / rule.counted.max(1.0)).clamp(LEAST_SHARE, 1.0 - LEAST_SHARE));
            add(&state.m, rule, &expected.m, &mut sums_m);
            add(&state.u, rule, &expected.u, &mut sums_u);
        }
        loglik += log_prior(&state.m, &self.prior_m);
        let m = self.maximised(&state.m, &sums_m, &self.prior_m, None);
        let u = self.maximised(&state.u, &sums_u, &self.prior_u, Some(pins));
        (loglik, State { m, u, shares })
    }

    fn maximised(&self, class: &Class, sums: &[Table], prior: &[Margin], pins: Option<&Pins>) -> Class {
        let mut next = class.clone();
        for ((block, table), sums) in class.blocks.iter().zip(&mut next.tables).zip(sums) {
            let pin = |comparison: usize| pins.and_then(|pins| pins.margins[comparison].as_ref());
            let first = pin(block.first);
            match block.second {
                None => {
                    *table = crate::tables::single(first.unwrap_or(&{
                        let mut counts = prior[block.first];
                        (1..16).for_each(|digit| counts[digit] += sums[digit << 4 | 1]);
                        self.normalised(&counts, self.given.levels[block.first])
                    }));
                }
                Some(second) => {
                    let (rows, columns) = (class.margin(block.first), class.margin(second));
                    self.joint(sums, &rows, &columns, table);
                    crate::chance::rake(table, first, pin(second));
                }
            }
        }
        next
    }

    fn normalised(&self, counts: &Margin, levels: u8) -> Margin {
        let sum: f64 = counts.iter().sum();
        let (least, most) = self.options.bounds;
        let mut shares = [0.0; 16];
        for digit in 1..=usize::from(levels) {
            shares[digit] = (counts[digit] / sum).clamp(least, most);
        }
        shares
    }

    /// A joint table from its counts and as many of the prior's as if independent.
    fn joint(&self, sums: &Table, rows: &Margin, columns: &Margin, table: &mut Table) {
        let prior = self.options.prior_joint.max(1e-6);
        let total: f64 = sums.iter().sum::<f64>() + prior;
        for (index, share) in table.iter_mut().enumerate() {
            *share = (sums[index] + prior * rows[index >> 4] * columns[index & 15]) / total;
        }
    }
}

fn add(class: &Class, rule: &Rule, seen: &[Table], sums: &mut [Table]) {
    for (((block, table), seen), sums) in class.blocks.iter().zip(&class.tables).zip(seen).zip(sums) {
        complete(*block, table, rule, seen, sums);
    }
}

/// Log of the Dirichlet prior, up to a constant, of the comparisons that stand alone.
fn log_prior(class: &Class, prior: &[Margin]) -> f64 {
    let alone = class.blocks.iter().zip(&class.tables).filter(|(block, _)| block.second.is_none());
    let one = |first: usize, table: &Table| -> f64 {
        let digits = (1..16).filter(|digit| prior[first][*digit] > 0.0);
        digits.map(|digit| prior[first][digit] * table[digit << 4 | 1].max(1e-300).ln()).sum()
    };
    alone.map(|(block, table)| one(block.first, table)).sum()
}

/// The E step for one rule.
pub(crate) fn expect(rule: &Rule, state: &State, share: f64) -> Expected {
    let (factors_m, factors_u) = (state.m.factors(rule), state.u.factors(rule));
    let mut m = vec![[0.0; 256]; factors_m.len()];
    let mut u = vec![[0.0; 256]; factors_u.len()];
    let (mut matches, mut ambiguous, mut loglik) = (0.0, 0.0, 0.0);
    for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
        let match_part = share * likelihood(&state.m, &factors_m, *pattern);
        let other_part = (1.0 - share) * likelihood(&state.u, &factors_u, *pattern);
        let both = (match_part + other_part).max(f64::MIN_POSITIVE);
        let probability = match_part / both;
        loglik += count * both.ln();
        matches += count * probability;
        ambiguous += count * probability * (1.0 - probability);
        for (block, seen) in state.m.blocks.iter().zip(&mut m) {
            seen[block.index(*pattern)] += count * probability;
        }
        for (block, seen) in state.u.blocks.iter().zip(&mut u) {
            seen[block.index(*pattern)] += count * (1.0 - probability);
        }
    }
    Expected { m, u, matches, ambiguous, loglik }
}

#[inline]
fn likelihood(class: &Class, factors: &[Table], pattern: u64) -> f64 {
    class.blocks.iter().zip(factors).map(|(block, factors)| factors[block.index(pattern)]).product()
}
