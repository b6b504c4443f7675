//! The bridging file of two releases: which persons are paired, what leaves, and that it is
//! the same at any number of threads.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::case::words;
use crate::folder::{Folder, Run};
use crate::plain::{self, Options, Record};
use crate::world::{Size, World};

const APC: [&str; 7] = ["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"];
const INDEX: [&str; 6] = ["entry", "mh_person", "number", "born", "gender", "home"];

/// HES in the columns of the catalogue, a mental health person index described in the job.
fn job(extra: &str) -> String {
    format!(
        r#"
version = 1
name = "bridge"
[keys]
demo = true
[[data_set]]
name = "apc"
is = "hes-apc"
release = "hes-2024"
files = ["apc.csv"]
[[data_set]]
name = "mental"
release = "mental-2024"
files = ["mental.csv"]
record_key = "entry"
person_key = "mh_person"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
[linkage]
left = "apc"
right = "mental"
recipe = "hes-mh-bridge"
{extra}
"#
    )
}

const OUTPUTS: &str = r#"
[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
file_version = "March"
[[output]]
kind = "extract"
data_set = "apc"
[[output]]
kind = "extract"
data_set = "mental"
"#;

const LINKS: &str = "[[output]]\nkind = \"links\"\n[[output]]\nkind = \"bridge\"\n";

/// `key person number born sex postcode`, as a row of HES.
fn in_hes(record: [String; 6]) -> Vec<String> {
    let [key, person, number, born, sex, home] = record;
    let home = home.split_once(' ').map_or(home.clone(), |(outward, inward)| format!("{outward:<5}{inward}"));
    vec![key, person, number, born, sex, home, String::new()]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The rule that makes it so.
    because: String,
    left: Vec<String>,
    right: Vec<String>,
    pairs: Vec<String>,
    partners: Option<[[u64; 3]; 2]>,
    index: Option<[u64; 4]>,
}

/// Rows on the larger side that match nobody.
const CROWD: usize = 40;

#[test]
fn pairs_are_those_of_the_two_indexes() {
    let cases = include_str!("../../../../fixtures/cases/hes-mh-bridge.toml");
    let cases: Cases = toml::from_str(cases).expect("the case table is well formed");
    let failures: Vec<String> = cases
        .case
        .iter()
        .flat_map(|case| [(CROWD, 1), (1, CROWD)].map(|crowds| failure(case, crowds)))
        .flatten()
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failure(case: &Case, (left_crowd, right_crowd): (usize, usize)) -> Option<String> {
    let folder = Folder::new();
    let mut left: Vec<_> = case.left.iter().map(|record| words::<6>(record)).collect();
    left.extend((0..left_crowd).map(|i| words(&format!("x{i} px{i} W 1911-11-11 2 AB1_9ZZ"))));
    let mut right: Vec<_> = case.right.iter().map(|record| words::<6>(record)).collect();
    right.extend((0..right_crowd).map(|i| words(&format!("y{i} py{i} V 1912-12-12 2 AB2_9ZZ"))));
    folder.csv("apc.csv", &APC, &left.into_iter().map(in_hes).collect::<Vec<_>>());
    folder.csv("mental.csv", &INDEX, &right.into_iter().map(Vec::from).collect::<Vec<_>>());
    let run = folder.run(&job(LINKS), "out");
    let counted = &run.manifest.linkage;
    let pairs: Vec<String> =
        run.links().into_iter().map(|(left, right, rank)| format!("{left} {right} {rank}")).collect();
    let partners = counted.partners.as_ref().map(|partners| [partners.left, partners.right]);
    let indexed = counted.persons.as_ref().expect("persons are indexed");
    let crowd = if indexed.side == "right" { right_crowd } else { left_crowd } as u64;
    let index = [indexed.rows - crowd, indexed.left_out, indexed.persons - crowd, indexed.combinations - crowd];
    let wrong = |what: &str, found: &dyn std::fmt::Debug, due: &dyn std::fmt::Debug| {
        format!("`{}`: {what} {found:?} instead of {due:?}, because {}", case.name, case.because)
    };
    if pairs != case.pairs {
        Some(wrong("pairs", &pairs, &case.pairs))
    } else if case.partners.is_some_and(|due| partners != Some(due)) {
        Some(wrong("partners", &partners, &case.partners))
    } else if indexed.side == "right" && case.index.is_some_and(|due| index != due) {
        Some(wrong("index", &index, &case.index))
    } else if run.table("bridge.parquet", &["match_rank"]).len() != pairs.len() {
        Some(wrong("bridging file", &run.table("bridge.parquet", &["match_rank"]), &pairs))
    } else {
        None
    }
}

/// Two persons of HES and four of the mental health side, person keys being the same words on
/// both; the last has no person key.
fn write_inputs(folder: &Folder) {
    let hospital = [
        "e1 p1 A 1950-03-14 1 LS1_4AP",
        "e2 p1 A 1950-03-14 1 HD7_5UZ",
        "e3 p2 B 1962-07-29 2 HD7_5UZ",
        "e4 p3 C 1971-05-06 1 M1_1AE",
    ];
    let index = [
        "m1 p2 A 1950-03-14 1 LS1_4AP",
        "m2 p2 A 1950-03-14 1 LS1_4AP",
        "m3 p1 B 1962-07-29 2 HD7_5UZ",
        "m4 p4 D 1980-08-09 2 CR2_6XH",
        "m5 - B 1962-07-29 2 -",
    ];
    folder.csv("apc.csv", &APC, &hospital.map(|record| in_hes(words(record))));
    folder.csv("mental.csv", &INDEX, &index.map(|record| Vec::from(words::<6>(record))));
}

const HES_EXTRACT: &str = "extract/apc/*.parquet";
const MH_EXTRACT: &str = "extract/mental/*.parquet";

fn column(run: &Run, file: &str, column: &str) -> BTreeSet<String> {
    run.table(file, &[column]).into_iter().flatten().collect()
}

#[test]
fn pairs_of_pseudonyms_leave_and_nothing_else() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(OUTPUTS), "out");
    assert_eq!(run.columns("bridge.parquet"), ["left_pseudonym", "right_pseudonym", "match_rank", "file_version"]);
    let rows = run.table("bridge.parquet", &["match_rank", "file_version"]);
    // p1 with the one, p2 with the other and with the person without a key.
    assert_eq!(rows.iter().filter(|row| row[0] == "1").count(), 2);
    assert_eq!(rows.iter().filter(|row| row[0] == "2").count(), 1);
    assert!(rows.iter().all(|row| row[1] == "March"));
}

#[test]
fn a_recipient_joins_both_extracts_through_the_bridge_alone() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(OUTPUTS), "out");
    let hes = run.table(HES_EXTRACT, &["TOKEN_PERSON_ID", "SEX"]);
    let mental = run.table(MH_EXTRACT, &["mh_person", "entry"]);
    let bridge = run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym"]);
    let mut joined: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &bridge {
        for stay in hes.iter().filter(|row| row[0] == pair[0]) {
            let referrals = mental.iter().filter(|row| row[0] == pair[1]).count();
            *joined.entry(&stay[1]).or_default() += referrals;
        }
    }
    // By sex: two stays of p1 with two rows of the man, one of p2 with one row each of two women.
    assert_eq!(joined, BTreeMap::from([("1", 4), ("2", 2)]));
    let (left, right) = (column(&run, HES_EXTRACT, "TOKEN_PERSON_ID"), column(&run, MH_EXTRACT, "mh_person"));
    assert_eq!((left.len(), right.len()), (2, 3), "only linked persons leave, and each has a pseudonym");
    assert!(left.is_disjoint(&right), "without the bridge nothing joins, though the keys are the same words");
}

#[test]
fn pseudonyms_are_those_of_any_job_of_the_same_release() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(OUTPUTS), "out");
    let alone = r#"
version = 1
name = "alone"
[keys]
demo = true
project = "bridge"
release = "hes-2024"
[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.csv"]
[linkage]
left = "apc"
options.resolution = "keep-all"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "extract"
data_set = "apc"
"#;
    let alone = folder.run(alone, "alone");
    // Of p1 alone, who has two records to be linked.
    let ours = column(&run, HES_EXTRACT, "TOKEN_PERSON_ID");
    let theirs = column(&alone, HES_EXTRACT, "TOKEN_PERSON_ID");
    assert_eq!(theirs.len(), 1);
    assert!(theirs.is_subset(&ours));
}

#[test]
fn equal_keys_of_two_releases_are_not_one_person() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(OUTPUTS), "out");
    let rows = run.table("persons.parquet", &["key", "person"]);
    let person = |key: &str| &rows.iter().find(|row| row[0] == key).expect("every record is there")[1];
    assert!([person("e2"), person("m1"), person("m2")].iter().all(|other| *other == person("e1")));
    assert!([person("m3"), person("m5")].iter().all(|other| *other == person("e3")));
    let distinct = [person("e1"), person("e3"), person("e4"), person("m4")];
    assert_eq!(distinct.iter().collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn a_data_set_without_a_person_key_carries_the_pseudonym_of_the_bridge() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(OUTPUTS).replace("person_key = \"mh_person\"\n", ""), "out");
    assert_eq!(run.columns(MH_EXTRACT), ["PERSON_PSEUDONYM", "entry"]);
    let bridged = column(&run, "bridge.parquet", "right_pseudonym");
    assert_eq!(column(&run, MH_EXTRACT, "PERSON_PSEUDONYM"), bridged);
    // m1 and m2 are one combination, m3 and m5 one each.
    assert_eq!(bridged.len(), 3);
    let note = "mental: no person key, so persons are told by their combination of identifiers";
    assert!(run.manifest.notes.iter().any(|found| found == note), "{:?}", run.manifest.notes);
}

#[test]
fn the_bridge_is_what_a_job_without_outputs_makes() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job(""), "out");
    let names: Vec<String> = run.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bridge.parquet", "manifest.json", "rejects.parquet"]);
}

#[test]
fn releases_that_a_bridge_cannot_join_are_refused() {
    let folder = Folder::new();
    write_inputs(&folder);
    let refused = |job: &str| {
        let faults = folder.try_run(job, "out", 2).err().expect("the job is refused");
        let shown = |fault: &counterfoil_core::Fault| match &fault.hint {
            Some(hint) => format!("{fault}\n  hint: {hint}"),
            None => fault.to_string(),
        };
        faults.iter().map(shown).collect::<Vec<_>>().join("\n")
    };
    let one_release = job("").replace("release = \"hes-2024\"\n", "").replace("release = \"mental-2024\"\n", "");
    insta::assert_snapshot!(refused(&one_release), @r"
    output[1]: the bridging file joins two releases, and both sides are of one
      hint: give the data sets of each side a `release` of their own
    ");
    let several = job("").replace(
        "[linkage]\nleft = \"apc\"",
        "[[data_set]]\nname = \"more\"\nis = \"hes-apc\"\nfiles = [\"apc.csv\"]\n[linkage]\nleft = [\"apc\", \"more\"]",
    );
    insta::assert_snapshot!(refused(&several), @r"
    output[1]: the data sets of the left side are of several releases
      hint: give them the same `release`, or make a bridging file for each
    ");
}

/// The world's deaths as a person index: a record of person `i % 30`, some without a key.
fn person_index(world: &World) -> Vec<Record> {
    let person = |(i, record): (usize, &Record)| {
        let person = (i % 7 > 0).then_some((i % 30) as u32);
        Record { person, day: None, ..record.clone() }
    };
    world.deaths.iter().enumerate().map(person).collect()
}

fn write_world(folder: &Folder, world: &World, repeats: usize) {
    let hospital = world.hospital().into_iter().map(|row| {
        let [key, number, born, sex, home, _, person] = row.try_into().expect("seven columns");
        in_hes([key, person, number, born, sex, home])
    });
    folder.csv("apc.csv", &APC, &hospital.collect::<Vec<_>>());
    let persons = person_index(world);
    let index = world.register().into_iter().zip(&persons).map(|(row, record)| {
        let [key, number, born, sex, home, _] = row.try_into().expect("six columns");
        vec![key, record.person.map(|person| format!("q{person}")).unwrap_or_default(), number, born, sex, home]
    });
    let index: Vec<Vec<String>> = index.collect();
    let again =
        |month: usize| index.iter().map(move |row| [vec![format!("z{month}{}", row[0])], row[1..].to_vec()].concat());
    let monthly = (0..repeats).flat_map(again);
    let mental: Vec<Vec<String>> = monthly.chain(index.clone()).collect();
    folder.parquet("mental.parquet", &INDEX, &mental, 25);
}

fn world_job(extra: &str) -> String {
    job(extra).replace("mental.csv", "mental.parquet")
}

#[test]
fn pairs_are_those_of_a_plain_program() {
    let sizes = [
        Size { rows: 250, persons: 50, deaths: 90, numbers: 40, dead: 0 },
        Size { rows: 60, persons: 30, deaths: 120, numbers: 25, dead: 0 },
    ];
    for seed in 0..4 {
        for (turn, size) in sizes.iter().enumerate() {
            let world = World::new(3000 + seed * 10 + turn as u64, size);
            let folder = Folder::new();
            write_world(&folder, &world, 0);
            let due = plain::bridge(&world.hes, &person_index(&world), &Options { communal: 0, ..Options::default() });
            let run = folder.run(&world_job(LINKS), "out");
            assert!(due.len() > 20, "the data is dense enough to mean something");
            let ranks = run.table("bridge.parquet", &["match_rank"]);
            assert_eq!(run.links(), due, "seed {seed}, {turn}");
            assert_eq!(ranks.len(), due.len(), "every pair of persons leaves");
        }
    }
}

#[test]
fn rows_that_repeat_a_combination_change_nothing() {
    let world = World::new(3100, &Size { rows: 250, persons: 50, deaths: 90, numbers: 40, dead: 0 });
    let folder = Folder::new();
    write_world(&folder, &world, 0);
    let once = folder.run(&world_job(OUTPUTS), "once");
    // Twice as many rows of the index as of HES: then HES is the one that is indexed.
    for (repeats, indexed) in [(1, "right"), (5, "left")] {
        write_world(&folder, &world, repeats);
        let again = folder.run(&world_job(OUTPUTS), &format!("again-{repeats}"));
        assert_eq!(again.manifest.linkage.persons.as_ref().expect("an index").side, indexed);
        let bridge = |run: &Run| run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym", "match_rank"]);
        assert_eq!(bridge(&again), bridge(&once));
        assert_eq!(again.links(), once.links(), "links name the record with the smallest key");
        assert_eq!(again.manifest.linkage.partners, once.manifest.linkage.partners);
    }
}

#[test]
fn the_same_job_gives_the_same_bytes_at_any_number_of_threads() {
    let world = World::new(3200, &Size { rows: 250, persons: 50, deaths: 90, numbers: 40, dead: 0 });
    for repeats in [0, 5] {
        let folder = Folder::new();
        write_world(&folder, &world, repeats);
        let first = folder.run_at(&world_job(OUTPUTS), "one", 1);
        for threads in [2, 8] {
            let other = folder.run_at(&world_job(OUTPUTS), &format!("threads-{threads}"), threads);
            assert!(first.files() == other.files(), "{threads} threads: some file differs");
        }
    }
}
