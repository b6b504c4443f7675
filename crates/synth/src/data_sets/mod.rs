//! The data sets that can be written, one module each.
//!
//! A data set turns a block of lives into records, in the columns of its catalogue entry,
//! with the errors of its own collection. It also says who each record is of: the truth.

mod areas;
mod clinical;
mod cohort;
mod columns;
mod csds;
pub(crate) mod deaths;
mod department;
pub(crate) mod did;
mod ecds;
mod field_choice;
mod hes;
mod hes_ae;
pub(crate) mod hes_apc;
mod hes_cc;
mod hes_op;
mod iapt;
mod mhsds;
mod monthly;
mod msds;
mod pds;
mod plain;
mod proms;
mod registrar;
mod text;
mod traces;
mod writer;

pub(crate) use areas::Area;
pub(crate) use columns::Columns;
pub use field_choice::FieldChoice;
pub(crate) use field_choice::Part;
pub(crate) use traces::{Roles, TRUTH_DISTINCT, TRUTH_ROW, Traces, truth_schema};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use counterfoil_core::Fault;
use counterfoil_store::RowGroup;

use crate::draw::Purpose;
use crate::errors::ErrorRates;
use crate::population::{Life, World};

/// Names of the data sets that can be written, as in the catalogue.
pub const DATA_SETS: &[&str] = &[
    "hes-apc", "hes-op", "hes-ae", "hes-cc", "ecds", "did", "deaths", "mhsds", "proms", "csds", "iapt", "msds", "pds",
    "cohort",
];

/// Some consecutive people, and how records of them are to be written.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) world: &'a World,
    pub(crate) rates: &'a ErrorRates,
    pub(crate) choice: &'a FieldChoice,
    pub(crate) lives: &'a [Life],
}

/// A table of a data set that can be written.
pub(crate) trait DataSet: Sync {
    /// Name in the catalogue; a table beside the main one follows after a slash.
    fn name(&self) -> &'static str;

    /// Folder of its files.
    fn folder(&self) -> &'static str;

    /// Whether it is one CSV file beside the others' folders, named like the folder.
    fn is_csv(&self) -> bool {
        false
    }

    /// Columns whose values hardly repeat within some ten thousand rows.
    fn distinct(&self) -> &'static [&'static str];

    /// What the catalogue calls the two persons of a row that is about two: the one that the
    /// person key names, and the other.
    fn roles(&self) -> Option<Roles> {
        None
    }

    /// Its columns.
    fn schema(&self, choice: &FieldChoice) -> SchemaRef;

    /// Its columns that never hold a value.
    fn unfilled(&self) -> Vec<String>;

    /// The records of some people, in the order in which they are written.
    fn records(&self, block: &Block<'_>) -> Records;

    /// Appends the same records to a row group of the schema; returns whose they are.
    ///
    /// # Errors
    ///
    /// A bug, when records and schema do not fit.
    fn encode(&self, block: &Block<'_>, row_group: &mut RowGroup) -> Result<Traces, Fault> {
        let Records { batch, traces } = self.records(block);
        for (position, column) in batch.columns().iter().enumerate() {
            row_group.write(position, column)?;
        }
        Ok(traces)
    }
}

/// Some consecutive records of a table.
pub(crate) struct Records {
    /// The rows.
    pub(crate) batch: RecordBatch,
    /// Whose each is.
    pub(crate) traces: Traces,
}

/// The tables of the data set of that name; none where it is not known.
pub(crate) fn tables(name: &str) -> &'static [&'static dyn DataSet] {
    match name {
        "hes-apc" => &[&hes_apc::HesApc],
        "hes-op" => &[&hes_op::HesOp],
        "hes-ae" => &[&hes_ae::HesAe],
        "hes-cc" => &[&hes_cc::HesCc],
        "ecds" => &[&ecds::Ecds],
        "did" => &[&did::Did],
        "deaths" => &[&deaths::Deaths],
        "pds" => &[&pds::PERSON, &pds::NAME, &pds::ADDRESS, &pds::PRACTICE, &pds::MERGER],
        "cohort" => &[&cohort::COHORT],
        "mhsds" => &[&mhsds::MhsdsPersons, &mhsds::MhsdsReferrals],
        "proms" => &[&proms::Proms],
        "csds" => &[&csds::CsdsPersons, &csds::CsdsReferrals],
        "iapt" => &[&iapt::Iapt],
        "msds" => &[&msds::Msds, &msds::MsdsBabies],
        _ => &[],
    }
}

/// Whether the life has a record in HES APC.
pub(crate) fn has_hospital_record(world: &World, life: &Life) -> bool {
    life.stays.first().is_some_and(|stay| stay.admitted <= world.window.last())
}

/// Whether the person's death is registered within the data.
pub(crate) fn has_registration(world: &World, rates: &ErrorRates, life: &Life) -> bool {
    life.death.as_ref().is_some_and(|death| {
        let mut draw = world.draws(Purpose::Registration, life.person.index);
        deaths::registration_day(world, rates, death, &mut draw).is_some()
    })
}

#[cfg(test)]
pub(crate) use clinical::presentation::tests::is_snomed;

#[cfg(test)]
mod care_tests;
#[cfg(test)]
mod hospital_tests;
#[cfg(test)]
mod tests;
