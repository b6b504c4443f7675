//! A data set: what a row is, which columns are keys, what each field holds and which
//! columns play a role in linkage.
//!
//! The type is the shape of the TOML file. An index from every spelling of every column to
//! its field is built once, when the entry is loaded and checked.

use std::collections::BTreeMap;

use counterfoil_core::{Fault, FieldKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check;
use crate::field::{Field, FieldType};
use crate::nearest::{listed, nearest};
use crate::parse::parse;
use crate::role::{RoleColumns, RoleSpec, all_of, present};

/// The definition of one data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil data set")]
pub struct DataSet {
    /// Version of this shape: 1.
    pub version: u32,
    /// Name used in job files: small letters, digits and hyphens.
    pub name: String,
    /// Code of the data set in the products list it comes from.
    pub code: String,
    /// Full name.
    pub title: String,
    /// What one row is.
    pub grain: String,
    /// The columns that identify a row.
    pub record_key: Keys,
    /// Columns that hold the person's pseudonym; the first one present is used. Empty: the
    /// data set has none, and each row is a person of its own.
    #[serde(default)]
    pub person_key: Vec<String>,
    /// Data sets of one family share person keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The period covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Covers>,
    /// Rows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Whether and how persons of it can be linked.
    pub link: LinkPolicy,
    /// Where the facts in this entry are published.
    pub source: String,
    /// What a user of the data set should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Columns by role.
    #[serde(default)]
    pub roles: BTreeMap<String, RoleSpec>,
    /// How a row says that the person died, if the data set can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead: Option<Dead>,
    /// Values that stand for "missing" in every field of a type, with what they say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<FieldType, BTreeMap<String, String>>,
    /// The fields, in the order of delivery where that is known.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    #[serde(skip)]
    #[schemars(skip)]
    index: BTreeMap<String, Place>,
}

/// One record key, or several of which the first with all columns present is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a list of columns, or a list of such lists")]
pub enum Keys {
    /// The columns of the only key.
    One(Vec<String>),
    /// Alternative keys.
    FirstOf(Vec<Vec<String>>),
}

impl Keys {
    /// The alternatives, in order of preference.
    #[must_use]
    pub fn alternatives(&self) -> &[Vec<String>] {
        match self {
            Keys::One(columns) => std::slice::from_ref(columns),
            Keys::FirstOf(keys) => keys,
        }
    }
}

/// The period a data set covers, as `yyyy-mm`, or `yyyy` where the month is not published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// First month.
    pub from: String,
    /// Last month; left out while the data set is collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Whether persons of the data set can be linked to other data sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkPolicy {
    /// Whether there is any person-level link.
    pub person: bool,
    /// Roles that it rests on; empty when it goes through another data set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// The data set through which it goes, for one without identifiers of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Columns that lead to records of other data sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<JoinColumns>,
    /// Data sets it is routinely linked to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// Why there is no person-level link; given exactly when `person` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A column here that equals a column of another data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinColumns {
    /// Column of this data set.
    pub column: String,
    /// The other data set.
    pub to: String,
    /// Its column.
    pub equals: String,
}

/// How a row says that the person died in the care it records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dead {
    /// The column that says it.
    pub column: String,
    /// The codes that do.
    pub codes: Vec<String>,
    /// Codes that a job may count as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional_codes: Vec<String>,
    /// Columns of the date of death; the first that holds a date is taken, row by row.
    pub dates: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    field: usize,
    column: usize,
}

impl DataSet {
    /// Reads and checks one entry. `place` is what the text is called in faults.
    ///
    /// # Errors
    /// The first fault of form, or every fault of content.
    pub fn from_toml(place: &str, text: &str) -> Result<DataSet, Vec<Fault>> {
        let mut data_set: DataSet = parse(place, text).map_err(|fault| vec![fault])?;
        let faults = check::data_set(place, &data_set);
        if !faults.is_empty() {
            return Err(faults);
        }
        data_set.spread_missing();
        data_set.index_fields();
        Ok(data_set)
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
        let message = format!("`{}` has no role `{role}`; its roles are {}", self.name, listed(names()));
        let fault = Fault::spec(place, message);
        match (nearest(role, names()), &self.link.via) {
            (Some(near), _) => fault.hint(format!("did you mean `{near}`?")),
            (None, Some(via)) => fault.hint(format!("its persons are those of `{via}`: link that instead")),
            (None, None) => fault,
        }
    }

    fn spread_missing(&mut self) {
        for field in &mut self.fields {
            for (value, meaning) in self.missing.get(&field.kind).into_iter().flatten() {
                field.missing.entry(value.clone()).or_insert_with(|| meaning.clone());
            }
        }
    }

    fn index_fields(&mut self) {
        for (field, of) in self.fields.iter().enumerate() {
            for (column, names) in of.spellings().into_iter().enumerate() {
                for name in names {
                    self.index.insert(name.to_ascii_uppercase(), Place { field, column });
                }
            }
        }
    }
}
