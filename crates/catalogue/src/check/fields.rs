//! Checks of the fields: names, runs, codes, missing values.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, field_of, has_shape};
use crate::data_set::DataSet;
use crate::field::{Field, FieldType, has_placeholder};
use crate::lines::Spot;

impl Check<'_> {
    pub(super) fn fields(&mut self, data_set: &DataSet) {
        for field in &data_set.fields {
            self.field(field);
        }
        self.names_unique(data_set);
        if let Some(values) = data_set.missing.get(&FieldType::Date) {
            self.date_sentinels(&Spot::whole().key("missing.date"), values);
        }
    }

    /// Something can be said to have happened on a date; a month is the best that some data
    /// sets have, and some write dates as text.
    pub(super) fn event_dates(&mut self, data_set: &DataSet) {
        for column in &data_set.event_dates {
            self.known("event_dates", column);
            let kind = field_of(data_set, column).map(|field| field.kind);
            if kind.is_some_and(|kind| !matches!(kind, FieldType::Date | FieldType::Month | FieldType::Text)) {
                self.fault("event_dates", format!("`{column}` is not a date"));
            }
        }
    }

    fn at_field(&mut self, at: &Spot, message: impl Into<String>) {
        self.faults.push(self.written.fault(at, message));
    }

    fn field(&mut self, field: &Field) {
        let at = self.at.item("field", &field.name);
        if field.title.trim().is_empty() {
            self.at_field(&at, "has no title");
        }
        let patterned = std::iter::once(&field.name).chain(&field.aliases).filter(|n| has_placeholder(n)).count();
        match field.repeat {
            None if patterned > 0 => self.at_field(&at, "has a placeholder in its name but no `repeat`"),
            Some(_) if patterned <= field.aliases.len() => {
                self.at_field(&at, "is repeated, so its name and aliases each need `{n}`, `{nn}` or `{a}`");
            }
            Some(run) if run.from == 0 || run.from >= run.to || run.to > 99 => {
                self.at_field(&at, "`repeat` must run upwards within 1 to 99");
            }
            _ => {}
        }
        self.codes(&at, field);
        if field.kind == FieldType::Date {
            self.date_sentinels(&at, &field.missing);
        }
    }

    fn codes(&mut self, at: &Spot, field: &Field) {
        for code in field.sex_codes.keys().chain(field.code_tiers.keys()).chain(field.code_numbers.keys()) {
            if !field.codes.contains_key(code) {
                self.at_field(at, format!("code `{code}` is used but not among `codes`"));
            }
        }
        for value in field.missing.keys() {
            if field.codes.contains_key(value) {
                self.at_field(at, format!("`{value}` is both a code and a missing value"));
            }
        }
        if !field.sex_codes.is_empty() && field.sex_codes.len() != field.codes.len() {
            self.at_field(at, "`sex_codes` must say what each of `codes` means");
        }
    }

    fn date_sentinels(&mut self, at: &Spot, values: &BTreeMap<String, String>) {
        for value in values.keys() {
            if !has_shape(value, "9999-99-99") {
                self.at_field(at, format!("missing date `{value}` is not written `yyyy-mm-dd`"));
            }
        }
    }

    fn names_unique(&mut self, data_set: &DataSet) {
        let mut owner: BTreeMap<String, &str> = BTreeMap::new();
        let mut names = BTreeSet::new();
        for field in &data_set.fields {
            let at = self.at.item("field", &field.name);
            if !names.insert(&field.name) {
                self.at_field(&at, "is there twice");
            }
            for name in field.spellings().into_iter().flatten() {
                let first = *owner.entry(name.to_ascii_uppercase()).or_insert(&field.name);
                if first != field.name {
                    self.at_field(&at, format!("column `{name}` is already one of field `{first}`"));
                }
            }
        }
    }
}
