//! What every way of linking does with the rows it reads: keeps their keys, counts what
//! standardising found, lists what it refused.

mod rejects;
mod tallies;
mod texts;

pub(crate) use rejects::Rejects;
pub use tallies::SourceTally;
pub(crate) use tallies::Tallies;
pub(crate) use texts::{Texts, row_key, write_row_key};
