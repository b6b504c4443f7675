//! Pairs that lose a row to a stronger pair.

use counterfoil_core::scored::{ScoredPair, TwoSides, Weight};
use hashbrown::HashMap;

use super::strongest_first;

/// Pairs of two sides by whether a stronger one makes them impossible; each in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parted {
    /// Pairs of which no limited row is that of a stronger pair here.
    pub kept: Vec<ScoredPair>,
    /// Pairs that lose one of their rows.
    pub outdone: Vec<Outdone>,
}

/// A pair that loses one of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outdone {
    /// The pair.
    pub pair: ScoredPair,
    /// Whether it is as strong as the one that has its row, so that the order of rows decided.
    pub is_tied: bool,
}

/// Parts pairs, the strongest first: a pair is outdone if one of its rows that has at most one
/// match is that of a pair that is kept. Which pairs are kept from a weight on does not depend on
/// those below.
#[must_use]
pub fn part_outdone(pairs: Vec<ScoredPair>, sides: &TwoSides) -> Parted {
    let mut candidates = vec![0_u32; sides.rows as usize];
    pairs.iter().flat_map(|pair| sides.limited(pair)).for_each(|row| candidates[row as usize] += 1);
    let is_contested = |at: &usize| sides.limited(&pairs[*at]).any(|row| candidates[row as usize] > 1);
    let mut contested: Vec<usize> = (0..pairs.len()).filter(is_contested).collect();
    contested.sort_unstable_by(|one, other| strongest_first(&pairs[*one], &pairs[*other]));
    let mut taken: HashMap<u32, Weight> = HashMap::new();
    let mut lost_to: HashMap<usize, Weight> = HashMap::new();
    for at in contested {
        let pair = &pairs[at];
        match sides.limited(pair).filter_map(|row| taken.get(&row)).min() {
            Some(weight) => drop(lost_to.insert(at, *weight)),
            None => taken.extend(sides.limited(pair).map(|row| (row, pair.weight))),
        }
    }
    let mut parted = Parted::default();
    for (at, pair) in pairs.into_iter().enumerate() {
        match lost_to.get(&at) {
            None => parted.kept.push(pair),
            Some(weight) => parted.outdone.push(Outdone { pair, is_tied: *weight == pair.weight }),
        }
    }
    parted
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::{Pattern, ScoredPair, TwoSides, Weight};

    use super::{Parted, part_outdone};

    fn pair(left: u32, right: u32, weight: i64) -> ScoredPair {
        ScoredPair { left, right, rule: 0, pattern: Pattern::default(), weight: Weight(weight) }
    }

    fn check(at_most_one: [bool; 2], kept: &[(u32, u32)], outdone: &[(u32, u32, bool)]) {
        let Parted { kept: found, outdone: lost } =
            part_outdone(pairs(), &TwoSides { right_from: 5, rows: 8, at_most_one });
        assert_eq!(found.iter().map(|pair| (pair.left, pair.right)).collect::<Vec<_>>(), kept);
        assert_eq!(lost.iter().map(|of| (of.pair.left, of.pair.right, of.is_tied)).collect::<Vec<_>>(), outdone);
    }

    /// 0 has its best in 5, 1 also, and then 6; 2 is as near to 6 as 1 is.
    fn pairs() -> Vec<ScoredPair> {
        vec![pair(0, 5, 9), pair(0, 6, 3), pair(1, 5, 8), pair(1, 6, 7), pair(2, 6, 7), pair(3, 7, 1)]
    }

    #[test]
    fn a_row_with_one_match_has_its_strongest_pair() {
        check([true, false], &[(0, 5), (1, 5), (2, 6), (3, 7)], &[(0, 6, false), (1, 6, false)]);
    }

    #[test]
    fn where_both_sides_are_limited_a_lost_row_leaves_the_next() {
        check([true, true], &[(0, 5), (1, 6), (3, 7)], &[(0, 6, false), (1, 5, false), (2, 6, true)]);
    }
}
