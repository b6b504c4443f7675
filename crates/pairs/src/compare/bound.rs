//! The best weight that a pair can still reach.

use counterfoil_core::scored::{Commonness, Interaction, Pattern, TermFrequency, Weight, Weights};

use crate::blocking::{Pairings, Tile};

/// Weights, arranged for asking what is still possible.
#[derive(Debug)]
pub(crate) struct Bounds<'a> {
    weights: &'a Weights,
    /// For each comparison its term frequencies.
    frequencies: Vec<Vec<Frequencies<'a>>>,
    /// For each comparison the digits that they adjust, as bits.
    adjusted: Vec<u16>,
    /// The most that common values add, which every pair is given until its digits are settled.
    commonness: i64,
    /// The most that errors which exclude each other and homes that were left add, likewise.
    among_matches: i64,
    /// The most that age adds against relatives, likewise.
    twins: i64,
}

/// Term frequencies of a digit.
#[derive(Clone, Copy, Debug)]
struct Frequencies<'a> {
    of: &'a TermFrequency,
    /// The least and the most that a value gains.
    least: i64,
    most: i64,
}

impl<'a> Frequencies<'a> {
    fn new(of: &'a TermFrequency) -> Frequencies<'a> {
        // A value without a frequency gains nothing.
        let gains = || of.by_value.iter().map(|gain| gain.0).chain([0]);
        let (least, most) = (gains().min().unwrap_or_default(), gains().max().unwrap_or_default());
        Frequencies { of, least, most }
    }
}

/// What pairs of one case can still reach.
#[derive(Clone, Debug)]
pub(crate) struct CaseBound {
    /// The comparisons whose values have to be looked at, as bits: term frequencies adjust one of
    /// their digits that is still possible. Where values differ, mostly none is.
    looked_at: u16,
    /// Without these.
    base: i64,
    /// What of that is the best of each interaction.
    together: i64,
    /// Against relatives.
    related: i64,
    /// What of that is the best of each interaction.
    related_together: i64,
}

/// What one pair can still reach, against random pairs and against relatives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    random: i64,
    related: i64,
}

impl Reach {
    /// The best weight that it can still reach, which is not above the lesser of the two.
    pub(crate) fn best(self) -> Weight {
        Weight(self.random.min(self.related))
    }
}

/// Where relatives are not reckoned with; far above every weight, and adding to it is safe.
const UNBOUNDED: i64 = i64::MAX / 4;

impl<'a> Bounds<'a> {
    pub(crate) fn new(weights: &'a Weights, pairings: &mut Pairings) -> Bounds<'a> {
        let mut frequencies: Vec<Vec<Frequencies<'_>>> = weights.levels.iter().map(|_| Vec::new()).collect();
        for of in &weights.term_frequencies {
            pairings.hold(of.left);
            pairings.hold(of.right);
            frequencies[of.comparison].push(Frequencies::new(of));
        }
        let twins = weights.related.as_ref().and_then(|related| related.twins.as_ref());
        weights.commonness.iter().chain(twins).for_each(|of| pairings.hold(of.column));
        let twins = twins.map_or(0, |of| of.most().0);
        let commonness = weights.commonness.iter().map(|of| of.most().0).sum();
        let digits =
            |all: &Vec<Frequencies<'_>>| all.iter().fold(0, |bits, frequencies| bits | 1 << frequencies.of.digit);
        let adjusted = frequencies.iter().map(digits).collect();
        let among_matches = weights.most_among_matches().0;
        Bounds { weights, frequencies, adjusted, commonness, among_matches, twins }
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

    /// What pairs can reach whose digits are among these, for each comparison as bits.
    pub(crate) fn of_case(&self, digits: &[u16]) -> CaseBound {
        let together = best_together(&self.weights.interactions, digits);
        let is_looked_at = |comparison: &usize| digits[*comparison] & self.adjusted[*comparison] != 0;
        let most = |comparison: usize| best(digits[comparison], |digit| self.weights.levels[comparison][digit].0);
        let comparisons = 0..self.frequencies.len();
        let looked_at = comparisons.clone().filter(is_looked_at).fold(0, |bits, comparison| bits | 1 << comparison);
        let plain: i64 = comparisons.filter(|comparison| !is_looked_at(comparison)).map(most).sum();
        let base = self.weights.prior.0 + together + plain + self.commonness + self.among_matches;
        let (related, related_together) = self.related_of(digits);
        CaseBound { looked_at, base, together, related, related_together }
    }

    /// The best weight against relatives, and what of it is the best of each interaction.
    fn related_of(&self, digits: &[u16]) -> (i64, i64) {
        let Some(related) = &self.weights.related else { return (UNBOUNDED, 0) };
        let together = best_together(&related.interactions, digits);
        let levels = related.levels.iter().zip(digits);
        let alone: i64 = levels.map(|(weights, digits)| best(*digits, |digit| weights[digit].0)).sum();
        (related.prior.0 + together + alone + self.among_matches + self.twins, together)
    }

    /// The best weight that pairs of a case and a left row can reach: what two values gain is
    /// not above what the left one does.
    pub(crate) fn of_row(&self, digits: &[u16], bound: &CaseBound, (tile, row): (&Tile, u32)) -> Weight {
        self.with_gains(digits, bound, |all| of_value(all.of, tile.value(all.of.left, row))).best()
    }

    /// The best weight against random pairs that pairs of a case can reach in a block, of which
    /// `shared` tells the left value of a frequency where all its rows have the same one.
    pub(crate) fn of_block(
        &self,
        digits: &[u16],
        bound: &CaseBound,
        shared: impl Fn(&TermFrequency) -> Option<u32>,
    ) -> Weight {
        let gain = |all: &Frequencies<'_>| shared(all.of).map_or(all.most, |value| of_value(all.of, value));
        Weight(self.with_gains(digits, bound, gain).random)
    }

    /// How much more a comparison can add by itself with other digits than before, each as bits.
    /// What its values gain is the most that any do; where they are of `shared` columns, anything.
    pub(crate) fn more_alone(&self, comparison: usize, (before, after): (u16, u16), shared: &[usize]) -> i64 {
        let most = |digits, of: &dyn Fn(&Frequencies<'_>) -> i64| {
            let gain = |digit| self.frequencies_of(comparison, digit).map(of).sum::<i64>();
            best(digits, |digit| self.weights.levels[comparison][digit].0 + gain(digit))
        };
        let least = |all: &Frequencies<'_>| if shared.contains(&all.of.left) { all.least } else { all.most };
        most(after, &|all| all.most) - most(before, &least)
    }

    /// How much more its interactions can add, where another comparison has some of the digits that
    /// `others` tells.
    pub(crate) fn more_together<I: Iterator<Item = u16>>(
        &self,
        comparison: usize,
        (before, after): (u16, u16),
        others: impl Fn(usize) -> I,
    ) -> i64 {
        let more = |interaction: &Interaction| {
            let Interaction { first, second, .. } = *interaction;
            let more = |other: u16| {
                let of = |digits| if first == comparison { (digits, other) } else { (other, digits) };
                together(interaction, of(after)) - together(interaction, of(before))
            };
            let other = if first == comparison { second } else { first };
            if [first, second].contains(&comparison) { others(other).map(more).max().unwrap_or_default() } else { 0 }
        };
        self.weights.interactions.iter().map(more).sum()
    }

    /// What pairs of a case can reach, if these are the most that values gain.
    #[inline]
    fn with_gains(&self, digits: &[u16], bound: &CaseBound, of: impl Fn(&Frequencies<'_>) -> i64) -> Reach {
        let most = |comparison: usize| {
            let weights = &self.weights.levels[comparison];
            let gain = |digit| self.frequencies_of(comparison, digit).map(&of).sum::<i64>();
            best(digits[comparison], |digit| weights[digit].0 + gain(digit))
        };
        let random = bound.base + each(bound.looked_at).map(most).sum::<i64>();
        Reach { random, related: bound.related }
    }

    /// What a pair of a case can reach, with what its own values gain.
    pub(crate) fn of_pair(&self, digits: &[u16], bound: &CaseBound, pair: &PairAt<'_>) -> Reach {
        let looked_at = each(bound.looked_at).map(|comparison| self.best(comparison, digits[comparison], pair));
        Reach { random: bound.base + looked_at.sum::<i64>(), related: bound.related }
    }

    /// Takes off what is lost now that the digit of a comparison is known.
    pub(crate) fn settle(&self, reach: &mut Reach, comparison: usize, digits: u16, digit: u8, pair: &PairAt<'_>) {
        reach.random -= self.best(comparison, digits, pair) - self.best(comparison, 1 << digit, pair);
        if let Some(related) = &self.weights.related {
            let weights = &related.levels[comparison];
            reach.related -= best(digits, |digit| weights[digit].0) - weights[usize::from(digit)].0;
        }
    }

    /// The weight of a pair whose digits are all settled: what it can reach, with interactions and what
    /// its values add as they are and not at their best.
    pub(crate) fn exact(&self, reach: Reach, bound: &CaseBound, pattern: Pattern, pair: &PairAt<'_>) -> Weight {
        let sum = |interactions: &[Interaction]| {
            interactions.iter().map(|interaction| interaction.of(pattern).0).sum::<i64>()
        };
        let of_value = |of: &Commonness| of.of(pattern, pair.tiles.0.value(of.column, pair.left)).0;
        let common: i64 = self.weights.commonness.iter().map(of_value).sum();
        let related =
            self.weights.related.as_ref().map_or(0, |related| {
                sum(&related.interactions) + related.twins.as_ref().map_or(0, of_value) - self.twins
            });
        let among_matches = self.weights.among_matches(pattern).0 - self.among_matches;
        let random = reach.random - bound.together + sum(&self.weights.interactions) - self.commonness + common;
        let related = reach.related - bound.related_together + related;
        Weight(random + among_matches).against_either(Weight(related + among_matches))
    }

    /// The most that a comparison can add, with one of these digits.
    #[inline]
    fn best(&self, comparison: usize, digits: u16, pair: &PairAt<'_>) -> i64 {
        let weights = &self.weights.levels[comparison];
        let adjusted = self.adjusted[comparison];
        if digits & adjusted == 0 {
            return best(digits, |digit| weights[digit].0);
        }
        let with_gain = |digit: usize| {
            let gain = if adjusted >> digit & 1 == 1 { self.gain(comparison, digit, pair) } else { 0 };
            weights[digit].0 + gain
        };
        best(digits, with_gain)
    }

    fn gain(&self, comparison: usize, digit: usize, pair: &PairAt<'_>) -> i64 {
        self.frequencies_of(comparison, digit).map(|all| gain(all.of, pair)).sum()
    }

    fn frequencies_of(&self, comparison: usize, digit: usize) -> impl Iterator<Item = &Frequencies<'a>> {
        self.frequencies[comparison].iter().filter(move |all| usize::from(all.of.digit) == digit)
    }
}

/// A pair of rows of two tiles.
pub(crate) struct PairAt<'t> {
    pub(crate) tiles: (&'t Tile, &'t Tile),
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// What the values of a pair gain.
fn gain(frequency: &TermFrequency, pair: &PairAt<'_>) -> i64 {
    let left = pair.tiles.0.value(frequency.left, pair.left);
    let right = pair.tiles.1.value(frequency.right, pair.right);
    if left == right { of_value(frequency, left) } else { of_value(frequency, left).min(of_value(frequency, right)) }
}

#[inline]
fn of_value(frequency: &TermFrequency, value: u32) -> i64 {
    frequency.by_value.get(value as usize).copied().unwrap_or_default().0
}

/// The largest weight over digits given as bits.
#[inline]
fn best(digits: u16, weight: impl Fn(usize) -> i64) -> i64 {
    each(digits).map(weight).max().unwrap_or_default()
}

/// The sum of the best that each interaction can add.
fn best_together(interactions: &[Interaction], digits: &[u16]) -> i64 {
    let of = |interaction: &Interaction| together(interaction, (digits[interaction.first], digits[interaction.second]));
    interactions.iter().map(of).sum()
}

/// The best that an interaction can add, with these digits of its comparisons.
fn together(interaction: &Interaction, (first, second): (u16, u16)) -> i64 {
    best(first, |digit| best(second, |other| interaction.weights[digit][other].0))
}

/// The positions of the bits of a word.
#[inline]
fn each(mut bits: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (bit < 16).then_some(bit)
    })
}
