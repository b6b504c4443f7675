//! What an entry must satisfy beyond its form: every name in it points at something.
//!
//! All faults of an entry are found in one go.

use std::collections::{BTreeMap, BTreeSet};

use counterfoil_core::{Fault, FieldKind};

use crate::data_set::{Covers, DataSet, Dead};
use crate::field::{Field, FieldType, Tier, has_placeholder};
use crate::nearest::{listed, nearest};
use crate::role::{ROLES, RoleColumns, RoleSpec};

/// Every fault of content in an entry.
pub(crate) fn data_set(place: &str, entry: &DataSet) -> Vec<Fault> {
    let mut check = Check { place, faults: Vec::new(), columns: columns(entry) };
    check.heading(entry);
    for field in &entry.fields {
        check.field(field);
    }
    check.names_unique(entry);
    check.keys(entry);
    check.link(entry);
    for (role, spec) in &entry.roles {
        check.role(entry, role, spec);
    }
    if let Some(dead) = &entry.dead {
        check.dead(entry, dead);
    }
    if let Some(values) = entry.missing.get(&FieldType::Date) {
        check.date_sentinels("missing.date", values);
    }
    check.faults
}

/// Names as they may be written in keys and roles: each column, and each run by its pattern.
fn columns(entry: &DataSet) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = entry.fields.iter().flat_map(Field::spellings).flatten().collect();
    names.extend(entry.fields.iter().map(|field| field.name.clone()));
    names
}

struct Check<'a> {
    place: &'a str,
    faults: Vec<Fault>,
    columns: BTreeSet<String>,
}

impl Check<'_> {
    fn fault(&mut self, at: &str, message: impl Into<String>) {
        self.faults.push(Fault::spec(format!("{}, {at}", self.place), message));
    }

    fn heading(&mut self, entry: &DataSet) {
        if entry.version != 1 {
            self.fault("version", format!("version {} is not known; this program reads version 1", entry.version));
        }
        if !is_plain_name(&entry.name) {
            self.fault("name", format!("`{}` is not a name of small letters, digits and hyphens", entry.name));
        }
        let texts =
            [("code", &entry.code), ("title", &entry.title), ("grain", &entry.grain), ("source", &entry.source)];
        for (at, text) in texts {
            if text.trim().is_empty() {
                self.fault(at, "is empty");
            }
        }
        if let Some(covers) = &entry.covers {
            self.covers(covers);
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

    fn field(&mut self, field: &Field) {
        let at = format!("field `{}`", field.name);
        if field.title.trim().is_empty() {
            self.fault(&at, "has no title");
        }
        let patterned = std::iter::once(&field.name).chain(&field.aliases).filter(|n| has_placeholder(n)).count();
        match field.repeat {
            None if patterned > 0 => self.fault(&at, "has a placeholder in its name but no `repeat`"),
            Some(_) if patterned <= field.aliases.len() => {
                self.fault(&at, "is repeated, so its name and aliases each need `{n}`, `{nn}` or `{a}`");
            }
            Some(run) if run.from == 0 || run.from >= run.to || run.to > 99 => {
                self.fault(&at, "`repeat` must run upwards within 1 to 99");
            }
            _ => {}
        }
        self.codes(&at, field);
        if field.kind == FieldType::Date {
            self.date_sentinels(&at, &field.missing);
        }
    }

    fn codes(&mut self, at: &str, field: &Field) {
        for code in field.sex_codes.keys().chain(field.code_tiers.keys()) {
            if !field.codes.contains_key(code) {
                self.fault(at, format!("code `{code}` is used but not among `codes`"));
            }
        }
        for value in field.missing.keys() {
            if field.codes.contains_key(value) {
                self.fault(at, format!("`{value}` is both a code and a missing value"));
            }
        }
        if !field.sex_codes.is_empty() && field.sex_codes.len() != field.codes.len() {
            self.fault(at, "`sex_codes` must say what each of `codes` means");
        }
    }

    fn date_sentinels(&mut self, at: &str, values: &BTreeMap<String, String>) {
        for value in values.keys() {
            if !has_shape(value, "9999-99-99") {
                self.fault(at, format!("missing date `{value}` is not written `yyyy-mm-dd`"));
            }
        }
    }

    fn names_unique(&mut self, entry: &DataSet) {
        let mut owner: BTreeMap<String, &str> = BTreeMap::new();
        let mut names = BTreeSet::new();
        for field in &entry.fields {
            let at = format!("field `{}`", field.name);
            if !names.insert(&field.name) {
                self.fault(&at, "is there twice");
            }
            for name in field.spellings().into_iter().flatten() {
                let first = *owner.entry(name.to_ascii_uppercase()).or_insert(&field.name);
                if first != field.name {
                    self.fault(&at, format!("column `{name}` is already one of field `{first}`"));
                }
            }
        }
    }

    fn keys(&mut self, entry: &DataSet) {
        let keys = entry.record_key.alternatives();
        if keys.is_empty() || keys.iter().any(Vec::is_empty) {
            self.fault("record_key", "names no column");
        }
        for column in keys.iter().flatten() {
            self.known("record_key", column);
        }
        for column in &entry.person_key {
            self.known("person_key", column);
            if let Some(field) = field_of(entry, column)
                && !matches!(field.tier, Tier::Pseudonym | Tier::Identifier)
            {
                self.fault("person_key", format!("`{column}` has tier {}, not PS or ID", field.tier.letters()));
            }
        }
    }

    fn known(&mut self, at: &str, column: &str) {
        if self.columns.contains(column) {
            return;
        }
        let near = nearest(column, self.columns.iter().map(String::as_str));
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let mut fault = Fault::spec(format!("{}, {at}", self.place), format!("`{column}` is not a field of the entry"));
        fault.hint = hint;
        self.faults.push(fault);
    }

    fn link(&mut self, entry: &DataSet) {
        let link = &entry.link;
        match (link.person, &link.reason) {
            (true, Some(_)) => self.fault("link", "gives a `reason`, which is for data sets without a person link"),
            (false, None) => self.fault("link", "needs a `reason` why persons cannot be linked"),
            (true, None) if link.by.is_empty() && link.via.is_none() => {
                self.fault("link", "needs `by` (roles) or `via` (a data set)");
            }
            (false, Some(_)) if !link.by.is_empty() || link.via.is_some() => {
                self.fault("link", "says that persons cannot be linked and how they are");
            }
            _ => {}
        }
        for role in &link.by {
            if !entry.roles.contains_key(role) {
                let roles = listed(entry.roles.keys().map(String::as_str));
                self.fault("link.by", format!("`{role}` is not a role of the entry; its roles are {roles}"));
            }
        }
        for name in link.to.iter().chain(&link.via).chain(link.on.iter().map(|on| &on.to)) {
            if !is_plain_name(name) {
                self.fault("link", format!("`{name}` is not the name of a data set"));
            }
        }
        for on in &link.on {
            self.known("link.on", &on.column);
        }
    }

    fn role(&mut self, entry: &DataSet, role: &str, spec: &RoleSpec) {
        let at = format!("roles.{role}");
        let standard = ROLES.iter().any(|(name, _)| *name == role);
        if (spec.declared_type().is_some() || !standard)
            && let Err(message) = spec.kind(role)
        {
            self.fault(&at, message);
        }
        match spec.alternatives() {
            Err(message) => self.fault(&at, message),
            Ok(alternatives) => {
                for columns in &alternatives {
                    self.role_columns(entry, &at, role, columns);
                }
            }
        }
    }

    fn role_columns(&mut self, entry: &DataSet, at: &str, role: &str, columns: &RoleColumns) {
        for column in columns.names() {
            self.known(at, column);
            let Some(field) = field_of(entry, column) else { continue };
            match FieldKind::of_role(role) {
                Some(FieldKind::Sex) if field.sex_codes.is_empty() => {
                    self.fault(at, format!("field `{column}` has no `sex_codes`"));
                }
                Some(FieldKind::Sex) | None => {}
                // The provider beside a local patient id is no identifier of a person.
                Some(FieldKind::LocalPatientId) if field.tier == Tier::QuasiIdentifier => {}
                Some(_) if field.tier != Tier::Identifier => {
                    self.fault(at, format!("field `{column}` identifies a person, so its tier must be ID"));
                }
                Some(_) => {}
            }
        }
    }

    fn dead(&mut self, entry: &DataSet, dead: &Dead) {
        self.known("dead.column", &dead.column);
        if dead.codes.is_empty() {
            self.fault("dead.codes", "is empty");
        }
        if let Some(field) = field_of(entry, &dead.column) {
            for code in dead.codes.iter().chain(&dead.optional_codes) {
                if !field.codes.contains_key(code) {
                    self.fault("dead.codes", format!("`{code}` is not a code of `{}`", dead.column));
                }
            }
        }
        for column in &dead.dates {
            self.known("dead.dates", column);
            if field_of(entry, column).is_some_and(|field| field.kind != FieldType::Date) {
                self.fault("dead.dates", format!("`{column}` is not a date"));
            }
        }
    }
}

fn field_of<'a>(entry: &'a DataSet, column: &str) -> Option<&'a Field> {
    entry.fields.iter().find(|field| field.name == column || field.spellings().iter().flatten().any(|n| n == column))
}

/// Small letters, digits and hyphens, starting with a letter.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Whether `text` has digits where `shape` has nines and is otherwise the same.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'9' { t.is_ascii_digit() } else { t == s })
}
