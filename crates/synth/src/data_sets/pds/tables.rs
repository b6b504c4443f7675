//! The tables of PDS, in the columns of the catalogue.

use super::{Area, Dossier, Registered, SENSITIVE};
use crate::data_sets::areas::Practice;
use crate::data_sets::columns::Columns;
use crate::data_sets::field_choice::Part;
use crate::data_sets::plain::Plain;
use crate::data_sets::text::decimal;
use crate::draw::Draw;
use crate::errors::{ErrorRates, ErrorSet, ObservedNames, RecordedBirth};
use crate::names::Name;
use crate::nhs_number::NhsNumber;
use crate::places::usual_form;
use crate::population::{Life, World};

/// One current row a person.
pub(in crate::data_sets) const PERSON: Plain<Person> = Plain {
    name: "pds",
    folder: "pds_person",
    distinct: &["NHS_NUMBER", "POSTCODE", "ADDRESS_LINE1", "EMAIL_ADDRESS", "MOBILE_NUMBER"],
    csv: false,
    rows: person,
    fill: person_columns,
    key: |row, bytes| bytes.extend_from_slice(&row.number),
    truth: |row| (row.index, row.errors),
};

/// Names, present and past.
pub(in crate::data_sets) const NAME: Plain<NameRow> = Plain {
    name: "pds/name",
    folder: "pds_name",
    distinct: &["NHS_NUMBER"],
    csv: false,
    rows: names,
    fill: name_columns,
    key: |row, bytes| key(row.number, Some(row.kind), row.from, bytes),
    truth: |row| (row.person, row.errors),
};

/// Addresses, present and past.
pub(in crate::data_sets) const ADDRESS: Plain<AddressRow> = Plain {
    name: "pds/address",
    folder: "pds_address",
    distinct: &["NHS_NUMBER", "POSTCODE", "ADDRESS_LINE1"],
    csv: false,
    rows: addresses,
    fill: address_columns,
    key: |row, bytes| key(row.number, None, row.registered.from, bytes),
    truth: |row| (row.person, row.errors),
};

/// General practices, present and past.
pub(in crate::data_sets) const PRACTICE: Plain<PracticeRow> = Plain {
    name: "pds/practice",
    folder: "pds_practice",
    distinct: &["NHS_NUMBER"],
    csv: false,
    rows: practices,
    fill: practice_columns,
    key: |row, bytes| key(row.number, None, row.from, bytes),
    truth: |row| (row.person, ErrorSet::default()),
};

/// Mergers of NHS numbers.
pub(in crate::data_sets) const MERGER: Plain<Merger> = Plain {
    name: "pds/merger",
    folder: "pds_merger",
    distinct: &["NHS_NUMBER", "SUPERSEDED_NHS_NUMBER"],
    csv: false,
    rows: mergers,
    fill: |columns| {
        columns.part(Part::Key);
        columns.fixed("SUPERSEDED_NHS_NUMBER", |m| m.superseded);
        columns.part(Part::Linkage);
        columns.fixed("NHS_NUMBER", |m| m.number);
        columns.date("merged_on", |m| m.on);
    },
    key: |row, bytes| bytes.extend_from_slice(&row.superseded),
    truth: |row| (row.person, ErrorSet::default()),
};

/// A current row.
pub(in crate::data_sets) struct Person {
    index: u64,
    number: NhsNumber,
    superseded: Option<NhsNumber>,
    sensitive: bool,
    names: ObservedNames,
    birth: RecordedBirth,
    sex: i8,
    present: Registered,
    practice: [u8; 6],
    death: Option<i32>,
    mobile: Option<[u8; 11]>,
    e_mail: Option<String>,
    errors: ErrorSet,
}

fn person(world: &World, rates: &ErrorRates, life: &Life, into: &mut Vec<Person>) {
    let Some(file) = Dossier::of(world, rates, life) else { return };
    let present = file.addresses().pop().expect("everybody has a home");
    let practice = practices_of(&file).pop().expect("everybody has a practice").practice;
    let merged = life.nhs.superseded(world, life.person.index).filter(|(_, on)| *on <= file.day);
    let mut draw = Draw::from_bits(file.draw.clone().bits());
    into.push(Person {
        index: life.person.index,
        number: file.number,
        superseded: merged.map(|(number, _)| number),
        sensitive: draw.chance(SENSITIVE),
        mobile: draw.chance(0.7).then(|| mobile(&mut draw)),
        e_mail: draw.chance(0.5).then(|| e_mail(&file.names, &mut draw)).flatten(),
        names: file.names,
        birth: file.seen.birth,
        sex: file.seen.sex,
        present,
        practice,
        death: life.death.as_ref().map(|death| death.day),
        errors: file.seen.errors,
    });
}

/// A mobile number of the block that the regulator keeps for fiction: 07700 900000 to 900999.
fn mobile(draw: &mut Draw) -> [u8; 11] {
    let last: [u8; 3] = decimal(draw.below(1_000));
    let mut number = *b"07700900000";
    number[8..].copy_from_slice(&last);
    number
}

/// An address of a domain that is kept for examples.
fn e_mail(names: &ObservedNames, draw: &mut Draw) -> Option<String> {
    let given = names.given.as_ref()?.to_ascii_lowercase().replace([' ', '\''], "");
    Some(format!("{given}{}@example.org", draw.below(100_000)))
}

fn person_columns(columns: &mut Columns<'_, Person>) {
    columns.part(Part::Key);
    columns.fixed("NHS_NUMBER", |p| p.number);
    columns.part(Part::Linkage);
    columns.maybe("SUPERSEDED_NHS_NUMBER", |p| p.superseded);
    columns.code("SENSITIVE_FLAG", |p| if p.sensitive { "Y" } else { "N" });
    name_texts(columns, |p| &p.names);
    columns.maybe_date("DATE_OF_BIRTH", |p| match p.birth {
        RecordedBirth::Day(day) => Some(day),
        _ => None,
    });
    columns.code("GENDER", |p| match p.sex {
        1 => "1",
        2 => "2",
        9 => "9",
        _ => "0",
    });
    address_texts(columns, |p| &p.present);
    columns.date("ADDRESS_DATE", |p| p.present.from);
    columns.maybe_date("DATE_OF_DEATH", |p| p.death);
    columns.part(Part::Content);
    columns.maybe("LSOA", |p| p.present.area.map(Area::lsoa));
    columns.fixed("GP_PRACTICE_CODE", |p| p.practice);
    columns.maybe_code("REASON_FOR_REMOVAL", |p| p.death.map(|_| "DEA"));
    columns.maybe_date("REASON_FOR_REMOVAL_DATE", |p| p.death);
    columns.maybe("MOBILE_NUMBER", |p| p.mobile);
    columns.text("EMAIL_ADDRESS", |p, bytes| text(p.e_mail.as_deref(), bytes));
}

/// A name over a time.
pub(in crate::data_sets) struct NameRow {
    person: u64,
    number: NhsNumber,
    kind: &'static str,
    names: ObservedNames,
    from: i32,
    to: Option<i32>,
    errors: ErrorSet,
}

fn names(world: &World, rates: &ErrorRates, life: &Life, into: &mut Vec<NameRow>) {
    let Some(file) = Dossier::of(world, rates, life) else { return };
    let spells = life.names(world);
    let kept = spells.iter().rposition(|spell| spell.from <= file.since).unwrap_or(0);
    let (person, number) = (life.person.index, file.number);
    for (position, spell) in spells[kept..].iter().enumerate() {
        let next = spells.get(kept + position + 1);
        let names = ObservedNames {
            family: Some(spell.family.text()),
            given: Some(spell.given.text()),
            middle: spell.middle.map(Name::text),
        };
        let (names, kind, errors) = match next {
            Some(_) => (names, "former", ErrorSet::default()),
            None => (file.names.clone(), "usual", file.seen.errors),
        };
        let from = spell.from.max(file.since);
        into.push(NameRow { person, number, kind, names, from, to: next.map(|next| next.from - 1), errors });
    }
}

fn name_columns(columns: &mut Columns<'_, NameRow>) {
    columns.part(Part::Key);
    columns.fixed("NHS_NUMBER", |n| n.number);
    columns.code("name_type", |n| n.kind);
    columns.date("valid_from", |n| n.from);
    columns.part(Part::Linkage);
    columns.maybe_date("valid_to", |n| n.to);
    name_texts(columns, |n| &n.names);
}

/// An address over a time.
pub(in crate::data_sets) struct AddressRow {
    person: u64,
    number: NhsNumber,
    registered: Registered,
    errors: ErrorSet,
}

fn addresses(world: &World, rates: &ErrorRates, life: &Life, into: &mut Vec<AddressRow>) {
    let Some(file) = Dossier::of(world, rates, life) else { return };
    let (person, number) = (life.person.index, file.number);
    into.extend(file.addresses().into_iter().map(|registered| {
        let errors = if registered.to.is_none() { file.seen.errors } else { ErrorSet::default() };
        AddressRow { person, number, registered, errors }
    }));
}

fn address_columns(columns: &mut Columns<'_, AddressRow>) {
    columns.part(Part::Key);
    columns.fixed("NHS_NUMBER", |a| a.number);
    columns.date("valid_from", |a| a.registered.from);
    columns.part(Part::Linkage);
    columns.maybe_date("valid_to", |a| a.registered.to);
    address_texts(columns, |a| &a.registered);
}

/// A general practice over a time.
pub(in crate::data_sets) struct PracticeRow {
    person: u64,
    number: NhsNumber,
    practice: [u8; 6],
    from: i32,
    to: Option<i32>,
}

fn practices(world: &World, rates: &ErrorRates, life: &Life, into: &mut Vec<PracticeRow>) {
    if let Some(file) = Dossier::of(world, rates, life) {
        into.extend(practices_of(&file));
    }
}

/// The practices in order: a new one where a move leads to another's area.
fn practices_of(file: &Dossier<'_>) -> Vec<PracticeRow> {
    let (person, number) = (file.life.person.index, file.number);
    let mut all: Vec<PracticeRow> = Vec::new();
    for registered in file.addresses() {
        let practice = Practice::of(file.world, registered.place, person).code();
        let from = registered.from;
        match all.last_mut() {
            Some(last) if last.practice == practice => {}
            before => {
                if let Some(last) = before {
                    last.to = Some(from - 1);
                }
                all.push(PracticeRow { person, number, practice, from, to: None });
            }
        }
    }
    all
}

fn practice_columns(columns: &mut Columns<'_, PracticeRow>) {
    columns.part(Part::Key);
    columns.fixed("NHS_NUMBER", |p| p.number);
    columns.date("valid_from", |p| p.from);
    columns.part(Part::Linkage);
    columns.maybe_date("valid_to", |p| p.to);
    columns.part(Part::Content);
    columns.fixed("GP_PRACTICE_CODE", |p| p.practice);
}

/// A number that gave way to another.
pub(in crate::data_sets) struct Merger {
    person: u64,
    number: NhsNumber,
    superseded: NhsNumber,
    on: i32,
}

fn mergers(world: &World, _: &ErrorRates, life: &Life, into: &mut Vec<Merger>) {
    let person = life.person.index;
    let last = life.death.as_ref().map_or(world.window.last(), |death| death.day);
    if let Some((superseded, on)) = life.nhs.superseded(world, person).filter(|(_, on)| *on <= last) {
        into.push(Merger { person, number: world.numbers.of(person), superseded, on });
    }
}

fn name_texts<Row>(columns: &mut Columns<'_, Row>, names: impl Fn(&Row) -> &ObservedNames) {
    columns.text("FAMILY_NAME", |row, bytes| text(names(row).family.as_deref(), bytes));
    columns.text("GIVEN_NAME", |row, bytes| text(names(row).given.as_deref(), bytes));
    columns.text("OTHER_GIVEN_NAME", |row, bytes| text(names(row).middle.as_deref(), bytes));
}

fn address_texts<Row>(columns: &mut Columns<'_, Row>, of: impl Fn(&Row) -> &Registered) {
    columns.text("ADDRESS_LINE1", |row, bytes| text(of(row).address.as_ref().map(|a| a.line.as_str()), bytes));
    columns.text("ADDRESS_LINE4", |row, bytes| text(of(row).address.as_ref().map(|a| a.town.as_str()), bytes));
    columns.text("POSTCODE", |row, bytes| text(of(row).postcode.map(usual_form).as_deref(), bytes));
}

fn text(value: Option<&str>, bytes: &mut Vec<u8>) -> bool {
    bytes.extend_from_slice(value.unwrap_or_default().as_bytes());
    value.is_some()
}

/// The columns of a record key, joined by slashes.
fn key(number: NhsNumber, kind: Option<&str>, from: i32, bytes: &mut Vec<u8>) {
    let date = crate::calendar::date_of(from);
    bytes.extend_from_slice(&number);
    for part in kind.into_iter().map(str::to_owned).chain([date.to_string()]) {
        bytes.push(b'/');
        bytes.extend_from_slice(part.as_bytes());
    }
}

#[cfg(test)]
mod tests;
