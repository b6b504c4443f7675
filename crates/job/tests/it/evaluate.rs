//! Links against truth: what a match is in each kind of linkage, subgroups, and what is
//! refused. Truth need not be likely here, only known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_job::evaluate::{Against, Evaluation, GroupQuality, Known, Quality, evaluate};

use crate::folder::{Folder, Run};
use crate::world::{HES, Size, World};

const DATA_SETS: &str = r#"
version = 1
name = "evaluated"
end = "2024-03-31"
[keys]
demo = true
[[data_set]]
name = "hes"
files = ["hes.csv"]
record_key = "key"
person_key = "person"
release = "one"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
[[data_set]]
name = "right"
files = ["deaths.csv"]
record_key = "key"
release = "two"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
"#;

fn job(linkage: &str) -> String {
    format!("{DATA_SETS}[linkage]\nleft = \"hes\"\n{linkage}[[output]]\nkind = \"links\"\n")
}

/// Each kind of linkage, with whether the left and the right side count persons; `None`
/// within one data set.
fn linkages() -> [(String, Option<(bool, bool)>); 5] {
    let two = |recipe: &str, options: &str| {
        job(&format!("right = \"right\"\nrecipe = \"{recipe}\"\noptions = {{ {options} }}\n"))
    };
    let ranks = "[[linkage.rank]]\nrank = 1\nagree = [\"nhs_number\"]\n[[linkage.rank]]\nrank = 2\nagree = [\"birth_date\", \"sex\"]\n";
    let within = job(&format!("options = {{ resolution = \"keep-all\" }}\n{ranks}"));
    let records = job(&format!("right = \"right\"\noptions = {{ resolution = \"keep-all\" }}\n{ranks}"));
    [
        (two("hes-did", "resolution = \"rank-by-rank\""), Some((true, true))),
        (two("hes-did", ""), Some((true, false))),
        (two("hes-mh-bridge", ""), Some((true, true))),
        (records.replace("person_key = \"person\"\n", ""), Some((false, false))),
        (within, None),
    ]
}

/// A true person for a record, and a category of its own; one record in nine has none.
fn truth_of(key: &str) -> Option<(u64, &'static str)> {
    let add = |mixed: u64, byte: u8| (mixed ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    let mixed = key.bytes().fold(7, add) >> 8;
    let flag = ["", "typo", "moved"][(mixed / 1000 % 3) as usize];
    (mixed % 9 > 0).then_some((mixed / 9 % PERSONS, flag))
}

/// Few, so that even random links are often true.
const PERSONS: u64 = 6;

fn write_truth(folder: &Folder, world: &World) {
    let row = |source: &str, row: &[String]| {
        let (person, flag) = truth_of(&row[0])?;
        Some(vec![source.to_owned(), row[0].clone(), format!("t{person}"), flag.to_owned()])
    };
    let hes = world.hospital();
    let right = world.register();
    let rows =
        hes.iter().filter_map(|cells| row("hes", cells)).chain(right.iter().filter_map(|cells| row("right", cells)));
    folder.csv("truth.csv", &["source", "key", "person", "flag"], &rows.collect::<Vec<_>>());
}

fn against(folder: &Folder, by: &[&str]) -> Against {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    Against { truth: folder.path().join("truth.csv"), people: None, by }
}

/// Keys of one side with their true persons, in file order.
fn side(rows: &[Vec<String>]) -> Vec<(String, u64)> {
    rows.iter().filter_map(|row| Some((row[0].clone(), truth_of(&row[0])?.0))).collect()
}

/// Matches, links, true links, matches found.
type Counts = (u64, u64, u64, u64);

/// Every pair of records looked at, straight from the words: a match is a pair of what the
/// sides count that belongs to one person. It counts where its right record does, or the
/// first one of its person; within one data set, where the later record does. `wanted` tells
/// by the key of that record.
fn plain(world: &World, run: &Run, counting: Option<(bool, bool)>, wanted: impl Fn(&str) -> bool) -> Counts {
    let hes = side(&world.hospital());
    let right = if counting.is_some() { side(&world.register()) } else { hes.clone() };
    let one = |left: &str, right: &str, person: u64| match counting {
        None => (person, left.to_owned(), right.to_owned()),
        Some((left_persons, right_persons)) => {
            let counted = |persons: bool, key: &str| if persons { String::new() } else { key.to_owned() };
            (person, counted(left_persons, left), counted(right_persons, right))
        }
    };
    let holder = |key: &str, person: u64| match counting {
        Some((_, true)) => right.iter().find(|(_, of)| *of == person).map_or(key, |(key, _)| key).to_owned(),
        _ => key.to_owned(),
    };
    let mut matches = BTreeSet::new();
    for (i, (left_key, left_person)) in hes.iter().enumerate() {
        for (j, (right_key, right_person)) in right.iter().enumerate() {
            let is_pair = left_person == right_person && (counting.is_some() || i < j);
            if is_pair && wanted(&holder(right_key, *right_person)) {
                matches.insert(one(left_key, right_key, *left_person));
            }
        }
    }
    let (mut links, mut true_links, mut found) = (0, 0, BTreeSet::new());
    for (left, right, _) in run.step_links() {
        let left_person = truth_of(&left).map(|(person, _)| person);
        let right_person = truth_of(&right).map(|(person, _)| person);
        let counted = match (left_person, right_person) {
            (_, Some(person)) => wanted(&holder(&right, person)),
            (Some(_), None) => counting.is_none() && wanted(&left),
            (None, None) => false,
        };
        links += u64::from(counted);
        if let (true, Some(person)) = (counted && left_person == right_person, right_person) {
            true_links += 1;
            found.insert(one(&left, &right, person));
        }
    }
    assert!(found.is_subset(&matches));
    (matches.len() as u64, links, true_links, found.len() as u64)
}

fn counts(matches: u64, quality: &Quality) -> Counts {
    (matches, quality.links, quality.true_links, quality.found)
}

#[test]
fn figures_are_those_of_a_plain_program_in_every_kind_of_linkage() {
    let world = World::new(40, &Size { rows: 150, persons: 40, deaths: 120, numbers: 30, dead: 0 });
    for (job, counting) in linkages() {
        let folder = Folder::new();
        world.write(&folder, 0);
        write_truth(&folder, &world);
        let people: Vec<_> = (0..PERSONS).map(|person| vec![format!("t{person}"), (person % 3).to_string()]).collect();
        folder.csv("people.csv", &["person", "region"], &people);
        let run = folder.run(&job, "out");
        let against = Against { people: Some(folder.path().join("people.csv")), ..against(&folder, &["flag"]) };
        let found = evaluate(&run.folder, &against).expect("truth and run are in order");
        let (matches, _, true_links, in_all) = plain(&world, &run, counting, |_| true);
        let overall = (found.matches, found.overall.true_links, found.overall.found);
        assert_eq!(overall, (matches, true_links, in_all), "{counting:?}");
        assert!(in_all > 2, "the data is dense enough to mean something: {overall:?}");
        assert_eq!(found.overall.links, run.manifest.linkage.links);
        for group in by(&found, "region").values().filter(|group| group.group != "not known") {
            let region: u64 = group.group.parse().expect("a region is a number here");
            let of_region = |key: &str| truth_of(key).is_some_and(|(person, _)| person % 3 == region);
            let due = plain(&world, &run, counting, of_region);
            assert_eq!(counts(group.matches, &group.quality), due, "{counting:?}, region {region}");
        }
        for (flag, group) in by(&found, "flag").into_iter().filter(|(flag, _)| *flag != "not known") {
            let flag = if flag == "none" { "" } else { flag };
            let due = plain(&world, &run, counting, |key| truth_of(key).is_some_and(|(_, of)| of == flag));
            assert_eq!(counts(group.matches, &group.quality), due, "{counting:?}, flag {flag}");
        }
        for breakdown in &found.by {
            let sum = |of: &dyn Fn(&GroupQuality) -> u64| breakdown.groups.iter().map(of).sum::<u64>();
            let sums = (
                sum(&|group| group.matches),
                sum(&|group| group.quality.links),
                sum(&|group| group.quality.true_links),
                sum(&|group| group.quality.found),
            );
            assert_eq!(sums, counts(found.matches, &found.overall), "{}, {counting:?}", breakdown.by);
        }
    }
}

fn by<'e>(found: &'e Evaluation, name: &str) -> BTreeMap<&'e str, &'e GroupQuality> {
    let breakdown = found.by.iter().find(|breakdown| breakdown.by == name).expect("it is broken down by this");
    breakdown.groups.iter().map(|group| (group.group.as_str(), group)).collect()
}

/// Person 1 has two person keys on the left and two records on the right, person 2 one of
/// each, with a wrong link, person 3 is on the right only.
fn small(folder: &Folder, linkage: &str) -> Run {
    let rows = |lines: &[&str]| -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let hes = [
        "e1,4836044502,1950-03-14,1,LS1 4AP,2018-05-01,p1",
        "e2,4836044502,1950-03-14,1,LS1 4AP,2018-06-01,p9",
        "e3,4342852497,1962-07-29,2,HD7 5UZ,2018-05-01,p2",
    ];
    let right = [
        "d1,4836044502,1950-03-14,1,LS1 4AP,2019-02-01",
        "d2,4836044502,1950-03-14,1,HD7 5UZ,2019-02-01",
        "d3,4836044502,1962-07-29,2,HD7 5UZ,2019-02-01",
        "d4,4995609644,1980-08-09,1,M1 1AE,2019-02-01",
    ];
    folder.csv("hes.csv", &HES, &rows(&hes));
    folder.csv("deaths.csv", &HES[..6], &rows(&right));
    folder.write(
        "truth.csv",
        "source,key,person\nhes,e1,1\nhes,e2,1\nhes,e3,2\nright,d1,1\nright,d2,1\nright,d3,2\nright,d4,3\n",
    );
    folder.run(&job(linkage), "out")
}

/// Worked out by hand. Numbers alone: d1, d2 and d3 have the number of p1 and p9.
#[test]
fn what_a_match_is_follows_from_the_linkage() {
    let number = "[[linkage.rank]]\nrank = 1\nagree = [\"nhs_number\"]\n";
    let check = |resolution: &str, due: Counts| {
        let folder = Folder::new();
        let run = small(&folder, &format!("right = \"right\"\noptions.resolution = \"{resolution}\"\n{number}"));
        let found = evaluate(&run.folder, &against(&folder, &[])).expect("truth and run are in order");
        assert_eq!(counts(found.matches, &found.overall), due, "{resolution}");
        found
    };
    // One to one: persons 1 and 2 are on both sides; both keys of person 1 have a record,
    // which finds person 1 once.
    let one = check("rank-by-rank", (2, 2, 2, 1));
    assert_eq!((one.overall.precision, one.overall.recall), (1.0, 0.5));
    // Many to one: d1, d2 and d3 have their persons on the left; d1 and d2 are found, d3 is
    // linked to person 1.
    let many = check("best-per-right", (3, 3, 2, 2));
    assert_eq!(many.counted_by, "right records of persons who are on the left");
    // Every pair: left persons, right records. Six links, of which four are of person 1, and
    // find d1 and d2.
    let all = check("keep-all", (3, 6, 4, 2));
    assert_eq!(all.counted_by, "right records of persons who are on the left");
    assert!((all.f1 - 2.0 / 3.0).abs() < 1e-12, "precision and recall are two thirds each");
}

#[test]
fn steps_are_measured_beside_ranks() {
    let folder = Folder::new();
    let run = small(&folder, "right = \"right\"\nrecipe = \"hes-did\"\n");
    let found = evaluate(&run.folder, &against(&folder, &[])).expect("truth and run are in order");
    // d1 ties between p1 and p9 at rank 1; without dates both are 1A. d2 agrees but for the
    // postcode, d3 in nothing but the number.
    let steps: Vec<_> =
        found.by_step.iter().map(|of| (of.step.as_str(), of.rank, of.quality.links, of.quality.found)).collect();
    assert_eq!(steps, [("1A", 1, 1, 1), ("2", 2, 1, 1), ("8", 8, 1, 0)]);
    assert_eq!(found.by_rank.keys().copied().collect::<Vec<_>>(), [1, 2, 8]);
    assert!((found.by_rank[&2].recall - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn subgroups_come_from_the_people_beside_the_truth() {
    let folder = Folder::new();
    let run = small(
        &folder,
        "right = \"right\"\noptions.resolution = \"best-per-right\"\n[[linkage.rank]]\nrank = 1\nagree = [\"nhs_number\"]\n",
    );
    let of_people = |found: &Evaluation| found.by.iter().map(|breakdown| breakdown.by.clone()).collect::<Vec<_>>();
    let without = evaluate(&run.folder, &against(&folder, &[])).expect("truth and run are in order");
    assert!(of_people(&without).is_empty());
    let people = [
        vec!["1", "1950-03-14", "1", "A", "10", "North", ""],
        // 61 at death, and 61 at the end of the data.
        vec!["2", "1962-07-29", "2", "", "2", "South", "2023-09-01"],
    ];
    let people: Vec<Vec<String>> =
        people.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    let header = ["person", "birth_date", "sex", "ethnicity", "deprivation_decile", "region", "death_date"];
    folder.parquet("people.parquet", &header, &people, 10);
    let found = evaluate(&run.folder, &against(&folder, &[])).expect("people are in order");
    assert_eq!(of_people(&found), ["sex", "age", "ethnicity", "deprivation", "region"]);
    let quality = |name: &str, group: &str| {
        let of = by(&found, name)[group];
        counts(of.matches, &of.quality)
    };
    // Person 1: d1 and d2, found. Person 2: d3, linked to person 1. Person 3 is not on the
    // left, not linked, and so in no subgroup.
    assert_eq!(quality("sex", "1"), (2, 2, 2, 2));
    assert_eq!(quality("sex", "2"), (1, 1, 0, 0));
    assert_eq!(quality("age", "65 to 84"), (2, 2, 2, 2));
    assert_eq!(quality("age", "40 to 64"), (1, 1, 0, 0));
    assert_eq!(quality("ethnicity", "not known"), (1, 1, 0, 0));
    let order: Vec<&str> = found.by[3].groups.iter().map(|group| group.group.as_str()).collect();
    assert_eq!(order, ["2", "10"], "numbers are in order of size");
}

const NUMBER: &str = "right = \"right\"\noptions.resolution = \"best-per-right\"\n[[linkage.rank]]\nrank = 1\nagree = [\"nhs_number\"]\n";

#[test]
fn linked_records_that_the_truth_does_not_know_are_counted_on_either_side() {
    let folder = Folder::new();
    let run = small(&folder, NUMBER);
    let knows = |truth: &str| {
        folder.write("truth.csv", truth);
        let found = evaluate(&run.folder, &against(&folder, &[])).expect("truth and run are in order");
        let of = |side: &Known| (side.linked, side.unknown);
        (of(&found.left), of(&found.right), found.unknown_records, found.overall.true_links)
    };
    // Three links: d1, d2 and d3 each with e1, the first record of p1.
    assert_eq!(knows("source,key,person\nhes,e1,1\nright,d1,1\nright,d2,1\nright,d3,2\n"), ((1, 0), (3, 0), 0, 2));
    assert_eq!(knows("source,key,person\nhes,e1,1\nright,d1,1\nright,d4,2\n"), ((1, 0), (3, 2), 2, 1));
}

#[test]
fn a_truth_that_knows_no_linked_record_of_a_side_is_refused() {
    let folder = Folder::new();
    let run = small(&folder, NUMBER);
    let refused = |truth: &str| {
        folder.write("truth.csv", truth);
        let fault = evaluate(&run.folder, &against(&folder, &[])).expect_err("no figures of nothing");
        format!("{fault}\n  hint: {}", fault.hint.clone().unwrap_or_default())
    };
    let by_key = "its column `source` names data sets as the job does, `key` holds record keys as `links.parquet` does";
    let check = |truth: &str, records: &str, hint: &str| {
        let due = format!("truth: the truth knows none of the {records}\n  hint: {hint}");
        assert_eq!(refused(truth), due);
    };
    // Three links: d1, d2 and d3 each with e1. Another source, other keys, other rows, and a
    // person that no job asked for.
    check("source,key,person\nhes,e1,1\ndeaths,d1,1\n", "3 linked records of `right`", by_key);
    check("source,key,person\nhes,E1,1\nright,d1,1\n", "1 linked record of `hes`", by_key);
    check(
        "source,row,person\nhes,7,1\nright,0,1\n",
        "1 linked record of `hes`",
        "its column `source` names data sets as the job does, `row` counts the rows of the run's inputs from 0, over the files in path order",
    );
    check(
        "source,key,person,about\nhes,e1,1,mother\nright,d1,1,\n",
        "1 linked record of `hes`",
        &format!("{by_key}; `about` names a person of a row as the job's `person` does"),
    );
}

/// A row is about mother and baby; each is linked to what the truth has for them.
#[test]
fn of_a_row_about_two_persons_the_one_that_was_linked_counts() {
    let folder = Folder::new();
    folder.csv(
        "hes.csv",
        &HES,
        &[
            vec!["e1", "4836044502", "2018-05-01", "1", "LS1 4AP", "2018-05-01", "p1"],
            vec!["e2", "4342852497", "1990-07-29", "2", "LS1 4AP", "2018-05-01", "p2"],
        ]
        .map(|row| row.into_iter().map(str::to_owned).collect()),
    );
    let header = ["UniqPregID", "NHSNumberMother", "NHSNumberBaby", "Person_ID_Mother", "Person_ID_Baby"];
    folder.csv("msds.csv", &header, &[["m1", "4342852497", "4836044502", "k2", "k1"].map(str::to_owned).to_vec()]);
    folder.write("truth.csv", "source,key,person,about\nhes,e1,b,\nhes,e2,m,\nmsds,m1,m,mother\nmsds,m1,b,baby\n");
    let [hes, _] = DATA_SETS.split("[[data_set]]\nname = \"right\"").collect::<Vec<_>>().try_into().expect("two sides");
    for person in ["mother", "baby"] {
        let job = format!(
            "{hes}[[data_set]]\nname = \"maternity\"\nis = \"msds\"\nperson = \"{person}\"\nfiles = [\"msds.csv\"]\nrelease = \"two\"\n\
             [linkage]\nleft = \"hes\"\n{}[[output]]\nkind = \"links\"\n",
            NUMBER.replace("right = \"right\"", "right = \"maternity\"")
        );
        let run = folder.run(&job, person);
        let found = evaluate(&run.folder, &against(&folder, &[])).expect("truth and run are in order");
        assert_eq!(counts(found.matches, &found.overall), (1, 1, 1, 1), "{person}");
    }
}

#[test]
fn a_record_with_several_errors_counts_for_each() {
    let folder = Folder::new();
    let run = small(&folder, NUMBER);
    let errors = "source,key,person,errors\nhes,e1,1,\nhes,e2,1,\nhes,e3,2,\nright,d1,1,\n\
                  right,d2,1,\"sex_wrong,postcode_old\"\nright,d3,2,postcode_old\nright,d4,3,little_known\n";
    folder.write("truth.csv", errors);
    let found = evaluate(&run.folder, &against(&folder, &["errors"])).expect("truth and run are in order");
    assert!(found.by[0].overlaps);
    // d1 has none and is found; d2 has two and is found; d3 has one and is linked to person 1.
    let of = |name: &str| counts(by(&found, "errors")[name].matches, &by(&found, "errors")[name].quality);
    assert_eq!(of("none"), (1, 1, 1, 1));
    assert_eq!(of("sex_wrong"), (1, 1, 1, 1));
    assert_eq!(of("postcode_old"), (2, 2, 1, 1));
    assert_eq!(by(&found, "errors").len(), 3, "d4 has no match and no link");
}

#[test]
fn what_cannot_be_evaluated_is_said() {
    let folder = Folder::new();
    let run = small(&folder, "right = \"right\"\nrecipe = \"hes-did\"\n");
    let refused = |against: &Against| {
        let shown = |fault: Fault| match &fault.hint {
            Some(hint) => format!("{fault}\n  hint: {hint}"),
            None => fault.to_string(),
        };
        let said = evaluate(&run.folder, against).map(|_| ()).map_err(shown).expect_err("it is refused");
        said.replace(&folder.path().display().to_string(), "FOLDER")
    };
    let people = |name: &str| Against { people: Some(folder.path().join(name)), ..against(&folder, &[]) };
    insta::assert_snapshot!(refused(&against(&folder, &["errors"])), @r"
    --by: the truth has no column `errors`; it has `source`, `key`, `person`
      hint: name a column of the truth
    ");
    folder.write("nobody.csv", "name,sex\nn,1\n");
    insta::assert_snapshot!(refused(&people("nobody.csv")), @r"
    FOLDER/nobody.csv: the table of people has no column `person`
      hint: it names the persons of the truth
    ");
    folder.write("nothing.csv", "person,shoe_size\n1,9\n");
    insta::assert_snapshot!(refused(&people("nothing.csv")), @r"
    FOLDER/nothing.csv: the table of people has none of the columns `birth_date`, `sex`, `ethnicity`, `deprivation_decile`, `region`
      hint: subgroups come from these
    ");
    let towns: Vec<_> = (0..60).map(|i| vec![i.to_string(), format!("town{i}")]).collect();
    folder.csv("towns.csv", &["person", "region"], &towns);
    // Persons of the truth only count: it has three.
    assert!(evaluate(&run.folder, &people("towns.csv")).is_ok());
    let many = (0..60).map(|i| ["hes".to_owned(), format!("x{i}"), i.to_string(), format!("flag{i}")]);
    folder.csv("truth.csv", &["source", "key", "person", "flag"], &many.map(Vec::from).collect::<Vec<_>>());
    insta::assert_snapshot!(refused(&against(&folder, &["flag"])), @r"
    --by: `flag` has more than 50 different values, so it is no category
      hint: break down by a column of few values
    ");
    folder.write("truth.csv", "source,key,person\nhes,e1,1\nhes,e1,2\n");
    insta::assert_snapshot!(refused(&against(&folder, &[])), @r"
    truth: row 1: the record has a person already
      hint: a record is there once, with one person
    ");
    folder.write("truth.csv", "source,row,person\nhes,first,1\n");
    insta::assert_snapshot!(refused(&against(&folder, &[])), @r"
    truth: row 0, column `row`: not a row number
      hint: rows count from 0
    ");
    folder.write("truth.csv", "source,row,person\nother,1,1\n");
    insta::assert_snapshot!(refused(&against(&folder, &[])), @r"
    truth: the truth is of none of the run's data sets: `hes`, `right`
      hint: its column `source` names data sets
    ");
    assert!(Path::new(&run.folder).exists());
}
