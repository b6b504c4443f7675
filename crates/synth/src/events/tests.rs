//! What the tests of events share: some people, and what they should have on average.

use std::sync::LazyLock;

use super::referral::Referral;
use crate::calendar::{YEARS, age_in_years};
use crate::population::{Life, World};

/// Some people.
pub(super) struct Sample {
    pub(super) world: World,
    lives: Vec<Life>,
}

impl Sample {
    /// The same for all tests of events.
    pub(super) fn drawn() -> &'static Sample {
        static DRAWN: LazyLock<Sample> = LazyLock::new(|| {
            let world = World::new(41, 16_000);
            let lives = world.lives(0..world.people);
            Sample { world, lives }
        });
        &DRAWN
    }

    pub(super) fn each(&self, mut check: impl FnMut(&World, &Life)) {
        self.lives.iter().for_each(|life| check(&self.world, life));
    }

    /// Something counted in each life.
    pub(super) fn counts(&self, count: impl Fn(&World, &Life) -> usize) -> Vec<usize> {
        self.lives.iter().map(|life| count(&self.world, life)).collect()
    }

    /// The mean count lies within five standard deviations of what is expected by year and
    /// age. The standard deviation is that of the sample: how much people differ is not in
    /// question here.
    pub(super) fn check_mean(&self, found: &[usize], yearly: impl Fn(usize, i32) -> f64) {
        let off: Vec<f64> =
            found.iter().zip(&self.lives).map(|(found, life)| *found as f64 - self.expected(life, &yearly)).collect();
        let n = off.len() as f64;
        let mean = off.iter().sum::<f64>() / n;
        let variance = off.iter().map(|off| (off - mean) * (off - mean)).sum::<f64>() / n;
        let tolerance = 5.0 * (variance / n).sqrt();
        let all = found.iter().sum::<usize>() as f64 / n;
        assert!(mean.abs() <= tolerance, "{mean} off, of {all}; tolerance {tolerance}");
        assert!(tolerance < 0.25 * all, "too small a sample: {tolerance} of {all}");
    }

    fn expected(&self, life: &Life, yearly: impl Fn(usize, i32) -> f64) -> f64 {
        let last_day = life.death.as_ref().map_or(self.world.window.last(), |death| death.day);
        (0..YEARS)
            .map(|year| {
                let (start, end) = self.world.window.year(year);
                let (from, to) = (start.max(life.first_day), end.min(last_day + 1));
                let years = f64::from((to - from).max(0)) / 365.25;
                yearly(year, age_in_years(life.person.birth, from)) * years
            })
            .sum()
    }
}

/// Referrals are within life and window, in order, and numbered apart.
pub(super) fn check_order(world: &World, life: &Life, referrals: &[Referral]) {
    let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
    for referral in referrals {
        assert!(life.first_day <= referral.received && referral.received <= referral.discharged);
        assert!(referral.discharged <= last_day && referral.received <= world.window.last());
    }
    assert!(referrals.windows(2).all(|pair| pair[0].received <= pair[1].received));
    assert!(referrals.windows(2).all(|pair| pair[0].ordinal < pair[1].ordinal));
}
