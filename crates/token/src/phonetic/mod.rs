//! Codes of how a name sounds.
//!
//! [`soundex`] is coarse and of one American rule of 1918; [`double_metaphone`] knows how
//! English spells the names of many languages, and gives a second code where a name is said
//! in two ways. Both read the letters A–Z of names in comparison form, that is without
//! accents; other characters are passed over.

mod consonants;
mod double_metaphone;
mod soundex;

pub use double_metaphone::{MetaphoneCode, double_metaphone};
pub use soundex::soundex;
