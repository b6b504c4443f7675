//! Reading the sources into columns of value numbers.
//!
//! Fields of one kind share a domain, so that any two of them can be compared. Batches are
//! taken in row order, which makes numbers, and all that follows from them, the same at any
//! number of threads.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use arrow_array::{Array, RecordBatch};
use counterfoil_core::{Fault, Observer, RecordRef, Rejected, Stage};
use counterfoil_store::{InOrder, Morsel};
use counterfoil_token::coding::{Columns, FieldPlan, Tally};
use counterfoil_token::standardise::PostcodeFold;
use counterfoil_token::values::{Dictionary, FieldReader, ValueKind, ValueRules};

use crate::check::Job;
use crate::input::{Tallies, Texts};
use crate::source::Source;

/// The rows of a job as numbers, and what stands behind the numbers.
pub(crate) struct Rows {
    /// The domains; which one a field is of is in `domain_of`.
    pub(crate) dictionaries: Vec<Dictionary>,
    /// By linkage field, its domain.
    pub(crate) domain_of: Vec<usize>,
    /// By linkage field, a number for every row.
    pub(crate) fields: Vec<Vec<u32>>,
    /// First row of each group, and as a last entry the number of all rows.
    pub(crate) starts: Vec<u32>,
    /// First row of each source, with the source's position in the job.
    pub(crate) sources: Vec<(u32, u16)>,
    /// Record keys as text.
    keys: Texts,
    /// Refused values by source.
    pub(crate) rejected: Vec<(usize, Vec<Rejected>)>,
}

impl Rows {
    /// Number of rows.
    pub(crate) fn len(&self) -> u32 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Where a row stands.
    pub(crate) fn record(&self, row: u32) -> RecordRef {
        let at = self.sources.partition_point(|(start, _)| *start <= row) - 1;
        let (start, source) = self.sources[at];
        RecordRef { source, row: u64::from(row - start) }
    }

    /// The rows of each source, with the source's position in the job.
    pub(crate) fn spans(&self) -> Vec<(u16, Range<u32>)> {
        let ends = self.sources.iter().skip(1).map(|(start, _)| *start).chain([self.len()]);
        self.sources.iter().zip(ends).map(|((start, source), end)| (*source, *start..end)).collect()
    }

    /// Record key of a row; empty where its source has none.
    pub(crate) fn key(&self, row: u32) -> &str {
        self.keys.get(row)
    }
}

/// Most rows of a scored linkage.
const MOST_ROWS: usize = u32::MAX as usize - 1;

/// Reads every source of a job, group by group.
///
/// # Errors
///
/// A file cannot be read, or there are more rows than 32 bits count.
pub(crate) fn read(
    job: &Job,
    groups: &[Vec<usize>],
    tallies: &mut Tallies,
    observer: &dyn Observer,
) -> Result<Rows, Fault> {
    let plans = |source: &Source| -> Result<Vec<FieldPlan>, Fault> {
        job.linkage.fields.iter().map(|field| source.field_plan(field, PostcodeFold::None)).collect()
    };
    let first = groups.iter().flatten().next().map(|source| plans(&job.sources[*source])).transpose()?;
    let kinds: Vec<ValueKind> =
        first.unwrap_or_default().iter().map(|plan| ValueRules::of(&plan.rules).kind()).collect();
    let mut reading = Reading::new(&kinds);
    for group in groups {
        reading.rows.starts.push(reading.rows.len_so_far());
        for source in group {
            let plans = plans(&job.sources[*source])?;
            reading = reading.source(job, *source, &plans, tallies, observer)?;
        }
    }
    reading.rows.starts.push(reading.rows.len_so_far());
    let Reading { mut rows, dictionaries } = reading;
    rows.dictionaries = dictionaries;
    Ok(rows)
}

impl Rows {
    fn len_so_far(&self) -> u32 {
        self.fields.first().map_or(0, |field| field.len() as u32)
    }
}

/// Rows under way.
struct Reading {
    rows: Rows,
    /// The domains, still growing.
    dictionaries: Vec<Dictionary>,
}

impl Reading {
    fn new(kinds: &[ValueKind]) -> Reading {
        let mut domains: Vec<ValueKind> = Vec::new();
        let domain = |kind: &ValueKind| {
            domains.iter().position(|known| known == kind).unwrap_or_else(|| {
                domains.push(*kind);
                domains.len() - 1
            })
        };
        let domain_of = kinds.iter().map(domain).collect();
        let rows = Rows {
            dictionaries: Vec::new(),
            domain_of,
            fields: vec![Vec::new(); kinds.len()],
            starts: Vec::new(),
            sources: Vec::new(),
            keys: Texts::default(),
            rejected: Vec::new(),
        };
        Reading { rows, dictionaries: domains.into_iter().map(Dictionary::new).collect() }
    }

    /// Adds the rows of a source.
    fn source(
        mut self,
        job: &Job,
        position: usize,
        plans: &[FieldPlan],
        tallies: &mut Tallies,
        observer: &dyn Observer,
    ) -> Result<Reading, Fault> {
        let source = &job.sources[position];
        let start = self.rows.len_so_far();
        self.rows.sources.push((start, position as u16));
        let expected = source.table.estimated_rows();
        self.rows.fields.iter_mut().for_each(|field| field.reserve(expected as usize));
        observer.begin(Stage::Index, Some(expected));
        let readers = plans
            .iter()
            .enumerate()
            .map(|(i, plan)| FieldReader::new(i as u16, ValueRules::of(&plan.rules), plan.missing.clone()));
        let under_way = Mutex::new(SourceReading {
            readers: readers.collect(),
            keys: Texts::default(),
            rows: self.rows,
            dictionaries: self.dictionaries,
        });
        let in_order = InOrder::new();
        let each = |batches: &mut Vec<RecordBatch>, _: u64, batch: &RecordBatch| {
            batches.push(batch.clone());
            Ok(())
        };
        let finish = |morsel: &Morsel, batches: Vec<RecordBatch>| {
            in_order.push(morsel.index, batches, &mut |batches: Vec<RecordBatch>| {
                let mut reading = under_way.lock().unwrap_or_else(PoisonError::into_inner);
                for batch in &batches {
                    reading.batch(source, plans, batch);
                    observer.advance(Stage::Index, batch.num_rows() as u64);
                }
                reading.refuse_too_many(source)
            })
        };
        source.table.scan(&columns(source, plans), |_| Vec::new(), each, finish)?;
        observer.end(Stage::Index);
        let SourceReading { mut readers, keys, mut rows, dictionaries } =
            under_way.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.keys.append(&keys, start as usize);
        let mut rejected: Vec<Rejected> = readers.iter_mut().flat_map(FieldReader::take_rejects).collect();
        rejected.sort_unstable();
        rows.rejected.push((position, rejected));
        let mut tally = Tally::new(readers.len());
        tally.fields = readers.iter().map(|reader| reader.counts().clone()).collect();
        tallies.add(position, u64::from(rows.len_so_far() - start), &tally);
        Ok(Reading { rows, dictionaries })
    }
}

struct SourceReading {
    readers: Vec<FieldReader>,
    keys: Texts,
    rows: Rows,
    dictionaries: Vec<Dictionary>,
}

impl SourceReading {
    fn batch(&mut self, source: &Source, plans: &[FieldPlan], batch: &RecordBatch) {
        let (Rows { domain_of, fields, .. }, dictionaries) = (&mut self.rows, &mut self.dictionaries);
        for (i, (plan, reader)) in plans.iter().zip(&mut self.readers).enumerate() {
            let (dictionary, out) = (&mut dictionaries[domain_of[i]], &mut fields[i]);
            match &plan.columns {
                Columns::One(name) | Columns::WithProvider { id: name, .. } => match batch.column_by_name(name) {
                    Some(column) => reader.read(column, dictionary, out),
                    None => reader.read_nothing(batch.num_rows(), out),
                },
                Columns::DateParts { year, month, day } => {
                    let parts = [year, month, day].map(|name| batch.column_by_name(name));
                    match parts {
                        [Some(year), Some(month), Some(day)] => {
                            reader.read_date_parts([year, month, day].map(|c| c as &dyn Array), dictionary, out);
                        }
                        _ => reader.read_nothing(batch.num_rows(), out),
                    }
                }
                Columns::Absent => reader.read_nothing(batch.num_rows(), out),
            }
        }
        self.keys.read_keys(batch, &source.record_key);
    }

    fn refuse_too_many(&self, source: &Source) -> Result<(), Fault> {
        let rows = self.rows.fields.first().map_or(0, Vec::len);
        if rows <= MOST_ROWS {
            return Ok(());
        }
        let message = format!("there are more than {MOST_ROWS} rows, the most that one linkage by a model takes");
        Err(Fault::environment(format!("data_set.{}", source.name), message).hint("link parts of it in several jobs"))
    }
}

/// The columns to read, each once.
fn columns<'s>(source: &'s Source, plans: &'s [FieldPlan]) -> Vec<&'s str> {
    let fields = plans.iter().flat_map(|plan| plan.columns.names());
    let mut columns: Vec<&str> = fields.chain(source.record_key.iter().map(String::as_str)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}
