//! Splink's settings files, read and written.
//!
//! ```text
//! JSON ─serde─▶ Settings ──▶ for each condition  sql::parse ▶ Sql ▶ family ▶ ConditionSpec ──▶ ModelSpec
//! JSON ◀─serde─ Settings ◀── for each condition  text from the same templates ◀ ConditionSpec ◀── ModelSpec
//! ```
//!
//! Splink 4 and 5 (`save_model_to_json`) write comparison levels and blocking rules as SQL. The
//! library classes emit a small, closed family of conditions, in DuckDB's and in Spark's
//! dialect; the module `family` holds it as templates, which serve both ways. Whatever does not fit is refused,
//! with its comparison, level and text; nothing is guessed.
//!
//! A column of Splink becomes a field of the same name. Splink compares values as they are
//! stored, Counterfoil standardised ones, so that `LOWER`, `UPPER`, `TRIM`, casts, parsing of
//! dates and `NULLIF(…, '')` around a column mean nothing more and fall away. What is near but
//! not the same is told in notes.

mod family;
mod read;
mod read_condition;
mod read_term;
mod settings;
mod sql;
mod threshold;
mod write;
mod write_condition;

use counterfoil_core::scored::LinkType;

use crate::scored::spec::ModelSpec;

pub use read::read;
pub(crate) use write::name_of;
pub use write::write;

/// Place of the faults of a settings file as a whole.
pub(crate) const WHOLE: &str = "settings";

/// What a settings file says.
#[derive(Clone, Debug, PartialEq)]
pub struct SplinkModel {
    /// The model.
    pub model: ModelSpec,
    /// Which pairs it is for.
    pub link_type: LinkType,
    /// The column that names a record.
    pub unique_id: String,
    /// What does not mean quite the same there and here, in full sentences.
    pub notes: Vec<String>,
}

/// Whose SQL a settings file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB, Splink's default.
    DuckDb,
    /// Spark and Databricks.
    Spark,
}

impl Dialect {
    /// The name that Splink has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dialect::DuckDb => "duckdb",
            Dialect::Spark => "spark",
        }
    }
}

/// Words of the link types in settings files.
const LINK_TYPES: [(&str, LinkType); 3] = [
    ("link_only", LinkType::LinkOnly),
    ("dedupe_only", LinkType::DedupeOnly),
    ("link_and_dedupe", LinkType::LinkAndDedupe),
];
