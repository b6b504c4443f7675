//! Parquet: types, row groups, row numbers, files that differ.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray};
use arrow_schema::DataType;
use insta::assert_snapshot;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::reading::{batch, content, faults, numbered, open, rows, some, text, write, write_parquet};

#[test]
fn text_is_shown_in_one_shape() {
    let folder = tempfile::tempdir().expect("folder");
    let dictionary: DictionaryArray<Int32Type> = [Some("x"), None, Some("x")].into_iter().collect();
    let columns = batch(&[
        ("PLAIN", text(&[Some("a"), None, Some("")])),
        ("LARGE", Arc::new(LargeStringArray::from(vec![Some("b"), None, Some("longer than twelve bytes")]))),
        ("DICTIONARY", Arc::new(dictionary)),
        ("NOTHING", Arc::new(NullArray::new(3))),
        ("NUMBER", Arc::new(Int64Array::from(vec![Some(7), None, Some(-1)]))),
    ]);
    write_parquet(&folder.path().join("a.parquet"), &columns, 100);

    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    let types: Vec<_> = table.schema().fields().iter().map(|field| field.data_type().clone()).collect();
    let text = DataType::Utf8View;
    assert_eq!(types, [text.clone(), text.clone(), text.clone(), text, DataType::Int64]);
    let read = content(&table, &["NUMBER", "PLAIN", "LARGE", "DICTIONARY", "NOTHING"]);
    let owned = |value: &str| Some(value.to_owned());
    assert_eq!(read[0], [owned("7"), owned("a"), owned("b"), owned("x"), None]);
    assert_eq!(read[1], [None, None, None, None, None]);
    assert_eq!(read[2], [owned("-1"), owned(""), owned("longer than twelve bytes"), owned("x"), None]);
}

/// Columns in a dictionary throughout, in one that is given up half way, and in none.
#[test]
fn text_comes_in_a_dictionary_where_the_file_has_one_throughout() {
    let folder = tempfile::tempdir().expect("folder");
    let few: Vec<Option<String>> = (0..400).map(|row| (row % 7 > 0).then(|| format!("v{}", row % 7))).collect();
    let many: Vec<Option<String>> = (0..400).map(|row| Some(format!("v{row}"))).collect();
    let column = |values: &[Option<String>]| text(&values.iter().map(Option::as_deref).collect::<Vec<_>>());
    let columns = batch(&[("FEW", column(&few)), ("MANY", column(&many)), ("PLAIN", column(&few))]);
    let properties = WriterProperties::builder()
        .set_write_batch_size(50)
        .set_dictionary_page_size_limit(500)
        .set_column_dictionary_enabled("PLAIN".into(), false)
        .build();
    let file = std::fs::File::create(folder.path().join("a.parquet")).expect("file");
    let mut writer = ArrowWriter::try_new(file, columns.schema(), Some(properties)).expect("writer");
    writer.write(&columns).expect("write");
    writer.close().expect("close");

    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    let names = ["MANY", "FEW", "PLAIN"];
    let seen = std::sync::Mutex::new(Vec::new());
    let each = |(): &mut (), _: u64, batch: &RecordBatch| {
        seen.lock().expect("lock").push(batch.clone());
        Ok(())
    };
    table.scan_encoded(&names, &names, |_| (), each, |_, ()| Ok(())).expect("reads");
    let seen = seen.into_inner().expect("lock");
    let types: Vec<&DataType> = seen[0].columns().iter().map(Array::data_type).collect();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    assert_eq!(types, [&DataType::Utf8View, &dictionary, &DataType::Utf8View]);
    let texts: Vec<Option<String>> = seen
        .iter()
        .flat_map(|batch| {
            let column = batch.column(1).as_dictionary::<Int32Type>();
            let column = column.downcast_dict::<StringArray>().expect("text");
            column.into_iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(texts, few);
    // Asked for as text all three are text, and the same.
    let read = content(&table, &names);
    let expected = many.into_iter().zip(few).map(|(many, few)| vec![many, few.clone(), few]);
    assert_eq!(read, expected.collect::<Vec<_>>());
}

#[test]
fn rows_are_numbered_over_files_in_path_order() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("b.parquet"), &numbered(70, 30), 11);
    write_parquet(&folder.path().join("a.parquet"), &numbered(0, 70), 16);

    let table = open(folder.path(), &["b.parquet", "./a.parquet", "*.parquet", "b.parquet"]).expect("opens");
    assert_eq!(table.files().len(), 2);
    assert_eq!((table.rows(), table.estimated_rows()), (Some(100), 100));
    assert_eq!(table.files()[1].rows, Some(30));
    let expected: Vec<_> = (0..100).map(|id: usize| some(&[&id.to_string()])).collect();
    assert_eq!(content(&table, &["ID"]), expected);
}

#[test]
fn rows_are_counted_without_any_column() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("a.parquet"), &numbered(0, 40), 16);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    assert_eq!(content(&table, &[]).len(), 40);
}

#[test]
fn a_column_may_be_asked_for_twice() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("a.parquet"), &numbered(5, 1), 16);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    assert_eq!(content(&table, &["ID", "ID"]), [some(&["5", "5"])]);
}

#[test]
fn large_row_groups_are_split() {
    let folder = tempfile::tempdir().expect("folder");
    let count = 2_000_003;
    let numbers = Int64Array::from_iter_values(0..count);
    write_parquet(&folder.path().join("a.parquet"), &batch(&[("N", Arc::new(numbers))]), 10_000_000);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    let morsels = std::sync::Mutex::new(Vec::new());
    table
        .scan(
            &["N"],
            |_| (),
            |(), first, batch| {
                let values = AsArray::as_primitive::<arrow_array::types::Int64Type>(batch.column(0));
                assert!(values.values().iter().enumerate().all(|(at, value)| *value as u64 == first + at as u64));
                Ok(())
            },
            |morsel, ()| {
                morsels.lock().expect("lock").push((morsel.index, morsel.first_row, morsel.rows));
                Ok(())
            },
        )
        .expect("reads");
    let mut morsels = morsels.into_inner().expect("lock");
    morsels.sort_unstable();
    assert_eq!(morsels, [(0, 0, Some(1_000_000)), (1, 1_000_000, Some(1_000_000)), (2, 2_000_000, Some(3))]);
}

#[test]
fn columns_may_stand_in_another_order_or_be_null_throughout() {
    let folder = tempfile::tempdir().expect("folder");
    let first = batch(&[("A", Arc::new(NullArray::new(1))), ("B", text(&[Some("b1")]))]);
    let second = batch(&[("B", text(&[Some("b2")])), ("A", Arc::new(Int64Array::from(vec![2])))]);
    write_parquet(&folder.path().join("1.parquet"), &first, 10);
    write_parquet(&folder.path().join("2.parquet"), &second, 10);
    let table = open(folder.path(), &["*.parquet"]).expect("opens");
    assert_eq!(table.schema().field(0).data_type(), &DataType::Int64);
    assert_eq!(content(&table, &["A", "B"]), [vec![None, Some("b1".to_owned())], some(&["2", "b2"])]);
}

#[test]
fn files_with_other_columns_are_refused_all_at_once() {
    let folder = tempfile::tempdir().expect("folder");
    let number = Arc::new(Int64Array::from(vec![1]));
    write_parquet(&folder.path().join("1.parquet"), &batch(&[("A", text(&[None])), ("B", text(&[None]))]), 10);
    write_parquet(&folder.path().join("2.parquet"), &batch(&[("A", number), ("C", text(&[None]))]), 10);
    write_parquet(&folder.path().join("3.parquet"), &batch(&[("A", text(&[None]))]), 10);
    assert_snapshot!(faults(folder.path(), open(folder.path(), &["*.parquet"])), @r#"
2.parquet: has other columns than `1.parquet`: lacks `B`; has `C` besides; `A` is Int64 instead of text (the files of one data set have the same columns; list files that differ as a data set of their own)
3.parquet: has other columns than `1.parquet`: lacks `B` (the files of one data set have the same columns; list files that differ as a data set of their own)
"#);
}

#[test]
fn files_that_are_not_parquet_are_told_apart() {
    let folder = tempfile::tempdir().expect("folder");
    let whole = folder.path().join("whole.parquet");
    write_parquet(&whole, &numbered(0, 10), 10);
    let bytes = std::fs::read(&whole).expect("read");
    write(&folder.path().join("cut.parquet"), &bytes[..bytes.len() - 9]);
    write(&folder.path().join("empty.parquet"), []);
    write(&folder.path().join("tiny.parquet"), b"PAR1");
    write(&folder.path().join("text.parquet"), b"ID,NAME\n1,x\n");
    write(&folder.path().join("encrypted.parquet"), [&bytes[..bytes.len() - 4], b"PARE"].concat());
    let table = open(folder.path(), &["cut.parquet", "tiny.parquet", "text.parquet", "encrypted.parquet"]);
    assert_snapshot!(faults(folder.path(), table), @r#"
cut.parquet: the Parquet file is cut short: its footer is missing (was the copy or export interrupted? copy or export the file again)
encrypted.parquet: the Parquet footer is encrypted (decrypt the file first)
text.parquet: is not a Parquet file (check the path, or set `format` to what the file is)
tiny.parquet: is not a Parquet file (check the path, or set `format` to what the file is)
"#);
    assert_snapshot!(faults(folder.path(), open(folder.path(), &["empty.parquet"])), @"empty.parquet: the file is empty (0 bytes) (was it copied or exported completely? leave it out if it is meant to hold nothing)");
}

#[test]
fn repeated_and_unknown_columns_are_named() {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("a.csv"), "ID,NAME,ID\n1,x,2\n");
    assert_snapshot!(faults(folder.path(), open(folder.path(), &["a.csv"])), @"a.csv: columns 1 and 3 have one name (give every column a name of its own; the first line of a CSV file must be its header)");
    write_parquet(&folder.path().join("a.parquet"), &numbered(0, 1), 10);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    assert_snapshot!(crate::reading::line(folder.path(), &rows(&table, &["NAME"]).expect_err("unknown")), @"a.parquet: there is no column `NAME` (columns are `ID`)");
}

#[test]
fn a_file_that_changes_is_noticed() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a.parquet");
    write_parquet(&path, &numbered(0, 10), 10);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    write_parquet(&path, &numbered(0, 1000), 10);
    assert_snapshot!(crate::reading::line(folder.path(), &rows(&table, &["ID"]).expect_err("changed")), @"a.parquet: has changed since the run began (run again once nothing writes to the file any more)");
}

#[test]
fn the_earliest_fault_wins_at_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("folder");
    write_parquet(&folder.path().join("a.parquet"), &numbered(0, 400), 10);
    let table = open(folder.path(), &["a.parquet"]).expect("opens");
    for threads in [1, 2, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        let result = pool.install(|| {
            table.scan(
                &["ID"],
                |morsel| morsel.index,
                |index, _, batch| {
                    assert_eq!(batch.column(0).len(), 10);
                    let fault = counterfoil_core::Fault::bug("here", format!("{index}"));
                    if *index >= 7 { Err(fault) } else { Ok(()) }
                },
                |_, _| Ok(()),
            )
        });
        assert_eq!(result.expect_err("a fault").message, "7");
    }
}

#[test]
fn hashes_are_those_of_the_content() {
    let folder = tempfile::tempdir().expect("folder");
    write(&folder.path().join("b.csv"), "ID\n1\n");
    write(&folder.path().join("a.csv"), "ID\n2\n");
    let table = open(folder.path(), &["b.csv", "a.csv"]).expect("opens");
    let hashes = table.hash_files(&counterfoil_core::Silent).expect("hashes");
    assert_eq!(hashes, [blake3::hash(b"ID\n2\n"), blake3::hash(b"ID\n1\n")]);
}
