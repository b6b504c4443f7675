//! `counterfoil evaluate`: precision and recall, with gates.

use counterfoil_job::evaluate::{
    Against, BandQuality, BlockQuality, Breakdown, Estimated, Evaluation, GroupQuality, Known, Quality, StepQuality,
    evaluate,
};
use serde_json::{Value, json};

use crate::answer::{Answer, Failure, shown};
use crate::arguments::EvaluateArguments;
use crate::figure::{counted, grouped, percent};
use crate::page::{Column, Page};

/// A quality that must not be below a declared minimum.
struct Gate {
    name: &'static str,
    found: f64,
    least: f64,
}

impl Gate {
    fn failed(&self) -> bool {
        self.found < self.least
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "found": self.found, "least": self.least, "failed": self.failed() })
    }
}

pub(crate) fn answer(arguments: &EvaluateArguments) -> Result<Answer, Failure> {
    let against =
        Against { truth: arguments.truth.clone(), people: arguments.people.clone(), by: arguments.by.clone() };
    let found = evaluate(&arguments.run, &against)?;
    let overall = &found.overall;
    let wanted =
        [("precision", overall.precision, arguments.min_precision), ("recall", overall.recall, arguments.min_recall)];
    let gates: Vec<Gate> =
        wanted.into_iter().filter_map(|(name, found, least)| Some(Gate { name, found, least: least? })).collect();
    let title = format!("`{}` against `{}`", shown(&arguments.run), shown(&arguments.truth));
    let json = json!({
        "run": shown(&arguments.run),
        "evaluation": found,
        "gates": gates.iter().map(Gate::json).collect::<Vec<_>>(),
    });
    let mut answer = Answer::new(text(&title, &found), json).gate(gates.iter().any(Gate::failed));
    for gate in gates.iter().filter(|gate| gate.failed()) {
        answer = answer.remark(format!("gate failed: {} is {:.4}, below {}", gate.name, gate.found, gate.least));
    }
    Ok(answer)
}

fn text(title: &str, found: &Evaluation) -> String {
    let mut page = Page::titled(title);
    page.line("");
    links(&mut page, found);
    page.line("");
    page.facts([
        ("F1", format!("{:.4}", found.f1)),
        ("matches", format!("{} could have been found: {}", grouped(found.matches), found.counted_by)),
        ("false links", held(found, |of| of.false_links, 1.0 - found.overall.precision)),
        ("missed links", held(found, |of| of.missed_links, 1.0 - found.overall.recall)),
        ("unknown", unknown(found)),
    ]);
    blocks(&mut page, &found.by_block);
    for breakdown in &found.by {
        groups(&mut page, breakdown);
    }
    page.finish()
}

/// Links by step or, of a linkage by a model, by weight.
fn links(page: &mut Page, found: &Evaluation) {
    let is_scored = found.estimated.is_some();
    let is_parted = found.by_step.len() > found.by_rank.len() || found.by_step.iter().any(is_part);
    let first = match (is_scored, is_parted) {
        (true, _) => "bits",
        (false, true) => "step",
        (false, false) => "rank",
    };
    let columns = [first, "links", "true links", "precision", "95 %", "recall", "95 %"].map(Column::Number);
    let steps = found.by_step.iter().map(|step| row(step.step.clone(), &step.quality));
    let bands = found.by_band.iter().map(|band| row(band_name(band), &band.quality));
    page.table(&columns, steps.chain(bands).chain([row("all".to_owned(), &found.overall)]));
}

/// Links by the blocking rule that found them first; nothing where one found them all.
fn blocks(page: &mut Page, found: &[BlockQuality]) {
    if found.len() < 2 {
        return;
    }
    page.heading("By the blocking rule that found a link first");
    let figures = ["block", "links", "true links", "precision", "95 %", "recall", "95 %"].map(Column::Number);
    let columns = [figures.to_vec(), vec![Column::Prose("rule", 44)]].concat();
    let row = |of: &BlockQuality| [row(of.block.to_string(), &of.quality), vec![of.rule.clone()]].concat();
    page.table(&columns, found.iter().map(row));
}

fn band_name(band: &BandQuality) -> String {
    match band.to {
        Some(to) if to == band.from + 1 => format!("{:+}", band.from),
        Some(to) => format!("{:+} to {to:+}", band.from),
        // A definite match is raised to so many bits, and others may weigh more.
        None => format!("from {:+}", band.from),
    }
}

/// A true rate beside the one that the run estimated.
fn held(found: &Evaluation, estimated: impl Fn(&Estimated) -> f64, truly: f64) -> String {
    let of = found.estimated.as_ref().map(estimated);
    of.map(|of| format!("{}; the run estimated {}", percent(truly), percent(of))).unwrap_or_default()
}

fn is_part(step: &StepQuality) -> bool {
    step.step != step.rank.to_string()
}

fn row(name: String, quality: &Quality) -> Vec<String> {
    let figures = [
        grouped(quality.links),
        grouped(quality.true_links),
        format!("{:.4}", quality.precision),
        interval(quality.precision_interval),
        format!("{:.4}", quality.recall),
        interval(quality.recall_interval),
    ];
    [vec![name], figures.to_vec()].concat()
}

fn interval(ends: Option<[f64; 2]>) -> String {
    ends.map(|[low, high]| format!("{low:.4}–{high:.4}")).unwrap_or_default()
}

fn groups(page: &mut Page, breakdown: &Breakdown) {
    let overlap = if breakdown.overlaps { "; a record may be in several" } else { "" };
    page.heading(format!("By {}{overlap}", breakdown.by));
    let figures = ["matches", "links", "true links", "precision", "95 %", "recall", "95 %", "F1"].map(Column::Number);
    let columns = [vec![Column::Text("")], figures.to_vec()].concat();
    let row = |of: &GroupQuality| {
        let [name, figures @ ..] = &row(of.group.clone(), &of.quality)[..] else { return Vec::new() };
        [&[name.clone(), grouped(of.matches)], figures, &[format!("{:.4}", of.f1)]].concat()
    };
    page.table(&columns, breakdown.groups.iter().map(row));
}

fn unknown(found: &Evaluation) -> String {
    let of = |side: &Known, name: &str| {
        format!("{} of {} on the {name}", grouped(side.unknown), counted(side.linked, "linked record"))
    };
    match found.unknown_records {
        0 => String::new(),
        links => format!(
            "the truth does not know {} and {}; their {} counted as false",
            of(&found.left, "left"),
            of(&found.right, "right"),
            if links == 1 { "link is".to_owned() } else { format!("{} are", counted(links, "link")) },
        ),
    }
}
