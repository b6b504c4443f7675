//! Where a person lives, and since when.
//!
//! Everybody has a line of homes of their own for the whole window. Who lives with a mother or
//! a partner follows their line instead, so that a household moves together.

use super::family::{Group, Member};
use super::{Death, World, demography};
use crate::calendar::{YEARS, age_in_years};
use crate::draw::{Draw, Purpose};
use crate::places::Place;

/// Age from which people move to a care home before they die.
const CARE_HOME_AGE: i32 = 75;

/// Share of them who do.
const DIES_IN_CARE_HOME: f64 = 0.17;

/// Longest time in a care home, in days.
const LONGEST_IN_CARE_HOME: i32 = 900;

/// Share of people leaving their mother's home before they are 21 who go to a students' hall.
const TO_HALL: f64 = 0.45;

/// Oldest age at which they do, in days.
const HALL_AGE: i32 = 21 * 365;

/// Days in a hall.
const IN_HALL: (i32, i32) = (270, 1_000);

/// Probability that somebody of a minority who found a home in the less deprived half looks
/// for another: a rough stand-in for the link between ethnicity and deprivation. Our figure.
const LOOKS_AGAIN: f64 = 0.35;

/// A home and the first day there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) from: i32,
    pub(crate) place: Place,
    /// Deprivation decile of its small area, 1 (most deprived) to 10.
    pub(crate) decile: u8,
    /// Number of the household: people who have the same one live under one roof.
    pub(crate) household: u64,
}

/// The homes of a person in order, from the first day on.
pub(super) fn draw(world: &World, group: &Group, index: u64, death: Option<&Death>) -> Vec<Home> {
    let member = group.member(index);
    let first_day = member.first_day(world);
    let last_day = death.map_or(world.window.last(), |death| death.day);
    let mut homes = Vec::with_capacity(2);
    for Stretch { from, until, with } in stretches(group, member) {
        let (from, until) = (from.max(first_day), until.min(last_day + 1));
        if from < until {
            follow(&line(world, group.member(with)), (from, until), &mut homes);
        }
    }
    if let Some(death) = death {
        last_move(world, member, death, &mut homes);
    }
    homes
}

/// A time during which a person lives where one line of homes goes.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: i32,
    /// The first day after it.
    until: i32,
    /// Whose line it is.
    with: u64,
}

/// Whose line a person follows, from the first to the last of days.
fn stretches(group: &Group, member: &Member) -> Vec<Stretch> {
    let mut stretches = Vec::with_capacity(3);
    if let Some(mother) = member.kin.mother.filter(|_| member.leaves > i32::MIN) {
        let with_mother = grown_stretches(group.member(mother)).into_iter();
        stretches.extend(with_mother.map(|s| Stretch { until: s.until.min(member.leaves), ..s }));
    }
    let alone = grown_stretches(member).into_iter();
    stretches.extend(alone.map(|s| Stretch { from: s.from.max(member.leaves), ..s }));
    stretches
}

/// The same of somebody who has left the mother's home.
fn grown_stretches(member: &Member) -> [Stretch; 3] {
    let own = member.person.index;
    let (from, until, with) = match member.kin.union.filter(|union| union.joins) {
        Some(union) => (union.from, union.until, union.partner),
        None => (i32::MAX, i32::MAX, own),
    };
    [
        Stretch { from: i32::MIN, until: from, with: own },
        Stretch { from, until, with },
        Stretch { from: until, until: i32::MAX, with: own },
    ]
}

/// Adds the homes of a line between two days.
fn follow(line: &[Home], (from, until): (i32, i32), homes: &mut Vec<Home>) {
    let first = line.iter().rposition(|home| home.from <= from).unwrap_or(0);
    for home in line[first..].iter().take_while(|home| home.from < until) {
        let home = Home { from: home.from.max(from), ..*home };
        let same = |last: &Home| last.place == home.place && last.household == home.household;
        if !homes.last().is_some_and(same) {
            homes.push(home);
        }
    }
}

/// A person's own line of homes over the whole window, whether or not they live along it.
fn line(world: &World, member: &Member) -> Vec<Home> {
    let person = &member.person;
    let mut draw = world.draws(Purpose::Homes, person.index);
    let start = world.window.start();
    let mut line = vec![home(world, member, start, &mut draw)];
    for year in 0..YEARS {
        let (from, to) = world.window.year(year);
        let age = member.age_in(year).max(0);
        let moves = draw.chance(demography::yearly_moves(age));
        let day = draw.between(from, to - 1);
        if moves && day > start {
            line.push(home(world, member, day, &mut draw));
        }
    }
    let young = member.leaves > start && member.leaves - person.birth < HALL_AGE;
    if young && member.is_single() && draw.chance(TO_HALL) {
        hall(world, member, (&mut line, &mut draw));
    }
    line
}

/// A students' hall is the first home away from the mother's.
fn hall(world: &World, member: &Member, (line, draw): (&mut Vec<Home>, &mut Draw)) {
    let from = member.leaves;
    let until = from + draw.between(IN_HALL.0, IN_HALL.1);
    let hall = world.places.communal(draw);
    let after = world.places.ordinary(draw);
    line.retain(|home| home.from < from || home.from > until);
    let at = line.iter().position(|home| home.from > from).unwrap_or(line.len());
    let homes = [(from, hall), (until, after)];
    line.splice(at..at, homes.map(|(from, place)| Home::new(world, from, place, member.person.index)));
}

/// Some old people move to a care home before they die.
fn last_move(world: &World, member: &Member, death: &Death, homes: &mut Vec<Home>) {
    let person = &member.person;
    if age_in_years(person.birth, death.day) < CARE_HOME_AGE {
        return;
    }
    let mut draw = world.draws(Purpose::CareHome, person.index);
    let since = death.day - draw.between(1, LONGEST_IN_CARE_HOME);
    if !draw.chance(DIES_IN_CARE_HOME) || since <= homes[0].from {
        return;
    }
    homes.retain(|home| home.from < since);
    homes.push(Home::new(world, since, world.places.communal(&mut draw), person.index));
}

fn home(world: &World, member: &Member, from: i32, draw: &mut Draw) -> Home {
    let person = &member.person;
    let new = |place| Home::new(world, from, place, person.index);
    let age = age_in_years(person.birth, from).max(0);
    if member.is_single() && draw.chance(demography::communal_share(age)) {
        return new(world.places.communal(draw));
    }
    let found = new(world.places.ordinary(draw));
    let looks_again = person.ethnicity != "A" && found.decile > 5 && draw.chance(LOOKS_AGAIN);
    if looks_again { new(world.places.ordinary(draw)) } else { found }
}

impl Home {
    fn new(world: &World, from: i32, place: Place, household: u64) -> Home {
        Home { from, place, decile: world.places.deprivation(place) as u8, household }
    }
}
