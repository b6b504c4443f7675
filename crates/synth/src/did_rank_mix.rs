//! Test: imaging records of a default population meet the nine steps of the linkage of HES
//! and DID in about the mix of the matching report of April 2015.
//!
//! The steps are written down here a second time, plainly, from the published table, and
//! asked of each imaging record and every hospital record of the same person; no linkage
//! code is used.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_array::{Array, RecordBatch};

use crate::calendar::parts_of;
use crate::data_sets::{Block, FieldChoice, tables};
use crate::errors::ErrorRates;
use crate::nhs_number::is_valid;
use crate::population::World;

/// HES writes dates before this one for null and invalid.
const FIRST_BIRTH: i32 = -27_393; // 1895-01-01

/// What a record says of its person; sentinels and what breaks a rule of validity are gone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Identifiers {
    nhs_number: Option<String>,
    birth: Option<i32>,
    sex: Option<String>,
    postcode: Option<String>,
}

/// Of a person: whether they are those of the last activity.
type Known = BTreeMap<u64, BTreeMap<Identifiers, bool>>;

/// The steps in order, then no step.
const STEPS: [&str; 10] = ["1A", "1B", "2", "3", "4", "5", "6", "7", "8", "none"];

fn step(hes: &Identifiers, latest: bool, did: &Identifiers, communal: &BTreeSet<String>) -> usize {
    let agree = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let number = agree(&hes.nhs_number, &did.nhs_number);
    let contradiction = hes.nhs_number.is_some() && did.nhs_number.is_some() && !number;
    let birth = hes.birth.is_some() && hes.birth == did.birth;
    let partial = hes.birth.zip(did.birth).is_some_and(|(a, b)| agree_partly(parts_of(a), parts_of(b)));
    let (sex, postcode) = (agree(&hes.sex, &did.sex), agree(&hes.postcode, &did.postcode));
    let new_year = did.birth.is_some_and(|birth| (parts_of(birth).1, parts_of(birth).2) == (1, 1));
    let home = did.postcode.as_ref().is_some_and(|postcode| communal.contains(postcode));
    let without_number = birth && sex && postcode && !contradiction && !new_year;
    let met = [
        number && birth && sex && postcode && latest,
        number && birth && sex && postcode,
        number && birth && sex,
        number && partial && sex && postcode,
        number && partial && sex,
        number && postcode,
        without_number && !home,
        without_number,
        number,
    ];
    met.iter().position(|met| *met).unwrap_or(9)
}

/// Two of year, month and day agree, or the year agrees with month and day swapped.
fn agree_partly(a: (i32, u32, u32), b: (i32, u32, u32)) -> bool {
    let agreeing = [a.0 == b.0, a.1 == b.1, a.2 == b.2].iter().filter(|same| **same).count();
    agreeing >= 2 || (a.0 == b.0 && a.1 == b.2 && a.2 == b.1)
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = batch.column_by_name(column).expect("a column").as_string::<i32>();
    column.is_valid(row).then(|| column.value(row).to_owned())
}

fn day(batch: &RecordBatch, column: &str, row: usize) -> Option<i32> {
    let column = batch.column_by_name(column).expect("a column").as_primitive::<Date32Type>();
    column.is_valid(row).then(|| column.value(row))
}

/// The identifiers of a row by their columns: number, birth, sex, postcode.
fn identifiers(batch: &RecordBatch, columns: [&str; 4], row: usize) -> Identifiers {
    let blank = |text: String| text.replace(' ', "").replace('O', "0");
    let equal = |number: &str| number.bytes().all(|byte| byte == number.as_bytes()[0]);
    Identifiers {
        nhs_number: text(batch, columns[0], row).filter(|number| is_valid(number.as_bytes()) && !equal(number)),
        birth: day(batch, columns[1], row).filter(|birth| *birth >= FIRST_BIRTH),
        sex: text(batch, columns[2], row).filter(|sex| sex == "1" || sex == "2"),
        postcode: text(batch, columns[3], row).filter(|postcode| !postcode.starts_with("ZZ")).map(blank),
    }
}

const HES: [(&str, &str); 3] = [("hes-apc", "EPISTART"), ("hes-op", "APPTDATE"), ("hes-ae", "ARRIVALDATE")];

/// What hospital records say of each person.
fn known(block: &Block<'_>) -> Known {
    let mut rows: BTreeMap<u64, Vec<(i32, Identifiers)>> = BTreeMap::new();
    for (name, date) in HES {
        let records = tables(name)[0].records(block);
        for (row, person) in records.traces.persons.iter().enumerate() {
            let identifiers = identifiers(&records.batch, ["NEWNHSNO", "DOB", "SEX", "HOMEADD"], row);
            let day = day(&records.batch, date, row).expect("a day");
            rows.entry(*person).or_default().push((day, identifiers));
        }
    }
    let mut known = Known::new();
    for (person, rows) in rows {
        let last = rows.iter().map(|(day, _)| *day).max();
        let of_person = known.entry(person).or_default();
        for (day, identifiers) in rows {
            *of_person.entry(identifiers).or_insert(false) |= Some(day) == last;
        }
    }
    known
}

/// Imaging records by the best step that they meet.
fn mix(people: u64, rates: &ErrorRates) -> [f64; 10] {
    let world = World::new(23, people);
    let lives = world.lives(0..people);
    let block = Block { world: &world, rates, choice: &FieldChoice::Linkage, lives: &lives };
    let communal: BTreeSet<String> =
        world.places.communal_postcodes().iter().map(|postcode| postcode.replace(' ', "")).collect();
    let known = known(&block);
    let records = tables("did")[0].records(&block);
    let mut counts = [0.0; 10];
    for (row, person) in records.traces.persons.iter().enumerate() {
        let columns = ["NHSNumber", "PersonBirthDate", "PersonGenderCode", "Postcode"];
        let did = identifiers(&records.batch, columns, row);
        let of_person = known.get(person).into_iter().flatten();
        counts[of_person.map(|(hes, latest)| step(hes, *latest, &did, &communal)).min().unwrap_or(9)] += 1.0;
    }
    counts
}

/// Counts by step of the report's steps, and of records that were not matched, of those
/// supplied: 787,105 of 32,303,138.
const PUBLISHED: [f64; 9] =
    [23_631_805.0, 1_604_589.0, 2_212_631.0, 19_540.0, 5_678.0, 256_960.0, 1_007_802.0, 53_578.0, 604_860.0];
const UNMATCHED: f64 = 787_105.0 / 32_303_138.0;

#[test]
fn the_mix_of_steps_is_near_the_published_one() {
    let counts = mix(24_000, &ErrorRates::default());
    let all: f64 = counts.iter().sum();
    // About 22,000 imaging records of 7,000 people, who have three each: a share of 80 % has a
    // standard deviation of √(0.8 · 0.2 · 3 / 22,000) = 0.5 points, one of 2 % of 0.16. The aim
    // is the published share to within a few points. Step 1B stays above it: in ten years of
    // hospital records more people have moved since than in three.
    for (step, published) in PUBLISHED.iter().enumerate() {
        let published = 100.0 * published / PUBLISHED.iter().sum::<f64>();
        let share = 100.0 * counts[step] / (all - counts[9]);
        let few = if step < 2 { 4.5 } else { 1.5 };
        assert!((share - published).abs() < few, "step {}: {share} % against {published} %", STEPS[step]);
    }
    assert!((100.0 * counts[9] / all - 100.0 * UNMATCHED).abs() < 1.5, "{counts:?}");
}

#[test]
fn without_errors_all_agree_but_for_moves_and_people_without_a_number() {
    let counts = mix(8_000, &ErrorRates::none());
    let all: f64 = counts.iter().sum();
    // People who arrived and are not registered have no number to agree on: steps 6 and 7.
    assert_eq!(counts[3] + counts[4] + counts[5] + counts[8], 0.0, "{counts:?}");
    assert!(counts[6] + counts[7] < 0.02 * all, "{counts:?}");
    assert!(counts[0] > 0.85 * all, "{counts:?}");
}
