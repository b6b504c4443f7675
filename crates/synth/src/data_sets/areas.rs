//! The areas and organisations that a record names, as their codes.
//!
//! But for the nine regions all are invented: numbers lie outside the ranges in use.

use super::text::decimal;
use crate::places::{self, Place};
use crate::population::World;

/// Small areas (LSOA) in a middle one (MSOA) and in a district.
const IN_MIDDLE: u64 = 5;
const IN_DISTRICT: u64 = 106;

/// General practitioners of a practice.
const IN_PRACTICE: u16 = 8;

/// Small areas of the index of deprivation in each decile.
const IN_DECILE: i32 = 3_248;

/// What is known of a place of residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    small: u64,
    /// Code of the region.
    pub(crate) region: &'static str,
    /// Its name.
    pub(crate) region_name: &'static str,
    /// Deprivation decile, 1 (most deprived) to 10.
    pub(crate) decile: i32,
}

impl Area {
    pub(crate) fn of(world: &World, place: Place) -> Area {
        let (region, region_name) = world.places.region(place);
        Area {
            small: world.places.small_area(place),
            region,
            region_name,
            decile: i32::from(world.places.deprivation(place)),
        }
    }

    /// Lower super output area: `E01` and six digits.
    pub(crate) fn lsoa(self) -> [u8; 9] {
        coded(b"E01", 900_000 + self.small)
    }

    /// Middle super output area: `E02` and six digits.
    pub(crate) fn msoa(self) -> [u8; 9] {
        coded(b"E02", 900_000 + self.small / IN_MIDDLE)
    }

    /// Local authority district: `E07` and six digits.
    pub(crate) fn district(self) -> [u8; 9] {
        coded(b"E07", 900_000 + self.small / IN_DISTRICT)
    }

    /// Clinical commissioning group: `Z` and two digits.
    pub(crate) fn commissioner(self) -> [u8; 3] {
        let digits: [u8; 2] = decimal(self.small * 100 / places::SMALL_AREAS);
        [b'Z', digits[0], digits[1]]
    }

    /// Ambulance trust: `Z` and two digits, one a region.
    pub(crate) fn ambulance_trust(self) -> [u8; 3] {
        let digits: [u8; 2] = decimal(90 + self.small * 9 / places::SMALL_AREAS);
        [b'Z', digits[0], digits[1]]
    }

    /// Kind of settlement, from `1`, a large town, to `4`, scattered houses.
    pub(crate) fn settlement(self) -> &'static str {
        match self.small % 10 {
            0..=5 => "1",
            6..=7 => "2",
            8 => "3",
            _ => "4",
        }
    }

    /// Rank of the index of deprivation, 1 the most deprived.
    pub(crate) fn deprivation_rank(self) -> i32 {
        (self.decile - 1) * IN_DECILE + 1 + (self.small % IN_DECILE as u64) as i32
    }

    /// Score of the index of deprivation, higher for the more deprived.
    pub(crate) fn deprivation_score(self) -> f64 {
        // From about 80 at rank 1 to 1 at the last: a hyperbola of our own.
        let rank = f64::from(self.deprivation_rank());
        (100.0 * (260_000.0 / (rank + 3_250.0))).round() / 100.0
    }
}

fn coded(prefix: &[u8; 3], number: u64) -> [u8; 9] {
    let digits: [u8; 6] = decimal(number);
    std::array::from_fn(|at| if at < 3 { prefix[at] } else { digits[at - 3] })
}

/// A general practice, and who sees a person there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Practice {
    number: u16,
    practitioner: u16,
}

impl Practice {
    /// The practice with which a person who lives at the place is registered.
    pub(crate) fn of(world: &World, place: Place, person: u64) -> Practice {
        Practice {
            number: world.places.practice(place, person),
            practitioner: (person % u64::from(IN_PRACTICE)) as u16,
        }
    }

    /// `Z` and five digits.
    pub(crate) fn code(self) -> [u8; 6] {
        places::practice_code(self.number)
    }

    /// The general practitioner.
    pub(crate) fn practitioner(self) -> [u8; 8] {
        clinician(b'G', u64::from(self.number) * u64::from(IN_PRACTICE) + u64::from(self.practitioner))
    }
}

/// The pseudonym of a clinician: a letter and seven digits.
pub(crate) fn clinician(letter: u8, number: u64) -> [u8; 8] {
    let mut code: [u8; 8] = decimal(number);
    code[0] = letter;
    code
}

/// The codes of a provider: five characters, the first three its own.
pub(crate) fn provider3(provider: u16) -> [u8; 3] {
    let code = places::provider_code(provider);
    [code[0], code[1], code[2]]
}

/// A site of the provider: its three characters and two digits.
pub(crate) fn site(provider: u16, site: u64) -> [u8; 5] {
    let digits: [u8; 2] = decimal(1 + site % 3);
    let [a, b, c] = provider3(provider);
    [a, b, c, digits[0], digits[1]]
}
