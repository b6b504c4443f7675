//! How often rows have no match among their candidates.

use counterfoil_core::scored::{ScoredPair, TwoSides};

use super::Background;
use super::claims::Claims;

/// No more rows than this share are taken to have their match among their candidates: that it is
/// among them is never sure.
pub(super) const MOST_MATCHED: f64 = 0.99;
/// The share of a kind counts as if so many rows of the average were of it: few rows say little.
const OF_THE_AVERAGE: f64 = 1000.0;
/// From here on a change of a share of rows counts as none.
const SETTLED: f64 = 1e-4;

/// By side and slot the share of rows that have no match among their candidates.
///
/// A **slot** are rows of one kind that a candidate has the same identifier in common with, or none.
pub(super) struct Vacancies {
    right_from: u32,
    at_most_one: [bool; 2],
    /// By row its slot.
    slots: Vec<u32>,
    /// Slots of one kind.
    slots_a_kind: usize,
    /// By identifier the share of matches that are no candidates without it.
    unseen: Vec<f64>,
    /// By side and kind the rows.
    rows: [Vec<f64>; 2],
    of_slots: [Vec<f64>; 2],
}

/// Whose rows tell how many of a kind have a match.
pub(super) enum Share {
    OfTheSide,
    OfTheKind,
}

/// Matches that are expected among the pairs.
pub(super) struct Expected {
    pub(super) all: f64,
    /// By side and slot.
    pub(super) by_slot: [Vec<f64>; 2],
}

impl Vacancies {
    /// All rows vacant, to begin with.
    pub(super) fn new(sides: &TwoSides, background: &Background<'_>, claims: &Claims) -> Vacancies {
        let kinds = background.kinds.iter().max().map_or(1, |most| usize::from(*most) + 1);
        let slots_a_kind = background.identifiers.len() + 1;
        let mut rows = [vec![0.0; kinds], vec![0.0; kinds]];
        let slot = |(row, kind): (u32, &u16)| {
            rows[usize::from(row >= sides.right_from)][usize::from(*kind)] += 1.0;
            (usize::from(*kind) * slots_a_kind + claims.first(row).map_or(0, |at| at + 1)) as u32
        };
        let slots = (0..sides.rows).zip(background.kinds).map(slot).collect();
        let unseen = background.identifiers.iter().map(|of| of.unseen).collect();
        let of_slots = [vec![1.0; kinds * slots_a_kind], vec![1.0; kinds * slots_a_kind]];
        Vacancies {
            right_from: sides.right_from,
            at_most_one: sides.at_most_one,
            slots,
            slots_a_kind,
            unseen,
            rows,
            of_slots,
        }
    }

    pub(super) fn slot(&self, row: u32) -> u32 {
        self.slots[row as usize]
    }

    /// The slots of a side.
    pub(super) fn slots(&self) -> usize {
        self.of_slots[0].len()
    }

    pub(super) fn of_slot(&self, side: usize, slot: u32) -> f64 {
        self.of_slots[side][slot as usize]
    }

    /// Those of a pair's two rows.
    pub(super) fn of_pair(&self, pair: &ScoredPair) -> [f64; 2] {
        debug_assert!(pair.left < self.right_from && pair.right >= self.right_from, "a row is of its side");
        [self.of_slot(0, self.slot(pair.left)), self.of_slot(1, self.slot(pair.right))]
    }

    /// Takes over what is expected of the sides with one match a row at most; whether that changed
    /// next to nothing.
    pub(super) fn fill(&mut self, expected: &Expected, share: &Share) -> bool {
        let mut is_settled = true;
        for side in [0, 1].into_iter().filter(|side| self.at_most_one[*side]) {
            let all: f64 = self.rows[side].iter().sum();
            let average = expected.all / all.max(1.0);
            for (kind, rows) in self.rows[side].iter().enumerate() {
                let of_kind = kind * self.slots_a_kind..(kind + 1) * self.slots_a_kind;
                let matches: f64 = expected.by_slot[side][of_kind.clone()].iter().sum();
                let matched = match share {
                    Share::OfTheSide => average,
                    Share::OfTheKind => (matches + OF_THE_AVERAGE * average) / (rows + OF_THE_AVERAGE),
                };
                let vacant = 1.0 - matched.min(MOST_MATCHED);
                for slot in of_kind {
                    let unseen = (slot % self.slots_a_kind).checked_sub(1).map_or(0.0, |at| self.unseen[at]);
                    let now = vacant + (1.0 - vacant) * unseen;
                    is_settled &= (now - self.of_slots[side][slot]).abs() < SETTLED;
                    self.of_slots[side][slot] = now;
                }
            }
        }
        is_settled
    }
}
