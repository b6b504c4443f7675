//! What an extract of any data set may carry.
//!
//! The catalogue gives every column a [`Tier`]; the tier, the job's wishes and the
//! agreement decide its [`Treatment`]. Whatever the catalogue does not know stays behind,
//! and so does a direct identifier: a [`Plan`] can only be made here, and no wish that it
//! takes reaches a column of tier ID. Every column that stays behind is listed for the
//! manifest.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use counterfoil_core::{Fault, Tier};

use crate::pseudonym::PERSON_PURPOSE;

mod apply;

pub use apply::apply;

/// What the catalogue knows of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Name; upper and lower case are one.
    pub name: String,
    /// Tier.
    pub tier: Tier,
    /// Purpose under which a column of tier PS is pseudonymised. Columns that are to be
    /// joined share it.
    pub purpose: String,
    /// Codes of the column that are sensitive although the column is not. They leave only
    /// as a sensitive column would, and else become null.
    pub sensitive_codes: Vec<String>,
}

impl ColumnFacts {
    /// A column that, if it is a record key, is pseudonymised under a purpose of its own,
    /// `record:` and its name in upper case. So a key that keeps its name in several data
    /// sets still joins them, and no two names meet.
    #[must_use]
    pub fn new(name: &str, tier: Tier) -> ColumnFacts {
        let purpose = format!("record:{}", name.to_ascii_uppercase());
        ColumnFacts { name: name.to_owned(), tier, purpose, sensitive_codes: Vec::new() }
    }

    /// A person key, which joins all data sets of a release by person.
    #[must_use]
    pub fn person_key(name: &str) -> ColumnFacts {
        ColumnFacts { purpose: PERSON_PURPOSE.to_owned(), ..ColumnFacts::new(name, Tier::Ps) }
    }

    /// The same column with codes that are sensitive.
    #[must_use]
    pub fn with_sensitive_codes(mut self, codes: impl IntoIterator<Item = String>) -> ColumnFacts {
        self.sensitive_codes.extend(codes);
        self
    }
}

/// What the job asks for, and what its agreement allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes<'a> {
    /// The columns that the job lists; `None` asks for all that may leave without being
    /// named. Person keys leave whether listed or not, as rows are ordered by them.
    pub columns: Option<&'a [String]>,
    /// Sensitive columns that the agreement allows. They leave only if the job names them
    /// too.
    pub allowed_sensitive: &'a [String],
}

/// What happens to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Treatment {
    /// It stays behind.
    Drop,
    /// Its values are replaced by pseudonyms of the release.
    Pseudonymise,
    /// It leaves as it is.
    Keep,
}

/// Why a column stays behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Tier ID.
    DirectIdentifier,
    /// Tier SE, and the job does not name it.
    SensitiveNotNamed,
    /// Tier SE, and the agreement does not allow it.
    SensitiveNotAllowed,
    /// The job lists columns and this is not among them.
    NotListed,
    /// The catalogue does not know it.
    NotInCatalogue,
    /// Only its sensitive codes stay behind, as the job does not name the column or the
    /// agreement does not allow it.
    SensitiveCodes,
}

impl Reason {
    /// The stable name written to manifests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::DirectIdentifier => "direct-identifier",
            Reason::SensitiveNotNamed => "sensitive-not-named",
            Reason::SensitiveNotAllowed => "sensitive-not-allowed",
            Reason::NotListed => "not-listed",
            Reason::NotInCatalogue => "not-in-catalogue",
            Reason::SensitiveCodes => "sensitive-codes",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column that stays behind, wholly or in some of its codes, for the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Name, as the source spells it.
    pub column: String,
    /// Why.
    pub reason: Reason,
}

/// What becomes of each column of one data set. Made from the schema before the first row
/// is read.
#[derive(Clone, Debug)]
pub struct Plan {
    source: SchemaRef,
    schema: SchemaRef,
    actions: Vec<Action>,
}

#[derive(Clone, Debug)]
enum Action {
    Drop(Reason),
    Pseudonymise { purpose: String },
    Keep { withheld: Vec<String> },
}

impl Plan {
    /// Decides on every column of `source`. `place` is where faults are said to be, such as
    /// `output.extract`.
    ///
    /// # Errors
    ///
    /// All faults at once: a listed column that the source does not have or that may not
    /// leave, and a column whose type cannot be delivered.
    pub fn new(place: &str, source: &SchemaRef, facts: &[ColumnFacts], wishes: Wishes<'_>) -> Result<Plan, Vec<Fault>> {
        let mut faults = unknown_wishes(place, source, wishes);
        let mut actions = Vec::with_capacity(source.fields().len());
        let mut fields = Vec::new();
        for field in source.fields() {
            let action = decide(field.name(), facts, wishes);
            faults.extend(refused_wish(place, field.name(), &action, wishes));
            match delivered_type(field.data_type(), &action) {
                Ok(None) => {}
                Ok(Some(kind)) => fields.push(Field::new(field.name(), kind, true)),
                Err(what) => {
                    let message = format!("column `{}` is {}, {what}", field.name(), field.data_type());
                    faults.push(Fault::spec(place, message).hint("leave it out of `columns`"));
                }
            }
            actions.push(action);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Plan { source: source.clone(), schema: Arc::new(Schema::new(fields)), actions })
    }

    /// The schema of what leaves: the source's order of columns, plain text, no metadata
    /// (which in files of other tools may quote values).
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Every column of the source, in order, and what becomes of it.
    pub fn treatments(&self) -> impl Iterator<Item = (&str, Treatment)> {
        self.columns().map(|(column, action)| {
            let treatment = match action {
                Action::Drop(_) => Treatment::Drop,
                Action::Pseudonymise { .. } => Treatment::Pseudonymise,
                Action::Keep { .. } => Treatment::Keep,
            };
            (column, treatment)
        })
    }

    /// What stays behind, in the source's order of columns.
    #[must_use]
    pub fn suppressions(&self) -> Vec<Suppression> {
        let suppression = |(column, action): (&str, &Action)| {
            let reason = match action {
                Action::Drop(reason) => *reason,
                Action::Keep { withheld } if !withheld.is_empty() => Reason::SensitiveCodes,
                Action::Pseudonymise { .. } | Action::Keep { .. } => return None,
            };
            Some(Suppression { column: column.to_owned(), reason })
        };
        self.columns().filter_map(suppression).collect()
    }

    /// The column whose order the rows leave in: the first person key, else the first
    /// pseudonymised column, if there is one.
    #[must_use]
    pub fn pseudonym_column(&self) -> Option<&str> {
        let pseudonymised = || {
            self.columns().filter_map(|(column, action)| match action {
                Action::Pseudonymise { purpose } => Some((column, purpose.as_str())),
                Action::Drop(_) | Action::Keep { .. } => None,
            })
        };
        let person = pseudonymised().find(|(_, purpose)| *purpose == PERSON_PURPOSE);
        person.or_else(|| pseudonymised().next()).map(|(column, _)| column)
    }

    fn columns(&self) -> impl Iterator<Item = (&str, &Action)> {
        self.source.fields().iter().map(|field| field.name().as_str()).zip(&self.actions)
    }
}

/// The rule, tier by tier.
fn decide(column: &str, facts: &[ColumnFacts], wishes: Wishes<'_>) -> Action {
    // Should two entries be of one name, the stricter one holds.
    let entries = facts.iter().filter(|facts| facts.name.eq_ignore_ascii_case(column));
    let Some(facts) = entries.min_by_key(|facts| strictness(facts.tier)) else {
        return Action::Drop(Reason::NotInCatalogue);
    };
    let listed = wishes.columns.map(|columns| names(columns, column));
    let allowed = names(wishes.allowed_sensitive, column);
    let is_person_key = facts.tier == Tier::Ps && facts.purpose == PERSON_PURPOSE;
    match facts.tier {
        Tier::Id => Action::Drop(Reason::DirectIdentifier),
        Tier::Se if listed != Some(true) => Action::Drop(Reason::SensitiveNotNamed),
        Tier::Se if !allowed => Action::Drop(Reason::SensitiveNotAllowed),
        _ if listed == Some(false) && !is_person_key => Action::Drop(Reason::NotListed),
        Tier::Ps => Action::Pseudonymise { purpose: facts.purpose.clone() },
        _ if listed == Some(true) && allowed => Action::Keep { withheld: Vec::new() },
        Tier::Se | Tier::Qi | Tier::An => Action::Keep { withheld: facts.sensitive_codes.clone() },
    }
}

fn strictness(tier: Tier) -> u8 {
    match tier {
        Tier::Id => 0,
        Tier::Se => 1,
        Tier::Ps => 2,
        Tier::Qi => 3,
        Tier::An => 4,
    }
}

fn names(columns: &[String], column: &str) -> bool {
    columns.iter().any(|name| name.eq_ignore_ascii_case(column))
}

/// Faults of listed columns that the source does not have.
fn unknown_wishes(place: &str, source: &SchemaRef, wishes: Wishes<'_>) -> Vec<Fault> {
    let known: Vec<&str> = source.fields().iter().map(|field| field.name().as_str()).collect();
    let is_unknown = |name: &&String| !known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let fault = |name: &String| {
        let valid = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Fault::spec(place, format!("there is no column `{name}`")).hint(format!("the source has {valid}"))
    };
    wishes.columns.unwrap_or_default().iter().filter(is_unknown).map(fault).collect()
}

/// The fault of a column that the job lists and that may not leave.
fn refused_wish(place: &str, column: &str, action: &Action, wishes: Wishes<'_>) -> Option<Fault> {
    let Action::Drop(reason) = action else {
        return None;
    };
    if !names(wishes.columns?, column) {
        return None;
    }
    let why = match reason {
        Reason::DirectIdentifier => "is a direct identifier and never leaves",
        Reason::SensitiveNotAllowed => "is sensitive and the agreement does not allow it",
        Reason::NotInCatalogue => "is of no known tier, so that nothing says it may leave",
        Reason::SensitiveNotNamed | Reason::NotListed | Reason::SensitiveCodes => return None,
    };
    let fault = Fault::spec(place, format!("column `{column}` {why}"));
    Some(fault.hint(match reason {
        Reason::NotInCatalogue => "leave it out of `columns`, or say what it is: `[data_set.tiers] COLUMN = \"AN\"`",
        _ => "leave it out of `columns`",
    }))
}

/// The type a column leaves with; `None` if it stays behind; else why it cannot be treated.
fn delivered_type(found: &DataType, action: &Action) -> Result<Option<DataType>, &'static str> {
    match action {
        Action::Drop(_) => Ok(None),
        Action::Pseudonymise { .. } if is_key_type(found) => Ok(Some(DataType::Utf8)),
        Action::Pseudonymise { .. } => Err("and only text and whole numbers can be keys to pseudonymise"),
        Action::Keep { withheld } if !withheld.is_empty() && !is_key_type(found) => {
            Err("and its sensitive codes can only be told in text and whole numbers")
        }
        Action::Keep { .. } => plain_type(found).map(Some).ok_or("and nested columns are not delivered"),
    }
}

fn is_key_type(found: &DataType) -> bool {
    match found {
        DataType::Dictionary(_, values) => is_key_type(values),
        // Keys of 20 digits come as decimals from some databases.
        DataType::Null | DataType::Decimal128(_, 0) => true,
        _ => found.is_integer() || is_text(found),
    }
}

/// Text leaves as plain `Utf8`, and dictionaries as their values: a dictionary may hold
/// values of rows that stay behind.
fn plain_type(found: &DataType) -> Option<DataType> {
    match found {
        _ if is_text(found) => Some(DataType::Utf8),
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::Null | DataType::Boolean | DataType::Binary | DataType::LargeBinary => Some(found.clone()),
        _ if found.is_primitive() => Some(found.clone()),
        _ => None,
    }
}

fn is_text(found: &DataType) -> bool {
    matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}
