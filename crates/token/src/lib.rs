//! The privacy boundary: everything left of here is clear, everything right of it is coded.
//!
//! [`standardise`] turns raw values into valid identifiers or stated absences; [`key`] holds
//! the secrets; [`tokeniser`] turns identifiers into 128-bit tokens; [`coding`] turns the
//! columns of a data set into [`Code`](counterfoil_core::Code)s, 64 bits of a token each;
//! [`pseudonym`] makes the per-release person ids that leave.
//!
//! For a probabilistic linkage [`values`] turns columns into value numbers, derives others
//! from them, and answers how alike two values are, with the measures of [`similarity`] and
//! the codes of [`phonetic`]; in token mode it forgets the values.
//!
//! What this crate never does: show a clear value, token or key. Types that hold one have no
//! `Display`, a masked `Debug`, no serde, and are zeroised when dropped.
//!
//! ```
//! use counterfoil_token::key::{Ids, RootKey};
//! use counterfoil_token::tokeniser::Tokeniser;
//!
//! let keys = RootKey::demo().project(&Ids { project: "demo", release: "one" });
//! let tokeniser = Tokeniser::new(&keys.token_key());
//! let a = tokeniser.token("postcode", b"LS1  4AP");
//! assert_eq!(a, tokeniser.token("postcode", b"LS1  4AP"));
//! assert_ne!(a, tokeniser.token("sex", b"LS1  4AP"));
//! assert_eq!(format!("{a:?}"), "Token(…)");
//! ```

pub mod coding;
pub mod dates;
mod encoding;
pub mod guess;
pub mod key;
mod lanes;
pub mod phonetic;
pub mod pseudonym;
pub mod similarity;
pub mod standardise;
pub mod tokeniser;
pub mod values;
