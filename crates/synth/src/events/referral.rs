//! Referrals to services that report month by month.

use super::care::{self, Rates};
use crate::calendar::YEARS;
use crate::draw::Draw;
use crate::places::PROVIDERS;
use crate::population::{Life, World};
use crate::season::Season;

/// Areas that have one provider each of mental health and of community services.
const AREAS: u16 = (PROVIDERS / 2) as u16;

/// Share of referrals to the service of the person's home.
const AT_HOME: f64 = 0.95;

/// Most referrals of one person in a year.
const MOST_A_YEAR: u32 = 40;

/// Most referrals of one person to services of one kind; keeps their ids apart.
pub(crate) const MOST_REFERRALS: u64 = 1024;

/// One referral as it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Referral {
    /// Number among the person's referrals to services of the kind.
    pub(crate) ordinal: u64,
    pub(crate) received: i32,
    /// The day it ended or will end: may lie after the window.
    pub(crate) discharged: i32,
    /// Number of the provider, see `places`.
    pub(crate) provider: u16,
    /// Bits that decide what else is said of it.
    pub(crate) detail: u64,
}

/// A kind of service: which providers, and how long referrals last.
pub(super) struct Service {
    /// Number of the first of its providers, behind the hospitals.
    pub(super) first_provider: u16,
    /// Weight and days from reception to discharge.
    pub(super) lengths: &'static [(u32, (i32, i32))],
}

/// Numbers of the first providers of the kinds of service.
pub(super) const MENTAL_HEALTH: u16 = PROVIDERS as u16;
pub(super) const COMMUNITY: u16 = MENTAL_HEALTH + AREAS;

impl Service {
    /// Referrals received on these days, in order.
    pub(super) fn referrals(&self, world: &World, life: &Life, received: &[i32], draw: &mut Draw) -> Vec<Referral> {
        let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
        let referral = |(ordinal, received): (u64, &i32)| {
            let (from, to) = draw.weighted(self.lengths);
            let discharged = (received + draw.between(from, to)).min(last_day);
            let provider = self.provider(world, life, *received, draw);
            Referral { ordinal, received: *received, discharged, provider, detail: draw.bits() }
        };
        (0..MOST_REFERRALS).zip(received).map(referral).collect()
    }

    /// The service of the home on a day, or now and then any other.
    pub(super) fn provider(&self, world: &World, life: &Life, day: i32, draw: &mut Draw) -> u16 {
        let home = life.homes[life.home_on(day)].place;
        let area = if draw.chance(AT_HOME) { world.places.provider(home) / 2 } else { draw.below(AREAS.into()) as u16 };
        self.first_provider + area
    }
}

/// How often people are referred.
pub(super) struct Demand {
    /// Weight, and how often against the average of the age; the mean is 1.
    pub(super) frailty: [(u32, f64); 4],
    /// Referrals a year by age.
    pub(super) by_age: Rates,
    /// Against that by financial year, 2014/15 first.
    pub(super) by_year: [f64; YEARS],
}

impl Demand {
    /// Referrals a year of an average person of the age in a financial year, 0 being the first.
    pub(super) fn yearly(&self, year: usize, age: i32) -> f64 {
        care::rate(self.by_age, age) * self.by_year[year]
    }

    /// The days on which the person is referred, in order; `factor` is how often against
    /// people of the same age.
    pub(super) fn days(&self, world: &World, life: &Life, factor: f64, draw: &mut Draw) -> Vec<i32> {
        let factor = factor * draw.weighted(&self.frailty);
        let mut days = Vec::new();
        if factor == 0.0 {
            return days;
        }
        for seen in care::years(world, life) {
            let year = world.window.financial_year(seen.days.0);
            let expected = factor * self.yearly(year, seen.age) * seen.share;
            for _ in 0..draw.geometric(expected, MOST_A_YEAR) {
                days.push(Season::Planned.day(seen.days, draw));
            }
        }
        days.sort_unstable();
        days
    }
}
