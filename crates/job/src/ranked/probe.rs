//! Streaming the larger side past the index.

use std::sync::{Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch};
use counterfoil_core::{CandidatePair, Code, CodedBatch, Fault, Observer, RecordRef, Rejected, Side, Stage};
use counterfoil_pairs::Hit;
use counterfoil_resolve::{CandidateSet, Offer, StreamedKeys};
use counterfoil_store::{InOrder, Morsel};
use counterfoil_token::coding::{Coder, Tally};

use super::index::{Indexed, write_row_key};
use super::rejects::Rejects;
use super::tallies::Tallies;
use super::{Coding, Split};
use crate::check::Job;
use crate::source::Source;

/// Streams every source of the other side and collects candidate pairs. Refused values of
/// both sides are written in the order of source names.
pub(crate) fn run(
    job: &Job,
    coding: &Coding,
    index: &Indexed,
    most_pairs: u64,
    tallies: &mut Tallies,
    rejects: &mut Rejects,
    observer: &dyn Observer,
) -> Result<Vec<CandidatePair>, Fault> {
    let side = index.side.other();
    let streamed = job.linkage.sources(side);
    let total: u64 = streamed.iter().map(|source| job.sources[*source].table.estimated_rows()).sum();
    observer.begin(Stage::Probe, Some(total));
    let candidates = CandidateSet::new(index.side, &index.dates);
    let mut order: Vec<usize> = (0..job.sources.len()).collect();
    order.sort_by_key(|source| &job.sources[*source].name);
    for source in order {
        if let Some((_, rejected)) = index.rejected.iter().find(|(indexed, _)| *indexed == source) {
            rejects.write(source, rejected)?;
        }
        if streamed.contains(&source) {
            let stream = Stream {
                job,
                index,
                coding,
                source,
                from: &job.sources[source],
                coder: coding.coder(job, source, side, false)?,
                split: Split::of(job),
                candidates: &candidates,
                most_pairs,
                observer,
            };
            stream.run(tallies, rejects)?;
        }
    }
    observer.end(Stage::Probe);
    Ok(candidates.into_pairs(|record| index.named(record)))
}

/// One streamed source.
struct Stream<'r> {
    job: &'r Job,
    index: &'r Indexed,
    coding: &'r Coding,
    source: usize,
    from: &'r Source,
    coder: Coder<'r>,
    split: Split,
    candidates: &'r CandidateSet,
    most_pairs: u64,
    observer: &'r dyn Observer,
}

impl Stream<'_> {
    fn run(&self, tallies: &mut Tallies, rejects: &mut Rejects) -> Result<(), Fault> {
        let columns = self.coder.columns(self.from.key_columns());
        let tallies = Mutex::new(tallies);
        // A deduplicated source is read twice, and its rejects were written the first time.
        let written = Mutex::new(rejects);
        let is_second_reading = self.job.linkage.is_deduplication();
        let in_order = InOrder::new();
        let finish = |morsel: &Morsel, (rows, tally): (u64, Tally)| {
            if is_second_reading {
                return Ok(());
            }
            tallies.lock().unwrap_or_else(PoisonError::into_inner).add(self.source, rows, &tally);
            in_order.push(morsel.index, tally.rejects, &mut |rejected: Vec<Rejected>| {
                written.lock().unwrap_or_else(PoisonError::into_inner).write(self.source, &rejected)
            })
        };
        let start = |_: &Morsel| (0, Tally::new(self.job.linkage.fields.len()));
        let each = |(rows, tally): &mut (u64, Tally), first_row: u64, batch: &RecordBatch| {
            *rows += batch.num_rows() as u64;
            self.batch(first_row, batch, tally);
            if self.candidates.entries() > self.most_pairs {
                let message = "there are more candidate pairs than fit into the memory that the run may use";
                return Err(Fault::environment("--memory", message)
                    .hint("allow more, or ask for more agreement in the ranks: each person meets many others"));
            }
            Ok(())
        };
        self.from.table.scan(&columns, start, each, finish)
    }

    fn batch(&self, first_row: u64, batch: &RecordBatch, tally: &mut Tally) {
        let coded = self.coder.code_fields(first_row, batch, tally);
        let mut hits = Vec::new();
        let mut is_hit = vec![false; coded.rows];
        self.index.ranks.probe(&coded, &self.coding.dates, |hit| {
            if self.counts(&coded, hit) {
                is_hit[hit.streamed as usize] = true;
                hits.push(hit);
                if self.split.rank {
                    self.index.ranks.further(hit, &coded, &self.coding.dates, |hit| hits.push(hit));
                }
            }
        });
        let units = self.coder.units_where(first_row, batch, |row| is_hit[row]);
        let offers: Vec<Offer> = hits.iter().map(|hit| self.offer(&coded, &units, *hit)).collect();
        self.candidates.offer(&offers, &BatchKeys::new(self.from, batch, &hits));
        self.observer.advance(Stage::Probe, batch.num_rows() as u64);
    }

    /// In a deduplication each pair of records counts once, the earlier one on the left.
    fn counts(&self, coded: &CodedBatch, hit: Hit) -> bool {
        !self.job.linkage.is_deduplication() || self.record(coded, hit) < self.index.record(hit.indexed)
    }

    fn record(&self, coded: &CodedBatch, hit: Hit) -> RecordRef {
        RecordRef { source: self.source as u16, row: coded.first_row + u64::from(hit.streamed) }
    }

    fn offer(&self, coded: &CodedBatch, units: &[Code], hit: Hit) -> Offer {
        let row = hit.streamed as usize;
        Offer {
            indexed: hit.indexed,
            unit: units[row],
            split: self.split(coded, hit),
            rank: hit.rank,
            agreeing: hit.agreeing,
            date: coded.dates[row],
            record: self.record(coded, hit),
        }
    }

    /// A number for what entries of the same two units are kept apart by.
    fn split(&self, coded: &CodedBatch, hit: Hit) -> u64 {
        if self.split.is_none() {
            return 0;
        }
        let mut split = 0;
        if self.split.rank {
            split = mixed(split, u64::from(hit.rank));
        }
        let is_right_indexed = self.index.side == Side::Right;
        if self.split.identity {
            let streamed = coded.fields.iter().map(|field| field[hit.streamed as usize]);
            let indexed = self.index.ranks.codes(hit.indexed).iter().copied();
            split = if is_right_indexed { identity(split, streamed) } else { identity(split, indexed) };
        }
        if self.split.right_record {
            let record = if is_right_indexed { self.index.record(hit.indexed) } else { self.record(coded, hit) };
            split = mixed(mixed(split, u64::from(record.source)), record.row);
        }
        split
    }
}

/// The keys of a batch's records, by hit.
struct BatchKeys<'b> {
    record: Vec<&'b ArrayRef>,
    person: Vec<&'b ArrayRef>,
    hits: &'b [Hit],
}

impl<'b> BatchKeys<'b> {
    fn new(from: &Source, batch: &'b RecordBatch, hits: &'b [Hit]) -> BatchKeys<'b> {
        let columns = |names: &[String]| names.iter().filter_map(|name| batch.column_by_name(name)).collect();
        BatchKeys { record: columns(&from.record_key), person: columns(from.person_key.as_slice()), hits }
    }
}

impl StreamedKeys for BatchKeys<'_> {
    fn record_key(&self, offer: usize, text: &mut String) {
        write_row_key(&self.record, self.hits[offer].streamed as usize, text);
    }

    fn person_key(&self, offer: usize, text: &mut String) {
        write_row_key(&self.person, self.hits[offer].streamed as usize, text);
    }
}

/// One number for the linkage fields of a record: equal for equal identities.
fn identity(before: u64, codes: impl Iterator<Item = Code>) -> u64 {
    codes.fold(before, |all, code| mixed(all, code.0))
}

fn mixed(all: u64, value: u64) -> u64 {
    (all ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}
