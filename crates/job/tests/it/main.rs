//! The whole ranked linkage, from job file to run directory; one binary for all.

mod case;
mod catalogue;
mod deduplication;
mod determinism;
mod falls;
mod faults;
mod folder;
mod plain;
mod products;
mod random;
mod ranks;
mod rejects;
mod several;
mod tiers;
mod traps;
mod verify;
mod walk;
mod world;
