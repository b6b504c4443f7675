//! Tests of the register: its tables tell one story, and that of the people.

use std::collections::BTreeMap;

use super::*;

const PEOPLE: u64 = 6_000;

struct Register {
    world: World,
    lives: Vec<Life>,
    persons: Vec<Person>,
    names: Vec<NameRow>,
    addresses: Vec<AddressRow>,
    practices: Vec<PracticeRow>,
    mergers: Vec<Merger>,
}

fn register(rates: &ErrorRates) -> Register {
    fn all<Row>(table: &Plain<Row>, world: &World, rates: &ErrorRates, lives: &[Life]) -> Vec<Row> {
        let mut rows = Vec::new();
        for life in lives {
            (table.rows)(world, rates, life, &mut rows);
        }
        rows
    }
    let world = World::new(18, PEOPLE);
    let lives = world.lives(0..PEOPLE);
    Register {
        persons: all(&PERSON, &world, rates, &lives),
        names: all(&NAME, &world, rates, &lives),
        addresses: all(&ADDRESS, &world, rates, &lives),
        practices: all(&PRACTICE, &world, rates, &lives),
        mergers: all(&MERGER, &world, rates, &lives),
        world,
        lives,
    }
}

/// Times that follow each other without a gap, the last one open.
fn check_times(times: &[(i32, Option<i32>)]) {
    assert!(times.windows(2).all(|pair| pair[0].1 == Some(pair[1].0 - 1) && pair[0].0 < pair[1].0));
    assert_eq!(times.last().map(|last| last.1), Some(None));
}

#[test]
fn without_errors_the_current_row_is_the_truth() {
    let register = register(&ErrorRates::none());
    for row in &register.persons {
        let life = &register.lives[row.index as usize];
        let last = life.death.as_ref().map_or(register.world.window.last(), |death| death.day);
        assert_eq!(row.birth, RecordedBirth::Day(life.person.birth));
        assert_eq!(row.sex, life.sex_on(last));
        // A move of the last 120 days may not be registered yet.
        let mut homes = life.homes[life.home_on(last - 120)..=life.home_on(last)].iter();
        assert!(homes.any(|home| row.present.postcode == Some(register.world.places.postcode(home.place))));
        let names = life.names(&register.world);
        assert_eq!(row.names.family, Some(names[names.len() - 1].family.text()));
        assert_eq!(row.death.is_some(), life.death.is_some());
    }
}

#[test]
fn histories_end_with_the_current_row() {
    let register = register(&ErrorRates::default());
    let (mut names, mut addresses, mut practices) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    register.names.iter().for_each(|row| names.entry(row.person).or_insert_with(Vec::new).push(row));
    register.addresses.iter().for_each(|row| addresses.entry(row.person).or_insert_with(Vec::new).push(row));
    register.practices.iter().for_each(|row| practices.entry(row.person).or_insert_with(Vec::new).push(row));
    for row in &register.persons {
        let (names, addresses, practices) = (&names[&row.index], &addresses[&row.index], &practices[&row.index]);
        check_times(&names.iter().map(|row| (row.from, row.to)).collect::<Vec<_>>());
        check_times(&addresses.iter().map(|row| (row.registered.from, row.registered.to)).collect::<Vec<_>>());
        check_times(&practices.iter().map(|row| (row.from, row.to)).collect::<Vec<_>>());
        let kinds: Vec<&str> = names.iter().map(|row| row.kind).collect();
        assert!(kinds.iter().rev().skip(1).all(|kind| *kind == "former") && kinds.last() == Some(&"usual"));
        let last = names.len() - 1;
        assert!(names[last].names == row.names);
        assert_eq!(addresses[addresses.len() - 1].registered.postcode, row.present.postcode);
        assert_eq!(practices[practices.len() - 1].practice, row.practice);
        assert!(names.iter().all(|name| name.number == row.number));
    }
    assert!(names.values().any(|rows| rows.len() > 2) && addresses.values().any(|rows| rows.len() > 3));
}

#[test]
fn mergers_chain_old_numbers_and_gender_changes_are_not_chained() {
    let register = register(&ErrorRates::none());
    let by_person: BTreeMap<u64, &Person> = register.persons.iter().map(|row| (row.index, row)).collect();
    for merger in &register.mergers {
        let row = by_person[&merger.person];
        assert_eq!((row.number, row.superseded), (merger.number, Some(merger.superseded)));
    }
    assert_eq!(register.persons.iter().filter(|row| row.superseded.is_some()).count(), register.mergers.len());
    assert!(register.mergers.len() > 10, "{}", register.mergers.len());
    let changed: Vec<&Life> = register.lives.iter().filter(|life| life.nhs.gender_change().is_some()).collect();
    assert!(!changed.is_empty());
    for life in changed {
        let change = life.nhs.gender_change().expect("a change");
        let person = life.person.index;
        if life.death.as_ref().is_none_or(|death| death.day >= change) {
            assert_eq!(by_person[&person].number, register.world.numbers.second(person));
            assert!(register.names.iter().filter(|row| row.person == person).all(|row| row.from >= change));
        }
    }
}
