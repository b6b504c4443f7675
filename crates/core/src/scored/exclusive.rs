//! Errors of matches that exclude each other.

use super::{MAX_COMPARISONS, Pattern, Weight};

/// How many comparisons of a pair differ: 0 to all of them.
const COUNTS: usize = MAX_COMPARISONS + 1;
/// Rounds in which masses are brought in line with shares, at most.
const ROUNDS: usize = 1000;
/// How near shares have to come.
const NEAR: f64 = 1e-13;

/// How often comparisons of one match do not agree closest together, where a record with an error in
/// one field seldom has another: the joint distribution of matches is the product of what each
/// comparison has alone, times `further` for each two that differ.
///
/// In the terms of log-linear models it has all interactions of two comparisons, equal to each other
/// and none of three. What is missing may differ or not, and is summed out.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusive {
    further: f64,
    /// For each comparison the digit of its closest level.
    closest: Vec<u8>,
    /// For each comparison the share of matches that agree closest, and that do not.
    shares: Vec<[f64; 2]>,
    /// For each comparison what the product has of it, agreeing closest and not; together 1.
    masses: Vec<[f64; 2]>,
    /// The sum of the product over all there can be.
    sum: f64,
}

impl Exclusive {
    /// The distribution in which each comparison has its share of matches that do not agree closest.
    ///
    /// `further` is above 0 and not above 1, and `differing` and `closest` are of as many comparisons,
    /// [`MAX_COMPARISONS`] at most.
    #[must_use]
    pub fn new(further: f64, closest: Vec<u8>, differing: &[f64]) -> Exclusive {
        let share = |share: &f64| share.clamp(1e-12, 1.0 - 1e-12);
        let shares: Vec<[f64; 2]> = differing.iter().map(share).map(|share| [1.0 - share, share]).collect();
        let mut new = Exclusive { further, closest, masses: shares.clone(), shares, sum: 1.0 };
        for _ in 0..ROUNDS {
            if new.approach() < NEAR {
                break;
            }
        }
        new.sum = new.weighted(&by_count(new.masses.iter().copied()), 0);
        new
    }

    /// Gives each comparison in turn the masses that, beside the others as they are, make its share
    /// what it is (iterative proportional fitting), and says by how much one changed.
    fn approach(&mut self) -> f64 {
        let mut moved: f64 = 0.0;
        for at in 0..self.masses.len() {
            let others = by_count(self.masses.iter().enumerate().filter(|(c, _)| *c != at).map(|(_, masses)| *masses));
            let [agreeing, differing] = [0, 1].map(|already| self.weighted(&others, already));
            let odds = self.shares[at][1] / self.shares[at][0] * agreeing / differing;
            let mass = odds / (1.0 + odds);
            moved = moved.max((mass - self.masses[at][1]).abs());
            self.masses[at] = [1.0 - mass, mass];
        }
        moved
    }

    /// How many times as likely, given all others, a match is to differ in a comparison for each other
    /// one in which it differs.
    #[must_use]
    pub fn further(&self) -> f64 {
        self.further
    }

    /// For each comparison what the product has of it, agreeing closest and not.
    #[must_use]
    pub fn masses(&self) -> &[[f64; 2]] {
        &self.masses
    }

    /// For each comparison the digit of its closest level.
    #[must_use]
    pub fn closest(&self) -> &[u8] {
        &self.closest
    }

    /// 1 if a digit of a comparison, which is not missing, is not that of its closest level, and 0 if it is.
    #[inline]
    #[must_use]
    pub fn differs(&self, comparison: usize, digit: usize) -> usize {
        usize::from(digit < usize::from(self.closest[comparison]))
    }

    /// The sum of a product by the number of comparisons that differ, where so many others do.
    #[must_use]
    pub fn weighted(&self, by_count: &[f64; COUNTS], already: usize) -> f64 {
        by_count.iter().enumerate().map(|(more, mass)| mass * self.power(already + more)).sum()
    }

    /// What the product has for so many that differ: `further` for each two.
    #[must_use]
    pub fn power(&self, differ: usize) -> f64 {
        self.further.powi(pairs(differ) as i32)
    }

    /// How many times as many matches have a pattern as would if comparisons were independent.
    #[must_use]
    pub fn ratio(&self, pattern: Pattern) -> f64 {
        let (mut alone, mut differ) = (1.0, 0);
        for (c, (masses, shares)) in self.masses.iter().zip(&self.shares).enumerate() {
            let digit = pattern.digit(c);
            let differs = self.differs(c, usize::from(digit));
            if digit > 0 {
                alone *= masses[differs] / shares[differs];
                differ += differs;
            }
        }
        let missing = self.masses.iter().enumerate().filter(|(c, _)| pattern.digit(*c) == 0);
        alone * self.weighted(&by_count(missing.map(|(_, masses)| *masses)), differ) / self.sum
    }

    /// What that adds to a match weight.
    #[must_use]
    pub fn of(&self, pattern: Pattern) -> Weight {
        Weight::from_bits(self.ratio(pattern).log2())
    }

    /// What no pattern's addition is above.
    ///
    /// What is summed out is at most 1, as `further` is. So of so many that differ those gain most that
    /// gain most alone, and any other agrees or is missing.
    #[must_use]
    pub fn most(&self) -> Weight {
        let gain = |at: usize, c: usize| (self.masses[c][at] / self.shares[c][at]).log2();
        let rest = |c: usize| gain(0, c).max(0.0);
        let mut more: Vec<f64> = (0..self.masses.len()).map(|c| gain(1, c) - rest(c)).collect();
        more.sort_by(|one, other| other.total_cmp(one));
        let mut sum = (0..self.masses.len()).map(rest).sum::<f64>() - self.sum.log2();
        let mut most = sum;
        for (differ, more) in more.iter().enumerate() {
            sum += more;
            most = most.max(sum + self.power(differ + 1).log2());
        }
        // A unit more than rounding can lose.
        Weight(Weight::from_bits(most).0 + 1)
    }
}

/// How many pairs there are of so many comparisons that differ.
#[must_use]
pub fn pairs(differ: usize) -> usize {
    differ * differ.saturating_sub(1) / 2
}

/// A product of masses by how many comparisons differ.
#[must_use]
pub fn by_count(masses: impl Iterator<Item = [f64; 2]>) -> [f64; COUNTS] {
    let mut sums = [0.0; COUNTS];
    sums[0] = 1.0;
    for (last, [agreeing, differing]) in masses.enumerate() {
        for count in (0..=last + 1).rev() {
            let fewer = if count > 0 { sums[count - 1] } else { 0.0 };
            sums[count] = sums[count] * agreeing + fewer * differing;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each pattern of two levels, its digits 1 and 2.
    fn patterns(comparisons: usize) -> impl Iterator<Item = Pattern> {
        (0..1_u32 << comparisons).map(move |bits| {
            (0..comparisons).fold(Pattern::default(), |pattern, c| pattern.with(c, 1 + (bits >> c & 1) as u8))
        })
    }

    fn independent(shares: &[f64], pattern: Pattern) -> f64 {
        let one = |(c, share): (usize, &f64)| match pattern.digit(c) {
            0 => 1.0,
            1 => *share,
            _ => 1.0 - share,
        };
        shares.iter().enumerate().map(one).product()
    }

    /// Of two comparisons: shares of 1/3 that differ, and `further` 1/2. With x the mass odds of each:
    /// the product is 1, x, x and x²/2, and a third differs if x + x²/2 is a third of 1 + 2 x + x²/2,
    /// so that x + x² = 1 and x is (√5 − 1) / 2, the golden ratio less one.
    #[test]
    fn two_by_hand() {
        let exclusive = Exclusive::new(0.5, vec![2, 2], &[1.0 / 3.0; 2]);
        let x = 0.618_033_988_749_895;
        let sum = 1.0 + 2.0 * x + x * x / 2.0;
        let both = exclusive.ratio(Pattern::default().with(0, 1).with(1, 1)) / 9.0;
        assert!((both - x * x / 2.0 / sum).abs() < 1e-9, "{both}");
        let neither = exclusive.ratio(Pattern::default().with(0, 2).with(1, 2)) * 4.0 / 9.0;
        assert!((neither - 1.0 / sum).abs() < 1e-9, "{neither}");
        // What one of them says alone is its share.
        assert!((exclusive.ratio(Pattern::default().with(0, 1)) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn it_is_a_distribution_with_these_shares(
            shares in prop::collection::vec(0.01..0.9_f64, 1..6),
            further in 0.001..1.0_f64,
        ) {
            let exclusive = Exclusive::new(further, vec![2; shares.len()], &shares);
            let of = |pattern| independent(&shares, pattern) * exclusive.ratio(pattern);
            let all = || patterns(shares.len());
            prop_assert!((all().map(of).sum::<f64>() - 1.0).abs() < 1e-8);
            for (c, share) in shares.iter().enumerate() {
                let differing: f64 = all().filter(|pattern| pattern.digit(c) == 1).map(of).sum();
                prop_assert!((differing - share).abs() < 1e-8, "{differing} for {share}");
                // What is missing is summed out.
                for pattern in all().filter(|pattern| pattern.digit(c) == 1) {
                    let both = of(pattern) + of(pattern.with(c, 2));
                    prop_assert!((of(pattern.with(c, 0)) - both).abs() < 1e-8);
                }
            }
        }

        #[test]
        fn no_pattern_adds_more_than_the_most(
            shares in prop::collection::vec(0.01..0.9_f64, 1..6),
            further in 0.001..1.0_f64,
            missing in 0..64_u32,
        ) {
            let exclusive = Exclusive::new(further, vec![2; shares.len()], &shares);
            for pattern in patterns(shares.len()) {
                let gone = (0..shares.len()).filter(|c| missing >> c & 1 == 1);
                let pattern = gone.fold(pattern, |pattern, c| pattern.with(c, 0));
                prop_assert!(exclusive.of(pattern) <= exclusive.most());
            }
        }
    }
}
