//! The settings of Splink that a job's model amounts to.

use counterfoil_core::Fault;

use super::splink::{Dialect, SplinkModel, write};
use crate::check::Job;
use crate::scored::spec::ModelSpec;

/// Where what cannot be written is said to be.
const PLACE: &str = "--splink";
/// Splink's name for the column that names a record, where a data set names none or several.
const UNIQUE_ID: &str = "unique_id";

/// Refuses a job that has no model.
///
/// # Errors
///
/// The job links by ranks.
pub fn refuse_ranks(job: &Job) -> Result<(), Fault> {
    if job.linkage.scored.is_some() {
        return Ok(());
    }
    let fault = Fault::spec(PLACE, "the job links by ranks, and Splink's settings are of a model");
    Err(fault.hint("leave `--splink` out, or `estimate` a model"))
}

/// A model of a job as a settings file that Splink 4 and 5 read.
///
/// # Errors
///
/// The model has something that Splink cannot express: all of it, in one message.
pub fn settings_of(job: &Job, model: &ModelSpec) -> Result<String, Fault> {
    let link_type = job.linkage.scored.as_ref().map(|scored| scored.link_type);
    let link_type = link_type.ok_or_else(|| Fault::bug(PLACE, "the job has no model"))?;
    let of_first = job.linkage.left.first().map(|source| job.sources[*source].record_key.as_slice());
    let unique_id = match of_first {
        Some([key]) => key.clone(),
        _ => UNIQUE_ID.to_owned(),
    };
    let model = SplinkModel { model: model.clone(), link_type, unique_id, notes: Vec::new() };
    write(&model, Dialect::DuckDb).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.place, fault.message)).collect();
        let is_learnt = |part: &&&str| faults.iter().any(|fault| fault.place == **part);
        let switches: Vec<String> =
            ["relatives", "missing"].iter().filter(is_learnt).map(|part| format!("`{part} = false`")).collect();
        let fault = Fault::spec(PLACE, format!("Splink cannot express the model; {}", told.join("; ")));
        fault.hint(if switches.is_empty() {
            "leave that out of the job, or run without `--splink`".to_owned()
        } else {
            format!("{} in `[linkage.estimate]` leaves that out; or run without `--splink`", switches.join(" and "))
        })
    })
}
