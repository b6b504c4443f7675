//! `README.md`, for people: what the folder holds, and that none of it is real.

use std::fmt::Write;

use crate::data_sets::{DataSet, FieldChoice};
use crate::gaps;
use crate::spec::{SynthReport, SynthSpec};

/// What the rows of a table are, by its name.
const ABOUT: &[(&str, &str)] = &[
    ("hes-apc", "Hospital Episode Statistics, admitted care: a consultant episode"),
    ("hes-op", "Hospital Episode Statistics, outpatients: an appointment"),
    ("hes-ae", "Hospital Episode Statistics, accident and emergency: an attendance, to March 2020"),
    ("hes-cc", "Hospital Episode Statistics, critical care: a period of an adult, or a day of a child, in an episode"),
    ("ecds", "Emergency Care Data Set: an attendance, from October 2017"),
    ("deaths", "Civil registrations of deaths: a registration"),
    ("did", "Diagnostic Imaging Data Set: an examination"),
    ("mhsds", "Mental Health Services Data Set: a person with a provider in a month"),
    ("mhsds/referral", "Mental Health Services Data Set: a referral in a month"),
    ("proms", "Patient Reported Outcome Measures: an operation's questionnaires"),
    ("csds", "Community Services Data Set: a person with a provider in a month"),
    ("csds/referral", "Community Services Data Set: a referral in a month"),
    ("iapt", "Talking therapies: a referral"),
    ("msds", "Maternity Services Data Set: a pregnancy, with mother and baby"),
    ("msds/baby", "Maternity Services Data Set: a baby"),
    ("pds", "Personal Demographics Service: a registered person, as they are now"),
    ("pds/name", "names of those persons, present and past"),
    ("pds/address", "addresses of those persons, present and past"),
    ("pds/practice", "general practices of those persons, present and past"),
    ("pds/merger", "NHS numbers that gave way to another"),
    ("cohort", "a study's participants as a researcher would send them"),
];

/// The text.
pub(crate) fn text(spec: &SynthSpec, report: &SynthReport) -> String {
    let mut tables = String::new();
    for (table, (name, rows)) in spec.chosen().iter().zip(&report.rows) {
        let about = ABOUT.iter().find(|(known, _)| known == name).map_or("a record", |(_, about)| about);
        writeln!(tables, "| `{}` | `{name}` | {rows} | {about} |", place(*table)).expect("a string takes every line");
    }
    format!(
        "# Synthetic data\n\n\
         Everything in this folder was made by a program. No row describes a person who lives or has lived: \
         NHS numbers come from a block that is never issued, names are drawn from lists, postcode areas, streets \
         and provider codes are invented, and no frequency in these files may be taken for a fact about England.\n\n\
         {people} people, seed {seed}, financial years 2014/15 to 2023/24: those who live in the country on the \
         first day, are born or arrive. {deaths} deaths are registered; {linked} of them are of people with hospital \
         records.\n\n\
         ## Data sets\n\n\
         Columns are those of the catalogue (`counterfoil catalogue show hes-apc`). Rows of a folder are numbered \
         over its files in path order.\n\n\
         | Files | Table | Rows | A row is |\n|---|---|---|---|\n{tables}\n\
         ## The truth\n\n\
         - `truth.parquet`: one row for each row above, and two for one that is about two persons. `source` is the table, `row` its number from 0, `key` its \
         record key, `person` whose it is, and `errors` what is wrong with it, by the names of the rates in \
         `errors.toml`, joined by commas; null if nothing is. `about` says which person of a row this is, by the name that the catalogue \
         and a job's `person` have for them (in `msds` and `msds/baby` `mother` or `baby`; a booking without a birth \
         has no baby); null where a row is about one. What belongs to life is no error: a person who has \
         moved, married or arrived without an NHS number.\n\
         - `people.parquet`: one row for each person, as they truly are. `birth_date`, `sex` at birth, `ethnicity` \
         (16+1 categories), `deprivation_decile` (1 the most deprived) and `region` of the last home, `death_date` \
         and `death_place`, `arrival_date` of those who came within the ten years, `gender_change_date`, \
         `household` (people with one number lived under one roof at the end), `communal` (whether the last home \
         was a communal establishment), `homes` (how many), `mother`, `twin` and `partner`.\n\
         - `errors.toml`: every error rate and multiplier, as used. `--errors` takes it.\n\n\
         ## What is not filled\n\n\
         Fields of the catalogue that no file has, and columns that never hold a value:\n\n{gaps}\n\
         ## Beside them\n\n\
         - `communal_postcodes.csv`: postcodes of communal establishments, such as care homes and halls, for \
         linkages that treat them apart.\n\
         - `manifest.json`: what was asked for, the counts, and size and BLAKE3 hash of each file.\n",
        gaps = what_is_missing(spec),
        people = spec.people,
        seed = spec.seed,
        deaths = report.deaths,
        linked = report.linked,
    )
}

/// What each table leaves out, as points; a limited choice of columns leaves out more.
fn what_is_missing(spec: &SynthSpec) -> String {
    let mut points = String::new();
    for gaps in spec.chosen().into_iter().filter_map(gaps::of) {
        let of = |words: &str, columns: &[String]| match columns {
            [] => String::new(),
            _ => format!("{words} {}. ", columns.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")),
        };
        let text = of("No column", &gaps.absent) + &of("No value in", &gaps.unfilled);
        let text = if text.is_empty() { "every field is filled." } else { text.trim_end() };
        writeln!(points, "- `{}`: {text}", gaps.table).expect("a string takes every line");
    }
    if spec.fields != FieldChoice::All {
        points.push_str("\nHere only some columns were asked for; the others stand in no file either.\n");
    }
    points
}

/// A column, or the first and the last of a run of them.
fn code(name: &str) -> String {
    format!("`{}`", name.replace(" to ", "` to `"))
}

/// Where a table is.
fn place(table: &dyn DataSet) -> String {
    if table.is_csv() { format!("{}.csv", table.folder()) } else { format!("{}/", table.folder()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_described() {
        for table in SynthSpec::new(1, 0).chosen() {
            assert!(ABOUT.iter().any(|(name, _)| *name == table.name()), "{}", table.name());
        }
    }
}
