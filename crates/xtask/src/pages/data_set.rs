//! The page of a data set, with its further tables.

use counterfoil_catalogue::{Catalogue, DataSet, Field, describe};
use counterfoil_synth::{Gaps, gaps};

use super::markdown::{Markdown, code, link, links, plain};

/// Facts that a further table has from its data set, and that are not said twice.
const INHERITED: [&str; 7] = ["table", "family", "extends", "covers", "linked to", "source", "code"];

/// The page of one data set.
pub(super) fn page(catalogue: &Catalogue, data_set: &DataSet) -> String {
    let mut page = Markdown::titled(&plain(&data_set.title));
    let show = format!("counterfoil catalogue show {}", data_set.name);
    page.paragraph(&format!(
        "In jobs: `is = \"{}\"`. In the terminal: `{show}`. [All entries](README.md).",
        data_set.name
    ));
    facts(&mut page, catalogue, data_set, &[]);
    if !data_set.notes.is_empty() {
        page.heading("Notes");
        page.points(data_set.notes.iter().map(|note| plain(note)));
    }
    if !describe::persons(data_set).is_empty() {
        page.heading("Roles");
        roles(&mut page, data_set);
    }
    page.heading("Fields");
    fields(&mut page, data_set);
    missing(&mut page, data_set);
    for table in &data_set.tables {
        further(&mut page, catalogue, table);
    }
    synthetic(&mut page, data_set);
    services(&mut page, catalogue, data_set);
    page.finish()
}

/// What synthetic data of it leaves out.
fn synthetic(page: &mut Markdown, data_set: &DataSet) {
    let is_of = |gaps: &Gaps| gaps.table.split('/').next() == Some(&data_set.name);
    let made: Vec<Gaps> = gaps().into_iter().filter(is_of).collect();
    if made.is_empty() {
        return;
    }
    page.heading("In synthetic data");
    let names = |columns: &[String]| match columns {
        [] => "none".to_owned(),
        _ => columns.iter().map(|name| code(&name.replace(" to ", "` to `"))).collect::<Vec<_>>().join(", "),
    };
    page.paragraph("What `counterfoil synth` leaves out; of further tables it makes those named here.");
    page.points(made.iter().map(|gaps| {
        let (absent, unfilled) = (names(&gaps.absent), names(&gaps.unfilled));
        format!("{}: fields without a column: {absent}; columns without a value: {unfilled}", code(&gaps.table))
    }));
}

fn further(page: &mut Markdown, catalogue: &Catalogue, table: &DataSet) {
    page.heading(&format!("Table {} ({})", code(&table.name), plain(&table.code)));
    page.paragraph(&format!("{}.", plain(&table.title)));
    facts(page, catalogue, table, &INHERITED);
    if !table.notes.is_empty() {
        page.points(table.notes.iter().map(|note| plain(note)));
    }
    roles(page, table);
    fields(page, table);
}

fn facts(page: &mut Markdown, catalogue: &Catalogue, data_set: &DataSet, without: &[&str]) {
    let facts = describe::facts(data_set).into_iter().filter(|(name, _)| !without.contains(name));
    let row = |(name, text): describe::Fact| {
        let text = match name {
            "linked to" => links(catalogue, &data_set.link.to),
            "extends" => link(catalogue, &text),
            _ => plain(&text),
        };
        [name.to_owned(), text]
    };
    page.table(["", ""], facts.map(row));
}

fn roles(page: &mut Markdown, data_set: &DataSet) {
    for (person, roles) in describe::persons(data_set) {
        if !person.is_empty() {
            let job = if data_set.person.contains_key(&person) {
                format!(": `person = \"{person}\"`")
            } else {
                String::new()
            };
            page.subheading(&format!("Of the {person}{job}"));
        }
        page.table(["Role", "Columns"], roles.into_iter().map(|(role, columns)| [role, plain(&columns)]));
    }
}

fn fields(page: &mut Markdown, data_set: &DataSet) {
    let head = ["Column", "Type", "Tier", "Form", "What it is", "Codes and remarks"];
    page.table(head, data_set.fields.iter().map(|field| row(data_set, field)));
}

fn row(data_set: &DataSet, field: &Field) -> [String; 6] {
    [
        describe::column(field, code),
        field.kind.name().to_owned(),
        field.tier.letters().to_owned(),
        plain(field.format.as_deref().unwrap_or_default()),
        plain(&field.title),
        plain(&describe::remarks(data_set, field)),
    ]
}

fn missing(page: &mut Markdown, data_set: &DataSet) {
    for (kind, values) in describe::missing(data_set) {
        page.paragraph(&format!("Missing in every field of type {kind}:"));
        page.points(values.into_iter().map(|(value, says)| format!("{} {}", code(value), plain(says))));
    }
}

fn services(page: &mut Markdown, catalogue: &Catalogue, data_set: &DataSet) {
    let over = describe::services_over(catalogue, data_set);
    if !over.is_empty() {
        page.heading("Services made from it");
        page.points(over.into_iter().map(|s| format!("{}: {}", link(catalogue, &s.name), plain(&s.title))));
    }
}
