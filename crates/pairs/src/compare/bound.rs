//! The best weight that a pair can still reach.

use counterfoil_core::scored::{Interaction, MAX_LEVELS, Pattern, TermFrequency, Weight, Weights};

use super::cases::Case;
use crate::blocking::{Pairings, Tile};

/// Weights, arranged for asking what is still possible.
#[derive(Debug)]
pub(crate) struct Bounds<'a> {
    weights: &'a Weights,
    /// For each comparison its term frequencies.
    frequencies: Vec<Vec<Frequency<'a>>>,
    /// The comparisons that have some.
    adjusted: Vec<usize>,
    /// For each comparison and digit its weight, with the largest gain from term frequencies.
    most: Vec<[i64; MAX_LEVELS + 1]>,
}

/// A term frequency, and where tiles hold its columns.
#[derive(Debug)]
struct Frequency<'a> {
    of: &'a TermFrequency,
    left: usize,
    right: usize,
}

/// What pairs of one case can still reach.
#[derive(Clone, Debug)]
pub(crate) struct CaseBound {
    /// With the largest gain from term frequencies.
    pub(crate) most: Weight,
    /// Without the comparisons that term frequencies adjust, whose values have to be looked at.
    base: i64,
}

impl<'a> Bounds<'a> {
    pub(crate) fn new(weights: &'a Weights, pairings: &mut Pairings) -> Bounds<'a> {
        let mut frequencies: Vec<Vec<Frequency<'_>>> = weights.levels.iter().map(|_| Vec::new()).collect();
        let mut most: Vec<[i64; MAX_LEVELS + 1]> =
            weights.levels.iter().map(|digits| digits.map(|weight| weight.0)).collect();
        for of in &weights.term_frequencies {
            let gain = of.by_value.iter().max().copied().unwrap_or_default().max(Weight::default());
            most[of.comparison][usize::from(of.digit)] += gain.0;
            let (left, right) = (pairings.slot(of.left), pairings.slot(of.right));
            frequencies[of.comparison].push(Frequency { of, left, right });
        }
        let adjusted = (0..frequencies.len()).filter(|comparison| !frequencies[*comparison].is_empty()).collect();
        Bounds { weights, frequencies, adjusted, most }
    }

    /// The comparisons, those that say most first.
    pub(crate) fn order(&self) -> Vec<usize> {
        let spread = |comparison: &usize| {
            let digits = &self.weights.levels[*comparison];
            let ends = digits.iter().max().zip(digits.iter().min());
            std::cmp::Reverse(ends.map_or(0, |(most, least)| most.0 - least.0))
        };
        let mut order: Vec<usize> = (0..self.weights.levels.len()).collect();
        order.sort_by_key(spread);
        order
    }

    pub(crate) fn of_case(&self, case: &Case) -> CaseBound {
        let together = self.weights.interactions.iter().map(|interaction| best_together(interaction, case));
        let fixed = self.weights.prior.0 + together.sum::<i64>();
        let comparisons = 0..self.frequencies.len();
        let most = |comparison: usize| best(case.digits[comparison], |digit| self.most[comparison][digit]);
        let plain = comparisons.clone().filter(|comparison| self.frequencies[*comparison].is_empty());
        CaseBound {
            most: Weight(fixed + comparisons.map(most).sum::<i64>()),
            base: fixed + plain.map(most).sum::<i64>(),
        }
    }

    /// The best weight of a pair of a case, with what its own values gain.
    pub(crate) fn of_pair(&self, case: &Case, bound: &CaseBound, pair: &PairAt<'_>) -> Weight {
        let adjusted = self.adjusted.iter().map(|comparison| self.best(*comparison, case.digits[*comparison], pair));
        Weight(bound.base + adjusted.sum::<i64>())
    }

    /// How much of the best weight is lost now that the digit of a comparison is known.
    pub(crate) fn lost(&self, comparison: usize, case: &Case, digit: u8, pair: &PairAt<'_>) -> Weight {
        let best = self.best(comparison, case.digits[comparison], pair);
        Weight(best - self.best(comparison, 1 << digit, pair))
    }

    /// What term frequencies add to a pair's pattern.
    pub(crate) fn gained(&self, pattern: Pattern, pair: &PairAt<'_>) -> Weight {
        let of = |comparison: &usize| self.gain(*comparison, usize::from(pattern.digit(*comparison)), pair);
        Weight(self.adjusted.iter().map(of).sum())
    }

    /// The most that a comparison can add, with one of these digits.
    fn best(&self, comparison: usize, digits: u16, pair: &PairAt<'_>) -> i64 {
        let weights = &self.weights.levels[comparison];
        best(digits, |digit| weights[digit].0 + self.gain(comparison, digit, pair))
    }

    fn gain(&self, comparison: usize, digit: usize, pair: &PairAt<'_>) -> i64 {
        let frequencies =
            self.frequencies[comparison].iter().filter(|frequency| usize::from(frequency.of.digit) == digit);
        frequencies.map(|frequency| frequency.gain(pair)).sum()
    }
}

/// A pair of rows of two tiles.
pub(crate) struct PairAt<'t> {
    pub(crate) tiles: (&'t Tile, &'t Tile),
    pub(crate) left: u32,
    pub(crate) right: u32,
}

impl Frequency<'_> {
    fn gain(&self, pair: &PairAt<'_>) -> i64 {
        let of = |value: u32| self.of.by_value.get(value as usize).copied().unwrap_or_default();
        let left = pair.tiles.0.values[self.left][pair.left as usize];
        let right = pair.tiles.1.values[self.right][pair.right as usize];
        if left == right { of(left).0 } else { of(left).min(of(right)).0 }
    }
}

/// The largest weight over digits given as bits.
#[inline]
fn best(digits: u16, weight: impl Fn(usize) -> i64) -> i64 {
    each(digits).map(weight).max().unwrap_or_default()
}

fn best_together(interaction: &Interaction, case: &Case) -> i64 {
    let (first, second) = (case.digits[interaction.first], case.digits[interaction.second]);
    best(first, |digit| best(second, |other| interaction.weights[digit][other].0))
}

/// The positions of the bits of a word.
fn each(bits: u16) -> impl Iterator<Item = usize> {
    (0..16).filter(move |bit| bits >> bit & 1 == 1)
}
