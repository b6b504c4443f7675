//! Addresses: a house number, a street and a town, all invented.

use crate::draw::Purpose;
use crate::names::place_name;
use crate::places::Place;
use crate::population::{Life, World};

/// What stands above the postcode on a letter.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// House and street.
    pub(crate) line: String,
    pub(crate) town: String,
}

/// Kinds of street by weight.
const STREETS: [(u32, &str); 7] =
    [(36, "Road"), (18, "Street"), (14, "Close"), (12, "Avenue"), (9, "Drive"), (7, "Lane"), (4, "Crescent")];

/// Houses that a postcode's part of a street is numbered over.
const NUMBERS: u64 = 80;

impl Address {
    /// The address of a person at a place on a day, or before if they have left it.
    pub(crate) fn of(world: &World, (life, day): (&Life, i32), place: Place) -> Address {
        let home = life.homes.iter().rfind(|home| home.place == place && home.from <= day);
        let household = home.map_or(life.person.index, |home| home.household);
        let mut draw = world.draws(Purpose::Street, u64::from(place.0) << 1);
        let street = format!("{} {}", place_name(&mut draw), draw.weighted(&STREETS));
        let line = if world.places.is_communal(place) {
            format!("{} House, {street}", place_name(&mut draw))
        } else {
            // One household keeps its number; two may share it, as flats do.
            let turn = draw.below(NUMBERS);
            format!("{} {street}", (household + turn) % NUMBERS + 1)
        };
        let district = world.places.district(place);
        let town = place_name(&mut world.draws(Purpose::Street, district << 1 | 1));
        Address { line, town }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Home;

    #[test]
    fn those_who_live_together_have_one_address() {
        let world = World::new(16, 4_000);
        let lives = world.lives(0..4_000);
        let mut compared = 0;
        for life in lives.iter().filter(|life| life.kin.mother.is_some()) {
            let mother = &lives[life.kin.mother.expect("a mother") as usize];
            let (mine, hers) = (&life.homes[0], &mother.homes[mother.home_on(life.first_day)]);
            if mine.household == hers.household {
                let address = |who, home: &Home| Address::of(&world, (who, life.first_day), home.place);
                assert!(address(life, mine) == address(mother, hers));
                compared += 1;
            }
        }
        assert!(compared > 500, "{compared}");
    }
}
