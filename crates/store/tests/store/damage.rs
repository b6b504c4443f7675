//! One wrong byte, at every position of a small file: a fault or rows, never a panic, a
//! hang or a request for absurd amounts of memory.

use std::fs::{self, File};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::reading::{batch, open, rows_on, text, write};

/// Opens and reads the file with each of its bytes changed in turn, and cut off here and
/// there; returns how many of the changed files were refused.
fn refused(name: &str, bytes: &[u8]) -> usize {
    counterfoil_store::silence_decoding_panics();
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(name);
    assert!(reads(&path, bytes), "the whole file");
    let mut refused = 0;
    for at in 0..bytes.len() {
        // The highest bit turns sizes negative or huge; the others shift them a little.
        for flip in [0x80, 0x7f] {
            let mut changed = bytes.to_vec();
            changed[at] ^= flip;
            refused += usize::from(!reads(&path, &changed));
        }
    }
    (0..bytes.len()).step_by(13).for_each(|at| {
        reads(&path, &bytes[..at]);
    });
    refused
}

fn reads(path: &Path, bytes: &[u8]) -> bool {
    write(path, bytes);
    let (folder, name) = (path.parent().expect("a folder"), path.file_name().expect("a name"));
    let name = name.to_str().expect("UTF-8");
    match open(folder, &[name]) {
        Ok(table) => {
            let columns: Vec<String> = table.schema().fields().iter().map(|field| field.name().clone()).collect();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let read = table.scan(&columns, |_| (), |(), _, _| Ok(()), |_, ()| Ok(()));
            read.is_ok()
        }
        Err(faults) => {
            assert!(faults.iter().all(|fault| fault.hint.is_some()));
            false
        }
    }
}

fn small() -> RecordBatch {
    batch(&[
        ("ID", text(&[Some("one"), None, Some("three"), Some("a value of more than twelve bytes")])),
        ("SEX", text(&[Some("F"), Some("M"), Some("F"), Some("F")])),
    ])
}

fn parquet_bytes(compression: Compression, dictionary: bool) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(dictionary)
        .set_max_row_group_row_count(Some(3))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, small().schema(), Some(properties)).expect("writer");
    writer.write(&small()).expect("write");
    writer.close().expect("close");
    bytes
}

#[test]
fn parquet_zstd_with_dictionary() {
    let bytes = parquet_bytes(Compression::ZSTD(ZstdLevel::default()), true);
    assert!(refused("a.parquet", &bytes) > 0);
}

#[test]
fn parquet_plain() {
    let bytes = parquet_bytes(Compression::UNCOMPRESSED, false);
    assert!(refused("a.parquet", &bytes) > 0);
}

fn arrow_options(compression: Option<CompressionType>) -> IpcWriteOptions {
    IpcWriteOptions::default().try_with_compression(compression).expect("options")
}

fn arrow_file(compression: Option<CompressionType>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = arrow_options(compression);
    let mut writer = FileWriter::try_new_with_options(&mut bytes, &small().schema(), options).expect("writer");
    writer.write(&small()).expect("write");
    writer.finish().expect("finish");
    drop(writer);
    bytes
}

fn arrow_stream(compression: Option<CompressionType>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = arrow_options(compression);
    let mut writer = StreamWriter::try_new_with_options(&mut bytes, &small().schema(), options).expect("writer");
    writer.write(&small()).expect("write");
    writer.finish().expect("finish");
    drop(writer);
    bytes
}

#[test]
fn arrow_plain() {
    assert!(refused("a.arrow", &arrow_file(None)) > 0);
}

#[test]
fn arrow_compressed() {
    assert!(refused("a.arrow", &arrow_file(Some(CompressionType::LZ4_FRAME))) > 0);
    assert!(refused("a.arrows", &arrow_stream(Some(CompressionType::ZSTD))) > 0);
}

#[test]
fn csv() {
    let text = "ID,NAME\n1,\"Zo\u{eb}, or not\"\n2,x\n";
    assert!(refused("a.csv", text.as_bytes()) > 0);
}

/// A flipped byte in the pages of one row group is told with file and row group.
#[test]
fn the_row_group_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.parquet");
    let ids: arrow_array::StringArray = (0..3000).map(|id| Some(format!("{:x}", id * 7919))).collect();
    let batch = batch(&[("ID", std::sync::Arc::new(ids))]);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(1000))
        .build();
    let file = File::create(&path).expect("file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("writer");
    writer.write(&batch).expect("write");
    let metadata = writer.close().expect("close");
    // The first bytes of a page's zstd frame hold its magic number.
    let column = metadata.row_group(1).column(0);
    let (start, length) = column.byte_range();
    let mut bytes = fs::read(&path).expect("read");
    let pages = start as usize..(start + length) as usize;
    let frame = bytes[pages.clone()].windows(4).position(|four| four == [0x28, 0xb5, 0x2f, 0xfd]).expect("a frame");
    bytes[pages.start + frame] ^= 1;
    write(&path, &bytes);

    let table = open(folder.path(), &["a.parquet"]).expect("the footer is whole");
    for threads in [1, 2] {
        let fault = rows_on(threads, &table, &["ID"]).expect_err("damaged");
        insta::allow_duplicates! {
            insta::assert_snapshot!(crate::reading::line(folder.path(), &fault), @"a.parquet: row group 1 is damaged or holds text that is not UTF-8 (copy or export the file again; part of it has been changed or lost)");
        }
    }
}
