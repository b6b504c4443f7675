//! Imaging records attached to persons of HES: what leaves, what is refused, and that it is
//! the same at any number of threads.

use std::collections::{BTreeMap, BTreeSet};

use crate::folder::{Folder, Run};
use crate::world::{Size, World};

const APC: [&str; 7] = ["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"];
const DID: [&str; 7] = ["accession", "number", "born", "gender", "home", "done", "patient"];

/// Two imaging records of person 1, one of person 2, one of nobody in HES, one of whom
/// nothing is known. All share one patient id of the imaging side, which means nothing here.
const IMAGING: [&str; 5] = [
    "x1,4836044502,1950-03-14,1,LS1 4AP,2019-02-01,q1",
    "x2,4836044502,1950-03-14,1,HD7 5UZ,2019-03-01,q1",
    "x3,4342852497,1962-07-29,2,HD7 5UZ,2019-02-01,q1",
    "x4,4995609644,1971-05-06,1,M1 1AE,2019-02-01,q1",
    "x5,,,,,2019-02-01,q1",
];

fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn write_inputs(folder: &Folder) {
    let hospital = [
        "e1,p1,4836044502,1950-03-14,1,LS1  4AP,2018-05-01",
        "e2,p1,4836044502,1950-03-14,1,HD7  5UZ,2018-06-01",
        "e3,p2,4342852497,1962-07-29,2,HD7  5UZ,2018-05-01",
        "e4,p3,4481218215,1980-08-09,2,CR2  6XH,2018-05-01",
    ];
    folder.csv("apc.csv", &APC, &rows(&hospital));
    folder.csv("did.csv", &DID, &rows(&IMAGING));
}

fn job(extract: &str, options: &str) -> String {
    format!(
        r#"
version = 1
name = "imaging"
[keys]
demo = true
release = "spring"
[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.csv"]
[[data_set]]
name = "did"
files = ["did.csv"]
record_key = "accession"
person_key = "patient"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
activity_date = "done"
[linkage]
left = "apc"
right = "did"
recipe = "hes-did"
options = {{ {options} }}
[[output]]
kind = "links"
[[output]]
kind = "bridge"
[[output]]
kind = "persons"
[[output]]
kind = "extract"
data_set = "apc"
[[output]]
kind = "extract"
data_set = "did"
{extract}
"#
    )
}

const EXTRACT: &str = "extract/did/*.parquet";

/// Pseudonyms of the persons, from the extract of HES, whose activity dates tell them.
fn persons(run: &Run) -> BTreeMap<String, String> {
    let rows = run.table("extract/apc/*.parquet", &["EPISTART", "SEX", "TOKEN_PERSON_ID"]);
    rows.into_iter().map(|row| (format!("{} {}", row[0], row[1]), row[2].clone())).collect()
}

#[test]
fn every_matched_record_has_person_rank_and_version() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job("", ""), "out");
    assert_eq!(
        run.columns(EXTRACT),
        ["TOKEN_PERSON_ID", "accession", "patient", "HES_DID_MATCHRANK", "FILE_VERSION"],
        "nothing that identifies, and of an inline definition only its keys"
    );
    let persons = persons(&run);
    let (one, two) = (&persons["2018-06-01 1"], &persons["2018-05-01 2"]);
    assert_ne!(one, two);
    let mut found = run.table(EXTRACT, &["TOKEN_PERSON_ID", "HES_DID_MATCHRANK", "FILE_VERSION"]);
    assert!(found.is_sorted_by_key(|row| row[0].clone()), "rows are in the order of persons");
    found.sort();
    let due = [(one, "1A"), (one, "1B"), (two, "1A")];
    let mut due = due.map(|(person, step)| vec![person.clone(), step.to_owned(), "spring".to_owned()]).to_vec();
    due.sort();
    assert_eq!(found, due);
    let records: BTreeSet<_> = run.table(EXTRACT, &["accession"]).into_iter().collect();
    assert_eq!(records.len(), 3, "each record has a pseudonym of its own");
    assert!(records.iter().all(|record| record[0].len() == 32));
}

#[test]
fn unmatched_records_are_delivered_if_asked_for() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job("unmatched = true\nfile_version = \"2019 Q2\"", ""), "out");
    let found = run.table(EXTRACT, &["TOKEN_PERSON_ID", "HES_DID_MATCHRANK", "FILE_VERSION"]);
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|row| row[2] == "2019 Q2"));
    let without = vec![String::new(), String::new(), "2019 Q2".to_owned()];
    assert_eq!(found[3..], [without.clone(), without], "those without a person come last");
}

#[test]
fn the_report_counts_persons_records_and_what_is_left() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job("", ""), "out");
    let linkage = &run.manifest.linkage;
    let steps: Vec<_> = linkage.steps.iter().map(|s| (s.step.as_str(), s.rank, s.links, s.left_units)).collect();
    // x1 has the postcode of p1's earlier stay, x2 that of the last one: p1 counts at 1A.
    assert_eq!(steps[..3], [("1A", 1, 2, 2), ("1B", 1, 1, 0), ("2", 2, 0, 0)]);
    assert_eq!(steps.len(), 9);
    let matching = linkage.matching.as_ref().expect("a report");
    assert_eq!((matching.records, matching.matched, matching.unmatched.all()), (5, 3, 2));
    let partners = linkage.partners.as_ref().expect("a person may have several records");
    assert_eq!((partners.left, partners.right), ([1, 1, 0], [3, 0, 0]));
}

#[test]
fn the_imaging_side_is_records_whatever_person_key_it_has() {
    let folder = Folder::new();
    write_inputs(&folder);
    let run = folder.run(&job("", ""), "out");
    let persons = run.table("persons.parquet", &["source", "key", "person"]);
    let person = |key: &str| &persons.iter().find(|row| row[1] == key).expect("every record is there")[2];
    assert_eq!(person("x1"), person("e1"));
    assert_eq!(person("x2"), person("e2"));
    assert_eq!(person("x3"), person("e3"));
    assert_eq!(
        [person("x1"), person("x3"), person("x4"), person("x5"), person("e4")].iter().collect::<BTreeSet<_>>().len(),
        5
    );
    let bridge = run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym", "match_rank"]);
    let mut due = run.table(EXTRACT, &["TOKEN_PERSON_ID", "accession"]);
    due.sort();
    let pairs: Vec<Vec<String>> = bridge.into_iter().map(|row| row[..2].to_vec()).collect();
    assert_eq!(pairs, due, "the bridge pairs persons and records by the pseudonyms of the extract");
}

#[test]
fn what_cannot_be_delivered_is_refused_before_a_row_is_read() {
    let folder = Folder::new();
    write_inputs(&folder);
    let refused = |job: &str| {
        let faults = folder.try_run(job, "out", 2).err().expect("the job is refused");
        assert!(!folder.path().join("out").exists());
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(refused(&job("", "resolution = \"keep-all\"")), @"output[5]: an imaging record is delivered with one person, and `keep-all` keeps several");
    let of_hes = job("", "").replace("data_set = \"apc\"", "data_set = \"apc\"\nunmatched = true");
    insta::assert_snapshot!(refused(&of_hes), @"output[4]: `file_version` and `unmatched` are for imaging records linked by the recipe `hes-did`");
    let deaths = job("", "")
        .replace("recipe = \"hes-did\"", "recipe = \"hes-deaths\"\noptions.resolution = \"best-per-right\"")
        .replace("options = {  }", "")
        .replace("activity_date = \"done\"", "death_date = \"done\"");
    insta::assert_snapshot!(refused(&deaths), @"output[5]: the extract of deaths has one death a person, and this linkage may keep several");
    let nobody = job("", "").replace("[[output]]\nkind = \"links\"", "").replace("right = \"did\"\nrecipe = \"hes-did\"", "[[linkage.rank]]\nrank = 2\nagree = [\"sex\"]\n[linkage.options]\nresolution = \"best-per-right\"\nstep_1 = \"latest-record\"");
    insta::assert_snapshot!(refused(&nobody.replace("options = {  }", "")), @r"
    linkage.options.resolution: `best-per-right` attaches records of a right side, and there is none
    linkage.options.step_1: there is no rank 1 to be parted
    ");
    folder.csv(
        "did.csv",
        &["accession", "number", "born", "gender", "home", "done", "token_person_id"],
        &rows(&IMAGING),
    );
    insta::assert_snapshot!(refused(&job("", "").replace("person_key = \"patient\"", "person_key = \"token_person_id\"")), @"output[5]: the records have a column `TOKEN_PERSON_ID` already, which this extract adds");
}

#[test]
fn the_same_job_gives_the_same_bytes_at_any_number_of_threads() {
    let world = World::new(21, &Size { rows: 300, persons: 60, deaths: 400, numbers: 40, dead: 0 });
    let folder = Folder::new();
    let hospital: Vec<Vec<String>> = world
        .hospital()
        .into_iter()
        .map(|row| {
            let [key, number, born, sex, home, day, person] = row.try_into().expect("seven columns");
            let home = home.split_once(' ').map_or(home.clone(), |(outward, inward)| format!("{outward:<5}{inward}"));
            vec![key, person, number, born, sex, home, day]
        })
        .collect();
    let imaging: Vec<Vec<String>> =
        world.register().into_iter().map(|row| [row, vec!["q".to_owned()]].concat()).collect();
    for (turn, imaging) in [("indexed", &imaging[..150]), ("streamed", &imaging[..])] {
        for (name, rows) in ["a", "b"].iter().zip(hospital.chunks(170)) {
            folder.parquet(&format!("{name}.parquet"), &APC, rows, 20);
        }
        for (name, rows) in ["i", "j"].iter().zip(imaging.chunks(imaging.len().div_ceil(2))) {
            folder.parquet(&format!("{name}.parquet"), &DID, rows, 15);
        }
        let listed = job("unmatched = true", "")
            .replace("\"apc.csv\"", "\"a.parquet\", \"b.parquet\"")
            .replace("\"did.csv\"", "\"i.parquet\", \"j.parquet\"");
        let turned = listed.replace("\"i.parquet\", \"j.parquet\"", "\"j.parquet\", \"i.parquet\"");
        let first = folder.run_at(&listed, &format!("{turn}-one"), 1);
        assert!(first.step_links().len() > 50, "the data is dense enough to mean something");
        for (job, out, threads) in [(&listed, "two", 2), (&listed, "eight", 8), (&turned, "turned", 8)] {
            let other = folder.run_at(job, &format!("{turn}-{out}"), threads);
            assert!(first.files() == other.files(), "{turn}, {out}: some file differs");
        }
    }
}
