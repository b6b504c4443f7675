//! How alike are two texts? Jaro, Jaro–Winkler, and three edit distances.
//!
//! [`plain`] has each measure as its publication defines it, over any characters.
//! [`Pattern`] gives the same numbers for ASCII texts of up to 64 characters by arithmetic on
//! the bits of a word, many right texts against one left text. A [`Signature`] holds the
//! length of a text and which letters occur in it; it bounds every measure from the better
//! side, so that most unlike pairs are told apart without a look at the texts.
//!
//! Nothing here keeps a text: the caller owns what is compared.

mod bits;
mod judge;
pub mod plain;
mod signature;

pub use bits::Pattern;
pub(crate) use judge::grade_of;
pub use judge::{Judge, TextMeasure};
pub use signature::{Scrambler, Signature};

/// The longest text, in bytes, that fits the bits of one word.
pub(crate) const WORD: usize = 64;

/// Jaro's similarity of `matches` common characters, half of `transposed` of them being out
/// of order, in texts of so many characters. 1 is equal, 0 nothing in common.
///
/// Matthew A. Jaro, "Advances in record-linkage methodology as applied to matching the 1985
/// census of Tampa, Florida", JASA 84 (1989): the mean of the share of either text that
/// matches and the share of matches in order.
#[inline]
fn jaro_of(matches: usize, transposed: usize, left: usize, right: usize) -> f64 {
    if matches == 0 {
        return if left + right == 0 { 1.0 } else { 0.0 };
    }
    let in_order = matches - transposed / 2;
    let matches = matches as f64;
    (matches / left as f64 + matches / right as f64 + in_order as f64 / matches) / 3.0
}

/// Winkler's bonus for a common beginning of `prefix` characters (at most four count): a
/// tenth, for each, of what is missing to 1. Given only above a Jaro similarity of 0.7, as
/// in Winkler's own program (W. E. Winkler, "String comparator metrics and enhanced decision
/// rules in the Fellegi–Sunter model of record linkage", 1990).
#[inline]
fn winkler_of(jaro: f64, prefix: usize) -> f64 {
    if jaro > 0.7 { jaro + 0.1 * prefix as f64 * (1.0 - jaro) } else { jaro }
}

/// How many characters of a common beginning Winkler's bonus counts.
const PREFIX: usize = 4;
