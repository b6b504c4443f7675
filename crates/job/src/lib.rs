//! The conductor: from a job file to a run directory.
//!
//! ```text
//! JobSpec ──check──▶ Job ──run──▶ run directory (links, bridge, extract, rejects, manifest)
//!   as written       inputs open,    index ▸ probe ▸ activity ▸ resolve ▸ products
//!                    ranks compiled
//! ```
//!
//! [`Job::load`] checks everything before the first row is read and lists all faults at
//! once; [`run`](run::run) does the work and publishes the result in one step;
//! [`plan`](plan::plan) says what a run would read and need; [`verify`](verify::verify),
//! [`evaluate`](evaluate::evaluate) and [`explain`](explain::explain) look at finished runs.
//!
//! What this crate never does: print, read the environment or the clock (the binary does),
//! open files (`store` does), or hold linkage arithmetic (`pairs` and `resolve` do).

pub mod check;
pub mod definition;
pub mod evaluate;
pub mod explain;
pub mod figure;
pub mod guess;
pub mod input;
mod keyring;
pub mod lists;
pub mod manifest;
pub mod model;
pub mod output;
pub mod plan;
pub mod product;
pub mod ranked;
pub mod run;
pub mod scored;
pub mod source;
pub mod spec;
mod stored;
mod tiers;
pub mod verify;

pub use check::Job;
