//! Agreement on a rare value says more.

use counterfoil_core::scored::Weight;

/// How the frequency of a value changes a level's weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermFrequencyRule {
    /// u of the level, in the model.
    pub u: f64,
    /// Share of the adjustment that counts, 0 to 1.
    pub weight: f64,
    /// Least frequency of a value that is reckoned with: below it no value counts as rarer.
    pub floor: f64,
    /// Of the rows that have a row's value, how many are expected to be of the same person: with
    /// these a non-match cannot agree.
    pub own: f64,
}

/// The least count of a value, once the rows of one person are taken off: of a value that
/// occurs only there nobody knows how rare it is.
const LEAST_COUNT: f64 = 1.0;

/// For each value what agreement on it adds to its level's weight:
/// log2(u of the level / frequency of the value) · weight, where the frequency is the value's
/// count over the total, less the rows of one person: of four rows that have a surname, all of
/// one person, none is a non-match that agrees. Left in, rare values would seem commoner than
/// they are, and most so in files where everyone has several rows.
///
/// u of an exact level is the chance that two random rows agree on *any* value, Σ f². Given
/// that a non-match agrees on value v, the chance was fᵥ instead of that mean: so the level's
/// m / u becomes m / fᵥ. (Splink has the same, `u_exact / max(tf_l, tf_r)`.) On a fuzzy level
/// u is that of the *exact* level too, and the commoner of the two values counts.
///
/// `counts` has for every value its count, or what is taken for it, of `total` rows. A value that
/// does not occur (0) adds nothing.
#[must_use]
pub fn term_frequency_weights(rule: TermFrequencyRule, counts: &[f64], total: f64) -> Vec<Weight> {
    let weight = |count: &f64| {
        if *count <= 0.0 || total <= 0.0 || rule.u <= 0.0 {
            return Weight::default();
        }
        let others = (*count - rule.own).max(LEAST_COUNT);
        let frequency = (others / total).max(rule.floor);
        Weight::from_bits((rule.u / frequency).log2() * rule.weight)
    };
    counts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_values_add_and_common_values_take_away() {
        let rule = TermFrequencyRule { u: 0.25, weight: 1.0, floor: 0.0625, own: 0.0 };
        // Frequencies 1/2, 1/4, 1/8, 3/32, and 1/32, which the floor makes 1/16.
        let bits = |rule| -> Vec<f64> {
            term_frequency_weights(rule, &[16.0, 8.0, 4.0, 3.0, 1.0, 0.0], 32.0).into_iter().map(Weight::bits).collect()
        };
        let rounded = |bits: Vec<f64>| bits.into_iter().map(|bits| (bits * 1e4).round() / 1e4).collect::<Vec<_>>();
        // log2 of 8/3 is 1.4150.
        assert_eq!(rounded(bits(rule)), [-1.0, 0.0, 1.0, 1.415, 2.0, 0.0]);
        assert_eq!(rounded(bits(TermFrequencyRule { weight: 0.5, ..rule })), [-0.5, 0.0, 0.5, 0.7075, 1.0, 0.0]);
    }

    #[test]
    fn rows_of_ones_own_do_not_make_a_value_common() {
        // Of 16: 6, 2, and 1 of what occurs no oftener than one's own rows do.
        let rule = TermFrequencyRule { u: 0.125, weight: 1.0, floor: 0.0, own: 2.0 };
        let found = term_frequency_weights(rule, &[8.0, 4.0, 2.0, 2.0], 16.0);
        let wanted = [(1.0_f64 / 3.0).log2(), 0.0, 1.0, 1.0];
        found.iter().zip(wanted).for_each(|(found, wanted)| assert!((found.bits() - wanted).abs() < 1e-6));
    }
}
