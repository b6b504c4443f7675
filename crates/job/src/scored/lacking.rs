//! What rows lack of what is compared.

use super::estimate::Compiled;
use super::read::Rows;
use crate::check::Job;

impl Compiled {
    /// By row the comparisons to whose closest level it lacks a value, a bit for each by position.
    pub(super) fn lacking(&self) -> Vec<u16> {
        let mut lacking = vec![0; self.columns.rows() as usize];
        for comparison in 0..self.comparisons.len() {
            for column in self.closest_columns(comparison).unwrap_or_default() {
                let values = &self.columns.columns[column];
                lacking.iter_mut().zip(values).for_each(|(bits, value)| *bits |= u16::from(*value == 0) << comparison);
            }
        }
        lacking
    }

    /// Whether a row has a date that lacks its day or month.
    pub(super) fn is_incomplete(&self, row: u32) -> bool {
        self.incomplete.get(row as usize).copied().unwrap_or(false)
    }
}

/// By row whether it has a date that lacks its day or month; empty where no date does. Of fields that
/// hardly ever have more than the year, none counts as incomplete.
pub(super) fn incomplete(job: &Job, rows: &Rows) -> Vec<bool> {
    let mut incomplete = Vec::new();
    let is_one_value = |(field, _): &(usize, &usize)| !job.linkage.fields[*field].several;
    for (field, domain) in rows.domain_of.iter().enumerate().filter(is_one_value) {
        let numbers = rows.dictionaries[*domain].incomplete_dates();
        if !numbers.iter().any(|is| *is) {
            continue;
        }
        let found = || rows.fields[field].iter().map(|number| numbers.get(*number as usize).copied().unwrap_or(false));
        let lacking = found().filter(|is| *is).count();
        let valued = rows.fields[field].iter().filter(|number| **number != 0).count();
        if 2 * lacking <= valued {
            incomplete.resize(rows.len() as usize, false);
            incomplete.iter_mut().zip(found()).for_each(|(all, is)| *all |= is);
        }
    }
    incomplete
}
