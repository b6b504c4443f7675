//! The persons that extracts are about: those linked, and those who died in hospital.

use counterfoil_catalogue::Products;
use counterfoil_core::{Code, Fault, Observer};
use hashbrown::HashMap;

use super::hospital::{self, DiedInHospital};
use crate::check::Job;
use crate::output::Output;
use crate::ranked::{Coding, LastActivity, Ranked};

/// Persons by unit.
#[derive(Default)]
pub(crate) struct People {
    /// Left units of links, with the link's position.
    pub(crate) linked: HashMap<Code, usize>,
    /// Right units of links, with the position of their best link.
    pub(crate) right: HashMap<Code, usize>,
    /// Deaths in hospital by left unit.
    pub(crate) in_hospital: HashMap<Code, DiedInHospital>,
    /// Last activity of those who died in hospital.
    pub(crate) last_activity: LastActivity,
}

impl People {
    pub(crate) fn gather(
        job: &Job,
        coding: &Coding,
        ranked: &Ranked,
        observer: &dyn Observer,
    ) -> Result<People, Fault> {
        let mut people = People {
            linked: ranked.links.iter().enumerate().map(|(i, link)| (link.left_unit, i)).collect(),
            ..People::default()
        };
        for (i, link) in ranked.links.iter().enumerate() {
            people.right.entry(link.right_unit).or_insert(i);
        }
        let extracts = job.outputs.iter().any(|output| matches!(output, Output::Deaths { .. } | Output::Rows { .. }));
        if job.linkage.products == Some(Products::HesDeaths) && extracts {
            people.in_hospital = hospital::read(job, coding, observer)?;
            let units = people.in_hospital.keys().copied();
            people.last_activity = LastActivity::of_units(units).read(job, coding, observer)?;
        }
        Ok(people)
    }

    /// Whether an extract is about a unit of the left side.
    pub(crate) fn has_left(&self, unit: Code) -> bool {
        self.linked.contains_key(&unit) || self.in_hospital.contains_key(&unit)
    }
}
