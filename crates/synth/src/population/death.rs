//! When and where a person dies.

use super::family::Member;
use super::{World, demography};
use crate::calendar::YEARS;
use crate::draw::{Draw, Purpose};

/// Share of deaths in hospital.
const IN_HOSPITAL: f64 = 0.45;

/// Days of age below which a certificate is neonatal.
const NEONATAL_DAYS: i32 = 28;

/// A death as it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    pub(crate) day: i32,
    pub(crate) in_hospital: bool,
    /// Under 28 days of age.
    pub(crate) neonatal: bool,
}

/// The death of a person within the window, if there is one. Nobody dies before the last of
/// their children is born, or before they are first seen.
pub(super) fn draw(world: &World, member: &Member) -> Option<Death> {
    let person = &member.person;
    let mut draw = world.draws(Purpose::Death, person.index);
    let last_birth = member.kin.children.last().map_or(i32::MIN, |child| child.birth);
    let day = death_day(world, member, &mut draw).filter(|day| *day >= last_birth)?;
    let neonatal = day - person.birth < NEONATAL_DAYS;
    Some(Death { day, in_hospital: draw.chance(IN_HOSPITAL), neonatal })
}

fn death_day(world: &World, member: &Member, draw: &mut Draw) -> Option<i32> {
    let (person, first_day) = (&member.person, member.first_day(world));
    if person.birth >= world.window.start() && member.arrival.is_none() && draw.chance(demography::NEONATAL_MORTALITY) {
        let day = person.birth + draw.between(0, NEONATAL_DAYS - 1);
        return (day <= world.window.last()).then_some(day);
    }
    (0..YEARS).find_map(|year| {
        let (from, to) = world.window.year(year);
        let alive_from = first_day.max(from);
        if alive_from >= to {
            return None;
        }
        let share_of_year = f64::from(to - alive_from) / f64::from(to - from);
        let age = member.age_in(year).max(0);
        let dies = draw.chance(demography::yearly_mortality(age, person.sex) * share_of_year);
        dies.then(|| draw.between(alive_from, to - 1))
    })
}
