//! `counterfoil catalogue`: what there is, narrowed down, or one entry in full.

use std::collections::BTreeSet;
use std::path::Path;

use counterfoil_catalogue::{Catalogue, DataSet, ROLES, Recipe, Service, describe, nearest};
use counterfoil_core::Fault;
use counterfoil_job::definition::{self, OwnEntry};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Failure};
use crate::arguments::{CatalogueArguments, CatalogueVerb};
use crate::page::{Column, Page};
use crate::verb::{data_set, recipe, service};

pub(crate) fn answer(arguments: &CatalogueArguments) -> Result<Answer, Failure> {
    let (catalogue, own) = read(arguments.with.as_deref())?;
    match &arguments.verb {
        Some(CatalogueVerb::Show { name }) => show(&catalogue, name),
        None => list(&catalogue, &own, arguments),
    }
}

/// The catalogue, with the user's own entries if there are any.
fn read(with: Option<&Path>) -> Result<(Catalogue, Vec<OwnEntry>), Failure> {
    match with {
        None => Ok((Catalogue::built_in().clone(), Vec::new())),
        Some(folder) => Ok(definition::with_folder(folder, folder)?),
    }
}

/// One entry; a service may have the name of its recipe, and then both are shown.
fn show(catalogue: &Catalogue, asked: &str) -> Result<Answer, Failure> {
    let name = &*name_of(catalogue, asked)?;
    if name.contains('/') || catalogue.data_set(name).is_some() {
        let entry = catalogue.require_data_set("catalogue", name)?;
        return Ok(Answer::new(data_set::text(catalogue, entry), json!({ "data_set": entry })));
    }
    let (mut texts, mut json) = (Vec::new(), Map::new());
    if let Some(entry) = catalogue.service(name) {
        texts.push(service::text(entry));
        json.insert("service".to_owned(), json!(entry));
    }
    if let Some(entry) = catalogue.recipe(name) {
        texts.push(recipe::text(entry));
        json.insert("recipe".to_owned(), json!(entry));
    }
    if texts.is_empty() {
        return Err(unknown_entry(catalogue, name).into());
    }
    Ok(Answer::new(texts.join("\n"), Value::Object(json)))
}

/// The name of what is asked for: its own, or the one entry that has it as its name or code
/// when capitals count as small letters and `_` as `-`, such as `HES_APC`.
fn name_of(catalogue: &Catalogue, asked: &str) -> Result<String, Fault> {
    let is_exact = asked.split('/').next().is_some_and(|name| {
        catalogue.data_set(name).is_some() || catalogue.recipe(name).is_some() || catalogue.service(name).is_some()
    });
    if is_exact {
        return Ok(asked.to_owned());
    }
    let (plain, table) = match asked.split_once('/') {
        Some((name, table)) => (plain(name), format!("/{table}")),
        None => (plain(asked), String::new()),
    };
    let data_sets = catalogue.data_sets().iter().map(|entry| (&entry.name, &entry.code));
    let services = catalogue.services().iter().map(|entry| (&entry.name, &entry.code));
    let recipes = catalogue.recipes().iter().map(|entry| (&entry.name, &entry.name));
    let of_name = |(name, code): &(&String, &String)| self::plain(name) == plain || self::plain(code) == plain;
    let found: BTreeSet<&str> =
        data_sets.chain(services).chain(recipes).filter(of_name).map(|(name, _)| name.as_str()).collect();
    match Vec::from_iter(found)[..] {
        [] => Ok(asked.to_owned()),
        [one] => Ok(format!("{one}{table}")),
        ref several => {
            let listed = several.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let fault = Fault::spec("catalogue", format!("`{asked}` may be {listed}"));
            Err(fault.hint("write the name of one of them"))
        }
    }
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

fn unknown_entry(catalogue: &Catalogue, name: &str) -> Fault {
    let data_sets = catalogue.data_sets().iter().map(|entry| entry.name.as_str());
    let recipes = catalogue.recipes().iter().map(|entry| entry.name.as_str());
    let services = catalogue.services().iter().map(|entry| entry.name.as_str());
    let fault = Fault::spec("catalogue", format!("there is no data set, recipe or service `{name}`"));
    match nearest(name, data_sets.chain(recipes).chain(services)) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("`counterfoil catalogue` lists everything"),
    }
}

/// What fits the arguments.
struct Listed<'c> {
    data_sets: Vec<&'c DataSet>,
    recipes: Vec<&'c Recipe>,
    services: Vec<&'c Service>,
}

fn list(catalogue: &Catalogue, own: &[OwnEntry], arguments: &CatalogueArguments) -> Result<Answer, Failure> {
    refuse_unknown(catalogue, arguments)?;
    let of_service = arguments.service.as_deref().and_then(|name| catalogue.service(name));
    let listed = Listed {
        data_sets: entries(catalogue, arguments)
            .filter(|entry| is_wanted_data_set(entry, of_service, arguments))
            .collect(),
        recipes: catalogue.recipes().iter().filter(|e| is_wanted_recipe(e, of_service, arguments)).collect(),
        services: catalogue.services().iter().filter(|e| is_wanted_service(e, of_service, arguments)).collect(),
    };
    let services = listed.services.iter().map(
        |entry| json!({ "name": entry.name, "title": entry.title, "over": entry.over, "available": entry.available }),
    );
    let mut json = json!({
        "data_sets": listed.data_sets.iter().map(|entry| data_set_json(entry)).collect::<Vec<_>>(),
        "recipes": listed.recipes.iter().map(|e| json!({ "name": e.name, "title": e.title })).collect::<Vec<_>>(),
        "services": services.collect::<Vec<_>>(),
    });
    if !own.is_empty() {
        json["own_entries"] = json!(own);
    }
    Ok(Answer::new(text(&listed, own), json))
}

/// What may be listed: data sets; and where those without a person link are wanted, the tables
/// without one of a data set that has it.
fn entries<'c>(catalogue: &'c Catalogue, arguments: &CatalogueArguments) -> impl Iterator<Item = &'c DataSet> {
    let with_tables = arguments.extract_only;
    catalogue.data_sets().iter().flat_map(move |entry| {
        let tables = entry.tables.iter().filter(move |_| with_tables && entry.link.person);
        std::iter::once(entry).chain(tables)
    })
}

/// A family, role or service that there is not is more likely a slip than a question.
fn refuse_unknown(catalogue: &Catalogue, arguments: &CatalogueArguments) -> Result<(), Failure> {
    let mut families: Vec<&str> = catalogue.data_sets().iter().filter_map(|entry| entry.family.as_deref()).collect();
    families.sort_unstable();
    families.dedup();
    let roles: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
    let services: Vec<&str> = catalogue.services().iter().map(|entry| entry.name.as_str()).collect();
    let mut faults = Vec::new();
    if let Some(family) = arguments.family.as_deref()
        && !families.iter().any(|known| known.eq_ignore_ascii_case(family))
    {
        faults.push(unknown("--family", "family", family, &families));
    }
    for (option, what, asked, known) in
        [("--role", "role", &arguments.role, &roles), ("--service", "service", &arguments.service, &services)]
    {
        if let Some(name) = asked.as_deref()
            && !known.contains(&name)
        {
            faults.push(unknown(option, what, name, known));
        }
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

/// Whether a data set, or one of its tables or persons, is what is asked for.
fn is_wanted_data_set(entry: &DataSet, of_service: Option<&Service>, arguments: &CatalogueArguments) -> bool {
    let of_family = |family: &String| entry.family.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(family));
    let tables = || std::iter::once(entry).chain(&entry.tables);
    let has_role = |role: &String| {
        let mut persons = tables().flat_map(|table| table.person.values());
        tables().any(|table| table.roles.contains_key(role)) || persons.any(|person| person.roles.contains_key(role))
    };
    let columns = tables().flat_map(|table| &table.fields).flat_map(|field| [&field.name, &field.title]);
    let heads = tables()
        .flat_map(|table| [&table.name, &table.code, &table.title, &table.grain].into_iter().chain(&table.notes));
    arguments.family.as_ref().is_none_or(of_family)
        && arguments.role.as_ref().is_none_or(has_role)
        && (!arguments.linkable || entry.link.person)
        && (!arguments.extract_only || !entry.link.person)
        && of_service.is_none_or(|service| service.over.iter().any(|name| is_of(entry, name)))
        && arguments.search.as_ref().is_none_or(|wanted| has_text(heads.chain(columns), wanted))
}

/// Whether an entry is this data set, or a table of it.
fn is_of(entry: &DataSet, data_set: &str) -> bool {
    entry.name.split('/').next() == Some(data_set)
}

fn is_wanted_recipe(entry: &Recipe, of_service: Option<&Service>, arguments: &CatalogueArguments) -> bool {
    let sides = [&entry.left, &entry.right];
    let of_family = |family: &String| sides.iter().any(|s| s.family.iter().any(|own| own.eq_ignore_ascii_case(family)));
    let texts = [&entry.name, &entry.title].into_iter().chain(&entry.notes);
    arguments.family.as_ref().is_none_or(of_family)
        && arguments.role.as_ref().is_none_or(|role| sides.iter().any(|side| side.roles.contains(role)))
        && !arguments.extract_only
        && of_service.is_none_or(|service| service.recipe.as_ref() == Some(&entry.name))
        && arguments.search.as_ref().is_none_or(|wanted| has_text(texts, wanted))
}

/// A service has neither family nor roles.
fn is_wanted_service(entry: &Service, of_service: Option<&Service>, arguments: &CatalogueArguments) -> bool {
    let texts = [&entry.name, &entry.code, &entry.title, &entry.what].into_iter().chain(&entry.notes);
    let is_of_data_sets = arguments.family.is_some() || arguments.role.is_some() || arguments.linkable;
    !is_of_data_sets
        && !arguments.extract_only
        && of_service.is_none_or(|service| service.name == entry.name)
        && arguments.search.as_ref().is_none_or(|wanted| has_text(texts, wanted))
}

fn has_text<'a>(mut texts: impl Iterator<Item = &'a String>, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    texts.any(|text| text.to_lowercase().contains(&wanted))
}

fn text(listed: &Listed<'_>, own: &[OwnEntry]) -> String {
    let mut page = Page::default();
    if listed.data_sets.is_empty() && listed.recipes.is_empty() && listed.services.is_empty() {
        page.line("nothing in the catalogue fits");
    }
    if !listed.data_sets.is_empty() {
        page.heading("Data sets");
        let columns = [
            Column::Text("name"),
            Column::Text("family"),
            Column::Prose("title", 28),
            Column::Prose("one row is", 20),
            Column::Prose("linked by", 24),
        ];
        page.table(&columns, listed.data_sets.iter().map(|entry| data_set_row(entry)));
    }
    if !listed.recipes.is_empty() {
        page.heading("Recipes");
        let columns = ["name", "title"].map(Column::Text);
        page.table(&columns, listed.recipes.iter().map(|entry| vec![entry.name.clone(), entry.title.clone()]));
    }
    if !listed.services.is_empty() {
        page.heading("Services");
        let columns = [Column::Text("name"), Column::Prose("title", 50), Column::Text("available")];
        let row = |entry: &&Service| vec![entry.name.clone(), entry.title.clone(), entry.available.name().to_owned()];
        page.table(&columns, listed.services.iter().map(row));
    }
    own_entries(&mut page, own);
    page.finish()
}

fn own_entries(page: &mut Page, own: &[OwnEntry]) {
    if !own.is_empty() {
        page.heading("Your own entries");
        let row = |entry: &OwnEntry| {
            let how = if entry.overrides { "goes before the program's" } else { "added" };
            vec![entry.data_set.clone(), how.to_owned(), entry.path.clone()]
        };
        page.table(&["name", "", "file"].map(Column::Text), own.iter().map(row));
    }
}

fn data_set_row(entry: &DataSet) -> Vec<String> {
    let family = entry.family.clone().unwrap_or_default();
    vec![entry.name.clone(), family, entry.title.clone(), entry.grain.clone(), describe::linked_by(entry)]
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
        "persons": entry.persons(),
        "tables": entry.tables.iter().map(|table| &table.name).collect::<Vec<_>>(),
    })
}
