//! What synthetic data leaves out of the catalogue's fields.

use counterfoil_catalogue::{Catalogue, Field};

use crate::data_sets::{DATA_SETS, DataSet, FieldChoice, tables};

/// What one synthetic table leaves out. Columns of a repeated field that stand side by side are
/// given as a run, such as `DIAG_09 to DIAG_20`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gaps {
    /// Name of the table in the catalogue.
    pub table: String,
    /// Fields of the catalogue without a column.
    pub absent: Vec<String>,
    /// Columns that never hold a value.
    pub unfilled: Vec<String>,
}

/// What each table that can be made leaves out, in the order in which they are made. Tables
/// without an entry in the catalogue, which are not held against anything, are left out.
#[must_use]
pub fn gaps() -> Vec<Gaps> {
    DATA_SETS.iter().flat_map(|name| tables(name)).filter_map(|table| of(*table)).collect()
}

/// What one table leaves out; `None` if the catalogue has no entry of its name.
pub(crate) fn of(table: &dyn DataSet) -> Option<Gaps> {
    let entry = Catalogue::built_in().data_set(table.name())?;
    let schema = table.schema(&FieldChoice::All);
    let is_there = |names: &Vec<String>| names.iter().any(|name| schema.field_with_name(name).is_ok());
    let unfilled = table.unfilled();
    let is_unfilled = |names: &Vec<String>| names.iter().any(|name| unfilled.contains(name));
    Some(Gaps {
        table: table.name().to_owned(),
        absent: entry.fields.iter().flat_map(|field| runs(field, |names| !is_there(names))).collect(),
        unfilled: entry.fields.iter().flat_map(|field| runs(field, is_unfilled)).collect(),
    })
}

/// The columns of a field for which `wanted` holds, given every name of each; neighbours as one.
fn runs(field: &Field, wanted: impl Fn(&Vec<String>) -> bool) -> Vec<String> {
    let spellings = field.spellings();
    let of_run = |run: &[Vec<String>]| match run {
        [one] => one[0].clone(),
        [first, .., last] => format!("{} to {}", first[0], last[0]),
        [] => String::new(),
    };
    let alike = spellings.chunk_by(|a, b| wanted(a) == wanted(b));
    alike.filter(|run| wanted(&run[0])).map(of_run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_catalogue_is_held_against_it() {
        let names: Vec<String> = gaps().into_iter().map(|gaps| gaps.table).collect();
        let made = DATA_SETS.iter().flat_map(|name| tables(name)).map(|table| table.name());
        assert_eq!(names, made.filter(|name| *name != "cohort").collect::<Vec<_>>());
    }

    #[test]
    fn neighbouring_columns_are_one_run() {
        let apc = of(tables("hes-apc")[0]).expect("an entry");
        // Of nine babies two are made, of 24 operations five; detention is not.
        for run in ["GESTAT_3 to GESTAT_9", "BIRORDR_3 to BIRORDR_9", "OPDATE_06 to OPDATE_24", "DETNDATE"] {
            assert!(apc.unfilled.iter().any(|found| found == run), "{run} is not in {:?}", apc.unfilled);
        }
        assert!(!apc.unfilled.iter().any(|found| found.contains("GESTAT_2")));
    }

    /// A column is listed if and only if it is null throughout a population in which everything
    /// that is drawn often enough occurs.
    #[test]
    fn what_is_listed_is_null_and_what_is_null_is_listed() {
        let world = crate::population::World::new(5, 6_000);
        let lives = world.lives(0..6_000);
        let rates = crate::errors::ErrorRates::default();
        let block = crate::data_sets::Block { world: &world, rates: &rates, choice: &FieldChoice::All, lives: &lives };
        let mut wrong = Vec::new();
        for table in DATA_SETS.iter().flat_map(|name| tables(name)) {
            let batch = table.records(&block).batch;
            let schema = batch.schema();
            let columns = schema.fields().iter().zip(batch.columns());
            let null: Vec<String> = columns
                .filter(|(_, values)| values.null_count() == batch.num_rows())
                .map(|(field, _)| field.name().clone())
                .collect();
            let unfilled = table.unfilled();
            let is_rare = |name: &String| RARE.contains(&name.as_str());
            let unlisted = null.iter().filter(|name| !unfilled.contains(name) && !is_rare(name));
            let filled = unfilled.iter().filter(|name| !null.contains(name));
            wrong.extend(unlisted.chain(filled).map(|name| format!("{}: {name}", table.name())));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Columns that have a value now and then, and may have none among 6,000 people: the last of
    /// many diagnoses.
    const RARE: [&str; 4] = ["DIAG_4_19", "DIAG_3_19", "DIAG_4_20", "DIAG_3_20"];
}
