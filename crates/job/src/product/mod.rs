//! What a run writes: links, persons, bridging file, extracts.

mod deaths;
mod hospital;
mod makers;
mod people;
mod persons;
mod pseudonyms;
pub(crate) mod rows;
mod scored;
mod tables;

use std::collections::BTreeMap;

use counterfoil_core::{Fault, Observer};
use counterfoil_store::Staging;

use crate::check::Job;
use crate::output::Output;
use crate::ranked::{Coding, Ranked};

pub(crate) use people::People;
pub(crate) use pseudonyms::Pseudonyms;
pub(crate) use scored::write as write_scored;

/// What the products came to, for manifest and summary.
#[derive(Debug, Default)]
pub struct Products {
    /// Deaths delivered, by `DEATH_RECORD_USED`.
    pub deaths_by_record_used: BTreeMap<String, u64>,
    /// Columns that stay behind, by data set, with the reason.
    pub suppressed: BTreeMap<String, Vec<(String, String)>>,
}

/// Writes every output of a job.
///
/// # Errors
///
/// A file cannot be read or written.
pub fn write(
    job: &Job,
    coding: &Coding,
    ranked: &Ranked,
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<Products, Fault> {
    let pseudonyms = Pseudonyms::new(job);
    let mut products = Products::default();
    let people = People::gather(job, coding, ranked, observer)?;
    for output in &job.outputs {
        match output {
            Output::Links => tables::links(job, ranked, staging)?,
            Output::Persons => persons::write(job, coding, ranked, &pseudonyms, staging, observer)?,
            Output::Bridge { file_version } => tables::bridge(job, ranked, file_version, &pseudonyms, staging)?,
            Output::Clusters => return Err(Fault::bug("output", "clusters are of a linkage by a model")),
            Output::Deaths { source } => {
                products.deaths_by_record_used =
                    deaths::write(job, *source, ranked, &people, &pseudonyms, staging, observer)?;
            }
            Output::Rows { source, plan, persons } => {
                let suppressed = plan.suppressions().into_iter().map(|s| (s.column, s.reason.name().to_owned()));
                products.suppressed.insert(job.sources[*source].name.clone(), suppressed.collect());
                let extract = rows::Extract {
                    job,
                    coding,
                    source: *source,
                    plan,
                    persons,
                    ranked,
                    people: &people,
                    pseudonyms: &pseudonyms,
                };
                extract.write(staging, observer)?;
            }
        }
    }
    Ok(products)
}
