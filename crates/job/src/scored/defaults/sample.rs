//! How often values occur, and how many pairs a rule would find, from a sample of the rows.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use counterfoil_core::scored::{LinkType, ListColumn};

use super::Data;
use crate::scored::spec::{KeySpec, Term};
use crate::scored::words::is_any;

/// Rows looked at, at most about so many. A rule that finds a pair a row has then some four
/// hundred pairs in the sample of a file of a million rows, which is right within a tenth.
const ROWS: u64 = 20_000;
/// A block counts as too large only if so many of its rows are in the sample.
const LEAST_OF_A_BLOCK: usize = 10;

/// An even sample of the rows.
pub(super) struct Sample<'a> {
    data: Data<'a>,
    /// First row of each group, if there were no others than those that there may be a sample of.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// The group of each sampled row.
    groups: Vec<u16>,
    /// The share of all rows.
    share: f64,
    columns: RefCell<BTreeMap<Term, Option<Rc<Vec<u32>>>>>,
    lists: RefCell<BTreeMap<Term, Option<Rc<ListColumn>>>>,
}

/// The values of a term in each sampled row.
enum Values {
    One(Rc<Vec<u32>>),
    Several(Rc<ListColumn>),
}

impl Values {
    /// Those of a row; none where it is null.
    fn of(&self, row: usize) -> &[u32] {
        match self {
            Values::One(column) if column[row] == 0 => &[],
            Values::One(column) => std::slice::from_ref(&column[row]),
            Values::Several(lists) => lists.of(row as u32),
        }
    }
}

/// What a rule finds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Found {
    /// Pairs in blocks within the cap.
    pub(super) pairs: f64,
    /// The share of rows with a key that stand in blocks above it.
    pub(super) left_out: f64,
}

impl<'a> Sample<'a> {
    /// A sample: all rows if there are few, else those that a fixed mixing of their numbers
    /// selects, so that neighbours are neither always nor never together. Of equal rows that are put
    /// together there is only the first.
    pub(super) fn new(data: Data<'a>) -> Sample<'a> {
        let starts = data.repeats.map_or_else(|| data.starts.to_vec(), |of| of.starts_of_firsts(data.starts));
        let all = starts.last().copied().unwrap_or_default();
        let selects = |row: &u32| u64::from(all) <= ROWS || mixed(u64::from(*row)) % u64::from(all) < ROWS;
        let is_first = |row: &u32| data.repeats.is_none_or(|repeats| repeats.is_first(*row));
        let rows = 0..data.starts.last().copied().unwrap_or_default();
        let rows: Vec<u32> = rows.filter(|row| is_first(row) && selects(row)).collect();
        let group = |row: &u32| (data.starts.partition_point(|start| start <= row) - 1) as u16;
        let groups = rows.iter().map(group).collect();
        let share = rows.len() as f64 / f64::from(all.max(1));
        Sample { data, starts, rows, groups, share, columns: RefCell::default(), lists: RefCell::default() }
    }

    /// Rows of the data.
    pub(super) fn all_rows(&self) -> f64 {
        self.rows.len() as f64 / self.share.max(f64::MIN_POSITIVE)
    }

    /// Pairs that there are without blocking.
    pub(super) fn all_pairs(&self) -> f64 {
        let within = |rows: f64| rows * (rows - 1.0) / 2.0;
        let groups: f64 = self.starts.windows(2).map(|two| within(f64::from(two[1] - two[0]))).sum();
        let all = within(f64::from(self.starts.last().copied().unwrap_or_default()));
        match self.data.link_type {
            LinkType::LinkOnly => all - groups,
            LinkType::DedupeOnly => groups,
            LinkType::LinkAndDedupe => all,
        }
    }

    /// The numbers of a term in the sampled rows, if there is such a derivation.
    pub(super) fn column(&self, term: &Term) -> Option<Rc<Vec<u32>>> {
        let read = || (self.data.column)(term, &self.rows).map(Rc::new);
        self.columns.borrow_mut().entry(term.clone()).or_insert_with(read).clone()
    }

    /// By group the numbers of some terms in each sampled row that has them all. `None` if a term has
    /// no column.
    pub(super) fn by_group(&self, terms: &[&Term]) -> Option<Vec<Vec<Vec<u32>>>> {
        let columns = terms.iter().map(|term| self.column(term)).collect::<Option<Vec<_>>>()?;
        let mut groups = vec![Vec::new(); self.data.starts.len().saturating_sub(1)];
        for (row, group) in self.groups.iter().enumerate() {
            let values: Vec<u32> = columns.iter().map(|column| column[row]).collect();
            if values.iter().all(|value| *value != 0) {
                groups[usize::from(*group)].push(values);
            }
        }
        Some(groups)
    }

    /// The values of a term in the sampled rows.
    fn values(&self, term: &Term) -> Option<Values> {
        if !is_any(term) {
            return self.column(term).map(Values::One);
        }
        let read = || (self.data.lists)(term, &self.rows).map(Rc::new);
        self.lists.borrow_mut().entry(term.clone()).or_insert_with(read).clone().map(Values::Several)
    }

    /// The share of pairs in which both rows have a value.
    pub(super) fn present(&self, term: &Term) -> f64 {
        let Some(values) = self.values(term) else { return 0.0 };
        let groups = self.data.starts.len().saturating_sub(1).max(1);
        let mut rows = vec![(0_u32, 0_u32); groups];
        for (row, group) in self.groups.iter().enumerate() {
            let (all, with) = &mut rows[usize::from(*group)];
            *all += 1;
            *with += u32::from(!values.of(row).is_empty());
        }
        let shares: Vec<f64> = rows.iter().map(|(all, with)| f64::from(*with) / f64::from((*all).max(1))).collect();
        match (self.data.link_type, shares.as_slice()) {
            (LinkType::LinkOnly, [left, right]) => left * right,
            _ => shares.iter().map(|share| share * share).sum::<f64>() / groups as f64,
        }
    }

    /// The pairs of rows that agree on all keys; blocks with more pairs than `cap` are left out. A
    /// pair that shares several values counts for each, as it does when the rule is run. `None` if a
    /// term has no column.
    pub(super) fn pairs(&self, keys: &[KeySpec], cap: f64) -> Option<Found> {
        if keys.iter().any(|key| is_any(&key.left)) {
            return Some(self.within_blocks(self.exploded(keys.iter().map(|key| &key.left))?, cap));
        }
        let swapped = keys.iter().any(|key| key.left != key.right);
        let left = self.keys(keys.iter().map(|key| &key.left))?;
        if !swapped {
            return Some(self.within_blocks(left.into_iter().zip(self.groups.iter().copied()).collect(), cap));
        }
        let right = self.keys(keys.iter().map(|key| &key.right))?;
        Some(Found { pairs: self.across(left, &right), left_out: 0.0 })
    }

    /// One number for the values of several terms in each row, 0 where one is null.
    fn keys<'t>(&self, terms: impl Iterator<Item = &'t Term>) -> Option<Vec<u64>> {
        let columns = terms.map(|term| self.column(term)).collect::<Option<Vec<_>>>()?;
        let key = |row: usize| {
            let join = |key: u64, value: u32| (value != 0).then(|| mixed(key ^ u64::from(value)).max(1));
            columns.iter().map(|column| column[row]).try_fold(1, join).unwrap_or(0)
        };
        Some((0..self.rows.len()).map(key).collect())
    }

    /// The same with one number for each combination of a row's values, and the row's group.
    fn exploded<'t>(&self, terms: impl Iterator<Item = &'t Term>) -> Option<Vec<(u64, u16)>> {
        let values = terms.map(|term| self.values(term)).collect::<Option<Vec<_>>>()?;
        let keys = |row: usize| {
            let with = |keys: Vec<u64>, values: &Values| -> Vec<u64> {
                let of_row = values.of(row).iter();
                of_row.flat_map(|value| keys.iter().map(|key| mixed(*key ^ u64::from(*value)).max(1))).collect()
            };
            values.iter().fold(vec![1], with)
        };
        let rows = self.groups.iter().enumerate();
        Some(rows.flat_map(|(row, group)| keys(row).into_iter().map(|key| (key, *group))).collect())
    }

    /// The pairs of rows with equal numbers, each with its group; 0 is none.
    fn within_blocks(&self, mut rows: Vec<(u64, u16)>, cap: f64) -> Found {
        rows.retain(|(key, _)| *key != 0);
        rows.sort_unstable();
        let (mut found, mut left_out) = (Found::default(), 0);
        for block in rows.chunk_by(|a, b| a.0 == b.0) {
            let pairs = self.scaled(self.pairs_of(block));
            if pairs > cap && block.len() >= LEAST_OF_A_BLOCK {
                left_out += block.len();
            } else {
                found.pairs += pairs;
            }
        }
        found.left_out = left_out as f64 / rows.len().max(1) as f64;
        found
    }

    /// Pairs of a block, whose rows are sorted by group.
    fn pairs_of(&self, block: &[(u64, u16)]) -> f64 {
        let within = |rows: usize| rows as f64 * (rows as f64 - 1.0) / 2.0;
        let all = within(block.len());
        let groups = || block.chunk_by(|a, b| a.1 == b.1).map(|group| within(group.len())).sum::<f64>();
        match self.data.link_type {
            LinkType::LinkAndDedupe => all,
            LinkType::DedupeOnly => groups(),
            LinkType::LinkOnly => all - groups(),
        }
    }

    /// Of rows with equal values of a term, the share that a window over all rows in its order
    /// pairs: those of a large block are mostly too far from each other. `None` if the term has
    /// no column.
    pub(super) fn within_window(&self, term: &Term, window: u32) -> Option<f64> {
        let mut values: Vec<u32> = self.column(term)?.iter().copied().filter(|value| *value != 0).collect();
        values.sort_unstable();
        let reached = |block: &[u32]| {
            // Of two random places of n the share that is less than a window apart.
            let apart = 1.0 - f64::from(window) * self.share / block.len() as f64;
            block.len() as f64 * (1.0 - apart.max(0.0).powi(2))
        };
        let rows = values.len().max(1) as f64;
        Some(values.chunk_by(|a, b| a == b).map(reached).sum::<f64>() / rows)
    }

    /// Pairs of a left key with an equal right key. Each pair of two rows shows twice.
    fn across(&self, left: Vec<u64>, right: &[u64]) -> f64 {
        let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
        left.into_iter().filter(|key| *key != 0).for_each(|key| *counts.entry(key).or_default() += 1.0);
        let found = right.iter().filter_map(|key| counts.get(key)).fold(0.0, |sum, count| sum + count);
        self.scaled(found / 2.0)
    }

    /// Pairs of the data for pairs of the sample.
    fn scaled(&self, pairs: f64) -> f64 {
        pairs / (self.share * self.share).max(f64::MIN_POSITIVE)
    }

    /// Of pairs of rows with an equal value in one column, and different ones in each of
    /// `apart` (so that they are hardly one person), the share that is equal in another; `None`
    /// if too few pairs tell.
    pub(super) fn equal_beside(&self, same: &Term, other: &Term, apart: &[&Term]) -> Option<f64> {
        let (same, other) = (self.column(same)?, self.column(other)?);
        let apart = apart.iter().map(|term| self.column(term)).collect::<Option<Vec<_>>>()?;
        let mut order: Vec<u32> = (0..self.rows.len() as u32).filter(|at| same[*at as usize] != 0).collect();
        order.sort_by_key(|at| (same[*at as usize], *at));
        let (mut pairs, mut equal) = (0_u32, 0_u32);
        for two in order.windows(2) {
            let (a, b) = (two[0] as usize, two[1] as usize);
            let differ = |column: &[u32]| column[a] != 0 && column[b] != 0 && column[a] != column[b];
            let tells = same[a] == same[b] && other[a] != 0 && other[b] != 0;
            if tells && apart.iter().all(|column| differ(column)) {
                pairs += 1;
                equal += u32::from(other[a] == other[b]);
            }
        }
        (pairs >= 30).then(|| f64::from(equal) / f64::from(pairs))
    }
}

/// splitmix64.
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
