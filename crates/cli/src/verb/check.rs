//! `counterfoil check`: every fault of a job, before a row is read.

use std::path::Path;

use counterfoil_job::Job;
use serde_json::json;

use crate::answer::{Answer, Failure};
use crate::figure::counted;
use crate::page::Page;

pub(crate) fn answer(path: &Path) -> Result<Answer, Failure> {
    let job = Job::load(path)?;
    let name = &job.spec.name;
    let mut page = Page::titled(format!(
        "`{name}` is in order: {}, {}, {}",
        counted(job.sources.len() as u64, "data set"),
        method(&job),
        counted(job.outputs.len() as u64, "output"),
    ));
    notes(&mut page, &job.notes);
    Ok(Answer::new(page.finish(), json!({ "job": name, "faults": [], "notes": job.notes })))
}

/// By what the job links.
fn method(job: &Job) -> String {
    match job.linkage.comparisons_and_rules() {
        None => counted(job.linkage.ranks.len() as u64, "rank"),
        Some((0, 0)) => "comparisons and blocking rules chosen from the data".to_owned(),
        Some((0, rules)) => format!("comparisons chosen from the data, {}", counted(rules as u64, "blocking rule")),
        Some((comparisons, 0)) => {
            format!("{}, blocking rules chosen from the data", counted(comparisons as u64, "comparison"))
        }
        Some((comparisons, rules)) => {
            format!("{}, {}", counted(comparisons as u64, "comparison"), counted(rules as u64, "blocking rule"))
        }
    }
}

/// What the reader of a result should know.
pub(crate) fn notes(page: &mut Page, notes: &[String]) {
    if !notes.is_empty() {
        page.heading("Notes");
        page.points(notes);
    }
}
