//! Invariant 1: no cell value, token or key stands in any error, message, report or file but
//! those whose purpose it is.
//!
//! Every input of a job is filled with values that occur nowhere else ([`inputs`]). The
//! binary is then used in every way that ends well or badly, and every byte that it leaves
//! is searched for each value, its tokens and the keys ([`search`]). A value may only be
//! found where its purpose is, and there it must be found, or the search would prove nothing.

mod inputs;
mod search;
mod secrets;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::project::{Project, Said};
use inputs::{JOB, PEOPLE, birth_dates_as_written, deaths_csv, project};
use search::{Needle, Place, Searched};

/// Where record keys and quasi-identifiers may be, as `file: column`. The columns of an
/// extract are of tier QI; the dates of the extract of deaths are part of its contract.
const MAY_STAND: &[(&str, &[&str])] = &[
    ("EPIKEY", &["links.parquet: left_key", "persons.parquet: key"]),
    ("ledrid", &["links.parquet: right_key", "persons.parquet: key"]),
    ("LSOA11", &["extract/apc/part-000.parquet: LSOA11"]),
    ("PROCODET", &["extract/apc/part-000.parquet: PROCODET"]),
    (
        "EPISTART",
        &[
            "extract/apc/part-000.parquet: EPISTART",
            "extract/apc/part-000.parquet: EPIEND",
            "extract/apc/part-000.parquet: DISDATE",
        ],
    ),
    ("REG_DATE_OF_DEATH", &["extract/deaths/part-000.parquet: DOD"]),
    ("REG_DATE", &["extract/deaths/part-000.parquet: DOR"]),
];

/// Makes a project one that cannot be run.
type Spoil = fn(&Project);

/// Finds needles, and keeps which were found where they may stand.
struct Canary {
    project: Project,
    needles: Vec<Needle>,
    found: BTreeSet<(String, String)>,
}

impl Canary {
    fn new() -> Canary {
        let project = project();
        let mut needles = inputs::needles();
        needles.extend(secrets::needles());
        Canary { project, needles, found: BTreeSet::new() }
    }

    /// Runs a command and searches what it says and every file that it leaves.
    fn say(&mut self, arguments: &[&str]) -> Said {
        let before = self.project.content();
        let said = self.project.say(arguments);
        let mut searched = Searched::default();
        searched.add_text("stdout", &said.stdout);
        searched.add_text("stderr", &said.stderr);
        for (path, bytes) in self.project.content() {
            let name = path.strip_prefix(self.project.folder.path()).expect("a path below").display().to_string();
            searched.add_text("a file's name", &name);
            if let Some(bytes) = bytes.as_ref().filter(|_| before.get(&path) != Some(&bytes)) {
                let name = name.split_once('/').map_or(name.as_str(), |(_, name)| name);
                searched.add_file(name, bytes);
            }
        }
        self.judge(arguments, &searched);
        said
    }

    fn judge(&mut self, arguments: &[&str], searched: &Searched) {
        for (needle, place) in searched.find(&self.needles) {
            let may = MAY_STAND.iter().find(|(kind, _)| *kind == needle.kind).map_or(&[][..], |(_, places)| places);
            let is_declared = match &place {
                Place::Column { .. } => may.contains(&place.to_string().as_str()),
                // A Parquet file holds its columns' smallest and largest values in clear.
                Place::Bytes(file) => may.iter().any(|place| place.split(':').next() == Some(file)),
                Place::Text(_) => false,
            };
            // Says which kind of value it is; a canary shows no value either.
            assert!(is_declared, "{arguments:?} shows a value of `{}` in {place}", needle.kind);
            self.found.insert((needle.kind.clone(), place.to_string()));
        }
    }

    fn done(&mut self, arguments: &[&str]) {
        let said = self.say(arguments);
        assert_eq!(said.code, 0, "{arguments:?} failed: {}", said.stderr);
    }

    /// Every verb that reads the job or its inputs; a run must be refused.
    fn refused(&mut self, because: &str) {
        for verb in ["check", "plan", "run"] {
            for json in [&[][..], &["--json"]] {
                let before = self.project.content();
                let said = self.say(&[&[verb, "job.toml"], json].concat());
                assert_eq!(self.project.content(), before, "`{verb}` left something behind: {because}");
                assert!(verb != "run" || said.code == 2, "a run was not refused: {because}");
            }
        }
    }
}

#[test]
fn a_run_shows_values_only_where_their_purpose_is() {
    let mut canary = Canary::new();
    for json in [&[][..], &["--json"]] {
        canary.done(&[&["check", "job.toml"], json].concat());
        canary.done(&[&["plan", "job.toml"], json].concat());
        let out = if json.is_empty() { "out" } else { "out-json" };
        canary.done(&[&["run", "job.toml", "--out", out], json].concat());
        canary.done(&[&["verify", out], json].concat());
        canary.done(&[&["evaluate", out, "--truth", "truth.csv"], json].concat());
        canary.done(&[&["key", "show", "project.key"], json].concat());
    }
    for (kind, places) in MAY_STAND {
        for place in *places {
            let found = canary.found.contains(&((*kind).to_owned(), (*place).to_owned()));
            assert!(found, "`{kind}` should be found in `{place}`, so either the run or the search is broken");
        }
    }
    let rejects = fs::read(canary.project.path("out/rejects.parquet")).expect("a reject table");
    assert!(search::columns(&rejects).iter().any(|(name, cells)| name == "rule" && cells.len() > 2), "no bad row");
}

/// The register stands for imaging records and for a person index; both are described in the
/// job, and neither has a person key.
#[test]
fn records_attached_and_persons_bridged_show_no_more() {
    let mut canary = Canary::new();
    for (job, out) in [(inputs::IMAGING_JOB, "imaging"), (inputs::BRIDGE_JOB, "bridge")] {
        canary.project.write("job.toml", job);
        for json in [&[][..], &["--json"]] {
            let out = format!("{out}{}", json.len());
            canary.done(&[&["check", "job.toml"], json].concat());
            canary.done(&[&["plan", "job.toml"], json].concat());
            canary.done(&[&["run", "job.toml", "--out", &out], json].concat());
        }
    }
    canary.project.write("people.csv", "person,region\nnobody,North\n");
    // The imaging records are those of the register.
    canary.project.write("truth.csv", inputs::truth_csv().replace("deaths,", "imaging,"));
    let evaluate = ["evaluate", "imaging0", "--truth", "truth.csv", "--people", "people.csv"];
    canary.done(&[&evaluate[..], &["--by", "source"]].concat());
    for column in ["person", "key"] {
        assert_eq!(canary.say(&[&evaluate[..], &["--by", column]].concat()).code, 2, "`{column}` is no category");
    }
    let bridge = fs::read(canary.project.path("bridge0/bridge.parquet")).expect("a bridging file");
    let pairs = search::columns(&bridge).into_iter().find(|(name, _)| name == "right_pseudonym").expect("a column");
    assert!(pairs.1.len() > 2, "nobody is bridged, so the search proves nothing");
}

/// By a model, in token and in trusted mode; also where a pair is explained.
#[test]
fn linkages_by_a_model_show_no_more() {
    let mut canary = Canary::new();
    canary.project.write("register.csv", "source,row,person\nmental,0,a\nmental,1,a\napc,0,a\n");
    for (job, out, pair) in
        [(inputs::SCORED_JOB, "token", ["apc:0", "mental:0"]), (inputs::TRUSTED_JOB, "trusted", ["0", "mental:1"])]
    {
        canary.project.write("job.toml", job);
        for json in [&[][..], &["--json"]] {
            let out = format!("{out}{}", json.len());
            canary.done(&[&["check", "job.toml"], json].concat());
            canary.done(&[&["plan", "job.toml"], json].concat());
            canary.done(&[&["run", "job.toml", "--out", &out], json].concat());
            canary.done(&[&["verify", &out], json].concat());
            canary.done(&[&["explain", &out, pair[0], pair[1]], json].concat());
            let spells =
                canary.say(&[&["explain", &out, "--record-keys", PEOPLE[0].surname, "mental:"], json].concat());
            assert_eq!(spells.code, 2, "no record has these keys");
            canary.done(&[&["evaluate", &out, "--truth", "register.csv"], json].concat());
        }
    }
    let links = fs::read(canary.project.path("token0/links.parquet")).expect("links");
    let keys = search::columns(&links).into_iter().find(|(name, _)| name == "left_key").expect("a column");
    assert!(keys.1.len() > 2, "nothing is linked, so the search proves nothing");
    // The inputs are others now, or the run is.
    canary.project.write("deaths.csv", deaths_csv().replace(PEOPLE[0].surname, PEOPLE[4].surname));
    assert_eq!(canary.say(&["explain", "token0", "apc:0", "mental:0"]).code, 2);
    canary.project.write("token0/model.toml", deaths_csv());
    assert_eq!(canary.say(&["explain", "token0", "apc:0", "mental:0"]).code, 2);
}

#[test]
fn linkages_by_a_model_that_fail_show_no_value() {
    let estimate = "[linkage.estimate]\nblock = [ { on = [\"birth_date\"] }, { on = [\"deletions(postcode)\"] } ]\n";
    let faults: [(&str, &str, Spoil); 8] = [
        ("the wrong file as a model", "model = \"deaths.csv\"\n", |_| {}),
        ("the wrong file as settings of Splink", "model = \"wrong.json\"\n", |p| p.write("wrong.json", deaths_csv())),
        ("the wrong file as labels", "estimate = { labels = \"deaths.csv\" }\n", |_| {}),
        ("labels of rows that are not there", "estimate = { labels = \"labels.csv\" }\n", |p| {
            let first = &PEOPLE[0];
            let header = "left_source,left_row,right_source,right_row,match";
            p.write("labels.csv", format!("{header}\n{},{},{},1,1\n", first.surname, first.nhs_number, first.postcode));
        }),
        ("a truth column that one side has", "estimate = { truth_column = \"snamd\" }\n", |_| {}),
        (
            "a comparison of no such field",
            "estimate = { comparison = [ { level = [ { when = \"exact(snamd)\" }, { when = \"else\" } ] } ] }\n",
            |_| {},
        ),
        ("a column is missing", "estimate = {}\n", |p| p.change("deaths.csv", "pcdr", "home")),
        ("no header", "estimate = {}\n", |p| p.write("deaths.csv", deaths_csv().split_once('\n').expect("rows").1)),
    ];
    for (because, linkage, spoil) in faults {
        let mut canary = Canary::new();
        assert!(inputs::SCORED_JOB.contains(estimate), "the estimate is replaced");
        canary.project.write("job.toml", inputs::SCORED_JOB.replace(estimate, linkage));
        spoil(&canary.project);
        canary.refused(because);
    }
}

#[test]
fn a_run_that_others_spoilt_shows_no_value() {
    let mut canary = Canary::new();
    canary.done(&["run", "job.toml", "--out", "out"]);
    let first = &PEOPLE[0];
    for json in [&[][..], &["--json"]] {
        // The wrong file as truth, a truth with a bad line, a run that has been changed.
        assert_eq!(canary.say(&[&["evaluate", "out", "--truth", "deaths.csv"], json].concat()).code, 2);
        assert_eq!(canary.say(&[&["evaluate", "out", "--truth", "apc.parquet"], json].concat()).code, 2);
        let truth = inputs::truth_csv();
        canary.project.write("bad-truth.csv", format!("{truth}apc,{},{},one,too,many\n", first.episode, first.surname));
        assert_eq!(canary.say(&[&["evaluate", "out", "--truth", "bad-truth.csv"], json].concat()).code, 2);
        canary.project.write("out/extra.csv", deaths_csv());
        assert_eq!(canary.say(&[&["verify", "out"], json].concat()).code, 1);
    }
    canary.project.write("out/manifest.json", format!("{{ \"job\": \"{}\" }}", first.nhs_number));
    assert_eq!(canary.say(&["verify", "out"]).code, 1);
    assert_eq!(canary.say(&["evaluate", "out", "--truth", "truth.csv"]).code, 2);
}

#[test]
fn runs_that_fail_show_no_value() {
    let columns = deaths_csv().lines().next().expect("a header").to_owned();
    let faults: [(&str, Spoil); 15] = [
        ("a column is missing", |p| p.change("deaths.csv", "REG_DATE_OF_DEATH", "WHEN")),
        ("no header", |p| p.write("deaths.csv", deaths_csv().split_once('\n').expect("rows").1)),
        ("a ragged row", |p| p.change("deaths.csv", PEOPLE[2].surname, &format!("{},x", PEOPLE[2].surname))),
        ("an open quote", |p| p.change("deaths.csv", PEOPLE[1].surname, &format!("\"{}", PEOPLE[1].surname))),
        ("the wrong encoding", |p| {
            let csv = deaths_csv().into_bytes();
            let at = deaths_csv().find(PEOPLE[4].surname).expect("a surname");
            p.write("deaths.csv", [&csv[..at], b"\xE9", &csv[at..]].concat());
        }),
        ("an unknown encoding", |p| {
            p.change("job.toml", "files = [\"deaths.csv\"]", "files = [\"deaths.csv\"]\nencoding = \"x\"");
        }),
        ("no date is one", |p| {
            let csv = birth_dates_as_written().iter().fold(deaths_csv(), |csv, (from, to)| csv.replace(from, to));
            p.write("deaths.csv", csv.replace("DEC_CONF_NHS_NUMBER_CLEAN", "x"));
        }),
        ("an unknown recipe", |p| p.change("job.toml", "\"hes-deaths\"", "\"hes-births\"")),
        ("a syntax fault", |p| p.change("job.toml", "[linkage]", "[linkage")),
        ("a Parquet file cut short", |p| {
            let bytes = fs::read(p.path("apc.parquet")).expect("our own file");
            p.write("apc.parquet", &bytes[..bytes.len() / 2]);
        }),
        ("a Parquet file with a damaged page", |p| {
            let mut bytes = fs::read(p.path("apc.parquet")).expect("our own file");
            bytes[4..40].fill(0xFF);
            p.write("apc.parquet", bytes);
        }),
        ("the output folder exists", |p| {
            fs::create_dir_all(p.path("runs/canary")).expect("a writable folder");
        }),
        ("a damaged key file", |p| p.change("project.key", secrets::KEY_TAIL, &secrets::KEY_TAIL.replace('f', "g"))),
        ("a key file that is too long", |p| p.change("project.key", secrets::KEY_TAIL, &secrets::KEY_TAIL.repeat(2))),
        ("a key file that others can read", |p| {
            fs::set_permissions(p.path("project.key"), fs::Permissions::from_mode(0o644)).expect("our own file");
        }),
    ];
    for (because, spoil) in faults {
        let mut canary = Canary::new();
        spoil(&canary.project);
        canary.refused(because);
    }
    let mut canary = Canary::new();
    let nothing = ",".repeat(columns.matches(',').count());
    canary.project.write("deaths.csv", format!("{columns}\n{}{nothing}\n", PEOPLE[0].registration));
    canary.refused("all identifiers are null");
}

/// What people put into a job file by mistake is not read out to them.
#[test]
fn a_key_in_a_job_file_is_not_shown() {
    let key = secrets::root_hex();
    for line in [
        format!("root = \"{key}\""),
        format!("root = \"keys/{key}\""),
        format!("demo = \"{key}\""),
        format!("root = {key}"),
        format!("key = \"{key}\""),
        format!("root = [\"{key}\"]"),
        format!("\"{key}\" = true"),
    ] {
        let mut canary = Canary::new();
        canary.project.write("job.toml", JOB.replace("root = \"project.key\"", &line));
        canary.refused("a key in the job file");
    }
}

/// The test of the test: each form of a planted value is found in text, in raw bytes and in
/// a compressed column.
#[test]
fn the_search_finds_what_is_there() {
    let needles = inputs::needles();
    let first = &PEOPLE[0];
    let spaced = format!("{} {} {}", &first.nhs_number[..3], &first.nhs_number[3..6], &first.nhs_number[6..]);
    for (kind, text) in [
        ("NEWNHSNO", first.nhs_number.to_owned()),
        ("NEWNHSNO", spaced),
        ("DOB", first.birth.to_owned()),
        ("DOB", first.birth.replace('-', "")),
        ("HOMEADD", first.postcode.to_lowercase()),
        ("HOMEADD", first.postcode.replace(' ', "")),
        ("snamd", first.surname.to_uppercase()),
    ] {
        let mut searched = Searched::default();
        searched.add_text("stdout", &format!("before {text} after"));
        let found = searched.find(&needles);
        assert!(found.iter().any(|(needle, _)| needle.kind == kind), "`{kind}` is not found in text");
    }
    let mut searched = Searched::default();
    searched.add_file("apc.parquet", &inputs::apc_parquet());
    let found = searched.find(&needles);
    for column in ["NEWNHSNO", "DOB", "HOMEADD", "LOPATID", "TOKEN_PERSON_ID", "EPIKEY"] {
        let place = format!("apc.parquet: {column}");
        let is_found = |(needle, at): &(&Needle, Place)| needle.kind == column && at.to_string() == place;
        assert!(found.iter().any(is_found), "`{column}` is not found in its own column");
    }
    for needle in secrets::needles() {
        let mut searched = Searched::default();
        searched.add_file("x.bin", &[b"before".as_slice(), &needle.forms[0], b"after"].concat());
        assert!(!searched.find(&[needle]).is_empty(), "a secret is not found in raw bytes");
    }
}
