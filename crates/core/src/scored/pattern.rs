//! Agreement patterns and match weights: what a probabilistic linkage sees of a pair.

/// Most comparisons of a model: a pattern holds four bits for each.
pub const MAX_COMPARISONS: usize = 16;
/// Most levels of a comparison, the null level apart.
pub const MAX_LEVELS: usize = 15;

/// The agreement pattern of a pair: for each comparison one digit of four bits.
///
/// Digit 0 is the null level: a value is missing. Digit 1 is the last level, "else"; higher
/// digits are closer agreement, the highest the closest. γ as others count it is the digit
/// less one, so that null is −1 and "else" 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(pub u64);

impl Pattern {
    /// The digit of a comparison, by its position in the model.
    #[inline]
    #[must_use]
    pub fn digit(self, comparison: usize) -> u8 {
        (self.0 >> (4 * comparison) & 0xf) as u8
    }

    /// This pattern with another digit (0 to 15) for a comparison.
    #[inline]
    #[must_use]
    pub fn with(self, comparison: usize, digit: u8) -> Pattern {
        let shift = 4 * comparison;
        Pattern(self.0 & !(0xf << shift) | u64::from(digit & 0xf) << shift)
    }

    /// The digits as text, first comparison first, one hexadecimal character each.
    #[must_use]
    pub fn text(self, comparisons: usize) -> String {
        (0..comparisons).filter_map(|c| char::from_digit(u32::from(self.digit(c)), 16)).collect()
    }
}

/// A match weight: log2 of how much likelier an agreement is among matches, in whole units of
/// 2⁻²⁰ bit, so that sums are exact and the same in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub i64);

impl Weight {
    /// Units of one bit.
    pub const BIT: i64 = 1 << 20;

    /// The nearest weight to a number of bits; beyond ±2²⁰ bits the furthest, and 0 for a
    /// number that is none.
    #[must_use]
    pub fn from_bits(bits: f64) -> Weight {
        let most = (1_u64 << 20) as f64;
        Weight((bits.clamp(-most, most) * Weight::BIT as f64).round() as i64)
    }

    /// The weight in bits.
    #[must_use]
    pub fn bits(self) -> f64 {
        self.0 as f64 / Weight::BIT as f64
    }

    /// The probability that a pair of this total weight (prior included) is a match.
    #[must_use]
    pub fn probability(self) -> f64 {
        1.0 / (1.0 + (-self.bits()).exp2())
    }

    /// The least weight that is a probability of at least this much.
    #[must_use]
    pub fn at_probability(least: f64) -> Weight {
        // Of so many bits, either way, the probability is 0 or 1 to the last digit.
        let surely = 2048 * Weight::BIT;
        let (mut below, mut from) = (-surely, surely);
        while from - below > 1 {
            let middle = i64::midpoint(below, from);
            if Weight(middle).probability() >= least { from = middle } else { below = middle }
        }
        Weight(from)
    }

    /// The weight against either of two kinds of non-matches, from the weights against each:
    /// what speaks for the one adds to what speaks for the other, so that it is below the lesser
    /// of the two, by one bit at most.
    #[inline]
    #[must_use]
    pub fn against_either(self, other: Weight) -> Weight {
        let (less, more) = (self.min(other), self.max(other));
        let apart = (more.0 - less.0) as f64 / Weight::BIT as f64;
        Weight(less.0 - Weight::from_bits((-apart).exp2().ln_1p() / std::f64::consts::LN_2).0)
    }
}

impl std::ops::Add for Weight {
    type Output = Weight;

    fn add(self, other: Weight) -> Weight {
        Weight(self.0 + other.0)
    }
}

impl std::ops::Sub for Weight {
    type Output = Weight;

    fn sub(self, other: Weight) -> Weight {
        Weight(self.0 - other.0)
    }
}

impl std::iter::Sum for Weight {
    fn sum<I: Iterator<Item = Weight>>(weights: I) -> Weight {
        weights.fold(Weight::default(), std::ops::Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_apart() {
        let pattern = Pattern::default().with(0, 3).with(15, 9).with(2, 1).with(0, 4);
        assert_eq!((pattern.digit(0), pattern.digit(1), pattern.digit(2), pattern.digit(15)), (4, 0, 1, 9));
        assert_eq!(pattern.text(3), "401");
    }

    #[test]
    fn weights_are_exact_sums_of_bits() {
        assert_eq!(Weight::from_bits(1.5), Weight(3 << 19));
        assert_eq!([1.5, -0.25, 2.0].into_iter().map(Weight::from_bits).sum::<Weight>(), Weight::from_bits(3.25));
        assert!(Weight::from_bits(f64::NEG_INFINITY) < Weight::from_bits(-1e5));
    }

    #[test]
    fn the_least_weight_of_a_probability_reaches_it_and_none_below_does() {
        // Odds of one to one, and of four to one.
        assert_eq!(Weight::at_probability(0.5), Weight(0));
        assert_eq!(Weight::at_probability(0.8), Weight::from_bits(2.0));
        for probability in [0.02, 0.3, 0.9, 0.99, 0.999_999, 1.0] {
            let least = Weight::at_probability(probability);
            assert!(least.probability() >= probability && Weight(least.0 - 1).probability() < probability);
        }
    }

    #[test]
    fn probabilities_follow_from_the_odds() {
        // Odds of 1 to 1, 4 to 1 and 1 to 8.
        for (bits, probability) in [(0.0, 0.5), (2.0, 0.8), (-3.0, 1.0 / 9.0)] {
            assert!((Weight::from_bits(bits).probability() - probability).abs() < 1e-12);
        }
    }

    #[test]
    fn what_speaks_against_adds_up() {
        let bits = Weight::from_bits;
        // Odds of 4 to 1 against either alone are 2 to 1 against both; 3 to 1 and 6 to 1, likewise.
        assert_eq!(bits(2.0).against_either(bits(2.0)), bits(1.0));
        assert_eq!(bits(3.0_f64.log2()).against_either(bits(6.0_f64.log2())), bits(1.0));
        assert_eq!(bits(5.0).against_either(bits(-60.0)), bits(-60.0));
        assert_eq!(bits(5.0).against_either(Weight(i64::MAX / 4)), bits(5.0));
    }
}
