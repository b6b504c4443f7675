//! What the manifest tells of a linkage by a model.

mod errors;
mod shape;

use std::collections::BTreeMap;

use counterfoil_core::scored::RelatedWeights;
use counterfoil_score::{Convergence, LevelCheck, Limit, PairClass, Residual};
use serde::{Deserialize, Serialize};

use super::Scored;
use super::decide::Decided;
use super::estimate::{Compiled, Learnt};
use super::layout::{label_of, name_of};
use super::read::Rows;
use super::spec::{ComparisonSpec, LevelSpec, MovedSpec};
pub use errors::{ErrorsAt, ThresholdReport};
pub use shape::ClustersReport;

/// How a linkage by a model went.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoredReport {
    /// Rows compared with each other.
    pub rows: u64,
    /// Those of them that say the same as another of their data set in every field. Where that is half
    /// of a data set's rows, equal ones are put together, and their pairs are those of the first; else
    /// they are not counted here.
    #[serde(default, skip_serializing_if = "is_none")]
    pub equal_rows: u64,
    /// Pairs that there are, without any blocking.
    pub all_pairs: u64,
    /// Different pairs that the blocking rules found and that were compared; of equal rows that are put
    /// together those of the first.
    pub pairs_compared: u64,
    /// What each blocking rule found.
    pub blocks: Vec<BlockReport>,
    /// Share of the expected matches that blocking is estimated to find; none where that is not
    /// known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs_completeness: Option<f64>,
    /// The fields that tell so, of which pairs were looked at whether or not a rule finds them; none
    /// where the model tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs_completeness_by: Vec<String>,
    /// The same by capture–recapture of the links, mostly on the high side; none where no two
    /// rules can be compared, or a rule pairs all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs_completeness_recaptured: Option<f64>,
    /// By field, how much higher the right side's numbers are taken to be than the left side's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gap: BTreeMap<String, i32>,
    /// λ: the probability that two random rows match.
    pub lambda: f64,
    /// The probability that two random rows are relatives; none where they are not reckoned with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relatives: Option<f64>,
    /// Matches expected among all pairs.
    pub expected_matches: f64,
    /// What the model says of each comparison.
    #[serde(default)]
    pub comparisons: Vec<ComparisonReport>,
    /// How the estimation ended; none for a given model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimation: Option<ConvergenceReport>,
    /// Comparisons that depend on each other more than the model knows, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependence: Vec<DependenceNote>,
    /// How many times as likely, given all others, a match is to differ in a comparison for each other
    /// one in which it differs; none where an error tells nothing of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<f64>,
    /// Matches who have moved, where they are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedSpec>,
    /// Comparisons that the model weighs together, since they depend on each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<(String, String)>,
    /// Sides of which each person has at most one record, where candidates were weighed against their
    /// rivals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_record_of: Vec<OneRecordReport>,
    /// Where links begin.
    pub link: ThresholdReport,
    /// What is expected of other thresholds: of each whole number of bits at which there are other
    /// links than at the next lower one. None where nothing was learnt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<ErrorsAt>,
    /// Where possible links begin, if they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible: Option<ThresholdReport>,
    /// Pairs of the zone of possible links.
    #[serde(default)]
    pub possible_links: u64,
    /// Pairs at or above the threshold, before links were chosen among them.
    pub pairs_above: u64,
    /// Links refused because a person would have had two of what it has one of.
    pub refused: u64,
    /// Choices that the weights left open.
    pub ties: u64,
    /// Persons of two or more records, by number of records.
    pub persons_by_records: Vec<(u64, u64)>,
    /// What persons of three records or more look like, if the job asks for `clusters`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<ClustersReport>,
}

fn is_none(number: &u64) -> bool {
    *number == 0
}

/// Data sets of which each person has at most one record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneRecordReport {
    /// The data sets of a side.
    pub data_sets: Vec<String>,
    /// Of the rows that have a match there, the share that seem to have two; none where the job
    /// names the data sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<f64>,
}

/// What a blocking rule found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockReport {
    /// The rule.
    pub rule: String,
    /// Pairs that it finds; of equal rows that are put together those of the first.
    pub pairs: u64,
    /// Pairs that no rule before it found.
    pub first: u64,
    /// Blocks.
    pub blocks: u64,
    /// Rows in the largest block.
    pub largest: u64,
    /// Blocks above the cap, which were left out.
    pub skipped_blocks: u64,
    /// Pairs in them.
    pub skipped_pairs: u64,
    /// Matches expected among its pairs.
    pub expected_matches: Option<f64>,
    /// Matches among all pairs of rows, as this rule alone has it; none where its levels do not say
    /// what share of them it finds. How far the rules are apart says how sure λ is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_matches: Option<f64>,
}

/// What the model says of a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonReport {
    /// Its name.
    pub name: String,
    /// Its levels, the closest first.
    pub levels: Vec<LevelReport>,
    /// What a missing value weighs, in bits, where it says something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
}

/// What the model says of a level.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelReport {
    /// What people call it.
    pub label: String,
    /// Probability among matches that have the values.
    pub m: f64,
    /// Standard error of m, from the pairs that it rests on; none where m is given or fixed. What the
    /// model is wrong about, and people of many records, come on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m_error: Option<f64>,
    /// The same among non-matches.
    pub u: f64,
    /// log2 of m over u, in bits.
    pub weight: f64,
    /// Whether the frequency of the value that agrees adjusts the weight.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_frequency: bool,
    /// Probability among relatives, and log2 of m over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relatives: Option<(f64, f64)>,
    /// Whether it weighs less than the next looser level.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_of_order: bool,
    /// Whether no pair was seen at this level, so that m is a guess.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unobserved: bool,
    /// Whether m is as the job says, and not as the data would have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m_held: Option<Held>,
    /// The same of u.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u_held: Option<Held>,
}

/// Why a probability is as the job says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// The job fixes it.
    Fixed,
    /// It stands at the least that it may be.
    Least,
    /// It stands at the most that it may be.
    Most,
}

impl Held {
    fn of(value: f64, limit: Limit) -> Option<Held> {
        /// What was raised or lowered to a bound is off by rounding at most.
        const ROUNDED: f64 = 1e-9;
        if limit.is_fixed() {
            return Some(Held::Fixed);
        }
        let is_least = limit.least > 0.0 && value <= limit.least * (1.0 + ROUNDED);
        let is_most = limit.most < 1.0 && value >= limit.most * (1.0 - ROUNDED);
        is_least.then_some(Held::Least).or(is_most.then_some(Held::Most))
    }
}

/// How an estimation ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvergenceReport {
    /// Whether no parameter changed any more.
    pub converged: bool,
    /// In words.
    pub outcome: String,
    /// Steps made.
    pub iterations: u64,
    /// Log-likelihood after each step. It can fall only where u was brought in line with a new λ.
    pub log_likelihood: Vec<f64>,
    /// Log-likelihood that each starting point led to.
    pub starts: Vec<f64>,
    /// Pairs whose patterns were counted.
    pub pairs_counted: u64,
}

/// Two levels that go together more, or less, than the model expects.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DependenceNote {
    /// The comparisons.
    pub comparisons: (String, String),
    /// `matches` or `non-matches`.
    pub among: String,
    /// How far off the weight of a pair with the worst two levels is.
    pub bits: f64,
    /// Pairs with them, and how many the model expects.
    pub observed: f64,
    /// The same, expected.
    pub expected: f64,
}

/// Puts together what the stages found.
pub(crate) fn report(
    model: &Compiled,
    learnt: &Learnt,
    decided: &Decided,
    recaptured: Option<f64>,
    scored: &Scored,
    rows: &Rows,
) -> ScoredReport {
    let mut sizes = BTreeMap::new();
    for records in decided.records_by_person() {
        *sizes.entry(records).or_default() += 1;
    }
    let compared = decided.first_by_rule.iter().sum();
    // Where all first rows are compared, blocking misses none, though pairs of rows are more.
    let may_miss = model.repeats.is_none() || compared < model.all_pairs_of_firsts(scored.link_type);
    ScoredReport {
        rows: rows.len().into(),
        equal_rows: model.equal_rows(),
        all_pairs: model.all_pairs(scored.link_type),
        pairs_compared: compared,
        blocks: blocks(model, learnt, &decided.first_by_rule),
        pairs_completeness: decided.completeness.filter(|_| may_miss),
        pairs_completeness_by: decided.told_by.clone(),
        pairs_completeness_recaptured: recaptured,
        gap: BTreeMap::new(),
        lambda: learnt.model.lambda,
        relatives: learnt.model.related.as_ref().map(|related| related.share),
        comparisons: comparisons(model, learnt),
        expected_matches: decided.expected_matches,
        estimation: learnt.fitted.as_ref().map(|fitted| estimation(fitted, learnt)),
        dependence: learnt
            .fitted
            .iter()
            .flat_map(|fitted| &fitted.dependence)
            .flat_map(|report| &report.wrong)
            .map(|residual| note(model, residual))
            .collect(),
        further: learnt.model.further,
        moved: moved(model, learnt),
        together: together(model, learnt),
        one_record_of: decided.one_record_of.clone(),
        link: ThresholdReport::of(&decided.link),
        thresholds: decided.thresholds.clone(),
        possible: decided.possible_from.as_ref().map(ThresholdReport::of),
        possible_links: decided.possible.len() as u64,
        pairs_above: decided.pairs_above,
        refused: decided.refused,
        ties: decided.ties,
        persons_by_records: sizes.into_iter().collect(),
        clusters: None,
    }
}

fn blocks(model: &Compiled, learnt: &Learnt, first: &[u64]) -> Vec<BlockReport> {
    let matches = |rule: usize| learnt.fitted.as_ref().map(|fitted| fitted.matches.found_by_rule[rule]);
    let told = |rule: usize| {
        let (matches, weight) = learnt.fitted.as_ref()?.matches.by_rule.get(rule)?;
        (*weight > 0.0).then_some(*matches)
    };
    let block = |(rule, (spec, count)): (usize, (&super::spec::BlockSpec, &counterfoil_pairs::blocking::RuleCount))| {
        BlockReport {
            rule: spec.to_string(),
            pairs: count.pairs,
            first: first.get(rule).copied().unwrap_or_default(),
            blocks: count.blocks,
            largest: count.largest.first().map_or(0, |block| block.rows),
            skipped_blocks: count.skipped.blocks,
            skipped_pairs: count.skipped.pairs,
            expected_matches: matches(rule),
            all_matches: told(rule),
        }
    };
    model.words.blocks.iter().zip(&learnt.counts).enumerate().map(block).collect()
}

fn comparisons(model: &Compiled, learnt: &Learnt) -> Vec<ComparisonReport> {
    let of = |(c, spec): (usize, &ComparisonSpec)| ComparisonReport {
        name: name_of(spec),
        levels: spec
            .levels
            .iter()
            .enumerate()
            .map(|(at, level)| self::level(learnt, c, spec.levels.len() - at, level))
            .collect(),
        missing: Some(learnt.weights.levels[c][0].bits()).filter(|bits| *bits != 0.0),
    };
    model.words.comparisons.iter().enumerate().map(of).collect()
}

/// The level of a digit.
fn level(learnt: &Learnt, comparison: usize, digit: usize, spec: &LevelSpec) -> LevelReport {
    let estimated = &learnt.model.comparisons[comparison].levels[digit - 1];
    let against = |related: &RelatedWeights| related.levels[comparison][digit].bits();
    // A given model says all.
    let is_learnt = learnt.fitted.is_some();
    let place = LevelCheck { comparison, digit: digit as u8 };
    let share = learnt.model.related.as_ref().map(|related| related.levels[comparison][digit - 1]);
    LevelReport {
        label: label_of(spec),
        m: estimated.m,
        m_error: Some(estimated.m_error).filter(|error| is_learnt && *error > 0.0),
        u: estimated.u,
        weight: learnt.weights.levels[comparison][digit].bits(),
        by_frequency: spec.term_frequency.is_some(),
        relatives: share.zip(learnt.weights.related.as_ref().map(against)),
        out_of_order: learnt.fitted.as_ref().is_some_and(|fitted| fitted.out_of_order.contains(&place)),
        unobserved: !estimated.m_observed,
        m_held: spec.m.filter(|_| is_learnt).and_then(|said| Held::of(estimated.m, said.limit())),
        u_held: spec.u.filter(|_| is_learnt).and_then(|said| Held::of(estimated.u, said.limit())),
    }
}

fn moved(model: &Compiled, learnt: &Learnt) -> Option<MovedSpec> {
    let moved = learnt.model.moved.as_ref()?;
    let name = |comparison: &usize| name_of(&model.words.comparisons[*comparison]);
    Some(MovedSpec { share: moved.share, comparisons: moved.comparisons.iter().map(name).collect() })
}

fn together(model: &Compiled, learnt: &Learnt) -> Vec<(String, String)> {
    let name = |comparison: usize| name_of(&model.words.comparisons[comparison]);
    learnt.model.interactions.iter().map(|joint| (name(joint.first), name(joint.second))).collect()
}

fn estimation(fitted: &counterfoil_score::Fitted, learnt: &Learnt) -> ConvergenceReport {
    let (converged, outcome, iterations) = match &fitted.convergence {
        Convergence::Converged { iterations } => (true, format!("converged after {iterations} steps"), *iterations),
        Convergence::IterationLimit { iterations, last_change } => {
            let outcome =
                format!("did not converge in {iterations} steps: a parameter still changed by {last_change:.1e}");
            (false, outcome, *iterations)
        }
        Convergence::NoInformation { why } => (false, format!("the data say nothing: {why}"), fitted.trace.len()),
    };
    let outcome = match &learnt.labelled {
        // Nothing was left to be estimated.
        Some(told) if fitted.starts.is_empty() => told.clone(),
        told => format!("{}{outcome}", told.as_deref().unwrap_or_default()),
    };
    ConvergenceReport {
        converged,
        outcome,
        iterations: iterations as u64,
        log_likelihood: fitted.trace.clone(),
        starts: fitted.starts.iter().map(|start| start.loglik).collect(),
        pairs_counted: learnt.pairs_counted,
    }
}

fn note(model: &Compiled, residual: &Residual) -> DependenceNote {
    let name = |comparison: usize| name_of(&model.words.comparisons[comparison]);
    DependenceNote {
        comparisons: (name(residual.first), name(residual.second)),
        among: match residual.class {
            PairClass::Matches => "matches".to_owned(),
            PairClass::NonMatches => "non-matches".to_owned(),
        },
        bits: residual.bits(),
        observed: residual.observed,
        expected: residual.expected,
    }
}
