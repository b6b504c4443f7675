//! A recipe: a published linkage as data, so that a job can ask for it by name.

use counterfoil_core::{Fault, LinkageField};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::is_plain_name;
use crate::data_set::DataSet;
use crate::nearest::listed;
use crate::options::LinkageOptions;
use crate::parse::parse;
use crate::rank::{RankSpec, compile_ranks, linkage_fields};
use crate::role::{ROLES, RoleSpec};

/// One linkage: who can take part, by which ranks, and with which choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil linkage recipe")]
pub struct Recipe {
    /// Version of this shape: 1.
    pub version: u32,
    /// Name used in job files.
    pub name: String,
    /// Full name.
    pub title: String,
    /// Where the method is published.
    pub source: String,
    /// What a user of the recipe should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What the left side must offer.
    pub left: SideNeeds,
    /// What the right side must offer.
    pub right: SideNeeds,
    /// What is made of the links beyond the links themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<Products>,
    /// The recipe's choices; a job's own go before them.
    #[serde(default)]
    pub options: LinkageOptions,
    /// The ranks, best first.
    #[serde(rename = "rank")]
    pub ranks: Vec<RankSpec>,
}

/// What one side of a recipe must offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SideNeeds {
    /// Families of data sets that the recipe was published for. A data set of no family, as
    /// an inline definition makes it, is taken if it has the roles.
    pub family: Vec<String>,
    /// Roles it must have.
    pub roles: Vec<String>,
    /// Whether it should have a person key; without one each row is a person of its own.
    #[serde(default)]
    pub person_key: bool,
    /// The role of the date that its records carry: that of the activity on the left, and of
    /// what it is compared with on the right. Guard, ties and steps look at it. Left out: no
    /// date is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Products that a recipe makes of its links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Products {
    /// The merge of registered deaths with deaths in hospital, activity after death, and the
    /// columns of the secondary care cut.
    HesDeaths,
    /// The imaging records with the person, match rank and file version of each, and a
    /// report in the shape of the published one.
    HesDid,
    /// A bridging file of the persons of two releases, and nothing of their activity.
    Bridge,
}

impl Recipe {
    /// Reads and checks a recipe. `place` is what the text is called in faults.
    ///
    /// # Errors
    /// The first fault of form, or every fault of content.
    pub fn from_toml(place: &str, text: &str) -> Result<Recipe, Vec<Fault>> {
        let recipe: Recipe = parse(place, text).map_err(|fault| vec![fault])?;
        let faults = recipe.faults(place);
        if faults.is_empty() { Ok(recipe) } else { Err(faults) }
    }

    /// The fields that the ranks compare, in the order of first use.
    #[must_use]
    pub fn linkage_fields(&self) -> Vec<String> {
        linkage_fields(&self.ranks)
    }

    fn faults(&self, place: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.version != 1 {
            let message = format!("version {} is not known; this program reads version 1", self.version);
            faults.push(Fault::spec(format!("{place}, version"), message));
        }
        if !is_plain_name(&self.name) {
            let message = format!("`{}` is not a name of small letters, digits and hyphens", self.name);
            faults.push(Fault::spec(format!("{place}, name"), message));
        }
        for (at, text) in [("title", &self.title), ("source", &self.source)] {
            if text.trim().is_empty() {
                faults.push(Fault::spec(format!("{place}, {at}"), "is empty"));
            }
        }
        let fields = self.standard_fields(place, &mut faults);
        for (at, side) in [("left", &self.left), ("right", &self.right)] {
            faults.extend(side.faults(&format!("{place}, {at}.roles"), &fields));
        }
        let partial = self.options.settle().partial_date.into();
        for fault in compile_ranks(&self.ranks, &fields, partial).err().unwrap_or_default() {
            faults.push(Fault { place: format!("{place}, {}", fault.place), ..fault });
        }
        faults
    }

    /// A recipe compares standard roles only: no job could otherwise know what to offer.
    fn standard_fields(&self, place: &str, faults: &mut Vec<Fault>) -> Vec<LinkageField> {
        let mut fields = Vec::new();
        for name in self.linkage_fields() {
            match RoleSpec::Column(String::new()).kind(&name) {
                Ok(kind) => fields.push(LinkageField { name, kind, several: false }),
                Err(_) => faults.push(Fault::spec(
                    format!("{place}, rank"),
                    format!("`{name}` is not a standard role that records can be compared on"),
                )),
            }
        }
        fields
    }
}

impl SideNeeds {
    fn faults(&self, place: &str, fields: &[LinkageField]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for role in self.roles.iter().chain(&self.date) {
            if !ROLES.iter().any(|(name, _)| name == role) {
                let names = listed(ROLES.iter().map(|(name, _)| *name));
                faults.push(Fault::spec(place, format!("unknown role `{role}`; the roles are {names}")));
            }
        }
        for field in fields {
            if !self.roles.contains(&field.name) {
                faults.push(Fault::spec(place, format!("the ranks compare `{}`, which this side lacks", field.name)));
            }
        }
        faults
    }

    /// What a data set lacks for this side, by its definition; the roles it has are checked
    /// against a file by [`DataSet::role`].
    #[must_use]
    pub fn lacking(&self, place: &str, data_set: &DataSet) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(family) = data_set.family.as_ref().filter(|family| !self.family.contains(family)) {
            let families = listed(self.family.iter().map(String::as_str));
            faults.push(Fault::spec(
                place,
                format!("`{}` is of family `{family}`; this side takes {families}", data_set.name),
            ));
        }
        let missing: Vec<&str> =
            self.roles.iter().filter(|r| !data_set.roles.contains_key(*r)).map(String::as_str).collect();
        if !missing.is_empty() {
            let fault = Fault::spec(place, format!("`{}` lacks the roles {}", data_set.name, listed(missing)));
            faults.push(match &data_set.link.via {
                Some(via) => fault.hint(format!("its persons are those of `{via}`: link that instead")),
                None => fault.hint("name the columns in the job: `[data_set.roles]`"),
            });
        }
        faults
    }
}
