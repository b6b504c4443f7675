//! What an entry must satisfy beyond its form: every name in it points at something.
//!
//! All faults of an entry are found in one go.

mod across;
mod fields;
mod linkage;

use std::collections::BTreeSet;

use counterfoil_core::Fault;
use serde::Serialize;

use crate::data_set::DataSet;
use crate::entry::Entry;
use crate::field::{Field, Tier};
use crate::lines::{Spot, placed};
use crate::nearest::{listed, nearest};
use crate::parts::Covers;

pub(crate) use across::{data_sets as across_data_sets, service as across_service};

/// Where an entry stands: what its text is called in faults, and the text.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) place: &'a str,
    pub(crate) text: &'a str,
}

impl Written<'_> {
    /// A fault at a part of the entry.
    pub(crate) fn fault(&self, at: &Spot, message: impl Into<String>) -> Fault {
        Fault::spec(placed(self.place, self.text, at), message)
    }
}

/// Every fault of content in an entry: `entry` has what it takes from others filled in, and
/// `data_set` is what it comes to.
pub(crate) fn entry(written: Written<'_>, entry: &Entry, data_set: &DataSet) -> Vec<Fault> {
    let mut check = Check::new(written, Spot::whole(), data_set);
    check.heading(entry);
    check.table(data_set);
    if entry.link.is_some() {
        check.link(data_set);
    }
    check.schemes(data_set);
    check.unverified(entry, &entry.unverified.clone().unwrap_or_default());
    let mut faults = check.faults;
    for (table, own) in data_set.tables.iter().zip(&entry.tables) {
        let mut check = Check::new(written, Spot::whole().item("table", &own.name), table);
        check.plain_name(&own.name);
        check.filled([("code", &own.code), ("grain", &own.grain)]);
        check.table(table);
        check.link(table);
        check.unverified(own, &own.unverified);
        faults.extend(check.faults);
    }
    faults.extend(twice(written, data_set));
    faults
}

/// Tables of one name.
fn twice(written: Written<'_>, data_set: &DataSet) -> Vec<Fault> {
    let mut names = BTreeSet::new();
    let again = data_set.tables.iter().map(DataSet::own_name).filter(|name| !names.insert(*name));
    again.map(|name| written.fault(&Spot::whole().item("table", name), "is there twice")).collect()
}

/// Keys, dots parting nested ones, that `entry` does not have.
pub(crate) fn unknown_keys<'k>(entry: &impl Serialize, keys: &'k [String]) -> Vec<&'k String> {
    // What cannot be written as JSON has no keys that could be named.
    let entry = serde_json::to_value(entry).unwrap_or_default();
    let is_there = |key: &str| key.split('.').try_fold(&entry, |within, part| within.get(part)).is_some();
    keys.iter().filter(|key| !is_there(key)).collect()
}

/// Small letters, digits and hyphens, starting with a letter.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The checks of one table, with the faults so far.
struct Check<'a> {
    written: Written<'a>,
    /// Where the table stands in the entry.
    at: Spot,
    faults: Vec<Fault>,
    /// Names as they may be written in keys and roles: each column, and each run by its
    /// pattern.
    columns: BTreeSet<String>,
}

impl<'a> Check<'a> {
    fn new(written: Written<'a>, at: Spot, data_set: &DataSet) -> Check<'a> {
        let mut columns: BTreeSet<String> = data_set.fields.iter().flat_map(Field::spellings).flatten().collect();
        columns.extend(data_set.fields.iter().map(|field| field.name.clone()));
        Check { written, at, faults: Vec::new(), columns }
    }

    fn fault(&mut self, key: &str, message: impl Into<String>) {
        self.faults.push(self.written.fault(&self.at.key(key), message));
    }

    fn heading(&mut self, entry: &Entry) {
        if entry.version != 1 {
            self.fault("version", format!("version {} is not known; this program reads version 1", entry.version));
        }
        self.plain_name(&entry.name);
        self.filled([("code", &entry.code), ("title", &entry.title)]);
        for (key, text) in [("grain", &entry.grain), ("source", &entry.source)] {
            match text {
                None => self.missing_key(key),
                Some(text) => self.filled([(key, text)]),
            }
        }
        if entry.record_key.is_none() {
            self.missing_key("record_key");
        }
        if entry.link.is_none() {
            self.missing_key("link");
        }
        if entry.extends.is_none() && !entry.drop.is_empty() {
            self.fault("drop", "is for an entry that extends another");
        }
        if entry.main_table.is_some() && entry.tables.is_empty() {
            self.fault("main_table", "is for a data set that has further `[[table]]`s");
        }
        if let Some(covers) = &entry.covers {
            self.covers(covers);
        }
    }

    fn missing_key(&mut self, key: &str) {
        self.faults.push(self.written.fault(&Spot::whole(), format!("has no `{key}`")));
    }

    fn plain_name(&mut self, name: &str) {
        if !is_plain_name(name) {
            self.fault("name", format!("`{name}` is not a name of small letters, digits and hyphens"));
        }
    }

    fn filled<const N: usize>(&mut self, texts: [(&str, &String); N]) {
        for (key, text) in texts {
            if text.trim().is_empty() {
                self.fault(key, "is empty");
            }
        }
    }

    fn covers(&mut self, covers: &Covers) {
        for month in std::iter::once(&covers.from).chain(&covers.to) {
            if !has_shape(month, "9999-99") && !has_shape(month, "9999") {
                self.fault("covers", format!("`{month}` is not written `yyyy-mm` or `yyyy`"));
            }
        }
        if covers.to.as_ref().is_some_and(|to| *to < covers.from) {
            self.fault("covers", "ends before it begins");
        }
    }

    /// All that one table has, whether the main one or another; but how it is linked.
    fn table(&mut self, data_set: &DataSet) {
        self.fields(data_set);
        self.keys(data_set);
        self.event_dates(data_set);
        self.roles(data_set, "roles", &data_set.roles);
        self.persons(data_set);
        if let Some(dead) = &data_set.dead {
            self.dead(data_set, dead);
        }
    }

    fn keys(&mut self, data_set: &DataSet) {
        let keys = data_set.record_key.alternatives();
        if keys.is_empty() || keys.len() > 1 && keys.iter().any(Vec::is_empty) {
            self.fault("record_key", "names no column");
        }
        for column in keys.iter().flatten() {
            self.known("record_key", column);
        }
        self.person_key(data_set, "person_key", &data_set.person_key);
        if let Some(latest) = &data_set.latest {
            let columns = latest.per.iter().chain(&latest.by).chain(latest.prefer.keys());
            for column in columns {
                self.known("latest", column);
            }
            if latest.per.is_empty() || latest.by.is_empty() && latest.prefer.is_empty() {
                self.fault("latest", "needs `per`, and `by` or `prefer`");
            }
        }
    }

    fn person_key(&mut self, data_set: &DataSet, key: &str, columns: &[String]) {
        for column in columns {
            self.known(key, column);
            if let Some(field) = field_of(data_set, column)
                && !matches!(field.tier, Tier::Pseudonym | Tier::Identifier)
            {
                self.fault(key, format!("`{column}` has tier {}, not PS or ID", field.tier.letters()));
            }
        }
    }

    /// A scheme is given for columns that are a person key of someone in the data set.
    fn schemes(&mut self, data_set: &DataSet) {
        let tables = || std::iter::once(data_set).chain(&data_set.tables);
        let persons = tables().flat_map(|table| table.person.values()).flat_map(|person| &person.person_key);
        let keys: BTreeSet<&str> =
            tables().flat_map(|table| &table.person_key).chain(persons).map(String::as_str).collect();
        for column in data_set.person_key_scheme.keys().filter(|column| !keys.contains(column.as_str())) {
            let message = format!("`{column}` is not a person key; the person keys are {}", listed(keys.clone()));
            self.fault("person_key_scheme", message);
        }
    }

    fn unverified(&mut self, entry: &impl Serialize, keys: &[String]) {
        for key in unknown_keys(entry, keys) {
            self.fault("unverified", format!("the entry has no `{key}`"));
        }
    }

    /// A column that keys, roles and so on name must be a field.
    fn known(&mut self, key: &str, column: &str) {
        if self.columns.contains(column) {
            return;
        }
        let fault = self.written.fault(&self.at.key(key), format!("`{column}` is not a field of the entry"));
        self.faults.push(match nearest(column, self.columns.iter().map(String::as_str)) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault,
        });
    }
}

fn field_of<'a>(data_set: &'a DataSet, column: &str) -> Option<&'a Field> {
    data_set.fields.iter().find(|field| field.is_column(column))
}

/// Whether `text` has digits where `shape` has nines and is otherwise the same.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'9' { t.is_ascii_digit() } else { t == s })
}
