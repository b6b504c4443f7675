//! What a job writes, checked before the first row is read.

use counterfoil_catalogue::{self as catalogue, Products};
use counterfoil_core::{Fault, Tier};
use counterfoil_release::policy::{ColumnFacts, Plan, Treatment, Wishes};

use crate::check::{Method, Sides};
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

/// The outputs that a job asks for, and what is known of the job otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) spec: &'a JobSpec,
    /// By position in the job; `None` where a data set is at fault.
    pub(crate) sources: &'a [Option<Source>],
    pub(crate) sides: &'a Sides,
    /// `None` if it is at fault.
    pub(crate) method: Option<&'a Method>,
    /// `None` if the job names none, or one that is at fault.
    pub(crate) agreement: Option<&'a AgreementSpec>,
}

impl Wanted<'_> {
    /// Checks the outputs. Those of a part that is at fault, which has been told, are left out.
    ///
    /// # Errors
    ///
    /// Every fault at once.
    pub(crate) fn check(self) -> Result<Vec<Output>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut outputs = Vec::new();
        let default = [OutputSpec::Links];
        let wanted = if self.spec.outputs.is_empty() { &default[..] } else { &self.spec.outputs };
        for (i, output) in wanted.iter().enumerate() {
            match self.output(&format!("output[{}]", i + 1), output) {
                Ok(output) => outputs.extend(output),
                Err(more) => faults.extend(more),
            }
        }
        faults.extend(repeated(wanted));
        if faults.is_empty() { Ok(outputs) } else { Err(faults) }
    }

    fn output(self, place: &str, output: &OutputSpec) -> Result<Option<Output>, Vec<Fault>> {
        match output {
            OutputSpec::Links => Ok(Some(Output::Links)),
            OutputSpec::Persons => Ok(Some(Output::Persons)),
            OutputSpec::Bridge { file_version } => self.bridge(place, file_version.as_ref()).map(Some),
            OutputSpec::Extract { data_set, columns } => self.extract(place, data_set, columns.as_deref()),
        }
    }

    fn bridge(self, place: &str, file_version: Option<&String>) -> Result<Output, Vec<Fault>> {
        let both = self.sides.left.iter().chain(&self.sides.right).filter_map(|s| self.sources[*s].as_ref());
        let nameless = both.filter(|source| source.person_key.is_none() && source.record_key.is_empty());
        let faults: Vec<_> = nameless.map(|source| nothing_to_bridge(place, source)).collect();
        let release = || self.spec.keys.release.clone().unwrap_or_else(|| self.spec.name.clone());
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Output::Bridge { file_version: file_version.cloned().unwrap_or_else(release) })
    }

    fn extract(self, place: &str, name: &str, columns: Option<&[String]>) -> Result<Option<Output>, Vec<Fault>> {
        let Some(position) = self.spec.data_sets.iter().position(|data_set| data_set.name == *name) else {
            let known: Vec<_> = self.spec.data_sets.iter().map(|data_set| format!("`{}`", data_set.name)).collect();
            let message = format!("there is no data set `{name}`; the job has {}", known.join(", "));
            let fault = Fault::spec(format!("{place}.data_set"), message);
            let names = self.spec.data_sets.iter().map(|data_set| data_set.name.as_str());
            return Err(vec![match catalogue::nearest(name, names) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint("name a `[[data_set]]` of the job"),
            }]);
        };
        if self.sides.right.contains(&position) {
            match self.method {
                None => return Ok(None),
                Some(method) if method.products == Some(Products::HesDeaths) => {
                    return deaths(place, position, columns.is_some(), method).map(Some);
                }
                Some(_) => {}
            }
        }
        let Some(source) = &self.sources[position] else { return Ok(None) };
        let agreed = match (&self.spec.agreement, self.agreement) {
            // What an agreement that cannot be read allows is not known.
            (Some(_), None) => columns,
            (_, agreement) => agreement.map(|agreement| agreement.sensitive_columns.as_slice()),
        };
        rows(place, position, source, columns, agreed.unwrap_or_default()).map(Some)
    }
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
    let fault = |i: usize, name: &String| {
        Fault::spec(format!("output[{}]", i + 1), format!("`{name}` is asked for twice")).hint("leave one out")
    };
    again.map(|(i, name)| fault(i, name)).collect()
}

fn nothing_to_bridge(place: &str, source: &Source) -> Fault {
    let message = format!("`{}` has neither a person key nor a record key to make pseudonyms of", source.name);
    Fault::spec(place, message).hint("name one: `record_key = \"COLUMN\"`")
}

fn deaths(place: &str, source: usize, lists_columns: bool, method: &Method) -> Result<Output, Vec<Fault>> {
    if method.options.resolution == catalogue::Resolution::KeepAll {
        let message = "the extract of deaths has one death a person, and `keep-all` keeps several";
        return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
    }
    if lists_columns {
        let message = "the extract of deaths has the published columns and takes no `columns`";
        return Err(vec![Fault::spec(place, message).hint("leave `columns` out")]);
    }
    Ok(Output::Deaths { source })
}

fn rows(
    place: &str,
    position: usize,
    source: &Source,
    columns: Option<&[String]>,
    agreed: &[String],
) -> Result<Output, Vec<Fault>> {
    let wishes = Wishes { columns, allowed_sensitive: agreed };
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
        return Err(vec![Fault::spec(place, message).hint(
            "say what its columns are: a catalogue entry, `is = \"ENTRY\"`, or `[data_set.tiers] COLUMN = \"AN\"`",
        )]);
    }
    Ok(Output::Rows { source: position, plan: Box::new(plan) })
}

/// What is known of each column: the person key first, then the catalogue, then the record
/// key, then what the job declares. A column that is none of these is not known, and stays.
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
        } else if let Some(tier) = source.tiers.get(name) {
            facts.push(ColumnFacts::new(name, *tier));
        }
    }
    facts
}

/// Purpose that a source's record keys are pseudonymised under.
#[must_use]
pub fn record_purpose(source: &Source) -> String {
    ColumnFacts::new(&source.record_key.join("|"), Tier::Ps).purpose
}
