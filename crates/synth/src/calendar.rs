//! Days since 1970-01-01 and the ten financial years that the data cover.

use jiff::civil::Date;
use jiff::{Span, Unit};

/// First calendar year of the first financial year (1 April 2014 to 31 March 2015).
const FIRST_YEAR: i16 = 2014;

/// Financial years covered.
pub(crate) const YEARS: usize = 10;

/// HES writes this for a date that is null (2012/13 on).
pub(crate) const HES_NULL_DATE: i32 = -62_091;

/// HES writes this for a date that was given but is invalid: 1801-01-01 (2012/13 on).
pub(crate) const HES_INVALID_DATE: i32 = HES_NULL_DATE + 365;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The day number of a calendar date, if there is such a date.
pub(crate) fn day_of(year: i16, month: i8, day: i8) -> Option<i32> {
    let date = Date::new(year, month, day).ok()?;
    let since = date.since((Unit::Day, EPOCH)).ok()?;
    Some(since.get_days())
}

/// The calendar date of a day number between the years 1800 and 2100.
pub(crate) fn date_of(day: i32) -> Date {
    EPOCH.checked_add(Span::new().days(day)).expect("days of synthetic people lie between 1800 and 2100")
}

/// Year, month and day of a day number, by whole-number arithmetic alone (Hinnant's
/// `civil_from_days`): in columns of ages this is asked several times a row.
pub(crate) fn parts_of(day: i32) -> (i32, u32, u32) {
    // Days are counted from 1 March of the year 0, so that leap days end a year, and taken
    // apart in cycles of 400 years, 146,097 days.
    let shifted = day + 719_468;
    let cycle = shifted.div_euclid(146_097);
    let of_cycle = shifted.rem_euclid(146_097) as u32;
    let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year as i32 + cycle * 400 + i32::from(month <= 2), month, of_month)
}

/// Whole years between two day numbers, as birthdays count them.
pub(crate) fn age_in_years(birth: i32, day: i32) -> i32 {
    let (born, now) = (parts_of(birth), parts_of(day));
    now.0 - born.0 - i32::from((now.1, now.2) < (born.1, born.2))
}

/// The day of the week, 0 for Monday to 6 for Sunday.
pub(crate) fn weekday(day: i32) -> i32 {
    // Day 0 was a Thursday.
    (day + 3).rem_euclid(7)
}

/// The first day of each financial year, and the first day after the last.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    starts: [i32; YEARS + 1],
}

impl Window {
    pub(crate) fn new() -> Window {
        let start = |year: usize| day_of(FIRST_YEAR + year as i16, 4, 1).expect("1 April is a date");
        Window { starts: std::array::from_fn(start) }
    }

    /// First day covered.
    pub(crate) fn start(&self) -> i32 {
        self.starts[0]
    }

    /// Last day covered.
    pub(crate) fn last(&self) -> i32 {
        self.starts[YEARS] - 1
    }

    /// First day of financial year `year` and first day after it.
    pub(crate) fn year(&self, year: usize) -> (i32, i32) {
        (self.starts[year], self.starts[year + 1])
    }

    /// The financial year that holds `day`, 0 being the first; days outside the window count
    /// to its first or last year.
    pub(crate) fn financial_year(&self, day: i32) -> usize {
        self.starts[1..YEARS].iter().filter(|start| **start <= day).count()
    }

    /// `FYEAR` of the financial year that holds `day` (`1415` for 2014/15); days outside
    /// the window count to its first or last year.
    pub(crate) fn fyear(&self, day: i32) -> [u8; 4] {
        let year = self.financial_year(day);
        let from = (FIRST_YEAR as usize + year) % 100;
        let to = (from + 1) % 100;
        [from / 10, from % 10, to / 10, to % 10].map(|digit| b'0' + digit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentinels_are_the_published_dates() {
        // HES writes 1800-01-01 for null and 1801-01-01 for invalid, 2012/13 on.
        assert_eq!(day_of(1800, 1, 1), Some(HES_NULL_DATE));
        assert_eq!(day_of(1801, 1, 1), Some(HES_INVALID_DATE));
    }

    #[test]
    fn days_and_dates_are_inverse() {
        assert_eq!(day_of(1970, 1, 1), Some(0));
        assert_eq!(day_of(2000, 3, 1), Some(11_017)); // 30 · 365 + 7 leap days + 60
        assert_eq!(day_of(2023, 2, 29), None);
        for day in [-20_000, -1, 0, 11_017, 19_000] {
            let date = date_of(day);
            assert_eq!(day_of(date.year(), date.month(), date.day()), Some(day));
        }
    }

    #[test]
    fn parts_are_those_of_the_calendar() {
        for day in (HES_NULL_DATE..40_000).step_by(5) {
            let date = date_of(day);
            let parts = (i32::from(date.year()), date.month() as u32, date.day() as u32);
            assert_eq!(parts_of(day), parts);
            let weekday_of_jiff = i32::from(date.weekday().to_monday_zero_offset());
            assert_eq!(weekday(day), weekday_of_jiff);
        }
    }

    #[test]
    fn age_turns_on_the_birthday() {
        let birth = day_of(1950, 6, 15).expect("a date");
        assert_eq!(age_in_years(birth, day_of(2020, 6, 14).expect("a date")), 69);
        assert_eq!(age_in_years(birth, day_of(2020, 6, 15).expect("a date")), 70);
    }

    #[test]
    fn financial_years_turn_on_the_first_of_april() {
        let window = Window::new();
        assert_eq!(window.start(), day_of(2014, 4, 1).expect("a date"));
        assert_eq!(window.last(), day_of(2024, 3, 31).expect("a date"));
        assert_eq!(&window.fyear(day_of(2019, 3, 31).expect("a date")), b"1819");
        assert_eq!(&window.fyear(day_of(2019, 4, 1).expect("a date")), b"1920");
    }
}
