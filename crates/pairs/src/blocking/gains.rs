//! What each thing that a pair has beyond what all of its block have can add to its weight.

use super::pairings::Pairings;

/// For each pairing how much a pair can gain at most by being equal there, or by a null: whole
/// numbers of a unit of the taker's.
#[derive(Clone, Debug)]
pub(crate) struct Gains {
    equal: [i32; 64],
    null: [i32; 64],
    /// Of the columns and sketches that are tested side by side, those by which something is gained.
    pub(super) aligned: Vec<Gain>,
    pub(super) near: Vec<Gain>,
}

/// What is gained by a column or a sketch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    /// Its place among all.
    pub(super) place: usize,
    pub(super) gain: i32,
}

impl Gains {
    /// The most that is gained by anything: all of them together fit a number.
    pub(crate) const MOST: i32 = 1 << 23;

    /// For each bit of `pairings` what its equality or nearness and its null gain: from 0 to
    /// [`MOST`](Gains::MOST).
    pub(crate) fn new(pairings: &Pairings, equal: [i32; 64], null: [i32; 64]) -> Gains {
        let mut gains = Gains { equal, null, aligned: Vec::new(), near: Vec::new() };
        let columns = pairings.aligned();
        let worth = |(place, bits): (usize, u64)| Gain { place, gain: gains.of(bits, 0) };
        let is_gained = |gain: &Gain| gain.gain > 0;
        let equal = columns.equal.iter().map(|(_, bits)| u64::from(*bits));
        let near = columns.near.iter().map(|near| u64::from(near.bits) << u32::BITS);
        let aligned = equal.enumerate().map(worth).filter(is_gained).collect();
        let near = near.enumerate().map(worth).filter(is_gained).collect();
        (gains.aligned, gains.near) = (aligned, near);
        gains
    }

    /// What pairs with these equalities and nulls gain.
    #[inline]
    pub(crate) fn of(&self, equal: u64, null: u64) -> i32 {
        sum(&self.equal, equal) + sum(&self.null, null)
    }
}

#[inline]
fn sum(gains: &[i32; 64], mut bits: u64) -> i32 {
    let mut sum = 0;
    while bits != 0 {
        sum += gains[bits.trailing_zeros() as usize];
        bits &= bits - 1;
    }
    sum
}

/// Lets through the pairs of a block that gain enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen<'a> {
    pub(super) gains: &'a Gains,
    pub(super) least: i32,
}

impl Screen<'_> {
    /// Whether pairs with these equalities and nulls are let through.
    #[inline]
    pub(super) fn lets_through(self, equal: u64, null: u64) -> bool {
        self.gains.of(equal, null) >= self.least
    }
}
