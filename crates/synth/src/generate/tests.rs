//! Tests of whole output folders, with small blocks so that a few thousand people fill
//! several waves and files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use counterfoil_core::{ErrorKind, Silent};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;
use crate::FieldChoice;

const SMALL: Sizes = Sizes { people_per_block: 128, blocks_per_part: 8 };

fn run(spec: &SynthSpec, out: &Path, threads: usize) -> SynthReport {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
    pool.install(|| generate_in(spec, SMALL, out, &Silent)).expect("the population is written")
}

/// Every file below a folder with its content, by path.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(content(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("a file"));
        }
    }
    all
}

fn read(path: &Path) -> Vec<RecordBatch> {
    let file = File::open(path).expect("a Parquet file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file").build();
    reader.expect("a reader").map(|batch| batch.expect("rows")).collect()
}

/// A text column of all files of a folder in path order.
fn texts(folder: &Path, column: &str) -> Vec<String> {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).flat_map(|batch| column_of(&batch, column)).collect()
}

fn column_of(batch: &RecordBatch, column: &str) -> Vec<String> {
    let column = batch.column_by_name(column).expect("a column").as_string::<i32>();
    column.iter().map(|value| value.unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_same_bytes_on_1_2_and_8_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = SynthSpec::new(3_000, 5);
    let outputs = [1, 2, 8].map(|threads| {
        let out = folder.path().join(threads.to_string());
        let report = run(&spec, &out, threads);
        (report, content(&out))
    });
    assert!(outputs[0].1.contains_key("hes_apc/part-002.parquet"), "several files");
    assert!(outputs[0] == outputs[1] && outputs[0] == outputs[2]);
    let out = folder.path().join("other");
    run(&SynthSpec::new(3_000, 6), &out, 2);
    assert!(content(&out)["truth.parquet"] != outputs[0].1["truth.parquet"], "another seed, other people");
}

#[test]
fn the_order_of_the_data_sets_does_not_matter_and_each_can_be_had_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = |name: &str| folder.path().join(name);
    let mut spec = SynthSpec::new(600, 5);
    run(&spec, &out("both"), 2);
    spec.data_sets.reverse();
    run(&spec, &out("reversed"), 2);
    spec.data_sets = vec!["deaths".to_owned()];
    let report = run(&spec, &out("deaths"), 2);
    let (both, reversed, deaths) = (content(&out("both")), content(&out("reversed")), content(&out("deaths")));
    assert!(both == reversed);
    assert_eq!(both["deaths/part-000.parquet"], deaths["deaths/part-000.parquet"]);
    assert!(!deaths.keys().any(|path| path.starts_with("hes_apc")));
    assert_eq!(report.rows.len(), 1);
}

#[test]
fn the_truth_covers_every_row_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let spec = SynthSpec::new(3_000, 5);
    let report = run(&spec, &out, 2);
    let mut truth: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
    // The other person of rows that are about two, by what the catalogue calls them.
    let mut others = Others::new();
    for batch in read(&out.join("truth.parquet")) {
        let rows = batch.column_by_name("row").expect("a column").as_primitive::<UInt64Type>();
        let persons = batch.column_by_name("person").expect("a column").as_primitive::<UInt64Type>();
        assert!(persons.values().iter().all(|person| *person < spec.people));
        let keyed = column_of(&batch, "source").into_iter().zip(rows.values()).zip(column_of(&batch, "key"));
        let about = column_of(&batch, "about").into_iter().zip(persons.values());
        for (((source, row), key), (about, person)) in keyed.zip(about) {
            if let ("msds", "baby") | ("msds/baby", "mother") = (source.as_str(), about.as_str()) {
                let of = others.entry((source, about)).or_default();
                assert!(of.insert(*row, (key, *person)).is_none(), "the other of a row twice");
                continue;
            }
            let own = match source.as_str() {
                "msds" => "mother",
                "msds/baby" => "baby",
                _ => "",
            };
            assert_eq!(about, own, "{source}");
            assert!(truth.entry(source).or_default().insert(*row, key).is_none(), "a row twice");
        }
    }
    let tables = [
        ("hes-apc", "hes_apc", "EPIKEY"),
        ("hes-op", "hes_op", "ATTENDKEY"),
        ("hes-ae", "hes_ae", "AEKEY"),
        ("ecds", "ecds", "ECDSKEY"),
        ("did", "did", "SUBMISSIONDATAID"),
        ("deaths", "deaths", "ledrid"),
        ("proms", "proms", "PROMS_SERIAL_NO"),
        ("msds", "msds", "UniqPregID"),
        ("msds/baby", "msds_baby", "Pseudo_UniqueLocalFetalID"),
        ("pds", "pds_person", "NHS_NUMBER"),
        ("pds/merger", "pds_merger", "SUPERSEDED_NHS_NUMBER"),
    ];
    for keys in truth.values().map(|rows| rows.values().collect::<Vec<_>>()) {
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "record keys are unique");
    }
    for (name, folder, key) in tables {
        let keys = texts(&out.join(folder), key);
        let of_truth: Vec<String> = truth[name].values().cloned().collect();
        assert_eq!(truth[name].keys().copied().collect::<Vec<u64>>(), (0..keys.len() as u64).collect::<Vec<_>>());
        assert!(of_truth == keys, "keys of {name}");
        assert!(report.rows.contains(&(name.to_owned(), keys.len() as u64)));
    }
    check_others(&out, &truth, &others);
}

/// By source and whom a row is also about: key and person, by row.
type Others = BTreeMap<(String, String), BTreeMap<u64, (String, u64)>>;

/// Rows of `msds` with a baby's key have a baby in the truth, and those of `msds/baby` a
/// mother; under the keys of their rows, and mother of baby as the people have it.
fn check_others(out: &Path, truth: &BTreeMap<String, BTreeMap<u64, String>>, others: &Others) {
    let of = |source: &str, about: &str| &others[&(source.to_owned(), about.to_owned())];
    let (babies, mothers) = (of("msds", "baby"), of("msds/baby", "mother"));
    let baby_keys = texts(&out.join("msds"), "Person_ID_Baby");
    let with_baby: Vec<u64> = (0..).zip(&baby_keys).filter(|(_, key)| !key.is_empty()).map(|(row, _)| row).collect();
    assert!(babies.len() > 50 && babies.keys().copied().collect::<Vec<_>>() == with_baby);
    assert!(mothers.keys().eq(truth["msds/baby"].keys()));
    for (source, rows) in [("msds", babies), ("msds/baby", mothers)] {
        assert!(rows.iter().all(|(row, (key, _))| truth[source][row] == *key), "keys of {source}");
    }
    let mut mother_of = BTreeMap::new();
    for batch in read(&out.join("people.parquet")) {
        let people = batch.column_by_name("person").expect("a column").as_primitive::<UInt64Type>();
        let mothers = batch.column_by_name("mother").expect("a column").as_primitive::<UInt64Type>();
        mother_of.extend(people.iter().zip(mothers.iter()));
    }
    let mothers_of_babies: BTreeSet<u64> = mothers.values().map(|(_, mother)| *mother).collect();
    for (_, baby) in babies.values() {
        let mother = mother_of[&Some(*baby)].expect("who is born within the ten years has a mother");
        assert!(mothers_of_babies.contains(&mother), "the mother of a baby that a booking names");
    }
}

#[test]
fn the_columns_are_those_of_the_catalogue() {
    let catalogue = counterfoil_catalogue::Catalogue::built_in();
    // A cohort is whatever its researchers made it: it has no entry.
    for table in SynthSpec::new(1, 0).chosen().into_iter().filter(|table| table.name() != "cohort") {
        let entry = catalogue.data_set(table.name()).expect("a catalogue entry");
        let header: Vec<String> =
            table.schema(&FieldChoice::All).fields().iter().map(|field| field.name().clone()).collect();
        for column in &header {
            assert!(entry.field(column).is_some(), "`{column}` of {}", table.name());
        }
        // The main tables of data sets are those that are linked, on what their entries say.
        for role in &entry.link.by {
            assert!(table.name().contains('/') || entry.role(role, &header).is_ok(), "{role} of {}", table.name());
        }
        assert!(entry.record_key(&header).is_ok());
    }
}

#[test]
fn the_people_are_those_of_the_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let spec = SynthSpec::new(2_000, 5);
    run(&spec, &out, 2);
    let people = read(&out.join("people.parquet"));
    let number = |batch: &RecordBatch| batch["person"].as_primitive::<UInt64Type>().values().to_vec();
    assert!(people.iter().flat_map(number).eq(0..spec.people));
    let world = World::new(spec.seed, spec.people);
    let lives = world.lives(0..spec.people);
    let column = |name: &str| people.iter().flat_map(|batch| column_of(batch, name)).collect::<Vec<_>>();
    let sexes: Vec<&str> = lives.iter().map(|life| if life.person.sex == 1 { "male" } else { "female" }).collect();
    let places: Vec<&str> = lives
        .iter()
        .map(|life| life.death.as_ref().map_or("", |death| if death.in_hospital { "hospital" } else { "elsewhere" }))
        .collect();
    assert!(column("sex") == sexes && column("death_place") == places);
    let ethnicities: Vec<&str> = lives.iter().map(|life| life.person.ethnicity).collect();
    assert!(column("ethnicity") == ethnicities);
    let mothers = people.iter().flat_map(|batch| batch["mother"].as_primitive::<UInt64Type>().iter());
    assert!(mothers.eq(lives.iter().map(|life| life.kin.mother)));
}

#[test]
fn the_cohort_is_one_csv_file_however_many_blocks_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut spec = SynthSpec::new(3_000, 5);
    spec.data_sets = vec!["cohort".to_owned()];
    let report = run(&spec, &out, 2);
    let text = fs::read_to_string(out.join("cohort.csv")).expect("a file");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("STUDY_ID,FORENAME,MIDDLE_NAME,SURNAME,DOB,SEX,POSTCODE,NHS_NUMBER"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(report.rows, [("cohort".to_owned(), rows.len() as u64)]);
    assert!(rows.len() > 50 && rows.iter().all(|row| row.len() == 8));
    let ids: BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(ids.len(), rows.len());
    let keys: Vec<String> = read(&out.join("truth.parquet")).iter().flat_map(|batch| column_of(batch, "key")).collect();
    assert!(rows.iter().map(|row| row[0]).eq(keys.iter().map(String::as_str)));
}

#[test]
fn the_manifest_lists_every_file_and_nothing_else_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    run(&SynthSpec::new(300, 5), &out, 2);
    let mut files = content(&out);
    let manifest: serde_json::Value =
        serde_json::from_slice(&files.remove("manifest.json").expect("a manifest")).expect("JSON");
    let listed: Vec<(String, String)> = (manifest["files"].as_array().expect("a list").iter())
        .map(|file| {
            (file["path"].as_str().expect("a path").to_owned(), file["blake3"].as_str().expect("a hash").to_owned())
        })
        .collect();
    let there: Vec<(String, String)> =
        files.iter().map(|(path, bytes)| (path.clone(), blake3::hash(bytes).to_hex().to_string())).collect();
    assert_eq!(listed, there);
    assert!(files.contains_key("README.md") && files.contains_key("communal_postcodes.csv"));
    assert_eq!(manifest["spec"]["people"], 300);
}

#[test]
fn a_faulty_spec_or_an_existing_folder_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let fault = generate(&SynthSpec::new(0, 1), &out, &Silent).expect_err("no people");
    assert_eq!((fault.kind, fault.place.as_str()), (ErrorKind::BadSpec, "people"));
    assert_eq!(content(folder.path()).len(), 0);
    fs::create_dir(&out).expect("a folder");
    let fault = generate(&SynthSpec::new(10, 1), &out, &Silent).expect_err("the folder exists");
    assert_eq!(fault.kind, ErrorKind::Environment);
    assert_eq!(content(folder.path()).len(), 0);
}

#[test]
fn a_population_of_one_is_a_population() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..3 {
        run(&SynthSpec::new(1, seed), &folder.path().join(seed.to_string()), 1);
    }
}
