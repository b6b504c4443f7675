//! Fields with several values a row.

use std::sync::Arc;

use arrow_array::builder::{LargeListBuilder, ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, StringArray};
use counterfoil_core::NullReason;
use counterfoil_core::scored::{Measured, Similarity};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::values::{Dictionary, FieldReader, Lists, Measure, Measures, Overlap, ValueKind, ValueRules};

use super::clear;

/// Rows of lists; `None` is a null row.
type Rows<'a> = [Option<&'a [&'a str]>];

fn arrow(rows: &Rows<'_>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    rows.iter().for_each(|row| builder.append_option(row.map(|row| row.iter().copied().map(Some))));
    Arc::new(builder.finish())
}

fn large(rows: &Rows<'_>) -> ArrayRef {
    let mut builder = LargeListBuilder::new(StringBuilder::new());
    rows.iter().for_each(|row| builder.append_option(row.map(|row| row.iter().copied().map(Some))));
    Arc::new(builder.finish())
}

fn separated(rows: &Rows<'_>) -> ArrayRef {
    Arc::new(rows.iter().map(|row| row.map(|row| row.join(";"))).collect::<StringArray>())
}

/// The elements of each row, sorted; and the counts of valid rows and of some null ones.
fn read(column: &dyn Array) -> (Vec<Vec<String>>, [u64; 3]) {
    let (mut names, mut lists) = (Dictionary::new(ValueKind::Name), Lists::default());
    let mut reader = FieldReader::new(0, ValueRules::Name, vec![]);
    let mut numbers = Vec::new();
    reader.read_lists(column, ';', &mut names, &mut lists, &mut numbers);
    let elements = lists.elements().spread_lists(&numbers);
    let rows = (0..numbers.len() as u32).map(|row| {
        let mut row: Vec<String> = elements.of(row).iter().map(|number| clear(&names, *number)).collect();
        row.sort();
        row
    });
    let counts = reader.counts();
    let null = [NullReason::Empty, NullReason::Placeholder].map(|reason| counts.null[reason as usize]);
    assert_eq!(counts.rows, numbers.len() as u64);
    (rows.collect(), [counts.valid, null[0], null[1]])
}

#[test]
fn lists_are_read_from_every_layout() {
    let rows: &Rows<'_> = &[
        Some(&["Smith", "Jones"]),
        None,
        Some(&["jones", "SMITH", "Jones"]),
        Some(&["Unknown"]),
        Some(&["Unknown", "Khan"]),
        Some(&[""]),
    ];
    let expected = [&["JONES", "SMITH"][..], &[], &["JONES", "SMITH"], &[], &["KHAN"], &[]];
    for column in [arrow(rows), large(rows), separated(rows)] {
        let (found, counts) = read(&column);
        assert_eq!(found, expected);
        assert_eq!(counts, [3, 2, 1]);
    }
    // A part of an array begins in the middle of its elements.
    let (found, _) = read(&arrow(rows).slice(2, 3));
    assert_eq!(found, expected[2..5]);
}

#[test]
fn lists_of_equal_elements_are_one_list() {
    let mut lists = Lists::default();
    let numbers = [vec![3, 1], vec![1, 3, 3], vec![1], vec![3, 1]].map(|mut list| lists.number(&mut list));
    assert_eq!(numbers, [1, 1, 2, 1]);
}

#[test]
fn lists_are_graded_by_what_they_share_and_by_their_closest_elements() {
    let mut names = Dictionary::new(ValueKind::Name);
    let mut numbers = Vec::new();
    let column = StringArray::from(vec!["SMITH", "JONES", "SMYTH", "KHAN", "PATEL"]);
    FieldReader::new(0, ValueRules::Name, vec![]).read(&column, &mut names, &mut numbers);
    let mut lists = Lists::default();
    // Against SMITH and JONES: one in common of three; none, but SMYTH is one edit off; nothing.
    let left = lists.number(&mut vec![1, 2]);
    let right = [vec![2, 4], vec![3, 4], vec![4, 5]].map(|mut list| lists.number(&mut list));
    let (names, elements) = (Arc::new(names), Arc::new(lists.elements()));
    let measured = Measured { left: 0, right: 0, asks_equal: true };
    let mut measures = Measures::default();
    measures.add_in_common(measured, &elements, vec![2.0, 1.0]);
    // One in common: 1/3 of either, 1/2 of the mean.
    measures.add_overlap(measured, &elements, Overlap::Jaccard, vec![0.34, 0.33]);
    measures.add_overlap(measured, &elements, Overlap::Cosine, vec![0.51, 0.5]);
    measures.add_closest(measured, &names, &elements, Measure::Text(TextMeasure::Levenshtein), vec![0.0, 1.0]);
    for (measure, expected) in [[1, 0, 0], [1, 0, 0], [1, 0, 0], [2, 1, 0]].into_iter().enumerate() {
        let mut out = [9; 3];
        measures.grades(measure, &[left; 3], &right, &mut out);
        assert_eq!(out, expected);
    }
}
