//! What leaves: the merged deaths, the extract of a data set, the bridging file.

use std::collections::{BTreeMap, BTreeSet};

use crate::folder::{Folder, Run};

const APC: [&str; 14] = [
    "EPIKEY",
    "TOKEN_PERSON_ID",
    "NEWNHSNO",
    "DOB",
    "SEX",
    "HOMEADD",
    "EPISTART",
    "EPIEND",
    "DISDATE",
    "DISMETH",
    "EPIORDER",
    "LOPATID",
    "PROCODET",
    "OWN_NOTE",
];

/// `EPIORDER` numbers the rows, and being analytic content leaves as it is: so the rows of
/// an extract can be told.
const HOSPITAL: [&str; 9] = [
    "epikey1,person1,4836044502,1940-02-01,1,LS1  4AP,2019-01-25,2019-02-01,2019-02-01,4,1,local1,RXX,note",
    "epikey2,person2,4342852497,1950-03-14,2,LS1  4AP,2019-03-10,2019-03-14,2019-03-14,4,2,local2,RXX,note",
    "epikey3,person3,4995609644,1950-03-14,1,LS1  4AP,2019-03-01,2019-03-10,2019-03-10,4,3,local3,RXX,note",
    "epikey4,person4,4481218215,1950-03-14,1,HD7  5UZ,2019-01-05,2019-01-06,2019-01-06,1,4,local4,RXX,note",
    "epikey5,person4,,,,,2019-03-15,,,1,5,local4,RXX,note",
    "epikey6,person5,4926702061,1950-03-14,2,HD7  5UZ,2019-03-01,2019-03-10,2019-03-10,4,6,local5,RXX,note",
    "epikey7,person6,4993075057,1962-07-29,1,M1   1AE,2019-03-01,2019-03-02,2019-03-02,1,7,local6,RXX,note",
    "epikey8,person7,4875142129,1950-03-14,1,M1   1AE,2019-03-05,2019-03-10,,4,8,local7,RXX,note",
    "epikey9,person8,4711407456,1950-03-14,2,M1   1AE,2019-03-08,2019-03-10,2019-03-10,4,9,local8,RXX,note",
];

const DEATHS: [&str; 14] = [
    "ledrid",
    "DEC_CONF_NHS_NUMBER_CLEAN",
    "dobyr",
    "dobmt",
    "dobdy",
    "DEC_SEX",
    "pcdr",
    "REG_DATE_OF_DEATH",
    "REG_DATE",
    "S_UNDERLYING_COD_ICD10",
    "S_COD_CODE_1",
    "S_COD_CODE_2",
    "NEO_NATE_FLAG",
    "POD_CODE",
];

const REGISTER: [&str; 7] = [
    "entry2,4342852497,1950,3,14,2,LS1 4AP,20190314,20190320,I219,I219,I10,0,H",
    "entry3,4995609644,1950,3,14,1,CR2 6XH,20190312,20190321,I64,I64,,0,E",
    "entry4,4481218215,1950,3,14,1,HD7 5UZ,20190313,20190322,J189,J189,,0,E",
    "entry5,4926702061,1950,3,14,2,HD7 5UZ,20190314,20190323,C349,C349,,0,E",
    "entry7,4875142129,1950,3,14,1,M1 1AE,20190307,20190324,K746,K746,,0,E",
    "entry8,4711407456,1950,3,14,2,M1 1AE,20190306,20190325,N189,N189,,0,E",
    "entry9,4038930157,1931,5,6,1,EC1A 1BB,20190306,20190326,R54,R54,,0,E",
];

fn job(release: &str, options: &str) -> String {
    format!(
        r#"
version = 1
name = "products"
[keys]
demo = true
release = "{release}"
[[data_set]]
name = "hospital"
is = "hes-apc"
files = ["apc.csv"]
[[data_set]]
name = "register"
is = "deaths"
files = ["deaths.csv"]
[linkage]
left = "hospital"
right = "register"
recipe = "hes-deaths"
options = {{ {options} }}
[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "hospital"
[[output]]
kind = "extract"
data_set = "register"
"#
    )
}

fn run_release(folder: &Folder, release: &str, options: &str, out: &str) -> Run {
    let rows = |lines: &[&str]| -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    folder.csv("apc.csv", &APC, &rows(&HOSPITAL));
    folder.csv("deaths.csv", &DEATHS, &rows(&REGISTER));
    folder.run(&job(release, options), out)
}

/// A run with every kind of output.
pub(crate) fn run(folder: &Folder, options: &str, out: &str) -> Run {
    run_release(folder, "first", options, out)
}

const APC_EXTRACT: &str = "extract/hospital/*.parquet";
const DEATHS_EXTRACT: &str = "extract/register/*.parquet";

/// The pseudonym of each person in the extract of the data set, by `EPIORDER`.
fn tokens(run: &Run) -> BTreeMap<String, String> {
    let rows = run.table(APC_EXTRACT, &["EPIORDER", "TOKEN_PERSON_ID"]);
    rows.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
}

/// Rows of the extract of deaths by the `EPIORDER` of a row of the same person.
fn deaths(run: &Run, columns: &[&str]) -> BTreeMap<String, Vec<String>> {
    let names: BTreeMap<String, String> = tokens(run).into_iter().map(|(order, token)| (token, order)).collect();
    let columns: Vec<&str> = std::iter::once("TOKENID").chain(columns.iter().copied()).collect();
    let by_person = |mut row: Vec<String>| {
        let token = row.remove(0);
        (names.get(&token).expect("every death joins the extract of HES by pseudonym").clone(), row)
    };
    run.table(DEATHS_EXTRACT, &columns).into_iter().map(by_person).collect()
}

fn owned<const N: usize>(rows: &[(&str, [&str; N])]) -> BTreeMap<String, Vec<String>> {
    rows.iter().map(|(name, row)| ((*name).to_owned(), row.map(str::to_owned).to_vec())).collect()
}

/// The published table of `DEATH_RECORD_USED`, end to end. `5` and `6` stand for persons 4
/// and 5, of whom these are the last rows.
#[test]
fn registered_and_hospital_deaths_are_merged() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let due = owned(&[
        // HES only.
        ("1", ["2019-02-01", "HES1", "0"]),
        // Both, the same day.
        ("2", ["2019-03-14", "ONS1", "1"]),
        // ONS two days later, and the postcodes differ.
        ("3", ["2019-03-10", "MIX1", "2"]),
        // ONS only.
        ("5", ["2019-03-13", "ONS2", "1"]),
        // ONS four days later.
        ("6", ["2019-03-10", "HES2", "1"]),
        // ONS three days earlier; the hospital's date is the episode's end.
        ("8", ["2019-03-07", "ONS1", "1"]),
        // ONS four days earlier.
        ("9", ["2019-03-10", "HES2", "1"]),
    ]);
    assert_eq!(deaths(&run, &["DOD", "DEATH_RECORD_USED", "MATCH_RANK"]), due);
    let counts = [("HES1", 1), ("HES2", 2), ("MIX1", 1), ("ONS1", 2), ("ONS2", 1)];
    let counts = BTreeMap::from(counts.map(|(used, count)| (used.to_owned(), count)));
    assert_eq!(run.manifest.deaths_by_record_used, counts);
}

#[test]
fn registration_and_causes_come_from_the_register_the_rest_from_the_record_used() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let columns = [
        "DOR",
        "CAUSE_OF_DEATH",
        "CAUSE_OF_DEATH_NON_NEONATAL_1",
        "CAUSE_OF_DEATH_NON_NEONATAL_2",
        "COMMUNAL_ESTABLISHMENT",
        "SEX",
    ];
    let due = owned(&[
        ("1", ["", "", "", "", "", "1"]),
        ("2", ["2019-03-20", "I219", "I219", "I10", "H", "2"]),
        ("3", ["2019-03-21", "I64", "I64", "", "E", "1"]),
        ("5", ["2019-03-22", "J189", "J189", "", "E", "1"]),
        // HES2: nothing but registration date and causes from ONS.
        ("6", ["2019-03-23", "C349", "C349", "", "", "2"]),
        ("8", ["2019-03-24", "K746", "K746", "", "E", "1"]),
        ("9", ["2019-03-25", "N189", "N189", "", "", "2"]),
    ]);
    assert_eq!(deaths(&run, &columns), due);
}

#[test]
fn age_is_in_completed_years_on_the_delivered_date() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let due = owned(&[
        // On the 79th birthday.
        ("1", ["79"]),
        // On the 69th birthday.
        ("2", ["69"]),
        ("3", ["68"]),
        // On the day before.
        ("5", ["68"]),
        ("6", ["68"]),
        ("8", ["68"]),
        ("9", ["68"]),
    ]);
    assert_eq!(deaths(&run, &["AGE_AT_DEATH"]), due);
}

#[test]
fn activity_after_death_is_flagged() {
    let folder = Folder::new();
    let flagged = |run: &Run| -> Vec<String> {
        let flags = deaths(run, &["SUBSEQUENT_ACTIVITY"]).into_iter();
        flags.filter(|(_, row)| row[0] == "Y").map(|(person, _)| person).collect()
    };
    // Person 4 was seen two days after death, which the guard of three days allows. Person
    // 8 was seen two days after the registered death, but the delivered date is the
    // hospital's, two days later.
    assert_eq!(flagged(&run(&folder, "", "out")), ["5"]);
    assert_eq!(flagged(&run(&folder, "subsequent_activity_days = 1", "one")), ["5"]);
    assert_eq!(flagged(&run(&folder, "subsequent_activity_days = 2", "two")), Vec::<String>::new());
}

#[test]
fn the_extract_of_deaths_has_the_published_columns() {
    let folder = Folder::new();
    let columns = run(&folder, "", "out").columns(DEATHS_EXTRACT);
    let mut due: Vec<String> = ["RECORD_ID", "TOKENID", "DOD", "DOR", "CAUSE_OF_DEATH"].map(str::to_owned).to_vec();
    due.extend((1..=15).map(|i| format!("CAUSE_OF_DEATH_NON_NEONATAL_{i}")));
    due.extend((1..=15).map(|i| format!("CAUSE_OF_DEATH_NEONATAL_{i}")));
    let rest = [
        "COMMUNAL_ESTABLISHMENT",
        "NHS_INDICATOR",
        "RESPCT",
        "RESSTHA",
        "SEX",
        "SUBSEQUENT_ACTIVITY",
        "DEATH_RECORD_USED",
        "MATCH_RANK",
        "AGE_AT_DEATH",
    ];
    due.extend(rest.map(str::to_owned));
    assert_eq!(columns, due);
}

#[test]
fn the_extract_of_hes_is_of_the_dead_and_without_identifiers() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let rows: Vec<String> = tokens(&run).into_keys().collect();
    assert_eq!(rows, ["1", "2", "3", "4", "5", "6", "8", "9"], "all rows of those who died, and no others");
    let columns = run.columns(APC_EXTRACT);
    for column in ["NEWNHSNO", "DOB", "HOMEADD", "LOPATID", "OWN_NOTE"] {
        assert!(!columns.iter().any(|known| known == column), "`{column}` stays behind");
    }
    let suppressed = &run.manifest.suppressed["hospital"];
    for (column, reason) in
        [("NEWNHSNO", "direct-identifier"), ("HOMEADD", "direct-identifier"), ("OWN_NOTE", "not-in-catalogue")]
    {
        assert!(suppressed.contains(&(column.to_owned(), reason.to_owned())), "`{column}`: {reason}");
    }
}

/// 32 hexadecimal digits.
fn is_pseudonym(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

#[test]
fn keys_leave_as_pseudonyms() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let rows = run.table(APC_EXTRACT, &["EPIKEY", "TOKEN_PERSON_ID"]);
    assert!(rows.iter().flatten().all(|key| is_pseudonym(key)));
    let records: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(records.len(), rows.len(), "each record has a pseudonym of its own");
    let tokens = tokens(&run);
    assert_eq!(tokens["4"], tokens["5"], "rows of one person have one pseudonym");
    assert_eq!(tokens.values().collect::<BTreeSet<_>>().len(), 7);
}

#[test]
fn the_bridge_holds_pseudonyms_only() {
    let folder = Folder::new();
    let run = run(&folder, "", "out");
    let columns = run.columns("bridge.parquet");
    assert_eq!(columns, ["left_pseudonym", "right_pseudonym", "match_rank", "file_version"]);
    let rows = run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym", "match_rank", "file_version"]);
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| is_pseudonym(&row[0]) && is_pseudonym(&row[1]) && row[3] == "first"));
    let tokens = tokens(&run);
    let linked =
        |rank: &str| -> BTreeSet<&String> { rows.iter().filter(|row| row[2] == rank).map(|row| &row[0]).collect() };
    assert_eq!(linked("2"), BTreeSet::from([&tokens["3"]]), "the left pseudonym is the person's in the extract");
    assert_eq!(linked("1"), ["2", "5", "6", "8", "9"].map(|person| &tokens[person]).into());
}

#[test]
fn two_releases_share_no_pseudonym() {
    let folder = Folder::new();
    let all = |run: &Run| -> BTreeSet<String> {
        let bridge = run.table("bridge.parquet", &["left_pseudonym", "right_pseudonym"]);
        let extract = run.table(APC_EXTRACT, &["EPIKEY", "TOKEN_PERSON_ID"]);
        let deaths = run.table(DEATHS_EXTRACT, &["TOKENID"]);
        [bridge, extract, deaths].into_iter().flatten().flatten().collect()
    };
    let first = all(&run_release(&folder, "first", "", "first"));
    let again = all(&run_release(&folder, "first", "", "again"));
    let second = all(&run_release(&folder, "second", "", "second"));
    assert_eq!(first, again);
    assert!(first.is_disjoint(&second));
    assert_eq!(first.len(), second.len());
}
