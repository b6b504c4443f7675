//! Referrals to community services: health visitors, therapists, district nurses.
//!
//! No number of referrals is published in what was available; 100 million contacts a year
//! (unverified) at ten contacts a referral are 18 referrals for 100 people a year. Every
//! newborn is seen, and the very old are seen most. All figures here are ours;
//! a newborn's first referral, to a health visitor, comes on top.

use super::referral::{COMMUNITY, Demand, Referral, Service};
use crate::draw::Purpose;
use crate::population::{Life, World};

const DEMAND: Demand = Demand {
    frailty: [(40, 0.2), (45, 0.8), (11, 2.8), (4, 6.3)],
    by_age: &[(0, 1.0), (1, 0.35), (5, 0.14), (18, 0.08), (65, 0.27), (80, 0.85)],
    by_year: [0.95, 0.95, 0.96, 0.98, 1.0, 1.0, 0.85, 1.0, 1.03, 1.05],
};

/// About three months on average.
const SERVICE: Service = Service {
    first_provider: COMMUNITY,
    lengths: &[(35, (0, 10)), (35, (11, 60)), (22, (61, 250)), (8, (251, 1_000))],
};

/// Health visitors see a newborn until this age in days, at most.
const HEALTH_VISITING: (i32, i32) = (300, 1_700);

/// The person's referrals by day received.
pub(crate) fn referrals(world: &World, life: &Life) -> Vec<Referral> {
    let mut draw = world.draws(Purpose::Community, life.person.index);
    let mut days = DEMAND.days(world, life, 1.0, &mut draw);
    let birth = life.person.birth;
    let newborn = is_newborn(world, life);
    if newborn {
        days.insert(0, birth);
    }
    let mut referrals = SERVICE.referrals(world, life, &days, &mut draw);
    if newborn {
        let until = birth + draw.between(HEALTH_VISITING.0, HEALTH_VISITING.1);
        referrals[0].discharged = life.death.as_ref().map_or(until, |death| until.min(death.day));
    }
    referrals
}

/// Whether the person is born here within the window.
fn is_newborn(world: &World, life: &Life) -> bool {
    life.person.birth == life.first_day && life.person.birth >= world.window.start()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::{Sample, check_order};

    #[test]
    fn referrals_follow_the_configured_rates() {
        let sample = Sample::drawn();
        let found = sample.counts(|world, life| referrals(world, life).len() - usize::from(is_newborn(world, life)));
        sample.check_mean(&found, |year, age| DEMAND.yearly(year, age));
    }

    #[test]
    fn every_newborn_has_a_health_visitor_from_birth() {
        Sample::drawn().each(|world, life| {
            let referrals = referrals(world, life);
            check_order(world, life, &referrals);
            if is_newborn(world, life) {
                assert_eq!(referrals[0].received, life.person.birth);
            }
        });
    }
}
