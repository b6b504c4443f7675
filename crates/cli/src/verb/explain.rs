//! `counterfoil explain`: why a pair of records scored what it did.

use counterfoil_core::Fault;
use counterfoil_job::explain::{Explanation, Outcome, RecordName, RowName, Step, Together, explain};
use serde_json::json;

use crate::answer::{Answer, Failure, shown};
use crate::arguments::ExplainArguments;
use crate::figure::{bits, probability};
use crate::page::{Column, Page};
use crate::progress;
use crate::verb::scored::level_columns;

pub(crate) fn answer(arguments: &ExplainArguments) -> Result<Answer, Failure> {
    if !arguments.rest.is_empty() {
        let fault = Fault::spec("RECORD", format!("{} words, where two records are named", 2 + arguments.rest.len()));
        return Err(fault.hint("put a record key with blanks in quotes").into());
    }
    let name = if arguments.record_keys { RecordName::Key } else { RecordName::Row };
    let pair = [&arguments.left, &arguments.right].map(|record| name(record.0.clone()));
    let found = explain(&arguments.run, pair.each_ref(), arguments.job.as_deref(), &*progress::observer())?;
    Ok(Answer::new(text(&found), json!({ "run": shown(&arguments.run), "explanation": found })))
}

fn text(found: &Explanation) -> String {
    let mut page = Page::titled(format!(
        "`{}` and `{}`: {}, {} bits, probability {}",
        name(&found.left),
        name(&found.right),
        outcome(found.outcome),
        bits(found.weight),
        probability(found.probability),
    ));
    page.heading("Weight");
    waterfall(&mut page, found);
    page.heading("Blocking");
    let rule = |(block, (rule, finds)): (usize, &(String, bool))| {
        let finds = if found.block == Some(block) {
            "first"
        } else if *finds {
            "yes"
        } else {
            "no"
        };
        vec![block.to_string(), finds.to_owned(), rule.clone()]
    };
    let columns = [Column::Number("block"), Column::Text("found"), Column::Prose("rule", 80)];
    page.table(&columns, found.blocks.iter().enumerate().map(rule));
    page.heading("Decision");
    let from = |weight: f64| format!("from {} bits on", bits(weight));
    page.facts([
        ("outcome", outcome(found.outcome).to_owned()),
        ("a link is", from(found.link_from)),
        ("a possible link is", found.possible_from.map(from).unwrap_or_default()),
    ]);
    page.points(&found.why_not);
    page.finish()
}

fn name(row: &RowName) -> String {
    row.source.as_ref().map_or_else(|| row.row.to_string(), |source| format!("{source}:{}", row.row))
}

fn outcome(of: Outcome) -> &'static str {
    match of {
        Outcome::Link => "a link",
        Outcome::Possible => "a possible link",
        Outcome::NoLink => "no link",
        Outcome::NotTold => "not told by the run",
    }
}

/// What is added up, line by line, against random pairs and, beside it, against relatives.
fn waterfall(page: &mut Page, found: &Explanation) {
    let has_relatives = found.against_relatives.is_some();
    let columns = level_columns(has_relatives);
    let line = |name: &str, what: String, random: f64, relatives: Option<f64>| {
        let relatives = relatives.map(bits).unwrap_or_default();
        vec![name.to_owned(), what, String::new(), String::new(), bits(random), String::new(), relatives]
    };
    let mut rows =
        vec![line("any pair", "before anything is compared".to_owned(), found.prior, found.prior_to_relatives)];
    rows.extend(found.comparisons.iter().flat_map(steps));
    let together = |of: &Together| {
        let (first, second) = &of.comparisons;
        line(first, format!("together with {second}"), of.weight, of.against_relatives)
    };
    rows.extend(found.together.iter().map(together));
    let of_matches = |name: &str, what: &str, bits: Option<f64>| {
        bits.map(|bits| line(name, what.to_owned(), bits, has_relatives.then_some(bits)))
    };
    rows.extend(of_matches("errors", "how many comparisons differ", found.exclusive));
    rows.extend(of_matches("homes", "all of them, as some matches have moved", found.moved));
    let twins = |bits| line("twins", "how many of this age live with their twin".to_owned(), 0.0, Some(bits));
    rows.extend(found.twins.map(twins));
    rows.push(line("sum", String::new(), found.against_random, found.against_relatives));
    let what = "what the other candidates of its records add or take".to_owned();
    rows.extend(found.rivals.map(|rivals| line("rivals", what, rivals, None)));
    rows.iter_mut().for_each(|row| row.truncate(columns.len()));
    page.table(&columns, rows);
    if found.comparisons.iter().any(|step| step.unobserved) {
        page.line("  * no pair was seen at this level, so that m is a guess");
    }
    if has_relatives {
        page.line("  The weight is that against both: at most one bit below the lesser of the two sums.");
    }
    page.points(found.definite.iter().map(|condition| format!("a definite match, whatever it weighs: {condition}")));
    page.points(found.vetoed.iter().map(|condition| format!("vetoed, whatever it weighs: {condition}")));
}

/// The line of a comparison, and one for the frequency of the value where that counts.
fn steps(step: &Step) -> Vec<Vec<String>> {
    let mark = if step.unobserved { "*" } else { "" };
    let of = |share: Option<f64>| share.map(probability).unwrap_or_default();
    let (share, weight) = step.relatives.map_or((None, None), |(share, weight)| (Some(share), Some(weight)));
    let level = step.level.clone().unwrap_or_else(|| "a value is missing".to_owned());
    let m = step.m.map(|m| format!("{}{mark}", probability(m))).unwrap_or_default();
    let against = weight.map_or_else(String::new, bits);
    let mut lines = vec![vec![step.comparison.clone(), level, m, of(step.u), bits(step.weight), of(share), against]];
    lines.extend(step.frequency.map(|frequency| {
        let what = "how frequent the value is".to_owned();
        vec![String::new(), what, String::new(), String::new(), bits(frequency), String::new(), String::new()]
    }));
    lines
}
