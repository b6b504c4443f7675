//! The error model: how often a record differs from the truth, and how.
//!
//! HES has many rows a person, so an error in one row is often repaired by another. What
//! makes a death hard to link are errors that stay with the *person*; those have rates of
//! their own. A rate here is a probability; each is switched off by 0.

mod birth_date;

pub(crate) use birth_date::{Misrecorded, misrecord_birth};

use crate::draw::Draw;
use crate::nhs_number::{self, NhsNumber};
use crate::places::{self, Place, Postcode};
use crate::population::{Life, World};

/// Error rates of all data sets.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ErrorRates {
    /// Errors in admitted-care records.
    pub hes: HesErrorRates,
    /// Errors in death registrations.
    pub deaths: DeathErrorRates,
}

impl ErrorRates {
    /// Records without any error.
    #[must_use]
    pub fn none() -> ErrorRates {
        ErrorRates { hes: HesErrorRates::none(), deaths: DeathErrorRates::none() }
    }
}

macro_rules! rates {
    ($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident = $default:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$fmeta])* #[doc = concat!("\n\nDefault: ", stringify!($default), ".")] pub $field: f64,)* }

        impl Default for $name {
            fn default() -> $name {
                $name { $($field: $default,)* }
            }
        }

        impl $name {
            /// No error at all.
            #[must_use]
            pub fn none() -> $name {
                $name { $($field: 0.0,)* }
            }

            /// Name and value of every rate, in declaration order.
            #[must_use]
            pub fn all(&self) -> Vec<(&'static str, f64)> {
                vec![$((stringify!($field), self.$field),)*]
            }
        }
    };
}

rates! {
    /// Errors in admitted-care records.
    ///
    /// Rates called "calibrated" are ours, set so that the eight ranks come out near the mix
    /// of the HES–DID matching report (April 2015): ranks 1 and 2 about 93 %, 6 and 7
    /// 3.6 %, 8 2.1 %.
    HesErrorRates {
        /// Persons whose records never carry an NHS number. Calibrated; with the next rate
        /// 3 % of rows lack one.
        nhs_number_never = 0.025,
        /// Rows without an NHS number although others of the person have one. Calibrated.
        nhs_number_missing = 0.005,
        /// Rows with another person's NHS number. NHS-number validation at SAIL left under
        /// 0.2 % errors (Lyons 2009).
        nhs_number_of_another = 0.001,
        /// Rows with one digit mistyped, so that the check fails. Calibrated.
        nhs_number_mistyped = 0.002,
        /// Persons whose records all hold the same wrong date of birth. With the next rate
        /// 0.5 %, the date-of-birth error of the CRATE study (0.00492).
        birth_date_wrong_always = 0.0025,
        /// Rows with a wrong date of birth.
        birth_date_wrong = 0.0025,
        /// Persons recorded with the other sex. CRATE: gender differs in 0.33 % of pairs.
        sex_wrong_always = 0.0015,
        /// Rows with the other sex.
        sex_wrong = 0.0005,
        /// Rows with sex 0 (not known) or 9 (not specified). Harron 2017: sex or date of
        /// birth wrong or missing in 0.11 %.
        sex_missing = 0.001,
        /// Rows of people who have moved that still hold an earlier postcode. Calibrated.
        postcode_old = 0.15,
        /// Rows with another postcode of the same sector. CRATE: 0.97 %.
        postcode_mistyped = 0.0097,
        /// Rows with letter O for each zero of the postcode (where there is one). Calibrated.
        postcode_letter_o = 0.01,
        /// Rows without a postcode. Calibrated.
        postcode_missing = 0.004,
        /// Rows with `ZZ99 3WZ`, address not known. CRATE: 0.2 % pseudo-postcodes, with the
        /// next rate.
        postcode_unknown = 0.001,
        /// Persons always recorded with `ZZ99 3VZ`, no fixed abode.
        no_fixed_abode = 0.001,
        /// Persons whose records carry the person token of somebody else too: a false link
        /// of the Person_ID service. Hagger-Johnson 2015: 0.2 % of matches.
        token_of_another = 0.001,
        /// Rows without an NHS number whose person token is used only once: a missed link
        /// of the Person_ID service. Calibrated to about 1 % of rows not traced (Person_ID
        /// handbook, 2021/22).
        token_one_time = 0.05,
        /// Deaths in hospital whose discharge date is a day or two off. Calibrated.
        death_date_near = 0.03,
        /// Deaths in hospital whose discharge date is 4 to 30 days off. Calibrated.
        death_date_far = 0.005,
        /// Deaths of people with records that are followed by a stay: somebody else's stay,
        /// filed here. Calibrated.
        activity_after_death = 0.004,
    }
}

rates! {
    /// Errors in death registrations.
    DeathErrorRates {
        /// Deaths that never reach the file (abroad, or registered very late). Calibrated.
        never_registered = 0.01,
        /// Registrations that are cancelled and entered again. Calibrated.
        entered_again = 0.0005,
        /// Registrations without an NHS number: 0.7 % in recent files (99.3 % carry one),
        /// more in older ones.
        nhs_number_missing = 0.015,
        /// Registrations with another person's NHS number. As in HES.
        nhs_number_of_another = 0.001,
        /// Registrations with one digit mistyped. Calibrated.
        nhs_number_mistyped = 0.0005,
        /// Registrations with a wrong date of birth. CRATE: 0.00492.
        birth_date_wrong = 0.005,
        /// Registrations with the other sex. Calibrated.
        sex_wrong = 0.001,
        /// Registrations with a postcode that is not the person's: the informant's, say.
        /// Calibrated.
        postcode_of_another = 0.03,
        /// Registrations of people who have moved that hold an earlier postcode. Calibrated.
        postcode_old = 0.05,
        /// Registrations without a postcode. Calibrated.
        postcode_missing = 0.003,
        /// Registrations with `ZZ99 3WZ`. CRATE: 0.2 %.
        postcode_unknown = 0.002,
        /// Registrations of people about whom little was known but the NHS number: parts of
        /// the date of birth and the postcode are absent. Calibrated to rank 8.
        little_known = 0.02,
    }
}

/// What all HES records of one person get wrong in the same way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HesProfile {
    pub(crate) no_nhs_number: bool,
    pub(crate) birth: Option<Misrecorded>,
    pub(crate) other_sex: bool,
    pub(crate) no_fixed_abode: bool,
    /// Person whose token the records of the second half carry.
    pub(crate) token_of: Option<u64>,
}

impl HesProfile {
    pub(crate) fn draw(rates: &HesErrorRates, world: &World, life: &Life, draw: &mut Draw) -> HesProfile {
        HesProfile {
            no_nhs_number: draw.chance(rates.nhs_number_never),
            birth: draw.chance(rates.birth_date_wrong_always).then(|| misrecord_birth(life.person.birth, draw)),
            other_sex: draw.chance(rates.sex_wrong_always),
            no_fixed_abode: draw.chance(rates.no_fixed_abode),
            token_of: draw.chance(rates.token_of_another).then(|| another_person(world, life.person.index, draw)),
        }
    }
}

/// Somebody else; in a population of one, a person beyond it.
pub(crate) fn another_person(world: &World, person: u64, draw: &mut Draw) -> u64 {
    match world.people {
        0 | 1 => person + 1,
        people => (person + 1 + draw.below(people - 1)) % people,
    }
}

/// How often an NHS number is missing, another's, or mistyped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NhsNumberRates {
    pub(crate) missing: f64,
    pub(crate) of_another: f64,
    pub(crate) mistyped: f64,
}

/// The NHS number as one record has it.
pub(crate) fn nhs_number(world: &World, person: u64, rates: NhsNumberRates, draw: &mut Draw) -> Option<NhsNumber> {
    if draw.chance(rates.missing) {
        return None;
    }
    if draw.chance(rates.of_another) {
        return Some(world.numbers.of(another_person(world, person, draw)));
    }
    let number = world.numbers.of(person);
    Some(if draw.chance(rates.mistyped) { nhs_number::mistype(number, draw) } else { number })
}

/// The postcode of an admitted-care record, and the place it was taken from.
pub(crate) fn hes_postcode(
    rates: &HesErrorRates,
    world: &World,
    (life, day): (&Life, i32),
    draw: &mut Draw,
) -> (Option<Postcode>, Place) {
    let mut home = life.home_on(day);
    if home > 0 && draw.chance(rates.postcode_old) {
        home -= 1;
    }
    let place = life.homes[home].place;
    let postcode = world.places.postcode(place);
    let recorded = if draw.chance(rates.postcode_missing) {
        None
    } else if draw.chance(rates.postcode_unknown) {
        Some(places::ADDRESS_UNKNOWN)
    } else if draw.chance(rates.postcode_mistyped) {
        Some(places::mistype(postcode, draw))
    } else if draw.chance(rates.postcode_letter_o) {
        Some(places::letter_o_for_zero(postcode))
    } else {
        Some(postcode)
    };
    (recorded, place)
}

/// The postcode of a death registration, in the eight-character layout.
pub(crate) fn death_postcode(
    rates: &DeathErrorRates,
    world: &World,
    (life, day): (&Life, i32),
    draw: &mut Draw,
) -> Option<Postcode> {
    let home = life.home_on(day);
    if draw.chance(rates.postcode_missing) {
        return None;
    }
    if draw.chance(rates.postcode_unknown) {
        return Some(places::ADDRESS_UNKNOWN);
    }
    if draw.chance(rates.postcode_of_another) {
        return Some(world.places.postcode(world.places.ordinary(draw)));
    }
    let old = home > 0 && draw.chance(rates.postcode_old);
    Some(world.places.postcode(life.homes[home - usize::from(old)].place))
}
