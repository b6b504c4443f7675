//! Maternity Services Data Set: bookings, with mother and baby on one row, and the babies in a
//! table of their own. April 2015 on.
//!
//! Rows: one a booking of a pregnancy with a provider, 1.8 a birth (see `events::pregnancy`),
//! and one a baby: about 0.16 and 0.09 for a person of the population. The provider of the
//! birth knows the baby; a booking that was moved or did not end in a birth names none, and of
//! twins it names the first. The truth refers a row of either table to mother and baby, as the
//! catalogue calls them; `UniqPregID` ties the two tables.

mod baby;

#[cfg(test)]
pub(crate) use baby::Baby;
pub(crate) use baby::MsdsBabies;

use super::areas::Area;
use super::columns::Columns;
use super::field_choice::Part;
use super::mhsds::age;
use super::registrar::{Identity, Numbers, Registrar, Scheme, push_district, push_postcode, stated_gender};
use super::traces::Roles;
use super::writer::{Collection, Writer};
use crate::calendar::parts_of;
use crate::errors::{ErrorRates, ErrorSet, RecordedBirth};
use crate::events::pregnancy::{Booking, MOST_PREGNANCIES, Pregnancy, TO_TERM, pregnancies};
use crate::places::provider_code;
use crate::population::{Life, World};

/// The first day of the data set: 1 April 2015.
const FROM: i32 = 16_526;

/// A woman booked by a provider.
#[derive(Clone, Debug)]
pub(crate) struct Booked {
    pub(super) id: [u8; 20],
    pub(super) mother: Identity,
    pub(super) baby: Option<Identity>,
    pub(super) booking: Booking,
    pub(super) pregnancy: Pregnancy,
    ethnicity: &'static str,
    /// Body mass index in tenths.
    body_mass: i32,
    complex: bool,
}

/// Writes the bookings of mothers.
pub(crate) struct Bookings<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    numbers: Numbers,
}

impl<'a> Bookings<'a> {
    pub(super) fn new(world: &'a World, rates: &'a ErrorRates) -> Bookings<'a> {
        Bookings { world, rates, numbers: Scheme::Maternity.numbers(world) }
    }

    /// Appends the bookings of one woman.
    fn append(&self, life: &Life, rows: &mut Vec<Booked>) {
        let pregnancies = pregnancies(self.world, life);
        if pregnancies.is_empty() {
            return;
        }
        let mut registrar = Registrar::new(self.world, self.rates, Scheme::Maternity, life);
        let ethnicity = registrar.ethnicity();
        let count = pregnancies.len();
        for (position, pregnancy) in pregnancies.into_iter().enumerate() {
            // A false link of the person key takes the later half.
            let late = position * 2 >= count && position > 0;
            let body_mass = registrar.content.between(180, 300) + registrar.content.geometric(25.0, 200) as i32;
            let complex = registrar.content.chance(0.1);
            for (number, booking) in pregnancy.bookings.iter().enumerate() {
                let last = number + 1 == pregnancy.bookings.len();
                let mother = registrar.identify((booking.day, booking.provider), late);
                if booking.day < FROM {
                    continue;
                }
                let baby = pregnancy.babies.first().filter(|_| last);
                rows.push(Booked {
                    id: self.id(life, (position, number), booking.provider),
                    mother,
                    baby: baby.map(|baby| self.baby(*baby, (pregnancy.ended, booking.provider))),
                    booking: *booking,
                    pregnancy: pregnancy.clone(),
                    ethnicity,
                    body_mass,
                    complex,
                });
            }
        }
    }

    /// `UniqPregID`: the provider's id of the pregnancy made unique by the provider's code.
    fn id(&self, life: &Life, (pregnancy, booking): (usize, usize), provider: u16) -> [u8; 20] {
        let mut id = [0; 20];
        id[..5].copy_from_slice(&provider_code(provider));
        let ordinal = (booking * MOST_PREGNANCIES + pregnancy) as u64;
        id[5..].copy_from_slice(&self.numbers.of(life.person.index, ordinal));
        id
    }

    /// A baby as recorded at birth: the first record of the person.
    fn baby(&self, baby: u64, (birth, provider): (i32, u16)) -> Identity {
        let life = self.world.life(baby);
        Registrar::new(self.world, self.rates, Scheme::Maternity, &life).identify((birth, provider), false)
    }

    /// Adds the columns.
    fn add(&self, columns: &mut Columns<'_, Booked>) {
        columns.part(Part::Linkage);
        columns.maybe("NHSNumberMother", |row| row.mother.nhs_number);
        columns.fixed("LocalPatientIdMother", |row| row.mother.local_patient_id);
        columns.maybe_date("PersonBirthDateMother", |row| row.mother.birth());
        columns.text("PostcodeMother", |row, bytes| push_postcode(row.mother.postcode, bytes));
        columns.maybe("NHSNumberBaby", |row| row.baby.and_then(|baby| baby.nhs_number));
        columns.maybe("LocalPatientIdBaby", |row| row.baby.map(|baby| baby.local_patient_id));
        columns.maybe_date("PersonBirthDateBaby", |row| row.baby.and_then(|baby| baby.birth()));
        columns.text("PostcodeBaby", |row, bytes| push_postcode(row.baby.and_then(|baby| baby.postcode), bytes));
        columns.part(Part::Key);
        columns.fixed("Person_ID_Mother", |row| row.mother.person_id);
        columns.maybe("Person_ID_Baby", |row| row.baby.map(|baby| baby.person_id));
        columns.fixed("UniqPregID", |row| row.id);
        columns.part(Part::Linkage);
        columns.fixed("OrgCodeProvider", |row| provider_code(row.booking.provider));
        columns.date("AntenatalAppDate", |row| row.booking.day);
        birth(columns, |row| row.baby);
        columns.part(Part::Content);
        columns.code("NHSNumberStatusMother", |row| row.mother.number_status);
        columns.maybe_code("NHSNumberStatusBaby", |row| row.baby.map(|baby| baby.number_status));
        self.content(columns);
    }

    fn content(&self, columns: &mut Columns<'_, Booked>) {
        columns.date("EDDAgreed", |row| row.pregnancy.last_period + TO_TERM);
        columns.date("LastMenstrualPeriodDate", |row| row.pregnancy.last_period);
        columns.maybe_date("DischargeDateMatService", |row| self.discharged(row));
        columns.maybe_int("AgeAtBookingMother", |row| age(row.mother.birth(), row.booking.day));
        columns.code("EthnicCategoryMother", |row| row.ethnicity);
        columns.maybe("LSOAMother2011", |row| row.mother.place.map(|place| Area::of(self.world, place).lsoa()));
        columns.text("PostcodeDistrictMother", |row, bytes| push_district(row.mother.postcode, bytes));
        columns.number("PersonBMIBooking", |row| Some(f64::from(row.body_mass) / 10.0));
        columns.code("ComplexSocialFactorsInd", |row| if row.complex { "Y" } else { "N" });
        columns.int("PreviousLiveBirths", |row| row.pregnancy.born_before);
    }

    /// The last provider discharges mother and baby; those before gave them over.
    fn discharged(&self, row: &Booked) -> Option<i32> {
        let last = row.pregnancy.bookings.last() == Some(&row.booking);
        Some(row.pregnancy.discharged).filter(|day| last && *day <= self.world.window.last())
    }
}

/// The bookings of `msds`.
pub(crate) struct Msds;

impl Collection for Msds {
    type Writer<'a> = Bookings<'a>;

    const NAME: &'static str = "msds";
    const FOLDER: &'static str = "msds";
    const DISTINCT: &'static [&'static str] = &["UniqPregID"];
    const ROLES: Option<Roles> = Some(("mother", "baby"));

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Bookings<'a> {
        Bookings::new(world, rates)
    }
}

impl Writer for Bookings<'_> {
    type Record = Booked;
    type Row = Booked;

    fn record(&self, life: &Life, into: &mut Vec<Booked>) {
        self.append(life, into);
    }

    fn day(row: &Booked) -> i32 {
        row.booking.day
    }

    fn row(&self, row: &Booked) -> Booked {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, Booked>) {
        self.add(columns);
    }

    fn key(row: &Booked, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.id);
    }

    fn truth(row: &Booked) -> (u64, ErrorSet) {
        (row.mother.person, row.mother.errors)
    }

    fn other(row: &Booked) -> Option<(u64, ErrorSet)> {
        row.baby.map(|baby| (baby.person, baby.errors))
    }
}

/// Sex and birth of a baby, the date of birth in three parts as extracts have it. An impossible
/// date still has its parts.
fn birth<Row>(columns: &mut Columns<'_, Row>, baby: impl Fn(&Row) -> Option<Identity>) {
    let parts = |row: &Row| match baby(row)?.recorded_birth {
        RecordedBirth::Day(day) => Some(parts_of(day)),
        RecordedBirth::Impossible(year, month, day) => Some((year.into(), month as u32, day as u32)),
        RecordedBirth::Missing => None,
    };
    columns.maybe_int("DayOfBirthBaby", |row| parts(row).map(|(_, _, day)| day as i32));
    columns.maybe_int("MonthOfBirthBaby", |row| parts(row).map(|(_, month, _)| month as i32));
    columns.maybe_int("YearOfBirthBaby", |row| parts(row).map(|(year, _, _)| year));
    columns.maybe_code("PersonPhenSex", |row| baby(row).map(|baby| stated_gender(baby.sex)));
}
