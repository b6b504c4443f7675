//! The blocks of one rule.

use std::ops::Range;

use counterfoil_core::scored::{LinkType, ListColumn, ValueColumns};

use super::count::{self, RuleCount};
use super::group::{Field, Groups, group_by};
use super::repeats::Repeats;
use super::rule::{BlockingRule, Key};

/// The rows of all sources that share a rule's keys, block by block, without the blocks that
/// show no pair and those above the rule's cap.
#[derive(Clone, Debug)]
pub struct Grouped {
    pub(crate) rule: BlockingRule,
    /// The rows of each block, side by side.
    pub(crate) rows: Vec<u32>,
    /// First place of each block in `rows`, and as a last entry their number.
    pub(crate) starts: Vec<u32>,
    pub(crate) shape: Shape,
    /// The rows in blocks above the cap, as bits; empty if there are none. For swapped columns
    /// the rows that stand left there.
    pub(crate) capped: Vec<u64>,
    pub(crate) count: RuleCount,
}

/// Which rows of a block are paired.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Any two; rows ascend.
    All,
    /// Any two, and a row may be in several blocks; rows ascend. Holds the blocks of each row.
    Lists(ListColumn),
    /// The rows before the middle with those after it; rows ascend on either side. Where a row
    /// may be in several blocks, holds the blocks of each.
    Sides { middles: Vec<u32>, lists: Option<SideLists> },
    /// Those near each other. Holds for each row its place in `rows` plus one, or 0.
    Near { width: u32, places: Vec<u32> },
}

/// The blocks in which each row stands on either side.
#[derive(Clone, Debug, Default)]
pub(crate) struct SideLists {
    pub(crate) left: ListColumn,
    pub(crate) right: ListColumn,
}

/// Finds the blocks of a rule: of all rows, or of the first ones where equal rows are put together.
///
/// # Panics
///
/// When the rule is not [supported](BlockingRule::is_supported) or names a column that is not
/// there.
#[must_use]
pub fn group(columns: &ValueColumns, link: LinkType, rule: &BlockingRule, repeats: Option<&Repeats>) -> Grouped {
    let sources = Sources::new(columns, link, repeats);
    assert!(rule.is_supported(), "rule `{}` combines keys that do not go together", rule.name);
    let grouped = if rule.swaps() && rule.has_lists() {
        by_sides_of_lists(columns, &sources, rule)
    } else if rule.has_lists() {
        by_lists(columns, &sources, rule)
    } else if rule.swaps() {
        by_sides(columns, &sources, rule)
    } else if rule.window.is_some() {
        by_order(columns, &sources, rule)
    } else {
        let groups = group_by(columns.rows(), &plain_fields(columns, &sources, rule));
        Grouped::new(rule, groups, Shape::All)
    };
    let grouped = count::without_large_and_empty(grouped, columns, &sources);
    grouped.with_places(columns.rows())
}

impl Grouped {
    fn new(rule: &BlockingRule, groups: Groups, shape: Shape) -> Grouped {
        let (rows, starts) = (groups.order, groups.starts);
        Grouped { rule: rule.clone(), rows, starts, shape, capped: Vec::new(), count: RuleCount::default() }
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &BlockingRule {
        &self.rule
    }

    /// How many pairs it finds.
    #[must_use]
    pub fn count(&self) -> &RuleCount {
        &self.count
    }

    pub(crate) fn blocks(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn block(&self, block: usize) -> Range<u32> {
        self.starts[block]..self.starts[block + 1]
    }

    /// Whether it may show a pair more than once.
    pub(crate) fn may_repeat(&self) -> bool {
        matches!(self.shape, Shape::Lists(_) | Shape::Sides { .. })
    }

    /// Whether a row is in a block above the cap.
    #[inline]
    pub(crate) fn is_capped(&self, row: u32) -> bool {
        !self.capped.is_empty() && self.capped[row as usize / 64] >> (row % 64) & 1 == 1
    }

    /// The places in a block whose rows make pairs with that at `place` in which this is the
    /// left one, if the rows are `least` or more: (places, least).
    #[inline]
    pub(crate) fn partners(&self, sources: &Sources<'_>, block: usize, place: u32) -> (Range<u32>, u32) {
        let Range { start, end } = self.block(block);
        let row = self.rows[place as usize];
        let from = |start: u32, least: u32| {
            start + self.rows[start as usize..end as usize].partition_point(|other| *other < least) as u32
        };
        match &self.shape {
            Shape::All | Shape::Lists(_) if sources.link == LinkType::LinkOnly => {
                (from(place + 1, sources.end(row))..end, 0)
            }
            Shape::All | Shape::Lists(_) => (place + 1..end, 0),
            Shape::Sides { middles, .. } if place < middles[block] => {
                (from(middles[block], sources.first_partner(row))..end, 0)
            }
            Shape::Sides { .. } if sources.link == LinkType::LinkOnly => (start..start, 0),
            Shape::Sides { middles, .. } => {
                let left = &self.rows[start as usize..middles[block] as usize];
                let below = |least: u32| start + left.partition_point(|other| *other < least) as u32;
                (below(row + 1)..below(sources.end(row)), 0)
            }
            Shape::Near { width, .. } => {
                let before = place.saturating_sub(width - 1).max(start);
                (before..place.saturating_add(*width).min(end), sources.first_partner(row))
            }
        }
    }

    /// How many pairs [`partners`](Self::partners) are.
    pub(crate) fn pairs_of(&self, sources: &Sources<'_>, block: usize, place: u32) -> u64 {
        let (places, least) = self.partners(sources, block, place);
        if least == 0 {
            return u64::from(places.end.saturating_sub(places.start));
        }
        let rows = &self.rows[places.start as usize..places.end as usize];
        rows.iter().filter(|row| **row >= least).count() as u64
    }

    /// Remembers for each row where it stands, where that is asked of pairs that a later rule
    /// finds.
    fn with_places(mut self, rows: u32) -> Grouped {
        match &mut self.shape {
            Shape::Lists(lists) => *lists = blocks_of_rows(&self.rows, blocks(&self.starts), rows),
            Shape::Sides { middles, lists: Some(lists) } => {
                let cut = || blocks(&self.starts).zip(middles.iter().copied());
                lists.left = blocks_of_rows(&self.rows, cut().map(|(block, middle)| block.start..middle), rows);
                lists.right = blocks_of_rows(&self.rows, cut().map(|(block, middle)| middle..block.end), rows);
            }
            Shape::Near { places, .. } => {
                *places = vec![0; rows as usize];
                (1..).zip(&self.rows).for_each(|(place, row)| places[*row as usize] = place);
            }
            Shape::All | Shape::Sides { lists: None, .. } => {}
        }
        self
    }
}

/// The places of each block.
fn blocks(starts: &[u32]) -> impl Iterator<Item = Range<u32>> + Clone {
    starts.windows(2).map(|bounds| bounds[0]..bounds[1])
}

/// The blocks of each row, ascending. `places` are those of each block that count.
fn blocks_of_rows(rows: &[u32], places: impl Iterator<Item = Range<u32>> + Clone, all: u32) -> ListColumn {
    let rows_at = |places: Range<u32>| &rows[places.start as usize..places.end as usize];
    let mut starts = vec![0_u32; all as usize + 1];
    places.clone().flat_map(rows_at).for_each(|row| starts[*row as usize + 1] += 1);
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut values = vec![0; starts[all as usize] as usize];
    let mut next = starts.clone();
    for (block, places) in (0..).zip(places) {
        for row in rows_at(places) {
            let at = &mut next[*row as usize];
            values[*at as usize] = block;
            *at += 1;
        }
    }
    ListColumn { starts, values }
}

/// Which rows can be paired at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) link: LinkType,
    starts: &'a [u32],
    /// Where equal rows are put together, only the first of them is in blocks.
    pub(crate) repeats: Option<&'a Repeats>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(columns: &'a ValueColumns, link: LinkType, repeats: Option<&'a Repeats>) -> Sources<'a> {
        Sources { link, starts: &columns.starts, repeats }
    }

    /// The first rows of equal ones that a rule pairs with each other, each with the pairs that it
    /// stands for: none where rows of one source are not paired.
    pub(crate) fn equal(&self, rule: &BlockingRule, columns: &ValueColumns) -> impl Iterator<Item = (u32, u64)> {
        let repeats = self.repeats.filter(|_| self.link != LinkType::LinkOnly);
        let repeated = repeats.into_iter().flat_map(Repeats::repeated);
        repeated.filter(|(row, _)| rule.pairs_equal(columns, *row))
    }

    /// The row after the last one of this row's source.
    #[inline]
    pub(crate) fn end(&self, row: u32) -> u32 {
        match *self.starts {
            // Two sources, as most linkages have, need no search for every row.
            [_, second, rows] => {
                if row < second {
                    second
                } else {
                    rows
                }
            }
            _ => self.starts[self.starts.partition_point(|start| *start <= row)],
        }
    }

    pub(crate) fn rows(&self) -> u32 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// The first row that a left row may be paired with.
    #[inline]
    pub(crate) fn first_partner(&self, row: u32) -> u32 {
        if self.link == LinkType::LinkOnly { self.end(row) } else { row + 1 }
    }
}

impl<'a> Sources<'a> {
    /// What rows of a block have in common beside its keys: the source, if only rows of one source
    /// are paired, and to be the first of equal rows, where these are put together.
    fn fields(&self) -> Vec<Field<'a>> {
        let Sources { link, starts, repeats } = *self;
        let is_needed = link == LinkType::DedupeOnly && starts.len() > 2;
        let number = move |row: u32| starts.partition_point(|start| *start <= row) as u32;
        let source = is_needed.then(|| Field::new(starts.len() as u32, number));
        let first = repeats.map(|repeats| Field::new(1, |row| u32::from(repeats.is_first(row))));
        source.into_iter().chain(first).collect()
    }
}

fn plain_fields<'a>(columns: &'a ValueColumns, sources: &Sources<'a>, rule: &BlockingRule) -> Vec<Field<'a>> {
    let of = |key: &Key| match *key {
        Key::Column(column) => Some(Field::column(&columns.columns[column])),
        Key::Swap { .. } | Key::List(_) | Key::SwapLists { .. } => None,
    };
    rule.keys.iter().filter_map(of).chain(sources.fields()).collect()
}

/// Swapped columns: each row stands once on the left side and once on the right.
fn by_sides(columns: &ValueColumns, sources: &Sources<'_>, rule: &BlockingRule) -> Grouped {
    let rows = columns.rows();
    let both = |left: usize, right: usize| {
        let (left, right) = (&columns.columns[left], &columns.columns[right]);
        let most = left.iter().chain(right).copied().max().unwrap_or_default();
        Field::new(most, move |entry| if entry < rows { left[entry as usize] } else { right[(entry - rows) as usize] })
    };
    let of = |key: &Key| match *key {
        Key::Column(column) => Some(both(column, column)),
        Key::Swap { left, right } => Some(both(left, right)),
        Key::List(_) | Key::SwapLists { .. } => None,
    };
    let of_rows = sources.fields();
    let of_rows =
        of_rows.iter().map(|field| field.through(move |entry| if entry < rows { entry } else { entry - rows }));
    let fields: Vec<Field<'_>> = rule.keys.iter().filter_map(of).chain(of_rows).collect();
    let mut groups = group_by(rows.checked_mul(2).expect("twice the rows fit 32 bits"), &fields);
    let middles = middles(&groups, rows);
    groups.order.iter_mut().filter(|entry| **entry >= rows).for_each(|entry| *entry -= rows);
    Grouped::new(rule, groups, Shape::Sides { middles, lists: None })
}

/// The first place of each block whose entry stands on the right: those from `first` on do.
fn middles(groups: &Groups, first: u32) -> Vec<u32> {
    let middle = |block: Range<u32>| {
        let entries = &groups.order[block.start as usize..block.end as usize];
        block.start + entries.partition_point(|entry| *entry < first) as u32
    };
    blocks(&groups.starts).map(middle).collect()
}

/// Swapped list columns: each row stands on the left side once for each of its values in the
/// columns of the left, and on the right side for each in those of the right.
fn by_sides_of_lists(columns: &ValueColumns, sources: &Sources<'_>, rule: &BlockingRule) -> Grouped {
    let exploded_side = |is_left: bool| {
        let lists = rule.keys.iter().filter_map(|key| match *key {
            Key::List(list) => Some(&columns.lists[list]),
            Key::SwapLists { left, right } => Some(&columns.lists[if is_left { left } else { right }]),
            Key::Column(_) | Key::Swap { .. } => None,
        });
        exploded(columns.rows(), &lists.collect::<Vec<_>>())
    };
    let (mut entry_rows, mut values) = exploded_side(true);
    let first = entry_rows.len() as u32;
    let (right_rows, right_values) = exploded_side(false);
    entry_rows.extend(right_rows);
    values.iter_mut().zip(right_values).for_each(|(values, right)| values.extend(right));
    let entries = u32::try_from(entry_rows.len()).expect("both sides of a rule hold at most 2^32 - 1 values");
    let both = |left: usize, right: usize| {
        let (left, right, rows) = (&columns.columns[left], &columns.columns[right], &entry_rows);
        let most = left.iter().chain(right).copied().max().unwrap_or_default();
        let side = move |entry: u32| if entry < first { left } else { right };
        Field::new(most, move |entry| side(entry)[rows[entry as usize] as usize])
    };
    let of = |key: &Key| match *key {
        Key::Column(column) => Some(both(column, column)),
        Key::Swap { left, right } => Some(both(left, right)),
        Key::List(_) | Key::SwapLists { .. } => None,
    };
    let of_rows = sources.fields();
    let of_rows = of_rows.iter().map(|field| field.through(|entry| entry_rows[entry as usize]));
    let of_values = values.iter().map(|values| Field::column(values));
    let fields: Vec<Field<'_>> = rule.keys.iter().filter_map(of).chain(of_values).chain(of_rows).collect();
    let mut groups = group_by(entries, &fields);
    let middles = middles(&groups, first);
    groups.order.iter_mut().for_each(|entry| *entry = entry_rows[*entry as usize]);
    Grouped::new(rule, groups, Shape::Sides { middles, lists: Some(SideLists::default()) })
}

/// List columns: a row stands once for each of its values (each combination, for several).
fn by_lists(columns: &ValueColumns, sources: &Sources<'_>, rule: &BlockingRule) -> Grouped {
    let lists = rule.keys.iter().filter_map(|key| match key {
        Key::List(list) => Some(&columns.lists[*list]),
        Key::Column(_) | Key::Swap { .. } | Key::SwapLists { .. } => None,
    });
    let (entry_rows, values) = exploded(columns.rows(), &lists.collect::<Vec<_>>());
    let plain = plain_fields(columns, sources, rule);
    let of_rows = plain.iter().map(|field| field.through(|entry| entry_rows[entry as usize]));
    let fields: Vec<Field<'_>> = of_rows.chain(values.iter().map(|values| Field::column(values))).collect();
    let mut groups = group_by(entry_rows.len() as u32, &fields);
    groups.order.iter_mut().for_each(|entry| *entry = entry_rows[*entry as usize]);
    Grouped::new(rule, groups, Shape::Lists(ListColumn::default()))
}

/// The row of each entry, and for each list its values.
fn exploded(rows: u32, lists: &[&ListColumn]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut entry_rows = Vec::new();
    let mut values: Vec<Vec<u32>> = vec![Vec::new(); lists.len()];
    for row in 0..rows {
        let combinations: usize = lists.iter().map(|list| list.of(row).len()).product();
        entry_rows.extend(std::iter::repeat_n(row, combinations));
        let mut repeats = combinations;
        for (values, list) in values.iter_mut().zip(lists) {
            let of_row = list.of(row);
            if combinations > 0 {
                repeats /= of_row.len();
                values.extend((0..combinations).map(|i| of_row[i / repeats % of_row.len()]));
            }
        }
    }
    assert!(u32::try_from(entry_rows.len()).is_ok(), "lists of a rule hold at most 2^32 - 1 values");
    (entry_rows, values)
}

/// A sorted neighbourhood: the rows of a group in the order of values, then of rows.
fn by_order(columns: &ValueColumns, sources: &Sources<'_>, rule: &BlockingRule) -> Grouped {
    let window = rule.window.as_ref().expect("only rules with a window are asked");
    let order = &columns.columns[window.order];
    let mut fields = plain_fields(columns, sources, rule);
    fields.push(Field::new(1, |row| u32::from(order[row as usize] != 0)));
    let mut groups = group_by(columns.rows(), &fields);
    for block in 0..groups.starts.len() - 1 {
        let bounds = groups.starts[block] as usize..groups.starts[block + 1] as usize;
        groups.order[bounds].sort_unstable_by_key(|row| (order[*row as usize], *row));
    }
    Grouped::new(rule, groups, Shape::Near { width: window.width.max(1), places: Vec::new() })
}
