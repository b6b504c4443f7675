//! How much memory a run needs.
//!
//! An upper bound, made of what each stage holds at once. What is held for each record and pair
//! follows from the types that hold it; it was then compared with the peaks of whole runs
//! (`docs/BENCHMARKS.md`, memory). One thing cannot be known before: how many candidate pairs
//! there are. The bound has one for each record of the indexed side, which is more than a
//! linkage of persons finds, and where records are attached to persons, one for each of them; a
//! run under `--memory` that finds so many more that they would not fit ends ([`most_pairs`]).

use counterfoil_core::Side;

use crate::check::Job;
use crate::output::Output;
use crate::product::rows;
use crate::ranked::smaller_side;
use crate::source::Source;

/// The program, the codes of all dates, buffers of files.
const PROGRAM: u64 = 80 << 20;
/// A thread's batches, pages and working space while it links.
const THREAD: u64 = 44 << 20;
/// Unit, date, flag and the ends of two keys.
const RECORD: u64 = 8 + 4 + 1 + 8;
/// A record key or person key; most have 8 to 36 characters.
const KEY: u64 = 40;
/// A record's part in the lookup table of one pass, while that is built.
const PASS: u64 = 28;
/// Where rows are gathered by identity: what the name of a person has more than a key, and a
/// combination's place among those of its person.
const IDENTITY: u64 = 16 + 96;
/// A code.
const CODE: u64 = 8;
/// A candidate pair: its slot, its keys, and itself, all there when pairs are brought in order.
const PAIR: u64 = 650;
/// A link with its keys, and its person's place in tables, while products are made.
const LINK: u64 = 300;
/// A row of `links.parquet` and `bridge.parquet` while the table is made.
const LINK_ROW: u64 = 400;
/// A row of `persons.parquet`, as columns.
const PERSON_ROW: u64 = 80;
/// A death of the extract: the register's record, the merged one, and its delivered columns.
const DEATH: u64 = 1_800;
/// A listed value as a code in a set.
const LISTED: u64 = 40;
/// A value in memory: text is a view of 16 bytes with its own bytes beside it.
const VALUE: u64 = 24;
/// A row group in the making.
const ROW_GROUP: u64 = 80 << 20;
/// What the encoder of one column holds.
const COLUMN_ENCODER: u64 = 1 << 20;

/// Bytes that a run needs at most.
pub(super) fn needed(job: &Job, passes: u64, threads: u64) -> u64 {
    let fields = job.linkage.fields.len() as u64;
    let side = smaller_side(job);
    let identity = if job.linkage.gathers_by_identity(side) { IDENTITY } else { 0 };
    let record = CODE * fields + RECORD + 2 * KEY + PASS * passes + identity;
    let pairs = pairs(job);
    let linking = rows_of(job, side) * record + pairs * PAIR;
    let products = job.outputs.iter().map(|output| product(job, output, pairs, threads)).max().unwrap_or_default();
    let lists: u64 = job.linkage.lists.iter().map(|list| list.table.estimated_rows()).sum();
    let scanned = job.sources.iter().map(|source| source.table.values_a_batch(fields + 3)).max().unwrap_or_default();
    PROGRAM + threads * THREAD.max(scanned * VALUE) + lists * LISTED + linking.max(pairs * LINK + products)
}

/// Candidate pairs that fit into `budget`, if the run needs no more than `needed` otherwise.
pub(crate) fn most_pairs(job: &Job, needed: u64, budget: u64) -> u64 {
    pairs(job) + budget.saturating_sub(needed) / PAIR
}

/// The candidate pairs that are planned for.
fn pairs(job: &Job) -> u64 {
    let indexed = rows_of(job, smaller_side(job));
    let pairs = if job.linkage.attaches_records() { indexed.max(rows_of(job, Side::Right)) } else { indexed };
    let is_exact = job.sources.iter().all(|source| source.table.rows().is_some());
    // Rows that are estimated by the first lines of a file may be a few more.
    if is_exact { pairs } else { pairs + pairs.div_ceil(16) }
}

fn rows_of(job: &Job, side: Side) -> u64 {
    job.linkage.sources(side).iter().map(|source| job.sources[*source].table.estimated_rows()).sum()
}

/// What the making of one output adds to the links.
pub(super) fn product(job: &Job, output: &Output, pairs: u64, threads: u64) -> u64 {
    match output {
        Output::Links | Output::Bridge { .. } => pairs * LINK_ROW,
        Output::Persons => {
            let largest = job.sources.iter().map(|source| source.table.rows_a_morsel()).max().unwrap_or_default();
            // One morsel each thread, and one that waits for its turn.
            pairs * LINK + (threads + 1) * largest * PERSON_ROW
        }
        // Of a linkage by a model, for which no memory is planned.
        Output::Clusters => 0,
        Output::Deaths { source } => job.sources[*source].table.estimated_rows() * DEATH,
        Output::Rows { source, plan, persons } => extract(
            &job.sources[*source],
            persons.schema(plan).fields().len() as u64,
            persons.pseudonym_column(plan).is_some(),
            threads,
        ),
    }
}

/// An extract of so many columns: rows are read whole on every thread, set aside in parts, and
/// sorted part by part. Without a pseudonym to part them by they are sorted all at once.
fn extract(source: &Source, columns: u64, is_parted: bool, threads: u64) -> u64 {
    let reading = threads * source.table.values_a_batch(source.schema().fields().len() as u64) * VALUE;
    let rows = source.table.estimated_rows();
    let sorting = rows::sorting_memory(columns, rows, is_parted);
    let writing = ROW_GROUP.min(rows * columns * VALUE) + columns * COLUMN_ENCODER.min(rows * VALUE);
    reading + sorting + writing
}
