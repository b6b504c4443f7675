//! From an entry as written to the data set that it describes, and to its further tables.

use std::collections::BTreeMap;

use crate::data_set::DataSet;
use crate::entry::{Entry, TableEntry};
use crate::field::Field;
use crate::parts::{Keys, LinkPolicy};

/// The data set that an entry describes, nothing checked. What the entry lacks is empty.
pub(crate) fn data_set(entry: &Entry) -> DataSet {
    let mut main = DataSet {
        name: entry.name.clone(),
        code: entry.code.clone(),
        title: entry.title.clone(),
        extends: entry.extends.clone(),
        main_table: entry.main_table.clone(),
        grain: entry.grain.clone().unwrap_or_default(),
        record_key: entry.record_key.clone().unwrap_or(Keys::One(Vec::new())),
        person_key: entry.person_key.clone().unwrap_or_default(),
        person_key_scheme: entry.person_key_scheme.clone().unwrap_or_default(),
        person_is: entry.person_is.clone(),
        person: entry.person.clone(),
        family: entry.family.clone(),
        covers: entry.covers.clone(),
        volume: entry.volume.clone(),
        event_dates: entry.event_dates.clone().unwrap_or_default(),
        latest: entry.latest.clone(),
        link: entry.link.clone().unwrap_or_default(),
        source: entry.source.clone().unwrap_or_default(),
        notes: entry.notes.clone().unwrap_or_default(),
        unverified: entry.unverified.clone().unwrap_or_default(),
        roles: entry.roles.clone().unwrap_or_default(),
        dead: entry.dead.clone(),
        missing: entry.missing.clone().unwrap_or_default(),
        fields: entry.fields.clone(),
        tables: Vec::new(),
        index: BTreeMap::new(),
    };
    main.tables = entry.tables.iter().map(|table| table_of(&main, table)).collect();
    main
}

/// A further table, with what it has from its data set.
fn table_of(main: &DataSet, table: &TableEntry) -> DataSet {
    let mut own = DataSet {
        name: format!("{}/{}", main.name, table.name),
        code: table.code.clone(),
        title: table.title.clone().unwrap_or_else(|| format!("{}: {}", main.title, table.name)),
        main_table: None,
        grain: table.grain.clone(),
        record_key: table.record_key.clone(),
        person_key: table.person_key.clone().unwrap_or_else(|| main.person_key.clone()),
        person_is: table.person_is.clone(),
        person: table.person.clone(),
        volume: table.volume.clone(),
        event_dates: table.event_dates.clone(),
        latest: table.latest.clone(),
        link: table.link.clone().unwrap_or_else(|| inherited_link(main, table)),
        notes: table.notes.clone(),
        unverified: table.unverified.clone(),
        roles: table.roles.clone(),
        dead: None,
        fields: table.fields.clone(),
        ..main.clone()
    };
    own.fields.extend(key_fields(main, &own));
    own
}

/// A table's persons are linked as its data set's are: by those roles of it that the table
/// has itself, else through it.
fn inherited_link(main: &DataSet, table: &TableEntry) -> LinkPolicy {
    let by: Vec<String> = main.link.by.iter().filter(|role| table.roles.contains_key(*role)).cloned().collect();
    let through = main.link.via.clone().unwrap_or_else(|| main.name.clone());
    LinkPolicy {
        via: (main.link.person && by.is_empty()).then_some(through),
        by,
        on: Vec::new(),
        areas: Vec::new(),
        organisations: Vec::new(),
        ..main.link.clone()
    }
}

/// The fields of a table's key columns that it does not describe itself.
fn key_fields(main: &DataSet, table: &DataSet) -> Vec<Field> {
    let keys = table.record_key.alternatives().iter().flatten().chain(&table.person_key);
    let described = |column: &str| table.fields.iter().any(|field| field.is_column(column));
    let mut found: Vec<Field> = Vec::new();
    for column in keys.filter(|column| !described(column)) {
        let field = main.fields.iter().find(|field| field.is_column(column));
        found.extend(field.filter(|field| !found.contains(field)).cloned());
    }
    found
}
