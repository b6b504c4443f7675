//! Synthetic populations with known truth, in the shapes of the catalogue.
//!
//! A population is people with lives (module `population`): births into families, homes,
//! names and NHS numbers that change, stays in hospital, deaths. Each data set looks at the
//! same lives and writes records with the errors of its own collection (module `errors`),
//! whose rates are read from a file ([`ErrorRates::from_toml`]). Because the truth is kept
//! beside them, with the errors of each record, a linkage can be judged by precision and
//! recall, for everybody or for the groups among whom errors are likelier.
//!
//! Every draw follows from the seed, the person and a purpose, so the same spec gives the
//! same bytes on any number of threads, and memory does not grow with the population.
//!
//! What this crate never does: use a record of a real person, an issued NHS number or an
//! existing postcode, or write other than through `counterfoil-store`.
//!
//! ```
//! use counterfoil_core::Silent;
//! use counterfoil_synth::{SynthSpec, generate};
//!
//! let folder = tempfile::tempdir().expect("a temporary folder");
//! let report = generate(&SynthSpec::new(500, 7), &folder.path().join("data"), &Silent)?;
//! assert!(report.linked <= report.deaths);
//! # Ok::<(), counterfoil_core::Fault>(())
//! ```

mod addresses;
mod calendar;
mod csv;
mod data_sets;
mod draw;
mod errors;
mod events;
mod gaps;
mod generate;
mod manifest;
mod names;
mod nhs_number;
mod people;
mod places;
mod population;
mod readme;
mod season;
mod spec;
mod wheel;

#[cfg(test)]
mod did_rank_mix;
#[cfg(test)]
mod marginals;
#[cfg(test)]
mod rank_mix;

pub use data_sets::{DATA_SETS, FieldChoice};
pub use errors::{ErrorRates, Rate};
pub use gaps::{Gaps, gaps};
pub use generate::generate;
pub use spec::{SynthReport, SynthSpec};
