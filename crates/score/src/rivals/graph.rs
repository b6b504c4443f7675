//! Candidates as the edges of a graph, and the messages along them.

use std::collections::BTreeMap;

use counterfoil_core::scored::{ScoredPair, TwoSides, Weight};

use super::vacancies::{Expected, Vacancies};

/// From here on a change of a message counts as none, against itself.
const SETTLED: f64 = 1e-4;
/// Odds above these are taken as these where rivals are added up, so that the sums stay exact.
const SURE: Weight = Weight(30 * Weight::BIT);

/// A pair one of whose rows has another.
struct Edge {
    pair: u32,
    weight: Weight,
    /// Numbers of its rows among those of their side that have edges.
    rows: [u32; 2],
    odds: f64,
    /// What stands against it on either side: that its row is vacant, or another's.
    messages: [f64; 2],
}

/// Pairs without a rival whose rows are of the same slots, and whose weights of one sixteenth of a
/// bit.
struct Alone {
    slots: [u32; 2],
    /// Mean of their odds.
    odds: f64,
    pairs: f64,
}

pub(super) struct Graph {
    at_most_one: [bool; 2],
    edges: Vec<Edge>,
    /// For each row of a side what its edges come to, and its slot.
    sums: [Vec<f64>; 2],
    slots: [Vec<u32>; 2],
    alone: Vec<Alone>,
}

impl Graph {
    pub(super) fn of(pairs: &[ScoredPair], sides: &TwoSides, vacancies: &Vacancies) -> Graph {
        let places = |pair: &ScoredPair| [pair.left, pair.right - sides.right_from].map(|row| row as usize);
        let mut candidates = sides.lengths().map(|rows| vec![0_u32; rows as usize]);
        for pair in pairs {
            places(pair).into_iter().zip(&mut candidates).for_each(|(row, counts)| counts[row] += 1);
        }
        let has_rival =
            |rows: [usize; 2]| (0..2).any(|side| sides.at_most_one[side] && candidates[side][rows[side]] > 1);
        let mut numbers = sides.lengths().map(Numbers::new);
        let mut edges = Vec::new();
        let mut alone = BTreeMap::<(i64, [u32; 2]), (f64, f64)>::new();
        for (at, pair) in (0..).zip(pairs) {
            let rows = places(pair);
            let weight = pair.weight.min(SURE);
            let odds = weight.bits().exp2();
            let slots = [pair.left, pair.right].map(|row| vacancies.slot(row));
            if has_rival(rows) {
                let [left, right] = &mut numbers;
                let rows = [left.of(rows[0], slots[0]), right.of(rows[1], slots[1])];
                edges.push(Edge { pair: at, weight: pair.weight, rows, odds, messages: [1.0; 2] });
            } else {
                let (sum, pairs) = alone.entry((weight.0.div_euclid(Weight::BIT / 16), slots)).or_default();
                (*sum, *pairs) = (*sum + odds, *pairs + 1.0);
            }
        }
        let slots = numbers.map(|numbers| numbers.slots);
        let alone = alone.into_iter().map(|((_, slots), (sum, pairs))| Alone { slots, odds: sum / pairs, pairs });
        Graph {
            at_most_one: sides.at_most_one,
            edges,
            sums: [0, 1].map(|side: usize| vec![0.0; slots[side].len()]),
            slots,
            alone: alone.collect(),
        }
    }

    /// One round of messages, from either side in turn; whether hardly any changed.
    pub(super) fn pass(&mut self, vacancies: &Vacancies) -> bool {
        let mut is_settled = true;
        for side in [0, 1].into_iter().filter(|side| self.at_most_one[*side]) {
            let (sums, slots) = (&mut self.sums[side], &self.slots[side]);
            sums.fill(0.0);
            // What an edge is worth to its row, once the other side has had its say.
            let worth = |edge: &Edge| edge.odds / edge.messages[1 - side];
            self.edges.iter().for_each(|edge| sums[edge.rows[side] as usize] += worth(edge));
            for edge in &mut self.edges {
                let row = edge.rows[side] as usize;
                let others = (sums[row] - worth(edge)).max(0.0);
                let message = vacancies.of_slot(side, slots[row]) + others;
                is_settled &= (message - edge.messages[side]).abs() <= SETTLED * message;
                // Halfway, since what is told comes back with the opposite sign.
                edge.messages[side] =
                    if self.at_most_one[1 - side] { message.midpoint(edge.messages[side]) } else { message };
            }
        }
        is_settled
    }

    /// Matches expected among all pairs.
    pub(super) fn matches(&self, vacancies: &Vacancies) -> Expected {
        let likely = |odds: f64, against: f64| odds / (odds + against);
        let none = vec![0.0; vacancies.slots()];
        let mut expected = Expected { all: 0.0, by_slot: [none.clone(), none] };
        let mut add = |slots: [u32; 2], matches: f64| {
            expected.all += matches;
            (0..2).for_each(|side| expected.by_slot[side][slots[side] as usize] += matches);
        };
        for Alone { slots, odds, pairs } in &self.alone {
            let against = vacancies.of_slot(0, slots[0]) * vacancies.of_slot(1, slots[1]);
            add(*slots, pairs * likely(*odds, against));
        }
        for edge in &self.edges {
            let slots = [0, 1].map(|side: usize| self.slots[side][edge.rows[side] as usize]);
            add(slots, likely(edge.odds, edge.messages[0] * edge.messages[1]));
        }
        expected
    }

    /// Pairs that have rivals, by position, with their weights against these.
    pub(super) fn weights(&self) -> impl Iterator<Item = (u32, Weight)> {
        let against = |edge: &Edge| Weight::from_bits(-(edge.messages[0] * edge.messages[1]).log2());
        self.edges.iter().map(move |edge| (edge.pair, edge.weight + against(edge)))
    }
}

/// Numbers for the rows of a side that have edges, in the order in which they come.
struct Numbers {
    /// By row its number and one, 0 of those without edges: few have any, and zeros cost nothing.
    by_row: Vec<u32>,
    /// By number the row's slot.
    slots: Vec<u32>,
}

impl Numbers {
    fn new(rows: u32) -> Numbers {
        Numbers { by_row: vec![0; rows as usize], slots: Vec::new() }
    }

    fn of(&mut self, row: usize, slot: u32) -> u32 {
        if self.by_row[row] == 0 {
            self.slots.push(slot);
            self.by_row[row] = self.slots.len() as u32;
        }
        self.by_row[row] - 1
    }
}
