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
use crate::scored::spec::{DecideSpec, ResolveSpec};
use crate::scored::{ScoredReport, ThresholdReport};
use crate::stored;

/// What became of a pair.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) why_not: Vec<String>,
    /// Its weight in the run, what its rivals add or take included; none where the run does not
    /// list it.
    pub(super) weight: Option<Weight>,
}

impl Judged {
    fn unlisted(outcome: Outcome, why_not: Vec<String>) -> Judged {
        Judged { outcome, why_not, weight: None }
    }
}

const LINKS_FILE: &str = "links.parquet";
const POSSIBLE_FILE: &str = "possible_links.parquet";

/// Looks the pair up among the run's links, and says why it is none.
pub(super) fn judge(
    run: &Path,
    manifest: &Manifest,
    report: &ScoredReport,
    again: &Again<'_>,
    (left, right): (u32, u32),
    weighed: &Weighed,
) -> Result<Judged, Fault> {
    if !report.one_record_of.is_empty() {
        return among_rivals(run, manifest, report, [&again.name(left), &again.name(right)], weighed);
    }
    let why_not = against(report, weighed);
    let is_possible = report.possible.as_ref().is_some_and(|from| reaches(weighed, from));
    if !why_not.is_empty() {
        let outcome = if is_possible && was_compared(weighed) { Outcome::Possible } else { Outcome::NoLink };
        return Ok(Judged::unlisted(outcome, why_not));
    }
    if !is_written(manifest, LINKS_FILE) {
        return Ok(Judged::unlisted(Outcome::NotTold, vec![NOT_TOLD.to_owned()]));
    }
    let weight = listed(run, LINKS_FILE, [&again.name(left), &again.name(right)])?;
    let outcome = if weight.is_some() { Outcome::Link } else { Outcome::NoLink };
    Ok(Judged { outcome, why_not: weight.is_none().then(|| refused(manifest)).into_iter().collect(), weight })
}

const NOT_TOLD: &str = "the run wrote no `links.parquet`, which would tell whether it was chosen";

fn is_written(manifest: &Manifest, file: &str) -> bool {
    manifest.outputs.iter().any(|output| output.path == file)
}

/// What became of a pair that was weighed against the other candidates of its rows: that depends on
/// these, so the run's own lists tell.
fn among_rivals(
    run: &Path,
    manifest: &Manifest,
    report: &ScoredReport,
    pair: [&RowName; 2],
    weighed: &Weighed,
) -> Result<Judged, Fault> {
    let mut why_not = against(report, weighed);
    if why_not.is_empty() {
        why_not.push(OUTDONE.to_owned());
    }
    for (file, outcome) in [(LINKS_FILE, Outcome::Link), (POSSIBLE_FILE, Outcome::Possible)] {
        let weight = if is_written(manifest, file) { listed(run, file, pair)? } else { None };
        if weight.is_some() {
            let why_not = if outcome == Outcome::Link { Vec::new() } else { why_not };
            return Ok(Judged { outcome, why_not, weight });
        }
    }
    // Rivals may have raised the weight of a pair that was compared.
    if !is_written(manifest, LINKS_FILE) && was_compared(weighed) {
        return Ok(Judged::unlisted(Outcome::NotTold, vec![NOT_TOLD.to_owned()]));
    }
    Ok(Judged::unlisted(Outcome::NoLink, why_not))
}

/// Whether the run compared the pair, and no veto drops it.
fn was_compared(weighed: &Weighed) -> bool {
    weighed.is_paired && weighed.found_by.contains(&true) && weighed.vetoed.is_empty()
}

const OUTDONE: &str = "other candidates of its records make it less likely than a link has to be, or a likelier one has \
                       the record";

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
            format!("it was refused as a conflict: one person would have two {}", twice(&decide))
        }
    }
}

/// What a person may not have two of.
fn twice(decide: &DecideSpec) -> String {
    let of = |what: &str, names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("{what} of {}", names.join(", ")))
    };
    let kinds =
        [of("values", &decide.one_value_of), of("records", decide.one_record_of.as_deref().unwrap_or_default())];
    kinds.into_iter().flatten().collect::<Vec<_>>().join(", or two ")
}

/// The weight that a list of links has for the pair, if it has the pair.
fn listed(run: &Path, file: &str, [left, right]: [&RowName; 2]) -> Result<Option<Weight>, Fault> {
    let table = stored::open("links", &run.join(file))?;
    let name = |row: &RowName| [row.source.clone().unwrap_or_default(), row.row.to_string()];
    let wanted = [name(left), name(right)].concat();
    let columns = ["left_source", "left_row", "right_source", "right_row", "match_weight"];
    let mut found = None;
    stored::read(file, &table, LINKS.name, |batch| {
        let rows = texts(batch, &columns);
        let row = rows.chunks_exact(columns.len()).find(|cells| cells[..wanted.len()] == wanted);
        let bits = row.and_then(|cells| cells[wanted.len()].parse().ok());
        found = found.or(bits.map(Weight::from_bits));
        Ok(())
    })?;
    Ok(found)
}
