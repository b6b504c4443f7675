//! The true world: people, where they live, when they die, when they lie in hospital.
//!
//! Nothing here knows of a data set or of an error. Each data set looks at the same lives
//! and writes down what its own collection would have seen of them.

mod death;
mod demography;
mod family;
mod homes;
mod kin;
mod names;
mod registration;
mod stays;

pub(crate) use death::Death;
pub(crate) use demography::ETHNIC_CATEGORIES;
pub(crate) use homes::Home;
pub(crate) use kin::{FamilyRoot, Kin, MarriedName};
pub(crate) use names::NameSpell;
pub(crate) use registration::NhsHistory;
pub(crate) use stays::{Stay, StayKind};

use std::ops::Range;

use family::Group;

use crate::calendar::Window;
use crate::draw::{Draw, Purpose};
use crate::nhs_number::Numbers;
use crate::places::Places;

/// How much hospital care a person needs; sets the rate of stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Little,
    Average,
    Much,
    /// Regular attenders, such as people on dialysis.
    Heavy,
}

/// What stays the same about a person for life.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    /// 0-based number in the population: the truth.
    pub(crate) index: u64,
    /// Day of birth as registered.
    pub(crate) birth: i32,
    /// Sex at birth: 1 male, 2 female.
    pub(crate) sex: i8,
    /// Ethnic category (16+1 letters).
    pub(crate) ethnicity: &'static str,
    pub(crate) need: Need,
}

/// A person's life within the window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Life {
    pub(crate) person: Person,
    /// The first day seen: the start of the window, birth, or arrival.
    pub(crate) first_day: i32,
    /// The day on which the person first comes to the country, if that is within the window.
    pub(crate) arrival: Option<i32>,
    pub(crate) kin: Kin,
    pub(crate) nhs: NhsHistory,
    /// Homes by first day; never empty.
    pub(crate) homes: Vec<Home>,
    pub(crate) death: Option<Death>,
    /// Stays by day of admission; none overlaps another and none is after the death.
    pub(crate) stays: Vec<Stay>,
}

impl Life {
    /// Position in [`Life::homes`] of the home on a day.
    pub(crate) fn home_on(&self, day: i32) -> usize {
        self.homes.iter().rposition(|home| home.from <= day).unwrap_or(0)
    }

    /// Sex as it is known on a day: 1 male, 2 female.
    pub(crate) fn sex_on(&self, day: i32) -> i8 {
        let changed = self.nhs.gender_change().is_some_and(|change| change <= day);
        if changed { 3 - self.person.sex } else { self.person.sex }
    }
}

/// What all people share.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) people: u64,
    pub(crate) window: Window,
    pub(crate) numbers: Numbers,
    pub(crate) places: Places,
}

impl World {
    pub(crate) fn new(seed: u64, people: u64) -> World {
        World {
            seed,
            people,
            window: Window::new(),
            numbers: Numbers::new(seed, people),
            places: Places::new(seed, people),
        }
    }

    /// The life of one person; depends on the seed, the population's size and the index.
    pub(crate) fn life(&self, index: u64) -> Life {
        self.life_in(&Group::of(self, index), index)
    }

    /// The lives of consecutive people: the same as one by one, in a fraction of the time.
    pub(crate) fn lives(&self, indices: Range<u64>) -> Vec<Life> {
        let mut lives = Vec::with_capacity((indices.end - indices.start) as usize);
        let mut index = indices.start;
        while index < indices.end {
            let group = Group::of(self, index);
            let end = (group.first + family::GROUP).min(indices.end);
            lives.extend((index..end).map(|index| self.life_in(&group, index)));
            index = end;
        }
        lives
    }

    fn life_in(&self, group: &Group, index: u64) -> Life {
        let member = group.member(index);
        let first_day = member.first_day(self);
        let death = death::draw(self, member);
        let homes = homes::draw(self, group, index, death.as_ref());
        let stays = stays::draw(self, member, &homes, death.as_ref());
        let nhs = registration::draw(self, &member.person, (first_day, member.arrival.is_some()));
        let (person, kin) = (member.person.clone(), member.kin.clone());
        Life { person, first_day, arrival: member.arrival, kin, nhs, homes, death, stays }
    }

    /// Somebody else; in a population of one, a person beyond it.
    pub(crate) fn another_person(&self, person: u64, draw: &mut Draw) -> u64 {
        match self.people {
            0 | 1 => person + 1,
            people => (person + 1 + draw.below(people - 1)) % people,
        }
    }

    /// The draws of one purpose for one person.
    pub(crate) fn draws(&self, purpose: Purpose, index: u64) -> Draw {
        Draw::new(self.seed, purpose, index)
    }

    fn person(&self, index: u64) -> Person {
        let mut draw = self.draws(Purpose::Person, index);
        let band = draw.weighted(&demography::AGES);
        let birth = demography::birth_day(&self.window, band, &mut draw);
        Person {
            index,
            birth,
            sex: if draw.chance(band.male) { 1 } else { 2 },
            ethnicity: draw.weighted(&ETHNIC_CATEGORIES),
            need: draw.weighted(&demography::NEEDS),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::calendar::age_in_years;

    const PEOPLE: u64 = 20_000;

    /// One population for all tests here.
    static LIVES: LazyLock<Vec<Life>> = LazyLock::new(|| {
        let world = World::new(11, PEOPLE);
        world.lives(0..PEOPLE)
    });

    #[test]
    fn dates_are_in_order() {
        for life in LIVES.iter() {
            let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
            assert!(life.person.birth <= last_day);
            assert!(life.homes.windows(2).all(|pair| pair[0].from < pair[1].from));
            assert!(life.homes.iter().all(|home| home.from <= last_day));
            for stay in &life.stays {
                assert!(life.person.birth <= stay.admitted);
                assert!(stay.admitted <= stay.discharged && stay.discharged <= last_day);
            }
            assert!(life.stays.windows(2).all(|pair| pair[0].discharged < pair[1].admitted));
        }
    }

    #[test]
    fn a_death_in_hospital_ends_the_last_stay() {
        let mut in_hospital = 0;
        let mut deaths = 0;
        for life in LIVES.iter() {
            let Some(death) = &life.death else {
                assert!(life.stays.iter().all(|stay| !stay.died));
                continue;
            };
            deaths += 1;
            in_hospital += usize::from(death.in_hospital);
            let died: Vec<bool> = life.stays.iter().map(|stay| stay.died).collect();
            assert_eq!(died.iter().filter(|died| **died).count(), usize::from(death.in_hospital));
            if death.in_hospital {
                assert_eq!(died.last(), Some(&true));
                assert_eq!(life.stays.last().map(|stay| stay.discharged), Some(death.day));
            }
        }
        // 45 % of about 1,800 deaths: standard deviation of the share 1.2 points; five.
        let share = f64::from(in_hospital as u32) / f64::from(deaths);
        assert!((share - 0.45).abs() < 0.06, "{share}");
    }

    #[test]
    fn about_one_person_in_111_dies_each_year() {
        let window = Window::new();
        let lives = &*LIVES;
        let deaths = lives.iter().filter(|life| life.death.is_some()).count() as f64;
        let person_years: f64 = lives
            .iter()
            .map(|life| {
                let from = life.person.birth.max(window.start());
                let to = life.death.as_ref().map_or(window.last(), |death| death.day);
                f64::from(to - from + 1) / 365.25
            })
            .sum();
        let rate = deaths / person_years;
        // About 1,700 deaths: relative standard deviation 2.4 %. The aim itself (0.9 %) is
        // round, so the band is ±0.1 points, nearly five of them.
        assert!((rate - 0.009).abs() < 0.001, "{rate}");
    }

    #[test]
    fn the_old_die_more() {
        let window = Window::new();
        let lives = &*LIVES;
        let share_dying = |from: i32, to: i32| {
            let of_age: Vec<&Life> = lives
                .iter()
                .filter(|life| {
                    life.person.birth <= window.start()
                        && (from..to).contains(&age_in_years(life.person.birth, window.start()))
                })
                .collect();
            of_age.iter().filter(|life| life.death.is_some()).count() as f64 / of_age.len() as f64
        };
        let by_age: Vec<f64> = [(5, 40), (40, 60), (60, 75), (75, 90)].map(|(a, b)| share_dying(a, b)).into();
        assert!(by_age.windows(2).all(|pair| 2.0 * pair[0] < pair[1]), "{by_age:?}");
    }

    #[test]
    fn stays_are_many_for_few_and_none_for_many() {
        let lives = &*LIVES;
        let episodes: Vec<u32> =
            lives.iter().map(|life| life.stays.iter().map(|stay| u32::from(stay.episodes)).sum()).collect();
        let mean = f64::from(episodes.iter().sum::<u32>()) / PEOPLE as f64;
        // The aim is 2.2 episodes a person; variance about 60 a person, so the mean's
        // standard deviation is 0.055; five of them.
        assert!((mean - 2.2).abs() < 0.28, "{mean}");
        let none = episodes.iter().filter(|count| **count == 0).count();
        assert!((6_000..12_000).contains(&none), "{none}");
        assert!(episodes.iter().max() > Some(&50));
    }

    #[test]
    fn communal_establishments_house_one_per_cent_and_more_of_the_old() {
        let world = World::new(11, PEOPLE);
        let (mut communal, mut all, mut communal_old, mut old) = (0u32, 0u32, 0u32, 0u32);
        for life in LIVES.iter() {
            if life.person.birth > world.window.start() {
                continue;
            }
            let inside = u32::from(world.places.is_communal(life.homes[0].place));
            communal += inside;
            all += 1;
            if age_in_years(life.person.birth, world.window.start()) >= 85 {
                communal_old += inside;
                old += 1;
            }
        }
        // 1 % of about 18,000: standard deviation 0.075 points; the aim is a round figure, so
        // ±0.3 points, four of them.
        let share = f64::from(communal) / f64::from(all);
        assert!((share - 0.01).abs() < 0.003, "{share}");
        assert!(f64::from(communal_old) / f64::from(old) > 5.0 * share);
    }
}
