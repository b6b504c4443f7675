//! What became of a pair, and why it is no link.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_core::scored::Weight;
use counterfoil_release::links::LINKS;

use super::again::Again;
use super::weigh::Weighed;
use super::{Outcome, RowName};
use crate::evaluate::table::texts;
use crate::manifest::Manifest;
use crate::scored::spec::ResolveSpec;
use crate::scored::{ScoredReport, ThresholdReport};
use crate::stored;

/// What became of a pair.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) why_not: Vec<String>,
}

const LINKS_FILE: &str = "links.parquet";

/// Looks the pair up among the run's links, and says why it is none.
pub(super) fn judge(
    run: &Path,
    manifest: &Manifest,
    report: &ScoredReport,
    again: &Again<'_>,
    (left, right): (u32, u32),
    weighed: &Weighed,
) -> Result<Judged, Fault> {
    let why_not = against(report, weighed);
    let is_possible = report.possible.as_ref().is_some_and(|from| reaches(weighed, from));
    if !why_not.is_empty() {
        let was_compared = weighed.is_paired && weighed.found_by.contains(&true) && weighed.vetoed.is_empty();
        let outcome = if is_possible && was_compared { Outcome::Possible } else { Outcome::NoLink };
        return Ok(Judged { outcome, why_not });
    }
    if !manifest.outputs.iter().any(|output| output.path == LINKS_FILE) {
        let why = "the run wrote no `links.parquet`, which would tell whether it was chosen among the pairs above";
        return Ok(Judged { outcome: Outcome::NotTold, why_not: vec![why.to_owned()] });
    }
    if is_listed(run, &again.name(left), &again.name(right))? {
        return Ok(Judged { outcome: Outcome::Link, why_not });
    }
    Ok(Judged { outcome: Outcome::NoLink, why_not: vec![refused(manifest)] })
}

/// What speaks against a pair before links are chosen.
fn against(report: &ScoredReport, weighed: &Weighed) -> Vec<String> {
    let mut why_not = Vec::new();
    if !weighed.is_paired {
        why_not.push("pairs within one data set, or between two, are not looked for in this run".to_owned());
    } else if !weighed.found_by.contains(&true) {
        why_not.push("no blocking rule finds it, so it was never compared".to_owned());
    }
    let vetoes = weighed.vetoed.iter();
    why_not.extend(vetoes.map(|condition| format!("it is vetoed, whatever it weighs: {condition}")));
    if !reaches(weighed, &report.link) {
        why_not.push("it weighs less than a link has to".to_owned());
    }
    why_not
}

/// Whether a pair reaches a threshold, in the whole units that weights are in: reading JSON may
/// have changed the last digit.
fn reaches(weighed: &Weighed, threshold: &ThresholdReport) -> bool {
    weighed.weight >= Weight::from_bits(threshold.weight)
}

/// Why a pair that weighs enough was not chosen.
fn refused(manifest: &Manifest) -> String {
    let decide = manifest.job.linkage.decide.clone().unwrap_or_default();
    let fields = decide.one_value_of.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
    match decide.resolve {
        Some(ResolveSpec::OneToOne | ResolveSpec::Greedy) => {
            "it was refused: one of the two has another link, and links are one to one".to_owned()
        }
        Some(ResolveSpec::BestPerRight) => {
            "it was refused: the right record has another link, and it has one".to_owned()
        }
        Some(ResolveSpec::CompleteLinkage) => {
            "it was refused: the groups of the two are not linked pair by pair, so they are two persons".to_owned()
        }
        Some(ResolveSpec::Components | ResolveSpec::CutConflicts) | None => {
            format!("it was refused as a conflict: one person would have two values of {fields}")
        }
    }
}

/// Whether `links.parquet` has the pair.
fn is_listed(run: &Path, left: &RowName, right: &RowName) -> Result<bool, Fault> {
    let table = stored::open("links", &run.join(LINKS_FILE))?;
    let name = |row: &RowName| [row.source.clone().unwrap_or_default(), row.row.to_string()];
    let wanted = [name(left), name(right)].concat();
    let columns = ["left_source", "left_row", "right_source", "right_row"];
    let mut found = false;
    stored::read(LINKS_FILE, &table, LINKS.name, |batch| {
        found |= texts(batch, &columns).chunks_exact(columns.len()).any(|cells| cells == wanted);
        Ok(())
    })?;
    Ok(found)
}
