//! No bad value is lost: each is listed by its place, and counts add up.

use std::collections::BTreeMap;

use crate::folder::{Folder, Run};

const JOB: &str = r#"
version = 1
name = "rejects"
end = "2020-12-31"
[keys]
demo = true
[[data_set]]
name = "zeta"
files = ["zeta.csv"]
record_key = "visit"
person_key = "patient"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
activity_date = "seen"
[[data_set]]
name = "alpha"
files = ["alpha.csv"]
record_key = "entry"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "gender"
postcode = "home"
death_date = "died"
[linkage]
left = "zeta"
right = "alpha"
recipe = "hes-deaths"
"#;

/// Runs the job with so many good deaths after the two that are of interest.
fn run(further_deaths: usize) -> Run {
    let folder = Folder::new();
    let rows = |lines: &[&str]| -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let left = rows(&[
        "e0,p0,4836044502,1950-03-14,1,LS1 4AP,2019-01-05",
        "e1,p1,4836044503,1950-02-30,1,LS1 4AP,2019-01-05",
        "e2,p2,4342852497,1950-03-14,X7,NOT A POSTCODE,yesterday",
        "e3,p3,,,,,",
        "e4,p4,4444444444,1894-12-31,9,ZZ99 3VZ,1800-01-01",
        "e5,p5,483604450,unknown,2,HD7 5UZ,1899-12-31",
    ]);
    let mut right = rows(&["d0,4836044502,1950-03-14,1,LS1 4AP,2019-02-01", "d1,,2021-01-01,2,LS1 4AP,x"]);
    right.extend((0..further_deaths).flat_map(|_| rows(&["dx,4995609644,1912-12-12,2,AB2 9ZZ,2019-02-01"])));
    folder.csv("zeta.csv", &["visit", "patient", "number", "born", "gender", "home", "seen"], &left);
    folder.csv("alpha.csv", &["entry", "number", "born", "gender", "home", "died"], &right);
    folder.run(JOB, "out")
}

#[test]
fn each_refused_value_is_listed_by_its_place() {
    let due = [
        ["alpha", "1", "born", "date-after-end-of-data"],
        ["alpha", "1", "died", "date-format"],
        ["zeta", "1", "born", "date-not-on-calendar"],
        ["zeta", "1", "number", "nhs-number-check-digit"],
        ["zeta", "2", "gender", "sex-code"],
        ["zeta", "2", "home", "postcode-format"],
        ["zeta", "2", "seen", "date-format"],
        ["zeta", "4", "born", "date-before-floor"],
        ["zeta", "4", "number", "nhs-number-repeated-digit"],
        ["zeta", "5", "born", "date-format"],
        ["zeta", "5", "number", "nhs-number-format"],
        ["zeta", "5", "seen", "date-before-floor"],
    ];
    // First the deaths are the smaller side and indexed, then HES.
    for further_deaths in [0, 30] {
        let run = run(further_deaths);
        assert_eq!(run.table("rejects.parquet", &["source", "row", "column", "rule"]), due);
        assert_eq!(run.manifest.rejects, due.len() as u64);
        assert_eq!(run.links(), [("e0".to_owned(), "d0".to_owned(), 1)], "bad rows do not stop a run");
    }
}

/// A date in three columns of which some are absent is another kind of fault than no date.
#[test]
fn an_incomplete_date_is_told_from_what_is_none() {
    let folder = Folder::new();
    folder.write("visits.csv", "visit,number,born\nv1,4836044502,1950-03-14\n");
    let born = ["1950,3,14", "1950,3,", "1950,,14", ",3,14", ",,", "1950,March,14", "1950,2,30", "x,,"];
    let rows = born.iter().enumerate().map(|(i, born)| format!("d{i},4836044502,{born}\n"));
    folder.write(
        "deaths.csv",
        &format!("ledrid,DEC_CONF_NHS_NUMBER_CLEAN,dobyr,dobmt,dobdy\n{}", rows.collect::<String>()),
    );
    let job = r#"
version = 1
name = "parts"
[keys]
demo = true
[[data_set]]
name = "visits"
files = ["visits.csv"]
roles = { nhs_number = "number", birth_date = "born" }
[[data_set]]
name = "deaths"
is = "deaths"
files = ["deaths.csv"]
[linkage]
left = "visits"
right = "deaths"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
partial = ["birth_date"]
"#;
    let run = folder.run(job, "out");
    let due = [
        ["1", "dobyr", "date-incomplete"],
        ["2", "dobyr", "date-incomplete"],
        ["3", "dobyr", "date-incomplete"],
        ["5", "dobyr", "date-format"],
        ["6", "dobyr", "date-not-on-calendar"],
        ["7", "dobyr", "date-format"],
    ];
    assert_eq!(run.table("rejects.parquet", &["row", "column", "rule"]), due);
    let deaths = run.manifest.standardising.iter().find(|data_set| data_set.data_set == "deaths").expect("it was read");
    let born = deaths.fields.iter().find(|field| field.name == "birth_date").expect("it is a linkage field");
    assert_eq!((born.valid, &born.null), (1, &counts(&[("empty", 1)])));
    let rejected = counts(&[("date-format", 2), ("date-incomplete", 3), ("date-not-on-calendar", 1)]);
    assert_eq!(born.rejected, rejected);
}

#[test]
fn counts_add_up_to_the_rows_of_each_field() {
    for further_deaths in [0, 30] {
        let run = run(further_deaths);
        let mut rejects = 0;
        for data_set in &run.manifest.standardising {
            let due = if data_set.data_set == "zeta" { 6 } else { 2 + further_deaths as u64 };
            assert_eq!(data_set.rows, due, "{}", data_set.data_set);
            assert_eq!(data_set.fields.len(), 5, "four linkage fields and a date");
            for field in &data_set.fields {
                let all = field.valid + field.nulls() + field.rejects();
                assert_eq!(all, data_set.rows, "{}, {}", data_set.data_set, field.name);
                rejects += field.rejects();
            }
        }
        assert_eq!(rejects, run.manifest.rejects);
    }
}

#[test]
fn counts_say_why_a_value_is_missing() {
    let run = run(0);
    let zeta = run.manifest.standardising.iter().find(|data_set| data_set.data_set == "zeta").expect("it was read");
    let due = [
        ("nhs_number", 2, counts(&[("empty", 1)])),
        ("birth_date", 2, counts(&[("empty", 1)])),
        ("sex", 3, counts(&[("empty", 1), ("not-known", 1)])),
        ("postcode", 3, counts(&[("empty", 1), ("unlinkable", 1)])),
        ("activity_date", 2, counts(&[("empty", 1), ("sentinel", 1)])),
    ];
    for (name, valid, null) in due {
        let field = zeta.fields.iter().find(|field| field.name == name).expect("it is a linkage field");
        assert_eq!((field.valid, &field.null), (valid, &null), "{name}");
    }
}

fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect()
}
