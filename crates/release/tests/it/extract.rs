//! The extract of deaths.

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int16Type, UInt8Type};
use counterfoil_core::NO_DATE;
use counterfoil_release::causes::{Causes, Mentions};
use counterfoil_release::contract::check_contract;
use counterfoil_release::deaths::{HospitalDeath, RegisteredDeath};
use counterfoil_release::extract::{DEATHS, DeathRow, PersonFacts, deaths_batch};
use proptest::prelude::*;

use crate::{day, names, pseudonym, pseudonym_text, texts};

fn registered(date: &str, rank: u8) -> RegisteredDeath {
    RegisteredDeath {
        date_of_registration: day(date) + 5,
        causes: Causes {
            neonatal: false,
            underlying: Some("I219".into()),
            mentions: Mentions::new([Some("I219"), Some("E119")]),
        },
        communal_establishment: Some("E1234".into()),
        nhs_indicator: Some(1),
        residence_pct: Some("5A1".into()),
        residence_sha: Some("Q36".into()),
        sex: Some(1),
        ..RegisteredDeath::new(day(date), rank)
    }
}

fn hospital(date: &str) -> HospitalDeath {
    HospitalDeath {
        residence_pct: Some("5C9".into()),
        residence_sha: Some("Q31".into()),
        sex: Some(2),
        ..HospitalDeath::new(day(date))
    }
}

fn person() -> PersonFacts {
    PersonFacts { last_activity: NO_DATE, birth: None, offset_days: 0 }
}

fn one(ons: Option<RegisteredDeath>, hes: Option<HospitalDeath>) -> RecordBatch {
    let row = DeathRow::new(pseudonym(1), ons, hes, person()).expect("there is a death");
    deaths_batch(vec![row]).expect("the row is in order")
}

fn date(batch: &RecordBatch, column: &str) -> Option<i32> {
    batch.column_by_name(column)?.as_primitive::<Date32Type>().iter().next()?
}

fn number(batch: &RecordBatch, column: &str) -> Option<u8> {
    batch.column_by_name(column)?.as_primitive::<UInt8Type>().iter().next()?
}

fn text<'a>(batch: &'a RecordBatch, column: &str) -> Option<&'a str> {
    texts(batch, column)[0]
}

/// The table of the delivered file, section "Output columns" of the linkage methodology.
#[test]
fn columns_stand_as_a_recipient_loads_them() {
    let mentions = |kind: &str| (1..=15).map(|n| format!("CAUSE_OF_DEATH_{kind}_{n}")).collect();
    let non_neonatal: Vec<String> = mentions("NON_NEONATAL");
    let neonatal: Vec<String> = mentions("NEONATAL");
    let mut due: Vec<&str> = vec!["RECORD_ID", "TOKENID", "DOD", "DOR", "CAUSE_OF_DEATH"];
    due.extend(non_neonatal.iter().chain(&neonatal).map(String::as_str));
    due.extend(["COMMUNAL_ESTABLISHMENT", "NHS_INDICATOR", "RESPCT", "RESSTHA", "SEX"]);
    due.extend(["SUBSEQUENT_ACTIVITY", "DEATH_RECORD_USED", "MATCH_RANK", "AGE_AT_DEATH"]);
    assert_eq!(names(&deaths_batch(Vec::new()).expect("no rows are in order")), due);
}

#[test]
fn a_close_later_registration_gives_its_record_with_the_hospital_date() {
    let batch = one(Some(registered("2019-05-12", 3)), Some(hospital("2019-05-10")));
    assert_eq!(text(&batch, "DEATH_RECORD_USED"), Some("MIX1"));
    assert_eq!(date(&batch, "DOD"), Some(day("2019-05-10")));
    assert_eq!(date(&batch, "DOR"), Some(day("2019-05-17")));
    assert_eq!(text(&batch, "COMMUNAL_ESTABLISHMENT"), Some("E1234"));
    assert_eq!(number(&batch, "SEX"), Some(1));
    assert_eq!(number(&batch, "MATCH_RANK"), Some(3));
}

#[test]
fn a_distant_registration_gives_its_registration_date_and_causes_only() {
    let batch = one(Some(registered("2019-05-20", 1)), Some(hospital("2019-05-10")));
    assert_eq!(text(&batch, "DEATH_RECORD_USED"), Some("HES2"));
    assert_eq!(date(&batch, "DOD"), Some(day("2019-05-10")));
    assert_eq!(date(&batch, "DOR"), Some(day("2019-05-25")));
    assert_eq!(text(&batch, "CAUSE_OF_DEATH"), Some("I219"));
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NON_NEONATAL_2"), Some("E119"));
    assert_eq!(text(&batch, "COMMUNAL_ESTABLISHMENT"), None);
    assert_eq!(number(&batch, "NHS_INDICATOR"), None);
    assert_eq!(text(&batch, "RESPCT"), Some("5C9"));
    assert_eq!(text(&batch, "RESSTHA"), Some("Q31"));
    assert_eq!(number(&batch, "SEX"), Some(2));
}

#[test]
fn a_hospital_death_alone_has_neither_registration_nor_causes() {
    let batch = one(None, Some(hospital("2019-05-10")));
    assert_eq!(text(&batch, "DEATH_RECORD_USED"), Some("HES1"));
    assert_eq!(number(&batch, "MATCH_RANK"), Some(0));
    assert_eq!(date(&batch, "DOR"), None);
    assert_eq!(text(&batch, "CAUSE_OF_DEATH"), None);
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NON_NEONATAL_1"), None);
    assert_eq!(number(&batch, "SEX"), Some(2));
}

#[test]
fn a_neonatal_certificate_fills_its_own_columns_and_has_no_underlying_cause() {
    let mut ons = registered("2019-05-10", 1);
    ons.causes =
        Causes { neonatal: true, underlying: None, mentions: Mentions::new([Some("P072"), None, Some("P220")]) };
    let batch = one(Some(ons), None);
    assert_eq!(text(&batch, "CAUSE_OF_DEATH"), None);
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NEONATAL_1"), Some("P072"));
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NEONATAL_2"), None);
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NEONATAL_3"), Some("P220"));
    assert_eq!(text(&batch, "CAUSE_OF_DEATH_NON_NEONATAL_1"), None);
}

#[test]
fn derived_columns_use_the_delivered_date_of_death() {
    // Delivered date is the hospital's, 10 May; 11 May is after it although not after the
    // registered 12 May. Born 11 May 1940: 78 on 10 May 2019.
    let facts = PersonFacts { last_activity: day("2019-05-11"), birth: Some(day("1940-05-11")), offset_days: 0 };
    let (ons, hes) = (registered("2019-05-12", 1), hospital("2019-05-10"));
    let row = DeathRow::new(pseudonym(1), Some(ons), Some(hes), facts).expect("a death");
    let batch = deaths_batch(vec![row]).expect("the row is in order");
    assert_eq!(text(&batch, "SUBSEQUENT_ACTIVITY"), Some("Y"));
    let age = batch.column_by_name("AGE_AT_DEATH").expect("column exists");
    assert_eq!(age.as_primitive::<Int16Type>().value(0), 78);
}

#[test]
fn no_later_activity_is_blank() {
    assert_eq!(text(&one(None, Some(hospital("2019-05-10"))), "SUBSEQUENT_ACTIVITY"), None);
}

#[test]
fn one_person_dies_once() {
    let row = || DeathRow::new(pseudonym(7), None, Some(hospital("2019-05-10")), person());
    let rows = vec![row().expect("a death"), row().expect("a death")];
    let fault = deaths_batch(rows).expect_err("the person comes twice");
    assert_eq!(fault.message, "rows 0 and 1 are equal in `TOKENID`");
}

proptest! {
    #[test]
    fn rows_leave_in_pseudonym_order_and_are_numbered_in_it(
        persons in prop::collection::btree_set(any::<u64>(), 0..40)
            .prop_flat_map(|set| Just(set.into_iter().collect::<Vec<_>>()).prop_shuffle())
    ) {
        let row = |token: &u64| {
            DeathRow::new(pseudonym(*token), None, Some(hospital("2019-05-10")), person())
                .expect("there is a death")
        };
        let batch = deaths_batch(persons.iter().map(row).collect()).expect("rows are in order");
        check_contract(&DEATHS, &batch).expect("the contract holds");
        let mut sorted = persons;
        sorted.sort_unstable();
        let due: Vec<_> = sorted.iter().map(|person| pseudonym_text(*person)).collect();
        prop_assert_eq!(texts(&batch, "TOKENID"), due.iter().map(|p| Some(p.as_str())).collect::<Vec<_>>());
        let numbers: Vec<_> = (1..=due.len()).map(|n| n.to_string()).collect();
        prop_assert_eq!(texts(&batch, "RECORD_ID"), numbers.iter().map(|n| Some(n.as_str())).collect::<Vec<_>>());
    }
}
