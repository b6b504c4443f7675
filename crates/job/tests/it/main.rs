//! The whole ranked linkage, from job file to run directory; one binary for all.

mod bridge;
mod case;
mod catalogue;
mod deduplication;
mod determinism;
mod evaluate;
mod falls;
mod faults;
mod folder;
mod imaging;
mod plain;
mod products;
mod random;
mod ranks;
mod rejects;
mod scored;
mod scored_labels;
mod several;
mod splink;
mod synthetic;
mod tiers;
mod traps;
mod verify;
mod walk;
mod withheld;
mod world;
