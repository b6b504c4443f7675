//! Matches who have moved.

use super::{MAX_LEVELS, Pattern, Weight};

/// How levels of comparisons that are about homes go together among matches, of whom some have moved and
/// with it left all of a home.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The share of matches that have moved.
    share: f64,
    comparisons: Vec<OfHome>,
}

/// By digit how many times as many of the matches who have not moved, and of those who have, have a level
/// as of all; 1 of a missing value.
#[derive(Clone, Debug, PartialEq)]
struct OfHome {
    comparison: usize,
    ratios: [[f64; 2]; MAX_LEVELS + 1],
}

impl Moved {
    /// From the share of matches that have moved and, of each comparison about homes, m of all matches
    /// and u of each level, from digit 1 on. Matches who have moved have a level as often as u says, and
    /// the others have what is left of m.
    #[must_use]
    pub fn new(share: f64, comparisons: Vec<(usize, Vec<(f64, f64)>)>) -> Moved {
        let of_home = |(comparison, levels): (usize, Vec<(f64, f64)>)| {
            let mut ratios = [[1.0; 2]; MAX_LEVELS + 1];
            for (ratios, (m, u)) in ratios[1..].iter_mut().zip(levels) {
                let m = m.max(f64::MIN_POSITIVE);
                let moved = (u / m).min(1.0 / share);
                *ratios = [(1.0 - share * moved).max(1e-9) / (1.0 - share), moved];
            }
            OfHome { comparison, ratios }
        };
        Moved { share, comparisons: comparisons.into_iter().map(of_home).collect() }
    }

    /// How many times as many matches have a pattern as would if comparisons were independent.
    #[must_use]
    pub fn ratio(&self, pattern: Pattern) -> f64 {
        self.both(|of| of.ratios[usize::from(pattern.digit(of.comparison))])
    }

    /// What that adds to a match weight.
    #[must_use]
    pub fn of(&self, pattern: Pattern) -> Weight {
        Weight::from_bits(self.ratio(pattern).log2())
    }

    /// What no pattern's addition is above.
    #[must_use]
    pub fn most(&self) -> Weight {
        let greatest =
            |of: &OfHome| of.ratios.iter().fold([0.0; 2], |most, of| [0, 1].map(|at| f64::max(most[at], of[at])));
        // A unit more than rounding can lose.
        Weight(Weight::from_bits(self.both(greatest).log2()).0 + 1)
    }

    fn both(&self, ratios: impl Fn(&OfHome) -> [f64; 2]) -> f64 {
        let products =
            self.comparisons.iter().map(ratios).fold([1.0; 2], |all, one| [all[0] * one[0], all[1] * one[1]]);
        (1.0 - self.share) * products[0] + self.share * products[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One match in five has moved. Of two comparisons of two levels, those who have not agree in 0.9 and
    /// 0.8, others in 0.01 and 0.1; so of all 0.722 and 0.66 do.
    #[test]
    fn who_moves_leaves_all_of_a_home() {
        let levels = |m: f64, u: f64| vec![(1.0 - m, 1.0 - u), (m, u)];
        let moved = Moved::new(0.2, vec![(0, levels(0.722, 0.01)), (2, levels(0.66, 0.1))]);
        let of = |first: u8, second: u8| Pattern::default().with(0, first).with(1, 7).with(2, second);
        let near = |found: f64, wanted: f64| assert!((found / wanted - 1.0).abs() < 1e-12, "{found} for {wanted}");
        near(moved.ratio(of(2, 2)) * 0.722 * 0.66, 0.8 * 0.9 * 0.8 + 0.2 * 0.01 * 0.1);
        near(moved.ratio(of(1, 1)) * 0.278 * 0.34, 0.8 * 0.1 * 0.2 + 0.2 * 0.99 * 0.9);
        near(moved.ratio(of(1, 2)) * 0.278 * 0.66, 0.8 * 0.1 * 0.8 + 0.2 * 0.99 * 0.1);
        // Alone, each is what m says.
        near(moved.ratio(of(1, 0)), 1.0);
        for (first, second) in [(0, 0), (0, 1), (1, 1), (1, 2), (2, 1), (2, 2)] {
            assert!(moved.of(of(first, second)) <= moved.most());
        }
    }
}
