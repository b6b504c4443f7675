//! Persons joined by links, but never with two of what a person has once.
//!
//! Links are taken from the strongest down, as in Kruskal's minimum spanning tree (1956), and
//! one that would put two conflicting records into one person is refused. This is the same as
//! cutting the weakest links. Suppose that two records of a component conflict. Take links away from
//! the weakest up until the two fall apart, at weight *w*: the links above *w* do not
//! connect them, those from *w* on do. Going down from the strongest, no link above *w* is
//! refused on their account, and the link at *w* that would connect them is. So of each chain of
//! links between two conflicting records the weakest part gives way, and every link that could
//! stay without a conflict stays.
//!
//! With sources that are free of duplicates this is also what others call single best links:
//! each record goes to its best partner in each source, unless that one has a better.

use counterfoil_core::Tie;
use counterfoil_core::scored::ScoredPair;

use super::components::{components, rows_named};
use super::conflicts::{Conflicts, Held, Reason};
use super::sets::Sets;
use super::strongest_first;

/// Persons, and what was refused on the way to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// For each row the smallest row of its person.
    pub persons: Vec<u32>,
    /// For each conflict column the links refused because of it.
    pub refused_by_column: Vec<u64>,
    /// Links refused because of sources that are free of duplicates.
    pub refused_by_source: u64,
    /// Sets of links of one weight of which not all can be taken.
    pub ties: u64,
    /// Links left aside because such ties are refused.
    pub refused_by_tie: u64,
    /// Connected components that became more than one person.
    pub split: u64,
}

/// Joins rows by links, the strongest first, and refuses those that conflict.
///
/// A tie is a set of links of one weight, connected by what they would join, of which not all
/// can be taken. [`Tie::Break`] takes those of the lowest rows, [`Tie::Refuse`] none of them.
///
/// # Panics
///
/// When a pair names a row that is not below `rows`, a column or the sources have not one
/// entry for each row, or more than 64 sources are declared free of duplicates.
#[must_use]
pub fn merge_apart(rows: u32, mut pairs: Vec<ScoredPair>, conflicts: &Conflicts, tie: Tie) -> Merged {
    assert!(rows_named(&pairs) <= rows, "a pair names a row beyond the last");
    pairs.sort_unstable_by(strongest_first);
    let mut merging = Merging::new(rows, conflicts, tie);
    for equal in pairs.chunk_by(|a, b| a.weight == b.weight) {
        merging.take(equal);
    }
    let mut merged = merging.merged;
    merged.persons = merging.sets.names();
    merged.split = split(&components(rows, &pairs), &merged.persons);
    merged
}

/// How many components are more than one person.
fn split(components: &[u32], persons: &[u32]) -> u64 {
    // A component's smallest row is its smallest person; any other person in it is a further one.
    let is_further = |row: &usize| persons[*row] as usize == *row && components[*row] as usize != *row;
    let mut further: Vec<u32> = (0..persons.len()).filter(is_further).map(|row| components[row]).collect();
    further.sort_unstable();
    further.dedup();
    further.len() as u64
}

struct Merging {
    sets: Sets,
    held: Held,
    /// What the links of the weight at hand would join; each set alone between weights.
    tentative: Sets,
    tie: Tie,
    merged: Merged,
}

impl Merging {
    fn new(rows: u32, conflicts: &Conflicts, tie: Tie) -> Merging {
        let merged = Merged { refused_by_column: vec![0; conflicts.columns.len()], ..Merged::default() };
        Merging { sets: Sets::new(rows), held: Held::by_rows(conflicts), tentative: Sets::new(rows), tie, merged }
    }

    /// Takes links of one weight.
    fn take(&mut self, equal: &[ScoredPair]) {
        let open = self.open(equal);
        for (a, b) in &open {
            self.tentative.join(*a, *b);
        }
        let mut placed: Vec<(u32, u32, u32)> = open.iter().map(|(a, b)| (self.tentative.find(*a), *a, *b)).collect();
        // Stable, so that links stay in their order within what they join.
        placed.sort_by_key(|(together, _, _)| *together);
        for joined in placed.chunk_by(|a, b| a.0 == b.0) {
            self.take_joined(joined);
        }
        for (a, b) in open {
            self.tentative.part(a);
            self.tentative.part(b);
        }
    }

    /// The two clusters of each link that are still two and do not conflict.
    fn open(&mut self, equal: &[ScoredPair]) -> Vec<(u32, u32)> {
        let mut open = Vec::new();
        for pair in equal {
            let (a, b) = (self.sets.find(pair.left), self.sets.find(pair.right));
            if a != b && !self.is_refused(a, b) {
                open.push((a, b));
            }
        }
        open
    }

    fn is_refused(&mut self, a: u32, b: u32) -> bool {
        match self.held.conflict(a, b) {
            None => return false,
            Some(Reason::Column(column)) => self.merged.refused_by_column[column] += 1,
            Some(Reason::Source) => self.merged.refused_by_source += 1,
        }
        true
    }

    /// Takes links of one weight that would join all their clusters to one.
    fn take_joined(&mut self, links: &[(u32, u32, u32)]) {
        let mut clusters: Vec<u32> = links.iter().flat_map(|(_, a, b)| [*a, *b]).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let is_tied = !self.held.agree(&clusters);
        self.merged.ties += u64::from(is_tied);
        if is_tied && self.tie == Tie::Refuse {
            self.merged.refused_by_tie += links.len() as u64;
            return;
        }
        for (_, a, b) in links {
            let (a, b) = (self.sets.find(*a), self.sets.find(*b));
            if a != b && !self.is_refused(a, b) {
                let (into, from) = self.sets.join(a, b);
                self.held.merge(into, from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scored::testing::pair;

    fn by_column(values: &[u32], pairs: &[ScoredPair], tie: Tie) -> Merged {
        let conflicts = Conflicts { columns: vec![values], ..Conflicts::default() };
        merge_apart(values.len() as u32, pairs.to_vec(), &conflicts, tie)
    }

    #[test]
    fn two_nhs_numbers_in_one_component_split_it_at_its_weakest_link() {
        // 0 –9– 1 –4– 2 –7– 3 –8– 4, where 0 and 4 have different NHS numbers: 1–2 gives way.
        let chain = [pair(0, 1, 9), pair(1, 2, 4), pair(2, 3, 7), pair(3, 4, 8)];
        let merged = by_column(&[5, 0, 0, 0, 6], &chain, Tie::Break);
        assert_eq!(merged.persons, [0, 0, 2, 2, 2]);
        assert_eq!((merged.refused_by_column, merged.split, merged.ties), (vec![1], 1, 0));
        // Equal numbers, or one that is null, keep it whole.
        assert_eq!(by_column(&[5, 0, 0, 0, 5], &chain, Tie::Break).persons, [0; 5]);
        assert_eq!(by_column(&[5, 0, 0, 0, 0], &chain, Tie::Break).split, 0);
    }

    #[test]
    fn a_way_round_the_weakest_link_is_cut_too() {
        // A ring 0–1–2–3 with conflict between 0 and 2: one link of each way is cut, the weaker.
        let ring = [pair(0, 1, 9), pair(1, 2, 5), pair(2, 3, 6), pair(0, 3, 7)];
        let merged = by_column(&[1, 0, 2, 0], &ring, Tie::Break);
        assert_eq!((merged.persons, merged.refused_by_column), (vec![0, 0, 2, 0], vec![2]));
    }

    #[test]
    fn a_source_without_duplicates_gives_each_person_one_record() {
        // Sources: rows 0–1, rows 2–3, row 4. Row 2 is nearer to 0, so 1 gets 3, by way of 4.
        let pairs = vec![pair(0, 2, 9), pair(1, 2, 8), pair(3, 4, 7), pair(1, 4, 6), pair(0, 4, 5)];
        let conflicts = Conflicts { starts: &[0, 2, 4, 5], duplicate_free: &[0, 1], ..Conflicts::default() };
        let merged = merge_apart(5, pairs, &conflicts, Tie::Break);
        assert_eq!(merged.persons, [0, 1, 0, 1, 1]);
        assert_eq!((merged.refused_by_source, merged.split), (2, 1));
    }

    #[test]
    fn links_of_one_weight_that_exclude_each_other_are_a_tie() {
        // 1 is linked as strongly to 0 as to 2, which conflict; 3 hangs on 1 by a weaker link.
        let pairs = [pair(0, 1, 9), pair(1, 2, 9), pair(1, 3, 4)];
        let broken = by_column(&[1, 0, 2, 0], &pairs, Tie::Break);
        assert_eq!((broken.persons, broken.ties), (vec![0, 0, 2, 0], 1));
        let refused = by_column(&[1, 0, 2, 0], &pairs, Tie::Refuse);
        assert_eq!((refused.persons, refused.ties, refused.refused_by_tie), (vec![0, 1, 2, 1], 1, 2));
        // Both values on one side are refused before they could tie.
        assert_eq!(by_column(&[1, 2, 0], &[pair(0, 1, 9)], Tie::Refuse).ties, 0);
    }

    /// The plain twin, by cutting: if a component conflicts, its links are taken away, the
    /// weakest first, until no component of them does; then each that was taken away comes
    /// back, the strongest first, unless it makes a conflict.
    fn cut(values: &[u32], pairs: &[ScoredPair]) -> Vec<u32> {
        let rows = values.len() as u32;
        let conflicts = |links: &[ScoredPair]| {
            let persons = components(rows, links);
            let of = |person: u32| (0..values.len()).filter(move |row| persons.clone()[*row] == person);
            (0..rows).any(|person| {
                let mut found: Vec<u32> = of.clone()(person).map(|row| values[row]).filter(|v| *v != 0).collect();
                found.dedup();
                found.iter().any(|value| *value != found[0])
            })
        };
        let mut sorted = pairs.to_vec();
        sorted.sort_by(strongest_first);
        let kept = (0..=sorted.len()).rev().find(|kept| !conflicts(&sorted[..*kept])).unwrap();
        let mut links = sorted[..kept].to_vec();
        for pair in &sorted[kept..] {
            links.push(*pair);
            if conflicts(&links) {
                links.pop();
            }
        }
        components(rows, &links)
    }

    proptest! {
        #[test]
        fn merging_from_the_strongest_equals_cutting_from_the_weakest(
            values in prop::collection::vec(0u32..3, 8),
            raw in prop::collection::btree_map((0u32..8, 1u32..8), 0i64..9, 0..20),
        ) {
            let pairs: Vec<_> = raw
                .into_iter()
                .filter(|((left, step), _)| left + step < 8)
                .map(|((left, step), bits)| pair(left, left + step, bits))
                .collect();
            prop_assert_eq!(by_column(&values, &pairs, Tie::Break).persons, cut(&values, &pairs));
        }
    }
}
