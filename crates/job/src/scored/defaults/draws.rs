//! Made-up matches, on which blocking rules are tried before there are any: which keys agree
//! in each. Three matches in ten are of poor quality and differ two and a half times as often as
//! assumed, the others so much less that the mean is right; apart from that, fields differ
//! independently of each other. And because what is assumed of a field may be wrong for the
//! data at hand, in half of all matches one or two fields, any of them, have nothing in
//! common: so no choice of rules rests on one field.

/// Matches drawn. A rule's share of them is right within 1 in 100 (two and a half standard errors), and
/// all rules are tried on the same ones.
pub(super) const DRAWS: usize = 1 << 14;

/// The share of poor matches.
const POOR: f64 = 0.3;
/// How much oftener than assumed fields of a poor match differ.
const POORER: f64 = 2.5;
/// The same for the others, less than one.
const BETTER: f64 = (1.0 - POOR * POORER) / (1.0 - POOR);

/// The shares of matches in which two fields have nothing in common, and in which one has.
const UNRELATED: [f64; 2] = [0.2, 0.3];
/// The stream of numbers that says which matches are poor.
const QUALITY: u64 = 1 << 62;
/// The stream that says which fields have nothing in common.
const FIELDS: u64 = 1 << 61;

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
        self.beyond(&Bits::none())
    }

    /// The share of the draws that are not among `found` yet.
    pub(super) fn beyond(&self, found: &Bits) -> f64 {
        f64::from(self.0.iter().zip(&found.0).map(|(a, b)| (a & !b).count_ones()).sum::<u32>()) / DRAWS as f64
    }
}

/// What became of one field in each match.
pub(super) struct Drawn {
    /// Both records have a value.
    present: Vec<bool>,
    /// `None` where the values agree; else which of all differences it is, 0 to 1.
    difference: Vec<Option<f64>>,
}

/// Which field, of how many.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) field: usize,
    pub(super) of: usize,
}

impl Place {
    /// Whether the field has nothing in common in a match.
    fn is_unrelated(self, draw: usize) -> bool {
        let number = |which: u64| uniform(FIELDS | (which << 28) | draw as u64);
        let is_drawn = |which: u64| (number(which) * self.of as f64) as usize == self.field;
        let [two, one] = UNRELATED;
        let how_many = number(0);
        how_many < two + one && is_drawn(1) || how_many < two && is_drawn(2)
    }
}

impl Drawn {
    /// Draws a field.
    pub(super) fn new(place: Place, present: f64, agrees: f64) -> Drawn {
        let stream = place.field as u64 + 1;
        let number = |draw: usize, which: u64| uniform((stream << 32) | (which << 28) | draw as u64);
        let quality = |draw: usize| if uniform(QUALITY | draw as u64) < POOR { POORER } else { BETTER };
        let differs = |draw: usize| number(draw, 1) < (1.0 - agrees) * quality(draw);
        Drawn {
            present: (0..DRAWS).map(|draw| number(draw, 0) < present).collect(),
            difference: (0..DRAWS)
                .map(|draw| match (place.is_unrelated(draw), differs(draw)) {
                    (true, _) => Some(1.0),
                    (false, differs) => differs.then(|| number(draw, 2)),
                })
                .collect(),
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
    const NEAR: f64 = 4.0 * 0.5 / 128.0;

    #[test]
    fn fields_differ_as_often_as_assumed_and_independently_but_for_quality() {
        // Of so many fields that hardly ever one of these two is unrelated.
        let place = |field| Place { field, of: 1_000_000 };
        let (a, b) = (Drawn::new(place(0), 0.9, 0.8), Drawn::new(place(1), 1.0, 0.5));
        assert!((a.agreeing((0.0, 1.0)).share() - 0.9).abs() < NEAR);
        assert!((a.agreeing((0.0, 0.0)).share() - 0.9 * 0.8).abs() < NEAR);
        // Of the fifth that differ, half survive.
        assert!((a.agreeing((0.25, 0.75)).share() - 0.9 * 0.9).abs() < NEAR);
        // Independent but for quality. b would differ in 1.25 of poor matches, that is in all, and
        // in 0.1786 of the others; a in 0.5 and 0.0714.
        assert!((b.agreeing((0.0, 0.0)).share() - 0.7 * 0.8214).abs() < NEAR);
        let both = a.agreeing((0.0, 0.0)).and(&b.agreeing((0.0, 0.0)));
        assert!((both.share() - 0.9 * 0.7 * 0.9286 * 0.8214).abs() < NEAR);
        assert!((happening(3, 0.01).share() - 0.01).abs() < NEAR / 10.0);
    }

    #[test]
    fn any_field_may_be_unrelated() {
        // Of two fields that never differ otherwise, one is unrelated in 0.3 / 2 of all matches,
        // and in those with two draws if either is of it: 0.2 · 3/4.
        for field in [0, 1] {
            let agrees = Drawn::new(Place { field, of: 2 }, 1.0, 1.0).agreeing((0.0, 1.0)).share();
            assert!((agrees - (1.0 - 0.15 - 0.15)).abs() < NEAR, "{agrees}");
        }
    }

    #[test]
    fn what_is_beyond_is_not_yet_found() {
        let (even, third) = (Bits::of(|i| i % 2 == 0), Bits::of(|i| i % 4 < 3));
        assert!((third.beyond(&even) - 0.25).abs() < 1e-12);
        assert!((third.or(&even).share() - 0.75).abs() < 1e-12);
        assert!((Bits::none().share()).abs() < 1e-12);
    }
}
