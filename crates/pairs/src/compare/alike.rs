//! Pairs of rows with equal values in one column, drawn without grouping them for good.

use counterfoil_core::scored::{LinkType, ValueColumns};

use super::chances::below;

/// Pairs with equal values in a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// How many there are.
    pub pairs: u64,
    /// All of them, or so many of them spread evenly, as (left row, right row).
    pub drawn: Vec<(u32, u32)>,
}

/// The pairs of rows that the link type pairs and that have equal values in a column; at most
/// `most` of them, which follow from the table alone, without a seed.
#[must_use]
pub fn alike(columns: &ValueColumns, link: LinkType, column: usize, most: u32) -> Alike {
    let sorted = Sorted::new(columns, link, column);
    let pairs = sorted.partners().map(|(_, partners)| partners.len() as u64).sum();
    let mut wanted = Wanted { pairs, most: u64::from(most).min(pairs), next: 0 };
    let mut drawn = Vec::with_capacity(wanted.most as usize);
    let mut before = 0;
    for (place, partners) in sorted.partners() {
        while let Some(at) = wanted.place().filter(|at| *at < before + partners.len() as u64) {
            let partner = partners.start + (at - before) as usize;
            drawn.push((sorted.rows[place], sorted.rows[partner]));
            wanted.next += 1;
        }
        before += partners.len() as u64;
    }
    Alike { pairs, drawn }
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
struct Sorted {
    rows: Vec<u32>,
    /// Of each row the last place, exclusive, of its value and of its source among them.
    ends: Vec<(usize, usize)>,
    link: LinkType,
}

impl Sorted {
    fn new(columns: &ValueColumns, link: LinkType, column: usize) -> Sorted {
        let values = &columns.columns[column];
        let mut rows: Vec<u32> = (0..columns.rows()).filter(|row| values[*row as usize] != 0).collect();
        rows.sort_unstable_by_key(|row| (values[*row as usize], *row));
        let mut ends = vec![(rows.len(), rows.len()); rows.len()];
        let source = |row: u32| columns.starts.partition_point(|start| *start <= row);
        for place in (1..rows.len()).rev() {
            let (earlier, later) = (rows[place - 1], rows[place]);
            let is_same = values[earlier as usize] == values[later as usize];
            let of_value = if is_same { ends[place].0 } else { place };
            let of_source = if is_same && source(earlier) == source(later) { ends[place].1 } else { place };
            ends[place - 1] = (of_value, of_source);
        }
        Sorted { rows, ends, link }
    }

    /// Each place with the places of the later rows that it is paired with.
    fn partners(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + '_ {
        self.ends.iter().enumerate().map(|(place, (of_value, of_source))| {
            let partners = match self.link {
                LinkType::LinkOnly => *of_source..*of_value,
                LinkType::DedupeOnly => place + 1..*of_source,
                LinkType::LinkAndDedupe => place + 1..*of_value,
            };
            (place, partners)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> ValueColumns {
        // Rows 0 to 3 are of the first source, 4 to 6 of the second.
        ValueColumns { columns: vec![vec![7, 5, 7, 0, 7, 5, 0]], lists: Vec::new(), starts: vec![0, 4, 7] }
    }

    fn all(link: LinkType, most: u32) -> Alike {
        alike(&columns(), link, 0, most)
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
}
