//! From coded records to candidate pairs.
//!
//! In a ranked linkage the smaller side stands in memory as a [`RankIndex`]; the larger side
//! streams past it batch by batch, and every record pair that meets a rank comes out as a
//! [`Hit`] with its best rank.
//!
//! In a probabilistic linkage [`blocking`] finds the pairs of rows worth comparing, and
//! [`compare`] gives them their agreement patterns, counts these, and finds the pairs whose
//! match weight reaches a threshold.
//!
//! What this crate never does: see a value. It works on codes and value numbers, and asks what
//! these cannot answer through [`ValueSimilarity`](counterfoil_core::ValueSimilarity) and
//! [`Similarity`](counterfoil_core::scored::Similarity).
//! It has no threads of its own: [`RankIndex::probe`] takes one batch, and what is done for
//! pairs of rows takes one [`Part`](blocking::Part) of them.
//!
//! ```
//! use counterfoil_core::{Code, CodedBatch, PartialDate, Rank, RankTable, ValueSimilarity};
//! use counterfoil_pairs::{Records, RankIndex};
//!
//! struct NoDates;
//! impl ValueSimilarity for NoDates {
//!     fn dates_agree_partly(&self, _: Code, _: Code, _: PartialDate) -> bool { false }
//! }
//! let table = RankTable {
//!     ranks: vec![Rank { rank: 1, agree: vec![0], ..Rank::default() }],
//!     exclusions: vec![],
//!     partial_date: PartialDate::TwoOfThree,
//! };
//! let mut records = Records::new(1);
//! records.push(&[Code(7)], 0);
//! let index = RankIndex::build(&table, &records);
//! let batch = CodedBatch { rows: 2, fields: vec![vec![Code(9), Code(7)]], ..CodedBatch::default() };
//! let mut hits = Vec::new();
//! index.probe(&batch, &NoDates, |hit| hits.push((hit.indexed, hit.streamed, hit.rank)));
//! assert_eq!(hits, [(0, 1, 1)]);
//! ```

pub mod blocking;
pub mod compare;
mod index;
mod pass;
mod rule;

pub use index::{Hit, RankIndex, Records};
pub use pass::passes;
