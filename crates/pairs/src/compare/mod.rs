//! From pairs of rows to agreement patterns, and to the pairs above a threshold.
//!
//! Every pair is first compared as a few bits: which columns are equal, which are null. They
//! settle most levels. Only what they leave open is asked of
//! [`Similarity`](counterfoil_core::scored::Similarity), for many pairs at once; and
//! when pairs are [predicted](Predictor), only of those that can still reach the threshold.
//! Counts of [patterns](Comparing::patterns), [what blocking forces](Comparing::allowed) and
//! [chance agreement](chances()) are what weights are estimated from.

mod alike;
mod allowed;
mod asker;
mod bound;
mod cases;
mod chances;
mod completeness;
mod patterns;
mod predict;
mod screen;
#[cfg(test)]
mod tests;
mod truth;

pub use alike::{Alike, alike};
pub use chances::{Chance, Chances, chances};
pub use completeness::{Completeness, completeness};
pub use patterns::{Comparing, PatternCounts};
pub use predict::{DEFINITE, Overrides, Predicted, Predictor, Scoring};
