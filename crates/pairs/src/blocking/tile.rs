//! Copies of some rows' values, side by side, so that comparing them touches no other memory.

use std::ops::Range;

use counterfoil_core::scored::ValueColumns;

use super::gains::{Gains, Screen};
use super::packed::Packed;
use super::pairings::{LANES, Pairings, Row};
use super::wide::Wide;

/// Numbers that a row takes: one for each column, and as many more as make whole groups of lanes,
/// at least one.
fn width(columns: usize) -> usize {
    columns.max(1).next_multiple_of(LANES)
}

/// The same of sketches.
fn sketched_width(pairings: &Pairings) -> usize {
    width(pairings.sketched.len())
}

/// Some rows and their values.
#[derive(Clone, Default)]
pub(crate) struct Tile {
    pub(crate) rows: Vec<u32>,
    width: usize,
    /// The values of each row by column, one row after another; of columns that are not held they
    /// may be missing.
    values: Vec<u32>,
    /// The sketches of each row, one row after another. They are of clear values, if scrambled: a
    /// tile is never shown.
    sketches: Vec<u32>,
    /// For each row the pairings whose left and whose right column is null there.
    nulls: Vec<(u64, u64)>,
    /// Some of the rows column by column.
    wide: Wide,
}

impl Tile {
    /// Copies the values of some rows that are held.
    pub(crate) fn fill(&mut self, columns: &ValueColumns, pairings: &Pairings, rows: &[u32]) {
        self.begin(pairings, rows);
        for held in &pairings.held {
            let column = &columns.columns[*held];
            let places = self.values.iter_mut().skip(*held).step_by(self.width);
            places.zip(rows).for_each(|(place, row)| *place = column[*row as usize]);
        }
        self.end(pairings);
    }

    /// As [`fill`](Tile::fill), from packed rows.
    pub(crate) fn fill_packed(&mut self, packed: &Packed, pairings: &Pairings, rows: &[u32]) {
        self.begin(pairings, rows);
        packed.copy(rows, &pairings.held, self.width, &mut self.values);
        self.end(pairings);
    }

    /// Makes room.
    fn begin(&mut self, pairings: &Pairings, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.wide.clear();
        self.width = width(pairings.held.iter().max().map_or(0, |last| last + 1));
        self.values.clear();
        self.values.resize(rows.len() * self.width, 0);
    }

    /// Notes what follows from the values.
    fn end(&mut self, pairings: &Pairings) {
        self.nulls.clear();
        self.nulls.extend(self.values.chunks_exact(self.width).map(|row| pairings.nulls(row)));
        let width = sketched_width(pairings);
        self.sketches.clear();
        self.sketches.resize(self.rows.len() * width, 0);
        for (at, sketched) in pairings.sketched.iter().enumerate() {
            let numbers = self.values.iter().skip(sketched.column).step_by(self.width);
            let places = self.sketches.iter_mut().skip(at).step_by(width);
            places.zip(numbers).for_each(|(place, number)| *place = sketched.of(*number));
        }
    }

    /// Also lays some rows out column by column: each will be compared with many, and with a screen
    /// that goes by these gains.
    pub(crate) fn widen(&mut self, pairings: &Pairings, rows: Range<usize>, gains: Option<&Gains>) {
        if pairings.are_aligned() {
            let mut wide = std::mem::take(&mut self.wide);
            wide.fill(pairings, rows.start, self.rows(pairings, rows.clone()));
            if let Some(gains) = gains {
                wide.add_gains(self.nulls[rows].iter().map(|(_, null)| gains.of(0, *null)));
            }
            self.wide = wide;
        }
    }

    fn row(&self, pairings: &Pairings, row: usize) -> Row<'_> {
        let width = sketched_width(pairings);
        Row {
            values: &self.values[row * self.width..(row + 1) * self.width],
            sketches: &self.sketches[row * width..(row + 1) * width],
        }
    }

    #[inline]
    fn rows(&self, pairings: &Pairings, rows: Range<usize>) -> impl ExactSizeIterator<Item = Row<'_>> {
        let width = sketched_width(pairings);
        let values = self.values[rows.start * self.width..rows.end * self.width].chunks_exact(self.width);
        let sketches = self.sketches[rows.start * width..rows.end * width].chunks_exact(width);
        values.zip(sketches).map(|(values, sketches)| Row { values, sketches })
    }

    /// What a row has in a column.
    #[inline]
    pub(crate) fn value(&self, column: usize, row: u32) -> u32 {
        self.values[row as usize * self.width + column]
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
        out.clear();
        let left = self.row(pairings, row);
        if right.wide.has(&stretch) {
            right.wide.equal(pairings, left, &stretch, out);
        } else {
            out.extend(right.rows(pairings, stretch).map(pairings.equal(left)));
        }
    }

    /// Appends those of a stretch of another tile's rows that a screen lets through with a row of
    /// this one.
    pub(crate) fn through(
        &self,
        pairings: &Pairings,
        screen: Screen<'_>,
        row: usize,
        (right, stretch): (&Tile, Range<usize>),
        out: &mut Vec<u32>,
    ) {
        if right.wide.has(&stretch) {
            let gained = screen.gains.of(0, self.nulls[row].0);
            right.wide.through(pairings, screen, (self.row(pairings, row), gained), &stretch, out);
        } else {
            let equal = self.equal_to(pairings, row, right);
            let is_let = |other: &usize| screen.lets_through(equal(*other), self.null(row, right, *other));
            out.extend(stretch.filter(is_let).map(|other| other as u32));
        }
    }

    /// Which pairings are equal between a row of this tile and each of another, and which sketches
    /// are near.
    pub(crate) fn equal_to<'t>(
        &'t self,
        pairings: &'t Pairings,
        row: usize,
        right: &'t Tile,
    ) -> impl Fn(usize) -> u64 + use<'t> {
        let equal = pairings.equal(self.row(pairings, row));
        move |other| equal(right.row(pairings, other))
    }

    /// The same of one.
    pub(crate) fn equal_one(&self, pairings: &Pairings, row: usize, right: &Tile, other: usize) -> u64 {
        self.equal_to(pairings, row, right)(other)
    }

    /// Which pairings have a null on either side.
    #[inline]
    pub(crate) fn null(&self, row: usize, right: &Tile, other: usize) -> u64 {
        self.nulls[row].0 | right.nulls[other].1
    }
}
