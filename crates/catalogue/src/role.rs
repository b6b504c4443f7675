//! Roles: which columns of a data set hold the NHS number, the birth date and so on.
//!
//! One shape serves catalogue entries and the inline definitions of a job. A role may name
//! several alternatives because one data set is delivered in several layouts; the first
//! whose columns are all in the file is used.

use counterfoil_core::FieldKind;
use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// Every role that needs no declared type, with what it holds.
pub const ROLES: &[(&str, &str)] = &[
    ("nhs_number", "the person's NHS number"),
    ("birth_date", "date of birth, whole or in three parts"),
    ("birth_month_year", "month and year of birth"),
    ("sex", "sex or stated gender"),
    ("postcode", "postcode of residence"),
    ("family_name", "family name"),
    ("given_name", "first given name"),
    ("other_given_name", "further given names"),
    ("local_patient_id", "a provider's own patient id, with the provider"),
    ("ethnicity", "ethnic category"),
    ("identity_withheld", "why identifiers were removed; a row with one cannot be linked"),
    ("activity_date", "start of the care recorded"),
    ("episode_end", "end of the episode"),
    ("discharge_date", "date of discharge"),
    ("discharge_method", "how the stay ended; says who died"),
    ("death_date", "date of death"),
    ("registration_date", "date of registration of a death"),
    ("underlying_cause", "underlying cause of death, ICD-10"),
    ("underlying_cause_icd9", "underlying cause of death, ICD-9"),
    ("cause_mention", "causes mentioned on the death certificate, in order"),
    ("neonatal_flag", "whether the death certificate is a neonatal one"),
    ("place_of_death", "place-of-death code"),
    ("nhs_establishment", "whether the place of death is an NHS establishment"),
];

/// The columns of a role, as written in an entry or a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a job has a few dozen of them, read once")]
pub enum RoleSpec {
    /// One column.
    Column(String),
    /// Columns that belong together, or a column with a declared type.
    Table(RoleTable),
    /// Alternatives: the first whose columns are all present is used.
    FirstOf(Vec<RoleChoice>),
}

/// One of several alternatives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "a job has a few dozen of them, read once")]
pub enum RoleChoice {
    /// One column.
    Column(String),
    /// Columns that belong together.
    Table(RoleTable),
}

/// A role in table form. Either `column`, alone or with `provider`, or all of `year`,
/// `month` and `day`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleTable {
    /// The column that holds the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column that says whose local patient id it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The column of the year, of a date in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<String>,
    /// The column of the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// The column of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The column of an age, which gives a year of birth with `year`, the column of the year that it was
    /// told in, or with `at`. Compared by a model only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// The year that all ages were told in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u16>,
    /// The column of a date or year of birth, which gives the age in the year `at`. Compared by a model
    /// only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// The columns of a text in several, such as the given and family names of a full name: what
    /// they hold is put together, with a blank between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// For a role of one's own: the kind of value, such as `text`, `category`, `date`,
    /// `number` or `identifier`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// For a column with several values a record, such as past names: the character between
    /// them, or `true` where the column holds lists. Compared by a model only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub several: Option<Several>,
}

/// How a column holds several values a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "`several` is one character between quotes, such as \"|\", or `true`")]
pub enum Several {
    /// As text, with this character between them.
    Separator(char),
    /// As a list, if so.
    List(bool),
}

/// The year in which ages were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It stands in a column.
    In(String),
    /// The same for all rows.
    At(u16),
}

/// The columns of a role. Before a file is known: as the entry names them. After
/// [`RoleSpec::resolve`]: as the file spells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleColumns {
    /// One column.
    One(String),
    /// A date in three columns.
    DateParts {
        /// Column of the year.
        year: String,
        /// Column of the month.
        month: String,
        /// Column of the day.
        day: String,
    },
    /// A year of birth, as an age tells it.
    YearByAge {
        /// Column of the age.
        age: String,
        /// When it was told.
        told: Told,
    },
    /// An age, as a date of birth tells it.
    AgeByBirth {
        /// Column of the date or year of birth.
        born: String,
        /// The year of the age.
        at: u16,
    },
    /// A local patient id and the provider it belongs to.
    WithProvider {
        /// Column of the id.
        column: String,
        /// Column of the provider.
        provider: String,
    },
    /// A run of columns of one kind, in order.
    Many(Vec<String>),
    /// The columns of one text, in order.
    Joined(Vec<String>),
}

impl RoleColumns {
    /// Every column, in order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match self {
            RoleColumns::One(column) => vec![column],
            RoleColumns::DateParts { year, month, day } => vec![year, month, day],
            RoleColumns::YearByAge { age, told: Told::In(year) } => vec![age, year],
            RoleColumns::YearByAge { age, told: Told::At(_) } => vec![age],
            RoleColumns::AgeByBirth { born, .. } => vec![born],
            RoleColumns::WithProvider { column, provider } => vec![column, provider],
            RoleColumns::Many(columns) | RoleColumns::Joined(columns) => columns.iter().map(String::as_str).collect(),
        }
    }
}

impl RoleSpec {
    /// The alternatives as written, in order of preference, or what is wrong with their
    /// shape.
    ///
    /// # Errors
    /// A table that mixes the forms, or gives only part of one; an empty list.
    pub fn alternatives(&self) -> Result<Vec<RoleColumns>, String> {
        match self {
            RoleSpec::Column(column) => Ok(vec![RoleColumns::One(column.clone())]),
            RoleSpec::Table(table) => Ok(vec![table.columns()?]),
            RoleSpec::FirstOf(choices) if choices.is_empty() => Err("the list of columns is empty".to_owned()),
            RoleSpec::FirstOf(choices) => choices.iter().map(RoleChoice::columns).collect(),
        }
    }

    /// The declared type, if there is one.
    #[must_use]
    pub fn declared_type(&self) -> Option<&str> {
        match self {
            RoleSpec::Column(_) => None,
            RoleSpec::Table(table) => table.kind.as_deref(),
            RoleSpec::FirstOf(choices) => choices.iter().find_map(|choice| match choice {
                RoleChoice::Column(_) => None,
                RoleChoice::Table(table) => table.kind.as_deref(),
            }),
        }
    }

    /// How its column holds several values a record; `None` if it holds one.
    #[must_use]
    pub fn several(&self) -> Option<&Several> {
        match self {
            RoleSpec::Table(table) => table.several.as_ref().filter(|several| **several != Several::List(false)),
            // Alternatives have none.
            RoleSpec::Column(_) | RoleSpec::FirstOf(_) => None,
        }
    }

    /// The kind of value of the role of that name: as declared, else as the role implies.
    ///
    /// # Errors
    /// Words for a fault: the type is unknown, or the role implies none and none is
    /// declared.
    pub fn kind(&self, role: &str) -> Result<FieldKind, String> {
        let kinds = || crate::nearest::listed(FieldKind::ALL.iter().map(|kind| kind.name()));
        match self.declared_type() {
            Some(name) => {
                FieldKind::parse(name).ok_or_else(|| format!("unknown type `{name}`; the types are {}", kinds()))
            }
            None => FieldKind::of_role(role).ok_or_else(|| {
                format!("`{role}` is a name of your own, so it needs a `type`; the types are {}", kinds())
            }),
        }
    }

    /// The first alternative whose columns are all in `columns_present`, as the file spells
    /// them. Names agree without regard to case; an exact spelling is preferred.
    ///
    /// # Errors
    /// Words for a fault: the shape is wrong, or no alternative is complete.
    pub fn resolve(&self, columns_present: &[String]) -> Result<RoleColumns, String> {
        self.resolve_with(&|column| {
            present(std::slice::from_ref(&column.to_owned()), columns_present).map(RoleColumns::One)
        })
    }

    /// As [`RoleSpec::resolve`], with `find` to say what a written column is in the file.
    pub(crate) fn resolve_with(&self, find: &dyn Fn(&str) -> Option<RoleColumns>) -> Result<RoleColumns, String> {
        let alternatives = self.alternatives()?;
        let found = alternatives.iter().find_map(|columns| columns.found(find));
        found.ok_or_else(|| {
            let wanted: Vec<String> = alternatives.iter().map(|columns| all_of(&columns.names())).collect();
            format!("the file lacks the columns for it: {}", wanted.join(", or "))
        })
    }
}

impl RoleChoice {
    fn columns(&self) -> Result<RoleColumns, String> {
        match self {
            RoleChoice::Column(column) => Ok(RoleColumns::One(column.clone())),
            RoleChoice::Table(table) if table.several.is_some() => {
                Err("`several` is of one column, not of a list of alternatives".to_owned())
            }
            RoleChoice::Table(table) => table.columns(),
        }
    }
}

impl RoleTable {
    fn columns(&self) -> Result<RoleColumns, String> {
        if let Some(columns) = &self.columns {
            let is_alone = RoleTable { columns: None, kind: None, ..self.clone() } == RoleTable::default();
            return if is_alone && columns.len() > 1 {
                Ok(RoleColumns::Joined(columns.clone()))
            } else {
                Err("`columns` names at least two, and stands alone or with `type`".to_owned())
            };
        }
        if let Some(born) = &self.born {
            return self.age_by_birth(born);
        }
        if let Some(age) = &self.age {
            return self.year_by_age(age);
        }
        match (&self.column, &self.provider, &self.year, &self.month, &self.day) {
            (Some(column), None, None, None, None) => Ok(RoleColumns::One(column.clone())),
            _ if self.several.is_some() => Err("`several` goes with `column` alone".to_owned()),
            (Some(column), Some(provider), None, None, None) => {
                Ok(RoleColumns::WithProvider { column: column.clone(), provider: provider.clone() })
            }
            (None, None, Some(year), Some(month), Some(day)) => {
                Ok(RoleColumns::DateParts { year: year.clone(), month: month.clone(), day: day.clone() })
            }
            _ => Err("give either `column` (and `provider`, for a local patient id), or `columns`, or all of `year`, \
                      `month` and `day`, or `age` with `year` or `at`, or `born` with `at`"
                .to_owned()),
        }
    }

    /// An age of a date of birth and the year that it is of.
    fn age_by_birth(&self, born: &str) -> Result<RoleColumns, String> {
        let rest = RoleTable { born: None, at: None, kind: None, ..self.clone() };
        match self.at {
            Some(at) if rest == RoleTable::default() && self.kind.as_deref() == Some("number") => {
                Ok(RoleColumns::AgeByBirth { born: born.to_owned(), at })
            }
            _ => Err("`born` gives an age: it stands with `at`, a year, and with `type = \"number\"`".to_owned()),
        }
    }

    /// A year of birth of an age and the year that it was told in.
    fn year_by_age(&self, age: &str) -> Result<RoleColumns, String> {
        let of_age = RoleTable { age: None, year: None, at: None, kind: None, ..self.clone() };
        let told = match (&self.year, self.at) {
            (Some(year), None) => Told::In(year.clone()),
            (None, Some(year)) => Told::At(year),
            _ => return Err("`age` goes with either `year`, a column, or `at`, a year".to_owned()),
        };
        if of_age != RoleTable::default() || self.kind.as_deref() != Some("date") {
            return Err(
                "`age` gives a year of birth: it stands with `year` or `at`, and with `type = \"date\"`".to_owned()
            );
        }
        Ok(RoleColumns::YearByAge { age: age.to_owned(), told })
    }
}

impl RoleColumns {
    fn found(&self, find: &dyn Fn(&str) -> Option<RoleColumns>) -> Option<RoleColumns> {
        let one = |column: &str| match find(column) {
            Some(RoleColumns::One(name)) => Some(name),
            _ => None,
        };
        match self {
            RoleColumns::One(column) => find(column),
            RoleColumns::DateParts { year, month, day } => {
                Some(RoleColumns::DateParts { year: one(year)?, month: one(month)?, day: one(day)? })
            }
            RoleColumns::YearByAge { age, told } => {
                let told = match told {
                    Told::In(year) => Told::In(one(year)?),
                    Told::At(year) => Told::At(*year),
                };
                Some(RoleColumns::YearByAge { age: one(age)?, told })
            }
            RoleColumns::AgeByBirth { born, at } => Some(RoleColumns::AgeByBirth { born: one(born)?, at: *at }),
            RoleColumns::WithProvider { column, provider } => {
                Some(RoleColumns::WithProvider { column: one(column)?, provider: one(provider)? })
            }
            RoleColumns::Many(columns) => columns.iter().map(|c| one(c)).collect::<Option<_>>().map(RoleColumns::Many),
            RoleColumns::Joined(columns) => {
                columns.iter().map(|c| one(c)).collect::<Option<_>>().map(RoleColumns::Joined)
            }
        }
    }
}

/// Names that are needed together, for messages.
pub(crate) fn all_of<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    quoted.join(" and ")
}

/// The file's spelling of the first of `spellings` that the file has.
pub(crate) fn present(spellings: &[String], columns_present: &[String]) -> Option<String> {
    spellings.iter().find_map(|wanted| {
        let exact = columns_present.iter().find(|column| *column == wanted);
        exact.or_else(|| columns_present.iter().find(|column| column.eq_ignore_ascii_case(wanted))).cloned()
    })
}

// Written by hand, because a derived untagged enum would take the list `["A", "B"]` for the
// first two members of a table, and would not say which key of a table is wrong.
impl<'de> Deserialize<'de> for RoleSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RoleSpec, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = RoleSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "a column name, a table such as `{ column = \"LOPATID\", provider = \"PROCODET\" }` or \
                     `{ year = \"Y\", month = \"M\", day = \"D\" }`, or a list of these",
                )
            }

            fn visit_str<E: Error>(self, column: &str) -> Result<RoleSpec, E> {
                Ok(RoleSpec::Column(column.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoleSpec, A::Error> {
                RoleTable::deserialize(MapAccessDeserializer::new(map)).map(RoleSpec::Table)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<RoleSpec, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(RoleSpec::FirstOf)
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl<'de> Deserialize<'de> for RoleChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RoleChoice, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = RoleChoice;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a column name or a table such as `{ year = \"Y\", month = \"M\", day = \"D\" }`")
            }

            fn visit_str<E: Error>(self, column: &str) -> Result<RoleChoice, E> {
                Ok(RoleChoice::Column(column.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RoleChoice, A::Error> {
                RoleTable::deserialize(MapAccessDeserializer::new(map)).map(RoleChoice::Table)
            }
        }
        deserializer.deserialize_any(Written)
    }
}
