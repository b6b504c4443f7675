//! Tiers that a job declares for the columns of a data set without a catalogue entry.

use counterfoil_core::Fault;
use counterfoil_store::secret;
use counterfoil_token::key::{KeyFile, RootKey};

use crate::folder::{Folder, Run};

const COHORT: [&str; 11] =
    ["STUDY_ID", "NHS_NO", "DOB", "SEX", "POSTCODE", "ARM", "AGE_BAND", "HIV", "VISIT_NO", "GP_NAME", "NOTE"];

/// Two who are in the register, and one who is not.
const ROWS: [&str; 3] = [
    "s1,4836044502,1950-03-14,1,LS1 4AP,drug,60-69,0,v1,Smith,note1",
    "s2,4342852497,1962-07-29,2,HD7 5UZ,placebo,50-59,1,v2,Jones,note2",
    "s3,4995609644,1971-05-06,1,M1 1AE,drug,40-49,0,v3,Brown,note3",
];

const DECLARED: &str = r#"
ARM = "AN"
age_band = "QI"
HIV = "SE"
VISIT_NO = "PS"
GP_NAME = "ID"
"#;

/// A job with these tiers, and an extract of the cohort with these further settings.
fn job(head: &str, tiers: &str, extract: &str) -> String {
    format!(
        r#"
version = 1
name = "tiers"
{head}
[[data_set]]
name = "cohort"
files = ["cohort.csv"]
record_key = "STUDY_ID"
person_key = "STUDY_ID"
[data_set.roles]
nhs_number = "NHS_NO"
birth_date = "DOB"
sex = "SEX"
postcode = "POSTCODE"
[data_set.tiers]
{tiers}
[[data_set]]
name = "register"
files = ["register.csv"]
record_key = "entry"
roles = {{ nhs_number = "number" }}
[linkage]
left = "cohort"
right = "register"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "extract"
data_set = "cohort"
{extract}
"#
    )
}

const DEMO: &str = "[keys]\ndemo = true";
const AGREED: &str = "agreement = \"agreement.toml\"\n[keys]\nroot = \"root.key\"";

fn try_run(head: &str, tiers: &str, extract: &str) -> Result<Run, Vec<Fault>> {
    try_job(&job(head, tiers, extract))
}

fn try_job(job: &str) -> Result<Run, Vec<Fault>> {
    let folder = Folder::new();
    let rows = ROWS.map(|row| row.split(',').map(str::to_owned).collect());
    folder.csv("cohort.csv", &COHORT, &rows);
    folder.write("register.csv", "entry,number\nd1,4836044502\nd2,4342852497\n");
    let agreement = "version = 1\nreference = \"DSA-1\"\nrecipient = \"us\"\nsensitive_columns = [\"HIV\"]\n";
    folder.write("agreement.toml", agreement);
    let key = KeyFile::new(RootKey::demo(), "a test");
    secret::create(&folder.path().join("root.key"), &key.to_bytes()).expect("a new file");
    folder.try_run(job, "out", 1)
}

fn run(head: &str, extract: &str) -> Run {
    try_run(head, DECLARED, extract).unwrap_or_else(|faults| panic!("the job should run: {faults:#?}"))
}

const EXTRACT: &str = "extract/cohort/*.parquet";

fn is_pseudonym(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[test]
fn declared_columns_leave_by_their_tier() {
    let run = run(DEMO, "");
    assert_eq!(run.columns(EXTRACT), ["STUDY_ID", "ARM", "AGE_BAND", "VISIT_NO"]);
    let mut rows = run.table(EXTRACT, &["ARM", "AGE_BAND", "STUDY_ID", "VISIT_NO"]);
    rows.sort();
    let clear: Vec<_> = rows.iter().map(|row| [row[0].as_str(), &row[1]]).collect();
    assert_eq!(clear, [["drug", "60-69"], ["placebo", "50-59"]], "of linked persons only");
    assert!(rows.iter().all(|row| is_pseudonym(&row[2]) && is_pseudonym(&row[3])), "keys leave as pseudonyms");
    let due = [
        ("NHS_NO", "not-in-catalogue"),
        ("DOB", "not-in-catalogue"),
        ("SEX", "not-in-catalogue"),
        ("POSTCODE", "not-in-catalogue"),
        ("HIV", "sensitive-not-named"),
        ("GP_NAME", "direct-identifier"),
        ("NOTE", "not-in-catalogue"),
    ];
    assert_eq!(run.manifest.suppressed["cohort"], due.map(|(column, why)| (column.to_owned(), why.to_owned())));
}

#[test]
fn a_sensitive_column_leaves_if_it_is_named_and_agreed() {
    assert_eq!(run(AGREED, "").columns(EXTRACT), ["STUDY_ID", "ARM", "AGE_BAND", "VISIT_NO"], "agreed and not named");
    let named = run(AGREED, "columns = [\"ARM\", \"HIV\"]");
    assert_eq!(named.columns(EXTRACT), ["STUDY_ID", "ARM", "HIV"]);
    let mut rows = named.table(EXTRACT, &["ARM", "HIV"]);
    rows.sort();
    assert_eq!(rows, [["drug", "0"], ["placebo", "1"]]);
    let faults = try_run(DEMO, DECLARED, "columns = [\"ARM\", \"HIV\"]").map(drop).expect_err("named and not agreed");
    let due = "column `HIV` is sensitive and the agreement does not allow it";
    assert_eq!(faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>(), [due]);
}

/// The faults of some declarations, as `place: message (hint)`.
fn refused(tiers: &str) -> Vec<String> {
    let faults = try_run(DEMO, tiers, "").map(drop).expect_err("the tiers are refused");
    faults.iter().map(|fault| format!("{fault} ({})", fault.hint.as_deref().unwrap_or("no hint"))).collect()
}

#[test]
fn what_identifies_a_person_is_not_declared_away() {
    let of_role = |column: &str, role: &str| {
        format!(
            "data_set.cohort.tiers.{column}: `{column}` holds the role `{role}`, which identifies a person and never \
             leaves (write \"ID\", or leave it out)"
        )
    };
    for tier in ["AN", "QI", "SE", "PS"] {
        let tiers = format!("DOB = \"{tier}\"\nNHS_NO = \"{tier}\"\nPOSTCODE = \"{tier}\"\n");
        let due = [("DOB", "birth_date"), ("NHS_NO", "nhs_number"), ("POSTCODE", "postcode")];
        assert_eq!(refused(&tiers), due.map(|(column, role)| of_role(column, role)), "{tier}");
    }
    // Sex is no identifier, in the catalogue's entries either.
    let run = try_run(DEMO, "SEX = \"QI\"\nDOB = \"ID\"\nSTUDY_ID = \"PS\"\n", "");
    let run = run.unwrap_or_else(|faults| panic!("the job should run: {faults:#?}"));
    assert_eq!(run.columns(EXTRACT), ["STUDY_ID", "SEX"]);
}

#[test]
fn a_date_of_birth_that_tells_ages_is_one_still() {
    let by_birth = "age = { born = \"DOB\", at = 2020, type = \"number\" }";
    let job = job(DEMO, "DOB = \"AN\"", "").replace("birth_date = \"DOB\"", by_birth);
    let faults = try_job(&job).map(drop).expect_err("it is refused");
    let due = "`DOB` holds the role `age`, which identifies a person and never leaves";
    assert_eq!(faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>(), [due]);
}

#[test]
fn keys_and_unknown_columns_are_refused() {
    let due = [
        "data_set.cohort.tiers.ARMS: `cohort` has no column `ARMS`; its columns are `STUDY_ID`, `NHS_NO`, `DOB`, \
         `SEX`, `POSTCODE`, `ARM`, `AGE_BAND`, `HIV`, `VISIT_NO`, `GP_NAME`, `NOTE` (did you mean `ARM`?)",
        "data_set.cohort.tiers.STUDY_ID: `STUDY_ID` is a key, which leaves as a pseudonym only (write \"PS\", or \
         leave it out)",
    ];
    assert_eq!(refused("STUDY_ID = \"AN\"\nARMS = \"AN\"\n"), due);
}

#[test]
fn a_catalogue_entry_is_not_changed_and_may_be_added_to() {
    let folder = Folder::new();
    folder.write("apc.csv", "EPIKEY,NEWNHSNO,LOPATID,OWN_NOTE\ne1,4836044502,l1,mine\n");
    folder.write("register.csv", "entry,number\nd1,4836044502\n");
    let job = |tiers: &str| {
        format!(
            r#"
version = 1
name = "entry"
[keys]
demo = true
[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.csv"]
tiers = {{ {tiers} }}
[[data_set]]
name = "register"
files = ["register.csv"]
roles = {{ nhs_number = "number" }}
[linkage]
left = "apc"
right = "register"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "extract"
data_set = "apc"
"#
        )
    };
    let faults = folder.try_run(&job("LOPATID = \"AN\""), "out", 1).map(drop).expect_err("it is in the entry");
    assert_eq!(
        faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["data_set.apc.tiers.LOPATID: `LOPATID` is of tier ID in the entry `hes-apc`"]
    );
    let run = folder.run(&job("OWN_NOTE = \"AN\""), "out");
    assert_eq!(run.columns("extract/apc/*.parquet"), ["EPIKEY", "OWN_NOTE"]);
}
