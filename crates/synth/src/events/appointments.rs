//! Outpatient appointments: referrals to a specialty, each with a first appointment and
//! others that follow.

use super::care::{self, Rates, Seen};
use super::specialty::{self, Specialty};
use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};
use crate::places::PROVIDERS;
use crate::population::{Life, World};
use crate::season::Season;

/// Most appointments one person can have; keeps record keys apart.
pub(crate) const MOST: usize = 2_048;

/// Referrals a year.
const REFERRALS: Rates =
    &[(0, 0.29), (5, 0.22), (16, 0.28), (30, 0.37), (45, 0.47), (60, 0.63), (70, 0.85), (80, 0.82), (90, 0.62)];

/// Most appointments that follow a first one.
const MOST_FOLLOWING: u32 = 60;

/// Share of referrals to the provider that serves the person's home.
const AT_HOME_PROVIDER: f64 = 0.82;

/// One appointment, whether or not anybody came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appointment {
    pub(crate) day: i32,
    /// Position among the person's appointments.
    pub(crate) ordinal: u16,
    /// Position among the person's referrals.
    pub(crate) referral: u16,
    /// The day the referral was received.
    pub(crate) referred: i32,
    /// Position among the appointments of the referral: 0 is the first.
    pub(crate) position: u16,
    pub(crate) specialty: &'static Specialty,
    pub(crate) provider: u16,
}

/// Appends the appointments of a person, referral by referral; none is after the death.
pub(crate) fn draw(world: &World, life: &Life, into: &mut Vec<Appointment>) {
    let mut draw = world.draws(Purpose::Appointments, life.person.index);
    let mut series = Series {
        life,
        last_day: life.death.as_ref().map_or(world.window.last(), |death| death.day),
        referral: 0,
        begun: into.len(),
        into,
    };
    for seen in care::years(world, life) {
        for _ in 0..care::times(REFERRALS, &seen, life.person.need, &mut draw) {
            series.refer(world, &seen, &mut draw);
        }
    }
}

/// Appends the appointments of one referral after another.
struct Series<'a> {
    life: &'a Life,
    last_day: i32,
    referral: u16,
    /// Length of `into` before this person.
    begun: usize,
    into: &'a mut Vec<Appointment>,
}

impl Series<'_> {
    fn refer(&mut self, world: &World, seen: &Seen, draw: &mut Draw) {
        let first = Season::Planned.day(seen.days, draw);
        let age = age_in_years(self.life.person.birth, first);
        let specialty = specialty::of_age(age).draw(draw);
        let waited = draw.weighted(&[(15, (0, 14)), (50, (15, 70)), (25, (71, 126)), (10, (127, 300))]);
        let referred = (first - draw.between(waited.0, waited.1)).max(self.life.person.birth);
        let provider = self.provider(world, first, draw);
        let following = draw.geometric(f64::from(specialty.following) / 10.0, MOST_FOLLOWING);
        let mut day = first;
        for position in 0..=following as u16 {
            if day > self.last_day || self.into.len() - self.begun == MOST {
                break;
            }
            let ordinal = (self.into.len() - self.begun) as u16;
            let referral = self.referral;
            self.into.push(Appointment { day, ordinal, referral, referred, position, specialty, provider });
            day = Season::Planned.moved(day + draw.between(specialty.gap.0, specialty.gap.1));
        }
        self.referral += 1;
    }

    fn provider(&self, world: &World, day: i32, draw: &mut Draw) -> u16 {
        let home = self.life.homes[self.life.home_on(day)].place;
        if draw.chance(AT_HOME_PROVIDER) { world.places.provider(home) } else { draw.below(PROVIDERS) as u16 }
    }
}
