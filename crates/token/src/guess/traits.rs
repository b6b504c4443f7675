//! What one value looks like: which of a fixed list of traits it has.

use counterfoil_core::Outcome;

use super::vocabulary::{self, List};
use crate::standardise::{self, DateForm, DateRules, PostcodeRules, Sex, SexCodes};

/// Something that a value can look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trait {
    /// A date in the form `auto`: year first, else day first.
    Date,
    /// A date with the month first.
    MonthFirst,
    /// A date with the day first, also in eight digits.
    DayFirst,
    /// A date with the day first, the year of two digits.
    ShortDayFirst,
    /// A date with the month first, the year of two digits.
    ShortMonthFirst,
    /// A date with the year first, of two digits.
    ShortYearFirst,
    /// A number that is a day as Excel counts them.
    ExcelDay,
    /// A date of the Buddhist era, as in Thailand.
    Buddhist,
    /// A date of the solar calendar of Iran.
    Persian,
    /// A month with its year: `Mar 1972`, `03/1972`, `1972-03`.
    MonthOfYear,
    /// Four digits, 1500–2100.
    Year,
    /// A whole number from 1 to 12.
    Month,
    /// A whole number from 1 to 31.
    DayOfMonth,
    /// Has such a year in it, as `abt 1850` has.
    HasYear,
    /// A valid NHS number.
    NhsNumber,
    /// A British postcode.
    Postcode,
    /// Several words, of which the last one or two are a British postcode.
    WithPostcode,
    /// A Dutch, Canadian or nine-digit American postcode, which are nothing else.
    ForeignPostcode,
    /// An e-mail address.
    Email,
    /// A telephone number, written as such: from 0 or +, or with marks between its digits.
    Phone,
    /// Digits only.
    Digits,
    /// A number, perhaps with a sign and a fraction.
    Number,
    /// A number with a decimal comma, as amounts are written in most of Europe: `1234,50`.
    DecimalComma,
    /// One to four words of letters, as a name has.
    Words,
    /// Words of letters, with a number after some, as made-up people have: `Jose871`.
    NumberedWords,
    /// Two to five words of letters.
    SeveralWords,
    /// A word or letter for male.
    Male,
    /// A word or letter for female.
    Female,
    /// One of the usual codes for sex, digits too.
    SexCode,
    /// A common given name.
    GivenName,
    /// Two or more words, one of them a common given name.
    FullName,
    /// A common family name.
    FamilyName,
    /// The name of a large city.
    City,
    /// A common occupation.
    Occupation,
    /// What somebody is to the head of a household, perhaps with further words: `deres datter`.
    Household,
    /// Ends in a word for a street.
    Street,
    /// No blanks, and digits in it.
    Code,
    /// A code with marks or blanks among its letters and digits, as `123-45-6789`.
    MarkedCode,
}

impl Trait {
    /// Number of traits.
    pub(super) const COUNT: usize = Trait::MarkedCode as usize + 1;
}

/// The traits of dates, each with the form that reads them, the likeliest form first. Those of
/// years of two digits and of Excel's numbers have what is written in full too.
pub(super) const DATES: [(Trait, DateForm); 9] = [
    (Trait::Date, DateForm::Auto),
    (Trait::MonthFirst, DateForm::Mdy),
    (Trait::DayFirst, DateForm::Dmy),
    (Trait::ShortDayFirst, DateForm::ShortDmy),
    (Trait::ShortMonthFirst, DateForm::ShortMdy),
    (Trait::ShortYearFirst, DateForm::ShortYmd),
    (Trait::ExcelDay, DateForm::Excel),
    (Trait::Buddhist, DateForm::Buddhist),
    (Trait::Persian, DateForm::Persian),
];

/// The traits of values; holds what the tests need.
pub(super) struct Tests {
    rules: [(Trait, DateRules); 9],
    sex: SexCodes,
    postcode: PostcodeRules,
}

impl Tests {
    pub(super) fn new() -> Tests {
        let day = |year| standardise::day_number(year, 1, 1).unwrap_or_default();
        let rules = |form| DateRules { floor: day(1500), end: day(2100), sentinels: Vec::new(), form };
        Tests {
            rules: DATES.map(|(which, form)| (which, rules(form))),
            sex: SexCodes::general(),
            postcode: PostcodeRules::default(),
        }
    }

    /// Calls `has` for each trait of a value. `lower` is the value in lower case.
    pub(super) fn traits(&self, value: &str, lower: &str, mut has: impl FnMut(Trait)) {
        let bytes = value.as_bytes();
        if bytes.iter().any(u8::is_ascii_digit) {
            self.with_digits(bytes, &mut has);
        }
        if is_email(lower) {
            has(Trait::Email);
        }
        self.sexes(bytes, &mut has);
        words(lower, &mut has);
    }

    fn with_digits(&self, bytes: &[u8], has: &mut impl FnMut(Trait)) {
        for (which, rules) in &self.rules {
            // A smaller number may as well be the day of a month, or an age.
            let is_small = *which == Trait::ExcelDay && bytes.len() < 4;
            if !is_small && matches!(standardise::date(bytes, rules), Outcome::Valid(_)) {
                has(*which);
            }
        }
        let digits_only = bytes.iter().all(u8::is_ascii_digit);
        let tests = [
            (Trait::MonthOfYear, !digits_only && is_month_of_year(bytes, &self.rules[0].1)),
            (Trait::Year, digits_only && is_year(bytes)),
            (Trait::Month, digits_only && is_up_to(bytes, 12)),
            (Trait::DayOfMonth, digits_only && is_up_to(bytes, 31)),
            (Trait::HasYear, bytes.split(|byte| !byte.is_ascii_digit()).any(is_year)),
            (Trait::NhsNumber, matches!(standardise::nhs_number(bytes), Outcome::Valid(_))),
            (Trait::Postcode, matches!(standardise::postcode(bytes, &self.postcode), Outcome::Valid(_))),
            (
                Trait::WithPostcode,
                std::str::from_utf8(bytes).is_ok_and(|text| standardise::postcode_behind(text).is_some()),
            ),
            (Trait::ForeignPostcode, is_foreign_postcode(bytes)),
            (Trait::Phone, is_phone(bytes)),
            (Trait::Digits, digits_only),
            (Trait::Number, matches!(std::str::from_utf8(bytes).map(standardise::number), Ok(Outcome::Valid(_)))),
            (Trait::DecimalComma, has_decimal_comma(bytes)),
            (Trait::Code, !bytes.iter().any(u8::is_ascii_whitespace)),
            (Trait::MarkedCode, is_marked_code(bytes)),
            (Trait::NumberedWords, std::str::from_utf8(bytes).is_ok_and(are_numbered_words)),
        ];
        tests.into_iter().filter(|(_, holds)| *holds).for_each(|(which, _)| has(which));
    }

    fn sexes(&self, bytes: &[u8], has: &mut impl FnMut(Trait)) {
        let outcome = standardise::sex(bytes, &self.sex);
        match outcome {
            Outcome::Valid(Sex::Male) if !bytes[0].is_ascii_digit() => has(Trait::Male),
            Outcome::Valid(Sex::Female) if !bytes[0].is_ascii_digit() => has(Trait::Female),
            _ => {}
        }
        if !matches!(outcome, Outcome::Rejected(_)) {
            has(Trait::SexCode);
        }
    }
}

fn words(lower: &str, has: &mut impl FnMut(Trait)) {
    let last = lower.split_whitespace().next_back().unwrap_or_default();
    if vocabulary::holds(List::Street, last.trim_end_matches('.')) {
        has(Trait::Street);
    }
    let is_mark =
        |c: char| c.is_whitespace() || matches!(c, '-' | '\'' | '’' | '.' | ',' | '^' | '*' | '/' | '(' | ')');
    if !lower.chars().all(|c| c.is_alphabetic() || is_mark(c)) || lower.chars().count() > 60 {
        return;
    }
    let parts_words = |c: char| c.is_whitespace() || matches!(c, ',' | '^' | '*' | '/' | '(' | ')');
    let parts = || lower.split(parts_words).filter(|part| !part.is_empty());
    let count = parts().count();
    let lists = [
        (Trait::GivenName, List::Given),
        (Trait::FamilyName, List::Family),
        (Trait::City, List::City),
        (Trait::Occupation, List::Occupation),
    ];
    for (which, list) in lists {
        if vocabulary::holds(list, lower) {
            has(which);
        }
    }
    if (1..=4).contains(&count) && parts().any(|part| vocabulary::holds(List::Household, part)) {
        has(Trait::Household);
    }
    if (1..=4).contains(&count) {
        has(Trait::Words);
    }
    if (2..=5).contains(&count) {
        has(Trait::SeveralWords);
        if parts().any(|word| vocabulary::holds(List::Given, word)) {
            has(Trait::FullName);
        }
    }
}

/// A date of which the day is not said, and no whole one.
fn is_month_of_year(bytes: &[u8], rules: &DateRules) -> bool {
    let part = standardise::partial_date(bytes, rules);
    let has_month = matches!(&part, Outcome::Valid(date) if date.as_bytes().len() == 6);
    has_month && !matches!(standardise::date(bytes, rules), Outcome::Valid(_))
}

fn is_year(digits: &[u8]) -> bool {
    digits.len() == 4 && (&b"1500"[..]..=&b"2100"[..]).contains(&digits)
}

fn is_up_to(digits: &[u8], most: u32) -> bool {
    let value =
        digits.iter().fold(0_u32, |value, digit| value.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    digits.len() <= 2 && (1..=most).contains(&value)
}

/// Digits, a comma, and digits; before the first a sign, and among those before the comma points.
fn has_decimal_comma(bytes: &[u8]) -> bool {
    let are_digits = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let mut parts = unsigned.splitn(2, |byte| *byte == b',');
    let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    whole.split(|byte| *byte == b'.').all(are_digits) && are_digits(fraction)
}

/// Mostly digits, at least four, with other marks than letters among them.
fn is_marked_code(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    digits >= 4 && letters < digits && digits + letters < bytes.len() && bytes.len() <= 24
}

/// One to four words of two letters and more, each with up to four digits after it.
fn are_numbered_words(text: &str) -> bool {
    let is_word = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.');
        letters.chars().count() >= 2 && letters.chars().all(is_letter) && word.len() - letters.len() <= 4
    };
    (1..=4).contains(&text.split_whitespace().count()) && text.split_whitespace().all(is_word)
}

fn is_email(lower: &str) -> bool {
    let Some((user, host)) = lower.split_once('@') else {
        return false;
    };
    let host_is_one = host.split('.').count() > 1 && host.split('.').all(|part| !part.is_empty());
    !user.is_empty() && host_is_one && !lower.contains([' ', ',']) && !host.contains('@')
}

/// `1234 AB`, `K1A 0B1` and `12345-6789`; the first two also without the blank.
fn is_foreign_postcode(bytes: &[u8]) -> bool {
    let matches = |pattern: &[u8]| {
        pattern.len() == bytes.len()
            && pattern.iter().zip(bytes).all(|(p, byte)| match p {
                b'9' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_alphabetic(),
                mark => mark == byte,
            })
    };
    [&b"9999 AA"[..], b"9999AA", b"A9A 9A9", b"A9A9A9", b"99999-9999"].into_iter().any(matches)
}

fn is_phone(bytes: &[u8]) -> bool {
    let bytes = without_extension(bytes);
    if bytes.is_empty() {
        return false;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let marks = bytes.iter().filter(|byte| matches!(byte, b' ' | b'-' | b'(' | b')' | b'+' | b'/' | b'.')).count();
    let begins = bytes[0] == b'+' || bytes[0] == b'0' && digits >= 10 || bytes[0] == b'(';
    let is_parted = marks >= 2 && digits >= 9;
    (8..=15).contains(&digits) && digits + marks == bytes.len() && (begins || is_parted)
}

/// What stands between the values of a list in one text.
pub(super) const MARKS: [char; 4] = [';', '|', ',', '/'];

/// Shorter codes may be years, or parts of a number.
const LEAST_CODE: usize = 5;

/// The mark of a list, by its place in [`MARKS`], and the first value listed: e-mail addresses, telephone
/// numbers, or codes. A comma and a stroke stand within codes and numbers too, and count only with a blank
/// behind, or between what is no code.
pub(super) fn listed(text: &str) -> Option<(usize, &str)> {
    let is_list = |mark: &usize| {
        let parts = || text.split(MARKS[*mark]).map(str::trim);
        let is_sure = match MARKS[*mark] {
            ',' => text.contains(", "),
            mark => mark != '/',
        };
        parts().count() >= 2
            && (parts().all(|part| is_email(&part.to_lowercase()))
                || parts().all(|part| is_phone(part.as_bytes()))
                || is_sure && parts().all(is_plain_code))
    };
    let mark = (0..MARKS.len()).filter(|mark| text.contains(MARKS[*mark])).find(is_list)?;
    Some((mark, text.split(MARKS[mark]).next().unwrap_or_default().trim()))
}

/// Letters and digits, some of these.
fn is_plain_code(text: &str) -> bool {
    text.len() >= LEAST_CODE
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A telephone number without the extension behind it: `x123`, `ext. 123`, `#123`.
fn without_extension(bytes: &[u8]) -> &[u8] {
    let Some(at) = bytes.iter().rposition(|byte| !byte.is_ascii_digit() && !matches!(byte, b' ' | b'.')) else {
        return bytes;
    };
    let before = &bytes[..=at];
    let word = [&b"ext"[..], b"Ext", b"EXT", b"x", b"X", b"#"].into_iter().find(|word| before.ends_with(word));
    let has_digits = bytes[at..].iter().any(u8::is_ascii_digit);
    match word {
        Some(word) if has_digits => before[..before.len() - word.len()].trim_ascii_end(),
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(value: &str) -> Vec<Trait> {
        let mut found = Vec::new();
        Tests::new().traits(value, &value.to_lowercase(), |which| found.push(which));
        found
    }

    #[test]
    fn lists_are_of_what_is_no_part_of_a_number() {
        let first = |text: &'static str| listed(text).map(|(mark, first)| (MARKS[mark], first));
        assert_eq!(first("a@x.org; b@y.org"), Some((';', "a@x.org")));
        assert_eq!(first("a@x.org,b@y.org"), Some((',', "a@x.org")));
        assert_eq!(first("020 7946 0000 / 07700 900123"), Some(('/', "020 7946 0000")));
        assert_eq!(first("H12345|K45678"), Some(('|', "H12345")));
        assert_eq!(first("H12345, K45678"), Some((',', "H12345")));
        for single in ["12345,67890", "123456/7890", "51.50735, -0.12776", "Smith, Ann", "12/03/1975", "7; 8", "H12345"]
        {
            assert_eq!(first(single), None, "{single}");
        }
    }

    #[test]
    fn values_have_the_traits_that_a_reader_sees() {
        use Trait::{
            City, Code, Date, DayFirst, Email, ExcelDay, FamilyName, Female, ForeignPostcode, FullName, GivenName,
            HasYear, Male, MarkedCode, MonthFirst, NhsNumber, NumberedWords, Occupation, Phone, Postcode, SeveralWords,
            ShortDayFirst, ShortMonthFirst, ShortYearFirst, Street, Words, Year,
        };
        let cases: &[(&str, &[Trait], &[Trait])] = &[
            ("1971-06-24", &[Date], &[MonthFirst, NhsNumber, Phone]),
            ("19710624", &[Date], &[DayFirst, MonthFirst]),
            ("24061971", &[DayFirst], &[Date, MonthFirst]),
            ("06/24/1971", &[MonthFirst], &[Date]),
            ("24/06/71", &[ShortDayFirst], &[Date, MonthFirst, ShortMonthFirst, ShortYearFirst, Phone]),
            ("06/24/71", &[ShortMonthFirst], &[Date, ShortDayFirst, ShortYearFirst]),
            ("71-06-24", &[ShortYearFirst], &[Date, ShortDayFirst, ShortMonthFirst]),
            ("710624", &[ShortYearFirst], &[Date, ShortDayFirst, ShortMonthFirst]),
            ("1971. 06. 24.", &[Date], &[MonthFirst]),
            ("24-JUN-71", &[ShortDayFirst], &[Date, ShortMonthFirst]),
            // 25,569 is 1 January 1970: 365 days on is a year later, 151 more 1 June, 23 more the 24th.
            ("26108", &[ExcelDay], &[Date, Year]),
            ("31", &[], &[ExcelDay]),
            ("Mar 1972", &[Trait::MonthOfYear, HasYear], &[Date]),
            ("3/1972", &[Trait::MonthOfYear, HasYear], &[Date]),
            ("1972", &[Year], &[Trait::MonthOfYear]),
            ("1855", &[Year, HasYear], &[Date]),
            ("abt 1850", &[HasYear], &[Year, Date]),
            ("2602", &[], &[Year]),
            // The example number of the published check-digit rule.
            ("9434765919", &[NhsNumber], &[]),
            ("9434765918", &[], &[NhsNumber, Phone]),
            ("sw1a 1aa", &[Postcode], &[ForeignPostcode]),
            ("7 Mill Lane, York, YO1 7UP", &[Trait::WithPostcode], &[Postcode]),
            ("YO1 7UP", &[Postcode], &[Trait::WithPostcode]),
            ("1234 AB", &[ForeignPostcode], &[Postcode]),
            ("K1A 0B1", &[ForeignPostcode], &[Postcode]),
            ("a.b@c.org", &[Email], &[Words]),
            ("a.b@c", &[], &[Email]),
            ("020 7946 0000", &[Phone], &[Date]),
            ("(555) 123-4567", &[Phone, MarkedCode], &[Code]),
            ("+1-555-123-4567 x8496", &[Phone], &[Code]),
            ("020 7946 0000 ext. 12", &[Phone], &[Code]),
            ("x8496", &[Code], &[Phone]),
            ("AB12 x", &[], &[Phone]),
            ("123-45-6789", &[Code, MarkedCode], &[]),
            ("-1.234,50", &[Trait::DecimalComma], &[]),
            ("1,234.50", &[], &[Trait::DecimalComma]),
            ("12,", &[], &[Trait::DecimalComma]),
            ("AB 12 34 56 C", &[MarkedCode], &[Code]),
            ("AB123456C", &[Code], &[MarkedCode, NumberedWords]),
            ("小林　花子", &[Words, SeveralWords], &[Code]),
            ("José871 O'Hara12", &[NumberedWords], &[Words, Code]),
            ("SMITH^ANN^", &[Words, SeveralWords, FullName], &[Code]),
            ("SMITH Ann (Mrs)", &[Words, SeveralWords, FullName], &[Code]),
            ("SMITH*ANN MARY/", &[Words, SeveralWords, FullName], &[Code]),
            ("Ann", &[Words], &[NumberedWords]),
            ("a3f9", &[Code], &[NumberedWords]),
            ("Female", &[Female, Words], &[Male]),
            ("1", &[Trait::SexCode], &[Male]),
            ("Sarah", &[GivenName, Words], &[FamilyName, City]),
            ("Wilson", &[FamilyName], &[GivenName]),
            ("O'Brien", &[Words], &[]),
            ("Sarah Jane Wilson", &[FullName, Words], &[GivenName]),
            ("Wilson, Sarah Jane", &[FullName, Words], &[GivenName]),
            ("Birmingham", &[City], &[]),
            ("Dressmaker", &[Occupation], &[]),
            ("7 Mill Lane", &[Street], &[Words]),
        ];
        for (value, has, lacks) in cases {
            let found = traits(value);
            assert!(has.iter().all(|which| found.contains(which)), "{value}: {found:?}");
            assert!(lacks.iter().all(|which| !found.contains(which)), "{value}: {found:?}");
        }
    }
}
