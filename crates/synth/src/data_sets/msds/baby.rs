//! The babies of the Maternity Services Data Set: one row a baby.

use super::super::columns::Columns;
use super::super::field_choice::Part;
use super::super::registrar::{Identity, push_postcode};
use super::super::text::hhmm;
use super::super::traces::Roles;
use super::super::writer::{Collection, Writer};
use super::{Bookings, birth};
use crate::calendar::parts_of;
use crate::draw::Purpose;
use crate::errors::{ErrorRates, ErrorSet};
use crate::events::maternity;
use crate::places::provider_code;
use crate::population::{Life, World};

/// Days of age until which a death is on the baby's record.
const NEONATAL_DAYS: i32 = 28;

/// A baby as recorded by the provider of the birth.
#[derive(Clone, Debug)]
pub(crate) struct Baby {
    /// `UniqPregID` of the booking that names the pregnancy's first baby.
    pub(in crate::data_sets) pregnancy: [u8; 20],
    pub(in crate::data_sets) mother_id: [u8; 32],
    mother: u64,
    /// What is wrong with the mother's person key, which is all that the row holds of her.
    mother_errors: ErrorSet,
    pub(in crate::data_sets) identity: Identity,
    provider: u16,
    /// Number among the babies of the birth, from 1.
    number: u8,
    pub(in crate::data_sets) born: i32,
    /// Minute of the day.
    minute: i32,
    /// Days since the last period.
    gestation: i32,
    delivery: &'static str,
    presentation: &'static str,
    intensive_care: bool,
    death: Option<i32>,
}

impl Baby {
    /// `Pseudo_UniqueLocalFetalID`: the key of the row.
    pub(in crate::data_sets) fn key(&self) -> [u8; 21] {
        self.numbered(self.number)
    }

    /// A key made of the pregnancy's: labour and delivery 0, babies from 1.
    fn numbered(&self, number: u8) -> [u8; 21] {
        let mut key = [0; 21];
        key[..20].copy_from_slice(&self.pregnancy);
        key[20] = b'0' + number;
        key
    }
}

/// The babies of `msds`.
pub(crate) struct MsdsBabies;

impl Collection for MsdsBabies {
    type Writer<'a> = Babies<'a>;

    const NAME: &'static str = "msds/baby";
    const FOLDER: &'static str = "msds_baby";
    const DISTINCT: &'static [&'static str] =
        &["UniqPregID", "Person_ID_Baby", "Pseudo_UniqueLabourDeliveryID", "Pseudo_UniqueLocalFetalID"];
    const ROLES: Option<Roles> = Some(("baby", "mother"));

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Babies<'a> {
        Babies { bookings: Bookings::new(world, rates) }
    }
}

/// Writes the babies of mothers.
pub(crate) struct Babies<'a> {
    bookings: Bookings<'a>,
}

impl Writer for Babies<'_> {
    type Record = Baby;
    type Row = Baby;

    fn record(&self, life: &Life, into: &mut Vec<Baby>) {
        self.append(life, into);
    }

    fn day(row: &Baby) -> i32 {
        row.born
    }

    fn row(&self, row: &Baby) -> Baby {
        row.clone()
    }

    fn fill(&self, columns: &mut Columns<'_, Baby>) {
        add(columns);
    }

    fn key(row: &Baby, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&row.key());
    }

    fn truth(row: &Baby) -> (u64, ErrorSet) {
        (row.identity.person, row.identity.errors)
    }

    fn other(row: &Baby) -> Option<(u64, ErrorSet)> {
        Some((row.mother, row.mother_errors))
    }
}

impl Babies<'_> {
    /// Appends the babies of one woman.
    fn append(&self, life: &Life, rows: &mut Vec<Baby>) {
        if life.kin.children.is_empty() {
            return;
        }
        let mut booked = Vec::new();
        self.bookings.append(life, &mut booked);
        for booking in booked.iter().filter(|booking| booking.baby.is_some()) {
            let pregnancy = &booking.pregnancy;
            let world = self.bookings.world;
            let births = maternity::Babies::of_mother(life, pregnancy.ended).births(world);
            let mut draw = world.draws(Purpose::Delivery, pregnancy.babies[0]);
            for ((number, baby), birth) in (1..).zip(&pregnancy.babies).zip(births.into_iter().flatten()) {
                let provider = booking.booking.provider;
                let death = world.life(*baby).death.map(|death| death.day);
                let gestation = pregnancy.ended - pregnancy.last_period;
                rows.push(Baby {
                    pregnancy: booking.id,
                    mother_id: booking.mother.person_id,
                    mother: booking.mother.person,
                    mother_errors: booking.mother.errors.of_person_key(),
                    identity: self.bookings.baby(*baby, (pregnancy.ended, provider)),
                    provider,
                    number,
                    born: pregnancy.ended,
                    minute: draw.between(0, 1_439),
                    gestation,
                    delivery: birth.method.code(),
                    presentation: draw.weighted(&[(94, "01"), (5, "02"), (1, "XX")]),
                    intensive_care: !birth.well && draw.chance(0.6),
                    death: death.filter(|day| day - pregnancy.ended < NEONATAL_DAYS),
                });
            }
        }
    }
}

/// Adds the columns of the babies.
fn add(columns: &mut Columns<'_, Baby>) {
    columns.part(Part::Key);
    columns.fixed("UniqPregID", |row| row.pregnancy);
    columns.fixed("Person_ID_Mother", |row| row.mother_id);
    columns.fixed("Person_ID_Baby", |row| row.identity.person_id);
    columns.fixed("Pseudo_UniqueLabourDeliveryID", |row| row.numbered(0));
    columns.fixed("Pseudo_UniqueLocalFetalID", Baby::key);
    columns.part(Part::Linkage);
    columns.fixed("OrgCodeProvider", |row| provider_code(row.provider));
    columns.maybe("NHSNumberBaby", |row| row.identity.nhs_number);
    columns.fixed("LocalPatientIdBaby", |row| row.identity.local_patient_id);
    columns.maybe_date("PersonBirthDateBaby", |row| row.identity.birth());
    columns.text("PostcodeBaby", |row, bytes| push_postcode(row.identity.postcode, bytes));
    birth(columns, |row: &Baby| Some(row.identity));
    columns.part(Part::Content);
    columns.code("NHSNumberStatusBaby", |row| row.identity.number_status);
    columns.fixed("PersonBirthTimeBaby", |row| hhmm(row.minute));
    let died = |row: &Baby| row.death.map(parts_of);
    columns.maybe_int("DayOfDeathBaby", |row| died(row).map(|(_, _, day)| day as i32));
    columns.maybe_int("MonthOfDeathBaby", |row| died(row).map(|(_, month, _)| month as i32));
    columns.maybe_int("YearOfDeathBaby", |row| died(row).map(|(year, _, _)| year));
    columns.code("DeliveryMethodCode", |row| row.delivery);
    columns.int("GestationLengthBirth", |row| row.gestation);
    columns.code("FetusPresentation", |row| row.presentation);
    columns.code("NeoCritCareInd", |row| if row.intensive_care { "Y" } else { "N" });
}
