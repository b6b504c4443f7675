//! `counterfoil run`: the job, and a summary of what came of it.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use counterfoil_catalogue::ActivityGuardSpec;
use counterfoil_job::manifest::{Manifest, Standardised};
use counterfoil_job::model::{refuse_ranks, settings_of};
use counterfoil_job::ranked::PersonCounts;
use counterfoil_job::run::{Resources, run_if};
use counterfoil_job::scored::spec::ModelSpec;
use counterfoil_job::{Job, manifest};
use counterfoil_store::write_new_text;
use serde_json::json;

use crate::answer::{Answer, Failure, refuse_existing, shown};
use crate::arguments::RunArguments;
use crate::figure::{counted, grouped, rate, share, size, time};
use crate::page::{Column, Page};
use crate::progress;
use crate::verb::check::notes;
use crate::verb::{links, scored};

pub(crate) fn answer(arguments: &RunArguments) -> Result<Answer, Failure> {
    let since = Instant::now();
    let (job, out) = Job::load_for_run(&arguments.job, arguments.out.as_deref())?;
    let resources = Resources { threads: arguments.threads.map(NonZeroUsize::get), memory: arguments.memory };
    let splink = arguments.splink.as_deref();
    if let Some(file) = splink {
        refuse_ranks(&job)?;
        refuse_existing(file, "--splink")?;
    }
    let write = |model: &ModelSpec| splink.map_or(Ok(()), |file| write_new_text(file, &settings_of(&job, model)?));
    let finished = run_if(&job, &out, resources, &*progress::observer(), &write)?;
    let took = since.elapsed();
    let manifest = &finished.manifest;
    let rows: u64 = manifest.standardising.iter().map(|source| source.rows).sum();
    let json = json!({ "out": shown(&out), "splink": splink.map(shown), "manifest": manifest });
    let mut answer = Answer::new(summary(&out, manifest), json);
    if let Some(file) = splink {
        let fields = "its columns are the fields' names, and its values standardised ones";
        let frequencies = "Splink counts rows of one's own towards a value's frequency";
        answer = answer.remark(format!("the model is in `{}`, for Splink: {fields}; {frequencies}", shown(file)));
    }
    Ok(answer.remark(format!("{} in {}, {} rows/s", counted(rows, "row"), time(took), rate(rows, took))))
}

pub(crate) fn summary(out: &Path, manifest: &Manifest) -> String {
    let mut page = Page::titled(title(manifest));
    page.heading("Identifiers");
    identifiers(&mut page, &manifest.standardising);
    if manifest.rejects > 0 {
        let listed = if manifest.rejects == 1 { "is" } else { "are" };
        let refused = counted(manifest.rejects, "refused value");
        page.line(format!("  {refused} {listed} listed in `rejects.parquet`, by row number and rule"));
    }
    match &manifest.scored {
        Some(scored) => scored::write(&mut page, manifest, scored),
        None => by_rank(&mut page, manifest),
    }
    if !manifest.deaths_by_record_used.is_empty() {
        page.heading("Deaths delivered");
        deaths(&mut page, manifest);
    }
    page.heading(format!("Outputs in `{}`", shown(out)));
    outputs(&mut page, manifest);
    notes(&mut page, &manifest.notes);
    page.finish()
}

fn by_rank(page: &mut Page, manifest: &Manifest) {
    links::write(page, manifest);
    page.line("");
    page.facts(pairs(manifest));
    links::partners(page, manifest);
    links::unmatched(page, manifest);
}

fn title(manifest: &Manifest) -> String {
    let names = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let linkage = &manifest.job.linkage;
    let left = names(linkage.left.as_slice());
    let made = counted(manifest.linkage.links, "link");
    match &linkage.right {
        Some(right) => format!("`{}`: {made} between {left} and {}", manifest.job.name, names(right.as_slice())),
        None => format!("`{}`: {made} within {left}", manifest.job.name),
    }
}

fn identifiers(page: &mut Page, sources: &[Standardised]) {
    let columns = [
        Column::Text("data set"),
        Column::Number("rows"),
        Column::Text("field"),
        Column::Number("valid"),
        Column::Number(""),
        Column::Number("missing"),
        Column::Number("refused"),
    ];
    page.table(&columns, sources.iter().flat_map(source_rows));
}

/// A row for each field; the data set is named in the first.
fn source_rows(source: &Standardised) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (i, field) in source.fields.iter().enumerate() {
        let first = |text: String| if i == 0 { text } else { String::new() };
        rows.push(vec![
            first(source.data_set.clone()),
            first(grouped(source.rows)),
            field.name.clone(),
            grouped(field.valid),
            share(field.valid, source.rows),
            grouped(field.nulls()),
            grouped(field.rejects()),
        ]);
    }
    rows
}

fn pairs(manifest: &Manifest) -> [(&'static str, String); 5] {
    let linked = &manifest.linkage;
    let number = |number: u64| if number == 0 { "none".to_owned() } else { grouped(number) };
    let by_activity = matches!(manifest.options.activity_guard, Some(ActivityGuardSpec::On(_)));
    let by_activity = by_activity.then(|| format!("{} by activity after the event", number(linked.barred_by_guard)));
    let by_value = (linked.barred_by_contradiction > 0)
        .then(|| format!("{} by another value of the person", grouped(linked.barred_by_contradiction)));
    let ties = match (linked.left_ties, linked.right_ties) {
        (0, 0) => "none".to_owned(),
        (left, right) => format!("{} on the left, {} on the right", number(left), number(right)),
    };
    [
        ("person index", linked.persons.as_ref().map(person_index).unwrap_or_default()),
        ("candidate pairs", number(linked.candidate_pairs)),
        ("barred", by_activity.unwrap_or_default()),
        ("contradicted", by_value.unwrap_or_default()),
        ("ties", ties),
    ]
}

/// What the index of persons was made of.
fn person_index(counts: &PersonCounts) -> String {
    let left_out = match counts.left_out {
        0 => String::new(),
        rows => format!(", without {} with too few identifiers", grouped(rows)),
    };
    let (persons, combinations) = (counted(counts.persons, "person"), counted(counts.combinations, "combination"));
    let (side, rows) = (&counts.side, counted(counts.rows, "row"));
    format!("{persons} of the {side} side with {combinations} of identifiers, from {rows}{left_out}")
}

fn deaths(page: &mut Page, manifest: &Manifest) {
    let all: u64 = manifest.deaths_by_record_used.values().sum();
    let rows = manifest.deaths_by_record_used.iter();
    let rows = rows.map(|(used, deaths)| vec![used.clone(), grouped(*deaths), share(*deaths, all)]);
    let total = vec!["all".to_owned(), grouped(all), share(all, all)];
    let columns = [Column::Text("record used"), Column::Number("deaths"), Column::Number("share")];
    page.table(&columns, rows.chain([total]));
}

fn outputs(page: &mut Page, manifest: &Manifest) {
    let rows = manifest.outputs.iter().map(|file| {
        let rows = file.rows.map(grouped).unwrap_or_default();
        vec![file.path.clone(), rows, size(file.bytes)]
    });
    let own = vec![manifest::FILE.to_owned(), String::new(), String::new()];
    page.table(&[Column::Text("file"), Column::Number("rows"), Column::Number("size")], rows.chain([own]));
}
