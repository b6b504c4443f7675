//! Value numbers, derived values and measures, held to hand-made tables and plain twins.

mod derived;
mod lists;
mod measures;
mod reading;
mod tokens;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use counterfoil_core::scored::Measured;
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::standardise::{DateForm, DateRules, day_number};
use counterfoil_token::values::{Derivation, Dictionary, FieldReader, Measure, Measures, Numbers, ValueRules};

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Dates from 1800 to the end of 2030.
fn dates() -> ValueRules {
    let day = |year| day_number(year, 1, 1).expect("a date");
    ValueRules::Date(DateRules {
        floor: day(1800),
        end: day(2031) - 1,
        sentinels: vec![day(1900)],
        form: DateForm::Auto,
    })
}

/// The values of a column in comparison form; empty for null.
fn read(rules: &ValueRules, column: &dyn Array) -> Vec<String> {
    let mut dictionary = Dictionary::new(rules.kind());
    let mut numbers = Vec::new();
    FieldReader::new(0, rules.clone(), Vec::new()).read(column, &mut dictionary, &mut numbers);
    numbers.into_iter().map(|number| clear(&dictionary, number)).collect()
}

fn clear(dictionary: &Dictionary, number: u32) -> String {
    String::from_utf8(dictionary.clear_value(number).to_vec()).expect("UTF-8")
}

/// A dictionary that holds these values, numbered from 1 on.
fn dictionary(rules: &ValueRules, values: &[&str]) -> Dictionary {
    let mut dictionary = Dictionary::new(rules.kind());
    let column = StringArray::from(values.to_vec());
    let mut numbers = Vec::new();
    FieldReader::new(0, rules.clone(), Vec::new()).read(&column, &mut dictionary, &mut numbers);
    let expected: Vec<u32> = (1..=values.len() as u32).collect();
    assert_eq!(numbers, expected, "the values are valid and all different");
    dictionary
}

#[test]
fn nothing_is_shown() {
    let names = Arc::new(dictionary(&ValueRules::Name, &["SECRET", "HIDDEN"]));
    let derived = names.derive(Derivation::Prefix(3));
    let mut measures = Measures::default();
    let measured = Measured { left: 0, right: 0, asks_equal: false };
    measures.add(measured, &names, Measure::Text(TextMeasure::Osa), vec![1.0]);
    let reader = FieldReader::new(0, ValueRules::Name, vec![]);
    assert_eq!(format!("{names:?} {measures:?} {reader:?}"), "Dictionary(…) Measures(…) FieldReader(…)");
    let shown = format!("{derived:?}");
    assert!(!shown.contains("SEC") && !shown.contains("83"), "83 is the code of S");
    assert!(matches!(derived.numbers, Numbers::One(_)));
}
