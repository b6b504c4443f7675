//! Links, bridging file, persons and rejects.

use arrow_array::StringArray;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt8Type, UInt16Type, UInt64Type};
use counterfoil_core::{CandidatePair, Code, Part, RecordRef, RejectRule, Step};
use counterfoil_release::bridge::{BRIDGE, BridgeRow, bridge_batch, scored_bridge_batch};
use counterfoil_release::contract::check_contract;
use counterfoil_release::evidence::Evidence;
use counterfoil_release::links::{LinkRow, links_batch};
use counterfoil_release::persons::{PersonRow, persons_batch, persons_in_order};
use counterfoil_release::rejects::{RejectRow, rejects_batch};
use proptest::prelude::*;

use crate::{names, pseudonym, pseudonym_text, texts};

const fn ranked(rank: u8) -> Evidence {
    Evidence::Ranked { step: Step { rank, part: Part::Whole } }
}

const fn record(source: u16, row: u64) -> RecordRef {
    RecordRef { source, row }
}

fn sources() -> Vec<String> {
    // By position "zeta" comes first, by name "alpha" does.
    vec!["zeta".to_owned(), "alpha".to_owned()]
}

fn link(left: RecordRef, right: RecordRef, evidence: Evidence) -> LinkRow<'static> {
    let left_key = ["L0", "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10"][left.row as usize];
    LinkRow { left, left_key, right, right_key: "", evidence, pattern: None, block: None }
}

/// The table in the interface page, "A run directory".
#[test]
fn links_have_the_columns_of_the_interface() {
    let batch = links_batch(Vec::new(), &[]).expect("no rows are in order");
    let due = [
        "left_source",
        "left_row",
        "left_key",
        "right_source",
        "right_row",
        "right_key",
        "match_rank",
        "step",
        "match_weight",
        "match_probability",
        "pattern",
        "block",
    ];
    assert_eq!(names(&batch), due);
}

#[test]
fn links_are_sorted_by_source_name_and_row() {
    let first_part = Evidence::Ranked { step: Step { rank: 1, part: Part::First } };
    let scored = Evidence::Scored { weight: 7.5, probability: 0.99 };
    let rows = vec![
        link(record(0, 1), record(1, 0), ranked(2)),
        link(record(1, 10), record(0, 3), first_part),
        LinkRow { block: Some(3), ..link(record(1, 9), record(0, 4), scored) },
    ];
    let batch = links_batch(rows, &sources()).expect("rows are in order");
    assert_eq!(texts(&batch, "left_source"), [Some("alpha"), Some("alpha"), Some("zeta")]);
    assert_eq!(batch.column(1).as_primitive::<UInt64Type>().values(), &[9, 10, 1]);
    assert_eq!(texts(&batch, "left_key"), [Some("L9"), Some("L10"), Some("L1")]);
    assert_eq!(texts(&batch, "right_key"), [None, None, None]);
    let ranks: Vec<_> = batch.column(6).as_primitive::<UInt8Type>().iter().collect();
    assert_eq!(ranks, [None, Some(1), Some(2)]);
    assert_eq!(texts(&batch, "step"), [None, Some("1A"), Some("2")]);
    let weights: Vec<_> = batch.column(8).as_primitive::<Float64Type>().iter().collect();
    assert_eq!(weights, [Some(7.5), None, None]);
    let probabilities: Vec<_> = batch.column(9).as_primitive::<Float64Type>().iter().collect();
    assert_eq!(probabilities, [Some(0.99), None, None]);
    let blocks: Vec<_> = batch.column(11).as_primitive::<UInt16Type>().iter().collect();
    assert_eq!(blocks, [Some(3), None, None]);
}

#[test]
fn a_ranked_pair_becomes_a_row() {
    let pair = CandidatePair {
        left_unit: Code(1),
        right_unit: Code(2),
        rank: 5,
        part: Part::Whole,
        agreeing: 2,
        activity: 0,
        last_activity: 0,
        right_date: 0,
        left_person: "".into(),
        right_person: "".into(),
        left: record(0, 4),
        right: record(1, 6),
        left_key: "E1".into(),
        right_key: "D1".into(),
    };
    let batch = links_batch(vec![LinkRow::ranked(&pair)], &sources()).expect("the row is in order");
    assert_eq!(texts(&batch, "right_key"), [Some("D1")]);
    assert_eq!(batch.column(6).as_primitive::<UInt8Type>().value(0), 5);
}

#[test]
fn the_same_two_records_are_linked_once() {
    let row = || link(record(0, 1), record(1, 0), ranked(1));
    let fault = links_batch(vec![row(), row()], &sources()).expect_err("the link comes twice");
    assert!(fault.message.starts_with("rows 0 and 1 are equal"), "{fault}");
}

#[test]
fn a_source_without_a_name_is_refused() {
    let row = link(record(9, 1), record(1, 0), ranked(1));
    let fault = links_batch(vec![row], &sources()).expect_err("there is no source 9");
    assert_eq!(fault.message, "source 9 of 2 has no name");
}

fn pair(left: u64, right: u64, evidence: Evidence) -> BridgeRow {
    BridgeRow { left_pseudonym: pseudonym(left), right_pseudonym: pseudonym(right), evidence }
}

#[test]
fn a_bridge_keeps_the_best_of_each_pair() {
    let rows = vec![pair(2, 1, ranked(8)), pair(1, 5, ranked(3)), pair(2, 1, ranked(1))];
    let batch = bridge_batch(rows, "2024-06").expect("rows are in order");
    assert_eq!(names(&batch), ["left_pseudonym", "right_pseudonym", "match_rank", "file_version"]);
    assert_eq!(texts(&batch, "left_pseudonym"), [Some(&*pseudonym_text(1)), Some(&*pseudonym_text(2))]);
    assert_eq!(batch.column(2).as_primitive::<UInt8Type>().values(), &[3, 1]);
    assert_eq!(texts(&batch, "file_version"), [Some("2024-06"), Some("2024-06")]);
}

#[test]
fn a_scored_bridge_has_probabilities_and_no_ranks() {
    let scored = |probability| Evidence::Scored { weight: 1.0, probability };
    let rows = || vec![pair(1, 1, scored(0.5)), pair(1, 1, scored(0.75))];
    let batch = scored_bridge_batch(rows(), "v").expect("rows are in order");
    assert_eq!(names(&batch), ["left_pseudonym", "right_pseudonym", "match_probability", "file_version"]);
    assert_eq!(batch.column(2).as_primitive::<Float64Type>().values(), &[0.75]);
    let fault = bridge_batch(rows(), "v").expect_err("they have no rank");
    assert_eq!(fault.message, "columns do not fit the table's contract");
}

#[test]
fn persons_are_one_row_a_record() {
    let person = |record, person| PersonRow { record, key: "".into(), person: pseudonym(person) };
    let rows = vec![person(record(0, 3), 2), person(record(1, 8), 1), person(record(0, 1), 1)];
    let batch = persons_batch(rows, &sources()).expect("rows are in order");
    assert_eq!(names(&batch), ["source", "row", "key", "person"]);
    assert_eq!(texts(&batch, "source"), [Some("alpha"), Some("zeta"), Some("zeta")]);
    let [one, two] = [1, 2].map(pseudonym_text);
    assert_eq!(texts(&batch, "person"), [Some(&*one), Some(&*one), Some(&*two)]);
    let twice = vec![person(record(0, 1), 1), person(record(0, 1), 2)];
    persons_batch(twice, &sources()).expect_err("a record has one person");
}

#[test]
fn persons_in_order_are_those_of_any_order() {
    let keys = ["k", "", "m"];
    let person = |row: usize| pseudonym(row as u64 / 2);
    let rows =
        (0..3).map(|row| PersonRow { record: record(1, 7 + row as u64), key: keys[row].into(), person: person(row) });
    let plain = persons_batch(rows.collect(), &sources()).expect("rows are in order");
    let source = &sources()[1];
    let keys = StringArray::from(keys.map(|key| Some(key).filter(|key| !key.is_empty())).to_vec());
    let made = persons_in_order((source, 7), keys.clone(), (0..3).map(person)).expect("as many keys");
    assert!(made == plain);
    persons_in_order((source, 7), keys, (0..2).map(person)).expect_err("a key too many");
}

#[test]
fn rejects_list_a_value_once_for_each_rule() {
    let reject = |row, column, rule| RejectRow { record: record(0, row), column, rule };
    let rows = vec![
        reject(5, "DOB", RejectRule::DateFormat),
        reject(5, "DOB", RejectRule::DateFormat),
        reject(5, "NHSNO", RejectRule::NhsNumberFormat),
        reject(2, "SEX", RejectRule::SexCode),
    ];
    let batch = rejects_batch(rows, &sources()).expect("rows are in order");
    assert_eq!(names(&batch), ["source", "row", "column", "rule"]);
    assert_eq!(batch.column(1).as_primitive::<UInt64Type>().values(), &[2, 5, 5]);
    let rules = [Some("sex-code"), Some("date-format"), Some("nhs-number-format")];
    assert_eq!(texts(&batch, "rule"), rules);
}

proptest! {
    #[test]
    fn a_bridge_does_not_tell_the_order_of_its_input(
        (rows, shuffled) in prop::collection::vec((0_u64..6, 0_u64..6, 1_u8..9), 0..40)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let batch = |rows: &[(u64, u64, u8)]| {
            let row = |(left, right, rank): &(u64, u64, u8)| {
                pair(*left, *right, ranked(*rank))
            };
            bridge_batch(rows.iter().map(row).collect(), "v").expect("rows are in order")
        };
        let found = batch(&rows);
        check_contract(&BRIDGE, &found).expect("the contract holds");
        prop_assert_eq!(found, batch(&shuffled));
    }
}
