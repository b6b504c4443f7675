//! How much care people take up: what the kinds of events share.

use crate::calendar::{YEARS, age_in_years};
use crate::draw::Draw;
use crate::population::{Life, Need, World};

/// Times a year by age: from age, rate of someone with average need.
pub(crate) type Rates = &'static [(i32, f64)];

/// The part of a financial year in which a person is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// First and last day.
    pub(crate) days: (i32, i32),
    /// Age on the first day.
    pub(crate) age: i32,
    /// Share of a year.
    pub(crate) share: f64,
}

/// The years in which somebody is seen, from the start of the window, birth or arrival to
/// death or the window's end.
pub(crate) fn years<'a>(world: &'a World, life: &'a Life) -> impl Iterator<Item = Seen> + 'a {
    let last_day = life.death.as_ref().map_or(world.window.last(), |death| death.day);
    (0..YEARS).filter_map(move |year| {
        let (from, to) = world.window.year(year);
        let (from, to) = (from.max(life.first_day), (to - 1).min(last_day));
        let share = f64::from(to - from + 1) / 365.25;
        (from <= to).then(|| Seen { days: (from, to), age: age_in_years(life.person.birth, from), share })
    })
}

/// The rate of the age.
pub(crate) fn rate(rates: Rates, age: i32) -> f64 {
    rates.iter().rev().find(|(from, _)| *from <= age).unwrap_or(&rates[0]).1
}

/// How much more or less than average someone of the need takes up, outside of stays.
pub(crate) fn factor(need: Need) -> f64 {
    match need {
        Need::Little => 0.35,
        Need::Average => 1.0,
        Need::Much => 2.4,
        Need::Heavy => 7.0,
    }
}

/// How often something happens in a year seen: a geometric number around the rate.
pub(crate) fn times(rates: Rates, seen: &Seen, need: Need, draw: &mut Draw) -> u32 {
    draw.geometric(rate(rates, seen.age) * factor(need) * seen.share, 40)
}
