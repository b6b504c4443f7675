//! Calendar dates as day numbers and back, in plain integer arithmetic.
//!
//! Dates are taken apart and put together once a row, so this does without a date library;
//! the tests hold it to one. The calendar is the Gregorian one, also before 1582, as in Arrow
//! and Parquet.
//!
//! The arithmetic counts from 1 March of year 0, so that the leap day is the last of its year
//! and month lengths repeat in a pattern that (153 m + 2) / 5 reproduces; 400 years are
//! 146,097 days (Howard Hinnant, "chrono-compatible low-level date algorithms", 2013).

/// Days in 400 years.
const CYCLE: i64 = 146_097;
/// 1970-01-01 in days since 0000-03-01.
const EPOCH: i64 = 719_468;

/// Year, month (1–12) and day (1–31) of a day counted from 1970-01-01.
#[inline]
#[must_use]
pub const fn civil(day: i32) -> (i32, u8, u8) {
    let since_march = day as i64 + EPOCH;
    let cycle = since_march.div_euclid(CYCLE);
    let day_of_cycle = since_march.rem_euclid(CYCLE) as u32;
    // Taking out the leap days (one in 1,461 days, none in 36,524, one again in 146,096)
    // leaves years of 365 days.
    let leap_days = day_of_cycle / 1460 - day_of_cycle / 36_524 + day_of_cycle / 146_096;
    let year_of_cycle = (day_of_cycle - leap_days) / 365;
    let first_of_year = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100;
    let day_of_year = day_of_cycle - first_of_year;
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = cycle * 400 + year_of_cycle as i64 + (month <= 2) as i64;
    (year as i32, month as u8, day_of_month as u8)
}

/// The day, counted from 1970-01-01, of a date; `None` if the calendar has no such date or
/// its year lies outside −9999 … 9999.
#[inline]
#[must_use]
pub const fn day_number(year: i32, month: u8, day: u8) -> Option<i32> {
    if year < -9999 || year > 9999 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let year_from_march = if month <= 2 { year - 1 } else { year };
    let year_of_cycle = year_from_march.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    Some(year_from_march.div_euclid(400) * CYCLE as i32 + day_of_cycle - EPOCH as i32)
}

/// Number of days of a month; 0 if there is no such month.
const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    }
}

/// What brings the count of [`persian_day`] to days from 1970-01-01.
const PERSIAN_EPOCH: i32 = -1_075_196;

/// Year, month and day of our calendar of a date in the solar calendar of Iran, if people who live or are
/// in records since 1870 can have it and the calendar has it. The year begins at the vernal equinox; from
/// 1178 to 1633 its leap years are those of a cycle of 33 years (Birashk, 1993).
pub(super) fn common_of_persian(year: i32, month: i32, day: i32) -> Option<(i32, i32, i32)> {
    if !(1250..=1500).contains(&year) {
        return None;
    }
    let is_of_calendar = match month {
        1..=6 => (1..=31).contains(&day),
        7..=12 => (1..=30).contains(&day),
        _ => false,
    };
    let number = persian_day(year, month, day);
    // A thirtieth of the last month that is none would be the first of the next year.
    if !is_of_calendar || number >= persian_day(year + 1, 1, 1) {
        // No month has a number 0: the reader refuses it as no calendar date.
        return Some((year, 99, 99));
    }
    let (year, month, day) = civil(number);
    Some((year, month.into(), day.into()))
}

/// Days from 1970-01-01 to a Persian date; eight years in 33 are leap years.
const fn persian_day(year: i32, month: i32, day: i32) -> i32 {
    let years = year + 1595;
    let leap_days = years / 33 * 8 + (years % 33 + 3) / 4;
    let before = if month <= 7 { (month - 1) * 31 } else { (month - 7) * 30 + 186 };
    PERSIAN_EPOCH + 365 * years + leap_days + before + day
}

#[cfg(test)]
mod tests {
    use super::*;

    /// New years' days and leap days as the calendar centre of Tehran's university has published them.
    #[test]
    fn persian_dates_are_those_of_the_almanac() {
        let cases = [
            ((1358, 1, 1), (1979, 3, 21)),
            ((1375, 1, 1), (1996, 3, 20)),
            ((1370, 12, 30), (1992, 3, 20)),
            ((1375, 12, 30), (1997, 3, 20)),
            ((1403, 12, 30), (2025, 3, 20)),
            ((1396, 1, 1), (2017, 3, 21)),
            ((1399, 12, 30), (2021, 3, 20)),
            ((1400, 1, 1), (2021, 3, 21)),
            // The revolution, 11 February 1979; the last day of a month of 31.
            ((1357, 11, 22), (1979, 2, 11)),
            ((1345, 6, 31), (1966, 9, 22)),
        ];
        for ((year, month, day), expected) in cases {
            assert_eq!(common_of_persian(year, month, day), Some(expected), "{year}-{month}-{day}");
        }
        // 1400 had no leap day, and no month from the seventh on has 31 days.
        assert_eq!(common_of_persian(1400, 12, 30), Some((1400, 99, 99)));
        assert_eq!(common_of_persian(1400, 7, 31), Some((1400, 99, 99)));
        assert_eq!(common_of_persian(1980, 1, 1), None);
    }
}
