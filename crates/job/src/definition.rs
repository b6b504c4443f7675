//! What the catalogue, with the user's own entries, knows of a job's data sets: which entry
//! each is, whose rows they are, and whether they may be linked by person at all.

use std::path::Path;

use counterfoil_catalogue::{Catalogue, DataSet, PersonKeyScheme, nearest};
use counterfoil_core::Fault;
use serde::{Deserialize, Serialize};

use crate::source::Source;
use crate::spec::{DataSetSpec, JobSpec};

/// A catalogue entry of the user's own that was read for a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnEntry {
    /// Name of the data set.
    pub data_set: String,
    /// Whether it goes before an entry of the program's catalogue.
    pub overrides: bool,
    /// Path, from the job file's folder where it lies below it.
    pub path: String,
    /// BLAKE3 of its content.
    pub blake3: String,
}

/// The program's catalogue with the entries of a folder, which is called `shown` in faults,
/// and a record of each.
///
/// # Errors
///
/// Every fault of the folder's files, with file and line.
pub fn with_folder(folder: &Path, shown: &Path) -> Result<(Catalogue, Vec<OwnEntry>), Vec<Fault>> {
    let texts = counterfoil_store::read_folder(folder, "toml")?;
    let texts: Vec<(String, String)> = texts
        .into_iter()
        .map(|(path, text)| (shown.join(path.file_name().unwrap_or_default()).display().to_string(), text))
        .collect();
    let built_in = Catalogue::built_in();
    let (with, names) = built_in.with(&texts).map_err(|faults| faults.into_iter().map(hinted).collect::<Vec<_>>())?;
    let own = names.into_iter().zip(&texts).map(|(name, (path, text))| OwnEntry {
        overrides: built_in.data_set(&name).is_some(),
        data_set: name,
        path: path.clone(),
        blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
    });
    Ok((with, own.collect()))
}

/// A fault of an entry with the advice that fits all of them, if it has none of its own.
fn hinted(fault: Fault) -> Fault {
    match fault.hint {
        Some(_) => fault,
        None => fault.hint("`counterfoil schema data-set` prints the shape of an entry"),
    }
}

/// The catalogue of a job: the program's is read only once something is looked up, since a job
/// whose data sets are all described inline needs none.
#[derive(Default)]
pub(crate) struct Entries(Option<Catalogue>);

impl Entries {
    pub(crate) fn catalogue(&self) -> &Catalogue {
        self.0.as_ref().unwrap_or_else(|| Catalogue::built_in())
    }
}

/// The entries that a job may name, and a record of the user's own.
pub(crate) fn entries_of(spec: &JobSpec, base: &Path) -> Result<(Entries, Vec<OwnEntry>), Vec<Fault>> {
    let Some(folder) = &spec.catalogue else { return Ok(Default::default()) };
    let (catalogue, own) = with_folder(&base.join(folder), Path::new(folder))?;
    Ok((Entries(Some(catalogue)), own))
}

/// What a reader of the results should know of the user's own entries.
pub(crate) fn note(own: &[OwnEntry]) -> Option<String> {
    let named = |overrides: bool| {
        let names =
            own.iter().filter(|entry| entry.overrides == overrides).map(|entry| format!("`{}`", entry.data_set));
        names.collect::<Vec<_>>().join(", ")
    };
    let (added, overridden) = (named(false), named(true));
    match (added.is_empty(), overridden.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("catalogue: the job's own entries add {added}")),
        (true, false) => Some(format!("catalogue: the job's own entries go before {overridden}")),
        (false, false) => Some(format!("catalogue: the job's own entries add {added} and go before {overridden}")),
    }
}

/// The definition of a data set, about the person that the job asks for; `None` if it is
/// described inline.
pub(crate) fn of(place: &str, spec: &DataSetSpec, entries: &Entries) -> Result<Option<DataSet>, Fault> {
    let place_of_person = format!("{place}.person");
    let Some(name) = &spec.is else {
        return match &spec.person {
            None => Ok(None),
            Some(_) => Err(Fault::spec(place_of_person, "only a catalogue entry knows several persons of one row")
                .hint("name this person's columns in `[data_set.roles]`")),
        };
    };
    let data_set = entries.catalogue().require_data_set(&format!("{place}.is"), name)?;
    let Some(person) = &spec.person else { return Ok(Some(data_set.clone())) };
    data_set.about(person).map(Some).ok_or_else(|| unknown_person(place_of_person, data_set, person))
}

fn unknown_person(place: String, data_set: &DataSet, person: &str) -> Fault {
    let (name, persons) = (&data_set.name, data_set.persons());
    if persons.is_empty() {
        let message = format!("a row of `{name}` is not about several persons, so there is no `{person}`");
        return Fault::spec(place, message).hint("leave `person` out");
    }
    let known = persons.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let fault = Fault::spec(place, format!("a row of `{name}` is about {known}, not `{person}`"));
    match nearest(person, persons.iter().copied()) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault,
    }
}

/// Faults of a side whose data sets cannot be linked by person, whatever their files hold.
/// `place` is the side.
pub(crate) fn not_linkable(place: &str, side: &[&DataSetSpec], entries: &Entries) -> Vec<Fault> {
    let known =
        side.iter().filter_map(|spec| Some((spec, spec.is.as_ref().map(|is| entries.catalogue().data_set(is))??)));
    let refused = known.filter(|(_, definition)| !definition.link.person);
    refused
        .map(|(spec, definition)| {
            let reason = definition.link.reason.as_deref().unwrap_or("it names no person");
            let message = format!("`{}` cannot be linked by person: {reason}", spec.name);
            Fault::spec(place, message).hint(joined_by(definition))
        })
        .collect()
}

fn joined_by(definition: &DataSet) -> String {
    let columns = |columns: &[String]| columns.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
    let ways = [("area", &definition.link.areas), ("organisation", &definition.link.organisations)];
    let ways = ways.iter().filter(|(_, of)| !of.is_empty());
    let ways: Vec<String> = ways.map(|(what, of)| format!("by {what} ({})", columns(of))).collect();
    if ways.is_empty() {
        "it is for extracts only".to_owned()
    } else {
        format!("its figures can be joined {}", ways.join(" or "))
    }
}

/// Faults of a side whose data sets have person keys that say nothing of each other: equal
/// keys would be of different persons, and one person would have several.
pub(crate) fn mixed_person_keys(place: &str, side: &[&Source]) -> Vec<Fault> {
    let made = side.iter().filter_map(|source| Some((*source, Maker::of(source)?)));
    let made: Vec<(&Source, Maker)> = made.collect();
    let Some((first, one)) = made.first() else { return Vec::new() };
    let others = made[1..].iter().filter(|(_, other)| other != one);
    others
        .map(|(source, other)| {
            let message = format!(
                "the person keys of `{}` ({one}) and `{}` ({other}) are made differently, so they cannot be joined",
                first.name, source.name
            );
            Fault::spec(place, message).hint("link them in two jobs, or give both a `person_key` of one kind")
        })
        .collect()
}

/// Who makes a person key: keys of one maker are equal exactly for the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Maker {
    /// A scheme that is one for all data sets.
    National(PersonKeyScheme),
    /// The family, whose data sets share keys of their own.
    Family(String),
}

impl Maker {
    /// `None` if a source has no person key, or nothing is known of it.
    fn of(source: &Source) -> Option<Maker> {
        let (definition, column) = (source.definition.as_ref()?, source.person_key.as_ref()?);
        definition.field(column)?;
        match definition.scheme_of(column) {
            Some(scheme) if scheme != PersonKeyScheme::DataSet => Some(Maker::National(scheme)),
            Some(_) | None => definition.family.clone().map(Maker::Family),
        }
    }
}

impl std::fmt::Display for Maker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Maker::National(scheme) => f.write_str(scheme.name()),
            Maker::Family(family) => write!(f, "an id of {family}"),
        }
    }
}
