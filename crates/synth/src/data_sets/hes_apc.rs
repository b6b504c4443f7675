//! HES Admitted Patient Care: one row a consultant episode.

mod columns;

use arrow_schema::SchemaRef;

use super::{DataSet, Records, clinical, decimal, hexadecimal};
use crate::calendar::{HES_INVALID_DATE, HES_NULL_DATE};
use crate::draw::{Draw, Purpose, Spread};
use crate::errors::{ErrorRates, HesErrorRates, HesProfile, Misrecorded, NhsNumberRates};
use crate::errors::{hes_postcode, misrecord_birth, nhs_number};
use crate::nhs_number::NhsNumber;
use crate::places::{NO_FIXED_ABODE, Place, Postcode};
use crate::population::{Life, Stay, StayKind, World};

/// Most episodes one person can have; keeps record keys apart.
const MOST_EPISODES: u64 = 4096;

/// Record keys are spread over 18 digits; the two before them are the year.
const KEYS: u64 = 1_000_000_000_000_000_000;

/// The data set `hes-apc`.
pub(crate) struct HesApc;

/// One consultant episode as recorded.
#[derive(Clone, Debug)]
pub(crate) struct Episode {
    pub(crate) person: u64,
    /// Position among the person's episodes; with the person it makes the keys.
    ordinal: u64,
    pub(crate) key: [u8; 20],
    pub(crate) nhs_number: Option<NhsNumber>,
    local_patient_id: [u8; 10],
    token: [u8; 32],
    provider: u16,
    spell: [u8; 12],
    /// With HES sentinels for null and invalid.
    pub(crate) birth: i32,
    pub(crate) postcode: Option<Postcode>,
    /// Where the recorded address lies; `None` where it is not in England or not known.
    place: Option<Place>,
    pub(crate) sex: i8,
    pub(crate) start: i32,
    /// The day it ended or will end.
    true_end: i32,
    pub(crate) admitted: i32,
    pub(crate) order: i32,
    /// Whether it ended within the window.
    pub(crate) finished: bool,
    /// Whether it is the last of its stay.
    pub(crate) last: bool,
    pub(crate) died: bool,
    kind: StayKind,
    admission_method: &'static str,
    discharge: (&'static str, &'static str),
    diagnosis: &'static str,
    ethnicity: &'static str,
}

impl Episode {
    /// `EPIEND`.
    pub(crate) fn end(&self) -> i32 {
        if self.finished { self.true_end } else { HES_NULL_DATE }
    }

    /// `DISDATE`: only on the last episode of a stay.
    pub(crate) fn discharged(&self) -> i32 {
        if self.finished && self.last { self.true_end } else { HES_NULL_DATE }
    }
}

impl DataSet for HesApc {
    fn name(&self) -> &'static str {
        "hes-apc"
    }

    fn folder(&self) -> &'static str {
        "hes_apc"
    }

    fn schema(&self) -> SchemaRef {
        columns::records(&World::new(0, 1), &[]).batch.schema()
    }

    fn records(&self, world: &World, rates: &ErrorRates, lives: &[Life]) -> Records {
        columns::records(world, &episodes(world, &rates.hes, lives))
    }
}

/// The episodes of some people by start, so that the rows of one person do not stand
/// together.
pub(crate) fn episodes(world: &World, rates: &HesErrorRates, lives: &[Life]) -> Vec<Episode> {
    let keys = Spread::new(KEYS, &mut world.draws(Purpose::Population, 3));
    let mut episodes = Vec::with_capacity(lives.len() * 3);
    for life in lives.iter().filter(|life| !life.stays.is_empty()) {
        Recorder::new(world, rates, life, keys).write(&mut episodes);
    }
    episodes.sort_unstable_by_key(|episode| (episode.start, episode.person, episode.ordinal));
    episodes
}

/// Writes down the episodes of one person.
struct Recorder<'a> {
    world: &'a World,
    rates: &'a HesErrorRates,
    life: &'a Life,
    keys: Spread,
    errors: Draw,
    content: Draw,
    profile: HesProfile,
    written: u64,
}

impl<'a> Recorder<'a> {
    fn new(world: &'a World, rates: &'a HesErrorRates, life: &'a Life, keys: Spread) -> Recorder<'a> {
        let mut errors = world.draws(Purpose::ApcErrors, life.person.index);
        let profile = HesProfile::draw(rates, world, life, &mut errors);
        let content = world.draws(Purpose::ApcContent, life.person.index);
        Recorder { world, rates, life, keys, errors, content, profile, written: 0 }
    }

    fn write(mut self, episodes: &mut Vec<Episode>) {
        for (position, stay) in self.life.stays.iter().enumerate() {
            // A false link of the person token takes the later half of the records.
            let late = position * 2 >= self.life.stays.len();
            let stay = self.with_date_error(*stay);
            self.write_stay(position, &stay, late, episodes);
        }
        if let Some(stay) = self.stray_stay() {
            self.write_stay(self.life.stays.len(), &stay, true, episodes);
        }
    }

    /// The discharge date of a death in hospital may be off.
    fn with_date_error(&mut self, mut stay: Stay) -> Stay {
        if !stay.died {
            return stay;
        }
        let off = if self.errors.chance(self.rates.death_date_near) {
            self.errors.pick(&[-2, -1, 1, 2])
        } else if self.errors.chance(self.rates.death_date_far) {
            self.errors.between(4, 30) * self.errors.pick(&[-1, 1])
        } else {
            0
        };
        stay.discharged = (stay.discharged + off).max(stay.admitted);
        stay
    }

    /// Somebody else's stay, filed under a person who has died.
    fn stray_stay(&mut self) -> Option<Stay> {
        let death = self.life.death.as_ref()?;
        let last = *self.life.stays.last()?;
        if !self.errors.chance(self.rates.activity_after_death) {
            return None;
        }
        let day = death.day + self.errors.between(1, 60);
        let stay = Stay { admitted: day, discharged: day, kind: StayKind::DayCase, died: false, episodes: 1, ..last };
        (day <= self.world.window.last()).then_some(stay)
    }

    fn write_stay(&mut self, position: usize, stay: &Stay, late: bool, episodes: &mut Vec<Episode>) {
        let admission_method = clinical::admission_method(stay.kind, &mut self.content);
        let person = self.life.person.index;
        let spell = self.world.draws(Purpose::SpellNumber, person * MOST_EPISODES + position as u64).bits();
        let count = i32::from(stay.episodes);
        let length = stay.discharged - stay.admitted;
        for order in 0..count {
            let start = stay.admitted + length * order / count;
            let end = stay.admitted + length * (order + 1) / count;
            if start > self.world.window.last() || self.written == MOST_EPISODES {
                return;
            }
            let mut episode = self.identify((start, stay.provider), late);
            episode.true_end = end;
            episode.admitted = stay.admitted;
            episode.order = order + 1;
            episode.finished = end <= self.world.window.last();
            episode.last = order + 1 == count;
            episode.died = stay.died && episode.last && episode.finished;
            episode.spell = decimal(spell % 1_000_000_000_000);
            episode.kind = stay.kind;
            episode.admission_method = admission_method;
            episode.discharge = self.discharge(&episode);
            episode.diagnosis = clinical::diagnosis(stay.kind, episode.died, &mut self.content);
            episode.key = self.key(&episode);
            episodes.push(episode);
        }
    }

    /// `DISMETH` and `DISDEST`.
    fn discharge(&mut self, episode: &Episode) -> (&'static str, &'static str) {
        if !(episode.finished && episode.last) {
            return ("8", "98");
        }
        if episode.died {
            return ("4", "79");
        }
        let method = self.content.weighted(&[(97, "1"), (2, "2"), (1, "9")]);
        (method, self.content.weighted(&[(90, "19"), (4, "51"), (3, "54"), (3, "85")]))
    }

    /// The identifiers of an episode, with their errors; the rest is filled in after.
    fn identify(&mut self, (start, provider): (i32, u16), late: bool) -> Episode {
        let nhs_number = self.nhs_number();
        let (mut postcode, place) = hes_postcode(self.rates, self.world, (self.life, start), &mut self.errors);
        if self.profile.no_fixed_abode {
            postcode = Some(NO_FIXED_ABODE);
        }
        let located = postcode.is_some_and(|postcode| !postcode.starts_with(b"ZZ"));
        let ordinal = self.written;
        self.written += 1;
        Episode {
            person: self.life.person.index,
            ordinal,
            key: [b'0'; 20],
            nhs_number,
            local_patient_id: self.local_patient_id(provider),
            token: self.token(nhs_number.is_some(), late),
            provider,
            spell: [b'0'; 12],
            birth: self.birth(),
            postcode,
            place: located.then_some(place),
            sex: self.sex(),
            start,
            true_end: start,
            admitted: start,
            order: 1,
            finished: true,
            last: true,
            died: false,
            kind: StayKind::Emergency,
            admission_method: "",
            discharge: ("", ""),
            diagnosis: "",
            ethnicity: self.ethnicity(),
        }
    }

    fn nhs_number(&mut self) -> Option<NhsNumber> {
        let rates = NhsNumberRates {
            missing: self.rates.nhs_number_missing,
            of_another: self.rates.nhs_number_of_another,
            mistyped: self.rates.nhs_number_mistyped,
        };
        let number = nhs_number(self.world, self.life.person.index, rates, &mut self.errors);
        number.filter(|_| !self.profile.no_nhs_number)
    }

    fn birth(&mut self) -> i32 {
        let birth = self.life.person.birth;
        let once = self.errors.chance(self.rates.birth_date_wrong).then(|| misrecord_birth(birth, &mut self.errors));
        match once.or(self.profile.birth) {
            None => birth,
            Some(Misrecorded::As(day)) => day,
            Some(Misrecorded::Missing) => HES_NULL_DATE,
            Some(Misrecorded::Invalid) => HES_INVALID_DATE,
        }
    }

    fn sex(&mut self) -> i8 {
        if self.errors.chance(self.rates.sex_missing) {
            return self.errors.pick(&[0, 9]);
        }
        let other = self.profile.other_sex ^ self.errors.chance(self.rates.sex_wrong);
        if other { 3 - self.life.person.sex } else { self.life.person.sex }
    }

    fn ethnicity(&mut self) -> &'static str {
        self.content.weighted(&[(90, self.life.person.ethnicity), (7, "Z"), (3, "99")])
    }

    /// A person's id at one provider.
    fn local_patient_id(&self, provider: u16) -> [u8; 10] {
        let index = self.life.person.index << 16 | u64::from(provider);
        let mut id = decimal(self.world.draws(Purpose::LocalPatientId, index).below(1_000_000_000));
        id[0] = b'H';
        id
    }

    fn token(&mut self, has_number: bool, late: bool) -> [u8; 32] {
        let person = self.life.person.index;
        if !has_number && self.errors.chance(self.rates.token_one_time) {
            return token(&mut self.world.draws(Purpose::OneTimeToken, person * MOST_EPISODES + self.written));
        }
        let of = self.profile.token_of.filter(|_| late).unwrap_or(person);
        token(&mut self.world.draws(Purpose::Token, of))
    }

    /// `EPIKEY`: two digits of the year and 18 that no other episode has.
    fn key(&self, episode: &Episode) -> [u8; 20] {
        let mut key = [b'0'; 20];
        key[..2].copy_from_slice(&self.world.window.fyear(episode.true_end)[..2]);
        let place = self.keys.place(episode.person * MOST_EPISODES + episode.ordinal);
        key[2..].copy_from_slice(&decimal::<18>(place));
        key
    }
}

/// 32 hexadecimal digits.
fn token(draw: &mut Draw) -> [u8; 32] {
    let mut text = [0; 32];
    text[..16].copy_from_slice(&hexadecimal(draw.bits()));
    text[16..].copy_from_slice(&hexadecimal(draw.bits()));
    text
}
