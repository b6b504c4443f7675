//! Numbers that grow with time: how far those of two times lie apart, and how they are brought to one.
//!
//! Somebody's age in a census is ten years higher in the next. Of pairs of rows that agree in
//! enough else to be mostly of one person, the differences of two such numbers have a peak at the
//! years between; those of other pairs are spread as chance, and the numbers themselves, have it:
//! many ages are rounded to tens, so that differences of ten are common among strangers too.

use zeroize::Zeroizing;

use super::reader::OLDEST;
use super::{Dictionary, ValueKind};

/// Fewest pairs that a gap must have beyond chance, and by how many standard deviations.
const FEWEST: f64 = 10.0;
const DEVIATIONS: f64 = 6.0;
/// How many times as many as no gap at all, and as any difference that is not near.
const CLEARLY: f64 = 2.0;
/// Differences as near to the gap as this may be nearly as many: ages are rough.
const NEAR: i32 = 3;

/// A difference that stands out among pairs of rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// How much higher the right numbers are.
    pub by: i32,
    /// Pairs that have it,
    pub pairs: u64,
    /// of so many.
    pub of: u64,
    /// By how many standard deviations these are more than by chance.
    pub deviations: f64,
}

/// The values of a dictionary that are whole numbers from 0 to 130, by value number: read once, for as
/// many sets of pairs as are looked at. It shows none of them, and is wiped when dropped.
pub struct Ages(Zeroizing<Vec<Option<i32>>>);

impl Ages {
    /// The difference, right less left, that stands out among pairs of value numbers: 0 where the
    /// numbers of most pairs are about the same, and none where nothing stands out. Pairs with other
    /// values than these are left out.
    ///
    /// # Panics
    ///
    /// When a number is none of the domain's.
    #[must_use]
    pub fn gap(&self, pairs: &[(u32, u32)]) -> Option<Gap> {
        let both = |(left, right): &(u32, u32)| self.0[*left as usize].zip(self.0[*right as usize]);
        let pairs: Vec<(i32, i32)> = pairs.iter().filter_map(both).collect();
        let excess = Excess::of(&pairs);
        let by = excess.peak()?;
        excess.stands_out(by).then(|| Gap {
            by,
            pairs: excess.seen[place(by)] as u64,
            of: pairs.len() as u64,
            deviations: excess.deviations(by),
        })
    }
}

impl Dictionary {
    /// What may be ages.
    #[must_use]
    pub fn ages(&self) -> Ages {
        Ages(Zeroizing::new(self.numbers().map(|number| self.whole(number)).collect()))
    }

    /// A value as a whole number from 0 to [`OLDEST`].
    fn whole(&self, number: u32) -> Option<i32> {
        let whole = str::from_utf8(self.clear_value(number)).ok()?.parse().ok()?;
        (0..=OLDEST).contains(&whole).then_some(whole)
    }

    /// The number of the value that is so much higher than that of a number; 0 where that is too
    /// long to be reckoned with exactly (some 37 digits), and for 0.
    ///
    /// # Panics
    ///
    /// When the dictionary is of another kind than numbers, or no value has the number.
    #[must_use]
    pub fn raised(&mut self, number: u32, by: i32) -> u32 {
        assert_eq!(self.kind(), ValueKind::Number, "only a number can be raised");
        raised(self.clear_value(number), by).map_or(0, |value| self.number(value.as_bytes()))
    }
}

/// A decimal number in canonical form, so much higher: in the arithmetic of decimals, so that 0.1 and
/// ten are 10.1. Its last digit stays what it is, or what it lacks to ten, so that no zero is to be
/// taken off.
fn raised(value: &[u8], by: i32) -> Option<String> {
    let text = str::from_utf8(value).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    let units: i128 = [whole, fraction].concat().parse().ok()?;
    let one = 10_i128.checked_pow(places)?;
    let units = units.checked_add(one.checked_mul(by.into())?)?;
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / one.unsigned_abs(), units.unsigned_abs() % one.unsigned_abs());
    Some(if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0>width$}", width = fraction.len())
    })
}

/// Pairs by the difference of their numbers, and as many as there would be by chance: if each left
/// number met the right ones as often as these occur.
struct Excess {
    seen: Vec<f64>,
    by_chance: Vec<f64>,
}

/// Where a difference stands.
fn place(difference: i32) -> usize {
    (difference + OLDEST) as usize
}

impl Excess {
    fn of(pairs: &[(i32, i32)]) -> Excess {
        let places = place(OLDEST) + 1;
        let (mut seen, mut by_chance) = (vec![0.0; places], vec![0.0; places]);
        let (mut left, mut right) = ([0.0; OLDEST as usize + 1], [0.0; OLDEST as usize + 1]);
        for (a, b) in pairs {
            seen[place(b - a)] += 1.0;
            left[*a as usize] += 1.0;
            right[*b as usize] += 1.0;
        }
        for (a, lefts) in (0..).zip(left).filter(|(_, lefts)| *lefts > 0.0) {
            for (b, rights) in (0..).zip(right) {
                by_chance[place(b - a)] += lefts * rights / pairs.len() as f64;
            }
        }
        Excess { seen, by_chance }
    }

    /// Pairs with a difference beyond chance.
    fn at(&self, difference: i32) -> f64 {
        if difference.abs() > OLDEST { 0.0 } else { self.seen[place(difference)] - self.by_chance[place(difference)] }
    }

    /// The difference with most pairs beyond chance, its neighbours counted by half; the lesser of
    /// two with as many.
    fn peak(&self) -> Option<i32> {
        let around = |by: i32| 2.0 * self.at(by) + self.at(by - 1) + self.at(by + 1);
        let nearest_first = (0..=OLDEST).flat_map(|by| [by, -by]);
        nearest_first.reduce(|best, next| if around(next) > around(best) { next } else { best })
    }

    fn deviations(&self, by: i32) -> f64 {
        self.at(by) / (self.by_chance[place(by)] + 1.0).sqrt()
    }

    fn stands_out(&self, by: i32) -> bool {
        let found = self.at(by);
        let is_less = |other: i32| found >= CLEARLY * self.at(other);
        let is_far = |other: &i32| (other - by).abs() > NEAR;
        let is_clear = by == 0 || is_less(0) && (-OLDEST..=OLDEST).filter(is_far).all(is_less);
        found >= FEWEST && self.deviations(by) >= DEVIATIONS && is_clear
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_raised_in_decimal_arithmetic() {
        let cases = [
            ("7", 10, "17"),
            ("7", -10, "-3"),
            ("-3", 10, "7"),
            ("-10", 10, "0"),
            ("0.1", 10, "10.1"),
            ("0.3", -10, "-9.7"),
            ("-0.5", 1, "0.5"),
            ("-0.05", 0, "-0.05"),
            ("99999999999999999999", 1, "100000000000000000000"),
        ];
        for (value, by, expected) in cases {
            assert_eq!(raised(value.as_bytes(), by).as_deref(), Some(expected), "{value} raised by {by}");
        }
        // More digits than there is room for.
        assert_eq!(raised("9".repeat(40).as_bytes(), 1), None);
    }

    proptest! {
        /// What is raised and lowered again is what it was.
        #[test]
        fn raising_is_undone_by_lowering(units in -1_000_000_i64..1_000_000, places in 0_u32..4, by in -200_i32..200) {
            let value = match crate::standardise::number(&format!("{units}e-{places}")) {
                counterfoil_core::Outcome::Valid(value) => String::from_utf8(value.as_bytes().to_vec()).unwrap(),
                other => panic!("{other:?}"),
            };
            let up = raised(value.as_bytes(), by).unwrap();
            prop_assert_eq!(raised(up.as_bytes(), -by), Some(value));
        }
    }

    /// Left and right numbers of a pair, by position; `ages` numbers as texts from 0 to 130.
    fn gap(pairs: &[(i32, i32)]) -> Option<Gap> {
        let mut ages = Dictionary::new(ValueKind::Number);
        let numbered: Vec<(u32, u32)> = pairs
            .iter()
            .map(|(a, b)| (ages.number(a.to_string().as_bytes()), ages.number(b.to_string().as_bytes())))
            .collect();
        ages.ages().gap(&numbered)
    }

    /// Every age of twenty to fifty-nine with every other.
    fn strangers() -> impl Iterator<Item = (i32, i32)> {
        (20..60).flat_map(|a| (20..60).map(move |b| (a, b)))
    }

    #[test]
    fn a_gap_is_what_most_pairs_differ_by_beyond_chance() {
        let people = || 20..60;
        let found = gap(&strangers().chain(people().map(|age| (age, age + 10))).collect::<Vec<_>>()).unwrap();
        // The forty people, and the thirty strangers of 20 to 49 beside those ten years older.
        assert_eq!((found.by, found.pairs, found.of), (10, 70, 1640));
        let same = gap(&people().map(|age| (age, age)).collect::<Vec<_>>()).unwrap();
        assert_eq!((same.by, same.pairs, same.of), (0, 40, 40));
        assert_eq!(gap(&people().map(|age| (age, age - 5)).collect::<Vec<_>>()).unwrap().by, -5);
        assert_eq!(gap(&strangers().collect::<Vec<_>>()), None, "nothing stands out");
        assert_eq!(gap(&people().take(9).map(|age| (age, age + 10)).collect::<Vec<_>>()), None, "too few");
        assert_eq!(gap(&[]), None);
    }

    #[test]
    fn a_gap_has_to_be_clear() {
        // Half of the people were counted before their birthday and half after it: no gap is clear.
        let half = |by: i32| (20..60).map(move |age| (age, age + by + age % 2));
        assert_eq!(gap(&half(0).collect::<Vec<_>>()).map(|gap| gap.by), Some(0));
        // As many at one distance as at another that is not near.
        let two: Vec<_> = half(10).chain(half(30)).collect();
        assert_eq!(gap(&two), None);
        assert_eq!(gap(&half(10).collect::<Vec<_>>()).map(|gap| gap.by), Some(10));
    }

    #[test]
    fn rounding_to_tens_is_no_gap() {
        // All are of 20, 30, … 60 years and know nothing of each other: ten years between them are as
        // common as chance has it, though no difference of nine or eleven is there.
        let rounded: Vec<_> = (2..=6).flat_map(|a| (2..=6).map(move |b| (10 * a, 10 * b))).cycle().take(500).collect();
        assert_eq!(gap(&rounded), None);
    }
}
