//! The three routine linkages over a synthetic population, held to its truth and to the error
//! rates that it was made with.
//!
//! Only the right side has errors, four kinds of them, at rates that say what the mix of
//! ranks has to be; the sides of a rank table then follow by hand. What chance leaves is
//! binomial, so every tolerance is a number of standard errors of the share that is due.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use counterfoil_catalogue::{Catalogue, RoleColumns};
use counterfoil_core::Silent;
use counterfoil_job::evaluate::{Against, evaluate};
use counterfoil_synth::{ErrorRates, FieldChoice, SynthSpec, generate};

use crate::folder::{Folder, read};

/// Share of records, and in mental health of persons, without the NHS number that they have.
const NO_NUMBER: f64 = 0.15;
/// One part of the date of birth is wrong: it agrees partly.
const PART_WRONG: f64 = 0.08;
/// No part of the date of birth is right.
const BIRTH_WRONG: f64 = 0.05;
const SEX_WRONG: f64 = 0.06;

/// Standard errors that a share may be off. Chance exceeds four in one share of 16,000; some
/// fifteen shares are looked at.
const STANDARD_ERRORS: f64 = 4.0;

/// Errors of imaging records and deaths happen to each record by itself, those of mental
/// health to all records of a person: what is linked there are persons.
fn rates() -> String {
    let table = |name: &str, always: &str| {
        format!(
            "[{name}]\nnhs_number_missing = {{ rate = {NO_NUMBER}{always} }}\n\
             birth_date_mistyped = {{ rate = {PART_WRONG}{always} }}\n\
             birth_date_of_another = {{ rate = {BIRTH_WRONG}{always} }}\nsex_wrong = {{ rate = {SEX_WRONG}{always} }}\n"
        )
    };
    let of_records = table("deaths", "") + &table("did", "");
    format!("start_from = \"nothing\"\n{of_records}{}", table("mhsds", ", always = 1.0"))
}

/// The folder that the population lies in, as `data`; made once for all tests.
fn population() -> &'static Folder {
    static POPULATION: OnceLock<Folder> = OnceLock::new();
    POPULATION.get_or_init(|| {
        let mut spec = SynthSpec::new(4_000, 29);
        let data_sets = ["hes-apc", "hes-op", "hes-ae", "did", "deaths", "mhsds", "msds"];
        spec.data_sets = data_sets.map(str::to_owned).to_vec();
        spec.fields = FieldChoice::Linkage;
        spec.errors = ErrorRates::from_toml("rates", &rates()).expect("valid rates");
        let folder = Folder::new();
        generate(&spec, &folder.path().join("data"), &Silent).expect("the population can be made");
        folder
    })
}

/// A record of the truth: whose it is, and what is wrong with it.
#[derive(Clone)]
struct Record {
    person: String,
    errors: BTreeSet<String>,
}

/// What is known of the population.
struct Truth {
    /// By source and key.
    records: BTreeMap<(String, String), Record>,
    /// Those of whom HES has the same NHS number throughout, sex and date of birth alike, and
    /// no twin: whatever a record of theirs lacks is an error. Each with whether they never
    /// moved and are not born on 1 January, so that postcode and date count at every rank.
    plain: BTreeMap<String, bool>,
}

fn truth(data: &Path) -> Truth {
    let mut records = BTreeMap::new();
    for row in read(data, "truth.parquet", &["source", "key", "person", "errors", "about"]) {
        let [source, key, person, errors, about] = row.try_into().expect("five columns were asked for");
        if about.is_empty() {
            let errors = errors.split(',').filter(|error| !error.is_empty()).map(str::to_owned).collect();
            records.insert((source, key), Record { person, errors });
        }
    }
    let numbers = numbers(data);
    let columns = ["person", "birth_date", "arrival_date", "gender_change_date", "twin", "homes"];
    let mut plain = BTreeMap::new();
    for row in read(data, "people.parquet", &columns) {
        let [person, birth, arrival, change, twin, homes] = row.try_into().expect("six columns were asked for");
        let is_there_from_the_first_day = arrival.is_empty() && birth.as_str() < "2014-04-01";
        let has_one_number = numbers.get(&person).is_some_and(|numbers| numbers.len() == 1);
        if is_there_from_the_first_day && has_one_number && change.is_empty() && twin.is_empty() {
            plain.insert(person, homes == "1" && !birth.ends_with("-01-01"));
        }
    }
    Truth { records, plain }
}

/// The NHS numbers of each person in all records that have one.
fn numbers(data: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut of_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in read(data, "truth.parquet", &["source", "person"]) {
        let [source, person] = row.try_into().expect("two columns were asked for");
        of_source.entry(source).or_default().push(person);
    }
    let mut numbers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sources = [("hes-apc", "hes_apc"), ("hes-op", "hes_op"), ("hes-ae", "hes_ae"), ("did", "did")];
    for (source, folder) in sources.into_iter().chain([("deaths", "deaths"), ("mhsds", "mhsds_mpi")]) {
        let column = number_column(source);
        let cells = read(data, &format!("{folder}/*.parquet"), &[&column]);
        for (person, cell) in of_source[source].iter().zip(cells).filter(|(_, cell)| !cell[0].is_empty()) {
            numbers.entry(person.clone()).or_default().insert(cell[0].clone());
        }
    }
    numbers
}

/// The first alternative, which is the one that synthetic data is written in.
fn number_column(source: &str) -> String {
    let entry = Catalogue::built_in().data_set(source).expect("a catalogue entry");
    match entry.roles["nhs_number"].alternatives().expect("a checked entry").swap_remove(0) {
        RoleColumns::One(column) => column,
        _ => panic!("an NHS number is one column"),
    }
}

/// A right unit of a plain person who is in HES.
struct Outcome {
    errors: BTreeSet<String>,
    /// Rank of the link to its person; 9 if there is none.
    rank: u8,
    /// Whether the person never moved.
    stays: bool,
}

/// Runs a job of the examples; what became of the right units, which are persons or records.
fn outcomes(job: &str, out: &str, left: &[&str], right: &str, of_persons: bool) -> Vec<Outcome> {
    let folder = population();
    let truth = truth(&folder.path().join("data"));
    let run = folder.run_as(&format!("{out}.toml"), job, out);
    let in_hes: BTreeSet<&str> = (truth.records.iter())
        .filter(|((source, _), _)| left.contains(&source.as_str()))
        .map(|(_, record)| record.person.as_str())
        .collect();
    let mut best: BTreeMap<&str, u8> = BTreeMap::new();
    let links = run.table("links.parquet", &["left_source", "left_key", "right_key", "match_rank"]);
    for row in &links {
        let [source, left_key, right_key, rank] = row.as_slice() else { panic!("four columns were asked for") };
        let source = if source == "apc" { "hes-apc" } else { source };
        let left = &truth.records[&(source.to_owned(), left_key.clone())];
        let (right_key, right) = found(&truth, right, right_key);
        let unit = if of_persons { right.person.as_str() } else { right_key };
        if left.person == right.person {
            let rank: u8 = rank.parse().expect("a rank is a number");
            best.entry(unit).and_modify(|known| *known = rank.min(*known)).or_insert(rank);
        }
    }
    let units: BTreeMap<&str, &Record> = (truth.records.iter())
        .filter(|((source, _), record)| source == right && in_hes.contains(record.person.as_str()))
        .map(|((_, key), record)| (if of_persons { record.person.as_str() } else { key.as_str() }, record))
        .collect();
    let outcome = |(unit, record): (&str, &Record)| {
        let stays = *truth.plain.get(&record.person)?;
        let rank = best.get(unit).copied().unwrap_or(9);
        Some(Outcome { errors: record.errors.clone(), rank, stays })
    };
    units.into_iter().filter_map(outcome).collect()
}

fn found<'t>(truth: &'t Truth, source: &str, key: &str) -> (&'t str, &'t Record) {
    let of = truth.records.get_key_value(&(source.to_owned(), key.to_owned())).expect("every record has a truth");
    (of.0.1.as_str(), of.1)
}

/// The ranks that the errors of a record leave, by the table of the eight ranks: of somebody
/// who never moved, and of anybody, whose postcode may be another than HES has.
fn due(errors: &BTreeSet<String>) -> (&'static [u8], &'static [u8]) {
    let has = |error: &str| errors.contains(error);
    let is_someone_else = has("birth_date_of_another") || has("sex_wrong");
    if has("nhs_number_missing") {
        // Without a number, date, sex and postcode all have to agree.
        return if is_someone_else || has("birth_date_mistyped") { (&[9], &[9]) } else { (&[6, 7], &[6, 7, 9]) };
    }
    match (is_someone_else, has("birth_date_mistyped")) {
        (true, _) => (&[5], &[5, 8]),
        (false, true) => (&[3], &[3, 4]),
        (false, false) => (&[1], &[1, 2]),
    }
}

/// Holds outcomes to the errors of each record, and the mix of ranks to the rates.
fn check(outcomes: &[Outcome], least: usize) {
    for outcome in outcomes {
        let (stays, anybody) = due(&outcome.errors);
        let ranks = if outcome.stays { stays } else { anybody };
        assert!(ranks.contains(&outcome.rank), "rank {} with {:?}", outcome.rank, outcome.errors);
    }
    assert!(outcomes.len() >= least, "{} outcomes", outcomes.len());
    let birth_right = 1.0 - PART_WRONG - BIRTH_WRONG;
    let (number, sex) = (1.0 - NO_NUMBER, 1.0 - SEX_WRONG);
    let mix: [(&[u8], f64); 4] = [
        (&[1, 2], number * birth_right * sex),
        (&[3, 4], number * PART_WRONG * sex),
        (&[5, 8], number * (1.0 - (1.0 - BIRTH_WRONG) * sex)),
        (&[6, 7, 9], NO_NUMBER),
    ];
    assert!((mix.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-12, "one of them is met");
    let all: Vec<&Outcome> = outcomes.iter().collect();
    for (ranks, share) in mix {
        near(&all, ranks, share);
    }
    // Recall, of those whose postcode does not come into it: lost is who has no number and
    // something else wrong.
    let staying: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.stays).collect();
    near(&staying, &[9], NO_NUMBER * (1.0 - birth_right * sex));
}

/// The share of outcomes at some ranks is within so many standard errors, √(p(1 − p)/n), of
/// the one that is due.
fn near(outcomes: &[&Outcome], ranks: &[u8], due: f64) {
    let n = outcomes.len() as f64;
    let share = outcomes.iter().filter(|outcome| ranks.contains(&outcome.rank)).count() as f64 / n;
    let tolerance = STANDARD_ERRORS * (due * (1.0 - due) / n).sqrt();
    assert!((share - due).abs() < tolerance, "ranks {ranks:?} of {n}: {share} is not {due} ± {tolerance}");
}

#[test]
fn deaths_are_linked_as_their_errors_say() {
    let job = include_str!("../../../../fixtures/jobs/hes-deaths/job.toml");
    check(&outcomes(job, "deaths", &["hes-apc"], "deaths", false), 200);
}

#[test]
fn imaging_records_are_linked_as_their_errors_say() {
    let job = include_str!("../../../../fixtures/jobs/hes-did/job.toml");
    check(&outcomes(job, "did", &["hes-apc", "hes-op", "hes-ae"], "did", false), 5_000);
}

#[test]
fn persons_in_mental_health_care_are_bridged_as_their_errors_say() {
    let job = include_str!("../../../../fixtures/jobs/hes-mh-bridge/job.toml");
    check(&outcomes(job, "bridge", &["hes-apc"], "mhsds", true), 200);
}

/// A row of MSDS is about two, and without errors every link by number is true, whichever of
/// them is linked.
#[test]
fn mothers_and_babies_of_one_row_are_each_measured_against_themselves() {
    let folder = population();
    for person in ["mother", "baby"] {
        let job = format!(
            r#"
version = 1
name = "maternity"
[keys]
demo = true
[[data_set]]
name = "hes-apc"
is = "hes-apc"
files = ["data/hes_apc/*.parquet"]
[[data_set]]
name = "maternity"
is = "msds"
person = "{person}"
files = ["data/msds/*.parquet"]
[linkage]
left = "hes-apc"
right = "maternity"
options.resolution = "best-per-right"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "links"
"#
        );
        let run = folder.run(&job, person);
        let against = Against { truth: folder.path().join("data/truth.parquet"), ..Against::default() };
        let found = evaluate(&run.folder, &against).expect("truth and run are in order");
        assert!(found.overall.links > 20 && found.overall.true_links == found.overall.links, "{person}: {found:?}");
        assert_eq!(found.unknown_records, 0);
    }
}
