//! `counterfoil evaluate`: precision and recall, with gates.

use counterfoil_job::evaluate::{Evaluation, Quality, evaluate};
use serde_json::{Value, json};

use crate::answer::{Answer, Failure, shown};
use crate::arguments::EvaluateArguments;
use crate::figure::{counted, grouped};
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
    let found = evaluate(&arguments.run, &arguments.truth)?;
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
    let columns = ["rank", "links", "true links", "precision", "recall"].map(Column::Number);
    let ranks = found.by_rank.iter().map(|(rank, quality)| row(rank.to_string(), quality));
    page.table(&columns, ranks.chain([row("all".to_owned(), &found.overall)]));
    page.line("");
    page.facts([
        ("F1", format!("{:.4}", found.f1)),
        ("matches", format!("{} could have been found", grouped(found.matches))),
        ("unknown", unknown(found.unknown_records)),
    ]);
    page.finish()
}

fn row(rank: String, quality: &Quality) -> Vec<String> {
    vec![
        rank,
        grouped(quality.links),
        grouped(quality.true_links),
        format!("{:.4}", quality.precision),
        format!("{:.4}", quality.recall),
    ]
}

fn unknown(made: u64) -> String {
    match made {
        0 => String::new(),
        _ => format!("{} with a record that the truth does not know; counted as false", counted(made, "link")),
    }
}
