//! What the data sets of Hospital Episode Statistics have in common: identifiers with their
//! sentinels, pseudonyms, ages and keys.

use super::areas::{self, Area, Practice};
use super::columns::Columns;
use super::field_choice::Part;
use super::text::{decimal, hexadecimal, mmyyyy};
use crate::calendar::{HES_INVALID_DATE, HES_NULL_DATE, age_in_years, parts_of};
use crate::draw::{Draw, Purpose, mix};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, Observed, RecordedBirth};
use crate::nhs_number::NhsNumber;
use crate::places::{Place, Postcode, provider_code};
use crate::population::{Life, World};

/// First day of 2021/22: from then on record keys have 20 digits, and pseudonyms come from
/// Person_ID alone.
const NEW_KEYS_FROM: i32 = 18_718;

/// First day after HES A&E: 1 April 2020.
pub(crate) const AFTER_AE: i32 = 18_353;

/// Most records one person can have in one data set; keeps record keys apart.
pub(crate) const MOST_RECORDS: u64 = 4_096;

/// Ordinals from this one on are those of copies: a record that was sent twice.
pub(crate) const COPIES_FROM: u64 = MOST_RECORDS / 2;

/// The data sets, each with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Set {
    Apc = 0,
    Op = 1,
    Ae = 2,
    Ecds = 3,
}

impl Set {
    fn name(self) -> &'static str {
        match self {
            Set::Apc => "hes-apc",
            Set::Op => "hes-op",
            Set::Ae => "hes-ae",
            Set::Ecds => "ecds",
        }
    }
}

/// A person's identifiers in one record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) person: u64,
    /// Position among the person's records of the data set.
    pub(crate) ordinal: u64,
    pub(crate) nhs_number: Option<NhsNumber>,
    /// Date of birth with the sentinels of HES.
    pub(crate) birth: i32,
    pub(crate) postcode: Option<Postcode>,
    /// Where the recorded address lies; `None` where that is not known.
    pub(crate) place: Option<Place>,
    /// 1 male, 2 female, 0 not known, 9 not specified.
    pub(crate) sex: i8,
    pub(crate) ethnicity: &'static str,
    pub(crate) local_patient_id: Option<[u8; 10]>,
    pub(crate) provider: u16,
    pub(crate) pseudonym: Pseudonym,
    /// Identity withheld: identifiers are absent.
    pub(crate) withheld: bool,
    pub(crate) errors: ErrorSet,
}

/// Whose a record is by its pseudonyms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pseudonym {
    /// A person's.
    Person(u64),
    /// Nobody's but the record's own.
    Record(u64),
}

/// The kinds of pseudonym; one person has another under each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Scheme {
    /// `TOKEN_PERSON_ID`.
    Token = 0,
    /// `PERSON_ID_DEID`.
    SafeSetting = 1,
    /// `PSEUDO_HESID`.
    Stored = 2,
    /// `ENCRYPTED_HESID`.
    Customer = 3,
}

impl Pseudonym {
    /// 32 hexadecimal digits.
    pub(crate) fn text(self, world: &World, scheme: Scheme) -> [u8; 32] {
        let mut draw = match self {
            Pseudonym::Person(person) => world.draws(Purpose::Token, person * 4 + scheme as u64),
            Pseudonym::Record(record) => world.draws(Purpose::OneTimeToken, record * 4 + scheme as u64),
        };
        let mut text = [0; 32];
        text[..16].copy_from_slice(&hexadecimal(draw.bits()));
        text[16..].copy_from_slice(&hexadecimal(draw.bits()));
        text
    }
}

/// Writes down one person's identifiers in the records of one data set of the family.
pub(crate) struct HesClerk<'a> {
    pub(crate) clerk: Clerk<'a>,
    /// What belongs to no identifier: ethnic category, and details of errors in dates.
    pub(crate) draw: Draw,
    life: &'a Life,
    set: Set,
    /// Person whose token the later half of the records carry.
    token_of: Option<u64>,
}

impl<'a> HesClerk<'a> {
    pub(crate) fn new(world: &'a World, rates: &'a ErrorRates, set: Set, life: &'a Life) -> HesClerk<'a> {
        let clerk = Clerk::new(world, rates, set.name(), life);
        let (person, kind) = (life.person.index, ErrorKind::TokenOfAnother);
        let token_of =
            clerk.happens_to_person(kind).then(|| world.another_person(person, &mut clerk.person_draws(kind)));
        let draw = world.draws(Purpose::HesDetails, person * 4 + set as u64);
        HesClerk { clerk, draw, life, set, token_of }
    }

    /// The identifiers of a record; `late` says that it is of the later half.
    pub(crate) fn identify(&mut self, ordinal: u64, (day, provider): (i32, u16), late: bool) -> Identity {
        let mut seen: Observed = self.clerk.observe(day);
        let mut unused = ErrorSet::default();
        let of_id = if seen.withheld { &mut unused } else { &mut seen.errors };
        let local_patient_id = self.clerk.local_patient_id(provider, day, of_id);
        let person = self.life.person.index;
        Identity {
            person,
            ordinal,
            nhs_number: seen.nhs_number,
            birth: hes_date(seen.birth),
            postcode: seen.postcode,
            place: seen.place,
            sex: seen.sex,
            ethnicity: self.ethnicity(),
            local_patient_id: (!seen.withheld).then_some(local_patient_id),
            provider,
            pseudonym: if seen.withheld {
                self.pseudonym_of_record(ordinal)
            } else {
                self.pseudonym((day, seen.nhs_number.is_some(), late), ordinal, &mut seen.errors)
            },
            withheld: seen.withheld,
            errors: seen.errors,
        }
    }

    /// The same identifiers under another key, where the record was sent twice.
    pub(crate) fn copy_of(&mut self, identity: &Identity, day: i32) -> Option<Identity> {
        let mut errors = identity.errors;
        let ordinal = identity.ordinal + COPIES_FROM;
        self.clerk.happens(ErrorKind::RecordDuplicated, day, &mut errors).then_some(Identity {
            ordinal,
            errors,
            ..*identity
        })
    }

    fn ethnicity(&mut self) -> &'static str {
        match self.draw.bits() & 63 {
            0..=3 => "Z",
            4..=5 => "99",
            _ => self.life.person.ethnicity,
        }
    }

    fn pseudonym(
        &mut self,
        (day, has_number, late): (i32, bool, bool),
        ordinal: u64,
        errors: &mut ErrorSet,
    ) -> Pseudonym {
        let person = self.life.person.index;
        if !has_number && self.clerk.happens(ErrorKind::TokenOneTime, day, errors) {
            return self.pseudonym_of_record(ordinal);
        }
        let another = self.token_of.filter(|_| late);
        if another.is_some() {
            errors.insert(ErrorKind::TokenOfAnother);
        }
        Pseudonym::Person(another.unwrap_or(person))
    }

    fn pseudonym_of_record(&self, ordinal: u64) -> Pseudonym {
        Pseudonym::Record((self.life.person.index * MOST_RECORDS + ordinal) * 4 + self.set as u64)
    }
}

/// A date of birth as HES has it, with the sentinels for null and invalid.
fn hes_date(birth: RecordedBirth) -> i32 {
    match birth {
        RecordedBirth::Day(day) => day,
        RecordedBirth::Missing => HES_NULL_DATE,
        RecordedBirth::Impossible(..) => HES_INVALID_DATE,
    }
}

/// Spreads record keys; each data set has its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    rounds: [u64; 4],
}

/// A record key: 12 digits to 2020/21, 20 after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordKey {
    digits: [u8; 20],
    short: bool,
}

impl RecordKey {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        if self.short { &self.digits[..12] } else { &self.digits }
    }
}

impl Keys {
    pub(crate) fn new(world: &World, set: Set) -> Keys {
        let mut draw = world.draws(Purpose::Population, 100 + set as u64);
        Keys { rounds: std::array::from_fn(|_| draw.bits()) }
    }

    /// The key of a person's record; `day` decides its form, by the financial year.
    pub(crate) fn of(&self, (person, ordinal): (u64, u64), day: i32) -> RecordKey {
        let number = person * MOST_RECORDS + ordinal;
        let mut digits = [b'0'; 20];
        let short = day < NEW_KEYS_FROM;
        if short {
            digits[..12].copy_from_slice(&decimal::<12>(self.scatter::<1_000_000>(number)));
        } else {
            digits[..2].copy_from_slice(b"50");
            digits[2..].copy_from_slice(&decimal::<18>(self.scatter::<1_000_000_000>(number)));
        }
        RecordKey { digits, short }
    }

    /// A bijection of the numbers below `HALF`² onto themselves: both halves in turn are
    /// shifted by a hash of the other (a Feistel network of additions).
    fn scatter<const HALF: u64>(&self, number: u64) -> u64 {
        let (mut high, mut low) = (number / HALF, number % HALF);
        for pair in self.rounds.chunks_exact(2) {
            high = (high + mix(low ^ pair[0]) % HALF) % HALF;
            low = (low + mix(high ^ pair[1]) % HALF) % HALF;
        }
        high * HALF + low
    }
}

/// Adds what linkages use: pseudonym, identifiers, provider of the local patient id.
pub(crate) fn identifiers<Row>(world: &World, columns: &mut Columns<'_, Row>, of: impl Fn(&Row) -> &Identity) {
    columns.part(Part::Linkage);
    columns.fixed("TOKEN_PERSON_ID", |row| of(row).pseudonym.text(world, Scheme::Token));
    columns.maybe("NEWNHSNO", |row| of(row).nhs_number);
    columns.maybe("LOPATID", |row| of(row).local_patient_id);
    columns.fixed("PROCODET", |row| provider_code(of(row).provider));
    columns.date("DOB", |row| of(row).birth);
    columns.maybe("HOMEADD", |row| of(row).postcode);
    columns.code("SEX", |row| sex_code(of(row).sex));
}

/// Adds the other columns of person and provider that all these data sets have. `day` is
/// that of the record.
pub(crate) fn person<Row>(
    world: &World,
    columns: &mut Columns<'_, Row>,
    of: impl Fn(&Row) -> &Identity,
    day: impl Fn(&Row) -> i32,
) {
    columns.part(Part::Content);
    columns.maybe("MYDOB", |row| is_date(of(row).birth).then(|| mmyyyy(parts_of(of(row).birth))));
    columns.code("ETHNOS", |row| of(row).ethnicity);
    columns.fixed("PERSON_ID_DEID", |row| of(row).pseudonym.text(world, Scheme::SafeSetting));
    let legacy = |row: &Row, scheme| (day(row) < NEW_KEYS_FROM).then(|| of(row).pseudonym.text(world, scheme));
    columns.maybe("PSEUDO_HESID", |row| legacy(row, Scheme::Stored));
    columns.maybe("ENCRYPTED_HESID", |row| legacy(row, Scheme::Customer));
    columns.fixed("PROCODE", |row| provider_code(of(row).provider));
    columns.fixed("PROCODE3", |row| areas::provider3(of(row).provider));
    columns.fixed("PROCODE5", |row| provider_code(of(row).provider));
    columns.fixed("SITETRET", |row| areas::site(of(row).provider, of(row).person));
}

/// Adds the columns of the recorded address that in- and outpatients have.
pub(crate) fn residence<Row>(columns: &mut Columns<'_, Row>, of: impl Fn(&Row) -> (&Identity, Option<Area>)) {
    columns.maybe("POSTDIST", |row| {
        let (identity, area) = of(row);
        area.and(identity.postcode).map(|p| [p[0], p[1], p[2], p[3]])
    });
    columns.maybe("LSOA11", |row| of(row).1.map(Area::lsoa));
    columns.maybe("MSOA11", |row| of(row).1.map(Area::msoa));
    columns.maybe("RESLADST_ONS", |row| of(row).1.map(Area::district));
    columns.maybe_code("RESGOR_ONS", |row| of(row).1.map(|area| area.region));
    columns.maybe("CCG_RESIDENCE", |row| of(row).1.map(Area::commissioner));
    columns.number("IMD04_DECILE", |row| of(row).1.map(|area| f64::from(area.decile)));
}

/// `SEX` as text.
fn sex_code(sex: i8) -> &'static str {
    match sex {
        1 => "1",
        2 => "2",
        9 => "9",
        _ => "0",
    }
}

/// Whether a date of birth is one, and no sentinel.
pub(crate) fn is_date(birth: i32) -> bool {
    birth > HES_INVALID_DATE
}

/// An age: whole years, 120 for 120 and more; under one year a code by days (7001 under 1,
/// 7002 1–6, 7003 7–28, 7004 29–90, 7005 91–181, 7006 182–272, 7007 273 and more); null
/// without a valid date of birth that is not after the day.
pub(crate) fn age(birth: i32, day: i32) -> Option<i32> {
    if !is_date(birth) || birth > day {
        return None;
    }
    let years = age_in_years(birth, day);
    if years > 0 {
        return Some(years.min(120));
    }
    Some(match day - birth {
        0 => 7001,
        1..=6 => 7002,
        7..=28 => 7003,
        29..=90 => 7004,
        91..=181 => 7005,
        182..=272 => 7006,
        _ => 7007,
    })
}

/// An age in years with decimals, three of them; null as in [`age`].
pub(crate) fn age_in_decimals(birth: i32, day: i32) -> Option<f64> {
    (is_date(birth) && birth <= day).then(|| (f64::from(day - birth) / 0.365_25).round() / 1_000.0)
}

/// The general practice by the recorded address.
pub(crate) fn practice(world: &World, identity: &Identity) -> Option<Practice> {
    identity.place.map(|place| Practice::of(world, place, identity.person))
}

/// The area of the recorded address.
pub(crate) fn area(world: &World, identity: &Identity) -> Option<Area> {
    identity.place.map(|place| Area::of(world, place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_of;

    #[test]
    fn the_first_day_of_new_keys_is_that_of_2021_22() {
        assert_eq!(day_of(2020, 4, 1), Some(AFTER_AE));
        assert_eq!(day_of(2021, 4, 1), Some(NEW_KEYS_FROM));
        let keys = Keys::new(&World::new(1, 10), Set::Apc);
        assert_eq!(keys.of((3, 4), NEW_KEYS_FROM - 1).as_bytes().len(), 12);
        assert_eq!(keys.of((3, 4), NEW_KEYS_FROM).as_bytes().len(), 20);
    }

    #[test]
    fn keys_are_scattered_one_to_one() {
        let keys = Keys::new(&World::new(1, 10), Set::Apc);
        let mut scattered: Vec<u64> = (0..900).map(|number| keys.scatter::<30>(number)).collect();
        assert!(scattered.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() < 10);
        scattered.sort_unstable();
        assert!(scattered.into_iter().eq(0..900));
    }

    #[test]
    fn ages_under_one_year_are_codes() {
        let born = day_of(2019, 1, 1).expect("a date");
        for (days, code) in [
            (0, 7001),
            (1, 7002),
            (6, 7002),
            (7, 7003),
            (28, 7003),
            (29, 7004),
            (90, 7004),
            (91, 7005),
            (181, 7005),
            (182, 7006),
            (272, 7006),
            (273, 7007),
            (364, 7007),
            (365, 1),
        ] {
            assert_eq!(age(born, born + days), Some(code), "{days} days");
        }
    }

    #[test]
    fn ages_are_capped_and_need_a_date_of_birth() {
        let start = day_of(2020, 5, 1).expect("a date");
        assert_eq!(age(day_of(1899, 5, 1).expect("a date"), start), Some(120));
        assert_eq!(age(HES_NULL_DATE, start), None);
        assert_eq!(age(HES_INVALID_DATE, start), None);
        assert_eq!(age(start + 1, start), None);
        assert_eq!(age_in_decimals(start - 1_461, start), Some(4.0));
        assert_eq!(age_in_decimals(HES_NULL_DATE, start), None);
    }
}
