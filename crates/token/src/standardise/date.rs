//! Dates that identify a person, and the rules by which they are valid.
//!
//! A date that a data set's definition lists as a sentinel is null, not wrong, so sentinels
//! are looked for before the floor that they lie below.

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::calendar::{civil, day_number};
use super::{DateForm, masked_debug, trim};

/// A valid calendar date: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

masked_debug!(Day);

impl Day {
    /// Days since 1970-01-01.
    #[inline]
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }

    /// Year, month (1–12) and day (1–31).
    #[inline]
    #[must_use]
    pub fn civil(self) -> (i32, u8, u8) {
        civil(self.0)
    }
}

/// 1895-01-01: an earlier date of birth is invalid (linkage methodology 2.2; S8).
pub const BIRTH_DATE_FLOOR: i32 = constant_day(1895, 1, 1);

/// The dates by which HES says "null" and "invalid": 1800-01-01 and 1801-01-01 from 2012/13
/// on, 1600-01-01 and 1582-10-15 before (data sets B6; HES-FD).
pub const HES_DATE_SENTINELS: [i32; 4] =
    [constant_day(1582, 10, 15), constant_day(1600, 1, 1), constant_day(1800, 1, 1), constant_day(1801, 1, 1)];

/// When a date is valid. All days count from 1970-01-01.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRules {
    /// The earliest valid day.
    pub floor: i32,
    /// The latest valid day: the end of the data.
    pub end: i32,
    /// Days that mean "missing" in this data set.
    pub sentinels: Vec<i32>,
    /// How dates are written where they are text.
    pub form: DateForm,
}

impl DateRules {
    /// The rules for dates of birth: not before 1895-01-01, not after `end`, no sentinels,
    /// form [`DateForm::Auto`].
    #[must_use]
    pub fn birth(end: i32) -> DateRules {
        DateRules { floor: BIRTH_DATE_FLOOR, end, sentinels: Vec::new(), form: DateForm::default() }
    }
}

/// A date from text in the form that the rules name. Blank text is null.
#[inline]
#[must_use]
pub fn date(text: &[u8], rules: &DateRules) -> Outcome<Day> {
    let text = trim(text);
    if text.is_empty() {
        return Outcome::Null(NullReason::Empty);
    }
    match rules.form.read(text, rules.end) {
        Some((year, month, day)) => date_from_parts(year, month, day, rules),
        None => Outcome::Rejected(RejectRule::DateFormat),
    }
}

/// A date from year, month (1–12) and day (1–31).
#[inline]
#[must_use]
pub fn date_from_parts(year: i32, month: i32, day: i32, rules: &DateRules) -> Outcome<Day> {
    let number = match (u8::try_from(month), u8::try_from(day)) {
        (Ok(month), Ok(day)) => day_number(year, month, day),
        _ => None,
    };
    match number {
        Some(number) => date_from_day(number, rules),
        None => Outcome::Rejected(RejectRule::DateNotOnCalendar),
    }
}

/// One of three columns of a date: its year, month or day.
///
/// No `Debug`: a part of a date of birth is a clear value.
#[derive(Clone, Copy)]
pub enum DatePart {
    /// No value, or blanks only.
    Absent,
    /// A whole number.
    Number(i32),
    /// A value that is no whole number, or one that is far too large.
    Other,
}

impl DatePart {
    /// A part written as text.
    #[must_use]
    pub fn from_text(text: &str) -> DatePart {
        match text.trim() {
            "" => DatePart::Absent,
            text => text.parse().map_or(DatePart::Other, DatePart::Number),
        }
    }

    /// A part written as a number.
    #[must_use]
    pub fn from_int(number: i64) -> DatePart {
        i32::try_from(number).map_or(DatePart::Other, DatePart::Number)
    }
}

/// A date from a year, a month and a day that are columns of their own. All absent is an empty
/// value. Where something stands that is no number it is no date; where only some parts stand,
/// and are numbers, it is an incomplete one, which is another kind of fault in a source.
#[inline]
#[must_use]
pub fn date_from_split(year: DatePart, month: DatePart, day: DatePart, rules: &DateRules) -> Outcome<Day> {
    match (year, month, day) {
        (DatePart::Number(y), DatePart::Number(m), DatePart::Number(d)) => date_from_parts(y, m, d, rules),
        (DatePart::Absent, DatePart::Absent, DatePart::Absent) => Outcome::Null(NullReason::Empty),
        (DatePart::Other, _, _) | (_, DatePart::Other, _) | (_, _, DatePart::Other) => {
            Outcome::Rejected(RejectRule::DateFormat)
        }
        _ => Outcome::Rejected(RejectRule::DateIncomplete),
    }
}

/// A date from a date column: days since 1970-01-01.
#[inline]
#[must_use]
pub fn date_from_day(day: i32, rules: &DateRules) -> Outcome<Day> {
    if rules.sentinels.contains(&day) {
        Outcome::Null(NullReason::Sentinel)
    } else if day < rules.floor {
        Outcome::Rejected(RejectRule::DateBeforeFloor)
    } else if day > rules.end {
        Outcome::Rejected(RejectRule::DateAfterEnd)
    } else {
        Outcome::Valid(Day(day))
    }
}

/// A day of our own constants; a wrong one does not compile.
const fn constant_day(year: i32, month: u8, day: u8) -> i32 {
    match day_number(year, month, day) {
        Some(number) => number,
        None => panic!("a constant of this module is no calendar date"),
    }
}
