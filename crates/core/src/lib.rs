//! The vocabulary of Counterfoil: what every stage agrees on.
//!
//! Records, fields and their kinds, codes, ranks, candidate pairs and links, counts, table
//! contracts, error kinds and the [`Observer`]. Values and traits only, so that the crates
//! of one level can meet here without knowing each other.
//!
//! What this crate never does: input or output, threads, clocks, serialising, or holding a
//! clear identifier. A [`Code`] stands for a value; the value itself stays in `token`.
//!
//! ```
//! use counterfoil_core::{Code, FieldKind};
//!
//! assert!(Code::NULL.is_null());
//! assert_eq!(FieldKind::parse("postcode"), Some(FieldKind::Postcode));
//! ```

mod code;
mod contract;
mod counts;
mod error;
mod field;
mod link;
mod observer;
mod outcome;
mod pseudonym;
mod rank;
mod record;
pub mod scored;
mod similarity;
mod tier;

pub use code::{Code, CodedBatch, Flags};
pub use contract::{Column, ColumnType, TableContract};
pub use counts::{FieldCounts, LinkCounts};
pub use error::{ErrorKind, Fault};
pub use field::{FieldKind, LinkageField};
pub use link::{CandidatePair, Resolution, Tie};
pub use observer::{Observer, Silent, Stage};
pub use outcome::{NullReason, Outcome, RejectRule, Rejected};
pub use pseudonym::Pseudonym;
pub use rank::{Exclusion, Part, PartialDate, Rank, RankTable, Step};
pub use record::{NO_DATE, RecordRef, Side};
pub use similarity::ValueSimilarity;
pub use tier::Tier;
