//! Tests of the records of mental health, community, talking therapies, maternity services
//! and PROMs: keys, what repeats, ties between tables, and errors at their rates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use counterfoil_catalogue::{Catalogue, Field, FieldType};

use super::csds::CSDS;
use super::field_choice::FieldChoice;
use super::iapt::{Iapt, PathwayMonth};
use super::mhsds::MHSDS;
use super::monthly::{Monthly, PersonMonth, ReferralMonth, Submissions};
use super::msds::{Baby, Booked, Msds, MsdsBabies};
use super::proms::{Operated, Proms};
use super::registrar::{Identity, birth_day};
use super::writer::{Collection, Writer};
use super::{Block, Records, tables};
use crate::errors::{ErrorKind, ErrorRates};
use crate::events::months::{first_day, last_day, month_of};
use crate::events::proms::Joint;
use crate::events::referral::Referral;
use crate::population::{Life, World};

const PEOPLE: u64 = 3_000;

struct People {
    world: World,
    lives: Vec<Life>,
}

/// The same for all tests here.
fn people() -> &'static People {
    static DRAWN: LazyLock<People> = LazyLock::new(|| {
        let world = World::new(43, PEOPLE);
        let lives = world.lives(0..PEOPLE);
        People { world, lives }
    });
    &DRAWN
}

impl People {
    /// The rows that `record` appends for everybody.
    fn rows<Row>(&self, mut record: impl FnMut(&Life, &mut Vec<Row>)) -> Vec<Row> {
        let mut rows = Vec::new();
        self.lives.iter().for_each(|life| record(life, &mut rows));
        rows
    }

    /// The records of a table.
    fn written<'a, C: Collection>(&'a self, rates: &'a ErrorRates) -> Vec<<C::Writer<'a> as Writer>::Record> {
        let writer = C::writer(&self.world, rates);
        self.rows(|life, rows| writer.record(life, rows))
    }

    fn persons(&self, rates: &ErrorRates, set: &'static Monthly) -> Vec<PersonMonth> {
        let submissions = Submissions::new(&self.world, rates, set);
        self.rows(|life, rows| submissions.record_person(life, rows))
    }

    fn referrals(&self, rates: &ErrorRates, set: &'static Monthly) -> Vec<ReferralMonth> {
        let submissions = Submissions::new(&self.world, rates, set);
        self.rows(|life, rows| submissions.record_referrals(life, rows))
    }

    fn pathways(&self, rates: &ErrorRates) -> Vec<PathwayMonth> {
        self.written::<Iapt>(rates)
    }

    fn operations(&self, rates: &ErrorRates) -> Vec<Operated> {
        self.written::<Proms>(rates)
    }

    fn bookings(&self, rates: &ErrorRates) -> (Vec<Booked>, Vec<Baby>) {
        (self.written::<Msds>(rates), self.written::<MsdsBabies>(rates))
    }

    /// A clean record says what is true of the person on the day.
    fn check_identity(&self, identity: &Identity, day: i32) {
        let life = &self.lives[identity.person as usize];
        assert_eq!(identity.nhs_number, life.nhs.number_on(&self.world, identity.person, day));
        assert_eq!((identity.birth(), identity.sex), (Some(life.person.birth), life.sex_on(day)));
        let home = life.homes[life.home_on(day)].place;
        assert_eq!(identity.postcode, Some(self.world.places.postcode(home)));
        assert_eq!(identity.errors.names(), None);
    }
}

fn with(sets: &[(&str, &str, f64)]) -> ErrorRates {
    let mut rates = ErrorRates::none();
    for (data_set, kind, rate) in sets {
        rates.set(data_set, kind, *rate).expect("a rate that exists");
    }
    rates
}

fn check_unique<K: Ord>(keys: impl Iterator<Item = K>, what: &str) {
    let all: Vec<K> = keys.collect();
    assert!(!all.is_empty(), "{what}: no rows");
    let rows = all.len();
    assert_eq!(all.into_iter().collect::<BTreeSet<K>>().len(), rows, "{what} are unique");
}

#[test]
fn clean_submissions_say_what_is_true_once_a_provider_and_month() {
    let people = people();
    for set in [&MHSDS, &CSDS] {
        let rows = people.persons(&ErrorRates::none(), set);
        check_unique(rows.iter().map(|row| (row.identity.person_id, row.provider, row.month)), "index keys");
        check_unique(rows.iter().map(|row| row.record_number), "record numbers");
        for row in &rows {
            let died = people.lives[row.identity.person as usize].death.as_ref().map(|death| death.day);
            assert_eq!(row.death, died.filter(|day| *day <= last_day(row.month)));
            assert!(row.death.is_none_or(|day| first_day(row.month) <= day), "nobody is submitted after death");
            people.check_identity(&row.identity, row.death.unwrap_or(last_day(row.month)));
            assert!(row.month >= set.from && last_day(row.month) <= people.world.window.last());
        }
        let main = rows.iter().filter(|row| row.main);
        let months: BTreeSet<_> = rows.iter().map(|row| (row.identity.person, row.month)).collect();
        check_unique(main.clone().map(|row| (row.identity.person, row.month)), "main rows");
        assert_eq!(main.count(), months.len(), "one main row a person and month");
    }
}

#[test]
fn a_referral_is_in_every_submission_from_reception_to_discharge() {
    let people = people();
    for set in [&MHSDS, &CSDS] {
        let mut found: BTreeMap<(u64, u64), Vec<ReferralMonth>> = BTreeMap::new();
        for row in people.referrals(&ErrorRates::none(), set) {
            found.entry((row.person, row.referral.ordinal)).or_default().push(row);
        }
        let (last, mut expected) = (people.world.window.last(), 0);
        for life in &people.lives {
            let all = (set.referrals)(&people.world, life);
            for referral in all.iter().filter(|referral| month_of(referral.discharged) >= set.from) {
                expected += 1;
                check_months(&found[&(life.person.index, referral.ordinal)], referral, (set.from, last));
            }
        }
        assert_eq!(found.len(), expected, "no referral that did not happen");
        check_unique(found.values().map(|rows| rows[0].service_request()), "referrals' ids");
    }
}

/// The rows of one referral.
fn check_months(rows: &[ReferralMonth], referral: &Referral, (from, last): (i32, i32)) {
    let months: Vec<i32> = rows.iter().map(|row| row.month).collect();
    let expected = month_of(referral.received).max(from)..=month_of(referral.discharged.min(last));
    assert!(months.iter().copied().eq(expected));
    for row in rows {
        assert_eq!(row.referral, *referral);
        assert_eq!(row.service_request(), rows[0].service_request());
        assert_eq!(row.discharged.is_some(), referral.discharged <= last_day(row.month));
        assert!(row.discharged.is_none_or(|day| first_day(row.month) <= day));
    }
}

#[test]
fn referrals_have_the_person_key_of_their_submission_whatever_the_errors() {
    let people = people();
    let rates = with(&[
        ("mhsds", "nhs_number_missing", 0.5),
        ("mhsds", "token_one_time", 0.5),
        ("mhsds", "token_of_another", 0.3),
    ]);
    let persons = people.persons(&rates, &MHSDS);
    let key = |row: &PersonMonth| (row.identity.person_id, row.provider, row.month);
    let index: BTreeMap<_, _> = persons.iter().map(|row| (row.record_number, key(row))).collect();
    for row in people.referrals(&rates, &MHSDS) {
        assert_eq!(index[&row.record_number], (row.person_id, row.referral.provider, row.month));
    }
    // A key used only once is of one record; another's key is somebody's true key.
    let clean = people.persons(&ErrorRates::none(), &MHSDS);
    let own: BTreeMap<u64, _> = clean.iter().map(|row| (row.identity.person, row.identity.person_id)).collect();
    let of = |kind| persons.iter().filter(move |row| row.identity.errors.contains(kind));
    check_unique(of(ErrorKind::TokenOneTime).map(|row| row.identity.person_id), "one-time keys");
    assert!(of(ErrorKind::TokenOneTime).all(|row| row.identity.nhs_number.is_none()));
    assert!(of(ErrorKind::TokenOfAnother).count() > 0);
    for row in &persons {
        let errors = row.identity.errors;
        let wrong = errors.contains(ErrorKind::TokenOneTime) || errors.contains(ErrorKind::TokenOfAnother);
        assert_eq!(row.identity.person_id != own[&row.identity.person], wrong);
    }
}

#[test]
fn a_person_has_one_key_in_a_data_set_and_another_in_the_next() {
    let people = people();
    let (mental, community) = (people.persons(&ErrorRates::none(), &MHSDS), people.persons(&ErrorRates::none(), &CSDS));
    let keys = |rows: &[PersonMonth]| -> BTreeSet<_> {
        rows.iter().map(|row| (row.identity.person, row.identity.person_id)).collect()
    };
    let (mental, community) = (keys(&mental), keys(&community));
    for keys in [&mental, &community] {
        check_unique(keys.iter().map(|(person, _)| *person), "keys of a person");
        check_unique(keys.iter().map(|(_, key)| *key), "persons of a key");
    }
    assert!(mental.is_disjoint(&community));
}

#[test]
fn errors_of_submissions_come_at_their_rates() {
    let people = people();
    let rates = with(&[
        ("csds", "nhs_number_missing", 0.1),
        ("csds", "birth_date_impossible", 0.05),
        ("csds", "sex_missing", 0.05),
        ("csds", "postcode_missing", 0.1),
    ]);
    let rows = people.persons(&rates, &CSDS);
    let registered = |row: &&PersonMonth| {
        let person = row.identity.person;
        people.lives[person as usize].nhs.number_on(&people.world, person, last_day(row.month)).is_some()
    };
    let with_number: Vec<&PersonMonth> = rows.iter().filter(registered).collect();
    check_share(&with_number, 0.1, "no number", |row| row.identity.nhs_number.is_none());
    check_share(&with_number, 0.1, "number to trace", |row| !["01", "02"].contains(&row.identity.number_status));
    let rows: Vec<&PersonMonth> = rows.iter().collect();
    check_share(&rows, 0.05, "no date of birth", |row| row.identity.birth().is_none());
    check_share(&rows, 0.05, "no sex", |row| [0, 9].contains(&row.identity.sex));
    check_share(&rows, 0.1, "no postcode", |row| row.identity.postcode.is_none());
}

/// The share lies within five standard deviations, √(p(1−p)/n), of the rate.
fn check_share<T>(rows: &[T], rate: f64, what: &str, passes: impl Fn(&T) -> bool) {
    let n = rows.len() as f64;
    let share = rows.iter().filter(|row| passes(row)).count() as f64 / n;
    let tolerance = 5.0 * (rate * (1.0 - rate) / n).sqrt();
    assert!((share - rate).abs() <= tolerance, "{what}: {share} is not {rate} ± {tolerance}");
}

#[test]
fn the_latest_row_of_a_therapy_knows_its_end_and_earlier_ones_nothing_of_later() {
    let people = people();
    let rows = people.pathways(&ErrorRates::none());
    check_unique(rows.iter().map(|row| (row.pathway, row.month)), "pathway keys");
    let mut latest: BTreeMap<_, &PathwayMonth> = BTreeMap::new();
    for row in &rows {
        people.check_identity(&row.identity, row.therapy.received);
        let end = last_day(row.month);
        let treatment = row.therapy.treatment.map(|treatment| treatment.last_session);
        let days = [Some(row.therapy.received), row.therapy.assessed, row.therapy.first_session, treatment];
        assert!(days.into_iter().chain([row.discharged()]).flatten().all(|day| day <= end));
        assert!(latest.insert(row.pathway, row).is_none_or(|before| before.month < row.month));
    }
    for row in latest.values() {
        let ended = row.therapy.discharged <= people.world.window.last();
        assert_eq!(row.discharged().is_some(), ended);
    }
    // One in three of those that last longer than a month has two rows.
    let longer: Vec<&&PathwayMonth> =
        latest.values().filter(|row| month_of(row.therapy.received) < row.month).collect();
    let firsts: BTreeSet<_> = rows.iter().map(|row| (row.pathway, row.month)).collect();
    check_share(&longer, 0.34, "first months", |row| firsts.contains(&(row.pathway, month_of(row.therapy.received))));
}

#[test]
fn a_duplicate_is_the_same_under_another_key() {
    let people = people();
    let rates = with(&[("iapt", "record_duplicated", 1.0), ("proms", "record_duplicated", 1.0)]);
    let rows = people.pathways(&rates);
    check_unique(rows.iter().map(|row| (row.pathway, row.month)), "pathway keys");
    let copy = |row: &&PathwayMonth| row.identity.errors.contains(ErrorKind::RecordDuplicated);
    assert_eq!(rows.iter().filter(copy).count() * 2, rows.len());
    let rows = people.operations(&rates);
    check_unique(rows.iter().map(|row| row.serial), "serial numbers");
    for pair in rows.chunks(2) {
        assert_eq!((pair[0].person, pair[0].answers), (pair[1].person, pair[1].answers));
        let copies = pair.iter().filter(|row| row.seen.errors.contains(ErrorKind::RecordDuplicated));
        assert_eq!(copies.count(), 1);
    }
}

#[test]
fn questionnaires_are_of_stays_and_clean_ones_say_what_is_true() {
    let people = people();
    let rows = people.operations(&ErrorRates::none());
    check_unique(rows.iter().map(|row| row.serial), "serial numbers");
    for row in &rows {
        let (life, day) = (&people.lives[row.person as usize], row.answers.first.completed);
        assert!(day <= life.stays[row.answers.operation.stay].admitted);
        assert_eq!(row.seen.nhs_number, life.nhs.number_on(&people.world, row.person, day));
        assert_eq!((birth_day(row.seen.birth), row.seen.sex), (Some(life.person.birth), life.sex_on(day)));
    }
}

#[test]
fn the_episode_of_a_questionnaire_has_the_operation_that_it_asks_about() {
    let People { world, lives } = people();
    let (rates, choice) = (&ErrorRates::none(), &FieldChoice::All);
    let records = tables("hes-apc")[0].records(&Block { world, rates, choice, lives });
    let column = |name: &str| records.batch.column_by_name(name).expect("a column");
    let (admitted, operation) = (column("ADMIDATE").as_primitive::<Date32Type>(), column("OPERTN_4_01"));
    let (order, operation) = (column("EPIORDER").as_primitive::<Int32Type>(), operation.as_string::<i32>());
    // A first episode is found by person and day of admission: stays do not overlap.
    let first = (0..records.batch.num_rows()).filter(|row| order.value(*row) == 1);
    let episodes: BTreeMap<(u64, i32), &str> =
        first.map(|row| ((records.traces.persons[row], admitted.value(row)), operation.value(row))).collect();
    let (mut hips, mut knees) = (0, 0);
    for row in people().operations(rates) {
        let stay = people().lives[row.person as usize].stays[row.answers.operation.stay];
        // Total replacement of hip and knee, OPCS-4; a third digit of 3 is a revision.
        let (chapter, joints) = match row.answers.operation.joint {
            Joint::Hip => ("W37", &mut hips),
            Joint::Knee => ("W40", &mut knees),
        };
        let expected = format!("{chapter}{}", if row.answers.operation.revision { 3 } else { 1 });
        assert_eq!(episodes[&(row.person, stay.admitted)], expected);
        *joints += 1;
    }
    assert!(hips > 10 && knees > 10, "{hips} hips, {knees} knees");
}

#[test]
fn hes_and_maternity_services_agree_on_a_birth() {
    let People { world, lives } = people();
    let (rates, choice) = (&ErrorRates::none(), &FieldChoice::All);
    let episodes = tables("hes-apc")[0].records(&Block { world, rates, choice, lives });
    let babies = tables("msds")[1].records(&Block { world, rates, choice, lives });
    let text = |records: &Records, name: &str| records.batch.column_by_name(name).expect("a column").clone();
    let (of_baby, weeks, method) =
        (text(&episodes, "EPITYPE"), text(&episodes, "GESTAT_1"), text(&episodes, "DELMETH_1"));
    let born: BTreeMap<u64, (String, String)> = (0..episodes.batch.num_rows())
        .filter(|row| cell(&of_baby, *row) == "3")
        .map(|row| (episodes.traces.persons[row], (cell(&weeks, row), cell(&method, row))))
        .collect();
    let (days, method) = (text(&babies, "GestationLengthBirth"), text(&babies, "DeliveryMethodCode"));
    let mut both = 0;
    for (row, person) in babies.traces.persons.iter().enumerate() {
        // One in thirty is not born in hospital.
        let Some((weeks, of_hes)) = born.get(person) else { continue };
        let days: i32 = cell(&days, row).parse().expect("days");
        assert_eq!((days / 7).to_string(), *weeks);
        assert_eq!(cell(&method, row), *of_hes);
        both += 1;
    }
    assert!(both * 10 > babies.batch.num_rows() * 9, "{both} of {}", babies.batch.num_rows());
}

#[test]
fn clean_bookings_say_what_is_true_of_mother_and_baby() {
    let people = people();
    let (booked, babies) = people.bookings(&ErrorRates::none());
    check_unique(booked.iter().map(|row| row.id), "pregnancies' ids");
    for row in &booked {
        let pregnancy = &row.pregnancy;
        people.check_identity(&row.mother, row.booking.day);
        assert!(pregnancy.last_period < row.booking.day && row.booking.day <= pregnancy.ended);
        let Some(baby) = &row.baby else { continue };
        people.check_identity(baby, pregnancy.ended);
        let (mother, baby) = (row.mother.person, &people.lives[baby.person as usize]);
        assert_eq!((baby.kin.mother, baby.person.birth), (Some(mother), pregnancy.ended));
    }
    check_babies(&booked, &babies);
}

/// Every baby of a booking has a row, twins have two, and keys lead from one to the other.
fn check_babies(booked: &[Booked], babies: &[Baby]) {
    check_unique(babies.iter().map(Baby::key), "babies' keys");
    check_unique(babies.iter().map(|row| row.identity.person), "babies");
    let of_pregnancy: BTreeMap<_, &Booked> = booked.iter().map(|row| (row.id, row)).collect();
    for row in babies {
        let booked = of_pregnancy[&row.pregnancy];
        assert_eq!(row.mother_id, booked.mother.person_id);
        assert!(booked.pregnancy.babies.contains(&row.identity.person));
    }
    let expected = booked.iter().filter(|row| row.baby.is_some()).map(|row| row.pregnancy.babies.len());
    assert_eq!(babies.len(), expected.sum::<usize>());
    let named: BTreeSet<_> = booked.iter().filter_map(|row| row.baby).map(|baby| baby.person_id).collect();
    assert!(named.is_subset(&babies.iter().map(|row| row.identity.person_id).collect()));
}

#[test]
fn mother_and_baby_have_errors_of_their_own_and_one_kind_of_key() {
    let people = people();
    let rates = with(&[("msds", "nhs_number_missing", 0.3), ("msds", "birth_date_impossible", 0.3)]);
    let (booked, babies) = people.bookings(&rates);
    let mothers: Vec<&Booked> = booked.iter().collect();
    check_share(&mothers, 0.3, "no date of birth of mother", |row| row.mother.birth().is_none());
    let recorded: Vec<&Baby> = babies.iter().collect();
    check_share(&recorded, 0.3, "no date of birth of baby", |row| row.identity.birth().is_none());
    // A baby is the same in both tables.
    let of_person: BTreeMap<u64, Identity> = babies.iter().map(|row| (row.identity.person, row.identity)).collect();
    for baby in booked.iter().filter_map(|row| row.baby) {
        assert!(of_person[&baby.person] == baby);
    }
}

#[test]
fn columns_types_and_codes_are_those_of_the_catalogue() {
    let People { world, lives } = people();
    let (rates, choice) = (&ErrorRates::default(), &FieldChoice::All);
    for name in ["mhsds", "csds", "iapt", "proms", "msds"] {
        for table in tables(name) {
            let records = table.records(&Block { world, rates, choice, lives });
            assert!(records.batch.num_rows() > 20, "rows of {}", table.name());
            check_batch(table.name(), &records.batch);
            check_keys(table.name(), &records);
        }
    }
}

/// The truth names each row by the record key of the catalogue, its columns joined as links
/// join them.
fn check_keys(name: &str, records: &Records) {
    let entry = Catalogue::built_in().data_set(name).expect("a catalogue entry");
    let header: Vec<String> = records.batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let columns: Vec<&ArrayRef> = (entry.record_key(&header).expect("a record key").iter())
        .map(|column| records.batch.column_by_name(column).expect("a column"))
        .collect();
    for (row, key) in records.traces.keys.iter().enumerate() {
        let parts: Vec<String> = columns.iter().map(|column| cell(column, row)).collect();
        assert_eq!(key, Some(parts.join("|").as_str()), "key of row {row} of {name}");
    }
}

fn cell(column: &ArrayRef, row: usize) -> String {
    match column.as_string_opt::<i32>() {
        Some(texts) => texts.value(row).to_owned(),
        None => column.as_primitive::<Int32Type>().value(row).to_string(),
    }
}

/// Every column is a field of the entry, of its type, with its codes; the roles and the record
/// key that the entry has are there.
fn check_batch(name: &str, batch: &RecordBatch) {
    let entry = Catalogue::built_in().data_set(name).expect("a catalogue entry");
    let header: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    for (column, values) in header.iter().zip(batch.columns()) {
        let field = entry.field(column).unwrap_or_else(|| panic!("`{column}` is not of {name}"));
        assert_eq!(*values.data_type(), written_as(field.kind), "type of `{column}` of {name}");
        if !field.codes.is_empty() {
            check_codes(&format!("{column} of {name}"), field, values.as_ref());
        }
    }
    assert!(entry.record_key(&header).is_ok(), "record key of {name}");
    for role in entry.roles.keys() {
        assert!(entry.role(role, &header).is_ok(), "{role} of {name}");
    }
    assert_eq!(entry.person_key(&header).is_some(), !entry.person_key.is_empty(), "person key of {name}");
}

fn written_as(kind: FieldType) -> DataType {
    match kind {
        FieldType::Text | FieldType::Time | FieldType::Month => DataType::Utf8,
        FieldType::Date => DataType::Date32,
        FieldType::Integer => DataType::Int32,
        FieldType::Number => DataType::Float64,
    }
}

fn check_codes(what: &str, field: &Field, values: &dyn Array) {
    let found: BTreeSet<&str> = values.as_string::<i32>().iter().flatten().collect();
    for code in found {
        assert!(field.codes.contains_key(code) || field.missing.contains_key(code), "code {code} in {what}");
    }
}
