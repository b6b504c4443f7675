//! Wrong dates of birth.

use super::kind::ErrorKind;
use crate::calendar::{date_of, day_of};
use crate::draw::Draw;

/// A date of birth as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordedBirth {
    /// A date: day number.
    Day(i32),
    /// Nothing.
    Missing,
    /// Year, month and a day that the month does not have.
    Impossible(i16, i8, i8),
}

/// 1 January 1900, which some systems write for "not known". No published source; see
/// `errors.toml`.
const DEFAULT_DATE: i32 = -25_567;

/// The date of birth with an error, or `None` where this error leaves it as it is.
pub(super) fn misrecord(birth: i32, kind: ErrorKind, draw: &mut Draw) -> Option<RecordedBirth> {
    let date = date_of(birth);
    let wrong = match kind {
        ErrorKind::BirthDateMistyped => Some(one_part_wrong(birth, draw)),
        ErrorKind::BirthDateTransposed => transposed(birth, draw),
        ErrorKind::BirthDateShifted => Some(birth + draw.pick(&[-3, -2, -1, -1, -1, 1, 1, 1, 2, 3])),
        ErrorKind::BirthDateSwapped => day_of(date.year(), date.day(), date.month()),
        ErrorKind::BirthDateFirstOfJanuary => day_of(date.year(), 1, 1),
        ErrorKind::BirthDateDefault => Some(DEFAULT_DATE),
        ErrorKind::BirthDateOfAnother => Some(no_part_right(birth, draw)),
        ErrorKind::BirthDateMissing => return Some(RecordedBirth::Missing),
        ErrorKind::BirthDateImpossible => {
            let (month, day) = draw.pick(&[(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)]);
            return Some(RecordedBirth::Impossible(date.year(), month, day));
        }
        _ => None,
    };
    wrong.filter(|day| *day != birth).map(RecordedBirth::Day)
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

/// The last two digits of the year, or the two of the day, the other way round: where that
/// gives another date from 1895 on.
fn transposed(birth: i32, draw: &mut Draw) -> Option<i32> {
    let date = date_of(birth);
    let (year, month, day) = (date.year(), date.month(), date.day());
    let by_year = || {
        let turned = year / 100 * 100 + year % 10 * 10 + year / 10 % 10;
        day_of(turned, month, day).filter(|turned| *turned != birth && date_of(*turned).year() >= 1895)
    };
    let by_day = || day_of(year, month, day % 10 * 10 + day / 10).filter(|turned| *turned != birth);
    if draw.chance(0.5) { by_year().or_else(by_day) } else { by_day().or_else(by_year) }
}

/// A date within twenty years whose year, month and day all differ.
fn no_part_right(birth: i32, draw: &mut Draw) -> i32 {
    let right = date_of(birth);
    loop {
        let other = birth + draw.between(-7_300, 7_300);
        let wrong = date_of(other);
        if wrong.year() != right.year() && wrong.month() != right.month() && wrong.day() != right.day() {
            return other;
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

    fn agreeing(a: i32, b: i32) -> u8 {
        let (a, b) = (parts(a), parts(b));
        u8::from(a.0 == b.0) + u8::from(a.1 == b.1) + u8::from(a.2 == b.2)
    }

    fn day(year: i16, month: i8, day: i8) -> i32 {
        day_of(year, month, day).expect("a date")
    }

    fn recorded(birth: i32, kind: ErrorKind) -> Option<i32> {
        match misrecord(birth, kind, &mut Draw::new(4, Purpose::RowErrors, 0)) {
            Some(RecordedBirth::Day(day)) => Some(day),
            _ => None,
        }
    }

    #[test]
    fn a_wrong_date_is_never_the_true_one_and_agrees_in_as_many_parts_as_its_kind_says() {
        let mut draw = Draw::new(4, Purpose::RowErrors, 0);
        for birth in -10_000..-9_000 {
            assert_eq!(agreeing(one_part_wrong(birth, &mut draw), birth), 2);
            assert_eq!(agreeing(no_part_right(birth, &mut draw), birth), 0);
            if let Some(turned) = transposed(birth, &mut draw) {
                assert_eq!(agreeing(turned, birth), 2);
            }
            for kind in ErrorKind::ALL.iter().filter(|kind| kind.name().starts_with("birth_date")) {
                assert_ne!(misrecord(birth, *kind, &mut draw), Some(RecordedBirth::Day(birth)));
            }
        }
    }

    #[test]
    fn each_kind_does_what_its_name_says() {
        let birth = day(1945, 7, 12);
        assert_eq!(recorded(birth, ErrorKind::BirthDateSwapped), Some(day(1945, 12, 7)));
        assert_eq!(recorded(day(1945, 7, 13), ErrorKind::BirthDateSwapped), None);
        assert_eq!(recorded(day(1945, 7, 7), ErrorKind::BirthDateSwapped), None);
        assert_eq!(recorded(birth, ErrorKind::BirthDateFirstOfJanuary), Some(day(1945, 1, 1)));
        assert_eq!(recorded(birth, ErrorKind::BirthDateDefault), Some(day(1900, 1, 1)));
        // 12 turned is 21, 45 turned is 54; 1977 and the 22nd stay what they are.
        let turned = recorded(birth, ErrorKind::BirthDateTransposed);
        assert!([Some(day(1945, 7, 21)), Some(day(1954, 7, 12))].contains(&turned));
        assert_eq!(recorded(day(1977, 5, 22), ErrorKind::BirthDateTransposed), None);
        let Some(RecordedBirth::Impossible(year, month, of_month)) =
            misrecord(birth, ErrorKind::BirthDateImpossible, &mut Draw::new(4, Purpose::RowErrors, 0))
        else {
            panic!("an impossible date");
        };
        assert_eq!((year, day_of(year, month, of_month)), (1945, None));
    }
}
