//! Dates as digits.

use crate::standardise::day_number;

/// Year, month and day of `YYYYMMDD`; a part that is not there is 0. `None` if it is no date.
pub(in crate::values) fn parts(value: &[u8]) -> Option<(i32, u8, u8)> {
    let number = |range: std::ops::Range<usize>| match value.get(range) {
        Some(digits) => digits.iter().fold(0, |number, digit| number * 10 + i32::from(digit.wrapping_sub(b'0'))),
        None => 0,
    };
    let is_date = matches!(value.len(), 4 | 6 | 8) && value.iter().all(u8::is_ascii_digit);
    is_date.then(|| (number(0..4), number(4..6) as u8, number(6..8) as u8))
}

/// The date with month and day exchanged, if there is such a day.
pub(super) fn swapped(value: &[u8]) -> Option<[u8; 8]> {
    let (year, month, day) = parts(value)?;
    day_number(year, day, month)?;
    let digits: [u8; 8] = value.try_into().ok()?;
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits;
    Some([y1, y2, y3, y4, d1, d2, m1, m2])
}

/// The year with the one before, and with the one after it, each pair named after its first year.
pub(super) fn with_adjacent_years(value: &[u8]) -> Option<[[u8; 4]; 2]> {
    let (year, ..) = parts(value)?;
    Some([digits(year - 1), digits(year)])
}

/// The month with the one before, and with the one after it, each pair named after its first month.
pub(super) fn with_adjacent_months(value: &[u8]) -> Option<[[u8; 6]; 2]> {
    let (year, month @ 1.., _) = parts(value)? else { return None };
    let month = year * 12 + i32::from(month) - 1;
    let pair = |first: i32| digits(first.div_euclid(12) * 100 + first.rem_euclid(12) + 1);
    Some([pair(month - 1), pair(month)])
}

/// A number in so many digits; one below zero, as before the year 0, has none of its own.
fn digits<const N: usize>(number: i32) -> [u8; N] {
    let mut left = number.max(0);
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
    }
    digits
}
