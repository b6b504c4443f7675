//! The small language in which blocking keys and comparison levels are written.
//!
//! ```text
//! term       field | derivation(part) | derivation(part, number)          prefix(family_name, 3)
//! part       field | word(field)                                          letters(first_word(full_name))
//! atom       exact(term) | exact(left, right) | null(term) | else
//!            measure(term) >= number | measure(term, word) <= number      jaro_winkler(family_name) >= 0.92
//! condition  atom | not condition | condition and condition | condition or condition | (condition)
//! key        term | left = right                                          given_name = family_name
//! ```
//!
//! In `exact(left, right)` and in `left = right` the left record's value is compared with
//! another value of the right record, as for names written in each other's place.

mod parse;

use std::fmt::{self, Display};

/// A field or something derived from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// The linkage field: a role of the data sets.
    pub field: String,
    /// What is derived from its value; the value itself if `None`.
    pub derived: Option<Derived>,
}

/// What a term derives from a field's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Derived {
    /// The derivation, one of [`DERIVATIONS`].
    pub name: String,
    /// Its number, for those that have one: letters of a prefix, length of a q-gram.
    pub number: Option<u32>,
    /// The word of the value that it is derived of, as `first_word` in
    /// `letters(first_word(full_name))`; the whole value if `None`.
    pub word: Option<String>,
}

/// Every derivation, whether it takes a number, and what it is.
pub const DERIVATIONS: &[(&str, bool, &str)] = &[
    ("prefix", true, "the first letters"),
    ("suffix", true, "the last letters"),
    ("initial", false, "the first letter"),
    ("first_word", false, "the first word"),
    ("last_word", false, "the last word"),
    ("after_first_word", false, "the words after the first; nothing of one word"),
    ("sorted_words", false, "the words in alphabetical order"),
    ("soundex", false, "American Soundex code"),
    ("double_metaphone", false, "double metaphone code, the primary one"),
    ("nickname", false, "the given name that a nickname stands for"),
    ("year", false, "year of a date"),
    ("year_month", false, "year and month of a date"),
    ("month_day", false, "month and day of a date"),
    ("month", false, "month of a date"),
    ("day", false, "day of a date"),
    ("adjacent_years", false, "the year of a date with the one before, and with the one after"),
    ("adjacent_months", false, "the month of a date with the one before, and with the one after"),
    ("month_day_swapped", false, "a date with month and day exchanged"),
    ("area", false, "area of a postcode: its first letters"),
    ("district", false, "district of a postcode: its first half"),
    ("sector", false, "sector of a postcode: all but its last two letters"),
    ("email_user", false, "an address up to its @"),
    ("email_domain", false, "an address after its @"),
    ("any", false, "each value of a field with several"),
    ("deletions", false, "the value and all that lack one of its letters; for blocking"),
    ("letters", false, "each letter, numbered among those like it"),
    ("positions", false, "each letter with its place"),
    ("qgrams", true, "every run of so many letters; for blocking"),
    ("runs", true, "every run of so many whole numbers that a number is one of"),
    ("phonetics", false, "both double metaphone codes; for blocking"),
];

/// How a measure's number is held against its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A similarity: at least.
    AtLeast,
    /// A difference: at most.
    AtMost,
}

/// Every measure, how its threshold is held, and what it is.
pub const MEASURES: &[(&str, Direction, &str)] = &[
    ("jaro", Direction::AtLeast, "Jaro similarity, 0 to 1"),
    ("jaro_winkler", Direction::AtLeast, "Jaro–Winkler similarity, 0 to 1"),
    ("levenshtein", Direction::AtMost, "Levenshtein distance"),
    ("osa", Direction::AtMost, "optimal string alignment distance: transpositions count once"),
    ("damerau_levenshtein", Direction::AtMost, "Damerau–Levenshtein distance"),
    ("jaccard", Direction::AtLeast, "Jaccard similarity of pairs of letters, or of what else is derived, 0 to 1"),
    ("cosine", Direction::AtLeast, "cosine similarity of pairs of letters, or of what else is derived, 0 to 1"),
    ("days", Direction::AtMost, "days between two dates"),
    ("months", Direction::AtMost, "months between two dates, of 30.4375 days"),
    ("years", Direction::AtMost, "years between two dates, of 365.25 days"),
    ("date_parts", Direction::AtLeast, "how many of year, month and day are equal"),
    ("difference", Direction::AtMost, "difference of two numbers"),
    ("percent", Direction::AtMost, "difference of two numbers, in per cent of the greater"),
    ("km", Direction::AtMost, "distance of two places in km, from `latitude,longitude`"),
    ("shared", Direction::AtLeast, "how many values two fields with several have in common"),
    ("best_jaro_winkler", Direction::AtLeast, "the best Jaro–Winkler similarity among two fields' several values"),
];

/// When a level holds.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionSpec {
    /// The left record's term equals the right one's (mostly the same term).
    Exact(Term, Term),
    /// A measure of the two reaches a threshold.
    Measured {
        /// Position in [`MEASURES`].
        measure: usize,
        /// The left record's term.
        left: Term,
        /// The right record's term.
        right: Term,
        /// The threshold.
        threshold: f64,
    },
    /// The term is missing on either side.
    Null(Term),
    /// Whatever no other level holds for; alone and last.
    Else,
    /// All hold.
    All(Vec<ConditionSpec>),
    /// At least one holds.
    Any(Vec<ConditionSpec>),
    /// It does not hold.
    Not(Box<ConditionSpec>),
}

/// One key of a blocking rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// The left record's term.
    pub left: Term,
    /// The right record's term: the same, unless fields are swapped.
    pub right: Term,
}

impl Term {
    /// A field's own value.
    #[must_use]
    pub fn field(name: &str) -> Term {
        Term { field: name.to_owned(), derived: None }
    }

    /// What a derivation makes of a field's value.
    #[must_use]
    pub fn derived(name: &str, number: Option<u32>, field: &str) -> Term {
        Term { field: field.to_owned(), derived: Some(Derived { name: name.to_owned(), number, word: None }) }
    }

    /// What a derivation makes of a word of a field's value.
    #[must_use]
    pub fn of_word(name: &str, number: Option<u32>, word: &str, field: &str) -> Term {
        let derived = Derived { name: name.to_owned(), number, word: Some(word.to_owned()) };
        Term { field: field.to_owned(), derived: Some(derived) }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Derived { name, number, word }) = &self.derived else { return f.write_str(&self.field) };
        write!(f, "{name}(")?;
        match word {
            Some(word) => write!(f, "{word}({})", self.field)?,
            None => f.write_str(&self.field)?,
        }
        match number {
            Some(number) => write!(f, ", {number})"),
            None => f.write_str(")"),
        }
    }
}

impl Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.left == self.right { self.left.fmt(f) } else { write!(f, "{} = {}", self.left, self.right) }
    }
}

impl Display for ConditionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConditionSpec::Exact(left, right) => write!(f, "exact({})", Both(left, right)),
            ConditionSpec::Measured { measure, left, right, threshold } => {
                let (name, direction, _) = MEASURES[*measure];
                let sign = if direction == Direction::AtLeast { ">=" } else { "<=" };
                write!(f, "{name}({}) {sign} {threshold}", Both(left, right))
            }
            ConditionSpec::Null(term) => write!(f, "null({term})"),
            ConditionSpec::Else => f.write_str("else"),
            ConditionSpec::All(parts) => joined(f, parts, " and "),
            ConditionSpec::Any(parts) => joined(f, parts, " or "),
            ConditionSpec::Not(part) => write!(f, "not {}", Bracketed(part)),
        }
    }
}

/// Two terms, or one that stands for both.
struct Both<'t>(&'t Term, &'t Term);

impl Display for Both<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == self.1 { self.0.fmt(f) } else { write!(f, "{}, {}", self.0, self.1) }
    }
}

/// A condition in brackets, if it is made of several.
struct Bracketed<'c>(&'c ConditionSpec);

impl Display for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ConditionSpec::All(_) | ConditionSpec::Any(_) => write!(f, "({})", self.0),
            single => single.fmt(f),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[ConditionSpec], word: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        Bracketed(part).fmt(f)?;
    }
    Ok(())
}

/// A type that is written as text in TOML and JSON.
macro_rules! as_text {
    ($type:ty, $name:literal, $what:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $what })
            }
        }
    };
}

as_text!(Term, "Term", "a field, or a derivation of it such as `soundex(family_name)` or `prefix(postcode, 4)`");
as_text!(KeySpec, "BlockingKey", "a term, or two of swapped fields such as `given_name = family_name`");
as_text!(
    ConditionSpec,
    "Condition",
    "such as `exact(family_name)`, `jaro_winkler(family_name) >= 0.92`, `exact(sector(postcode)) or null(birth_date)`, or `else`"
);
