//! Types that lose what they should hold, and codes that look like values (section B6 of the
//! reference): long keys, SNOMED CT codes, ages of infants, dates in parts, mixed codings of
//! sex, times that mean "missing".

use std::fs::File;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt64Array,
};
use parquet::arrow::ArrowWriter;

use crate::folder::{Folder, Run};

/// Writes a Parquet file of these columns.
pub(crate) fn write(folder: &Folder, file: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns are of one length");
    let file = File::create(folder.path().join(file)).expect("the temporary folder is writable");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("these types can be written");
    writer.write(&batch).expect("these types can be written");
    writer.close().expect("these types can be written");
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Two episodes whose keys of 20 digits are one to a 64-bit float.
const KEYS: [&str; 2] = ["18000000000000000001", "18000000000000000002"];

/// A job that links episodes of `apc.parquet` to a list of NHS numbers.
const EPISODES: &str = r#"
version = 1
name = "keys"
[keys]
demo = true
[[data_set]]
name = "apc"
is = "hes-apc"
files = ["apc.parquet"]
[[data_set]]
name = "list"
files = ["list.csv"]
record_key = "id"
roles = { nhs_number = "number" }
[linkage]
left = "apc"
right = "list"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "links"
[[output]]
kind = "extract"
data_set = "apc"
"#;

fn episodes(keys: ArrayRef) -> Folder {
    let folder = Folder::new();
    let numbers = texts(&["4836044502", "4342852497"]);
    write(&folder, "apc.parquet", vec![("EPIKEY", keys), ("NEWNHSNO", numbers)]);
    folder.write("list.csv", "id,number\na,4836044502\nb,4342852497\n");
    folder
}

/// The keys as links have them, and how many different pseudonyms the extract has.
fn keys_and_pseudonyms(run: &Run) -> (Vec<String>, usize) {
    let keys = run.links().into_iter().map(|(left, _, _)| left).collect();
    let parts = run.files().into_iter().map(|(name, _)| name).filter(|name| name.starts_with("extract/apc/"));
    let mut pseudonyms: Vec<String> = parts.flat_map(|file| run.table(&file, &["EPIKEY"])).flatten().collect();
    pseudonyms.sort();
    pseudonyms.dedup();
    (keys, pseudonyms.len())
}

#[test]
fn a_key_of_20_digits_arrives_digit_by_digit() {
    let number = |key: &str| key.parse::<u64>().expect("a number");
    let decimals = Decimal128Array::from(KEYS.map(|key| i128::from(number(key))).to_vec());
    let decimals = decimals.with_precision_and_scale(20, 0).expect("20 digits fit");
    let forms: [ArrayRef; 3] =
        [texts(&KEYS), Arc::new(decimals), Arc::new(UInt64Array::from(KEYS.map(number).to_vec()))];
    for keys in forms {
        let kind = keys.data_type().clone();
        let found = keys_and_pseudonyms(&episodes(keys).run(EPISODES, "out"));
        assert_eq!(found, (KEYS.map(str::to_owned).to_vec(), 2), "{kind}");
    }
}

#[test]
fn a_key_column_of_floats_is_refused() {
    let keys: ArrayRef = Arc::new(Float64Array::from(KEYS.map(|key| key.parse::<f64>().expect("a number")).to_vec()));
    let faults = episodes(keys).try_run(EPISODES, "out", 1).map(drop).expect_err("two keys have become one");
    let fault = &faults[0];
    assert_eq!(fault.place, "data_set.apc.record_key");
    assert_eq!(fault.message, "column `EPIKEY` is of type Float64, which cannot hold a key");
    assert_eq!(faults.len(), 1, "{faults:#?}");
}

const IMAGING: &str = r#"
version = 1
name = "imaging"
[keys]
demo = true
[[data_set]]
name = "did"
is = "did"
files = ["did.parquet"]
[[data_set]]
name = "list"
files = ["list.csv"]
record_key = "id"
roles = { nhs_number = "number" }
[linkage]
left = "list"
right = "did"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
[[output]]
kind = "extract"
data_set = "did"
columns = ["DID_SNOMEDCT_CODE"]
"#;

fn imaging(codes: ArrayRef) -> Folder {
    let folder = Folder::new();
    let columns = vec![
        ("SUBMISSIONDATAID", texts(&["s1", "s2"])),
        ("NHSNumber", texts(&["4836044502", "4342852497"])),
        ("DID_SNOMEDCT_CODE", codes),
    ];
    write(&folder, "did.parquet", columns);
    folder.write("list.csv", "id,number\na,4836044502\nb,4342852497\n");
    folder
}

/// Two concept ids that are one to a float: they differ by one above 2^53.
const CONCEPTS: [i64; 2] = [999_000_000_000_000_101, 999_000_000_000_000_102];

#[test]
fn snomed_codes_leave_as_they_came_and_floats_are_refused() {
    let mut due = CONCEPTS.map(|code| code.to_string()).to_vec();
    due.sort();
    let whole: ArrayRef = Arc::new(Int64Array::from(CONCEPTS.to_vec()));
    let written = texts(&[&due[0], &due[1]]);
    for codes in [whole, written] {
        let run = imaging(codes).run(IMAGING, "out");
        let parts = run.files().into_iter().map(|(name, _)| name).filter(|name| name.starts_with("extract/did/"));
        let mut found: Vec<String> =
            parts.flat_map(|file| run.table(&file, &["DID_SNOMEDCT_CODE"])).flatten().collect();
        found.sort();
        assert_eq!(found, due);
    }
    #[expect(clippy::cast_precision_loss, reason = "the loss is the trap")]
    let rounded: ArrayRef = Arc::new(Float64Array::from(CONCEPTS.map(|code| code as f64).to_vec()));
    let faults = imaging(rounded).try_run(IMAGING, "out", 1).map(drop).expect_err("two codes have become one");
    let told = "column `DID_SNOMEDCT_CODE` is of type Float64, which makes one of several long codes";
    assert!(faults.iter().any(|fault| fault.place == "output[1]" && fault.message == told), "{faults:#?}");
}

/// A job over HES alone that compares rows by one role of its own.
fn by_own_role(role: &str, output: &str) -> String {
    format!(
        "version = 1\nname = \"own\"\n[keys]\ndemo = true\n[[data_set]]\nname = \"ae\"\nis = \"hes-ae\"\n\
         files = [\"ae.parquet\"]\nroles = {{ compared = {role} }}\n[[data_set]]\nname = \"list\"\n\
         files = [\"list.csv\"]\nrecord_key = \"id\"\nroles = {{ compared = {{ column = \"value\", type = \"number\" }} }}\n\
         [linkage]\nleft = \"ae\"\nright = \"list\"\noptions = {{ resolution = \"keep-all\" }}\n\
         [[linkage.rank]]\nrank = 1\nagree = [\"compared\"]\n{output}"
    )
}

/// An infant's age is a code from 7001 to 7007 and stands for 0 years; 120 is 120 or more.
#[test]
fn the_age_of_an_infant_is_0_years_and_leaves_as_its_code() {
    let folder = Folder::new();
    let ages = [7001, 7003, 7007, 1, 120, 7008];
    let keys: Vec<String> = ages.iter().map(|age| format!("age {age}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let ages: ArrayRef = Arc::new(Int32Array::from(ages.to_vec()));
    write(&folder, "ae.parquet", vec![("AEKEY", texts(&keys)), ("ARRIVALAGE", ages)]);
    folder.write("list.csv", "id,value\nnewborn,0\none,1\nold,120\n");
    let extract =
        "[[output]]\nkind = \"links\"\n[[output]]\nkind = \"extract\"\ndata_set = \"ae\"\ncolumns = [\"ARRIVALAGE\"]\n";
    let run = folder.run(&by_own_role("{ column = \"ARRIVALAGE\", type = \"number\" }", extract), "out");
    let links: Vec<_> = run.links().into_iter().map(|(left, right, _)| format!("{left}: {right}")).collect();
    // 7008 is no code, and nobody is as old as that.
    assert_eq!(links, ["age 1: one", "age 120: old", "age 7001: newborn", "age 7003: newborn", "age 7007: newborn"]);
    let parts = run.files().into_iter().map(|(name, _)| name).filter(|name| name.starts_with("extract/ae/"));
    let mut left: Vec<String> = parts.flat_map(|file| run.table(&file, &["ARRIVALAGE"])).flatten().collect();
    left.sort();
    assert_eq!(left, ["1", "120", "7001", "7003", "7007"]);
}

/// Times are `hhmm`; 3000 is invalid and 4000 is null, whatever type holds them.
#[test]
fn the_times_3000_and_4000_are_missing() {
    let times = [3000, 4000, 930];
    let forms: [ArrayRef; 3] = [
        texts(&["3000", "4000", "930"]),
        Arc::new(Int32Array::from(times.to_vec())),
        Arc::new(Float64Array::from(times.map(f64::from).to_vec())),
    ];
    for times in forms {
        let folder = Folder::new();
        let kind = times.data_type().clone();
        write(&folder, "ae.parquet", vec![("AEKEY", texts(&["a", "b", "c"])), ("ARRIVALTIME", times)]);
        folder.write("list.csv", "id,value\ninvalid,3000\nnull,4000\nmorning,930\n");
        let run = folder.run(&by_own_role("{ column = \"ARRIVALTIME\", type = \"number\" }", ""), "out");
        assert_eq!(run.links(), [("c".to_owned(), "morning".to_owned(), 1)], "{kind}");
        let field = &run.manifest.standardising[0].fields[0];
        assert_eq!((field.valid, field.nulls(), field.rejects()), (1, 2, 0), "{kind}");
    }
}

const TESTS: &str = r#"
version = 1
name = "tests"
[keys]
demo = true
[[data_set]]
name = "sgss"
is = "sgss"
files = ["sgss.csv"]
record_key = "CDR_Specimen_Request_SK"
[[data_set]]
name = "list"
files = ["list.csv"]
record_key = "id"
roles = { nhs_number = "number", sex = "sex" }
[linkage]
left = "sgss"
right = "list"
[[linkage.rank]]
rank = 1
agree = ["nhs_number", "sex"]
"#;

/// One column of SGSS mixes codes and words; what is neither male nor female is missing.
#[test]
fn mixed_codings_of_sex_are_read_together() {
    let folder = Folder::new();
    let rows = [
        ("M", "4836044502"),
        ("Male", "4342852497"),
        ("MALE", "4995609644"),
        ("F", "4481218215"),
        ("Female", "4926702061"),
        ("FEMALE", "4993075057"),
        ("U", "4875142129"),
        ("unknown", "4711407456"),
        ("", "4038930157"),
    ];
    let sgss: Vec<_> = rows.map(|(sex, number)| vec![number.to_owned(), number.to_owned(), sex.to_owned()]).into();
    folder.csv("sgss.csv", &["CDR_Specimen_Request_SK", "NHS_Number", "Patient_Sex"], &sgss);
    // The list says 1 of the first three and 2 of all others.
    let said = |i: usize| if i < 3 { "1" } else { "2" };
    let list =
        rows.iter().enumerate().map(|(i, (_, number))| vec![format!("p{i}"), (*number).to_owned(), said(i).to_owned()]);
    folder.csv("list.csv", &["id", "number", "sex"], &list.collect::<Vec<_>>());
    let run = folder.run(TESTS, "out");
    let linked: Vec<String> = run.links().into_iter().map(|(_, right, _)| right).collect();
    assert_eq!(linked.len(), 6, "{linked:?}");
    let sex = &run.manifest.standardising[0].fields[1];
    assert_eq!((sex.name.as_str(), sex.valid, sex.nulls(), sex.rejects()), ("sex", 6, 3, 0));
}

const MATERNITY: &str = r#"
version = 1
name = "maternity"
[keys]
demo = true
[[data_set]]
name = "bookings"
is = "msds"
files = ["msds.csv"]
PERSON
[[data_set]]
name = "list"
files = ["list.csv"]
record_key = "id"
roles = { birth_date = "born" }
[linkage]
left = "bookings"
right = "list"
[[linkage.rank]]
rank = 1
agree = ["birth_date"]
"#;

/// Two persons and two person keys on one row; the baby's date of birth is in three parts.
#[test]
fn one_row_of_maternity_is_of_two_persons() {
    let folder = Folder::new();
    let rows = "UniqPregID,Person_ID_Mother,Person_ID_Baby,PersonBirthDateMother,DayOfBirthBaby,MonthOfBirthBaby,YearOfBirthBaby\n\
                p1,m1,b1,1990-03-14,29,2,2020\n\
                p2,m2,b2,1991-07-29,29,2,2021\n\
                p3,m3,b3,1992-08-30,,2,2020\n";
    folder.write("msds.csv", rows);
    folder.write("list.csv", "id,born\nmother,1990-03-14\nbaby,2020-02-29\n");
    let mothers = folder.run(&MATERNITY.replace("PERSON", ""), "mothers");
    assert_eq!(mothers.links(), [("p1".to_owned(), "mother".to_owned(), 1)]);
    let babies = folder.run(&MATERNITY.replace("PERSON", "person = \"baby\""), "babies");
    assert_eq!(babies.links(), [("p1".to_owned(), "baby".to_owned(), 1)]);
    // 29 February 2021 was not, and a date that lacks its day is none.
    let born = &babies.manifest.standardising[0].fields[0];
    assert_eq!((born.valid, born.nulls(), born.rejects()), (1, 0, 2));
}
