//! The extract of a data set: the rows of linked persons, pseudonymised, in pseudonym order.
//!
//! Rows are split by the leading bits of their pseudonym into spilled parts, and each part
//! is sorted on its own, so that memory holds one part at a time.

use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use counterfoil_core::{Code, Fault, Observer, Side, Stage};
use counterfoil_release::attached::{self, Attachment, attach};
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

/// Rows of a source for each spilled part; a part is at most a few hundred megabytes.
const ROWS_A_PART: u64 = 500_000;
/// A split is by at most so many bits.
const MOST_BITS: u32 = 8;

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
        let source = &self.job.sources[self.source];
        let bits = self.bits(source.table.estimated_rows());
        let parts = SpillSet::new(staging, &source.name, 1 << bits, self.schema().clone())?;
        observer.begin(Stage::Extract, Some(source.table.estimated_rows()));
        self.spill(&parts, bits, observer)?;
        let file = format!("extract/{}/part-000.parquet", source.name);
        let mut writer = staging.writer(&file, self.schema().clone())?;
        for part in 0..1 << bits {
            let batches = parts.read(part)?;
            writer.write(&sort_by_pseudonym(self.schema(), &batches, self.pseudonym_column())?)?;
        }
        writer.finish()?;
        observer.end(Stage::Extract);
        Ok(())
    }

    /// Schema of what leaves.
    fn schema(&self) -> &SchemaRef {
        match self.persons {
            Persons::ByKey => self.plan.schema(),
            Persons::ByIdentity(column) => &column.schema,
            Persons::Attached(attached) => &attached.schema,
        }
    }

    /// The column that rows are ordered by: the person, where there is one.
    fn pseudonym_column(&self) -> Option<&str> {
        match self.persons {
            Persons::ByKey => self.plan.pseudonym_column(),
            Persons::ByIdentity(column) => Some(&column.name),
            Persons::Attached(_) => Some(attached::PERSON),
        }
    }

    /// Bits of the pseudonym to split by; none without a pseudonym to split by.
    fn bits(&self, rows: u64) -> u32 {
        match self.pseudonym_column() {
            None => 0,
            Some(_) => rows.div_ceil(ROWS_A_PART).next_power_of_two().ilog2().min(MOST_BITS),
        }
    }

    fn spill(&self, parts: &SpillSet, bits: u32, observer: &dyn Observer) -> Result<(), Fault> {
        let source = &self.job.sources[self.source];
        let side = self.job.linkage.side_of(self.source);
        let coder = self.coding.coder(self.job, self.source, side, false)?;
        let makers = Makers::new(self.job, self.pseudonyms);
        let columns: Vec<&str> = source.schema().fields().iter().map(|field| field.name().as_str()).collect();
        let each = |(): &mut (), first_row: u64, batch: &RecordBatch| {
            let rows = self.rows(side, &coder, &makers, (first_row, batch))?;
            match self.pseudonym_column() {
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
                set_persons(&rows, &column.schema, &column.name, leaving.map(person).collect())
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
