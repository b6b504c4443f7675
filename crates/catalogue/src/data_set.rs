//! A data set: what a row is, which columns are keys, what each field holds and which
//! columns play a role in linkage.
//!
//! The type is what an [`Entry`](crate::Entry) comes to when all that it takes from others is
//! filled in. An index from every spelling of every column to its field is built once, when
//! the entry is loaded and checked.

use std::collections::BTreeMap;

use counterfoil_core::{Fault, FieldKind};
use serde::Serialize;

use crate::field::{Field, FieldType};
use crate::nearest::{listed, nearest};
use crate::parts::{Covers, Dead, Keys, Latest, LinkPolicy, Person, PersonKeyScheme};
use crate::role::{RoleColumns, RoleSpec, all_of, present};

/// One data set, or one table of a data set that has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataSet {
    /// Name used in job files; of a further table `DATA-SET/TABLE`.
    pub name: String,
    /// Code of the data set in the products list, or of the table in the data set.
    pub code: String,
    /// Full name.
    pub title: String,
    /// The entry that this one extends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Of a data set of several tables: what its main table, described here, is called there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_table: Option<String>,
    /// What one row is.
    pub grain: String,
    /// The columns that identify a row; an empty list if none do.
    pub record_key: Keys,
    /// Columns that hold the person's pseudonym; the first one present is used. Empty: the
    /// data set has none, and each row is a person of its own.
    pub person_key: Vec<String>,
    /// How each person key is made, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub person_key_scheme: BTreeMap<String, PersonKeyScheme>,
    /// Where a row is about several persons: what the one of `person_key` and `roles` is
    /// called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_is: Option<String>,
    /// The further persons of a row, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub person: BTreeMap<String, Person>,
    /// Data sets of one family share person keys of one scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The period covered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers: Option<Covers>,
    /// Rows, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Columns of the dates on which something happened, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_dates: Vec<String>,
    /// Which of several rows counts, where deliveries repeat them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Latest>,
    /// Whether and how persons of it can be linked.
    pub link: LinkPolicy,
    /// Where the facts are published.
    pub source: String,
    /// What a user of the data set should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Keys, such as `volume` or `covers.from`, that no published source confirms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// Columns by role.
    pub roles: BTreeMap<String, RoleSpec>,
    /// How a row says that the person died, if the data set can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<Dead>,
    /// Values that stand for "missing" in every field of a type, with what they say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<FieldType, BTreeMap<String, String>>,
    /// The fields, in the order of delivery where that is known.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// The further tables.
    #[serde(rename = "table", skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<DataSet>,
    #[serde(skip)]
    pub(crate) index: BTreeMap<String, Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    field: usize,
    column: usize,
}

impl DataSet {
    /// The table of that name within this data set.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&DataSet> {
        self.tables.iter().find(|table| table.own_name() == name)
    }

    /// Of a further table its name within the data set, else the data set's name.
    #[must_use]
    pub fn own_name(&self) -> &str {
        self.name.rsplit_once('/').map_or(&self.name, |(_, table)| table)
    }

    /// What a row is about: every person's name, the default one first. Empty where it is
    /// about one person, or none.
    #[must_use]
    pub fn persons(&self) -> Vec<&str> {
        self.person_is.iter().chain(self.person.keys()).map(String::as_str).collect()
    }

    /// This data set as it is about another person of its rows; `None` if there is no person
    /// of that name.
    #[must_use]
    pub fn about(&self, person: &str) -> Option<DataSet> {
        if self.person_is.as_deref() == Some(person) {
            return Some(self.clone());
        }
        let Person { person_key, roles } = self.person.get(person)?.clone();
        let by = self.link.by.iter().filter(|role| roles.contains_key(*role)).cloned().collect();
        Some(DataSet { person_key, roles, link: LinkPolicy { by, ..self.link.clone() }, ..self.clone() })
    }

    /// How the keys in that column are made, by any of its spellings; `None` if the entry
    /// does not say.
    #[must_use]
    pub fn scheme_of(&self, column: &str) -> Option<PersonKeyScheme> {
        let field = self.field(column);
        let is_meant =
            |known: &str| known.eq_ignore_ascii_case(column) || self.field(known).is_some_and(|f| Some(f) == field);
        self.person_key_scheme.iter().find(|(known, _)| is_meant(known)).map(|(_, scheme)| *scheme)
    }

    /// The field of a column, by any of its spellings and without regard to case.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<&Field> {
        Some(&self.fields[self.index.get(&column.to_ascii_uppercase())?.field])
    }

    /// Every column under its own name, with its field; repeated fields one column at a
    /// time.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, &Field)> {
        self.fields.iter().flat_map(|field| field.columns().into_iter().map(move |name| (name, field))).collect()
    }

    /// The columns of a role in a file that has `columns_present`, as the file spells them.
    /// The fault's place names the entry; a job puts its own place there.
    ///
    /// # Errors
    /// The data set has no such role, or the file has none of its columns.
    pub fn role(&self, role: &str, columns_present: &[String]) -> Result<RoleColumns, Fault> {
        let place = || format!("data_set.{}.roles.{role}", self.name);
        let Some(spec) = self.roles.get(role) else {
            return Err(self.unknown_role(role));
        };
        spec.resolve_with(&|column| self.found(column, columns_present)).map_err(|message| {
            Fault::spec(place(), message).hint(format!("name the column in the job: `roles.{role} = \"COLUMN\"`"))
        })
    }

    /// The kind of value of a role.
    ///
    /// # Errors
    /// The data set has no such role, or nothing is linked on it.
    pub fn role_kind(&self, role: &str) -> Result<FieldKind, Fault> {
        let spec = self.roles.get(role).ok_or_else(|| self.unknown_role(role))?;
        spec.kind(role).map_err(|message| Fault::spec(format!("data_set.{}.roles.{role}", self.name), message))
    }

    /// The columns of the record key in a file that has `columns_present`, as the file
    /// spells them.
    ///
    /// # Errors
    /// No record key has all its columns in the file.
    pub fn record_key(&self, columns_present: &[String]) -> Result<Vec<String>, Fault> {
        let keys = self.record_key.alternatives();
        let found = keys
            .iter()
            .find_map(|key| key.iter().map(|column| self.spelt(column, columns_present)).collect::<Option<Vec<_>>>());
        found.ok_or_else(|| {
            let wanted: Vec<String> = keys.iter().map(|key| all_of(key)).collect();
            Fault::spec(
                format!("data_set.{}.record_key", self.name),
                format!("the file lacks the columns of the record key: {}", wanted.join(", or ")),
            )
            .hint("name the columns in the job: `record_key = [\"COLUMN\"]`")
        })
    }

    /// The column of the person key in a file that has `columns_present`, as the file spells
    /// it; `None` if it has none.
    #[must_use]
    pub fn person_key(&self, columns_present: &[String]) -> Option<String> {
        self.person_key.iter().find_map(|column| self.spelt(column, columns_present))
    }

    /// What the file calls a column of this entry, if it has it.
    #[must_use]
    pub fn spelt(&self, column: &str, columns_present: &[String]) -> Option<String> {
        match self.index.get(&column.to_ascii_uppercase()) {
            Some(place) => present(&self.fields[place.field].spellings()[place.column], columns_present),
            None => present(&[column.to_owned()], columns_present),
        }
    }

    fn found(&self, column: &str, columns_present: &[String]) -> Option<RoleColumns> {
        let Some(run) = self.fields.iter().find(|field| field.repeat.is_some() && field.name == column) else {
            return self.spelt(column, columns_present).map(RoleColumns::One);
        };
        let spellings = run.spellings();
        let columns: Vec<String> = spellings.iter().filter_map(|names| present(names, columns_present)).collect();
        if columns.is_empty() { None } else { Some(RoleColumns::Many(columns)) }
    }

    fn unknown_role(&self, role: &str) -> Fault {
        let names = || self.roles.keys().map(String::as_str);
        let place = format!("data_set.{}.roles.{role}", self.name);
        let there_are =
            if self.roles.is_empty() { "it has none".to_owned() } else { format!("its roles are {}", listed(names())) };
        let message = format!("`{}` has no role `{role}`; {there_are}", self.name);
        let fault = Fault::spec(place, message);
        match (nearest(role, names()), &self.link.via) {
            (Some(near), _) => fault.hint(format!("did you mean `{near}`?")),
            (None, Some(via)) => fault.hint(format!("its persons are those of `{via}`: link that instead")),
            (None, None) => fault,
        }
    }

    /// Gives each field the missing values of its type, and makes columns findable by every
    /// spelling; here and in the further tables.
    pub(crate) fn finish(&mut self) {
        for field in &mut self.fields {
            for (value, meaning) in self.missing.get(&field.kind).into_iter().flatten() {
                field.missing.entry(value.clone()).or_insert_with(|| meaning.clone());
            }
        }
        for table in &mut self.tables {
            table.finish();
        }
        for (field, of) in self.fields.iter().enumerate() {
            for (column, names) in of.spellings().into_iter().enumerate() {
                for name in names {
                    self.index.insert(name.to_ascii_uppercase(), Place { field, column });
                }
            }
        }
    }
}
