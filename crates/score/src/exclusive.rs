//! Errors of matches that exclude each other.
//!
//! In some files a record has one error at most, so that of pairs which differ in two comparisons
//! hardly any match, and matches that agree in all may be rare. With m of each comparison alone the
//! likelihood then takes random pairs for the matches it misses there. One figure for all comparisons
//! ([`Exclusive`]) says how much likelier or less an error makes others.

use std::collections::{BTreeMap, HashMap};

use counterfoil_core::scored::{Exclusive, by_count, pairs};

use crate::em::Expected;
use crate::tables::{Class, Margin, Rule, Table};

/// The least that an error can make others: there are a million matches with one for one with two.
pub(crate) const LEAST: f64 = 1e-6;
/// Matches whose errors are independent that are put to those seen.
const DOUBT: f64 = 2.0;
/// Halvings of the interval in which the figure is looked for.
const HALVINGS: usize = 40;

/// Errors that exclude each other so much, where comparisons have what a class has of each alone.
pub(crate) fn exclusive(class: &Class, closest: &[u8], further: f64) -> Exclusive {
    let differing = |(c, closest): (usize, &u8)| 1.0 - class.margin(c)[usize::from(*closest)];
    let differing: Vec<f64> = closest.iter().enumerate().map(differing).collect();
    Exclusive::new(further, closest.to_vec(), &differing)
}

/// How many pairs of comparisons that both differ a match is expected to have.
fn expected_pairs(exclusive: &Exclusive) -> f64 {
    let sums = Sums::of(exclusive, exclusive.masses());
    sums.pairs / sums.all
}

/// The figure with which matches have so many pairs of comparisons that both differ: with the same
/// shares of each comparison they are the more, the greater it is.
pub(crate) fn maximised(class: &Class, closest: &[u8], completed: &Completed) -> Exclusive {
    let independent = expected_pairs(&exclusive(class, closest, 1.0));
    let pairs = (completed.pairs + DOUBT * independent) / (completed.matches + DOUBT);
    let (mut low, mut high) = (LEAST.ln(), 0.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let tried = exclusive(class, closest, middle.exp());
        if expected_pairs(&tried) < pairs { low = middle } else { high = middle }
    }
    exclusive(class, closest, f64::midpoint(low, high).exp())
}

/// Sums of the product over all there can be.
struct Sums {
    all: f64,
    /// With each as often as it has pairs of comparisons that both differ.
    pairs: f64,
}

impl Sums {
    fn of(exclusive: &Exclusive, masses: &[[f64; 2]]) -> Sums {
        let by_count = by_count(masses.iter().copied());
        let weighted = |(count, mass): (usize, &f64)| pairs(count) as f64 * mass * exclusive.power(count);
        Sums { all: exclusive.weighted(&by_count, 0), pairs: by_count.iter().enumerate().map(weighted).sum() }
    }
}

/// A class of matches in a rule: what the rule leaves possible.
pub(crate) struct InRule<'a> {
    exclusive: &'a Exclusive,
    /// By comparison and digit what the product has of a level.
    levels: Vec<Margin>,
    /// By comparison what it has of all levels that the rule allows, agreeing closest and not.
    allowed: Vec<[f64; 2]>,
    allowed_sum: f64,
    /// By missing comparisons, as bits, and number of those that differ what is summed out.
    hidden: HashMap<u16, [f64; 17]>,
}

impl<'a> InRule<'a> {
    pub(crate) fn new(class: &Class, exclusive: &'a Exclusive, rule: &Rule) -> InRule<'a> {
        let level = |(c, masses): (usize, &[f64; 2])| -> Margin {
            let margin = class.margin(c);
            let closest = usize::from(exclusive.closest()[c]);
            let differing = (1.0 - margin[closest]).max(f64::MIN_POSITIVE);
            std::array::from_fn(|digit| match digit {
                0 => 0.0,
                digit if digit == closest => masses[0],
                digit => margin[digit] / differing * masses[1],
            })
        };
        let levels: Vec<Margin> = exclusive.masses().iter().enumerate().map(level).collect();
        let possible = |(c, levels): (usize, &Margin)| {
            let mut masses = [0.0; 2];
            for digit in &rule.allowed[c] {
                masses[exclusive.differs(c, *digit)] += levels[*digit];
            }
            masses
        };
        let allowed: Vec<[f64; 2]> = levels.iter().enumerate().map(possible).collect();
        let allowed_sum = Sums::of(exclusive, &allowed).all;
        let mut new = InRule { exclusive, levels, allowed, allowed_sum, hidden: HashMap::new() };
        for pattern in &rule.patterns {
            let missing = new.seen(*pattern & !rule.unheard).missing;
            if !new.hidden.contains_key(&missing) {
                let hidden = new.hidden(missing);
                new.hidden.insert(missing, hidden);
            }
        }
        new
    }

    /// What is summed out where these comparisons are missing, by how many others differ.
    fn hidden(&self, missing: u16) -> [f64; 17] {
        let gone = self.allowed.iter().enumerate().filter(|(c, _)| missing >> c & 1 == 1);
        let by_count = by_count(gone.map(|(_, masses)| *masses));
        std::array::from_fn(|differ| self.exclusive.weighted(&by_count, differ))
    }

    /// The probability of a pattern among the matches of the rule.
    pub(crate) fn likelihood(&self, pattern: u64) -> f64 {
        let seen = self.seen(pattern);
        let hidden = self.hidden.get(&seen.missing).map_or_else(|| self.hidden(seen.missing), |known| *known);
        seen.product * hidden[seen.differ] / self.allowed_sum
    }

    /// The probability that a match has two levels, in the rule.
    pub(crate) fn together(&self, (first, second): (usize, usize), (i, j): (usize, usize)) -> f64 {
        let rest = self.allowed.iter().enumerate().filter(|(c, _)| *c != first && *c != second);
        let differ = self.exclusive.differs(first, i) + self.exclusive.differs(second, j);
        let rest = self.exclusive.weighted(&by_count(rest.map(|(_, masses)| *masses)), differ);
        self.levels[first][i] * self.levels[second][j] * rest / self.allowed_sum
    }

    /// What is missing in a pattern, as bits, and how many comparisons differ.
    pub(crate) fn shown(&self, pattern: u64) -> (u16, usize) {
        let seen = self.seen(pattern);
        (seen.missing, seen.differ)
    }

    fn seen(&self, pattern: u64) -> Seen {
        let mut seen = Seen { product: 1.0, missing: 0, differ: 0 };
        for (c, levels) in self.levels.iter().enumerate() {
            let digit = (pattern >> (4 * c) & 15) as usize;
            if digit == 0 {
                seen.missing |= 1 << c;
            } else {
                seen.product *= levels[digit];
                seen.differ += self.exclusive.differs(c, digit);
            }
        }
        seen
    }
}

/// What a pattern shows.
#[derive(Clone, Copy, Debug)]
struct Seen {
    product: f64,
    /// Comparisons whose values are missing, as bits.
    missing: u16,
    /// Comparisons that differ.
    differ: usize,
}

/// The share of all matches that a rule can find.
pub(crate) fn reach(class: &Class, exclusive: &Exclusive, rule: &Rule) -> f64 {
    InRule::new(class, exclusive, rule).allowed_sum / Sums::of(exclusive, exclusive.masses()).all
}

/// Expected matches of a rule by the comparisons that are missing, as bits, and the number of those
/// that differ.
pub(crate) type Shown = BTreeMap<(u16, usize), f64>;

/// What all matches would show of whom rules found some: how many there are, and of how many pairs of
/// comparisons that both differ.
#[derive(Default)]
pub(crate) struct Completed {
    pub(crate) pairs: f64,
    pub(crate) matches: f64,
}

impl Completed {
    /// Adds what the matches that are expected of a rule, by what could be seen of them, say of all: what is missing is
    /// shared out over what it may hide, and matches that the rule could not find are added as expected
    /// (Dempster, Laird and Rubin, 1977).
    pub(crate) fn add(
        &mut self,
        (class, exclusive): (&Class, &Exclusive),
        rule: &Rule,
        expected: &Expected,
        sums: &mut [Table],
    ) {
        let within = InRule::new(class, exclusive, rule);
        for (block, (seen, sums)) in class.blocks.iter().zip(expected.m.iter().zip(sums.iter_mut())) {
            debug_assert!(block.second.is_none(), "errors that exclude each other have no joint tables beside them");
            for digit in &rule.allowed[block.first] {
                sums[digit << 4 | 1] += seen[digit << 4 | 1];
            }
        }
        let mut found = 0.0;
        for ((missing, differ), matches) in &expected.shown {
            found += matches;
            self.pairs += matches * within.fill(class, rule, (*missing, *differ), *matches, sums);
        }
        let all = Sums::of(exclusive, exclusive.masses());
        let all_matches = found * all.all / within.allowed_sum;
        for (block, sums) in class.blocks.iter().zip(sums.iter_mut()) {
            let (c, margin) = (block.first, class.margin(block.first));
            for (digit, share) in margin.iter().enumerate().skip(1).filter(|(_, share)| **share > 0.0) {
                let possible = if rule.allowed[c].contains(&digit) { within.alone(c, digit) } else { 0.0 };
                sums[digit << 4 | 1] += (all_matches * share - found * possible).max(0.0);
            }
        }
        let within = Sums::of(exclusive, &within.allowed);
        self.pairs += all_matches * all.pairs / all.all - found * within.pairs / within.all;
        self.matches += all_matches;
    }
}

impl InRule<'_> {
    /// The probability that a match of the rule has a level.
    fn alone(&self, comparison: usize, digit: usize) -> f64 {
        let others = self.allowed.iter().enumerate().filter(|(c, _)| *c != comparison);
        let differs = self.exclusive.differs(comparison, digit);
        let others = self.exclusive.weighted(&by_count(others.map(|(_, masses)| *masses)), differs);
        self.levels[comparison][digit] * others / self.allowed_sum
    }

    /// Shares so many matches out over what their missing comparisons may hide, and says with how many
    /// pairs of comparisons that both differ each is expected to be.
    fn fill(&self, class: &Class, rule: &Rule, shown: (u16, usize), matches: f64, sums: &mut [Table]) -> f64 {
        let (missing, differ) = shown;
        let gone: Vec<usize> = (0..self.levels.len()).filter(|c| missing >> c & 1 == 1).collect();
        for c in &gone {
            let others = gone.iter().filter(|other| *other != c).map(|other| self.allowed[*other]);
            let others = by_count(others);
            let beside = [0, 1].map(|more| self.exclusive.weighted(&others, differ + more));
            let all = self.allowed[*c][0] * beside[0] + self.allowed[*c][1] * beside[1];
            for digit in &rule.allowed[*c] {
                let differs = self.exclusive.differs(*c, *digit);
                sums[class.block_of(*c)][digit << 4 | 1] += matches * self.levels[*c][*digit] * beside[differs] / all;
            }
        }
        let hidden = by_count(gone.iter().map(|c| self.allowed[*c]));
        let weighted = |(more, mass): (usize, &f64)| {
            let differ = differ + more;
            [1.0, pairs(differ) as f64].map(|by| by * mass * self.exclusive.power(differ))
        };
        let sums = hidden
            .iter()
            .enumerate()
            .map(weighted)
            .fold([0.0; 2], |[all, sum], [mass, pairs]| [all + mass, sum + pairs]);
        sums[1] / sums[0]
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::Pattern;

    use super::*;
    use crate::RulePatterns;

    const MATCHES: f64 = 1000.0;

    /// Three comparisons of three levels, of which a rule needs the first to agree closest and the second
    /// not to differ altogether; the third is missing in some pairs.
    fn rule(patterns: &[Pattern]) -> Rule {
        let counts = patterns.iter().map(|pattern| (*pattern, 1)).collect();
        let allowed = vec![vec![3], vec![2, 3], vec![0, 1, 2, 3]];
        Rule::new(&[3; 3], &RulePatterns { allowed, pairs: MATCHES, coverage: 1.0, counts }).0
    }

    fn class() -> Class {
        let margin = |shares: [f64; 3]| {
            let mut margin = [0.0; 16];
            margin[1..4].copy_from_slice(&shares);
            margin
        };
        let margins = [margin([0.1, 0.2, 0.7]), margin([0.05, 0.15, 0.8]), margin([0.2, 0.2, 0.6])];
        let mut class = Class::independent(&margins);
        class.exclusive = Some(exclusive(&class, &[3; 3], 0.1));
        class
    }

    fn patterns(third: std::ops::RangeInclusive<u8>) -> Vec<Pattern> {
        let pattern = |second, third| Pattern::default().with(0, 3).with(1, second).with(2, third);
        (2..=3).flat_map(|second| third.clone().map(move |third| pattern(second, third))).collect()
    }

    /// Among all nine patterns and the two where the third is missing.
    #[test]
    fn a_rule_finds_what_is_possible_of_the_whole() {
        let class = class();
        let known = class.exclusive.as_ref().unwrap();
        let rule = rule(&patterns(0..=3));
        let within = InRule::new(&class, known, &rule);
        let share = |pattern: &Pattern| within.likelihood(pattern.0);
        assert!((patterns(1..=3).iter().map(share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((patterns(0..=0).iter().map(share).sum::<f64>() - 1.0).abs() < 1e-12);
        let whole = |pattern: &Pattern| {
            let alone: f64 = (0..3).map(|c| class.margin(c)[usize::from(pattern.digit(c))]).product();
            alone * known.ratio(*pattern)
        };
        let reached: f64 = patterns(1..=3).iter().map(whole).sum();
        assert!((reach(&class, known, &rule) - reached).abs() < 1e-9);
        for pattern in patterns(1..=3) {
            assert!((share(&pattern) - whole(&pattern) / reached).abs() < 1e-9);
        }
    }

    /// What is expected of a class says of all matches just what the class does.
    #[test]
    fn what_a_rule_should_see_is_completed_to_the_whole() {
        let class = class();
        let known = class.exclusive.as_ref().unwrap();
        let rule = rule(&patterns(0..=3));
        let within = InRule::new(&class, known, &rule);
        let mut expected = Expected { m: vec![[0.0; 256]; 3], ..Expected::default() };
        // One match in four lacks the third.
        for pattern in patterns(0..=3) {
            let share = if pattern.digit(2) == 0 { 0.25 } else { 0.75 };
            let count = MATCHES * share * within.likelihood(pattern.0);
            (0..3).for_each(|c| expected.m[c][usize::from(pattern.digit(c)) << 4 | 1] += count);
            *expected.shown.entry(within.shown(pattern.0)).or_default() += count;
        }
        let (mut completed, mut sums) = (Completed::default(), vec![[0.0; 256]; 3]);
        completed.add((&class, known), &rule, &expected, &mut sums);
        let all = MATCHES / reach(&class, known, &rule);
        assert!((completed.matches - all).abs() < 1e-6);
        assert!((completed.pairs / all - expected_pairs(known)).abs() < 1e-9);
        for (c, sums) in sums.iter().enumerate() {
            for digit in 1..=3 {
                let (found, wanted) = (sums[digit << 4 | 1], all * class.margin(c)[digit]);
                assert!((found - wanted).abs() < 1e-6, "{c}, {digit}: {found} for {wanted}");
            }
        }
        // So the figure stays what it is, but for the two matches that are put to them.
        let further = maximised(&class, known.closest(), &completed).further();
        assert!((further / known.further() - 1.0).abs() < 0.02, "{further}");
    }
}
