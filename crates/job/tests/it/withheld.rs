//! Rows whose identity is withheld: what a reason says is not linked on, whatever the
//! identifiers beside it.

use crate::folder::{Folder, Run};

const HEADER: [&str; 7] = [
    "ECDSKEY",
    "NHS_NUMBER",
    "PERSON_BIRTH_DATE",
    "STATED_GENDER",
    "POSTCODE",
    "ARRIVAL_DATE",
    "WITHHELD_IDENTITY_REASON",
];

fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Two attendances of Ann and one of Bob. Of Ann's, the second has a reason, and so has Bob's,
/// although nobody removed the identifiers; a wrong check digit stands in Bob's.
fn write(folder: &Folder) {
    let attendances = [
        "a1,4836044502,1950-03-14,2,LS1 4AP,2020-02-01,",
        "a2,4836044502,1950-03-14,2,LS1 4AP,2020-03-01,01",
        "b1,4342852498,1962-07-29,1,HD7 5UZ,2020-02-01,99",
    ];
    folder.csv("ecds.csv", &HEADER, &rows(&attendances));
    let register = ["d1,4836044502,1950-03-14,2,LS1 4AP,", "d2,4342852497,1962-07-29,1,HD7 5UZ,03"];
    folder.csv("register.csv", &["key", "number", "born", "sex", "home", "why"], &rows(&register));
}

/// Many attendances may be of one person of the register; `why` is the register's role.
fn run(folder: &Folder, why: &str, out: &str) -> Run {
    let job = format!(
        r#"
version = 1
name = "withheld"
[keys]
demo = true
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "key"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
{why}
[[data_set]]
name = "ecds"
is = "ecds"
files = ["ecds.csv"]
release = "two"
[linkage]
left = "register"
right = "ecds"
options.resolution = "best-per-right"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[linkage.rank]]
rank = 2
agree = ["birth_date", "sex", "postcode"]
[[output]]
kind = "links"
"#
    );
    folder.run(&job, out)
}

fn links(run: &Run) -> Vec<(String, String)> {
    run.links().into_iter().map(|(left, right, _)| (left, right)).collect()
}

#[test]
fn a_row_with_a_reason_is_not_linked_and_its_identifiers_are_counted_as_withheld() {
    let folder = Folder::new();
    write(&folder);
    let run = run(&folder, "", "out");
    assert_eq!(links(&run), [("d1".to_owned(), "a1".to_owned())]);
    let ecds = run.manifest.standardising.iter().find(|source| source.data_set == "ecds").expect("it is there");
    for field in &ecds.fields {
        assert_eq!((field.valid, field.null.get("withheld"), field.rejects()), (1, Some(&2), 0), "{}", field.name);
    }
    // A value that is withheld is not refused either.
    assert_eq!(run.table("rejects.parquet", &["source"]), Vec::<Vec<String>>::new());
}

/// A job can give the role to a data set of its own; here it takes d2 away, which nothing
/// else would link anyway, and d1 stays.
#[test]
fn either_side_may_withhold() {
    let folder = Folder::new();
    write(&folder);
    let run = run(&folder, "identity_withheld = \"why\"", "out");
    assert_eq!(links(&run), [("d1".to_owned(), "a1".to_owned())]);
    let register = run.manifest.standardising.iter().find(|source| source.data_set == "register").expect("it is there");
    assert!(register.fields.iter().all(|field| (field.valid, field.null.get("withheld")) == (1, Some(&1))));
}
