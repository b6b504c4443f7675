//! From a job file to a job that can run, or to every fault it has, before a row is read.
//!
//! A fault hides no other: what a faulty part leaves unknown is left out of the checks of the
//! rest, so that every fault is told at once and none that only follows from another.

mod linkage;
mod scored;

use std::path::{Path, PathBuf};

use counterfoil_catalogue::{Products, RankSpec, Resolution, SettledOptions, WithoutPersonKey};
use counterfoil_core::{Fault, LinkageField, PartialDate, RankTable, Side};
use counterfoil_store::{Format, Staging};

use crate::definition::{self, Entries, OwnEntry};
use crate::keyring::{Keyring, told_of_shape};
use crate::lists::ValueList;
use crate::output::{self, Output};
use crate::scored::Scored;
use crate::source::{Source, end_day};
use crate::spec::{AgreementSpec, DataSetSpec, JobSpec};

pub(crate) use linkage::{Method, Sides};
pub(crate) use scored::{ModelFrom, chosen_link_type};

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
    /// The catalogue entries of the user's own that were read.
    pub own_entries: Vec<OwnEntry>,
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
    /// How pairs are scored, if the linkage is by a probabilistic model.
    pub(crate) scored: Option<Scored>,
    /// Lists that ranks exclude values by.
    pub lists: Vec<ValueList>,
    /// Roles of the dates that records carry, left and right.
    dates: [Option<String>; 2],
}

impl Linkage {
    /// A linkage by a model, which has no ranks.
    fn by_model(sides: Sides, fields: Vec<LinkageField>, method: &Method, scored: Scored) -> Linkage {
        let table = RankTable { ranks: Vec::new(), exclusions: Vec::new(), partial_date: PartialDate::TwoOfThree };
        Linkage {
            left: sides.left,
            right: sides.right,
            fields,
            table,
            ranks: Vec::new(),
            options: method.options,
            products: None,
            scored: Some(scored),
            lists: Vec::new(),
            dates: [None, None],
        }
    }

    /// How many comparisons and blocking rules a linkage by a model names; none of either leaves
    /// them to be chosen from the data. `None` of a linkage by ranks.
    #[must_use]
    pub fn comparisons_and_rules(&self) -> Option<(usize, usize)> {
        let scored = self.scored.as_ref()?;
        Some((scored.from.comparisons().len(), scored.from.blocks().len()))
    }

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

    /// Whether some units of a side may be of several records. `sources` are the job's.
    #[must_use]
    pub fn has_persons(&self, side: Side, sources: &[Source]) -> bool {
        let has_key = |source: &usize| self.unit_key(side, &sources[*source]).is_some();
        self.gathers_by_identity(side) || self.sources(side).iter().any(has_key)
    }

    /// Whether a side's rows without a person key are gathered by their identifiers.
    #[must_use]
    pub fn gathers_by_identity(&self, side: Side) -> bool {
        !self.is_deduplication() && gathers_by_identity(side, &self.options, self.products)
    }

    /// Whether what stands on the right are records to be attached to persons, each on its
    /// own, whatever person key they have.
    #[must_use]
    pub fn attaches_records(&self) -> bool {
        attaches_records(&self.options, self.products)
    }
}

/// [`Linkage::gathers_by_identity`] of a linkage of two sides.
pub(crate) fn gathers_by_identity(side: Side, options: &SettledOptions, products: Option<Products>) -> bool {
    let has_persons = side == Side::Left || !attaches_records(options, products);
    has_persons && options.without_person_key == WithoutPersonKey::Identity
}

fn attaches_records(options: &SettledOptions, products: Option<Products>) -> bool {
    options.resolution == Resolution::BestPerRight || products == Some(Products::HesDid)
}

impl Job {
    /// Reads and checks the job file at `path`.
    ///
    /// # Errors
    ///
    /// Every fault of the job and its inputs, at once.
    pub fn load(path: &Path) -> Result<Job, Vec<Fault>> {
        Job::check(path, read(path)?)
    }

    /// The same for a run: also looks whether its run directory can be made. That is `out`, or
    /// `runs/NAME` after the job's name, and is returned with the job.
    ///
    /// # Errors
    ///
    /// Every fault of the job, its inputs and the run directory's place, at once.
    pub fn load_for_run(path: &Path, out: Option<&Path>) -> Result<(Job, PathBuf), Vec<Fault>> {
        let spec = read(path)?;
        let out = out.map_or_else(|| Path::new("runs").join(&spec.name), Path::to_owned);
        let taken = Staging::refuse_taken(&out);
        match (Job::check(path, spec), taken) {
            (Ok(job), Ok(())) => Ok((job, out)),
            (Ok(_), Err(fault)) => Err(vec![fault]),
            (Err(faults), taken) => Err(faults.into_iter().chain(taken.err()).collect()),
        }
    }

    /// The same for a job that stands in no file; its paths start from the working folder.
    ///
    /// # Errors
    ///
    /// As [`load_for_run`](Job::load_for_run).
    pub fn of_spec(spec: JobSpec, out: &Path) -> Result<Job, Vec<Fault>> {
        let taken = Staging::refuse_taken(out);
        match (Job::check(Path::new(""), spec), taken) {
            (Ok(job), Ok(())) => Ok(job),
            (Ok(_), Err(fault)) => Err(vec![fault]),
            (Err(faults), taken) => Err(faults.into_iter().chain(taken.err()).collect()),
        }
    }

    fn check(path: &Path, spec: JobSpec) -> Result<Job, Vec<Fault>> {
        let base = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Job::check_in(base, spec)
    }

    /// Checks a job whose paths start from the folder `base`.
    pub(crate) fn check_in(base: &Path, spec: JobSpec) -> Result<Job, Vec<Fault>> {
        let base = base.to_path_buf();
        let (known, faults) = match definition::entries_of(&spec, &base) {
            Ok(known) => (known, Vec::new()),
            Err(faults) => (Default::default(), faults),
        };
        let (entries, own_entries) = known;
        let notes = definition::note(&own_entries).into_iter().collect();
        let lacks_own_entries = !faults.is_empty();
        Checker { entries: &entries, own_entries, lacks_own_entries, base, faults, notes }.job(spec)
    }
}

fn read(path: &Path) -> Result<JobSpec, Vec<Fault>> {
    let shown = path.display().to_string();
    let spec = counterfoil_store::read_text(path).and_then(|text| parse(&shown, &text));
    spec.map_err(|fault| match Format::of(path) {
        Some(_) if counterfoil_store::is_file(path) => vec![
            Fault::spec(shown, "is a file of records by its name, and no job file")
                .hint("`counterfoil link` links a file or two without a job file; a job names them under `files`"),
        ],
        _ => vec![fault],
    })
}

/// Reads a job file's text.
fn parse(place: &str, text: &str) -> Result<JobSpec, Fault> {
    toml::from_str(text).map_err(|error| {
        // The message quotes what the job says: never a cell, since a job holds no data, but
        // perhaps a key that somebody pasted into it.
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Fault::spec(format!("{place}, line {line}"), told_of_shape(error.message()))
            .hint("`counterfoil schema job` prints the shape of a job file")
    })
}

struct Checker<'c> {
    entries: &'c Entries,
    own_entries: Vec<OwnEntry>,
    lacks_own_entries: bool,
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
        let sides = self.sides(&spec);
        let method = self.method(&spec);
        let linkage = self.linkage(&spec, &sources, sides.clone(), method.as_ref());
        let wanted = output::Wanted {
            spec: &spec,
            sources: &sources,
            sides: &sides,
            method: method.as_ref(),
            agreement: agreement.as_ref(),
        };
        let outputs = wanted.check().map_err(|more| self.faults.extend(more)).unwrap_or_default();
        // What is not there has left a fault.
        let sources: Option<Vec<Source>> = sources.into_iter().collect();
        let (Some(sources), Some(linkage), Some(keyring), true) = (sources, linkage, keyring, self.faults.is_empty())
        else {
            return Err(self.told());
        };
        if keyring.is_demo() {
            self.notes.insert(0, "keys: the built-in demo key is public and protects nothing".to_owned());
        }
        let Checker { own_entries, notes, base, .. } = self;
        Ok(Job { spec, sources, linkage, outputs, own_entries, notes, base, keyring, agreement })
    }

    /// Every fault once: a role that is at fault shows both where its data set is opened and
    /// where the linkage needs it. Where the user's own entries are faulty, that one of them
    /// is not known follows from it.
    fn told(self) -> Vec<Fault> {
        let mut told = Vec::new();
        for fault in self.faults {
            let follows = self.lacks_own_entries && fault.place.rsplit('.').next() == Some("is");
            if !follows && !told.contains(&fault) {
                told.push(fault);
            }
        }
        told
    }

    fn keep<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// What the job says before anything is opened.
    fn head(&mut self, spec: &JobSpec) {
        if spec.version != 1 {
            let message = format!("version {} is not known; this program reads version 1", spec.version);
            self.faults.push(Fault::spec("version", message).hint("write `version = 1`"));
        }
        let is_plain = !spec.name.is_empty()
            && spec.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_plain {
            let message = format!("`{}` is not a name of small letters, digits and hyphens", spec.name);
            self.faults.push(Fault::spec("name", message).hint("for example `hes-deaths-2024`"));
        }
        if spec.data_sets.is_empty() {
            let fault = Fault::spec("data_set", "the job has no data set");
            self.faults.push(fault.hint("a data set is a `[[data_set]]` table"));
        }
        for (i, data_set) in spec.data_sets.iter().enumerate() {
            self.data_set_name(data_set);
            if spec.data_sets[..i].iter().any(|other| other.name == data_set.name) {
                self.faults.push(
                    Fault::spec("data_set", format!("two data sets are named `{}`", data_set.name))
                        .hint("give each a name of its own"),
                );
            }
        }
    }

    /// A data set's name is also that of its folder under `extract/`.
    fn data_set_name(&mut self, data_set: &DataSetSpec) {
        let name = &data_set.name;
        if name.is_empty() || name.starts_with('.') || name.contains(|c: char| c == '/' || c.is_control()) {
            self.faults.push(
                Fault::spec("data_set.name", format!("`{}` cannot name a data set", name.escape_debug()))
                    .hint("use letters, digits and hyphens"),
            );
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
            let source = Source::open(&place, &self.base, data_set, end, self.entries);
            sources.push(source.map_err(|more| self.faults.extend(more)).ok());
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
        let agreement: Result<AgreementSpec, Fault> = toml::from_str(&text).map_err(|error| {
            Fault::spec(file, told_of_shape(error.message()))
                .hint("`counterfoil schema agreement` prints the shape of an agreement")
        });
        let agreement = self.keep(agreement)?;
        if agreement.version != 1 {
            let message = format!("version {} is not known; this program reads version 1", agreement.version);
            self.faults.push(Fault::spec(format!("{file}, version"), message).hint("write `version = 1`"));
        }
        Some(agreement)
    }
}
