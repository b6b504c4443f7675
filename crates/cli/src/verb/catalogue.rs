//! `counterfoil catalogue`: what there is, narrowed down, or one entry in full.

use counterfoil_catalogue::{Catalogue, DataSet, ROLES, Recipe, nearest};
use counterfoil_core::Fault;
use serde_json::{Value, json};

use crate::answer::{Answer, Failure};
use crate::arguments::{CatalogueArguments, CatalogueVerb};
use crate::page::{Column, Page};
use crate::verb::{data_set, recipe};

pub(crate) fn answer(arguments: &CatalogueArguments) -> Result<Answer, Failure> {
    let catalogue = Catalogue::built_in();
    match &arguments.verb {
        Some(CatalogueVerb::Show { name }) => show(catalogue, name),
        None => list(catalogue, arguments),
    }
}

fn show(catalogue: &Catalogue, name: &str) -> Result<Answer, Failure> {
    if let Some(entry) = catalogue.data_set(name) {
        return Ok(Answer::new(data_set::text(entry), json!({ "data_set": entry })));
    }
    if let Some(entry) = catalogue.recipe(name) {
        return Ok(Answer::new(recipe::text(entry), json!({ "recipe": entry })));
    }
    let data_sets = catalogue.data_sets().iter().map(|entry| entry.name.as_str());
    let names: Vec<&str> = data_sets.chain(catalogue.recipes().iter().map(|entry| entry.name.as_str())).collect();
    Err(unknown("catalogue", "entry", name, &names).into())
}

fn list(catalogue: &Catalogue, arguments: &CatalogueArguments) -> Result<Answer, Failure> {
    refuse_unknown(catalogue, arguments)?;
    let data_sets: Vec<&DataSet> =
        catalogue.data_sets().iter().filter(|entry| is_wanted_data_set(entry, arguments)).collect();
    let recipes: Vec<&Recipe> = catalogue.recipes().iter().filter(|entry| is_wanted_recipe(entry, arguments)).collect();
    let json = json!({
        "data_sets": data_sets.iter().map(|entry| data_set_json(entry)).collect::<Vec<_>>(),
        "recipes": recipes.iter().map(|entry| json!({ "name": entry.name, "title": entry.title })).collect::<Vec<_>>(),
    });
    Ok(Answer::new(text(&data_sets, &recipes), json))
}

/// A family or role that no entry has is more likely a slip than a question.
fn refuse_unknown(catalogue: &Catalogue, arguments: &CatalogueArguments) -> Result<(), Failure> {
    let mut families: Vec<&str> = catalogue.data_sets().iter().filter_map(|entry| entry.family.as_deref()).collect();
    families.sort_unstable();
    families.dedup();
    let roles: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
    let mut faults = Vec::new();
    if let Some(family) = arguments.family.as_deref()
        && !families.iter().any(|known| known.eq_ignore_ascii_case(family))
    {
        faults.push(unknown("--family", "family", family, &families));
    }
    if let Some(role) = arguments.role.as_deref()
        && !roles.contains(&role)
    {
        faults.push(unknown("--role", "role", role, &roles));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

fn unknown(place: &str, what: &str, name: &str, known: &[&str]) -> Fault {
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let fault = Fault::spec(place, format!("unknown {what} `{name}`; known are {listed}"));
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("`counterfoil catalogue` lists everything"),
    }
}

fn is_wanted_data_set(entry: &DataSet, arguments: &CatalogueArguments) -> bool {
    let of_family = |family: &String| entry.family.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(family));
    let columns = entry.fields.iter().flat_map(|field| [&field.name, &field.title]);
    let texts = [&entry.name, &entry.code, &entry.title, &entry.grain].into_iter().chain(&entry.notes).chain(columns);
    arguments.family.as_ref().is_none_or(of_family)
        && arguments.role.as_ref().is_none_or(|role| entry.roles.contains_key(role))
        && arguments.search.as_ref().is_none_or(|wanted| has_text(texts, wanted))
}

fn is_wanted_recipe(entry: &Recipe, arguments: &CatalogueArguments) -> bool {
    let sides = [&entry.left, &entry.right];
    let of_family = |family: &String| sides.iter().any(|s| s.family.iter().any(|own| own.eq_ignore_ascii_case(family)));
    let texts = [&entry.name, &entry.title].into_iter().chain(&entry.notes);
    arguments.family.as_ref().is_none_or(of_family)
        && arguments.role.as_ref().is_none_or(|role| sides.iter().any(|side| side.roles.contains(role)))
        && arguments.search.as_ref().is_none_or(|wanted| has_text(texts, wanted))
}

fn has_text<'a>(mut texts: impl Iterator<Item = &'a String>, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    texts.any(|text| text.to_lowercase().contains(&wanted))
}

fn text(data_sets: &[&DataSet], recipes: &[&Recipe]) -> String {
    let mut page = Page::default();
    if data_sets.is_empty() && recipes.is_empty() {
        page.line("nothing in the catalogue fits");
    }
    if !data_sets.is_empty() {
        page.heading("Data sets");
        let columns = [
            Column::Text("name"),
            Column::Text("family"),
            Column::Prose("title", 28),
            Column::Prose("one row is", 20),
            Column::Prose("linked by", 24),
        ];
        page.table(&columns, data_sets.iter().map(|entry| data_set_row(entry)));
    }
    if !recipes.is_empty() {
        page.heading("Recipes");
        let columns = ["name", "title"].map(Column::Text);
        page.table(&columns, recipes.iter().map(|entry| vec![entry.name.clone(), entry.title.clone()]));
    }
    page.finish()
}

fn data_set_row(entry: &DataSet) -> Vec<String> {
    let family = entry.family.clone().unwrap_or_default();
    vec![entry.name.clone(), family, entry.title.clone(), entry.grain.clone(), data_set::linked_by(entry)]
}

fn data_set_json(entry: &DataSet) -> Value {
    json!({
        "name": entry.name,
        "code": entry.code,
        "title": entry.title,
        "family": entry.family,
        "grain": entry.grain,
        "link": entry.link,
        "roles": entry.roles.keys().collect::<Vec<_>>(),
    })
}
