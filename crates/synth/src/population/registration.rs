//! NHS numbers over time: given, postponed, superseded, replaced.

use super::{Person, World};
use crate::calendar::age_in_years;
use crate::draw::Purpose;
use crate::nhs_number::{self, NhsNumber};

/// Share of newborns whose number comes days or weeks after birth. Our figure; numbers are
/// given at birth since 2002, and a baby under six weeks may be recorded as postponed.
const POSTPONED: f64 = 0.04;

/// Longest time until then, in days: six weeks.
const LONGEST_POSTPONED: i32 = 42;

/// Share of people who arrive and are not registered within the window.
const NEVER_REGISTERED: f64 = 0.08;

/// Share of people who for a time have a second number, which is then superseded. Our figure.
const DUPLICATE: f64 = 0.006;

/// Share of adults under 60 who change gender within the window. Our figure.
const GENDER_CHANGE: f64 = 0.0006;

/// A person's NHS numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NhsHistory {
    /// First day with a number; later than any day where the person is never registered.
    pub(crate) from: i32,
    pub(crate) second: Option<SecondNumber>,
}

/// A number beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecondNumber {
    /// Given by mistake on the day `from`, used until the records are merged on the day
    /// `merged`, and superseded by the first from then on.
    Duplicate { from: i32, merged: i32 },
    /// Given on the day of a gender change, and not chained to the first.
    GenderChange { from: i32 },
}

impl NhsHistory {
    /// The number that the person gives on a day; `None` before there is one.
    pub(crate) fn number_on(&self, world: &World, person: u64, day: i32) -> Option<NhsNumber> {
        if day < self.from {
            return None;
        }
        let second = match self.second {
            Some(SecondNumber::Duplicate { from, merged }) => (from..merged).contains(&day),
            Some(SecondNumber::GenderChange { from }) => from <= day,
            None => false,
        };
        Some(if second { world.numbers.second(person) } else { world.numbers.of(person) })
    }

    /// The number under which the national register keeps the person on a day; while there
    /// are two by mistake, the one that will stay.
    pub(crate) fn register_number_on(&self, world: &World, person: u64, day: i32) -> Option<NhsNumber> {
        match self.second {
            Some(SecondNumber::Duplicate { .. }) => (self.from <= day).then(|| world.numbers.of(person)),
            _ => self.number_on(world, person, day),
        }
    }

    /// The number that has been superseded by the first, and the day from which it is.
    pub(crate) fn superseded(&self, world: &World, person: u64) -> Option<(NhsNumber, i32)> {
        match self.second {
            Some(SecondNumber::Duplicate { merged, .. }) => Some((world.numbers.second(person), merged)),
            _ => None,
        }
    }

    /// The day of the gender change.
    pub(crate) fn gender_change(&self) -> Option<i32> {
        match self.second {
            Some(SecondNumber::GenderChange { from }) => Some(from),
            _ => None,
        }
    }
}

/// The numbers of a person seen from `first_day` on, who may have arrived on that day.
pub(super) fn draw(world: &World, person: &Person, (first_day, arrived): (i32, bool)) -> NhsHistory {
    let mut draw = world.draws(Purpose::NhsHistory, person.index);
    let last = world.window.last();
    let from = if arrived {
        if draw.chance(NEVER_REGISTERED) { i32::MAX } else { first_day + draw.between(3, 250) }
    } else if person.birth >= world.window.start() && draw.chance(POSTPONED) {
        first_day + draw.between(1, LONGEST_POSTPONED)
    } else {
        i32::MIN
    };
    let begin = from.max(first_day);
    if begin >= last || !nhs_number::can_have_second(person.index) {
        return NhsHistory { from, second: None };
    }
    let among = f64::from(nhs_number::PEOPLE_PER_SECOND);
    let adult = (16..60).contains(&age_in_years(person.birth, first_day));
    let second = if adult && draw.chance(GENDER_CHANGE * among) {
        Some(SecondNumber::GenderChange { from: draw.between(begin + 1, last) })
    } else if draw.chance(DUPLICATE * among) {
        let from = draw.between(begin + 1, last);
        Some(SecondNumber::Duplicate { from, merged: from + draw.between(10, 1_000) })
    } else {
        None
    };
    NhsHistory { from, second }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superseded_number_is_used_until_the_merger_and_a_new_gender_keeps_its_own() {
        let world = World::new(1, 100);
        let number = |history: NhsHistory, day| history.number_on(&world, 3, day);
        let (first, second) = (Some(world.numbers.of(3)), Some(world.numbers.second(3)));
        assert_ne!(first, second);
        let merged = NhsHistory { from: 10, second: Some(SecondNumber::Duplicate { from: 20, merged: 30 }) };
        assert_eq!([9, 10, 20, 29, 30].map(|day| number(merged, day)), [None, first, second, second, first]);
        assert_eq!(merged.superseded(&world, 3), Some((world.numbers.second(3), 30)));
        let changed = NhsHistory { from: 10, second: Some(SecondNumber::GenderChange { from: 20 }) };
        assert_eq!([9, 10, 19, 20, 99].map(|day| number(changed, day)), [None, first, first, second, second]);
        assert_eq!((changed.superseded(&world, 3), changed.gender_change()), (None, Some(20)));
    }
}
