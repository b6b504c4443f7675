//! Copies of some rows' values, side by side, so that comparing them touches no other memory.

use std::ops::Range;

use counterfoil_core::scored::ValueColumns;

use super::pairings::Pairings;

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
        let (rows, width) = (columns.rows() as usize, pairings.width());
        let mut values = vec![0; rows * width];
        for (number, stretch) in values.chunks_mut(STRETCH * width).enumerate() {
            for (slot, wanted) in pairings.wanted.iter().enumerate() {
                let places = stretch.iter_mut().skip(slot).step_by(width);
                places.zip(wanted.after(columns, number * STRETCH)).for_each(|(place, value)| *place = value);
            }
        }
        Packed { width, values }
    }

    /// Looks at some rows, and does nothing else, so that they are fetched at once and whoever
    /// copies them next finds them near.
    fn touch(&self, rows: &[u32]) {
        let ends = |row: &[u32]| row[0] ^ row[row.len() - 1];
        std::hint::black_box(rows.iter().fold(0, |all, row| all ^ ends(self.row(*row))));
    }

    fn row(&self, row: u32) -> &[u32] {
        &self.values[row as usize * self.width..(row as usize + 1) * self.width]
    }
}

/// Some rows and their values.
#[derive(Clone, Default)]
pub(crate) struct Tile {
    pub(crate) rows: Vec<u32>,
    width: usize,
    /// The values of each row by slot, one row after another.
    values: Vec<u32>,
    /// For each row the pairings whose left and whose right column is null there.
    nulls: Vec<(u64, u64)>,
}

impl Tile {
    /// Copies rows.
    pub(crate) fn fill(&mut self, columns: &ValueColumns, pairings: &Pairings, rows: &[u32]) {
        self.begin(pairings, rows);
        self.values.resize(rows.len() * self.width, 0);
        for (slot, wanted) in pairings.wanted.iter().enumerate() {
            let places = self.values.iter_mut().skip(slot).step_by(self.width);
            places.zip(wanted.in_rows(columns, rows)).for_each(|(place, value)| *place = value);
        }
        self.note_nulls(pairings);
    }

    /// As [`fill`](Tile::fill), from packed rows.
    pub(crate) fn fill_packed(&mut self, packed: &Packed, pairings: &Pairings, rows: &[u32]) {
        self.begin(pairings, rows);
        for stretch in rows.chunks(STRETCH) {
            packed.touch(stretch);
            stretch.iter().for_each(|row| self.values.extend_from_slice(packed.row(*row)));
        }
        self.note_nulls(pairings);
    }

    fn begin(&mut self, pairings: &Pairings, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.width = pairings.width();
        self.values.clear();
        self.values.reserve(rows.len() * self.width);
    }

    fn note_nulls(&mut self, pairings: &Pairings) {
        self.nulls.clear();
        self.nulls.extend(self.values.chunks_exact(self.width).map(|row| pairings.nulls(row)));
    }

    fn row(&self, row: usize) -> &[u32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// What a row has in a slot.
    #[inline]
    pub(crate) fn value(&self, slot: usize, row: u32) -> u32 {
        self.values[row as usize * self.width + slot]
    }

    /// Writes which pairings are equal between a row of this tile and a stretch of another's, and
    /// which sketches are near.
    pub(crate) fn equal(
        &self,
        pairings: &Pairings,
        row: usize,
        right: &Tile,
        stretch: Range<usize>,
        out: &mut Vec<u64>,
    ) {
        let others = right.values[stretch.start * self.width..stretch.end * self.width].chunks_exact(self.width);
        out.clear();
        out.extend(others.map(pairings.equal(self.row(row))));
    }

    /// Which pairings are equal between a row of this tile and one of another, and which sketches
    /// are near.
    pub(crate) fn equal_one(&self, pairings: &Pairings, row: usize, right: &Tile, other: usize) -> u64 {
        pairings.equal(self.row(row))(right.row(other))
    }

    /// Which pairings have a null on either side.
    #[inline]
    pub(crate) fn null(&self, row: usize, right: &Tile, other: usize) -> u64 {
        self.nulls[row].0 | right.nulls[other].1
    }
}
