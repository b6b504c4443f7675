//! Referrals to talking therapies, and the courses of treatment that come of them.
//!
//! 2.2 to 2.4 million referral rows a year, some of them repeats of the monthly refresh
//! [BHF-cov], of adults: we take 1.8 million referrals, 4 for 100 adults a year, and 1.25 rows
//! of each. Who is referred, who is treated and how scores run are figures of ours.

use super::referral::{Demand, MENTAL_HEALTH, Service};
use crate::draw::{Draw, Purpose};
use crate::population::{Life, World};

/// Most referrals of one person; keeps their ids apart.
pub(crate) const MOST_REFERRALS: u64 = 256;

/// Youngest age.
const ADULT: i32 = 16;

const DEMAND: Demand = Demand {
    frailty: [(60, 0.0), (28, 1.5), (10, 4.0), (2, 9.0)],
    by_age: &[(0, 0.0), (ADULT, 0.055), (26, 0.058), (45, 0.036), (65, 0.016), (80, 0.009)],
    by_year: [0.70, 0.75, 0.85, 0.88, 0.95, 1.0, 0.85, 1.05, 1.03, 1.05],
};

/// How often women are referred against the average of both sexes; men take the rest.
const WOMEN: f64 = 1.3;

/// The same organisations as for mental health.
const SERVICE: Service = Service { first_provider: MENTAL_HEALTH, lengths: &[] };

/// One questionnaire score at the first and the last session with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) first: i32,
    pub(crate) last: i32,
}

/// Two sessions or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Treatment {
    pub(crate) second_session: i32,
    pub(crate) last_session: i32,
    /// Depression, PHQ-9: 0 to 27.
    pub(crate) phq9: Score,
    /// Anxiety, GAD-7: 0 to 21.
    pub(crate) gad7: Score,
}

/// One referral, as it happened or will: days may lie after the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Therapy {
    /// Number among the person's referrals.
    pub(crate) ordinal: u64,
    pub(crate) received: i32,
    pub(crate) provider: u16,
    pub(crate) assessed: Option<i32>,
    pub(crate) first_session: Option<i32>,
    pub(crate) treatment: Option<Treatment>,
    pub(crate) discharged: i32,
    /// `EndCode`. That 46 is treatment completed, 47 dropped out and 10 to 17 no treatment is
    /// the national dictionary's; how often each, ours.
    pub(crate) end: &'static str,
}

/// The person's referrals by day received.
pub(crate) fn therapies(world: &World, life: &Life) -> Vec<Therapy> {
    let mut draw = world.draws(Purpose::TalkingTherapy, life.person.index);
    let sex = if life.person.sex == 2 { WOMEN } else { 2.0 - WOMEN };
    let days = DEMAND.days(world, life, sex, &mut draw);
    let therapy = |(ordinal, day): (u64, &i32)| therapy(world, life, (ordinal, *day), &mut draw);
    (0..MOST_REFERRALS).zip(&days).map(therapy).collect()
}

/// Three in ten are never seen, two are only assessed, and half are treated.
fn therapy(world: &World, life: &Life, (ordinal, received): (u64, i32), draw: &mut Draw) -> Therapy {
    let provider = SERVICE.provider(world, life, received, draw);
    let mut therapy = Therapy {
        ordinal,
        received,
        provider,
        assessed: None,
        first_session: None,
        treatment: None,
        discharged: received + draw.between(5, 45),
        end: draw.weighted(&[(30, "10"), (20, "11"), (20, "12"), (10, "13"), (8, "14"), (7, "16"), (5, "17")]),
    };
    if draw.chance(0.7) {
        let assessed = received + draw.between(2, 60);
        therapy.assessed = Some(assessed);
        therapy.discharged = assessed + draw.between(0, 30);
        if draw.chance(0.72) {
            treat(&mut therapy, assessed, draw);
        }
    }
    cut_short(&mut therapy, life.death.as_ref().map_or(i32::MAX, |death| death.day));
    therapy
}

/// Sessions about every two weeks, and scores that mostly fall.
fn treat(therapy: &mut Therapy, assessed: i32, draw: &mut Draw) {
    // Treatment often begins with the assessment.
    let first = if draw.chance(0.5) { assessed } else { assessed + draw.between(7, 90) };
    therapy.first_session = Some(first);
    let further = draw.geometric(5.0, 30) as i32;
    let last = first + further * draw.between(7, 16);
    if further > 0 {
        let second_session = first + (last - first) / further;
        let better = draw.between(-2, 14);
        let phq9 = score(27, draw.between(3, 25), better, draw);
        let gad7 = score(21, draw.between(3, 20), better * 3 / 4, draw);
        therapy.treatment = Some(Treatment { second_session, last_session: last, phq9, gad7 });
    }
    therapy.discharged = last + draw.between(0, 40);
    therapy.end = draw.weighted(&[(60, "46"), (25, "47"), (5, "48"), (5, "49"), (5, "50")]);
}

fn score(most: i32, first: i32, better: i32, draw: &mut Draw) -> Score {
    Score { first, last: (first - better + draw.between(-2, 2)).clamp(0, most) }
}

/// Nothing happens after a death.
fn cut_short(therapy: &mut Therapy, last_day: i32) {
    therapy.assessed = therapy.assessed.filter(|day| *day <= last_day);
    therapy.first_session = therapy.first_session.filter(|day| *day <= last_day);
    therapy.treatment = therapy.treatment.filter(|treatment| treatment.last_session <= last_day);
    therapy.discharged = therapy.discharged.min(last_day);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::age_in_years;
    use crate::events::tests::Sample;

    #[test]
    fn referrals_follow_the_configured_rates() {
        let sample = Sample::drawn();
        let found = sample.counts(|world, life| therapies(world, life).len());
        // Women have a little more than half of the person-years, so the mean factor of sex is
        // a little over 1: by 0.3 × the surplus of women, 1 % to 2 %.
        let women = found.len() as f64;
        let mut surplus = 0.0;
        sample.each(|_, life| surplus += f64::from(i32::from(life.person.sex) * 2 - 3));
        let sex = 1.0 + (WOMEN - 1.0) * surplus / women;
        sample.check_mean(&found, |year, age| sex * DEMAND.yearly(year, age));
    }

    #[test]
    fn dates_are_in_order_and_scores_in_range() {
        Sample::drawn().each(|world, life| {
            let last_day = life.death.as_ref().map_or(i32::MAX, |death| death.day);
            for therapy in therapies(world, life) {
                // Expected numbers of a year go by the age at its start.
                assert!(age_in_years(life.person.birth, therapy.received) >= ADULT);
                let mut last = therapy.received;
                let sessions = therapy.treatment.map(|t| [Some(t.second_session), Some(t.last_session)]);
                let days = [therapy.assessed, therapy.first_session].into_iter().chain(sessions.into_iter().flatten());
                for day in days.chain([Some(therapy.discharged)]).flatten() {
                    assert!(last <= day && day <= last_day);
                    last = day;
                }
                for (score, most) in therapy.treatment.iter().flat_map(|t| [(t.phq9, 27), (t.gad7, 21)]) {
                    assert!((0..=most).contains(&score.first) && (0..=most).contains(&score.last));
                }
            }
        });
    }
}
