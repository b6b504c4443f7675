//! What an extract of any data set may carry.
//!
//! The catalogue gives every column a [`Tier`]; the tier, the job's wishes and the
//! agreement decide its [`Treatment`]. Whatever the catalogue does not know stays behind,
//! and so does a direct identifier: a [`Plan`] can only be made here, and no wish that it
//! takes reaches a column of tier ID. Every column that stays behind is listed for the
//! manifest.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, downcast_integer_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::take::take;
use counterfoil_core::{Fault, Tier};

use crate::pseudonym::{PERSON_PURPOSE, Pseudonymiser, check_pseudonyms};

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
}

impl ColumnFacts {
    /// A column that, if it is a record key, is pseudonymised under a purpose of its own,
    /// `record:` and its name in upper case. So a key that keeps its name in several data
    /// sets still joins them, and no two names meet.
    #[must_use]
    pub fn new(name: &str, tier: Tier) -> ColumnFacts {
        let purpose = format!("record:{}", name.to_ascii_uppercase());
        ColumnFacts {
            name: name.to_owned(),
            tier,
            purpose,
        }
    }

    /// A person key, which joins all data sets of a release by person.
    #[must_use]
    pub fn person_key(name: &str) -> ColumnFacts {
        ColumnFacts {
            name: name.to_owned(),
            tier: Tier::Ps,
            purpose: PERSON_PURPOSE.to_owned(),
        }
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
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column that stays behind, for the manifest.
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
    Keep,
}

impl Plan {
    /// Decides on every column of `source`. `place` is where faults are said to be, such as
    /// `output.extract`.
    ///
    /// # Errors
    ///
    /// All faults at once: a listed column that the source does not have or that may not
    /// leave, and a column whose type cannot be delivered.
    pub fn new(
        place: &str,
        source: &SchemaRef,
        facts: &[ColumnFacts],
        wishes: Wishes<'_>,
    ) -> Result<Plan, Vec<Fault>> {
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
                    let message =
                        format!("column `{}` is {}, {what}", field.name(), field.data_type());
                    faults.push(Fault::spec(place, message).hint("leave it out of `columns`"));
                }
            }
            actions.push(action);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Plan {
            source: source.clone(),
            schema: Arc::new(Schema::new(fields)),
            actions,
        })
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
                Action::Keep => Treatment::Keep,
            };
            (column, treatment)
        })
    }

    /// The columns that stay behind, in the source's order.
    #[must_use]
    pub fn suppressions(&self) -> Vec<Suppression> {
        let suppression = |(column, action): (&str, &Action)| match action {
            Action::Drop(reason) => Some(Suppression {
                column: column.to_owned(),
                reason: *reason,
            }),
            Action::Pseudonymise { .. } | Action::Keep => None,
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
                Action::Drop(_) | Action::Keep => None,
            })
        };
        let person = pseudonymised().find(|(_, purpose)| *purpose == PERSON_PURPOSE);
        person
            .or_else(|| pseudonymised().next())
            .map(|(column, _)| column)
    }

    fn columns(&self) -> impl Iterator<Item = (&str, &Action)> {
        self.source
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .zip(&self.actions)
    }
}

/// Projects and transforms one batch of the plan's source; rows keep their order. They may
/// not leave before [`sort_by_pseudonym`](crate::order::sort_by_pseudonym).
///
/// # Errors
///
/// A bug if the batch is not of the plan's source, if a text column of one batch is beyond
/// 2 GiB, or if the pseudonymiser answers with anything but a pseudonym for each value.
pub fn apply(
    batch: &RecordBatch,
    plan: &Plan,
    pseudonymiser: &dyn Pseudonymiser,
) -> Result<RecordBatch, Fault> {
    const PLACE: &str = "release.extract";
    let shape = |schema: &Schema| -> Vec<(String, DataType)> {
        let fields = schema.fields().iter();
        fields
            .map(|field| (field.name().clone(), field.data_type().clone()))
            .collect()
    };
    if shape(batch.schema_ref()) != shape(&plan.source) {
        return Err(Fault::bug(
            PLACE,
            "a batch is not of the source that the plan was made for",
        ));
    }
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(plan.schema.fields().len());
    for ((name, action), values) in plan.columns().zip(batch.columns()) {
        match action {
            Action::Drop(_) => {}
            Action::Keep => columns.push(plain(PLACE, name, values)?),
            Action::Pseudonymise { purpose } => {
                let keys = key_text(PLACE, name, values)?;
                columns.push(Arc::new(pseudonyms(
                    PLACE,
                    name,
                    purpose,
                    &keys,
                    pseudonymiser,
                )?));
            }
        }
    }
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(plan.schema.clone(), columns, &options)
        .map_err(|_| Fault::bug(PLACE, "columns do not fit the plan's schema"))
}

/// The rule, tier by tier.
fn decide(column: &str, facts: &[ColumnFacts], wishes: Wishes<'_>) -> Action {
    // Should two entries be of one name, the stricter one holds.
    let entries = facts
        .iter()
        .filter(|facts| facts.name.eq_ignore_ascii_case(column));
    let Some(facts) = entries.min_by_key(|facts| strictness(facts.tier)) else {
        return Action::Drop(Reason::NotInCatalogue);
    };
    let listed = wishes.columns.map(|columns| names(columns, column));
    let is_person_key = facts.tier == Tier::Ps && facts.purpose == PERSON_PURPOSE;
    match facts.tier {
        Tier::Id => Action::Drop(Reason::DirectIdentifier),
        Tier::Se if listed != Some(true) => Action::Drop(Reason::SensitiveNotNamed),
        Tier::Se if !names(wishes.allowed_sensitive, column) => {
            Action::Drop(Reason::SensitiveNotAllowed)
        }
        _ if listed == Some(false) && !is_person_key => Action::Drop(Reason::NotListed),
        Tier::Ps => Action::Pseudonymise {
            purpose: facts.purpose.clone(),
        },
        Tier::Se | Tier::Qi | Tier::An => Action::Keep,
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
    let known: Vec<&str> = source
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let is_unknown = |name: &&String| !known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let fault = |name: &String| {
        let valid = known
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
        Fault::spec(place, format!("there is no column `{name}`"))
            .hint(format!("the source has {valid}"))
    };
    wishes
        .columns
        .unwrap_or_default()
        .iter()
        .filter(is_unknown)
        .map(fault)
        .collect()
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
        Reason::NotInCatalogue => "is not in the catalogue, so that nothing says it may leave",
        Reason::SensitiveNotNamed | Reason::NotListed => return None,
    };
    let fault = Fault::spec(place, format!("column `{column}` {why}"));
    Some(fault.hint("leave it out of `columns`"))
}

/// The type a column leaves with; `None` if it stays behind; else why it cannot be treated.
fn delivered_type(found: &DataType, action: &Action) -> Result<Option<DataType>, &'static str> {
    match action {
        Action::Drop(_) => Ok(None),
        Action::Pseudonymise { .. } if is_key_type(found) => Ok(Some(DataType::Utf8)),
        Action::Pseudonymise { .. } => {
            Err("and only text and whole numbers can be keys to pseudonymise")
        }
        Action::Keep => match plain_type(found) {
            Some(kind) => Ok(Some(kind)),
            None => Err("and nested columns are not delivered"),
        },
    }
}

fn is_key_type(found: &DataType) -> bool {
    match found {
        DataType::Dictionary(_, values) => is_key_type(values),
        DataType::Null => true,
        _ => found.is_integer() || is_text(found),
    }
}

/// Text leaves as plain `Utf8`, and dictionaries as their values: a dictionary may hold
/// values of rows that stay behind.
fn plain_type(found: &DataType) -> Option<DataType> {
    match found {
        _ if is_text(found) => Some(DataType::Utf8),
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::Null | DataType::Boolean | DataType::Binary | DataType::LargeBinary => {
            Some(found.clone())
        }
        _ if found.is_primitive() => Some(found.clone()),
        _ => None,
    }
}

fn is_text(found: &DataType) -> bool {
    matches!(
        found,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

/// A column's values in the type that [`plain_type`] says.
fn plain(place: &str, column: &str, values: &ArrayRef) -> Result<ArrayRef, Fault> {
    Ok(match values.data_type() {
        DataType::LargeUtf8 => Arc::new(text(place, column, values.as_string::<i64>().iter())?),
        DataType::Utf8View => Arc::new(text(place, column, values.as_string_view().iter())?),
        DataType::Dictionary(_, _) => plain(place, column, &undictionary(place, column, values)?)?,
        _ => values.clone(),
    })
}

/// A key column as the text that is pseudonymised: without surrounding blanks, numbers in
/// decimal, blank as null. A blank key is nobody's; it must not make one person of all rows
/// without a key.
fn key_text(place: &str, column: &str, values: &ArrayRef) -> Result<StringArray, Fault> {
    fn key(value: Option<&str>) -> Option<&str> {
        value.map(str::trim).filter(|text| !text.is_empty())
    }
    let array = values.as_ref();
    downcast_integer_array!(
        array => Ok(array.iter().map(|value| value.map(|v| v.to_string())).collect()),
        DataType::Utf8 => text(place, column, array.as_string::<i32>().iter().map(key)),
        DataType::LargeUtf8 => text(place, column, array.as_string::<i64>().iter().map(key)),
        DataType::Utf8View => text(place, column, array.as_string_view().iter().map(key)),
        DataType::Null => Ok(StringArray::new_null(array.len())),
        DataType::Dictionary(_, _) => {
            key_text(place, column, &undictionary(place, column, values)?)
        },
        _ => Err(Fault::bug(place, format!("column `{column}` is not of a key's type")))
    )
}

fn undictionary(place: &str, column: &str, values: &ArrayRef) -> Result<ArrayRef, Fault> {
    let dictionary = values.as_any_dictionary();
    take(dictionary.values().as_ref(), dictionary.keys(), None).map_err(|_| {
        Fault::bug(
            place,
            format!("dictionary column `{column}` could not be read"),
        )
    })
}

/// Plain text of some values, which together must stay within the reach of its offsets.
fn text<'a>(
    place: &str,
    column: &str,
    values: impl Iterator<Item = Option<&'a str>> + Clone,
) -> Result<StringArray, Fault> {
    let bytes: usize = values.clone().flatten().map(str::len).sum();
    if i32::try_from(bytes).is_err() {
        let message = format!("column `{column}` has more than 2 GiB of text in one batch");
        return Err(Fault::bug(place, message));
    }
    Ok(values.collect())
}

/// Asks for pseudonyms, and makes sure that pseudonyms is what came back.
fn pseudonyms(
    place: &str,
    column: &str,
    purpose: &str,
    keys: &StringArray,
    pseudonymiser: &dyn Pseudonymiser,
) -> Result<StringArray, Fault> {
    let answer = pseudonymiser.pseudonyms(purpose, keys);
    let same_nulls = answer.len() == keys.len()
        && (0..keys.len()).all(|row| answer.is_null(row) == keys.is_null(row));
    if !same_nulls {
        let message = format!("column `{column}`: not one pseudonym for each value");
        return Err(Fault::bug(place, message));
    }
    check_pseudonyms(place, column, &answer)?;
    Ok(answer)
}
