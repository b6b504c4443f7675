//! Streaming the larger side past the index.

use std::cmp::Ordering;
use std::sync::{Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch};
use counterfoil_core::{CandidatePair, Code, CodedBatch, Fault, NO_DATE, Observer, RecordRef, Rejected, Side, Stage};
use counterfoil_pairs::Hit;
use counterfoil_resolve::{CandidateSet, Offer, StreamedKeys};
use counterfoil_store::{InOrder, Morsel};
use counterfoil_token::coding::{Coder, Tally};

use super::activity::Activities;
use super::index::Indexed;
use super::names::PersonNames;
use super::person_index::{identity, mixed};
use super::usable::Usable;
use super::{Coding, Reading, Split};
use crate::check::Job;
use crate::input::{Rejects, Tallies, write_row_key};
use crate::source::Source;

/// Streams every source of the other side and collects candidate pairs. Refused values of
/// both sides are written in the order of source names.
pub(super) fn run(
    reading: &Reading<'_>,
    index: &Indexed,
    activities: Option<&Activities>,
    most_pairs: u64,
    tallies: &mut Tallies,
    rejects: &mut Rejects,
) -> Result<Vec<CandidatePair>, Fault> {
    let Reading { job, coding, usable, observer } = *reading;
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
            let usable = usable.and_then(|usable| usable.on(side));
            let stream = Stream {
                job,
                index,
                coding,
                source,
                from: &job.sources[source],
                coder: coding.coder(job, source, side, usable.is_some())?,
                usable,
                split: Split::of(job),
                candidates: &candidates,
                activities,
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
    usable: Option<&'r Usable>,
    split: Split,
    candidates: &'r CandidateSet,
    /// Where the rows' activity is set aside, if that is asked for.
    activities: Option<&'r Activities>,
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
            self.batch(first_row, batch, tally)?;
            if self.candidates.entries() > self.most_pairs {
                let message = "there are more candidate pairs than fit into the memory that the run may use";
                return Err(Fault::environment("--memory", message)
                    .hint("allow more, or ask for more agreement in the ranks: each person meets many others"));
            }
            Ok(())
        };
        self.from.table.scan(&columns, start, each, finish)
    }

    fn batch(&self, first_row: u64, batch: &RecordBatch, tally: &mut Tally) -> Result<(), Fault> {
        let coded = self.coder.code_fields(first_row, batch, tally);
        if let Some(usable) = self.usable {
            usable.count(&coded);
        }
        let mut found = Vec::new();
        let mut is_hit = vec![false; coded.rows];
        self.index.ranks.probe(&coded, &self.coding.dates, |hit| {
            if self.counts(&coded, hit) {
                is_hit[hit.streamed as usize] = true;
                found.push(self.found(&coded, hit));
                if self.split.rank {
                    let similarity = &self.coding.dates;
                    self.index.ranks.further(hit, &coded, similarity, |hit| found.push(self.found(&coded, hit)));
                }
            }
        });
        if self.index.side == Side::Left {
            self.keep_best_of_each_unit(&coded, &mut found);
        }
        let units = self.coder.units_where(&coded, batch, |row| is_hit[row] || self.activities.is_some());
        let offers: Vec<Offer> = found.iter().map(|found| self.offer(&coded, &units, found)).collect();
        self.candidates.offer(&offers, &BatchKeys::new(self, &coded, batch, &found));
        if let Some(activities) = self.activities {
            activities.keep(&units, &coded.dates)?;
        }
        self.observer.advance(Stage::Probe, batch.num_rows() as u64);
        Ok(())
    }

    /// In a deduplication each pair of records counts once, the earlier one on the left.
    fn counts(&self, coded: &CodedBatch, hit: Hit) -> bool {
        !self.job.linkage.is_deduplication() || self.record(coded, hit) < self.index.record(hit.indexed)
    }

    fn record(&self, coded: &CodedBatch, hit: Hit) -> RecordRef {
        RecordRef { source: self.source as u16, row: coded.first_row + u64::from(hit.streamed) }
    }

    fn found(&self, coded: &CodedBatch, hit: Hit) -> Found {
        let left_date = match self.index.side {
            Side::Left => self.index.dates[hit.indexed as usize],
            Side::Right => coded.dates[hit.streamed as usize],
        };
        Found { hit, split: self.split(coded, hit), last: left_date }
    }

    /// Of the hits of one streamed record with one indexed person, keeps the one that
    /// [`CandidatePair::preference`] puts first. A person has many records and an imaging
    /// record one person, so that what is kept follows the pairs and not the records that
    /// show them.
    fn keep_best_of_each_unit(&self, coded: &CodedBatch, found: &mut Vec<Found>) {
        let pair = |found: &Found| (found.hit.streamed, self.index.units[found.hit.indexed as usize], found.split);
        found.sort_unstable_by(|a, b| pair(a).cmp(&pair(b)).then_with(|| self.preference(coded, a, b)));
        found.dedup_by(|later, first| {
            let is_same = pair(later) == pair(first);
            if is_same && later.hit.rank == first.hit.rank {
                first.last = first.last.max(later.last);
            }
            is_same
        });
    }

    /// [`CandidatePair::preference`] of two hits of one streamed record, left side indexed.
    fn preference(&self, coded: &CodedBatch, a: &Found, b: &Found) -> Ordering {
        let right_date = coded.dates[a.hit.streamed as usize];
        // Activity after the right record's date does not count in favour of a pair.
        let activity = |found: &Found| {
            let date = self.index.dates[found.hit.indexed as usize];
            if date <= right_date { date } else { NO_DATE }
        };
        (a.hit.rank.cmp(&b.hit.rank))
            .then(b.hit.agreeing.cmp(&a.hit.agreeing))
            .then_with(|| activity(b).cmp(&activity(a)))
            .then_with(|| self.index.key(a.hit.indexed).cmp(self.index.key(b.hit.indexed)))
            .then_with(|| self.index.record(a.hit.indexed).cmp(&self.index.record(b.hit.indexed)))
    }

    fn offer(&self, coded: &CodedBatch, units: &[Code], found: &Found) -> Offer {
        let Found { hit, split, last } = *found;
        let row = hit.streamed as usize;
        Offer {
            indexed: hit.indexed,
            unit: units[row],
            split,
            rank: hit.rank,
            agreeing: hit.agreeing,
            date: coded.dates[row],
            last,
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

/// A record pair that meets a rank.
struct Found {
    hit: Hit,
    /// What keeps it apart from others of the same units.
    split: u64,
    /// Latest date among the left records that it stands for.
    last: i32,
}

/// The keys of a batch's records, by hit.
struct BatchKeys<'b> {
    record: Vec<&'b ArrayRef>,
    person: PersonNames<'b>,
    found: &'b [Found],
}

impl<'b> BatchKeys<'b> {
    fn new(stream: &'b Stream<'_>, coded: &'b CodedBatch, batch: &'b RecordBatch, found: &'b [Found]) -> BatchKeys<'b> {
        let key = stream.job.linkage.person_key(stream.index.side.other(), stream.from);
        BatchKeys {
            record: stream.from.record_key.iter().filter_map(|name| batch.column_by_name(name)).collect(),
            person: PersonNames::new(key, &stream.coder, coded, batch),
            found,
        }
    }
}

impl StreamedKeys for BatchKeys<'_> {
    fn record_key(&self, offer: usize, text: &mut String) {
        write_row_key(&self.record, self.found[offer].hit.streamed as usize, text);
    }

    fn person_key(&self, offer: usize, text: &mut String) {
        self.person.write(self.found[offer].hit.streamed as usize, text);
    }
}
