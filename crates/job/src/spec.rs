//! The job file as written: what a user asks for.
//!
//! The types are the shape of the TOML file, and its JSON Schema is made from them. What
//! they ask for is checked against the catalogue and the inputs in [`check`](crate::check).

use std::collections::BTreeMap;

use counterfoil_catalogue::{LinkageOptions, RankSpec, RoleSpec, Tier};
use counterfoil_core::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scored::spec::{DecideSpec, EstimateSpec, ModelSpec};

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil job")]
pub struct JobSpec {
    /// Version of this shape: 1.
    pub version: u32,
    /// Name of the job: small letters, digits and hyphens. The run directory is named after
    /// it unless `--out` says otherwise.
    pub name: String,
    /// The agreement that the job runs under; a path from the job file's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// A folder of catalogue entries of one's own, each a TOML file of the shape that
    /// `counterfoil schema data-set` prints; a path from the job file's folder. An entry of a
    /// name that the catalogue has goes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// End of the data, `yyyy-mm-dd`: a date of birth after it is invalid. A data set's own
    /// `end` goes before it. Left out, no date is too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Where the keys come from.
    pub keys: KeysSpec,
    /// The data sets.
    #[serde(rename = "data_set")]
    pub data_sets: Vec<DataSetSpec>,
    /// How they are linked.
    pub linkage: LinkageSpec,
    /// What is written. Left out: the links.
    #[serde(default, rename = "output", skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OutputSpec>,
}

/// Where the keys come from; never a key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeysSpec {
    /// The root key file; a path from the job file's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// Uses a built-in public key instead, for examples. It protects nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demo: bool,
    /// Tokens are equal within a project. Left out: the job's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Pseudonyms are equal within a release, and differ between releases. Left out: the
    /// job's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// One data set of a job.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSetSpec {
    /// Name within the job.
    pub name: String,
    /// The catalogue entry that describes it, or one of its further tables as
    /// `ENTRY/TABLE`. Left out: described inline, by `roles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// Which person a row is about, where the catalogue entry knows several, such as `baby`.
    /// Left out: the one that the entry's own roles are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Files, globs and folders; paths from the job file's folder.
    pub files: Vec<String>,
    /// `parquet`, `csv` or `ipc`. Left out: by the files' extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Field delimiter of CSV, one character. Left out: guessed from the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Quote of CSV, one character. Left out: `"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// Character encoding of CSV, such as `windows-1252`. Left out: UTF-8, or what a byte
    /// order mark says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Column, or columns, that identify a row. Goes before the catalogue entry's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_key: Option<OneOrMore>,
    /// Column that identifies a person across rows. Goes before the catalogue entry's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_key: Option<String>,
    /// The release that this data set's pseudonyms are of. Left out: the job's. Two data sets
    /// of different releases share no pseudonym, and only a bridging file joins them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// End of this data set, `yyyy-mm-dd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// How its dates are written, if as text: `auto`, `ymd`, `dmy`, `mdy`, the same three with
    /// years of two digits (`short-ymd`, `short-dmy`, `short-mdy`), `excel`, by numbers of days, or in
    /// another calendar: `buddhist`, as in Thailand, or `persian`, as in Iran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_form: Option<String>,
    /// Role to column. Goes before the catalogue entry's roles, one by one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, RoleSpec>,
    /// Column to tier, for columns that no catalogue entry knows: `AN` (analytic) and `QI`
    /// (quasi-identifier) leave in an extract as they are, `PS` (a key) as a pseudonym, `SE`
    /// (sensitive) if the output names it and the agreement allows it, and `ID` (direct
    /// identifier) never. A column that is not declared stays behind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, Tier>,
}

/// A name or a list of names.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a name or a list of names")]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    /// As a list.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            OneOrMore::One(name) => std::slice::from_ref(name),
            OneOrMore::More(names) => names,
        }
    }
}

/// How data sets are linked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkageSpec {
    /// The data set, or data sets, of the persons.
    pub left: OneOrMore,
    /// The data set, or data sets, to link to them. Left out: the left side is
    /// deduplicated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<OneOrMore>,
    /// A recipe of the catalogue. Otherwise give `rank` tables, `estimate` or `model`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// A probabilistic model: `model.toml` of an earlier run, or the settings of Splink 4 or 5
    /// as JSON; a path from the job file's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A probabilistic model that is estimated from the data. An empty table leaves everything
    /// to be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<EstimateSpec>,
    /// What is made of a model's weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<DecideSpec>,
    /// Which pairs of records a model looks for: `link_only` (of different sides, or of
    /// different data sets where there is one side), `dedupe_only` (of one and the same), or
    /// `link_and_dedupe` (any). Left out: `link_only` between two sides; within one, any.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub link_type: Option<LinkTypeSpec>,
    /// `token` (linkage sees keyed tokens only) or `trusted` (clear values may be compared
    /// inside this process). Ranks compare for equality and do the same in both; of a model, levels that need clear
    /// text are refused in token mode.
    #[serde(default)]
    pub mode: Mode,
    /// Match rules of one's own, best first.
    #[serde(default, rename = "rank", skip_serializing_if = "Vec::is_empty")]
    pub ranks: Vec<RankSpec>,
    /// Choices where the published method leaves one.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub options: LinkageOptions,
    /// Lists that ranks exclude values by, such as `communal` (communal-establishment
    /// postcodes).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, ListSpec>,
}

fn is_nothing(options: &LinkageOptions) -> bool {
    *options == LinkageOptions::default()
}

/// Which pairs of records are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkTypeSpec {
    /// Of different sides, or of different data sets where there is one side.
    LinkOnly,
    /// Of one and the same data set.
    DedupeOnly,
    /// Any.
    LinkAndDedupe,
}

/// What linkage may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Keyed tokens only.
    #[default]
    Token,
    /// Clear values too, inside this process.
    Trusted,
}

/// A list of values in a file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// The file; a path from the job file's folder.
    pub file: String,
    /// The column that holds the values. Left out: the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// One output.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum OutputSpec {
    /// `links.parquet`: one row a link.
    Links,
    /// `persons.parquet`: one row a record, with the person it belongs to.
    Persons,
    /// `clusters.parquet`: the shape of each person of two records or more. Of a linkage by a model.
    Clusters,
    /// `bridge.parquet`: pairs of pseudonyms.
    Bridge {
        /// The recipient's name for this delivery. Left out: the release.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_version: Option<String>,
    },
    /// `extract/NAME/`: pseudonymised rows of the linked persons of one data set.
    Extract {
        /// The data set.
        data_set: String,
        /// The columns wanted. Left out: all that may leave without being named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<String>>,
        /// Of imaging records linked to HES: the recipient's name for this delivery. Left
        /// out: the release.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_version: Option<String>,
        /// Of imaging records linked to HES: whether the unmatched ones are delivered too,
        /// without person and match rank.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unmatched: bool,
    },
}

/// What the agreement of a job says, as far as ranked linkage needs it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil agreement")]
pub struct AgreementSpec {
    /// Version of this shape: 1.
    pub version: u32,
    /// Reference of the Data Sharing Agreement.
    pub reference: String,
    /// Who receives the outputs.
    pub recipient: String,
    /// Columns of tier SE that may leave if the job names them.
    #[serde(default)]
    pub sensitive_columns: Vec<String>,
}

/// The job file that a job amounts to.
///
/// # Errors
///
/// Never in practice: a job is plain data.
pub fn job_text(spec: &JobSpec) -> Result<String, Fault> {
    toml::to_string(spec).map_err(|_| Fault::bug("job", "cannot be written"))
}

/// The JSON Schema of job files.
#[must_use]
pub fn job_schema() -> String {
    schema_text(&schemars::schema_for!(JobSpec))
}

/// The JSON Schema of models.
#[must_use]
pub fn model_schema() -> String {
    schema_text(&schemars::schema_for!(ModelSpec))
}

/// The JSON Schema of agreements.
#[must_use]
pub fn agreement_schema() -> String {
    schema_text(&schemars::schema_for!(AgreementSpec))
}

fn schema_text(schema: &schemars::Schema) -> String {
    let mut text = format!("{:#}", schema.as_value());
    text.push('\n');
    text
}
