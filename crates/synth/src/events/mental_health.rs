//! Referrals to mental health services.
//!
//! The volume follows the reference: 4.2 million referrals in 2019 and 5.6 million in 2024
//! [BHF-cov], that is 7.5 to 9.9 for 100 people a year; 13.2 million people in the person index
//! of about eight years, a good fifth of those who lived. How often by age, how long, and who
//! comes back are figures of ours that lead there.

use super::referral::{Demand, MENTAL_HEALTH, Referral, Service};
use crate::draw::Purpose;
use crate::population::{Life, World};

const DEMAND: Demand = Demand {
    // 68 % are never referred, 1 % all the time.
    frailty: [(68, 0.0), (26, 1.5), (5, 7.0), (1, 26.0)],
    // Adolescence and late old age stand out.
    by_age: &[
        (0, 0.02),
        (5, 0.05),
        (11, 0.15),
        (18, 0.12),
        (30, 0.085),
        (50, 0.065),
        (65, 0.06),
        (75, 0.11),
        (85, 0.16),
    ],
    // Growth, and fewer in the first year of the pandemic.
    by_year: [0.80, 0.80, 0.82, 0.84, 0.86, 0.86, 0.84, 1.00, 1.08, 1.12],
};

/// About five months on average: many are closed after an assessment, some stay for years.
const SERVICE: Service = Service {
    first_provider: MENTAL_HEALTH,
    lengths: &[(25, (0, 14)), (30, (15, 60)), (25, (61, 200)), (15, (201, 500)), (5, (501, 2_000))],
};

/// The person's referrals by day received.
pub(crate) fn referrals(world: &World, life: &Life) -> Vec<Referral> {
    let mut draw = world.draws(Purpose::MentalHealth, life.person.index);
    let days = DEMAND.days(world, life, 1.0, &mut draw);
    SERVICE.referrals(world, life, &days, &mut draw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::{Sample, check_order};

    #[test]
    fn referrals_follow_the_configured_rates() {
        let sample = Sample::drawn();
        let found = sample.counts(|world, life| referrals(world, life).len());
        sample.check_mean(&found, |year, age| DEMAND.yearly(year, age));
    }

    #[test]
    fn most_are_never_referred_and_few_often() {
        let sample = Sample::drawn();
        let found = sample.counts(|world, life| referrals(world, life).len());
        let never = found.iter().filter(|count| **count == 0).count() as f64 / found.len() as f64;
        // 68 % by the table, and some of the others, who are seen for a while only.
        assert!((0.68..0.85).contains(&never), "{never}");
        let all: usize = found.iter().sum();
        let mut most = found;
        most.sort_unstable_by(|a, b| b.cmp(a));
        let of_busiest: usize = most[..most.len() / 50].iter().sum();
        assert!(of_busiest * 4 > all, "the busiest fiftieth has a quarter of all");
    }

    #[test]
    fn referrals_are_in_order_and_within_life() {
        Sample::drawn().each(|world, life| check_order(world, life, &referrals(world, life)));
    }
}
