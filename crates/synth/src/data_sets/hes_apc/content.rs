//! What an episode was about, as codes.

use super::Episode;
use crate::calendar::age_in_years;
use crate::data_sets::clinical::{self, Code, Condition};
use crate::data_sets::hes::MOST_RECORDS;
use crate::data_sets::text::decimal;
use crate::draw::{Draw, Purpose};
use crate::events::maternity::{Birth, MOST_BABIES};
use crate::population::{Life, StayKind, World};

/// Diagnoses and operations that an episode has room for.
pub(super) const DIAGNOSES: usize = 20;
pub(super) const OPERATIONS: usize = 24;

/// Operations that an episode is given at most: two of its condition, an image with the part
/// of the body, and a side.
pub(super) const MOST_OPERATED: usize = 5;

/// What all episodes of a stay share.
#[derive(Clone, Copy, Debug)]
pub(super) struct StayContent {
    pub(super) condition: &'static Condition,
    pub(super) admission_method: &'static str,
    pub(super) admission_source: &'static str,
    /// Days between the decision to admit and the admission, for those admitted by plan.
    pub(super) waited: Option<i32>,
    /// Number of the provider's spell.
    pub(super) spell: u64,
    /// The births that the stay is of, for mother or baby.
    pub(super) births: [Option<Birth>; MOST_BABIES],
}

impl StayContent {
    pub(super) fn draw(world: &World, episode: &Episode) -> StayContent {
        let number = episode.identity.person * MOST_RECORDS + episode.stay;
        let mut draw = world.draws(Purpose::StayContent, number);
        let age = age_in_years(episode.birth, episode.admitted);
        let births = episode.babies.births(world);
        let condition = match (births[0], &episode.joint) {
            (Some(birth), _) if episode.kind == StayKind::Delivery => clinical::delivery(birth.method),
            (Some(birth), _) => clinical::newborn(birth.well && !episode.fatal, &mut draw),
            (None, Some(operation)) => clinical::joint(operation),
            (None, None) => clinical::condition(episode.kind, age, (episode.fatal, episode.admitted), &mut draw),
        };
        let through_department = episode.attendance.is_some();
        let admission_method = clinical::admission_method(episode.kind, through_department, &mut draw);
        let admission_source = match episode.kind {
            StayKind::Birth => "79",
            StayKind::Delivery | StayKind::DayCase | StayKind::RegularAttender => "19",
            StayKind::Elective | StayKind::Emergency => draw.weighted(&[(94, "19"), (3, "51"), (2, "54"), (1, "85")]),
        };
        let planned = matches!(episode.kind, StayKind::DayCase | StayKind::Elective);
        StayContent {
            condition,
            admission_method,
            admission_source,
            waited: planned.then(|| draw.skewed_below(400) as i32),
            spell: draw.bits(),
            births,
        }
    }
}

/// What the person's last stay was for, if it ended by death; nothing of newborns, whose
/// certificates have no single cause.
pub(crate) fn fatal_condition(world: &World, life: &Life) -> Option<&'static Condition> {
    let (position, stay) = life.stays.iter().enumerate().next_back().filter(|(_, stay)| stay.died)?;
    let mut draw = world.draws(Purpose::StayContent, life.person.index * MOST_RECORDS + position as u64);
    let age = age_in_years(life.person.birth, stay.admitted);
    (stay.kind != StayKind::Birth).then(|| clinical::condition(stay.kind, age, (true, stay.admitted), &mut draw))
}

impl StayContent {
    /// `PROVSPNOPS`.
    pub(super) fn spell_number(&self) -> [u8; 12] {
        decimal(self.spell % 1_000_000_000_000)
    }
}

/// What one episode adds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    diagnoses: [Code; DIAGNOSES],
    diagnosed: u8,
    operations: [Code; MOST_OPERATED],
    operated: u8,
    pub(super) operation_day: i32,
    pub(super) discharge_method: &'static str,
    pub(super) destination: &'static str,
    pub(super) consultant: u64,
}

impl Content {
    pub(super) fn draw(world: &World, episode: &Episode, stay: &StayContent) -> Content {
        let number = episode.identity.person * MOST_RECORDS + episode.identity.ordinal;
        let mut draw = world.draws(Purpose::EpisodeContent, number);
        let (discharge_method, destination) = discharge(episode, &mut draw);
        let provider = u64::from(episode.identity.provider);
        let mut content = Content {
            diagnoses: [[0; 4]; DIAGNOSES],
            diagnosed: 0,
            operations: [[0; 4]; MOST_OPERATED],
            operated: 0,
            operation_day: episode.start + draw.between(0, (episode.true_end - episode.start).clamp(0, 2)),
            discharge_method,
            destination,
            consultant: provider * 64 + draw.skewed_below(64),
        };
        content.diagnose(episode, stay.condition, &mut draw);
        content.operate(episode, stay.condition, &mut draw);
        content
    }

    /// The diagnoses, primary first.
    pub(super) fn diagnoses(&self) -> &[Code] {
        &self.diagnoses[..usize::from(self.diagnosed)]
    }

    /// The operations, dominant first.
    pub(super) fn operations(&self) -> &[Code] {
        &self.operations[..usize::from(self.operated)]
    }

    fn diagnose(&mut self, episode: &Episode, condition: &Condition, draw: &mut Draw) {
        self.add_diagnosis(&condition.diagnosis);
        if let Some(cause) = &condition.cause {
            self.add_diagnosis(cause);
        }
        for code in condition.with {
            if draw.bits() & 3 < 3 {
                self.add_diagnosis(code);
            }
        }
        let age = age_in_years(episode.birth, episode.start);
        let (mean, wheel) = match age {
            ..=15 => return,
            16..=44 => (1.0, &clinical::COMORBIDITIES_YOUNG),
            45..=64 => (2.0, &clinical::COMORBIDITIES_OLD),
            65..=79 => (3.6, &clinical::COMORBIDITIES_OLD),
            _ => (4.8, &clinical::COMORBIDITIES_OLD),
        };
        let (mut left, mut had) = (draw.geometric(mean, 16), 0u64);
        // Another number of comorbidities is asked for than are drawn in so many tries.
        let mut tries = left * 2;
        while left > 0 && tries > 0 {
            tries -= 1;
            let number = wheel.number_at(draw.bits());
            if had & 1 << number == 0 {
                had |= 1 << number;
                left -= 1;
                self.add_diagnosis(wheel.item(number));
            }
        }
    }

    /// Adds a diagnosis that is not among them yet.
    fn add_diagnosis(&mut self, code: &Code) {
        if usize::from(self.diagnosed) < DIAGNOSES && !self.diagnoses().contains(code) {
            self.diagnoses[usize::from(self.diagnosed)] = *code;
            self.diagnosed += 1;
        }
    }

    fn operate(&mut self, episode: &Episode, condition: &Condition, draw: &mut Draw) {
        if episode.order == 1 {
            for code in condition.operations {
                self.add_operation(code);
            }
        }
        if episode.kind == StayKind::Emergency && draw.bits() & 3 == 0 {
            self.add_operation(clinical::IMAGING.draw(draw));
            // Anatomy imaged, and that one area was.
            self.add_operation(b"Y981");
        }
        // One side, where something was done to a side.
        if condition.operations.len() > 1 && self.operated > 0 {
            self.add_operation(if draw.bits() & 1 == 0 { b"Z942" } else { b"Z943" });
        }
    }

    fn add_operation(&mut self, code: &Code) {
        debug_assert!(
            usize::from(self.operated) < MOST_OPERATED,
            "a condition has more operations than there is room for"
        );
        if usize::from(self.operated) < MOST_OPERATED && !self.operations().contains(code) {
            self.operations[usize::from(self.operated)] = *code;
            self.operated += 1;
        }
    }
}

/// `DISMETH` and `DISDEST`.
fn discharge(episode: &Episode, draw: &mut Draw) -> (&'static str, &'static str) {
    if !(episode.finished && episode.last) {
        return ("8", "98");
    }
    if episode.died {
        return ("4", "79");
    }
    let method = draw.weighted(&[(97, "1"), (2, "2"), (1, "9")]);
    (method, draw.weighted(&[(90, "19"), (4, "51"), (3, "54"), (3, "85")]))
}
