//! The same inputs give the same bytes, however many threads there are and however the
//! files are listed; the same rows give the same links, however they lie in files.

use parquet::file::properties::WriterProperties;

use crate::folder::{Folder, Run};
use crate::world::{Size, World};

const APC: [&str; 8] = ["EPIKEY", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART", "TOKEN_PERSON_ID", "DISMETH"];
const OP: [&str; 7] = ["ATTENDKEY", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "APPTDATE", "TOKEN_PERSON_ID"];
const REGISTER: [&str; 6] = ["entry", "number", "born", "sex", "home", "died"];

const SIZE: Size = Size { rows: 400, persons: 70, deaths: 90, numbers: 45, dead: 0 };

/// Rows of the three data sets, some with a number that is refused.
struct Rows {
    apc: Vec<Vec<String>>,
    op: Vec<Vec<String>>,
    register: Vec<Vec<String>>,
}

impl Rows {
    fn new(seed: u64) -> Rows {
        let world = World::new(seed, &SIZE);
        let hes = |(i, mut row): (usize, Vec<String>)| {
            if let Some((outward, inward)) = row[4].clone().split_once(' ') {
                row[4] = format!("{outward:<5}{inward}");
            }
            if i % 29 == 0 {
                "4836044503".clone_into(&mut row[1]);
            }
            row
        };
        let mut apc: Vec<Vec<String>> = world.hospital().into_iter().enumerate().map(hes).collect();
        let op = apc.split_off(250);
        for (i, row) in apc.iter_mut().enumerate() {
            row.push(if i % 17 == 0 { "4" } else { "1" }.to_owned());
        }
        Rows { apc, op, register: world.register() }
    }
}

/// A job over these files, listed as TOML.
fn job(apc: &str, op: &str, register: &str) -> String {
    format!(
        r#"
version = 1
name = "determinism"
[keys]
demo = true
[[data_set]]
name = "inpatients"
is = "hes-apc"
files = {apc}
[[data_set]]
name = "appointments"
is = "hes-op"
files = {op}
[[data_set]]
name = "register"
files = {register}
record_key = "entry"
[data_set.roles]
nhs_number = "number"
birth_date = "born"
sex = "sex"
postcode = "home"
death_date = "died"
[linkage]
left = ["inpatients", "appointments"]
right = "register"
recipe = "hes-deaths"
[[output]]
kind = "links"
[[output]]
kind = "persons"
[[output]]
kind = "bridge"
[[output]]
kind = "extract"
data_set = "inpatients"
[[output]]
kind = "extract"
data_set = "appointments"
[[output]]
kind = "extract"
data_set = "register"
"#
    )
}

#[test]
fn the_same_job_gives_the_same_bytes() {
    let rows = Rows::new(7);
    let folder = Folder::new();
    for (name, rows) in ["a", "b", "c"].iter().zip(rows.apc.chunks(90)) {
        folder.parquet(&format!("{name}.parquet"), &APC, rows, 20);
    }
    for (name, rows) in ["e", "f"].iter().zip(rows.op.chunks(100)) {
        folder.csv(&format!("{name}.csv"), &OP, rows);
    }
    for (name, rows) in ["h", "i"].iter().zip(rows.register.chunks(50)) {
        folder.parquet(&format!("{name}.parquet"), &REGISTER, rows, 15);
    }
    let listed =
        job(r#"["a.parquet", "b.parquet", "c.parquet"]"#, r#"["e.csv", "f.csv"]"#, r#"["h.parquet", "i.parquet"]"#);
    let turned =
        job(r#"["c.parquet", "a.parquet", "b.parquet"]"#, r#"["f.csv", "e.csv"]"#, r#"["i.parquet", "h.parquet"]"#);
    let first = folder.run_at(&listed, "one", 1);
    assert!(first.links().len() > 20, "the data is dense enough to mean something");
    assert!(first.manifest.rejects > 0);
    for (job, out, threads) in [(&listed, "two", 2), (&listed, "eight", 8), (&turned, "turned", 8)] {
        same_bytes(&first, &folder.run_at(job, out, threads), out);
    }
}

/// The same data, linked by a model of which everything is chosen and estimated, and by one with
/// rules and comparisons of the job's own.
#[test]
fn the_same_model_gives_the_same_bytes() {
    let rows = Rows::new(9);
    let folder = Folder::new();
    for (name, rows) in ["a", "b", "c"].iter().zip(rows.apc.chunks(90)) {
        folder.parquet(&format!("{name}.parquet"), &APC, rows, 20);
    }
    for (name, rows) in ["e", "f"].iter().zip(rows.op.chunks(100)) {
        folder.csv(&format!("{name}.csv"), &OP, rows);
    }
    for (name, rows) in ["h", "i"].iter().zip(rows.register.chunks(50)) {
        folder.parquet(&format!("{name}.parquet"), &REGISTER, rows, 15);
    }
    let own = r#"mode = "trusted"
[linkage.decide]
possible = { probability = 0.1 }
[linkage.estimate]
dependence = "model"
block = [
  { on = ["nhs_number"] },
  { on = ["birth_date"], near = { by = "postcode", window = 5 } },
  { on = ["deletions(postcode)"], cap = 3000 } ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(nhs_number)" }, { when = "levenshtein(nhs_number) <= 2" }, { when = "else" } ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(birth_date)", term_frequency = { of = "birth_date" } }, { when = "days(birth_date) <= 400" }, { when = "else" } ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(postcode)" }, { when = "else" } ]
[[linkage.estimate.comparison]]
level = [ { when = "exact(sex)" }, { when = "else" } ]
"#;
    for (name, linkage) in [("chosen", "estimate = {}\n"), ("own", own)] {
        let listed = |linkage| {
            scored(
                r#"["a.parquet", "b.parquet", "c.parquet"]"#,
                r#"["e.csv", "f.csv"]"#,
                r#"["h.parquet", "i.parquet"]"#,
                linkage,
            )
        };
        let turned = scored(
            r#"["c.parquet", "a.parquet", "b.parquet"]"#,
            r#"["f.csv", "e.csv"]"#,
            r#"["i.parquet", "h.parquet"]"#,
            linkage,
        );
        let first = folder.run_at(&listed(linkage), &format!("{name}-one"), 1);
        assert!(first.manifest.linkage.links > 10, "{name}: {} links say little", first.manifest.linkage.links);
        assert!(first.manifest.scored.as_ref().is_some_and(|scored| scored.pairs_compared > 500));
        for (job, threads) in [(&listed(linkage), 2), (&listed(linkage), 8), (&turned, 8)] {
            let out = format!("{name}-{threads}-{}", job == &turned);
            same_bytes(&first, &folder.run_at(job, &out, threads), &out);
        }
    }
}

/// The job, linked by a model.
fn scored(apc: &str, op: &str, register: &str, linkage: &str) -> String {
    let job = job(apc, op, register);
    let (data_sets, _) = job.split_once("[linkage]").expect("a linkage");
    let outputs = ["links\"", "persons\"", "bridge\"", "extract\"\ndata_set = \"appointments\""];
    let outputs = outputs.map(|kind| format!("[[output]]\nkind = \"{kind}\n")).concat();
    format!("{data_sets}[linkage]\nleft = [\"inpatients\", \"appointments\"]\nright = \"register\"\n{linkage}{outputs}")
}

/// Text in a Parquet file's dictionaries, without any, in dictionaries that are given up half way
/// through, and in a file that has none: a model reads them in ways of its own.
#[test]
fn how_text_is_encoded_does_not_matter_to_a_model() {
    let rows = Rows::new(9);
    let properties = || WriterProperties::builder().set_max_row_group_row_count(Some(100)).set_write_batch_size(16);
    let encodings = [
        ("throughout", properties()),
        ("nowhere", properties().set_dictionary_enabled(false)),
        ("at first", properties().set_dictionary_page_size_limit(256)),
    ];
    let mut folders = vec![("CSV", Folder::new(), "csv")];
    folders[0].1.csv("apc.csv", &APC, &rows.apc);
    folders[0].1.csv("op.csv", &OP, &rows.op);
    folders[0].1.csv("register.csv", &REGISTER, &rows.register);
    for (how, properties) in encodings {
        let folder = Folder::new();
        let properties = properties.build();
        folder.parquet_with("apc.parquet", &APC, &rows.apc, properties.clone());
        folder.parquet_with("op.parquet", &OP, &rows.op, properties.clone());
        folder.parquet_with("register.parquet", &REGISTER, &rows.register, properties);
        folders.push((how, folder, "parquet"));
    }
    let tables = |folder: &Folder, ending: &str| {
        let [apc, op, register] = ["apc", "op", "register"].map(|name| format!("[\"{name}.{ending}\"]"));
        let run = folder.run_at(&scored(&apc, &op, &register, "estimate = {}\n"), "out", 2);
        let of = |file: &str| run.table(file, &run.columns(file).iter().map(String::as_str).collect::<Vec<_>>());
        ["links.parquet", "persons.parquet", "bridge.parquet", "rejects.parquet"].map(of)
    };
    let plain = tables(&folders[0].1, folders[0].2);
    assert!(plain[0].len() > 10, "{} links say little", plain[0].len());
    for (how, folder, ending) in &folders[1..] {
        assert!(tables(folder, ending) == plain, "dictionaries {how} make a difference");
    }
}

fn same_bytes(first: &Run, other: &Run, out: &str) {
    let (first, other) = (first.files(), other.files());
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&first), names(&other), "{out}");
    assert!(first.len() >= 6, "links, persons, bridge, rejects, manifest, and extracts or model: {:?}", names(&first));
    for ((name, first), (_, other)) in first.iter().zip(&other) {
        assert!(first == other, "{out}: `{name}` differs");
    }
}

#[test]
fn how_rows_lie_in_files_does_not_matter() {
    let rows = Rows::new(8);
    let tables = |run: &Run| {
        let of = |file: &str| run.table(file, &run.columns(file).iter().map(String::as_str).collect::<Vec<_>>());
        [
            of("links.parquet"),
            of("persons.parquet"),
            of("bridge.parquet"),
            of("rejects.parquet"),
            of("extract/inpatients/*.parquet"),
            of("extract/appointments/*.parquet"),
            of("extract/register/*.parquet"),
        ]
    };
    let mut found = Vec::new();
    for row_group in [7, 64, 1000] {
        let folder = Folder::new();
        folder.parquet("apc.parquet", &APC, &rows.apc, row_group);
        folder.parquet("op.parquet", &OP, &rows.op, row_group);
        folder.parquet("register.parquet", &REGISTER, &rows.register, row_group);
        let job = job(r#"["apc.parquet"]"#, r#"["op.parquet"]"#, r#"["register.parquet"]"#);
        found.push((format!("row groups of {row_group}"), tables(&folder.run(&job, "out"))));
    }
    let folder = Folder::new();
    folder.csv("apc.csv", &APC, &rows.apc);
    folder.csv("op.csv", &OP, &rows.op);
    for (name, rows) in ["r1", "r2", "r3"].iter().zip(rows.register.chunks(31)) {
        folder.csv(&format!("{name}.csv"), &REGISTER, rows);
    }
    let job = job(r#"["apc.csv"]"#, r#"["op.csv"]"#, r#"["r*.csv"]"#);
    found.push(("CSV".to_owned(), tables(&folder.run(&job, "out"))));
    for (how, tables) in &found[1..] {
        for (i, (one, other)) in found[0].1.iter().zip(tables).enumerate() {
            assert!(one == other, "table {i} differs with {how}");
        }
    }
}
