//! From candidate pairs to links, and from links to persons.
//!
//! [`CandidateSet`] collects what the ranks found, keeping for each pair of units its best
//! record pair, in whatever order threads deliver them. [`guard`] bars pairs with activity
//! after death. [`resolve`] chooses links. [`cluster`] joins linked records to persons.
//!
//! [`scored`] does the last two for a probabilistic linkage.
//!
//! Every choice among ranked pairs follows [`CandidatePair::preference`](counterfoil_core::CandidatePair::preference),
//! a total order over values that no key changes.
//!
//! ```
//! use counterfoil_resolve::cluster::Persons;
//!
//! let mut persons = Persons::new(4);
//! persons.join(3, 1);
//! assert_eq!(persons.representatives(), [0, 1, 2, 1]);
//! ```

mod assign;
mod candidates;
pub mod cluster;
pub mod guard;
pub mod scored;

pub use assign::{Resolved, resolve};
pub use candidates::{CandidateSet, IndexedRecord, Keys, Offer, StreamedKeys};
