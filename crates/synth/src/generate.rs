//! Generates a population block by block and writes it in order.
//!
//! Each thread takes the next block of people, draws their lives, and encodes their records
//! table by table into row groups; these are appended to the files in the order of the
//! blocks. What is in memory is a block for each thread and what waits for its turn, some
//! more, whatever the population. Blocks and files are fixed numbers of people, so the bytes
//! do not depend on the threads.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use arrow_array::{ArrayRef, UInt64Array};
use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_store::{EncodedRowGroup, EncodedWriter, InOrder, Layout, RowGroup, Staging, TextWriter};

use crate::data_sets::{self, DataSet};
use crate::population::World;
use crate::spec::{SynthReport, SynthSpec};
use crate::{csv, manifest, people, readme};

/// How many people are handled together. Part of the output's definition.
#[derive(Clone, Copy)]
struct Sizes {
    /// People whose records are made and sorted together: a row group of each table.
    people_per_block: u64,
    /// Blocks whose records share a file.
    blocks_per_part: u64,
}

/// A block of all data sets takes some 100 MB while it is encoded; a file holds half a
/// million people.
const SIZES: Sizes = Sizes { people_per_block: 16_384, blocks_per_part: 32 };

/// Generates a population into the folder `out`, which must not exist.
///
/// Writes a folder of Parquet files for each table of the data sets asked for, such as
/// `hes_apc/part-000.parquet`, or `cohort.csv`; `truth.parquet` (which person each record is
/// of: `source`, `row` over the table's files in path order, `key`, `person`, `errors`, and
/// `about`, which person of a row that is about two);
/// `people.parquet` (who the people truly are); the list `communal_postcodes.csv`;
/// `errors.toml` (the rates used); `README.md`, which describes them all, and
/// `manifest.json`. Runs on the current rayon pool and counts people to the observer.
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
    observer.begin(Stage::Generate, Some(spec.people));
    let report = Plan::new(spec, &world, sizes).and_then(|plan| write_tables(&plan, &staging, observer));
    observer.end(Stage::Generate);
    let report = report?;
    let communal = format!("postcode\n{}\n", world.places.communal_postcodes().join("\n"));
    staging.write_bytes("communal_postcodes.csv", communal.as_bytes())?;
    staging.write_bytes("errors.toml", spec.errors.to_toml().as_bytes())?;
    staging.write_bytes("README.md", readme::text(spec, &report).as_bytes())?;
    staging.publish(|files| manifest::manifest(spec, &report, files))?;
    Ok(report)
}

/// What every block needs.
struct Plan<'a> {
    spec: &'a SynthSpec,
    world: &'a World,
    sizes: Sizes,
    tables: Vec<(&'static dyn DataSet, Layout)>,
    truth: Layout,
    people: Layout,
}

fn write_tables(plan: &Plan<'_>, staging: &Staging, observer: &dyn Observer) -> Result<SynthReport, Fault> {
    let output = Mutex::new(Output::new(plan, staging, observer)?);
    let (in_order, next) = (InOrder::new(), AtomicU64::new(0));
    let blocks = plan.spec.people.div_ceil(plan.sizes.people_per_block);
    // Every thread goes on to the next block by itself, so that no more blocks are out of
    // order than there are threads. A failure ends all.
    let work = |_: rayon::BroadcastContext<'_>| loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= blocks {
            return Ok(());
        }
        let done = plan.block(number).and_then(|block| {
            in_order.push(number as usize, (number, block), &mut |(number, block)| {
                output.lock().unwrap_or_else(PoisonError::into_inner).append(number, block)
            })
        });
        if let Err(fault) = done {
            next.store(blocks, Ordering::Relaxed);
            return Err(fault);
        }
    };
    rayon::broadcast(work).into_iter().collect::<Result<Vec<()>, Fault>>()?;
    output.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
}

/// The records of one block of people.
struct Block {
    /// By table, in order; with the rows that are about another person too.
    tables: Vec<(Encoded, Vec<u32>)>,
    /// The truth but for the numbers of its rows.
    truth: RowGroup,
    people: EncodedRowGroup,
    count: u64,
    deaths: u64,
    linked: u64,
}

impl<'a> Plan<'a> {
    fn new(spec: &'a SynthSpec, world: &'a World, sizes: Sizes) -> Result<Plan<'a>, Fault> {
        let layout = |table: &dyn DataSet| Layout::new(&table.schema(&spec.fields), table.distinct());
        let tables = spec.chosen().into_iter().map(|table| Ok((table, layout(table)?)));
        let tables = tables.collect::<Result<_, Fault>>()?;
        let truth = Layout::new(&data_sets::truth_schema(), data_sets::TRUTH_DISTINCT)?;
        let people = Layout::new(&people::schema(), people::DISTINCT)?;
        Ok(Plan { spec, world, sizes, tables, truth, people })
    }

    fn block(&self, number: u64) -> Result<Block, Fault> {
        let (world, rates) = (self.world, &self.spec.errors);
        let first = number * self.sizes.people_per_block;
        let last = (first + self.sizes.people_per_block).min(self.spec.people);
        let lives = world.lives(first..last);
        let dead = lives.iter().filter(|life| data_sets::has_registration(world, rates, life));
        let (deaths, linked) = dead.fold((0, 0), |(deaths, linked), life| {
            (deaths + 1, linked + u64::from(data_sets::has_hospital_record(world, life)))
        });
        let block = data_sets::Block { world, rates, choice: &self.spec.fields, lives: &lives };
        let mut truth = self.truth.row_group()?;
        let mut tables = Vec::with_capacity(self.tables.len());
        for (table, layout) in &self.tables {
            let (encoded, traces) = encode(*table, layout, &block)?;
            traces.encode(table.name(), table.roles(), &mut truth)?;
            tables.push((encoded, traces.others.iter().map(|other| other.row).collect()));
        }
        let mut people = self.people.row_group()?;
        people::encode(world, &lives, &mut people)?;
        Ok(Block { tables, truth, people: people.close()?, count: last - first, deaths, linked })
    }
}

/// Records as they go to a file.
enum Encoded {
    RowGroup(EncodedRowGroup),
    /// Lines of a CSV file and how many they are.
    Lines(Vec<u8>, u64),
}

impl Encoded {
    fn rows(&self) -> u64 {
        match self {
            Encoded::RowGroup(row_group) => row_group.rows(),
            Encoded::Lines(_, rows) => *rows,
        }
    }
}

/// The records of one table of a block, and whose they are.
fn encode(
    table: &dyn DataSet,
    layout: &Layout,
    block: &data_sets::Block<'_>,
) -> Result<(Encoded, data_sets::Traces), Fault> {
    if table.is_csv() {
        let records = table.records(block);
        let lines = csv::lines(&records.batch);
        return Ok((Encoded::Lines(lines, records.batch.num_rows() as u64), records.traces));
    }
    let mut row_group = layout.row_group()?;
    let traces = table.encode(block, &mut row_group)?;
    Ok((Encoded::RowGroup(row_group.close()?), traces))
}

/// A file that records are being written to.
enum Part {
    Parquet(Box<EncodedWriter>),
    Csv(Box<TextWriter>),
}

impl Part {
    fn append(&mut self, encoded: Encoded) -> Result<(), Fault> {
        match (self, encoded) {
            (Part::Parquet(writer), Encoded::RowGroup(row_group)) => writer.append(row_group),
            (Part::Csv(writer), Encoded::Lines(lines, rows)) => writer.write(&lines, rows),
            _ => Err(Fault::bug("part", "rows came in another format than their file's")),
        }
    }

    fn finish(self) -> Result<(), Fault> {
        match self {
            Part::Parquet(writer) => writer.finish().map(|_| ()),
            Part::Csv(writer) => writer.finish().map(|_| ()),
        }
    }
}

/// Files that are complete and on their way to the disk. That takes its time and no processor,
/// so it goes on beside the blocks that follow.
#[derive(Default)]
struct Closing {
    thread: Option<JoinHandle<Result<(), Fault>>>,
}

impl Closing {
    /// Closes files, once those before are closed.
    fn close(&mut self, parts: Vec<Part>) -> Result<(), Fault> {
        self.wait()?;
        self.thread = Some(thread::spawn(|| parts.into_iter().try_for_each(Part::finish)));
        Ok(())
    }

    /// Waits until all files are closed.
    fn wait(&mut self) -> Result<(), Fault> {
        let stopped = |_| Err(Fault::bug("part", "the thread that closes files stopped"));
        self.thread.take().map_or(Ok(()), |thread| thread.join().unwrap_or_else(stopped))
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        // After a failure elsewhere: nothing may still write when the folder is removed.
        let _ = self.wait();
    }
}

/// The files being written.
struct Output<'a> {
    plan: &'a Plan<'a>,
    staging: &'a Staging,
    observer: &'a dyn Observer,
    parts: Vec<Option<Part>>,
    closing: Closing,
    truth: EncodedWriter,
    people: EncodedWriter,
    /// Digits of a part number, so that path order is the order of the parts.
    digits: usize,
    report: SynthReport,
}

impl<'a> Output<'a> {
    fn new(plan: &'a Plan<'a>, staging: &'a Staging, observer: &'a dyn Observer) -> Result<Output<'a>, Fault> {
        let in_part = plan.sizes.people_per_block * plan.sizes.blocks_per_part;
        let digits = (plan.spec.people.div_ceil(in_part) - 1).to_string().len().max(3);
        let rows = plan.tables.iter().map(|(table, _)| (table.name().to_owned(), 0)).collect();
        Ok(Output {
            plan,
            staging,
            observer,
            parts: plan.tables.iter().map(|_| None).collect(),
            closing: Closing::default(),
            truth: staging.encoded_writer("truth.parquet", &plan.truth)?,
            people: staging.encoded_writer("people.parquet", &plan.people)?,
            digits,
            report: SynthReport { rows, deaths: 0, linked: 0 },
        })
    }

    /// Appends one block; blocks come in order.
    fn append(&mut self, number: u64, block: Block) -> Result<(), Fault> {
        if number.is_multiple_of(self.plan.sizes.blocks_per_part) {
            self.next_part(number / self.plan.sizes.blocks_per_part)?;
        }
        let mut truth = block.truth;
        for (position, (encoded, about_others)) in block.tables.into_iter().enumerate() {
            let (rows, before) = (encoded.rows(), &mut self.report.rows[position].1);
            let again = about_others.iter().map(|row| *before + u64::from(*row));
            let numbers: ArrayRef = Arc::new((*before..*before + rows).chain(again).collect::<UInt64Array>());
            truth.write(data_sets::TRUTH_ROW, &numbers)?;
            *before += rows;
            let unopened = || Fault::bug("part", "rows came before their file was opened");
            self.parts[position].as_mut().ok_or_else(unopened)?.append(encoded)?;
        }
        self.truth.append(truth.close()?)?;
        self.people.append(block.people)?;
        self.observer.advance(Stage::Generate, block.count);
        self.report.deaths += block.deaths;
        self.report.linked += block.linked;
        Ok(())
    }

    /// Begins the next file of every table; a CSV file goes on.
    fn next_part(&mut self, number: u64) -> Result<(), Fault> {
        let digits = self.digits;
        let goes_on = |part: &Option<Part>| matches!(part, Some(Part::Csv(_)));
        let complete = self.parts.iter_mut().filter(|part| !goes_on(part)).filter_map(Option::take);
        self.closing.close(complete.collect())?;
        for (part, (table, layout)) in self.parts.iter_mut().zip(&self.plan.tables) {
            if goes_on(part) {
                continue;
            }
            *part = Some(if table.is_csv() {
                let columns: Vec<&str> = layout.schema().fields().iter().map(|field| field.name().as_str()).collect();
                Part::Csv(Box::new(self.staging.text_writer(&format!("{}.csv", table.folder()), &columns)?))
            } else {
                let path = format!("{}/part-{number:0digits$}.parquet", table.folder());
                Part::Parquet(Box::new(self.staging.encoded_writer(&path, layout)?))
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SynthReport, Fault> {
        self.closing.close(self.parts.iter_mut().filter_map(Option::take).collect())?;
        self.closing.wait()?;
        self.truth.finish()?;
        self.people.finish()?;
        Ok(self.report)
    }
}

#[cfg(test)]
mod tests;
