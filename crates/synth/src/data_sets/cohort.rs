//! A cohort as a researcher brings it: one row a participant, in one CSV file.
//!
//! There is no catalogue entry for it, since every study has its own columns; these are what
//! trials commonly hold. Participants give their own names, so few are old, and often do not
//! know their NHS number.

use super::columns::Columns;
use super::field_choice::Part;
use super::plain::Plain;
use super::text::decimal;
use crate::calendar::{age_in_years, parts_of};
use crate::draw::{Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, Observed, ObservedNames, RecordedBirth};
use crate::places::usual_form;
use crate::population::{Life, World};

/// Share of those of the right age who take part.
const TAKES_PART: f64 = 0.05;

/// Ages at which people join.
const AGES: std::ops::Range<i32> = 16..80;

/// Participants are numbered with seven digits, or more in large populations.
const STUDY_IDS: u64 = 10_000_000;

/// The data set `cohort`.
pub(super) const COHORT: Plain<Participant> = Plain {
    name: "cohort",
    folder: "cohort",
    distinct: &[],
    csv: true,
    rows,
    fill,
    key: |row, bytes| bytes.extend_from_slice(&row.study_id),
    truth: |row| (row.person, row.seen.errors),
};

/// One row.
pub(super) struct Participant {
    person: u64,
    study_id: [u8; 9],
    seen: Observed,
    names: ObservedNames,
}

fn rows(world: &World, rates: &ErrorRates, life: &Life, into: &mut Vec<Participant>) {
    let person = life.person.index;
    let mut draw = world.draws(Purpose::Cohort, person);
    let day = draw.between(world.window.start(), world.window.last());
    let there = life.first_day <= day && life.death.as_ref().is_none_or(|death| day < death.day);
    if !draw.chance(TAKES_PART) || !there || !AGES.contains(&age_in_years(life.person.birth, day)) {
        return;
    }
    let mut clerk = Clerk::new(world, rates, "cohort", life);
    let first = participant(&mut clerk, study_id(world, person * 2), (person, day));
    let twice = clerk.happens(ErrorKind::RecordDuplicated, day, &mut ErrorSet::default());
    into.push(first);
    if twice {
        // The same person takes part again, and is asked again.
        let mut again = participant(&mut clerk, study_id(world, person * 2 + 1), (person, day));
        again.seen.errors.insert(ErrorKind::RecordDuplicated);
        into.push(again);
    }
}

fn participant(clerk: &mut Clerk<'_>, study_id: [u8; 9], (person, day): (u64, i32)) -> Participant {
    let mut seen = clerk.observe(day);
    let names = clerk.names(day, &mut seen.errors);
    Participant { person, study_id, seen, names }
}

/// `S` and eight digits, which say nothing about the person.
fn study_id(world: &World, number: u64) -> [u8; 9] {
    let size = STUDY_IDS.max(world.people * 2 + 2);
    let place = Spread::new(size, &mut world.draws(Purpose::Population, 5)).place(number);
    let mut id: [u8; 9] = decimal(place);
    id[0] = b'S';
    id
}

/// Adds the columns; every one is text.
fn fill(columns: &mut Columns<'_, Participant>) {
    fn text(value: Option<&String>, bytes: &mut Vec<u8>) -> bool {
        bytes.extend(value.into_iter().flat_map(|value| value.bytes()));
        value.is_some()
    }
    columns.part(Part::Key);
    columns.fixed("STUDY_ID", |p| p.study_id);
    columns.part(Part::Linkage);
    columns.text("FORENAME", |p, bytes| text(p.names.given.as_ref(), bytes));
    columns.text("MIDDLE_NAME", |p, bytes| text(p.names.middle.as_ref(), bytes));
    columns.text("SURNAME", |p, bytes| text(p.names.family.as_ref(), bytes));
    columns.maybe("DOB", |p| birth_date(p.seen.birth));
    columns.maybe_code("SEX", |p| match p.seen.sex {
        1 => Some("M"),
        2 => Some("F"),
        _ => None,
    });
    columns.text("POSTCODE", |p, bytes| text(p.seen.postcode.map(usual_form).as_ref(), bytes));
    columns.maybe("NHS_NUMBER", |p| p.seen.nhs_number);
}

/// `dd/mm/yyyy`.
fn birth_date(birth: RecordedBirth) -> Option<[u8; 10]> {
    let (year, month, day) = match birth {
        RecordedBirth::Day(day) => parts_of(day),
        RecordedBirth::Impossible(year, month, day) => (year.into(), month as u32, day as u32),
        RecordedBirth::Missing => return None,
    };
    let (day, month, year): ([u8; 2], [u8; 2], [u8; 4]) =
        (decimal(day.into()), decimal(month.into()), decimal(year as u64));
    let mut text = *b"dd/mm/yyyy";
    text[..2].copy_from_slice(&day);
    text[3..5].copy_from_slice(&month);
    text[6..].copy_from_slice(&year);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_of;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let day = day_of(1957, 3, 9).expect("a date");
        assert_eq!(birth_date(RecordedBirth::Day(day)), Some(*b"09/03/1957"));
        assert_eq!(birth_date(RecordedBirth::Impossible(1961, 2, 30)), Some(*b"30/02/1961"));
        assert_eq!(birth_date(RecordedBirth::Missing), None);
    }
}
