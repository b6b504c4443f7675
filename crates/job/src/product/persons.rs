//! `persons.parquet`: every record, and the person it belongs to.
//!
//! Records of one unit are one person, and so are units joined by links, however many. A
//! person is named after the first of its units in text order, under a key of the release:
//! opaque, and the same for the same inputs.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::{Code, Fault, Observer, RecordRef, Side, Stage};
use counterfoil_release::contract::schema_of;
use counterfoil_release::persons::{PERSONS, PersonRow, persons_batch};
use counterfoil_resolve::cluster::Persons;
use counterfoil_store::{InOrder, Morsel, Staging, TableWriter};
use counterfoil_token::pseudonym::PseudonymMaker;
use hashbrown::HashMap;

use super::Pseudonyms;
use crate::check::Job;
use crate::ranked::{Coding, Ranked, row_key};

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
        persons: names_of_linked(ranked, &names),
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

/// For each unit of a link the name of its person.
fn names_of_linked(ranked: &Ranked, sources: &[String]) -> HashMap<Code, String> {
    let mut units: Vec<(String, Code)> = Vec::new();
    for link in &ranked.links {
        units.push((unit_name(&link.left_person, link.left, sources), link.left_unit));
        units.push((unit_name(&link.right_person, link.right, sources), link.right_unit));
    }
    // By code first, since a unit may be in several links; then by name, so that the smallest
    // position in a person is that of its first name.
    units.sort_unstable_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    units.dedup_by_key(|(_, unit)| *unit);
    units.sort_unstable();
    let position: HashMap<Code, usize> = units.iter().enumerate().map(|(i, (_, unit))| (*unit, i)).collect();
    let mut persons = Persons::new(units.len());
    for link in &ranked.links {
        persons.join(position[&link.left_unit], position[&link.right_unit]);
    }
    let first = persons.representatives();
    units.iter().zip(first).map(|((_, unit), first)| (*unit, units[first].0.clone())).collect()
}

/// A unit is named after its person key, or after its place if it has none; the first word
/// keeps the two kinds of name apart.
fn unit_name(person: &str, record: RecordRef, sources: &[String]) -> String {
    if person.is_empty() {
        format!("row|{}|{}", sources[usize::from(record.source)], record.row)
    } else {
        format!("key|{person}")
    }
}

struct Table<'j> {
    job: &'j Job,
    coding: &'j Coding,
    names: Vec<String>,
    persons: HashMap<Code, String>,
    maker: PseudonymMaker,
    writer: Mutex<TableWriter>,
    observer: &'j dyn Observer,
}

impl Table<'_> {
    fn source(&self, position: usize) -> Result<(), Fault> {
        let source = &self.job.sources[position];
        let side = if self.job.linkage.right.contains(&position) { Side::Right } else { Side::Left };
        let coder = self.coding.coder(self.job, position, side, false)?;
        self.observer.begin(Stage::Extract, Some(source.table.estimated_rows()));
        // A morsel may have a million rows: as columns they take half of what they take as rows.
        let each = |batches: &mut Vec<RecordBatch>, first_row: u64, batch: &RecordBatch| {
            let units = coder.units(first_row, batch).into_iter().enumerate();
            let rows = units.map(|(row, unit)| self.row(position, first_row, batch, row, unit));
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
        source.table.scan(&source.key_columns(), |_| Vec::new(), each, finish)?;
        self.observer.end(Stage::Extract);
        Ok(())
    }

    fn row(&self, position: usize, first_row: u64, batch: &RecordBatch, row: usize, unit: Code) -> PersonRow {
        let source = &self.job.sources[position];
        let record = RecordRef { source: position as u16, row: first_row + row as u64 };
        let person = if let Some(name) = self.persons.get(&unit) {
            self.maker.pseudonym(name)
        } else {
            // In a deduplication records are compared, whatever person key they have.
            let key = if self.job.linkage.is_deduplication() { &[] } else { source.person_key.as_slice() };
            self.maker.pseudonym(&unit_name(&row_key(batch, key, row), record, &self.names))
        };
        PersonRow { record, key: row_key(batch, &source.record_key, row), person: person.into() }
    }
}
