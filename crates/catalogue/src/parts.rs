//! The parts of an entry that are more than a word: keys, persons, coverage, the policy of
//! linkage, the sign of a death. They are written as they are used.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::role::RoleSpec;

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Columns by which it can be joined to others at the level of areas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Columns by which it can be joined to others at the level of organisations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<String>,
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

/// One further person whom a row is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Columns that hold this person's pseudonym; the first one present is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub person_key: Vec<String>,
    /// This person's columns by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, RoleSpec>,
}

/// Which of several rows counts, where a delivery holds a thing once for each period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Latest {
    /// Columns that say which rows are of one thing.
    pub per: Vec<String>,
    /// Columns of which the highest value wins.
    pub by: Vec<String>,
    /// Values, by column, of a row that goes before the others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prefer: BTreeMap<String, String>,
}

/// How a person key is made. Keys of two schemes are never equal for one person, whatever
/// they look like, and so are never joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PersonKeyScheme {
    /// A token of the Person_ID that the Master Person Service gives.
    PersonId,
    /// The id that the old HES matching gave.
    Hesid,
    /// The NHS number itself.
    NhsNumber,
    /// A token of the NHS number.
    NhsNumberToken,
    /// The data set's own id.
    DataSet,
}

impl PersonKeyScheme {
    /// The name used in entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PersonKeyScheme::PersonId => "person-id",
            PersonKeyScheme::Hesid => "hesid",
            PersonKeyScheme::NhsNumber => "nhs-number",
            PersonKeyScheme::NhsNumberToken => "nhs-number-token",
            PersonKeyScheme::DataSet => "data-set",
        }
    }
}
