//! Refused values, written to `rejects.parquet` in order of source, row and column while the
//! larger side streams through.

use counterfoil_core::{Fault, RecordRef, Rejected};
use counterfoil_release::contract::schema_of;
use counterfoil_release::rejects::{REJECTS, RejectRow, rejects_batch};
use counterfoil_store::{Staging, TableWriter};

use crate::check::Job;
use crate::source::Source;

/// Name of the table in the run directory.
const FILE: &str = "rejects.parquet";

/// The reject table of a run.
pub(crate) struct Rejects {
    writer: TableWriter,
    names: Vec<String>,
    /// Column that each linkage field, and after them the date, is read from, by source.
    columns: Vec<Vec<String>>,
}

impl Rejects {
    pub(crate) fn new(job: &Job, staging: &Staging) -> Result<Rejects, Fault> {
        let columns = job.sources.iter().enumerate().map(|(i, source)| columns(job, i, source));
        Ok(Rejects {
            writer: staging.writer(FILE, schema_of(&REJECTS))?,
            names: job.sources.iter().map(|source| source.name.clone()).collect(),
            columns: columns.collect(),
        })
    }

    /// Writes refused values of one source. Sources come in the order of their names, rows in
    /// order.
    pub(crate) fn write(&mut self, source: usize, rejected: &[Rejected]) -> Result<(), Fault> {
        let columns = &self.columns[source];
        let rows = rejected.iter().map(|reject| RejectRow {
            record: RecordRef { source: source as u16, row: reject.row },
            column: &columns[usize::from(reject.field)],
            rule: reject.rule,
        });
        self.writer.write(&rejects_batch(rows.collect(), &self.names)?)
    }

    pub(crate) fn finish(self) -> Result<u64, Fault> {
        self.writer.finish()
    }
}

/// The column to name for each linkage field; the first, where a field has several.
fn columns(job: &Job, source: usize, from: &Source) -> Vec<String> {
    let first = |role: &str| {
        let columns = from.role(role).ok().flatten();
        columns
            .and_then(|columns| columns.names().first().map(|name| (*name).to_owned()))
            .unwrap_or_else(|| role.to_owned())
    };
    let date = job.linkage.date_role(job.linkage.side_of(source)).map(first);
    job.linkage.fields.iter().map(|field| first(&field.name)).chain(date).collect()
}
