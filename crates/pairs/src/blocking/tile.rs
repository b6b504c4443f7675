//! Copies of some rows' values, side by side, so that comparing them touches no other memory.

use counterfoil_core::scored::{Sketches, ValueColumns};

/// Which pairs of columns are tested for equality, each a bit of a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairings {
    /// (column of the left row, column of the right row).
    pub(crate) columns: Vec<(usize, usize)>,
    /// The same as positions in `wanted`.
    pub(crate) slots: Vec<(usize, usize)>,
    /// The columns that tiles hold.
    pub(crate) wanted: Vec<Wanted>,
    /// Which pairs of sketches are tested for nearness, each a bit from the last one down.
    near: Vec<Near>,
    /// The pairings of which it matters whether a value is null.
    pub(crate) null: u64,
}

/// A column that tiles hold: its numbers, or the sketches of these.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    column: usize,
    sketches: Option<Sketches>,
}

impl Wanted {
    #[inline]
    fn of(&self, number: u32) -> u32 {
        self.sketches.as_ref().map_or(number, |sketches| sketches.words[number as usize])
    }
}

/// Two sketches that are near if they differ in at most so many bits.
#[derive(Clone, Copy, Debug)]
struct Near {
    left: usize,
    right: usize,
    most: u32,
}

impl Near {
    #[inline]
    fn holds(self, left: u32, right: u32) -> bool {
        (left ^ right).count_ones() <= self.most
    }
}

/// A model and its blocking rules test more than 64 different pairs of columns for equality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyColumns;

impl std::fmt::Display for TooManyColumns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("comparisons and blocking rules compare more than 64 different pairs of columns")
    }
}

impl std::error::Error for TooManyColumns {}

impl Pairings {
    /// The bit of a pair of columns.
    pub(crate) fn bit(&mut self, left: usize, right: usize) -> Result<u32, TooManyColumns> {
        if let Some(bit) = self.columns.iter().position(|columns| *columns == (left, right)) {
            return Ok(bit as u32);
        }
        if self.columns.len() == 64 {
            return Err(TooManyColumns);
        }
        let slots = (self.slot(left), self.slot(right));
        self.columns.push((left, right));
        self.slots.push(slots);
        Ok(self.columns.len() as u32 - 1)
    }

    /// Where a tile holds a column.
    pub(crate) fn slot(&mut self, column: usize) -> usize {
        let is_it = |wanted: &Wanted| wanted.column == column && wanted.sketches.is_none();
        self.wanted.iter().position(is_it).unwrap_or_else(|| self.want(column, None))
    }

    /// The bit that says whether the sketches of two columns are near; `None` if no bit is left.
    /// To be asked for when all other bits are taken.
    pub(crate) fn near_bit(&mut self, (left, right): (usize, usize), sketches: &Sketches) -> Option<u32> {
        if self.columns.len() + self.near.len() == 64 {
            return None;
        }
        let first = self.want(left, Some(sketches.clone()));
        let second = if left == right { first } else { self.want(right, Some(sketches.clone())) };
        self.near.push(Near { left: first, right: second, most: sketches.most });
        Some(64 - self.near.len() as u32)
    }

    fn want(&mut self, column: usize, sketches: Option<Sketches>) -> usize {
        self.wanted.push(Wanted { column, sketches });
        self.wanted.len() - 1
    }

    /// The pairs of sketches, each with its bit.
    fn near(&self) -> impl Iterator<Item = (usize, Near)> {
        self.near.iter().enumerate().map(|(number, near)| (63 - number, *near))
    }
}

/// Rows that are packed together, so that they stay in the first-level cache until all their
/// columns are there.
const STRETCH: usize = 256;

/// The columns that tiles hold, row by row: copying a row to a tile touches one place in memory
/// and not one for each column.
#[derive(Clone, Default)]
pub(crate) struct Packed {
    width: usize,
    values: Vec<u32>,
}

// Sketches are of clear values, if scrambled: they are never shown.
impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packed(…)")
    }
}

impl Packed {
    pub(crate) fn new(columns: &ValueColumns, pairings: &Pairings) -> Packed {
        let (rows, width) = (columns.rows() as usize, pairings.wanted.len());
        let mut values = vec![0; rows * width];
        for (number, stretch) in values.chunks_mut(STRETCH * width.max(1)).enumerate() {
            for (slot, wanted) in pairings.wanted.iter().enumerate() {
                let column = &columns.columns[wanted.column][number * STRETCH..];
                let places = stretch.iter_mut().skip(slot).step_by(width);
                places.zip(column).for_each(|(place, value)| *place = wanted.of(*value));
            }
        }
        Packed { width, values }
    }

    /// Looks at some rows, and does nothing else, so that they are fetched at once and whoever
    /// copies them next finds them near.
    fn touch(&self, rows: &[u32]) {
        if let Some(last) = self.width.checked_sub(1) {
            let ends =
                |row: u32| self.values[row as usize * self.width] ^ self.values[row as usize * self.width + last];
            std::hint::black_box(rows.iter().fold(0, |all, row| all ^ ends(*row)));
        }
    }

    fn row(&self, row: u32) -> &[u32] {
        &self.values[row as usize * self.width..(row as usize + 1) * self.width]
    }
}

/// Some rows and their values.
#[derive(Clone, Default)]
pub(crate) struct Tile {
    pub(crate) rows: Vec<u32>,
    /// For each wanted column its values.
    pub(crate) values: Vec<Vec<u32>>,
    /// For each row the pairings whose left column is null there.
    null_left: Vec<u64>,
    /// For each row the pairings whose right column is null there.
    null_right: Vec<u64>,
}

impl Tile {
    /// Copies rows.
    pub(crate) fn fill(&mut self, columns: &ValueColumns, pairings: &Pairings, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.values.resize_with(pairings.wanted.len(), Vec::new);
        for (values, wanted) in self.values.iter_mut().zip(&pairings.wanted) {
            let column = &columns.columns[wanted.column];
            values.clear();
            values.extend(rows.iter().map(|row| wanted.of(column[*row as usize])));
        }
        self.note_nulls(pairings);
    }

    /// As [`fill`](Tile::fill), from packed rows.
    pub(crate) fn fill_packed(&mut self, packed: &Packed, pairings: &Pairings, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.values.resize_with(pairings.wanted.len(), Vec::new);
        self.values.iter_mut().for_each(|values| values.resize(rows.len(), 0));
        for (number, stretch) in rows.chunks(STRETCH).enumerate() {
            packed.touch(stretch);
            for (place, row) in (number * STRETCH..).zip(stretch) {
                for (values, value) in self.values.iter_mut().zip(packed.row(*row)) {
                    values[place] = *value;
                }
            }
        }
        self.note_nulls(pairings);
    }

    fn note_nulls(&mut self, pairings: &Pairings) {
        for (nulls, is_left) in [(&mut self.null_left, true), (&mut self.null_right, false)] {
            nulls.clear();
            nulls.resize(self.rows.len(), 0);
            for (bit, (left, right)) in pairings.slots.iter().enumerate() {
                if pairings.null >> bit & 1 == 1 {
                    let values = &self.values[if is_left { *left } else { *right }];
                    nulls.iter_mut().zip(values).for_each(|(null, value)| *null |= u64::from(*value == 0) << bit);
                }
            }
        }
    }

    /// Writes which pairings are equal between a row of this tile and a stretch of another's, and
    /// which sketches are near.
    pub(crate) fn equal(
        &self,
        pairings: &Pairings,
        row: usize,
        right: &Tile,
        stretch: std::ops::Range<usize>,
        out: &mut Vec<u64>,
    ) {
        out.clear();
        out.resize(stretch.len(), 0);
        for (bit, (left_slot, right_slot)) in pairings.slots.iter().enumerate() {
            let value = self.values[*left_slot][row];
            if value != 0 {
                let others = &right.values[*right_slot][stretch.clone()];
                out.iter_mut().zip(others).for_each(|(word, other)| *word |= u64::from(*other == value) << bit);
            }
        }
        for (bit, near) in pairings.near() {
            let value = self.values[near.left][row];
            let others = &right.values[near.right][stretch.clone()];
            out.iter_mut().zip(others).for_each(|(word, other)| *word |= u64::from(near.holds(value, *other)) << bit);
        }
    }

    /// Which pairings are equal between a row of this tile and one of another, and which sketches
    /// are near.
    pub(crate) fn equal_one(&self, pairings: &Pairings, row: usize, right: &Tile, other: usize) -> u64 {
        let is_equal = |(bit, (left_slot, right_slot)): (usize, &(usize, usize))| {
            let value = self.values[*left_slot][row];
            u64::from(value != 0 && value == right.values[*right_slot][other]) << bit
        };
        let is_near = |(bit, near): (usize, Near)| {
            u64::from(near.holds(self.values[near.left][row], right.values[near.right][other])) << bit
        };
        let equal = pairings.slots.iter().enumerate().map(is_equal).fold(0, |word, bit| word | bit);
        pairings.near().map(is_near).fold(equal, |word, bit| word | bit)
    }

    /// Which pairings have a null on either side.
    #[inline]
    pub(crate) fn null(&self, row: usize, right: &Tile, other: usize) -> u64 {
        self.null_left[row] | right.null_right[other]
    }
}
