//! What a job writes, checked before the first row is read.

use counterfoil_catalogue::{self as catalogue, Products};
use counterfoil_core::{Fault, Tier};
use counterfoil_release::policy::{ColumnFacts, Plan, Treatment, Wishes};

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
    },
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
    let default = [OutputSpec::Links];
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
            let both = linkage.left.iter().chain(&linkage.right).map(|s| &sources[*s]);
            let nameless = both.filter(|source| source.person_key.is_none() && source.record_key.is_empty());
            let faults: Vec<_> = nameless.map(|source| nothing_to_bridge(place, source)).collect();
            let release = || spec.keys.release.clone().unwrap_or_else(|| spec.name.clone());
            if !faults.is_empty() {
                return Err(faults);
            }
            Ok(Output::Bridge { file_version: file_version.clone().unwrap_or_else(release) })
        }
        OutputSpec::Extract { data_set, columns } => {
            let Some(source) = sources.iter().position(|source| source.name == *data_set) else {
                let known: Vec<_> = sources.iter().map(|source| format!("`{}`", source.name)).collect();
                let message = format!("there is no data set `{data_set}`; the job has {}", known.join(", "));
                return Err(vec![Fault::spec(format!("{place}.data_set"), message)]);
            };
            if linkage.products == Some(Products::HesDeaths) && linkage.right.contains(&source) {
                return deaths(place, source, columns.is_some(), linkage);
            }
            rows(place, source, &sources[source], columns.as_deref(), agreement)
        }
    }
}

fn nothing_to_bridge(place: &str, source: &Source) -> Fault {
    let message = format!("`{}` has neither a person key nor a record key to make pseudonyms of", source.name);
    Fault::spec(place, message).hint("name one: `record_key = \"COLUMN\"`")
}

fn deaths(place: &str, source: usize, lists_columns: bool, linkage: &Linkage) -> Result<Output, Vec<Fault>> {
    if linkage.options.resolution == catalogue::Resolution::KeepAll {
        let message = "the extract of deaths has one death a person, and `keep-all` keeps several";
        return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
    }
    if lists_columns {
        let message = "the extract of deaths has the published columns and takes no `columns`";
        return Err(vec![Fault::spec(place, message)]);
    }
    Ok(Output::Deaths { source })
}

fn rows(
    place: &str,
    position: usize,
    source: &Source,
    columns: Option<&[String]>,
    agreement: Option<&AgreementSpec>,
) -> Result<Output, Vec<Fault>> {
    let allowed = agreement.map(|agreement| agreement.sensitive_columns.as_slice()).unwrap_or_default();
    let wishes = Wishes { columns, allowed_sensitive: allowed };
    let plan = Plan::new(place, source.schema(), &facts(source), wishes)?;
    let kept = plan.treatments().filter(|(_, treatment)| *treatment == Treatment::Keep);
    let inexact: Vec<Fault> = kept
        .filter_map(|(column, _)| source.inexact(column))
        .map(|message| {
            Fault::spec(place, message).hint("write it as text or as whole numbers, or leave it out of `columns`")
        })
        .collect();
    if !inexact.is_empty() {
        return Err(inexact);
    }
    if plan.schema().fields().is_empty() {
        let message = format!("no column of `{}` may leave", source.name);
        return Err(vec![Fault::spec(place, message).hint("an extract needs a catalogue entry: `is = \"ENTRY\"`")]);
    }
    Ok(Output::Rows { source: position, plan: Box::new(plan) })
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
