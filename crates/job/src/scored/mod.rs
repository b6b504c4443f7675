//! A probabilistic linkage: its words, and how its stages follow each other.

pub mod condition;
pub mod defaults;
pub mod spec;
