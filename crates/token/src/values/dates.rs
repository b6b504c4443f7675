//! Dates that stand for "not known", and dates of which a part is not known.
//!
//! A form that must have a date of birth gets 1 January 1900 where nobody knows it, and HES writes
//! 1800-01-01. Which day a file uses is seldom told; that it is one, its counts tell: people are
//! born all year round.

use super::derive::date;
use super::{Dictionary, ValueKind};
use crate::standardise::day_number;

/// Days before and after one that it is held against: half a year each way.
const HALF_A_YEAR: i32 = 182;
/// Fewer rows of a day than this say nothing of it.
const FEWEST_ROWS: u64 = 10;
/// Where more of the other dates than this share have the same day and month, years are written as
/// dates, and of two years one may well have most of the people.
const MOST_OF_ONE_BIRTHDAY: f64 = 0.1;

/// One in so many of the newest dates may be wrong.
const WRONG: u64 = 1000;
const DAYS_OF_FOUR_YEARS: i32 = 1461;

/// A whole date of the dictionary: days since 1970-01-01, month and day, number and rows.
struct Dated {
    day: i32,
    birthday: (u8, u8),
    number: u32,
    rows: u64,
}

impl Dictionary {
    /// The numbers of dates that more rows have than all other dates of the year around them put
    /// together, though most rows have dates elsewhere. None of a dictionary of anything but dates.
    ///
    /// `rows` has for every number the rows that have the date.
    #[must_use]
    pub fn default_dates(&self, rows: &[u64]) -> Vec<u32> {
        if self.kind() != ValueKind::Date {
            return Vec::new();
        }
        let dates = self.whole_dates(rows);
        let all: u64 = dates.iter().map(|date| date.rows).sum();
        let is_default = |at: &usize| {
            let date = &dates[*at];
            let elsewhere = all - date.rows;
            date.rows >= FEWEST_ROWS
                && date.rows < elsewhere
                && outnumbers_its_year(&dates, *at)
                && (of_one_birthday(&dates, *at) as f64) < MOST_OF_ONE_BIRTHDAY * elsewhere as f64
        };
        (0..dates.len()).filter(is_default).map(|at| dates[at].number).collect()
    }

    /// By number whether it is a date of less than so many years before the newest, of which one row in a
    /// thousand may be wrong. `None` of a dictionary of anything but dates, and where fewer than half of
    /// the rows with a value have a whole date.
    ///
    /// `rows` has for every number the rows that have the date.
    #[must_use]
    pub fn young(&self, rows: &[u64], years: i32) -> Option<Vec<bool>> {
        if self.kind() != ValueKind::Date {
            return None;
        }
        let dates = self.whole_dates(rows);
        let all: u64 = dates.iter().map(|date| date.rows).sum();
        let with_value: u64 = rows.iter().skip(1).sum();
        let mut later = 0;
        let newest = dates.iter().rev().find(|date| {
            later += date.rows;
            later * WRONG > all
        })?;
        let mut young = vec![false; rows.len()];
        let is_young = |date: &&Dated| date.day > newest.day - years * DAYS_OF_FOUR_YEARS / 4;
        dates.iter().filter(is_young).for_each(|date| young[date.number as usize] = true);
        (2 * all >= with_value).then_some(young)
    }

    /// By number whether it is a date that lacks its day or month; empty of a dictionary of anything
    /// but dates.
    #[must_use]
    pub fn incomplete_dates(&self) -> Vec<bool> {
        let is_incomplete = |number| date::parts(self.clear_value(number)).is_some_and(|(_, _, day)| day == 0);
        if self.kind() == ValueKind::Date { self.numbers().map(is_incomplete).collect() } else { Vec::new() }
    }

    /// Dates with year, month and day that rows have, in their order.
    fn whole_dates(&self, rows: &[u64]) -> Vec<Dated> {
        let dated = |number: u32| {
            let (year, month, day) = date::parts(self.clear_value(number))?;
            let rows = *rows.get(number as usize).filter(|rows| **rows > 0)?;
            Some(Dated { day: day_number(year, month, day)?, birthday: (month, day), number, rows })
        };
        let mut dates: Vec<Dated> = self.numbers().filter_map(dated).collect();
        dates.sort_unstable_by_key(|date| date.day);
        dates
    }
}

/// Whether more rows have a date than any other within half a year of it, together.
fn outnumbers_its_year(dates: &[Dated], at: usize) -> bool {
    let is_near = |date: &&Dated| (date.day - dates[at].day).abs() <= HALF_A_YEAR;
    let before = dates[..at].iter().rev().take_while(is_near);
    let mut around = before.chain(dates[at + 1..].iter().take_while(is_near));
    let left = around.try_fold(dates[at].rows, |left, date| left.checked_sub(date.rows));
    left.is_some_and(|left| left > 0)
}

/// Rows with another date of the same day and month.
fn of_one_birthday(dates: &[Dated], at: usize) -> u64 {
    let same = dates.iter().filter(|date| date.birthday == dates[at].birthday).map(|date| date.rows);
    same.sum::<u64>() - dates[at].rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dates that are found to stand for "not known", of dates with their rows.
    fn found(dates: &[(&str, u64)]) -> Vec<String> {
        let mut dictionary = Dictionary::new(ValueKind::Date);
        let mut rows = vec![0; dates.len() + 1];
        dates.iter().for_each(|(date, count)| rows[dictionary.number(date.as_bytes()) as usize] = *count);
        let text = |number: u32| String::from_utf8_lossy(dictionary.clear_value(number)).into_owned();
        dictionary.default_dates(&rows).into_iter().map(text).collect()
    }

    /// 5 rows on the 3rd of every month of some years.
    fn born(years: std::ops::Range<u32>) -> Vec<(String, u64)> {
        let months = |year: u32| (1..=12).map(move |month| (format!("{year}{month:02}03"), 5));
        years.flat_map(months).collect()
    }

    fn check(years: std::ops::Range<u32>, more: &[(&str, u64)], wanted: &[&str]) {
        let born = born(years);
        let dates: Vec<(&str, u64)> = born.iter().map(|(date, rows)| (date.as_str(), *rows)).collect();
        assert_eq!(found(&[&dates, more].concat()), wanted, "{more:?}");
    }

    #[test]
    fn a_day_with_more_rows_than_the_year_around_it_stands_for_not_known() {
        // A year around a day has twelve other dates, of 60 rows.
        check(1950..1970, &[("19600101", 61)], &["19600101"]);
        check(1950..1970, &[("19600101", 60)], &[]);
        check(1950..1970, &[("18000101", 10), ("18010101", 12)], &["18000101", "18010101"]);
        check(1950..1970, &[("18000101", 9)], &[]);
    }

    #[test]
    fn most_dates_lie_elsewhere() {
        // 20 years of 60 rows are 1,200.
        check(1950..1970, &[("19110101", 1_199)], &["19110101"]);
        check(1950..1970, &[("19110101", 1_200)], &[]);
    }

    #[test]
    fn years_that_are_written_as_dates_are_years() {
        let years: Vec<(String, u64)> = (1950..1970).map(|year| (format!("{year}0101"), 30)).collect();
        let dates: Vec<(&str, u64)> = years.iter().map(|(date, rows)| (date.as_str(), *rows)).collect();
        assert_eq!(found(&dates), Vec::<String>::new());
    }

    #[test]
    fn dates_without_a_day_are_incomplete() {
        let mut dictionary = Dictionary::new(ValueKind::Date);
        ["1960", "19600203", "196002"].iter().for_each(|date| _ = dictionary.number(date.as_bytes()));
        assert_eq!(dictionary.incomplete_dates(), [false, true, false, true]);
        assert!(Dictionary::new(ValueKind::Name).incomplete_dates().is_empty());
    }

    #[test]
    fn parts_of_dates_and_other_values_are_left_alone() {
        check(1950..1970, &[("1960", 500), ("196001", 500)], &[]);
        assert!(Dictionary::new(ValueKind::Name).default_dates(&[0]).is_empty());
    }

    /// Which dates are young, of dates with their rows.
    fn young(dates: &[(&str, u64)]) -> Option<Vec<String>> {
        let mut dictionary = Dictionary::new(ValueKind::Date);
        let mut rows = vec![0; dates.len() + 1];
        dates.iter().for_each(|(date, count)| rows[dictionary.number(date.as_bytes()) as usize] = *count);
        let is_young = dictionary.young(&rows, 20)?;
        let text = |number: usize| String::from_utf8_lossy(dictionary.clear_value(number as u32)).into_owned();
        Some((0..is_young.len()).filter(|number| is_young[*number]).map(text).collect())
    }

    #[test]
    fn the_young_are_born_less_than_twenty_years_before_the_newest() {
        let dates = [("20101005", 5), ("19901006", 5), ("19901005", 5), ("19501231", 990)];
        assert_eq!(young(&dates), Some(vec!["20101005".to_owned(), "19901006".to_owned()]));
        // One row of a thousand may be of a wrong date, and two may not.
        let with = |rows: u64| [&dates[..], &[("20400101", rows)]].concat();
        assert_eq!(young(&with(1)).map(|dates| dates.len()), Some(2 + 1));
        assert_eq!(young(&with(2)), Some(vec!["20400101".to_owned()]));
    }

    #[test]
    fn nobody_is_young_where_most_dates_lack_their_day() {
        assert_eq!(young(&[("20101005", 5), ("19900000", 5)]), Some(vec!["20101005".to_owned()]));
        assert_eq!(young(&[("20101005", 5), ("19900000", 6)]), None);
        assert_eq!(Dictionary::new(ValueKind::Number).young(&[0], 20), None);
    }
}
