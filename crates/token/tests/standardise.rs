//! Standardising held to its case tables, to plain twins, and to its promise to show nothing.

use std::path::Path;

use counterfoil_core::{Outcome, RejectRule};
use counterfoil_token::standardise::{
    self, BIRTH_DATE_FLOOR, ClearText, DateForm, DatePart, DateRules, Day, HES_DATE_SENTINELS, PostcodeFold,
    PostcodeForms, PostcodeRules, SexCodes, SexMeaning, civil, day_number,
};
use jiff::civil::Date;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

/// One row of a case table. Which keys a table uses is said at its top.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Case {
    input: Option<String>,
    /// The input repeated that often, for values too long to write down.
    #[serde(default = "once")]
    times: usize,
    integer: Option<i64>,
    parts: Option<[Part; 3]>,
    form: Option<String>,
    sentinels: Option<String>,
    codes: Option<String>,
    forms: Option<String>,
    fold: Option<String>,
    provider: Option<String>,
    kind: Option<String>,
    expected: Expected,
    source: String,
}

/// A part of a date as its column holds it.
#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum Part {
    Number(i64),
    Text(String),
}

impl Part {
    fn read(&self) -> DatePart {
        match self {
            Part::Number(number) => DatePart::from_int(*number),
            Part::Text(text) => DatePart::from_text(text),
        }
    }
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Valid(String),
    /// A valid value of that many bytes.
    ValidBytes(usize),
    Null(String),
    Rejected(String),
}

fn once() -> usize {
    1
}

impl Case {
    fn text(&self) -> String {
        self.input.as_ref().expect("the case has an input").repeat(self.times)
    }
}

/// Runs every case of a table and lists all that fail, not just the first.
fn check(table: &str, run: impl Fn(&Case) -> Outcome<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cases").join(table);
    let text = std::fs::read_to_string(path).expect("the case table is there");
    let table: Table = toml::from_str(&text).expect("the case table is well formed");
    assert!(table.case.len() > 10, "the table has cases");
    let failures: Vec<String> = (table.case.iter())
        .filter_map(|case| {
            assert!(!case.source.is_empty(), "every case names its source");
            let found = match (run(case), &case.expected) {
                (Outcome::Valid(value), Expected::ValidBytes(_)) => Expected::ValidBytes(value.len()),
                (Outcome::Valid(value), _) => Expected::Valid(value),
                (Outcome::Null(reason), _) => Expected::Null(reason.name().to_owned()),
                (Outcome::Rejected(rule), _) => Expected::Rejected(rule.name().to_owned()),
            };
            (found != case.expected).then(|| format!("{case:?}\n  found {found:?}"))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn shown(value: &ClearText) -> String {
    String::from_utf8(value.as_bytes().to_vec()).expect("the comparison form is UTF-8")
}

fn iso(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

fn day(year: i32, month: u8, day: u8) -> i32 {
    day_number(year, month, day).expect("the date is on the calendar")
}

fn jiff_day(date: Date) -> i32 {
    let since = date.since(Date::constant(1970, 1, 1)).expect("both dates are in range");
    since.get_days()
}

#[test]
fn nhs_numbers() {
    check("standardise-nhs-number.toml", |case| {
        let outcome = match case.integer {
            Some(value) => standardise::nhs_number_from_int(value),
            None => standardise::nhs_number(case.text().as_bytes()),
        };
        outcome.map(|number| {
            let digits = String::from_utf8(number.digits().to_vec()).expect("digits are ASCII");
            assert_eq!(digits, format!("{:010}", number.get()));
            digits
        })
    });
}

#[test]
fn dates() {
    check("standardise-date.toml", |case| {
        let form = case.form.as_deref().unwrap_or("auto");
        let rules = DateRules {
            form: DateForm::parse(form).expect("the case names a date form"),
            sentinels: match case.sentinels.as_deref() {
                None => Vec::new(),
                Some("hes") => HES_DATE_SENTINELS.to_vec(),
                Some(other) => panic!("no sentinels are named {other}"),
            },
            ..DateRules::birth(day(2021, 3, 31))
        };
        let outcome = match &case.parts {
            Some(parts) => {
                let [year, month, day] = parts.each_ref().map(Part::read);
                standardise::date_from_split(year, month, day, &rules)
            }
            None => standardise::date(case.text().as_bytes(), &rules),
        };
        outcome.map(|day| iso(day.get()))
    });
}

#[test]
fn partial_dates() {
    check("standardise-partial-date.toml", |case| {
        let form = DateForm::parse(case.form.as_deref().unwrap_or("auto")).expect("the case names a form");
        let rules = DateRules { sentinels: HES_DATE_SENTINELS.to_vec(), form, ..DateRules::birth(day(2021, 3, 31)) };
        let outcome = match (&case.parts, case.integer) {
            (Some(parts), _) => {
                let [year, month, day] = parts.each_ref().map(Part::read);
                standardise::partial_date_from_split(year, month, day, &rules)
            }
            (None, Some(integer)) => standardise::partial_date_from_int(integer, &rules),
            (None, None) => standardise::partial_date(case.text().as_bytes(), &rules),
        };
        outcome.map(|date| String::from_utf8(date.as_bytes().to_vec()).expect("digits are ASCII"))
    });
}

proptest! {
    /// A whole date is what [`standardise::date`] makes of it.
    #[test]
    fn whole_dates_are_those_of_a_ranked_linkage(text in "(19|20)[0-9]{2}[-/](0?[1-9]|1[0-3])[-/][0-3]?[1-9]|[0-3]?[1-9][-/. ](JAN|2|11)[-/. ]19[0-9]{2}") {
        let rules = DateRules::birth(day(2021, 3, 31));
        let whole = standardise::date(text.as_bytes(), &rules).map(|day| iso(day.get()).replace('-', ""));
        let partial = standardise::partial_date(text.as_bytes(), &rules);
        let shown = partial.map(|date| String::from_utf8(date.as_bytes().to_vec()).expect("digits are ASCII"));
        prop_assert_eq!(shown, whole);
    }
}

#[test]
fn sexes() {
    let own = SexCodes::new(&[
        ("A", SexMeaning::Male),
        ("b", SexMeaning::Female),
        ("77", SexMeaning::NotKnown),
        ("no answer", SexMeaning::NotKnown),
    ])
    .expect("the code list has no conflict");
    let (hes, general) = (SexCodes::hes(), SexCodes::general());
    check("standardise-sex.toml", |case| {
        let codes = match case.codes.as_deref() {
            Some("hes") => &hes,
            Some("general") => &general,
            Some("own") => &own,
            other => panic!("no code list is named {other:?}"),
        };
        let outcome = match case.integer {
            Some(value) => standardise::sex_from_int(value, codes),
            None => standardise::sex(case.text().as_bytes(), codes),
        };
        outcome.map(|sex| sex.code().to_string())
    });
}

#[test]
fn a_sex_code_with_two_meanings_is_a_fault() {
    let codes = |list: &[(&str, SexMeaning)]| SexCodes::new(list).map(|_| ());
    let fault = codes(&[("M", SexMeaning::Male), ("m", SexMeaning::Female)]).expect_err("two meanings");
    assert_eq!(fault.message, "sex code `m` is listed both as `male` and as `female`");
    assert!(codes(&[("M", SexMeaning::Male), ("m", SexMeaning::Male)]).is_ok());
    assert!(codes(&[(" ", SexMeaning::Male)]).is_err());
}

#[test]
fn postcodes() {
    check("standardise-postcode.toml", |case| {
        let rules = PostcodeRules {
            forms: PostcodeForms::parse(case.forms.as_deref().unwrap_or("any")).expect("the case names postcode forms"),
            fold: PostcodeFold::parse(case.fold.as_deref().unwrap_or("letter-o")).expect("the case names a fold"),
        };
        standardise::postcode(case.text().as_bytes(), &rules)
            .map(|code| String::from_utf8(code.as_bytes().to_vec()).expect("postcodes are ASCII"))
    });
}

#[test]
fn names() {
    check("standardise-name.toml", |case| standardise::name(&case.text()).map(|name| shown(&name)));
}

#[test]
fn local_patient_ids() {
    check("standardise-local-patient-id.toml", |case| {
        standardise::local_patient_id(case.provider.as_deref(), &case.text()).map(|id| {
            let bytes = id.as_bytes();
            let length = u16::from_be_bytes([bytes[0], bytes[1]]);
            let (provider, id) = bytes[2..].split_at(usize::from(length));
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the parts are UTF-8");
            format!("{length:04x} {}|{}", text(provider), text(id))
        })
    });
}

#[test]
fn plain_fields() {
    check("standardise-plain.toml", |case| {
        let rule = match case.kind.as_deref() {
            Some("text") => standardise::text,
            Some("category") => standardise::category,
            Some("number") => standardise::number,
            Some("identifier") => standardise::identifier,
            Some("words") => standardise::words,
            Some("full_name") => standardise::full_name,
            Some("email") => standardise::email,
            Some("location") => standardise::location,
            other => panic!("no plain kind is named {other:?}"),
        };
        rule(&case.text()).map(|value| shown(&value))
    });
}

#[test]
fn constants_are_the_published_dates() {
    assert_eq!(BIRTH_DATE_FLOOR, jiff_day(Date::constant(1895, 1, 1)));
    let sentinels = [(1582, 10, 15), (1600, 1, 1), (1800, 1, 1), (1801, 1, 1)];
    let days = sentinels.map(|(year, month, day)| jiff_day(Date::constant(year, month, day)));
    assert_eq!(HES_DATE_SENTINELS, days);
}

#[test]
fn names_of_choices_read_back() {
    assert!(DateForm::ALL.into_iter().all(|form| DateForm::parse(form.name()) == Some(form)));
    let forms = ["auto", "ymd", "dmy", "mdy", "short-ymd", "short-dmy", "short-mdy", "excel", "buddhist", "persian"];
    assert_eq!(DateForm::names(), forms);
    assert_eq!(DateForm::parse("mmyyyy"), None);
    assert!(SexMeaning::ALL.into_iter().all(|m| SexMeaning::parse(m.name()) == Some(m)));
    assert!(PostcodeForms::ALL.into_iter().all(|f| PostcodeForms::parse(f.name()) == Some(f)));
    assert!(PostcodeFold::ALL.into_iter().all(|f| PostcodeFold::parse(f.name()) == Some(f)));
}

/// Every day of the centuries that data have, one by one.
#[test]
fn the_calendar_is_the_library_s_day_by_day() {
    let (first, last) = (Date::constant(1580, 1, 1), Date::constant(2120, 12, 31));
    for (number, date) in (jiff_day(first)..).zip(first.series(jiff::Span::new().days(1))) {
        let (year, month, day) = (i32::from(date.year()), date.month() as u8, date.day() as u8);
        assert_eq!(civil(number), (year, month, day));
        assert_eq!(day_number(year, month, day), Some(number));
        if date == last {
            break;
        }
    }
}

/// Masked output does not depend on the value, so it cannot show any of it.
#[test]
fn debug_shows_nothing() {
    let rules = DateRules::birth(day(2021, 3, 31));
    let debug = [
        format!("{:?}", standardise::nhs_number(b"9434765919")),
        format!("{:?}", standardise::date(b"2001-04-03", &rules)),
        format!("{:?}", standardise::sex(b"1", &SexCodes::hes())),
        format!("{:?}", standardise::postcode(b"LS1 4AP", &PostcodeRules::default())),
        format!("{:?}", standardise::name("Smith")),
        format!("{:#?}", standardise::name("Smith")),
    ];
    let masked = [
        "Valid(NhsNumber(…))",
        "Valid(Day(…))",
        "Valid(Sex(…))",
        "Valid(Postcode(…))",
        "Valid(ClearText(…))",
        "Valid(\n    ClearText(…),\n)",
    ];
    assert_eq!(debug, masked);
}

/// The published rule in its published words: weights 10 … 2, eleven less the remainder,
/// eleven becomes nought, ten is invalid.
fn check_digit(nine: &[u8]) -> Option<u8> {
    let sum: u32 = (2..=10).rev().zip(nine).map(|(weight, digit)| weight * u32::from(*digit)).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit as u8),
    }
}

fn ascii(digits: &[u8]) -> Vec<u8> {
    digits.iter().map(|digit| b'0' + digit).collect()
}

/// The layouts as published, compared character by character: the plain twin of the check.
fn fits_a_layout(text: &[u8]) -> bool {
    let fits = |layout: &[u8]| {
        text.len() == layout.len()
            && text.iter().zip(layout).all(|(byte, kind)| match kind {
                b'A' => byte.is_ascii_uppercase(),
                b'X' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
                b'9' => byte.is_ascii_digit(),
                _ => byte == kind,
            })
    };
    fits(b"AXXX 9AA") || fits(b"AXX  9AA") || fits(b"AX   9AA")
}

fn postcode_text(text: &str, forms: PostcodeForms) -> Outcome<Vec<u8>> {
    let rules = PostcodeRules { forms, fold: PostcodeFold::None };
    standardise::postcode(text.as_bytes(), &rules).map(|code| code.as_bytes().to_vec())
}

proptest! {
    #[test]
    fn the_check_digit_is_the_published_one(nine in prop::array::uniform9(0_u8..10), last in 0_u8..10) {
        let digits: Vec<u8> = nine.iter().copied().chain([last]).collect();
        prop_assume!(nine != [last; 9]);
        let expected = if check_digit(&nine) == Some(last) {
            Outcome::Valid(ascii(&digits))
        } else {
            Outcome::Rejected(RejectRule::NhsNumberCheckDigit)
        };
        let found = standardise::nhs_number(&ascii(&digits)).map(|number| number.digits().to_vec());
        prop_assert_eq!(&found, &expected);
        let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(*digit));
        let found = standardise::nhs_number_from_int(value).map(|number| number.digits().to_vec());
        prop_assert_eq!(&found, &expected);
    }

    #[test]
    fn one_wrong_digit_is_always_noticed(
        nine in prop::array::uniform9(0_u8..10), place in 0_usize..10, change in 1_u8..10,
    ) {
        let Some(last) = check_digit(&nine) else { return Ok(()) };
        let mut digits: Vec<u8> = nine.iter().copied().chain([last]).collect();
        prop_assume!(nine != [last; 9]);
        prop_assert!(standardise::nhs_number(&ascii(&digits)).valid().is_some());
        digits[place] = (digits[place] + change) % 10;
        prop_assert!(standardise::nhs_number(&ascii(&digits)).valid().is_none());
    }

    #[test]
    fn the_calendar_is_the_library_s(year in -9999_i16..=9999, month in 0_i8..15, day in 0_i8..34) {
        let expected = Date::new(year, month, day).ok().map(jiff_day);
        let found = day_number(i32::from(year), month as u8, day as u8);
        prop_assert_eq!(found, expected);
        if let Some(number) = found {
            prop_assert_eq!(civil(number), (i32::from(year), month as u8, day as u8));
        }
    }

    /// Beyond four-digit years too, where `day_number` no longer follows.
    #[test]
    fn days_follow_each_other(number in any::<i32>()) {
        prop_assume!(number < i32::MAX);
        let (year, month, day) = civil(number);
        let next = civil(number + 1);
        prop_assert!(next == (year, month, day + 1) || next == (year, month + 1, 1) || next == (year + 1, 1, 1));
    }

    #[test]
    fn a_date_reads_the_same_in_every_form(number in BIRTH_DATE_FLOOR..20_000) {
        let rules = |form| DateRules { form, ..DateRules::birth(20_000) };
        let (year, month, day) = civil(number);
        let name = ["JAN", "feb", "Mar", "April", "May", "JUNE", "jul", "Aug", "September", "oct", "NOV", "dec"]
            [usize::from(month) - 1];
        let forms = [
            (DateForm::Auto, format!("{year}-{month:02}-{day:02}")),
            (DateForm::Auto, format!("{day}/{month}/{year}")),
            (DateForm::Auto, format!("{year}{month:02}{day:02}")),
            (DateForm::Auto, format!("{day:02}{name}{year}")),
            (DateForm::Auto, format!("{day} {name} {year} 00:00:00")),
            (DateForm::Ymd, format!("{year}/{month}/{day}T10:20:30.5-0100")),
            (DateForm::Dmy, format!("{day:02}{month:02}{year}")),
            (DateForm::Dmy, format!("{day}.{month}.{year} 9")),
            (DateForm::Mdy, format!("{month:02}{day:02}{year}")),
            (DateForm::Mdy, format!("{name}-{day}-{year}")),
        ];
        for (form, text) in forms {
            let found = standardise::date(text.as_bytes(), &rules(form)).valid().map(Day::get);
            // A lone digit is no time of day.
            let expected = (!text.ends_with(" 9")).then_some(number);
            prop_assert_eq!(found, expected, "{}", text);
        }
    }

    #[test]
    fn the_layout_check_is_the_plain_one(
        text in "[A-Z][A-Z0-9]{1,3}", inward in "[0-9][A-Z]{2}", place in 0_usize..8, other in "[A-Z0-9 a-]",
    ) {
        let mut layout = format!("{text:<5}{inward}");
        layout.replace_range(place..=place, &other);
        prop_assume!(!layout.trim().to_uppercase().starts_with("ZZ"));
        let found = postcode_text(&layout, PostcodeForms::Hes8Only).valid();
        let expected = fits_a_layout(layout.as_bytes()).then(|| layout.clone().into_bytes());
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn every_way_to_write_a_postcode_gives_its_layout(
        outward in "[A-Z][A-Z0-9]{1,3}", inward in "[0-9][A-Z]{2}", blanks in 0_usize..4,
    ) {
        prop_assume!(!outward.starts_with("ZZ"));
        let layout = format!("{outward:<5}{inward}");
        prop_assert_eq!(postcode_text(&layout, PostcodeForms::Hes8Only).valid(), Some(layout.clone().into_bytes()));
        let written = format!(" {outward}{}{inward} ", " ".repeat(blanks));
        for text in [written.to_lowercase(), written] {
            prop_assert_eq!(postcode_text(&text, PostcodeForms::Any).valid(), Some(layout.clone().into_bytes()));
        }
    }

    #[test]
    fn standardising_twice_changes_nothing(text in "\\PC{0,30}") {
        for rule in [standardise::name, standardise::text, standardise::category, standardise::number, standardise::identifier] {
            if let Outcome::Valid(first) = rule(&text) {
                prop_assert_eq!(rule(&shown(&first)).map(|second| shown(&second)), Outcome::Valid(shown(&first)));
            }
        }
    }

    #[test]
    fn whole_numbers_are_themselves(value in any::<i64>(), zeros in 0_usize..4) {
        let padding = "0".repeat(zeros);
        let sign = if value < 0 { "-" } else { "" };
        let written = format!("{sign}{padding}{}.{padding}", value.unsigned_abs());
        prop_assert_eq!(standardise::number(&written).map(|n| shown(&n)), Outcome::Valid(value.to_string()));
    }

    #[test]
    fn an_exponent_moves_the_point(whole in 1_u32..100_000, places in 0_usize..20) {
        let digits = whole.to_string();
        let up = standardise::number(&format!("{digits}e{places}")).map(|n| shown(&n));
        prop_assert_eq!(up, Outcome::Valid(format!("{digits}{}", "0".repeat(places))));
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (before, after) = padded.split_at(padded.len() - places);
        let plain = standardise::number(&format!("{before}.{after}")).map(|n| shown(&n));
        prop_assert_eq!(standardise::number(&format!("{digits}e-{places}")).map(|n| shown(&n)), plain);
    }

    #[test]
    fn providers_and_ids_cannot_slide(
        provider in "[A-Z0-9]{1,5}", id in "[1-9A-Z][0-9A-Z]{0,5}", cut in any::<prop::sample::Index>(),
    ) {
        let joined = format!("{provider}{id}");
        let cut = 1 + cut.index(joined.len() - 1);
        if cut == provider.len() {
            return Ok(());
        }
        let (other_provider, other_id) = joined.split_at(cut);
        let encode = |provider, id| standardise::local_patient_id(Some(provider), id).valid();
        prop_assert!(encode(&provider, &id) != encode(other_provider, other_id));
    }

    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in any::<String>(), number in any::<i64>()) {
        let rules = DateRules { sentinels: HES_DATE_SENTINELS.to_vec(), ..DateRules::birth(20_000) };
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            for form in DateForm::ALL {
                let _ = standardise::date(bytes, &DateRules { form, ..rules.clone() });
            }
            for forms in PostcodeForms::ALL {
                let _ = standardise::postcode(bytes, &PostcodeRules { forms, ..PostcodeRules::hes() });
            }
            let _ = standardise::nhs_number(bytes);
            let _ = standardise::sex(bytes, &SexCodes::general());
        }
        for rule in [standardise::name, standardise::text, standardise::category, standardise::number, standardise::identifier] {
            let _ = rule(&text);
        }
        let _ = standardise::local_patient_id(Some(&text), &text);
        let _ = standardise::nhs_number_from_int(number);
        let _ = standardise::sex_from_int(number, &SexCodes::general());
        let _ = standardise::date_from_day(number as i32, &rules);
        let _ = standardise::date_from_parts(number as i32, (number >> 32) as i32, number as i32, &rules);
    }

    /// Bytes that look like dates and times reach further into the reader than random ones.
    #[test]
    fn almost_dates_do_not_panic(text in "[0-9JanMAR/. T:Z+-]{0,30}") {
        for form in DateForm::ALL {
            let _ = standardise::date(text.as_bytes(), &DateRules { form, ..DateRules::birth(20_000) });
        }
    }

    #[test]
    fn almost_numbers_are_numbers_to_a_float_too(text in "[0-9+.eE-]{0,12}") {
        // Too long is a number too, of a size that nothing has.
        let is_number = matches!(
            standardise::number(&text),
            Outcome::Valid(_) | Outcome::Rejected(RejectRule::TooLong)
        );
        prop_assert_eq!(is_number, text.parse::<f64>().is_ok());
    }
}
