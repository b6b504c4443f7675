//! The summary of a run's links: by rank or step, partners by unit, records left unmatched.

use counterfoil_catalogue::RankSpec;
use counterfoil_job::manifest::Manifest;
use counterfoil_job::ranked::StepCounts;

use crate::figure::{grouped, share};
use crate::page::{Column, Page};
use crate::verb::recipe::rule;

/// Links by rank, or by step where rank 1 is parted; where records are attached to persons,
/// in the shape of the published matching-quality report.
pub(crate) fn write(page: &mut Page, manifest: &Manifest) {
    let linked = &manifest.linkage;
    if linked.matching.is_some() {
        page.heading("Matching");
        report(page, manifest);
    } else {
        page.heading("Links");
        by_step(page, manifest);
    }
}

fn by_step(page: &mut Page, manifest: &Manifest) {
    let linked = &manifest.linkage;
    let is_parted = linked.steps.len() > linked.links_by_rank.len();
    let columns = [
        Column::Number(if is_parted { "step" } else { "rank" }),
        Column::Number("links"),
        Column::Number("share"),
        Column::Prose("agreement", 68),
    ];
    let rows = linked.steps.iter().map(|step| {
        vec![step.step.clone(), grouped(step.links), share(step.links, linked.links), agreement(manifest, step)]
    });
    let all = vec!["all".to_owned(), grouped(linked.links), share(linked.links, linked.links), String::new()];
    page.table(&columns, rows.chain([all]));
}

fn report(page: &mut Page, manifest: &Manifest) {
    let linked = &manifest.linkage;
    let records = linked.matching.as_ref().map_or(0, |matching| matching.records);
    let columns = [
        Column::Number("step"),
        Column::Number("persons"),
        Column::Number("records"),
        Column::Number("share"),
        Column::Prose("agreement", 58),
    ];
    let row = |step: &StepCounts| {
        let figures = [grouped(step.left_units), grouped(step.links), share(step.links, records)];
        [vec![step.step.clone()], figures.to_vec(), vec![agreement(manifest, step)]].concat()
    };
    let persons = linked.steps.iter().map(|step| step.left_units).sum();
    let all =
        vec!["all".to_owned(), grouped(persons), grouped(linked.links), share(linked.links, records), String::new()];
    page.table(&columns, linked.steps.iter().map(row).chain([all]));
}

fn agreement(manifest: &Manifest, step: &StepCounts) -> String {
    let of_rank = |spec: &&RankSpec| spec.rank == step.rank;
    let rule = manifest.ranks.iter().find(of_rank).map(rule).unwrap_or_default();
    match step.step.as_bytes().last() {
        Some(b'A') => format!("{rule}; those of the person's last activity"),
        Some(b'B') => format!("{rule}; those of earlier activity only"),
        _ => rule,
    }
}

/// How many units have how many partners, where more than one is possible.
pub(crate) fn partners(page: &mut Page, manifest: &Manifest) {
    let Some(partners) = &manifest.linkage.partners else {
        return;
    };
    page.heading("Partners");
    let columns =
        [Column::Text("units"), Column::Number("one"), Column::Number("two"), Column::Number("three or more")];
    let row = |side: &str, counts: &[u64; 3]| [vec![side.to_owned()], counts.map(grouped).to_vec()].concat();
    page.table(&columns, [row("left", &partners.left), row("right", &partners.right)]);
}

/// Right records without a person, and what can be told of them.
pub(crate) fn unmatched(page: &mut Page, manifest: &Manifest) {
    let Some(matching) = &manifest.linkage.matching else {
        return;
    };
    let of = &matching.unmatched;
    page.heading("Unmatched records: of persons who are not on the left, or who are and could not be matched");
    let rows = [
        ("no valid identifier", of.no_valid_identifier),
        ("too few valid identifiers for any rank", of.too_few_valid_identifiers),
        ("enough, and nobody meets a rank", of.no_partner),
        ("every pair barred", of.barred),
        ("a pair not chosen", of.not_chosen),
        ("all", of.all()),
    ];
    let row = |(why, records): (&str, u64)| vec![why.to_owned(), grouped(records), share(records, matching.records)];
    page.table(&[Column::Text("what can be told"), Column::Number("records"), Column::Number("share")], rows.map(row));
}
