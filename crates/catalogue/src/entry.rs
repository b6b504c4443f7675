//! An entry as it is written: the shape of the TOML file of one data set.
//!
//! Nearly everything may be left out here, because an entry that `extends` another gives
//! only what differs. [`DataSet`](crate::DataSet) is what it comes to.

use std::collections::BTreeMap;

use counterfoil_core::Fault;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::field::{Field, FieldType};
use crate::parse::parse;
use crate::parts::{Covers, Dead, Keys, Latest, LinkPolicy, Person, PersonKeyScheme};
use crate::role::RoleSpec;

/// The definition of one data set.
///
/// `version`, `name`, `code` and `title` are always given; `grain`, `record_key`, `link` and
/// `source` too, unless the entry extends another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil data set", transform = whole_unless_it_extends)]
pub struct Entry {
    /// Version of this shape: 1.
    pub version: u32,
    /// Name used in job files: small letters, digits and hyphens.
    pub name: String,
    /// Code of the data set in the products list it comes from.
    pub code: String,
    /// Full name.
    pub title: String,
    /// Another entry, whose keys this one has unless it gives them itself. Fields, tables and
    /// persons of a name that the other has replace its own, and further ones are added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Fields of the other entry that this one does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// Of a data set of several tables: what the table described here is called there. The
    /// others follow as `[[table]]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_table: Option<String>,
    /// What one row is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<String>,
    /// The columns that identify a row; an empty list if none do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_key: Option<Keys>,
    /// Columns that hold the person's pseudonym; the first one present is used. Empty: the
    /// data set has none, and each row is a person of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_key: Option<Vec<String>>,
    /// How each person key is made, by column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_key_scheme: Option<BTreeMap<String, PersonKeyScheme>>,
    /// Where a row is about several persons: what the one of `person_key` and `roles` is
    /// called. The others follow as `[person.NAME]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_is: Option<String>,
    /// Data sets of one family share person keys of one scheme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The period covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Covers>,
    /// Rows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Columns of the dates on which something happened, the main one first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_dates: Option<Vec<String>>,
    /// Where the facts in this entry are published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a user of the data set should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Vec<String>>,
    /// Keys of the entry, such as `volume` or `covers.from`, that no published source
    /// confirms. A field says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unverified: Option<Vec<String>>,
    /// Whether and how persons of it can be linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkPolicy>,
    /// Which of several rows counts, where deliveries repeat them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Latest>,
    /// Columns by role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<BTreeMap<String, RoleSpec>>,
    /// Further persons of a row, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub person: BTreeMap<String, Person>,
    /// How a row says that the person died, if the data set can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead: Option<Dead>,
    /// Values that stand for "missing" in every field of a type, with what they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<BTreeMap<FieldType, BTreeMap<String, String>>>,
    /// The fields, in the order of delivery where that is known.
    #[serde(default, rename = "field", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Further tables.
    #[serde(default, rename = "table", skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableEntry>,
}

/// One further table of a data set, addressed as `DATA-SET/TABLE`. What it does not give it
/// has from its entry: family, coverage, source, missing values, person keys and whether
/// persons can be linked; and the fields of its keys, where it describes them not itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    /// Name within the data set: small letters, digits and hyphens.
    pub name: String,
    /// What the table is called in the data set's own documents.
    pub code: String,
    /// Full name. Left out: made from the data set's title and the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What one row is.
    pub grain: String,
    /// The columns that identify a row; an empty list if none do.
    pub record_key: Keys,
    /// Columns that hold the person's pseudonym. Left out: the entry's; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_key: Option<Vec<String>>,
    /// Where a row is about several persons: what the one of `person_key` and `roles` is
    /// called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_is: Option<String>,
    /// Columns of the dates on which something happened, the main one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_dates: Vec<String>,
    /// Rows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// What a user of the table should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Keys of the table that no published source confirms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    /// Whether and how persons of it can be linked. Left out: as the entry says; by those of
    /// its roles that the table has, else through the entry itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkPolicy>,
    /// Which of several rows counts, where deliveries repeat them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Latest>,
    /// Columns by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, RoleSpec>,
    /// Further persons of a row, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub person: BTreeMap<String, Person>,
    /// The fields.
    #[serde(default, rename = "field", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// What an entry must give if it has no other to take it from.
fn whole_unless_it_extends(schema: &mut Schema) {
    let whole = json!({ "required": ["grain", "record_key", "link", "source"] });
    schema.insert("anyOf".to_owned(), json!([{ "required": ["extends"] }, whole]));
}

impl Entry {
    /// Reads one entry, unchecked. `place` is what the text is called in faults.
    pub(crate) fn from_toml(place: &str, text: &str) -> Result<Entry, Fault> {
        parse(place, text)
    }

    /// This entry with all that it leaves out taken from `base`.
    pub(crate) fn over(&self, base: &Entry) -> Entry {
        let fields = base.fields.iter().filter(|field| !self.drop.contains(&field.name)).cloned().collect();
        let mut person = base.person.clone();
        person.extend(self.person.clone());
        let own = self.clone();
        let base = base.clone();
        Entry {
            main_table: own.main_table.or(base.main_table),
            grain: own.grain.or(base.grain),
            record_key: own.record_key.or(base.record_key),
            person_key: own.person_key.or(base.person_key),
            person_key_scheme: own.person_key_scheme.or(base.person_key_scheme),
            person_is: own.person_is.or(base.person_is),
            family: own.family.or(base.family),
            covers: own.covers.or(base.covers),
            volume: own.volume.or(base.volume),
            event_dates: own.event_dates.or(base.event_dates),
            source: own.source.or(base.source),
            notes: own.notes.or(base.notes),
            unverified: own.unverified.or(base.unverified),
            link: own.link.or(base.link),
            latest: own.latest.or(base.latest),
            roles: own.roles.or(base.roles),
            person,
            dead: own.dead.or(base.dead),
            missing: own.missing.or(base.missing),
            fields: replaced(fields, &own.fields, |field| &field.name),
            tables: replaced(base.tables, &own.tables, |table| &table.name),
            ..self.clone()
        }
    }
}

/// The items of `base`, each replaced by the item of `own` of its name, then the rest of
/// `own`.
fn replaced<T: Clone>(base: Vec<T>, own: &[T], name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut all = base;
    for item in own {
        match all.iter_mut().find(|other| name(other) == name(item)) {
            Some(other) => *other = item.clone(),
            None => all.push(item.clone()),
        }
    }
    all
}
