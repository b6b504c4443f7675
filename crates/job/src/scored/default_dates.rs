//! Dates of birth that stand for "not known", taken for missing.
//!
//! A catalogue entry lists those of its data set. Of other files the rows have to tell, and of
//! those that it describes too, since a hospital may use a day of its own.

use std::ops::Range;

use counterfoil_core::NullReason;
use hashbrown::HashSet;

use super::read::Rows;
use crate::check::Job;
use crate::figure::grouped;
use crate::input::{SourceTally, Tallies};

/// Fewer different values than this in every other field may be one person's rows.
const FEWEST_PEOPLE: usize = 10;
/// So many different values are enough where hardly any two rows have the same one: who has no date
/// of birth often has no number or address either, and then few rows tell.
const FEWEST_APART: usize = 3;
/// Share of the rows with a value whose values differ, where hardly any two have the same one.
const APART: f64 = 0.8;

/// The role whose dates are spread over the year. Many may well have died on one day.
const ROLE: &str = "birth_date";

/// Makes the date of birth missing where it stands for "not known", source by source, and counts
/// it so.
pub(super) fn take_back(job: &Job, rows: &mut Rows, tallies: &mut Tallies) {
    let is_birth = |field: &usize| job.linkage.fields[*field].name == ROLE && !job.linkage.fields[*field].several;
    let Some(field) = (0..job.linkage.fields.len()).find(is_birth) else { return };
    for (source, span) in rows.spans() {
        let found = found(rows, field, &span);
        if found.is_empty() {
            continue;
        }
        let mut taken = 0;
        let numbers = &mut rows.fields[field][span.start as usize..span.end as usize];
        for number in numbers.iter_mut().filter(|number| found.contains(number)) {
            *number = 0;
            taken += 1;
        }
        tallies.take_back(usize::from(source), field, NullReason::Placeholder, taken);
    }
}

/// The numbers of dates that stand for "not known" in these rows.
fn found(rows: &Rows, field: usize, span: &Range<u32>) -> Vec<u32> {
    let dictionary = &rows.dictionaries[rows.domain_of[field]];
    let mut found = dictionary.default_dates(&rows.counts(field, span));
    found.retain(|number| is_of_many(rows, field, span, *number));
    found
}

/// Whether rows with a date have so many different values in another field that they are of many
/// people, or no other field is there to tell.
fn is_of_many(rows: &Rows, field: usize, span: &Range<u32>, number: u32) -> bool {
    let has_it: Vec<usize> =
        (span.start as usize..span.end as usize).filter(|row| rows.fields[field][*row] == number).collect();
    let mut others = (0..rows.fields.len()).filter(|other| *other != field).peekable();
    let differ = |other: usize| are_many(has_it.iter().map(|row| rows.fields[other][*row]));
    others.peek().is_none() || others.any(differ)
}

/// Whether values, 0 for none, are of many people.
fn are_many(values: impl Iterator<Item = u32>) -> bool {
    let valued: Vec<u32> = values.filter(|value| *value != 0).collect();
    let different = valued.iter().collect::<HashSet<_>>().len();
    different >= FEWEST_PEOPLE || different >= FEWEST_APART && different as f64 >= APART * valued.len() as f64
}

/// What a reader should know of the dates that were taken for missing. The dates are not told.
pub(super) fn notes(job: &Job, tallies: &[SourceTally]) -> Vec<String> {
    let mut notes = Vec::new();
    for (source, tally) in job.sources.iter().zip(tallies) {
        for (field, counts) in job.linkage.fields.iter().zip(&tally.fields) {
            let rows = counts.null[NullReason::Placeholder as usize];
            if field.name == ROLE && rows > 0 {
                notes.push(format!(
                    "{}: {} rows have a `{ROLE}` that more rows have than all other days of the year around it \
                     together: it stands for \"not known\" and was taken for missing",
                    source.name,
                    grouped(rows),
                ));
            }
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::are_many;

    #[test]
    fn rows_of_many_people_differ() {
        let of = |values: &[u32]| are_many(values.iter().copied());
        assert!(of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 1, 1, 1, 1, 1, 1]));
        // Of one patient: three addresses and two of them often.
        assert!(!of(&[1, 1, 1, 2, 2, 2, 2, 3, 1, 1, 2, 2]));
        // Most have no number, and those that have one differ.
        assert!(of(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]));
        // Five of six is more than four in five, three of four is not; two are too few.
        assert!(of(&[1, 2, 3, 4, 5, 5]));
        assert!(!of(&[1, 2, 3, 3]) && !of(&[0, 0, 1, 2]));
        assert!(!of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
}
