//! The extract of a data set: the rows of linked persons, pseudonymised, in pseudonym order.
//!
//! Rows are split by the leading bits of their pseudonym into spilled parts, and each part
//! is sorted on its own, so that memory holds one part at a time.

use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use counterfoil_core::{Fault, Observer, Side, Stage};
use counterfoil_release::order::{sort_by_pseudonym, split_by_pseudonym};
use counterfoil_release::policy::{Plan, apply};
use counterfoil_store::Staging;
use counterfoil_store::spill::SpillSet;

use super::{People, Pseudonyms};
use crate::check::Job;
use crate::ranked::Coding;

/// Bytes of a spilled part in memory, if every row of the source leaves. While a part is
/// sorted there are three copies of it.
const PART_BYTES: u64 = 64 << 20;
/// Bytes of a value in memory: text is a view of 16 with its own bytes beside it.
const BYTES_A_VALUE: u64 = 24;
/// A split is by at most so many bits.
const MOST_BITS: u32 = 8;

/// Bytes that sorting an extract of so many columns and rows takes at most, in parts or whole.
pub(crate) fn sorting_memory(columns: u64, rows: u64, is_parted: bool) -> u64 {
    let bytes = rows * columns * BYTES_A_VALUE;
    3 * if is_parted { bytes >> bits(columns, rows) } else { bytes }
}

/// Bits of the pseudonym to split by.
fn bits(columns: u64, rows: u64) -> u32 {
    let bytes = rows * columns * BYTES_A_VALUE;
    bytes.div_ceil(PART_BYTES).max(1).next_power_of_two().ilog2().min(MOST_BITS)
}

/// An extract to be written.
pub(super) struct Extract<'j> {
    pub(super) job: &'j Job,
    pub(super) coding: &'j Coding,
    pub(super) source: usize,
    pub(super) plan: &'j Plan,
    pub(super) people: &'j People,
    pub(super) pseudonyms: &'j Pseudonyms<'j>,
}

impl Extract<'_> {
    pub(super) fn write(&self, staging: &Staging, observer: &dyn Observer) -> Result<(), Fault> {
        let source = &self.job.sources[self.source];
        // Without a pseudonym there is nothing to split by.
        let columns = self.plan.schema().fields().len() as u64;
        let split = self.plan.pseudonym_column().map(|_| bits(columns, source.table.estimated_rows()));
        let bits = split.unwrap_or_default();
        let parts = SpillSet::new(staging, &source.name, 1 << bits, self.plan.schema().clone())?;
        observer.begin(Stage::Extract, Some(source.table.estimated_rows()));
        self.spill(&parts, bits, observer)?;
        let file = format!("extract/{}/part-000.parquet", source.name);
        let mut writer = staging.writer(&file, self.plan.schema().clone())?;
        for part in 0..1 << bits {
            let batches = parts.read(part)?;
            writer.write(&sort_by_pseudonym(self.plan.schema(), &batches, self.plan.pseudonym_column())?)?;
        }
        writer.finish()?;
        observer.end(Stage::Extract);
        Ok(())
    }

    fn spill(&self, parts: &SpillSet, bits: u32, observer: &dyn Observer) -> Result<(), Fault> {
        let source = &self.job.sources[self.source];
        let side = if self.job.linkage.right.contains(&self.source) { Side::Right } else { Side::Left };
        let coder = self.coding.coder(self.job, self.source, side, false)?;
        let columns: Vec<&str> = source.schema().fields().iter().map(|field| field.name().as_str()).collect();
        let each = |(): &mut (), first_row: u64, batch: &RecordBatch| {
            let is_wanted = |unit| match side {
                // In a deduplication the right-hand records are of the left source too.
                Side::Left => {
                    self.people.has_left(unit)
                        || (self.job.linkage.is_deduplication() && self.people.right.contains(&unit))
                }
                Side::Right => self.people.right.contains(&unit),
            };
            let wanted: BooleanArray =
                coder.units(first_row, batch).into_iter().map(|unit| Some(is_wanted(unit))).collect();
            let rows =
                filter_record_batch(batch, &wanted).map_err(|_| Fault::bug("extract", "rows could not be filtered"))?;
            let rows = apply(&rows, self.plan, self.pseudonyms)?;
            match self.plan.pseudonym_column() {
                Some(column) if bits > 0 => {
                    for (part, rows) in split_by_pseudonym(&rows, column, bits)?.iter().enumerate() {
                        parts.write(part, rows)?;
                    }
                }
                _ => parts.write(0, &rows)?,
            }
            observer.advance(Stage::Extract, batch.num_rows() as u64);
            Ok(())
        };
        source.table.scan(&columns, |_| (), each, |_, ()| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up to as many parts as there can be, an extract takes no more to sort for being longer
    /// or wider.
    #[test]
    fn parts_are_small_whatever_the_extract() {
        for columns in [1, 25, 253] {
            for rows in [0, 10, 655_840, 2_000_000] {
                assert!(sorting_memory(columns, rows, true) <= 3 * PART_BYTES, "{columns} columns, {rows} rows");
            }
        }
        assert_eq!(bits(1, 0), 0);
        assert_eq!(bits(253, 655_840), 6, "3.98 GB in parts of at most 67 MB");
        assert_eq!(sorting_memory(2, 1_000, false), 3 * 2 * 1_000 * 24);
    }
}
