//! A probabilistic linkage: read the rows as numbers, learn a model from how often agreement
//! patterns occur, score the pairs that blocking finds, choose links and persons.
//!
//! | Step | Module | Reads | Makes |
//! |---|---|---|---|
//! | read | `read`, `columns` | all sources | columns of value numbers, measures |
//! | bring to one time | `gap` | rows that agree in enough else | ages of two times as if of one |
//! | know | `labels` | labelled pairs, a column of true persons | m, u, λ in place of those estimated |
//! | choose | `defaults` | roles, frequencies | blocking rules and comparisons, where the job names none |
//! | estimate | `estimate` | agreement patterns of a sample of each rule's pairs | m, u, λ |
//! | predict | `predict` | all pairs of all rules, as a stream | pairs above a floor, a histogram |
//! | weigh up | `missing` | pairs above the floor | what missing values take from their weights |
//! | weigh up | `rivals` | pairs between sides of which one has one row a person | weights against the other candidates |
//! | weigh up | `elsewhere` | pairs that agree in what no rule asks about | what blocking misses |
//! | decide | `decide` | histogram, pairs | thresholds, links, persons |
//!
//! Memory follows the rows and the pairs that are kept, not the pairs that are compared.

mod alike;
mod aside;
mod columns;
pub mod condition;
mod decide;
mod default_dates;
pub(crate) mod defaults;
mod duplicates;
mod elsewhere;
pub(crate) mod estimate;
mod family;
pub(crate) mod frequency;
pub(crate) mod gap;
pub(crate) mod labels;
mod lacking;
pub(crate) mod layout;
pub(crate) mod limits;
mod missing;
pub(crate) mod model;
pub(crate) mod outside;
mod parts;
mod predict;
pub(crate) mod read;
mod recapture;
mod repeats;
mod report;
mod rivals;
pub mod spec;
mod suits;
mod turns;
mod twins;
pub(crate) mod wording;
pub(crate) mod words;

use counterfoil_core::scored::{LinkType, ScoredPair};
use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_pairs::blocking::{Grouped, Plan};
use counterfoil_resolve::scored::{ClusterMetrics, cluster_metrics};
use counterfoil_store::Staging;

pub use report::{
    BlockReport, ClustersReport, ComparisonReport, ConvergenceReport, DependenceNote, ErrorsAt, Held, LevelReport,
    OneRecordReport, ScoredReport, ThresholdReport,
};

use crate::check::{Job, ModelFrom};
use crate::input::{Rejects, SourceTally, Tallies};
use crate::output::Output;
use read::Rows;
use spec::{BlockSpec, DecideSpec, ModelSpec};

/// A checked linkage by a model.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    /// The model as written.
    pub(crate) from: ModelFrom,
    /// What is made of its weights.
    pub(crate) decide: DecideSpec,
    /// The data sets of which a person has at most one record; by position in the job.
    pub(crate) one_record_of: Vec<usize>,
    /// Which pairs are looked for, between or within the groups.
    pub(crate) link_type: LinkType,
    /// The sides, or the data sets of the only one; by position in the job.
    pub(crate) groups: Vec<Vec<usize>>,
    /// Whether only tokens may be compared.
    pub(crate) tokens_only: bool,
}

/// What a linkage by a model came to.
pub(crate) struct Outcome {
    /// The rows.
    pub(crate) rows: Rows,
    /// The links.
    pub(crate) links: Vec<ScoredPair>,
    /// Pairs of the zone between possible and certain.
    pub(crate) possible: Vec<ScoredPair>,
    /// For each row the first row of its person.
    pub(crate) persons: Vec<u32>,
    /// What persons of several records look like, where the job asks for it.
    pub(crate) clusters: Option<Vec<ClusterMetrics>>,
    /// The model, with what was estimated.
    pub(crate) model: ModelSpec,
    /// How it went.
    pub(crate) report: ScoredReport,
    /// What standardising found, by source in job order.
    pub(crate) tallies: Vec<SourceTally>,
    /// Rows of `rejects.parquet`.
    pub(crate) rejects: u64,
    /// What a reader should know.
    pub(crate) notes: Vec<String>,
}

/// Runs the linkage of a job.
///
/// # Errors
///
/// A file cannot be read or written, or there is nothing to compare.
pub(crate) fn link(job: &Job, scored: &Scored, staging: &Staging, observer: &dyn Observer) -> Result<Outcome, Fault> {
    let mut tallies = Tallies::new(job);
    let mut rows = read::read(job, &scored.groups, &mut tallies, observer)?;
    let tallies = tallies.finish();
    let rejects = write_rejects(job, &rows, staging)?;
    refuse_too_few(&rows)?;
    let mut notes = empty_fields(job, &tallies);
    notes.extend(default_dates::notes(job, &tallies));
    let gaps = gap::settle(job, scored, &mut rows, &mut notes);
    rows.put_equal_together();
    let words = wording::complete(job, scored, &rows, &gaps, &mut notes)?;
    let known = labels::read(job, scored, &rows)?;
    let compiled = estimate::Compiled::new(job, scored, words, &mut rows)?;
    observer.begin(Stage::Estimate, None);
    let plan = compiled.plan(scored.link_type);
    notes.extend(wide_blocks(&compiled, &plan, scored));
    let mut learnt = estimate::learn(&compiled, &plan, scored, known.as_ref())?;
    observer.end(Stage::Estimate);
    let mut predicted = predict::predict(&compiled, &plan, &learnt, observer)?;
    observer.begin(Stage::Resolve, None);
    missing::consider(scored, &compiled, &mut learnt, &mut predicted);
    let one_record_of = rivals::consider(job, scored, &compiled, &learnt, &mut predicted);
    predicted.elsewhere = elsewhere::completeness(&compiled, &plan, &learnt.weights, scored.link_type)?;
    let decided = decide::decide(scored, &compiled, &rows, &learnt, predicted, one_record_of, &mut notes);
    let recaptured = recapture::completeness(&compiled.words.blocks, &plan, &decided.links)?;
    let mut report = report::report(&compiled, &learnt, &decided, recaptured, scored, &rows);
    report.gap = gaps;
    let model = ModelSpec { gap: report.gap.clone(), ..learnt.written(&compiled) };
    // What was compared is not needed any more: what persons look like takes its room.
    drop((plan, learnt));
    drop(compiled);
    let is_asked_for = job.outputs.iter().any(|output| matches!(output, Output::Clusters));
    let clusters = is_asked_for.then(|| cluster_metrics(&decided.persons, &decided.links));
    report.clusters = clusters.as_deref().map(ClustersReport::of);
    observer.end(Stage::Resolve);
    notes.extend(unsettled(&report));
    Ok(Outcome {
        rows,
        links: decided.links,
        possible: decided.possible,
        persons: decided.persons,
        clusters,
        model,
        report,
        tallies,
        rejects,
        notes,
    })
}

/// Sources in the order of their names, as the table has them.
fn write_rejects(job: &Job, rows: &Rows, staging: &Staging) -> Result<u64, Fault> {
    let mut rejects = Rejects::new(job, staging)?;
    let mut order: Vec<_> = rows.rejected.iter().collect();
    order.sort_by_key(|(source, _)| &job.sources[*source].name);
    for (source, rejected) in order {
        rejects.write(*source, rejected)?;
    }
    rejects.finish()
}

/// An empty answer would look like "no matches".
fn refuse_too_few(rows: &Rows) -> Result<(), Fault> {
    let groups: Vec<u32> = rows.starts.windows(2).map(|two| two[1] - two[0]).collect();
    if rows.len() >= 2 && groups.iter().all(|rows| *rows > 0) {
        return Ok(());
    }
    let fault = Fault::environment("linkage", "there are too few rows to link: a side is empty, or all is one row");
    Err(fault.hint("look at the files of the data sets"))
}

/// That the model is no estimate, where the estimation did not come to an end.
fn unsettled(report: &ScoredReport) -> Option<String> {
    let estimation = report.estimation.as_ref().filter(|estimation| !estimation.converged)?;
    let note = format!("the model is not to be relied on: the estimation ended with \"{}\"", estimation.outcome);
    let skipped = report.blocks.iter().any(|block| block.skipped_pairs > 0);
    let hint = if skipped { ": name other blocking rules, or a higher `cap`" } else { ": name other blocking rules" };
    Some(note + if report.pairs_compared == 0 { hint } else { "" })
}

/// Rules of the job's own of which one block has most records, so that they leave out hardly anything.
pub(crate) fn wide_blocks(compiled: &estimate::Compiled, plan: &Plan<'_>, scored: &Scored) -> Vec<String> {
    let all = compiled.all_pairs_of_firsts(scored.link_type);
    let specs = compiled.words.blocks.iter().zip(plan.rules());
    let is_own = |(spec, _): &(&BlockSpec, &Grouped)| !scored.from.blocks().is_empty() && !spec.on.is_empty();
    let note = |(spec, grouped): (&BlockSpec, &Grouped)| {
        let pairs = grouped.count().largest.first().map_or(0, |block| block.pairs);
        // Half of the records have a quarter of all pairs.
        (pairs as f64 > all as f64 / 4.0).then(|| {
            let share = 100.0 * pairs as f64 / all as f64;
            format!(
                "one block of the rule `{spec}` has {share:.0} % of all pairs, as most records agree on it: add a key \
                 to the rule, or leave out large blocks with `cap`"
            )
        })
    };
    specs.filter(is_own).filter_map(note).collect()
}

/// Fields without a valid value in a source: they say nothing there, which is no fault of the
/// run but of somebody's columns.
fn empty_fields(job: &Job, tallies: &[SourceTally]) -> Vec<String> {
    let mut notes = Vec::new();
    for (source, tally) in job.sources.iter().zip(tallies) {
        for (field, counts) in job.linkage.fields.iter().zip(&tally.fields) {
            if tally.rows > 0 && counts.valid == 0 {
                notes.push(format!("{}: no row has a valid `{}`, so it says nothing there", source.name, field.name));
            }
        }
    }
    notes
}
