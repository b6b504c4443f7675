//! For whom errors are likelier, so that bias can be studied.

use super::kind::Group;
use crate::population::Life;

/// Ages up to this have multipliers of their own; older people have those of this age.
pub(super) const OLDEST: usize = 120;

/// How many times as likely the errors of one group are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupMultipliers {
    /// By letter of the ethnic category, A first.
    pub(super) ethnicity: [f64; 26],
    /// By deprivation decile, the most deprived first.
    pub(super) deprivation: [f64; 10],
    /// By age in years.
    pub(super) age: Vec<f64>,
}

impl Default for GroupMultipliers {
    fn default() -> GroupMultipliers {
        GroupMultipliers { ethnicity: [1.0; 26], deprivation: [1.0; 10], age: vec![1.0; OLDEST + 1] }
    }
}

/// The multipliers of every group of errors. A person's multiplier is the product of those
/// of their ethnic category, of the deprivation of their home and of their age on the day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Multipliers {
    groups: Vec<GroupMultipliers>,
    /// Whether any differs from 1, by group.
    differ: [bool; Group::ALL.len()],
}

impl Multipliers {
    /// Everybody alike.
    pub(super) fn none() -> Multipliers {
        Multipliers::new(vec![GroupMultipliers::default(); Group::ALL.len()])
    }

    pub(super) fn new(groups: Vec<GroupMultipliers>) -> Multipliers {
        let alike = GroupMultipliers::default();
        let differ = std::array::from_fn(|position| groups[position] != alike);
        Multipliers { groups, differ }
    }

    /// The multiplier of a group for a person on a day.
    pub(crate) fn of(&self, group: Group, life: &Life, day: i32) -> f64 {
        if !self.differ[group as usize] {
            return 1.0;
        }
        let group = &self.groups[group as usize];
        let letter = usize::from(life.person.ethnicity.as_bytes()[0] - b'A');
        let decile = life.homes[life.home_on(day)].decile;
        // Years of 365¼ days: a band may begin a day off the birthday.
        let age = ((day - life.person.birth).max(0) as usize * 4 / 1461).min(OLDEST);
        group.ethnicity[letter] * group.deprivation[usize::from(decile) - 1] * group.age[age]
    }

    pub(super) fn group(&self, group: Group) -> &GroupMultipliers {
        &self.groups[group as usize]
    }
}
