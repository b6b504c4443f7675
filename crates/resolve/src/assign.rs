//! Choosing links among candidate pairs.

use counterfoil_core::{CandidatePair, Code, Resolution, Step, Tie};
use hashbrown::{HashMap, HashSet};

/// Links, and how many ties there were on the way.
#[derive(Default)]
pub struct Resolved {
    /// The pairs decided on, in order of preference.
    pub links: Vec<CandidatePair>,
    /// Left units that had several right units to choose from at one rank.
    pub left_ties: u64,
    /// Right units that had several left units to choose from at one rank.
    pub right_ties: u64,
}

/// Chooses links among `pairs`, of which there may be several for the same two units; only
/// the best of those counts.
#[must_use]
pub fn resolve(mut pairs: Vec<CandidatePair>, resolution: Resolution, tie: Tie) -> Resolved {
    pairs.sort_by(CandidatePair::preference);
    keep_best_of_each(&mut pairs);
    match resolution {
        Resolution::RankByRank => rank_by_rank(pairs, tie),
        Resolution::BestThenBest => best_then_best(pairs, tie),
        Resolution::BestPerRight => best_per_right(pairs, tie),
        Resolution::KeepAll => Resolved { links: pairs, ..Resolved::default() },
    }
}

/// Keeps, of the pairs of the same units, the first.
fn keep_best_of_each(pairs: &mut Vec<CandidatePair>) {
    let mut seen = HashSet::with_capacity(pairs.len());
    pairs.retain(|pair| seen.insert((pair.left_unit, pair.right_unit)));
}

/// Units already linked, or withdrawn because of a refused tie.
struct Taken {
    left: HashSet<Code>,
    right: HashSet<Code>,
}

impl Taken {
    fn is_free(&self, pair: &CandidatePair) -> bool {
        !self.left.contains(&pair.left_unit) && !self.right.contains(&pair.right_unit)
    }

    fn take(&mut self, pair: &CandidatePair) {
        self.left.insert(pair.left_unit);
        self.right.insert(pair.right_unit);
    }
}

/// Because both sides prefer by one total order, taking the pairs of a rank in that order
/// whenever both units are free gives the same links as letting every unit choose its best
/// free partner, keeping mutual choices, and repeating until nothing changes.
fn rank_by_rank(pairs: Vec<CandidatePair>, tie: Tie) -> Resolved {
    let mut taken = Taken { left: HashSet::with_capacity(pairs.len()), right: HashSet::with_capacity(pairs.len()) };
    let (mut left_ties, mut right_ties) = (0, 0);
    let mut chosen = vec![false; pairs.len()];
    let mut first = 0;
    for step in pairs.chunk_by(|a, b| a.step() == b.step()) {
        let free: Vec<usize> = (first..first + step.len()).filter(|at| taken.is_free(&pairs[*at])).collect();
        first += step.len();
        let tied_left = repeated(free.iter().map(|at| pairs[*at].left_unit));
        let tied_right = repeated(free.iter().map(|at| pairs[*at].right_unit));
        left_ties += tied_left.len() as u64;
        right_ties += tied_right.len() as u64;
        if tie == Tie::Refuse {
            taken.left.extend(tied_left);
            taken.right.extend(tied_right);
        }
        for at in free {
            if taken.is_free(&pairs[at]) {
                taken.take(&pairs[at]);
                chosen[at] = true;
            }
        }
    }
    Resolved { links: only(pairs, &chosen), left_ties, right_ties }
}

fn best_then_best(pairs: Vec<CandidatePair>, tie: Tie) -> Resolved {
    let (chosen, right_ties) = best_by(pairs, |pair| pair.right_unit, tie);
    let (links, left_ties) = best_by(chosen, |pair| pair.left_unit, tie);
    Resolved { links, left_ties, right_ties }
}

fn best_per_right(pairs: Vec<CandidatePair>, tie: Tie) -> Resolved {
    let (links, right_ties) = best_by(pairs, |pair| pair.right_unit, tie);
    Resolved { links, right_ties, ..Resolved::default() }
}

/// Each unit's best pair, in order of preference, and the number of units tied at their best
/// step, which are left out where ties are refused.
fn best_by(pairs: Vec<CandidatePair>, unit: impl Fn(&CandidatePair) -> Code, tie: Tie) -> (Vec<CandidatePair>, u64) {
    let mut best: HashMap<Code, (Step, usize)> = HashMap::with_capacity(pairs.len());
    for pair in &pairs {
        let (step, count) = best.entry(unit(pair)).or_insert((pair.step(), 0));
        *count += usize::from(*step == pair.step());
    }
    let ties = best.values().filter(|(_, count)| *count > 1).count() as u64;
    let mut seen = HashSet::with_capacity(best.len());
    let is_best = |pair: &CandidatePair| {
        let is_tied = best[&unit(pair)].1 > 1;
        seen.insert(unit(pair)) && !(is_tied && tie == Tie::Refuse)
    };
    let chosen: Vec<bool> = pairs.iter().map(is_best).collect();
    (only(pairs, &chosen), ties)
}

/// The pairs that are chosen.
fn only(pairs: Vec<CandidatePair>, chosen: &[bool]) -> Vec<CandidatePair> {
    pairs.into_iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(pair, _)| pair).collect()
}

/// The units that occur more than once.
fn repeated(units: impl Iterator<Item = Code>) -> Vec<Code> {
    let mut units: Vec<Code> = units.collect();
    units.sort_unstable();
    units.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| same[0]).collect()
}

#[cfg(test)]
mod tests {
    use counterfoil_core::{Part, RecordRef};
    use proptest::prelude::*;

    use super::*;

    fn pair(left: u64, right: u64, rank: u8, activity: i32) -> CandidatePair {
        CandidatePair {
            left_unit: Code(left + 1),
            right_unit: Code(right + 1),
            rank,
            part: Part::Whole,
            agreeing: 1,
            activity,
            last_activity: activity,
            right_date: 0,
            left: RecordRef { source: 0, row: left },
            right: RecordRef { source: 1, row: right },
            left_key: left.to_string().into(),
            right_key: right.to_string().into(),
            left_person: "".into(),
            right_person: "".into(),
        }
    }

    /// The plain twin: in each rank, every free unit points at its best free partner; mutual
    /// choices become links; repeat until nothing changes.
    fn mutual_best(pairs: &[CandidatePair]) -> Vec<CandidatePair> {
        let mut links: Vec<CandidatePair> = Vec::new();
        for rank in 0..=9 {
            loop {
                let free: Vec<_> = pairs
                    .iter()
                    .filter(|p| p.rank == rank)
                    .filter(|p| !links.iter().any(|l| l.left_unit == p.left_unit || l.right_unit == p.right_unit))
                    .collect();
                let first = |of: &dyn Fn(&CandidatePair) -> bool| {
                    free.iter().filter(|p| of(p)).min_by(|a, b| a.preference(b)).copied()
                };
                let mutual: Vec<_> = free
                    .iter()
                    .filter(|p| {
                        first(&|q| q.left_unit == p.left_unit) == Some(**p)
                            && first(&|q| q.right_unit == p.right_unit) == Some(**p)
                    })
                    .map(|p| (*p).clone())
                    .collect();
                if mutual.is_empty() {
                    break;
                }
                links.extend(mutual);
            }
        }
        links.sort_by(CandidatePair::preference);
        links
    }

    proptest! {
        #[test]
        fn rank_by_rank_equals_repeated_mutual_choice(
            raw in prop::collection::btree_map((0u64..8, 0u64..8), (1u8..4, 0i32..3), 0..40),
        ) {
            let pairs: Vec<_> = raw.into_iter().map(|((l, r), (rank, day))| pair(l, r, rank, day)).collect();
            let resolved = resolve(pairs.clone(), Resolution::RankByRank, Tie::Break);
            prop_assert!(resolved.links == mutual_best(&pairs));
        }
    }

    #[test]
    fn a_death_whose_only_person_was_taken_keeps_its_next_rank() {
        // Death 0 and death 1 both want person 0 at rank 1; death 1 also meets person 1 at
        // rank 8. Best-then-best loses death 1, rank by rank keeps it.
        let pairs = vec![pair(0, 0, 1, 5), pair(0, 1, 1, 4), pair(1, 1, 8, 4)];
        let links = |resolution| {
            let resolved = resolve(pairs.clone(), resolution, Tie::Break);
            resolved.links.iter().map(|l| (l.left.row, l.right.row, l.rank)).collect::<Vec<_>>()
        };
        assert_eq!(links(Resolution::RankByRank), [(0, 0, 1), (1, 1, 8)]);
        assert_eq!(links(Resolution::BestThenBest), [(0, 0, 1)]);
        assert_eq!(links(Resolution::KeepAll).len(), 3);
    }

    #[test]
    fn refused_ties_leave_the_tied_unit_unlinked() {
        // Death 0 meets persons 0 and 1 at rank 6: a tie. Death 1 meets person 1 at rank 8.
        let pairs = vec![pair(0, 0, 6, 3), pair(1, 0, 6, 3), pair(1, 1, 8, 3)];
        let broken = resolve(pairs.clone(), Resolution::RankByRank, Tie::Break);
        assert_eq!((broken.links.len(), broken.left_ties, broken.right_ties), (2, 0, 1));
        // Equal rank, fields and activity: the smaller record key decides, person 0.
        assert_eq!(broken.links[0].left.row, 0);
        let refused = resolve(pairs, Resolution::RankByRank, Tie::Refuse);
        let links: Vec<_> = refused.links.iter().map(|l| (l.left.row, l.right.row)).collect();
        assert_eq!(links, [(1, 1)]);
    }

    #[test]
    fn each_right_unit_has_its_best_left_unit_and_a_left_unit_may_have_many() {
        // Record 0 meets persons 0 and 1, record 1 person 0 alone, record 2 person 1 alone.
        let pairs = vec![pair(0, 0, 2, 0), pair(1, 0, 5, 9), pair(0, 1, 7, 0), pair(1, 2, 8, 0)];
        let resolved = resolve(pairs, Resolution::BestPerRight, Tie::Break);
        let links: Vec<_> = resolved.links.iter().map(|l| (l.left.row, l.right.row, l.rank)).collect();
        assert_eq!(links, [(0, 0, 2), (0, 1, 7), (1, 2, 8)]);
        assert_eq!((resolved.left_ties, resolved.right_ties), (0, 0));
    }

    #[test]
    fn a_tie_of_a_right_unit_is_broken_by_preference_or_refused() {
        // Record 0 meets persons 0 and 1 at rank 6, the second seen later; record 1 meets
        // person 0 at rank 6 too, which is no tie of its.
        let pairs = vec![pair(0, 0, 6, 3), pair(1, 0, 6, 4), pair(0, 1, 6, 3)];
        let links = |tie| {
            let resolved = resolve(pairs.clone(), Resolution::BestPerRight, tie);
            let links: Vec<_> = resolved.links.iter().map(|l| (l.left.row, l.right.row)).collect();
            (links, resolved.right_ties)
        };
        assert_eq!(links(Tie::Break), (vec![(1, 0), (0, 1)], 1));
        assert_eq!(links(Tie::Refuse), (vec![(0, 1)], 1));
    }

    #[test]
    fn parts_of_a_rank_are_steps_of_their_own() {
        // Both persons meet the record at rank 1; what is known of person 1 is the better part.
        let pairs = vec![
            CandidatePair { part: Part::Second, ..pair(0, 0, 1, 9) },
            CandidatePair { part: Part::First, ..pair(1, 0, 1, 0) },
        ];
        for resolution in [Resolution::BestPerRight, Resolution::RankByRank, Resolution::BestThenBest] {
            let resolved = resolve(pairs.clone(), resolution, Tie::Refuse);
            let links: Vec<_> = resolved.links.iter().map(|l| (l.left.row, l.step().name())).collect();
            assert_eq!((links, resolved.right_ties), (vec![(1, "1A".to_owned())], 0), "{resolution:?}");
        }
    }
}
