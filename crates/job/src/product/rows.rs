//! The extract of a data set: the rows of linked persons, pseudonymised, in pseudonym order.
//!
//! Rows are split by the leading bits of their pseudonym into spilled parts, and each part
//! is sorted on its own, so that memory holds one part at a time.

use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use counterfoil_core::{Code, Fault, Observer, Side, Stage};
use counterfoil_release::attached::{Attachment, attach};
use counterfoil_release::order::{sort_by_pseudonym, split_by_pseudonym};
use counterfoil_release::persons_column::set_persons;
use counterfoil_release::policy::{Plan, apply};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_store::Staging;
use counterfoil_store::spill::SpillSet;
use counterfoil_token::coding::Coder;

use super::makers::Makers;
use super::{People, Pseudonyms};
use crate::check::Job;
use crate::output::Persons;
use crate::ranked::{Coding, PersonNames, Ranked};
use crate::source::Source;

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

/// Writes what `rows` leaves of each batch of a source, given with the number of its first row,
/// in the order of a column of pseudonyms, if there is one.
pub(super) fn write_sorted(
    source: &Source,
    (schema, column): (&SchemaRef, Option<&str>),
    rows: impl Fn(u64, &RecordBatch) -> Result<RecordBatch, Fault> + Sync,
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<(), Fault> {
    // Without a pseudonym there is nothing to split by.
    let split = column.map(|_| bits(schema.fields().len() as u64, source.table.estimated_rows()));
    let bits = split.unwrap_or_default();
    let parts = SpillSet::new(staging, &source.name, 1 << bits, schema.clone())?;
    observer.begin(Stage::Extract, Some(source.table.estimated_rows()));
    let columns: Vec<&str> = source.schema().fields().iter().map(|field| field.name().as_str()).collect();
    let each = |(): &mut (), first_row: u64, batch: &RecordBatch| {
        let rows = rows(first_row, batch)?;
        match column {
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
    source.table.scan(&columns, |_| (), each, |_, ()| Ok(()))?;
    let file = format!("extract/{}/part-000.parquet", source.name);
    let mut writer = staging.writer(&file, schema.clone())?;
    for part in 0..1 << bits {
        let batches = parts.read(part)?;
        writer.write(&sort_by_pseudonym(schema, &batches, column)?)?;
    }
    writer.finish()?;
    observer.end(Stage::Extract);
    Ok(())
}

/// An extract to be written.
pub(super) struct Extract<'j> {
    pub(super) job: &'j Job,
    pub(super) coding: &'j Coding,
    pub(super) source: usize,
    pub(super) plan: &'j Plan,
    pub(super) persons: &'j Persons,
    pub(super) ranked: &'j Ranked,
    pub(super) people: &'j People,
    pub(super) pseudonyms: &'j Pseudonyms<'j>,
}

impl Extract<'_> {
    pub(super) fn write(&self, staging: &Staging, observer: &dyn Observer) -> Result<(), Fault> {
        let side = self.job.linkage.side_of(self.source);
        let coder = self.coding.coder(self.job, self.source, side, false)?;
        let makers = Makers::new(self.job, self.pseudonyms);
        let (schema, column) = (self.persons.schema(self.plan), self.persons.pseudonym_column(self.plan));
        let rows = |first_row: u64, batch: &RecordBatch| self.rows(side, &coder, &makers, (first_row, batch));
        write_sorted(&self.job.sources[self.source], (schema, column), rows, staging, observer)
    }

    /// The rows of a batch that leave, as they leave.
    fn rows(
        &self,
        side: Side,
        coder: &Coder<'_>,
        makers: &Makers,
        (first_row, batch): (u64, &RecordBatch),
    ) -> Result<RecordBatch, Fault> {
        let values = coder.values(first_row, batch);
        let units = coder.units_where(&values, batch, |_| true);
        let wanted: BooleanArray = units.iter().map(|unit| Some(self.is_wanted(side, *unit))).collect();
        let rows =
            filter_record_batch(batch, &wanted).map_err(|_| Fault::bug("extract", "rows could not be filtered"))?;
        let rows = apply(&rows, self.plan, &self.pseudonyms.of(self.source))?;
        let leaving = (0..units.len()).filter(|row| wanted.value(*row));
        match self.persons {
            Persons::ByKey => Ok(rows),
            Persons::ByIdentity(column) => {
                let key = self.job.linkage.person_key(side, &self.job.sources[self.source]);
                let names = PersonNames::new(key, coder, &values, batch);
                let maker = self.pseudonyms.of(self.source).maker(PERSON_PURPOSE);
                let person =
                    |row| Some(names.name(row)).filter(|name| !name.is_empty()).map(|name| maker.pseudonym(&name));
                set_persons(&rows, &column.schema, &column.name, leaving.map(person))
            }
            Persons::Attached(attached) => {
                let given: Vec<_> = leaving.map(|row| self.attachment(makers, units[row])).collect();
                attach(&rows, &attached.schema, &given, &attached.file_version)
            }
        }
    }

    /// Whether the rows of a unit leave.
    fn is_wanted(&self, side: Side, unit: Code) -> bool {
        let is_linked = || self.people.right.contains_key(&unit);
        match side {
            // In a deduplication the right-hand records are of the left source too.
            Side::Left => self.people.has_left(unit) || (self.job.linkage.is_deduplication() && is_linked()),
            Side::Right => self.delivers_unmatched() || is_linked(),
        }
    }

    fn delivers_unmatched(&self) -> bool {
        matches!(self.persons, Persons::Attached(attached) if attached.unmatched)
    }

    /// The person that a record is attached to, and by which step.
    fn attachment(&self, makers: &Makers, unit: Code) -> Option<Attachment> {
        let link = &self.ranked.links[*self.people.right.get(&unit)?];
        Some(Attachment { person: makers.pseudonym(link, Side::Left), step: link.step() })
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
