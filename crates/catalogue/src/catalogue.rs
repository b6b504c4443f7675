//! The catalogue: every entry by name, built in or added.

use std::sync::LazyLock;

use counterfoil_core::Fault;

use crate::data_set::DataSet;
use crate::nearest::{listed, nearest};
use crate::recipe::Recipe;

/// The built-in data sets, in the order in which they are listed.
const DATA_SETS: &[(&str, &str)] = &[
    ("hes-apc.toml", include_str!("../data/data-sets/hes-apc.toml")),
    ("hes-op.toml", include_str!("../data/data-sets/hes-op.toml")),
    ("hes-ae.toml", include_str!("../data/data-sets/hes-ae.toml")),
    ("hes-cc.toml", include_str!("../data/data-sets/hes-cc.toml")),
    ("ecds.toml", include_str!("../data/data-sets/ecds.toml")),
    ("deaths.toml", include_str!("../data/data-sets/deaths.toml")),
    ("deaths-scc.toml", include_str!("../data/data-sets/deaths-scc.toml")),
    ("pds.toml", include_str!("../data/data-sets/pds.toml")),
];

const RECIPES: &[(&str, &str)] = &[
    ("hes-deaths.toml", include_str!("../data/recipes/hes-deaths.toml")),
    ("hes-did.toml", include_str!("../data/recipes/hes-did.toml")),
    ("hes-mh-bridge.toml", include_str!("../data/recipes/hes-mh-bridge.toml")),
];

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| match Catalogue::load(DATA_SETS, RECIPES) {
    Ok(catalogue) => catalogue,
    Err(faults) => {
        let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
        panic!("a built-in catalogue entry is faulty:\n{}", lines.join("\n"))
    }
});

/// Data sets and recipes by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    data_sets: Vec<DataSet>,
    recipes: Vec<Recipe>,
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

    /// This catalogue with one more data set, or with one of its own replaced.
    ///
    /// # Errors
    /// Every fault of the entry.
    pub fn with(&self, toml: &str) -> Result<Catalogue, Vec<Fault>> {
        let entry = DataSet::from_toml("data-set entry", toml)?;
        let mut with = self.clone();
        match with.data_sets.iter_mut().find(|old| old.name == entry.name) {
            Some(old) => *old = entry,
            None => with.data_sets.push(entry),
        }
        Ok(with)
    }

    /// The data set of that name.
    #[must_use]
    pub fn data_set(&self, name: &str) -> Option<&DataSet> {
        self.data_sets.iter().find(|entry| entry.name == name)
    }

    /// The data set of that name, or a fault at `place` that offers the closest one.
    ///
    /// # Errors
    /// There is no data set of that name.
    pub fn require_data_set(&self, place: &str, name: &str) -> Result<&DataSet, Fault> {
        let names = || self.data_sets.iter().map(|entry| entry.name.as_str());
        self.data_set(name).ok_or_else(|| unknown(place, "data set", name, names().collect()))
    }

    /// Every data set, built-in ones first, in the order of the catalogue.
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

    fn load(data_sets: &[(&str, &str)], recipes: &[(&str, &str)]) -> Result<Catalogue, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut kept = Catalogue { data_sets: Vec::new(), recipes: Vec::new() };
        for (file, text) in data_sets {
            match DataSet::from_toml(file, text) {
                Ok(entry) => kept.data_sets.push(entry),
                Err(more) => faults.extend(more),
            }
        }
        for (file, text) in recipes {
            match Recipe::from_toml(file, text) {
                Ok(recipe) => kept.recipes.push(recipe),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(kept) } else { Err(faults) }
    }
}

fn unknown(place: &str, what: &str, name: &str, names: Vec<&str>) -> Fault {
    let near = nearest(name, names.iter().copied());
    let fault = Fault::spec(place, format!("unknown {what} `{name}`; the catalogue has {}", listed(names)));
    match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("`counterfoil catalogue` lists data sets and recipes"),
    }
}
