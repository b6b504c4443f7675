//! Groups of people who may be kin: couples, mothers and children, twins.
//!
//! People with consecutive numbers form a group, and nobody has kin outside it. So the family
//! of anyone can be drawn alone, at the price of drawing the others of the group too. Births,
//! sexes and ethnic categories are drawn for each person alone and brought together after,
//! so that ages come out as the table of ages says whatever families are made of them.

use super::kin::{Child, FamilyRoot, Kin, MarriedName, Union};
use super::{Person, World, demography};
use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};

/// People a group. Part of the output's definition.
pub(super) const GROUP: u64 = 32;

/// Probability that the next person is a twin of this one: 1.6 % of people have a twin.
/// Maternities with twins are about 1.5 % of all, fewer in former decades (rounded).
const TWIN: f64 = 0.008;

/// Days between the births of two children of one mother, at least.
const BETWEEN_BIRTHS: i32 = 330;

/// Ages at which women give birth, in days.
const FERTILE: std::ops::Range<i32> = 17 * 365..44 * 365;

/// People up to this age at the start of the window are children of somebody in the group,
/// if there is a woman of the right age.
const CHILD_UNTIL: i32 = 28;

/// Widest difference in age of a couple, in days: ten years.
const WIDEST_COUPLE: i32 = 3_652;

/// Share of couples of one sex.
const SAME_SEX: f64 = 0.02;

/// Share of couples with one ethnic category.
const SAME_ETHNICITY: f64 = 0.85;

/// Share of separations within the window.
const SEPARATION: f64 = 0.09;

/// One person of a group, with what the others make of them.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) person: Person,
    /// Age at the start of the window; below 0 for those born within it.
    pub(super) age: i32,
    pub(super) kin: Kin,
    /// The day on which the person first comes to the country, if that is within the window.
    pub(super) arrival: Option<i32>,
    /// First day away from the mother's home; `i32::MIN` where the person is away already.
    pub(super) leaves: i32,
}

/// A group, in order of index.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) first: u64,
    pub(super) members: Vec<Member>,
}

impl Group {
    /// The group that holds the person.
    pub(super) fn of(world: &World, person: u64) -> Group {
        let number = person / GROUP;
        let first = number * GROUP;
        let mut draw = world.draws(Purpose::Families, number);
        let members = (first..(first + GROUP).min(world.people)).map(|index| Member::alone(world, index)).collect();
        let mut group = Group { first, members };
        group.make_twins(&mut draw);
        group.make_couples(world, &mut draw);
        group.find_mothers(&mut draw);
        group.make_arrivals(world, &mut draw);
        group.leave_home(world, &mut draw);
        group.name_families();
        group
    }

    /// A person of the group.
    pub(super) fn member(&self, index: u64) -> &Member {
        &self.members[(index - self.first) as usize]
    }

    fn index(&self, position: usize) -> u64 {
        self.first + position as u64
    }

    fn make_twins(&mut self, draw: &mut Draw) {
        for second in 1..self.members.len() {
            let first = second - 1;
            if !draw.chance(TWIN) || self.members[first].kin.twin.is_some() {
                continue;
            }
            let (birth, ethnicity) = (self.members[first].person.birth, self.members[first].person.ethnicity);
            self.members[first].kin.twin = Some(self.index(second));
            self.members[second].kin.twin = Some(self.index(first));
            self.members[second].person.birth = birth;
            self.members[second].age = self.members[first].age;
            self.members[second].person.ethnicity = ethnicity;
        }
    }

    fn make_couples(&mut self, world: &World, draw: &mut Draw) {
        for first in 0..self.members.len() {
            let age = self.members[first].age;
            let unites = draw.chance(demography::in_union(age));
            let same_sex = draw.chance(SAME_SEX);
            let seeks = self.members[first].person.sex;
            if !unites || self.members[first].kin.union.is_some() || (seeks == 2 && !same_sex) {
                continue;
            }
            let seeks = if same_sex { seeks } else { 2 };
            if let Some(second) = self.nearest_in_age(first, seeks) {
                self.unite(world, (first, second), draw);
            }
        }
    }

    /// The unattached adult of a sex who is nearest in age, and is no twin.
    fn nearest_in_age(&self, of: usize, sex: i8) -> Option<usize> {
        let member = &self.members[of];
        let apart = |other: usize| (self.members[other].person.birth - member.person.birth).abs();
        let suits = |other: usize| {
            let candidate = &self.members[other];
            other != of
                && candidate.person.sex == sex
                && candidate.kin.union.is_none()
                && candidate.kin.twin != Some(self.index(of))
                && self.members[other].age >= 18
                && apart(other) <= WIDEST_COUPLE
        };
        (0..self.members.len()).filter(|other| suits(*other)).min_by_key(|other| apart(*other))
    }

    fn unite(&mut self, world: &World, (first, second): (usize, usize), draw: &mut Draw) {
        let (start, last) = (world.window.start(), world.window.last());
        let within = draw.chance(demography::weds_within(self.members[second].age));
        let from = if within { draw.between(start + 1, last) } else { i32::MIN };
        let separates = draw.chance(SEPARATION);
        let until = if separates { draw.between(from.max(start) + 1, last + 1) } else { i32::MAX };
        let name = draw.weighted(&[(76, MarriedName::Taken), (19, MarriedName::Kept), (5, MarriedName::Double)]);
        let union = |partner, joins, name| {
            Some(Union { partner, from, until, joins, name, partner_family: FamilyRoot::default() })
        };
        self.members[first].kin.union = union(self.index(second), false, MarriedName::Kept);
        self.members[second].kin.union = union(self.index(first), true, name);
        if draw.chance(SAME_ETHNICITY) {
            self.members[second].person.ethnicity = self.members[first].person.ethnicity;
        }
    }

    fn find_mothers(&mut self, draw: &mut Draw) {
        // The oldest first: a mother has her own ethnic category before her child takes it.
        for child in self.oldest_first() {
            let turn = draw.below(GROUP) as usize;
            if self.members[child].age >= CHILD_UNTIL || self.members[child].kin.mother.is_some() {
                continue;
            }
            let twin = self.members[child].kin.twin.map(|twin| (twin - self.first) as usize);
            // Beginning at a woman by chance, the first who can have borne the child.
            let count = self.members.len();
            let mother = (0..count).map(|step| (turn + step) % count).find(|mother| self.can_bear(*mother, child));
            let Some(mother) = mother else { continue };
            self.give_child(mother, child);
            if let Some(twin) = twin {
                self.give_child(mother, twin);
            }
        }
        for member in &mut self.members {
            member.kin.children.sort_unstable_by_key(|child| (child.birth, child.index));
        }
    }

    fn can_bear(&self, mother: usize, child: usize) -> bool {
        let (mother, birth) = (&self.members[mother], self.members[child].person.birth);
        mother.person.sex == 2
            && FERTILE.contains(&(birth - mother.person.birth))
            && mother.kin.children.iter().all(|other| (other.birth - birth).abs() >= BETWEEN_BIRTHS)
    }

    fn give_child(&mut self, mother: usize, child: usize) {
        let (birth, sex) = (self.members[child].person.birth, self.members[child].person.sex);
        self.members[child].kin.mother = Some(self.index(mother));
        self.members[child].person.ethnicity = self.members[mother].person.ethnicity;
        let child = Child { index: self.index(child), birth, sex };
        self.members[mother].kin.children.push(child);
    }

    /// Couples of before the window arrive together, and children with their mothers.
    fn make_arrivals(&mut self, world: &World, draw: &mut Draw) {
        let (start, last) = (world.window.start(), world.window.last());
        for position in 0..self.members.len() {
            let share = demography::arrives(self.members[position].age, self.members[position].person.ethnicity);
            let arrives = draw.chance(share);
            let day = draw.between(start + 1, last - 30);
            let member = &mut self.members[position];
            member.arrival = (arrives && member.person.birth < start).then_some(day);
        }
        for position in 0..self.members.len() {
            if let Some(union) = self.members[position].kin.union.filter(|union| union.joins && union.from < start) {
                self.members[position].arrival = self.member(union.partner).arrival;
            }
        }
        for position in self.oldest_first() {
            let Some(mother) = self.members[position].kin.mother else { continue };
            let birth = self.members[position].person.birth;
            let member = &self.members[position];
            let with_mother = member.age < CHILD_UNTIL && member.kin.union.is_none_or(|union| union.from > start);
            if with_mother {
                self.members[position].arrival = self.member(mother).arrival.filter(|day| *day > birth);
            }
        }
    }

    /// Positions by birth, so that a mother stands before her children.
    fn oldest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.sort_by_key(|position| self.members[*position].person.birth);
        order
    }

    /// Children leave home as young adults, and at the latest for a home of their own.
    fn leave_home(&mut self, world: &World, draw: &mut Draw) {
        for member in &mut self.members {
            let grown = member.person.birth + draw.between(18 * 365, 29 * 365);
            let own_home = member.kin.union.map_or(i32::MAX, |union| union.from);
            let has_children = !member.kin.children.is_empty();
            let leaves = grown.min(own_home);
            let stays = member.kin.mother.is_some() && !has_children && leaves > world.window.start();
            member.leaves = if stays { leaves } else { i32::MIN };
        }
    }

    /// A child has the name of the father, where the mother lived with him at its birth, else
    /// hers; twins without a mother have one name.
    fn name_families(&mut self) {
        for position in self.oldest_first() {
            let member = &self.members[position];
            let own = FamilyRoot { person: member.person.index, ethnicity: member.person.ethnicity };
            let root = match (member.kin.mother, member.kin.twin) {
                (Some(mother), _) => {
                    let mother = self.member(mother);
                    let birth = member.person.birth;
                    let father = mother.kin.union.filter(|union| (union.from..union.until).contains(&birth));
                    father.map_or(mother.kin.family, |union| self.member(union.partner).kin.family)
                }
                (None, Some(twin)) if twin < own.person => {
                    FamilyRoot { person: twin, ethnicity: self.member(twin).person.ethnicity }
                }
                (None, _) => own,
            };
            self.members[position].kin.family = root;
        }
        for position in 0..self.members.len() {
            if let Some(union) = self.members[position].kin.union {
                let partner_family = self.member(union.partner).kin.family;
                self.members[position].kin.union = Some(Union { partner_family, ..union });
            }
        }
    }
}

impl Member {
    fn alone(world: &World, index: u64) -> Member {
        let person = world.person(index);
        let age = age_in_years(person.birth, world.window.start());
        Member { person, age, kin: Kin::default(), arrival: None, leaves: i32::MIN }
    }

    /// Age on the first day of a financial year.
    pub(super) fn age_in(&self, year: usize) -> i32 {
        // Years begin on the same day of the calendar, so there is one birthday between.
        self.age + year as i32
    }

    /// The first day seen: the start of the window, birth, or arrival.
    pub(super) fn first_day(&self, world: &World) -> i32 {
        self.arrival.unwrap_or(self.person.birth.max(world.window.start()))
    }

    /// Whether the person lives alone for the whole window.
    pub(super) fn is_single(&self) -> bool {
        self.kin.union.is_none() && self.kin.children.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use super::super::{Life, StayKind};
    use super::*;

    const PEOPLE: u64 = 20_000;

    /// One population for all tests here.
    static POPULATION: LazyLock<(World, Vec<Life>)> = LazyLock::new(|| {
        let world = World::new(14, PEOPLE);
        let lives = world.lives(0..PEOPLE);
        (world, lives)
    });

    #[test]
    fn a_person_alone_is_the_same_as_among_others() {
        let (world, lives) = &*POPULATION;
        for index in (0..PEOPLE).step_by(97) {
            assert!(world.life(index) == lives[index as usize]);
        }
        // Also where a block begins within a group.
        assert!(world.lives(45..70) == lives[45..70]);
    }

    #[test]
    fn relations_hold_both_ways() {
        let lives = &POPULATION.1;
        for life in lives {
            let index = life.person.index;
            if let Some(twin) = life.kin.twin {
                assert_eq!(lives[twin as usize].kin.twin, Some(index));
                assert_eq!(lives[twin as usize].kin.mother, life.kin.mother);
            }
            if let Some(union) = life.kin.union {
                let other = lives[union.partner as usize].kin.union.expect("a partner has a union");
                assert_eq!((other.partner, other.from, other.until), (index, union.from, union.until));
                assert_ne!(other.joins, union.joins);
            }
            for child in &life.kin.children {
                let born = &lives[child.index as usize];
                assert_eq!((born.kin.mother, born.person.birth), (Some(index), child.birth));
                assert!(life.person.sex == 2 && FERTILE.contains(&(child.birth - life.person.birth)));
                assert!(life.death.as_ref().is_none_or(|death| child.birth <= death.day));
            }
        }
    }

    #[test]
    fn mother_and_newborn_live_together_and_lie_in_one_hospital() {
        let (_, lives) = &*POPULATION;
        let (mut born, mut with_mother) = (0, 0);
        for life in lives.iter().filter(|life| life.person.birth == life.first_day) {
            born += 1;
            let Some(mother) = life.kin.mother else { continue };
            with_mother += 1;
            let mother = &lives[mother as usize];
            let home = &mother.homes[mother.home_on(life.person.birth)];
            assert_eq!((life.homes[0].place, life.homes[0].household), (home.place, home.household));
            let birth = life.stays.iter().find(|stay| stay.kind == StayKind::Birth);
            let day = life.person.birth;
            let delivery = mother.stays.iter().find(|stay| stay.admitted == day && stay.kind == StayKind::Delivery);
            if let (Some(birth), Some(delivery), None) = (birth, delivery, life.kin.twin) {
                assert_eq!(birth.provider, delivery.provider);
            }
        }
        // Among 32 people there is nearly always a woman of the right age.
        assert!(born > 1_500 && with_mother * 100 >= born * 95, "{with_mother} of {born}");
    }

    #[test]
    fn households_have_several_people_of_one_family_name() {
        let (world, lives) = &*POPULATION;
        let day = world.window.start();
        let mut households: BTreeMap<u64, Vec<&Life>> = BTreeMap::new();
        for life in lives.iter().filter(|life| life.first_day == day) {
            households.entry(life.homes[life.home_on(day)].household).or_default().push(life);
        }
        let (mut large, mut one_name) = (0, 0);
        for household in households.values() {
            let place = |life: &Life| life.homes[life.home_on(day)].place;
            assert!(household.iter().all(|life| place(life) == place(household[0])), "one roof");
            if household.len() >= 3 {
                large += 1;
                let name = |life: &Life| {
                    let names = life.names(world);
                    names.iter().rfind(|name| name.from <= day).unwrap_or(&names[0]).family.text()
                };
                let first = name(household[0]);
                one_name += u32::from(household.iter().all(|life| name(life) == first));
            }
        }
        // England has 2.4 people a household. Here singles are commoner: nobody shares a flat.
        assert!(large * 8 > households.len(), "{large} of {}", households.len());
        assert!(u64::from(one_name) * 2 > large as u64, "{one_name} of {large}");
    }

    #[test]
    fn arrivals_have_no_number_at_first_and_bring_their_children() {
        let (world, lives) = &*POPULATION;
        let mut arrivals = 0;
        for life in lives {
            let Some(arrival) = life.arrival else { continue };
            arrivals += 1;
            assert_eq!(life.first_day, arrival);
            assert_eq!(life.homes[0].from, arrival);
            assert_eq!(life.nhs.number_on(world, life.person.index, arrival), None);
            assert!(life.stays.iter().all(|stay| arrival <= stay.admitted));
            let small = |child: &&Child| child.birth > arrival - 10 * 365 && child.birth < arrival;
            for child in life.kin.children.iter().filter(small) {
                assert_eq!(lives[child.index as usize].arrival, Some(arrival));
            }
        }
        assert!((200..1_600).contains(&arrivals), "{arrivals}");
    }
}
