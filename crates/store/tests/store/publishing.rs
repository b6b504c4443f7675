//! Output folders: what is visible when, and what is left behind.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, StringViewArray};
use arrow_schema::{DataType, Field, Schema};
use counterfoil_store::{Staging, run_folder, spill::SpillSet};
use insta::assert_snapshot;
use parquet::basic::Encoding;
use parquet::file::reader::FileReader;

use crate::reading::{batch, content, line, numbered, open, text};

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![Field::new("ID", DataType::Utf8, true)]))
}

fn names(folder: &Path) -> Vec<String> {
    run_folder::list(folder).expect("list")
}

#[test]
fn a_folder_appears_whole() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("results/run");
    let staging = Staging::begin(&out, "fingerprint").expect("begins");
    let mut writer = staging.writer("extract/apc/part.parquet", schema()).expect("writer");
    writer.write(&numbered(0, 70_000)).expect("write");
    writer.write(&batch(&[("ID", Arc::new(StringViewArray::from(vec![None, Some("x")])))])).expect("write");
    assert_eq!(writer.finish().expect("finish"), 70_002);
    staging.write_bytes("a.txt", b"hello").expect("write");
    assert!(!out.exists());
    let place = staging
        .publish(|files| {
            let listed: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.rows)).collect();
            assert_eq!(listed, [("a.txt", None), ("extract/apc/part.parquet", Some(70_002))]);
            assert_eq!((files[0].bytes, files[0].blake3), (5, blake3::hash(b"hello")));
            let part = folder.path().join("results/run.partial/extract/apc/part.parquet");
            assert_eq!(files[1].blake3, run_folder::hash(&part)?);
            assert_eq!(files[1].bytes, fs::metadata(&part).expect("file").len());
            Ok(b"{}".to_vec())
        })
        .expect("publishes");
    assert_eq!(place, out);
    assert_eq!(
        names(&folder.path().join("results")),
        ["run/a.txt", "run/extract/apc/part.parquet", "run/manifest.json"]
    );
    let table = open(&out, &["extract"]).expect("opens");
    assert_eq!(content(&table, &["ID"]).len(), 70_002);
}

/// The bytes do not depend on how rows arrive or in which of Arrow's text shapes.
#[test]
fn bytes_depend_on_rows_only() {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, batches: &[RecordBatch]| {
        let staging = Staging::begin(&folder.path().join(name), "f").expect("begins");
        let mut writer = staging.writer("t.parquet", schema()).expect("writer");
        for batch in batches {
            writer.write(batch).expect("write");
        }
        writer.finish().expect("finish");
        staging.publish(|_| Ok(Vec::new())).expect("publishes");
        fs::read(folder.path().join(name).join("t.parquet")).expect("read")
    };
    let whole = numbered(0, 100_000);
    let pieces: Vec<RecordBatch> = (0..100).map(|piece| whole.slice(piece * 1000, 1000)).collect();
    let views: StringViewArray = (0..100_000).map(|id| Some(id.to_string())).collect();
    let halves = [whole.slice(0, 40_000), whole.slice(40_000, 60_000)];
    let first = write("a", &[whole]);
    assert_eq!(first, write("b", &pieces));
    assert_eq!(first, write("d", &halves));
    assert_eq!(first, write("c", &[batch(&[("ID", Arc::new(views))])]));
    // Neither statistics nor a column index repeat a value outside the pages, and the text
    // column is a plain one.
    let footer = u32::from_le_bytes(first[first.len() - 8..first.len() - 4].try_into().expect("four bytes"));
    let footer = &first[first.len() - 8 - footer as usize..];
    assert!(!footer.windows(5).any(|five| five == b"99999"));
    assert!(footer.windows(11).any(|name| name == b"counterfoil"));
}

/// What a schema states stays with the file, in one order whatever that of the schema's map.
/// Keys and pseudonyms have a value of their own in every row, and a dictionary of them is only
/// more to write. Pseudonyms are of one length too, which is kept apart from them.
#[test]
fn only_what_repeats_is_written_in_dictionaries() {
    let folder = tempfile::tempdir().expect("folder");
    let staging = Staging::begin(&folder.path().join("run"), "f").expect("begins");
    let own: StringViewArray = (0..5000).map(|row| Some(format!("v{row}"))).collect();
    let shared: StringViewArray = (0..5000).map(|row| Some(format!("v{}", row % 9))).collect();
    let long: StringViewArray = (0..5000).map(|row| Some(format!("{row:032x}"))).collect();
    let rows = batch(&[("OWN", Arc::new(own)), ("SHARED", Arc::new(shared)), ("LONG", Arc::new(long))]);
    let mut writer = staging.writer("t.parquet", rows.schema()).expect("writer");
    writer.write(&rows).expect("write");
    writer.finish().expect("finish");
    staging.publish(|_| Ok(Vec::new())).expect("publishes");
    let file = fs::File::open(folder.path().join("run/t.parquet")).expect("file");
    let reader = parquet::file::reader::SerializedFileReader::new(file).expect("a Parquet file");
    let has_dictionary =
        |column: usize| reader.metadata().row_group(0).column(column).dictionary_page_offset().is_some();
    assert_eq!([has_dictionary(0), has_dictionary(1), has_dictionary(2)], [false, true, false]);
    let has_lengths_apart = |column: usize| {
        let mut encodings = reader.metadata().row_group(0).column(column).encodings();
        encodings.any(|encoding| encoding == Encoding::DELTA_LENGTH_BYTE_ARRAY)
    };
    assert_eq!([has_lengths_apart(0), has_lengths_apart(1), has_lengths_apart(2)], [false, false, true]);
    let read = content(&open(&folder.path().join("run"), &["t.parquet"]).expect("opens"), &["LONG"]);
    assert!(read.into_iter().zip(0..5000).all(|(cells, row)| cells == [Some(format!("{row:032x}"))]));
}

#[test]
fn a_table_says_what_it_is() {
    let folder = tempfile::tempdir().expect("folder");
    let stated = [("table", "sample"), ("version", "1"), ("a", "b"), ("z", "y")];
    let write = |name: &str| {
        let staging = Staging::begin(&folder.path().join(name), "f").expect("begins");
        let stated = stated.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let schema = Arc::new(schema().as_ref().clone().with_metadata(stated));
        staging.writer("t.parquet", schema).expect("writer").finish().expect("finish");
        staging.publish(|_| Ok(Vec::new())).expect("publishes");
        fs::read(folder.path().join(name).join("t.parquet")).expect("read")
    };
    let first = write("run0");
    assert!((1..8).all(|run| write(&format!("run{run}")) == first));
    let table = open(&folder.path().join("run0"), &["t.parquet"]).expect("opens");
    for (key, value) in stated {
        assert_eq!(table.stated(key), Some(value));
    }
    assert_eq!(table.stated("more"), None);
}

#[test]
fn nothing_is_left_of_a_dropped_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let staging = Staging::begin(&folder.path().join("a/b/run"), "f").expect("begins");
    staging.write_bytes("deep/er/file", b"x").expect("write");
    drop(staging);
    assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 0);
}

#[test]
fn a_second_run_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    let refused = |fingerprint: &str| line(folder.path(), &Staging::begin(&out, fingerprint).expect_err("refused"));
    let staging = Staging::begin(&out, "mine").expect("begins");
    assert_snapshot!(refused("mine"), @"BASE/run.partial: another run is writing here (wait for it to end, or choose another folder with `--out`)");
    staging.publish(|_| Ok(Vec::new())).expect("publishes");
    assert_snapshot!(refused("mine"), @"BASE/run: the output folder already exists (results are never overwritten: choose another folder with `--out`, or move this one away)");
    assert_eq!(names(&out), ["manifest.json"]);
}

#[test]
fn what_an_interrupted_run_left() {
    let folder = tempfile::tempdir().expect("folder");
    let (out, partial) = (folder.path().join("run"), folder.path().join("run.partial"));
    fs::create_dir_all(partial.join("extract")).expect("folder");
    fs::write(partial.join("extract/part.parquet"), b"half").expect("write");
    let refused = |fingerprint: &str| line(folder.path(), &Staging::begin(&out, fingerprint).expect_err("refused"));
    assert_snapshot!(refused("mine"), @"BASE/run.partial: exists and was not left by an interrupted run of this job (remove it if nobody needs it, or choose another folder with `--out`)");
    fs::write(partial.join("job.fingerprint"), "other").expect("write");
    assert_snapshot!(refused("mine"), @"BASE/run.partial: exists and was not left by an interrupted run of this job (remove it if nobody needs it, or choose another folder with `--out`)");
    assert_eq!(names(&partial), ["extract/part.parquet", "job.fingerprint"]);

    // A fingerprint cut short is taken for one's own only while nothing else is there.
    fs::write(partial.join("job.fingerprint"), "mi").expect("write");
    assert!(refused("mine").contains("was not left by an interrupted run of this job"));
    fs::write(partial.join("job.fingerprint"), "other").expect("write");

    let staging = Staging::begin(&out, "other").expect("its own");
    assert_eq!(names(&partial), ["job.fingerprint"]);
    staging.publish(|_| Ok(Vec::new())).expect("publishes");
    assert_eq!(names(&out), ["manifest.json"]);
}

#[test]
fn what_was_interrupted_before_anything_was_written() {
    for found in ["", "mi", "mine"] {
        let folder = tempfile::tempdir().expect("folder");
        let (out, partial) = (folder.path().join("run"), folder.path().join("run.partial"));
        fs::create_dir(&partial).expect("folder");
        fs::write(partial.join("job.fingerprint"), found).expect("write");
        drop(Staging::begin(&out, "mine").expect("its own"));
        assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 0);
    }
}

#[test]
fn a_file_or_link_in_the_way() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("run.partial"), b"x").expect("write");
    let fault = Staging::begin(&folder.path().join("run"), "f").expect_err("refused");
    assert_snapshot!(line(folder.path(), &fault), @"BASE/run.partial: exists and was not left by an interrupted run of this job (remove it if nobody needs it, or choose another folder with `--out`)");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).expect("link");
    let fault = Staging::begin(&folder.path().join("link"), "f").expect_err("refused");
    assert_snapshot!(line(folder.path(), &fault), @"BASE/link: the output folder already exists (results are never overwritten: choose another folder with `--out`, or move this one away)");
    let fault = Staging::begin(Path::new("/"), "f").expect_err("refused");
    assert_snapshot!(line(folder.path(), &fault), @"/: does not name an output folder (give a folder that does not exist yet, such as `results/run-1`)");
}

#[test]
fn failures_of_the_caller_leave_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    let staging = Staging::begin(&out, "f").expect("begins");
    let writer = staging.writer("t.parquet", schema()).expect("writer");
    let fault = staging.publish(|_| Ok(Vec::new())).expect_err("unfinished");
    assert_eq!(fault.message, "was begun and not finished");
    drop(writer);
    let staging = Staging::begin(&out, "f").expect("begins");
    let fault = staging.publish(|_| Err(counterfoil_core::Fault::bug("here", "no"))).expect_err("no manifest");
    assert_eq!(fault.message, "no");
    assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 0);
}

#[test]
fn paths_stay_inside() {
    let folder = tempfile::tempdir().expect("folder");
    let staging = Staging::begin(&folder.path().join("run"), "f").expect("begins");
    for path in ["../a", "/a", "", "a/../../b", "job.fingerprint"] {
        staging.write_bytes(path, b"x").expect_err("outside");
    }
    staging.write_bytes("a", b"x").expect("write");
    staging.write_bytes("a", b"y").expect_err("twice");
}

#[test]
fn spilled_rows_come_back_and_vanish() {
    let folder = tempfile::tempdir().expect("folder");
    let out = folder.path().join("run");
    let staging = Staging::begin(&out, "f").expect("begins");
    let columns = batch(&[
        ("ID", text(&[Some("a"), None])),
        ("V", Arc::new(StringViewArray::from(vec!["x", "a longer value than fits"]))),
    ]);
    let set = SpillSet::new(&staging, "activity", 3, columns.schema()).expect("a set");
    set.write(1, &columns).expect("write");
    set.write(1, &columns.slice(1, 1)).expect("write");
    set.write(2, &columns.slice(0, 0)).expect("write");
    let read = set.read(1).expect("read");
    assert_eq!(read, [columns.clone(), columns.slice(1, 1)]);
    assert!(set.read(1).expect("read").is_empty());
    assert!(set.read(0).expect("read").is_empty());
    set.write(0, &columns).expect("write");
    drop(set);
    staging.publish(|_| Ok(Vec::new())).expect("publishes");
    assert_eq!(names(&out), ["manifest.json"]);
}

#[test]
fn lines_of_text_become_a_table() {
    let folder = tempfile::tempdir().expect("folder");
    let staging = Staging::begin(&folder.path().join("out"), "job").expect("begin");
    let mut writer = staging.text_writer("cohort.csv", &["ID", "SEX"]).expect("open");
    writer.write(b"1,M\n2,F\n", 2).expect("write");
    writer.write(b"3,F\n", 1).expect("write");
    assert_eq!(writer.finish().expect("finish"), 3);
    let out = staging
        .publish(|files| {
            assert_eq!((files[0].path.as_str(), files[0].rows), ("cohort.csv", Some(3)));
            Ok(Vec::new())
        })
        .expect("publish");
    assert_eq!(fs::read(out.join("cohort.csv")).expect("file"), b"ID,SEX\n1,M\n2,F\n3,F\n");
}
