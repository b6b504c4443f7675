//! What leaves: links, bridging files and extracts, and the rules on what they may carry.
//!
//! Pure functions over plain rows and Arrow batches. Rows go in as the linkage found them
//! and come out pseudonymised, in pseudonym order, under a [`TableContract`] that is
//! checked before anyone writes them. What a column may do is decided from its tier alone
//! ([`policy`]), and there is no call by which a direct identifier could be let through.
//!
//! What this crate never does: input or output, holding a key, or letting out a token, a
//! key or a linkage variable.
//!
//! ```
//! use counterfoil_core::NO_DATE;
//! use counterfoil_release::deaths::{DeathRecordUsed, HospitalDeath, RegisteredDeath, merge};
//!
//! // Registered two days after the hospital recorded it: the registration is used with
//! // the hospital's date.
//! let merged = merge(Some(&RegisteredDeath::new(19_002, 1)), Some(&HospitalDeath::new(19_000)))
//!     .expect("there is a death");
//! assert_eq!(merged.record_used, DeathRecordUsed::Mix1);
//! assert_eq!(merged.date_of_death, 19_000);
//! assert_ne!(merged.date_of_death, NO_DATE);
//! ```
//!
//! [`TableContract`]: counterfoil_core::TableContract

pub mod attached;
pub mod bridge;
pub mod causes;
pub mod clusters;
pub mod contract;
pub mod deaths;
pub mod evidence;
pub mod extract;
pub mod links;
pub mod order;
pub mod persons;
pub mod persons_column;
pub mod policy;
pub mod pseudonym;
pub mod rejects;
