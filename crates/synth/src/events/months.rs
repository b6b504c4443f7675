//! The months in which data sets of the MHSDS pattern are submitted.

use crate::calendar::{day_of, parts_of};

/// Months from April 1900, which is 1, to the month of a day: `UniqMonthID` [SDE-DD].
pub(crate) fn month_of(day: i32) -> i32 {
    let (year, month, _) = parts_of(day);
    (year - 1900) * 12 + month as i32 - 3
}

/// The first day of a month.
pub(crate) fn first_day(month: i32) -> i32 {
    let months = month + 2;
    let (year, month) = (1900 + months.div_euclid(12), months.rem_euclid(12) + 1);
    day_of(year as i16, month as i8, 1).expect("every month has a first day")
}

/// The last day of a month.
pub(crate) fn last_day(month: i32) -> i32 {
    first_day(month + 1) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_from_april_1900() {
        let day = |year, month, day| day_of(year, month, day).expect("a date");
        assert_eq!(month_of(day(1900, 4, 1)), 1);
        assert_eq!(month_of(day(1901, 3, 31)), 12);
        // 115 years and nine months after April 1900: the first month of MHSDS.
        assert_eq!(month_of(day(2016, 1, 15)), 115 * 12 + 9 + 1);
        for month in [1, 12, 1390, 1438, 1439] {
            assert_eq!((month_of(first_day(month)), month_of(last_day(month))), (month, month));
            assert_eq!(month_of(first_day(month) - 1), month - 1);
        }
    }
}
