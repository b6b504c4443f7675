//! Which columns of two rows are compared, and how all of them are at once.

use counterfoil_core::scored::{Sketches, ValueColumns};

/// Which pairs of columns are tested for equality, each a bit of a word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairings {
    /// (column of the left row, column of the right row).
    pub(crate) columns: Vec<(usize, usize)>,
    /// The columns that tiles hold, each in a slot.
    pub(super) wanted: Vec<Wanted>,
    /// The pairings that are tested side by side.
    lanes: Lanes,
    /// The pairings that are tested one by one, of different slots or with a higher bit than lanes
    /// have: (bit, left slot, right slot).
    apart: Vec<(u32, usize, usize)>,
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
    /// What a tile holds of the column in some rows, as they are given.
    pub(super) fn in_rows<'c>(&'c self, columns: &'c ValueColumns, rows: &'c [u32]) -> impl Iterator<Item = u32> + 'c {
        let column = &columns.columns[self.column];
        rows.iter().map(|row| self.of(column[*row as usize]))
    }

    /// What a tile holds of the column in all rows from one on.
    pub(super) fn after<'c>(&'c self, columns: &'c ValueColumns, row: usize) -> impl Iterator<Item = u32> + 'c {
        columns.columns[self.column][row..].iter().map(|value| self.of(*value))
    }

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
        let bit = self.columns.len() as u32;
        self.columns.push((left, right));
        match (self.slot(left), self.slot(right)) {
            (slot, other) if slot == other && bit < u32::BITS => self.lanes.add(slot, bit),
            (slot, other) => self.apart.push((bit, slot, other)),
        }
        Ok(bit)
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

    /// Numbers that a row of a tile takes: one for each slot, and as many more as make whole groups
    /// of lanes.
    pub(super) fn width(&self) -> usize {
        self.wanted.len().max(1).next_multiple_of(LANES)
    }

    /// The pairings whose left value is null in a row, and those whose right value is.
    pub(super) fn nulls(&self, row: &[u32]) -> (u64, u64) {
        let both = u64::from(self.lanes.null(row));
        let with = |(left, right): (u64, u64), (bit, of_left, of_right): &(u32, usize, usize)| {
            let is_null = |slot: usize| u64::from(row[slot] == 0) << bit;
            (left | is_null(*of_left), right | is_null(*of_right))
        };
        let (left, right) = self.apart.iter().fold((both, both), with);
        (left & self.null, right & self.null)
    }

    /// Which pairings are equal between a row and others, and which sketches are near.
    pub(super) fn equal<'r>(&'r self, left: &'r [u32]) -> impl Fn(&[u32]) -> u64 + use<'r> {
        let present = !self.lanes.null(left);
        move |right| {
            let aligned = u64::from(self.lanes.equal(left, right) & present);
            let apart = self.apart.iter().fold(aligned, |word, (bit, of_left, of_right)| {
                word | u64::from(left[*of_left] != 0 && left[*of_left] == right[*of_right]) << bit
            });
            self.near.iter().enumerate().fold(apart, |word, (number, near)| {
                word | u64::from(near.holds(left[near.left], right[near.right])) << (63 - number)
            })
        }
    }
}

/// Numbers that are compared at once.
const LANES: usize = 4;

/// Pairings of a column with itself, by slot: rows are held against each other number by number,
/// all slots of a group at once, so that a pair costs the same however few of them a row has.
#[derive(Clone, Debug, Default)]
struct Lanes {
    /// The bit of each slot; 0 where the slot is in no pairing.
    bits: Vec<[u32; LANES]>,
}

impl Lanes {
    fn add(&mut self, slot: usize, bit: u32) {
        let groups = self.bits.len().max(slot / LANES + 1);
        self.bits.resize(groups, [0; LANES]);
        self.bits[slot / LANES][slot % LANES] |= 1 << bit;
    }

    /// The bits of the slots at which two rows are equal, null or not.
    #[inline]
    fn equal(&self, left: &[u32], right: &[u32]) -> u32 {
        let mut found = [0; LANES];
        let rows = left.as_chunks::<LANES>().0.iter().zip(right.as_chunks::<LANES>().0);
        for ((left, right), bits) in rows.zip(&self.bits) {
            for lane in 0..LANES {
                found[lane] |= all_if(left[lane] == right[lane]) & bits[lane];
            }
        }
        found.iter().fold(0, |all, found| all | found)
    }

    /// The bits of the slots at which a row is null.
    #[inline]
    fn null(&self, row: &[u32]) -> u32 {
        let mut found = [0; LANES];
        for (row, bits) in row.as_chunks::<LANES>().0.iter().zip(&self.bits) {
            for lane in 0..LANES {
                found[lane] |= all_if(row[lane] == 0) & bits[lane];
            }
        }
        found.iter().fold(0, |all, found| all | found)
    }
}

/// All bits or none, without a branch.
#[inline]
fn all_if(holds: bool) -> u32 {
    u32::from(holds).wrapping_neg()
}
