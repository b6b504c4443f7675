//! Where a person lives, and since when.

use super::{Death, Person, World, demography};
use crate::calendar::{YEARS, age_in_years};
use crate::draw::{Draw, Purpose};
use crate::places::Place;

/// Age from which people move to a care home before they die.
const CARE_HOME_AGE: i32 = 75;

/// Share of them who do.
const DIES_IN_CARE_HOME: f64 = 0.17;

/// Longest time in a care home, in days.
const LONGEST_IN_CARE_HOME: i32 = 900;

/// A home and the first day there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    pub(crate) from: i32,
    pub(crate) place: Place,
    /// Deprivation decile of its small area, 1 (most deprived) to 10.
    pub(crate) decile: u8,
}

impl Home {
    fn new(world: &World, from: i32, place: Place) -> Home {
        Home { from, place, decile: world.places.deprivation(place) as u8 }
    }
}

/// The homes of a person in order, from the start of the window (or birth) on.
pub(super) fn draw(world: &World, person: &Person, death: Option<&Death>) -> Vec<Home> {
    let mut draw = world.draws(Purpose::Homes, person.index);
    let first_day = person.birth.max(world.window.start());
    let last_day = death.map_or(world.window.last(), |death| death.day);
    let age = age_in_years(person.birth, first_day);
    let mut homes = vec![home(world, (first_day, age), &mut draw)];
    for year in 0..YEARS {
        let (from, to) = world.window.year(year);
        let age = age_in_years(person.birth, from.max(first_day));
        let day = draw.between(from, to - 1);
        if draw.chance(demography::yearly_moves(age)) && day > first_day && day <= last_day {
            homes.push(home(world, (day, age), &mut draw));
        }
    }
    if let Some(death) = death {
        last_move(world, person, death, (&mut homes, &mut draw));
    }
    homes
}

/// Some old people move to a care home before they die.
fn last_move(world: &World, person: &Person, death: &Death, (homes, draw): (&mut Vec<Home>, &mut Draw)) {
    let since = death.day - draw.between(1, LONGEST_IN_CARE_HOME);
    let old = age_in_years(person.birth, death.day) >= CARE_HOME_AGE;
    if !old || !draw.chance(DIES_IN_CARE_HOME) || since <= homes[0].from {
        return;
    }
    homes.retain(|home| home.from < since);
    homes.push(Home::new(world, since, world.places.communal(draw)));
}

fn home(world: &World, (from, age): (i32, i32), draw: &mut Draw) -> Home {
    let communal = draw.chance(demography::communal_share(age));
    let place = if communal { world.places.communal(draw) } else { world.places.ordinary(draw) };
    Home::new(world, from, place)
}
