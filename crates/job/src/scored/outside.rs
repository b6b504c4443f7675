//! How often values occur in a population, from tables that a job names.
//!
//! A table is standardised as the field is, and only what it says of values that rows have is kept, by
//! their numbers. In token mode there is none: whoever has the table too would read a value from what
//! its frequency adds to a weight.

use std::path::Path;

use arrow_array::StringArray;
use counterfoil_core::{Fault, FieldKind, LinkageField};
use counterfoil_store::Table;
use counterfoil_token::coding::FieldPlan;
use counterfoil_token::values::{Dictionary, FieldReader, ValueRules};

use super::spec::{ComparisonSpec, TermFrequencySpec};
use crate::check::Job;
use crate::evaluate::table::rows as each_row;
use crate::stored;

/// Where tables are said to be in faults, and in the manifest's inputs.
pub(crate) const PLACE: &str = "term_frequency.table";

const VALUE: &str = "value";
/// Counts, of which all together are the population.
const COUNT: &str = "count";
/// Shares of the population, which need not all be there.
const SHARE: &str = "share";

/// How often the values of a field occur in a population.
pub(crate) struct Outside {
    field: String,
    file: String,
    /// By value number. A value that the table lacks is as rare as the rarest that it has.
    pub(super) counts: Vec<f64>,
    /// What they are of.
    pub(super) total: f64,
}

/// Of those that were read, the one that a term frequency is by.
pub(super) fn of<'o>(read: &'o [Outside], spec: &TermFrequencySpec) -> Option<&'o Outside> {
    let file = spec.table.as_ref()?;
    read.iter().find(|outside| outside.field == spec.of.field && outside.file == *file)
}

/// What is said of frequencies, each table of a field once.
fn asked(comparisons: &[ComparisonSpec]) -> Vec<(&str, &str)> {
    let mut asked = Vec::new();
    for spec in comparisons.iter().flat_map(|of| &of.levels).filter_map(|level| level.term_frequency.as_ref()) {
        let one = spec.table.as_ref().map(|file| (spec.of.field.as_str(), file.as_str()));
        asked.extend(one.filter(|one| !asked.contains(one)));
    }
    asked
}

/// Everything that keeps tables from being used. `place` is where the comparisons stand.
pub(crate) fn faults(
    place: &str,
    comparisons: &[ComparisonSpec],
    (fields, tokens_only): (&[LinkageField], bool),
    base: &Path,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (comparison, number) in comparisons.iter().zip(1..) {
        for (level, at) in comparison.levels.iter().zip(1..) {
            let Some((spec, file)) = level.term_frequency.as_ref().and_then(|spec| Some((spec, spec.table.as_ref()?)))
            else {
                continue;
            };
            let place = format!("{place}[{number}].level[{at}].{PLACE}");
            let mut tell = |message: String, hint| faults.push(Fault::spec(&place, message).hint(hint));
            let field = fields.iter().find(|field| field.name == spec.of.field);
            if tokens_only {
                let message = "a weight would tell which value of the table a token stands for";
                tell(message.to_owned(), "leave `table` out, so that counts are those of the data, rounded");
            }
            if spec.of.derived.is_some() {
                tell(format!("a table is of a field as it is, not of `{}`", spec.of), "name the field itself");
            } else if field.is_some_and(|field| field.several || !is_listed(field.kind)) {
                let message = format!("a table is not of `{}`", spec.of);
                tell(message, "it is of a field of one name, text, category, postcode or words a record");
            }
            if !counterfoil_store::is_file(&base.join(file)) {
                let fault = Fault::environment(&place, format!("there is no file `{file}`"));
                faults.push(fault.hint("paths start from the job file's folder"));
            }
        }
    }
    faults
}

/// Whether values of a kind stand in a list as they stand in a column.
fn is_listed(kind: FieldKind) -> bool {
    use FieldKind::{Category, Name, Postcode, Text, Words};
    matches!(kind, Name | Text | Words | Category | Postcode)
}

/// The tables of a job, opened, in the order in which they are named.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn tables(job: &Job) -> Result<Vec<Table>, Fault> {
    let comparisons = job.linkage.scored.as_ref().map(|scored| scored.from.comparisons()).unwrap_or_default();
    let mut files: Vec<&str> = asked(comparisons).into_iter().map(|(_, file)| file).collect();
    files.sort_unstable();
    files.dedup();
    files.into_iter().map(|file| stored::open(PLACE, &job.base.join(file))).collect()
}

/// Reads every table, for the values that rows have. `plans` are of the linkage fields in order.
///
/// # Errors
///
/// A file cannot be read, lacks a column, has a count that is none, or none of the values.
pub(super) fn read(
    job: &Job,
    plans: &[FieldPlan],
    values: impl Fn(usize) -> usize,
    dictionaries: &[Dictionary],
) -> Result<Vec<Outside>, Fault> {
    let comparisons = job.linkage.scored.as_ref().map(|scored| scored.from.comparisons()).unwrap_or_default();
    let one = |(field, file): (&str, &str)| {
        let at = job.linkage.fields.iter().position(|known| known.name == field);
        let unknown = || Fault::bug(PLACE, format!("`{field}` is not read"));
        let at = at.ok_or_else(unknown)?;
        let listed = Listed::read(&stored::open(PLACE, &job.base.join(file))?, file)?;
        let (counts, total) = listed.by_number(&plans[at], &dictionaries[values(at)]).ok_or_else(|| {
            let fault = Fault::spec(PLACE, format!("`{file}` has no value of `{field}` that a row has"));
            fault.hint("its column `value` has values of this field, written as in the data; else leave `table` out")
        })?;
        Ok(Outside { field: field.to_owned(), file: file.to_owned(), counts, total })
    };
    asked(comparisons).into_iter().map(one).collect()
}

/// A table as it stands: texts, and how often each occurs.
struct Listed {
    values: StringArray,
    counts: Vec<f64>,
    /// What they are of.
    total: f64,
}

impl Listed {
    fn read(table: &Table, file: &str) -> Result<Listed, Fault> {
        let has = |name: &str| table.schema().field_with_name(name).is_ok();
        let column = match (has(VALUE), has(COUNT), has(SHARE)) {
            (true, true, false) => COUNT,
            (true, false, true) => SHARE,
            _ => {
                let message = format!("`{file}` has not the columns of a table of frequencies");
                return Err(Fault::spec(PLACE, message).hint("it needs `value`, and either `count` or `share`"));
            }
        };
        let (mut values, mut counts, mut line) = (Vec::new(), Vec::new(), 0_u64);
        each_row(table, &[VALUE, column], |cells| {
            let count = cells[1].trim().parse::<f64>().ok().filter(|count| count.is_finite() && *count >= 0.0);
            let count = count.ok_or_else(|| {
                let message = format!("row {line}, column `{column}`: not a number from 0 on");
                Fault::spec(PLACE, format!("`{file}`: {message}")).hint("say how often each value occurs")
            })?;
            values.push(cells[0].clone());
            counts.push(count);
            line += 1;
            Ok(())
        })?;
        let sum: f64 = counts.iter().sum();
        if column == SHARE && sum > 1.0 + 1e-6 {
            let fault = Fault::spec(PLACE, format!("`{file}`: shares add up to more than 1"));
            return Err(fault.hint("shares are of all people; call the column `count` if it has counts"));
        }
        let total = if column == SHARE { 1.0 } else { sum };
        Ok(Listed { values: StringArray::from(values), counts, total })
    }

    /// The counts of the values that rows have, by their numbers, so scaled that the least is 1; none
    /// if there is none of them.
    fn by_number(&self, plan: &FieldPlan, values: &Dictionary) -> Option<(Vec<f64>, f64)> {
        let rules = ValueRules::of(&plan.rules);
        let mut listed = Dictionary::new(rules.kind());
        let mut numbers = Vec::with_capacity(self.counts.len());
        FieldReader::new(0, rules, plan.missing.clone()).read(&self.values, &mut listed, &mut numbers);
        let mut of_listed = vec![0.0; listed.len() + 1];
        numbers.iter().zip(&self.counts).for_each(|(number, count)| of_listed[*number as usize] += count);
        of_listed[0] = 0.0;
        let least = of_listed.iter().copied().filter(|count| *count > 0.0).fold(f64::INFINITY, f64::min);
        let mut counts = vec![1.0; values.len() + 1];
        counts[0] = 0.0;
        let mut is_any = false;
        for (number, count) in values.places_of(&listed).into_iter().zip(&of_listed) {
            if number != 0 && *count > 0.0 {
                counts[number as usize] = count / least;
                is_any = true;
            }
        }
        is_any.then(|| (counts, self.total / least))
    }
}
