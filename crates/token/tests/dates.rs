//! Partial agreement of dates, asked of codes and held to the published definitions.

use counterfoil_core::{Code, PartialDate, ValueSimilarity};
use counterfoil_token::dates::DateCodes;
use counterfoil_token::key::{Ids, RootKey};
use counterfoil_token::standardise::day_number;
use counterfoil_token::tokeniser::Tokeniser;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    dates: [String; 2],
    agree: Vec<String>,
    because: String,
}

fn codes() -> DateCodes {
    let keys = RootKey::demo().project(&Ids { project: "dates", release: "dates" });
    DateCodes::new(&Tokeniser::new(&keys.token_key()), true)
}

type Civil = (i32, u8, u8);

fn civil(date: &str) -> Civil {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<u16>().expect("parts of a date are numbers"));
    let mut part = || parts.next().expect("a date has three parts");
    (i32::from(part()), part() as u8, part() as u8)
}

fn code(codes: &DateCodes, (year, month, day): Civil) -> Code {
    day_number(year, month, day).map_or(Code::NULL, |day| codes.code(day))
}

#[test]
fn each_definition_is_the_published_one() {
    let table: Table = toml::from_str(include_str!("../../../fixtures/cases/partial-date.toml"))
        .expect("the case table is well formed");
    let codes = codes();
    let mut failures = Vec::new();
    for case in &table.case {
        let unknown = case.agree.iter().find(|name| PartialDate::parse(name).is_none());
        assert_eq!(unknown, None, "definitions are called by their names in job files");
        let [a, b] = [0, 1].map(|i: usize| code(&codes, civil(&case.dates[i])));
        for definition in PartialDate::ALL {
            let due = case.agree.iter().any(|name| name == definition.name());
            if [(a, b), (b, a)].iter().any(|(a, b)| codes.dates_agree_partly(*a, *b, definition) != due) {
                failures.push(format!("{:?}, {}: should be {due}: {}", case.dates, definition.name(), case.because));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn nothing_agrees_with_a_missing_date() {
    let codes = codes();
    let date = code(&codes, (1950, 3, 14));
    for definition in PartialDate::ALL {
        for (a, b) in [(Code::NULL, date), (date, Code::NULL), (Code::NULL, Code::NULL)] {
            assert!(!codes.dates_agree_partly(a, b, definition), "{}", definition.name());
        }
    }
}

/// The definitions on clear dates, in the words of their sources.
fn agree_partly(a: Civil, b: Civil, definition: PartialDate) -> bool {
    let reversed = |number: i32| number % 10 * 10 + number / 10;
    let (year, month, day) = (a.0 == b.0, a.1 == b.1, a.2 == b.2);
    let swapped = a.1 == b.2 && a.2 == b.1;
    let two = |year: bool, month: bool, day: bool| [year, month, day].iter().filter(|part| **part).count() >= 2;
    match definition {
        PartialDate::TwoOfThree => two(year, month, day),
        PartialDate::TwoOfThreeOrSwapped => two(year, month, day) || year && swapped,
        PartialDate::MonthAndYear => year && month,
        PartialDate::MpsCrossCheck => {
            let year = year || a.0 / 100 == b.0 / 100 && a.0 % 100 == reversed(b.0 % 100);
            let day = day || i32::from(a.2) == reversed(b.2.into());
            two(year, month, day) || swapped
        }
    }
}

/// Codes against clear dates: every pair of some days a few years apart, so that all kinds
/// of agreement occur.
#[test]
fn codes_agree_as_the_dates_behind_them_do() {
    let codes = codes();
    let mut dates = Vec::new();
    for year in [1905, 1944, 1945, 1950, 1954] {
        for month in [1, 3, 10, 12] {
            dates.extend([1, 3, 10, 12, 21, 29].map(|day| (year, month, day)));
        }
    }
    for a in &dates {
        for b in &dates {
            for definition in PartialDate::ALL {
                let found = codes.dates_agree_partly(code(&codes, *a), code(&codes, *b), definition);
                assert_eq!(found, agree_partly(*a, *b, definition), "{a:?}, {b:?}, {}", definition.name());
            }
        }
    }
}
