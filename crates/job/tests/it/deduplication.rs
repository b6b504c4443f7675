//! One data set linked to itself: no `right`, every pair kept.

use std::collections::BTreeSet;

use crate::folder::{Folder, Link, Run};
use crate::world::{HES, Size, World};

const NAMES: &str = r#"
version = 1
name = "cohort"
[keys]
demo = true
[[data_set]]
name = "cohort"
files = ["cohort.csv"]
record_key = "id"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
family_name = "surname"
given_name = "forename"
[linkage]
left = "cohort"
options = { resolution = "keep-all" }
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[linkage.rank]]
rank = 2
agree = ["family_name", "given_name", "birth_date"]
not_contradict = ["nhs_number"]
[[output]]
kind = "links"
[[output]]
kind = "persons"
"#;

fn cohort() -> (Folder, Run) {
    let folder = Folder::new();
    let rows = [
        "r0,4836044502,1950-03-14,SMITH,JOHN",
        "r1,4836044502,1950-03-14,SMYTH,JON",
        "r2,,1950-03-14,Smyth,Jon",
        "r3,4342852497,1950-03-14,SMYTH,JON",
        "r4,,1962-07-29,O'Neill,Ann",
        "r5,,1962-07-29,ONEILL,ANN",
        "r6,4995609644,1971-01-01,ALONE,ALAN",
        "r7,123,1972-01-01,WRONG,WILL",
    ];
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.split(',').map(str::to_owned).collect()).collect();
    folder.csv("cohort.csv", &["id", "number", "born", "surname", "forename"], &rows);
    let run = folder.run(NAMES, "out");
    (folder, run)
}

#[test]
fn clusters_of_a_linkage_by_ranks_are_refused() {
    let (folder, _) = cohort();
    let job = NAMES.replace("kind = \"persons\"", "kind = \"clusters\"");
    let faults = folder.try_run(&job, "other", 2).err().expect("the job is refused");
    assert_eq!(
        faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["output[2]: `clusters` is of a linkage by a model, whose links have weights; this one is by ranks"]
    );
}

fn owned(links: &[(&str, &str, u8)]) -> Vec<Link> {
    links.iter().map(|(left, right, rank)| ((*left).to_owned(), (*right).to_owned(), *rank)).collect()
}

#[test]
fn every_pair_of_records_is_met_once_the_earlier_on_the_left() {
    // r1 and r3 have different numbers, r2 has none: names link it to both.
    let (_folder, run) = cohort();
    assert_eq!(run.links(), owned(&[("r0", "r1", 1), ("r1", "r2", 2), ("r2", "r3", 2), ("r4", "r5", 2)]));
}

#[test]
fn linked_records_are_one_person() {
    let (folder, run) = cohort();
    let persons = run.table("persons.parquet", &["key", "person"]);
    let person = |key: &str| &persons.iter().find(|row| row[0] == key).expect("the record was linked")[1];
    assert!(["r1", "r2", "r3"].iter().all(|key| person(key) == person("r0")), "r0 to r3 are joined by links");
    assert_eq!(person("r4"), person("r5"));
    assert_ne!(person("r0"), person("r4"));
    let again = folder.run(NAMES, "again");
    assert_eq!(again.table("persons.parquet", &["key", "person"]), persons, "the same inputs give the same ids");
}

#[test]
fn a_data_set_that_is_read_twice_is_counted_once() {
    let (_folder, run) = cohort();
    assert_eq!(run.manifest.standardising[0].rows, 8);
    assert_eq!(run.table("rejects.parquet", &["row", "column", "rule"]), [["7", "number", "nhs-number-format"]]);
}

const WORLD: &str = r#"
version = 1
name = "world"
[keys]
demo = true
[[data_set]]
name = "hes"
files = ["hes.csv"]
record_key = "key"
person_key = "person"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
[linkage]
left = "hes"
options = { resolution = "keep-all" }
[[linkage.rank]]
rank = 3
agree = ["nhs_number", "sex"]
[[linkage.rank]]
rank = 5
agree = ["birth_date", "sex", "postcode"]
not_contradict = ["nhs_number"]
"#;

#[test]
fn links_are_those_of_a_nested_loop() {
    for seed in 0..4 {
        let world = World::new(seed, &Size { rows: 120, persons: 60, deaths: 1, numbers: 50, dead: 0 });
        let folder = Folder::new();
        folder.csv("hes.csv", &HES, &world.hospital());
        let mut due = BTreeSet::new();
        for (i, a) in world.hes.iter().enumerate() {
            for b in &world.hes[i + 1..] {
                let sex = a.sex.is_some() && a.sex == b.sex;
                let number = a.number.is_some() && a.number == b.number;
                let contradicts = a.number.is_some() && b.number.is_some() && a.number != b.number;
                let rest = a.born.is_some() && a.born == b.born && a.postcode.is_some() && a.postcode == b.postcode;
                if number && sex {
                    due.insert((a.key.clone(), b.key.clone(), 3));
                } else if rest && sex && !contradicts {
                    due.insert((a.key.clone(), b.key.clone(), 5));
                }
            }
        }
        assert_eq!(folder.run(WORLD, "out").links(), Vec::from_iter(due), "seed {seed}");
    }
}
