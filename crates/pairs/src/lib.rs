//! From coded records to candidate pairs.
//!
//! In a ranked linkage the smaller side stands in memory as a [`RankIndex`]; the larger side
//! streams past it batch by batch, and every record pair that meets a rank comes out as a
//! [`Hit`] with its best rank.
//!
//! What this crate never does: see a value. It works on codes, and asks the one question
//! that codes cannot answer through [`ValueSimilarity`](counterfoil_core::ValueSimilarity).
//! It has no threads of its own: [`RankIndex::probe`] takes one batch.
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
mod index;
mod pass;
mod rule;

pub use index::{Hit, RankIndex, Records};
pub use pass::passes;
