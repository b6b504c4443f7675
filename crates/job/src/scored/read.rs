//! Reading the sources into columns of value numbers.
//!
//! Fields of one kind share a domain, so that any two of them can be compared. Batches are
//! taken in row order, which makes numbers, and all that follows from them, the same at any
//! number of threads.

use std::ops::Range;

use arrow_array::{Array, RecordBatch, StringArray};
use counterfoil_catalogue::{RoleColumns, Several};
use counterfoil_core::{Fault, Observer, RecordRef, Rejected, Stage};
use counterfoil_pairs::blocking::Repeats;
use counterfoil_store::Morsel;
use counterfoil_token::coding::{Columns, FieldPlan, Rules, Tally, Told, Withheld, joined, models_accept};
use counterfoil_token::standardise::{BIRTH_DATE_FLOOR, DateRules, PostcodeFold};
use counterfoil_token::values::{Dictionary, FieldReader, Lists, ValueKind, ValueRules};

use super::default_dates;
use super::outside::{self, Outside};
use super::turns::{InTurn, Turn, Turns};
use crate::check::Job;
use crate::input::{Tallies, Texts};
use crate::source::Source;

/// The rows of a job as numbers, and what stands behind the numbers.
pub(crate) struct Rows {
    /// The domains; which one a field is of is in `domain_of`.
    pub(crate) dictionaries: Vec<Dictionary>,
    /// By linkage field, its domain.
    pub(crate) domain_of: Vec<usize>,
    /// By linkage field, a number for every row: of a value in its domain, or, of a field with
    /// several values a record, of a list there.
    pub(crate) fields: Vec<Vec<u32>>,
    /// By domain, the lists of its values that fields with several have.
    pub(crate) lists: Vec<Lists>,
    /// First row of each group, and as a last entry the number of all rows.
    pub(crate) starts: Vec<u32>,
    /// First row of each source, with the source's position in the job.
    pub(crate) sources: Vec<(u32, u16)>,
    /// Record keys as text.
    keys: Texts,
    /// Refused values by source.
    pub(crate) rejected: Vec<(usize, Vec<Rejected>)>,
    /// How often values occur in a population, where the job names a table of it.
    pub(crate) outside: Vec<Outside>,
    /// The rows that say in every field what another of their data set says, put together, where
    /// half of its rows do.
    pub(crate) repeats: Option<Repeats>,
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

    /// By value number how many of some rows have the value in a field; none has null.
    pub(super) fn counts(&self, field: usize, span: &Range<u32>) -> Vec<u64> {
        let mut counts = vec![0; self.dictionaries[self.domain_of[field]].len() + 1];
        let numbers = &self.fields[field][span.start as usize..span.end as usize];
        numbers.iter().for_each(|number| counts[*number as usize] += 1);
        counts[0] = 0;
        counts
    }

    /// Puts rows together that say the same, once all that they say is read.
    pub(crate) fn put_equal_together(&mut self) {
        let starts: Vec<u32> = self.sources.iter().map(|(start, _)| *start).chain([self.len()]).collect();
        self.repeats = Repeats::find(&self.fields, &starts);
    }

    /// Record key of a row; empty where its source has none.
    pub(crate) fn key(&self, row: u32) -> &str {
        self.keys.get(row)
    }

    /// Record keys of consecutive rows as a column; null where there is none.
    pub(crate) fn key_column(&self, rows: Range<u32>) -> StringArray {
        self.keys.column(rows)
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
    let first = groups.iter().flatten().next().map(|source| plans(job, &job.sources[*source])).transpose()?;
    let first = first.unwrap_or_default();
    let kinds: Vec<ValueKind> = first.iter().map(|plan| ValueRules::of(&plan.rules).kind()).collect();
    let mut reading = Reading::new(&kinds);
    for group in groups {
        reading.rows.starts.push(reading.rows.len_so_far());
        for source in group {
            let plans = plans(job, &job.sources[*source])?;
            reading = reading.source(job, *source, &plans, tallies, observer)?;
        }
    }
    reading.rows.starts.push(reading.rows.len_so_far());
    let Reading { mut rows, mut dictionaries, lists } = reading;
    rows.outside = outside::read(job, &first, |field| rows.domain_of[field], &dictionaries)?;
    dictionaries.iter_mut().for_each(Dictionary::close);
    (rows.dictionaries, rows.lists) = (dictionaries, lists);
    default_dates::take_back(job, &mut rows, tallies);
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
    /// The lists of each domain.
    lists: Vec<Lists>,
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
            lists: Vec::new(),
            starts: Vec::new(),
            sources: Vec::new(),
            keys: Texts::default(),
            rejected: Vec::new(),
            outside: Vec::new(),
            repeats: None,
        };
        let lists = domains.iter().map(|_| Lists::default()).collect();
        Reading { rows, dictionaries: domains.into_iter().map(Dictionary::new).collect(), lists }
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
        let reading = SourceReading {
            source,
            plans,
            withheld: source.withheld()?,
            readers: readers.collect(),
            keys: Texts::with_room(if source.record_key.is_empty() { 0 } else { expected as usize }),
            rows: self.rows,
            dictionaries: self.dictionaries,
            lists: self.lists,
        };
        let turns = Turns::new(reading);
        let each = |turn: &mut Turn<'_, _>, _: u64, batch: &RecordBatch| {
            observer.advance(Stage::Index, batch.num_rows() as u64);
            turn.batch(batch)
        };
        let columns = Wanted::new(source, plans)?;
        let begin = |morsel: &Morsel| turns.begin(morsel.index);
        source.table.scan_encoded(&columns.all(), &columns.values, begin, each, |_, turn| turn.end())?;
        observer.end(Stage::Index);
        let SourceReading { mut readers, keys, mut rows, dictionaries, lists, .. } = turns.into_inner();
        rows.keys.append(keys, start as usize);
        let mut rejected: Vec<Rejected> = readers.iter_mut().flat_map(FieldReader::take_rejects).collect();
        rejected.sort_unstable();
        rows.rejected.push((position, rejected));
        let mut tally = Tally::new(readers.len());
        tally.fields = readers.iter().map(|reader| reader.counts().clone()).collect();
        tallies.add(position, u64::from(rows.len_so_far() - start), &tally);
        Ok(Reading { rows, dictionaries, lists })
    }
}

/// One source under way.
struct SourceReading<'s> {
    source: &'s Source,
    plans: &'s [FieldPlan],
    withheld: Option<Withheld>,
    readers: Vec<FieldReader>,
    keys: Texts,
    rows: Rows,
    dictionaries: Vec<Dictionary>,
    lists: Vec<Lists>,
}

impl InTurn for SourceReading<'_> {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        let withheld = self.withheld.as_ref().map(|withheld| withheld.rows(batch)).unwrap_or_default();
        for field in 0..self.plans.len() {
            if self.plans[field].field.several {
                self.lists(field, batch);
            } else {
                let mut out = std::mem::take(&mut self.rows.fields[field]);
                self.field(field, batch, &mut out);
                self.rows.fields[field] = out;
            }
            if !withheld.is_empty() {
                self.readers[field].withhold(&withheld, &mut self.rows.fields[field]);
            }
        }
        self.keys.read_keys(batch, &self.source.record_key);
        self.refuse_too_many()
    }
}

impl SourceReading<'_> {
    /// A field with several values a record. Where the data set has one, it is a list of one.
    fn lists(&mut self, field: usize, batch: &RecordBatch) {
        let domain = self.rows.domain_of[field];
        let plan = &self.plans[field];
        let column = plan.columns.names().first().and_then(|name| batch.column_by_name(name));
        let separator = match self.source.several(&plan.field.name) {
            Some(Several::Separator(separator)) => Some(*separator),
            // Not asked for where the column is one of lists.
            Some(Several::List(_)) => Some('\n'),
            None => None,
        };
        if let (Some(separator), Some(column)) = (separator, column) {
            let (dictionary, lists) = (&mut self.dictionaries[domain], &mut self.lists[domain]);
            self.readers[field].read_lists(column, separator, dictionary, lists, &mut self.rows.fields[field]);
            return;
        }
        let mut single = Vec::with_capacity(batch.num_rows());
        self.field(field, batch, &mut single);
        let lists = &mut self.lists[domain];
        self.rows.fields[field].extend(single.into_iter().map(|number| of_one(lists, number)));
    }

    /// A field with one value a record.
    fn field(&mut self, field: usize, batch: &RecordBatch, out: &mut Vec<u32>) {
        let (plan, reader) = (&self.plans[field], &mut self.readers[field]);
        let dictionary = &mut self.dictionaries[self.rows.domain_of[field]];
        let columns: Option<Vec<&dyn Array>> =
            plan.columns.names().iter().map(|name| Some(batch.column_by_name(name)?.as_ref())).collect();
        match (&plan.columns, columns.as_deref()) {
            (Columns::One(_), Some([column])) => reader.read(*column, dictionary, out),
            (Columns::WithProvider { .. }, Some([id, provider])) => {
                reader.read_with_provider(*id, *provider, dictionary, out);
            }
            (Columns::Joined(_), Some(columns)) => {
                reader.read(&joined(columns, &plan.missing), dictionary, out);
            }
            (Columns::YearByAge { told: Told::At(year), .. }, Some([age])) => {
                reader.read_year_by_age(*age, Err(*year), dictionary, out);
            }
            (Columns::YearByAge { .. }, Some([age, year])) => {
                reader.read_year_by_age(*age, Ok(*year), dictionary, out);
            }
            (Columns::AgeByBirth { at, .. }, Some([born])) => {
                let rules = birth_rules(self.source);
                reader.read_age_by_birth(*born, *at, &rules, dictionary, out);
            }
            (Columns::DateParts { .. }, Some([year, month, day])) => {
                reader.read_date_parts([*year, *month, *day], dictionary, out);
            }
            _ => reader.read_nothing(batch.num_rows(), out),
        }
    }

    fn refuse_too_many(&self) -> Result<(), Fault> {
        let rows = self.rows.fields.first().map_or(0, Vec::len);
        if rows <= MOST_ROWS {
            return Ok(());
        }
        let message = format!("there are more than {MOST_ROWS} rows, the most that one linkage by a model takes");
        Err(Fault::environment(format!("data_set.{}", self.source.name), message)
            .hint("link parts of it in several jobs"))
    }
}

/// The number of a list of one value; a missing value has none.
pub(super) fn of_one(lists: &mut Lists, number: u32) -> u32 {
    if number == 0 { 0 } else { lists.number(&mut vec![number]) }
}

/// The columns to read.
struct Wanted<'s> {
    /// Those that are read value by value, so that a file's dictionary is as good.
    values: Vec<&'s str>,
    /// The others: read together with one another, in lists, or as keys.
    others: Vec<&'s str>,
}

impl<'s> Wanted<'s> {
    fn new(source: &'s Source, plans: &'s [FieldPlan]) -> Result<Wanted<'s>, Fault> {
        let withheld = source.role("identity_withheld")?;
        let withheld = withheld.iter().flat_map(RoleColumns::names).filter_map(|name| {
            let field = source.schema().fields().iter().find(|field| field.name() == name)?;
            Some(field.name().as_str())
        });
        let is_one = |plan: &&FieldPlan| matches!(plan.columns, Columns::One(_)) && !plan.field.several;
        let (alone, together): (Vec<&FieldPlan>, Vec<&FieldPlan>) = plans.iter().partition(is_one);
        let names = |plans: Vec<&'s FieldPlan>| plans.into_iter().flat_map(|plan| plan.columns.names());
        let others = names(together).chain(source.record_key.iter().map(String::as_str)).chain(withheld);
        let others: Vec<&str> = others.collect();
        Ok(Wanted { values: names(alone).filter(|name| !others.contains(name)).collect(), others })
    }

    /// All of them, each once.
    fn all(&self) -> Vec<&'s str> {
        let mut all = [&self.values[..], &self.others].concat();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// How the fields of a source are read. Where no catalogue entry describes it, it may be of any
/// time and no date is a code for "missing": a birth in 1790 is one.
pub(crate) fn plans(job: &Job, source: &Source) -> Result<Vec<FieldPlan>, Fault> {
    let plan = |field| {
        let mut plan = source.field_plan(field, PostcodeFold::None, models_accept)?;
        if let Rules::Date(rules) = &mut plan.rules {
            *rules = birth_rules(source);
        }
        Ok(plan)
    };
    job.linkage.fields.iter().map(plan).collect()
}

/// How dates of birth of a source are read. Of a described data set none is before the first that a rank
/// would take.
fn birth_rules(source: &Source) -> DateRules {
    let rules = source.date_rules(BIRTH_DATE_FLOOR);
    if source.definition.is_some() { rules } else { DateRules { floor: EARLIEST, sentinels: Vec::new(), ..rules } }
}

/// 1000-01-01, in days since 1970-01-01.
const EARLIEST: i32 = -354_285;
