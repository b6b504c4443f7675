//! Files, patterns and folders.

use counterfoil_store::{Format, FormatOptions, read_folder};
use insta::assert_snapshot;

use crate::reading::{content, faults, numbered, open, open_with, some, write, write_parquet};

#[test]
fn partition_folders_are_columns() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    write_parquet(&data.join("YEAR=2019/KIND=day%20case/b.parquet"), &numbered(1, 1), 10);
    write_parquet(&data.join("YEAR=2018/KIND=__HIVE_DEFAULT_PARTITION__/a.parquet"), &numbered(0, 1), 10);
    write(&data.join("YEAR=2018/_SUCCESS"), "");
    write(&data.join("YEAR=2018/.a.parquet.crc"), "x");
    write(&data.join("notes.md"), "x");
    let expected = [vec![Some("0".to_owned()), Some("2018".to_owned()), None], some(&["1", "2019", "day case"])];
    for patterns in
        [&["data"][..], &["data/"], &["data/*"], &["data/**/*.parquet"], &["data/YEAR=2019", "data/YEAR=2018"]]
    {
        // `data/*` also meets the notes, which are named then and not skipped.
        if patterns == ["data/*"] {
            std::fs::remove_file(data.join("notes.md")).expect("remove");
        }
        let table = open(folder.path(), patterns).expect("opens");
        assert_eq!(content(&table, &["ID", "YEAR", "KIND"]), expected, "{patterns:?}");
    }
}

#[test]
fn a_column_of_the_file_hides_the_folder() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("ID=9/a.parquet"), &numbered(0, 1), 10);
    let table = open(folder.path(), &["ID=9"]).expect("opens");
    assert_eq!(content(&table, &["ID"]), [some(&["0"])]);
}

#[test]
fn a_job_folder_with_pattern_characters_in_its_name() {
    let folder = tempfile::tempdir().expect("folder");
    let base = folder.path().join("run [1]*");
    write_parquet(&base.join("a[1].parquet"), &numbered(0, 1), 10);
    assert_eq!(open(&base, &["*.parquet"]).expect("a pattern").rows(), Some(1));
    assert_eq!(open(&base, &["a[1].parquet"]).expect("a name").rows(), Some(1));
}

#[test]
fn one_file_in_two_ways_is_one_file() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("data/b.parquet"), &numbered(0, 5), 10);
    std::os::unix::fs::symlink("data/b.parquet", folder.path().join("a.parquet")).expect("link");
    let absolute = folder.path().join("data/../data/b.parquet").display().to_string();
    let table = open(folder.path(), &["data", "a.parquet", &absolute]).expect("opens");
    assert_eq!(table.rows(), Some(5));
    assert_eq!(table.files()[0].path, folder.path().join("a.parquet"));
}

#[test]
fn links_that_lead_back_up_end() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("data/b.parquet"), &numbered(0, 5), 10);
    std::os::unix::fs::symlink("..", folder.path().join("data/up")).expect("link");
    assert_eq!(open(folder.path(), &["data"]).expect("opens").rows(), Some(5));
}

#[test]
fn every_fault_of_the_list_at_once() {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("empty.csv"), "");
    write(&folder.path().join("book.xlsx"), "PK");
    write(&folder.path().join("rows.csv.gz"), "");
    write(&folder.path().join("table.sas7bdat"), "");
    write(&folder.path().join("extract.dat"), "");
    write(&folder.path().join("nothing/readme.md"), "");
    let of_other_formats = ["book.xlsx", "rows.csv.gz", "table.sas7bdat", "extract.dat"];
    let patterns =
        [&["missing.csv", "data/*.parquet", "empty.csv"][..], &of_other_formats, &["nothing", "a[.csv"]].concat();
    assert_snapshot!(faults(folder.path(), open(folder.path(), &patterns)), @r#"
data_set.cohort.files: `missing.csv` does not exist (relative paths start at `BASE`)
data_set.cohort.files: `data/*.parquet` matches no file (relative patterns start at `BASE`; letters' case counts)
empty.csv: the file is empty (0 bytes) (was it copied or exported completely? leave it out if it is meant to hold nothing)
book.xlsx: cannot tell the format from the file's name (known are `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`; save the sheet as CSV, in UTF-8)
rows.csv.gz: cannot tell the format from the file's name (known are `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`; unpack the file first, or rename it if it is Parquet after all)
table.sas7bdat: cannot tell the format from the file's name (known are `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`; export the table as Parquet or CSV)
extract.dat: cannot tell the format from the file's name (known are `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows`; rename the file, or in a job set `format` to one of `parquet`, `csv`, `ipc`)
data_set.cohort.files: folder `nothing` holds no data file (files that end in `.parquet`, `.parq`, `.pq`, `.csv`, `.tsv`, `.psv`, `.txt`, `.arrow`, `.ipc`, `.feather`, `.arrows` are read, unless `format` says otherwise)
data_set.cohort.files: `a[.csv` is not a pattern: invalid range pattern (patterns know `*`, `?`, `[abc]` and `**`)
"#);
    assert_snapshot!(faults(folder.path(), open_with_none(&folder)), @"data_set.cohort.files: data set `cohort` lists no files (give at least one file, folder or pattern such as `data/*.parquet`)");
}

fn open_with_none(folder: &tempfile::TempDir) -> Result<counterfoil_store::Table, Vec<counterfoil_core::Fault>> {
    counterfoil_store::Table::open("cohort", folder.path(), &[], &FormatOptions::default()).map_err(|mut faults| {
        for fault in &mut faults {
            fault.hint.get_or_insert_default();
        }
        faults
    })
}

#[test]
fn the_format_may_be_given() {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("data/extract.dat"), "ID\n1\n");
    let options = FormatOptions { format: Some(Format::Csv), ..FormatOptions::default() };
    let table = open_with(folder.path(), &["data"], &options).expect("opens");
    assert_eq!(content(&table, &["ID"]), [some(&["1"])]);
}

/// A job named without a folder has the empty path as its base.
#[test]
fn relative_bases() {
    for (base, pattern) in [("", "src"), (".", "./src"), ("./src", "."), ("src", "*.rs")] {
        let options = FormatOptions { format: Some(Format::Parquet), ..FormatOptions::default() };
        // The crate's own sources are no Parquet files: that they are found is what counts.
        let faults = open_with(std::path::Path::new(base), &[pattern], &options).expect_err("not Parquet");
        let short = if base.ends_with("src") { "lib.rs" } else { "src/lib.rs" };
        assert!(faults.iter().any(|fault| fault.place == short), "{base} {pattern}: {faults:?}");
    }
}

#[test]
fn the_text_files_of_a_folder_are_read_by_name() {
    let folder = tempfile::tempdir().expect("folder");
    let at = |name: &str| folder.path().join(name);
    write(&at("b.toml"), "second");
    write(&at("a.TOML"), "first");
    write(&at(".hidden.toml"), "x");
    write(&at("notes.md"), "x");
    write(&at("c.toml/inner.toml"), "x");
    let found = read_folder(folder.path(), "toml").expect("two files");
    assert_eq!(found, [(at("a.TOML"), "first".to_owned()), (at("b.toml"), "second".to_owned())]);
    // Every file that cannot be read is told.
    write(&at("d.toml"), [0xff_u8]);
    write(&at("e.toml"), [0xfe_u8]);
    assert_eq!(read_folder(folder.path(), "toml").expect_err("two are no text").len(), 2);
    assert_eq!(read_folder(&at("nowhere"), "toml").expect_err("no folder").len(), 1);
    assert_eq!(read_folder(folder.path(), "txt").expect_err("none of these").len(), 1);
}
