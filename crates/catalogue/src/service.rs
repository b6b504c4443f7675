//! A service: what is delivered over several data sets, and whether this program can make it.

use counterfoil_core::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::is_plain_name;
use crate::lines::{Spot, placed};
use crate::parse::parse;

/// One product or service over data sets of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil service")]
pub struct Service {
    /// Version of this shape: 1.
    pub version: u32,
    /// Name: small letters, digits and hyphens.
    pub name: String,
    /// Code of the service in the products list.
    pub code: String,
    /// Full name.
    pub title: String,
    /// What is delivered.
    pub what: String,
    /// Data sets that it is made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<String>,
    /// The recipe of its linkage, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<String>,
    /// What it needs of a linkage engine.
    pub needs: String,
    /// Whether this program makes it today.
    pub available: Available,
    /// The verbs or outputs that make it, or what is missing.
    pub how: String,
    /// Where the facts are published.
    pub source: String,
    /// What a user of the service should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Keys of the entry that no published source confirms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
}

/// Whether this program makes a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Available {
    /// All of it.
    #[serde(rename = "yes")]
    Yes,
    /// A part of it.
    #[serde(rename = "in part")]
    InPart,
    /// Nothing of it.
    #[serde(rename = "not yet")]
    NotYet,
}

impl Available {
    /// The words used in entries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Available::Yes => "yes",
            Available::InPart => "in part",
            Available::NotYet => "not yet",
        }
    }
}

impl Service {
    /// Reads and checks a service on its own; what it names is checked where the whole
    /// catalogue is known.
    pub(crate) fn from_toml(place: &str, text: &str) -> Result<Service, Vec<Fault>> {
        let service: Service = parse(place, text).map_err(|fault| vec![fault])?;
        let faults = service.faults(place, text);
        if faults.is_empty() { Ok(service) } else { Err(faults) }
    }

    fn faults(&self, place: &str, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |at: &str, message: String| {
            faults.push(Fault::spec(placed(place, text, &Spot::whole().key(at)), message));
        };
        if self.version != 1 {
            fault("version", format!("version {} is not known; this program reads version 1", self.version));
        }
        if !is_plain_name(&self.name) {
            fault("name", format!("`{}` is not a name of small letters, digits and hyphens", self.name));
        }
        let texts = [
            ("code", &self.code),
            ("title", &self.title),
            ("what", &self.what),
            ("needs", &self.needs),
            ("how", &self.how),
            ("source", &self.source),
        ];
        for (at, text) in texts {
            if text.trim().is_empty() {
                fault(at, "is empty".to_owned());
            }
        }
        for key in crate::check::unknown_keys(self, &self.unverified) {
            fault("unverified", format!("the entry has no `{key}`"));
        }
        faults
    }
}
