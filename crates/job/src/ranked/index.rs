//! Reading the smaller side into memory.

use std::sync::Mutex;
use std::sync::PoisonError;

use arrow_array::{ArrayRef, RecordBatch};
use counterfoil_core::{Code, CodedBatch, Fault, RecordRef, Rejected, Side, Stage};
use counterfoil_pairs::{RankIndex, Records};
use counterfoil_resolve::{IndexedRecord, Keys};
use counterfoil_store::Morsel;
use counterfoil_token::coding::{Coder, Tally, for_each_key, write_key_at};

use super::Reading;
use super::tallies::Tallies;
use crate::source::Source;

/// The smaller side in memory: its rank index, and what products need of its records.
pub(crate) struct Indexed {
    pub(crate) side: Side,
    pub(crate) ranks: RankIndex,
    pub(crate) units: Vec<Code>,
    pub(crate) dates: Vec<i32>,
    keys: Texts,
    persons: Texts,
    /// First record of each source, with the source's position in the job.
    starts: Vec<(u32, u16)>,
    /// Refused values by source.
    pub(crate) rejected: Vec<(usize, Vec<Rejected>)>,
}

impl Indexed {
    /// Where an indexed record stands in its source.
    pub(crate) fn record(&self, index: u32) -> RecordRef {
        let at = self.starts.partition_point(|(start, _)| *start <= index) - 1;
        let (start, source) = self.starts[at];
        RecordRef { source, row: u64::from(index - start) }
    }

    /// Record key of an indexed record; empty where its source has none.
    pub(crate) fn key(&self, index: u32) -> &str {
        self.keys.get(index)
    }

    /// Codes of an indexed record, given where it stands.
    pub(crate) fn codes_of(&self, record: RecordRef) -> &[Code] {
        let start = self.starts.iter().find(|(_, source)| *source == record.source).map_or(0, |(start, _)| *start);
        self.ranks.records().codes(start + record.row as u32)
    }

    /// An indexed record as candidate pairs name it.
    pub(crate) fn named(&self, index: u32) -> IndexedRecord {
        IndexedRecord {
            unit: self.units[index as usize],
            record: self.record(index),
            keys: Keys { record: self.keys.get(index).to_owned(), person: self.persons.get(index).to_owned() },
        }
    }
}

/// Reads and codes every source of one side.
pub(super) fn build(reading: &Reading<'_>, side: Side, tallies: &mut Tallies) -> Result<Indexed, Fault> {
    let Reading { job, coding, observer, .. } = *reading;
    let sources = job.linkage.sources(side);
    let total: u64 = sources.iter().map(|source| job.sources[*source].table.estimated_rows()).sum();
    observer.begin(Stage::Index, Some(total));
    let mut records = Records::new(job.linkage.fields.len());
    let mut indexed = Parts::default();
    for &source in sources {
        let coder = coding.coder(job, source, side, true)?;
        let from = &job.sources[source];
        indexed.starts.push((records.len() as u32, source as u16));
        let mut rejected = Vec::new();
        let source_of_side = Reader { reading, side, from, coder };
        for mut part in source_of_side.read()? {
            if records.len() as u64 + part.rows() > u64::from(u32::MAX) {
                return Err(Fault::environment(&from.name, "the smaller side has more than 2^32 - 1 rows")
                    .hint("split the job"));
            }
            tallies.add(source, part.rows(), &part.tally);
            rejected.append(&mut part.tally.rejects);
            indexed.append(part, &mut records);
        }
        indexed.rejected.push((source, rejected));
    }
    let ranks = RankIndex::build(&job.linkage.table, records);
    observer.end(Stage::Index);
    let Parts { units, dates, keys, persons, starts, rejected } = indexed;
    Ok(Indexed { side, ranks, units, dates, keys, persons, starts, rejected })
}

#[derive(Default)]
struct Parts {
    units: Vec<Code>,
    dates: Vec<i32>,
    keys: Texts,
    persons: Texts,
    starts: Vec<(u32, u16)>,
    rejected: Vec<(usize, Vec<Rejected>)>,
}

impl Parts {
    fn append(&mut self, part: Part, records: &mut Records) {
        let first = records.len();
        for batch in part.batches {
            records.extend(&batch);
            self.units.extend(batch.units);
            self.dates.extend(batch.dates);
        }
        self.keys.append(&part.keys, first);
        self.persons.append(&part.persons, first);
    }
}

/// One morsel, coded.
struct Part {
    batches: Vec<CodedBatch>,
    keys: Texts,
    persons: Texts,
    tally: Tally,
}

impl Part {
    fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.rows as u64).sum()
    }
}

/// One source of the side.
struct Reader<'r> {
    reading: &'r Reading<'r>,
    side: Side,
    from: &'r Source,
    coder: Coder<'r>,
}

impl Reader<'_> {
    /// The morsels of the source, coded, in order.
    fn read(&self) -> Result<Vec<Part>, Fault> {
        let parts = Mutex::new(Vec::new());
        let start = |_: &Morsel| Part {
            batches: Vec::new(),
            keys: Texts::default(),
            persons: Texts::default(),
            tally: Tally::new(self.reading.job.linkage.fields.len()),
        };
        let each = |part: &mut Part, first_row: u64, batch: &RecordBatch| {
            self.batch(part, first_row, batch);
            Ok(())
        };
        let finish = |morsel: &Morsel, part: Part| {
            parts.lock().unwrap_or_else(PoisonError::into_inner).push((morsel.index, part));
            Ok(())
        };
        self.from.table.scan(&self.coder.columns(self.from.key_columns()), start, each, finish)?;
        let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_by_key(|(index, _)| *index);
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }

    fn batch(&self, part: &mut Part, first_row: u64, batch: &RecordBatch) {
        let coded = self.coder.code(first_row, batch, &mut part.tally);
        if let Some(usable) = self.reading.usable.and_then(|usable| usable.on(self.side)) {
            usable.count(&coded);
        }
        part.batches.push(coded);
        part.keys.read_keys(batch, &self.from.record_key);
        let person = self.reading.job.linkage.person_key(self.side, self.from);
        part.persons.read_keys(batch, person.map_or(&[], std::slice::from_ref));
        self.reading.observer.advance(Stage::Index, batch.num_rows() as u64);
    }
}

/// Many short texts in one allocation.
#[derive(Default)]
struct Texts {
    ends: Vec<u64>,
    bytes: String,
}

impl Texts {
    /// Adds each row's key: the columns' texts, joined by `|`. Nothing is added where there
    /// is no key column, and reading back gives empty texts.
    fn read_keys(&mut self, batch: &RecordBatch, columns: &[String]) {
        match columns {
            [] => {}
            [column] => {
                if let Some(column) = batch.column_by_name(column) {
                    for_each_key(column, |_, text| self.push(text.unwrap_or("")));
                }
            }
            several => {
                let columns: Vec<&ArrayRef> = several.iter().filter_map(|name| batch.column_by_name(name)).collect();
                for row in 0..batch.num_rows() {
                    write_row_key(&columns, row, &mut self.bytes);
                    self.ends.push(self.bytes.len() as u64);
                }
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds the texts of the rows from `first` on. Rows before it that added none, being of a
    /// source without such a key, get empty ones, so that texts stay with their rows.
    fn append(&mut self, other: &Texts, first: usize) {
        if !other.ends.is_empty() {
            self.ends.resize(first, self.bytes.len() as u64);
        }
        let offset = self.bytes.len() as u64;
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    fn get(&self, index: u32) -> &str {
        let index = index as usize;
        match self.ends.get(index) {
            None => "",
            Some(end) => {
                let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
                &self.bytes[start as usize..*end as usize]
            }
        }
    }
}

/// The key of one row: its columns' texts, joined by `|`; empty if there is none.
pub(crate) fn row_key(batch: &RecordBatch, columns: &[String], row: usize) -> Box<str> {
    let columns: Vec<&ArrayRef> = columns.iter().filter_map(|column| batch.column_by_name(column)).collect();
    let mut key = String::new();
    write_row_key(&columns, row, &mut key);
    key.into()
}

/// Appends the key of one row to `text`.
pub(crate) fn write_row_key(columns: &[&ArrayRef], row: usize, text: &mut String) {
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            text.push('|');
        }
        write_key_at(column, row, text);
    }
}
