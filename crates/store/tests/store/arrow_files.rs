//! Arrow IPC in both forms, with every compression and with dictionaries.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{DictionaryArray, RecordBatch};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use insta::assert_snapshot;

use crate::reading::{batch, content, faults, numbered, open, some, text, write};

fn write_file(path: &Path, batches: &[RecordBatch], compression: Option<CompressionType>) {
    let options = IpcWriteOptions::default().try_with_compression(compression).expect("options");
    let file = File::create(path).expect("file");
    let mut writer = FileWriter::try_new_with_options(file, &batches[0].schema(), options).expect("writer");
    for batch in batches {
        writer.write(batch).expect("write");
    }
    writer.finish().expect("finish");
}

fn write_stream(path: &Path, batches: &[RecordBatch]) {
    let file = File::create(path).expect("file");
    let mut writer = StreamWriter::try_new(file, &batches[0].schema()).expect("writer");
    for batch in batches {
        writer.write(batch).expect("write");
    }
    writer.finish().expect("finish");
}

#[test]
fn both_forms_and_every_compression() {
    let folder = tempfile::tempdir().expect("folder");
    let batches: Vec<RecordBatch> = (0..10).map(|number| numbered(number * 30_000, 30_000)).collect();
    write_file(&folder.path().join("1.feather"), &batches, None);
    write_file(&folder.path().join("2.feather"), &batches, Some(CompressionType::LZ4_FRAME));
    write_file(&folder.path().join("3.arrow"), &batches, Some(CompressionType::ZSTD));
    write_stream(&folder.path().join("4.arrows"), &batches);
    let table = open(folder.path(), &["."]).expect("opens");
    assert_eq!(table.rows(), Some(1_200_000));
    let read = content(&table, &["ID"]);
    assert_eq!(read.len(), 1_200_000);
    let whole = read.iter().enumerate().all(|(at, row)| row[0].as_deref() == Some(&(at % 300_000).to_string()));
    assert!(whole);
}

#[test]
fn dictionaries_that_change_on_the_way() {
    let folder = tempfile::tempdir().expect("folder");
    let part = |values: [Option<&str>; 2]| {
        let sex: DictionaryArray<Int8Type> = values.into_iter().collect();
        batch(&[("ID", text(&[Some("1"), None])), ("SEX", Arc::new(sex))])
    };
    let batches = [part([Some("F"), Some("M")]), part([Some("other"), None])];
    write_stream(&folder.path().join("a.arrows"), &batches);
    let table = open(folder.path(), &["a.arrows"]).expect("opens");
    let sex: Vec<_> = content(&table, &["SEX"]).into_iter().map(|mut row| row.remove(0)).collect();
    let expected = [some(&["F", "M", "other"]), vec![None]].concat();
    assert_eq!(sex, expected);
}

#[test]
fn files_that_are_not_arrow_are_told_apart() {
    let folder = tempfile::tempdir().expect("folder");
    let whole = folder.path().join("whole.arrow");
    write_file(&whole, &[numbered(0, 10)], None);
    let bytes = std::fs::read(&whole).expect("read");
    write(&folder.path().join("cut.arrow"), &bytes[..bytes.len() - 1]);
    write_stream(&whole, &[numbered(0, 10)]);
    let stream = std::fs::read(&whole).expect("read");
    write(&folder.path().join("cut.arrows"), &stream[..stream.len() - 20]);
    write(&folder.path().join("old.feather"), b"FEA1 and so on FEA1");
    write(&folder.path().join("text.arrow"), b"ID,NAME\n1,x\n");
    let table = open(folder.path(), &["cut.arrow", "cut.arrows", "old.feather", "text.arrow"]);
    assert_snapshot!(faults(folder.path(), table), @r#"
cut.arrow: the Arrow file is cut short: its footer is missing (was the copy or export interrupted? copy or export the file again)
cut.arrows: the Arrow file is damaged or cut short (copy or export the file again; part of it has been changed or lost)
old.feather: is a Feather file of version 1 (write it as Feather version 2 (Arrow IPC) or as Parquet)
text.arrow: is not an Arrow IPC file (check the path, or set `format` to what the file is)
"#);
}
