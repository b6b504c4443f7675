//! Dates of which only the year, or the year and the month, may be known.
//!
//! A ranked linkage refuses them; a probabilistic one compares what is there. Whole dates
//! follow the rules of [`date`](super::date).

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::calendar::civil;
use super::date::{DatePart, DateRules, date_from_day, date_from_parts};
use super::{DateForm, masked_debug, trim};

/// A date as the digits `YYYYMMDD`, `YYYYMM` or `YYYY`: equal digits, equal dates, and the
/// order of the digits is that of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateDigits {
    digits: [u8; 8],
    length: u8,
}

masked_debug!(DateDigits);

impl DateDigits {
    /// Four, six or eight digits, ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.digits[..usize::from(self.length)]
    }

    /// The first `length` digits of a date.
    #[inline]
    fn new(year: i32, month: i32, day: i32, length: u8) -> DateDigits {
        let (century, year) = (year / 100 % 100, year % 100);
        let mut digits = [b'0'; 8];
        for (place, part) in [century, year, month, day].into_iter().enumerate() {
            digits[2 * place] += (part / 10 % 10) as u8;
            digits[2 * place + 1] += (part % 10) as u8;
        }
        DateDigits { digits, length }
    }
}

/// A date, or a part of one, from text. Beside the forms of [`DateForm`] it takes a year of
/// four digits, a year and a month in either order (`1985-03`, `03/1985`, `Mar 1985`), and
/// zeros for a day, or a month and a day, that are not known. Blank text is null.
#[inline]
#[must_use]
pub fn partial_date(text: &[u8], rules: &DateRules) -> Outcome<DateDigits> {
    let text = trim(text);
    if text.is_empty() {
        return Outcome::Null(NullReason::Empty);
    }
    match rules.form.read(text, rules.end).or_else(|| rules.form.read_part(text)) {
        Some((year, month, day)) => partial_date_from_parts(year, month, day, rules),
        None => Outcome::Rejected(RejectRule::DateFormat),
    }
}

/// A date, or a part of one, from a whole number: `YYYYMMDD`, or a year.
#[must_use]
pub fn partial_date_from_int(number: i64, rules: &DateRules) -> Outcome<DateDigits> {
    match i32::try_from(number) {
        Ok(_) if matches!(rules.form, DateForm::Excel | DateForm::Buddhist | DateForm::Persian) => {
            partial_date(number.to_string().as_bytes(), rules)
        }
        Ok(year @ 1000..=9999) => partial_date_from_parts(year, 0, 0, rules),
        Ok(n @ 10_000_000..=99_999_999) => partial_date_from_parts(n / 10_000, n / 100 % 100, n % 100, rules),
        _ => Outcome::Rejected(RejectRule::DateFormat),
    }
}

/// A date from a day counted from 1970-01-01.
#[inline]
#[must_use]
pub fn partial_date_from_day(day: i32, rules: &DateRules) -> Outcome<DateDigits> {
    date_from_day(day, rules).map(|day| whole(day.civil()))
}

/// A date, or a part of one, from a year, a month and a day that are columns of their own. A
/// day without its month is not kept, and a month without its year is an incomplete date.
#[must_use]
pub fn partial_date_from_split(
    year: DatePart,
    month: DatePart,
    day: DatePart,
    rules: &DateRules,
) -> Outcome<DateDigits> {
    let number = |part| match part {
        DatePart::Absent => Some(0),
        DatePart::Number(number) => Some(number),
        DatePart::Other => None,
    };
    match (number(year), number(month), number(day)) {
        (Some(0), Some(0), Some(0)) => Outcome::Null(NullReason::Empty),
        (Some(0), Some(_), Some(_)) => Outcome::Rejected(RejectRule::DateIncomplete),
        (Some(year), Some(month), Some(day)) => partial_date_from_parts(year, month, day, rules),
        _ => Outcome::Rejected(RejectRule::DateFormat),
    }
}

/// A date whose month, or whose day, is 0 where it is not known.
#[inline]
fn partial_date_from_parts(year: i32, month: i32, day: i32, rules: &DateRules) -> Outcome<DateDigits> {
    if month != 0 && day != 0 {
        return date_from_parts(year, month, day, rules).map(|day| whole(day.civil()));
    }
    let (floor, end) = (civil(rules.floor), civil(rules.end));
    // A part is in range if some day of it is.
    let in_month = |date: (i32, u8, u8)| if month == 0 { (date.0, 0) } else { (date.0, i32::from(date.1)) };
    if !(0..=12).contains(&month) || !(0..=31).contains(&day) {
        Outcome::Rejected(RejectRule::DateNotOnCalendar)
    } else if (year, month) < in_month(floor) {
        Outcome::Rejected(RejectRule::DateBeforeFloor)
    } else if (year, month) > in_month(end) {
        Outcome::Rejected(RejectRule::DateAfterEnd)
    } else {
        Outcome::Valid(DateDigits::new(year, month, 0, if month == 0 { 4 } else { 6 }))
    }
}

#[inline]
fn whole((year, month, day): (i32, u8, u8)) -> DateDigits {
    DateDigits::new(year, i32::from(month), i32::from(day), 8)
}
