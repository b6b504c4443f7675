//! What there is to say of an entry, in words: the same for the terminal and for the pages
//! of the documentation, which only lay it out.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::data_set::DataSet;
use crate::field::{Field, FieldType};
use crate::parts::{Covers, Dead, Latest, LinkPolicy};
use crate::role::{RoleColumns, RoleSpec, Told};
use crate::service::Service;

/// A name and what is to be said of it.
pub type Fact = (&'static str, String);

/// What is known of a data set or table beside its roles and fields, in a fixed order; what
/// there is nothing to say of is left out. A fact that no published source confirms says so.
#[must_use]
pub fn facts(data_set: &DataSet) -> Vec<Fact> {
    let link = &data_set.link;
    let facts = [
        ("one row is", "grain", format!("one {}", data_set.grain)),
        ("table", "main_table", data_set.main_table.clone().unwrap_or_default()),
        ("record key", "record_key", record_key(data_set)),
        ("person key", "person_key", person_key(data_set, &data_set.person_key)),
        ("family", "family", data_set.family.clone().unwrap_or_default()),
        ("code", "code", data_set.code.clone()),
        ("extends", "extends", data_set.extends.clone().unwrap_or_default()),
        ("covers", "covers", data_set.covers.as_ref().map(covers).unwrap_or_default()),
        ("volume", "volume", data_set.volume.clone().unwrap_or_default()),
        ("event dates", "event_dates", data_set.event_dates.join(", ")),
        ("latest row", "latest", data_set.latest.as_ref().map(latest).unwrap_or_default()),
        ("linked by", "link", linked_by(data_set)),
        ("not linked", "link.reason", link.reason.clone().unwrap_or_default()),
        ("linked to", "link.to", link.to.join(", ")),
        ("joined on", "link.on", joins(link)),
        ("by area", "link.areas", link.areas.join(", ")),
        ("by organisation", "link.organisations", link.organisations.join(", ")),
        ("death", "dead", data_set.dead.as_ref().map(death).unwrap_or_default()),
        ("source", "source", data_set.source.clone()),
    ];
    let known = facts.into_iter().filter(|(_, _, text)| !text.is_empty());
    known.map(|(name, key, text)| (name, marked(data_set, key, text))).collect()
}

/// The roles that persons are linked by, or why they cannot be, in a few words.
#[must_use]
pub fn linked_by(data_set: &DataSet) -> String {
    let link = &data_set.link;
    match (&link.via, link.person) {
        (_, false) => "no person".to_owned(),
        (Some(via), true) if link.by.is_empty() => format!("through {via}"),
        (None, true) if link.by.is_empty() => "person key".to_owned(),
        (_, true) => link.by.join(", "),
    }
}

/// Every person of a row with their person key and roles; the name is empty where a row is
/// about one person.
#[must_use]
pub fn persons(data_set: &DataSet) -> Vec<(String, Vec<(String, String)>)> {
    let own = (data_set.person_is.clone().unwrap_or_default(), roles(&data_set.roles));
    let further = data_set.person.iter().map(|(name, person)| {
        let key = person_key(data_set, &person.person_key);
        let key = (!key.is_empty()).then(|| ("person key".to_owned(), key));
        (name.clone(), key.into_iter().chain(roles(&person.roles)).collect())
    });
    std::iter::once(own).chain(further).filter(|(_, roles): &(_, Vec<_>)| !roles.is_empty()).collect()
}

/// Roles with their columns, in the order of preference.
fn roles(roles: &BTreeMap<String, RoleSpec>) -> Vec<(String, String)> {
    let columns = |spec: &RoleSpec| {
        // An entry of a catalogue has been checked, so its roles have a shape.
        let choices = spec.alternatives().unwrap_or_default();
        choices.iter().map(role_columns).collect::<Vec<_>>().join(", else ")
    };
    roles.iter().map(|(role, spec)| (role.clone(), columns(spec))).collect()
}

/// The mark of a field that no published source confirms.
pub const UNVERIFIED: &str = "†";

/// The column of a field, or the first and last of a run, as `shown` shows a name; with a
/// mark if it is unverified.
#[must_use]
pub fn column(field: &Field, shown: impl Fn(&str) -> String) -> String {
    let columns = match field.columns().as_slice() {
        [first, .., last] => format!("{} … {}", shown(first), shown(last)),
        [only] => shown(only),
        [] => shown(&field.name),
    };
    if field.unverified { format!("{columns} {UNVERIFIED}") } else { columns }
}

/// What a user of a field should know beside its row: codes, missing values of its own, other
/// names, remarks.
#[must_use]
pub fn remarks(data_set: &DataSet, field: &Field) -> String {
    let mut parts = Vec::new();
    if !field.codes.is_empty() {
        parts.push(field.codes.iter().map(meaning).collect::<Vec<_>>().join(" · "));
    }
    let general = data_set.missing.get(&field.kind);
    let own = field.missing.iter().filter(|(value, _)| general.is_none_or(|general| !general.contains_key(*value)));
    let own: Vec<String> = own.map(meaning).collect();
    if !own.is_empty() {
        parts.push(format!("missing: {}", own.join(" · ")));
    }
    parts.extend(field.code_tiers.iter().map(|(code, tier)| format!("code {code} is of tier {}", tier.letters())));
    let numbers: Vec<String> = field.code_numbers.iter().map(|(code, number)| format!("{code} is {number}")).collect();
    if !numbers.is_empty() {
        parts.push(format!("as a number: {}", numbers.join(" · ")));
    }
    if !field.aliases.is_empty() {
        parts.push(format!("also called {}", field.aliases.join(", ")));
    }
    parts.extend(field.note.clone());
    let sentences = parts.iter().map(|part| part.trim_end_matches('.'));
    sentences.collect::<Vec<_>>().join(". ")
}

/// Values that mean "missing" in every field of a type: the type's name, and each value with
/// what it says.
#[must_use]
pub fn missing(data_set: &DataSet) -> Vec<(&'static str, Vec<(&str, &str)>)> {
    let of =
        |kind: &FieldType| data_set.missing[kind].iter().map(|(value, says)| (value.as_str(), says.as_str())).collect();
    data_set.missing.keys().map(|kind| (kind.name(), of(kind))).collect()
}

/// The services that are made from a data set.
#[must_use]
pub fn services_over<'c>(catalogue: &'c Catalogue, data_set: &DataSet) -> Vec<&'c Service> {
    catalogue.services().iter().filter(|service| service.over.contains(&data_set.name)).collect()
}

/// What is known of a service.
#[must_use]
pub fn service(service: &Service) -> Vec<Fact> {
    let facts = [
        ("what", "what", service.what.clone()),
        ("code", "code", service.code.clone()),
        ("made from", "over", service.over.join(", ")),
        ("recipe", "recipe", service.recipe.clone().unwrap_or_default()),
        ("needs", "needs", service.needs.clone()),
        ("available", "available", service.available.name().to_owned()),
        ("how", "how", service.how.clone()),
        ("source", "source", service.source.clone()),
    ];
    let known = facts.into_iter().filter(|(_, _, text)| !text.is_empty());
    known.map(|(name, key, text)| (name, with_mark(&service.unverified, key, text))).collect()
}

fn marked(data_set: &DataSet, key: &str, text: String) -> String {
    with_mark(&data_set.unverified, key, text)
}

/// The text, and whether the key it is of, or which part of that, is unverified.
fn with_mark(unverified: &[String], key: &str, text: String) -> String {
    if unverified.iter().any(|known| known == key) {
        return format!("{text} (unverified)");
    }
    let within = format!("{key}.");
    let parts: Vec<&str> = unverified.iter().filter_map(|known| known.strip_prefix(&within)).collect();
    // Parts that have facts of their own are marked there.
    if parts.is_empty() || key == "link" { text } else { format!("{text} (unverified: {})", parts.join(", ")) }
}

fn record_key(data_set: &DataSet) -> String {
    let keys = data_set.record_key.alternatives().iter().map(|key| key.join(" with "));
    match keys.collect::<Vec<_>>().join(", else ") {
        none if none.is_empty() => "none".to_owned(),
        keys => keys,
    }
}

fn person_key(data_set: &DataSet, columns: &[String]) -> String {
    let named = columns.iter().map(|column| match data_set.scheme_of(column) {
        Some(scheme) => format!("{column} ({})", scheme.name()),
        None => column.clone(),
    });
    named.collect::<Vec<_>>().join(", else ")
}

fn covers(covers: &Covers) -> String {
    match &covers.to {
        Some(to) => format!("{} to {to}", covers.from),
        None => format!("from {}", covers.from),
    }
}

fn latest(latest: &Latest) -> String {
    let prefer = latest.prefer.iter().map(|(column, value)| format!("{column} is {value}"));
    let by = (!latest.by.is_empty()).then(|| format!("the highest {}", latest.by.join(" and ")));
    let which = prefer.chain(by).collect::<Vec<_>>().join(", then ");
    format!("of each {}: {which}", latest.per.join(" and "))
}

fn joins(link: &LinkPolicy) -> String {
    let joins = link.on.iter().map(|on| format!("{} = {} of {}", on.column, on.equals, on.to));
    joins.collect::<Vec<_>>().join(", ")
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
        RoleColumns::YearByAge { age, told: Told::In(year) } => format!("{age} in {year}"),
        RoleColumns::YearByAge { age, told: Told::At(year) } => format!("{age} in the year {year}"),
        RoleColumns::AgeByBirth { born, at } => format!("the age in the year {at} by {born}"),
        RoleColumns::WithProvider { column, provider } => format!("{column} with {provider}"),
        RoleColumns::Many(columns) => columns.join(", "),
        RoleColumns::Joined(columns) => columns.join(" and "),
    }
}

fn meaning((code, meaning): (&String, &String)) -> String {
    if meaning.is_empty() { code.clone() } else { format!("{code} {meaning}") }
}
