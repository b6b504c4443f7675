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

/// Fewer values than this do not say how they differ: then a count is taken as it stands.
const FEWEST_VALUES: usize = 100;

/// For each value what agreement on it adds to its level's weight:
/// log2(u of the level / frequency of the value) · weight, where the frequency is the value's
/// count over the total, less the rows of one person: of four rows that have a surname, all of
/// one person, none is a non-match that agrees. Left in, rare values would seem commoner than
/// they are, and most so in files where everyone has several rows.
///
/// u of an exact level is the chance that two random rows agree on *any* value, Σ f², which is
/// the mean of f over rows. Given that a non-match agrees on value v, the chance was fᵥ instead of
/// that mean: so the level's m / u becomes m / fᵥ. (Splink has the same, `u_exact / max(tf_l,
/// tf_r)`.) Where the frequencies have a greater mean than u, that mean takes its place: u was told
/// otherwise then, as for an identifier, of which each person has another, and what all values have
/// in common says nothing of one. On a fuzzy level all is as on the *exact* level too, and the
/// commoner of the two values counts.
///
/// `counts` has for every value its count, or what is taken for it, of `total` rows. A value that
/// does not occur (0) adds nothing.
#[must_use]
pub fn term_frequency_weights(rule: TermFrequencyRule, counts: &[f64], total: f64) -> Vec<Weight> {
    let present = || counts.iter().filter(|count| **count > 0.0);
    let counts_people = rule.own > 0.0 && present().count() >= FEWEST_VALUES;
    let like = if counts_people { rows_beside(counts, rule.own) } else { Some(0.0) };
    let Some(like) = like else { return vec![Weight::default(); counts.len()] };
    let frequency = |count: &f64| (others(*count, rule.own, like) / total).max(rule.floor);
    let rows: f64 = present().sum();
    let mean = present().map(|count| count * frequency(count)).sum::<f64>() / rows.max(1.0);
    let u = if counts_people { rule.u.max(mean) } else { rule.u };
    let weight = |count: &f64| {
        if *count <= 0.0 || total <= 0.0 || u <= 0.0 {
            return Weight::default();
        }
        Weight::from_bits((u / frequency(count)).log2() * rule.weight)
    };
    counts.iter().map(weight).collect()
}

/// Rows of other people that have a value, if so many rows have it.
fn others(count: f64, own: f64, like: f64) -> f64 {
    ((count - own).max(0.0) + like).max(LEAST_COUNT)
}

/// Rows that each value is given beside its own, since a count of few people says little of how
/// common it is: that two have a birthday and four another is by accident. People have a value as
/// a gamma–Poisson mixture has it, each with `own` rows (one at least): the variance of the counts
/// is mean · own, and mean² / a for how much commoner one value is than another, so that each value
/// has a people more. None where counts differ by no more than accident lets them.
fn rows_beside(counts: &[f64], own: f64) -> Option<f64> {
    let present = || counts.iter().filter(|count| **count > 0.0);
    let values = present().count() as f64;
    let mean = present().sum::<f64>() / values.max(1.0);
    let variance = present().map(|count| (count - mean).powi(2)).sum::<f64>() / values.max(1.0);
    let rows = own.max(1.0);
    let more = variance - mean * rows;
    (more > 0.0).then(|| mean * mean / more * rows)
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

    /// Values of these counts, so many times over, and their rows.
    fn many(counts: &[f64], times: usize) -> (Vec<f64>, f64) {
        (counts.repeat(times), counts.iter().sum::<f64>() * times as f64)
    }

    #[test]
    fn rows_of_ones_own_do_not_make_a_value_common() {
        // Of 16: 6, 2, and 1 of what occurs no oftener than one's own rows do.
        let rule = TermFrequencyRule { u: 0.125, weight: 1.0, floor: 0.0, own: 2.0 };
        let found = term_frequency_weights(rule, &[8.0, 4.0, 2.0, 2.0], 16.0);
        let wanted = [(1.0_f64 / 3.0).log2(), 0.0, 1.0, 1.0];
        found.iter().zip(wanted).for_each(|(found, wanted)| assert!((found.bits() - wanted).abs() < 1e-6));
    }

    #[test]
    fn counts_of_many_values_are_of_people() {
        // 8, 4, 2 and 2 rows: a mean of 4, a variance of (16 + 0 + 4 + 4) / 4 = 6, of which people of
        // two rows each would have 4 · 2 = 8 by accident. So no value is known to be commoner.
        let rule = TermFrequencyRule { u: 0.001, weight: 1.0, floor: 0.0, own: 2.0 };
        let (counts, total) = many(&[8.0, 4.0, 2.0, 2.0], 25);
        assert_eq!(term_frequency_weights(rule, &counts, total), [Weight::default(); 100]);

        // 14 and 2 rows: a mean of 8, a variance of 36, 36 − 8 · 2 = 20 more than by accident, so that
        // 64 / 20 · 2 = 6.4 rows are like one's own: 12 + 6.4 and 0 + 6.4. Their mean over rows,
        // (14 · 18.4 + 2 · 6.4) / 16 = 16.9, is what both are held against.
        let (counts, total) = many(&[14.0, 2.0], 50);
        let found = term_frequency_weights(rule, &counts, total);
        let wanted = [(16.9_f64 / 18.4).log2(), (16.9_f64 / 6.4).log2()];
        found.iter().zip(wanted).for_each(|(found, wanted)| assert!((found.bits() - wanted).abs() < 1e-6));
    }

    #[test]
    fn an_identifier_adds_nothing_for_being_rare() {
        // Each of a hundred people has one in two rows: u, told otherwise, is far below any count.
        let rule = TermFrequencyRule { u: 1e-9, weight: 1.0, floor: 0.0, own: 2.0 };
        let (counts, total) = many(&[2.0], 100);
        assert_eq!(term_frequency_weights(rule, &counts, total), [Weight::default(); 100]);
    }

    #[test]
    fn values_rarer_than_u_are_held_against_it() {
        // Rows of one's own 0.5, so of people 1 row each: counts 9 and 1 have a mean of 5, a variance of
        // 16, 11 more than by accident, 25 / 11 rows alike: 8.5 + 2.27 and 0.5 + 2.27 of 500.
        let rule = TermFrequencyRule { u: 0.08, weight: 1.0, floor: 0.0, own: 0.5 };
        let (counts, total) = many(&[9.0, 1.0], 50);
        let like = 25.0_f64 / 11.0;
        let wanted = [(40.0 / (8.5 + like)).log2(), (40.0 / (0.5 + like)).log2()];
        let found = term_frequency_weights(rule, &counts, total);
        found.iter().zip(wanted).for_each(|(found, wanted)| assert!((found.bits() - wanted).abs() < 1e-6));
    }
}
