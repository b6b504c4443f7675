//! Rows with a candidate that has their identifier.

use counterfoil_core::scored::{ScoredPair, TwoSides, Weight};

use super::Identifier;

/// By row, a bit for each identifier that a candidate has in common with it. None of a row that may
/// have several matches: each of these may well have it.
pub(super) struct Claims(Vec<u16>);

impl Claims {
    pub(super) fn of(pairs: &[ScoredPair], sides: &TwoSides, identifiers: &[Identifier]) -> Claims {
        if identifiers.is_empty() {
            return Claims(Vec::new());
        }
        let mut claims = vec![0; sides.rows as usize];
        for pair in pairs {
            let agreed =
                identifiers.iter().enumerate().filter(|(_, of)| pair.pattern.digit(of.comparison) == of.agrees);
            let bits = agreed.fold(0, |bits, (at, _)| bits | 1 << at);
            sides.limited(pair).for_each(|row| claims[row as usize] |= bits);
        }
        Claims(claims)
    }

    /// The first identifier that a candidate has in common with a row.
    pub(super) fn first(&self, row: u32) -> Option<usize> {
        let bits = self.0.get(row as usize).copied().unwrap_or_default();
        (bits != 0).then(|| bits.trailing_zeros() as usize)
    }

    /// Takes from the weights of pairs what a differing identifier took, where another candidate has
    /// it: if that one is no match, the row's number is another's, and differs from its own.
    pub(super) fn relieve(&self, pairs: &mut [ScoredPair], sides: &TwoSides, identifiers: &[Identifier]) {
        for pair in pairs {
            let bits =
                sides.limited(pair).fold(0, |bits, row| bits | self.0.get(row as usize).copied().unwrap_or_default());
            if bits != 0 {
                pair.weight = pair.weight - taken(pair, bits, identifiers);
            }
        }
    }
}

/// What differing identifiers among these took from a pair.
fn taken(pair: &ScoredPair, bits: u16, identifiers: &[Identifier]) -> Weight {
    let claimed = identifiers.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, of)| of);
    let of_digit = |of: &Identifier| {
        let digit = pair.pattern.digit(of.comparison);
        // What is missing does not differ.
        if digit == 0 || digit == of.agrees {
            return Weight::default();
        }
        of.weights[usize::from(digit)].min(Weight::default())
    };
    claimed.map(of_digit).sum()
}
