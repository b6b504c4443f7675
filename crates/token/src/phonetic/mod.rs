//! Codes of how a name sounds.

mod soundex;

pub use soundex::soundex;
