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
    /// Shares of matches and of relatives among each rule's pairs.
    pub(crate) shares: Vec<Shares>,
}

/// What the pairs of a rule are made of; the rest are random pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shares {
    pub(crate) matches: f64,
    /// 0 where relatives are not reckoned with.
    pub(crate) related: f64,
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
    /// Expected relatives among them.
    pub(crate) related: f64,
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
        let related = self.related(state);
        for (rule, share) in self.rules.iter().zip(&state.shares) {
            let expected = expect(rule, state, related.as_ref(), *share);
            loglik += expected.loglik;
            shares.push(expected.shares(rule, related.is_some()));
            add(&state.m, rule, &expected.m, &mut sums_m);
            add(&state.u, rule, &expected.u, &mut sums_u);
        }
        loglik += log_prior(&state.m, &self.prior_m);
        let m = self.maximised(&state.m, &sums_m, &self.prior_m, None);
        let u = self.maximised(&state.u, &sums_u, &self.prior_u, Some(pins));
        (loglik, State { m, u, shares })
    }

    /// How levels are distributed among relatives: each comparison as among matches for the
    /// share of them that has the value in common, and by chance for the others. The class
    /// follows m and u and takes no part in estimating them.
    pub(crate) fn related(&self, state: &State) -> Option<Class> {
        let shared = self.options.related.as_ref()?;
        let mixed = |(c, share): (usize, &f64)| {
            let (m, u) = (state.m.margin(c), state.u.margin(c));
            std::array::from_fn(|digit| share * m[digit] + (1.0 - share) * u[digit])
        };
        Some(Class::independent(&shared.iter().enumerate().map(mixed).collect::<Vec<Margin>>()))
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
pub(crate) fn expect(rule: &Rule, state: &State, related: Option<&Class>, shares: Shares) -> Expected {
    let likelihoods = Likelihoods::new(rule, state, related, shares);
    let mut m = vec![[0.0; 256]; state.m.blocks.len()];
    let mut u = vec![[0.0; 256]; state.u.blocks.len()];
    let mut sums = Expected { m: Vec::new(), u: Vec::new(), matches: 0.0, related: 0.0, ambiguous: 0.0, loglik: 0.0 };
    for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
        let parts = likelihoods.of(*pattern);
        let (p, random) = (parts.matches / parts.all, parts.random / parts.all);
        sums.loglik += count * parts.all.ln();
        sums.matches += count * p;
        sums.related += count * parts.related / parts.all;
        sums.ambiguous += count * p * (1.0 - p);
        for (block, seen) in state.m.blocks.iter().zip(&mut m) {
            seen[block.index(*pattern)] += count * p;
        }
        for (block, seen) in state.u.blocks.iter().zip(&mut u) {
            seen[block.index(*pattern)] += count * random;
        }
    }
    Expected { m, u, ..sums }
}

impl Expected {
    fn shares(&self, rule: &Rule, related: bool) -> Shares {
        let share = |count: f64| (count / rule.counted.max(1.0)).clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
        Shares { matches: share(self.matches), related: if related { share(self.related) } else { 0.0 } }
    }
}

/// The parts that the classes have in the likelihood of a pattern.
pub(crate) struct Parts {
    pub(crate) matches: f64,
    pub(crate) related: f64,
    pub(crate) random: f64,
    pub(crate) all: f64,
}

/// The likelihood of every pattern of a rule.
pub(crate) struct Likelihoods<'a> {
    state: &'a State,
    related: Option<(&'a Class, Vec<Table>)>,
    pub(crate) m: Vec<Table>,
    pub(crate) u: Vec<Table>,
    shares: Shares,
}

impl<'a> Likelihoods<'a> {
    pub(crate) fn new(rule: &Rule, state: &'a State, related: Option<&'a Class>, shares: Shares) -> Likelihoods<'a> {
        let related = related.map(|class| (class, class.factors(rule)));
        Likelihoods { state, related, m: state.m.factors(rule), u: state.u.factors(rule), shares }
    }

    #[inline]
    pub(crate) fn of(&self, pattern: u64) -> Parts {
        let matches = self.shares.matches * likelihood(&self.state.m, &self.m, pattern);
        let rest = (1.0 - self.shares.matches - self.shares.related).max(LEAST_SHARE);
        let random = rest * likelihood(&self.state.u, &self.u, pattern);
        let related = self
            .related
            .as_ref()
            .map_or(0.0, |(class, factors)| self.shares.related * likelihood(class, factors, pattern));
        Parts { matches, related, random, all: (matches + related + random).max(f64::MIN_POSITIVE) }
    }
}

#[inline]
fn likelihood(class: &Class, factors: &[Table], pattern: u64) -> f64 {
    class.blocks.iter().zip(factors).map(|(block, factors)| factors[block.index(pattern)]).product()
}
