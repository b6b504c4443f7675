//! One draw among several errors that exclude each other.

use super::kind::ErrorKind;
use crate::draw::Draw;

/// Errors of one group with their rates, added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Outcomes {
    /// Kinds that can happen, each with the sum of the rates up to and including its own.
    cumulative: Vec<(f64, ErrorKind)>,
    total: f64,
}

impl Outcomes {
    pub(super) fn new(rates: impl Iterator<Item = (f64, ErrorKind)>) -> Outcomes {
        let mut outcomes = Outcomes::default();
        for (rate, kind) in rates.filter(|(rate, _)| *rate > 0.0) {
            outcomes.total += rate;
            outcomes.cumulative.push((outcomes.total, kind));
        }
        outcomes
    }

    /// The sum of the rates.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// Draws an error or none, each error `multiplier` times as likely as its rate says;
    /// together at most certain. Takes one draw, or none where nothing can happen.
    pub(super) fn draw(&self, multiplier: f64, draw: &mut Draw) -> Option<ErrorKind> {
        if self.cumulative.is_empty() {
            return None;
        }
        let likely = (self.total * multiplier).min(1.0);
        let at = draw.unit();
        if at >= likely {
            return None;
        }
        let along = at / likely * self.total;
        let kind = self.cumulative.iter().find(|(sum, _)| along < *sum).or(self.cumulative.last())?;
        Some(kind.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Purpose;

    #[test]
    fn kinds_come_at_their_rates_times_the_multiplier() {
        let rates = [(0.1, ErrorKind::SexWrong), (0.0, ErrorKind::NamesSwapped), (0.3, ErrorKind::SexMissing)];
        let outcomes = Outcomes::new(rates.into_iter());
        let mut draw = Draw::new(1, Purpose::Population, 0);
        let drawn: Vec<_> = (0..10_000).map(|_| outcomes.draw(2.0, &mut draw)).collect();
        let count = |kind| drawn.iter().filter(|drawn| **drawn == kind).count();
        // Binomial(10 000, p): standard deviation √(10 000·p(1−p)); five of them.
        assert!(count(Some(ErrorKind::SexWrong)).abs_diff(2_000) < 200);
        assert!(count(Some(ErrorKind::SexMissing)).abs_diff(6_000) < 245);
        assert!(count(None).abs_diff(2_000) < 200);
    }

    #[test]
    fn more_than_certain_is_certain_and_keeps_the_proportions() {
        let outcomes = Outcomes::new([(0.2, ErrorKind::SexWrong), (0.6, ErrorKind::SexMissing)].into_iter());
        let mut draw = Draw::new(2, Purpose::Population, 0);
        let drawn: Vec<_> = (0..10_000).map(|_| outcomes.draw(9.0, &mut draw)).collect();
        assert!(drawn.iter().all(Option::is_some));
        // Binomial(10 000, 1/4): standard deviation 43; five of them.
        assert!(drawn.iter().filter(|drawn| **drawn == Some(ErrorKind::SexWrong)).count().abs_diff(2_500) < 217);
    }
}
