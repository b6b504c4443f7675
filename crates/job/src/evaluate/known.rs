//! Which linked records the truth knows.
//!
//! A truth with other keys than the run, or other names for its data sets, would make every
//! link a false one, and figures of it would be of nothing.

use counterfoil_core::Fault;
use hashbrown::HashSet;

use super::Known;
use super::truth::{PLACE, Truth};
use crate::manifest::Manifest;

/// Counts the linked records of one side, each once.
#[derive(Default)]
pub(super) struct Side {
    known: HashSet<u32>,
    unknown: HashSet<Box<str>>,
}

impl Side {
    /// Notes a linked record by its source and place, and its position in the truth if it is
    /// there.
    pub(super) fn note(&mut self, source: &str, place: &str, found: Option<u32>) {
        match found {
            Some(record) => self.known.insert(record),
            None => self.unknown.insert(format!("{source}\0{place}").into()),
        };
    }

    pub(super) fn counts(&self) -> Known {
        let unknown = self.unknown.len() as u64;
        Known { linked: self.known.len() as u64 + unknown, unknown }
    }
}

/// Refuses a truth that knows no linked record of a side.
pub(super) fn check(truth: &Truth, manifest: &Manifest, sides: &[Known; 2]) -> Result<(), Fault> {
    let linkage = &manifest.job.linkage;
    let names = [linkage.left.as_slice(), linkage.right.as_ref().unwrap_or(&linkage.left).as_slice()];
    for (side, names) in sides.iter().zip(names) {
        if side.linked > 0 && side.unknown == side.linked {
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let records = if side.linked == 1 { "record" } else { "records" };
            let message = format!("the truth knows none of the {} linked {records} of {names}", side.linked);
            return Err(Fault::spec(PLACE, message).hint(truth.what_names_records()));
        }
    }
    Ok(())
}
