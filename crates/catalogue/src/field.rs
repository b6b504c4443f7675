//! One field of a data set: its name, type, tier, codes and the values that mean "missing".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the values of a field are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text, also of digits only: record keys of up to 20 digits and SNOMED CT codes do not
    /// fit every number type and are never counted with.
    Text,
    /// A calendar date.
    Date,
    /// A month of a year, such as `MMYYYY`.
    Month,
    /// A time of day, `hhmm` unless the note says otherwise.
    Time,
    /// A whole number. It may have codes among its values, as HES ages have 7001 to 7007.
    Integer,
    /// A number with decimals.
    Number,
}

impl FieldType {
    /// The name used in entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Date => "date",
            FieldType::Month => "month",
            FieldType::Time => "time",
            FieldType::Integer => "integer",
            FieldType::Number => "number",
        }
    }
}

/// How much a field gives away. This project's own judgement: no source publishes a tier for
/// each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Tier {
    /// Direct identifier: never leaves the linkage zone.
    #[serde(rename = "ID")]
    Identifier,
    /// Pseudonym or record key: safe only inside one agreement.
    #[serde(rename = "PS")]
    Pseudonym,
    /// Quasi-identifier: re-identifies in combination (dates, small areas, age, provider).
    #[serde(rename = "QI")]
    QuasiIdentifier,
    /// Sensitive or legally restricted content.
    #[serde(rename = "SE")]
    Sensitive,
    /// Analytic content.
    #[serde(rename = "AN")]
    Analytic,
}

impl Tier {
    /// The two letters used in entries.
    #[must_use]
    pub fn letters(self) -> &'static str {
        counterfoil_core::Tier::from(self).name()
    }
}

// The vocabulary in `core` is not serialised, so the written form lives here.
impl From<Tier> for counterfoil_core::Tier {
    fn from(tier: Tier) -> counterfoil_core::Tier {
        match tier {
            Tier::Identifier => counterfoil_core::Tier::Id,
            Tier::Pseudonym => counterfoil_core::Tier::Ps,
            Tier::QuasiIdentifier => counterfoil_core::Tier::Qi,
            Tier::Sensitive => counterfoil_core::Tier::Se,
            Tier::Analytic => counterfoil_core::Tier::An,
        }
    }
}

/// What a code of a sex field says. Not known, not specified, indeterminate and withheld are
/// all missing, never a disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SexMeaning {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Neither can be told from the code.
    NotKnown,
}

/// A run of columns of one kind, such as `DIAG_4_01` to `DIAG_4_20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// First number, at least 1.
    pub from: u8,
    /// Last number, at most 99.
    pub to: u8,
}

/// One field, or one run of fields that differ in a number only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name of the column. In a repeated field one placeholder stands for the number: `{n}`
    /// plain, `{nn}` with two digits, `{a}` as a small letter.
    pub name: String,
    /// What the column is called in other deliveries; the same placeholder if repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// How values are written.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// How much the field gives away.
    pub tier: Tier,
    /// What it is, in words.
    pub title: String,
    /// Width and alphabet as the source writes them: `10n` is ten digits, `4an` up to four
    /// letters or digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Meaning by code; an empty meaning is a code that the source lists without one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, String>,
    /// Codes that are of another tier than the field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub code_tiers: BTreeMap<String, Tier>,
    /// Values that stand for "missing", with what they say. Dates are written `yyyy-mm-dd`
    /// whatever the form in the file. After loading this includes the data set's own
    /// sentinels of the field's type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
    /// For a field of sex: male, female or not known, by code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sex_codes: BTreeMap<String, SexMeaning>,
    /// For a field of numbers: the number that a code stands for, such as 0 years for an age
    /// of 7003. A code that is not listed is the number it is written as.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub code_numbers: BTreeMap<String, i64>,
    /// Given for a run of columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Something a user of the field should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// No published source confirms this field, or its spelling.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// Where the field is published, if not where the data set is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Field {
    /// The names of the columns this field stands for, in order: one, or as many as it is
    /// repeated.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.spellings().into_iter().map(|mut names| names.swap_remove(0)).collect()
    }

    /// Whether every value is exact as a 64-bit float: numbers are, and text of which it is
    /// known, by its codes or its format, that it has at most 15 digits. SNOMED CT codes and
    /// long keys are not: two of them can become one.
    #[must_use]
    pub fn is_exact_as_float(&self) -> bool {
        match self.kind {
            FieldType::Integer | FieldType::Number | FieldType::Time => true,
            FieldType::Date | FieldType::Month => false,
            FieldType::Text => {
                let short = |code: &String| code.len() <= EXACT_DIGITS;
                let width = self.format.as_deref().and_then(digits);
                width.is_some_and(|width| width <= EXACT_DIGITS)
                    || (!self.codes.is_empty() && self.codes.keys().all(short))
            }
        }
    }

    /// Whether a column, as keys and roles name it, is this field or one of its run.
    pub(crate) fn is_column(&self, column: &str) -> bool {
        self.name == column || self.spellings().iter().flatten().any(|name| name == column)
    }

    /// For each column of [`Field::columns`], every name it goes by, its own first.
    #[must_use]
    pub fn spellings(&self) -> Vec<Vec<String>> {
        let patterns: Vec<&str> = std::iter::once(&self.name).chain(&self.aliases).map(String::as_str).collect();
        match self.repeat {
            None => vec![patterns.into_iter().map(str::to_owned).collect()],
            Some(Repeat { from, to }) => {
                (from..=to).map(|n| patterns.iter().map(|pattern| filled(pattern, n)).collect()).collect()
            }
        }
    }
}

/// Every whole number of so many digits is exact in a 64-bit float (2^53 has 16).
const EXACT_DIGITS: usize = 15;

/// The width of a format such as `10n` or `4an`.
fn digits(format: &str) -> Option<usize> {
    let width = format.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    width.parse().ok()
}

/// Whether a name holds one of the placeholders of a repeated field.
pub(crate) fn has_placeholder(name: &str) -> bool {
    ["{n}", "{nn}", "{a}"].iter().any(|placeholder| name.contains(placeholder))
}

fn filled(pattern: &str, n: u8) -> String {
    let letter = char::from(b'a' + n.saturating_sub(1).min(25));
    pattern.replace("{nn}", &format!("{n:02}")).replace("{n}", &n.to_string()).replace("{a}", &letter.to_string())
}
