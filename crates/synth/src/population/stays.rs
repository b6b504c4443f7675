//! When a person lies in hospital, as it happened.

use super::family::Member;
use super::{Death, Home, Need, Person, World, demography};
use crate::calendar::YEARS;
use crate::draw::{Draw, Purpose};
use crate::places::PROVIDERS;
use crate::season::Season;

/// Most stays one person can have a year.
const MOST_A_YEAR: u32 = 60;

/// Share of stays at the provider that serves the person's home.
const AT_HOME_PROVIDER: f64 = 0.85;

/// Share of births in hospital.
const BORN_IN_HOSPITAL: f64 = 0.97;

/// Mean number of further emergency stays in the last half year before a death.
const LAST_STAYS: f64 = 0.9;

/// Days of that half year.
const LAST_DAYS: i32 = 180;

/// Why someone is in hospital; decides how they are admitted and for how long they stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StayKind {
    Birth,
    Delivery,
    DayCase,
    RegularAttender,
    Elective,
    Emergency,
}

impl StayKind {
    /// Mean nights.
    fn mean_nights(self) -> f64 {
        match self {
            StayKind::Birth | StayKind::Delivery => 1.5,
            StayKind::DayCase | StayKind::RegularAttender => 0.0,
            StayKind::Elective => 3.0,
            StayKind::Emergency => 5.0,
        }
    }
}

/// One stay with one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) admitted: i32,
    /// May lie after the window: then the stay is unfinished there.
    pub(crate) discharged: i32,
    pub(crate) kind: StayKind,
    /// Ended by death.
    pub(crate) died: bool,
    /// Number of the provider, see `places`.
    pub(crate) provider: u16,
    /// Consultant episodes, 1 to 3, never more than days.
    pub(crate) episodes: u8,
}

/// The hospital where a child is born, if it is born in one; the home is its mother's.
pub(super) fn birthplace(world: &World, child: u64, home: &Home) -> Option<u16> {
    let mut draw = world.draws(Purpose::Birthplace, child);
    let in_hospital = draw.chance(BORN_IN_HOSPITAL);
    in_hospital.then(|| provider(world, home, &mut draw))
}

/// The stays of a person: by day of admission, not overlapping, none after the death.
pub(super) fn draw(world: &World, member: &Member, homes: &[Home], death: Option<&Death>) -> Vec<Stay> {
    let person = &member.person;
    let mut draw = world.draws(Purpose::Stays, person.index);
    let mut starts = planned(world, (member, homes), death, &mut draw);
    let last = death.filter(|death| death.in_hospital).map(|death| {
        let first_day = member.first_day(world);
        let nights = draw.geometric(8.0, 120) as i32;
        (death.day - nights).max(first_day)
    });
    // Of two on one day the first stays: births were planned before all others.
    starts.sort_by_key(|(day, _)| *day);
    starts.dedup_by_key(|(day, _)| *day);
    // A stay ends before the next begins, and before the last one, which the death ends.
    let end = last.map(|admitted| admitted - 1).or(death.map(|death| death.day)).unwrap_or(i32::MAX);
    starts.retain(|(day, _)| *day <= end);
    let mut stays = Vec::with_capacity(starts.len() + 1);
    for (position, (admitted, kind)) in starts.iter().enumerate() {
        let next = starts.get(position + 1).map_or(end, |(day, _)| day - 1);
        let nights = draw.geometric(kind.mean_nights(), 200) as i32;
        let discharged = (admitted + nights).min(next);
        let mut stay = stay(world, homes, (*admitted, discharged, *kind), &mut draw);
        stay.provider = provider_of_birth(world, (member, homes), &stay).unwrap_or(stay.provider);
        stays.push(stay);
    }
    if let (Some(admitted), Some(death)) = (last, death) {
        let kind = if admitted == person.birth { StayKind::Birth } else { StayKind::Emergency };
        let mut last = stay(world, homes, (admitted, death.day, kind), &mut draw);
        last.provider = provider_of_birth(world, (member, homes), &last).unwrap_or(last.provider);
        stays.push(Stay { died: true, ..last });
    }
    stays
}

/// Mother and child lie in the same hospital.
fn provider_of_birth(world: &World, (member, homes): (&Member, &[Home]), stay: &Stay) -> Option<u16> {
    let child = match stay.kind {
        StayKind::Birth => member.person.index,
        StayKind::Delivery => member.kin.children.iter().find(|child| child.birth == stay.admitted)?.index,
        _ => return None,
    };
    birthplace(world, child, home_on(homes, stay.admitted))
}

/// Days and kinds of admission: births first, else in no order.
fn planned(
    world: &World,
    (member, homes): (&Member, &[Home]),
    death: Option<&Death>,
    draw: &mut Draw,
) -> Vec<(i32, StayKind)> {
    let person = &member.person;
    let mut starts = Vec::new();
    let first_day = member.first_day(world);
    if person.birth == first_day && birthplace(world, person.index, &homes[0]).is_some() {
        starts.push((person.birth, StayKind::Birth));
    }
    for child in member.kin.children.iter().filter(|child| child.birth >= first_day) {
        if birthplace(world, child.index, home_on(homes, child.birth)).is_some() {
            starts.push((child.birth, StayKind::Delivery));
        }
    }
    let last_day = death.map_or(world.window.last(), |death| death.day);
    for year in 0..YEARS {
        let (from, to) = world.window.year(year);
        let (from, to) = (from.max(first_day), (to - 1).min(last_day));
        if from > to {
            continue;
        }
        let age = member.age_in(year).max(0);
        let share_of_year = f64::from(to - from + 1) / 365.25;
        let expected = demography::stays_a_year(age, person.need) * share_of_year;
        for _ in 0..draw.geometric(expected, MOST_A_YEAR) {
            let kind = kind(person, draw);
            let season = if kind == StayKind::Emergency { Season::Emergency } else { Season::Planned };
            starts.push((season.day((from, to), draw), kind));
        }
    }
    if let Some(death) = death {
        let from = (death.day - LAST_DAYS).max(first_day);
        for _ in 0..draw.geometric(LAST_STAYS, 10) {
            starts.push((draw.between(from, death.day), StayKind::Emergency));
        }
    }
    starts
}

fn kind(person: &Person, draw: &mut Draw) -> StayKind {
    if person.need == Need::Heavy && draw.chance(0.8) {
        return StayKind::RegularAttender;
    }
    draw.weighted(&[(38, StayKind::DayCase), (17, StayKind::Elective), (45, StayKind::Emergency)])
}

fn stay(world: &World, homes: &[Home], (admitted, discharged, kind): (i32, i32, StayKind), draw: &mut Draw) -> Stay {
    let provider = provider(world, home_on(homes, admitted), draw);
    let wanted: u8 = draw.weighted(&[(86, 1), (11, 2), (3, 3)]);
    let possible = (discharged - admitted + 1).min(3) as u8;
    Stay { admitted, discharged, kind, died: false, provider, episodes: wanted.min(possible) }
}

fn home_on(homes: &[Home], day: i32) -> &Home {
    homes.iter().rfind(|home| home.from <= day).unwrap_or(&homes[0])
}

/// Mostly the provider that serves the home.
fn provider(world: &World, home: &Home, draw: &mut Draw) -> u16 {
    if draw.chance(AT_HOME_PROVIDER) { world.places.provider(home.place) } else { draw.below(PROVIDERS) as u16 }
}
