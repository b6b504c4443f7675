//! What the benchmarks need besides the crates that they measure: a clock of CPU time, the
//! floor under a ranked linkage, and sample values.
//!
//! The whole-process benchmark stands in `benches/ranks`, the micro-benchmarks in
//! `benches/benches`. `docs/BENCHMARKS.md` says what is measured and how to repeat it. A
//! package of its own, so that what it measures against never enters the product.

pub mod clock;
pub mod floor;
pub mod sample;
