//! `counterfoil catalogue show` for a recipe: who can take part, ranks, choices.

use counterfoil_catalogue::{RankSpec, Recipe, SideNeeds};
use serde_json::{Map, Value, json};

use crate::page::{Column, Page};

/// A recipe as people read it.
pub(crate) fn text(recipe: &Recipe) -> String {
    let mut page = Page::titled(format!("{}: {}", recipe.name, recipe.title));
    page.line("");
    page.facts([("left", side(&recipe.left)), ("right", side(&recipe.right)), ("source", recipe.source.clone())]);
    page.heading("Ranks, best first");
    let ranks = recipe.ranks.iter().map(|rank| vec![rank.rank.to_string(), rule(rank)]);
    page.table(&[Column::Number("rank"), Column::Prose("agreement", 80)], ranks);
    page.heading("Options, each to be set otherwise under `[linkage.options]`");
    let options = options(recipe);
    page.facts(options.iter().map(|(name, value)| (name.as_str(), option(value))));
    if !recipe.notes.is_empty() {
        page.heading("Notes");
        page.points(&recipe.notes);
    }
    page.finish()
}

/// A recipe's choices, all made.
fn options(recipe: &Recipe) -> Map<String, Value> {
    match json!(recipe.options.settle().as_written()) {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}

fn option(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Object(parts) => {
            parts.iter().map(|(name, part)| format!("{name} {}", option(part))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn side(needs: &SideNeeds) -> String {
    let person = if needs.person_key { "; should have a person key" } else { "" };
    format!("family {}; roles {}{person}", needs.family.join(" or "), needs.roles.join(", "))
}

/// What a rank asks, in a line.
pub(crate) fn rule(rank: &RankSpec) -> String {
    let agree = rank.agree.iter().cloned().chain(rank.partial.iter().map(|field| format!("{field} in part")));
    let contradict = rank.not_contradict.iter().map(|field| format!("{field} not contradicting"));
    let exclude = (!rank.exclude.is_empty()).then(|| format!("excluding {}", rank.exclude.join(", ")));
    let conditions = std::iter::once(agree.collect::<Vec<_>>().join(", ")).chain(contradict).chain(exclude);
    conditions.collect::<Vec<_>>().join("; ")
}
