//! Lists as sets: what two have in common, with a bound by which most pairs need not be looked at.

use std::sync::Arc;

use super::{Numbers, Overlap, lists};

/// Lists by number, and a mark of each.
pub(super) struct Sets {
    numbers: Arc<Numbers>,
    marks: Vec<Mark>,
    overlap: Overlap,
}

/// What is looked at before a list itself.
#[derive(Clone, Copy)]
struct Mark {
    /// The bit of each element is set, of which several may have the same: a small Bloom filter
    /// (Bloom, 1970) with one hash, the last bits of the element. Numbers have no order in token
    /// mode, and of few derived values, as letters are, each has nearly a bit of its own.
    bits: u64,
    length: u32,
}

impl Mark {
    fn of(list: &[u32]) -> Mark {
        let bits = list.iter().fold(0, |bits, element| bits | 1 << (element % 64));
        Mark { bits, length: list.len() as u32 }
    }

    /// At most so many elements have both lists: a bit that the other has not is of at least one
    /// element that it has not.
    #[inline]
    fn most_in_common(self, other: Mark) -> usize {
        if self.bits & other.bits == 0 {
            return 0;
        }
        let rest = |one: Mark, other: Mark| one.length - (one.bits & !other.bits).count_ones();
        rest(self, other).min(rest(other, self)) as usize
    }
}

impl Sets {
    pub(super) fn new(numbers: &Arc<Numbers>, overlap: Overlap) -> Sets {
        let marks = (0..numbers.len() as u32).map(|number| Mark::of(numbers.of(number))).collect();
        Sets { numbers: Arc::clone(numbers), marks, overlap }
    }

    /// A score that the pair does not exceed. It is reckoned as [`score`](Sets::score) is, which
    /// does not fall as more is in common, also as rounded.
    #[inline]
    pub(super) fn at_most(&self, left: u32, right: u32) -> f64 {
        let [left, right] = [left, right].map(|number| self.marks[number as usize]);
        self.overlap.of(left.most_in_common(right), left.length as usize, right.length as usize)
    }

    #[inline]
    pub(super) fn score(&self, left: u32, right: u32) -> f64 {
        let [left, right] = [left, right].map(|number| self.numbers.of(number));
        self.overlap.of(lists::in_common(left, right), left.len(), right.len())
    }
}

impl Overlap {
    /// Of so many elements in common of two lists of these lengths.
    #[inline]
    fn of(self, common: usize, left: usize, right: usize) -> f64 {
        let shared = common as f64;
        match self {
            Overlap::Count => shared,
            // Two lists without a value have nothing in common, rather than all.
            _ if common == 0 => 0.0,
            Overlap::Jaccard => shared / ((left + right) as f64 - shared),
            Overlap::Cosine => shared / ((left * right) as f64).sqrt(),
        }
    }
}
