//! A person's identifiers as the clerks of one data set write them down.

use crate::draw::{Draw, Purpose};
use crate::errors::{ErrorRates, HesErrorRates, HesProfile, Misrecorded, NhsNumberRates};
use crate::errors::{hes_postcode, misrecord_birth, nhs_number};
use crate::nhs_number::NhsNumber;
use crate::places::{NO_FIXED_ABODE, Place, Postcode};
use crate::population::{Life, World};

use super::text::decimal;

/// A kind of error that a data set asks for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    TokenOfAnother,
    TokenOneTime,
    DeathDateNear,
    DeathDateFar,
    ActivityAfterDeath,
}

/// The errors of one record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorSet(u64);

impl ErrorSet {
    pub(crate) fn insert(&mut self, kind: ErrorKind) {
        self.0 |= 1 << kind as u8;
    }

    /// The names, joined by commas; `None` if there is no error.
    pub(crate) fn names(self) -> Option<String> {
        (self.0 != 0).then(|| format!("{}", self.0))
    }

    pub(crate) fn with(self, other: ErrorSet) -> ErrorSet {
        ErrorSet(self.0 | other.0)
    }
}

/// A date of birth as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordedBirth {
    Day(i32),
    Missing,
    /// Recorded as something that is no date.
    Impossible(i16, i8, i8),
}

/// A person's identifiers as one record has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) birth: RecordedBirth,
    /// 1 male, 2 female, 0 not known, 9 not specified.
    pub(crate) sex: i8,
    /// In HES layout.
    pub(crate) postcode: Option<Postcode>,
    /// Where the recorded address lies; `None` where that is not known.
    pub(crate) place: Option<Place>,
    pub(crate) errors: ErrorSet,
}

/// Writes down one person's identifiers in the records of one data set.
pub(crate) struct Clerk<'a> {
    world: &'a World,
    rates: &'a HesErrorRates,
    life: &'a Life,
    draw: Draw,
    profile: HesProfile,
}

impl<'a> Clerk<'a> {
    pub(crate) fn new(world: &'a World, rates: &'a ErrorRates, data_set: &str, life: &'a Life) -> Clerk<'a> {
        let stream = data_set.bytes().fold(0, |sum, byte| sum * 31 + u64::from(byte)) % 1024;
        let mut draw = world.draws(Purpose::ApcErrors, life.person.index * 1024 + stream);
        let profile = HesProfile::draw(
            &rates.hes,
            world,
            life,
            &mut world.draws(Purpose::ApcErrors, u64::MAX - life.person.index),
        );
        draw.bits();
        Clerk { world, rates: &rates.hes, life, draw, profile }
    }

    pub(crate) fn observe(&mut self, day: i32) -> Observed {
        let rates = NhsNumberRates {
            missing: self.rates.nhs_number_missing,
            of_another: self.rates.nhs_number_of_another,
            mistyped: self.rates.nhs_number_mistyped,
        };
        let number = nhs_number(self.world, self.life.person.index, rates, &mut self.draw);
        let (mut postcode, place) = hes_postcode(self.rates, self.world, (self.life, day), &mut self.draw);
        if self.profile.no_fixed_abode {
            postcode = Some(NO_FIXED_ABODE);
        }
        let located = postcode.is_some_and(|postcode| !postcode.starts_with(b"ZZ"));
        let birth = self.life.person.birth;
        let once = self.draw.chance(self.rates.birth_date_wrong).then(|| misrecord_birth(birth, &mut self.draw));
        let birth = match once.or(self.profile.birth) {
            None => RecordedBirth::Day(birth),
            Some(Misrecorded::As(day)) => RecordedBirth::Day(day),
            Some(Misrecorded::Missing) => RecordedBirth::Missing,
            Some(Misrecorded::Invalid) => RecordedBirth::Impossible(1990, 2, 30),
        };
        let sex = if self.draw.chance(self.rates.sex_missing) {
            self.draw.pick(&[0, 9])
        } else if self.profile.other_sex ^ self.draw.chance(self.rates.sex_wrong) {
            3 - self.life.person.sex
        } else {
            self.life.person.sex
        };
        Observed {
            nhs_number: number.filter(|_| !self.profile.no_nhs_number),
            birth,
            sex,
            postcode,
            place: located.then_some(place),
            errors: ErrorSet::default(),
        }
    }

    pub(crate) fn happens(&mut self, kind: ErrorKind, _day: i32, errors: &mut ErrorSet) -> bool {
        let rate = match kind {
            ErrorKind::TokenOfAnother => self.rates.token_of_another,
            ErrorKind::TokenOneTime => self.rates.token_one_time,
            ErrorKind::DeathDateNear => self.rates.death_date_near,
            ErrorKind::DeathDateFar => self.rates.death_date_far,
            ErrorKind::ActivityAfterDeath => self.rates.activity_after_death,
        };
        let happens = self.draw.chance(rate);
        if happens {
            errors.insert(kind);
        }
        happens
    }

    pub(crate) fn happens_to_person(&self, kind: ErrorKind) -> bool {
        kind == ErrorKind::TokenOfAnother && self.profile.token_of.is_some()
    }

    pub(crate) fn person_draws(&self, _kind: ErrorKind) -> Draw {
        self.world.draws(Purpose::Token, self.profile.token_of.unwrap_or_default())
    }

    pub(crate) fn local_patient_id(&mut self, provider: u16, _day: i32, _errors: &mut ErrorSet) -> [u8; 10] {
        let index = self.life.person.index << 16 | u64::from(provider);
        let mut id = decimal(self.world.draws(Purpose::LocalPatientId, index).below(1_000_000_000));
        id[0] = b'H';
        id
    }
}
