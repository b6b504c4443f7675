//! Reading the smaller side into memory.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_catalogue::Contradiction;
use counterfoil_core::{Code, CodedBatch, Fault, RecordRef, Rejected, Side, Stage};
use counterfoil_pairs::{RankIndex, Records};
use counterfoil_resolve::{IndexedRecord, Keys};
use counterfoil_store::{InOrder, Morsel};
use counterfoil_token::coding::{Coder, Tally};

use super::Reading;
use super::names::PersonNames;
use super::person_index::{PersonCounts, PersonIndex, Place, Row};
use crate::check::Job;
use crate::input::{Tallies, Texts};
use crate::plan;
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
    /// The persons' combinations of identifiers, where only they are indexed.
    combinations: Option<PersonIndex>,
    /// Refused values by source.
    pub(crate) rejected: Vec<(usize, Vec<Rejected>)>,
}

impl Indexed {
    /// Where an indexed record stands in its source.
    pub(crate) fn record(&self, index: u32) -> RecordRef {
        if let Some(combinations) = &self.combinations {
            return combinations.record(index);
        }
        let at = self.starts.partition_point(|(start, _)| *start <= index) - 1;
        let (start, source) = self.starts[at];
        RecordRef { source, row: u64::from(index - start) }
    }

    /// Record key of an indexed record; empty where its source has none.
    pub(crate) fn key(&self, index: u32) -> &str {
        let other = self.combinations.as_ref().and_then(|combinations| combinations.key(index));
        other.unwrap_or_else(|| self.keys.get(index))
    }

    /// Codes of an indexed record, given where it stands. Every record is indexed where this
    /// is asked for.
    pub(crate) fn codes_of(&self, record: RecordRef) -> &[Code] {
        let start = self.starts.iter().find(|(_, source)| *source == record.source).map_or(0, |(start, _)| *start);
        self.ranks.codes(start + record.row as u32)
    }

    /// An indexed record as candidate pairs name it.
    pub(crate) fn named(&self, index: u32) -> IndexedRecord {
        IndexedRecord {
            unit: self.units[index as usize],
            record: self.record(index),
            keys: Keys { record: self.key(index).to_owned(), person: self.persons.get(index).to_owned() },
        }
    }

    /// What the index of persons was made of, where there is one.
    pub(crate) fn person_counts(&self) -> Option<PersonCounts> {
        self.combinations.as_ref().map(|combinations| combinations.counts(plan::name(self.side)))
    }
}

/// Reads and codes every source of one side.
pub(super) fn build(reading: &Reading<'_>, side: Side, tallies: &mut Tallies) -> Result<Indexed, Fault> {
    let Reading { job, coding, observer, .. } = *reading;
    let sources = job.linkage.sources(side);
    let total: u64 = sources.iter().map(|source| job.sources[*source].table.estimated_rows()).sum();
    observer.begin(Stage::Index, Some(total));
    let mut parts = Parts::new(job, side);
    for &source in sources {
        let coder = coding.coder(job, source, side, true)?;
        parts.starts.push((parts.records.len() as u32, source as u16));
        parts.rejected.push((source, Vec::new()));
        parts.reserve(job.sources[source].table.rows());
        Reader { reading, side, from: &job.sources[source], coder }.read(&mut parts, source, tallies)?;
    }
    let Parts { records, units, dates, keys, persons, starts, mut combinations, rejected } = parts;
    if let Some(combinations) = &mut combinations {
        combinations.close();
    }
    let ranks = RankIndex::build(&job.linkage.table, &records);
    observer.end(Stage::Index);
    Ok(Indexed { side, ranks, units, dates, keys, persons, starts, combinations, rejected })
}

/// What of the side is read so far.
struct Parts {
    records: Records,
    units: Vec<Code>,
    dates: Vec<i32>,
    keys: Texts,
    persons: Texts,
    starts: Vec<(u32, u16)>,
    combinations: Option<PersonIndex>,
    rejected: Vec<(usize, Vec<Rejected>)>,
}

impl Parts {
    fn new(job: &Job, side: Side) -> Parts {
        // A contradiction by any record of the person asks for the codes of single records.
        let by_person =
            job.linkage.gathers_by_identity(side) && job.linkage.options.contradiction == Contradiction::MatchingRecord;
        Parts {
            records: Records::new(job.linkage.fields.len()),
            units: Vec::new(),
            dates: Vec::new(),
            keys: Texts::default(),
            persons: Texts::default(),
            starts: Vec::new(),
            combinations: by_person.then(|| PersonIndex::new(&job.linkage.table)),
            rejected: Vec::new(),
        }
    }

    /// Makes room for the rows of a source, if it is known how many it has and each is indexed.
    fn reserve(&mut self, rows: Option<u64>) {
        if let (Some(rows), None) = (rows, &self.combinations) {
            let rows = rows.min(u64::from(u32::MAX)) as usize;
            self.records.reserve(rows);
            self.units.reserve(rows);
            self.dates.reserve(rows);
        }
    }

    fn append(&mut self, part: Part, source: usize) {
        if let Some((_, rejected)) = self.rejected.last_mut() {
            rejected.extend(part.tally.rejects);
        }
        if self.combinations.is_some() {
            let mut first = 0;
            for batch in &part.batches {
                self.append_combinations(batch, first, (&part.keys, &part.persons), source);
                first += batch.rows as u32;
            }
            return;
        }
        let first = self.records.len();
        for batch in part.batches {
            self.records.extend(&batch);
            self.units.extend(batch.units);
            self.dates.extend(batch.dates);
        }
        self.keys.append(part.keys, first);
        self.persons.append(part.persons, first);
    }

    /// Adds the combinations of a batch that are new; `first` is its first row in the texts.
    fn append_combinations(
        &mut self,
        batch: &CodedBatch,
        first: u32,
        (keys, persons): (&Texts, &Texts),
        source: usize,
    ) {
        let Some(combinations) = &mut self.combinations else { return };
        let mut codes = Vec::with_capacity(batch.fields.len());
        for row in 0..batch.rows {
            codes.clear();
            codes.extend(batch.fields.iter().map(|field| field[row]));
            let key = keys.get(first + row as u32);
            let record = RecordRef { source: source as u16, row: batch.first_row + row as u64 };
            let found = Row { unit: batch.units[row], codes: &codes, flags: batch.flags[row], record, key };
            match combinations.place(&found, &mut self.records, |at| self.keys.get(at)) {
                Place::Nowhere => {}
                Place::Known(at) => self.dates[at as usize] = self.dates[at as usize].max(batch.dates[row]),
                Place::New => {
                    self.units.push(found.unit);
                    self.dates.push(batch.dates[row]);
                    self.keys.push(key);
                    self.persons.push(persons.get(first + row as u32));
                }
            }
        }
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
    /// Reads the source, morsel after morsel in order.
    fn read(&self, parts: &mut Parts, source: usize, tallies: &mut Tallies) -> Result<(), Fault> {
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
        let in_order = InOrder::new();
        let taken = Mutex::new((parts, tallies));
        let finish = |morsel: &Morsel, part: Part| {
            in_order.push(morsel.index, part, &mut |part| {
                let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                let (parts, tallies) = &mut *taken;
                if parts.records.len() as u64 + part.rows() > u64::from(u32::MAX) {
                    let message = "the smaller side has more than 2^32 - 1 rows";
                    return Err(Fault::environment(&self.from.name, message).hint("split the job"));
                }
                tallies.add(source, part.rows(), &part.tally);
                parts.append(part, source);
                Ok(())
            })
        };
        self.from.table.scan(&self.coder.columns(self.from.key_columns()), start, each, finish)
    }

    fn batch(&self, part: &mut Part, first_row: u64, batch: &RecordBatch) {
        let coded = self.coder.code(first_row, batch, &mut part.tally);
        if let Some(usable) = self.reading.usable.and_then(|usable| usable.on(self.side)) {
            usable.count(&coded);
        }
        part.keys.read_keys(batch, &self.from.record_key);
        let linkage = &self.reading.job.linkage;
        let key = linkage.person_key(self.side, self.from);
        if linkage.gathers_by_identity(self.side) {
            let names = PersonNames::new(key, &self.coder, &coded, batch);
            (0..coded.rows).for_each(|row| part.persons.push_with(|text| names.write(row, text)));
        } else {
            part.persons.read_keys(batch, key.map_or(&[], std::slice::from_ref));
        }
        part.batches.push(coded);
        self.reading.observer.advance(Stage::Index, batch.num_rows() as u64);
    }
}
