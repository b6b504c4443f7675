//! Deaths that hospital records show: rows with a "dead" discharge method.
//!
//! One record a person is kept, as the published merge asks; which one it does not say. Ours
//! is the latest, then the smaller record key: a person who is recorded as dead and later
//! discharged dead again was alive in between.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_catalogue::Dead;
use counterfoil_core::{Code, Fault, NO_DATE, Observer, RecordRef, Side, Stage};
use counterfoil_release::deaths::HospitalDeath;
use counterfoil_token::coding::{Coder, Columns, for_each_key, key_at, read_days};
use counterfoil_token::standardise::BIRTH_DATE_FLOOR;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::check::Job;
use crate::input::row_key;
use crate::ranked::{Coding, PersonNames};
use crate::source::Source;

/// A death in hospital, and what products need of the person.
pub(crate) struct DiedInHospital {
    /// The death.
    pub(crate) death: HospitalDeath,
    /// Date of birth, or [`NO_DATE`].
    pub(crate) birth: i32,
    /// Person key, as text; empty if the source has none.
    pub(crate) person: Box<str>,
    /// Record key of the row.
    pub(crate) key: Box<str>,
    /// The row.
    pub(crate) record: RecordRef,
}

impl DiedInHospital {
    /// Whether this record is kept rather than the other.
    fn is_preferred_to(&self, other: &DiedInHospital) -> bool {
        (self.death.date, std::cmp::Reverse((&self.key, self.record)))
            > (other.death.date, std::cmp::Reverse((&other.key, other.record)))
    }
}

/// Reads the deaths in hospital of every left source that records them.
pub(super) fn read(
    job: &Job,
    coding: &Coding,
    observer: &dyn Observer,
) -> Result<HashMap<Code, DiedInHospital>, Fault> {
    let deaths = Mutex::new(HashMap::new());
    for &position in &job.linkage.left {
        let source = &job.sources[position];
        let Some(dead) = dead_columns(source) else { continue };
        observer.begin(Stage::Activity, Some(source.table.estimated_rows()));
        let reader = Reader { source, position, coder: coding.coder(job, position, Side::Left, false)?, dead };
        let each = |found: &mut Found, first_row: u64, batch: &RecordBatch| {
            reader.batch(first_row, batch, found);
            observer.advance(Stage::Activity, batch.num_rows() as u64);
            Ok(())
        };
        let finish = |_: &counterfoil_store::Morsel, found: Found| {
            let mut deaths = deaths.lock().unwrap_or_else(PoisonError::into_inner);
            for (unit, death) in found {
                keep(&mut deaths, unit, death);
            }
            Ok(())
        };
        source.table.scan(&reader.columns(), |_| Found::new(), each, finish)?;
        observer.end(Stage::Activity);
    }
    Ok(deaths.into_inner().unwrap_or_else(PoisonError::into_inner))
}

type Found = Vec<(Code, DiedInHospital)>;

fn keep(deaths: &mut HashMap<Code, DiedInHospital>, unit: Code, death: DiedInHospital) {
    match deaths.entry(unit) {
        Entry::Vacant(place) => {
            place.insert(death);
        }
        Entry::Occupied(mut place) => {
            if death.is_preferred_to(place.get()) {
                place.insert(death);
            }
        }
    }
}

/// The catalogue's "dead" rule, with columns as the file spells them.
struct DeadColumns {
    method: String,
    codes: Vec<String>,
    dates: Vec<String>,
}

fn dead_columns(source: &Source) -> Option<DeadColumns> {
    let definition = source.definition.as_ref()?;
    let Dead { column, codes, dates, .. } = definition.dead.as_ref()?;
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    Some(DeadColumns {
        method: definition.spelt(column, &names)?,
        codes: codes.clone(),
        dates: dates.iter().filter_map(|date| definition.spelt(date, &names)).collect(),
    })
}

struct Reader<'r> {
    source: &'r Source,
    position: usize,
    coder: Coder<'r>,
    dead: DeadColumns,
}

impl Reader<'_> {
    fn columns(&self) -> Vec<&str> {
        let mut columns = self.coder.columns(self.source.key_columns());
        for name in std::iter::once(&self.dead.method).chain(&self.dead.dates) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        columns
    }

    fn batch(&self, first_row: u64, batch: &RecordBatch, found: &mut Found) {
        let rows = self.dead_rows(batch);
        if rows.is_empty() {
            return;
        }
        let values = self.coder.values(first_row, batch);
        let units = self.coder.units_where(&values, batch, |_| true);
        let names = PersonNames::new(self.source.person_key.as_ref(), &self.coder, &values, batch);
        let dates: Vec<Vec<i32>> = (self.dead.dates.iter())
            .map(|date| read_days(&Columns::One(date.clone()), &self.source.event_rules(), batch))
            .collect();
        let births = self.births(batch);
        for row in rows {
            let date = dates.iter().map(|column| column[row]).find(|date| *date != NO_DATE);
            let mut death = HospitalDeath::new(date.unwrap_or(NO_DATE));
            death.sex = self.sex(batch, row);
            let death = DiedInHospital {
                death,
                birth: births[row],
                person: names.name(row),
                key: row_key(batch, &self.source.record_key, row),
                record: RecordRef { source: self.position as u16, row: first_row + row as u64 },
            };
            found.push((units[row], death));
        }
    }

    fn dead_rows(&self, batch: &RecordBatch) -> Vec<usize> {
        let mut rows = Vec::new();
        if let Some(column) = batch.column_by_name(&self.dead.method) {
            for_each_key(column, |row, code| {
                if code.is_some_and(|code| self.dead.codes.iter().any(|dead| dead == code)) {
                    rows.push(row);
                }
            });
        }
        rows
    }

    fn births(&self, batch: &RecordBatch) -> Vec<i32> {
        match self.source.date_role("birth_date") {
            Ok(Some(columns)) => read_days(&columns, &self.source.date_rules(BIRTH_DATE_FLOOR), batch),
            _ => vec![NO_DATE; batch.num_rows()],
        }
    }

    fn sex(&self, batch: &RecordBatch, row: usize) -> Option<u8> {
        let columns = self.source.role("sex").ok().flatten()?;
        key_at(batch.column_by_name(columns.names().first()?)?, row).parse().ok()
    }
}
