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
        group.find_mothers(world, &mut draw);
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

    fn age(&self, world: &World, position: usize) -> i32 {
        age_in_years(self.members[position].person.birth, world.window.start())
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
            self.members[second].person.ethnicity = ethnicity;
        }
    }

    fn make_couples(&mut self, world: &World, draw: &mut Draw) {
        for first in 0..self.members.len() {
            let age = self.age(world, first);
            let unites = draw.chance(demography::in_union(age));
            let same_sex = draw.chance(SAME_SEX);
            let seeks = self.members[first].person.sex;
            if !unites || self.members[first].kin.union.is_some() || (seeks == 2 && !same_sex) {
                continue;
            }
            let seeks = if same_sex { seeks } else { 2 };
            if let Some(second) = self.nearest_in_age(world, first, seeks) {
                self.unite(world, (first, second), draw);
            }
        }
    }

    /// The unattached adult of a sex who is nearest in age, and is no twin.
    fn nearest_in_age(&self, world: &World, of: usize, sex: i8) -> Option<usize> {
        let member = &self.members[of];
        let apart = |other: usize| (self.members[other].person.birth - member.person.birth).abs();
        let suits = |other: usize| {
            let candidate = &self.members[other];
            other != of
                && candidate.person.sex == sex
                && candidate.kin.union.is_none()
                && candidate.kin.twin != Some(self.index(of))
                && self.age(world, other) >= 18
                && apart(other) <= WIDEST_COUPLE
        };
        (0..self.members.len()).filter(|other| suits(*other)).min_by_key(|other| apart(*other))
    }

    fn unite(&mut self, world: &World, (first, second): (usize, usize), draw: &mut Draw) {
        let (start, last) = (world.window.start(), world.window.last());
        let within = draw.chance(demography::weds_within(self.age(world, second)));
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

    fn find_mothers(&mut self, world: &World, draw: &mut Draw) {
        // The oldest first: a mother has her own ethnic category before her child takes it.
        for child in self.oldest_first() {
            let turn = draw.below(GROUP) as usize;
            if self.age(world, child) >= CHILD_UNTIL || self.members[child].kin.mother.is_some() {
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
        let birth = self.members[child].person.birth;
        self.members[child].kin.mother = Some(self.index(mother));
        self.members[child].person.ethnicity = self.members[mother].person.ethnicity;
        let child = Child { index: self.index(child), birth };
        self.members[mother].kin.children.push(child);
    }

    /// Couples of before the window arrive together, and children with their mothers.
    fn make_arrivals(&mut self, world: &World, draw: &mut Draw) {
        let (start, last) = (world.window.start(), world.window.last());
        for position in 0..self.members.len() {
            let share = demography::arrives(self.age(world, position), self.members[position].person.ethnicity);
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
            let with_mother = self.age(world, position) < CHILD_UNTIL && self.members[position].kin.union.is_none();
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
        Member { person: world.person(index), kin: Kin::default(), arrival: None, leaves: i32::MIN }
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
