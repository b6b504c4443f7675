//! Data sets of the catalogue and of a user's own: further tables and persons, what may not
//! be linked, and person keys that say nothing of each other.

use counterfoil_core::Fault;

use crate::folder::{Folder, Run};

/// A user's own entries: a clinic of mothers and babies with their visits, and a survey that
/// names nobody.
const CLINIC: &str = r#"
version = 1
name = "clinic"
code = "CLINIC"
title = "A clinic"
main_table = "Birth"
grain = "birth"
record_key = ["BIRTH"]
person_key = ["MOTHER"]
person_key_scheme = { MOTHER = "person-id", BABY = "person-id" }
person_is = "mother"
family = "CLINIC"
source = "the clinic"
[link]
person = true
by = ["nhs_number"]
[roles]
nhs_number = "MOTHER_NHS"
birth_date = "MOTHER_BORN"
[person.baby]
person_key = ["BABY"]
roles = { nhs_number = "BABY_NHS", birth_date = { year = "BABY_YEAR", month = "BABY_MONTH", day = "BABY_DAY" } }
[[field]]
name = "BIRTH"
type = "text"
tier = "PS"
title = "Birth"
[[field]]
name = "MOTHER"
type = "text"
tier = "PS"
title = "Mother"
[[field]]
name = "BABY"
type = "text"
tier = "PS"
title = "Baby"
[[field]]
name = "MOTHER_NHS"
type = "text"
tier = "ID"
title = "NHS number of the mother"
[[field]]
name = "BABY_NHS"
type = "text"
tier = "ID"
title = "NHS number of the baby"
[[field]]
name = "MOTHER_BORN"
type = "date"
tier = "ID"
title = "Date of birth of the mother"
[[field]]
name = "BABY_YEAR"
type = "integer"
tier = "QI"
title = "Year of birth of the baby"
[[field]]
name = "BABY_MONTH"
type = "integer"
tier = "QI"
title = "Month of birth of the baby"
[[field]]
name = "BABY_DAY"
type = "integer"
tier = "QI"
title = "Day of birth of the baby"
[[table]]
name = "visit"
code = "Visit"
grain = "visit"
record_key = ["VISIT"]
roles = { nhs_number = "VISITOR" }
[[table.field]]
name = "VISIT"
type = "text"
tier = "PS"
title = "Visit"
[[table.field]]
name = "VISITOR"
type = "text"
tier = "ID"
title = "NHS number of the visitor"
"#;

const SURVEY: &str = r#"
version = 1
name = "survey"
code = "SURVEY"
title = "A survey"
grain = "answer"
record_key = ["ANSWER"]
source = "the survey"
[link]
person = false
reason = "answers come with a serial number of the council and no name"
areas = ["AREA"]
organisations = ["COUNCIL"]
[[field]]
name = "ANSWER"
type = "text"
tier = "PS"
title = "Answer"
[[field]]
name = "AREA"
type = "text"
tier = "QI"
title = "Area"
[[field]]
name = "COUNCIL"
type = "text"
tier = "QI"
title = "Council"
[[field]]
name = "NUMBER"
type = "text"
tier = "ID"
title = "A number that some councils send"
"#;

/// Mothers A and B, babies C and D; NHS numbers are valid by the published check digit.
const BIRTHS: &str = "\
BIRTH,MOTHER,BABY,MOTHER_NHS,BABY_NHS,MOTHER_BORN,BABY_YEAR,BABY_MONTH,BABY_DAY
b1,m1,k1,4836044502,4995609644,1990-03-14,2020,2,29
b2,m2,k2,4342852497,4481218215,1991-07-29,2021,12,1
";
const CENSUS: &str = "\
person,number,born
ma,4836044502,1990-03-14
mb,4342852497,1991-07-29
kc,4995609644,2020-02-29
kd,4481218215,2021-12-01
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("entries/clinic.toml", CLINIC);
    folder.write("entries/survey.toml", SURVEY);
    folder.write("births.csv", BIRTHS);
    folder.write("visits.csv", "VISIT,MOTHER,VISITOR\nv1,m2,4342852497\n");
    folder.write("census.csv", CENSUS);
    folder.write("answers.csv", "ANSWER,AREA,COUNCIL,NUMBER\na1,E01,7,4836044502\n");
    folder
}

/// A job that links `left`, data sets of which `left_sets` are the tables, to the census.
fn job(left: &str, left_sets: &str) -> String {
    format!(
        r#"
version = 1
name = "own"
catalogue = "entries"
[keys]
demo = true
{left_sets}
[[data_set]]
name = "census"
files = ["census.csv"]
record_key = "person"
roles = {{ nhs_number = "number", birth_date = "born" }}
[linkage]
left = {left}
right = "census"
[[linkage.rank]]
rank = 1
agree = ["nhs_number", "birth_date"]
[[linkage.rank]]
rank = 2
agree = ["nhs_number"]
"#
    )
}

fn set(name: &str, is: &str, file: &str, more: &str) -> String {
    format!("[[data_set]]\nname = \"{name}\"\nis = \"{is}\"\nfiles = [\"{file}\"]\n{more}\n")
}

fn run(left: &str, left_sets: &str) -> Run {
    folder().run(&job(left, left_sets), "out")
}

fn faults(left: &str, left_sets: &str) -> String {
    let found = folder().try_run(&job(left, left_sets), "out", 1).map(drop).expect_err("the job has faults");
    let shown = |fault: &Fault| match &fault.hint {
        Some(hint) => format!("{fault}\n  hint: {hint}"),
        None => fault.to_string(),
    };
    found.iter().map(shown).collect::<Vec<_>>().join("\n")
}

fn link(left: &str, right: &str, rank: u8) -> (String, String, u8) {
    (left.to_owned(), right.to_owned(), rank)
}

#[test]
fn the_mother_and_the_baby_of_a_row_are_linked_each_by_their_own_columns() {
    let births = |more: &str| set("births", "clinic", "births.csv", more);
    let mothers = vec![link("b1", "ma", 1), link("b2", "mb", 1)];
    assert_eq!(run("\"births\"", &births("")).links(), mothers);
    assert_eq!(run("\"births\"", &births("person = \"mother\"")).links(), mothers);
    let babies = vec![link("b1", "kc", 1), link("b2", "kd", 1)];
    assert_eq!(run("\"births\"", &births("person = \"baby\"")).links(), babies);
}

#[test]
fn one_file_can_be_two_data_sets_of_different_persons() {
    let both = set("mothers", "clinic", "births.csv", "") + &set("babies", "clinic", "births.csv", "person = \"baby\"");
    let run = run("[\"mothers\", \"babies\"]", &both);
    let due = [link("b1", "kc", 1), link("b1", "ma", 1), link("b2", "kd", 1), link("b2", "mb", 1)];
    assert_eq!(run.links(), due);
}

#[test]
fn a_table_is_linked_by_its_own_roles() {
    let run = run("\"visits\"", &set("visits", "clinic/visit", "visits.csv", ""));
    assert_eq!(run.links(), [link("v1", "mb", 2)]);
}

#[test]
fn a_data_set_without_a_person_link_is_refused_with_its_reason() {
    // Not even roles of the job's own make an answer a person's.
    let own = "roles = { nhs_number = \"NUMBER\" }";
    insta::assert_snapshot!(faults("\"answers\"", &set("answers", "survey", "answers.csv", own)), @r"
    linkage.left: `answers` cannot be linked by person: answers come with a serial number of the council and no name
      hint: its figures can be joined by area (`AREA`) or by organisation (`COUNCIL`)
    ");
}

#[test]
fn an_unknown_person_or_table_is_offered_the_nearest() {
    let births = |is: &str, more: &str| set("births", is, "births.csv", more);
    insta::assert_snapshot!(faults("\"births\"", &births("clinic", "person = \"babby\"")), @r"
    data_set.births.person: a row of `clinic` is about `mother`, `baby`, not `babby`
      hint: did you mean `baby`?
    ");
    insta::assert_snapshot!(faults("\"births\"", &births("clinic/visit", "person = \"baby\"")), @r"
    data_set.births.person: a row of `clinic/visit` is not about several persons, so there is no `baby`
      hint: leave `person` out
    ");
    insta::assert_snapshot!(faults("\"births\"", &births("clinic/visits", "")), @r"
    data_set.births.is: `clinic` has no table `visits`; beside its main table it has `visit`
      hint: did you mean `clinic/visit`?
    ");
}

#[test]
fn person_keys_of_different_schemes_are_not_joined() {
    let clinic = set("births", "clinic", "births.csv", "");
    let folder = folder();
    folder.write("apc.csv", "EPIKEY,ENCRYPTED_HESID,NEWNHSNO,DOB\ne1,m1,4342852497,1991-07-29\n");
    let apc = set("apc", "hes-apc", "apc.csv", "");
    let job = job("[\"births\", \"apc\"]", &(clinic + &apc));
    let found = folder.try_run(&job, "out", 1).map(drop).expect_err("m1 is two persons");
    let [fault] = found.as_slice() else { panic!("one fault: {found:#?}") };
    assert_eq!(fault.place, "linkage.left");
    assert!(fault.message.contains("are made differently, so they cannot be joined"), "{fault}");
}

#[test]
fn the_manifest_says_which_entries_were_the_jobs_own() {
    let folder = folder();
    folder.write(
        "entries/hes-cc.toml",
        "version = 1\nname = \"hes-cc\"\ncode = \"HES_CC\"\ntitle = \"Our copy\"\nextends = \"hes-cc\"\n",
    );
    let run = folder.run(&job("\"visits\"", &set("visits", "clinic/visit", "visits.csv", "")), "out");
    let own: Vec<_> =
        run.manifest.own_entries.iter().map(|e| (e.data_set.as_str(), e.path.as_str(), e.overrides)).collect();
    let due = [
        ("clinic", "entries/clinic.toml", false),
        ("hes-cc", "entries/hes-cc.toml", true),
        ("survey", "entries/survey.toml", false),
    ];
    assert_eq!(own, due);
    assert_eq!(run.manifest.own_entries[0].blake3, blake3::hash(CLINIC.as_bytes()).to_hex().to_string());
    let note = "catalogue: the job's own entries add `clinic`, `survey` and go before `hes-cc`";
    assert!(run.manifest.notes.iter().any(|told| told == note), "{:?}", run.manifest.notes);
}

#[test]
fn faults_of_own_entries_name_file_and_line() {
    let folder = folder();
    folder.write("entries/broken.toml", "version = 1\nname = \"broken\"\ngrian = \"row\"\n");
    folder.write("entries/survey.toml", &SURVEY.replace("areas = [\"AREA\"]", "areas = [\"AERA\"]"));
    folder.write("entries/notes.txt", "not an entry");
    let found = folder.try_run(&job("\"births\"", &set("births", "clinic", "births.csv", "")), "out", 1);
    let found = found.map(drop).expect_err("two entries are faulty");
    let told = |place: &str, message: &str| found.iter().any(|f| f.place == place && f.message.contains(message));
    assert!(told("entries/broken.toml, line 3", "grian"), "{found:#?}");
    // That `clinic` and `survey` are not there for this is not told as well.
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(told("entries/survey.toml, line 12, link.areas", "`AERA` is not a field"), "{found:#?}");
}

#[test]
fn a_folder_that_is_not_there_or_empty_is_a_fault() {
    let folder = folder();
    let births = set("births", "clinic", "births.csv", "");
    let lost = job("\"births\"", &births).replace("catalogue = \"entries\"", "catalogue = \"nowhere\"");
    let found = folder.try_run(&lost, "out", 1).map(drop).expect_err("no such folder");
    assert!(found.iter().any(|fault| fault.place.contains("nowhere")), "{found:#?}");
    folder.write("empty/readme.txt", "nothing here");
    let empty = lost.replace("nowhere", "empty");
    let found = folder.try_run(&empty, "out", 1).map(drop).expect_err("no entries");
    assert!(found.iter().any(|fault| fault.message.contains("`.toml`")), "{found:#?}");
}
