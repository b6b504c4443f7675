//! Columns of a large block's rows, so that one row is compared with many at once.

use std::ops::Range;

use super::gains::{Gain, Screen};
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
    /// What each row gains for its nulls, if a screen goes by that.
    gained: Vec<i32>,
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

    /// Notes what each of the rows gains for its nulls.
    pub(super) fn add_gains(&mut self, gained: impl Iterator<Item = i32>) {
        self.gained.clear();
        self.gained.extend(gained);
        self.gained.resize(self.stride, 0);
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

    /// Appends those of some rows that are here that a screen lets through with a row, which has
    /// `gained` for its nulls.
    pub(super) fn through(
        &self,
        pairings: &Pairings,
        screen: Screen<'_>,
        (left, gained): (Row<'_>, i32),
        rows: &Range<usize>,
        out: &mut Vec<u32>,
    ) {
        let columns = pairings.aligned();
        let (of_columns, of_sketches) = self.numbers.split_at(columns.equal.len() * self.stride);
        let first = rows.start - self.rows.start;
        for at in (first..first + rows.len()).step_by(ABREAST) {
            let mut sums = [gained; ABREAST];
            sums.iter_mut().zip(&self.gained[at..at + ABREAST]).for_each(|(sum, gained)| *sum += gained);
            for Gain { place, gain } in &screen.gains.aligned {
                let value = left.values[columns.equal[*place].0];
                // A null is equal to nothing.
                let gain = if value == 0 { 0 } else { *gain };
                let others = &of_columns[place * self.stride + at..][..ABREAST];
                sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += gain_if(*other == value, gain));
            }
            for Gain { place, gain } in &screen.gains.near {
                let near = &columns.near[*place];
                let (sketch, others) =
                    (left.sketches[near.sketch], &of_sketches[place * self.stride + at..][..ABREAST]);
                let is_near = |other: u32| differing(sketch, other) <= near.most;
                sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += gain_if(is_near(*other), *gain));
            }
            if sums.iter().any(|sum| *sum >= screen.least) {
                let end = first + rows.len();
                let through = (at..end).zip(sums).filter(|(_, sum)| *sum >= screen.least);
                out.extend(through.map(|(at, _)| (self.rows.start + at) as u32));
            }
        }
    }
}

/// A gain or none, without a branch.
#[inline]
fn gain_if(holds: bool, gain: i32) -> i32 {
    i32::from(holds).wrapping_neg() & gain
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::Sketches;

    use super::super::gains::Gains;
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
        // What bits gain is some of 0 to 4, and so is what rows do for nulls.
        let gains = Gains::new(&pairings, std::array::from_fn(|bit| (bit * 7 % 5) as i32), [0; 64]);
        let gained = |row: usize| (row * 3 % 5) as i32;
        wide.add_gains((2..ROWS).map(gained));
        let (mut found, mut through, mut all) = (Vec::new(), Vec::new(), 0);
        for left in 0..ROWS {
            for (start, end) in (2..ROWS).flat_map(|start| (start..=ROWS).map(move |end| (start, end))) {
                found.clear();
                wide.equal(&pairings, row(left), &(start..end), &mut found);
                assert_eq!(found, (start..end).map(|other| pairings.equal(row(left))(row(other))).collect::<Vec<_>>());
                all |= found.iter().fold(0, |all, word| all | word);
                for least in 1..20 {
                    let sum = |other: &usize| gained(left) + gained(*other) + gains.of(found[other - start], 0);
                    let expected: Vec<u32> =
                        (start..end).filter(|other| sum(other) >= least).map(|other| other as u32).collect();
                    through.clear();
                    wide.through(
                        &pairings,
                        Screen { gains: &gains, least },
                        (row(left), gained(left)),
                        &(start..end),
                        &mut through,
                    );
                    assert_eq!(through, expected);
                }
            }
        }
        assert_eq!(all, 0b11_111 | 0b11 << 62, "every bit is set somewhere");
        assert!(wide.has(&(2..ROWS)) && !wide.has(&(1..3)));
    }
}
