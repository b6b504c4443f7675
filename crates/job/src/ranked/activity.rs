//! The second look at the left side: the last activity of every person that came up, over
//! all their rows, also those without usable identifiers; and, where asked for, whether any
//! number the person ever had contradicts.
//!
//! A second look, because a person's last row may come before the first one that matches, and
//! keeping every person's last activity would let memory grow with the larger side. Where the
//! left side streams, its activity is set aside on disk on the way; else, and for
//! contradictions, it is read again.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt64Type};
use arrow_array::{ArrayRef, Date32Array, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use counterfoil_catalogue::{Contradiction, GuardScope, Products, StepOne};
use counterfoil_core::{CandidatePair, Code, Fault, NO_DATE, Observer, Side, Stage};
use counterfoil_store::Staging;
use counterfoil_store::spill::SpillSet;
use counterfoil_token::coding::{Coder, Tally};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::Coding;
use super::index::Indexed;
use crate::check::Job;
use crate::source::Source;

/// Last activity by left unit.
#[derive(Default)]
pub struct LastActivity {
    dates: HashMap<Code, AtomicI32>,
    /// Sixteen bits a unit, by its leading bits: stays in cache where `dates` does not,
    /// and most rows are of nobody who came up.
    filter: Vec<u64>,
    shift: u32,
}

impl LastActivity {
    /// No activity yet of any of these units.
    pub(crate) fn of_units(units: impl Iterator<Item = Code>) -> LastActivity {
        let dates: HashMap<Code, AtomicI32> = units.map(|unit| (unit, AtomicI32::new(NO_DATE))).collect();
        let bits = dates.len().max(4).next_power_of_two().ilog2() + 4;
        let shift = 64 - bits;
        let mut filter = vec![0; 1 << (bits - 6)];
        for unit in dates.keys() {
            let bit = unit.0 >> shift;
            filter[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        LastActivity { dates, filter, shift }
    }

    /// Date of a unit's last activity; [`NO_DATE`] if it has none or was not asked for.
    #[must_use]
    pub fn of(&self, unit: Code) -> i32 {
        self.dates.get(&unit).map_or(NO_DATE, |date| date.load(Ordering::Relaxed))
    }

    /// Takes in a batch's units and dates. A maximum, so the order of batches is no matter.
    fn take(&self, units: &[Code], dates: &[i32]) {
        // No branch on what memory brings, so that many units wait for it at once: a position is
        // written down in any case, and the next one over it if it was not wanted.
        let mut survivors = vec![0_u32; units.len()];
        let mut found = 0;
        for (position, (unit, date)) in (0..).zip(units.iter().zip(dates)) {
            survivors[found] = position;
            found += usize::from((*date != NO_DATE) & self.may_know(*unit));
        }
        let survivors = survivors[..found].iter().map(|position| *position as usize);
        for (unit, date) in survivors.map(|at| (&units[at], &dates[at])) {
            if let Some(last) = self.dates.get(unit)
                // A look costs less than a write, and most dates change nothing.
                && last.load(Ordering::Relaxed) < *date
            {
                last.fetch_max(*date, Ordering::Relaxed);
            }
        }
    }

    /// Whether the filter lets a unit through; it does every known one.
    #[inline]
    fn may_know(&self, unit: Code) -> bool {
        let bit = unit.0 >> self.shift;
        self.filter[(bit / 64) as usize] >> (bit % 64) & 1 == 1
    }

    /// Takes in what was set aside.
    fn recall(self, activities: &Activities, observer: &dyn Observer) -> Result<LastActivity, Fault> {
        observer.begin(Stage::Activity, Some(activities.rows.load(Ordering::Relaxed)));
        (0..activities.parts.partitions()).into_par_iter().try_for_each(|part| {
            activities.parts.each(part, |batch| {
                let units = batch.column(0).as_primitive::<UInt64Type>().values();
                let units: Vec<Code> = units.iter().map(|unit| Code(*unit)).collect();
                self.take(&units, batch.column(1).as_primitive::<Date32Type>().values());
                observer.advance(Stage::Activity, batch.num_rows() as u64);
            })
        })?;
        observer.end(Stage::Activity);
        Ok(self)
    }

    /// Reads the left side once for these units.
    pub(crate) fn read(self, job: &Job, coding: &Coding, observer: &dyn Observer) -> Result<LastActivity, Fault> {
        scan(job, coding, observer, &Wanted::Activity, |coder, first_row, batch| {
            let dates = coder.days(first_row, batch, &mut Tally::new(0));
            self.take(&coder.units(first_row, batch), &dates);
        })?;
        Ok(self)
    }
}

/// Unit and date of every dated row of the left side, set aside on disk while it streams past
/// the index: twelve bytes a row, where reading it a second time would mean decoding and
/// hashing every person key again.
pub(super) struct Activities {
    /// A part for each thread, so that none waits for another.
    parts: SpillSet,
    rows: AtomicU64,
}

impl Activities {
    /// Nothing set aside yet; `None` where a job does not ask for it, or the left side is not the
    /// one that streams.
    pub(super) fn of(job: &Job, streamed: Side, staging: &Staging) -> Result<Option<Activities>, Fault> {
        if streamed != Side::Left || !needs_activity(job) {
            return Ok(None);
        }
        let field = |name: &str, of: DataType| Field::new(name, of, false);
        let schema = Schema::new(vec![field("unit", DataType::UInt64), field("date", DataType::Date32)]);
        let parts = SpillSet::new(staging, "activities", rayon::current_num_threads(), schema.into())?;
        Ok(Some(Activities { parts, rows: AtomicU64::new(0) }))
    }

    /// Sets a batch's rows aside, from any thread of the pool.
    pub(super) fn keep(&self, units: &[Code], dates: &[i32]) -> Result<(), Fault> {
        let dated = || units.iter().zip(dates).filter(|(_, date)| **date != NO_DATE);
        let units = UInt64Array::from_iter_values(dated().map(|(unit, _)| unit.0));
        let dates = Date32Array::from_iter_values(dated().map(|(_, date)| *date));
        self.rows.fetch_add(units.len() as u64, Ordering::Relaxed);
        let batch =
            RecordBatch::try_from_iter([("unit", Arc::new(units) as ArrayRef), ("date", Arc::new(dates) as ArrayRef)]);
        let batch = batch.map_err(|_| Fault::bug("activity", "columns of one batch differ in length"))?;
        self.parts.write(rayon::current_thread_index().unwrap_or_default(), &batch)
    }
}

/// Whether a job asks for the last activity of persons.
fn needs_activity(job: &Job) -> bool {
    let options = &job.linkage.options;
    options.activity_guard.is_some_and(|guard| guard.scope == GuardScope::Person)
        || options.step_1 == StepOne::LatestRecord
        || job.linkage.products == Some(Products::HesDeaths)
}

/// What the second look found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) last_activity: LastActivity,
    /// Positions of the candidate pairs that another value of the person contradicts.
    pub(crate) contradicted: HashSet<usize>,
}

/// Looks again, as far as the options ask for it.
pub(crate) fn run(
    job: &Job,
    coding: &Coding,
    index: &Indexed,
    activities: Option<&Activities>,
    pairs: &[CandidatePair],
    observer: &dyn Observer,
) -> Result<Findings, Fault> {
    let mut findings = Findings::default();
    if needs_activity(job) {
        let last = LastActivity::of_units(pairs.iter().map(|pair| pair.left_unit));
        findings.last_activity = match activities {
            Some(activities) => last.recall(activities, observer)?,
            None => last.read(job, coding, observer)?,
        };
    }
    if job.linkage.options.contradiction == Contradiction::AnyRecordOfPerson {
        findings.contradicted = contradicted(job, coding, index, pairs, observer)?;
    }
    Ok(findings)
}

/// Pairs of a rank that must not contradict, where some row of the person does.
fn contradicted(
    job: &Job,
    coding: &Coding,
    index: &Indexed,
    pairs: &[CandidatePair],
    observer: &dyn Observer,
) -> Result<HashSet<usize>, Fault> {
    let mut by_unit: HashMap<Code, Vec<usize>> = HashMap::new();
    for (i, pair) in pairs.iter().enumerate() {
        if !fields_of(job, pair.rank).is_empty() {
            by_unit.entry(pair.left_unit).or_default().push(i);
        }
    }
    let found = Mutex::new(HashSet::new());
    scan(job, coding, observer, &Wanted::Fields, |coder, first_row, batch| {
        let coded = coder.code(first_row, batch, &mut Tally::new(job.linkage.fields.len()));
        let mut barred = Vec::new();
        for (row, unit) in coded.units.iter().enumerate() {
            for &i in by_unit.get(unit).into_iter().flatten() {
                let right = index.codes_of(pairs[i].right);
                let contradicts = |field: &usize| coded.fields[*field][row].contradicts(right[*field]);
                if fields_of(job, pairs[i].rank).iter().any(contradicts) {
                    barred.push(i);
                }
            }
        }
        found.lock().unwrap_or_else(PoisonError::into_inner).extend(barred);
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The fields that must not contradict at a rank.
fn fields_of(job: &Job, rank: u8) -> &[usize] {
    let rank = job.linkage.table.ranks.iter().find(|known| known.rank == rank);
    rank.map(|rank| rank.not_contradict.as_slice()).unwrap_or_default()
}

enum Wanted {
    /// Units and activity dates.
    Activity,
    /// Units and linkage fields.
    Fields,
}

/// Calls `each` on every batch of the left side.
fn scan(
    job: &Job,
    coding: &Coding,
    observer: &dyn Observer,
    wanted: &Wanted,
    each: impl Fn(&Coder<'_>, u64, &RecordBatch) + Sync,
) -> Result<(), Fault> {
    let sources: Vec<(usize, &Source)> = job.linkage.left.iter().map(|s| (*s, &job.sources[*s])).collect();
    let total = sources.iter().map(|(_, source)| source.table.estimated_rows()).sum();
    observer.begin(Stage::Activity, Some(total));
    for (position, source) in sources {
        let coder = coding.coder(job, position, Side::Left, false)?;
        let columns = match wanted {
            Wanted::Activity => coder.unit_columns(),
            Wanted::Fields => coder.columns(Vec::new()),
        };
        let on_batch = |(): &mut (), first_row: u64, batch: &RecordBatch| {
            each(&coder, first_row, batch);
            observer.advance(Stage::Activity, batch.num_rows() as u64);
            Ok(())
        };
        source.table.scan(&columns, |_| (), on_batch, |_, ()| Ok(()))?;
    }
    observer.end(Stage::Activity);
    Ok(())
}
