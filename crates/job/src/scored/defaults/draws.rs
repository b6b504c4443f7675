//! Made-up matches, on which blocking rules are tried before there are any: which keys agree
//! in each. One match in five is of poor quality and differs two and a half times as often as
//! assumed, the others so much less that the mean is right; apart from that, fields differ
//! independently of each other. Without poor matches rules would look better than they are,
//! because errors come together.

/// Matches drawn. A rule's share of them is right within 1 in 100 (two standard errors), and
/// all rules are tried on the same ones.
pub(super) const DRAWS: usize = 8192;

/// The share of poor matches.
const POOR: f64 = 0.2;
/// How much oftener than assumed fields of a poor match differ.
const POORER: f64 = 2.5;
/// The same for the others, less than one.
const BETTER: f64 = (1.0 - POOR * POORER) / (1.0 - POOR);

/// The stream of numbers that says which matches are poor.
const QUALITY: u64 = 1 << 62;

/// Which of the drawn matches something holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    pub(super) fn none() -> Bits {
        Bits(vec![0; DRAWS / 64].into())
    }

    pub(super) fn of(holds: impl Fn(usize) -> bool) -> Bits {
        let mut bits = Bits::none();
        (0..DRAWS).filter(|draw| holds(*draw)).for_each(|draw| bits.0[draw / 64] |= 1 << (draw % 64));
        bits
    }

    pub(super) fn and(&self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(super) fn not(&self) -> Bits {
        Bits(self.0.iter().map(|word| !word).collect())
    }

    pub(super) fn or(&self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }

    /// The share of the draws.
    pub(super) fn share(&self) -> f64 {
        self.0.iter().map(|word| word.count_ones()).sum::<u32>() as f64 / DRAWS as f64
    }

    /// The share of the draws that are not among `found` yet.
    pub(super) fn beyond(&self, found: &Bits) -> f64 {
        self.0.iter().zip(&found.0).map(|(a, b)| (a & !b).count_ones()).sum::<u32>() as f64 / DRAWS as f64
    }
}

/// What became of one field in each match.
pub(super) struct Drawn {
    /// Both records have a value.
    present: Vec<bool>,
    /// `None` where the values agree; else which of all differences it is, 0 to 1.
    difference: Vec<Option<f64>>,
}

impl Drawn {
    /// Draws a field. `stream` keeps the fields apart.
    pub(super) fn new(stream: u64, present: f64, agrees: f64) -> Drawn {
        let number = |draw: usize, which: u64| uniform((stream << 32) | (which << 28) | draw as u64);
        let quality = |draw: usize| if uniform(QUALITY | draw as u64) < POOR { POORER } else { BETTER };
        let differs = |draw: usize| number(draw, 1) < (1.0 - agrees) * quality(draw);
        Drawn {
            present: (0..DRAWS).map(|draw| number(draw, 0) < present).collect(),
            difference: (0..DRAWS).map(|draw| differs(draw).then(|| number(draw, 2))).collect(),
        }
    }

    /// Where a key agrees that survives the differences of an interval.
    pub(super) fn agreeing(&self, (from, to): (f64, f64)) -> Bits {
        let survives = |difference: f64| (from..to).contains(&difference);
        Bits::of(|draw| self.present[draw] && self.difference[draw].is_none_or(survives))
    }
}

/// Where something of that probability happens.
pub(super) fn happening(stream: u64, probability: f64) -> Bits {
    Bits::of(|draw| uniform((stream << 32) | draw as u64) < probability)
}

/// A number from 0 to below 1, the same for the same position in every run (splitmix64).
fn uniform(position: u64) -> f64 {
    let mut mixed = position.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four standard errors of a share of all draws.
    const NEAR: f64 = 4.0 * 0.5 / 90.5;

    #[test]
    fn fields_differ_as_often_as_assumed_and_independently_but_for_quality() {
        let (a, b) = (Drawn::new(1, 0.9, 0.8), Drawn::new(2, 1.0, 0.5));
        assert!((a.present().share() - 0.9).abs() < NEAR);
        assert!((a.agreeing((0.0, 0.0)).share() - 0.9 * 0.8).abs() < NEAR);
        // Of the fifth that differ, half survive.
        assert!((a.agreeing((0.25, 0.75)).share() - 0.9 * 0.9).abs() < NEAR);
        // Independent but for quality. b would differ in 1.25 of poor matches, that is in all, and
        // in 0.3125 of the others; a in 0.5 and 0.125.
        assert!((b.agreeing((0.0, 0.0)).share() - 0.8 * 0.6875).abs() < NEAR);
        let both = a.agreeing((0.0, 0.0)).and(&b.agreeing((0.0, 0.0)));
        assert!((both.share() - 0.9 * 0.8 * 0.875 * 0.6875).abs() < NEAR);
        assert!((happening(3, 0.01).share() - 0.01).abs() < NEAR / 10.0);
    }

    #[test]
    fn what_is_beyond_is_not_yet_found() {
        let (even, third) = (Bits::of(|i| i % 2 == 0), Bits::of(|i| i % 4 < 3));
        assert!((third.beyond(&even) - 0.25).abs() < 1e-12);
        assert!((third.or(&even).share() - 0.75).abs() < 1e-12);
        assert!((Bits::none().share()).abs() < 1e-12);
    }
}
