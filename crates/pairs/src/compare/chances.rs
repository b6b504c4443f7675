//! How often two random rows come out at each level: u before any pair is known.
//!
//! Levels that ask for equal values follow from how often each value occurs, with no sampling:
//! Σ n(n − 1) / 2 pairs of rows have a value in common. So do levels that ask for equal values where
//! another value is missing, as of dates of which one lacks its day. What lies below is measured on a
//! sample among the pairs that are *not* equal. The rows of a draw follow from its number
//! alone, so that the same table gives the same answer without a seed. Few pairs are all
//! looked at.

use counterfoil_core::scored::{Comparison, Condition, LinkType, Similarity, ValueColumns};

use super::asker::Asker;
use super::patterns::{Worker, candidates, compiled};
use crate::blocking::{Pairings, Tile, TooManyColumns};

/// How often random pairs have each digit of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chances {
    /// By digit, for pairs whose comparison is not null; digit 0 (null) has none.
    pub digits: Vec<Chance>,
    /// Pairs that were drawn and compared.
    pub sampled: u64,
}

/// A probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chance {
    /// Its value.
    pub probability: f64,
    /// Its standard error; 0 if it is exact.
    pub error: f64,
    /// Whether all pairs were counted, and none drawn.
    pub exact: bool,
}

/// The chances of one comparison, of which about `sample` pairs are drawn where drawing is
/// needed.
///
/// # Errors
///
/// When the comparison compares too many different pairs of columns.
///
/// # Panics
///
/// As [`Comparing::new`](super::Comparing::new) does.
pub fn chances(
    columns: &ValueColumns,
    link: LinkType,
    comparison: &Comparison,
    similarity: &dyn Similarity,
    sample: u32,
) -> Result<Chances, TooManyColumns> {
    let space = Space::new(columns, link, &comparison.null);
    let equal = space.exact_prefix(comparison);
    let lacking = space.lacking_prefix(comparison, &equal);
    let prefix = Prefix { equal, lacking };
    let mut chances = vec![Chance::default(); comparison.levels.len() + 2];
    let present = space.pairs as f64;
    let mut all = 0;
    let mut last: Option<(usize, u64)> = None;
    for (level, column) in prefix.equal.iter().enumerate() {
        // Of rows that are equal in the column before, all or none have this one.
        let before = last.map_or(0, |(before, equal)| {
            if space.has_all_of(*column, before) { equal } else { space.equal_pairs(before, Some(*column)) }
        });
        let equal = space.equal_pairs(*column, None);
        last = Some((*column, equal));
        let probability = (equal - before) as f64 / present.max(1.0);
        chances[comparison.levels.len() + 1 - level] = Chance { probability, error: 0.0, exact: true };
        all += equal - before;
    }
    for (level, lacking) in (prefix.equal.len()..).zip(&prefix.lacking) {
        // Of rows that are equal in the column before, all or none lack what these do, or both values.
        let before = prefix.equal.last().map_or(0, |before| {
            space.equal_pairs(*before, Some(lacking.equal)) - space.equal_pairs(*before, Some(lacking.null))
        });
        let all_equal = space.equal_pairs(lacking.equal, None);
        let found = all_equal - space.equal_pairs(lacking.equal, Some(lacking.null)) - before;
        let probability = found as f64 / present.max(1.0);
        chances[comparison.levels.len() + 1 - level] = Chance { probability, error: 0.0, exact: true };
        all += found;
    }
    let rest = if present > 0.0 { (present - all as f64) / present } else { 0.0 };
    let known = prefix.equal.len() + prefix.lacking.len();
    if known == comparison.levels.len() && space.is_separable {
        chances[1] = Chance { probability: rest, error: 0.0, exact: true };
        return Ok(Chances { digits: chances, sampled: 0 });
    }
    let is_complete = space.pairs <= u64::from(sample);
    let pairs = if is_complete { space.all(&prefix) } else { space.draw(&prefix, sample) };
    let counts = counted(columns, comparison, similarity, &pairs)?;
    let sampled = counts.iter().skip(1).sum::<u64>();
    for (digit, pairs) in counts.iter().enumerate().take(comparison.levels.len() + 1 - known + 1).skip(1) {
        let share = *pairs as f64 / (sampled as f64).max(1.0);
        // With one pair more than were drawn, so that a level of which none was is not certain.
        let doubted = (*pairs as f64 + 1.0) / (sampled as f64 + 2.0);
        let error = if is_complete { 0.0 } else { (doubted * (1.0 - doubted) / (sampled as f64).max(1.0)).sqrt() };
        chances[digit] = Chance { probability: rest * share, error: rest * error, exact: is_complete };
    }
    Ok(Chances { digits: chances, sampled: if is_complete { 0 } else { sampled } })
}

/// The first levels of a comparison whose chances are counted.
struct Prefix {
    /// The columns that are equal.
    equal: Vec<usize>,
    /// Then those that are equal where another value is missing.
    lacking: Vec<Lacking>,
}

/// A level of rows that are equal in one column, and of which one or both lack another.
#[derive(Clone, Copy, Debug)]
struct Lacking {
    equal: usize,
    null: usize,
}

impl Lacking {
    fn of(condition: &Condition) -> Option<Lacking> {
        let Condition::All(conditions) = condition else { return None };
        match conditions[..] {
            [Condition::Equal { left, right }, Condition::Null(null)]
            | [Condition::Null(null), Condition::Equal { left, right }] => {
                (left == right).then_some(Lacking { equal: left, null })
            }
            _ => None,
        }
    }
}

/// How many of some pairs of rows have each digit.
fn counted(
    columns: &ValueColumns,
    comparison: &Comparison,
    similarity: &dyn Similarity,
    pairs: &[(u32, u32)],
) -> Result<[u64; 16], TooManyColumns> {
    let mut pairings = Pairings::default();
    let questions = compiled(std::slice::from_ref(comparison), similarity, &mut pairings)?;
    Asker::hold(&questions, similarity, &mut pairings);
    let mut worker = Worker::over(&questions, similarity);
    let (mut left, mut right) = (Tile::default(), Tile::default());
    let mut counts = [0; 16];
    for pairs in pairs.chunks(4096) {
        left.fill(columns, &pairings, &pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
        right.fill(columns, &pairings, &pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
        worker.patterns(&left, &right, candidates(&pairings, &left, &right));
        worker.items.iter().for_each(|item| counts[usize::from(item.rest.digit(0))] += 1);
    }
    Ok(counts)
}

/// The pairs of rows that are paired at all and, as far as rows tell, not null.
pub(super) struct Space<'a> {
    columns: &'a ValueColumns,
    /// The rows, of one kind of source after another.
    rows: Vec<u32>,
    /// First of each kind of source in `rows`, and as a last entry their number.
    starts: Vec<usize>,
    link: LinkType,
    pairs: u64,
    /// Whether rows tell which pairs are null: those with a null row.
    is_separable: bool,
}

impl<'a> Space<'a> {
    pub(super) fn new(columns: &'a ValueColumns, link: LinkType, null: &Condition) -> Space<'a> {
        let nullable = null_columns(null);
        let columns_of: Vec<&[u32]> = nullable.iter().flatten().map(|column| &*columns.columns[*column]).collect();
        let mut rows = vec![0; columns.rows() as usize];
        let mut present = 0;
        // Written down in any case, and the next one over it if it is null: whether one is may be
        // as good as accident.
        for row in 0..columns.rows() {
            rows[present] = row;
            present += columns_of.iter().fold(1, |is, column| is & usize::from(column[row as usize] != 0));
        }
        rows.truncate(present);
        let bounds: &[u32] = if link == LinkType::LinkAndDedupe { &[0, columns.rows()] } else { &columns.starts };
        let starts: Vec<usize> = bounds.iter().map(|bound| rows.partition_point(|row| row < bound)).collect();
        let mut space = Space { columns, rows, starts, link, pairs: 0, is_separable: nullable.is_some() };
        space.pairs = space.groups().iter().map(Group::pairs).sum();
        space
    }

    /// The pairs of sources that are paired.
    fn groups(&self) -> Vec<Group> {
        let sources = self.starts.len().saturating_sub(1);
        let of = |source: usize| self.starts[source]..self.starts[source + 1];
        let same = (0..sources).map(|source| Group { left: of(source), right: None });
        let across = |first| (first + 1..sources).map(move |second| (first, second));
        let across = (0..sources).flat_map(across);
        match self.link {
            LinkType::LinkOnly => across.map(|(a, b)| Group { left: of(a), right: Some(of(b)) }).collect(),
            LinkType::DedupeOnly | LinkType::LinkAndDedupe => same.collect(),
        }
    }

    /// The columns of the first levels that ask for no more than equal values, each a
    /// consequence of the one before, and so of all before.
    fn exact_prefix(&self, comparison: &Comparison) -> Vec<usize> {
        let mut prefix: Vec<usize> = Vec::new();
        for level in comparison.levels.iter().take(if self.is_separable { usize::MAX } else { 0 }) {
            match level.condition {
                Condition::Equal { left, right }
                    if left == right && prefix.last().is_none_or(|earlier| self.determines(*earlier, left)) =>
                {
                    prefix.push(left);
                }
                _ => break,
            }
        }
        prefix
    }

    /// The levels after those of equal values that ask for one where another is missing, which no row
    /// has alone, no pair being of two such levels. After more than one of equal values none is reckoned.
    fn lacking_prefix(&self, comparison: &Comparison, equal: &[usize]) -> Vec<Lacking> {
        let mut found: Vec<Lacking> = Vec::new();
        if !self.is_separable || equal.len() > 1 {
            return found;
        }
        for lacking in comparison.levels.iter().skip(equal.len()).map_while(|level| Lacking::of(&level.condition)) {
            let follows =
                |before: &usize| self.determines(*before, lacking.equal) && self.determines(*before, lacking.null);
            let is_apart = |earlier: &Lacking| self.has_all_of(lacking.null, earlier.equal);
            let is_part = self.has_all_of(lacking.equal, lacking.null);
            if !is_part || !equal.iter().all(follows) || !found.iter().all(is_apart) {
                break;
            }
            found.push(lacking);
        }
        found
    }

    /// Whether rows with equal values in a column have equal values in another, or none of them
    /// has one there; and no row has one only there.
    fn determines(&self, column: usize, other: usize) -> bool {
        let (column, other) = (&self.columns.columns[column], &self.columns.columns[other]);
        let mut seen = vec![0_u32; most(column) + 1];
        self.rows.iter().all(|row| {
            let (value, implied) = (column[*row as usize], other[*row as usize]);
            let seen = &mut seen[value as usize];
            let before = std::mem::replace(seen, implied + 1);
            if value == 0 { implied == 0 } else { before == 0 || before == implied + 1 }
        })
    }

    /// Whether every row with a value in another column has one in this.
    fn has_all_of(&self, column: usize, other: usize) -> bool {
        let (column, other) = (&self.columns.columns[column], &self.columns.columns[other]);
        self.rows.iter().all(|row| column[*row as usize] != 0 || other[*row as usize] == 0)
    }

    /// How many pairs have equal values in a column, of rows with a value in another one.
    pub(super) fn equal_pairs(&self, column: usize, with: Option<usize>) -> u64 {
        let column = &self.columns.columns[column];
        let counted = |row: &&u32| with.is_none_or(|with| self.columns.columns[with][**row as usize] != 0);
        let of = |row: &u32| column[*row as usize];
        equal_pairs(column, self.link, &self.starts, |places| self.rows[places].iter().filter(counted).map(of))
    }

    /// The pairs that no level of the prefix has. Column by column and without a branch, so that the
    /// values of many rows are fetched together.
    fn below<'p>(&self, prefix: &Prefix, pairs: &'p [(u32, u32)]) -> impl Iterator<Item = (u32, u32)> + use<'p> {
        let mut are_equal = vec![false; pairs.len()];
        for lacking in &prefix.lacking {
            let [equal, null] = [lacking.equal, lacking.null].map(|column| &self.columns.columns[column]);
            for (is, (left, right)) in are_equal.iter_mut().zip(pairs) {
                let (left, right) = (*left as usize, *right as usize);
                let lacks = null[left] == 0 || null[right] == 0;
                *is |= equal[left] != 0 && equal[left] == equal[right] && lacks;
            }
        }
        for column in &prefix.equal {
            let column = &self.columns.columns[*column];
            for (are_equal, (left, right)) in are_equal.iter_mut().zip(pairs) {
                let (left, right) = (column[*left as usize], column[*right as usize]);
                *are_equal |= left != 0 && left == right;
            }
        }
        pairs.iter().copied().zip(are_equal).filter(|(_, are_equal)| !are_equal).map(|(pair, _)| pair)
    }

    /// All pairs below the prefix.
    fn all(&self, prefix: &Prefix) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for group in self.groups() {
            for left in group.left.clone() {
                let rights = group.right.clone().unwrap_or(left + 1..group.left.end);
                pairs.extend(rights.map(|right| (self.rows[left], self.rows[right])));
            }
        }
        self.below(prefix, &pairs).collect()
    }

    /// So many random pairs below the prefix, in the order of the left rows' values; fewer if
    /// hardly any pair is below.
    fn draw(&self, prefix: &Prefix, sample: u32) -> Vec<(u32, u32)> {
        let groups = self.groups();
        let ends: Vec<u64> = groups
            .iter()
            .scan(0, |sum, group| {
                *sum += group.pairs();
                Some(*sum)
            })
            .collect();
        let draw = |number: u64| {
            let place = below(self.pairs, 3 * number);
            let group = &groups[ends.partition_point(|end| *end <= place)];
            group.draw(3 * number + 1, 3 * number + 2)
        };
        let (most, mut pairs) = (sample as usize, Vec::with_capacity(sample as usize));
        let draws = 8 * u64::from(sample);
        for first in (0..draws).step_by(DRAWN) {
            let places: Vec<(usize, usize)> = (first..draws.min(first + DRAWN as u64)).map(draw).collect();
            let rows: Vec<(u32, u32)> =
                places.into_iter().map(|(left, right)| (self.rows[left], self.rows[right])).collect();
            pairs.extend(self.below(prefix, &rows).take(most - pairs.len()));
            if pairs.len() == most {
                break;
            }
        }
        let Some(column) = prefix.equal.first() else { return pairs };
        let column = &self.columns.columns[*column];
        // The value above the pair's place: one number to sort.
        let by_value = |(place, (left, _)): (u64, &(u32, u32))| u64::from(column[*left as usize]) << 32 | place;
        let mut order: Vec<u64> = (0..).zip(&pairs).map(by_value).collect();
        order.sort_unstable();
        order.into_iter().map(|order| pairs[order as u32 as usize]).collect()
    }
}

/// Pairs that are drawn together.
const DRAWN: usize = 1 << 10;

/// Rows of one source, or of two, as positions.
struct Group {
    left: std::ops::Range<usize>,
    right: Option<std::ops::Range<usize>>,
}

impl Group {
    fn pairs(&self) -> u64 {
        let left = self.left.len() as u64;
        self.right.as_ref().map_or(left * left.saturating_sub(1) / 2, |right| left * right.len() as u64)
    }

    /// A pair that follows from two numbers.
    fn draw(&self, first: u64, second: u64) -> (usize, usize) {
        let left = self.left.start + below(self.left.len() as u64, first) as usize;
        if let Some(right) = &self.right {
            return (left, right.start + below(right.len() as u64, second) as usize);
        }
        let other = self.left.start + below(self.left.len() as u64 - 1, second) as usize;
        let other = other + usize::from(other >= left);
        (left.min(other), left.max(other))
    }
}

fn most(column: &[u32]) -> usize {
    column.iter().copied().max().unwrap_or_default() as usize
}

/// How many pairs of a link type have equal values in a column, told from how often each occurs before
/// a row; `values` gives those of some places, and `starts` says where each kind of source begins there.
pub(super) fn equal_pairs<I: Iterator<Item = u32>>(
    column: &[u32],
    link: LinkType,
    starts: &[usize],
    values: impl Fn(std::ops::Range<usize>) -> I,
) -> u64 {
    let mut counts = vec![0_u32; most(column) + 1];
    let mut pairs = 0;
    for bounds in starts.windows(2) {
        let source = || values(bounds[0]..bounds[1]);
        if link == LinkType::LinkOnly {
            // Nothing was counted before the first source, and nothing comes after the last.
            if bounds[0] > starts[0] {
                pairs += source().map(|value| with_earlier(&counts, value)).sum::<u64>();
            }
            if Some(&bounds[1]) < starts.last() {
                source().for_each(|value| counts[value as usize] += 1);
            }
        } else {
            counts.fill(0);
            for value in source() {
                pairs += with_earlier(&counts, value);
                counts[value as usize] += 1;
            }
        }
    }
    pairs
}

/// Pairs that a value makes with equal ones counted before it.
#[inline]
fn with_earlier(counts: &[u32], value: u32) -> u64 {
    u64::from(counts[value as usize]) * u64::from(value != 0)
}

/// The columns of which a null row makes a pair null, if the condition says just that.
fn null_columns(null: &Condition) -> Option<Vec<usize>> {
    match null {
        Condition::Null(column) => Some(vec![*column]),
        Condition::Any(conditions) => {
            let columns: Option<Vec<Vec<usize>>> = conditions.iter().map(null_columns).collect();
            Some(columns?.concat())
        }
        Condition::Equal { .. } | Condition::AtLeast { .. } | Condition::All(_) | Condition::Not(_) => None,
    }
}

/// A number below `most` that follows from a counter (`SplitMix64`; Steele, Lea and Flood, 2014).
pub(super) fn below(most: u64, counter: u64) -> u64 {
    let mixed = counter.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((u128::from(mixed ^ mixed >> 31) * u128::from(most)) >> 64) as u64
}
