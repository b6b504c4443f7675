//! Replacements of hips and knees, and what patients answer before and after.
//!
//! Of planned stays from 45 on a share is for a joint. Questionnaires of hips and knees are
//! some 150,000 a year by our reading of the published 200,000 to 250,000 of four operations
//! (unverified). Shares of answers and the course of scores are figures of ours.

use super::care;
use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};
use crate::population::{Life, Stay, StayKind, World};

/// Most stays of one person that are looked at; keeps draws apart.
const MOST_STAYS: u64 = 4_096;

/// Share of planned stays that are for a new joint, by age.
const FOR_A_JOINT: care::Rates = &[(0, 0.0), (45, 0.09), (60, 0.21), (85, 0.09)];

/// Share of operations with a first questionnaire: it is voluntary.
const FIRST: f64 = 0.8;

/// Share of these with a second.
const SECOND: f64 = 0.76;

/// Share of operations that replace an artificial joint.
const REVISION: f64 = 0.07;

/// Items of the Oxford score, each 0 (worst) to 4.
pub(crate) const ITEMS: usize = 12;

/// Which joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    Hip,
    Knee,
}

/// A stay for a new joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Position of the stay among the person's.
    pub(crate) stay: usize,
    pub(crate) joint: Joint,
    pub(crate) revision: bool,
}

/// One questionnaire as answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Questionnaire {
    pub(crate) completed: i32,
    /// Mobility, self-care, activity, discomfort, anxiety: 1 (no problem) to 3.
    pub(crate) profile: [u8; 5],
    /// EQ-5D thermometer: 0 (worst) to 100.
    pub(crate) health: i32,
    pub(crate) oxford: [u8; ITEMS],
}

/// An operation with its questionnaires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) operation: Operation,
    pub(crate) first: Questionnaire,
    pub(crate) second: Option<Questionnaire>,
}

/// The joint that a stay is for, if it is for one: what its diagnosis and operation must say.
pub(crate) fn operation(world: &World, life: &Life, stay: usize) -> Option<Operation> {
    let mut draw = opened(world, life, stay)?;
    decide(life, stay, &mut draw)
}

/// The operations of a person that were answered about, in order.
pub(crate) fn answers(world: &World, life: &Life) -> Vec<Answers> {
    let answered = |stay| {
        let mut draw = opened(world, life, stay)?;
        let operation = decide(life, stay, &mut draw)?;
        answer(world, life, operation, &mut draw)
    };
    (0..life.stays.len()).filter_map(answered).collect()
}

/// The draws about a stay, if it may be for a joint.
fn opened(world: &World, life: &Life, stay: usize) -> Option<Draw> {
    let planned = life.stays[stay].kind == StayKind::Elective && (stay as u64) < MOST_STAYS;
    planned.then(|| world.draws(Purpose::JointOperation, life.person.index * MOST_STAYS + stay as u64))
}

fn decide(life: &Life, stay: usize, draw: &mut Draw) -> Option<Operation> {
    let age = age_in_years(life.person.birth, life.stays[stay].admitted);
    if !draw.chance(care::rate(FOR_A_JOINT, age)) {
        return None;
    }
    let joint = if draw.chance(0.47) { Joint::Hip } else { Joint::Knee };
    Some(Operation { stay, joint, revision: draw.chance(REVISION) })
}

fn answer(world: &World, life: &Life, operation: Operation, draw: &mut Draw) -> Option<Answers> {
    let Stay { admitted, discharged, .. } = life.stays[operation.stay];
    let takes_part = draw.chance(FIRST);
    // The first questionnaire is answered between the decision to admit and the stay, most
    // often when the patient is prepared for it.
    let before = admitted - draw.weighted(&[(40, 0), (35, 14), (25, 70)]);
    let before = draw.between(before, admitted).max(life.person.birth);
    let severity = draw.between(0, 6);
    let first = questionnaire(before, severity + 4, draw);
    let returns = draw.chance(SECOND);
    // The second goes out after six months.
    let after = discharged + draw.between(183, 330);
    let last_day = life.death.as_ref().map_or(world.window.last(), |death| death.day.min(world.window.last()));
    let second = questionnaire(after, (severity - 2 + draw.between(-1, 3)).max(0), draw);
    let second = Some(second).filter(|second| returns && second.completed <= last_day);
    (takes_part && admitted <= world.window.last()).then_some(Answers { operation, first, second })
}

/// Answers of someone as badly off as `burden` says: 0 (not at all) to 10.
fn questionnaire(completed: i32, burden: i32, draw: &mut Draw) -> Questionnaire {
    let mut oxford = [0; ITEMS];
    for item in &mut oxford {
        *item = (4 - (burden + draw.between(-3, 3)) * 4 / 10).clamp(0, 4) as u8;
    }
    let mut profile = [1; 5];
    for (dimension, level) in profile.iter_mut().enumerate() {
        // Mobility and discomfort bring people here; self-care and mood suffer less.
        let weight = [10, 6, 9, 11, 5][dimension];
        *level = (1 + (burden * weight / 10 + draw.between(-2, 2)).max(0) / 5).min(3) as u8;
    }
    let health = (92 - burden * 4 + draw.between(-18, 8)).clamp(0, 100);
    Questionnaire { completed, profile, health, oxford }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::Sample;

    fn mean(values: impl Iterator<Item = i32>) -> f64 {
        let all: Vec<i32> = values.collect();
        f64::from(all.iter().sum::<i32>()) / all.len() as f64
    }

    fn all() -> (Vec<Answers>, usize) {
        let (mut answered, mut operations) = (Vec::new(), 0);
        Sample::drawn().each(|world, life| {
            answered.extend(answers(world, life));
            operations += (0..life.stays.len()).filter(|stay| operation(world, life, *stay).is_some()).count();
        });
        (answered, operations)
    }

    #[test]
    fn answers_are_of_operations_and_in_range_and_order() {
        Sample::drawn().each(|world, life| {
            for answers in answers(world, life) {
                assert_eq!(operation(world, life, answers.operation.stay), Some(answers.operation));
                let stay = life.stays[answers.operation.stay];
                assert!(stay.kind == StayKind::Elective && answers.first.completed <= stay.admitted);
                assert!(answers.second.is_none_or(|second| stay.discharged < second.completed));
                assert!(answers.second.is_none_or(|second| second.completed <= world.window.last()));
                for sheet in [Some(answers.first), answers.second].into_iter().flatten() {
                    assert!(sheet.oxford.iter().all(|item| *item <= 4));
                    assert!(sheet.profile.iter().all(|level| (1..=3).contains(level)));
                    assert!((0..=100).contains(&sheet.health));
                }
            }
        });
    }

    #[test]
    fn eight_in_ten_answer_first_and_are_better_after() {
        let (answered, operations) = all();
        // Operations after the window are never answered about; there is none, or nearly.
        let share = answered.len() as f64 / operations as f64;
        let tolerance = 5.0 * (FIRST * (1.0 - FIRST) / operations as f64).sqrt();
        assert!((share - FIRST).abs() < tolerance, "{share} of {operations}");
        let oxford = |sheet: &Questionnaire| sheet.oxford.iter().map(|item| i32::from(*item)).sum::<i32>();
        let before = mean(answered.iter().map(|answers| oxford(&answers.first)));
        let after = mean(answered.iter().filter_map(|answers| answers.second.as_ref().map(oxford)));
        assert!(before < 26.0 && after > 34.0, "{before}, then {after}");
    }
}
