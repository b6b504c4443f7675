//! Linkage of files that nothing was said about, held to what is known of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::project::Project;
use crate::scored::links;

const FEBRL_1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/jobs/febrl/febrl1.csv");

fn febrl() -> Vec<String> {
    fs::read_to_string(Path::new(FEBRL_1)).expect("the fixture").lines().map(str::to_owned).collect()
}

/// The true person of each row: the number in `rec-N-org` and `rec-N-dup-0`.
fn persons(lines: &[String]) -> Vec<&str> {
    lines[1..].iter().map(|line| line.split('-').nth(1).expect("a number")).collect()
}

/// F1 of the links of a run among all pairs of rows of one person.
fn f1(project: &Project, run: &str, persons: &[&str]) -> f64 {
    let links = links(project, run);
    let of = |row: u64| persons[row as usize];
    let right = links.iter().filter(|(left, right, _)| of(*left) == of(*right)).count();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    persons.iter().for_each(|person| *rows.entry(person).or_default() += 1);
    let matches: usize = rows.values().map(|rows| rows * (rows - 1) / 2).sum();
    2.0 * right as f64 / (links.len() + matches) as f64
}

/// Links a table, and says what the run told in its manifest.
fn link(project: &Project, lines: &[String], options: &[&str]) -> Value {
    project.write("table.csv", lines.join("\n"));
    let arguments = [&["link", "table.csv", "--out", "run", "--json"], options].concat();
    serde_json::from_str(&project.done(&arguments)).expect("JSON")
}

#[test]
fn febrl_is_linked_without_a_word_said() {
    let lines = febrl();
    let project = Project::new();
    link(&project, &lines, &[]);
    let found = f1(&project, "run", &persons(&lines));
    assert!(found >= 0.998, "{found}");
    let project = Project::new();
    link(&project, &lines, &["--tokens"]);
    let found = f1(&project, "run", &persons(&lines));
    assert!(found >= 0.988, "{found}");
}

#[test]
fn a_file_that_is_not_utf_8_is_read_as_windows_writes_it() {
    let lines = febrl();
    // In Windows-1252 the byte E9 is é; alone it is no UTF-8.
    let bytes: Vec<u8> = lines.join("\n").bytes().map(|byte| if byte == b'q' { 0xE9 } else { byte }).collect();
    let project = Project::new();
    project.write("old.csv", bytes);
    project.done(&["link", "old.csv", "--out", "run", "--save-job", "old.toml"]);
    assert!(f1(&project, "run", &persons(&lines)) >= 0.998);
    assert!(fs::read_to_string(project.path("old.toml")).expect("the job").contains("encoding = \"windows-1252\""));
}

#[test]
fn a_saved_job_names_what_lies_between_two_ages() {
    let lines = febrl();
    let row = |line: &String| line.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let age = |row: &Vec<String>| {
        row[9].get(..4).and_then(|year| year.parse::<u32>().ok()).map(|year| 2001_u32.saturating_sub(year) % 90)
    };
    let file = |later: u32| {
        let rows = lines[1..].iter().filter(|line| line.contains("-dup-") == (later > 0)).map(row);
        let told = rows.map(|row| {
            let age = age(&row).map_or(String::new(), |age| (age + later).to_string());
            format!("{},{},{age},{}", row[1], row[2], row[6])
        });
        std::iter::once("firstname,lastname,age,suburb".to_owned()).chain(told).collect::<Vec<_>>().join("\n")
    };
    let project = Project::new();
    project.write("before.csv", file(0));
    project.write("after.csv", file(7));
    let text = project.done(&["link", "before.csv", "after.csv", "--out", "run", "--save-job", "ages.toml"]);
    assert!(text.contains("`age` in `after` is taken to be 7 higher than in `before`"), "{text}");
    let job = fs::read_to_string(project.path("ages.toml")).expect("the job");
    assert!(job.contains("[linkage.estimate.gap]\nage = 7\n"), "{job}");
    project.done(&["run", "ages.toml", "--out", "again"]);
    assert_eq!(links(&project, "again"), links(&project, "run"));
}

#[test]
fn a_file_without_duplicates_has_no_links() {
    let lines: Vec<String> = febrl().into_iter().filter(|line| !line.contains("-dup-")).collect();
    let project = Project::new();
    assert_eq!(link(&project, &lines, &[])["manifest"]["linkage"]["links"], 0);
    let text = project.done(&["link", "table.csv", "--out", "again"]);
    assert!(text.contains("0 links; no pair is likely enough"), "{text}");
}

#[test]
fn whole_names_find_their_parts_in_another_file() {
    let lines = febrl();
    let row = |line: &String| line.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    let (duplicates, originals): (Vec<&String>, Vec<&String>) =
        lines[1..].iter().partition(|line| line.contains("-dup-"));
    let parts = originals.iter().map(|line| row(line)).map(|row| format!("{},{},{}", row[1], row[2], row[9]));
    let whole = duplicates.iter().map(|line| row(line)).map(|row| format!("\"{}, {}\",{}", row[2], row[1], row[9]));
    let file = |header: &str, rows: Vec<String>| [vec![header.to_owned()], rows].concat().join("\n");
    let project = Project::new();
    project.write("parts.csv", file("firstname,lastname,dob", parts.collect()));
    project.write("whole.csv", file("name,born", whole.collect()));
    project.done(&["link", "parts.csv", "whole.csv", "--out", "run", "--save-job", "made.toml"]);
    let job = fs::read_to_string(project.path("made.toml")).expect("the job");
    assert!(job.contains("columns = [\"firstname\", \"lastname\"]"), "{job}");
    let person = |line: &String| line.split('-').nth(1).expect("a number").to_owned();
    let links = links(&project, "run");
    let right = (links.iter())
        .filter(|(left, right, _)| person(originals[*left as usize]) == person(duplicates[*right as usize]))
        .count();
    let found = 2.0 * right as f64 / (links.len() + duplicates.len()) as f64;
    assert!(found >= 0.9, "{found}");
}

#[test]
fn a_year_of_birth_is_a_whole_value_where_no_date_has_more() {
    let cut = |line: &String| {
        let row: Vec<&str> = line.split(',').map(str::trim).collect();
        [row[0], row[1], row[2], row[9].get(..4).unwrap_or_default()].join(",")
    };
    let lines = febrl();
    let table = [vec!["rec_id,given_name,surname,year".to_owned()], lines[1..].iter().map(cut).collect()].concat();
    let project = Project::new();
    link(&project, &table, &[]);
    let model = fs::read_to_string(project.path("run/model.toml")).expect("the model");
    // Values were taken out at random, so that their absence says nothing.
    assert!(!model.contains("missing = "), "{model}");
}

#[test]
fn whole_names_alone_are_linked() {
    let lines = febrl();
    let name = |line: &String| {
        let row: Vec<&str> = line.split(',').map(str::trim).collect();
        format!("\"{}\"", [row[1], row[2]].join(" ").trim())
    };
    let names = [vec!["name".to_owned()], lines[1..].iter().map(name).collect()].concat();
    let project = Project::new();
    let said = link(&project, &names, &[]);
    let estimated = said["manifest"]["scored"]["link"]["false_links"].as_f64().expect("a rate");
    let (persons, links) = (persons(&lines), links(&project, "run"));
    let wrong = links.iter().filter(|(left, right, _)| persons[*left as usize] != persons[*right as usize]).count();
    let real = wrong as f64 / links.len().max(1) as f64;
    assert!(real <= 1.5 * estimated + 0.01, "{real} of {} links are false, {estimated} expected", links.len());
    let found = f1(&project, "run", &persons);
    assert!(found >= 0.6, "{found}");
}

#[test]
fn names_alone_are_not_thought_better_of_than_they_are() {
    let lines: Vec<String> = febrl().iter().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect();
    let project = Project::new();
    let said = link(&project, &lines, &[]);
    let estimated = said["manifest"]["scored"]["link"]["false_links"].as_f64().expect("a rate");
    let persons = persons(&lines);
    let links = links(&project, "run");
    let wrong = links.iter().filter(|(left, right, _)| persons[*left as usize] != persons[*right as usize]).count();
    let real = wrong as f64 / links.len().max(1) as f64;
    assert!(real <= 1.5 * estimated + 0.01, "{real} of {} links are false, {estimated} expected", links.len());
}

#[test]
fn files_that_say_too_little_are_refused_with_what_they_seem_to_be() {
    let project = Project::new();
    let says = |content: &str, other: Option<&str>, what: &str| {
        project.write("table.csv", content);
        let files = other.map(|other| project.write("other.csv", other)).map(|()| "other.csv");
        let stderr = project.refused(&[&["link", "table.csv"][..], files.as_slice()].concat());
        assert!(stderr.contains(what) && stderr.contains("hint: "), "{stderr}");
        for value in ["Zuletta", "1951", "LS1"] {
            assert!(!stderr.contains(value), "a value is shown:\n{stderr}");
        }
    };
    let people = "id,forename,surname,dob\nx1,Zuletta,Ash,1951-03-12\nx2,Ada,Birch,1962-04-01\n";
    let header = "id,forename,surname,dob\n";
    says(header, None, "`table.csv`: has no rows");
    says(people, Some(header), "`other.csv`: has no rows");
    says(&people[..people.len() - 24], None, "has one row, of which there can be no duplicate");
    let seem = "`forename` given_name, `surname` family_name, `dob` birth_date; in `other.csv` `height` other";
    says(people, Some("height\n170\n180\n"), seem);
    says("height\n170\n170\n", None, "no column was found that tells people apart");
    // The first record stands where the header should.
    says("x0,Zuletta,Elm,1951-12-31\nx1,Ada,Ash,1950-03-12\nx2,Bea,Birch,1962-04-01\n", None, "has no header");
    // The line to write is told by what stands below.
    let headless: String =
        ["Zuletta,Elm,1951-12-31,LS1 4AP\n", "Ann,Smith,1940-03-12,YO10 5DD\n", "John,Jones,1999-04-01,M1 1AE\n"]
            .concat();
    says(&headless, None, "it could be `given_name,family_name,birth_date,postcode`");
}

#[test]
fn a_job_that_cannot_be_saved_leaves_no_run_either() {
    let project = Project::new();
    project.write("table.csv", febrl().join("\n"));
    let stderr = project.refused(&["link", "table.csv", "--save-job", "nowhere/people.toml"]);
    assert!(stderr.contains("`nowhere/people.toml`: cannot create: no such file or folder"), "{stderr}");
    assert!(stderr.contains("nothing was written"), "{stderr}");
}

#[test]
fn a_file_is_not_linked_to_itself() {
    let project = Project::new();
    project.write("table.csv", febrl().join("\n"));
    let stderr = project.refused(&["link", "table.csv", "table.csv"]);
    assert!(stderr.contains("`table.csv`: is named twice") && stderr.contains("hint: name it once"), "{stderr}");
}

#[test]
fn a_file_that_is_parted_by_an_unknown_mark_is_refused() {
    let project = Project::new();
    let lines: Vec<String> = febrl().iter().map(|line| line.replace(", ", "~").replace(',', "~")).collect();
    project.write("table.csv", lines.join("\n"));
    let stderr = project.refused(&["link", "table.csv"]);
    assert!(stderr.contains("is one column whose name seems to be several, with `~` between them"), "{stderr}");
    // A single column with an ordinary name is one.
    project.write("names.csv", "patient_full-name (as told)\nAnn Ashdown\nBob Birch\nAnn Ashdown\n");
    project.done(&["link", "names.csv"]);
}

#[test]
fn a_row_number_without_a_name_is_no_record_key_beside_an_id() {
    let mut lines = febrl();
    lines.iter_mut().enumerate().for_each(|(row, line)| {
        *line = if row == 0 { format!(",{line}") } else { format!("{},{line}", row - 1) };
    });
    let project = Project::new();
    link(&project, &lines, &["--save-job", "people.toml"]);
    let job = fs::read_to_string(project.path("people.toml")).expect("the job");
    assert!(job.contains("record_key = \"rec_id\""), "{job}");
    assert!(!job.contains("options"), "what is not said is not written: {job}");
}
