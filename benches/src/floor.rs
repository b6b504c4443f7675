//! The floor under a ranked linkage of HES and deaths: work that no engine can leave out.
//!
//! Every linkage column must be decoded, and each distinct NHS number must be hashed once
//! (dates, postcodes and sexes have so few values that their tokens cost nothing). Finding
//! out which numbers are distinct is an engine's own affair, so it is measured apart and not
//! part of the floor.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{Array, RecordBatch, StringViewArray};
use arrow_schema::{DataType, Schema};
use hashbrown::HashSet;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetStatisticsPolicy};

use crate::clock::{Spent, timed};

/// The columns that the linkage needs, by folder.
const COLUMNS: [(&str, &[&str]); 2] = [
    ("hes", &["person_key", "nhs_number", "dob", "sex", "postcode", "admidate"]),
    ("deaths", &["nhs_number", "dob", "sex", "postcode", "dod"]),
];

/// The column whose distinct values are hashed.
const HASHED: &[&str] = &["nhs_number"];

/// Rows of a decoded batch, as many as `store` reads at a time.
const BATCH_ROWS: usize = 16_384;

/// What the floor's parts took.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Rows decoded, of both folders.
    pub rows: u64,
    /// Distinct NHS numbers of both folders, valid or not.
    pub distinct_numbers: u64,
    /// Decoding every linkage column.
    pub decode: Spent,
    /// Decoding the NHS numbers again and finding the distinct ones.
    pub distinct: Spent,
    /// One keyed BLAKE3 hash a distinct number, one by one.
    pub hash: Spent,
}

impl Floor {
    /// Decoding and hashing: the floor.
    #[must_use]
    pub fn total(&self) -> Spent {
        self.decode.plus(self.hash)
    }
}

/// Measures the floor of the data that `gen.py` wrote to `data`, on so many threads.
///
/// # Errors
///
/// When a file cannot be read or lacks a column, or a number is longer than 15 bytes.
pub fn measure(data: &Path, threads: usize) -> Result<Floor, ParquetError> {
    let mut all = Vec::new();
    let mut hashed = Vec::new();
    for (folder, columns) in COLUMNS {
        for path in parquet_files(&data.join(folder))? {
            all.extend(row_groups(&path, columns)?);
            hashed.extend(row_groups(&path, HASHED)?);
        }
    }
    let (rows, decode) = timed(|| decode_all(&all, threads));
    let (numbers, distinct) = timed(|| distinct_numbers(&hashed, threads));
    let numbers = numbers?;
    let ((), hash) = timed(|| hash_each(&numbers, threads));
    Ok(Floor { rows: rows?, distinct_numbers: numbers.len() as u64, decode, distinct, hash })
}

fn parquet_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// One row group of a file, of which some columns are wanted.
struct RowGroup {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    position: usize,
}

fn row_groups(path: &Path, columns: &[&str]) -> Result<Vec<RowGroup>, ParquetError> {
    let metadata = with_text_as_views(&File::open(path)?)?;
    for column in columns {
        metadata.schema().index_of(column)?;
    }
    let mask = ProjectionMask::columns(metadata.parquet_schema(), columns.iter().copied());
    let group = |position| RowGroup { path: path.to_owned(), metadata: metadata.clone(), mask: mask.clone(), position };
    Ok((0..metadata.metadata().num_row_groups()).map(group).collect())
}

/// A footer under which text is decoded as views, which copies no bytes.
fn with_text_as_views(file: &File) -> Result<ArrowReaderMetadata, ParquetError> {
    let options = || {
        ArrowReaderOptions::new()
            .with_page_index_policy(PageIndexPolicy::Skip)
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
    };
    let stored = ArrowReaderMetadata::load(file, options())?;
    let fields = stored.schema().fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
        _ => field.as_ref().clone(),
    });
    let wanted = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options().with_schema(wanted))
}

impl RowGroup {
    fn read(&self, mut each: impl FnMut(RecordBatch) -> Result<(), ParquetError>) -> Result<(), ParquetError> {
        // Opened anew, because readers that share a file share its cursor.
        let file = File::open(&self.path)?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_projection(self.mask.clone())
            .with_row_groups(vec![self.position])
            .with_batch_size(BATCH_ROWS)
            .build()?;
        for batch in reader {
            each(batch?)?;
        }
        Ok(())
    }
}

/// Decodes every row group and throws it away; returns the number of rows.
fn decode_all(groups: &[RowGroup], threads: usize) -> Result<u64, ParquetError> {
    let rows = on_threads(groups, threads, |group, rows: &mut u64| {
        group.read(|batch| {
            *rows += black_box(&batch).num_rows() as u64;
            Ok(())
        })
    })?;
    Ok(rows.into_iter().sum())
}

fn distinct_numbers(groups: &[RowGroup], threads: usize) -> Result<Vec<u128>, ParquetError> {
    let mut sets = on_threads(groups, threads, |group, seen: &mut HashSet<u128>| {
        group.read(|batch| {
            let column = batch.column(0).as_any().downcast_ref::<StringViewArray>();
            let column = column.ok_or_else(|| ParquetError::General("the NHS number is not text".to_owned()))?;
            for text in column.iter().flatten() {
                seen.insert(packed(text)?);
            }
            Ok(())
        })
    })?;
    let mut all = sets.pop().unwrap_or_default();
    for set in sets {
        all.extend(set);
    }
    Ok(all.into_iter().collect())
}

/// A text of at most 15 bytes in a number: its bytes, and their count in the last byte.
fn packed(text: &str) -> Result<u128, ParquetError> {
    let mut bytes = [0; 16];
    let Some(room) = bytes[..15].get_mut(..text.len()) else {
        return Err(ParquetError::General("an NHS number is longer than 15 bytes".to_owned()));
    };
    room.copy_from_slice(text.as_bytes());
    bytes[15] = text.len() as u8;
    Ok(u128::from_le_bytes(bytes))
}

fn hash_each(numbers: &[u128], threads: usize) {
    let key = black_box([7; 32]);
    let share = numbers.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        for numbers in numbers.chunks(share) {
            scope.spawn(move || {
                for number in numbers {
                    let bytes = number.to_le_bytes();
                    black_box(blake3::keyed_hash(&key, &bytes[..usize::from(bytes[15])]));
                }
            });
        }
    });
}

/// Does `work` on every row group, each thread taking the next one that is left; returns
/// what each thread gathered.
fn on_threads<T: Default + Send>(
    groups: &[RowGroup],
    threads: usize,
    work: impl Fn(&RowGroup, &mut T) -> Result<(), ParquetError> + Sync,
) -> Result<Vec<T>, ParquetError> {
    let next = AtomicUsize::new(0);
    let one_thread = || {
        let mut gathered = T::default();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(group, &mut gathered)?;
        }
        Ok(gathered)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(one_thread)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a reading thread does not panic")).collect()
    })
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Date32Array, Int8Array, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn write(path: &Path, numbers: &[Option<&str>], columns: &[&str]) {
        let rows = numbers.len();
        let column = |name: &&str| -> (String, ArrayRef) {
            let values: ArrayRef = match *name {
                "nhs_number" => Arc::new(StringArray::from(numbers.to_vec())),
                "sex" => Arc::new(Int8Array::from(vec![1; rows])),
                "person_key" | "postcode" => Arc::new(StringArray::from(vec!["A"; rows])),
                _ => Arc::new(Date32Array::from(vec![0; rows])),
            };
            ((*name).to_owned(), values)
        };
        let batch = RecordBatch::try_from_iter(columns.iter().map(column)).expect("columns of one length");
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder can be made");
        let file = File::create(path).expect("a file can be made");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a plain schema");
        writer.write(&batch).expect("rows can be written");
        writer.close().expect("a footer can be written");
    }

    /// Five rows and, over both folders, three different numbers; null is none.
    #[test]
    fn rows_and_distinct_numbers_are_counted_over_both_folders() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let (hes, deaths) = (COLUMNS[0].1, COLUMNS[1].1);
        write(&data.path().join("hes/00.parquet"), &[Some("1"), Some("2"), None], hes);
        write(&data.path().join("deaths/00.parquet"), &[Some("2"), Some("3")], deaths);
        for threads in [1, 2, 5] {
            let floor = measure(data.path(), threads).expect("readable data");
            assert_eq!((floor.rows, floor.distinct_numbers), (5, 3));
        }
    }

    #[test]
    fn a_missing_column_is_an_error() {
        let data = tempfile::tempdir().expect("a temporary folder");
        write(&data.path().join("hes/00.parquet"), &[Some("1")], &["nhs_number"]);
        assert!(measure(data.path(), 1).is_err());
    }

    #[test]
    fn texts_of_different_length_are_different_numbers() {
        assert_ne!(packed("1").expect("short"), packed("1\0").expect("short"));
        assert!(packed("0123456789abcdef").is_err());
    }
}
