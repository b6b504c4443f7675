//! Measures, in batches of value numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use counterfoil_core::scored::{Measured, Similarity};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::standardise::NumberCodes;
use counterfoil_token::values::{Derivation, Measure, Measures, Overlap, ValueRules};
use proptest::prelude::*;

use super::{dates, dictionary};

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

/// `NIGHT` and `THING` are of the same letters. `THINGS` has one more: 5 of 6. `TIN` lacks two: 3 of
/// 5. `NINTH` has T, H, I and one of its two N, and G is in `NIGHT` alone: 4 of 6.
#[test]
fn letters_in_common_are_a_share_of_all() {
    let names = dictionary(&ValueRules::Name, &["NIGHT", "THING", "THINGS", "TIN", "NINTH"]);
    let letters = Arc::new(names.derive(Derivation::Letters).numbers);
    let mut measures = Measures::default();
    let measured = Measured { left: 0, right: 0, asks_equal: false };
    let thresholds = vec![1.0, 5.0 / 6.0, 4.0 / 6.0, 0.6];
    let position = measures.add_overlap(measured, &letters, Overlap::Jaccard, thresholds);
    let mut out = [9; 4];
    measures.grades(position, &[1, 1, 1, 1], &[2, 3, 4, 5], &mut out);
    assert_eq!(out, [4, 3, 1, 2]);
}

/// Of 1985-03-14 one digit is another in 1985-03-24 and two are in 1985-04-13; in 1985-03-15 and
/// 1986-12-31 one and five.
#[test]
fn digits_in_common_are_those_at_one_place() {
    let dates = dictionary(&dates(), &["1985-03-14", "1985-03-24", "1985-04-13", "1985-03-15", "1986-12-31"]);
    let positions = Arc::new(dates.derive(Derivation::Positions).numbers);
    let mut measures = Measures::default();
    let measured = Measured { left: 0, right: 0, asks_equal: false };
    let position = measures.add_in_common(measured, &positions, vec![7.0, 6.0, 3.0]);
    let mut out = [9; 4];
    measures.grades(position, &[1, 1, 1, 1], &[2, 3, 4, 5], &mut out);
    assert_eq!(out, [3, 2, 3, 1]);
}

/// `NIGHT` and `NACHT` share one run of two letters, HT, of seven; four each.
#[test]
fn texts_are_graded_by_runs_of_letters() {
    let values = ["NIGHT", "NACHT", "NIGHTS", "N", "DAY"];
    for (measure, thresholds, expected) in [
        (Measure::Jaccard(2), [0.8, 1.0 / 7.0], [1, 2, 0, 0]),
        (Measure::Cosine(2), [0.89, 0.25], [1, 2, 0, 0]),
        // Single letters: N, H and T of seven; all five of six; N alone of five.
        (Measure::Jaccard(1), [3.0 / 7.0, 0.2], [2, 2, 1, 0]),
    ] {
        assert_eq!(grades(&ValueRules::Name, &values, measure, &thresholds), expected, "{measure:?}");
    }
}

#[test]
fn nothing_but_what_is_in_common_is_asked_of_numbers_alone() {
    assert!(!Measure::InCommon.needs_clear());
    assert!(Measure::Days.needs_clear() && Measure::Text(TextMeasure::Osa).needs_clear());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What two values have in common is what their sets of letters, of pairs of letters or of
    /// deletions have, however many values have marks in common.
    #[test]
    fn what_is_in_common_is_that_of_plain_sets(
        values in prop::collection::btree_set("[A-FÉ]{1,8}|[A-Z]{1,40}", 2..30),
        threshold in 0.05..1.0_f64,
    ) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let names = dictionary(&ValueRules::Category, &values);
        for derivation in [Derivation::Letters, Derivation::QGrams(2), Derivation::Deletions] {
            let numbers = Arc::new(names.derive(derivation).numbers);
            for (overlap, threshold) in
                [(Overlap::Count, (threshold * 9.0).ceil()), (Overlap::Jaccard, threshold), (Overlap::Cosine, threshold)]
            {
                let mut measures = Measures::default();
                let measured = Measured { left: 0, right: 0, asks_equal: false };
                measures.add_overlap(measured, &numbers, overlap, vec![threshold]);
                for left in 1..=values.len() as u32 {
                    let right: Vec<u32> = (1..=values.len() as u32).collect();
                    let mut out = vec![9; right.len()];
                    measures.grades(0, &vec![left; right.len()], &right, &mut out);
                    for (right, grade) in right.into_iter().zip(out) {
                        let [a, b] = [left, right].map(|number| BTreeSet::from_iter(numbers.of(number)));
                        let (common, either) = (a.intersection(&b).count() as f64, a.union(&b).count() as f64);
                        let score = match overlap {
                            Overlap::Count => common,
                            Overlap::Jaccard => common / either,
                            Overlap::Cosine => common / ((a.len() * b.len()) as f64).sqrt(),
                        };
                        prop_assert_eq!(grade == 1, score >= threshold);
                    }
                }
            }
        }
    }

    /// Batches of text measures give what the definition gives, pair by pair.
    #[test]
    fn batches_are_graded_as_single_pairs(
        values in prop::collection::btree_set("[ABÉ]{1,6}|[A-C]{60,70}", 2..12),
        pairs in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..60),
    ) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let names = Arc::new(dictionary(&ValueRules::Category, &values));
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
}
