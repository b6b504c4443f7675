//! Rows that repeat another: equal rows are looked at once, and the first stands for all of them.
//!
//! A hospital writes down for every stay what its register says of a person, so that most of its
//! rows say what an earlier one says. Their pairs with other rows compare as those of the first one
//! do, and all pairs of equal rows compare alike.

use std::ops::Range;

use super::group::{Field, Groups, group_by};

/// Equal rows of a source, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// By row the first row that is equal to it.
    first: Vec<u32>,
    /// All rows, those equal to one first row side by side and ascending.
    rows: Vec<u32>,
    /// By row where those of which it is the first begin in `rows`, and as a last entry their number.
    starts: Vec<u32>,
}

impl Repeats {
    /// Puts the rows together that have the same numbers in every column, in each source of which
    /// half of the rows or more repeat another. `starts` are the first rows of the sources, and as a
    /// last entry the number of all rows. `None` where there is no such source: records that are
    /// written down one by one are seldom quite equal, and hardly anything would be gained.
    ///
    /// # Panics
    ///
    /// When a number is that of no value, which is greater than all others.
    #[must_use]
    pub fn find(columns: &[Vec<u32>], starts: &[u32]) -> Option<Repeats> {
        let spans: Vec<Range<u32>> = starts.windows(2).map(|two| two[0]..two[1]).collect();
        let source = |row: u32| starts.partition_point(|start| *start <= row) - 1;
        let may_repeat: Vec<bool> = spans.iter().map(|span| may_repeat(columns, span)).collect();
        if !may_repeat.contains(&true) {
            return None;
        }
        // Rows without a number are not grouped, so that a null needs one too.
        let of_source = |row: u32| if may_repeat[source(row)] { source(row) as u32 + 1 } else { 0 };
        let of_column = |column: &'_ Vec<u32>| column.iter().copied().max().unwrap_or_default() + 1;
        let values = columns.iter().map(|column| Field::new(of_column(column), |row| column[row as usize] + 1));
        let fields: Vec<Field<'_>> = [Field::new(spans.len() as u32, of_source)].into_iter().chain(values).collect();
        let groups = group_by(starts.last().copied().unwrap_or_default(), &fields);
        let mut repeats = vec![0_u32; spans.len()];
        groups.each().for_each(|equal| repeats[source(equal[0])] += equal.len() as u32 - 1);
        let are_together: Vec<bool> =
            spans.iter().zip(repeats).map(|(span, repeats)| repeats >= least_repeats(span)).collect();
        are_together.contains(&true).then(|| Repeats::of(&groups, starts, |row| are_together[source(row)]))
    }

    /// The groups of the rows that are put together.
    fn of(groups: &Groups, starts: &[u32], is_together: impl Fn(u32) -> bool) -> Repeats {
        let all = starts.last().copied().unwrap_or_default();
        let mut first: Vec<u32> = (0..all).collect();
        for equal in groups.each().filter(|equal| is_together(equal[0])) {
            equal.iter().for_each(|row| first[*row as usize] = equal[0]);
        }
        let mut starts = vec![0_u32; all as usize + 1];
        first.iter().for_each(|first| starts[*first as usize + 1] += 1);
        for row in 0..all as usize {
            starts[row + 1] += starts[row];
        }
        let (mut rows, mut next) = (vec![0; all as usize], starts.clone());
        for (row, first) in (0..).zip(&first) {
            let place = &mut next[*first as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Repeats { first, rows, starts }
    }

    /// The first row that is equal to a row.
    #[inline]
    #[must_use]
    pub fn first_of(&self, row: u32) -> u32 {
        self.first[row as usize]
    }

    /// Whether a row is the first of those equal to it.
    #[inline]
    #[must_use]
    pub fn is_first(&self, row: u32) -> bool {
        self.first[row as usize] == row
    }

    /// The first rows of the sources, and the number of all, if there were no rows but first ones.
    #[must_use]
    pub fn starts_of_firsts(&self, starts: &[u32]) -> Vec<u32> {
        let firsts = |rows: &[u32]| (rows[0]..rows[1]).filter(|row| self.is_first(*row)).count() as u32;
        let mut all = vec![0];
        starts.windows(2).for_each(|two| all.push(all[all.len() - 1] + firsts(two)));
        all
    }

    /// The rows that a first row stands for, itself included, ascending; none for other rows.
    #[inline]
    #[must_use]
    pub fn equal_to(&self, first: u32) -> &[u32] {
        &self.rows[self.starts[first as usize] as usize..self.starts[first as usize + 1] as usize]
    }

    /// The pairs of rows that a pair of first rows stands for, the lower row first; of a first row
    /// with itself those of the rows that are equal to it.
    pub fn stood_for(&self, (left, right): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
        let partners = self.equal_to(right);
        self.equal_to(left).iter().enumerate().flat_map(move |(at, one)| {
            let from = if left == right { at + 1 } else { 0 };
            partners[from..].iter().map(|other| (*one.min(other), *one.max(other)))
        })
    }

    /// How many these are.
    #[inline]
    #[must_use]
    pub fn stands_for(&self, (left, right): (u32, u32)) -> u64 {
        let rows = self.count(left);
        if left == right { rows * rows.saturating_sub(1) / 2 } else { rows * self.count(right) }
    }

    /// How many rows a first row stands for.
    #[inline]
    pub(crate) fn count(&self, first: u32) -> u64 {
        u64::from(self.starts[first as usize + 1] - self.starts[first as usize])
    }

    /// First rows that have equals, each with the pairs of rows that it stands for.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = (u32, u64)> {
        (0..self.first.len() as u32).map(|row| (row, self.stands_for((row, row)))).filter(|(_, pairs)| *pairs > 0)
    }
}

/// Rows of a source that have to repeat another for equal ones to be put together: half of them.
fn least_repeats(span: &Range<u32>) -> u32 {
    (span.end - span.start).div_ceil(2).max(1)
}

/// Whether so many rows can repeat another: not where a column has more values than the rest has rows.
fn may_repeat(columns: &[Vec<u32>], span: &Range<u32>) -> bool {
    let most = (span.end - span.start).saturating_sub(least_repeats(span));
    let has_few = |column: &Vec<u32>| {
        let (mut seen, mut values) = (Vec::new(), 0);
        column[span.start as usize..span.end as usize].iter().all(|value| {
            let (word, bit) = (*value as usize / 64, 1_u64 << (value % 64));
            if seen.len() <= word {
                seen.resize((word + 1).next_power_of_two(), 0);
            }
            values += u32::from(seen[word] & bit == 0);
            seen[word] |= bit;
            values <= most
        })
    };
    !span.is_empty() && columns.iter().all(has_few)
}
