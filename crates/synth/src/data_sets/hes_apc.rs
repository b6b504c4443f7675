//! HES Admitted Patient Care: one row a consultant episode.

mod columns;
mod content;

pub(crate) use content::fatal_condition;

use super::areas::{Area, Practice};
use super::columns::Columns;
use super::hes::{self, HesClerk, Identity, Keys, RecordKey, Set};
use super::writer::{Collection, Writer};
use crate::calendar::HES_NULL_DATE;
use crate::errors::{ErrorKind, ErrorRates, ErrorSet};
use crate::events::maternity::Babies;
use crate::events::proms::Operation;
use crate::events::{attendances, proms};
use crate::population::{Life, Stay, StayKind, World};
use content::{Content, StayContent};

/// The data set `hes-apc`.
pub(crate) struct HesApc;

/// One consultant episode as recorded.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what is so of an episode, each a column or the condition of one")]
pub(crate) struct Episode {
    pub(crate) identity: Identity,
    /// Position of its stay among the person's.
    pub(crate) stay: u64,
    /// True day of birth.
    birth: i32,
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
    /// Whether the stay ended by death, in this episode or a later one.
    fatal: bool,
    kind: StayKind,
    /// Who is born in it.
    babies: Babies,
    /// The joint that the stay is for.
    joint: Option<Operation>,
    /// Position of the emergency attendance that led to the stay.
    attendance: Option<u64>,
}

impl Episode {
    /// `EPIEND`.
    pub(crate) fn end(&self) -> i32 {
        if self.finished { self.true_end } else { HES_NULL_DATE }
    }

    /// The day it ended or will end.
    pub(crate) fn ended_or_will(&self) -> i32 {
        self.true_end
    }

    /// Whether it overlaps the days; those on which one episode ends and the next begins
    /// count to the later.
    pub(crate) fn covers(&self, from: i32, to: i32) -> bool {
        let ends_after = if self.last { self.true_end >= from } else { self.true_end > from };
        self.start <= to && ends_after
    }

    /// `DISDATE`: only on the last episode of a stay.
    pub(crate) fn discharged(&self) -> i32 {
        if self.finished && self.last { self.true_end } else { HES_NULL_DATE }
    }
}

impl Collection for HesApc {
    type Writer<'a> = Apc<'a>;

    const NAME: &'static str = "hes-apc";
    const FOLDER: &'static str = "hes_apc";
    const DISTINCT: &'static [&'static str] =
        &["EPIKEY", "SUSRECID", "SUSSPELLID", "PROVSPNOPS", "AEKEY", "CDSUNIQUEID", "DIAG_4_CONCAT"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> Apc<'a> {
        Apc::new(world, rates)
    }
}

/// Writes admitted-care records.
pub(crate) struct Apc<'a> {
    world: &'a World,
    rates: &'a ErrorRates,
    keys: Keys,
    attendance_keys: Keys,
}

/// An episode with what columns need.
pub(crate) struct Row {
    key: RecordKey,
    pub(super) episode: Episode,
    stay: StayContent,
    content: Content,
    area: Option<Area>,
    practice: Option<Practice>,
}

impl<'a> Apc<'a> {
    pub(crate) fn new(world: &'a World, rates: &'a ErrorRates) -> Apc<'a> {
        Apc { world, rates, keys: Keys::new(world, Set::Apc), attendance_keys: Keys::new(world, Set::Ae) }
    }

    /// The episodes of a person in order, without copies of records that were sent twice.
    pub(crate) fn episodes_of(&self, life: &Life) -> Vec<Episode> {
        let mut episodes = Vec::new();
        self.record(life, &mut episodes);
        episodes.retain(|episode| episode.identity.ordinal < hes::COPIES_FROM);
        episodes
    }

    /// `PROVSPNOPS` of an episode.
    pub(crate) fn spell_of(&self, episode: &Episode) -> [u8; 12] {
        StayContent::draw(self.world, episode).spell_number()
    }

    /// The record key of an episode.
    pub(crate) fn key_of(&self, episode: &Episode) -> RecordKey {
        self.keys.of((episode.identity.person, episode.identity.ordinal), episode.admitted)
    }
}

/// The episodes of some people, person by person.
#[cfg(test)]
pub(crate) fn episodes(world: &World, rates: &ErrorRates, lives: &[Life]) -> Vec<Episode> {
    let (apc, mut episodes) = (Apc::new(world, rates), Vec::new());
    lives.iter().for_each(|life| apc.record(life, &mut episodes));
    episodes
}

/// Position of the first episode of a stay among the person's.
pub(crate) fn first_ordinal(life: &Life, stay: usize) -> u64 {
    life.stays[..stay].iter().map(|stay| u64::from(stay.episodes)).sum()
}

impl Writer for Apc<'_> {
    type Record = Episode;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Episode>) {
        if !life.stays.is_empty() {
            Recorder::new(self, life).write(into);
        }
    }

    fn day(episode: &Episode) -> i32 {
        episode.start
    }

    fn row(&self, episode: &Episode) -> Row {
        let stay = StayContent::draw(self.world, episode);
        let content = Content::draw(self.world, episode, &stay);
        Row {
            key: self.key_of(episode),
            episode: *episode,
            stay,
            content,
            area: hes::area(self.world, &episode.identity),
            practice: hes::practice(self.world, &episode.identity),
        }
    }

    fn fill(&self, columns: &mut Columns<'_, Row>) {
        columns::fill(self, columns);
    }

    fn key(row: &Row, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(row.key.as_bytes());
    }

    fn truth(row: &Row) -> (u64, ErrorSet) {
        (row.episode.identity.person, row.episode.identity.errors)
    }
}

/// Writes down the episodes of one person.
struct Recorder<'a> {
    world: &'a World,
    life: &'a Life,
    clerk: HesClerk<'a>,
    /// Positions of attendances by that of the stay they led to.
    attendances: Vec<(u16, u16)>,
}

impl<'a> Recorder<'a> {
    fn new(apc: &'a Apc<'_>, life: &'a Life) -> Recorder<'a> {
        let clerk = HesClerk::new(apc.world, apc.rates, Set::Apc, life);
        Recorder { world: apc.world, life, clerk, attendances: attendances::leading_to_stays(apc.world, life) }
    }

    fn write(mut self, episodes: &mut Vec<Episode>) {
        let mut ordinal = 0;
        for (position, stay) in self.life.stays.iter().enumerate() {
            // A false link of the person token takes the later half of the records.
            let late = position * 2 >= self.life.stays.len();
            let (stay, errors) = self.with_date_error(*stay);
            self.write_stay((position, ordinal, late), &stay, errors, episodes);
            ordinal += u64::from(stay.episodes);
        }
        if let Some((stay, errors)) = self.stray_stay() {
            self.write_stay((self.life.stays.len(), ordinal, true), &stay, errors, episodes);
        }
    }

    /// The discharge date of a death in hospital may be off.
    fn with_date_error(&mut self, mut stay: Stay) -> (Stay, ErrorSet) {
        let mut errors = ErrorSet::default();
        if !stay.died {
            return (stay, errors);
        }
        let HesClerk { clerk, draw, .. } = &mut self.clerk;
        let off = if clerk.happens(ErrorKind::DeathDateNear, stay.discharged, &mut errors) {
            draw.pick(&[-2, -1, 1, 2])
        } else if clerk.happens(ErrorKind::DeathDateFar, stay.discharged, &mut errors) {
            draw.between(4, 30) * draw.pick(&[-1, 1])
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
        if !self.clerk.clerk.happens(ErrorKind::ActivityAfterDeath, death.day, &mut errors) {
            return None;
        }
        let day = death.day + self.clerk.draw.between(1, 60);
        let stay = Stay { admitted: day, discharged: day, kind: StayKind::DayCase, died: false, episodes: 1, ..last };
        (day <= self.world.window.last()).then_some((stay, errors))
    }

    fn write_stay(
        &mut self,
        (position, ordinal, late): (usize, u64, bool),
        stay: &Stay,
        errors: ErrorSet,
        episodes: &mut Vec<Episode>,
    ) {
        let count = i32::from(stay.episodes);
        let length = stay.discharged - stay.admitted;
        let attendance = self.attendances.iter().find(|(stay, _)| usize::from(*stay) == position);
        let is_own = position < self.life.stays.len();
        let joint = if is_own { proms::operation(self.world, self.life, position) } else { None };
        for order in 0..count {
            let start = stay.admitted + length * order / count;
            let end = stay.admitted + length * (order + 1) / count;
            let ordinal = ordinal + order as u64;
            if start > self.world.window.last() || ordinal >= hes::COPIES_FROM {
                return;
            }
            let mut identity = self.clerk.identify(ordinal, (start, stay.provider), late);
            identity.errors = identity.errors.with(errors);
            let (finished, last) = (end <= self.world.window.last(), order + 1 == count);
            let copy = self.clerk.copy_of(&identity, start);
            let episode = Episode {
                identity,
                stay: position as u64,
                birth: self.life.person.birth,
                start,
                true_end: end,
                admitted: stay.admitted,
                order: order + 1,
                finished,
                last,
                died: stay.died && last && finished,
                fatal: stay.died,
                kind: stay.kind,
                babies: Babies::of_stay(self.life, stay),
                joint,
                attendance: attendance.filter(|_| order == 0).map(|(_, attendance)| u64::from(*attendance)),
            };
            episodes.push(episode);
            episodes.extend(copy.map(|identity| Episode { identity, ..episode }));
        }
    }
}
