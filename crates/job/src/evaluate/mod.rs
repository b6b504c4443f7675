//! Precision and recall of a run's links against known truth, overall, by rank and step or by
//! match weight, and by subgroup.
//!
//! Truth is a table that gives records their true person: `person`, and either `row` or
//! `key`, with `source` where the records of several data sets are in it. Beside it may stand
//! a table of the people, from which subgroups come; any column of the truth that is a
//! category makes some too. Where a row is about two persons, `about` says which of them an
//! entry of the truth is of, as the job's `person` does; entries of the other are left aside.
//!
//! A link is true if its two records are of one person. What it is measured against depends
//! on the linkage: one to one, a person present on both sides should have one link; many to
//! one, each right record whose person is on the left should have one; where every pair is
//! kept, each person on both sides should be found, or each pair of records, as units are
//! persons or records. See [`counting`].

mod band;
mod counting;
mod group;
mod interval;
mod known;
mod measure;
mod people;
pub(crate) mod table;
mod truth;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use counterfoil_core::Fault;
use counterfoil_store::{is_file, run_folder};
use serde::Serialize;

use crate::manifest::{self, Manifest};
use crate::verify::verify;

/// What to hold a run against.
#[derive(Clone, Debug, Default)]
pub struct Against {
    /// The table of true persons.
    pub truth: PathBuf,
    /// The table of the people. Left out: `people.parquet` beside the truth, if it is there.
    pub people: Option<PathBuf>,
    /// Further columns of the truth to break figures down by.
    pub by: Vec<String>,
}

/// Quality of some links. Intervals are those of Wilson (1927) at 95 %; none where there is
/// nothing to take a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Links made.
    pub links: u64,
    /// Of these, of one person.
    pub true_links: u64,
    /// Matches that they find, each once, though several links may show it.
    pub found: u64,
    /// True links over links; 0 if there is no link.
    pub precision: f64,
    /// Low and high end of the interval of the precision.
    pub precision_interval: Option<[f64; 2]>,
    /// Matches found over matches that could have been found; 0 if there are none.
    pub recall: f64,
    /// Low and high end of the interval of the recall.
    pub recall_interval: Option<[f64; 2]>,
}

/// Quality of the links of one step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepQuality {
    /// Name of the step.
    pub step: String,
    /// Its rank.
    pub rank: u8,
    /// Its links; recall is the step's share of all matches.
    #[serde(flatten)]
    pub quality: Quality,
}

/// Quality of the links of some weights.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BandQuality {
    /// Least weight, in bits.
    pub from: i64,
    /// Weight that they stay below; none where the links are definite whatever they weigh.
    pub to: Option<i64>,
    /// Its links; recall is the band's share of all matches.
    #[serde(flatten)]
    pub quality: Quality,
}

/// Quality of the links that a blocking rule found first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlockQuality {
    /// Number of the rule, from 0, as the rules stand in the model.
    pub block: u16,
    /// The rule.
    pub rule: String,
    /// Its links; recall is the share of all matches that they find.
    #[serde(flatten)]
    pub quality: Quality,
}

/// What the run itself estimated of its links, without truth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimated {
    /// Share of links that are false.
    pub false_links: f64,
    /// Share of matches that are missed.
    pub missed_links: f64,
}

/// Quality within one subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupQuality {
    /// The subgroup.
    pub group: String,
    /// Matches in it that could have been found.
    pub matches: u64,
    /// Its links, each in the subgroup of its right record.
    #[serde(flatten)]
    pub quality: Quality,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
}

/// Quality by the subgroups of one kind. Matches, links, true links and found matches add up
/// to those overall, unless subgroups overlap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakdown {
    /// What the subgroups are by, such as `sex`.
    pub by: String,
    /// Whether a record may be in several of the subgroups, as one with several errors is.
    pub overlaps: bool,
    /// The subgroups, in order; what is not known comes last.
    pub groups: Vec<GroupQuality>,
}

/// What evaluating found.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Matches that could have been found.
    pub matches: u64,
    /// What one match is, in words.
    pub counted_by: &'static str,
    /// All links.
    pub overall: Quality,
    /// Harmonic mean of overall precision and recall.
    pub f1: f64,
    /// By match rank; recall is the rank's share of all matches, each at its best rank.
    pub by_rank: BTreeMap<u8, Quality>,
    /// By step, best first; the same as by rank unless rank 1 is parted.
    pub by_step: Vec<StepQuality>,
    /// By match weight, of a linkage by a model, the highest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_band: Vec<BandQuality>,
    /// By the blocking rule that found a link first, of a linkage by a model whose links say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_block: Vec<BlockQuality>,
    /// What the run itself estimated, of a linkage by a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated: Option<Estimated>,
    /// By subgroup.
    pub by: Vec<Breakdown>,
    /// Links with a record that the truth does not know; they count as false.
    pub unknown_records: u64,
    /// Linked records of the left side, each once.
    pub left: Known,
    /// Linked records of the right side, each once.
    pub right: Known,
}

/// How many linked records the truth knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Records that stand in links.
    pub linked: u64,
    /// Of these, records that the truth does not know.
    pub unknown: u64,
}

/// Evaluates a run against the truth.
///
/// # Errors
///
/// The folder is no finished run, or not as it was published; it has no `links.parquet`, or
/// one that is not what its contract says; the truth or the table of people lacks a column
/// it needs, or is faulty; or the truth knows none of the linked records of a
/// side, because its sources or keys are not those of the run.
pub fn evaluate(run: &Path, against: &Against) -> Result<Evaluation, Fault> {
    // Figures of a run that was changed since would be of nothing in particular.
    let verified = verify(run)?;
    if let Some(problem) = verified.problems.first() {
        return Err(Fault::environment(run.display().to_string(), format!("is not as it was published: {problem}"))
            .hint("`counterfoil verify` lists what differs"));
    }
    let bytes = run_folder::read_file(&run.join(manifest::FILE))?;
    let manifest = Manifest::from_bytes(&bytes, manifest::FILE)?;
    let truth = truth::Truth::read(&against.truth, &manifest, &against.by)?;
    let of_people = match people_file(against) {
        Some(file) => people::groupings(&file, &truth, manifest.job.end.as_deref())?,
        None => Vec::new(),
    };
    let groupings: Vec<_> = of_people.iter().chain(truth.groupings()).collect();
    let (links, sides) = truth.links(run)?;
    known::check(&truth, &manifest, &sides)?;
    let counting = counting::Counting::of(&manifest);
    let estimated = manifest
        .scored
        .as_ref()
        .map(|scored| Estimated { false_links: scored.link.false_links, missed_links: scored.link.missed_links });
    let mut found = Evaluation { estimated, ..measure::measure(&truth, counting, &links, sides, &groupings) };
    let rules = manifest.scored.as_ref().map(|scored| &scored.blocks[..]).unwrap_or_default();
    for of in &mut found.by_block {
        of.rule = rules.get(usize::from(of.block)).map(|block| block.rule.clone()).unwrap_or_default();
    }
    Ok(found)
}

/// The table of the people: the one named, or the one beside the truth.
fn people_file(against: &Against) -> Option<PathBuf> {
    let beside = || against.truth.parent().unwrap_or(Path::new("")).join("people.parquet");
    against.people.clone().or_else(|| Some(beside()).filter(|file| is_file(file)))
}
