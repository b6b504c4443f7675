//! Copies of some rows' values, side by side, so that comparing them touches no other memory.

use counterfoil_core::scored::ValueColumns;

/// Which pairs of columns are tested for equality, each a bit of a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairings {
    /// (column of the left row, column of the right row).
    pub(crate) columns: Vec<(usize, usize)>,
    /// The same as positions in `wanted`.
    pub(crate) slots: Vec<(usize, usize)>,
    /// The columns that tiles hold.
    pub(crate) wanted: Vec<usize>,
    /// The pairings of which it matters whether a value is null.
    pub(crate) null: u64,
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
        self.wanted.iter().position(|wanted| *wanted == column).unwrap_or_else(|| {
            self.wanted.push(column);
            self.wanted.len() - 1
        })
    }
}

/// The columns that tiles hold, row by row: copying a row to a tile touches one place in memory
/// and not one for each column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    width: usize,
    values: Vec<u32>,
}

impl Packed {
    pub(crate) fn new(columns: &ValueColumns, pairings: &Pairings) -> Packed {
        let (rows, width) = (columns.rows() as usize, pairings.wanted.len());
        let mut values = vec![0; rows * width];
        for (slot, column) in pairings.wanted.iter().enumerate() {
            let places = values.iter_mut().skip(slot).step_by(width.max(1));
            places.zip(&columns.columns[*column]).for_each(|(place, value)| *place = *value);
        }
        Packed { width, values }
    }

    fn row(&self, row: u32) -> &[u32] {
        &self.values[row as usize * self.width..(row as usize + 1) * self.width]
    }
}

/// Some rows and their values.
#[derive(Clone, Debug, Default)]
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
        for (values, column) in self.values.iter_mut().zip(&pairings.wanted) {
            let column = &columns.columns[*column];
            values.clear();
            values.extend(rows.iter().map(|row| column[*row as usize]));
        }
        self.note_nulls(pairings);
    }

    /// As [`fill`](Tile::fill), from packed rows.
    pub(crate) fn fill_packed(&mut self, packed: &Packed, pairings: &Pairings, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.values.resize_with(pairings.wanted.len(), Vec::new);
        self.values.iter_mut().for_each(|values| values.resize(rows.len(), 0));
        for (place, row) in rows.iter().enumerate() {
            for (values, value) in self.values.iter_mut().zip(packed.row(*row)) {
                values[place] = *value;
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

    /// Writes which pairings are equal between a row of this tile and a stretch of another's.
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
    }

    /// Which pairings are equal between a row of this tile and one of another.
    pub(crate) fn equal_one(&self, pairings: &Pairings, row: usize, right: &Tile, other: usize) -> u64 {
        let is_equal = |(bit, (left_slot, right_slot)): (usize, &(usize, usize))| {
            let value = self.values[*left_slot][row];
            u64::from(value != 0 && value == right.values[*right_slot][other]) << bit
        };
        pairings.slots.iter().enumerate().map(is_equal).fold(0, |word, bit| word | bit)
    }

    /// Which pairings have a null on either side.
    #[inline]
    pub(crate) fn null(&self, row: usize, right: &Tile, other: usize) -> u64 {
        self.null_left[row] | right.null_right[other]
    }
}
