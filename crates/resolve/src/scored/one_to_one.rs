//! One to one, by the greatest total weight.

use counterfoil_core::Tie;
use counterfoil_core::scored::{ScoredPair, Weight};

use super::components::{by_component, rows_named};
use super::optimal::{Edge, best_assignment};
use super::{Choice, across, greedy_best, strongest_first};

/// Most pairs of a component that is solved exactly. Time grows with the product of a
/// component's rows and pairs; one of twenty thousand pairs takes seconds at the worst.
pub const DEFAULT_LIMIT: usize = 20_000;

/// How links are assigned one to one.
#[derive(Clone, Copy, Debug)]
pub struct OneToOne {
    /// First row of the right side; rows below are of the left one.
    pub right_from: u32,
    /// Weight from which a link is better than none.
    pub threshold: Weight,
    /// Most pairs of a component that is solved exactly; larger ones are solved as by
    /// [`greedy_best`](super::greedy_best).
    pub limit: usize,
}

/// Chooses links so that no row has two and the total of what each link exceeds the threshold
/// by is greatest, where one that just reaches it counts one unit of weight. Exact in each
/// connected component up to the limit.
///
/// Of several choices with the same total it takes the one with the strongest pair that any of
/// them has, then the next strongest, and so on (pairs in the order of
/// [`strongest_first`](super::strongest_first)).
#[must_use]
pub fn one_to_one(mut pairs: Vec<ScoredPair>, options: &OneToOne) -> Choice {
    let same_side = across(&mut pairs, options.right_from);
    pairs.retain(|pair| pair.weight >= options.threshold);
    let mut choice = Choice { same_side, ..Choice::default() };
    for component in by_component(rows_named(&pairs), &pairs).chunk_by(|a, b| a.0 == b.0) {
        let members = component.iter().map(|(_, at)| pairs[*at]).collect();
        choose(members, options, &mut choice);
    }
    choice.links.sort_unstable_by(strongest_first);
    choice
}

/// Chooses links among the pairs of one component, strongest first.
fn choose(pairs: Vec<ScoredPair>, options: &OneToOne, choice: &mut Choice) {
    if pairs.len() == 1 {
        choice.links.extend(pairs);
    } else if pairs.len() > options.limit {
        choice.too_large += 1;
        choice.links.extend(greedy_best(pairs, options.right_from, Tie::Break).links);
    } else {
        let assignment = best_assignment(&local(&pairs, options.threshold));
        choice.ties += u64::from(!assignment.is_unique);
        choice.links.extend(assignment.edges.into_iter().map(|edge| pairs[edge]));
    }
}

/// Pairs with their rows numbered from 0 on each side.
fn local(pairs: &[ScoredPair], threshold: Weight) -> Vec<Edge> {
    let numbers = |row: fn(&ScoredPair) -> u32| {
        let mut rows: Vec<u32> = pairs.iter().map(row).collect();
        rows.sort_unstable();
        rows.dedup();
        pairs.iter().map(move |pair| rows.partition_point(|other| *other < row(pair)))
    };
    let sides = numbers(|pair| pair.left).zip(numbers(|pair| pair.right));
    let gains = pairs.iter().map(|pair| pair.weight.0 - threshold.0 + 1);
    sides.zip(gains).map(|((left, right), gain)| Edge { left, right, gain }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::testing::{pair, rows_of};

    fn options(right_from: u32, bits: i64) -> OneToOne {
        OneToOne { right_from, threshold: Weight(bits * Weight::BIT), limit: DEFAULT_LIMIT }
    }

    #[test]
    fn two_good_links_are_better_than_the_best_and_a_poor_one() {
        // Greedy takes 0–10 (10 bits) and leaves 1–11 (1 bit): 11. The other way: 9 + 8 = 17.
        let pairs = vec![pair(0, 10, 10), pair(0, 11, 9), pair(1, 10, 8), pair(1, 11, 1)];
        let choice = one_to_one(pairs.clone(), &options(10, 0));
        assert_eq!((rows_of(&choice.links), choice.ties), (vec![(0, 11), (1, 10)], 0));
        // Above the limit it is greedy, and says so.
        let greedy = one_to_one(pairs, &OneToOne { limit: 3, ..options(10, 0) });
        assert_eq!((rows_of(&greedy.links), greedy.too_large), (vec![(0, 10), (1, 11)], 1));
    }

    #[test]
    fn a_weak_link_is_not_made_to_give_a_row_a_partner() {
        // Over a threshold of 6 bits, 0–10 exceeds by 6 and the two others together by 3 + 2.
        let pairs = vec![pair(0, 10, 12), pair(0, 11, 9), pair(1, 10, 8), pair(1, 11, 5)];
        assert_eq!(rows_of(&one_to_one(pairs, &options(10, 6)).links), [(0, 10)]);
        // A pair at the threshold is a link.
        assert_eq!(rows_of(&one_to_one(vec![pair(0, 10, 6)], &options(10, 6)).links), [(0, 10)]);
    }

    #[test]
    fn a_tie_of_totals_goes_to_the_strongest_pair_and_then_to_the_lowest_rows() {
        // 7 + 5 = 6 + 6.
        let pairs = vec![pair(0, 10, 6), pair(0, 11, 5), pair(1, 10, 7), pair(1, 11, 6)];
        let choice = one_to_one(pairs, &options(10, 0));
        assert_eq!((rows_of(&choice.links), choice.ties), (vec![(1, 10), (0, 11)], 1));
        let equal = vec![pair(1, 11, 4), pair(1, 10, 4), pair(0, 11, 4), pair(0, 10, 4)];
        let choice = one_to_one(equal, &options(10, 0));
        assert_eq!((rows_of(&choice.links), choice.ties), (vec![(0, 10), (1, 11)], 1));
    }

    /// The plain twin: the best of all sets of pairs in which no row occurs twice, and whether
    /// another has the same total.
    fn exhaustive(pairs: &[ScoredPair], threshold: i64) -> (Vec<(u32, u32)>, bool) {
        let mut sorted: Vec<_> = pairs.iter().filter(|p| p.weight.0 >= threshold).copied().collect();
        sorted.sort_by(strongest_first);
        let mut all = vec![(0, Vec::new())];
        for (at, pair) in sorted.iter().enumerate() {
            let with: Vec<_> = all
                .iter()
                .filter(|(_, set): &&(i64, Vec<usize>)| {
                    set.iter().all(|o| sorted[*o].left != pair.left && sorted[*o].right != pair.right)
                })
                .map(|(total, set)| (total + pair.weight.0 - threshold + 1, [set.as_slice(), &[at]].concat()))
                .collect();
            all.extend(with);
        }
        let most = all.iter().map(|(total, _)| *total).max().unwrap();
        let mut best: Vec<_> = all.into_iter().filter(|(total, _)| *total == most).map(|(_, set)| set).collect();
        // All are maximal, so none is the beginning of another.
        best.sort();
        (best[0].iter().map(|at| (sorted[*at].left, sorted[*at].right)).collect(), best.len() > 1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_assignment_is_the_best_of_all(
            raw in prop::collection::btree_map((0u32..5, 5u32..10), -1i64..8, 0..13),
            threshold in 0i64..3,
        ) {
            let pairs: Vec<_> = raw.into_iter().map(|((l, r), bits)| pair(l, r, bits)).collect();
            let choice = one_to_one(pairs.clone(), &options(5, threshold));
            let (links, is_tied) = exhaustive(&pairs, threshold * Weight::BIT);
            prop_assert_eq!(rows_of(&choice.links), links);
            prop_assert_eq!(choice.ties > 0, is_tied);
        }
    }
}
