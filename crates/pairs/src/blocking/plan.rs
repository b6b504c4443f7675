//! All rules of a linkage, and its work in parts.

use std::ops::Range;
use std::sync::OnceLock;

use counterfoil_core::scored::{LinkType, ValueColumns};

use super::blocks::{Grouped, Sources, group};
use super::count::size;
use super::packed::Packed;
use super::repeats::Repeats;
use super::rule::BlockingRule;

/// Most rules of a plan: which of them find a pair is kept as bits.
pub const MAX_RULES: usize = 64;

/// The blocks of all rules over the same rows.
#[derive(Debug)]
pub struct Plan<'a> {
    pub(crate) columns: &'a ValueColumns,
    pub(crate) sources: Sources<'a>,
    pub(crate) rules: Vec<Grouped>,
    /// Made when pairs are first looked at.
    packed: OnceLock<Packed>,
}

/// A share of a plan's pairs, to be worked on by one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Pairs that the rules find in it, those that two rules find counted twice.
    pub pairs: u64,
    pub(crate) spans: Vec<Span>,
}

/// Places in the blocks of a rule: the pairs of which these rows are the first ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) rule: usize,
    pub(crate) places: Range<u32>,
}

impl<'a> Plan<'a> {
    /// Groups the rows by every rule in turn. Earlier rules come first: they own the pairs
    /// that later ones find too.
    ///
    /// # Panics
    ///
    /// As [`group`] does, and when there are more than [`MAX_RULES`].
    #[must_use]
    pub fn new(columns: &'a ValueColumns, link: LinkType, rules: &[BlockingRule]) -> Plan<'a> {
        Plan::of(columns, link, None, rules.iter().map(|rule| group(columns, link, rule, None)).collect())
    }

    /// The plan of rules that [`group`] has grouped, of the same rows, link type and equal rows.
    ///
    /// # Panics
    ///
    /// When there are more than [`MAX_RULES`].
    #[must_use]
    pub fn of(
        columns: &'a ValueColumns,
        link: LinkType,
        repeats: Option<&'a Repeats>,
        rules: Vec<Grouped>,
    ) -> Plan<'a> {
        assert!(rules.len() <= MAX_RULES, "a plan has at most {MAX_RULES} blocking rules");
        Plan { columns, sources: Sources::new(columns, link, repeats), rules, packed: OnceLock::new() }
    }

    /// The columns row by row.
    pub(crate) fn packed(&self) -> &Packed {
        self.packed.get_or_init(|| Packed::new(self.columns))
    }

    /// The rules, grouped.
    #[must_use]
    pub fn rules(&self) -> &[Grouped] {
        &self.rules
    }

    /// The equal rows that are put together, if some are.
    #[must_use]
    pub fn repeats(&self) -> Option<&'a Repeats> {
        self.sources.repeats
    }

    /// The pairs of rows that a pair of first rows stands for.
    pub(crate) fn stands_for(&self, pair: (u32, u32)) -> u64 {
        self.sources.repeats.map_or(1, |repeats| repeats.stands_for(pair))
    }

    /// The first rows of equal ones that a rule pairs with each other, each with the pairs that it
    /// stands for.
    pub(crate) fn equal(&self, rule: usize) -> impl Iterator<Item = (u32, u64)> {
        self.sources.equal(&self.rules[rule].rule, self.columns)
    }

    /// The first rows that a pair is looked at by, where equal rows are put together, the lower one
    /// first; both are the same for two equal rows.
    #[must_use]
    pub fn firsts(&self, (left, right): (u32, u32)) -> (u32, u32) {
        let of = |row: u32| self.sources.repeats.map_or(row, |repeats| repeats.first_of(row));
        (of(left).min(of(right)), of(left).max(of(right)))
    }

    /// The work on all rules in at most `parts` parts of about equal numbers of pairs. Every
    /// pair that a rule finds is in one part.
    #[must_use]
    pub fn parts(&self, parts: usize) -> Vec<Part> {
        self.divided(0..self.rules.len(), parts)
    }

    /// The work on one rule in parts.
    #[must_use]
    pub fn parts_of(&self, rule: usize, parts: usize) -> Vec<Part> {
        self.divided(rule..rule + 1, parts)
    }

    fn divided(&self, rules: Range<usize>, parts: usize) -> Vec<Part> {
        let all: u64 = self.rules[rules.clone()].iter().map(|rule| rule.count.pairs).sum();
        let mut divider =
            Divider { each: all.div_ceil(parts.max(1) as u64).max(1), done: Vec::new(), part: Part::default() };
        for number in rules {
            let rule = &self.rules[number];
            for block in 0..rule.blocks() {
                let (places, pairs) = (rule.block(block), size(rule, &self.sources, block).pairs);
                if divider.part.pairs + pairs <= divider.each {
                    divider.add(number, places, pairs);
                } else {
                    for place in places {
                        divider.add(number, place..place + 1, rule.pairs_of(&self.sources, block, place));
                    }
                }
            }
        }
        divider.finish()
    }
}

/// Cuts a row of places with their pairs into parts.
struct Divider {
    each: u64,
    done: Vec<Part>,
    part: Part,
}

impl Divider {
    fn add(&mut self, rule: usize, places: Range<u32>, pairs: u64) {
        match self.part.spans.last_mut() {
            Some(last) if last.rule == rule => last.places.end = places.end,
            _ => self.part.spans.push(Span { rule, places }),
        }
        self.part.pairs += pairs;
        if self.part.pairs >= self.each {
            self.done.push(std::mem::take(&mut self.part));
        }
    }

    fn finish(mut self) -> Vec<Part> {
        if !self.part.spans.is_empty() {
            self.done.push(self.part);
        }
        self.done
    }
}
