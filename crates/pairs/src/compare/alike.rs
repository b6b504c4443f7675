//! Pairs of rows with equal values in one column, drawn without grouping them for good.

use counterfoil_core::scored::{LinkType, ValueColumns};

use super::chances::{below, equal_pairs};

/// Pairs with equal values in a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// How many there are.
    pub pairs: u64,
    /// All of them, or so many of them spread evenly, as (left row, right row).
    pub drawn: Vec<(u32, u32)>,
}

/// The pairs of rows that the link type pairs and that have equal values in a column; `most` of
/// them are drawn, which follow from the table alone, without a seed. None where rows have more
/// than `a_row` of them on average: values that so many share are soon told by their counts.
#[must_use]
pub fn alike(columns: &ValueColumns, link: LinkType, column: usize, most: u32, a_row: u64) -> Option<Alike> {
    let rows = columns.rows();
    let bounds: &[u32] = if link == LinkType::LinkAndDedupe { &[0, rows] } else { &columns.starts };
    let starts: Vec<usize> = bounds.iter().map(|bound| *bound as usize).collect();
    let values = &columns.columns[column];
    // Told by frequencies first: of what is left alone nothing needs to be sorted.
    let pairs = equal_pairs(values, link, &starts, |places| values[places].iter().copied());
    if pairs > a_row * u64::from(rows) {
        return None;
    }
    let sorted = Sorted::new(columns, link, column);
    let mut wanted = Wanted { pairs, most: u64::from(most).min(pairs), next: 0 };
    let mut drawn = Vec::with_capacity(wanted.most as usize);
    let mut before = 0;
    let mut place = wanted.place();
    sorted.for_each(|row, partners| {
        let end = before + partners.len() as u64;
        while let Some(at) = place.filter(|at| *at < end) {
            drawn.push((row, partners[(at - before) as usize]));
            wanted.next += 1;
            place = wanted.place();
        }
        before = end;
    });
    Some(Alike { pairs, drawn })
}

/// The pairs to draw, in ascending order: one in each of so many stretches of equal length.
struct Wanted {
    pairs: u64,
    most: u64,
    next: u64,
}

impl Wanted {
    fn place(&self) -> Option<u64> {
        let start = |stretch: u64| (u128::from(stretch) * u128::from(self.pairs) / u128::from(self.most)) as u64;
        (self.next < self.most).then(|| {
            let (from, to) = (start(self.next), start(self.next + 1));
            from + below(to - from, self.next)
        })
    }
}

/// The rows with a value, those of equal values together and in the order of rows.
struct Sorted<'c> {
    rows: Vec<u32>,
    /// Of each value the place where its rows end.
    ends: Vec<u32>,
    columns: &'c ValueColumns,
    link: LinkType,
}

impl Sorted<'_> {
    /// A counting sort, since values are numbered from 1 on without gaps.
    fn new(columns: &ValueColumns, link: LinkType, column: usize) -> Sorted<'_> {
        let values = &columns.columns[column];
        let mut ends = vec![0_u32; values.iter().max().map_or(0, |value| *value as usize + 1)];
        values.iter().filter(|value| **value != 0).for_each(|value| ends[*value as usize] += 1);
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut rows = vec![0; start as usize];
        for (row, value) in (0..).zip(values).filter(|(_, value)| **value != 0) {
            let end = &mut ends[*value as usize];
            rows[*end as usize] = row;
            *end += 1;
        }
        Sorted { rows, ends, columns, link }
    }

    /// Calls `visit` with each row that may be paired with others, and the later rows that it is
    /// paired with.
    fn for_each(&self, mut visit: impl FnMut(u32, &[u32])) {
        let mut start = 0;
        for end in &self.ends {
            let alike = &self.rows[start..*end as usize];
            start = *end as usize;
            // Most values of an identifier are those of one row.
            if alike.len() < 2 {
                continue;
            }
            let mut from = 0;
            while from < alike.len() {
                let to = from + self.of_one_source(&alike[from..]);
                for place in from..to {
                    let partners = match self.link {
                        LinkType::LinkOnly => to..alike.len(),
                        LinkType::DedupeOnly => place + 1..to,
                        LinkType::LinkAndDedupe => place + 1..alike.len(),
                    };
                    visit(alike[place], &alike[partners]);
                }
                from = to;
            }
        }
    }

    /// How many rows of the first one's source lead some ascending ones.
    fn of_one_source(&self, rows: &[u32]) -> usize {
        let starts = &self.columns.starts;
        let end = starts[starts.partition_point(|start| *start <= rows[0])];
        rows.partition_point(|row| *row < end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn columns() -> ValueColumns {
        // Rows 0 to 3 are of the first source, 4 to 6 of the second.
        ValueColumns { columns: vec![vec![7, 5, 7, 0, 7, 5, 0]], lists: Vec::new(), starts: vec![0, 4, 7] }
    }

    fn all(link: LinkType, most: u32) -> Alike {
        alike(&columns(), link, 0, most, 1).expect("four pairs at most, of seven rows")
    }

    #[test]
    fn every_pair_of_a_link_type_is_found() {
        let found = |link| all(link, 10).drawn;
        assert_eq!(found(LinkType::LinkOnly), [(1, 5), (0, 4), (2, 4)]);
        assert_eq!(found(LinkType::DedupeOnly), [(0, 2)]);
        assert_eq!(found(LinkType::LinkAndDedupe), [(1, 5), (0, 2), (0, 4), (2, 4)]);
    }

    #[test]
    fn as_many_as_are_wanted_are_drawn_evenly() {
        let found = all(LinkType::LinkAndDedupe, 2);
        assert_eq!((found.pairs, found.drawn.len()), (4, 2));
        // One of the first two pairs, one of the last two.
        assert!([(1, 5), (0, 2)].contains(&found.drawn[0]) && [(0, 4), (2, 4)].contains(&found.drawn[1]));
        assert_eq!(all(LinkType::LinkAndDedupe, 0), Alike { pairs: 4, drawn: Vec::new() });
    }

    #[test]
    fn what_too_many_share_is_left_alone() {
        assert_eq!(alike(&columns(), LinkType::LinkAndDedupe, 0, 10, 0), None);
    }

    proptest! {
        /// Every pair is found, as one by one.
        #[test]
        fn there_are_as_many_as_there_are_pairs(
            values in prop::collection::vec(0..6_u32, 1..60),
            mut cuts in prop::collection::vec(0..60_u32, 0..4),
        ) {
            let rows = values.len() as u32;
            cuts.iter_mut().for_each(|cut| *cut = (*cut).min(rows));
            cuts.sort_unstable();
            let source = |row: u32| cuts.partition_point(|cut| *cut <= row);
            let starts = [&[0], &cuts[..], &[rows]].concat();
            let columns = ValueColumns { columns: vec![values.clone()], lists: Vec::new(), starts };
            for kind in [LinkType::LinkOnly, LinkType::DedupeOnly, LinkType::LinkAndDedupe] {
                let is_paired = |left: u32, right: u32| match kind {
                    LinkType::LinkOnly => source(left) != source(right),
                    LinkType::DedupeOnly => source(left) == source(right),
                    LinkType::LinkAndDedupe => true,
                };
                let value = |row: u32| values[row as usize];
                let pairs = (0..rows).flat_map(|left| (left + 1..rows).map(move |right| (left, right)));
                let mut expected: Vec<(u32, u32)> = pairs
                    .filter(|(left, right)| is_paired(*left, *right) && value(*left) != 0 && value(*left) == value(*right))
                    .collect();
                let mut found = alike(&columns, kind, 0, 2000, 1000).expect("each row has fewer than a thousand");
                found.drawn.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(found.pairs, expected.len() as u64);
                prop_assert_eq!(found.drawn, expected);
            }
        }
    }
}
