//! A person's identifiers and person key in the data sets that have a Person_ID of their own.

use super::text::{decimal, hexadecimal};
use crate::draw::{Draw, Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, RecordedBirth};
use crate::nhs_number::NhsNumber;
use crate::places::{Place, Postcode};
use crate::population::{Life, World};

/// Most records of one person in one data set; keeps record keys apart.
pub(super) const MOST_RECORDS: u64 = 8_192;

/// Record numbers are spread over 15 digits.
const NUMBERS: u64 = 1_000_000_000_000_000;

/// Most data sets that have person keys of their own.
const SCHEMES: u64 = 16;

/// Days from birth in which a missing NHS number counts as postponed: six weeks.
const POSTPONED: i32 = 42;

/// A data set with person keys of its own. A person has another key in each of them, as
/// under agreements of different recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Scheme {
    MentalHealth = 1,
    Community = 2,
    TalkingTherapy = 3,
    Maternity = 4,
}

impl Scheme {
    /// The data set in the catalogue.
    pub(super) fn data_set(self) -> &'static str {
        match self {
            Scheme::MentalHealth => "mhsds",
            Scheme::Community => "csds",
            Scheme::TalkingTherapy => "iapt",
            Scheme::Maternity => "msds",
        }
    }

    /// Numbers of 15 digits that no two records of the data set share, by person and ordinal.
    pub(super) fn numbers(self, world: &World) -> Numbers {
        Numbers(Spread::new(NUMBERS, &mut world.draws(Purpose::Population, 40 + self as u64)))
    }
}

/// Gives each record of a data set a number of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers(Spread);

impl Numbers {
    pub(super) fn of(self, person: u64, ordinal: u64) -> [u8; 15] {
        decimal(self.0.place(person * MOST_RECORDS + ordinal))
    }
}

/// Who a record is about, as it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) person: u64,
    pub(super) nhs_number: Option<NhsNumber>,
    pub(super) number_status: &'static str,
    pub(super) recorded_birth: RecordedBirth,
    /// 1 male, 2 female, 0 not known, 9 not specified.
    pub(super) sex: i8,
    pub(super) postcode: Option<Postcode>,
    /// Where the recorded address lies.
    pub(super) place: Option<Place>,
    pub(super) local_patient_id: [u8; 10],
    pub(super) person_id: [u8; 32],
    pub(super) errors: ErrorSet,
}

impl Identity {
    /// The recorded birth, where it is a date.
    pub(super) fn birth(&self) -> Option<i32> {
        birth_day(self.recorded_birth)
    }
}

/// Writes down one person in one data set.
pub(super) struct Registrar<'a> {
    world: &'a World,
    life: &'a Life,
    scheme: Scheme,
    clerk: Clerk<'a>,
    /// What records say besides identifiers.
    pub(super) content: Draw,
    /// Whose key the records of the later half carry.
    key_of: Option<u64>,
    written: u64,
}

impl<'a> Registrar<'a> {
    pub(super) fn new(world: &'a World, rates: &'a ErrorRates, scheme: Scheme, life: &'a Life) -> Registrar<'a> {
        let clerk = Clerk::new(world, rates, scheme.data_set(), life);
        let person = life.person.index;
        let kind = ErrorKind::TokenOfAnother;
        let another = || world.another_person(person, &mut clerk.person_draws(kind));
        let key_of = clerk.happens_to_person(kind).then(another);
        let content = world.draws(Purpose::CareContent, person * SCHEMES + scheme as u64);
        Registrar { world, life, scheme, clerk, content, key_of, written: 0 }
    }

    /// How many records there are so far: the ordinal of the next.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// The person as a record of the day has them; `late` in the later half of the records.
    pub(super) fn identify(&mut self, (day, provider): (i32, u16), late: bool) -> Identity {
        let mut seen = self.clerk.observe(day);
        let local_patient_id = self.clerk.local_patient_id(provider, day, &mut seen.errors);
        let person_id = self.person_id((day, seen.nhs_number.is_some(), late), &mut seen.errors);
        self.written += 1;
        Identity {
            person: self.life.person.index,
            nhs_number: seen.nhs_number,
            number_status: self.number_status(seen.nhs_number.is_some(), day),
            recorded_birth: seen.birth,
            sex: seen.sex,
            postcode: seen.postcode,
            place: seen.place,
            local_patient_id,
            person_id,
            errors: seen.errors,
        }
    }

    /// Whether a record of the day is written twice.
    pub(super) fn duplicates(&mut self, day: i32) -> bool {
        self.clerk.happens(ErrorKind::RecordDuplicated, day, &mut ErrorSet::default())
    }

    /// The ethnic category as recorded.
    pub(super) fn ethnicity(&mut self) -> &'static str {
        self.content.weighted(&[(88, self.life.person.ethnicity), (8, "Z"), (4, "99")])
    }

    /// NHS number status: 01 verified, 02 not traced; without a number 03 trace required, or
    /// 08 postponed.
    fn number_status(&mut self, has_number: bool, day: i32) -> &'static str {
        let newborn = day - self.life.person.birth < POSTPONED;
        match (self.content.chance(0.97), has_number) {
            (verified, true) => {
                if verified {
                    "01"
                } else {
                    "02"
                }
            }
            (_, false) => {
                if newborn {
                    "08"
                } else {
                    "03"
                }
            }
        }
    }

    fn person_id(&mut self, (day, has_number, late): (i32, bool, bool), errors: &mut ErrorSet) -> [u8; 32] {
        let person = self.life.person.index;
        if !has_number && self.clerk.happens(ErrorKind::TokenOneTime, day, errors) {
            let record = person * MOST_RECORDS + self.written;
            return key(&mut self.draws(Purpose::CareOneTimeToken, record));
        }
        match self.key_of.filter(|_| late) {
            Some(another) => {
                errors.insert(ErrorKind::TokenOfAnother);
                key(&mut self.draws(Purpose::CareToken, another))
            }
            None => key(&mut self.draws(Purpose::CareToken, person)),
        }
    }

    fn draws(&self, purpose: Purpose, index: u64) -> Draw {
        self.world.draws(purpose, index * SCHEMES + self.scheme as u64)
    }
}

/// A recorded birth as a column of dates can hold it: null where what is written is no date.
pub(super) fn birth_day(birth: RecordedBirth) -> Option<i32> {
    match birth {
        RecordedBirth::Day(day) => Some(day),
        RecordedBirth::Missing | RecordedBirth::Impossible(..) => None,
    }
}

/// 32 hexadecimal digits.
fn key(draw: &mut Draw) -> [u8; 32] {
    let mut text = [0; 32];
    text[..16].copy_from_slice(&hexadecimal(draw.bits()));
    text[16..].copy_from_slice(&hexadecimal(draw.bits()));
    text
}

/// Stated gender: 1 male, 2 female, 9 not specified, X not known.
pub(super) fn stated_gender(sex: i8) -> &'static str {
    match sex {
        1 => "1",
        2 => "2",
        9 => "9",
        _ => "X",
    }
}

/// Appends a postcode in the usual form with one blank; false if there is none.
pub(super) fn push_postcode(postcode: Option<Postcode>, bytes: &mut Vec<u8>) -> bool {
    let Some(postcode) = postcode else { return false };
    bytes.extend_from_slice(postcode[..4].trim_ascii_end());
    bytes.push(b' ');
    bytes.extend_from_slice(&postcode[5..]);
    true
}

/// Appends the postcode district, the outward part; false if there is none.
pub(super) fn push_district(postcode: Option<Postcode>, bytes: &mut Vec<u8>) -> bool {
    let Some(postcode) = postcode else { return false };
    bytes.extend_from_slice(postcode[..4].trim_ascii_end());
    true
}
