//! Wrong dates of birth.

use crate::calendar::{date_of, day_of};
use crate::draw::Draw;

/// A date of birth as wrongly recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misrecorded {
    /// Another date.
    As(i32),
    /// Not recorded.
    Missing,
    /// Recorded as something that is no date.
    Invalid,
}

/// The kinds of error by weight. In the CRATE study 93.3 % of wrong dates of birth agreed
/// in part: the first two kinds here.
const KINDS: [(u32, Kind); 5] =
    [(750, Kind::OnePart), (183, Kind::Swapped), (37, Kind::FirstOfJanuary), (20, Kind::Missing), (10, Kind::Invalid)];

#[derive(Clone, Copy)]
enum Kind {
    OnePart,
    Swapped,
    FirstOfJanuary,
    Missing,
    Invalid,
}

/// Makes a date of birth wrong; never gives back the true date.
pub(crate) fn misrecord_birth(birth: i32, draw: &mut Draw) -> Misrecorded {
    let wrong = match draw.weighted(&KINDS) {
        Kind::OnePart => None,
        Kind::Swapped => swapped(birth),
        Kind::FirstOfJanuary => day_of(date_of(birth).year(), 1, 1),
        Kind::Missing => return Misrecorded::Missing,
        Kind::Invalid => return Misrecorded::Invalid,
    };
    // A date that stays the same under the error (3 March swapped) gets a wrong part.
    Misrecorded::As(wrong.filter(|day| *day != birth).unwrap_or_else(|| one_part_wrong(birth, draw)))
}

/// Day and month swapped, where that is a date.
fn swapped(birth: i32) -> Option<i32> {
    let date = date_of(birth);
    day_of(date.year(), date.day(), date.month())
}

/// Another year (one digit off), another month, or another day.
fn one_part_wrong(birth: i32, draw: &mut Draw) -> i32 {
    let date = date_of(birth);
    let (year, month, day) = (date.year(), date.month(), date.day());
    loop {
        let changed = match draw.below(3) {
            0 => day_of(year + draw.pick(&[-10, -1, 1, 10]), month, day),
            1 => day_of(year, draw.between(1, 12) as i8, day),
            _ => day_of(year, month, draw.between(1, 31) as i8),
        };
        if let Some(changed) = changed.filter(|changed| *changed != birth) {
            return changed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Purpose;

    fn parts(day: i32) -> (i16, i8, i8) {
        let date = date_of(day);
        (date.year(), date.month(), date.day())
    }

    #[test]
    fn one_part_is_wrong_and_two_are_right() {
        let mut draw = Draw::new(4, Purpose::ApcErrors, 0);
        for birth in -10_000..-9_000 {
            let (wrong, right) = (parts(one_part_wrong(birth, &mut draw)), parts(birth));
            let agreeing = u8::from(wrong.0 == right.0) + u8::from(wrong.1 == right.1) + u8::from(wrong.2 == right.2);
            assert_eq!(agreeing, 2);
        }
    }

    #[test]
    fn day_and_month_swap_where_that_is_a_date() {
        let birth = day_of(1945, 7, 12).expect("a date");
        assert_eq!(swapped(birth), day_of(1945, 12, 7));
        assert_eq!(swapped(day_of(1945, 7, 13).expect("a date")), None);
    }

    #[test]
    fn a_misrecorded_date_is_never_the_true_one() {
        let mut draw = Draw::new(4, Purpose::ApcErrors, 1);
        assert!((-10_000..-8_000).all(|birth| misrecord_birth(birth, &mut draw) != Misrecorded::As(birth)));
    }
}
