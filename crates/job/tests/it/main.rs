//! The whole ranked linkage, from job file to run directory; one binary for all.

mod bridge;
mod case;
mod deduplication;
mod determinism;
mod evaluate;
mod faults;
mod folder;
mod imaging;
mod plain;
mod products;
mod random;
mod ranks;
mod rejects;
mod several;
mod verify;
mod world;
