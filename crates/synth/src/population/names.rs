//! What a person is called, and since when.

use super::{FamilyRoot, Life, MarriedName, World};
use crate::calendar::age_in_years;
use crate::draw::{Draw, Purpose};
use crate::names::{Culture, FamilyName, Name, given_name, middle_name};

/// Share of newborns who go by "Baby" and the family name until they are named. Our figure.
const NOT_YET_NAMED: f64 = 0.6;

/// Days until then: births are registered within 42 days.
const UNTIL_NAMED: (i32, i32) = (2, 42);

/// Days from a wedding or a separation until the new name is in use.
const UNTIL_IN_USE: i32 = 60;

/// Share of people who took a partner's name and go back to their own at a separation.
const GOES_BACK: f64 = 0.4;

/// Share of adults who change a name by deed within the window. Our figure.
const BY_DEED: f64 = 0.004;

/// A name and the first day on which the person goes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameSpell {
    pub(crate) from: i32,
    pub(crate) family: FamilyName,
    pub(crate) given: Name,
    pub(crate) middle: Option<Name>,
}

impl Life {
    /// The names of the person by first day; never empty. The first one that is listed may
    /// be older than the first day seen.
    pub(crate) fn names(&self, world: &World) -> Vec<NameSpell> {
        let mut spells = Vec::with_capacity(2);
        let birth_name = family_name(world, self.kin.family);
        let (given, middle) = given_names(world, self, self.person.sex);
        let mut now = NameSpell { from: self.person.birth, family: birth_name, given, middle };
        let mut draw = world.draws(Purpose::NameChanges, self.person.index);
        if self.person.birth == self.first_day && draw.chance(NOT_YET_NAMED) {
            spells.push(NameSpell { given: Name::BABY, middle: None, ..now });
            now.from += draw.between(UNTIL_NAMED.0, UNTIL_NAMED.1);
        }
        spells.push(now);
        let mut changes = self.family_changes(world, birth_name, &mut draw);
        changes.sort_unstable_by_key(|(from, _)| *from);
        let gender_change = self.nhs.gender_change();
        for (from, family) in changes {
            now = NameSpell { from, family, ..now };
            spells.push(now);
        }
        if let Some(from) = gender_change {
            self.change_given(world, from, &mut spells);
        }
        // Of two changes on one day the later one counts.
        spells.reverse();
        spells.dedup_by_key(|spell| spell.from);
        spells.reverse();
        self.while_seen(&mut spells);
        spells
    }

    /// Days and names of the changes of the family name.
    fn family_changes(&self, world: &World, own: FamilyName, draw: &mut Draw) -> Vec<(i32, FamilyName)> {
        let mut changes = Vec::new();
        if let Some(union) = self.kin.union.filter(|union| union.name != MarriedName::Kept) {
            let partner = family_name(world, union.partner_family);
            let married = if union.name == MarriedName::Double { own.joined(partner) } else { partner };
            let wedding = if union.from == i32::MIN {
                // Nobody weds before 16.
                let start = world.window.start();
                (start - draw.between(UNTIL_IN_USE, 3_650)).max(self.person.birth + 16 * 366)
            } else {
                union.from
            };
            changes.push((wedding + draw.between(0, UNTIL_IN_USE), married));
            if union.until < i32::MAX && draw.chance(GOES_BACK) {
                changes.push((union.until + draw.between(0, UNTIL_IN_USE), own));
            }
        }
        let adult = age_in_years(self.person.birth, world.window.last()) >= 18;
        if adult && draw.chance(BY_DEED) {
            let from = draw.between(world.window.start(), world.window.last());
            let culture = Culture::of(self.person.ethnicity, draw);
            changes.push((from, FamilyName::draw(culture, draw)));
        }
        changes
    }

    /// From the day on, the given names are of the other sex.
    fn change_given(&self, world: &World, from: i32, spells: &mut Vec<NameSpell>) {
        let (given, middle) = given_names(world, self, 3 - self.person.sex);
        let before = spells.iter().rposition(|spell| spell.from <= from).unwrap_or(0);
        let changed = NameSpell { from, given, middle, ..spells[before] };
        for spell in &mut spells[before + 1..] {
            (spell.given, spell.middle) = (given, middle);
        }
        spells.insert(before + 1, changed);
    }

    /// Leaves out what was over before the person is first seen, or begins after the death.
    fn while_seen(&self, spells: &mut Vec<NameSpell>) {
        let first = spells.iter().rposition(|spell| spell.from <= self.first_day).unwrap_or(0);
        // One name of before is kept: it is the one that old records may still have.
        spells.drain(..first.saturating_sub(1));
        if let Some(death) = &self.death {
            spells.retain(|spell| spell.from <= death.day);
        }
    }
}

/// The family name that comes down from a person.
fn family_name(world: &World, root: FamilyRoot) -> FamilyName {
    let (culture, mut draw) = culture(world, root);
    FamilyName::draw(culture, &mut draw)
}

/// The culture of a family, and the draws that come after it.
fn culture(world: &World, root: FamilyRoot) -> (Culture, Draw) {
    let mut draw = world.draws(Purpose::FamilyNames, root.person);
    (Culture::of(root.ethnicity, &mut draw), draw)
}

/// Given and middle name that someone of the sex would have been given in the person's place;
/// of twins, never the name that the other has.
fn given_names(world: &World, life: &Life, sex: i8) -> (Name, Option<Name>) {
    let (culture, _) = culture(world, life.kin.family);
    let birth = life.person.birth;
    let elder = life.kin.twin.filter(|twin| *twin < life.person.index);
    // The elder twin's sex does not matter: a name of either is not given again.
    let taken: Vec<Name> = elder
        .iter()
        .flat_map(|twin| {
            [1, 2].map(|sex| given_name(culture, sex, birth, &mut world.draws(Purpose::GivenNames, *twin)))
        })
        .collect();
    let mut draw = world.draws(Purpose::GivenNames, life.person.index);
    let given = std::iter::repeat_with(|| given_name(culture, sex, birth, &mut draw))
        .find(|name| !taken.contains(name))
        .expect("every table has names enough for two");
    (given, middle_name(culture, sex, birth, &mut draw))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    /// One population for all tests here.
    static LIVES: LazyLock<(World, Vec<Life>)> = LazyLock::new(|| {
        let world = World::new(12, 10_000);
        let lives = world.lives(0..10_000);
        (world, lives)
    });

    #[test]
    fn names_follow_each_other_from_before_the_first_day_on() {
        let (world, lives) = &*LIVES;
        for life in lives {
            let names = life.names(world);
            assert!(names[0].from <= life.first_day);
            assert!(names.windows(2).all(|pair| pair[0].from <= pair[1].from));
            let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
            assert!(names.iter().all(|name| name.from <= last_day));
        }
    }

    #[test]
    fn twins_have_one_family_name_at_birth_and_two_given_names() {
        let (world, lives) = &*LIVES;
        let mut pairs = 0;
        for life in lives {
            let Some(twin) = life.kin.twin.filter(|twin| *twin < life.person.index) else { continue };
            let twin = &lives[twin as usize];
            assert_eq!(twin.person.birth, life.person.birth);
            assert_eq!(family_name(world, twin.kin.family), family_name(world, life.kin.family));
            let given = |life: &Life| given_names(world, life, life.person.sex).0.text();
            assert_ne!(given(twin), given(life));
            pairs += 1;
        }
        assert!(pairs > 40, "{pairs}");
    }

    #[test]
    fn children_of_a_couple_have_its_name_and_wives_mostly_their_husbands() {
        let (world, lives) = &*LIVES;
        let name = |life: &Life, day| {
            let names = life.names(world);
            names.iter().rfind(|name| name.from <= day).unwrap_or(&names[0]).family
        };
        let (mut wives, mut same) = (0, 0);
        for life in lives {
            let day = life.first_day;
            let Some(union) = life.kin.union.filter(|union| union.joins && union.from < world.window.start()) else {
                continue;
            };
            wives += 1;
            same += u32::from(name(life, day) == name(&lives[union.partner as usize], day));
        }
        // 76 of 100 take the name: standard deviation of the share √(0.76·0.24/n) with n about
        // 1,600, 1.1 points; five of them. Namesakes are rare.
        let share = f64::from(same) / f64::from(wives);
        assert!(wives > 1_000 && (share - 0.76).abs() < 0.055, "{share} of {wives}");
        let mut children = 0;
        for life in lives.iter().filter(|life| life.person.birth == life.first_day) {
            let Some(mother) = life.kin.mother else { continue };
            let mother = &lives[mother as usize];
            let union = mother.kin.union.filter(|union| (union.from..union.until).contains(&life.person.birth));
            let whose = union.map_or(mother.kin.family, |union| union.partner_family);
            assert_eq!(name(life, life.first_day), family_name(world, whose));
            children += 1;
        }
        assert!(children > 500, "{children}");
    }
}
