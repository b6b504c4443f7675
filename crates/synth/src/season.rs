//! On which days things happen: working days, winters, the spring of 2020.

use crate::calendar::{parts_of, weekday};
use crate::draw::Draw;

/// How events spread over the days of a year. Weights are rounded shapes of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Season {
    /// By appointment: on working days, fewer in August and December, few in the first
    /// lockdown.
    Planned,
    /// Emergencies: every day, more in winter, fewer in the first lockdown.
    Emergency,
}

/// How often a candidate day is refused before the last one is taken as it is.
const TRIES: u32 = 8;

/// First and last day of the first lockdown's fall in hospital activity: 23 March and
/// 30 June 2020.
const LOCKDOWN: (i32, i32) = (18_344, 18_443);

impl Season {
    /// A day of the closed range, by season.
    pub(crate) fn day(self, (from, to): (i32, i32), draw: &mut Draw) -> i32 {
        let mut day = draw.between(from, to);
        for _ in 0..TRIES {
            if (draw.bits() & 255) < u64::from(self.weight(day)) {
                return day;
            }
            day = draw.between(from, to);
        }
        day
    }

    /// The nearest working day at or after a planned day; other days as they are.
    pub(crate) fn moved(self, day: i32) -> i32 {
        match (self, weekday(day)) {
            (Season::Planned, 5) => day + 2,
            (Season::Planned, 6) => day + 1,
            _ => day,
        }
    }

    /// How likely a candidate day is taken, of 256.
    fn weight(self, day: i32) -> u32 {
        let (_, month, _) = parts_of(day);
        let (of_week, of_year, lockdown) = match self {
            Season::Planned => (PLANNED_WEEK, PLANNED_YEAR, 110),
            Season::Emergency => (EMERGENCY_WEEK, EMERGENCY_YEAR, 160),
        };
        let lockdown = if (LOCKDOWN.0..=LOCKDOWN.1).contains(&day) { lockdown } else { 256 };
        of_week[weekday(day) as usize] * of_year[month as usize - 1] / 256 * lockdown / 256
    }
}

/// Monday to Sunday.
const PLANNED_WEEK: [u32; 7] = [250, 256, 256, 250, 224, 14, 7];
const EMERGENCY_WEEK: [u32; 7] = [256, 248, 244, 242, 242, 220, 222];

/// January to December.
const PLANNED_YEAR: [u32; 12] = [250, 244, 256, 236, 246, 250, 248, 226, 250, 256, 256, 204];
const EMERGENCY_YEAR: [u32; 12] = [256, 240, 234, 222, 220, 216, 216, 206, 218, 232, 240, 256];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_of;
    use crate::draw::Purpose;

    #[test]
    fn the_lockdown_has_its_dates() {
        assert_eq!(day_of(2020, 3, 23), Some(LOCKDOWN.0));
        assert_eq!(day_of(2020, 6, 30), Some(LOCKDOWN.1));
    }

    fn days(season: Season) -> Vec<i32> {
        let year = (day_of(2018, 1, 1).expect("a date"), day_of(2018, 12, 31).expect("a date"));
        let mut draw = Draw::new(3, Purpose::Population, 0);
        (0..20_000).map(|_| season.day(year, &mut draw)).collect()
    }

    #[test]
    fn planned_care_is_on_working_days() {
        let weekend = days(Season::Planned).into_iter().filter(|day| weekday(*day) >= 5).count();
        // The weights give 21 of 1,257, 1.7 %, of a first candidate, and as many of later
        // ones; standard deviation 18 of 20,000; five of them.
        assert!(weekend.abs_diff(334) < 91, "{weekend}");
        assert!((0..14).all(|day| weekday(Season::Planned.moved(day)) < 5));
    }

    #[test]
    fn emergencies_come_in_winter() {
        let days = days(Season::Emergency);
        let of = |months: [u32; 3]| days.iter().filter(|day| months.contains(&parts_of(**day).1)).count() as f64;
        let ratio = of([12, 1, 2]) / of([6, 7, 8]);
        // Weights 256 + 256 + 240 on 31, 31 and 28 days against 216 + 216 + 206 on 30, 31
        // and 31: 1.153. Of 5,000 each, the ratio's standard deviation is 2 %; five of them.
        assert!((ratio - 1.153).abs() < 0.115, "{ratio}");
    }
}
