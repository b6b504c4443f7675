//! Test: what a population looks like in the end is what the rates and aims say.
//!
//! A population is drawn with all its data sets, and what the truth says of their records is
//! counted. A count of errors is held to the configured rate within five standard deviations,
//! which a fair generator leaves once in 1.7 million times as long as errors are many. Those
//! of the default rates that are too rare for that are left to a second population, in which
//! every error is frequent. Records of one person may share errors, so with a rate p = a + o (a: errors that all records of a person have, o: errors
//! of single records) and n rows, of which a person i has nᵢ, the variance of the count is
//! a(1−a)·Σnᵢ² + o(1−o)·n. Where several rows of a data set come from one observation, all of
//! them may share all errors, and the variance is at most p(1−p)·Σnᵢ².

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::data_sets::{self, Block, DATA_SETS, FieldChoice, Traces};
use crate::errors::{ErrorKind, ErrorRates, Rate};
use crate::population::{Life, World};

const PEOPLE: u64 = 12_000;

/// Data sets each of whose rows is observed by itself.
const OBSERVED_ALONE: [&str; 7] = ["hes-apc", "hes-op", "hes-ae", "ecds", "deaths", "pds", "cohort"];

/// Data sets with names.
const WITH_NAMES: [&str; 3] = ["deaths", "pds", "cohort"];

/// Errors that can happen to every record.
const TO_ALL: [ErrorKind; 16] = [
    ErrorKind::NhsNumberOfAnother,
    ErrorKind::NhsNumberPlaceholder,
    ErrorKind::BirthDateMistyped,
    ErrorKind::BirthDateShifted,
    ErrorKind::BirthDateOfAnother,
    ErrorKind::BirthDateDefault,
    ErrorKind::BirthDateMissing,
    ErrorKind::BirthDateImpossible,
    ErrorKind::SexWrong,
    ErrorKind::SexMissing,
    ErrorKind::PostcodeMistyped,
    ErrorKind::PostcodeOfAnother,
    ErrorKind::PostcodeMissing,
    ErrorKind::PostcodeUnknown,
    ErrorKind::PostcodeNoFixedAbode,
    ErrorKind::PostcodeCountryOnly,
];

/// The same in data sets with names.
const TO_ALL_NAMES: [ErrorKind; 3] =
    [ErrorKind::FamilyNameMissing, ErrorKind::GivenNameMissing, ErrorKind::NamesSwapped];

/// Every error happens to one record in fifty, a third of them to all records of a person.
const FREQUENT: f64 = 0.02;
const FREQUENT_ALWAYS: f64 = 0.3;

/// Errors and, where persons err, persons that there must be for a count to be nearly normal.
const MANY: f64 = 30.0;

struct Drawn {
    lives: Vec<Life>,
    rates: ErrorRates,
    /// Whose the rows of each main table are, by data set.
    traces: BTreeMap<&'static str, Traces>,
}

/// A population with the default rates, in which everybody errs alike.
static DRAWN: LazyLock<Drawn> = LazyLock::new(|| draw(ErrorRates::default().for_everybody_alike()));

/// The same people with frequent errors.
static FREQUENTLY: LazyLock<Drawn> = LazyLock::new(|| {
    let mut rates = ErrorRates::none();
    for data_set in DATA_SETS {
        for kind in TO_ALL.iter().chain(&TO_ALL_NAMES) {
            let rate = Rate { rate: FREQUENT, always: FREQUENT_ALWAYS };
            rates.set(data_set, kind.name(), rate).expect("a rate that exists");
        }
    }
    draw(rates)
});

fn draw(rates: ErrorRates) -> Drawn {
    let world = World::new(17, PEOPLE);
    let lives = world.lives(0..PEOPLE);
    let block = Block { world: &world, rates: &rates, choice: &FieldChoice::Linkage, lives: &lives };
    let traces = DATA_SETS.iter().map(|name| (*name, data_sets::tables(name)[0].records(&block).traces));
    Drawn { traces: traces.collect(), lives, rates }
}

/// How many rows each person has, of the rows that pass.
fn rows_by_person(traces: &Traces, passes: impl Fn(u64) -> bool) -> Vec<f64> {
    let mut rows = vec![0.0; PEOPLE as usize];
    traces.persons.iter().filter(|person| passes(**person)).for_each(|person| rows[*person as usize] += 1.0);
    rows
}

/// Holds the count of one kind of error, among rows of the people who pass, to its rate.
/// Returns false where there are too few to say.
fn check(drawn: &Drawn, data_set: &str, kind: ErrorKind, passes: impl Fn(u64) -> bool + Copy) -> bool {
    let (traces, of_set) = (&drawn.traces[data_set], drawn.rates.of(data_set));
    let (rate, withheld) = (of_set.rate(kind), of_set.rate(ErrorKind::IdentityWithheld).rate);
    // A record whose identity is withheld has no other error.
    let p = rate.rate * (1.0 - withheld);
    let (always, once) = (p * rate.always, p * (1.0 - rate.always));
    let rows = rows_by_person(traces, passes);
    let (n, squares): (f64, f64) = (rows.iter().sum(), rows.iter().map(|n| n * n).sum());
    let persons = rows.iter().filter(|rows| **rows > 0.0).count() as f64;
    if p > 0.0 && (p * n < MANY || (always > 0.0 && always * persons < MANY)) {
        return false;
    }
    let variance = if OBSERVED_ALONE.contains(&data_set) {
        always * (1.0 - always) * squares + once * (1.0 - once) * n
    } else {
        p * (1.0 - p) * squares
    };
    let wrong = traces.errors.iter().zip(&traces.persons);
    let wrong = wrong.filter(|(errors, person)| errors.contains(kind) && passes(**person)).count() as f64;
    let (kind, tolerance) = (kind.name(), 5.0 * variance.sqrt());
    assert!((wrong - p * n).abs() <= tolerance, "{kind} in {data_set}: {wrong} is not {} ± {tolerance}", p * n);
    true
}

#[test]
fn errors_come_at_the_configured_rates_in_every_data_set() {
    let mut of_defaults = 0;
    for data_set in DATA_SETS {
        let names = if WITH_NAMES.contains(data_set) { &TO_ALL_NAMES[..] } else { &[] };
        for kind in TO_ALL.iter().chain(names) {
            of_defaults += u32::from(check(&DRAWN, data_set, *kind, |_| true));
            let checked = check(&FREQUENTLY, data_set, *kind, |_| true);
            let persons = rows_by_person(&FREQUENTLY.traces[data_set], |_| true).iter().filter(|n| **n > 0.0).count();
            let few = (persons as f64) * FREQUENT * FREQUENT_ALWAYS < MANY;
            assert!(checked || few, "{} in {data_set} was not tested", kind.name());
        }
    }
    assert!(of_defaults >= 20, "{of_defaults}");
}

#[test]
fn nhs_numbers_are_missing_at_the_configured_rates_from_people_who_have_one() {
    let numbered = |person: u64| {
        let life = &DRAWN.lives[person as usize];
        life.nhs.from <= life.first_day
    };
    let checked = |kind| DATA_SETS.iter().filter(|data_set| check(&DRAWN, data_set, kind, numbered)).count();
    assert!(checked(ErrorKind::NhsNumberMissing) >= 4 && checked(ErrorKind::NhsNumberMistyped) >= 2);
}

#[test]
fn rows_a_person_are_about_fifteen_and_most_in_outpatients() {
    let rows = |names: &[&str]| {
        let of_sets = names.iter().map(|name| rows_by_person(&DRAWN.traces[name], |_| true));
        of_sets.reduce(|sum, rows| sum.iter().zip(&rows).map(|(a, b)| a + b).collect()).expect("a data set")
    };
    let mean = |rows: &[f64]| rows.iter().sum::<f64>() / PEOPLE as f64;
    let all = rows(&["hes-apc", "hes-op", "hes-ae", "ecds"]);
    let variance = all.iter().map(|n| (n - mean(&all)) * (n - mean(&all))).sum::<f64>() / PEOPLE as f64;
    // Five standard errors of the mean, and two rows because the aim is a round one.
    let tolerance = 5.0 * (variance / PEOPLE as f64).sqrt() + 2.0;
    assert!((mean(&all) - 15.0).abs() < tolerance, "{} ± {tolerance}", mean(&all));
    for other in ["hes-apc", "hes-ae", "ecds"] {
        assert!(mean(&rows(&["hes-op"])) > 2.0 * mean(&rows(&[other])), "outpatients and {other}");
    }
    // Few have much: the tenth of people with the most rows has more than a third of all.
    let mut most = all.clone();
    most.sort_by(|a, b| b.total_cmp(a));
    assert!(most[..PEOPLE as usize / 10].iter().sum::<f64>() * 3.0 > all.iter().sum());
}

#[test]
fn deaths_are_as_many_and_where_they_should_be() {
    let dead: Vec<&Life> = DRAWN.lives.iter().filter(|life| life.death.is_some()).collect();
    let in_hospital = dead.iter().filter(|life| life.death.as_ref().is_some_and(|death| death.in_hospital)).count();
    let n = dead.len() as f64;
    // 45 %: five standard deviations, √(p(1−p)n).
    assert!((in_hospital as f64 - 0.45 * n).abs() <= 5.0 * (0.45 * 0.55 * n).sqrt(), "{in_hospital} of {n}");
    // Registered are those that ever are, but for the last months' delay: nine in a hundred
    // wait for up to 300 days, so of ten years' deaths about 0.5 % come too late.
    let rate = DRAWN.rates.of("deaths").rate(ErrorKind::NeverRegistered).rate;
    let registered = rows_by_person(&DRAWN.traces["deaths"], |_| true).iter().filter(|rows| **rows > 0.0).count();
    let expected = (1.0 - rate) * 0.995 * n;
    let tolerance = 5.0 * (n * (rate + 0.005)).sqrt();
    assert!((registered as f64 - expected).abs() <= tolerance, "{registered} is not {expected} ± {tolerance}");
}

#[test]
fn everybody_who_is_registered_is_in_pds_once() {
    let rows = rows_by_person(&DRAWN.traces["pds"], |_| true);
    let last = World::new(17, PEOPLE).window.last();
    for (life, rows) in DRAWN.lives.iter().zip(rows) {
        let day = life.death.as_ref().map_or(last, |death| death.day);
        assert_eq!(rows > 0.0, life.nhs.from <= day);
        assert!(rows <= 1.0);
    }
}

#[test]
fn a_cohort_has_one_in_twenty_of_the_age_and_few_of_them_twice() {
    let rows = rows_by_person(&DRAWN.traces["cohort"], |_| true);
    let participants = rows.iter().filter(|rows| **rows > 0.0).count();
    // At most all people are of the age and there; at least half are.
    assert!(participants as u64 * 20 < PEOPLE && participants as u64 * 40 > PEOPLE, "{participants}");
    let twice = rows.iter().filter(|rows| **rows > 1.0).count() as f64;
    let rate = DRAWN.rates.of("cohort").rate(ErrorKind::RecordDuplicated).rate;
    let n = participants as f64;
    assert!((twice - rate * n).abs() <= 5.0 * (rate * (1.0 - rate) * n).sqrt() + 0.5, "{twice} of {n}");
}
