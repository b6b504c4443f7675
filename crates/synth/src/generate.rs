//! Generates a population block by block and writes it in order.
//!
//! Blocks of people are made in parallel, a wave at a time, while the wave before is being
//! written; what is in memory is two waves, whatever the population. Sizes of block, wave
//! and file are fixed numbers of people, so the bytes do not depend on the threads.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{RecordBatch, StringArray, UInt64Array};
use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_store::{Staging, TableWriter};
use rayon::prelude::*;

use crate::data_sets::{self, DataSet, Records};
use crate::manifest;
use crate::population::World;
use crate::spec::{SynthReport, SynthSpec};

/// How many people are handled together. Part of the output's definition.
#[derive(Clone, Copy)]
struct Sizes {
    /// People whose records are made and sorted together.
    people_per_block: u64,
    /// Blocks made in parallel and written together.
    blocks_per_wave: u64,
    /// Waves whose records share a file.
    waves_per_part: u64,
}

/// A wave is small enough for two to fit in some 100 MB, and a file holds half a million
/// people, a million episodes: one row group.
const SIZES: Sizes = Sizes { people_per_block: 4_096, blocks_per_wave: 16, waves_per_part: 8 };

/// Generates a population into the folder `out`, which must not exist.
///
/// Writes `hes_apc/part-….parquet` and `deaths/part-….parquet` (as asked for), the list
/// `communal_postcodes.csv`, `truth.parquet` (which person each record is of: `source`,
/// `row` over the data set's files in path order, `key`, `person`, `errors`), `errors.toml`
/// (the rates used), `README.md` and `manifest.json`. Runs on the current rayon pool.
///
/// # Errors
///
/// Bad spec as [`SynthSpec::check`] (the first fault), or an output folder that exists or
/// cannot be written; nothing is left behind then.
pub fn generate(spec: &SynthSpec, out: &Path, observer: &dyn Observer) -> Result<SynthReport, Fault> {
    generate_in(spec, SIZES, out, observer)
}

fn generate_in(spec: &SynthSpec, sizes: Sizes, out: &Path, observer: &dyn Observer) -> Result<SynthReport, Fault> {
    spec.check().map_err(|mut faults| faults.swap_remove(0))?;
    let staging = Staging::begin(out, &manifest::fingerprint(spec))?;
    let world = World::new(spec.seed, spec.people);
    observer.begin(Stage::Generate, None);
    let report = write_tables(&Plan { spec, world: &world, sizes, chosen: spec.chosen() }, &staging, observer);
    observer.end(Stage::Generate);
    let report = report?;
    let communal = format!("postcode\n{}\n", world.places.communal_postcodes().join("\n"));
    staging.write_bytes("communal_postcodes.csv", communal.as_bytes())?;
    staging.write_bytes("errors.toml", spec.errors.to_toml().as_bytes())?;
    staging.write_bytes("README.md", manifest::readme(spec, &report).as_bytes())?;
    staging.publish(|files| manifest::manifest(spec, &report, files))?;
    Ok(report)
}

/// What every block needs.
struct Plan<'a> {
    spec: &'a SynthSpec,
    world: &'a World,
    sizes: Sizes,
    chosen: Vec<&'static dyn DataSet>,
}

fn write_tables(plan: &Plan<'_>, staging: &Staging, observer: &dyn Observer) -> Result<SynthReport, Fault> {
    let waves = plan.spec.people.div_ceil(plan.sizes.blocks_per_wave * plan.sizes.people_per_block);
    let mut output = Output::new(plan, staging, waves, observer)?;
    let mut ready = plan.wave(0);
    for number in 0..waves {
        let (written, next) = rayon::join(|| output.write(number, &ready), || plan.wave(number + 1));
        written?;
        ready = next;
    }
    output.finish()
}

/// The records of one block of people, by chosen data set.
struct Block {
    records: Vec<Records>,
    deaths: u64,
    linked: u64,
}

impl Plan<'_> {
    /// The blocks of a wave; beyond the population there are none.
    fn wave(&self, wave: u64) -> Vec<Block> {
        let first = wave * self.sizes.blocks_per_wave;
        (first..first + self.sizes.blocks_per_wave)
            .into_par_iter()
            .filter(|number| number * self.sizes.people_per_block < self.spec.people)
            .map(|number| self.block(number))
            .collect()
    }

    fn block(&self, number: u64) -> Block {
        let (world, rates) = (self.world, &self.spec.errors);
        let first = number * self.sizes.people_per_block;
        let last = (first + self.sizes.people_per_block).min(self.spec.people);
        let lives = world.lives(first..last);
        let dead = lives.iter().filter(|life| data_sets::has_registration(world, rates, life));
        let (deaths, linked) = dead.fold((0, 0), |(deaths, linked), life| {
            (deaths + 1, linked + u64::from(data_sets::has_hospital_record(world, life)))
        });
        let records = self.chosen.iter().map(|data_set| data_set.records(world, rates, &lives)).collect();
        Block { records, deaths, linked }
    }
}

/// The files being written.
struct Output<'a> {
    staging: &'a Staging,
    observer: &'a dyn Observer,
    tables: Vec<Table>,
    truth: TableWriter,
    /// Digits of a part number, so that path order is the order of the parts.
    digits: usize,
    waves_per_part: u64,
    deaths: u64,
    linked: u64,
}

/// The files of one data set.
struct Table {
    data_set: &'static dyn DataSet,
    part: Option<TableWriter>,
    rows: u64,
}

impl<'a> Output<'a> {
    fn new(plan: &Plan<'_>, staging: &'a Staging, waves: u64, observer: &'a dyn Observer) -> Result<Output<'a>, Fault> {
        let tables = plan.chosen.iter().map(|data_set| Table { data_set: *data_set, part: None, rows: 0 }).collect();
        let truth = staging.writer("truth.parquet", data_sets::truth_schema())?;
        let waves_per_part = plan.sizes.waves_per_part;
        let digits = (waves.div_ceil(waves_per_part) - 1).to_string().len().max(3);
        Ok(Output { staging, observer, tables, truth, digits, waves_per_part, deaths: 0, linked: 0 })
    }

    /// Writes one wave: the tables side by side, each in the order of the blocks.
    fn write(&mut self, number: u64, blocks: &[Block]) -> Result<(), Fault> {
        if number.is_multiple_of(self.waves_per_part) {
            self.next_part(number / self.waves_per_part)?;
        }
        let before: Vec<u64> = self.tables.iter().map(|table| table.rows).collect();
        let (tables, truth, observer) = (&mut self.tables, &mut self.truth, self.observer);
        let sources: Vec<&str> = tables.iter().map(|table| table.data_set.name()).collect();
        let (records, truths) = rayon::join(
            || {
                tables.par_iter_mut().enumerate().try_for_each(|(position, table)| {
                    blocks.iter().try_for_each(|block| table.write(&block.records[position], observer))
                })
            },
            || write_truth(truth, (&sources, before), blocks),
        );
        records.and(truths)?;
        self.deaths += blocks.iter().map(|block| block.deaths).sum::<u64>();
        self.linked += blocks.iter().map(|block| block.linked).sum::<u64>();
        Ok(())
    }

    fn next_part(&mut self, number: u64) -> Result<(), Fault> {
        for table in &mut self.tables {
            table.close()?;
            let digits = self.digits;
            let path = format!("{}/part-{number:0digits$}.parquet", table.data_set.folder());
            table.part = Some(self.staging.writer(&path, table.data_set.schema())?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SynthReport, Fault> {
        self.tables.par_iter_mut().try_for_each(Table::close)?;
        self.truth.finish()?;
        let rows = self.tables.iter().map(|table| (table.data_set.name().to_owned(), table.rows)).collect();
        Ok(SynthReport { rows, deaths: self.deaths, linked: self.linked })
    }
}

impl Table {
    fn write(&mut self, records: &Records, observer: &dyn Observer) -> Result<(), Fault> {
        let unopened = || Fault::bug(self.data_set.folder(), "rows came before their file was opened");
        self.part.as_mut().ok_or_else(unopened)?.write(&records.batch)?;
        let rows = records.batch.num_rows() as u64;
        self.rows += rows;
        observer.advance(Stage::Generate, rows);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.part.take().map_or(Ok(()), |part| part.finish().map(|_| ()))
    }
}

/// Writes whose each record is. `next_row` is the number of each source's next row.
fn write_truth(
    truth: &mut TableWriter,
    (sources, mut next_row): (&[&str], Vec<u64>),
    blocks: &[Block],
) -> Result<(), Fault> {
    for block in blocks {
        for ((records, source), next_row) in block.records.iter().zip(sources).zip(&mut next_row) {
            let rows = records.persons.len() as u64;
            truth.write(&truth_rows(records, source, *next_row)?)?;
            *next_row += rows;
        }
    }
    Ok(())
}

fn truth_rows(records: &Records, source: &str, first_row: u64) -> Result<RecordBatch, Fault> {
    let rows = records.persons.len();
    let columns: Vec<arrow_array::ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(source, rows))),
        Arc::new(UInt64Array::from_iter_values(first_row..first_row + rows as u64)),
        Arc::new(records.keys.clone()),
        Arc::new(UInt64Array::from_iter_values(records.persons.iter().copied())),
        Arc::new(records.errors.iter().map(|errors| errors.names()).collect::<StringArray>()),
    ];
    RecordBatch::try_new(data_sets::truth_schema(), columns)
        .map_err(|_| Fault::bug("truth.parquet", "columns do not fit the schema"))
}

#[cfg(test)]
mod tests;
