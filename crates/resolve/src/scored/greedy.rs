//! Links by their own weight alone: the strongest pair first, or the best of each right row.

use counterfoil_core::Tie;
use counterfoil_core::scored::ScoredPair;
use hashbrown::{HashMap, HashSet};

use super::{Choice, across};

/// One to one: pairs by weight, each taken while both of its rows are free. Rows below
/// `right_from` are of the left side.
///
/// A tie is a row with several free partners at the same weight. [`Tie::Break`] takes the pair
/// of the lowest rows, [`Tie::Refuse`] leaves the tied row without a link.
#[must_use]
pub fn greedy_best(mut pairs: Vec<ScoredPair>, right_from: u32, tie: Tie) -> Choice {
    let mut choice = Choice { same_side: across(&mut pairs, right_from), ..Choice::default() };
    let mut taken = HashSet::with_capacity(pairs.len());
    for equal in pairs.chunk_by(|a, b| a.weight == b.weight) {
        let free =
            |taken: &HashSet<u32>, pair: &ScoredPair| !taken.contains(&pair.left) && !taken.contains(&pair.right);
        let open: Vec<_> = equal.iter().filter(|pair| free(&taken, pair)).collect();
        let tied = repeated(open.iter().flat_map(|pair| [pair.left, pair.right]));
        choice.ties += tied.len() as u64;
        if tie == Tie::Refuse {
            taken.extend(tied);
        }
        for pair in open {
            if free(&taken, pair) {
                taken.extend([pair.left, pair.right]);
                choice.links.push(*pair);
            }
        }
    }
    choice
}

/// Many to one: each right row's strongest pair, whatever else its left row is linked to.
///
/// A tie is a right row with several strongest pairs. [`Tie::Break`] takes that of the lowest
/// left row, [`Tie::Refuse`] none.
#[must_use]
pub fn best_per_right(mut pairs: Vec<ScoredPair>, right_from: u32, tie: Tie) -> Choice {
    let same_side = across(&mut pairs, right_from);
    let mut best: HashMap<u32, (ScoredPair, bool)> = HashMap::with_capacity(pairs.len());
    for pair in &pairs {
        let (first, is_tied) = best.entry(pair.right).or_insert((*pair, false));
        *is_tied |= first.left != pair.left && first.weight == pair.weight;
    }
    let is_chosen = |pair: &ScoredPair| {
        let (first, is_tied) = &best[&pair.right];
        first == pair && !(*is_tied && tie == Tie::Refuse)
    };
    pairs.retain(is_chosen);
    let ties = best.values().filter(|(_, is_tied)| *is_tied).count() as u64;
    Choice { links: pairs, ties, same_side, ..Choice::default() }
}

/// The rows that occur more than once.
fn repeated(rows: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut rows: Vec<u32> = rows.collect();
    rows.sort_unstable();
    rows.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| same[0]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::testing::{pair, rows_of};

    #[test]
    fn the_strongest_pair_is_taken_first_and_its_rows_are_then_gone() {
        // 0–10 wins over 0–11 and 1–10; 1 and 11 are left for each other.
        let pairs = vec![pair(1, 10, 7), pair(1, 11, 2), pair(0, 10, 9), pair(0, 11, 8), pair(0, 1, 20)];
        let choice = greedy_best(pairs, 10, Tie::Break);
        assert_eq!((rows_of(&choice.links), choice.ties, choice.same_side), (vec![(0, 10), (1, 11)], 0, 1));
    }

    #[test]
    fn a_tie_goes_to_the_lowest_row_or_to_none() {
        // 10 is tied between 0 and 1 at nine bits; 0 has 11 at three.
        let pairs = vec![pair(1, 10, 9), pair(0, 10, 9), pair(0, 11, 3)];
        let broken = greedy_best(pairs.clone(), 10, Tie::Break);
        assert_eq!((rows_of(&broken.links), broken.ties), (vec![(0, 10)], 1));
        let refused = greedy_best(pairs.clone(), 10, Tie::Refuse);
        assert_eq!((rows_of(&refused.links), refused.ties), (vec![(0, 11)], 1));
        let per_right = |tie| rows_of(&best_per_right(pairs.clone(), 10, tie).links);
        assert_eq!(per_right(Tie::Break), [(0, 10), (0, 11)]);
        assert_eq!(per_right(Tie::Refuse), [(0, 11)]);
        assert_eq!(best_per_right(pairs, 10, Tie::Refuse).ties, 1);
    }

    #[test]
    fn a_left_row_may_have_many_right_rows() {
        let pairs = vec![pair(0, 10, 5), pair(0, 11, 4), pair(1, 11, 3), pair(1, 12, 2)];
        assert_eq!(rows_of(&best_per_right(pairs, 10, Tie::Break).links), [(0, 10), (0, 11), (1, 12)]);
    }

    proptest! {
        #[test]
        fn greedy_equals_repeated_choice_of_the_strongest_free_pair(
            raw in prop::collection::btree_map((0u32..6, 6u32..12), 0i64..4, 0..25),
        ) {
            let mut left: Vec<_> = raw.into_iter().map(|((l, r), bits)| pair(l, r, bits)).collect();
            let choice = greedy_best(left.clone(), 6, Tie::Break);
            let mut links = Vec::new();
            while let Some(best) = left.iter().min_by_key(|p| (-p.weight.0, p.left, p.right)).copied() {
                left.retain(|p| p.left != best.left && p.right != best.right);
                links.push(best);
            }
            prop_assert_eq!(choice.links, links);
        }
    }
}
