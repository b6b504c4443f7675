//! Expectation and maximisation over all blocking rules at once.
//!
//! Maximised is the composite log-likelihood: the sum over rules of that of a mixture of two
//! classes, each truncated to the levels that the rule allows. m is shared by all rules, each
//! rule has its own share of matches, and u is what chance gives where that is known.

use crate::chance::Pins;
use crate::exclusive::{Completed, InRule, Shown};
use crate::tables::{Class, Margin, Rule, Table, complete};
use crate::together::Together;
use crate::{Chance, Observations, Options, exclusive};

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
    /// Share of the matches that have moved; 0 where that is not reckoned with.
    pub(crate) moved: f64,
}

impl State {
    /// How levels are distributed among matches who have moved: of their homes as chance has it, and else
    /// as among the others. None where that is not reckoned with.
    pub(crate) fn away(&self) -> Option<Class> {
        let of_home = self.m.of_home.as_ref()?;
        let mut class = self.m.clone();
        for (block, table) in class.blocks.iter().zip(&mut class.tables) {
            if block.second.is_none() && of_home[block.first] {
                *table = crate::tables::single(&self.u.margin(block.first));
            }
        }
        Some(class)
    }
}

/// What does not change while it is estimated.
#[derive(Clone)]
pub(crate) struct Problem<'a> {
    pub(crate) given: &'a Observations,
    pub(crate) options: &'a Options,
    pub(crate) rules: Vec<Rule>,
    /// Pairs that agree closest in one comparison, where they are no rules.
    pub(crate) alike: Vec<Rule>,
    /// Which of these are beside a pair that agrees in everything, and what share of all pairs is.
    pub(crate) beside: Vec<(Rule, f64)>,
    /// Prior pseudo-counts of m and of u, by comparison and digit.
    pub(crate) prior_m: Vec<Margin>,
    pub(crate) prior_u: Vec<Margin>,
    /// Pseudo-counts by which m of a comparison's loosest level is held down.
    pub(crate) firm: Vec<f64>,
    /// Whether of m only the share of the loosest level is learnt.
    pub(crate) holds_shape: bool,
    /// By comparison the levels, by digit, of which m is held within [`MOST_APART`] together.
    pub(crate) apart: Vec<[bool; 16]>,
    /// Pairs of comparisons whose dependence among non-matches is known.
    pub(crate) known: Vec<Together>,
    /// Where matches who have moved are reckoned with: by comparison whether its value is of a home.
    pub(crate) of_home: Option<Vec<bool>>,
}

/// What a state expects of the pairs of one rule.
#[derive(Default)]
pub(crate) struct Expected {
    /// For each block the expected matches by what is seen of them.
    pub(crate) m: Vec<Table>,
    /// The same for non-matches.
    pub(crate) u: Vec<Table>,
    /// Where errors exclude each other: expected matches by what is missing and how many differ.
    pub(crate) shown: Shown,
    /// Expected matches among the counted pairs.
    pub(crate) matches: f64,
    /// Expected relatives among them.
    pub(crate) related: f64,
    /// Of the expected matches those who have moved.
    pub(crate) moved: f64,
    /// Sum of p · (1 − p): how many of them may as well be none.
    pub(crate) ambiguous: f64,
    pub(crate) loglik: f64,
}

const LEAST_SHARE: f64 = 1e-12;
/// The share of matches who have moved that an estimation begins with.
pub(crate) const MOVED: f64 = 0.1;
/// What a firm prior counts for, as a share of the matches that all rules find.
const FIRM: f64 = 0.01;
/// m of the loosest level in a firm prior.
const FIRM_ELSE: f64 = 0.002;

/// Of matches that have something in common the share that do not agree closest, where the shape of
/// m is held.
const NEAR: f64 = 0.05;

/// Where no more comparisons than this tell people apart, values that last are not taken for changed
/// in more than one match of five, be it to another or to one that is no more alike than those of
/// [many](APART) random pairs. It is a guess: of FEBRL 3, whose names are changed much, 0.19 is
/// learnt with no bound.
const FEW: usize = 3;
const MOST_APART: f64 = 0.2;
/// A level that so many random pairs have says no more than that two values are not the same, as an
/// initial does.
const APART: f64 = 0.02;
/// What so many random pairs have in common tells hardly anything, such as sex.
const COMMON: f64 = 0.25;

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
        let firm = vec![0.0; given.levels.len()];
        Problem {
            given,
            options,
            prior_m: prior_m.collect(),
            prior_u: prior_u.collect(),
            firm,
            holds_shape: false,
            apart: apart(given, options),
            known: Vec::new(),
            of_home: crate::moved::reckoned_with(options),
            alike: Vec::new(),
            beside: Vec::new(),
            rules,
        }
    }

    /// Log-likelihood of a state (its prior included), and the state after one EM step.
    pub(crate) fn step(&self, state: &State, pins: &Pins) -> (f64, State) {
        let mut sums_m = vec![[0.0; 256]; state.m.blocks.len()];
        let mut sums_u = vec![[0.0; 256]; state.u.blocks.len()];
        let mut shares = Vec::with_capacity(self.rules.len());
        let mut loglik = 0.0;
        let mut completed = Completed::default();
        let related = self.related(state);
        for (rule, share) in self.rules.iter().zip(&state.shares) {
            let expected = expect(rule, state, related.as_ref(), *share);
            shares.push(expected.shares(rule, related.is_some()));
            if rule.is_silent {
                continue;
            }
            loglik += expected.loglik;
            match &state.m.exclusive {
                Some(exclusive) => completed.add((&state.m, exclusive), rule, &expected, &mut sums_m),
                None => add(&state.m, rule, &expected.m, &mut sums_m),
            }
            add(&state.u, rule, &expected.u, &mut sums_u);
        }
        let (limits_m, limits_u) = (&self.options.limits_m, &self.options.limits_u);
        let is_by_chance = |c: usize| pins.margins[c].is_some();
        limits_m.add_earlier(&state.m, &mut sums_m, |_| true);
        limits_u.add_earlier(&state.u, &mut sums_u, |c| !is_by_chance(c));
        loglik += log_prior(&state.m, &self.prior_m) + self.log_firm(&state.m);
        loglik += limits_m.log(&state.m, |_| true) + limits_u.log(&state.u, |c| !is_by_chance(c));
        let prior_m: Vec<Margin> = (0..self.firm.len())
            .map(|c| {
                let firm = self.held_down(c, &state.m.margin(c));
                std::array::from_fn(|digit| self.prior_m[c][digit] + firm[digit])
            })
            .collect();
        let mut m = self.maximised(&state.m, &sums_m, &prior_m, None);
        if self.holds_shape {
            m = self.shaped(&m);
        }
        self.hold_apart(&mut m);
        // In proportion to what is likeliest without bounds is likeliest within them.
        limits_m.hold(&mut m);
        if let Some(known) = m.exclusive.take() {
            m.exclusive = Some(exclusive::maximised(&m, known.closest(), &completed));
        }
        let mut u = self.maximised(&state.u, &sums_u, &self.prior_u, Some(pins));
        limits_u.hold(&mut u);
        (loglik, State { m, u, shares })
    }

    /// Makes the prior firmer for what relatives seldom share: pairs of one home with another
    /// date of birth may be relatives, or matches whose dates are wrong, and where nothing else
    /// tells one from the other, the likelihood is flat between the two. The prior says that
    /// dates of matches hardly ever have nothing in common. It leaves closer levels as they are.
    pub(crate) fn firm_up(&mut self, rough: &State) {
        let rules = self.rules.iter().zip(&rough.shares);
        let matches: f64 = rules.map(|(rule, shares)| rule.counted * shares.matches).sum();
        let shared = self.options.relatives().unwrap_or_default();
        for (c, (firm, shared)) in self.firm.iter_mut().zip(shared).enumerate() {
            let is_personal = *shared > 0.0 && *shared <= Options::PERSONAL;
            *firm = if is_personal && !self.options.limits_m.says(c) { FIRM * matches } else { 0.0 };
        }
    }

    /// The pseudo-counts of a firm prior, beside m as it is.
    fn held_down(&self, comparison: usize, m: &Margin) -> Margin {
        let scale = self.firm[comparison] * (1.0 - FIRM_ELSE) / (1.0 - m[1]).max(1e-9);
        let mut counts = m.map(|share| share * scale);
        counts[1] = self.firm[comparison] * FIRM_ELSE;
        counts
    }

    /// Log of the firm priors, up to a constant.
    fn log_firm(&self, m: &Class) -> f64 {
        let held = (0..self.firm.len()).filter(|c| self.firm[*c] > 0.0);
        let log = |c: usize| {
            let loosest = m.margin(c)[1].clamp(1e-300, 1.0 - 1e-9);
            self.firm[c] * (FIRM_ELSE * loosest.ln() + (1.0 - FIRM_ELSE) * (1.0 - loosest).ln())
        };
        held.map(log).sum()
    }

    /// How levels are distributed among relatives; none where they are not reckoned with.
    pub(crate) fn related(&self, state: &State) -> Option<Class> {
        Some(crate::related::class(self.options.relatives()?, state))
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
                    let is_of = |known: &Together| (known.first, known.second) == (block.first, second);
                    if pins.is_some() && self.known.iter().any(is_of) {
                        crate::chance::rake(table, first, pin(second));
                        continue;
                    }
                    let (rows, columns) = (class.margin(block.first), class.margin(second));
                    let priors = (&prior[block.first], &prior[second]);
                    self.joint(sums, (&rows, &columns), priors, table);
                    crate::chance::rake(table, first, pin(second));
                }
            }
        }
        next
    }

    /// Independent comparisons with what is known of their dependence.
    pub(crate) fn with_known(&self, mut u: Class) -> Class {
        for known in &self.known {
            u = u.joined(known.first, known.second);
            if let Some(table) = u.tables.last_mut() {
                table.iter_mut().zip(&known.ratios).for_each(|(share, ratio)| *share *= ratio);
                let sum: f64 = table.iter().sum();
                table.iter_mut().for_each(|share| *share /= sum);
            }
        }
        u
    }

    /// Holds m of levels that say two values apart to what it may be at most; each other level is
    /// then as much more likely, which is where the likelihood is greatest within the bound.
    fn hold_apart(&self, m: &mut Class) {
        for (comparison, levels) in self.apart.iter().enumerate() {
            let margin = m.margin(comparison);
            let apart: f64 = (0..16).filter(|digit| levels[*digit]).map(|digit| margin[digit]).sum();
            if apart > MOST_APART {
                let (less, more) = (MOST_APART / apart, (1.0 - MOST_APART) / (1.0 - apart).max(1e-12));
                m.scale(comparison, |digit| if levels[digit] { less } else { more });
            }
        }
    }

    /// m of which only is learnt how often matches have nothing in common: of the others so many
    /// do not agree closest, at each level between as often as at another.
    fn shaped(&self, m: &Class) -> Class {
        let margin = |(c, levels): (usize, &u8)| {
            let (mut margin, top) = (m.margin(c), usize::from(*levels));
            if top > 2 {
                let close = 1.0 - margin[1];
                margin[2..top].fill(close * NEAR / (top - 2) as f64);
                margin[top] = close * (1.0 - NEAR);
            }
            margin
        };
        let margins: Vec<Margin> = self.given.levels.iter().enumerate().map(margin).collect();
        Class { of_home: m.of_home.clone(), ..Class::independent(&margins) }
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

    /// A joint table from its counts, as many of the prior's as if independent, and the prior's
    /// of each comparison, shared out by the other.
    fn joint(&self, sums: &Table, (rows, columns): (&Margin, &Margin), priors: (&Margin, &Margin), table: &mut Table) {
        let independent = self.options.prior_joint.max(1e-6);
        let prior = |row: usize, column: usize| {
            independent * rows[row] * columns[column] + priors.0[row] * columns[column] + rows[row] * priors.1[column]
        };
        let counts: Table = std::array::from_fn(|index| sums[index] + prior(index >> 4, index & 15));
        let total: f64 = counts.iter().sum();
        *table = counts.map(|count| count / total);
    }
}

/// By comparison the levels that are held: the loosest, and others that many random pairs have.
///
/// Of two or three comparisons none is left that tells matches with nothing in common in one from
/// random pairs that are alike in the others: how often these are is never known well enough where
/// one random pair in a hundred is as many as there are matches. A likelihood that may choose takes
/// people of one given name and a fitting initial for matches, most of them with another family
/// name.
fn apart(given: &Observations, options: &Options) -> Vec<[bool; 16]> {
    let telling = (0..given.levels.len()).filter(|c| !is_common(given, *c)).count();
    let lasts = |c: usize| options.lasting.get(c).is_some_and(|lasts| *lasts);
    let shared = options.relatives().unwrap_or_default();
    // What stays with a person, and relatives hardly ever share, is what tells matches from them. Were
    // it free, the class of matches could be that of relatives, if these are more.
    let is_personal = |c: usize| shared.get(c).is_some_and(|shared| *shared > 0.0 && *shared <= Options::PERSONAL);
    // What is said of a comparison takes the place of what is assumed of it.
    let is_free = |c: usize| given.levels[c] > 1 && !options.limits_m.says(c);
    // Matches who have moved have of their homes what random pairs have: were all else free, these could be
    // random pairs.
    let may_have_moved = crate::moved::reckoned_with(options).is_some();
    let is_bounded = |c: usize| (telling <= FEW || is_personal(c) || may_have_moved) && lasts(c) && is_free(c);
    let levels = |c: usize| {
        let chance = given.chances.iter().find(|chance| chance.comparison == c);
        let random = |digit: usize| chance.map_or(0.0, |chance| chance.probabilities[digit - 1]);
        let closest = usize::from(given.levels[c]);
        std::array::from_fn(|digit| digit == 1 || (2..closest).contains(&digit) && random(digit) >= APART)
    };
    (0..given.levels.len()).map(|c| if is_bounded(c) { levels(c) } else { [false; 16] }).collect()
}

/// Whether so many random pairs agree closest in a comparison that it tells hardly anything.
pub(crate) fn is_common(given: &Observations, comparison: usize) -> bool {
    let closest = |chance: &Chance| chance.probabilities.last().copied().unwrap_or_default();
    given.chances.iter().any(|chance| chance.comparison == comparison && closest(chance) > COMMON)
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
    let mut sums = Expected::default();
    for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
        let parts = likelihoods.of(*pattern);
        let (p, random) = (parts.matches / parts.all, parts.random / parts.all);
        sums.loglik += count * parts.all.ln();
        sums.matches += count * p;
        sums.related += count * parts.related / parts.all;
        let moved = parts.moved / parts.all;
        sums.moved += count * moved;
        sums.ambiguous += count * p * (1.0 - p);
        for (block, seen) in state.m.blocks.iter().zip(&mut m) {
            // Who has moved tells nothing of the homes of those who have not.
            let told = if state.m.is_left(block.first) { p - moved } else { p };
            seen[block.index(*pattern)] += count * told;
        }
        for (block, seen) in state.u.blocks.iter().zip(&mut u) {
            seen[block.index(*pattern)] += count * random;
        }
        if let Some(exclusive) = &likelihoods.exclusive {
            *sums.shown.entry(exclusive.shown(pattern & !rule.unheard)).or_default() += count * p;
        }
    }
    Expected { m, u, ..sums }
}

impl Expected {
    pub(crate) fn shares(&self, rule: &Rule, related: bool) -> Shares {
        let share = |count: f64| (count / rule.counted.max(1.0)).clamp(LEAST_SHARE, 1.0 - LEAST_SHARE);
        let moved = self.moved / self.matches.max(LEAST_SHARE);
        Shares {
            matches: share(self.matches),
            related: if related { share(self.related) } else { 0.0 },
            moved: if self.moved > 0.0 { moved.clamp(LEAST_SHARE, 1.0 - LEAST_SHARE) } else { 0.0 },
        }
    }
}

/// The parts that the classes have in the likelihood of a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) matches: f64,
    /// What of that is of those who have moved.
    pub(crate) moved: f64,
    pub(crate) related: f64,
    pub(crate) random: f64,
    pub(crate) all: f64,
}

/// The likelihood of every pattern of a rule.
pub(crate) struct Likelihoods<'a> {
    state: &'a State,
    pub(crate) related: Option<(&'a Class, Vec<Table>)>,
    pub(crate) m: Vec<Table>,
    pub(crate) u: Vec<Table>,
    /// Where errors of matches exclude each other.
    pub(crate) exclusive: Option<InRule<'a>>,
    /// Matches who have moved.
    pub(crate) away: Option<(Class, Vec<Table>)>,
    shares: Shares,
    unheard: u64,
}

impl<'a> Likelihoods<'a> {
    pub(crate) fn new(rule: &Rule, state: &'a State, related: Option<&'a Class>, shares: Shares) -> Likelihoods<'a> {
        let related = related.map(|class| (class, class.factors(rule)));
        let (m, u) = (state.m.factors(rule), state.u.factors(rule));
        let exclusive = state.m.exclusive.as_ref().map(|exclusive| InRule::new(&state.m, exclusive, rule));
        let away = state.away().map(|class| {
            let factors = class.factors(rule);
            (class, factors)
        });
        Likelihoods { state, related, m, u, exclusive, away, shares, unheard: rule.unheard }
    }

    #[inline]
    pub(crate) fn of(&self, pattern: u64) -> Parts {
        let pattern = pattern & !self.unheard;
        let of_matches = match &self.exclusive {
            Some(exclusive) => exclusive.likelihood(pattern),
            None => likelihood(&self.state.m, &self.m, pattern),
        };
        let moved = self.away.as_ref().map_or(0.0, |(class, factors)| {
            self.shares.matches * self.shares.moved * likelihood(class, factors, pattern)
        });
        let matches = self.shares.matches * (1.0 - self.shares.moved) * of_matches + moved;
        let rest = (1.0 - self.shares.matches - self.shares.related).max(LEAST_SHARE);
        let random = rest * likelihood(&self.state.u, &self.u, pattern);
        let related = self
            .related
            .as_ref()
            .map_or(0.0, |(class, factors)| self.shares.related * likelihood(class, factors, pattern));
        Parts { matches, moved, related, random, all: (matches + related + random).max(f64::MIN_POSITIVE) }
    }
}

#[inline]
fn likelihood(class: &Class, factors: &[Table], pattern: u64) -> f64 {
    class.blocks.iter().zip(factors).map(|(block, factors)| factors[block.index(pattern)]).product()
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::Pattern;

    use super::*;
    use crate::RulePatterns;
    use crate::tables::rules;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found} for {wanted}");
    }

    #[test]
    fn one_step_by_hand() {
        let pattern = |first, second| Pattern::default().with(0, first).with(1, second);
        let counts = vec![
            (pattern(1, 1), 20),
            (pattern(1, 2), 10),
            (pattern(2, 0), 4),
            (pattern(2, 1), 10),
            (pattern(2, 2), 20),
        ];
        let rule = RulePatterns { allowed: vec![vec![0, 1, 2]; 2], pairs: 64.0, coverage: 1.0, counts };
        let given = Observations { levels: vec![2, 2], total_pairs: 1e3, rules: vec![rule], ..Observations::default() };
        let options = Options { prior_m: 0.0, prior_u: 0.0, ..Options::default() };
        let problem = Problem::new(&given, &options, rules(&given.levels, &given.rules).0);
        let levels = |top: f64| {
            let mut margin = [0.0; 16];
            (margin[1], margin[2]) = (1.0 - top, top);
            Class::independent(&[margin, margin])
        };
        let shares = vec![Shares { matches: 0.5, related: 0.0, moved: 0.0 }];
        let state = State { m: levels(0.75), u: levels(0.25), shares };
        let pins = Pins { margins: vec![None; 2], bounded: vec![[false; 16]; 2] };
        let (loglik, next) = problem.step(&state, &pins);

        // A pair that agrees on both is a match with odds of 3 · 3, so 0.9; on one 0.5; on none
        // 0.1; on the first with the second missing 0.75. Matches: 18 + 5 + 5 + 2 + 3 = 33.
        near(next.shares[0].matches, 33.0 / 64.0);
        near(next.m.margin(0)[2], (18.0 + 5.0 + 3.0) / 33.0);
        near(next.m.margin(1)[2], (18.0 + 5.0) / 30.0);
        near(next.u.margin(0)[2], (2.0 + 5.0 + 1.0) / 31.0);
        near(next.u.margin(1)[2], (2.0 + 5.0) / 30.0);
        // (9 + 1) / 32 for both and for none, (3 + 3) / 32 for one, 1/2 for the one with a null.
        let wanted = 40.0 * (10.0_f64 / 32.0).ln() + 20.0 * (6.0_f64 / 32.0).ln() + 4.0 * 0.5_f64.ln();
        assert!((loglik - wanted).abs() < 1e-9, "{loglik} for {wanted}");
    }

    #[test]
    fn what_a_rule_cannot_find_is_added_as_expected() {
        let counts = vec![(Pattern(2), 6), (Pattern(3), 4)];
        let given = RulePatterns { allowed: vec![vec![2, 3]], pairs: 10.0, coverage: 1.0, counts };
        let (rule, outside) = Rule::new(&[3], &given);
        assert_eq!(outside, 0);
        let mut margin = [0.0; 16];
        (margin[1], margin[2], margin[3]) = (0.5, 0.3, 0.2);
        let class = Class::independent(&[margin]);
        let (mut seen, mut sums) = ([0.0; 256], [0.0; 256]);
        (seen[2 << 4 | 1], seen[3 << 4 | 1]) = (6.0, 4.0);
        complete(class.blocks[0], &class.tables[0], &rule, &seen, &mut sums);
        // Ten found are half of all, so ten more are at the level that the rule excludes.
        for (level, wanted) in [10.0, 6.0, 4.0].into_iter().enumerate() {
            near(sums[(level + 1) << 4 | 1], wanted);
        }
    }

    #[test]
    fn loosest_levels_are_held_within_their_bound() {
        let given = Observations { levels: vec![3, 2], total_pairs: 1e3, ..Observations::default() };
        let options = Options { lasting: vec![true, false], ..Options::default() };
        let problem = Problem::new(&given, &options, Vec::new());
        let (mut first, mut second) = ([0.0; 16], [0.0; 16]);
        first[1..4].copy_from_slice(&[0.5, 0.3, 0.2]);
        second[1..3].copy_from_slice(&[0.5, 0.5]);
        let mut m = Class::independent(&[first, second]);
        problem.hold_apart(&mut m);
        // 0.2 of 1; the other levels share 0.8 for 0.5.
        for (digit, wanted) in [0.2, 0.48, 0.32].into_iter().enumerate() {
            near(m.margin(0)[digit + 1], wanted);
        }
        near(m.margin(1)[1], 0.5);
    }

    #[test]
    fn levels_of_many_random_pairs_are_held_with_the_loosest() {
        let chance =
            Chance { comparison: 0, probabilities: vec![0.9, 0.06, 0.01, 0.03], standard_errors: vec![0.0; 4] };
        let given =
            Observations { levels: vec![4], total_pairs: 1e3, chances: vec![chance], ..Observations::default() };
        let options = Options { lasting: vec![true], ..Options::default() };
        let problem = Problem::new(&given, &options, Vec::new());
        let mut margin = [0.0; 16];
        margin[1..5].copy_from_slice(&[0.1, 0.3, 0.2, 0.4]);
        let mut m = Class::independent(&[margin]);
        problem.hold_apart(&mut m);
        // Half of 0.4 for the two loosest; 0.8 of 0.6 is 4/3 for the others, the closest among them.
        for (digit, wanted) in [0.05, 0.15, 0.8 / 3.0, 1.6 / 3.0].into_iter().enumerate() {
            near(m.margin(0)[digit + 1], wanted);
        }
    }

    #[test]
    fn values_that_last_are_bounded_where_few_others_tell() {
        let levels = vec![2; 4];
        let chance = |comparison, closest| Chance {
            comparison,
            probabilities: vec![1.0 - closest, closest],
            standard_errors: vec![0.0; 2],
        };
        let bounds = |of_last, related| {
            let given = Observations {
                levels: levels.clone(),
                total_pairs: 1e3,
                chances: vec![chance(0, 0.01), chance(3, of_last)],
                ..Observations::default()
            };
            let options = Options { lasting: vec![true, false, true, false], related, ..Options::default() };
            apart(&given, &options).iter().map(|levels| levels[1]).collect::<Vec<_>>()
        };
        // A sex that half of all pairs have in common is no fourth comparison that tells.
        assert_eq!(bounds(0.5, None), [true, false, true, false]);
        assert_eq!(bounds(0.1, None), [false; 4]);
        // Where relatives are reckoned with, what they do not share is bounded whatever else tells.
        assert_eq!(bounds(0.1, Some(vec![0.8, 0.9, 0.03, 0.0])), [false, false, true, false]);
    }
}
