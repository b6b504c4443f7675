//! What a job writes, checked before the first row is read.

use arrow_schema::SchemaRef;
use counterfoil_catalogue::{self as catalogue, Products};
use counterfoil_core::{Fault, Side, Tier};
use counterfoil_release::attached::{self, attached_schema};
use counterfoil_release::persons_column::{PERSON_PSEUDONYM, persons_schema};
use counterfoil_release::policy::{ColumnFacts, Plan, Treatment, Wishes};

use crate::check::{Method, Sides, gathers_by_identity};
use crate::source::Source;
use crate::spec::{AgreementSpec, JobSpec, OutputSpec};

/// One output, with what is needed to make it.
#[derive(Debug)]
pub enum Output {
    /// `links.parquet`.
    Links,
    /// `persons.parquet`.
    Persons,
    /// `clusters.parquet`.
    Clusters,
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
    /// By their own person key, else by their combination of identifiers; of a linkage by a model,
    /// by what it takes for one person.
    ByIdentity(PersonColumn),
    /// By the person they are attached to.
    Attached(Attached),
}

impl Persons {
    /// Schema of what leaves of rows that `plan` is of.
    #[must_use]
    pub fn schema<'p>(&'p self, plan: &'p Plan) -> &'p SchemaRef {
        match self {
            Persons::ByKey => plan.schema(),
            Persons::ByIdentity(column) => &column.schema,
            Persons::Attached(attached) => &attached.schema,
        }
    }

    /// The column that rows are ordered by: the person, where there is one.
    #[must_use]
    pub fn pseudonym_column<'p>(&'p self, plan: &'p Plan) -> Option<&'p str> {
        match self {
            Persons::ByKey => plan.pseudonym_column(),
            Persons::ByIdentity(column) => Some(&column.name),
            Persons::Attached(_) => Some(attached::PERSON),
        }
    }
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
        let default = match self.method.and_then(|method| method.products) {
            Some(Products::Bridge) => [OutputSpec::Bridge { file_version: None }],
            Some(Products::HesDeaths | Products::HesDid) | None => [OutputSpec::Links],
        };
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
            OutputSpec::Clusters => self.clusters(place),
            OutputSpec::Bridge { file_version } => self.bridge(place, file_version.as_ref()),
            OutputSpec::Extract { data_set, columns, file_version, unmatched } => {
                let position = self.data_set(place, data_set)?;
                if self.method.is_some_and(|method| method.model.is_some()) {
                    return self.by_model(place, position, columns.as_deref(), file_version.is_some() || *unmatched);
                }
                if self.sides.right.contains(&position) {
                    self.of_right(place, position, columns.as_deref(), (file_version.as_ref(), *unmatched))
                } else if file_version.is_some() || *unmatched {
                    Err(vec![not_imaging(place)])
                } else {
                    self.rows(place, position, Side::Left, columns.as_deref())
                }
            }
        }
    }

    fn clusters(self, place: &str) -> Result<Option<Output>, Vec<Fault>> {
        let Some(method) = self.method else { return Ok(None) };
        if method.model.is_none() {
            let message = "`clusters` is of a linkage by a model, whose links have weights; this one is by ranks";
            return Err(vec![Fault::spec(place, message).hint("ask for `persons`, or leave it out")]);
        }
        Ok(Some(Output::Clusters))
    }

    fn bridge(self, place: &str, file_version: Option<&String>) -> Result<Option<Output>, Vec<Fault>> {
        let Some(method) = self.method else { return Ok(None) };
        let faults = self.bridge_faults(place, method);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Some(Output::Bridge { file_version: self.version(file_version) }))
    }

    /// What keeps a bridging file from being made: nothing to make pseudonyms of, a side of
    /// several releases, and, where the file is to join two releases, both sides of one.
    fn bridge_faults(self, place: &str, method: &Method) -> Vec<Fault> {
        let mut faults = Vec::new();
        for side in [Side::Left, Side::Right] {
            if !self.gathers_by_identity(side, method) {
                faults.extend(self.nameless(place, side));
            }
            if self.releases(side).len() > 1 {
                let message = format!("the data sets of the {} side are of several releases", crate::plan::name(side));
                faults.push(
                    Fault::spec(place, message).hint("give them the same `release`, or make a bridging file for each"),
                );
            }
        }
        if method.products == Some(Products::Bridge) && self.releases(Side::Left) == self.releases(Side::Right) {
            let message = "the bridging file joins two releases, and both sides are of one";
            faults.push(Fault::spec(place, message).hint("give the data sets of each side a `release` of their own"));
        }
        faults
    }

    /// The releases that the pseudonyms of a side are of, in order; `None` is the job's.
    fn releases(&self, side: Side) -> Vec<Option<&str>> {
        let of = |source: &usize| self.spec.data_sets[*source].release.as_deref();
        let mut releases: Vec<_> = self.side(side).iter().map(of).collect();
        releases.sort_unstable();
        releases.dedup();
        releases
    }

    /// A fault for each data set of a side that has nothing to make pseudonyms of.
    fn nameless(self, place: &str, side: Side) -> Vec<Fault> {
        let sources = self.side(side).iter().filter_map(|source| self.sources[*source].as_ref());
        let nameless = sources.filter(|source| source.person_key.is_none() && source.record_key.is_empty());
        nameless.map(|source| nothing_to_bridge(place, source)).collect()
    }

    /// The recipient's name for a delivery: the release, if nothing else is said.
    fn version(self, given: Option<&String>) -> String {
        given.or(self.spec.keys.release.as_ref()).unwrap_or(&self.spec.name).clone()
    }

    /// The position of the data set of that name.
    fn data_set(self, place: &str, name: &str) -> Result<usize, Vec<Fault>> {
        let data_sets = &self.spec.data_sets;
        data_sets.iter().position(|data_set| data_set.name == *name).ok_or_else(|| {
            let known: Vec<_> = data_sets.iter().map(|data_set| format!("`{}`", data_set.name)).collect();
            let message = format!("there is no data set `{name}`; the job has {}", known.join(", "));
            let fault = Fault::spec(format!("{place}.data_set"), message);
            vec![match catalogue::nearest(name, data_sets.iter().map(|data_set| data_set.name.as_str())) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint("name a `[[data_set]]` of the job"),
            }]
        })
    }

    /// The extract of a data set on the right, of which a recipe may make something of its own.
    fn of_right(
        self,
        place: &str,
        position: usize,
        columns: Option<&[String]>,
        (file_version, unmatched): (Option<&String>, bool),
    ) -> Result<Option<Output>, Vec<Fault>> {
        let Some(method) = self.method else { return Ok(None) };
        if method.products == Some(Products::HesDid) {
            return self.attached(place, position, columns, method, (file_version, unmatched));
        }
        if file_version.is_some() || unmatched {
            return Err(vec![not_imaging(place)]);
        }
        if method.products == Some(Products::HesDeaths) {
            return deaths(place, position, columns.is_some(), method).map(Some);
        }
        self.rows(place, position, Side::Right, columns)
    }

    fn attached(
        self,
        place: &str,
        position: usize,
        columns: Option<&[String]>,
        method: &Method,
        (file_version, unmatched): (Option<&String>, bool),
    ) -> Result<Option<Output>, Vec<Fault>> {
        if method.options.resolution == catalogue::Resolution::KeepAll {
            let message = "an imaging record is delivered with one person, and `keep-all` keeps several";
            return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
        }
        let nameless = self.nameless(place, Side::Left);
        if !nameless.is_empty() {
            return Err(nameless);
        }
        let Some(source) = &self.sources[position] else { return Ok(None) };
        let plan = plan(place, source, columns, self.agreed(columns))?;
        let schema = attached_schema(place, plan.schema()).map_err(|fault| vec![fault])?;
        let attached = Attached { schema, file_version: self.version(file_version), unmatched };
        Ok(Some(Output::Rows { source: position, plan: Box::new(plan), persons: Persons::Attached(attached) }))
    }

    fn rows(
        self,
        place: &str,
        position: usize,
        side: Side,
        columns: Option<&[String]>,
    ) -> Result<Option<Output>, Vec<Fault>> {
        let Some(source) = &self.sources[position] else { return Ok(None) };
        let plan = plan(place, source, columns, self.agreed(columns))?;
        let persons = if self.method.is_some_and(|method| self.gathers_by_identity(side, method)) {
            Persons::ByIdentity(person_column(&plan, source))
        } else {
            Persons::ByKey
        };
        Ok(Some(Output::Rows { source: position, plan: Box::new(plan), persons }))
    }

    /// The extract of a data set that is linked by a model: the person stands in a column of its
    /// own, since the model may find several in what the data set takes for one.
    fn by_model(
        self,
        place: &str,
        position: usize,
        columns: Option<&[String]>,
        is_imaging: bool,
    ) -> Result<Option<Output>, Vec<Fault>> {
        if is_imaging {
            return Err(vec![not_imaging(place)]);
        }
        if !self.sides.left.contains(&position) && !self.sides.right.contains(&position) {
            let name = &self.spec.data_sets[position].name;
            let fault = Fault::spec(place, format!("`{name}` is not linked, so no row of it is of a linked person"));
            return Err(vec![fault.hint("name it in `linkage.left` or `linkage.right`, or leave the extract out")]);
        }
        let Some(source) = &self.sources[position] else { return Ok(None) };
        let plan = plan(place, source, columns, self.agreed(columns))?;
        let column =
            PersonColumn { schema: persons_schema(plan.schema(), PERSON_PSEUDONYM), name: PERSON_PSEUDONYM.to_owned() };
        Ok(Some(Output::Rows { source: position, plan: Box::new(plan), persons: Persons::ByIdentity(column) }))
    }

    /// Sensitive columns that the agreement allows; what one that cannot be read allows is not
    /// known, so that nothing is said of the columns asked for.
    fn agreed<'c>(&'c self, columns: Option<&'c [String]>) -> &'c [String] {
        match (&self.spec.agreement, self.agreement) {
            (Some(_), None) => columns.unwrap_or_default(),
            (_, agreement) => agreement.map(|agreement| agreement.sensitive_columns.as_slice()).unwrap_or_default(),
        }
    }

    fn gathers_by_identity(self, side: Side, method: &Method) -> bool {
        !self.sides.right.is_empty() && gathers_by_identity(side, &method.options, method.products)
    }

    fn side(&self, side: Side) -> &[usize] {
        match side {
            Side::Left => &self.sides.left,
            Side::Right => &self.sides.right,
        }
    }
}

fn repeated(outputs: &[OutputSpec]) -> Vec<Fault> {
    let name = |output: &OutputSpec| match output {
        OutputSpec::Links => "links".to_owned(),
        OutputSpec::Persons => "persons".to_owned(),
        OutputSpec::Clusters => "clusters".to_owned(),
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

/// The column of the persons of a data set some of whose rows have no person key.
fn person_column(plan: &Plan, source: &Source) -> PersonColumn {
    let own = source.person_key.as_deref().filter(|key| plan.schema().field_with_name(key).is_ok());
    let name = own.unwrap_or(PERSON_PSEUDONYM).to_owned();
    PersonColumn { schema: persons_schema(plan.schema(), &name), name }
}

fn not_imaging(place: &str) -> Fault {
    let message = "`file_version` and `unmatched` are for imaging records linked by the recipe `hes-did`";
    Fault::spec(place, message).hint("leave them out")
}

fn nothing_to_bridge(place: &str, source: &Source) -> Fault {
    let message = format!("`{}` has neither a person key nor a record key to make pseudonyms of", source.name);
    Fault::spec(place, message).hint("name one: `record_key = \"COLUMN\"`")
}

fn deaths(place: &str, source: usize, lists_columns: bool, method: &Method) -> Result<Output, Vec<Fault>> {
    let keeps_several = [catalogue::Resolution::KeepAll, catalogue::Resolution::BestPerRight];
    if keeps_several.contains(&method.options.resolution) {
        let message = "the extract of deaths has one death a person, and this linkage may keep several";
        return Err(vec![Fault::spec(place, message).hint("choose another `linkage.options.resolution`")]);
    }
    if lists_columns {
        let message = "the extract of deaths has the published columns and takes no `columns`";
        return Err(vec![Fault::spec(place, message).hint("leave `columns` out")]);
    }
    Ok(Output::Deaths { source })
}

fn plan(place: &str, source: &Source, columns: Option<&[String]>, agreed: &[String]) -> Result<Plan, Vec<Fault>> {
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
    Ok(plan)
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
