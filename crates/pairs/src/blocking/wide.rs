//! Columns of a large block's rows, so that one row is compared with many at once.

use std::ops::Range;

use super::pairings::{Pairings, Row, all_if, differing};

/// Rows that are compared at once.
const ABREAST: usize = 8;

/// The paired columns and the sketches of some rows of a tile, one after another. They are of clear
/// values, if scrambled: it is never shown.
#[derive(Clone, Default)]
pub(super) struct Wide {
    /// The rows that it has.
    rows: Range<usize>,
    /// Numbers from one column to the next: the rows, and as many that the last ones of a column
    /// can be read as a whole group.
    stride: usize,
    numbers: Vec<u32>,
}

impl Wide {
    /// Copies rows of a tile.
    pub(super) fn fill<'r>(&mut self, pairings: &Pairings, first: usize, rows: impl ExactSizeIterator<Item = Row<'r>>) {
        self.rows = first..first + rows.len();
        self.stride = rows.len() + ABREAST;
        let columns = pairings.aligned();
        self.numbers.clear();
        self.numbers.resize((columns.equal.len() + columns.near.len()) * self.stride, 0);
        for (at, row) in rows.enumerate() {
            let values = columns.equal.iter().map(|(column, _)| row.values[*column]);
            let sketches = columns.near.iter().map(|near| row.sketches[near.sketch]);
            let places = self.numbers.iter_mut().skip(at).step_by(self.stride);
            places.zip(values.chain(sketches)).for_each(|(place, number)| *place = number);
        }
    }

    pub(super) fn clear(&mut self) {
        self.rows = 0..0;
    }

    /// Whether it has all of some rows.
    pub(super) fn has(&self, rows: &Range<usize>) -> bool {
        self.rows.start <= rows.start && rows.end <= self.rows.end
    }

    /// Appends which pairings are equal between a row and some that are here, and which sketches
    /// are near.
    pub(super) fn equal(&self, pairings: &Pairings, left: Row<'_>, rows: &Range<usize>, out: &mut Vec<u64>) {
        let columns = pairings.aligned();
        let (of_columns, of_sketches) = self.numbers.split_at(columns.equal.len() * self.stride);
        let first = rows.start - self.rows.start;
        for at in (first..first + rows.len()).step_by(ABREAST) {
            let mut equal = [0_u32; ABREAST];
            for ((column, bits), numbers) in columns.equal.iter().zip(of_columns.chunks_exact(self.stride)) {
                let value = left.values[*column];
                // A null is equal to nothing.
                let bits = if value == 0 { 0 } else { *bits };
                let others = &numbers[at..at + ABREAST];
                equal.iter_mut().zip(others).for_each(|(equal, other)| *equal |= all_if(*other == value) & bits);
            }
            let mut near = [0_u32; ABREAST];
            for (of, numbers) in columns.near.iter().zip(of_sketches.chunks_exact(self.stride)) {
                let (sketch, others) = (left.sketches[of.sketch], &numbers[at..at + ABREAST]);
                let is_near = |other: u32| all_if(differing(sketch, other) <= of.most) & of.bits;
                near.iter_mut().zip(others).for_each(|(near, other)| *near |= is_near(*other));
            }
            let words = equal.iter().zip(near).map(|(equal, near)| u64::from(*equal) | u64::from(near) << u32::BITS);
            out.extend(words);
        }
        out.truncate(rows.len());
    }
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::Sketches;

    use super::*;

    /// Every row with every stretch of the others: the same as row by row.
    #[test]
    fn many_at_once_are_as_row_by_row() {
        const ROWS: usize = 21;
        let mut pairings = Pairings::default();
        (0..5).for_each(|column| assert!(pairings.bit(column, column).is_ok()));
        for (column, most) in [(1, 3), (4, 0)] {
            let sketches = Sketches { words: vec![].into(), most };
            assert!(pairings.near_bit((column, column), &sketches).is_some());
        }
        // Few different numbers, some of them null; the groups of lanes are eight and four wide.
        let numbers =
            |width: usize, odd: usize| (0..ROWS * width).map(|i| (i * odd % 11 % 4) as u32).collect::<Vec<_>>();
        let (values, sketches) = (numbers(8, 7), numbers(4, 5));
        let row = |row: usize| Row { values: &values[row * 8..][..8], sketches: &sketches[row * 4..][..4] };
        let mut wide = Wide::default();
        wide.fill(&pairings, 2, (2..ROWS).map(row));
        let (mut found, mut all) = (Vec::new(), 0);
        for left in 0..ROWS {
            for (start, end) in (2..ROWS).flat_map(|start| (start..=ROWS).map(move |end| (start, end))) {
                found.clear();
                wide.equal(&pairings, row(left), &(start..end), &mut found);
                assert_eq!(found, (start..end).map(|other| pairings.equal(row(left))(row(other))).collect::<Vec<_>>());
                all |= found.iter().fold(0, |all, word| all | word);
            }
        }
        assert_eq!(all, 0b11_111 | 0b11 << 62, "every bit is set somewhere");
        assert!(wide.has(&(2..ROWS)) && !wide.has(&(1..3)));
    }
}
