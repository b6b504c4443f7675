//! Value numbers, derived values and measures, held to hand-made tables and plain twins.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray, StringViewArray,
};
use counterfoil_core::scored::{Measured, Similarity};
use counterfoil_core::{NullReason, RejectRule};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::standardise::{DateForm, DateRules, NumberCodes, PostcodeRules, SexCodes, day_number};
use counterfoil_token::values::{
    Derivation, Dictionary, FieldReader, Measure, Measures, Numbers, ValueKind, ValueRules,
};
use proptest::prelude::*;

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
fn numbers_follow_first_appearance_and_are_shared_by_the_fields_of_a_domain() {
    let mut names = Dictionary::new(ValueKind::Name);
    let (mut forenames, mut surnames) = (Vec::new(), Vec::new());
    let mut reader = FieldReader::new(0, ValueRules::Name, vec![]);
    reader.read(&texts(&[Some("Mary"), None, Some("JAMES"), Some("mary ")]), &mut names, &mut forenames);
    reader.read(&texts(&[Some("Thomas")]), &mut names, &mut forenames);
    FieldReader::new(1, ValueRules::Name, vec![]).read(
        &texts(&[Some("James"), Some("O'Neil")]),
        &mut names,
        &mut surnames,
    );
    assert_eq!(forenames, [1, 0, 2, 1, 3]);
    assert_eq!(surnames, [2, 4]);
    assert_eq!(names.len(), 4);
}

#[test]
fn every_row_is_counted_and_refused_values_are_listed_by_row() {
    let mut dictionary = Dictionary::new(ValueKind::NhsNumber);
    let mut reader = FieldReader::new(3, ValueRules::NhsNumber, vec!["none".to_owned()]);
    let mut numbers = Vec::new();
    // 943 476 5919 is the example of the NHS data dictionary; the second has a wrong check digit.
    reader.read(&texts(&[Some("9434765919"), Some("none"), None]), &mut dictionary, &mut numbers);
    reader.read(&texts(&[Some("9434765918"), Some("943 476 5919")]), &mut dictionary, &mut numbers);
    reader.read_nothing(2, &mut numbers);
    assert_eq!(numbers, [1, 0, 0, 0, 1, 0, 0]);
    let counts = reader.counts().clone();
    assert_eq!((counts.rows, counts.valid), (7, 2));
    assert_eq!(counts.null[NullReason::Sentinel as usize], 1);
    assert_eq!(counts.null[NullReason::Empty as usize], 3);
    let rejects = reader.take_rejects();
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0].row, rejects[0].field, rejects[0].rule), (3, 3, RejectRule::NhsNumberCheckDigit));
    assert!(reader.take_rejects().is_empty());
}

#[test]
fn values_are_in_the_comparison_form_of_their_kind() {
    let cases: [(ValueRules, &[(&str, &str)]); 9] = [
        (ValueRules::Name, &[("O'Brien", "OBRIEN"), ("Zoë", "ZOE"), ("Unknown", ""), ("12", "")]),
        (ValueRules::Words, &[("Dr. Mary-Ann  O'Neil", "DR MARY ANN ONEIL"), ("--", "")]),
        (ValueRules::Identifier, &[(" ab/12 ", "AB/12"), ("é", "É")]),
        (ValueRules::NhsNumber, &[("943 476 5919", "9434765919"), ("9434765918", "")]),
        (ValueRules::Sex(SexCodes::general()), &[("Female", "2"), ("1.0", "1"), ("U", "")]),
        (ValueRules::Email, &[(" Ann.Lee@Example.ORG ", "ann.lee@example.org")]),
        (ValueRules::Number(NumberCodes::default()), &[("007.50", "7.5"), ("x", "")]),
        (ValueRules::Location, &[("51.5, -0.125", "51.500000,-0.125000"), ("91,0", ""), ("-0,0", "0.000000,0.000000")]),
        (
            ValueRules::Postcode(PostcodeRules::default()),
            &[
                ("ls1 4ap", "LS1 4AP"),
                ("SO14 3AB", "S014 3AB"),
                ("B1   1BD", "B1 1BD"),
                ("75001", "75001"),
                ("1012-WX", "1012WX"),
                ("ZZ99 3VZ", ""),
                ("--", ""),
            ],
        ),
    ];
    for (rules, rows) in cases {
        for (raw, expected) in rows {
            assert_eq!(read(&rules, &texts(&[Some(raw)])), [*expected], "{:?} {raw}", rules.kind());
        }
    }
}

#[test]
fn dates_may_lack_their_day_and_month() {
    for (raw, expected) in [
        ("1985-03-04", "19850304"),
        ("04/03/1985", "19850304"),
        ("1985", "1985"),
        ("1985.0", "1985"),
        ("1985-03", "198503"),
        ("03/1985", "198503"),
        ("Mar 1985", "198503"),
        ("1985 March", "198503"),
        ("1985-00-00", "1985"),
        ("00/03/1985", "198503"),
        ("19850300", "198503"),
        ("19850304.0", "19850304"),
        // No such day; out of range; six digits may be anything; a sentinel.
        ("1985-02-30", ""),
        ("1985-13", ""),
        ("1799", ""),
        ("2031-01", ""),
        ("198503", ""),
        ("1900-01-01", ""),
    ] {
        assert_eq!(read(&dates(), &texts(&[Some(raw)])), [expected], "{raw}");
    }
    let day = day_number(1985, 3, 4).expect("a date");
    assert_eq!(read(&dates(), &Date32Array::from(vec![day])), ["19850304"]);
    assert_eq!(read(&dates(), &Int64Array::from(vec![1985, 19_850_304, 850_304])), ["1985", "19850304", ""]);
    assert_eq!(read(&dates(), &Float64Array::from(vec![1985.0, 1985.5, f64::NAN])), ["1985", "", ""]);
}

#[test]
fn a_date_in_three_columns_may_lack_parts_too() {
    let mut dictionary = Dictionary::new(ValueKind::Date);
    let mut numbers = Vec::new();
    let (years, months) =
        (texts(&[Some("1985"), Some("1985"), None, Some("1985")]), texts(&[Some("3"), None, None, Some("3")]));
    let days = Int64Array::from(vec![Some(4), None, None, None]);
    FieldReader::new(0, dates(), vec![]).read_date_parts([&years, &months, &days], &mut dictionary, &mut numbers);
    let values: Vec<String> = numbers.into_iter().map(|number| clear(&dictionary, number)).collect();
    assert_eq!(values, ["19850304", "1985", "", "198503"]);
}

#[test]
fn derived_values_are_those_of_their_definition() {
    use Derivation as D;
    let postcodes = ValueRules::Postcode(PostcodeRules::default());
    let cases: [(&ValueRules, &str, D, &str); 27] = [
        (&ValueRules::Name, "MARGARET", D::Prefix(3), "MAR"),
        (&ValueRules::Name, "JO", D::Prefix(3), "JO"),
        (&ValueRules::Name, "ΩΨΦ", D::Prefix(2), "ΩΨ"),
        (&ValueRules::Name, "MARGARET", D::Suffix(2), "ET"),
        (&ValueRules::Name, "ΩΨΦ", D::Suffix(2), "ΨΦ"),
        (&ValueRules::Name, "MARGARET", D::Initial, "M"),
        (&ValueRules::Name, "ROBERT", D::Soundex, "R163"),
        (&ValueRules::Name, "ΩΨΦ", D::Soundex, ""),
        (&ValueRules::Words, "MARY ANN SMITH", D::FirstWord, "MARY"),
        (&ValueRules::Words, "MARY ANN SMITH", D::LastWord, "SMITH"),
        (&ValueRules::Words, "SMITH MARY ANN", D::SortedWords, "ANN MARY SMITH"),
        (&dates(), "1985-03-14", D::Year, "1985"),
        (&dates(), "1985-03-14", D::YearMonth, "198503"),
        (&dates(), "1985-03-14", D::MonthDay, "0314"),
        (&dates(), "1985-03-14", D::Month, "03"),
        (&dates(), "1985-03-14", D::Day, "14"),
        (&dates(), "1985-03", D::Month, "03"),
        (&dates(), "1985-03", D::Day, ""),
        (&dates(), "1985", D::YearMonth, ""),
        (&postcodes, "LS11 4AP", D::Area, "LS"),
        (&postcodes, "LS11 4AP", D::District, "LS11"),
        (&postcodes, "LS11 4AP", D::Sector, "LS11 4"),
        // The letter O is folded to zero in the value, and read back in the area.
        (&postcodes, "SO14 3AB", D::Area, "SO"),
        (&postcodes, "OL1 1AA", D::Area, "OL"),
        (&postcodes, "CR0 2AB", D::Area, "CR"),
        (&postcodes, "B1 1BD", D::Area, "B"),
        (&postcodes, "75001", D::District, ""),
    ];
    for (rules, value, derivation, expected) in cases {
        let derived = dictionary(rules, &[value]).derive(derivation);
        let number = derived.numbers.spread(&[1, 0])[0];
        assert_eq!(derived.numbers.spread(&[0]), [0]);
        let values = derived.dictionary.expect("a domain of its own");
        assert_eq!(clear(&values, number), expected, "{value} {derivation:?}");
    }
}

#[test]
fn several_derived_values_are_each_there_once() {
    for (value, derivation, expected) in [
        ("ANNA", Derivation::Deletions, &["ANA", "ANN", "ANNA", "NNA"][..]),
        ("ΩΨ", Derivation::Deletions, &["Ψ", "Ω", "ΩΨ"]),
        ("ANANA", Derivation::QGrams(2), &["AN", "NA"]),
        ("AN", Derivation::QGrams(3), &["AN"]),
    ] {
        let derived = dictionary(&ValueRules::Name, &[value]).derive(derivation);
        let lists = derived.numbers.spread_lists(&[0, 1]);
        let values = derived.dictionary.expect("a domain of its own");
        let mut found: Vec<String> = lists.of(1).iter().map(|number| clear(&values, *number)).collect();
        found.sort();
        assert_eq!(found, expected, "{value} {derivation:?}");
        assert!(lists.of(0).is_empty());
    }
}

#[test]
fn exchanged_dates_are_numbers_of_the_dates_themselves() {
    let dates = dictionary(&dates(), &["1985-03-04", "1985-04-03", "1985-03-14", "1985-05-05", "1985"]);
    let derived = dates.derive(Derivation::MonthDaySwapped);
    assert!(derived.dictionary.is_none());
    assert_eq!(derived.numbers.spread(&[1, 2, 3, 4, 5, 0]), [2, 1, 0, 4, 0, 0]);
}

#[test]
fn places_are_in_the_order_of_the_values() {
    let names = dictionary(&ValueRules::Name, &["SMITH", "ADAMS", "JONES"]);
    assert_eq!(names.derive(Derivation::Ordered).numbers.spread(&[1, 2, 3, 0]), [3, 1, 2, 0]);
    let numbers = dictionary(&ValueRules::Number(NumberCodes::default()), &["10", "9", "-1"]);
    assert_eq!(numbers.derive(Derivation::Ordered).numbers.spread(&[1, 2, 3]), [3, 2, 1]);
}

#[test]
fn two_domains_derived_into_one_share_numbers() {
    let (forenames, surnames) =
        (dictionary(&ValueRules::Name, &["JAMES"]), dictionary(&ValueRules::Name, &["JAMESON", "LEE"]));
    let mut prefixes = Dictionary::new(ValueKind::Name);
    let first = forenames.derive_into(Derivation::Prefix(3), &mut prefixes);
    let second = surnames.derive_into(Derivation::Prefix(3), &mut prefixes);
    assert_eq!(first.spread(&[1]), [1]);
    assert_eq!(second.spread(&[1, 2]), [1, 2]);
}

/// The grades of one value against the others: positions in `values`.
fn grades(rules: &ValueRules, values: &[&str], measure: Measure, thresholds: &[f64]) -> Vec<u8> {
    let dictionary = Arc::new(dictionary(rules, values));
    let mut measures = Measures::default();
    let position =
        measures.add(Measured { left: 0, right: 0, asks_equal: false }, &dictionary, measure, thresholds.to_vec());
    let right: Vec<u32> = (2..=values.len() as u32).collect();
    let mut out = vec![9; right.len()];
    measures.grades(position, &vec![1; right.len()], &right, &mut out);
    out
}

#[test]
fn dates_are_graded_by_difference_and_parts() {
    let values =
        ["1985-03-04", "1985-03-05", "1985-04-04", "1986-03-04", "1985-04-03", "1985-03", "1986", "1995-01-01"];
    for (measure, thresholds, expected) in [
        // 1, 31 and 365 days; 30 days; no month between; one year; nearly ten years.
        (Measure::Days, &[1.0, 31.0, 366.0][..], [3, 2, 1, 2, 3, 1, 0]),
        // 31 days are more than a month of 30.4375 days, 30 are not.
        (Measure::Months, &[1.0, 12.0], [2, 1, 1, 2, 2, 1, 0]),
        (Measure::Years, &[1.0, 10.0], [2, 2, 2, 2, 2, 2, 1]),
        (Measure::DateParts, &[2.0, 1.0], [2, 2, 2, 1, 2, 0, 0]),
        (Measure::MonthDaySwapped, &[1.0], [0, 0, 0, 1, 0, 0, 0]),
    ] {
        assert_eq!(grades(&dates(), &values, measure, thresholds), expected, "{measure:?}");
    }
}

#[test]
fn numbers_are_graded_by_difference() {
    let rules = ValueRules::Number(NumberCodes::default());
    let values = ["10", "11", "-10", "10.5", "0"];
    assert_eq!(grades(&rules, &values, Measure::Difference, &[1.0, 10.0]), [2, 0, 2, 1]);
    // 1/11, 20/10, 0.5/10.5, 10/10.
    assert_eq!(grades(&rules, &values, Measure::RelativeDifference, &[0.05, 0.1, 1.0]), [2, 0, 3, 1]);
}

/// A degree of a great circle of radius 6371 km is 111.19 km.
#[test]
fn places_are_graded_by_distance() {
    let values = ["0,0", "0,1", "1,0", "0,180", "0,-1"];
    assert_eq!(grades(&ValueRules::Location, &values, Measure::Kilometres, &[111.2, 20_016.0]), [2, 2, 1, 2]);
    assert_eq!(grades(&ValueRules::Location, &values, Measure::Kilometres, &[111.1, 20_015.0]), [1, 1, 0, 1]);
    // At 60° north a degree of longitude is half as long.
    assert_eq!(grades(&ValueRules::Location, &["60,0", "60,1"], Measure::Kilometres, &[55.6, 111.0]), [2]);
}

#[test]
fn what_values_have_in_common_is_counted() {
    let names = dictionary(&ValueRules::Name, &["SMITH", "SMYTH", "SMIHT", "JONES"]);
    let deletions = Arc::new(names.derive(Derivation::Deletions).numbers);
    let mut measures = Measures::default();
    let measured = Measured { left: 2, right: 3, asks_equal: true };
    let position = measures.add_in_common(measured, &deletions, vec![6.0, 1.0]);
    assert_eq!(measures.measures(), [measured]);
    let mut out = [9; 4];
    // A substitution shares one deletion, an exchange of neighbours two, a value all six of its own.
    measures.grades(position, &[1, 1, 1, 1], &[1, 2, 3, 4], &mut out);
    assert_eq!(out, [2, 1, 1, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The same texts come out the same whatever the array's type, and whatever the batches.
    #[test]
    fn arrays_of_every_type_read_alike(values in prop::collection::vec(prop::option::of("[a-c '1]{0,4}"), 0..60), cut in any::<prop::sample::Index>()) {
        for rules in [ValueRules::Name, ValueRules::Identifier, ValueRules::Category] {
            let plain = StringArray::from(values.clone());
            let views: StringViewArray = values.iter().map(Option::as_deref).collect();
            let encoded: DictionaryArray<Int32Type> = values.iter().map(Option::as_deref).collect();
            let expected = numbered(&rules, &[&plain]);
            prop_assert_eq!(&expected, &numbered(&rules, &[&views]));
            prop_assert_eq!(&expected, &numbered(&rules, &[&encoded]));
            let cut = cut.index(values.len() + 1);
            let (first, second) = (plain.slice(0, cut), encoded.slice(cut, values.len() - cut));
            prop_assert_eq!(&expected, &numbered(&rules, &[&first, &second]));
        }
    }

    /// Batches of text measures give what the definition gives, pair by pair.
    #[test]
    fn batches_are_graded_as_single_pairs(
        values in prop::collection::btree_set("[ABÉ]{1,6}|[A-C]{60,70}", 2..12),
        pairs in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..60),
    ) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let names = Arc::new({
            let mut dictionary = Dictionary::new(ValueKind::Category);
            FieldReader::new(0, ValueRules::Category, vec![]).read(&StringArray::from(values.clone()), &mut dictionary, &mut Vec::new());
            dictionary
        });
        for measure in [TextMeasure::JaroWinkler, TextMeasure::Osa, TextMeasure::DamerauLevenshtein] {
            let thresholds = if measure.is_distance() { [1.0, 3.0] } else { [0.92, 0.7] };
            let mut measures = Measures::default();
            let measured = Measured { left: 0, right: 0, asks_equal: false };
            measures.add(measured, &names, Measure::Text(measure), thresholds.to_vec());
            let (left, right): (Vec<usize>, Vec<usize>) =
                pairs.iter().map(|(a, b)| (a.index(values.len()), b.index(values.len()))).unzip();
            let number = |positions: &[usize]| -> Vec<u32> { positions.iter().map(|position| *position as u32 + 1).collect() };
            let mut out = vec![0; left.len()];
            measures.grades(0, &number(&left), &number(&right), &mut out);
            for ((left, right), grade) in left.iter().zip(&right).zip(out) {
                let score = measure.of(values[*left], values[*right]);
                let reached = |threshold: &&f64| if measure.is_distance() { score <= **threshold } else { score >= **threshold };
                prop_assert_eq!(usize::from(grade), thresholds.iter().filter(reached).count());
            }
        }
    }

    /// Values within one edit have a deletion in common; values with one in common are at most
    /// two edits apart.
    #[test]
    fn one_edit_is_a_common_deletion(left in "[AB]{1,6}", right in "[AB]{1,6}") {
        prop_assume!(left != right);
        let names = dictionary(&ValueRules::Category, &[&left, &right]);
        let numbers = names.derive(Derivation::Deletions).numbers;
        let shared = numbers.of(1).iter().any(|number| numbers.of(2).contains(number));
        let distance = TextMeasure::Osa.of(&left, &right);
        prop_assert!(distance > 1.0 || shared);
        prop_assert!(TextMeasure::Levenshtein.of(&left, &right) <= 2.0 || !shared);
    }
}

fn numbered(rules: &ValueRules, batches: &[&dyn Array]) -> (Vec<u32>, u64, usize) {
    let mut dictionary = Dictionary::new(rules.kind());
    let mut reader = FieldReader::new(0, rules.clone(), vec!["a".to_owned()]);
    let mut numbers = Vec::new();
    for batch in batches {
        reader.read(*batch, &mut dictionary, &mut numbers);
    }
    (numbers, reader.counts().valid, reader.take_rejects().len())
}

#[test]
fn many_values_keep_their_numbers() {
    // More than the 65,536 texts that share a base in the arena.
    let values: Vec<String> = (0..140_000).map(|number| format!("V{}", number * 7 % 140_000)).collect();
    let column = StringArray::from(values.clone());
    let mut dictionary = Dictionary::new(ValueKind::Identifier);
    let mut numbers = Vec::new();
    let mut reader = FieldReader::new(0, ValueRules::Identifier, vec![]);
    reader.read(&column, &mut dictionary, &mut numbers);
    reader.read(&column, &mut dictionary, &mut numbers);
    assert_eq!(numbers[..140_000], numbers[140_000..]);
    for (value, number) in values.iter().zip(numbers) {
        assert_eq!(dictionary.clear_value(number), value.as_bytes());
        assert_eq!(dictionary.find(value.as_bytes()), Some(number));
    }
    assert_eq!(dictionary.find(b"V140000"), None);
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
