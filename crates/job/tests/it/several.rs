//! Several data sets on one side, and data sets without keys.

use crate::folder::{Folder, Run};

fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

const TWO_LEFT: &str = r#"
version = 1
name = "two-left"
[keys]
demo = true
[[data_set]]
name = "inpatients"
is = "hes-apc"
files = ["apc.csv"]
[[data_set]]
name = "register"
is = "deaths"
files = ["deaths.csv"]
[[data_set]]
name = "appointments"
is = "hes-op"
files = ["op.csv"]
[linkage]
left = ["inpatients", "appointments"]
right = "register"
recipe = "hes-deaths"
"#;

#[test]
fn a_person_is_one_across_data_sets_and_the_guard_looks_at_all() {
    let folder = Folder::new();
    let apc = rows(&[
        // p1's appointments are later than death and three days: barred.
        "e1,p1,4836044502,1950-03-14,1,LS1  4AP,2019-01-05",
        // p2 is early in both.
        "e2,p2,4342852497,1962-07-29,2,HD7  5UZ,2019-01-05",
        // p3 is in both: the better record is the appointment.
        "e3,p3,4995609644,,,,2019-01-05",
    ]);
    let op = rows(&[
        "a1,p1,,,,,2019-02-05",
        "a2,p2,,,,,2019-02-04",
        "a3,p3,4995609644,1971-05-06,1,M1   1AE,2019-01-04",
        // p4 is in outpatients only.
        "a4,p4,4481218215,1980-08-09,2,CR2  6XH,2019-01-04",
    ]);
    let deaths = rows(&[
        "d1,4836044502,1950,3,14,1,LS1 4AP,20190201",
        "d2,4342852497,1962,7,29,2,HD7 5UZ,20190201",
        "d3,4995609644,1971,5,6,1,M1 1AE,20190201",
        "d4,4481218215,1980,8,9,2,CR2 6XH,20190201",
    ]);
    folder.csv("apc.csv", &["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"], &apc);
    folder.csv("op.csv", &["ATTENDKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "APPTDATE"], &op);
    let header =
        ["ledrid", "DEC_CONF_NHS_NUMBER_CLEAN", "dobyr", "dobmt", "dobdy", "DEC_SEX", "pcdr", "REG_DATE_OF_DEATH"];
    folder.csv("deaths.csv", &header, &deaths);
    let run = folder.run(TWO_LEFT, "out");
    let links = run.table(
        "links.parquet",
        &["left_source", "left_row", "left_key", "right_source", "right_row", "right_key", "match_rank"],
    );
    let due = [
        ["appointments", "2", "a3", "register", "2", "d3", "1"],
        ["appointments", "3", "a4", "register", "3", "d4", "1"],
        ["inpatients", "1", "e2", "register", "1", "d2", "1"],
    ];
    assert_eq!(links, due);
    assert_eq!(run.manifest.linkage.barred_by_guard, 1);
}

/// Registers of which some have a record key, some a person key, in every order.
fn mixed(order: &str, hospital_rows: usize) -> Run {
    let folder = Folder::new();
    let mut hospital = rows(&["h1,4836044502", "h2,4342852497", "h3,4995609644", "h4,4481218215"]);
    hospital.extend((0..hospital_rows).map(|i| vec![format!("x{i}"), "4926702061".to_owned()]));
    folder.csv("hospital.csv", &["visit", "number"], &hospital);
    folder.csv("keyed.csv", &["entry", "number"], &rows(&["k0,4993075057", "k1,4836044502"]));
    folder.csv("bare.csv", &["entry", "number"], &rows(&["b0,4875142129", "b1,4711407456", "b2,4342852497"]));
    folder.csv("person.csv", &["entry", "number"], &rows(&["q0,4995609644"]));
    folder.csv("last.csv", &["entry", "number"], &rows(&["l0,4038930157", "l1,4481218215"]));
    let job = format!(
        r#"
version = 1
name = "mixed"
[keys]
demo = true
[[data_set]]
name = "hospital"
files = ["hospital.csv"]
record_key = "visit"
roles = {{ nhs_number = "number" }}
[[data_set]]
name = "keyed"
files = ["keyed.csv"]
record_key = "entry"
roles = {{ nhs_number = "number" }}
[[data_set]]
name = "bare"
files = ["bare.csv"]
roles = {{ nhs_number = "number" }}
[[data_set]]
name = "person"
files = ["person.csv"]
person_key = "entry"
roles = {{ nhs_number = "number" }}
[[data_set]]
name = "last"
files = ["last.csv"]
record_key = "entry"
roles = {{ nhs_number = "number" }}
[linkage]
left = "hospital"
right = {order}
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
"#
    );
    folder.run(&job, "out")
}

#[test]
fn data_sets_with_and_without_keys_stand_side_by_side() {
    let due = [
        ["0", "h1", "keyed", "1", "k1"],
        ["1", "h2", "bare", "2", ""],
        ["2", "h3", "person", "0", ""],
        ["3", "h4", "last", "1", "l1"],
    ];
    for order in [r#"["keyed", "bare", "person", "last"]"#, r#"["bare", "last", "person", "keyed"]"#] {
        // Either side may be the one that is indexed.
        for hospital_rows in [0, 30] {
            let run = mixed(order, hospital_rows);
            let links = run.table("links.parquet", &["left_row", "left_key", "right_source", "right_row", "right_key"]);
            assert_eq!(links, due, "{order}, {hospital_rows} further rows");
        }
    }
}
