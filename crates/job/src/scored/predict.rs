//! Scoring every pair that blocking finds.

use counterfoil_core::scored::{ScoredPair, Weight};
use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_pairs::blocking::{Part, Plan};
use counterfoil_pairs::compare::{Overrides, Predicted as Tally, Predictor, Scoring};
use counterfoil_score::Bucket;
use rayon::prelude::*;

use super::estimate::{Compiled, FLOOR, Learnt, PARTS_A_THREAD, too_many};

/// The pairs above the floor, and how many there are of each weight.
pub(crate) struct Predicted {
    /// In no order of any meaning.
    pub(crate) pairs: Vec<ScoredPair>,
    pub(crate) buckets: Vec<Bucket>,
    /// For each rule the pairs that it finds and no earlier one.
    pub(crate) first_by_rule: Vec<u64>,
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
    let mut all = Predicted { pairs: Vec::new(), buckets: Vec::new(), first_by_rule: Vec::new() };
    let mut tally = Tally::default();
    for (pairs, part) in found {
        all.pairs.extend(pairs);
        tally.add(&part);
    }
    all.buckets = tally.histogram.iter().map(|(step, pairs)| bucket(*step, *pairs)).collect();
    all.first_by_rule = tally.compared;
    Ok(all)
}

/// A sixteenth of a bit: the threshold is its lower end, the probability that of its middle.
fn bucket(step: i64, pairs: u64) -> Bucket {
    let units = Weight::BIT / 16;
    Bucket {
        weight: Weight(step * units),
        pairs: pairs as f64,
        probability: Weight(step * units + units / 2).probability(),
    }
}
