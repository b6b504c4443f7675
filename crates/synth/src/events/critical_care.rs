//! Critical care within stays in hospital.

use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};
use crate::population::{Life, StayKind, World};

/// Most periods of one person; keeps their numbers apart.
pub(crate) const MOST: usize = 256;

/// Share of stays with critical care, of 256, among those of at least two nights.
const OF_EMERGENCY: u64 = 20;
const OF_ELECTIVE: u64 = 26;

/// The same of births of any length: neonatal care.
const OF_BIRTH: u64 = 30;

/// Whose unit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Adult,
    Paediatric,
    Neonatal,
}

/// One unbroken time in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// Position of the stay among the person's.
    pub(crate) stay: u64,
    /// Position among the person's periods.
    pub(crate) ordinal: u64,
    pub(crate) unit: Unit,
    pub(crate) start: i32,
    /// May lie after the window.
    pub(crate) end: i32,
    /// Ended by the death of the person.
    pub(crate) died: bool,
}

/// The periods of a person that begin within the window, by stay.
pub(crate) fn periods(world: &World, life: &Life) -> Vec<Period> {
    let mut draw = world.draws(Purpose::CriticalCare, life.person.index);
    let mut periods = Vec::new();
    for (position, stay) in life.stays.iter().enumerate() {
        let nights = stay.discharged - stay.admitted;
        let of_256 = match stay.kind {
            StayKind::Birth => OF_BIRTH,
            StayKind::Emergency if nights >= 2 => OF_EMERGENCY,
            StayKind::Elective if nights >= 2 => OF_ELECTIVE,
            _ => 0,
        };
        if of_256 == 0 || draw.bits() & 255 >= of_256 || periods.len() == MOST {
            continue;
        }
        let start = stay.admitted + draw.between(0, nights.min(2));
        let length = length(stay.kind, &mut draw).min(stay.discharged - start);
        let died = stay.died && draw.bits() & 1 == 0;
        let end = if died { stay.discharged } else { start + length };
        let unit = match (stay.kind, age_in_years(life.person.birth, start)) {
            (StayKind::Birth, _) => Unit::Neonatal,
            (_, ..=15) => Unit::Paediatric,
            _ => Unit::Adult,
        };
        if start <= world.window.last() {
            periods.push(Period { stay: position as u64, ordinal: periods.len() as u64, unit, start, end, died });
        }
    }
    periods
}

/// Days beyond the first.
fn length(kind: StayKind, draw: &mut Draw) -> i32 {
    let mean = if kind == StayKind::Birth { 6.0 } else { 3.0 };
    draw.geometric(mean, 60) as i32
}
