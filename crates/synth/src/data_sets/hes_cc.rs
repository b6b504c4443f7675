//! HES Critical Care: one row a period of an adult, or a day of a child, for each episode
//! that it lies over.

mod columns;

use super::columns::Columns;
use super::hes::RecordKey;
use super::hes_apc::{Apc, Episode};
use super::writer::{Collection, Writer};
use crate::draw::Purpose;
use crate::errors::{ErrorRates, ErrorSet};
use crate::events::critical_care::{self, MOST, Period, Unit};
use crate::population::{Life, World};

/// Most days of a child's period that get a row.
const MOST_DAYS: i32 = 90;

/// The data set `hes-cc`.
pub(crate) struct HesCc;

impl Collection for HesCc {
    type Writer<'a> = CriticalCare<'a>;

    const NAME: &'static str = "hes-cc";
    const FOLDER: &'static str = "hes_cc";
    const DISTINCT: &'static [&'static str] = &["SUSRECID", "HES_RECORD_ID", "CCPERNUM", "PROVSPNOPS"];

    fn writer<'a>(world: &'a World, rates: &'a ErrorRates) -> CriticalCare<'a> {
        CriticalCare { world, apc: Apc::new(world, rates) }
    }
}

/// Writes critical care records.
pub(crate) struct CriticalCare<'a> {
    world: &'a World,
    apc: Apc<'a>,
}

/// A period, or a day of one, over an episode.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    episode: Episode,
    period: Period,
    /// The day, where each has a row.
    day: Option<i32>,
    /// Position among the rows of the period for this episode: makes the key.
    number: i32,
    /// The episode in which the period begins: the row to keep of several.
    best: bool,
}

/// A record with what columns need.
pub(crate) struct Row {
    record: Record,
    key: RecordKey,
    spell: [u8; 12],
    content: Content,
}

impl Writer for CriticalCare<'_> {
    type Record = Record;
    type Row = Row;

    fn record(&self, life: &Life, into: &mut Vec<Record>) {
        let periods = critical_care::periods(self.world, life);
        if periods.is_empty() {
            return;
        }
        let episodes = self.apc.episodes_of(life);
        for period in periods {
            let of_stay = episodes.iter().filter(|episode| episode.stay == period.stay);
            let mut best = true;
            for episode in of_stay.filter(|episode| episode.covers(period.start, period.end)) {
                record(&period, episode, best, (self.world.window.last(), into));
                best = false;
            }
        }
    }

    fn day(record: &Record) -> i32 {
        record.day.unwrap_or(record.period.start)
    }

    fn row(&self, record: &Record) -> Row {
        Row {
            record: *record,
            key: self.apc.key_of(&record.episode),
            spell: self.apc.spell_of(&record.episode),
            content: Content::draw(self.world, record),
        }
    }

    fn fill(&self, columns: &mut Columns<'_, Row>) {
        columns::fill(self.world, columns);
    }

    fn key(row: &Row, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(row.key.as_bytes());
        bytes.push(b'/');
        bytes.extend_from_slice(&row.number());
    }

    fn truth(row: &Row) -> (u64, ErrorSet) {
        (row.record.episode.identity.person, row.record.episode.identity.errors)
    }
}

/// Appends the rows of a period for one episode.
fn record(period: &Period, episode: &Episode, best: bool, (last_day, into): (i32, &mut Vec<Record>)) {
    let row = |day, number| Record { episode: *episode, period: *period, day, number, best };
    if period.unit == Unit::Adult {
        into.push(row(None, 0));
        return;
    }
    let from = period.start.max(episode.start);
    let to = period.end.min(episode.ended_or_will()).min(last_day).min(from + MOST_DAYS - 1);
    into.extend((from..=to).map(|day| row(Some(day), day - from)));
}

/// What the unit counted.
struct Content {
    /// Minutes after midnight of start and discharge.
    minutes: (i32, i32),
    /// Days of the period; of the one day where each has a row.
    days: i32,
    /// Days at level 3, and with breathing, circulation, kidneys and other organs supported.
    level_three: i32,
    breathing: i32,
    circulation: i32,
    kidneys: i32,
    others: i32,
    bits: u64,
}

impl Content {
    fn draw(world: &World, record: &Record) -> Content {
        let number = record.episode.identity.person * MOST as u64 + record.period.ordinal;
        let mut draw = world.draws(Purpose::CriticalCareContent, number);
        let days = if record.day.is_some() { 1 } else { record.period.end - record.period.start + 1 };
        let mut of_days = |most: i32| draw.between(0, most.min(900));
        let (level_three, breathing) = (of_days(days), of_days(days));
        let (circulation, kidneys, others) = (of_days(days / 2), of_days(days / 4), of_days(days / 4));
        let start = draw.between(0, 1_439);
        Content {
            minutes: (
                start,
                if record.period.start == record.period.end {
                    draw.between(start, 1_439)
                } else {
                    draw.between(480, 1_320)
                },
            ),
            days,
            level_three,
            breathing,
            circulation,
            kidneys,
            others,
            bits: draw.bits(),
        }
    }
}
