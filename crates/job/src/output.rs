//! What a job writes, checked before the first row is read.

use arrow_schema::SchemaRef;
use counterfoil_catalogue::{self as catalogue, Products};
use counterfoil_core::{Fault, Side, Tier};
use counterfoil_release::attached::attached_schema;
use counterfoil_release::persons_column::{PERSON_PSEUDONYM, persons_schema};
use counterfoil_release::policy::{ColumnFacts, Plan, Wishes};

use crate::check::Linkage;
use crate::source::Source;
use crate::spec::{AgreementSpec, JobSpec, OutputSpec};

/// One output, with what is needed to make it.
#[derive(Debug)]
pub enum Output {
    /// `links.parquet`.
    Links,
    /// `persons.parquet`.
    Persons,
    /// `bridge.parquet`.
    Bridge {
        /// The recipient's name for this delivery.
        file_version: String,
    },
    /// `extract/NAME/`: the merged deaths, in the columns of the secondary care cut.
    Deaths {
        /// The data set of registered deaths, by position.
        source: usize,
    },
    /// `extract/NAME/`: rows of linked persons.
    Rows {
        /// The data set, by position.
        source: usize,
        /// What becomes of its columns.
        plan: Box<Plan>,
        /// What becomes of the rows as persons.
        persons: Persons,
    },
}

/// How the rows of an extract say whose they are.
#[derive(Debug)]
pub enum Persons {
    /// By their own person key, if they have one.
    ByKey,
    /// By their own person key, else by their combination of identifiers.
    ByIdentity(PersonColumn),
    /// By the person they are attached to.
    Attached(Attached),
}

/// The column that holds a person's pseudonym.
#[derive(Debug)]
pub struct PersonColumn {
    /// Its name.
    pub name: String,
    /// Schema of what leaves, with it.
    pub schema: SchemaRef,
}

/// The extract of records that are attached to persons.
#[derive(Debug)]
pub struct Attached {
    /// Schema of what leaves, the added columns included.
    pub schema: SchemaRef,
    /// The recipient's name for this delivery.
    pub file_version: String,
    /// Whether unmatched records are delivered too.
    pub unmatched: bool,
}

/// Checks the outputs of a job.
///
/// # Errors
///
/// Every fault at once.
pub fn check(
    spec: &JobSpec,
    sources: &[Source],
    linkage: &Linkage,
    agreement: Option<&AgreementSpec>,
) -> Result<Vec<Output>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut outputs = Vec::new();
    let default = match linkage.products {
        Some(Products::Bridge) => [OutputSpec::Bridge { file_version: None }],
        Some(Products::HesDeaths | Products::HesDid) | None => [OutputSpec::Links],
    };
    let wanted = if spec.outputs.is_empty() { &default[..] } else { &spec.outputs };
    for (i, output) in wanted.iter().enumerate() {
        let place = format!("output[{}]", i + 1);
        match one(&place, output, spec, sources, linkage, agreement) {
            Ok(output) => outputs.push(output),
            Err(more) => faults.extend(more),
        }
    }
    faults.extend(repeated(wanted));
    if faults.is_empty() { Ok(outputs) } else { Err(faults) }
}

fn repeated(outputs: &[OutputSpec]) -> Vec<Fault> {
    let name = |output: &OutputSpec| match output {
        OutputSpec::Links => "links".to_owned(),
        OutputSpec::Persons => "persons".to_owned(),
        OutputSpec::Bridge { .. } => "bridge".to_owned(),
        OutputSpec::Extract { data_set, .. } => format!("extract of {data_set}"),
    };
    let names: Vec<_> = outputs.iter().map(name).collect();
    let again = names.iter().enumerate().filter(|(i, name)| names[..*i].contains(name));
    again.map(|(i, name)| Fault::spec(format!("output[{}]", i + 1), format!("`{name}` is asked for twice"))).collect()
}

fn one(
    place: &str,
    output: &OutputSpec,
    spec: &JobSpec,
    sources: &[Source],
    linkage: &Linkage,
    agreement: Option<&AgreementSpec>,
) -> Result<Output, Vec<Fault>> {
    match output {
        OutputSpec::Links => Ok(Output::Links),
        OutputSpec::Persons => Ok(Output::Persons),
        OutputSpec::Bridge { file_version } => {
            let faults = bridge_faults(place, sources, linkage);
            if !faults.is_empty() {
                return Err(faults);
            }
            Ok(Output::Bridge { file_version: version(file_version.as_ref(), spec) })
        }
        OutputSpec::Extract { data_set, columns, file_version, unmatched } => {
            let Some(source) = sources.iter().position(|source| source.name == *data_set) else {
                let known: Vec<_> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
                let message = format!("there is no data set `{data_set}`; the job has {}", known.join(", "));
                return Err(vec![Fault::spec(format!("{place}.data_set"), message)]);
            };
            let is_right = linkage.right.contains(&source);
            let is_attached = is_right && linkage.products == Some(Products::HesDid);
            if !is_attached && (file_version.is_some() || *unmatched) {
                let message = "`file_version` and `unmatched` are for imaging records linked by the recipe `hes-did`";
                return Err(vec![Fault::spec(place, message).hint("leave them out")]);
            }
            if is_right && linkage.products == Some(Products::HesDeaths) {
                return deaths(place, source, columns.is_some(), linkage);
            }
            let plan = plan(place, &sources[source], columns.as_deref(), agreement)?;
            let persons = if is_attached {
                let file_version = version(file_version.as_ref(), spec);
                Persons::Attached(attached(place, &plan, sources, linkage, (file_version, *unmatched))?)
            } else if linkage.gathers_by_identity(linkage.side_of(source)) {
                Persons::ByIdentity(person_column(&plan, &sources[source]))
            } else {
                Persons::ByKey
            };
            Ok(Output::Rows { source, plan: Box::new(plan), persons })
        }
    }
}

/// What keeps a bridging file from being made: nothing to make pseudonyms of, a side of
/// several releases, and, where the file is to join two releases, both sides of one.
fn bridge_faults(place: &str, sources: &[Source], linkage: &Linkage) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut releases = Vec::new();
    for (side, of) in [(Side::Left, &linkage.left), (Side::Right, &linkage.right)] {
        let side_sources = || of.iter().map(|source| &sources[*source]);
        if !linkage.gathers_by_identity(side) {
            faults.extend(side_sources().filter(|s| is_nameless(s)).map(|source| nothing_to_bridge(place, source)));
        }
        let mut found: Vec<_> = side_sources().map(Source::release).collect();
        found.sort_unstable();
        found.dedup();
        if found.len() > 1 {
            let message = format!("the data sets of the {} side are of several releases", crate::plan::name(side));
            faults.push(
                Fault::spec(place, message).hint("give them the same `release`, or make a bridging file for each"),
            );
        }
        releases.push(found);
    }
    if linkage.products == Some(Products::Bridge) && releases[0] == releases[1] {
        let message = "the bridging file joins two releases, and both sides are of one";
        faults.push(Fault::spec(place, message).hint("give the data sets of each side a `release` of their own"));
    }
    faults
}

/// The recipient's name for a delivery: the release, if nothing else is said.
fn version(given: Option<&String>, spec: &JobSpec) -> String {
    given.or(spec.keys.release.as_ref()).unwrap_or(&spec.name).clone()
}

fn attached(
    place: &str,
    plan: &Plan,
    sources: &[Source],
    linkage: &Linkage,
    (file_version, unmatched): (String, bool),
) -> Result<Attached, Vec<Fault>> {
    if linkage.options.resolution == catalogue::Resolution::KeepAll {
        let message = "an imaging record is delivered with one person, and `keep-all` keeps several";
        return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
    }
    let left = linkage.left.iter().map(|source| &sources[*source]);
    let nameless: Vec<_> = left.filter(|source| is_nameless(source)).map(|s| nothing_to_bridge(place, s)).collect();
    if !nameless.is_empty() {
        return Err(nameless);
    }
    let schema = attached_schema(place, plan.schema()).map_err(|fault| vec![fault])?;
    Ok(Attached { schema, file_version, unmatched })
}

/// The column of the persons of a data set some of whose rows have no person key.
fn person_column(plan: &Plan, source: &Source) -> PersonColumn {
    let own = source.person_key.as_deref().filter(|key| plan.schema().field_with_name(key).is_ok());
    let name = own.unwrap_or(PERSON_PSEUDONYM).to_owned();
    PersonColumn { schema: persons_schema(plan.schema(), &name), name }
}

fn is_nameless(source: &Source) -> bool {
    source.person_key.is_none() && source.record_key.is_empty()
}

fn nothing_to_bridge(place: &str, source: &Source) -> Fault {
    let message = format!("`{}` has neither a person key nor a record key to make pseudonyms of", source.name);
    Fault::spec(place, message).hint("name one: `record_key = \"COLUMN\"`")
}

fn deaths(place: &str, source: usize, lists_columns: bool, linkage: &Linkage) -> Result<Output, Vec<Fault>> {
    if matches!(linkage.options.resolution, catalogue::Resolution::KeepAll | catalogue::Resolution::BestPerRight) {
        let message = "the extract of deaths has one death a person, and this linkage may keep several";
        return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
    }
    if lists_columns {
        let message = "the extract of deaths has the published columns and takes no `columns`";
        return Err(vec![Fault::spec(place, message)]);
    }
    Ok(Output::Deaths { source })
}

fn plan(
    place: &str,
    source: &Source,
    columns: Option<&[String]>,
    agreement: Option<&AgreementSpec>,
) -> Result<Plan, Vec<Fault>> {
    let allowed = agreement.map(|agreement| agreement.sensitive_columns.as_slice()).unwrap_or_default();
    let wishes = Wishes { columns, allowed_sensitive: allowed };
    let plan = Plan::new(place, source.schema(), &facts(source), wishes)?;
    if plan.schema().fields().is_empty() {
        let message = format!("no column of `{}` may leave", source.name);
        return Err(vec![Fault::spec(place, message).hint("an extract needs a catalogue entry: `is = \"ENTRY\"`")]);
    }
    Ok(plan)
}

/// What is known of each column: the person key first, then the catalogue, then the record
/// key. A column of an inline definition that is none of these is not known, and stays.
fn facts(source: &Source) -> Vec<ColumnFacts> {
    let mut facts = Vec::new();
    for field in source.schema().fields() {
        let name = field.name();
        let known = source.definition.as_ref().and_then(|definition| definition.field(name));
        if source.person_key.as_ref() == Some(name) {
            facts.push(ColumnFacts::person_key(name));
        } else if let Some(field) = known {
            let sensitive = field.code_tiers.iter().filter(|(_, tier)| **tier == catalogue::Tier::Sensitive);
            let sensitive = sensitive.map(|(code, _)| code.clone());
            facts.push(ColumnFacts::new(name, field.tier.into()).with_sensitive_codes(sensitive));
        } else if source.record_key.contains(name) {
            facts.push(ColumnFacts::new(name, Tier::Ps));
        }
    }
    facts
}

/// Purpose that a source's record keys are pseudonymised under.
#[must_use]
pub fn record_purpose(source: &Source) -> String {
    ColumnFacts::new(&source.record_key.join("|"), Tier::Ps).purpose
}
