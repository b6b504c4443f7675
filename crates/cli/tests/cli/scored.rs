//! A linkage by a model as people run it.

use serde_json::Value;

use crate::people::{job, project};

/// Digits in groups of three, as figures are printed.
fn figure(number: &Value) -> String {
    let digits = number.as_u64().expect("a count").to_string();
    if digits.len() > 3 { format!("{} {}", &digits[..digits.len() - 3], &digits[digits.len() - 3..]) } else { digits }
}

#[test]
fn a_run_says_what_was_blocked_learnt_and_decided() {
    let project = project();
    let text = project.done(&["run", "job.toml"]);
    let heading = |name: &str| text.find(&format!("\n{name}\n")).unwrap_or_else(|| panic!("no `{name}` in:\n{text}"));
    let headings = ["Identifiers", "Blocking", "Model", "Dependence", "Decision", "Persons"].map(heading);
    assert!(headings.is_sorted(), "{text}");
    assert!(!text.contains("\nLinks\n") && !text.contains("rank"), "a model has no ranks:\n{text}");
    let json: Value =
        serde_json::from_str(&project.done(&["run", "job.toml", "--out", "again", "--json"])).expect("JSON");
    let (scored, links) = (&json["manifest"]["scored"], &json["manifest"]["linkage"]["links"]);
    assert!(text.contains(&format!("{} links from +", figure(links))), "{text}");
    for block in scored["blocks"].as_array().expect("blocks") {
        let line = text.lines().find(|line| line.trim_start().starts_with(block["rule"].as_str().expect("a rule")));
        let figures = ["pairs", "first", "largest", "skipped_pairs"].map(|name| figure(&block[name])).join(" ");
        let line = line.expect("a line for the rule").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.ends_with(&figures), "{line}");
    }
    let levels = scored["comparisons"].as_array().expect("comparisons").iter();
    let levels: Vec<&Value> = levels.flat_map(|of| of["levels"].as_array().expect("levels")).collect();
    assert_eq!(levels.len(), 14, "3 levels of four comparisons, 2 of sex");
    let guessed = levels.iter().filter(|level| level["unobserved"] == true).count();
    assert!(guessed > 0, "the data has no match with two unlike names");
    assert_eq!(text.matches('*').count(), guessed + 1, "each is marked, and the mark explained:\n{text}");
    // Every record is of one person.
    let counted = scored["persons_by_records"].as_array().expect("sizes");
    let counted: u64 = counted.iter().map(|of| of[0].as_u64().unwrap_or(0) * of[1].as_u64().unwrap_or(0)).sum();
    let alone = scored["rows"].as_u64().expect("rows") - counted;
    assert!(text.lines().any(|line| line.trim_start().starts_with(&format!("1  {alone:>7}"))), "{text}");
}

#[test]
fn a_given_model_needs_no_estimation() {
    let project = project();
    project.done(&["run", "job.toml", "--out", "first"]);
    let from = job("trusted");
    let start = from.find("[linkage.estimate]").expect("an estimate");
    let end = from.find("[[output]]").expect("an output");
    project.write("again.toml", format!("{}model = \"first/model.toml\"\n{}", &from[..start], &from[end..]));
    let text = project.done(&["run", "again.toml", "--out", "second"]);
    assert!(text.contains("none: the model was given"), "{text}");
    assert!(text.contains("Dependence\n  not looked at"), "{text}");
}
