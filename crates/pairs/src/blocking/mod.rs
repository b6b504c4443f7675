//! From columns of value numbers to the pairs of rows worth comparing.
//!
//! [`group`] finds the blocks of one rule, and with them how many pairs the rule finds before
//! any is looked at; a [`Plan`] joins the rules and divides the work into [`Part`]s. Pairs are
//! never written down: a part is walked block by block, and a pair that an earlier rule finds
//! too is told by testing that rule on the pair's values.

mod blocks;
mod count;
mod drive;
mod finder;
mod gains;
mod group;
mod packed;
mod pairings;
mod plan;
mod recall;
mod repeats;
mod rule;
#[cfg(test)]
pub(crate) mod tests;
mod tile;
mod wide;

pub use blocks::{Grouped, group};
pub use count::{BlockSize, RuleCount, Skipped, all_pairs, count};
pub(crate) use drive::{Batch, Candidate, Choice, Questions, Taker, drive};
pub(crate) use gains::Gains;
pub(crate) use pairings::Pairings;
pub use pairings::TooManyColumns;
pub use plan::{MAX_RULES, Part, Plan};
pub use repeats::Repeats;
pub use rule::{BlockingRule, Key, Neighbourhood};
pub(crate) use tile::Tile;
