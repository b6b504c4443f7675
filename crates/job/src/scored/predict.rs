//! Scoring every pair that blocking finds.

use std::collections::BTreeMap;

use counterfoil_core::scored::{ScoredPair, Weight};
use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_pairs::blocking::{Part, Plan, Repeats};
use counterfoil_pairs::compare::{Overrides, Predicted as Tally, Predictor, Scoring};
use counterfoil_resolve::scored::Outdone;
use counterfoil_score::Bucket;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::elsewhere::Elsewhere;
use super::estimate::{Compiled, FLOOR, Learnt, PARTS_A_THREAD, too_many};

/// The pairs above the floor, and how many there are of each weight.
pub(crate) struct Predicted {
    /// In the order of their rows.
    pub(crate) pairs: Vec<ScoredPair>,
    pub(crate) buckets: Vec<Bucket>,
    /// For each rule the pairs that it finds and no earlier one.
    pub(crate) first_by_rule: Vec<u64>,
    /// Matches expected among the pairs, over those that their weights alone would have.
    pub(crate) matches_to_found: f64,
    /// More matches than this there cannot be, where a side has one row a person.
    pub(crate) most_matches: Option<u32>,
    /// Pairs above the floor that a likelier one makes impossible; none of `pairs` or `buckets`.
    pub(crate) outdone: Vec<Outdone>,
    /// The share of matches that the rules find, as pairs show that agree in other fields.
    pub(crate) elsewhere: Option<Elsewhere>,
}

/// Scores all pairs; those above the floor are kept.
///
/// # Errors
///
/// The model has more columns than there is room for.
pub(crate) fn predict(
    compiled: &Compiled,
    plan: &Plan<'_>,
    learnt: &Learnt,
    observer: &dyn Observer,
) -> Result<Predicted, Fault> {
    let scoring = Scoring {
        weights: &learnt.weights,
        overrides: Overrides { definite: compiled.definite.clone(), veto: compiled.veto.clone() },
        threshold: FLOOR,
        floor: FLOOR,
    };
    let predictor = Predictor::new(plan, &compiled.comparisons, &compiled.measures, &scoring).map_err(too_many)?;
    let parts = plan.parts(rayon::current_num_threads() * PARTS_A_THREAD);
    observer.begin(Stage::Compare, Some(parts.iter().map(|part| part.pairs).sum()));
    let one = |part: &Part| {
        let mut pairs = Vec::new();
        let tally = predictor.run(part, &mut pairs);
        observer.advance(Stage::Compare, part.pairs);
        (pairs, tally)
    };
    let found: Vec<(Vec<ScoredPair>, Tally)> = parts.par_iter().map(one).collect();
    observer.end(Stage::Compare);
    let mut pairs: Vec<ScoredPair> = Vec::with_capacity(found.iter().map(|(pairs, _)| pairs.len()).sum());
    let mut tally = Tally::default();
    for (of_part, part) in found {
        pairs.extend(of_part);
        tally.add(&part);
    }
    let mut buckets: Vec<Bucket> = tally.histogram.iter().map(|(step, pairs)| bucket(*step, *pairs)).collect();
    if let Some(repeats) = plan.repeats() {
        predictor.run_equal(&mut pairs);
        pairs = of_all_rows(&pairs, repeats);
        buckets = self::buckets(&pairs);
    }
    pairs.sort_unstable_by_key(|pair| (pair.left, pair.right));
    Ok(Predicted {
        pairs,
        buckets,
        first_by_rule: tally.compared,
        matches_to_found: 1.0,
        most_matches: None,
        outdone: Vec::new(),
        elsewhere: None,
    })
}

/// The pairs of rows that pairs of first ones stand for.
fn of_all_rows(pairs: &[ScoredPair], repeats: &Repeats) -> Vec<ScoredPair> {
    let all = |pair: &ScoredPair| {
        let pair = *pair;
        repeats.stood_for((pair.left, pair.right)).map(move |(left, right)| ScoredPair { left, right, ..pair })
    };
    // Asked beforehand: there may be many times as many, and a vector that grows has them twice.
    let count: u64 = pairs.iter().map(|pair| repeats.stands_for((pair.left, pair.right))).sum();
    let mut of_rows = Vec::with_capacity(count as usize);
    of_rows.extend(pairs.iter().flat_map(all));
    of_rows
}

/// How many pairs there are of each weight.
pub(super) fn buckets(pairs: &[ScoredPair]) -> Vec<Bucket> {
    let mut counts: HashMap<i64, u64> = HashMap::new();
    pairs.iter().for_each(|pair| *counts.entry(pair.weight.0.div_euclid(STEP)).or_default() += 1);
    let steps: BTreeMap<i64, u64> = counts.into_iter().collect();
    steps.into_iter().map(|(step, pairs)| bucket(step, pairs)).collect()
}

/// Matches expected among the pairs.
pub(super) fn matches(buckets: &[Bucket]) -> f64 {
    buckets.iter().map(|bucket| bucket.pairs * bucket.probability).sum()
}

/// Of the matches among pairs, the share that would be above the floor if each weighed otherwise.
pub(super) fn share_above<'p>(
    pairs: impl IntoIterator<Item = &'p ScoredPair>,
    otherwise: impl Fn(&ScoredPair) -> Weight,
) -> f64 {
    let (mut all, mut above) = (0.0, 0.0);
    for pair in pairs {
        let likely = pair.weight.probability();
        all += likely;
        above += if otherwise(pair) >= FLOOR { likely } else { 0.0 };
    }
    if all > 0.0 { above / all } else { 0.0 }
}

/// Units of a histogram's step.
pub(super) const STEP: i64 = Weight::BIT / 16;

/// A sixteenth of a bit: the threshold is its lower end, the probability that of its middle.
fn bucket(step: i64, pairs: u64) -> Bucket {
    Bucket {
        weight: Weight(step * STEP),
        pairs: pairs as f64,
        probability: Weight(step * STEP + STEP / 2).probability(),
    }
}
