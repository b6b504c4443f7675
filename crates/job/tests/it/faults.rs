//! A faulty job is told all its faults at once, and leaves nothing behind.

use counterfoil_core::Fault;

use crate::folder::Folder;

fn faults(folder: &Folder, job: &str) -> Vec<Fault> {
    folder.write("hospital.csv", "visit,number,born\nh1,4836044502,1950-03-14\n");
    folder.write("register.csv", "entry,number,born\nd1,4836044502,1950-03-14\n");
    let files = || -> Vec<_> {
        let entries = std::fs::read_dir(folder.path()).expect("the folder is there");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("the folder can be listed").file_name()).collect();
        names.sort();
        names
    };
    folder.write("job.toml", job);
    let before = files();
    let found = folder.try_run(job, "out", 1).map(drop).expect_err("the job has faults");
    assert_eq!(files(), before, "a faulty job leaves nothing behind");
    found
}

/// Every needle is in some fault's place or message.
fn check(job: &str, due: &[(&str, &str)]) {
    let folder = Folder::new();
    let found = faults(&folder, job);
    for (place, message) in due {
        let is_told = found.iter().any(|fault| fault.place.contains(place) && fault.message.contains(message));
        assert!(is_told, "{place}: {message} is not among {found:#?}");
    }
    assert_eq!(found.len(), due.len(), "{found:#?}");
}

#[test]
fn all_faults_of_the_job_file_are_told_at_once() {
    check(
        r#"
version = 2
name = "Bad Name"
end = "2020-02-30"
[keys]
[[data_set]]
name = "hospital"
is = "hes-apcs"
files = ["hospital.csv"]
[[data_set]]
name = "register"
files = ["nowhere.csv"]
roles = { nhs_number = "number" }
[[data_set]]
name = "register"
files = ["register.csv"]
[linkage]
left = "hospitals"
right = "register"
recipe = "hes-death"
"#,
        &[
            ("version", "version 2"),
            ("name", "Bad Name"),
            ("end", "calendar date"),
            ("keys", "no key"),
            ("data_set.hospital.is", "hes-apcs"),
            ("", "nowhere.csv"),
            ("data_set", "two data sets"),
            ("data_set.register", "neither"),
            ("linkage.left", "hospitals"),
            ("linkage.recipe", "hes-death"),
        ],
    );
}

#[test]
fn all_faults_of_roles_are_told_at_once() {
    check(
        r#"
version = 1
name = "roles"
[keys]
demo = true
[[data_set]]
name = "hospital"
files = ["hospital.csv"]
record_key = "visit"
roles = { nhs_number = "nmber", birth_date = "bron" }
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "entry"
roles = { nhs_number = "umber", birth_date = "born", death_date = "died" }
[linkage]
left = "hospital"
right = "register"
[[linkage.rank]]
rank = 1
agree = ["nhs_number", "birth_date"]
"#,
        &[
            ("data_set.hospital.roles.nhs_number", "nmber"),
            ("data_set.hospital.roles.birth_date", "bron"),
            ("data_set.register.roles.nhs_number", "umber"),
            ("data_set.register.roles.death_date", "died"),
        ],
    );
}

#[test]
fn faults_of_outputs_are_told_beside_others() {
    check(
        r#"
version = 1
name = "outputs"
end = "never"
[keys]
demo = true
[[data_set]]
name = "hospital"
files = ["hospital.csv"]
record_key = "visit"
roles = { nhs_number = "nmber" }
[[data_set]]
name = "register"
files = ["register.csv"]
roles = { nhs_number = "number" }
[linkage]
left = "hospital"
right = "register"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[linkage.lists.communal]
file = "communal.csv"
[[output]]
kind = "links"
[[output]]
kind = "links"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "hospitals"
"#,
        &[
            ("end", "calendar date"),
            ("data_set.hospital.roles.nhs_number", "nmber"),
            ("linkage.lists.communal.file", "communal.csv"),
            ("linkage.lists.communal", "no rank"),
            ("output[2]", "twice"),
            ("output[3]", "neither a person key nor a record key"),
            ("output[4]", "hospitals"),
        ],
    );
}

/// Critical care has no identifiers: what could be agreed on is said without an empty list.
#[test]
fn a_linkage_of_data_sets_without_identifiers_is_told_that_there_are_none() {
    let folder = Folder::new();
    folder.write("care.csv", "SUSRECID,CCPERNUM\ne1,1\n");
    let job = r#"
version = 1
name = "care"
[keys]
demo = true
[[data_set]]
name = "care"
is = "hes-cc"
files = ["care.csv"]
[[data_set]]
name = "again"
is = "hes-cc"
files = ["care.csv"]
[linkage]
left = "care"
right = "again"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "links"
"#;
    let found = faults(&folder, job);
    let [fault] = found.as_slice() else { panic!("one fault: {found:#?}") };
    assert_eq!(fault.message, "unknown linkage field `nhs_number`; the data sets have none in common");
    assert!(fault.hint.is_some());
}
