//! Value numbers: linkage fields of any kind as columns of small whole numbers.
//!
//! A [`Dictionary`] holds the distinct values of one *domain* and gives each a number, in
//! order of first appearance; 0 is null. A [`FieldReader`] standardises a column of a source
//! and writes the numbers of its values. Fields that are compared with each other, such as
//! forename and surname, share a dictionary. Each distinct raw text is standardised once.
//!
//! From the values of a dictionary others are derived ([`Derivation`]): first letters, a
//! Soundex code, the year of a date. Derived values have numbers of their own, found by the
//! number of the value that they come from ([`Numbers`]), so that a derived column costs one
//! look-up a row. [`Measures`] answers how alike two values are, by their numbers.
//!
//! A dictionary holds clear values: it is wiped when dropped and shows nothing.

mod arena;
mod dates;
mod derivation;
mod derive;
mod dictionary;
mod gap;
mod interner;
mod lists;
mod measures;
mod numbers;
mod reader;
mod rules;
mod tokens;

pub use derivation::Derivation;
pub use derive::Derived;
pub use dictionary::Dictionary;
pub use gap::{Ages, Gap};
pub use lists::Lists;
pub use measures::{Measure, Measures, Overlap};
pub use numbers::Numbers;
pub use reader::FieldReader;
pub use rules::{ValueKind, ValueRules};
pub use tokens::{Asked, TokenNumbers};
