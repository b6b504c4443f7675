//! What to generate, and what came of it.

use counterfoil_catalogue::nearest;
use counterfoil_core::Fault;

use crate::data_sets::{self, DATA_SETS, DataSet, FieldChoice};
use crate::errors::ErrorRates;
use crate::nhs_number::MOST_PEOPLE;

/// What to generate.
#[derive(Clone, Debug, PartialEq)]
pub struct SynthSpec {
    /// People in the population, 1 to 80,000,000: those alive at the start of the ten
    /// financial years 2014/15 to 2023/24 and those born within them.
    pub people: u64,
    /// Seed; another seed is another population.
    pub seed: u64,
    /// Names from [`DATA_SETS`], each at most once.
    pub data_sets: Vec<String>,
    /// How often records are wrong.
    pub errors: ErrorRates,
    /// Which columns are written.
    pub fields: FieldChoice,
}

impl SynthSpec {
    /// All data sets of a population, with the default errors.
    #[must_use]
    pub fn new(people: u64, seed: u64) -> SynthSpec {
        let data_sets = DATA_SETS.iter().map(|name| (*name).to_owned()).collect();
        SynthSpec { people, seed, data_sets, errors: ErrorRates::default(), fields: FieldChoice::All }
    }

    /// Every fault of the spec.
    ///
    /// # Errors
    ///
    /// Bad spec: a population that is empty or larger than there are numbers for, no data
    /// set, one that is not known or named twice, a column that none of them has.
    pub fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if !(1..=MOST_PEOPLE).contains(&self.people) {
            faults.push(
                Fault::spec("people", format!("must be between 1 and {MOST_PEOPLE}"))
                    .hint("there are no more NHS numbers outside the blocks that are issued"),
            );
        }
        faults.extend(self.data_set_faults());
        faults.extend(self.field_faults());
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The tables of the data sets asked for, in the order of [`DATA_SETS`], whatever order
    /// they were asked in.
    pub(crate) fn chosen(&self) -> Vec<&'static dyn DataSet> {
        DATA_SETS
            .iter()
            .filter(|name| self.data_sets.iter().any(|asked| asked == *name))
            .flat_map(|name| data_sets::tables(name))
            .copied()
            .collect()
    }

    fn data_set_faults(&self) -> Vec<Fault> {
        let known = || DATA_SETS.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if self.data_sets.is_empty() {
            return vec![Fault::spec("data_sets", format!("names no data set; there are {}", known()))];
        }
        let mut faults = Vec::new();
        for (position, name) in self.data_sets.iter().enumerate() {
            if data_sets::tables(name).is_empty() {
                let message = format!("no synthetic data set `{name}`; there are {}", known());
                faults.push(Fault::spec("data_sets", message).hint(match nearest(name, DATA_SETS.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "the catalogue has more data sets than can be made".to_owned(),
                }));
            }
            if self.data_sets[..position].contains(name) {
                faults.push(Fault::spec("data_sets", format!("names `{name}` twice")));
            }
        }
        faults
    }

    fn field_faults(&self) -> Vec<Fault> {
        let FieldChoice::Named(names) = &self.fields else { return Vec::new() };
        let schemas: Vec<_> = self.chosen().iter().map(|table| table.schema(&FieldChoice::All)).collect();
        let missing = names.iter().filter(|name| schemas.iter().all(|schema| schema.field_with_name(name).is_err()));
        missing
            .map(|name| {
                Fault::spec("fields", format!("no synthetic data set that was asked for has a column `{name}`"))
                    .hint("write `all`, `linkage`, or columns as `counterfoil catalogue show` lists them")
            })
            .collect()
    }
}

/// What was generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SynthReport {
    /// Rows by data set, in the order of [`DATA_SETS`].
    pub rows: Vec<(String, u64)>,
    /// People whose death is registered within the data.
    pub deaths: u64,
    /// Of these, people with at least one HES APC record (whether or not it was asked for):
    /// the links that a linkage should find.
    pub linked: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spec: &SynthSpec, places: &[&str]) {
        let faults = spec.check().err().unwrap_or_default();
        let found: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        assert_eq!(found, places);
    }

    #[test]
    fn every_fault_is_found_at_once() {
        check(&SynthSpec::new(1, 0), &[]);
        let mut spec = SynthSpec::new(0, 0);
        spec.data_sets = vec!["hes-apc".to_owned(), "hes-xyz".to_owned(), "hes-apc".to_owned()];
        check(&spec, &["people", "data_sets", "data_sets"]);
        spec = SynthSpec::new(1, 0);
        spec.fields = FieldChoice::Named(["DOB", "HAIR"].map(str::to_owned).into());
        check(&spec, &["fields"]);
        spec = SynthSpec::new(MOST_PEOPLE + 1, 0);
        spec.data_sets.clear();
        check(&spec, &["people", "data_sets"]);
    }
}
