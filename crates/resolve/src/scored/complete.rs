//! Complete linkage: a person's records are all linked to each other.
//!
//! Agglomeration from the strongest link down, where the link between two clusters is as
//! strong as its weakest pair, and missing if a pair is missing (Sørensen, 1948). When two
//! clusters become one, only the clusters that both had a link to keep one, so the number of
//! links falls by at least half of what the two had: the whole takes a number of steps that
//! grows with the number of pairs, and needs no limit.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use counterfoil_core::scored::{ScoredPair, Weight};

use super::components::{by_component, rows_named};
use super::conflicts::{Conflicts, Held};
use super::sets::Sets;

/// For each row the smallest row of its person, where two clusters become one only if every
/// row of one is linked to every row of the other, those of the strongest weakest pair first,
/// and of equal ones those of the lowest rows.
///
/// Pairs that conflict are no links. Since all rows of a person are linked, no person then has
/// a conflict.
///
/// # Panics
///
/// As [`merge_apart`](super::merge_apart) does.
#[must_use]
pub fn complete_linkage(rows: u32, mut pairs: Vec<ScoredPair>, conflicts: &Conflicts) -> Vec<u32> {
    assert!(rows_named(&pairs) <= rows, "a pair names a row beyond the last");
    let held = Held::by_rows(conflicts);
    pairs.retain(|pair| held.conflict(pair.left, pair.right).is_none());
    let mut sets = Sets::new(rows);
    for component in by_component(rows, &pairs).chunk_by(|a, b| a.0 == b.0) {
        let mut clusters = Clusters::default();
        for (_, at) in component {
            clusters.link(pairs[*at].left, pairs[*at].right, pairs[*at].weight);
        }
        while let Some((into, from)) = clusters.strongest() {
            sets.join(into, from);
            clusters.merge(into, from);
        }
    }
    sets.names()
}

/// Clusters of one component, named by their smallest rows, and the links between them.
#[derive(Default)]
struct Clusters {
    /// For each cluster those that it has a link to.
    links: BTreeMap<u32, BTreeMap<u32, Weight>>,
    /// All links that were ever made, the strongest first, then those of the lowest rows.
    queue: BinaryHeap<(Weight, Reverse<u32>, Reverse<u32>)>,
}

impl Clusters {
    fn link(&mut self, a: u32, b: u32, weight: Weight) {
        let (a, b) = (a.min(b), a.max(b));
        self.links.entry(a).or_default().insert(b, weight);
        self.links.entry(b).or_default().insert(a, weight);
        self.queue.push((weight, Reverse(a), Reverse(b)));
    }

    /// The strongest link that still stands.
    fn strongest(&mut self) -> Option<(u32, u32)> {
        while let Some((weight, Reverse(a), Reverse(b))) = self.queue.pop() {
            if self.links.get(&a).and_then(|links| links.get(&b)) == Some(&weight) {
                return Some((a, b));
            }
        }
        None
    }

    /// Joins two clusters under the name of the first.
    fn merge(&mut self, into: u32, from: u32) {
        let of_into = self.cut_off(into);
        let of_from = self.cut_off(from);
        for (other, weight) in of_into {
            if let Some(second) = of_from.get(&other) {
                self.link(into, other, weight.min(*second));
            }
        }
    }

    /// Takes a cluster's links away.
    fn cut_off(&mut self, cluster: u32) -> BTreeMap<u32, Weight> {
        let links = self.links.remove(&cluster).unwrap_or_default();
        for other in links.keys() {
            if let Some(back) = self.links.get_mut(other) {
                back.remove(&cluster);
            }
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::testing::pair;

    fn persons(rows: u32, pairs: &[ScoredPair]) -> Vec<u32> {
        complete_linkage(rows, pairs.to_vec(), &Conflicts::default())
    }

    #[test]
    fn a_chain_falls_apart_at_its_weaker_link() {
        assert_eq!(persons(3, &[pair(0, 1, 5), pair(1, 2, 9)]), [0, 1, 1]);
        // With the missing pair it is one person.
        assert_eq!(persons(3, &[pair(0, 1, 5), pair(1, 2, 9), pair(0, 2, 1)]), [0, 0, 0]);
        // Equally strong: the lowest rows.
        assert_eq!(persons(3, &[pair(1, 2, 9), pair(0, 1, 9)]), [0, 0, 2]);
    }

    #[test]
    fn two_clusters_are_linked_as_strongly_as_their_weakest_pair() {
        // 0–1 join at 9. To 2 they then have min(8, 2) = 2, so 2–3 at 4 comes first; between
        // {0,1} and {2,3} all four pairs stand: one person. Without 1–3 there are two.
        let mut pairs = vec![pair(0, 1, 9), pair(0, 2, 8), pair(1, 2, 2), pair(2, 3, 4), pair(0, 3, 1), pair(1, 3, 1)];
        assert_eq!(persons(4, &pairs), [0, 0, 0, 0]);
        pairs.pop();
        assert_eq!(persons(4, &pairs), [0, 0, 2, 2]);
    }

    #[test]
    fn conflicting_pairs_are_no_links() {
        let values = [7, 0, 8];
        let conflicts = Conflicts { columns: vec![&values], ..Conflicts::default() };
        let pairs = vec![pair(0, 1, 5), pair(1, 2, 9), pair(0, 2, 20)];
        assert_eq!(complete_linkage(3, pairs, &conflicts), [0, 1, 1]);
    }

    /// The plain twin: looks at all pairs of clusters for each merge.
    fn plain(rows: u32, pairs: &[ScoredPair]) -> Vec<u32> {
        let mut clusters: Vec<Vec<u32>> = (0..rows).map(|row| vec![row]).collect();
        let weight =
            |a: u32, b: u32| pairs.iter().find(|p| (p.left, p.right) == (a.min(b), a.max(b))).map(|p| p.weight.0);
        loop {
            let mut best: Option<(i64, usize, usize)> = None;
            for b in 0..clusters.len() {
                for a in 0..b {
                    let all: Option<Vec<i64>> =
                        clusters[a].iter().flat_map(|x| clusters[b].iter().map(|y| weight(*x, *y))).collect();
                    let Some(weakest) = all.and_then(|all| all.into_iter().min()) else { continue };
                    let better = |(w, x, y): (i64, usize, usize)| {
                        weakest > w
                            || weakest == w && (clusters[a][0], clusters[b][0]) < (clusters[x][0], clusters[y][0])
                    };
                    if best.is_none_or(better) {
                        best = Some((weakest, a, b));
                    }
                }
            }
            let Some((_, a, b)) = best else { break };
            let from = clusters.remove(b);
            clusters[a].extend(from);
        }
        let name = |row: u32| clusters.iter().find(|c| c.contains(&row)).unwrap().iter().min().copied().unwrap();
        (0..rows).map(name).collect()
    }

    proptest! {
        #[test]
        fn merging_by_shared_links_equals_looking_at_all_pairs(
            raw in prop::collection::btree_map((0u32..8, 1u32..8), 0i64..5, 0..28),
        ) {
            let pairs: Vec<_> = raw
                .into_iter()
                .filter(|((left, step), _)| left + step < 8)
                .map(|((left, step), bits)| pair(left, left + step, bits))
                .collect();
            prop_assert_eq!(persons(8, &pairs), plain(8, &pairs));
        }
    }
}
