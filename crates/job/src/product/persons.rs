//! `persons.parquet`: every record, and the person it belongs to.
//!
//! Records of one unit are one person, and so are units joined by links, however many. A
//! person is named after the first of its units in text order, under a key of the release:
//! opaque, and the same for the same inputs.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::{CandidatePair, Code, Fault, Observer, Pseudonym, RecordRef, Stage};
use counterfoil_release::contract::schema_of;
use counterfoil_release::persons::{PERSONS, PersonRow, persons_batch};
use counterfoil_resolve::cluster::Persons;
use counterfoil_store::{InOrder, Morsel, Staging, TableWriter};
use counterfoil_token::pseudonym::PseudonymMaker;
use hashbrown::HashMap;

use super::Pseudonyms;
use crate::check::Job;
use crate::input::row_key;
use crate::ranked::{Coding, PersonNames, Ranked};

/// Purpose that person ids are made under.
const PURPOSE: &str = "persons";

/// Writes the table: sources in the order of their names, rows in order.
pub(super) fn write(
    job: &Job,
    coding: &Coding,
    ranked: &Ranked,
    pseudonyms: &Pseudonyms<'_>,
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<(), Fault> {
    let names: Vec<String> = job.sources.iter().map(|source| source.name.clone()).collect();
    let table = Table {
        job,
        coding,
        persons: names_of_linked(job, ranked, &names),
        maker: pseudonyms.maker(PURPOSE),
        names,
        writer: Mutex::new(staging.writer("persons.parquet", schema_of(&PERSONS))?),
        observer,
    };
    let mut order: Vec<usize> = job.linkage.left.iter().chain(&job.linkage.right).copied().collect();
    order.sort_by_key(|source| &job.sources[*source].name);
    order.into_iter().try_for_each(|source| table.source(source))?;
    table.writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish().map(drop)
}

/// A unit among those of both sides: person keys are of one kind within a release only, so
/// that equal ones of two releases are not the same person's.
type Unit<'j> = (Option<&'j str>, Code);

/// For each unit of a link the name of its person.
fn names_of_linked<'j>(job: &'j Job, ranked: &Ranked, sources: &[String]) -> HashMap<Unit<'j>, String> {
    let release = |record: RecordRef| job.sources[usize::from(record.source)].release();
    // In a deduplication it is records that are linked, whatever person key they have.
    let person = |key: &'_ str| if job.linkage.is_deduplication() { String::new() } else { key.to_owned() };
    let left = |link: &CandidatePair| (release(link.left), link.left_unit);
    let right = |link: &CandidatePair| (release(link.right), link.right_unit);
    let mut units: Vec<(String, Unit<'j>)> = Vec::new();
    for link in &ranked.links {
        units.push((unit_name(&person(&link.left_person), link.left, job, sources), left(link)));
        units.push((unit_name(&person(&link.right_person), link.right, job, sources), right(link)));
    }
    // By code first, since a unit may be in several links; then by name, so that the smallest
    // position in a person is that of its first name.
    units.sort_unstable_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    units.dedup_by_key(|(_, unit)| *unit);
    units.sort_unstable();
    let position: HashMap<Unit<'_>, usize> = units.iter().enumerate().map(|(i, (_, unit))| (*unit, i)).collect();
    let mut persons = Persons::new(units.len());
    for link in &ranked.links {
        persons.join(position[&left(link)], position[&right(link)]);
    }
    let first = persons.representatives();
    units.iter().zip(first).map(|((_, unit), first)| (*unit, units[first].0.clone())).collect()
}

/// A unit is named after its person key, or after its place if it has none; what stands
/// before keeps the two kinds of name, and keys of different releases, apart.
fn unit_name(person: &str, record: RecordRef, job: &Job, sources: &[String]) -> String {
    let source = usize::from(record.source);
    match job.sources[source].release() {
        _ if person.is_empty() => format!("row|{}|{}", sources[source], record.row),
        None => format!("key|{person}"),
        Some(release) => format!("key of {release}|{person}"),
    }
}

struct Table<'j> {
    job: &'j Job,
    coding: &'j Coding,
    names: Vec<String>,
    persons: HashMap<Unit<'j>, String>,
    maker: PseudonymMaker,
    writer: Mutex<TableWriter>,
    observer: &'j dyn Observer,
}

impl Table<'_> {
    fn source(&self, position: usize) -> Result<(), Fault> {
        let source = &self.job.sources[position];
        let side = self.job.linkage.side_of(position);
        let coder = self.coding.coder(self.job, position, side, false)?;
        self.observer.begin(Stage::Extract, Some(source.table.estimated_rows()));
        // A morsel may have a million rows: as columns they take half of what they take as rows.
        let each = |batches: &mut Vec<RecordBatch>, first_row: u64, batch: &RecordBatch| {
            let values = coder.values(first_row, batch);
            let units = coder.units_where(&values, batch, |_| true);
            let names = PersonNames::new(self.job.linkage.unit_key(side, source), &coder, &values, batch);
            let rows = units.into_iter().enumerate().map(|(row, unit)| {
                let record = RecordRef { source: position as u16, row: first_row + row as u64 };
                let person = self.person((source.release(), unit), record, || names.name(row));
                PersonRow { record, key: row_key(batch, &source.record_key, row).into_string().into(), person }
            });
            batches.push(persons_batch(rows.collect(), &self.names)?);
            self.observer.advance(Stage::Extract, batch.num_rows() as u64);
            Ok(())
        };
        let in_order = InOrder::new();
        let finish = |morsel: &Morsel, batches: Vec<RecordBatch>| {
            in_order.push(morsel.index, batches, &mut |batches: Vec<RecordBatch>| {
                let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
                batches.iter().try_for_each(|batch| writer.write(batch))
            })
        };
        let mut columns = coder.unit_columns();
        columns.extend(source.key_columns());
        columns.sort_unstable();
        columns.dedup();
        source.table.scan(&columns, |_| Vec::new(), each, finish)?;
        self.observer.end(Stage::Extract);
        Ok(())
    }

    /// The id of a unit's person; `name` tells that of a unit without links.
    fn person(&self, unit: Unit<'_>, record: RecordRef, name: impl FnOnce() -> Box<str>) -> Pseudonym {
        match self.persons.get(&unit) {
            Some(name) => self.maker.pseudonym(name),
            None => self.maker.pseudonym(&unit_name(&name(), record, self.job, &self.names)),
        }
    }
}
