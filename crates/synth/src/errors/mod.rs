//! The error model: how often a record differs from the truth, and how.
//!
//! A data set has a rate for each kind of error, which is the share of its records that have
//! it (of those that can have it). Many data sets have several records a person, so an error
//! in one is often repaired by another: what makes people hard to link are errors that stay
//! with the *person*. So each rate says which share of its errors all records of the person
//! have alike. Multipliers by ethnic category, deprivation and age make errors likelier for
//! some people than for others. Everything is read from a TOML file with defaults
//! (`data/errors.toml`), and 0 switches a kind of error off.
//!
//! A [`Clerk`] writes down one person's identifiers in one data set and says which errors
//! were made; the same names lead from the rate to the truth.

mod birth_date;
mod clerk;
mod file;
mod kind;
mod multipliers;
mod names;
mod outcomes;
mod postcode;
mod rates;

pub(crate) use birth_date::RecordedBirth;
pub(crate) use clerk::{Clerk, Observed};
pub(crate) use kind::{ErrorKind, ErrorSet, Group};
pub(crate) use names::ObservedNames;
pub use rates::{ErrorRates, Rate};

#[cfg(test)]
mod tests;
