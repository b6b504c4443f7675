//! What it says of a pair that a value is missing.
//!
//! Who has no NHS number in a record seldom has many others: of pairs that lack it fewer match than
//! of pairs that do not. How many do, those tell that agree in everything else. As many matches as
//! chance would have without the value are expected, so far as they can be seen; if there are
//! fewer, that takes from the weight of such pairs what the two are apart. It never adds: rows with
//! gaps are no likelier to be of one person.

use std::collections::BTreeMap;

use counterfoil_core::scored::{LinkType, Pattern, ScoredPair, Weight};
use counterfoil_pairs::compare::DEFINITE;
use hashbrown::HashMap;

use super::Scored;
use super::estimate::{Compiled, FLOOR, Learnt};
use super::predict::{Predicted, STEP, buckets, matches, share_above};
use crate::check::ModelFrom;

/// The ratio counts as if so many matches more had been expected, and found: few say little.
const AS_EXPECTED: f64 = 100.0;
/// Most rounds in which the ratio and the matches by it are brought in line.
const ROUNDS: usize = 50;
/// In bits, what takes less than this is left out.
const LEAST: f64 = 0.05;
/// Share of its matches that has to be above the floor without a value, for those that lack it to be
/// held against them: at the floor model and data are too far apart.
const LEAST_VISIBLE: f64 = 0.95;

/// Comparisons that say nothing for want of a value, a bit for each by position.
type Missing = u16;

/// Weights of some missing values: how many pairs have each, in steps of [`STEP`].
type Histogram = BTreeMap<i64, f64>;

/// Learns what missing values take from a pair's weight, and takes it from the pairs. Those that
/// fall below the floor are dropped.
pub(crate) fn consider(scored: &Scored, compiled: &Compiled, learnt: &mut Learnt, predicted: &mut Predicted) {
    if !is_asked_for(scored) || learnt.labelled.is_some() {
        return;
    }
    let taken = taken(scored, compiled, learnt, &predicted.pairs);
    if taken.iter().all(|bits| *bits == 0.0) {
        return;
    }
    let weights: Vec<Weight> = taken.iter().map(|bits| Weight::from_bits(*bits)).collect();
    let before = matches(&predicted.buckets);
    for pair in predicted.pairs.iter_mut().filter(|pair| pair.weight < DEFINITE) {
        let lacking = weights.iter().enumerate().filter(|(at, _)| pair.pattern.digit(*at) == 0);
        pair.weight = pair.weight + lacking.map(|(_, weight)| *weight).sum();
    }
    predicted.pairs.retain(|pair| pair.weight >= FLOOR);
    predicted.buckets = buckets(&predicted.pairs);
    if before > 0.0 {
        predicted.matches_to_found *= matches(&predicted.buckets) / before;
    }
    learnt.take_for_missing(&taken);
}

fn is_asked_for(scored: &Scored) -> bool {
    matches!(&scored.from, ModelFrom::Estimate(spec) if spec.missing != Some(false))
}

/// By comparison the bits that its missing value takes, 0 or less.
fn taken(scored: &Scored, compiled: &Compiled, learnt: &Learnt, pairs: &[ScoredPair]) -> Vec<f64> {
    let comparisons = compiled.comparisons.len();
    let nothing = vec![0.0; comparisons];
    let histograms = histograms(pairs, comparisons);
    // What most matches lack, others are held against.
    let likely_of = |(missing, of): (&Missing, &Histogram)| (*missing, likely(of, 0.0));
    let Some((base, found)) = histograms.iter().map(likely_of).max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return nothing;
    };
    let kinds = kinds(compiled);
    let pairs_lacking = |lacking| pairs_lacking(lacking, &kinds, scored.link_type);
    let base_pairs = pairs_lacking(base);
    if base_pairs == 0.0 {
        return nothing;
    }
    let share = found / base_pairs;
    let is_base = |pair: &&ScoredPair| missing(pair.pattern, comparisons) == base;
    let based: Vec<&ScoredPair> = pairs.iter().filter(is_base).collect();
    let of = |at: usize| {
        let lacking = base | 1 << at;
        let is_given = compiled.words.comparisons[at].missing.is_some();
        let Some(histogram) = histograms.get(&lacking).filter(|_| !is_given && lacking != base) else { return 0.0 };
        let levels = &learnt.weights.levels[at];
        let without = |pair: &ScoredPair| pair.weight - levels[usize::from(pair.pattern.digit(at))];
        let visible = share_above(based.iter().copied(), without);
        if visible < LEAST_VISIBLE {
            return 0.0;
        }
        bits(histogram, share * pairs_lacking(lacking) * visible)
    };
    (0..comparisons).map(of).collect()
}

fn histograms(pairs: &[ScoredPair], comparisons: usize) -> BTreeMap<Missing, Histogram> {
    let mut counts = HashMap::<(Missing, i64), u32>::new();
    for pair in pairs {
        let step = pair.weight.0.div_euclid(STEP);
        *counts.entry((missing(pair.pattern, comparisons), step)).or_default() += 1;
    }
    let mut histograms = BTreeMap::<Missing, Histogram>::new();
    for ((missing, step), pairs) in counts {
        histograms.entry(missing).or_default().insert(step, pairs.into());
    }
    histograms
}

fn missing(pattern: Pattern, comparisons: usize) -> Missing {
    (0..comparisons).fold(0, |bits, at| bits | Missing::from(pattern.digit(at) == 0) << at)
}

/// Matches among pairs of these weights, and so many bits.
fn likely(histogram: &Histogram, bits: f64) -> f64 {
    let shift = Weight::from_bits(bits);
    let one = |(step, pairs): (&i64, &f64)| pairs * (Weight(step * STEP + STEP / 2) + shift).probability();
    histogram.iter().map(one).sum()
}

/// The bits by which matches among pairs are as many more, or fewer, than expected as the bits say;
/// 0 where they are not fewer.
fn bits(histogram: &Histogram, expected: f64) -> f64 {
    let mut bits = 0.0;
    for _ in 0..ROUNDS {
        bits = ((likely(histogram, bits) + AS_EXPECTED) / (expected + AS_EXPECTED)).log2();
    }
    if bits < -LEAST { bits } else { 0.0 }
}

/// Rows of one side or data set that lack the same: how many.
type Kinds = BTreeMap<(u32, Missing), f64>;

/// Pairs of rows of which one or the other lacks each of these, and neither anything else.
fn pairs_lacking(wanted: Missing, kinds: &Kinds, paired: LinkType) -> f64 {
    // Of many kinds few lack nothing else.
    let within: Vec<(&(u32, Missing), &f64)> = kinds.iter().filter(|((_, lacks), _)| lacks & !wanted == 0).collect();
    let mut pairs = 0.0;
    for (at, ((part, lacks), rows)) in within.iter().enumerate() {
        for ((other_part, other_lacks), others) in &within[at..] {
            let is_paired = match paired {
                LinkType::LinkOnly => part != other_part,
                LinkType::DedupeOnly => part == other_part,
                LinkType::LinkAndDedupe => true,
            };
            if is_paired && lacks | other_lacks == wanted {
                let is_same = (part, lacks) == (other_part, other_lacks);
                pairs += if is_same { *rows * (*rows - 1.0) / 2.0 } else { *rows * *others };
            }
        }
    }
    pairs
}

/// Rows with incomplete dates are left out: these seldom agree closest with another, whether of one
/// person or not.
fn kinds(compiled: &Compiled) -> Kinds {
    let lacking = compiled.lacking();
    let mut kinds = Kinds::new();
    for (part, bounds) in (0..).zip(compiled.columns.starts.windows(2)) {
        // A number for whatever a row may lack: no look-up for each of a million rows.
        let mut counts = vec![0_u32; 1 << compiled.comparisons.len()];
        for row in (bounds[0]..bounds[1]).filter(|row| !compiled.is_incomplete(*row)) {
            counts[usize::from(lacking[row as usize])] += 1;
        }
        let found = (0..).zip(counts).filter(|(_, rows)| *rows > 0);
        kinds.extend(found.map(|(lacks, rows)| ((part, lacks), rows.into())));
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of so many bits each.
    fn histogram(pairs: &[(i64, f64)]) -> Histogram {
        pairs.iter().map(|(bits, pairs)| (bits * Weight::BIT / STEP, *pairs)).collect()
    }

    #[test]
    fn fewer_matches_than_expected_take_from_the_weight() {
        // 500 sure matches where 1,500 were expected: (500 + 100) / (1,500 + 100) = 3 / 8.
        assert!((bits(&histogram(&[(40, 500.0)]), 1500.0) - 0.375_f64.log2()).abs() < 1e-6);
        // Beside them 1,000 pairs of even odds before: with r of the odds r / (1 + r) of them match, so
        // that 1,600 r = 600 + 1,000 r / (1 + r), which makes 16 r² = 6, but for the half step of a
        // bucket: r = √(3 / 8).
        let found = bits(&histogram(&[(40, 500.0), (0, 1000.0)]), 1500.0);
        assert!((found - 0.375_f64.sqrt().log2()).abs() < 0.05, "{found}");
    }

    #[test]
    fn pairs_are_counted_by_what_either_lacks() {
        // Of two sides 5 and 2 rows lack nothing, 3 and 4 the first value, 7 of one the second.
        let kinds = Kinds::from([((0, 0), 5.0), ((0, 1), 3.0), ((0, 2), 7.0), ((1, 0), 2.0), ((1, 1), 4.0)]);
        let between = |lacking| pairs_lacking(lacking, &kinds, LinkType::LinkOnly);
        assert_eq!([0, 1, 2, 3].map(|lacking| between(lacking) as u32), [5 * 2, 5 * 4 + 3 * 2 + 3 * 4, 7 * 2, 7 * 4]);
        let within = |lacking| pairs_lacking(lacking, &kinds, LinkType::DedupeOnly);
        assert_eq!([0, 1].map(|lacking| within(lacking) as u32), [10 + 1, 5 * 3 + 3 + 2 * 4 + 6]);
    }

    #[test]
    fn as_many_matches_as_expected_or_more_take_nothing() {
        let is_nothing = |weight, found, expected| {
            assert!(bits(&histogram(&[(weight, found)]), expected).abs() < f64::EPSILON);
        };
        is_nothing(40, 1500.0, 1500.0);
        is_nothing(40, 3000.0, 1500.0);
        is_nothing(40, 1.0, 2.0);
    }
}
