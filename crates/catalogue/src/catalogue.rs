//! The catalogue: every entry by name, built in or added.

use std::sync::LazyLock;

use counterfoil_core::Fault;

use crate::built_in;
use crate::check::{self, Written};
use crate::data_set::DataSet;
use crate::entry::Entry;
use crate::lines::Spot;
use crate::nearest::{listed, nearest};
use crate::recipe::Recipe;
use crate::resolve;
use crate::service::Service;

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    let (catalogue, faults) = Catalogue::of(built_in::DATA_SETS, built_in::RECIPES, built_in::SERVICES);
    if !faults.is_empty() {
        let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
        panic!("a built-in catalogue entry is faulty:\n{}", lines.join("\n"))
    }
    catalogue
});

/// What a text is called in faults, and the text.
pub(crate) type Texts<'t> = (&'t str, &'t str);

/// Data sets, recipes and services by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// The data sets as written, with what they take from others filled in.
    entries: Vec<Entry>,
    /// The same data sets, position by position.
    data_sets: Vec<DataSet>,
    recipes: Vec<Recipe>,
    services: Vec<Service>,
}

impl Catalogue {
    /// The entries that are compiled in, parsed and checked once.
    ///
    /// # Panics
    /// If a built-in entry is faulty, which a test of this crate rules out.
    #[must_use]
    pub fn built_in() -> &'static Catalogue {
        &BUILT_IN
    }

    /// This catalogue with more data sets: each a text, with what it is called in faults; and
    /// the name of each, in the same order. One of a name that is there replaces it; it may
    /// extend the one that it replaces.
    ///
    /// # Errors
    /// Every fault of the entries, with the line.
    pub fn with(&self, texts: &[(String, String)]) -> Result<(Catalogue, Vec<String>), Vec<Fault>> {
        let texts: Vec<Texts<'_>> = texts.iter().map(|(place, text)| (place.as_str(), text.as_str())).collect();
        let (with, mut faults) = self.read(&texts);
        faults.extend(with.across(&texts));
        let names = texts.iter().filter_map(|(place, text)| Some(Entry::from_toml(place, text).ok()?.name));
        if faults.is_empty() { Ok((with, names.collect())) } else { Err(faults) }
    }

    /// The data set of that name, or a table of one: `DATA-SET/TABLE`.
    #[must_use]
    pub fn data_set(&self, name: &str) -> Option<&DataSet> {
        match name.split_once('/') {
            None => self.data_sets.iter().find(|entry| entry.name == name),
            Some((name, table)) => self.data_set(name)?.table(table),
        }
    }

    /// The data set or table of that name, or a fault at `place` that offers the closest one.
    ///
    /// # Errors
    /// There is no data set, or no table of it, of that name.
    pub fn require_data_set(&self, place: &str, name: &str) -> Result<&DataSet, Fault> {
        if let Some(found) = self.data_set(name) {
            return Ok(found);
        }
        match name.split_once('/').and_then(|(name, table)| Some((self.data_set(name)?, table))) {
            Some((data_set, table)) => Err(unknown_table(place, data_set, table)),
            None => Err(self.unknown_data_set(place, name)),
        }
    }

    /// Every data set, built-in ones first, in the order of the catalogue; further tables are
    /// within theirs.
    #[must_use]
    pub fn data_sets(&self) -> &[DataSet] {
        &self.data_sets
    }

    /// The recipe of that name.
    #[must_use]
    pub fn recipe(&self, name: &str) -> Option<&Recipe> {
        self.recipes.iter().find(|recipe| recipe.name == name)
    }

    /// The recipe of that name, or a fault at `place` that offers the closest one.
    ///
    /// # Errors
    /// There is no recipe of that name.
    pub fn require_recipe(&self, place: &str, name: &str) -> Result<&Recipe, Fault> {
        let names = || self.recipes.iter().map(|recipe| recipe.name.as_str());
        self.recipe(name).ok_or_else(|| unknown(place, "recipe", name, names().collect()))
    }

    /// Every recipe, in the order of the catalogue.
    #[must_use]
    pub fn recipes(&self) -> &[Recipe] {
        &self.recipes
    }

    /// The service of that name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Every service, in the order of the catalogue.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The fault of naming a data set that is not there.
    pub(crate) fn unknown_data_set(&self, place: &str, name: &str) -> Fault {
        unknown(place, "data set", name, self.data_sets.iter().map(|entry| entry.name.as_str()).collect())
    }

    /// A catalogue of nothing, to add to.
    pub(crate) fn empty() -> Catalogue {
        Catalogue { entries: Vec::new(), data_sets: Vec::new(), recipes: Vec::new(), services: Vec::new() }
    }

    /// The catalogue of these texts, and every fault.
    pub(crate) fn of(
        data_sets: &[Texts<'_>],
        recipes: &[Texts<'_>],
        services: &[Texts<'_>],
    ) -> (Catalogue, Vec<Fault>) {
        let (mut catalogue, mut faults) = Catalogue::empty().read(data_sets);
        faults.extend(catalogue.across(data_sets));
        for (place, text) in recipes {
            match Recipe::from_toml(place, text) {
                Ok(recipe) => catalogue.recipes.push(recipe),
                Err(more) => faults.extend(more),
            }
        }
        for (place, text) in services {
            match Service::from_toml(place, text) {
                Ok(service) => {
                    faults.extend(check::across_service(Written { place, text }, &service, &catalogue));
                    catalogue.services.push(service);
                }
                Err(more) => faults.extend(more),
            }
        }
        (catalogue, faults)
    }

    /// This catalogue with more data sets, each checked by itself, and every fault. One with
    /// faults of content is there too, so that what others say of it can be checked.
    pub(crate) fn read(&self, texts: &[Texts<'_>]) -> (Catalogue, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut reading = Reading { known: self, texts: Vec::new() };
        for (place, text) in texts {
            match Entry::from_toml(place, text) {
                Ok(entry) => reading.add(Written { place, text }, entry, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        let mut with = self.clone();
        for (written, entry) in &reading.texts {
            match reading.filled(*written, entry, &mut vec![&entry.name]) {
                Err(more) => faults.extend(more),
                Ok(entry) => {
                    let mut data_set = resolve::data_set(&entry);
                    faults.extend(check::entry(*written, &entry, &data_set));
                    data_set.finish();
                    with.put(entry, data_set);
                }
            }
        }
        (with, faults)
    }

    /// Faults of what the entries of these texts say of other entries.
    pub(crate) fn across(&self, texts: &[Texts<'_>]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (place, text) in texts {
            let entry = Entry::from_toml(place, text).ok();
            if let Some(data_set) = entry.and_then(|entry| self.data_set(&entry.name)) {
                faults.extend(check::across_data_sets(Written { place, text }, data_set, self));
            }
        }
        faults
    }

    fn put(&mut self, entry: Entry, data_set: DataSet) {
        if let Some(old) = self.entries.iter().position(|old| old.name == entry.name) {
            self.entries[old] = entry;
            self.data_sets[old] = data_set;
        } else {
            self.entries.push(entry);
            self.data_sets.push(data_set);
        }
    }
}

/// Entries that are read together and may extend each other, or what is known.
struct Reading<'a> {
    known: &'a Catalogue,
    texts: Vec<(Written<'a>, Entry)>,
}

impl<'a> Reading<'a> {
    fn add(&mut self, written: Written<'a>, entry: Entry, faults: &mut Vec<Fault>) {
        match self.texts.iter().find(|(_, other)| other.name == entry.name) {
            Some((other, _)) => {
                let message = format!("`{}` is defined in {} already", entry.name, other.place);
                faults.push(written.fault(&Spot::whole().key("name"), message));
            }
            None => self.texts.push((written, entry)),
        }
    }

    /// An entry with all that it takes from those it extends; `path` names the entries that
    /// led here.
    fn filled<'e>(
        &'e self,
        written: Written<'_>,
        entry: &'e Entry,
        path: &mut Vec<&'e String>,
    ) -> Result<Entry, Vec<Fault>> {
        let Some(name) = &entry.extends else { return Ok(entry.clone()) };
        let fault = |message: String| vec![written.fault(&Spot::whole().key("extends"), message)];
        let other = self.texts.iter().find(|(_, other)| other.name == *name && *name != entry.name);
        let base = match (other, self.known.entries.iter().find(|known| known.name == *name)) {
            (Some((_, other)), _) if path.contains(&&other.name) => {
                return Err(fault(format!("`{name}` extends this entry in turn")));
            }
            (Some((_, other)), _) => {
                path.push(&other.name);
                self.filled(written, other, path)?
            }
            (None, Some(known)) => known.clone(),
            (None, None) => return Err(vec![self.unknown_base(written, name)]),
        };
        let dropped = entry.drop.iter().filter(|name| !base.fields.iter().any(|field| field.name == **name));
        let faults: Vec<Fault> = dropped
            .map(|field| written.fault(&Spot::whole().key("drop"), format!("`{field}` is not a field of `{name}`")))
            .collect();
        if faults.is_empty() { Ok(entry.over(&base)) } else { Err(faults) }
    }

    fn unknown_base(&self, written: Written<'_>, name: &str) -> Fault {
        let read = self.texts.iter().map(|(_, entry)| entry);
        let names: Vec<&str> = self.known.entries.iter().chain(read).map(|entry| entry.name.as_str()).collect();
        let place = crate::lines::placed(written.place, written.text, &Spot::whole().key("extends"));
        unknown(&place, "data set", name, names)
    }
}

/// More names than these are not listed in a message.
const MOST_LISTED: usize = 12;

fn unknown(place: &str, what: &str, name: &str, names: Vec<&str>) -> Fault {
    let near = nearest(name, names.iter().copied());
    let message = if names.len() > MOST_LISTED {
        format!("unknown {what} `{name}`")
    } else {
        format!("unknown {what} `{name}`; the catalogue has {}", listed(names))
    };
    let fault = Fault::spec(place, message);
    match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("`counterfoil catalogue` lists data sets, recipes and services"),
    }
}

fn unknown_table(place: &str, data_set: &DataSet, table: &str) -> Fault {
    let names = || data_set.tables.iter().map(DataSet::own_name);
    let DataSet { name, .. } = data_set;
    if data_set.tables.is_empty() {
        let message = format!("`{name}` has one table only, so there is no `{table}` in it");
        return Fault::spec(place, message).hint(format!("write `{name}`"));
    }
    let message = match data_set.tables.len() {
        ..=MOST_LISTED => format!("`{name}` has no table `{table}`; beside its main table it has {}", listed(names())),
        _ => format!("`{name}` has no table `{table}`"),
    };
    let fault = Fault::spec(place, message);
    match nearest(table, names()) {
        Some(near) => fault.hint(format!("did you mean `{name}/{near}`?")),
        None => fault.hint(format!("`counterfoil catalogue show {name}` lists them")),
    }
}
