//! Columns of every type become value numbers.

use arrow_array::types::Int32Type;
use arrow_array::{Array, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray, StringViewArray};
use counterfoil_core::{NullReason, RejectRule};
use counterfoil_token::standardise::{DateForm, DateRules, NumberCodes, PostcodeRules, SexCodes, day_number};
use counterfoil_token::values::{Dictionary, FieldReader, ValueKind, ValueRules};
use proptest::prelude::*;

use super::{clear, dates, read, texts};

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
    let cases: [(ValueRules, &[(&str, &str)]); 10] = [
        (ValueRules::Name, &[("O'Brien", "OBRIEN"), ("Zoë", "ZOE"), ("Unknown", ""), ("12", "")]),
        (ValueRules::Words, &[("Dr. Mary-Ann  O'Neil", "DR MARY ANN ONEIL"), ("--", "")]),
        (ValueRules::FullName, &[("O'Neil, Mary-Ann", "MARY ANN ONEIL"), ("Lee, Jr.", "LEE"), (",", "")]),
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
                ("4011.0", "4011"),
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
fn dates_are_read_from_columns_of_every_type() {
    let day = day_number(1985, 3, 4).expect("a date");
    assert_eq!(read(&dates(), &Date32Array::from(vec![day])), ["19850304"]);
    assert_eq!(read(&dates(), &Int64Array::from(vec![1985, 19_850_304, 850_304])), ["1985", "19850304", ""]);
    assert_eq!(read(&dates(), &Float64Array::from(vec![1985.0, 1985.5, f64::NAN])), ["1985", "", ""]);
    assert_eq!(read(&dates(), &texts(&[Some("19850304.0"), Some("1985.0")])), ["19850304", "1985"]);
    let ValueRules::Date(rules) = dates() else { panic!("rules of dates") };
    let excel = ValueRules::Date(DateRules { form: DateForm::Excel, ..rules });
    // 25,569 is 1 January 1970, and 1985 is 5 years of 365 days, one leap day and 159 days from
    // 1900 on, if 1 January is 1: 7 June 1905.
    assert_eq!(read(&excel, &Int64Array::from(vec![25_569, 1985])), ["19700101", "19050607"]);
    assert_eq!(read(&excel, &Float64Array::from(vec![25_569.0])), ["19700101"]);
}

#[test]
fn a_date_in_three_columns_may_lack_parts_too() {
    let mut dictionary = Dictionary::new(ValueKind::Date);
    let mut numbers = Vec::new();
    let (years, months) =
        (texts(&[Some("1985"), Some("1985.0"), None, Some("1985")]), texts(&[Some("3.0"), None, None, Some("3")]));
    let days = Float64Array::from(vec![Some(4.0), None, None, None]);
    FieldReader::new(0, dates(), vec![]).read_date_parts([&years, &months, &days], &mut dictionary, &mut numbers);
    let values: Vec<String> = numbers.into_iter().map(|number| clear(&dictionary, number)).collect();
    assert_eq!(values, ["19850304", "1985", "", "198503"]);
}

#[test]
fn an_age_is_what_lies_between_a_year_and_that_of_birth() {
    let ValueRules::Date(rules) = dates() else { panic!("rules of dates") };
    let mut dictionary = Dictionary::new(ValueKind::Number);
    let mut numbers = Vec::new();
    let mut reader = FieldReader::new(0, ValueRules::Number(NumberCodes::default()), vec!["n/a".to_owned()]);
    let born = texts(&[Some("1985-03-04"), Some("1985"), Some("Mar 1984"), Some("1991-01-01"), Some("n/a"), None]);
    reader.read_age_by_birth(&born, 1990, &rules, &mut dictionary, &mut numbers);
    reader.read_age_by_birth(&texts(&[Some("born")]), 1990, &rules, &mut dictionary, &mut numbers);
    let values: Vec<String> = numbers.into_iter().map(|number| clear(&dictionary, number)).collect();
    assert_eq!(values, ["5", "5", "6", "-1", "", "", ""]);
    assert_eq!(reader.counts().null[NullReason::Sentinel as usize], 1);
    assert_eq!(reader.counts().rejected[RejectRule::DateFormat as usize], 1);
}

#[test]
fn a_patient_id_counts_with_its_provider() {
    let mut dictionary = Dictionary::new(ValueKind::LocalPatientId);
    let mut numbers = Vec::new();
    let mut reader = FieldReader::new(0, ValueRules::LocalPatientId, vec![]);
    let ids = texts(&[Some("00123"), Some("123"), Some("123"), Some("123"), None]);
    let providers = texts(&[Some("RX1"), Some("rx1"), Some("RX2"), None, Some("RX1")]);
    reader.read_with_provider(&ids, &providers, &mut dictionary, &mut numbers);
    reader.read(&ids, &mut dictionary, &mut numbers);
    assert_eq!(numbers, [1, 1, 2, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(reader.counts().null[NullReason::NoProvider as usize], 5);
}

#[test]
fn values_of_one_dictionary_are_found_in_another() {
    let read = |values: &[Option<&str>]| {
        let mut dictionary = Dictionary::new(ValueKind::Identifier);
        let mut reader = FieldReader::new(0, ValueRules::Identifier, vec![]);
        reader.read(&texts(values), &mut dictionary, &mut Vec::new());
        dictionary
    };
    let (here, there) = (read(&[Some("A1"), Some("B2"), Some("C3")]), read(&[Some("c3"), Some("D4"), Some("a1")]));
    assert_eq!(here.places_of(&there), [0, 3, 0, 1]);
    assert_eq!(there.places_of(&here), [0, 3, 0, 1]);
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
