//! What the stages of a probabilistic linkage hand each other.
//!
//! `token` makes [`ValueColumns`]; `pairs` finds pairs in them and compares these to
//! [`Pattern`]s; `score` learns [`Weights`] from how often each pattern occurs; `pairs` uses
//! them to find the [`ScoredPair`]s, and `resolve` chooses among those.

mod column;
mod comparison;
mod exclusive;
mod moved;
mod pattern;
mod sides;
mod weights;

pub use column::{ListColumn, ValueColumns};
pub use comparison::{Comparison, Condition, Level, LinkType, Measured, Similarity, Sketches};
pub use exclusive::{Exclusive, by_count, pairs};
pub use moved::Moved;
pub use pattern::{MAX_COMPARISONS, MAX_LEVELS, Pattern, Weight};
pub use sides::TwoSides;
pub use weights::{Commonness, Interaction, RelatedWeights, ScoredPair, TermFrequency, Terms, Weights};
