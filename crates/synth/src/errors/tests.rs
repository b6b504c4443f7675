//! Tests of the clerk: every kind of error comes at its rate, to those who can have it.

use std::sync::LazyLock;

use super::*;
use crate::calendar::date_of;
use crate::draw::{Draw, Purpose};
use crate::names::{self, Name};
use crate::population::{Life, World};

const PEOPLE: u64 = 6_000;

/// One population for all tests here.
static POPULATION: LazyLock<(World, Vec<Life>)> = LazyLock::new(|| {
    let world = World::new(15, PEOPLE);
    let lives = world.lives(0..PEOPLE);
    (world, lives)
});

/// What a clerk of `hes-apc` makes of a person on two days each: the last day within the
/// window and one before it.
fn observe(rates: &ErrorRates) -> Vec<(&'static Life, i32, Observed, ObservedNames)> {
    let (world, lives) = &*POPULATION;
    let mut all = Vec::new();
    for life in lives {
        let mut clerk = Clerk::new(world, rates, "hes-apc", life);
        let last = life.death.as_ref().map_or(world.window.last(), |death| death.day);
        for day in [i32::midpoint(life.first_day, last), last] {
            let mut seen = clerk.observe(day);
            clerk.local_patient_id(7, day, &mut seen.errors);
            let names = clerk.names(day, &mut seen.errors);
            all.push((life, day, seen, names));
        }
    }
    all
}

fn rates(kind: &str, rate: impl Into<Rate>) -> ErrorRates {
    let mut rates = ErrorRates::none();
    rates.set("hes-apc", kind, rate).expect("a rate that exists");
    rates
}

/// `count` of `n` lies within five standard deviations, √(p(1−p)n), of p·n: a fair generator
/// fails one such check in 1.7 million.
fn check(count: usize, n: usize, rate: f64, what: &str) {
    let tolerance = 5.0 * (rate * (1.0 - rate) * n as f64).sqrt();
    assert!((count as f64 - rate * n as f64).abs() <= tolerance, "{what}: {count} of {n} is not {rate}");
}

/// Whether the error can happen; `None` where that depends on how it is drawn.
fn can_happen(kind: ErrorKind, life: &Life, day: i32) -> Option<bool> {
    let world = &POPULATION.0;
    let born = date_of(life.person.birth);
    let home = life.home_on(day);
    if matches!(kind.group(), Group::FamilyName | Group::GivenName) {
        return name_can_be_wrong(kind, life, day);
    }
    let number = life.nhs.number_on(world, life.person.index, day);
    Some(match kind {
        ErrorKind::NhsNumberMissing | ErrorKind::NhsNumberMistyped => number.is_some(),
        ErrorKind::NhsNumberOfHousehold => life.kin.closest().is_some(),
        ErrorKind::NhsNumberSuperseded => {
            let old = life.nhs.superseded(world, life.person.index).map(|(old, _)| old);
            number.is_some() && old.is_some() && old != number
        }
        ErrorKind::BirthDateSwapped => born.day() <= 12 && born.day() != born.month(),
        ErrorKind::BirthDateFirstOfJanuary => (born.month(), born.day()) != (1, 1),
        ErrorKind::PostcodeOld => home > 0 && life.homes[home - 1].place != life.homes[home].place,
        ErrorKind::PostcodeLetterO => world.places.postcode(life.homes[home].place).contains(&b'0'),
        ErrorKind::NhsNumberOfAnother
        | ErrorKind::NhsNumberPlaceholder
        | ErrorKind::BirthDateMistyped
        | ErrorKind::BirthDateShifted
        | ErrorKind::BirthDateDefault
        | ErrorKind::BirthDateOfAnother
        | ErrorKind::BirthDateMissing
        | ErrorKind::BirthDateImpossible
        | ErrorKind::SexWrong
        | ErrorKind::SexMissing
        | ErrorKind::PostcodeMistyped
        | ErrorKind::PostcodeMissing
        | ErrorKind::PostcodeUnknown
        | ErrorKind::PostcodeNoFixedAbode
        | ErrorKind::PostcodeCountryOnly
        | ErrorKind::NamesSwapped
        | ErrorKind::LocalPatientIdSecond
        | ErrorKind::IdentityWithheld => true,
        _ => return None,
    })
}

/// The same of names.
fn name_can_be_wrong(kind: ErrorKind, life: &Life, day: i32) -> Option<bool> {
    let spells = life.names(&POPULATION.0);
    let at = spells.iter().rposition(|spell| spell.from <= day).unwrap_or(0);
    let given = spells[at].given.text();
    match kind {
        ErrorKind::FamilyNameOld => Some(at > 0 && spells[at - 1].family.text() != spells[at].family.text()),
        ErrorKind::GivenNameNickname => {
            Some(names::nickname(&given, &mut Draw::new(0, Purpose::Population, 0)).is_some())
        }
        ErrorKind::GivenNameInitial => Some(given.len() > 1),
        ErrorKind::GivenNameMiddle => Some(spells[at].middle.is_some_and(|middle| middle.text() != given)),
        ErrorKind::FamilyNameMissing | ErrorKind::GivenNameMissing => Some(true),
        _ => None,
    }
}

#[test]
fn every_kind_comes_at_its_rate_to_those_who_can_have_it() {
    let clerks =
        |kind: &&ErrorKind| !matches!(kind.group(), Group::Particular) && **kind != ErrorKind::RecordDuplicated;
    for kind in ErrorKind::ALL.iter().filter(clerks) {
        let seen = observe(&rates(kind.name(), 0.2));
        let has = |errors: ErrorSet| errors.contains(*kind);
        assert!(seen.iter().all(|(_, _, seen, _)| seen.errors.names().is_none() || has(seen.errors)));
        let count = |possible: bool| {
            let of = seen.iter().filter(|(life, day, ..)| can_happen(*kind, life, *day).unwrap_or(true) == possible);
            of.fold((0, 0), |(n, count), (_, _, seen, _)| (n + 1, count + usize::from(has(seen.errors))))
        };
        let ((n, wrong), (_, impossible)) = (count(true), count(false));
        assert_eq!(impossible, 0, "{} to those who cannot have it", kind.name());
        if can_happen(*kind, seen[0].0, seen[0].1).is_some() {
            assert!(n > 20, "{} can happen to {n}", kind.name());
            check(wrong, n, 0.2, kind.name());
        } else {
            // Some of these leave a value as it is (a double letter swapped), so the rate is
            // an upper bound; the lower one is ours.
            assert!(wrong as f64 <= 0.2 * n as f64 + 5.0 * (0.16 * n as f64).sqrt(), "{}", kind.name());
            assert!(wrong as f64 >= 0.12 * n as f64, "{}: {wrong} of {n}", kind.name());
        }
    }
}

#[test]
fn without_errors_a_record_says_what_is_true() {
    let world = &POPULATION.0;
    for (life, day, seen, names) in observe(&ErrorRates::none()) {
        assert_eq!(seen.errors.names(), None);
        assert_eq!(seen.nhs_number, life.nhs.number_on(world, life.person.index, day));
        assert_eq!((seen.birth, seen.sex), (RecordedBirth::Day(life.person.birth), life.sex_on(day)));
        let place = life.homes[life.home_on(day)].place;
        assert_eq!((seen.postcode, seen.place), (Some(world.places.postcode(place)), Some(place)));
        let spells = life.names(world);
        let now = spells.iter().rfind(|spell| spell.from <= day).unwrap_or(&spells[0]);
        assert_eq!((names.family, names.given), (Some(now.family.text()), Some(now.given.text())));
        assert_eq!(names.middle, now.middle.map(Name::text));
    }
}

#[test]
fn errors_that_stay_with_a_person_are_the_same_in_all_records() {
    let seen = observe(&rates("birth_date_of_another", Rate { rate: 0.2, always: 1.0 }));
    let wrong = seen.chunks(2).filter(|pair| {
        assert_eq!(pair[0].2.birth, pair[1].2.birth);
        pair[0].2.errors.contains(ErrorKind::BirthDateOfAnother)
    });
    check(wrong.count(), PEOPLE as usize, 0.2, "people");
    // Half of the errors by person, half by record: the share of records is the rate all the
    // same. A person's two records are one draw or two: at most twice the variance.
    let seen = observe(&rates("sex_wrong", Rate { rate: 0.2, always: 0.5 }));
    let wrong = seen.iter().filter(|(_, _, seen, _)| seen.errors.contains(ErrorKind::SexWrong)).count();
    let tolerance = 5.0 * (2.0 * 0.16 * seen.len() as f64).sqrt();
    assert!((wrong as f64 - 0.2 * seen.len() as f64).abs() < tolerance, "{wrong}");
}

#[test]
fn multipliers_make_errors_likelier_for_whom_they_name() {
    let text = "start_from = 'nothing'\n[hes-apc]\nsex_missing = 0.1\n[multipliers.sex]\n\
                ethnicity = { A = 0.5 }\ndeprivation = { 1 = 3, 2 = 3 }\nage = { \"65+\" = 2 }\n";
    let seen = observe(&ErrorRates::from_toml("rates", text).expect("valid rates"));
    let (mut n, mut expected, mut variance, mut wrong) = ([0; 2], [0.0; 2], [0.0; 2], [0.0; 2]);
    for (life, day, seen, _) in &seen {
        // Near the 65th birthday the age of multipliers may be a day off.
        let years = f64::from(day - life.person.birth) / 365.25;
        if (years - 65.0).abs() < 0.02 {
            continue;
        }
        let deprived = life.homes[life.home_on(*day)].decile <= 2;
        let factor = if life.person.ethnicity == "A" { 0.5 } else { 1.0 }
            * if deprived { 3.0 } else { 1.0 }
            * if years >= 65.0 { 2.0 } else { 1.0 };
        let group = usize::from(deprived);
        n[group] += 1;
        expected[group] += 0.1 * factor;
        variance[group] += 0.1 * factor * (1.0 - 0.1 * factor);
        wrong[group] += f64::from(u8::from(seen.errors.contains(ErrorKind::SexMissing)));
    }
    for group in 0..2 {
        assert!(n[group] > 1_000);
        assert!((wrong[group] - expected[group]).abs() < 5.0 * variance[group].sqrt());
    }
}

#[test]
fn a_record_with_identity_withheld_has_no_identifiers() {
    for (_, _, seen, names) in observe(&rates("identity_withheld", 1.0)) {
        assert!(seen.withheld);
        assert_eq!((seen.nhs_number, seen.birth, seen.postcode), (None, RecordedBirth::Missing, None));
        assert!(names.family.is_none() && names.given.is_none() && names.middle.is_none());
        assert_eq!(seen.errors.names().as_deref(), Some("identity_withheld"));
    }
}

#[test]
fn names_make_no_difference_to_the_other_identifiers() {
    let (world, lives) = &*POPULATION;
    let rates = ErrorRates::default();
    for life in lives.iter().take(500) {
        let mut with = Clerk::new(world, &rates, "cohort", life);
        let mut without = Clerk::new(world, &rates, "cohort", life);
        for day in [life.first_day, life.first_day + 1, life.first_day + 2] {
            let seen = with.observe(day);
            with.names(day, &mut ErrorSet::default());
            assert!(seen == without.observe(day));
        }
    }
}
