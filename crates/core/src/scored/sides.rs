//! Two sides, and how many matches a row of one can have in the other.

use super::ScoredPair;

/// The rows of two sides, and whether one can have more than one match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwoSides {
    /// Row numbers of the left side are below this, those of the right one from it on.
    pub right_from: u32,
    /// Number of all rows.
    pub rows: u32,
    /// Whether a left row has at most one match, as where the right side has one row a person; and
    /// whether a right row has.
    pub at_most_one: [bool; 2],
}

impl TwoSides {
    /// Rows of either side.
    #[must_use]
    pub fn lengths(&self) -> [u32; 2] {
        [self.right_from, self.rows - self.right_from]
    }

    /// The rows of a pair that have at most one match.
    pub fn limited(&self, pair: &ScoredPair) -> impl Iterator<Item = u32> {
        let rows = [pair.left, pair.right];
        let at_most_one = self.at_most_one;
        (0..2).filter(move |side| at_most_one[*side]).map(move |side| rows[side])
    }
}
