//! Test: the true pairs of a default population meet the eight match ranks in about the mix
//! of the HES–DID matching report (April 2015).
//!
//! The ranks are written down here a second time, plainly, from the published table, and
//! asked of every true pair of records; no linkage code is used.

use std::collections::BTreeMap;

use crate::calendar::date_of;
use crate::data_sets::deaths::{BirthParts, Registration, registrations};
use crate::data_sets::hes_apc::{Episode, episodes};
use crate::errors::ErrorRates;
use crate::nhs_number::is_valid;
use crate::places::usual_form;
use crate::population::{Life, World};

/// The smallest rank that the pair meets; 9 if none.
fn rank(episode: &Episode, death: &Registration, communal: &[String]) -> usize {
    let number = |number: &Option<[u8; 10]>| number.filter(|number| is_valid(number));
    let (left, right) = (number(&episode.identity.nhs_number), number(&death.nhs_number));
    let same_number = left.is_some() && left == right;
    let contradiction = left.is_some() && right.is_some() && left != right;
    let date = date_of(episode.identity.birth);
    let left = Some((i32::from(date.year()), i32::from(date.month()), i32::from(date.day())))
        .filter(|(year, _, _)| *year >= 1895);
    let right = whole_date(death.birth);
    let same_birth = left.is_some() && left == right;
    let partial = left.zip(right).is_some_and(|(a, b)| agree_partly(a, b));
    let new_year = left.is_some_and(|(_, month, day)| (month, day) == (1, 1));
    let same_sex = [1, 2].contains(&episode.identity.sex) && episode.identity.sex == death.sex;
    let same_postcode = episode
        .identity
        .postcode
        .is_some_and(|postcode| !postcode.starts_with(b"ZZ") && Some(postcode) == death.postcode);
    let communal = episode.identity.postcode.is_some_and(|postcode| communal.contains(&usual_form(postcode)));
    let without_number = same_birth && same_sex && same_postcode && !contradiction && !new_year;
    let met = [
        same_number && same_birth && same_sex && same_postcode,
        same_number && same_birth && same_sex,
        same_number && partial && same_sex && same_postcode,
        same_number && partial && same_sex,
        same_number && same_postcode,
        without_number && !communal,
        without_number,
        same_number,
    ];
    met.iter().position(|met| *met).map_or(9, |position| position + 1)
}

fn whole_date(parts: BirthParts) -> Option<(i32, i32, i32)> {
    Some((parts.0?, parts.1?, parts.2?))
}

/// Two of year, month and day agree, or the year agrees with month and day swapped.
fn agree_partly(a: (i32, i32, i32), b: (i32, i32, i32)) -> bool {
    let agreeing = [a.0 == b.0, a.1 == b.1, a.2 == b.2].iter().filter(|same| **same).count();
    agreeing >= 2 || (a.0 == b.0 && a.1 == b.2 && a.2 == b.1)
}

/// Shares of the best rank by person, in per cent, of the people who pass; position 9 is "no
/// rank".
fn mix(people: u64, rates: &ErrorRates, passes: fn(&Life) -> bool) -> ([f64; 10], u32) {
    let world = World::new(20, people);
    let communal = world.places.communal_postcodes();
    let lives: Vec<Life> = world.lives(0..people).into_iter().filter(passes).collect();
    let mut by_person: BTreeMap<u64, Vec<Episode>> = BTreeMap::new();
    for episode in episodes(&world, rates, &lives) {
        by_person.entry(episode.identity.person).or_default().push(episode);
    }
    let mut counts = [0u32; 10];
    for death in registrations(&world, rates, &lives) {
        if let Some(episodes) = by_person.get(&death.person) {
            let best = episodes.iter().map(|episode| rank(episode, &death, &communal)).min().unwrap_or(9);
            counts[best] += 1;
        }
    }
    let all: u32 = counts.iter().sum();
    (counts.map(|count| 100.0 * f64::from(count) / f64::from(all)), all)
}

/// Counts of the HES–DID matching quality report, April 2015, by rank; its steps 1A and 1B
/// added up.
const PUBLISHED: [u32; 9] = [0, 25_236_394, 2_212_631, 19_540, 5_678, 256_960, 1_007_802, 53_578, 604_860];

#[test]
fn the_rank_mix_is_near_the_published_one() {
    let (mix, all) = mix(40_000, &ErrorRates::default(), |_| true);
    assert!(all > 2_000, "{all}");
    let total: u32 = PUBLISHED.iter().sum();
    for ranks in [1..=2, 3..=4, 5..=5, 6..=7, 8..=8] {
        let published = 100.0 * f64::from(PUBLISHED[ranks.clone()].iter().sum::<u32>()) / f64::from(total);
        let share = mix[ranks.clone()].iter().sum::<f64>() / (100.0 - mix[9]) * 100.0;
        // Five standard deviations of a share p of n deaths, √(p(100−p)/n) points, and half a
        // point because the report is of another linkage and the rates are round figures.
        let tolerance = 5.0 * (published * (100.0 - published) / f64::from(all)).sqrt() + 0.5;
        assert!((share - published).abs() < tolerance, "ranks {ranks:?}: {share} is not {published} ± {tolerance}");
    }
    assert!(mix[9] < 1.5, "{mix:?}");
}

#[test]
fn without_errors_every_pair_meets_rank_one_or_two() {
    // Only a move between the last stay and the death then keeps a pair from rank 1, if the
    // person had one NHS number from the first day on.
    let one_number = |life: &Life| life.nhs.second.is_none() && life.nhs.from <= life.first_day;
    let (mix, _) = mix(20_000, &ErrorRates::none(), one_number);
    assert!((mix[1] + mix[2] - 100.0).abs() < 1e-9, "{mix:?}");
    assert!(mix[1] > 80.0, "{mix:?}");
}
