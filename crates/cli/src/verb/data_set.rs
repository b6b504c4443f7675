//! `counterfoil catalogue show` for a data set: grain, keys, roles, fields, codes, links.

use counterfoil_catalogue::{DataSet, Dead, Field, RoleColumns};

use crate::page::{Column, Page};

/// A data set as people read it.
pub(crate) fn text(entry: &DataSet) -> String {
    let mut page = Page::titled(format!("{}: {}", entry.name, entry.title));
    page.line("");
    page.facts(facts(entry));
    if !entry.roles.is_empty() {
        page.heading("Roles");
        page.facts(entry.roles.iter().map(|(role, spec)| {
            // A built-in entry has been checked, so its roles have a shape.
            let choices = spec.alternatives().unwrap_or_default();
            (role.as_str(), choices.iter().map(role_columns).collect::<Vec<_>>().join(", else "))
        }));
    }
    page.heading("Fields (ID direct identifier, PS pseudonym or key, QI quasi-identifier, SE sensitive, AN analytic)");
    let columns = ["column", "type", "tier", "form", "what it is"].map(Column::Text);
    page.table(&columns, entry.fields.iter().map(field_row));
    page.heading("Codes, other names and remarks");
    page.facts(entry.fields.iter().map(|field| (field.name.as_str(), remarks(entry, field))));
    missing(&mut page, entry);
    if !entry.notes.is_empty() {
        page.heading("Notes");
        page.points(&entry.notes);
    }
    page.finish()
}

/// The roles that persons are linked by, or why they cannot be.
pub(crate) fn linked_by(entry: &DataSet) -> String {
    match (&entry.link.via, entry.link.person) {
        (_, false) => "no person".to_owned(),
        (Some(via), true) if entry.link.by.is_empty() => format!("through {via}"),
        (_, true) => entry.link.by.join(", "),
    }
}

fn facts(entry: &DataSet) -> Vec<(&'static str, String)> {
    let keys = entry.record_key.alternatives().iter().map(|key| key.join(" with "));
    let link = &entry.link;
    let joins = link.on.iter().map(|on| format!("{} = {} of {}", on.column, on.equals, on.to));
    vec![
        ("one row is", format!("one {}", entry.grain)),
        ("record key", keys.collect::<Vec<_>>().join(", else ")),
        ("person key", entry.person_key.join(", else ")),
        ("family", entry.family.clone().unwrap_or_default()),
        ("code", entry.code.clone()),
        ("covers", entry.covers.as_ref().map(covers).unwrap_or_default()),
        ("volume", entry.volume.clone().unwrap_or_default()),
        ("linked by", linked_by(entry)),
        ("not linked", link.reason.clone().unwrap_or_default()),
        ("linked to", link.to.join(", ")),
        ("joined on", joins.collect::<Vec<_>>().join(", ")),
        ("death", entry.dead.as_ref().map(death).unwrap_or_default()),
        ("source", entry.source.clone()),
    ]
}

fn covers(covers: &counterfoil_catalogue::Covers) -> String {
    match &covers.to {
        Some(to) => format!("{} to {to}", covers.from),
        None => format!("from {}", covers.from),
    }
}

fn death(dead: &Dead) -> String {
    let optional = if dead.optional_codes.is_empty() {
        String::new()
    } else {
        format!(" (a job may count {} too)", dead.optional_codes.join(", "))
    };
    format!("{} is {}{optional}; date in {}", dead.column, dead.codes.join(" or "), dead.dates.join(", else "))
}

fn role_columns(columns: &RoleColumns) -> String {
    match columns {
        RoleColumns::One(column) => column.clone(),
        RoleColumns::DateParts { year, month, day } => format!("{year}, {month} and {day}"),
        RoleColumns::WithProvider { column, provider } => format!("{column} with {provider}"),
        RoleColumns::Many(columns) => columns.join(", "),
    }
}

fn field_row(field: &Field) -> Vec<String> {
    vec![
        column_name(field),
        field.kind.name().to_owned(),
        field.tier.letters().to_owned(),
        field.format.clone().unwrap_or_default(),
        field.title.clone(),
    ]
}

/// A run of columns as its first and last.
fn column_name(field: &Field) -> String {
    match field.columns().as_slice() {
        [first, .., last] => format!("{first} … {last}"),
        [only] => only.clone(),
        [] => field.name.clone(),
    }
}

/// What a user of a field should know beside its row: codes, missing values of its own, other
/// names, remarks.
fn remarks(entry: &DataSet, field: &Field) -> String {
    let mut parts = Vec::new();
    let meaning = |(code, meaning): (&String, &String)| {
        if meaning.is_empty() { code.clone() } else { format!("{code} {meaning}") }
    };
    if !field.codes.is_empty() {
        parts.push(field.codes.iter().map(meaning).collect::<Vec<_>>().join(" · "));
    }
    let general = entry.missing.get(&field.kind);
    let own = field.missing.iter().filter(|(value, _)| general.is_none_or(|general| !general.contains_key(*value)));
    let own: Vec<String> = own.map(meaning).collect();
    if !own.is_empty() {
        parts.push(format!("missing: {}", own.join(" · ")));
    }
    let tiers = field.code_tiers.iter().map(|(code, tier)| format!("code {code} is of tier {}", tier.letters()));
    parts.extend(tiers);
    if !field.aliases.is_empty() {
        parts.push(format!("also called {}", field.aliases.join(", ")));
    }
    parts.extend(field.note.clone());
    if field.unverified {
        parts.push("not confirmed by a published source".to_owned());
    }
    let sentences = parts.iter().map(|part| part.trim_end_matches('.'));
    sentences.collect::<Vec<_>>().join(". ")
}

fn missing(page: &mut Page, entry: &DataSet) {
    for (kind, values) in &entry.missing {
        page.heading(format!("Missing in every field of type {}", kind.name()));
        page.facts(values.iter().map(|(value, meaning)| (value.as_str(), meaning.clone())));
    }
}
