//! Pattern counts made ready for estimation, and distributions of levels in one class.
//!
//! A class (matches or non-matches) is a product of *blocks*: one comparison each, or two that
//! have a joint distribution. So any two comparisons of different blocks are independent given
//! the class, and what a missing value takes away is summed out exactly.

use counterfoil_core::scored::{Exclusive, Pattern};

use crate::{Beside, Observations, RulePatterns};

/// A distribution over the digits of two comparisons: index 16 · first + second. A block of one
/// comparison has 1 in the place of the second digit. Null (0) has no probability of its own.
pub(crate) type Table = [f64; 256];
/// A distribution over the digits of one comparison; index 0 is unused.
pub(crate) type Margin = [f64; 16];

/// One comparison, or two with a joint distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) first: usize,
    pub(crate) second: Option<usize>,
}

impl Block {
    /// Where a pattern's digits stand in the block's table.
    #[inline]
    pub(crate) fn index(self, pattern: u64) -> usize {
        let first = (pattern >> (4 * self.first) & 15) as usize;
        let second = self.second.map_or(1, |second| (pattern >> (4 * second) & 15) as usize);
        first << 4 | second
    }

    pub(crate) fn holds(self, comparison: usize) -> bool {
        self.first == comparison || self.second == Some(comparison)
    }
}

/// The pairs of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Patterns in ascending order, digits of comparisons that are set aside 0.
    pub(crate) patterns: Vec<u64>,
    /// Their counts.
    pub(crate) counts: Vec<f64>,
    /// Sum of the counts.
    pub(crate) counted: f64,
    /// All pairs of the rule.
    pub(crate) pairs: f64,
    pub(crate) coverage: f64,
    /// Digits that are possible for each comparison, null apart; all of them where the
    /// comparison is set aside.
    pub(crate) allowed: Vec<Vec<usize>>,
    /// Whether a comparison is set aside.
    pub(crate) aside: Vec<bool>,
    /// The digits that do not tell what a pair is, as bits of a pattern.
    pub(crate) unheard: u64,
    /// Whether m, u and λ are not learnt from this rule.
    pub(crate) is_silent: bool,
}

impl Rule {
    /// The rule, and how many of the counted pairs had a digit that it does not allow.
    pub(crate) fn new(levels: &[u8], given: &RulePatterns) -> (Rule, u64) {
        let mut allowed = Vec::new();
        let mut aside = Vec::new();
        let mut fits = Vec::new();
        for (digits, levels) in given.allowed.iter().zip(levels) {
            let real: Vec<usize> = (1..=usize::from(*levels)).filter(|d| digits.contains(&(*d as u8))).collect();
            aside.push(real.is_empty());
            fits.push(digits.iter().fold(0_u16, |bits, digit| bits | 1 << digit));
            allowed.push(if real.is_empty() { (1..=usize::from(*levels)).collect() } else { real });
        }
        let mut outside = 0;
        let mut kept = Vec::new();
        for (pattern, count) in &given.counts {
            match reduced(*pattern, &fits, &aside) {
                Some(pattern) => kept.push((pattern, *count as f64)),
                None => outside += count,
            }
        }
        kept.sort_unstable_by_key(|(pattern, _)| *pattern);
        let (patterns, counts) = merged(&kept);
        let counted = counts.iter().sum();
        let (pairs, coverage) = (given.pairs, given.coverage);
        (Rule { patterns, counts, counted, pairs, coverage, allowed, aside, unheard: 0, is_silent: false }, outside)
    }

    /// Whether the pairs of this rule differ in a comparison.
    pub(crate) fn compares(&self, comparison: usize) -> bool {
        !self.aside[comparison] && self.allowed[comparison].len() > 1
    }

    /// Sets one more comparison aside.
    pub(crate) fn set_aside(&mut self, comparison: usize, levels: u8) {
        self.aside[comparison] = true;
        self.allowed[comparison] = (1..=usize::from(levels)).collect();
        let without = |pattern: &u64| pattern & !(15 << (4 * comparison));
        let mut kept: Vec<(u64, f64)> = self.patterns.iter().map(without).zip(self.counts.iter().copied()).collect();
        kept.sort_unstable_by_key(|(pattern, _)| *pattern);
        (self.patterns, self.counts) = merged(&kept);
    }

    fn allowed_in(&self, block: Block) -> (&[usize], &[usize]) {
        (&self.allowed[block.first], block.second.map_or(&[1], |second| &self.allowed[second]))
    }
}

/// A pattern without the comparisons that are set aside; none if a digit is not allowed.
fn reduced(pattern: Pattern, fits: &[u16], aside: &[bool]) -> Option<u64> {
    let mut digits = Pattern::default();
    for comparison in (0..fits.len()).filter(|c| !aside[*c]) {
        let digit = pattern.digit(comparison);
        if fits[comparison] >> digit & 1 == 0 {
            return None;
        }
        digits = digits.with(comparison, digit);
    }
    Some(digits.0)
}

fn merged(sorted: &[(u64, f64)]) -> (Vec<u64>, Vec<f64>) {
    let mut patterns: Vec<u64> = Vec::new();
    let mut counts: Vec<f64> = Vec::new();
    for (pattern, count) in sorted {
        match counts.last_mut() {
            Some(sum) if patterns.last() == Some(pattern) => *sum += count,
            _ => {
                patterns.push(*pattern);
                counts.push(*count);
            }
        }
    }
    (patterns, counts)
}

pub(crate) fn rules(levels: &[u8], given: &[RulePatterns]) -> (Vec<Rule>, u64) {
    let mut outside = 0;
    let rule = |patterns: &RulePatterns| {
        let (rule, more) = Rule::new(levels, patterns);
        outside += more;
        rule
    };
    let rules = given.iter().map(rule).collect();
    (rules, outside)
}

/// The pairs beside those that agree in everything, each with the share of all pairs that is.
pub(crate) fn beside(given: &Observations) -> Vec<(Rule, f64)> {
    let of = |(alike, beside): (&RulePatterns, &Beside)| {
        let patterns = RulePatterns { counts: beside.counts.clone(), ..alike.clone() };
        (Rule::new(&given.levels, &patterns).0, beside.share)
    };
    given.alike.iter().zip(&given.beside).map(of).collect()
}

/// How the levels are distributed in one class.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Class {
    pub(crate) blocks: Vec<Block>,
    pub(crate) tables: Vec<Table>,
    /// How errors of matches go together, beside what each comparison has alone; only where no two have
    /// a joint distribution.
    pub(crate) exclusive: Option<Exclusive>,
    /// Where some of these matches have moved: by comparison whether its value is of their home. The tables
    /// are those of matches who have not.
    pub(crate) of_home: Option<Vec<bool>>,
}

impl Class {
    /// Comparisons that are independent of each other.
    pub(crate) fn independent(margins: &[Margin]) -> Class {
        let blocks = (0..margins.len()).map(|first| Block { first, second: None }).collect();
        let tables = margins.iter().map(single).collect();
        Class { blocks, tables, exclusive: None, of_home: None }
    }

    /// The block of a comparison.
    pub(crate) fn block_of(&self, comparison: usize) -> usize {
        self.blocks.iter().position(|block| block.holds(comparison)).unwrap_or_default()
    }

    /// The distribution of one comparison.
    pub(crate) fn margin(&self, comparison: usize) -> Margin {
        let at = self.block_of(comparison);
        let mut margin = [0.0; 16];
        for (index, share) in self.tables[at].iter().enumerate() {
            let digit = if self.blocks[at].first == comparison { index >> 4 } else { index & 15 };
            margin[digit] += share;
        }
        margin
    }

    /// Scales the levels of one comparison.
    pub(crate) fn scale(&mut self, comparison: usize, by: impl Fn(usize) -> f64) {
        let at = self.block_of(comparison);
        let is_first = self.blocks[at].first == comparison;
        for (index, share) in self.tables[at].iter_mut().enumerate() {
            *share *= by(if is_first { index >> 4 } else { index & 15 });
        }
    }

    /// Whether a comparison is about a home that some of the class have left. It is a block by itself.
    #[inline]
    pub(crate) fn is_left(&self, comparison: usize) -> bool {
        self.of_home.as_ref().is_some_and(|of_home| of_home[comparison])
    }

    /// The joint distribution of two comparisons, whether or not they are one block.
    pub(crate) fn pair(&self, first: usize, second: usize) -> Table {
        let at = self.block_of(first);
        let block = self.blocks[at];
        if !block.holds(second) {
            let (rows, columns) = (self.margin(first), self.margin(second));
            return std::array::from_fn(|index| rows[index >> 4] * columns[index & 15]);
        }
        let turned = block.first != first;
        std::array::from_fn(|index| self.tables[at][if turned { (index & 15) << 4 | index >> 4 } else { index }])
    }

    /// This class with the blocks of two comparisons joined, for now as if independent.
    pub(crate) fn joined(&self, first: usize, second: usize) -> Class {
        let (one, other) = (self.margin(first), self.margin(second));
        let mut table = [0.0; 256];
        for (index, share) in table.iter_mut().enumerate() {
            *share = one[index >> 4] * other[index & 15];
        }
        let mut class = self.clone();
        let keep: Vec<usize> = (0..self.blocks.len())
            .filter(|b| !self.blocks[*b].holds(first) && !self.blocks[*b].holds(second))
            .collect();
        class.blocks = keep.iter().map(|b| self.blocks[*b]).collect();
        class.tables = keep.iter().map(|b| self.tables[*b]).collect();
        class.blocks.push(Block { first, second: Some(second) });
        class.tables.push(table);
        class
    }

    /// This class with the joint distributions that another has, as if independent, and with errors
    /// that exclude each other as in that one.
    pub(crate) fn shaped(self, shape: Option<&Class>) -> Class {
        let joint = shape.into_iter().flat_map(|shape| &shape.blocks);
        let joint = joint.filter_map(|block| Some((block.first, block.second?)));
        let mut class = joint.fold(self, |class, (first, second)| class.joined(first, second));
        class.exclusive = shape.and_then(|shape| shape.exclusive.clone());
        class.of_home = class.of_home.or_else(|| shape.and_then(|shape| shape.of_home.clone()));
        class.bring_in_line();
        class
    }

    /// Brings errors that exclude each other in line with what the comparisons have alone.
    pub(crate) fn bring_in_line(&mut self) {
        let Some(exclusive) = &self.exclusive else { return };
        self.exclusive = Some(crate::exclusive::exclusive(self, exclusive.closest(), exclusive.further()));
    }

    /// For each block the probability of each entry among the pairs of a rule; an entry with a
    /// null digit has that of the other digit, or 1.
    pub(crate) fn factors(&self, rule: &Rule) -> Vec<Table> {
        self.blocks.iter().zip(&self.tables).map(|(block, table)| factor(*block, table, rule)).collect()
    }

    /// The probability that a pair of this class that has the rule's fields is found by it, as
    /// far as levels tell.
    pub(crate) fn reach(&self, rule: &Rule) -> f64 {
        if let Some(exclusive) = &self.exclusive {
            return crate::exclusive::reach(self, exclusive, rule);
        }
        let blocks = self.blocks.iter().zip(&self.tables);
        blocks.map(|(block, table)| allowed_mass(*block, table, rule)).product()
    }
}

pub(crate) fn single(margin: &Margin) -> Table {
    let mut table = [0.0; 256];
    for (digit, share) in margin.iter().enumerate() {
        table[digit << 4 | 1] = *share;
    }
    table
}

pub(crate) fn allowed_mass(block: Block, table: &Table, rule: &Rule) -> f64 {
    let (firsts, seconds) = rule.allowed_in(block);
    firsts.iter().map(|first| seconds.iter().map(|second| table[first << 4 | second]).sum::<f64>()).sum()
}

fn factor(block: Block, table: &Table, rule: &Rule) -> Table {
    let (firsts, seconds) = rule.allowed_in(block);
    let mass = allowed_mass(block, table, rule);
    let mut factors = [0.0; 256];
    for first in firsts {
        for second in seconds {
            let share = table[first << 4 | second] / mass;
            factors[first << 4 | second] = share;
            factors[first << 4] += share;
            factors[*second] += share;
        }
    }
    factors[0] = 1.0;
    // A block of one comparison has no second digit that could be null or vary.
    if block.second.is_none() {
        factors[1] = 1.0;
    }
    factors
}

/// Adds to `sums` what the pairs of a rule, by what could be seen of them (`seen`), say of the
/// block's whole table: counts with a null are shared out over what the null may hide, and the
/// pairs that the rule could not find are added as expected (Dempster, Laird and Rubin, 1977).
pub(crate) fn complete(block: Block, table: &Table, rule: &Rule, seen: &Table, sums: &mut Table) {
    let (firsts, seconds) = rule.allowed_in(block);
    if firsts.len() * seconds.len() < 2 {
        return;
    }
    let (mut inside, mut mass) = (0.0, 0.0);
    let mut found = [0.0; 256];
    let column = |second: usize| firsts.iter().map(|first| table[first << 4 | second]).sum::<f64>();
    let columns: Vec<f64> = seconds.iter().map(|second| column(*second)).collect();
    for first in firsts {
        let row: f64 = seconds.iter().map(|second| table[first << 4 | second]).sum();
        for (second, column) in seconds.iter().zip(&columns) {
            let share = table[first << 4 | second];
            let half = |null: f64, of: f64| if null > 0.0 { null * share / of } else { 0.0 };
            let mut count = seen[first << 4 | second];
            if block.second.is_some() {
                count += half(seen[first << 4], row) + half(seen[*second], *column);
            }
            found[first << 4 | second] = count;
            inside += count;
            mass += share;
        }
    }
    for (index, sum) in sums.iter_mut().enumerate() {
        let possible = firsts.contains(&(index >> 4)) && seconds.contains(&(index & 15));
        *sum += if possible { found[index] } else { inside / mass * table[index] };
    }
}
