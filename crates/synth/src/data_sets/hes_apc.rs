//! HES Admitted Patient Care: one row a consultant episode.

mod columns;

use arrow_schema::SchemaRef;

use super::{DataSet, Records, clinical, decimal, hexadecimal};
use crate::calendar::{HES_INVALID_DATE, HES_NULL_DATE};
use crate::draw::{Draw, Purpose, Spread};
use crate::errors::{Clerk, ErrorKind, ErrorRates, ErrorSet, RecordedBirth};
use crate::nhs_number::NhsNumber;
use crate::places::{Place, Postcode};
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
    pub(crate) errors: ErrorSet,
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
        columns::records(world, &episodes(world, rates, lives))
    }
}

/// The episodes of some people by start, so that the rows of one person do not stand
/// together.
pub(crate) fn episodes(world: &World, rates: &ErrorRates, lives: &[Life]) -> Vec<Episode> {
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
    life: &'a Life,
    keys: Spread,
    clerk: Clerk<'a>,
    /// Details of errors in dates and tokens.
    errors: Draw,
    content: Draw,
    /// Person whose token the records of the second half carry.
    token_of: Option<u64>,
    written: u64,
}

impl<'a> Recorder<'a> {
    fn new(world: &'a World, rates: &'a ErrorRates, life: &'a Life, keys: Spread) -> Recorder<'a> {
        let clerk = Clerk::new(world, rates, "hes-apc", life);
        let person = life.person.index;
        let kind = ErrorKind::TokenOfAnother;
        let token_of =
            clerk.happens_to_person(kind).then(|| world.another_person(person, &mut clerk.person_draws(kind)));
        let errors = world.draws(Purpose::ApcErrors, person);
        let content = world.draws(Purpose::ApcContent, person);
        Recorder { world, life, keys, clerk, errors, content, token_of, written: 0 }
    }

    fn write(mut self, episodes: &mut Vec<Episode>) {
        for (position, stay) in self.life.stays.iter().enumerate() {
            // A false link of the person token takes the later half of the records.
            let late = position * 2 >= self.life.stays.len();
            let (stay, errors) = self.with_date_error(*stay);
            self.write_stay((position, late), &stay, errors, episodes);
        }
        if let Some((stay, errors)) = self.stray_stay() {
            self.write_stay((self.life.stays.len(), true), &stay, errors, episodes);
        }
    }

    /// The discharge date of a death in hospital may be off.
    fn with_date_error(&mut self, mut stay: Stay) -> (Stay, ErrorSet) {
        let mut errors = ErrorSet::default();
        if !stay.died {
            return (stay, errors);
        }
        let off = if self.clerk.happens(ErrorKind::DeathDateNear, stay.discharged, &mut errors) {
            self.errors.pick(&[-2, -1, 1, 2])
        } else if self.clerk.happens(ErrorKind::DeathDateFar, stay.discharged, &mut errors) {
            self.errors.between(4, 30) * self.errors.pick(&[-1, 1])
        } else {
            0
        };
        stay.discharged = (stay.discharged + off).max(stay.admitted);
        (stay, errors)
    }

    /// Somebody else's stay, filed under a person who has died.
    fn stray_stay(&mut self) -> Option<(Stay, ErrorSet)> {
        let death = self.life.death.as_ref()?;
        let last = *self.life.stays.last()?;
        let mut errors = ErrorSet::default();
        if !self.clerk.happens(ErrorKind::ActivityAfterDeath, death.day, &mut errors) {
            return None;
        }
        let day = death.day + self.errors.between(1, 60);
        let stay = Stay { admitted: day, discharged: day, kind: StayKind::DayCase, died: false, episodes: 1, ..last };
        (day <= self.world.window.last()).then_some((stay, errors))
    }

    fn write_stay(
        &mut self,
        (position, late): (usize, bool),
        stay: &Stay,
        errors: ErrorSet,
        episodes: &mut Vec<Episode>,
    ) {
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
            episode.errors = episode.errors.with(errors);
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
        let mut seen = self.clerk.observe(start);
        let local_patient_id = self.clerk.local_patient_id(provider, start, &mut seen.errors);
        let token = self.token((start, seen.nhs_number.is_some(), late), &mut seen.errors);
        let ordinal = self.written;
        self.written += 1;
        Episode {
            person: self.life.person.index,
            ordinal,
            key: [b'0'; 20],
            nhs_number: seen.nhs_number,
            local_patient_id,
            token,
            provider,
            spell: [b'0'; 12],
            birth: hes_date(seen.birth),
            postcode: seen.postcode,
            place: seen.place,
            sex: seen.sex,
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
            errors: seen.errors,
        }
    }

    fn ethnicity(&mut self) -> &'static str {
        self.content.weighted(&[(90, self.life.person.ethnicity), (7, "Z"), (3, "99")])
    }

    fn token(&mut self, (day, has_number, late): (i32, bool, bool), errors: &mut ErrorSet) -> [u8; 32] {
        let person = self.life.person.index;
        if !has_number && self.clerk.happens(ErrorKind::TokenOneTime, day, errors) {
            return token(&mut self.world.draws(Purpose::OneTimeToken, person * MOST_EPISODES + self.written));
        }
        match self.token_of.filter(|_| late) {
            Some(another) => {
                errors.insert(ErrorKind::TokenOfAnother);
                token(&mut self.world.draws(Purpose::Token, another))
            }
            None => token(&mut self.world.draws(Purpose::Token, person)),
        }
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

/// A date of birth as HES has it, with the sentinels for null and invalid.
fn hes_date(birth: RecordedBirth) -> i32 {
    match birth {
        RecordedBirth::Day(day) => day,
        RecordedBirth::Missing => HES_NULL_DATE,
        RecordedBirth::Impossible(..) => HES_INVALID_DATE,
    }
}

/// 32 hexadecimal digits.
fn token(draw: &mut Draw) -> [u8; 32] {
    let mut text = [0; 32];
    text[..16].copy_from_slice(&hexadecimal(draw.bits()));
    text[16..].copy_from_slice(&hexadecimal(draw.bits()));
    text
}
