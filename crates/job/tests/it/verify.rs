//! `verify` accepts what was published and nothing else.

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt32Array, new_null_array};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::take::take_record_batch;
use counterfoil_job::evaluate::{Against, evaluate};
use counterfoil_job::verify::verify;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::folder::{Folder, Run};
use crate::products;

fn is_intact(run: &Run) -> bool {
    verify(&run.folder).is_ok_and(|verified| verified.problems.is_empty())
}

fn published() -> (Folder, Run) {
    let folder = Folder::new();
    let run = products::run(&folder, "", "out");
    (folder, run)
}

#[test]
fn a_run_is_as_it_was_published() {
    let (_folder, run) = published();
    let verified = verify(&run.folder).expect("the run can be read");
    assert_eq!(verified.problems, Vec::<String>::new());
    assert_eq!(verified.files, run.files().len());
}

#[test]
fn any_changed_byte_shows() {
    let (_folder, run) = published();
    for (name, bytes) in run.files() {
        let last = bytes.len() - 1;
        let mut places = vec![0, 1, last / 3, last / 2, 2 * last / 3, last - 1, last];
        places.dedup();
        for place in places {
            for change in [1, 0x80] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                fs::write(run.folder.join(&name), &changed).expect("the run directory is writable");
                assert!(!is_intact(&run), "`{name}`, byte {place}, changed by {change}");
            }
        }
        fs::write(run.folder.join(&name), &bytes).expect("the run directory is writable");
        assert!(is_intact(&run), "`{name}` is as it was");
    }
}

#[test]
fn any_byte_of_the_manifest_is_sealed() {
    let (_folder, run) = published();
    let file = run.folder.join("manifest.json");
    let bytes = fs::read(&file).expect("every run has a manifest");
    for place in (0..bytes.len()).step_by(37) {
        let mut changed = bytes.clone();
        changed[place] ^= 4;
        fs::write(&file, &changed).expect("the run directory is writable");
        assert!(!is_intact(&run), "byte {place}");
    }
}

#[test]
fn a_longer_or_shorter_file_shows() {
    let (_folder, run) = published();
    for (name, bytes) in run.files() {
        for changed in [bytes[..bytes.len() - 1].to_vec(), [bytes.as_slice(), b"\n"].concat(), Vec::new()] {
            fs::write(run.folder.join(&name), changed).expect("the run directory is writable");
            assert!(!is_intact(&run), "`{name}`");
        }
        fs::write(run.folder.join(&name), &bytes).expect("the run directory is writable");
    }
    assert!(is_intact(&run));
}

#[test]
fn an_added_or_missing_file_shows() {
    let (_folder, run) = published();
    for added in ["further.parquet", "extract/hospital/part-001.parquet", ".hidden", "extract/new/part-000.parquet"] {
        let file = run.folder.join(added);
        let is_new_folder = !file.parent().expect("a file lies in a folder").exists();
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the run directory is writable");
        fs::write(&file, b"").expect("the run directory is writable");
        assert!(!is_intact(&run), "`{added}` was added");
        fs::remove_file(&file).expect("the run directory is writable");
        if is_new_folder {
            fs::remove_dir(file.parent().expect("a file lies in a folder")).expect("the run directory is writable");
        }
    }
    for (name, bytes) in run.files() {
        let file = run.folder.join(&name);
        fs::remove_file(&file).expect("the run directory is writable");
        assert!(!is_intact(&run), "`{name}` is missing");
        fs::write(&file, bytes).expect("the run directory is writable");
    }
    assert!(is_intact(&run));
}

/// A table of a run directory, which states of itself what its schema's metadata says.
fn stored(run: &Run, name: &str) -> RecordBatch {
    let file = fs::File::open(run.folder.join(name)).expect("the run left this table");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
    let stated = reader.schema().metadata().clone();
    let batches: Vec<RecordBatch> =
        reader.build().expect("it can be read").map(|batch| batch.expect("it can be read")).collect();
    let [batch] = <[RecordBatch; 1]>::try_from(batches).expect("it is small");
    let schema = batch.schema().as_ref().clone().with_metadata(stated);
    RecordBatch::try_new(Arc::new(schema), batch.columns().to_vec()).expect("the columns are the same")
}

/// Puts another table in the place of one, and seals the manifest anew, as somebody would who
/// wants the change not to show.
fn replace(run: &Run, name: &str, batch: &RecordBatch) {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("it can be written");
    let stated = batch.schema().metadata().clone();
    for (key, value) in stated {
        writer.append_key_value_metadata(parquet::file::metadata::KeyValue::new(key, value));
    }
    writer.write(batch).expect("it can be written");
    writer.close().expect("it can be written");
    fs::write(run.folder.join(name), &bytes).expect("the run directory is writable");
    let mut manifest = run.manifest.clone();
    let output = manifest.outputs.iter_mut().find(|output| output.path == name).expect("the table is an output");
    output.bytes = bytes.len() as u64;
    output.blake3 = blake3::hash(&bytes).to_hex().to_string();
    let sealed = manifest.to_bytes().expect("a manifest can be written");
    fs::write(run.folder.join("manifest.json"), sealed).expect("the run directory is writable");
}

/// The one problem with a table that has been changed so.
fn problem(name: &str, change: impl FnOnce(RecordBatch) -> RecordBatch) -> String {
    let (folder, run) = published();
    replace(&run, name, &change(stored(&run, name)));
    let found = verify(&run.folder).expect("the run can be read").problems;
    let [problem] = <[String; 1]>::try_from(found).expect("one table was changed");
    // Nor are such links measured.
    folder.write("truth.csv", "row,person\n0,p\n");
    let against = Against { truth: folder.path().join("truth.csv"), ..Against::default() };
    let fault = evaluate(&run.folder, &against).map(drop).expect_err("the run is not in order");
    assert!(fault.message.ends_with(&problem), "{fault}");
    problem
}

fn restated(batch: &RecordBatch, key: &str, value: Option<&str>) -> RecordBatch {
    let mut stated = batch.schema().metadata().clone();
    match value {
        Some(value) => stated.insert(key.to_owned(), value.to_owned()),
        None => stated.remove(key),
    };
    let schema = batch.schema().as_ref().clone().with_metadata(stated);
    RecordBatch::try_new(Arc::new(schema), batch.columns().to_vec()).expect("the columns are the same")
}

fn with_column(batch: &RecordBatch, at: usize, field: Field, values: ArrayRef) -> RecordBatch {
    let mut fields: Vec<Field> = batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut columns = batch.columns().to_vec();
    fields[at] = field;
    columns[at] = values;
    let schema = Schema::new_with_metadata(fields, batch.schema().metadata().clone());
    RecordBatch::try_new(Arc::new(schema), columns).expect("columns are of one length")
}

fn rows(batch: &RecordBatch, rows: Vec<u32>) -> RecordBatch {
    take_record_batch(batch, &UInt32Array::from(rows)).expect("the rows are there")
}

#[test]
fn the_same_table_written_anew_passes() {
    for name in ["links.parquet", "persons.parquet", "bridge.parquet", "extract/register/part-000.parquet"] {
        let (_folder, run) = published();
        replace(&run, name, &stored(&run, name));
        assert!(is_intact(&run), "{name}: {:?}", verify(&run.folder).map(|verified| verified.problems));
    }
}

/// Links as version 2 of the table has them, before it said which rule found a pair.
#[test]
fn links_of_the_version_before_are_read() {
    let (folder, run) = published();
    let links = stored(&run, "links.parquet");
    let all_but_block: Vec<usize> = (0..links.num_columns() - 1).collect();
    let before = links.project(&all_but_block).expect("columns that are there");
    replace(&run, "links.parquet", &restated(&before, "counterfoil.table.version", Some("2")));
    assert!(is_intact(&run), "{:?}", verify(&run.folder).map(|verified| verified.problems));
    let linked = run.table("links.parquet", &["left_source", "left_row", "right_source", "right_row"]);
    let persons = linked.iter().zip(0..).map(|(link, person)| {
        let [left, left_row, right, right_row] = &link[..] else { panic!("four columns were asked for") };
        format!("{left},{left_row},p{person}\n{right},{right_row},p{person}\n")
    });
    folder.write("truth.csv", &format!("source,row,person\n{}", persons.collect::<String>()));
    let against = Against { truth: folder.path().join("truth.csv"), ..Against::default() };
    let found = evaluate(&run.folder, &against).expect("links of version 2");
    assert_eq!((found.overall.links, found.by_block.len()), (before.num_rows() as u64, 0));
    let later = problem("links.parquet", |batch| restated(&batch, "counterfoil.table.version", Some("2")));
    assert!(later.starts_with("links.parquet: columns are"), "{later}");
}

#[test]
fn a_table_that_breaks_its_contract_shows_under_a_new_seal() {
    let links = "links.parquet";
    let last = |batch: &RecordBatch| batch.num_rows() as u32 - 1;
    let turned = problem(links, |batch| rows(&batch, (0..=last(&batch)).rev().collect()));
    let order = "`left_source`, `left_row`, `right_source`, `right_row`";
    assert_eq!(turned, format!("links.parquet: row 1 is out of order; rows are sorted by {order}"));
    let repeated = problem(links, |batch| rows(&batch, [0].into_iter().chain(0..last(&batch)).collect()));
    assert_eq!(repeated, format!("links.parquet: rows 0 and 1 are equal in {order}"));
    let fewer = problem("persons.parquet", |batch| batch.slice(0, batch.num_rows() - 1));
    assert_eq!(fewer, "persons.parquet: has 15 rows, and 16 were published");
    let null = problem("persons.parquet", |batch| {
        with_column(
            &batch,
            3,
            Field::new("person", DataType::Utf8, true),
            new_null_array(&DataType::Utf8, batch.num_rows()),
        )
    });
    assert_eq!(null, "persons.parquet: row 0, column `person`: no value where one is due");
    let renamed = problem("persons.parquet", |batch| {
        let values = Arc::clone(batch.column(2));
        with_column(&batch, 2, Field::new("record", DataType::Utf8, true), values)
    });
    assert_eq!(
        renamed,
        "persons.parquet: columns are `source`, `row`, `record`, `person`; they should be `source`, `row`, `key`, `person`"
    );
    let typed = problem(links, |batch| {
        let words = Arc::new(StringArray::from(vec!["1"; batch.num_rows()]));
        with_column(&batch, 1, Field::new("left_row", DataType::Utf8, false), words)
    });
    assert_eq!(typed, "links.parquet: column `left_row` is Utf8View; it should be UInt64");
}

#[test]
fn a_table_says_what_it_is_and_of_which_version() {
    let (name, version) = ("counterfoil.table", "counterfoil.table.version");
    let unstated = problem("links.parquet", |batch| restated(&batch, name, None));
    assert_eq!(unstated, "links.parquet: does not state that it is the table `links`");
    let other = problem("links.parquet", |batch| restated(&batch, name, Some("bridge")));
    assert_eq!(other, "links.parquet: does not state that it is the table `links`");
    let later = problem("bridge.parquet", |batch| restated(&batch, version, Some("3")));
    assert_eq!(later, "bridge.parquet: is not of version 1 or 2 of the table `bridge`, which this program reads");
    let earlier = problem("bridge.parquet", |batch| restated(&batch, version, Some("1")));
    let columns = "`left_pseudonym`, `right_pseudonym`, `match_rank`";
    let due = format!("they should be {columns}, `match_probability`, `file_version`");
    assert_eq!(earlier, format!("bridge.parquet: columns are {columns}, `file_version`; {due}"));
    let deaths = "extract/register/part-000.parquet";
    let turned = problem(deaths, |batch| rows(&batch, (0..batch.num_rows() as u32).rev().collect()));
    assert_eq!(turned, format!("{deaths}: row 1 is out of order; rows are sorted by `TOKENID`"));
    let unknown = problem(deaths, |batch| restated(&batch, name, Some("tables")));
    assert_eq!(unknown, format!("{deaths}: states that it is a table that this program does not know"));
}
