//! The Personal Demographics Service: one current row a registered person, and tables of
//! what was before.
//!
//! The history is that of the present NHS number: somebody who has a new number since a
//! gender change has no history from before, as the two are not chained.

mod tables;

pub(super) use tables::{ADDRESS, MERGER, NAME, PERSON, PRACTICE};

use super::areas::Area;
use crate::addresses::Address;
use crate::draw::{Draw, Purpose};
use crate::errors::{Clerk, ErrorRates, Group, Observed, ObservedNames};
use crate::nhs_number::NhsNumber;
use crate::places::{Place, Postcode};
use crate::population::{Life, World};

/// Longest time from a move until it is registered, in days.
const LONGEST_UNREGISTERED: i32 = 120;

/// Longest time that an address of before the window has been registered by its start.
const LONGEST_BEFORE: i32 = 5_000;

/// Share of people whose address may not be shown.
const SENSITIVE: f64 = 0.003;

/// A person as registered on the last day of the window, or of life.
struct Dossier<'a> {
    world: &'a World,
    life: &'a Life,
    number: NhsNumber,
    /// The first day from which there is a history.
    since: i32,
    /// The last day of the window, or of life.
    day: i32,
    seen: Observed,
    names: ObservedNames,
    /// When moves are registered, and what else is known.
    draw: Draw,
}

/// An address with the days from and to which it is registered; `None` for the present one.
#[derive(Clone)]
struct Registered {
    /// Where the person lives, whether or not PDS knows it.
    place: Place,
    from: i32,
    to: Option<i32>,
    address: Option<Address>,
    postcode: Option<Postcode>,
    area: Option<Area>,
}

impl<'a> Dossier<'a> {
    /// What there is of a person, if they are registered.
    fn of(world: &'a World, rates: &'a ErrorRates, life: &'a Life) -> Option<Dossier<'a>> {
        let last = world.window.last();
        let day = life.death.as_ref().map_or(last, |death| death.day);
        let number = life.nhs.register_number_on(world, life.person.index, day)?;
        let mut clerk = Clerk::new(world, rates, "pds", life);
        let mut seen = clerk.observe(day);
        let names = clerk.names(day, &mut seen.errors);
        let since = life.nhs.gender_change().unwrap_or(life.nhs.from).max(life.person.birth);
        let draw = world.draws(Purpose::PdsDetails, life.person.index);
        Some(Dossier { world, life, number, since, day, seen, names, draw })
    }

    /// The addresses in order; the last is the present one, with its errors. A move of the last
    /// weeks may not be registered yet.
    fn addresses(&self) -> Vec<Registered> {
        let (mut draw, life) = (self.draw.clone(), self.life);
        let before = life.first_day - draw.between(1, LONGEST_BEFORE);
        let mut all: Vec<Registered> = Vec::with_capacity(life.homes.len());
        for (position, home) in life.homes.iter().enumerate() {
            let moved = if position > 0 {
                home.from + draw.between(0, LONGEST_UNREGISTERED)
            } else if life.first_day > self.world.window.start() {
                home.from
            } else {
                before
            };
            let from = moved.max(self.since);
            let next = all.last().is_none_or(|last| last.from < from);
            if from > self.day && position > 0 {
                break;
            }
            let registered = Registered {
                place: home.place,
                from,
                to: None,
                address: Some(Address::of(self.world, (life, home.from), home.place)),
                postcode: Some(self.world.places.postcode(home.place)),
                area: Some(Area::of(self.world, home.place)),
            };
            // What was over before the history begins is replaced.
            if next { all.push(registered) } else { *all.last_mut().expect("there is one") = registered }
        }
        for position in 1..all.len() {
            all[position - 1].to = Some(all[position].from - 1);
        }
        if self.seen.errors.any_of(Group::Postcode) {
            let (present, place) = (all.last_mut().expect("everybody has a home"), self.seen.place);
            present.address = place.map(|place| Address::of(self.world, (life, self.day), place));
            present.postcode = self.seen.postcode;
            present.area = place.map(|place| Area::of(self.world, place));
        }
        all
    }
}
