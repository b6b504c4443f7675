//! Why a pair of a finished run scored what it did, and whether it became a link.
//!
//! The run's inputs are read again and must be those that the run read, by their hashes; its
//! `model.toml` says how the pair is weighed. What comes out is levels and weights, never a
//! value. The weight is the same to the last bit as that in `links.parquet`; where a pair was weighed
//! against its rivals, what these made of it is told from there.

mod again;
mod named;
mod outcome;
mod weigh;

use std::path::Path;

use counterfoil_core::{Fault, Observer};
use serde::Serialize;

use crate::scored::model;
use again::{Again, one};

pub use named::{RecordName, RowName};

/// How a pair is weighed, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The row that counts as the left one.
    pub left: RowName,
    /// The row that counts as the right one.
    pub right: RowName,
    /// What became of the pair.
    pub outcome: Outcome,
    /// Why it is no link; empty of a link.
    pub why_not: Vec<String>,
    /// Match weight in bits, what rivals add or take included where the run lists the pair.
    pub weight: f64,
    /// Match probability.
    pub probability: f64,
    /// The agreement pattern, as `links.parquet` has it.
    pub pattern: String,
    /// λ: the probability that two random rows match.
    pub lambda: f64,
    /// log2 of the odds that they do.
    pub prior: f64,
    /// log2 of how many matches there are for one pair of relatives, where these are reckoned
    /// with.
    pub prior_to_relatives: Option<f64>,
    /// What each comparison adds.
    pub comparisons: Vec<Step>,
    /// What pairs of comparisons add together.
    pub together: Vec<Together>,
    /// What it adds, against random pairs and relatives alike, in how many comparisons the pair differs;
    /// none where errors of matches tell nothing of each other.
    pub exclusive: Option<f64>,
    /// What comparisons of homes add together, likewise, since some matches have moved; none where these
    /// are not told apart.
    pub moved: Option<f64>,
    /// What their age adds against relatives, where both have a date of birth and a home in common: twins
    /// live together while they are children. None where nothing is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twins: Option<f64>,
    /// The sum against random pairs.
    pub against_random: f64,
    /// The sum against relatives, where these are reckoned with. The weight is that
    /// against both together: at most one bit below the lesser of the two.
    pub against_relatives: Option<f64>,
    /// What the other candidates of its rows add or take, where a side has one row a person; none
    /// of a pair that the run does not list.
    pub rivals: Option<f64>,
    /// Conditions for a definite match that hold.
    pub definite: Vec<String>,
    /// Conditions of a veto that hold.
    pub vetoed: Vec<String>,
    /// Each blocking rule, and whether it finds the pair.
    pub blocks: Vec<(String, bool)>,
    /// The first that does, counted from 0, as `block` in `links.parquet` has it.
    pub block: Option<usize>,
    /// Weight from which on a pair is a link.
    pub link_from: f64,
    /// Weight from which on it is a possible link, where these are asked for.
    pub possible_from: Option<f64>,
}

/// What a comparison adds to the weight of a pair.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The comparison.
    pub comparison: String,
    /// The level that the pair has; none where the comparison says nothing, since a value is
    /// missing.
    pub level: Option<String>,
    /// Probability of the level among matches.
    pub m: Option<f64>,
    /// The same among non-matches.
    pub u: Option<f64>,
    /// What the level adds, in bits.
    pub weight: f64,
    /// What the frequency of the value adds, where it counts.
    pub frequency: Option<f64>,
    /// Probability of the level among relatives, and what it adds against them.
    pub relatives: Option<(f64, f64)>,
    /// Whether no pair was seen at this level when the model was estimated.
    pub unobserved: bool,
}

/// What two comparisons add together, beyond the sum of the two.
#[derive(Clone, Debug, Serialize)]
pub struct Together {
    /// The comparisons.
    pub comparisons: (String, String),
    /// Bits that they add.
    pub weight: f64,
    /// The same against relatives.
    pub against_relatives: Option<f64>,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is a link.
    Link,
    /// It is a possible link.
    Possible,
    /// It is none.
    NoLink,
    /// It weighs enough, or its rivals may have made it so, and the run wrote no `links.parquet` that
    /// would tell.
    NotTold,
}

/// Explains a pair of records of a run. `job` is the job file, or its folder, which the paths of
/// the inputs start from; left out, the current folder and those above the run are tried.
///
/// # Errors
///
/// The folder is no finished run of a linkage by a model, or not as it was published; there is
/// no such record; the inputs are not found, or not those that the run read.
pub fn explain(
    run: &Path,
    pair: [&RecordName; 2],
    job: Option<&Path>,
    observer: &dyn Observer,
) -> Result<Explanation, Vec<Fault>> {
    let manifest = again::manifest(run)?;
    let Some(report) = &manifest.scored else {
        let fault = Fault::spec(run.display().to_string(), "the run linked by ranks, which give no weights");
        return Err(vec![fault.hint("`match_rank` in `links.parquet` says by which rank a pair was linked")]);
    };
    let wanted = named::wanted(&manifest, pair)?;
    let model = model::read(&run.join(model::FILE), model::FILE)?.model;
    let job = again::job(run, &manifest, &model, job, observer)?;
    let again = Again::new(&job, observer).map_err(one)?;
    let [left, right] = again.rows(&wanted)?;
    let weighed = weigh::weigh(&again, &model, (left, right)).map_err(one)?;
    let judged = outcome::judge(run, &manifest, report, &again, (left, right), &weighed).map_err(one)?;
    Ok(weighed.explained(&again, &model, (left, right), report, judged))
}
