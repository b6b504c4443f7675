//! How many pairs a rule finds, known from its blocks before any pair is.

use counterfoil_core::scored::{LinkType, ValueColumns};

use super::blocks::{Grouped, Shape, Sources, group};
use super::rule::BlockingRule;

/// How many of the largest blocks a count names.
const LARGEST: usize = 10;

/// What a rule finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Pairs in all blocks that are not skipped: Σ n(n − 1) / 2 where any two rows are paired.
    /// Exact, but that a pair which shares several values of a list, or is swapped both ways,
    /// counts each time; when it is compared, it is found once. Where equal rows are put together,
    /// those of first rows: the ones that are looked at.
    pub pairs: u64,
    /// The pairs of rows that these stand for, and those of rows that are equal; as many as `pairs`
    /// where none are put together.
    pub pairs_of_rows: u64,
    /// Blocks that show a pair.
    pub blocks: u64,
    /// The largest of these, at most ten, the one with the most pairs first.
    pub largest: Vec<BlockSize>,
    /// What lies in blocks above the rule's cap.
    pub skipped: Skipped,
}

/// How large a block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockSize {
    /// Pairs that it shows.
    pub pairs: u64,
    /// Rows in it. Where columns are swapped, each side counts its own.
    pub rows: u64,
}

/// The blocks that a rule leaves out because of its cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Their number.
    pub blocks: u64,
    /// The rows in them; a row in two blocks counts twice.
    pub rows: u64,
    /// The pairs in them.
    pub pairs: u64,
}

/// Counts the pairs of a rule. Costs what [`group`] costs.
///
/// # Panics
///
/// As [`group`] does.
#[must_use]
pub fn count(columns: &ValueColumns, link: LinkType, rule: &BlockingRule) -> RuleCount {
    group(columns, link, rule, None).count
}

/// How many pairs of rows there are at all, of those that the link type pairs: what blocking
/// reduces, and what the share of matches is a share of. `starts` are the first rows of the sources,
/// and as a last entry the number of rows.
#[must_use]
pub fn all_pairs(starts: &[u32], kind: LinkType) -> u64 {
    let pairs = |rows: u32| u64::from(rows) * u64::from(rows).saturating_sub(1) / 2;
    let within: u64 = starts.windows(2).map(|bounds| pairs(bounds[1] - bounds[0])).sum();
    let all = pairs(starts.last().copied().unwrap_or_default());
    match kind {
        LinkType::DedupeOnly => within,
        LinkType::LinkOnly => all - within,
        LinkType::LinkAndDedupe => all,
    }
}

/// Counts, and drops the blocks above the cap and those that show no pair.
pub(crate) fn without_large_and_empty(mut grouped: Grouped, columns: &ValueColumns, sources: &Sources<'_>) -> Grouped {
    let cap = grouped.rule.cap.unwrap_or(u64::MAX);
    let mut count = RuleCount::default();
    let (mut starts, mut middles) = (vec![0], Vec::new());
    for block in 0..grouped.blocks() {
        let size = size(&grouped, sources, block);
        if size.pairs > cap {
            count.skipped.add(size);
            mark_capped(&mut grouped, block, sources.rows());
        } else if size.pairs > 0 {
            count.add(size);
            count.pairs_of_rows += pairs_of_rows(&grouped, sources, block, size);
            let (from, to) = (grouped.block(block), *starts.last().unwrap_or(&0));
            if let Shape::Sides { middles: old, .. } = &grouped.shape {
                middles.push(old[block] - from.start + to);
            }
            starts.push(to + from.end - from.start);
            grouped.rows.copy_within(from.start as usize..from.end as usize, to as usize);
        }
    }
    grouped.rows.truncate(starts.last().map_or(0, |end| *end as usize));
    grouped.rows.shrink_to_fit();
    grouped.starts = starts;
    if let Shape::Sides { middles: old, .. } = &mut grouped.shape {
        *old = middles;
    }
    keep_largest(&mut count.largest, LARGEST);
    count.largest.sort_unstable_by(|a, b| b.cmp(a));
    count.pairs_of_rows += equal_pairs(&grouped.rule, columns, sources);
    grouped.count = count;
    grouped
}

impl RuleCount {
    fn add(&mut self, block: BlockSize) {
        self.pairs += block.pairs;
        self.blocks += 1;
        self.largest.push(block);
        keep_largest(&mut self.largest, 16 * LARGEST);
    }
}

impl Skipped {
    fn add(&mut self, block: BlockSize) {
        self.blocks += 1;
        self.rows += block.rows;
        self.pairs += block.pairs;
    }
}

pub(crate) fn size(grouped: &Grouped, sources: &Sources<'_>, block: usize) -> BlockSize {
    let places = grouped.block(block);
    let rows = u64::from(places.end - places.start);
    let pairs = match &grouped.shape {
        Shape::All | Shape::Lists(_) if sources.link == LinkType::LinkOnly => {
            across_sources(&grouped.rows[places.start as usize..places.end as usize], sources)
        }
        Shape::All | Shape::Lists(_) => rows * (rows - 1) / 2,
        Shape::Sides { .. } | Shape::Near { .. } => places.map(|place| grouped.pairs_of(sources, block, place)).sum(),
    };
    BlockSize { pairs, rows }
}

/// The pairs of rows that the pairs of a block stand for.
fn pairs_of_rows(grouped: &Grouped, sources: &Sources<'_>, block: usize, size: BlockSize) -> u64 {
    let Some(repeats) = sources.repeats else { return size.pairs };
    let places = grouped.block(block);
    let count = |place: u32| repeats.count(grouped.rows[place as usize]);
    // By place, the rows that those before it stand for.
    let mut before = vec![0];
    places.clone().for_each(|place| before.push(before[before.len() - 1] + count(place)));
    let until = |place: u32| before[(place - places.start) as usize];
    let of_place = |place: u32| {
        let (others, least) = grouped.partners(sources, block, place);
        let rows = if least == 0 {
            until(others.end.max(others.start)) - until(others.start)
        } else {
            others.filter(|other| grouped.rows[*other as usize] >= least).map(count).sum()
        };
        count(place) * rows
    };
    places.clone().map(of_place).sum()
}

/// The pairs of equal rows that a rule finds, which nothing has to be looked at for.
fn equal_pairs(rule: &BlockingRule, columns: &ValueColumns, sources: &Sources<'_>) -> u64 {
    sources.equal(rule, columns).map(|(_, pairs)| pairs).sum()
}

/// The pairs of rows (ascending) of different sources.
fn across_sources(rows: &[u32], sources: &Sources<'_>) -> u64 {
    let (mut rest, mut pairs) = (rows, 0);
    while let Some(first) = rest.first() {
        let end = sources.end(*first);
        let (same, others) = rest.split_at(rest.partition_point(|row| *row < end));
        pairs += same.len() as u64 * others.len() as u64;
        rest = others;
    }
    pairs
}

/// Marks the rows of a block above the cap; of swapped columns those on the left.
fn mark_capped(grouped: &mut Grouped, block: usize, rows: u32) {
    if grouped.capped.is_empty() {
        grouped.capped = vec![0; rows as usize / 64 + 1];
    }
    let mut places = grouped.block(block);
    if let Shape::Sides { middles, .. } = &grouped.shape {
        places.end = middles[block];
    }
    for row in &grouped.rows[places.start as usize..places.end as usize] {
        grouped.capped[*row as usize / 64] |= 1 << (row % 64);
    }
}

/// Drops all but the largest, once there are more than `limit`.
fn keep_largest(sizes: &mut Vec<BlockSize>, limit: usize) {
    if sizes.len() > limit {
        sizes.select_nth_unstable_by(LARGEST, |a, b| b.cmp(a));
        sizes.truncate(LARGEST);
    }
}
