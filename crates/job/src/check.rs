//! From a job file to a job that can run, or to every fault it has, before a row is read.

use std::path::{Path, PathBuf};

use counterfoil_catalogue::{
    Catalogue, Products, RankSpec, Recipe, Resolution, SettledOptions, StepOne, WithoutPersonKey, compile_ranks,
    linkage_fields, named_lists,
};
use counterfoil_core::{Exclusion, Fault, LinkageField, RankTable, Side};
use counterfoil_token::standardise::PostcodeFold;

use crate::keyring::{Keyring, masked};
use crate::lists::ValueList;
use crate::output::{self, Output};
use crate::source::{self, Source, end_day};
use crate::spec::{AgreementSpec, JobSpec, OneOrMore};

/// Without an `end` no date is too late: 2099-12-31, the last day that dates are coded to.
const NO_END: i32 = 47_481;

/// A checked job: its inputs are open, its ranks compiled, its keys at hand.
pub struct Job {
    /// The job as written.
    pub spec: JobSpec,
    /// Every data set of the job, in job order.
    pub sources: Vec<Source>,
    /// How they are linked.
    pub linkage: Linkage,
    /// What is written.
    pub outputs: Vec<Output>,
    /// What the reader of the results should know, such as an option that has no effect.
    pub notes: Vec<String>,
    /// Folder of the job file, which its paths start from.
    pub(crate) base: PathBuf,
    pub(crate) keyring: Keyring,
    pub(crate) agreement: Option<AgreementSpec>,
}

/// A checked linkage.
pub struct Linkage {
    /// Sources of the left side, by position in the job.
    pub left: Vec<usize>,
    /// Sources of the right side; empty if the left side is deduplicated.
    pub right: Vec<usize>,
    /// The linkage fields.
    pub fields: Vec<LinkageField>,
    /// The compiled ranks.
    pub table: RankTable,
    /// The ranks as written, for the manifest.
    pub ranks: Vec<RankSpec>,
    /// Every choice, made.
    pub options: SettledOptions,
    /// What the recipe makes of the links.
    pub products: Option<Products>,
    /// Lists that ranks exclude values by.
    pub lists: Vec<ValueList>,
    /// Roles of the dates that records carry, left and right.
    dates: [Option<String>; 2],
}

impl Linkage {
    /// Whether one data set is linked to itself.
    #[must_use]
    pub fn is_deduplication(&self) -> bool {
        self.right.is_empty()
    }

    /// Sources of one side.
    #[must_use]
    pub fn sources(&self, side: Side) -> &[usize] {
        match side {
            Side::Left => &self.left,
            Side::Right if self.is_deduplication() => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The role of the date that a side's records carry: of activity, or of death; `None` if
    /// no date matters.
    #[must_use]
    pub fn date_role(&self, side: Side) -> Option<&str> {
        let [left, right] = &self.dates;
        match side {
            Side::Left => left.as_deref(),
            Side::Right => right.as_deref(),
        }
    }

    /// The side that a source is read as first.
    #[must_use]
    pub fn side_of(&self, source: usize) -> Side {
        if self.right.contains(&source) { Side::Right } else { Side::Left }
    }

    /// The column by which a side's rows are gathered to persons; `None` if each row is a
    /// unit of its own, as in a deduplication and where records are attached to persons.
    #[must_use]
    pub fn unit_key<'s>(&self, side: Side, source: &'s Source) -> Option<&'s String> {
        self.person_key(side, source).filter(|_| !self.is_deduplication())
    }

    /// The column that names a side's persons, if it has persons.
    #[must_use]
    pub fn person_key<'s>(&self, side: Side, source: &'s Source) -> Option<&'s String> {
        source.person_key.as_ref().filter(|_| side == Side::Left || !self.attaches_records())
    }

    /// Whether a side's rows without a person key are gathered by their identifiers.
    #[must_use]
    pub fn gathers_by_identity(&self, side: Side) -> bool {
        let has_persons = !self.is_deduplication() && (side == Side::Left || !self.attaches_records());
        has_persons && self.options.without_person_key == WithoutPersonKey::Identity
    }

    /// Whether what stands on the right are records to be attached to persons, each on its
    /// own, whatever person key they have.
    #[must_use]
    pub fn attaches_records(&self) -> bool {
        self.options.resolution == Resolution::BestPerRight || self.products == Some(Products::HesDid)
    }

    /// Whether some left record says when the person was active.
    fn has_activity(&self, sources: &[Source]) -> bool {
        let role = |source: &usize| sources[*source].event_date(self.date_role(Side::Left));
        self.left.iter().any(|source| !matches!(role(source), Ok(None)))
    }
}

impl Job {
    /// Reads and checks the job file at `path`.
    ///
    /// # Errors
    ///
    /// Every fault of the job and its inputs, at once.
    pub fn load(path: &Path) -> Result<Job, Vec<Fault>> {
        let text = counterfoil_store::read_text(path).map_err(|fault| vec![fault])?;
        let base = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
        let spec = parse(&path.display().to_string(), &text).map_err(|fault| vec![fault])?;
        Checker { catalogue: Catalogue::built_in(), base, faults: Vec::new(), notes: Vec::new() }.job(spec)
    }
}

/// Reads a job file's text.
fn parse(place: &str, text: &str) -> Result<JobSpec, Fault> {
    toml::from_str(text).map_err(|error| {
        // The message quotes what the job says: never a cell, since a job holds no data, but
        // perhaps a key that somebody pasted into it.
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Fault::spec(format!("{place}, line {line}"), masked(error.message()))
            .hint("`counterfoil schema job` prints the shape of a job file")
    })
}

struct Checker<'c> {
    catalogue: &'c Catalogue,
    base: PathBuf,
    faults: Vec<Fault>,
    notes: Vec<String>,
}

impl Checker<'_> {
    fn job(mut self, spec: JobSpec) -> Result<Job, Vec<Fault>> {
        self.head(&spec);
        let end = match &spec.end {
            None => Ok(NO_END),
            Some(text) => end_day("end", text),
        };
        let end = self.keep(end).unwrap_or(NO_END);
        let sources = self.sources(&spec, end);
        let agreement = self.agreement(&spec);
        let keyring = Keyring::open(&spec, &self.base);
        let keyring = keyring.map_err(|more| self.faults.extend(more)).ok();
        let linkage = self.linkage(&spec, &sources);
        // What is not there has left a fault.
        let sources: Option<Vec<Source>> = sources.into_iter().collect();
        let (Some(sources), Some(linkage)) = (sources, linkage) else {
            return Err(self.told());
        };
        self.roles(&sources, &linkage);
        let outputs = output::check(&spec, &sources, &linkage, agreement.as_ref());
        let outputs = outputs.map_err(|more| self.faults.extend(more)).unwrap_or_default();
        let (Some(keyring), true) = (keyring, self.faults.is_empty()) else {
            return Err(self.told());
        };
        if keyring.is_demo() {
            self.notes.insert(0, "keys: the built-in demo key is public and protects nothing".to_owned());
        }
        Ok(Job { spec, sources, linkage, outputs, notes: self.notes, base: self.base, keyring, agreement })
    }

    /// Every fault once: a role that is at fault shows both where its data set is opened and
    /// where the linkage needs it.
    fn told(self) -> Vec<Fault> {
        let mut told = Vec::new();
        for fault in self.faults {
            if !told.contains(&fault) {
                told.push(fault);
            }
        }
        told
    }

    fn keep<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    fn head(&mut self, spec: &JobSpec) {
        if spec.version != 1 {
            let message = format!("version {} is not known; this program reads version 1", spec.version);
            self.faults.push(Fault::spec("version", message));
        }
        let is_plain = !spec.name.is_empty()
            && spec.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_plain {
            let message = format!("`{}` is not a name of small letters, digits and hyphens", spec.name);
            self.faults.push(Fault::spec("name", message));
        }
        if spec.data_sets.is_empty() {
            self.faults.push(Fault::spec("data_set", "the job has no data set"));
        }
        for (i, data_set) in spec.data_sets.iter().enumerate() {
            if spec.data_sets[..i].iter().any(|other| other.name == data_set.name) {
                self.faults.push(
                    Fault::spec("data_set", format!("two data sets are named `{}`", data_set.name))
                        .hint("give each a name of its own"),
                );
            }
        }
    }

    fn sources(&mut self, spec: &JobSpec, end: i32) -> Vec<Option<Source>> {
        let mut sources = Vec::new();
        for data_set in &spec.data_sets {
            let place = format!("data_set.{}", data_set.name);
            if data_set.is.is_none() && data_set.roles.is_empty() {
                self.faults.push(
                    Fault::spec(&place, format!("`{}` is neither a catalogue entry nor described", data_set.name))
                        .hint("give `is = \"ENTRY\"` or `[data_set.roles]`"),
                );
            }
            let source = Source::open(&place, &self.base, data_set, end, self.catalogue);
            let source = source.map_err(|more| self.faults.extend(more)).ok();
            for role in data_set.roles.keys() {
                let bound = source.as_ref().map(|source| source.role(role)).transpose();
                self.keep(bound);
            }
            sources.push(source);
        }
        sources
    }

    fn agreement(&mut self, spec: &JobSpec) -> Option<AgreementSpec> {
        let file = spec.agreement.as_ref()?;
        if spec.keys.demo {
            self.faults.push(
                Fault::spec("keys.demo", "the built-in demo key is public, so it is refused under an agreement")
                    .hint("make a key with `counterfoil key new FILE` and name it in `keys.root`"),
            );
        }
        let text = self.keep(counterfoil_store::read_text(&self.base.join(file)))?;
        let agreement: Result<AgreementSpec, Fault> =
            toml::from_str(&text).map_err(|error| Fault::spec(file, masked(error.message())));
        self.keep(agreement)
    }

    fn linkage(&mut self, spec: &JobSpec, sources: &[Option<Source>]) -> Option<Linkage> {
        let left = self.side(spec, "linkage.left", Some(&spec.linkage.left));
        let right = self.side(spec, "linkage.right", spec.linkage.right.as_ref());
        if let Some(both) = left.iter().find(|source| right.contains(source)) {
            let name = &spec.data_sets[*both].name;
            self.faults.push(
                Fault::spec("linkage.right", format!("`{name}` stands on both sides"))
                    .hint("to deduplicate one data set, leave `right` out"),
            );
        }
        let recipe = self.recipe(spec);
        if recipe.is_none() && spec.linkage.ranks.is_empty() {
            return None;
        }
        let options = match recipe {
            Some(recipe) => spec.linkage.options.over(&recipe.options).settle(),
            None => spec.linkage.options.settle(),
        };
        if let Some(recipe) = recipe {
            self.needs(recipe, &left, &right, sources, options.without_person_key);
        }
        // What a data set that would not open could have offered is not known: no more faults.
        if left.iter().chain(&right).any(|source| sources[*source].is_none()) {
            return None;
        }
        let ranks = recipe.map_or_else(|| spec.linkage.ranks.clone(), |recipe| recipe.ranks.clone());
        if right.is_empty() && options.resolution == Resolution::BestPerRight {
            self.faults.push(
                Fault::spec(
                    "linkage.options.resolution",
                    "`best-per-right` attaches records of a right side, and there is none",
                )
                .hint("name `linkage.right`, or choose `keep-all`"),
            );
        }
        if ranks.is_empty() {
            // That there is no recipe either, or none of that name, has been told.
            return None;
        }
        let fields = self.fields(&ranks, &left, &right, sources);
        let table = compile_ranks(&ranks, &fields, options.partial_date.into());
        let table = table.map_err(|more| self.faults.extend(more)).ok()?;
        let lists = self.lists(spec, &ranks, &fields, &table, source::postcode_fold(options.postcode_fold));
        Some(Linkage {
            left,
            right,
            fields,
            table,
            ranks,
            options,
            products: recipe.and_then(|recipe| recipe.products),
            lists,
            dates: match recipe {
                Some(recipe) => [recipe.left.date.clone(), recipe.right.date.clone()],
                None => [Some("activity_date".to_owned()), Some("death_date".to_owned())],
            },
        })
    }

    fn recipe(&mut self, spec: &JobSpec) -> Option<&'static Recipe> {
        let name = spec.linkage.recipe.as_ref();
        if name.is_some() != spec.linkage.ranks.is_empty() {
            let message = if name.is_some() {
                "a linkage has a `recipe` or `rank` tables, not both"
            } else {
                "a linkage needs a `recipe` or `rank` tables"
            };
            self.faults.push(Fault::spec("linkage", message).hint("`counterfoil catalogue` lists the recipes"));
        }
        let recipe = Catalogue::built_in().require_recipe("linkage.recipe", name?);
        self.keep(recipe)
    }

    /// Sources of a side, by position.
    fn side(&mut self, spec: &JobSpec, place: &str, names: Option<&OneOrMore>) -> Vec<usize> {
        let mut found = Vec::new();
        for name in names.map(OneOrMore::as_slice).unwrap_or_default() {
            match spec.data_sets.iter().position(|data_set| data_set.name == *name) {
                Some(source) if found.contains(&source) => {
                    self.faults.push(Fault::spec(place, format!("`{name}` is named twice")));
                }
                Some(source) => found.push(source),
                None => {
                    let known: Vec<_> = spec.data_sets.iter().map(|d| format!("`{}`", d.name)).collect();
                    let message = format!("there is no data set `{name}`; the job has {}", known.join(", "));
                    self.faults.push(Fault::spec(place, message).hint("name a `[[data_set]]` of the job"));
                }
            }
        }
        found
    }

    /// What a recipe asks of each side's data sets.
    fn needs(
        &mut self,
        recipe: &Recipe,
        left: &[usize],
        right: &[usize],
        sources: &[Option<Source>],
        without_person_key: WithoutPersonKey,
    ) {
        if right.is_empty() {
            let message = format!("the recipe `{}` links two sides; name the right one", recipe.name);
            self.faults.push(Fault::spec("linkage.right", message));
        }
        for (place, needs, side) in [("linkage.left", &recipe.left, left), ("linkage.right", &recipe.right, right)] {
            for source in side.iter().filter_map(|source| sources[*source].as_ref()) {
                if let Some(definition) = &source.definition {
                    let own =
                        |fault: &Fault| !needs.roles.iter().any(|r| fault.message.contains(&format!("no role `{r}`")));
                    let lacking = needs.lacking(place, definition);
                    let has_all = needs.roles.iter().all(|role| matches!(source.role(role), Ok(Some(_))));
                    self.faults.extend(lacking.into_iter().filter(|fault| !has_all || own(fault)));
                }
                for role in &needs.roles {
                    if let Ok(None) = source.role(role) {
                        let message = format!(
                            "`{}` has no column for the role `{role}`, which the recipe `{}` needs",
                            source.name, recipe.name
                        );
                        self.faults.push(
                            Fault::spec(place, message)
                                .hint(format!("name it in the job: `[data_set.roles] {role} = \"COLUMN\"`")),
                        );
                    }
                }
                if needs.person_key && source.person_key.is_none() {
                    let so = match without_person_key {
                        WithoutPersonKey::Row => "each row counts as a person of its own",
                        WithoutPersonKey::Identity => "persons are told by their combination of identifiers",
                    };
                    self.notes.push(format!("{}: no person key, so {so}", source.name));
                }
            }
        }
    }

    /// The linkage fields, each of one kind in all data sets.
    fn fields(
        &mut self,
        ranks: &[RankSpec],
        left: &[usize],
        right: &[usize],
        sources: &[Option<Source>],
    ) -> Vec<LinkageField> {
        let mut fields = Vec::new();
        for name in linkage_fields(ranks) {
            let mut kinds = Vec::new();
            for source in left.iter().chain(right).filter_map(|source| sources[*source].as_ref()) {
                match source.role_kind(&name) {
                    Ok(Some(kind)) if kinds.iter().all(|(known, _)| *known != kind) => kinds.push((kind, &source.name)),
                    Ok(_) => {}
                    Err(fault) => self.faults.push(fault),
                }
            }
            match kinds.as_slice() {
                [] => {}
                [(kind, _)] => fields.push(LinkageField { name, kind: *kind }),
                [(a, one), (b, two), ..] => {
                    let message = format!("`{name}` is a {} in `{one}` and a {} in `{two}`", a.name(), b.name());
                    self.faults.push(Fault::spec("linkage", message).hint("declare the same type in both"));
                }
            }
        }
        fields
    }

    fn lists(
        &mut self,
        spec: &JobSpec,
        ranks: &[RankSpec],
        fields: &[LinkageField],
        table: &RankTable,
        fold: PostcodeFold,
    ) -> Vec<ValueList> {
        let used = named_lists(ranks);
        for name in spec.linkage.lists.keys().filter(|name| !used.contains(name)) {
            let known: Vec<_> = used.iter().map(|n| format!("`{n}`")).collect();
            let message = format!("no rank excludes values by the list `{name}`; the ranks use {}", known.join(", "));
            self.faults.push(Fault::spec(format!("linkage.lists.{name}"), message));
        }
        let mut lists = Vec::new();
        for exclusion in &table.exclusions {
            let Exclusion::Listed { field, list } = exclusion else { continue };
            match spec.linkage.lists.get(list) {
                None => self.notes.push(format!("lists.{list}: not given, so no value counts as listed")),
                Some(of) => {
                    let read = ValueList::read(list, of, &fields[*field], fold, &self.base);
                    lists.extend(read.map_err(|more| self.faults.extend(more)).ok());
                }
            }
        }
        lists
    }

    /// Binds every linkage field of every source once, to find faults before the first row.
    fn roles(&mut self, sources: &[Source], linkage: &Linkage) {
        let fold = source::postcode_fold(linkage.options.postcode_fold);
        for (side, source) in
            linkage.left.iter().map(|s| (Side::Left, s)).chain(linkage.right.iter().map(|s| (Side::Right, s)))
        {
            let source = &sources[*source];
            for field in &linkage.fields {
                let plan = source.field_plan(field, fold);
                self.keep(plan);
            }
            let date = source.event_date(linkage.date_role(side));
            self.keep(date);
            for rank in &linkage.ranks {
                for name in &rank.agree {
                    if let Ok(None) = source.role(name) {
                        self.notes.push(format!(
                            "{}: no column for `{name}`, so rank {} cannot be met",
                            source.name, rank.rank
                        ));
                    }
                }
            }
        }
        if linkage.options.activity_guard.is_some() && !linkage.has_activity(sources) {
            self.notes.push("activity guard: no activity date on the left, so nothing is barred".to_owned());
        }
        self.step_1(sources, linkage);
    }

    /// Whether rank 1 can be parted as the options ask.
    fn step_1(&mut self, sources: &[Source], linkage: &Linkage) {
        if linkage.options.step_1 == StepOne::Undivided {
            return;
        }
        if !linkage.table.ranks.iter().any(|rank| rank.rank == 1) {
            self.faults.push(
                Fault::spec("linkage.options.step_1", "there is no rank 1 to be parted")
                    .hint("leave it out, or number the best rank 1"),
            );
        } else if !linkage.has_activity(sources) {
            self.notes.push("step 1A: no activity date on the left, so every link of rank 1 is of step 1A".to_owned());
        }
    }
}
