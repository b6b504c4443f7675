//! Emergency attendances: those that lead to a stay, and all others.

use super::care::{self, Rates};
use crate::draw::{Draw, Purpose};
use crate::places::PROVIDERS;
use crate::population::{Life, Stay, StayKind, World};
use crate::season::Season;

/// Most attendances one person can have; keeps record keys apart.
pub(crate) const MOST: usize = 1_024;

/// Attendances a year that do not lead to a stay.
const ATTENDANCES: Rates =
    &[(0, 0.21), (5, 0.12), (16, 0.17), (25, 0.15), (40, 0.11), (60, 0.09), (75, 0.12), (85, 0.14)];

/// Share of emergency stays that begin in an emergency department.
const THROUGH_DEPARTMENT: f64 = 0.74;

/// Share of attendances at the provider that serves the person's home.
const AT_HOME_PROVIDER: f64 = 0.86;

/// The kind of department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Department {
    Major,
    Single,
    Minor,
    WalkIn,
}

/// One attendance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attendance {
    pub(crate) day: i32,
    /// Minutes after midnight of the arrival.
    pub(crate) minute: i32,
    /// Position among the person's attendances.
    pub(crate) ordinal: u16,
    pub(crate) department: Department,
    pub(crate) provider: u16,
    /// Position of the stay that it led to.
    pub(crate) stay: Option<u16>,
}

/// Appends the attendances of a person: those that lead to a stay first, then the others.
pub(crate) fn draw(world: &World, life: &Life, into: &mut Vec<Attendance>) {
    let mut draw = world.draws(Purpose::Attendances, life.person.index);
    let begun = into.len();
    through_departments(world, life, (&mut draw, begun), into);
    for seen in care::years(world, life) {
        for _ in 0..care::times(ATTENDANCES, &seen, life.person.need, &mut draw) {
            if into.len() - begun < MOST {
                into.push(other(world, life, (seen.days, into.len() - begun), &mut draw));
            }
        }
    }
}

/// The attendances that lead to a stay: positions of stay and attendance.
pub(crate) fn leading_to_stays(world: &World, life: &Life) -> Vec<(u16, u16)> {
    let mut draw = world.draws(Purpose::Attendances, life.person.index);
    let mut attendances = Vec::new();
    through_departments(world, life, (&mut draw, 0), &mut attendances);
    attendances.into_iter().filter_map(|attendance| Some((attendance.stay?, attendance.ordinal))).collect()
}

/// Appends the attendances that lead to a stay.
fn through_departments(world: &World, life: &Life, (draw, begun): (&mut Draw, usize), into: &mut Vec<Attendance>) {
    for (position, stay) in life.stays.iter().enumerate() {
        if stay.kind == StayKind::Emergency && stay.admitted <= world.window.last() {
            let through = draw.chance(THROUGH_DEPARTMENT);
            if through && into.len() - begun < MOST {
                into.push(leading_to(stay, (position, into.len() - begun), draw));
            }
        }
    }
}

fn leading_to(stay: &Stay, (position, ordinal): (usize, usize), draw: &mut Draw) -> Attendance {
    Attendance {
        day: stay.admitted,
        minute: arrival(draw),
        ordinal: ordinal as u16,
        department: Department::Major,
        provider: stay.provider,
        stay: Some(position as u16),
    }
}

fn other(world: &World, life: &Life, (days, ordinal): ((i32, i32), usize), draw: &mut Draw) -> Attendance {
    let day = Season::Emergency.day(days, draw);
    let home = life.homes[life.home_on(day)].place;
    let at_home = draw.chance(AT_HOME_PROVIDER);
    let provider = if at_home { world.places.provider(home) } else { draw.below(PROVIDERS) as u16 };
    let department = draw.weighted(&[
        (58, Department::Major),
        (3, Department::Single),
        (32, Department::Minor),
        (7, Department::WalkIn),
    ]);
    let minute = arrival(draw);
    Attendance { day, minute, ordinal: ordinal as u16, department, provider, stay: None }
}

/// Few come at night.
fn arrival(draw: &mut Draw) -> i32 {
    let (from, to) =
        draw.weighted(&[(9, (0, 359)), (22, (360, 659)), (30, (660, 959)), (26, (960, 1199)), (13, (1200, 1439))]);
    draw.between(from, to)
}
