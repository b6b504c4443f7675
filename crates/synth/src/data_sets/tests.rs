//! Tests of records: clean ones are in order, and errors come at their rates.

use super::deaths::{Registration, registrations};
use super::hes_apc::{Episode, episodes};
use crate::calendar::{HES_NULL_DATE, date_of};
use crate::errors::{ErrorRates, Rate};
use crate::nhs_number::is_valid;
use crate::population::{Life, World};

const PEOPLE: u64 = 8_000;

struct Drawn {
    world: World,
    lives: Vec<Life>,
    episodes: Vec<Episode>,
    registrations: Vec<Registration>,
}

fn draw(rates: &ErrorRates) -> Drawn {
    let world = World::new(31, PEOPLE);
    let lives = world.lives(0..PEOPLE);
    let episodes = episodes(&world, rates, &lives);
    let registrations = registrations(&world, rates, &lives);
    Drawn { world, lives, episodes, registrations }
}

fn set(rates: &mut ErrorRates, data_set: &str, kind: &str, rate: impl Into<Rate>) {
    rates.set(data_set, kind, rate).expect("a rate that exists");
}

/// The share of rows that pass lies within five standard deviations, √(p(1−p)/n), of the
/// rate: a fair generator fails one such check in 1.7 million.
fn check_share<T>(rows: &[T], rate: f64, what: &str, passes: impl Fn(&T) -> bool) {
    let n = rows.len() as f64;
    let share = rows.iter().filter(|row| passes(row)).count() as f64 / n;
    let tolerance = 5.0 * (rate * (1.0 - rate) / n).sqrt();
    assert!((share - rate).abs() <= tolerance, "{what}: {share} is not {rate} ± {tolerance}");
}

#[test]
fn clean_episodes_say_what_is_true() {
    let drawn = draw(&ErrorRates::none());
    for episode in &drawn.episodes {
        let life = &drawn.lives[episode.identity.person as usize];
        assert_eq!(
            episode.identity.nhs_number,
            life.nhs.number_on(&drawn.world, episode.identity.person, episode.start)
        );
        assert!(episode.identity.nhs_number.is_none_or(|number| is_valid(&number)));
        assert_eq!((episode.identity.birth, episode.identity.sex), (life.person.birth, life.sex_on(episode.start)));
        let home = life.homes[life.home_on(episode.start)].place;
        assert_eq!(episode.identity.postcode, Some(drawn.world.places.postcode(home)));
    }
}

#[test]
fn clean_episodes_are_in_order() {
    let drawn = draw(&ErrorRates::none());
    for episode in &drawn.episodes {
        let life = &drawn.lives[episode.identity.person as usize];
        assert!(life.person.birth <= episode.admitted && episode.admitted <= episode.start);
        assert!(episode.finished == (episode.end() != HES_NULL_DATE));
        assert!(!episode.finished || episode.start <= episode.end());
        assert!(episode.start <= drawn.world.window.last() && episode.end() <= drawn.world.window.last());
        let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
        assert!(episode.start <= last_day && episode.end() <= last_day);
        assert_eq!(episode.discharged() != HES_NULL_DATE, episode.finished && episode.last);
    }
}

#[test]
fn a_clean_death_in_hospital_is_the_discharge_date_of_the_last_episode() {
    let drawn = draw(&ErrorRates::none());
    let mut died = 0;
    for episode in drawn.episodes.iter().filter(|episode| episode.died) {
        let death = drawn.lives[episode.identity.person as usize].death.as_ref().expect("a death");
        assert!(death.in_hospital);
        assert_eq!(episode.discharged(), death.day);
        died += 1;
    }
    let in_hospital =
        drawn.lives.iter().filter_map(|life| life.death.as_ref()).filter(|death| death.in_hospital).count();
    assert_eq!(died, in_hospital);
}

#[test]
fn clean_registrations_say_what_is_true() {
    let drawn = draw(&ErrorRates::none());
    for registration in &drawn.registrations {
        let life = &drawn.lives[registration.person as usize];
        let death = life.death.as_ref().expect("a death");
        let number = life.nhs.number_on(&drawn.world, registration.person, registration.death);
        assert_eq!(registration.nhs_number, number);
        let birth = date_of(life.person.birth);
        let parts = (Some(birth.year().into()), Some(birth.month().into()), Some(birth.day().into()));
        assert_eq!((registration.birth, registration.sex), (parts, life.sex_on(death.day)));
        assert_eq!(registration.death, death.day);
        assert!(registration.death <= registration.registered);
        assert!(registration.registered <= drawn.world.window.last());
        let home = life.homes[life.home_on(death.day)].place;
        assert_eq!(registration.postcode, Some(drawn.world.places.postcode(home)));
    }
    let persons: std::collections::BTreeSet<u64> = drawn.registrations.iter().map(|r| r.person).collect();
    assert_eq!(persons.len(), drawn.registrations.len(), "one registration a person");
}

#[test]
fn errors_of_rows_come_at_their_rates() {
    let mut rates = ErrorRates::none();
    set(&mut rates, "hes-apc", "nhs_number_missing", 0.03);
    set(&mut rates, "hes-apc", "nhs_number_mistyped", 0.02);
    set(&mut rates, "hes-apc", "birth_date_mistyped", 0.05);
    set(&mut rates, "hes-apc", "sex_missing", 0.01);
    set(&mut rates, "hes-apc", "postcode_missing", 0.04);
    set(&mut rates, "hes-apc", "postcode_mistyped", 0.02);
    let drawn = draw(&rates);
    let rows = &drawn.episodes;
    let life = |episode: &Episode| &drawn.lives[episode.identity.person as usize];
    let numbered: Vec<&Episode> = rows.iter().filter(|e| life(e).nhs.from <= e.start).collect();
    check_share(&numbered, 0.03, "no number", |e| e.identity.nhs_number.is_none());
    check_share(&numbered, 0.02, "mistyped number", |e| e.identity.nhs_number.is_some_and(|number| !is_valid(&number)));
    check_share(rows, 0.05, "wrong birth", |e| e.identity.birth != life(e).person.birth);
    check_share(rows, 0.01, "no sex", |e| [0, 9].contains(&e.identity.sex));
    check_share(rows, 0.04, "no postcode", |e| e.identity.postcode.is_none());
    check_share(rows, 0.02, "mistyped postcode", |e| {
        let home = life(e).homes[life(e).home_on(e.start)].place;
        e.identity.postcode.is_some_and(|postcode| postcode != drawn.world.places.postcode(home))
    });
}

#[test]
fn errors_of_persons_hold_for_all_their_rows() {
    let mut rates = ErrorRates::none();
    set(&mut rates, "hes-apc", "nhs_number_missing", Rate { rate: 0.1, always: 1.0 });
    let drawn = draw(&rates);
    let mut missing = vec![None; PEOPLE as usize];
    let numbered = |episode: &&Episode| drawn.lives[episode.identity.person as usize].nhs.from <= episode.start;
    for episode in drawn.episodes.iter().filter(numbered) {
        let none = episode.identity.nhs_number.is_none();
        assert_eq!(*missing[episode.identity.person as usize].get_or_insert(none), none);
    }
    let persons: Vec<bool> = missing.into_iter().flatten().collect();
    check_share(&persons, 0.1, "never a number", |none| *none);
}

#[test]
fn errors_of_registrations_come_at_their_rates() {
    let mut rates = ErrorRates::none();
    set(&mut rates, "deaths", "nhs_number_missing", 0.05);
    set(&mut rates, "deaths", "birth_date_mistyped", 0.1);
    set(&mut rates, "deaths", "sex_wrong", 0.05);
    set(&mut rates, "deaths", "postcode_missing", 0.1);
    let drawn = draw(&rates);
    let rows = &drawn.registrations;
    let life = |r: &Registration| &drawn.lives[r.person as usize];
    let numbered: Vec<&Registration> = rows.iter().filter(|r| life(r).nhs.from <= r.death).collect();
    check_share(&numbered, 0.05, "no number", |r| r.nhs_number.is_none());
    check_share(rows, 0.05, "wrong sex", |r| r.sex != life(r).sex_on(r.death));
    check_share(rows, 0.1, "no postcode", |r| r.postcode.is_none());
    check_share(rows, 0.1, "wrong birth", |r| {
        let birth = date_of(life(r).person.birth);
        r.birth != (Some(birth.year().into()), Some(birth.month().into()), Some(birth.day().into()))
    });
}

#[test]
fn activity_after_death_and_shifted_discharges_occur_as_errors_only() {
    let mut rates = ErrorRates::none();
    set(&mut rates, "hes-apc", "activity_after_death", 1.0);
    set(&mut rates, "hes-apc", "death_date_near", 1.0);
    let drawn = draw(&rates);
    let death = |episode: &Episode| drawn.lives[episode.identity.person as usize].death.as_ref();
    let stray = drawn.episodes.iter().filter(|e| death(e).is_some_and(|death| e.start > death.day)).count();
    let with_stays = drawn.lives.iter().filter(|life| life.death.is_some() && !life.stays.is_empty()).count();
    // Missing are strays that would lie after the window (deaths in its last 60 days, about
    // one in sixty) and those of deaths whose stays begin after it (none).
    assert!(stray <= with_stays && stray * 20 >= with_stays * 19, "{stray} of {with_stays}");
    for episode in drawn.episodes.iter().filter(|episode| episode.died) {
        let off = episode.discharged() - death(episode).expect("a death").day;
        assert!((-2..=2).contains(&off));
        assert!(episode.start <= episode.end());
    }
}
