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
        let switches = switches(&faults);
        let fault = Fault::spec(PLACE, format!("Splink cannot express the model; {}", told.join("; ")));
        fault.hint(if switches.is_empty() {
            "leave that out of the job, or run without `--splink`".to_owned()
        } else {
            format!("{} in `[linkage.estimate]` leaves that out; or run without `--splink`", switches.join(", "))
        })
    })
}

/// What a job says in order not to learn what Splink has not.
fn switches(faults: &[Fault]) -> Vec<&'static str> {
    const OFF: [(&str, &str); 5] = [
        ("moved", "`dependence = \"check\"`"),
        ("further", "`dependence = \"check\"`"),
        ("interaction", "`dependence = \"check\"`"),
        ("relatives", "`relatives = false`"),
        ("missing", "`missing = false`"),
    ];
    let is_learnt = |(part, _): &&(&str, &str)| faults.iter().any(|fault| fault.place == *part);
    let mut off: Vec<&str> = OFF.iter().filter(is_learnt).map(|(_, off)| *off).collect();
    off.dedup();
    off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learnt_can_be_left_out() {
        let of = |places: &[&str]| {
            let faults: Vec<Fault> = places.iter().map(|place| Fault::spec(*place, "Splink has it not")).collect();
            switches(&faults)
        };
        assert_eq!(of(&["interaction", "missing", "definite"]), ["`dependence = \"check\"`", "`missing = false`"]);
        assert_eq!(of(&["moved", "further", "interaction"]), ["`dependence = \"check\"`"]);
        assert_eq!(of(&["relatives"]), ["`relatives = false`"]);
        assert_eq!(of(&["definite"]), [""; 0]);
    }
}
