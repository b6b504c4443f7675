//! Derived values.

use arrow_array::StringArray;
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::standardise::{NumberCodes, PostcodeRules};
use counterfoil_token::values::{Derivation, Dictionary, FieldReader, ValueKind, ValueRules};
use proptest::prelude::*;

use super::{clear, dates, dictionary};

#[test]
fn derived_values_are_those_of_their_definition() {
    use Derivation as D;
    let postcodes = ValueRules::Postcode(PostcodeRules::default());
    let cases: [(&ValueRules, &str, D, &str); 34] = [
        (&ValueRules::Name, "MARGARET", D::Prefix(3), "MAR"),
        (&ValueRules::Name, "JO", D::Prefix(3), "JO"),
        (&ValueRules::Name, "龍小李", D::Prefix(2), "龍小"),
        (&ValueRules::Name, "MARGARET", D::Suffix(2), "ET"),
        (&ValueRules::Name, "龍小李", D::Suffix(2), "小李"),
        (&ValueRules::Name, "MARGARET", D::Initial, "M"),
        (&ValueRules::Name, "ROBERT", D::Soundex, "R163"),
        (&ValueRules::Name, "龍小李", D::Soundex, ""),
        (&ValueRules::Name, "SMITH", D::DoubleMetaphone, "SM0"),
        (&ValueRules::Name, "BILL", D::Nickname, "WILLIAM"),
        (&ValueRules::Name, "WILLIAM", D::Nickname, "WILLIAM"),
        (&ValueRules::Name, "ALEX", D::Nickname, "ALEXANDER"),
        (&ValueRules::Name, "ZEBEDEE", D::Nickname, "ZEBEDEE"),
        (&ValueRules::Words, "MARY ANN SMITH", D::FirstWord, "MARY"),
        (&ValueRules::Words, "MARY ANN SMITH", D::LastWord, "SMITH"),
        (&ValueRules::Words, "MARY ANN SMITH", D::AfterFirstWord, "ANN SMITH"),
        (&ValueRules::Words, "SMITH", D::AfterFirstWord, ""),
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
        if expected.is_empty() {
            assert_eq!(number, 0, "{value} {derivation:?}");
            continue;
        }
        let values = derived.dictionary.expect("a domain of its own");
        assert_eq!(clear(&values, number), expected, "{value} {derivation:?}");
    }
}

#[test]
fn first_and_last_words_are_of_one_domain() {
    let names = dictionary(&ValueRules::Words, &["MARY ANN SMITH", "SMITH MARY", "SMITH"]);
    let [first, last] = [Derivation::FirstWord, Derivation::LastWord].map(|word| names.derive(word).numbers);
    let (first, last) = (first.spread(&[1, 2, 3]), last.spread(&[1, 2, 3]));
    assert!(first[0] == last[1] && last[0] == first[1] && first[2] == last[2] && first[1] == first[2]);
    assert!(first[0] != first[1]);
}

#[test]
fn what_is_derived_of_a_word_is_of_the_word_alone() {
    let names = dictionary(&ValueRules::Words, &["MARY ANN SMITH", "MARY", "ANNA SMYTHE"]);
    let words = names.words();
    let of = |word, derivation| {
        let derived = words.derive(derivation);
        let numbers = names.derive(word).numbers.then(&derived.numbers);
        let values = derived.dictionary.expect("a domain of its own");
        assert!(numbers.of(0).is_empty());
        [1, 2, 3].map(|number| numbers.of(number).iter().map(|of| clear(&values, *of)).collect::<Vec<_>>())
    };
    assert_eq!(of(Derivation::LastWord, Derivation::Prefix(3)), [["SMI"], ["MAR"], ["SMY"]]);
    // Numbers are in the order in which letters first appear: A1 in MARY, the others in ANNA.
    let letters = of(Derivation::FirstWord, Derivation::Letters);
    assert_eq!(letters[..2], [["M1", "A1", "R1", "Y1"], ["M1", "A1", "R1", "Y1"]]);
    assert_eq!(letters[2], ["A1", "N1", "N2", "A2"]);
}

#[test]
fn several_derived_values_are_each_there_once() {
    for (value, derivation, expected) in [
        ("ANNA", Derivation::Deletions, &["ANA", "ANN", "ANNA", "NNA"][..]),
        ("龍小", Derivation::Deletions, &["小", "龍", "龍小"]),
        ("ANNA", Derivation::Letters, &["A1", "A2", "N1", "N2"]),
        ("龍小龍", Derivation::Letters, &["小1", "龍1", "龍2"]),
        ("ANNA", Derivation::Positions, &["A1", "A4", "N2", "N3"]),
        ("龍小龍", Derivation::Positions, &["小2", "龍1", "龍3"]),
        ("ANANA", Derivation::QGrams(2), &["AN", "NA"]),
        ("AN", Derivation::QGrams(3), &["AN"]),
        ("SMITH", Derivation::Phonetics, &["SM0", "XMT"]),
        ("LEE", Derivation::Phonetics, &["L"]),
        ("ALEX", Derivation::Nicknames, &["ALEXANDER", "ALEXANDRA"]),
        ("ALEXANDRA", Derivation::Nicknames, &["ALEXANDRA"]),
        ("ZEBEDEE", Derivation::Nicknames, &["ZEBEDEE"]),
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
fn runs_of_whole_numbers_are_named_after_their_first() {
    for (value, expected) in [
        ("31", &["29", "30", "31"][..]),
        ("1", &["-1", "0", "1"]),
        // The whole number at or below it.
        ("31.9", &["29", "30", "31"]),
        ("-0.5", &["-3", "-2", "-1"]),
        // More than is counted with.
        ("99999999999999999999", &[]),
    ] {
        let derived = dictionary(&ValueRules::Number(NumberCodes::default()), &[value]).derive(Derivation::Runs(3));
        let values = derived.dictionary.expect("a domain of its own");
        let found: Vec<String> = derived.numbers.of(1).iter().map(|number| clear(&values, *number)).collect();
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn adjacent_years_and_months_have_a_pair_in_common() {
    let dates = dictionary(&dates(), &["1985-01-31", "1984-12-01", "1985", "1986-11-30", "2001-02-03"]);
    for (derivation, expected) in [
        (
            Derivation::AdjacentYears,
            [&["1984", "1985"][..], &["1983", "1984"], &["1984", "1985"], &["1985", "1986"], &["2000", "2001"]],
        ),
        (
            Derivation::AdjacentMonths,
            [&["198412", "198501"][..], &["198411", "198412"], &[], &["198610", "198611"], &["200101", "200102"]],
        ),
    ] {
        let derived = dates.derive(derivation);
        let lists = derived.numbers.spread_lists(&[1, 2, 3, 4, 5]);
        let values = derived.dictionary.expect("a domain of its own");
        for (row, expected) in (0..).zip(expected) {
            let mut found: Vec<String> = lists.of(row).iter().map(|number| clear(&values, *number)).collect();
            found.sort();
            assert_eq!(found, expected, "{derivation:?} of row {row}");
        }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Values within one edit have a deletion in common; values with one in common are at most
    /// two edits apart.
    #[test]
    fn one_edit_is_a_common_deletion(left in "[AB]{1,6}", right in "[AB]{1,6}") {
        prop_assume!(left != right);
        let names = dictionary(&ValueRules::Category, &[&left, &right]);
        let numbers = names.derive(Derivation::Deletions).numbers;
        let shared = numbers.of(1).iter().any(|number| numbers.of(2).contains(number));
        let distance = TextMeasure::Osa.of(&left, &right);
        let are_single = left.len() == 1 && right.len() == 1;
        prop_assert!(distance > 1.0 || shared || are_single);
        prop_assert!(TextMeasure::Levenshtein.of(&left, &right) <= 2.0 || !shared);
    }
}

#[test]
fn names_of_kinds_and_derivations_read_back() {
    assert!(ValueKind::ALL.into_iter().all(|kind| ValueKind::parse(kind.name()) == Some(kind)));
    let with_length = [Derivation::Prefix(3), Derivation::Suffix(12), Derivation::QGrams(2), Derivation::Runs(3)];
    for derivation in Derivation::PLAIN.into_iter().chain(with_length) {
        assert_eq!(Derivation::parse(&derivation.name()), Some(derivation));
    }
    for name in ["prefix", "prefix(0)", "prefix(x)", "prefix(3", "soundex(3)", ""] {
        assert_eq!(Derivation::parse(name), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The plain twin is the difference of the two.
    #[test]
    fn whole_numbers_have_as_many_runs_in_common_as_their_difference_leaves(a in -40_i32..40, b in -40_i32..40, length in 1_u8..9) {
        prop_assume!(a != b);
        let numbers = dictionary(&ValueRules::Number(NumberCodes::default()), &[&a.to_string(), &b.to_string()]);
        let runs = numbers.derive(Derivation::Runs(length)).numbers;
        let in_common = runs.of(1).iter().filter(|run| runs.of(2).contains(run)).count();
        prop_assert_eq!(in_common as i32, (i32::from(length) - (a - b).abs()).max(0));
    }

    /// Whatever the values, derived ones are text with something in it.
    #[test]
    fn odd_values_have_derived_ones_too(values in prop::collection::vec("\\PC{1,6}", 1..8)) {
        for rules in [ValueRules::Name, ValueRules::Words, ValueRules::Email, ValueRules::Postcode(PostcodeRules::default())] {
            let mut dictionary = Dictionary::new(rules.kind());
            let column = StringArray::from(values.clone());
            FieldReader::new(0, rules, vec![]).read(&column, &mut dictionary, &mut Vec::new());
            let with_length = [Derivation::Prefix(3), Derivation::Suffix(3), Derivation::QGrams(3)];
            for derivation in Derivation::PLAIN.into_iter().chain(with_length).filter(|it| it.suits(dictionary.kind())) {
                let derived = dictionary.derive(derivation);
                prop_assert!(derived.numbers.of(0).is_empty());
                let Some(values) = derived.dictionary else { continue };
                for number in (1..=dictionary.len() as u32).flat_map(|number| derived.numbers.of(number)) {
                    prop_assert!(!clear(&values, *number).is_empty());
                }
            }
        }
    }
}
