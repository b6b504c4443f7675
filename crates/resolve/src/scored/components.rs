//! Connected components: every pair is a link, and a person is what links join.

use counterfoil_core::scored::ScoredPair;

use super::sets::Sets;

/// For each row the smallest row that links lead to: its person.
///
/// # Panics
///
/// When a pair names a row that is not below `rows`.
#[must_use]
pub fn components(rows: u32, pairs: &[ScoredPair]) -> Vec<u32> {
    joined(rows, pairs).names()
}

/// Positions of pairs with the name of their component, ordered by component and then by
/// position.
pub(super) fn by_component(rows: u32, pairs: &[ScoredPair]) -> Vec<(u32, usize)> {
    let mut sets = joined(rows, pairs);
    let mut placed: Vec<_> = pairs.iter().enumerate().map(|(at, pair)| (sets.find(pair.left), at)).collect();
    placed.sort_unstable();
    placed
}

/// The number of rows that pairs make necessary.
pub(super) fn rows_named(pairs: &[ScoredPair]) -> u32 {
    pairs.iter().map(|pair| pair.right + 1).max().unwrap_or_default()
}

fn joined(rows: u32, pairs: &[ScoredPair]) -> Sets {
    let mut sets = Sets::new(rows);
    for pair in pairs {
        sets.join(pair.left, pair.right);
    }
    sets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::testing::pair;

    #[test]
    fn links_of_links_are_one_person_named_by_its_smallest_row() {
        let pairs = [pair(4, 6, 1), pair(1, 6, 9), pair(2, 5, 3)];
        assert_eq!(components(7, &pairs), [0, 1, 2, 3, 1, 2, 1]);
        assert_eq!(components(0, &[]), [0_u32; 0]);
    }

    /// The plain twin: names flow along pairs until nothing changes.
    fn spread(rows: u32, pairs: &[ScoredPair]) -> Vec<u32> {
        let mut names: Vec<u32> = (0..rows).collect();
        loop {
            let before = names.clone();
            for pair in pairs {
                let (left, right) = (pair.left as usize, pair.right as usize);
                let name = names[left].min(names[right]);
                (names[left], names[right]) = (name, name);
            }
            if names == before {
                return names;
            }
        }
    }

    proptest! {
        #[test]
        fn components_equal_names_spread_along_pairs(raw in prop::collection::vec((0u32..29, 1u32..9), 0..40)) {
            let pairs: Vec<_> = raw.into_iter().map(|(left, step)| pair(left, (left + step).min(29), 1)).collect();
            prop_assert_eq!(components(30, &pairs), spread(30, &pairs));
        }
    }
}
