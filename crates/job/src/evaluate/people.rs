//! Subgroups of people: sex, age, ethnicity, deprivation, region.

use std::path::Path;

use counterfoil_core::Fault;

use super::group::{Grouping, NOT_KNOWN, Values};
use super::table::{has, rows};
use super::truth::Truth;
use crate::stored;

/// Where the table is said to be in faults.
const PLACE: &str = "people";

/// Columns that make subgroups as they are, and what these are called.
const COLUMNS: [(&str, &str); 4] =
    [("sex", "sex"), ("ethnicity", "ethnicity"), ("deprivation_decile", "deprivation"), ("region", "region")];

/// Age bands by their first year; the bands are ours.
const BANDS: [(i32, &str); 6] =
    [(0, "0"), (1, "1 to 17"), (18, "18 to 39"), (40, "40 to 64"), (65, "65 to 84"), (85, "85 and over")];

/// A calendar date that compares as dates do.
type Day = (i32, u32, u32);

/// The subgroups that the table of people makes: of the columns that it has. Ages are those
/// at `end`, the job's end of data as `yyyy-mm-dd`, or at death if that was before; without
/// an end, at the last date of birth or death of anybody in the table.
pub(super) fn groupings(file: &Path, truth: &Truth, end: Option<&str>) -> Result<Vec<Grouping>, Fault> {
    let table = stored::open(PLACE, file)?;
    if !has(&table, "person") {
        return Err(Fault::spec(file.display().to_string(), "the table of people has no column `person`")
            .hint("it names the persons of the truth"));
    }
    let present: Vec<(&str, &str)> = COLUMNS.into_iter().filter(|(column, _)| has(&table, column)).collect();
    let dates = ["birth_date", "death_date"].map(|column| if has(&table, column) { column } else { "person" });
    if present.is_empty() && dates[0] == "person" {
        let columns = COLUMNS.map(|(column, _)| format!("`{column}`")).join(", ");
        let message = format!("the table of people has none of the columns `birth_date`, {columns}");
        return Err(Fault::spec(file.display().to_string(), message).hint("subgroups come from these"));
    }
    let columns: Vec<&str> = ["person"].into_iter().chain(dates).chain(present.iter().map(|(c, _)| *c)).collect();
    let mut values: Vec<Values> = present.iter().map(|_| Values::of_persons(truth.persons)).collect();
    let mut lives: Vec<Option<(Day, Option<Day>)>> = vec![None; truth.persons];
    let mut last = None;
    rows(&table, &columns, |cells| {
        let (birth, death) = (day(&cells[1]), day(&cells[2]));
        last = last.max(birth).max(death);
        if let Some(person) = truth.person(&cells[0]) {
            values.iter_mut().zip(&cells[3..]).for_each(|(values, cell)| values.set(person, cell));
            lives[person] = birth.map(|birth| (birth, death));
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    for ((_, by), values) in present.iter().zip(&values) {
        found.push(Grouping::of_values(PLACE, by, NOT_KNOWN, values)?);
    }
    if dates[0] == "birth_date" {
        let at = end.and_then(day).or(last);
        found.insert(usize::from(has(&table, "sex")), by_age(&lives, at));
    }
    Ok(found)
}

fn by_age(lives: &[Option<(Day, Option<Day>)>], end: Option<Day>) -> Grouping {
    let not_known = BANDS.len();
    let band = |life: &Option<(Day, Option<Day>)>| {
        let (birth, death) = (*life)?;
        let age = completed_years(birth, death.into_iter().chain(end).min()?);
        BANDS.iter().rposition(|(first, _)| age >= *first)
    };
    let labels = BANDS.iter().map(|(_, label)| *label).chain([NOT_KNOWN]).map(str::to_owned).collect();
    let groups = lives.iter().map(|life| band(life).unwrap_or(not_known)).collect();
    Grouping::of_persons("age", labels, groups)
}

/// Completed years; those born on 29 February have their birthday on 1 March in other years.
fn completed_years(birth: Day, at: Day) -> i32 {
    at.0 - birth.0 - i32::from((at.1, at.2) < (birth.1, birth.2))
}

/// A date written `yyyy-mm-dd`.
fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let day = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(birth: &str, death: &str, end: &str, band: &str) {
        let life = Some((day(birth).expect("a date"), day(death)));
        let grouping = by_age(&[life], day(end));
        assert_eq!(grouping.labels[grouping.groups(Some((0, 0)))[0]], band, "born {birth}, died {death}, at {end}");
    }

    #[test]
    fn ages_are_completed_years_at_the_end_or_at_death() {
        check("2023-04-01", "", "2024-03-31", "0");
        check("2023-03-31", "", "2024-03-31", "1 to 17");
        check("2006-04-01", "", "2024-03-31", "1 to 17");
        check("2006-03-31", "", "2024-03-31", "18 to 39");
        check("1939-03-31", "", "2024-03-31", "85 and over");
        // Died at 84, long ago; and a death after the end does not count.
        check("1900-06-01", "1985-05-31", "2024-03-31", "65 to 84");
        check("1939-04-01", "2024-12-31", "2024-03-31", "65 to 84");
        // 29 February: 18 on 1 March.
        check("2004-02-29", "", "2022-02-28", "1 to 17");
        check("2004-02-29", "", "2022-03-01", "18 to 39");
        // Born after the end, or no date to reckon at.
        check("2025-01-01", "", "2024-03-31", "not known");
        check("2000-01-01", "", "", "not known");
    }
}
