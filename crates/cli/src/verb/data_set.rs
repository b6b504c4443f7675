//! `counterfoil catalogue show` for a data set: grain, keys, roles, fields, codes, links.

use counterfoil_catalogue::describe;
use counterfoil_catalogue::{Catalogue, DataSet, Field};

use crate::page::{Column, Page};

/// A data set as people read it; `catalogue` is where it is from.
pub(crate) fn text(catalogue: &Catalogue, data_set: &DataSet) -> String {
    let mut page = Page::titled(format!("{}: {}", data_set.name, data_set.title));
    page.line("");
    page.facts(describe::facts(data_set));
    for (person, roles) in describe::persons(data_set) {
        page.heading(if person.is_empty() { "Roles".to_owned() } else { format!("Roles of the {person}") });
        page.facts(roles.iter().map(|(role, columns)| (role.as_str(), columns.clone())));
    }
    page.heading("Fields (ID direct identifier, PS pseudonym or key, QI quasi-identifier, SE sensitive, AN analytic)");
    if data_set.fields.iter().any(|field| field.unverified) {
        page.line(format!("{} no published source confirms the field", describe::UNVERIFIED));
    }
    let columns = ["column", "type", "tier", "form", "what it is"].map(Column::Text);
    page.table(&columns, data_set.fields.iter().map(field_row));
    remarks(&mut page, data_set);
    for (kind, values) in describe::missing(data_set) {
        page.heading(format!("Missing in every field of type {kind}"));
        page.facts(values.into_iter().map(|(value, meaning)| (value, meaning.to_owned())));
    }
    tables(&mut page, data_set);
    services(&mut page, catalogue, data_set);
    if !data_set.notes.is_empty() {
        page.heading("Notes");
        page.points(&data_set.notes);
    }
    page.finish()
}

fn field_row(field: &Field) -> Vec<String> {
    vec![
        describe::column(field, str::to_owned),
        field.kind.name().to_owned(),
        field.tier.letters().to_owned(),
        field.format.clone().unwrap_or_default(),
        field.title.clone(),
    ]
}

fn remarks(page: &mut Page, data_set: &DataSet) {
    let remarks = data_set.fields.iter().map(|field| (field.name.as_str(), describe::remarks(data_set, field)));
    let remarks: Vec<_> = remarks.filter(|(_, remark)| !remark.is_empty()).collect();
    if !remarks.is_empty() {
        page.heading("Codes, other names and remarks");
        page.facts(remarks);
    }
}

fn tables(page: &mut Page, data_set: &DataSet) {
    if !data_set.tables.is_empty() {
        page.heading("Further tables, each shown by its name");
        let columns = [Column::Text("name"), Column::Text("table"), Column::Prose("one row is", 48)];
        let row = |table: &DataSet| vec![table.name.clone(), table.code.clone(), table.grain.clone()];
        page.table(&columns, data_set.tables.iter().map(row));
    }
}

fn services(page: &mut Page, catalogue: &Catalogue, data_set: &DataSet) {
    let over = describe::services_over(catalogue, data_set);
    if !over.is_empty() {
        page.heading("Services made from it");
        page.facts(over.into_iter().map(|service| (service.name.as_str(), service.title.clone())));
    }
}
