//! Bad input: each gets one clear message with a hint, exit code 2, and leaves nothing behind.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::project::{HOSPITAL, JOB, Project};

/// The message of `run` for a job or an input that `spoil` has changed.
fn refused(spoil: impl FnOnce(&Project)) -> String {
    let project = Project::new();
    spoil(&project);
    project.refused(&["run", "job.toml", "--out", "results/first"])
}

#[test]
fn faults_of_the_job_are_listed_all_at_once() {
    let stderr = refused(|project| {
        project.change("job.toml", "version = 1", "version = 3");
        project.change("job.toml", "name = \"two-files\"", "name = \"Two files\"");
        project.change("job.toml", "demo = true", "demo = true\nroot = \"project.key\"");
        project.change("job.toml", "right = \"deaths\"", "right = \"dates\"");
    });
    assert_snapshot!(stderr, @r"
    error: `version`: version 3 is not known; this program reads version 1
    hint: write `version = 1`
    error: `name`: `Two files` is not a name of small letters, digits and hyphens
    hint: for example `hes-deaths-2024`
    error: `keys`: give `root` or `demo = true`, not both
    hint: the demo key is for examples only
    error: `linkage.right`: there is no data set `dates`; the job has `hospital`, `deaths`
    hint: name a `[[data_set]]` of the job
    4 faults; nothing was written
    ");
}

/// Every kind of bad input that shows before rows are read, in one job.
const ALL_WRONG: &str = r#"version = 3
name = "All wrong"
agreement = "agreements.toml"
end = "2020-02-30"

[keys]
root = "project.key"

[[data_set]]
name = "hospital"
is = "hes-apcs"
files = ["nowhere.csv", "hospital/*.parquet", "empty.csv", "cut.parquet", "hospital.xlsx"]

[[data_set]]
name = "deaths"
files = ["deaths.csv"]
record_key = "CERT"
person_key = "PERSON"
date_form = "dym"
end = "2020-13-01"
[data_set.roles]
nhs_number = "NHS_NUM"
birth_date = "DOB"

[[data_set]]
name = "deaths"
files = ["deaths.csv"]
encoding = "latin-9000"

[[data_set]]
name = "../clinic"
files = ["deaths.csv", "truth.csv"]
format = "csvs"
delimiter = "é"
roles = { nhs_number = "NHS_NO" }

[linkage]
left = ["hospital", "hospitals"]
right = "deaths"
recipe = "hes-death"

[[linkage.rank]]
rank = 1
agree = ["nhs_number"]

[linkage.lists]
communal = { file = "communal.csv" }
closed = { file = "truth.csv" }

[[output]]
kind = "links"

[[output]]
kind = "links"

[[output]]
kind = "extract"
data_set = "death"
"#;

#[test]
fn every_kind_of_fault_is_listed_beside_the_others() {
    let project = Project::new();
    project.write("job.toml", ALL_WRONG);
    project.write("empty.csv", "");
    project.write("cut.parquet", "PAR1 and no more");
    project.write("hospital.xlsx", "a spreadsheet");
    project.done(&["key", "new", "project.key"]);
    fs::set_permissions(project.path("project.key"), fs::Permissions::from_mode(0o640)).expect("our own file");
    fs::create_dir_all(project.path("results/first")).expect("a writable folder");
    let stderr = project.refused(&["run", "job.toml", "--out", "results/first"]);
    assert_has_hints(&stderr);
    assert_snapshot!(stderr, @r#"
    error: `version`: version 3 is not known; this program reads version 1
    hint: write `version = 1`
    error: `name`: `All wrong` is not a name of small letters, digits and hyphens
    hint: for example `hes-deaths-2024`
    error: `data_set`: two data sets are named `deaths`
    hint: give each a name of its own
    error: `data_set.name`: `../clinic` cannot name a data set
    hint: use letters, digits and hyphens
    error: `end`: is not a calendar date written `yyyy-mm-dd`
    hint: for example `2024-03-31`
    error: `data_set.hospital.is`: unknown data set `hes-apcs`
    hint: did you mean `hes-apc`?
    error: `data_set.hospital.files`: `nowhere.csv` does not exist
    hint: relative paths start at `.`
    error: `data_set.hospital.files`: `hospital/*.parquet` matches no file
    hint: relative patterns start at `.`; letters' case counts
    error: `empty.csv`: the file is empty (0 bytes)
    hint: was it copied or exported completely? leave it out if it is meant to hold nothing
    error: `hospital.xlsx`: cannot tell the format from the file's name
    hint: known are `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`; save the sheet as CSV, in UTF-8
    error: `cut.parquet`: the Parquet file is cut short: its footer is missing
    hint: was the copy or export interrupted? copy or export the file again
    error: `data_set.deaths.end`: is not a calendar date written `yyyy-mm-dd`
    hint: for example `2024-03-31`
    error: `data_set.deaths.date_form`: unknown date form `dym`; known are `auto`, `ymd`, `dmy`, `mdy`, `short-ymd`, `short-dmy`, `short-mdy`, `excel`, `buddhist`, `persian`
    hint: `dmy` is day, month, year: 03/02/1950 is in February
    error: `data_set.deaths.record_key`: `deaths` has no column `CERT`; its columns are `CERTIFICATE`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    hint: name one of these in the job
    error: `data_set.deaths.person_key`: `deaths` has no column `PERSON`; its columns are `CERTIFICATE`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    hint: name one of these in the job
    error: `data_set.deaths.roles.nhs_number`: `deaths` has no column `NHS_NUM`; its columns are `CERTIFICATE`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    hint: did you mean `NHS_NO`?
    error: `data_set.deaths`: `deaths` is neither a catalogue entry nor described
    hint: give `is = "ENTRY"` or `[data_set.roles]`
    error: `deaths.csv`: `latin-9000` is not a known encoding
    hint: known are `utf-8`, `utf-16le`, `utf-16be`, `latin-1`, `windows-1252` and the other names of the WHATWG encoding standard
    error: `data_set.../clinic.format`: unknown format `csvs`; known are `parquet`, `csv`, `ipc`
    hint: without `format` the files' extension decides
    error: `data_set.../clinic.delimiter`: must be one ASCII character
    hint: for example `;`, or `\t` for a tab
    error: `truth.csv`: has other columns than `deaths.csv`
    hint: the files of one data set have the same columns; list files that differ as a data set of their own
    error: `./agreements.toml`: cannot open: no such file or folder
    hint: check the path: in a job file it starts at the file's folder, on the command line at the current one
    error: `./project.key`: the key file is open to other users (mode 0640)
    hint: run `chmod 600 ./project.key`, and make a new key if others may have read this one
    error: `linkage.left`: there is no data set `hospitals`; the job has `hospital`, `deaths`, `deaths`, `../clinic`
    hint: name a `[[data_set]]` of the job
    error: `linkage`: a linkage has a `recipe` or `rank` tables, not both
    hint: `counterfoil catalogue` lists the recipes; `estimate = {}` learns a probabilistic model
    error: `linkage.recipe`: unknown recipe `hes-death`; the catalogue has `hes-deaths`, `hes-did`, `hes-mh-bridge`
    hint: did you mean `hes-deaths`?
    error: `linkage.lists.closed`: no column is named, and the list has 3 columns, which the file's first line must name
    hint: name the column that holds the values: `column = "COLUMN"`
    error: `linkage.lists.communal.file`: `communal.csv` does not exist
    hint: relative paths start at `.`
    error: `output[3].data_set`: there is no data set `death`; the job has `hospital`, `deaths`, `deaths`, `../clinic`
    hint: did you mean `deaths`?
    error: `output[2]`: `links` is asked for twice
    hint: leave one out
    error: `results/first`: the output folder already exists
    hint: results are never overwritten: choose another folder with `--out`, or move this one away
    31 faults; nothing was written
    "#);
}

/// What only complete data sets can be asked, in a job with whole ones.
#[test]
fn every_kind_of_fault_of_ranks_lists_and_outputs_is_listed_too() {
    let stderr = refused(|project| {
        let data_sets = JOB.split_once("[linkage]").expect("a linkage").0;
        let data_sets = data_sets.replace("record_key = \"CERTIFICATE\"\n", "");
        let rest = r#"
[linkage]
left = "hospital"
right = "deaths"

[[linkage.rank]]
rank = 2
agree = ["nhs_number", "birth_dat"]

[[linkage.rank]]
rank = 1
agree = ["sex"]
partial = ["postcode"]
exclude = ["sex:wards", "birth_date:first-of-january", "postcode"]

[linkage.lists]
wards = { file = "truth.csv", column = "source" }
homes = { file = "truth.csv", column = "postcode" }
closed = { file = "truth.csv" }

[[output]]
kind = "bridge"

[[output]]
kind = "extract"
data_set = "hospital"
columns = ["NHS_NO", "GP"]
"#;
        project.write("job.toml", format!("{data_sets}{rest}"));
    });
    assert_has_hints(&stderr);
    assert_snapshot!(stderr, @r#"
    error: `linkage.lists.closed`: no column is named, and the list has 3 columns, which the file's first line must name
    hint: name the column that holds the values: `column = "COLUMN"`
    error: `linkage.lists.homes`: there is no column `postcode`; the list has 3 columns, which the file's first line must name
    hint: name the column that holds the values: `column = "COLUMN"`
    error: `linkage.lists.closed`: no rank excludes values by the list `closed`; the ranks use `wards`
    hint: leave the list out, or name it in a rank: `exclude = ["FIELD:LIST"]`
    error: `linkage.lists.homes`: no rank excludes values by the list `homes`; the ranks use `wards`
    hint: leave the list out, or name it in a rank: `exclude = ["FIELD:LIST"]`
    error: `linkage.rank[1].agree`: unknown linkage field `birth_dat`; both sides have `nhs_number`, `sex`, `postcode`, `birth_date`
    hint: did you mean `birth_date`?
    error: `linkage.rank[2].rank`: rank 1 comes after rank 2
    hint: write ranks in ascending order, best first
    error: `linkage.rank[2].exclude`: `birth_date:first-of-january` is about a value that this rank does not agree on
    hint: add `birth_date` to `agree`, or drop the exclusion
    error: `linkage.rank[2].exclude`: unknown exclusion `postcode`
    hint: write `FIELD:first-of-january`, or `FIELD:LIST` with the name of a list of the job
    error: `linkage.rank[2].partial`: `postcode` is of type `postcode`, and only a date can be that
    hint: drop `postcode` here, or ask for it in `agree`
    error: `output[1]`: `deaths` has neither a person key nor a record key to make pseudonyms of
    hint: name one: `record_key = "COLUMN"`
    error: `output[2]`: there is no column `GP`
    hint: the source has `RECORD`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    error: `output[2]`: column `NHS_NO` is of no known tier, so that nothing says it may leave
    hint: leave it out of `columns`, or say what it is: `[data_set.tiers] COLUMN = "AN"`
    12 faults; nothing was written
    "#);
}

fn assert_has_hints(stderr: &str) {
    let begins = |with: &str| stderr.lines().filter(|line| line.starts_with(with)).count();
    assert_eq!(begins("error: "), begins("hint: "), "{stderr}");
}

#[test]
fn a_job_that_is_not_there_or_not_toml() {
    let project = Project::new();
    assert_snapshot!(project.refused(&["run", "jobs.toml"]), @r"
    error: `jobs.toml`: cannot open: no such file or folder
    hint: check the path: in a job file it starts at the file's folder, on the command line at the current one
    1 fault; nothing was written
    ");
    project.change("job.toml", "[keys]", "[keys");
    assert_snapshot!(project.refused(&["check", "job.toml"]), @r"
    error: `job.toml, line 4`: unclosed table, expected `]`
    hint: `counterfoil schema job` prints the shape of a job file
    1 fault; nothing was written
    ");
    project.write("job.toml", JOB.replace("[linkage]", "[linkage]\nrecipes = \"hes-deaths\""));
    assert_snapshot!(project.refused(&["check", "job.toml"]), @r"
    error: `job.toml, line 28`: unknown field `recipes`, expected one of `left`, `right`, `recipe`, `model`, `estimate`, `decide`, `type`, `mode`, `rank`, `options`, `lists`
    hint: `counterfoil schema job` prints the shape of a job file
    1 fault; nothing was written
    ");
}

#[test]
fn wrong_column_names() {
    assert_snapshot!(refused(|project| project.change("job.toml", "\"NHS_NO\"", "\"NHS_NUM\"")), @r"
    error: `data_set.hospital.roles.nhs_number`: `hospital` has no column `NHS_NUM`; its columns are `RECORD`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    hint: did you mean `NHS_NO`?
    1 fault; nothing was written
    ");
    assert_snapshot!(refused(|project| project.change("job.toml", "\"CERTIFICATE\"", "\"CERT\"")), @r"
    error: `data_set.deaths.record_key`: `deaths` has no column `CERT`; its columns are `CERTIFICATE`, `NHS_NO`, `DOB`, `GENDER`, `HOME_POSTCODE`
    hint: name one of these in the job
    1 fault; nothing was written
    ");
}

/// Its first row stands where the column names should, and must not be shown as such.
#[test]
fn a_csv_without_a_header_shows_no_value() {
    let body = HOSPITAL.split_once('\n').expect("a header and rows").1;
    let stderr = refused(|project| project.write("hospital.csv", body));
    assert!(stderr.contains("hospital"));
}

#[test]
fn missing_files() {
    let stderr = refused(|project| fs::remove_file(project.path("deaths.csv")).expect("the file is there"));
    assert_snapshot!(stderr, @r"
    error: `data_set.deaths.files`: `deaths.csv` does not exist
    hint: relative paths start at `.`
    1 fault; nothing was written
    ");
}

#[test]
fn a_glob_that_matches_nothing() {
    let stderr = refused(|project| project.change("job.toml", "\"hospital.csv\"", "\"hospital/*.parquet\""));
    assert_snapshot!(stderr, @r"
    error: `data_set.hospital.files`: `hospital/*.parquet` matches no file
    hint: relative patterns start at `.`; letters' case counts
    1 fault; nothing was written
    ");
}

#[test]
fn a_ragged_csv() {
    let ragged = |project: &Project| project.change("hospital.csv", ",LS29 8QT", "");
    assert_snapshot!(refused(ragged), @r"
    error: `hospital.csv`: row 1 (line 2) has 4 fields, the header has 5
    hint: set `delimiter` if it was not recognised; a field that holds the delimiter must be quoted
    1 fault; nothing was written
    ");
}

#[test]
fn a_csv_in_the_wrong_encoding() {
    let spoil = |project: &Project| {
        let mut bytes = HOSPITAL.as_bytes().to_vec();
        let at = HOSPITAL.find("hollyhock-3").expect("the third record");
        bytes[at] = 0xE9;
        project.write("hospital.csv", bytes);
    };
    assert_snapshot!(refused(spoil), @r#"
    error: `hospital.csv`: row 3 (line 4) is not valid UTF-8 in column `RECORD`
    hint: set `encoding` to what the file is in, for example `encoding = "windows-1252"`, or save it as UTF-8
    1 fault; nothing was written
    "#);
    let project = Project::new();
    spoil(&project);
    project.change("job.toml", "files = [\"hospital.csv\"]", "files = [\"hospital.csv\"]\nencoding = \"latin-9000\"");
    assert_snapshot!(project.refused(&["run", "job.toml"]), @r"
    error: `hospital.csv`: `latin-9000` is not a known encoding
    hint: known are `utf-8`, `utf-16le`, `utf-16be`, `latin-1`, `windows-1252` and the other names of the WHATWG encoding standard
    1 fault; nothing was written
    ");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(refused(|project| project.write("hospital.csv", "")), @r"
    error: `hospital.csv`: the file is empty (0 bytes)
    hint: was it copied or exported completely? leave it out if it is meant to hold nothing
    1 fault; nothing was written
    ");
    let header = HOSPITAL.lines().next().expect("a header");
    assert_snapshot!(refused(|project| project.write("hospital.csv", format!("{header}\n"))), @r"
    error: `data_set.hospital`: there are no rows to link
    hint: look at the files of this data set
    1 fault; nothing was written
    ");
}

#[test]
fn all_null_identifiers() {
    let stderr = refused(|project| {
        project
            .write("deaths.csv", "CERTIFICATE,NHS_NO,DOB,GENDER,HOME_POSTCODE\nd-larkspur-1,,,1,\nd-larkspur-2,,,2,\n");
    });
    assert_snapshot!(stderr, @r"
    error: `data_set.deaths`: no row has a valid `nhs_number` or `birth_date` or `postcode`, so no rank can be met
    hint: look at the columns that the roles name, and at the form of their values
    1 fault; nothing was written
    ");
}

#[test]
fn two_data_sets_of_one_name() {
    let stderr = refused(|project| {
        project.change("job.toml", "name = \"hospital\"", "name = \"deaths\"");
        project.change("job.toml", "left = \"hospital\"", "left = \"deaths\"");
        project.change("job.toml", "right = \"deaths\"", "");
    });
    assert_snapshot!(stderr, @r"
    error: `data_set`: two data sets are named `deaths`
    hint: give each a name of its own
    1 fault; nothing was written
    ");
}

#[test]
fn an_unknown_recipe_or_data_set() {
    let stderr = refused(|project| {
        let job = JOB.split_once("[[linkage.rank]]").expect("ranks").0;
        project.write("job.toml", format!("{job}recipe = \"hes-death\"\n"));
    });
    let expected = "error: `linkage.recipe`: unknown recipe `hes-death`; the catalogue has `hes-deaths`, `hes-did`, `hes-mh-bridge`\n\
                    hint: did you mean `hes-deaths`?\n";
    assert!(stderr.contains(expected), "{stderr}");
    let stderr = refused(|project| {
        project.change("job.toml", "name = \"deaths\"", "name = \"deaths\"\nis = \"death\"");
    });
    let expected = "error: `data_set.deaths.is`: unknown data set `death`\nhint: did you mean `deaths`?\n";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn a_key_file_that_others_can_read() {
    let project = Project::new();
    project.done(&["key", "new", "project.key"]);
    project.change("job.toml", "demo = true", "root = \"project.key\"");
    let mode = |mode| fs::set_permissions(project.path("project.key"), fs::Permissions::from_mode(mode));
    mode(0o640).expect("our own file");
    assert_snapshot!(project.refused(&["run", "job.toml"]), @r"
    error: `./project.key`: the key file is open to other users (mode 0640)
    hint: run `chmod 600 ./project.key`, and make a new key if others may have read this one
    1 fault; nothing was written
    ");
    mode(0o600).expect("our own file");
    symlink("project.key", project.path("link.key")).expect("a writable folder");
    project.change("job.toml", "project.key", "link.key");
    assert_snapshot!(project.refused(&["run", "job.toml"]), @r"
    error: `./link.key`: the key file is a symbolic link
    hint: name the key file itself, not a link to it
    1 fault; nothing was written
    ");
    project.change("job.toml", "link.key", "hospital.csv");
    fs::set_permissions(project.path("hospital.csv"), fs::Permissions::from_mode(0o600)).expect("our own file");
    assert_snapshot!(project.refused(&["run", "job.toml"]), @r"
    error: `./hospital.csv`: this is not a root key file of version 1
    hint: make a key file with `counterfoil key new FILE`
    1 fault; nothing was written
    ");
}

#[test]
fn the_demo_key_under_an_agreement() {
    let stderr = refused(|project| {
        project.write("agreement.toml", "version = 1\nreference = \"DSA-1\"\nrecipient = \"us\"\n");
        project.change("job.toml", "[keys]", "agreement = \"agreement.toml\"\n[keys]");
    });
    assert_snapshot!(stderr, @r"
    error: `keys.demo`: the built-in demo key is public, so it is refused under an agreement
    hint: make a key with `counterfoil key new FILE` and name it in `keys.root`
    1 fault; nothing was written
    ");
}

#[test]
fn an_output_folder_that_exists() {
    let stderr = refused(|project| {
        fs::create_dir_all(project.path("results/first")).expect("a writable folder");
        project.write("results/first/mine.txt", "somebody's");
    });
    assert_snapshot!(stderr, @r"
    error: `results/first`: the output folder already exists
    hint: results are never overwritten: choose another folder with `--out`, or move this one away
    1 fault; nothing was written
    ");
}

#[test]
fn too_little_memory() {
    let project = Project::new();
    assert_snapshot!(project.refused(&["run", "job.toml", "--threads", "2", "--memory", "1MiB"]), @r"
    error: `--memory`: the job may need 169 MiB and may use 1 MiB
    hint: memory follows the smaller side, the threads, and the columns of extracts: split it, or use fewer
    1 fault; nothing was written
    ");
}

#[test]
fn a_run_directory_that_is_none() {
    let project = Project::new();
    fs::create_dir(project.path("empty")).expect("a writable folder");
    assert_snapshot!(project.refused(&["verify", "empty"]), @r"
    error: `empty`: has no manifest, so it is not a finished run
    hint: a run directory is what `counterfoil run` leaves
    ");
    assert_snapshot!(project.refused(&["verify", "absent"]), @r"
    error: `absent`: cannot list the folder: no such file or folder
    hint: check the path: in a job file it starts at the file's folder, on the command line at the current one
    ");
    assert_snapshot!(project.refused(&["evaluate", "empty", "--truth", "truth.csv"]), @r"
    error: `empty`: has no manifest, so it is not a finished run
    hint: a run directory is what `counterfoil run` leaves
    ");
    project.done(&["synth", "--people", "50", "--seed", "3", "--out", "made", "--data-sets", "deaths"]);
    assert_snapshot!(project.refused(&["verify", "made"]), @r"
    error: `made`: holds a synthetic population, and is not a run directory
    hint: its `manifest.json` has the BLAKE3 hash of each file; runs are what `counterfoil run` leaves
    ");
    fs::create_dir(project.path("other")).expect("a folder can be made");
    project.write("other/manifest.json", "{ \"name\": \"an extension\" }");
    assert_snapshot!(project.refused(&["verify", "other"]), @r"
    error: `other`: has a `manifest.json` of another program, and is not a run directory
    hint: a run directory is what `counterfoil run` leaves
    ");
    project.done(&["run", "job.toml", "--out", "out"]);
    assert_snapshot!(project.refused(&["evaluate", "out", "--truth", "deaths.csv"]), @r"
    error: `deaths.csv`: the truth has no column `person`
    hint: it needs `person`, `row` or `key`, and `source` if it covers several data sets
    ");
}

/// A synthetic population whose hospital records are one Parquet file, with the columns that
/// jobs read.
fn parquet() -> (Project, PathBuf) {
    let project = Project::new();
    let synth = ["synth", "--people", "300", "--seed", "3", "--out", "synth", "--data-sets", "hes-apc"];
    project.done(&[&synth[..], &["--fields", "linkage"]].concat());
    let folder = fs::read_dir(project.path("synth/hes_apc")).expect("a folder of files");
    let file = folder.map(|entry| entry.expect("a readable entry").path()).next().expect("one file");
    fs::rename(file, project.path("hospital.parquet")).expect("a writable folder");
    fs::remove_dir_all(project.path("synth")).expect("a writable folder");
    project.change("job.toml", "files = [\"hospital.csv\"]", "is = \"hes-apc\"\nfiles = [\"hospital.parquet\"]");
    let roles = JOB.split_once("[data_set.roles]").expect("roles").1.split_once("\n\n").expect("an end").0;
    project.change("job.toml", &format!("record_key = \"RECORD\"\n[data_set.roles]{roles}"), "");
    let path = project.path("hospital.parquet");
    (project, path)
}

#[test]
fn a_parquet_file_cut_short() {
    let (project, file) = parquet();
    project.done(&["check", "job.toml"]);
    let sound = fs::read(&file).expect("a Parquet file");
    let message = |bytes: &[u8]| {
        project.write("hospital.parquet", bytes);
        project.refused(&["run", "job.toml"])
    };
    assert_snapshot!(message(&sound[..sound.len() - 100]), @r"
    error: `hospital.parquet`: the Parquet file is cut short: its footer is missing
    hint: was the copy or export interrupted? copy or export the file again
    1 fault; nothing was written
    ");
    assert_snapshot!(message(&sound[..3]), @r"
    error: `hospital.parquet`: is not a Parquet file
    hint: check the path, or set `format` to what the file is
    1 fault; nothing was written
    ");
    assert_snapshot!(message(b""), @r"
    error: `hospital.parquet`: the file is empty (0 bytes)
    hint: was it copied or exported completely? leave it out if it is meant to hold nothing
    1 fault; nothing was written
    ");
    assert_snapshot!(message(HOSPITAL.as_bytes()), @r"
    error: `hospital.parquet`: is not a Parquet file
    hint: check the path, or set `format` to what the file is
    1 fault; nothing was written
    ");
}

#[test]
fn a_parquet_file_with_a_flipped_byte() {
    let (project, file) = parquet();
    let sound = fs::read(&file).expect("a Parquet file");
    let flipped = |at: usize| {
        let mut bytes = sound.clone();
        bytes[at] ^= 0xFF;
        project.write("hospital.parquet", bytes);
    };
    // The file begins with four letters, then the header of the first page.
    flipped(4);
    assert_snapshot!(project.refused(&["run", "job.toml"]), @r"
    error: `hospital.parquet`: row group 0 is damaged or holds text that is not UTF-8
    hint: copy or export the file again; part of it has been changed or lost
    1 fault; nothing was written
    ");
    // Elsewhere it may stand in a column that is not read, and the file has no checksum of
    // its own; what it never does is to end the program in any other way.
    let mut noticed = 0;
    for at in (0..sound.len()).step_by(sound.len() / 40) {
        flipped(at);
        let said = project.say(&["run", "job.toml", "--out", "out"]);
        assert!(!said.stderr.contains("an error of its own"), "byte {at}: {}", said.stderr);
        match said.code {
            0 => fs::remove_dir_all(project.path("out")).expect("a writable folder"),
            2 => {
                noticed += 1;
                assert!(!project.path("out").exists() && !project.path("out.partial").exists());
            }
            code => panic!("byte {at}: exit code {code}"),
        }
    }
    assert!(noticed > 10, "only {noticed} of 40 were noticed");
}

#[test]
fn a_file_of_records_is_no_job_and_nothing_of_it_is_shown() {
    let project = Project::new();
    project.write("people.csv", "id,surname\n1,Quarrendon\n");
    for verb in ["check", "plan", "run"] {
        let stderr = project.refused(&[verb, "people.csv"]);
        assert!(
            stderr.starts_with("error: `people.csv`: is a file of records by its name, and no job file"),
            "{stderr}"
        );
        assert!(stderr.contains("`counterfoil link`") && !stderr.contains("Quarrendon"), "{stderr}");
    }
}
