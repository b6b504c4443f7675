//! Delimited text: dialects, encodings, and rows that do not fit.

use std::fmt::Write;

use counterfoil_store::FormatOptions;
use insta::assert_snapshot;

use crate::reading::{content, faults, line, open, open_with, rows, some, write};

/// Writes `bytes` to a file and reads the columns `ID` and `NAME`, nulls shown as `-`.
fn check(bytes: &[u8], options: &FormatOptions, expected: &[[&str; 2]]) {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("a.csv"), bytes);
    let table = open_with(folder.path(), &["a.csv"], options).expect("opens");
    let read: Vec<Vec<String>> = content(&table, &["ID", "NAME"])
        .into_iter()
        .map(|row| row.into_iter().map(|value| value.unwrap_or_else(|| "-".to_owned())).collect())
        .collect();
    assert_eq!(read, expected);
}

/// The fault of opening or reading these bytes.
fn fault(bytes: &[u8], options: &FormatOptions) -> String {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("a.csv"), bytes);
    match open_with(folder.path(), &["a.csv"], options) {
        Ok(table) => line(folder.path(), &rows(&table, &["ID"]).expect_err("a fault")),
        faulty => faults(folder.path(), faulty),
    }
}

fn encoded(encoding: &str) -> FormatOptions {
    FormatOptions { encoding: Some(encoding.to_owned()), ..FormatOptions::default() }
}

fn utf_16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn delimiters_are_recognised() {
    let default = FormatOptions::default();
    for delimiter in [",", "|", "\t", ";"] {
        let text = "NAME~ID~OTHER\nAnn~1~x\nBob~2~y\n".replace('~', delimiter);
        check(text.as_bytes(), &default, &[["1", "Ann"], ["2", "Bob"]]);
    }
    // A quoted header may hold other candidates.
    check(b"ID|NAME|\"a,b,c,d\"\n1|Ann|x\n", &default, &[["1", "Ann"]]);
    let hive = FormatOptions { delimiter: Some(1), ..FormatOptions::default() };
    check(b"ID\x01NAME\n1\x01Ann, or not\n", &hive, &[["1", "Ann, or not"]]);
}

#[test]
fn quotes_line_ends_and_empty_fields() {
    let default = FormatOptions::default();
    check(
        b"ID,NAME\r\n1,\"O\"\"Brien, Ann\"\r\n2,\"two\nlines\"",
        &default,
        &[["1", "O\"Brien, Ann"], ["2", "two\nlines"]],
    );
    check(b"ID,NAME\n1,\n\n,\"\"\n", &default, &[["1", "-"], ["-", "-"]]);
    check(b" ID , NAME \n1, Ann \n", &default, &[["1", " Ann "]]);
    check(b"ID,NAME\n", &default, &[]);
    check(b"ID,NAME", &default, &[]);
    check(b"ID,NAME\n1,Ann,\n2,Bo,,\n", &default, &[["1", "Ann"], ["2", "Bo"]]);
    check(b"sep=;\nID;NAME\n1;Roe, Ann\n", &default, &[["1", "Roe, Ann"]]);
    check(b"\xef\xbb\xbfsep=\t\r\nID\tNAME\r\n1\tAnn\r\n", &default, &[["1", "Ann"]]);
    let single = FormatOptions { quote: Some(b'\''), ..FormatOptions::default() };
    check(b"ID,NAME\n1,'a,b'\n2,5\"\n", &single, &[["1", "a,b"], ["2", "5\""]]);
}

#[test]
fn titles_above_a_header_are_passed_over() {
    let default = FormatOptions::default();
    let read = [["1", "Ann"], ["2", "Bo"]];
    // Padded to the width of the table, as Excel writes them, and not.
    check(b"People of 2024,,\n,,\nID,NAME,SEX\n1,Ann,F\n2,Bo,M\n", &default, &read);
    check(b"People of 2024\n\nID,NAME,SEX\n1,Ann,F\n2,Bo,M\n", &default, &read);
    check(b"People of 2024\nID|NAME|SEX\n1|Ann|F\n2|Bo|M\n", &default, &read);
    let refused = [
        // Two columns may as well be a name and a remark.
        &b"People\nID,NAME\n1,Ann\n"[..],
        // What follows is a record and no header.
        b"People\n1,2024-01-02,300\n2,2024-01-03,400\n",
        // Rows of several widths are no table.
        b"People\nID,NAME,SEX\n1,Ann\n2,Bo,M\n",
        // A header that leaves columns without a name.
        b"ID,,,\n1,Ann,F,x\n2,Bo,M,y\n",
    ];
    for bytes in refused {
        fault(bytes, &default);
    }
}

#[test]
fn encodings() {
    let default = FormatOptions::default();
    let text = "ID,NAME\n1,Zo\u{eb}\n2,\u{141}ucja\n";
    check(text.as_bytes(), &default, &[["1", "Zo\u{eb}"], ["2", "\u{141}ucja"]]);
    check(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), &default, &[["1", "Zo\u{eb}"], ["2", "\u{141}ucja"]]);
    let marked = format!("\u{feff}{text}");
    check(&utf_16(&marked, u16::to_le_bytes), &default, &[["1", "Zo\u{eb}"], ["2", "\u{141}ucja"]]);
    check(&utf_16(&marked, u16::to_be_bytes), &default, &[["1", "Zo\u{eb}"], ["2", "\u{141}ucja"]]);
    check(&utf_16(text, u16::to_le_bytes), &encoded("utf-16le"), &[["1", "Zo\u{eb}"], ["2", "\u{141}ucja"]]);
    for name in ["latin-1", "ISO-8859-1", "windows-1252", "latin1"] {
        check(b"ID,NAME\n1,Zo\xeb\n", &encoded(name), &[["1", "Zo\u{eb}"]]);
    }
}

/// More than one chunk and more than one buffer, in an encoding of two bytes, so that
/// characters are cut at every kind of boundary.
#[test]
fn long_files_are_read_whole() {
    let mut text = String::from("ID,NAME\n");
    for row in 0..150_000 {
        writeln!(text, "{row},{}\u{141}", "x".repeat(row % 7)).expect("a string");
    }
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("a.csv"), &text);
    write(&folder.path().join("b.csv"), utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes));
    let table = open(folder.path(), &["a.csv", "b.csv"]).expect("opens");
    let estimate = table.estimated_rows();
    assert!((290_000..330_000).contains(&estimate), "{estimate}");
    assert_eq!(table.rows(), None);
    let read = content(&table, &["ID", "NAME"]);
    assert_eq!(read.len(), 300_000);
    for (at, row) in read.iter().enumerate() {
        let id = at % 150_000;
        assert_eq!(row, &some(&[&id.to_string(), &format!("{}\u{141}", "x".repeat(id % 7))]));
    }
}

#[test]
fn rows_that_do_not_fit() {
    let default = FormatOptions::default();
    assert_snapshot!(fault(b"ID,NAME\n1,a\n2,SECRET,c\n3,d\n", &default), @"a.csv: row 2 (line 3) has 3 fields, the header has 2 (set `delimiter` if it was not recognised; a field that holds the delimiter must be quoted)");
    assert_snapshot!(fault(b"ID,NAME\n1\n", &default), @"a.csv: row 1 (line 2) has 1 field, the header has 2 (set `delimiter` if it was not recognised; a field that holds the delimiter must be quoted)");
    assert_snapshot!(fault(b"ID,NAME\n1,a\n2,\"SECRET\n3,c\n", &default), @"a.csv: row 2 opens a quote that is never closed (check the row, or set `quote` to a byte that does not occur if the file does not quote)");
    assert_snapshot!(fault(b"ID,NAME\n1,a\n\"2,SECRET\n3,c\n", &default), @"a.csv: row 2 opens a quote that is never closed (check the row, or set `quote` to a byte that does not occur if the file does not quote)");
    assert_snapshot!(fault(b"\n\n", &default), @"a.csv: has no header line (the first line names the columns; was the file exported completely?)");
}

#[test]
fn wrong_encodings() {
    let default = FormatOptions::default();
    assert_snapshot!(fault(b"ID,NAME\n1,a\n2,SECRET\xeb\n", &default), @r#"a.csv: row 2 (line 3) is not valid UTF-8 in column `NAME` (set `encoding` to what the file is in, for example `encoding = "windows-1252"`, or save it as UTF-8)"#);
    assert_snapshot!(fault(b"ID,SECRET\xeb\n1,a\n", &default), @r#"a.csv: the header line is not valid UTF-8 (set `encoding` to what the file is in, for example `encoding = "windows-1252"`, or save it as UTF-8)"#);
    // A character that begins in one field and ends in the next is in neither.
    assert_snapshot!(fault(b"ID,NAME\n\xc3,\xab\n", &default), @r#"a.csv: row 1 (line 2) is not valid UTF-8 in column `ID` (set `encoding` to what the file is in, for example `encoding = "windows-1252"`, or save it as UTF-8)"#);
    assert_snapshot!(fault(&utf_16("ID,NAME\n1,a\n", u16::to_le_bytes), &default), @r#"a.csv: the header line holds zero bytes: this is not a text file, or it is UTF-16 (save it as UTF-8, or in a job file set `encoding = "utf-16le"` or `format`)"#);
    assert_snapshot!(fault(&utf_16("ID,NAME\n1,a\n", u16::to_be_bytes), &default), @r#"a.csv: the header line holds zero bytes: this is not a text file, or it is UTF-16 (save it as UTF-8, or in a job file set `encoding = "utf-16be"` or `format`)"#);
    let mut broken = utf_16("\u{feff}ID,NAME\n1,a\n2,SECRET", u16::to_le_bytes);
    broken.extend(0xdc00_u16.to_le_bytes());
    broken.extend(utf_16("\n", u16::to_le_bytes));
    assert_snapshot!(fault(&broken, &default), @"a.csv: row 2 is not valid UTF-16LE (check `encoding`, and that the file was copied completely)");
    assert_snapshot!(fault(b"ID\n", &encoded("klingon")), @"a.csv: `klingon` is not a known encoding (known are `utf-8`, `utf-16le`, `utf-16be`, `latin-1`, `windows-1252` and the other names of the WHATWG encoding standard)");
    let same = FormatOptions { delimiter: Some(b'"'), ..FormatOptions::default() };
    assert_snapshot!(fault(b"ID\n", &same), @"a.csv: `delimiter` and `quote` are the same byte (set `quote` to a byte that does not occur if the file does not quote)");
}

#[test]
fn an_open_quote_does_not_fill_the_memory() {
    let mut text = b"ID,NAME\n1,\"".to_vec();
    text.extend(std::iter::repeat_n(b"x,y\n", 5 << 20).flatten());
    assert_snapshot!(fault(&text, &FormatOptions::default()), @"a.csv: row 1 is longer than 16 MiB (a quote may be open: check the row, or set `quote` to a byte that does not occur)");
}
