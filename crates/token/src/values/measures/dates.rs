//! Differences and agreement of dates, parts of which may be unknown.

use zeroize::{Zeroize, Zeroizing};

use super::super::Dictionary;
use super::super::derive::date_parts;
use super::Measure;
use crate::standardise::day_number;

/// Days in a month and in a year, on average over the four years of a leap cycle.
const MONTH: f64 = 30.4375;
const YEAR: f64 = 365.25;

/// The dates of a domain, by number.
pub(super) struct Dates {
    dates: Zeroizing<Vec<Date>>,
    measure: Measure,
}

/// A date; month and day are 0 where not known, and the year 0 of number 0.
#[derive(Clone, Copy, Default, Zeroize)]
struct Date {
    /// Days since 1970-01-01, if the whole date is known.
    number: i32,
    year: i16,
    month: u8,
    day: u8,
}

impl Dates {
    pub(super) fn new(dictionary: &Dictionary, measure: Measure) -> Dates {
        let date = |number| date_parts(dictionary.clear_value(number)).map_or_else(Date::default, Date::new);
        Dates { dates: Zeroizing::new(dictionary.numbers().map(date).collect()), measure }
    }

    /// What the measure says of two dates.
    #[inline]
    pub(super) fn score(&self, left: u32, right: u32) -> f64 {
        let (left, right) = (self.dates[left as usize], self.dates[right as usize]);
        match self.measure {
            Measure::Days => days_between(left, right),
            Measure::Months => days_between(left, right) / MONTH,
            Measure::Years => days_between(left, right) / YEAR,
            Measure::DateParts => f64::from(equal_parts(left, right)),
            Measure::MonthDaySwapped => f64::from(u8::from(is_swapped(left, right))),
            // No other measure is of dates; this reaches no threshold.
            _ => f64::NAN,
        }
    }
}

impl Date {
    fn new((year, month, day): (i32, u8, u8)) -> Date {
        Date { number: day_number(year, month, day).unwrap_or_default(), year: year as i16, month, day }
    }
}

fn days_between(left: Date, right: Date) -> f64 {
    let years = (i32::from(left.year) - i32::from(right.year)).abs();
    if left.month == 0 || right.month == 0 {
        return f64::from(years) * YEAR;
    }
    if left.day == 0 || right.day == 0 {
        let months = |date: Date| i32::from(date.year) * 12 + i32::from(date.month);
        return f64::from((months(left) - months(right)).abs()) * MONTH;
    }
    f64::from((left.number - right.number).abs())
}

fn equal_parts(left: Date, right: Date) -> u8 {
    let month = left.month != 0 && left.month == right.month;
    let day = left.day != 0 && left.day == right.day;
    u8::from(left.year == right.year) + u8::from(month) + u8::from(day)
}

fn is_swapped(left: Date, right: Date) -> bool {
    left.day != 0 && left.year == right.year && left.month == right.day && left.day == right.month
}
