//! `counterfoil plan`: what a run would read, compare and need.

use std::num::NonZeroUsize;
use std::time::Duration;

use counterfoil_job::Job;
use counterfoil_job::plan::{Plan, PlannedBlock, PlannedInput, PlannedModel, plan};
use serde_json::json;

use crate::answer::{Answer, Failure};
use crate::arguments::PlanArguments;
use crate::figure::{counted, grouped, size, time};
use crate::page::{Column, Page};
use crate::progress;
use crate::verb::check::notes;
use crate::verb::scored::equal_rows;

pub(crate) fn answer(arguments: &PlanArguments) -> Result<Answer, Failure> {
    let job = Job::load(&arguments.job)?;
    let plan = plan(&job, arguments.threads.map(NonZeroUsize::get)).with_pairs(&job, &*progress::observer())?;
    Ok(Answer::new(text(&job.spec.name, &plan), json!({ "job": job.spec.name, "plan": plan })))
}

fn text(name: &str, plan: &Plan) -> String {
    let mut page = Page::titled(format!("`{name}` would"));
    page.heading("Read");
    let columns = [
        Column::Text("data set"),
        Column::Text("side"),
        Column::Number("files"),
        Column::Number("size"),
        Column::Number("rows"),
    ];
    page.table(&columns, plan.data_sets.iter().map(input));
    page.heading("Compare");
    let columns = [Column::Text("data set"), Column::Text("linkage field"), Column::Text("columns")];
    page.table(&columns, plan.data_sets.iter().flat_map(fields));
    match &plan.model {
        Some(model) => by_model(&mut page, plan, model),
        None => by_rank(&mut page, plan),
    }
    page.heading("Write");
    page.points(&plan.outputs);
    notes(&mut page, &plan.notes);
    page.finish()
}

fn by_rank(page: &mut Page, plan: &Plan) {
    page.heading("Look up pairs by");
    page.points(plan.passes.iter().map(|pass| pass.join(", ")));
    page.heading("Need");
    let threads = counted(plan.threads as u64, "thread");
    page.facts([
        ("memory", format!("at most {} with {}; the {} side is held", size(plan.memory), threads, plan.indexed)),
        ("time", cpu(Duration::from_secs_f64(plan.cpu_seconds.max(0.0)))),
    ]);
}

fn by_model(page: &mut Page, plan: &Plan, model: &PlannedModel) {
    let chosen = if model.is_chosen { ", chosen from the data" } else { "" };
    page.heading(format!("Find pairs by{chosen}"));
    let columns = [
        Column::Prose("rule", 56),
        Column::Number("pairs"),
        Column::Number("largest block"),
        Column::Number("skipped pairs"),
    ];
    let row = |block: &PlannedBlock| {
        let figures = [block.pairs, block.largest, block.skipped_pairs].map(grouped);
        [vec![block.rule.clone()], figures.to_vec()].concat()
    };
    page.table(&columns, model.blocks.iter().map(row));
    page.line("");
    let pairs: u64 = model.blocks.iter().map(|block| block.pairs).sum();
    page.facts([
        ("equal rows", equal_rows(model.equal_rows)),
        (
            "pairs",
            format!(
                "at most {} of {}: the linkage fields were read to count them",
                grouped(pairs.min(model.all_pairs)),
                grouped(model.all_pairs)
            ),
        ),
        ("comparisons", model.comparisons.join(", ")),
    ]);
    page.heading("Need");
    let threads = counted(plan.threads as u64, "thread");
    let kept = "where no more pairs are worth keeping than there are rows";
    page.facts([
        ("memory", format!("at most {} with {threads}, {kept}; all rows are held, as numbers", size(plan.memory))),
        ("time", format!("{}, roughly", cpu(Duration::from_secs_f64(plan.cpu_seconds.max(0.0))))),
    ]);
}

fn cpu(duration: Duration) -> String {
    if duration.as_secs() == 0 {
        "less than a second".to_owned()
    } else {
        format!("about {} of one core", time(duration))
    }
}

fn input(input: &PlannedInput) -> Vec<String> {
    let about = if input.exact { "" } else { "about " };
    vec![
        input.name.clone(),
        input.side.to_owned(),
        grouped(input.files as u64),
        size(input.bytes),
        format!("{about}{}", grouped(input.rows)),
    ]
}

/// A row for each linkage field; the data set is named in the first.
fn fields(input: &PlannedInput) -> Vec<Vec<String>> {
    let row = |(i, (field, columns)): (usize, &(String, Vec<String>))| {
        let name = if i == 0 { input.name.clone() } else { String::new() };
        let columns = if columns.is_empty() { "none".to_owned() } else { columns.join(", ") };
        vec![name, field.clone(), columns]
    };
    input.columns.iter().enumerate().map(row).collect()
}
