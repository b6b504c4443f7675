//! How dates are written, and reading them in those forms.
//!
//! A written date is three parts with the same separator between them, so that one reader
//! serves every form: what differs is only the order of the parts.

use super::calendar::{civil, common_of_persian};

/// The order in which a text date gives its parts.
///
/// Every form takes
/// - parts separated by two equal marks of `-`, `/`, `.` and blank, the year in four digits,
///   day and month in one or two, the month also as an English name (`MAR`, `March`); after points
///   also with blanks, and with a point at the end, as in Hungary and Korea: `1975. 3. 12.`;
/// - with a month name also no separator (`04MAR2001`), or as Americans write it in full
///   (`March 4, 2001`);
/// - any of these behind a place and a comma, as in Indonesia (`Medan, 04-03-2001`);
/// - eight digits without separators;
/// - a time of day after the date (`T` or blank, then `10:20`, `10:20:30`, `10:20:30.000`,
///   each also with `Z` or an offset). The time is ignored and the date is taken as written,
///   never moved between time zones.
///
/// Dates without a day (`032001`, `2001-03`) are in no form, and years of two digits only in
/// those that are named after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DateForm {
    /// Year first if the first part has four digits, or if there are eight digits in one;
    /// else day first, as the British write: `03/04/2001` is 3 April. Month first is never
    /// assumed: `04/13/2001` is refused as no calendar date, not read as 13 April.
    #[default]
    Auto,
    /// Year, month, day.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day, the year in two digits or in four; also six digits without separators.
    /// A year of two digits is the latest that makes no date after the end of the data.
    ShortYmd,
    /// Day, month, year, the year in two digits or in four; also six digits without separators.
    ShortDmy,
    /// Month, day, year, the year in two digits or in four; also six digits without separators.
    ShortMdy,
    /// A whole number is a day as Excel counts them: 1 is 1 January 1900. What is no number is
    /// read as `Auto` does, because Excel leaves earlier dates as they were written.
    Excel,
    /// As `Auto`, in the Buddhist era as in Thailand: 2560 is 2017.
    Buddhist,
    /// As `Auto`, in the solar calendar of Iran and Afghanistan: 1396-01-01 is 2017-03-21.
    Persian,
}

impl DateForm {
    /// Every form, in the order of the documentation.
    pub const ALL: [DateForm; 10] = [
        DateForm::Auto,
        DateForm::Ymd,
        DateForm::Dmy,
        DateForm::Mdy,
        DateForm::ShortYmd,
        DateForm::ShortDmy,
        DateForm::ShortMdy,
        DateForm::Excel,
        DateForm::Buddhist,
        DateForm::Persian,
    ];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DateForm::Auto => "auto",
            DateForm::Ymd => "ymd",
            DateForm::Dmy => "dmy",
            DateForm::Mdy => "mdy",
            DateForm::ShortYmd => "short-ymd",
            DateForm::ShortDmy => "short-dmy",
            DateForm::ShortMdy => "short-mdy",
            DateForm::Excel => "excel",
            DateForm::Buddhist => "buddhist",
            DateForm::Persian => "persian",
        }
    }

    /// Whether years may have two digits.
    #[must_use]
    pub fn is_short(self) -> bool {
        matches!(self, DateForm::ShortYmd | DateForm::ShortDmy | DateForm::ShortMdy)
    }

    /// The names of every form, for messages that list the alternatives.
    #[must_use]
    pub fn names() -> [&'static str; 10] {
        DateForm::ALL.map(DateForm::name)
    }

    /// The form of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<DateForm> {
        DateForm::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Year, month and day of our calendar, whether or not there is such a day. `end` is the last day
    /// of the data.
    pub(super) fn read(self, text: &[u8], end: i32) -> Option<(i32, i32, i32)> {
        let written = self.read_written(text, end).or_else(|| self.read_written(behind_place(text)?, end))?;
        match self {
            DateForm::Buddhist => buddhist_year(written.0).map(|year| (year, written.1, written.2)),
            DateForm::Persian => common_of_persian(written.0, written.1, written.2),
            _ => Some(written),
        }
    }

    /// Year, month and day as they stand there.
    fn read_written(self, text: &[u8], end: i32) -> Option<(i32, i32, i32)> {
        let (first, rest) = Part::read(text)?;
        if let (DateForm::Excel, Part::Digits { value, .. }) = (self, first)
            && is_fraction_or_nothing(rest)
        {
            return day_of_excel(value);
        }
        if let Part::Digits { value, count: 8 } = first {
            return is_time_or_nothing(rest).then(|| self.split(value));
        }
        if let Part::Digits { value, count: 6 } = first {
            let [first, second, third] =
                [value / 10_000, value / 100 % 100, value % 100].map(|value| Part::Digits { value, count: 2 });
            return if rest.is_empty() { self.short(first, second, third, end) } else { None };
        }
        let (separator, rest) = read_separator(rest);
        let (second, rest) = Part::read(rest)?;
        if let (Part::Month(_), [b',', b' ', year @ ..]) = (first, rest) {
            // As Americans write it in full, `March 4, 1975`, which is nothing else.
            let (third, rest) = Part::read(year)?;
            return if is_time_or_nothing(rest) { in_order(third, first, second) } else { None };
        }
        let (again, rest) = read_separator(rest);
        let (third, rest) = Part::read(rest)?;
        let is_end = is_time_or_nothing(rest) || separator == Some(b'.') && rest == b".";
        if separator != again || !is_end {
            return None;
        }
        match self {
            DateForm::Ymd => in_order(first, second, third),
            DateForm::Dmy => in_order(third, second, first),
            DateForm::Mdy => in_order(third, first, second),
            _ if first.is_year() => in_order(first, second, third),
            DateForm::Auto | DateForm::Excel | DateForm::Buddhist | DateForm::Persian => in_order(third, second, first),
            _ => self.short(first, second, third, end),
        }
    }

    /// Three parts, in the order of a form that has years of two digits.
    fn short(self, first: Part, second: Part, third: Part, end: i32) -> Option<(i32, i32, i32)> {
        match self {
            DateForm::ShortYmd => short_in_order(first, second, third, end),
            DateForm::ShortDmy => short_in_order(third, second, first, end),
            DateForm::ShortMdy => short_in_order(third, first, second, end),
            _ => None,
        }
    }

    /// Year and month of a date without a day, the month 0 where there is only a year; the day
    /// is 0. The part of four digits is the year, wherever it stands.
    pub(super) fn read_part(self, text: &[u8]) -> Option<(i32, i32, i32)> {
        let (year, month, _) = DateForm::read_written_part(text)?;
        match self {
            DateForm::Buddhist => buddhist_year(year).map(|year| (year, month, 0)),
            // A Persian month lies in two of ours, and most of a year in the one that it begins in.
            DateForm::Persian => common_of_persian(year, 1, 1).map(|(year, ..)| (year, 0, 0)),
            _ => Some((year, month, 0)),
        }
    }

    fn read_written_part(text: &[u8]) -> Option<(i32, i32, i32)> {
        let (first, rest) = Part::read(text)?;
        if let (Part::Digits { value: year, count: 4 }, []) = (first, rest) {
            return Some((year, 0, 0));
        }
        let (second, rest) = Part::read(read_separator(rest).1)?;
        let (year, month) = if first.is_year() { (first, second) } else { (second, first) };
        match (year, month) {
            _ if !rest.is_empty() => None,
            (
                Part::Digits { value: year, count: 4 },
                Part::Digits { value: month, count: 1 | 2 } | Part::Month(month),
            ) => Some((year, month, 0)),
            _ => None,
        }
    }

    /// Year, month and day of eight digits.
    fn split(self, digits: i32) -> (i32, i32, i32) {
        let (front, back) = (digits / 10_000, digits % 10_000);
        match self {
            DateForm::Auto
            | DateForm::Ymd
            | DateForm::ShortYmd
            | DateForm::Excel
            | DateForm::Buddhist
            | DateForm::Persian => (front, back / 100, back % 100),
            DateForm::Dmy | DateForm::ShortDmy => (back, front % 100, front / 100),
            DateForm::Mdy | DateForm::ShortMdy => (back, front / 100, front % 100),
        }
    }
}

/// Three parts as numbers, if each can be what its place says.
fn in_order(year: Part, month: Part, day: Part) -> Option<(i32, i32, i32)> {
    let month = match month {
        Part::Digits { value, count: 1 | 2 } | Part::Month(value) => value,
        Part::Digits { .. } => return None,
    };
    match (year, day) {
        (Part::Digits { value: year, count: 4 }, Part::Digits { value: day, count: 1 | 2 }) => Some((year, month, day)),
        _ => None,
    }
}

/// Three parts, of which the year may have two digits. Nobody is born after the end of the
/// data, so the century is the latest in which the date is not after it.
fn short_in_order(year: Part, month: Part, day: Part, end: i32) -> Option<(i32, i32, i32)> {
    let Part::Digits { value: short, count: 2 } = year else {
        return in_order(year, month, day);
    };
    let (last, last_month, last_day) = civil(end);
    let latest = last - (last - short).rem_euclid(100);
    let (year, month, day) = in_order(Part::Digits { value: latest, count: 4 }, month, day)?;
    let is_after = (year, month, day) > (last, last_month.into(), last_day.into());
    Some((if is_after { year - 100 } else { year }, month, day))
}

/// What stands behind a place and a comma.
fn behind_place(text: &[u8]) -> Option<&[u8]> {
    let comma = text.windows(2).rposition(|two| two == b", ")?;
    let (place, date) = (&text[..comma], &text[comma + 2..]);
    let is_place = place.iter().any(u8::is_ascii_alphabetic) && !place.iter().any(u8::is_ascii_digit);
    (is_place && date.first().is_some_and(u8::is_ascii_digit)).then_some(date)
}

/// The year of one of the Buddhist era in which somebody can have been born; of another, none, so that a
/// mistyped year does not become one that is likely.
fn buddhist_year(year: i32) -> Option<i32> {
    (2400..=2650).contains(&year).then_some(year - 543)
}

/// The day of a number of Excel's. It takes 1900 for a leap year, so that its days from March on
/// are one more than there were, and 60 is a day that never was.
fn day_of_excel(number: i32) -> Option<(i32, i32, i32)> {
    /// 1899-12-31 and 1899-12-30, in days since 1970-01-01.
    const BEFORE: [i32; 2] = [-25_568, -25_569];
    let day = match number {
        1..=59 => BEFORE[0] + number,
        61..=99_999 => BEFORE[1] + number,
        _ => return None,
    };
    let (year, month, day) = civil(day);
    Some((year, month.into(), day.into()))
}

/// One part of a written date.
#[derive(Clone, Copy)]
enum Part {
    Digits { value: i32, count: usize },
    Month(i32),
}

impl Part {
    /// The part at the start of the text, and the text after it.
    fn read(text: &[u8]) -> Option<(Part, &[u8])> {
        let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            let count = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let (name, rest) = text.split_at(count);
            return Some((Part::Month(month_of_name(name)?), rest));
        }
        // Nine digits are no part of a date, and more might not fit the integer.
        if count > 8 {
            return None;
        }
        let (digits, rest) = text.split_at(count);
        let value = digits.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        Some((Part::Digits { value, count }, rest))
    }

    fn is_year(self) -> bool {
        matches!(self, Part::Digits { count: 4, .. })
    }
}

/// The separator at the start of the text, if there is one, and the text after it and, of a point,
/// after a blank behind it. Two parts
/// of digits cannot meet without one, because they would be one part.
fn read_separator(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [b'.', b' ', rest @ ..] => (Some(b'.'), rest),
        [mark @ (b'-' | b'/' | b'.' | b' '), rest @ ..] => (Some(*mark), rest),
        _ => (None, text),
    }
}

/// The month of an English name, in full or by its first three letters, in any case.
fn month_of_name(name: &[u8]) -> Option<i32> {
    const NAMES: [&[u8]; 12] = [
        b"january", b"february", b"march", b"april", b"may", b"june", b"july", b"august", b"september", b"october",
        b"november", b"december",
    ];
    let is_named = |full: &&[u8]| name.eq_ignore_ascii_case(full) || name.eq_ignore_ascii_case(&full[..3]);
    NAMES.iter().position(is_named).map(|index| index as i32 + 1)
}

/// Whether the text is empty or a point and digits after it, which in a number of Excel's is the
/// time of day.
fn is_fraction_or_nothing(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b'.', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether the text is empty or a time of day introduced by `T` or one blank.
fn is_time_or_nothing(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b'T' | b't' | b' ', time @ ..] => is_time(time),
        _ => false,
    }
}

/// Whether the text is `HH:MM`, with optional seconds, fraction and zone.
fn is_time(text: &[u8]) -> bool {
    let Some(rest) = read_two_digits(text, 23).and_then(|rest| rest.strip_prefix(b":")) else {
        return false;
    };
    let Some(rest) = read_two_digits(rest, 59) else {
        return false;
    };
    let Some(seconds) = rest.strip_prefix(b":") else {
        return is_zone_or_nothing(rest);
    };
    // A leap second is written 60.
    let Some(rest) = read_two_digits(seconds, 60) else {
        return false;
    };
    let Some(fraction) = rest.strip_prefix(b".") else {
        return is_zone_or_nothing(rest);
    };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && is_zone_or_nothing(&fraction[digits..])
}

/// Whether the text is empty, `Z`, `+HH`, `+HHMM` or `+HH:MM` (or with `-`), after at most
/// one blank.
fn is_zone_or_nothing(text: &[u8]) -> bool {
    match text.strip_prefix(b" ").unwrap_or(text) {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', zone @ ..] => match read_two_digits(zone, 23) {
            Some([]) => true,
            Some(rest) => {
                let minutes = rest.strip_prefix(b":").unwrap_or(rest);
                read_two_digits(minutes, 59).is_some_and(<[u8]>::is_empty)
            }
            None => false,
        },
        _ => false,
    }
}

/// The text after two digits whose number is at most `most`.
fn read_two_digits(text: &[u8], most: u8) -> Option<&[u8]> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] if (tens - b'0') * 10 + (ones - b'0') <= most => Some(rest),
        _ => None,
    }
}
