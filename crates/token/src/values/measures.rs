//! How alike are the values behind two numbers?

mod dates;
mod sizes;
mod text;

use std::fmt;
use std::sync::Arc;

use counterfoil_core::scored::{Measured, Similarity};

use super::{Dictionary, Numbers, ValueKind};
use crate::similarity::{Judge, TextMeasure, grade_of};
use dates::Dates;
use sizes::{Places, Sizes};

/// How two values are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// As texts.
    Text(TextMeasure),
    /// Days between two dates. Where a date lacks its day, the months between them of 30.4375
    /// days; where one lacks its month, the years between them of 365.25 days.
    Days,
    /// The same in months of 30.4375 days, a twelfth of 365.25.
    Months,
    /// The same in years of 365.25 days.
    Years,
    /// How many of year, month and day are known of both dates and equal.
    DateParts,
    /// 1 if one date is the other with month and day exchanged, else 0.
    MonthDaySwapped,
    /// The difference of two numbers, without sign.
    Difference,
    /// The difference of two numbers as a share of the larger, both without sign: 0 to 2.
    RelativeDifference,
    /// Kilometres between two places, on a sphere of 6371 km.
    Kilometres,
    /// How many derived values the two have in common. The only one that is asked of numbers
    /// alone; see [`Measures::add_in_common`].
    InCommon,
}

impl Measure {
    /// Whether it is a distance, of which less is closer.
    #[must_use]
    pub fn is_distance(self) -> bool {
        match self {
            Measure::Text(measure) => measure.is_distance(),
            Measure::DateParts | Measure::MonthDaySwapped | Measure::InCommon => false,
            Measure::Days
            | Measure::Months
            | Measure::Years
            | Measure::Difference
            | Measure::RelativeDifference
            | Measure::Kilometres => true,
        }
    }

    /// Whether it looks at clear values, so that it cannot be had over tokens.
    #[must_use]
    pub fn needs_clear(self) -> bool {
        self != Measure::InCommon
    }

    /// Whether values of a kind can be so measured.
    #[must_use]
    pub fn suits(self, kind: ValueKind) -> bool {
        match self {
            Measure::Text(_) => !matches!(kind, ValueKind::Sex | ValueKind::Number | ValueKind::Location),
            Measure::Days | Measure::Months | Measure::Years | Measure::DateParts | Measure::MonthDaySwapped => {
                kind == ValueKind::Date
            }
            Measure::Difference | Measure::RelativeDifference => kind == ValueKind::Number,
            Measure::Kilometres => kind == ValueKind::Location,
            Measure::InCommon => true,
        }
    }
}

/// The measures of a model, each over the values of one domain.
#[derive(Default)]
pub struct Measures {
    measured: Vec<Measured>,
    graders: Vec<Grader>,
}

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measures(…)")
    }
}

/// One measure with what it needs of each value, by number.
enum Grader {
    Text(Arc<Dictionary>, Judge),
    Dates(Dates, Thresholds),
    Sizes(Sizes, Thresholds),
    Places(Places, Thresholds),
    InCommon(Arc<Numbers>, Thresholds),
}

/// Thresholds from the tightest to the loosest.
struct Thresholds {
    thresholds: Vec<f64>,
    is_distance: bool,
}

impl Thresholds {
    #[inline]
    fn grade(&self, score: f64) -> u8 {
        grade_of(&self.thresholds, self.is_distance, score)
    }

    /// Grades a batch one pair at a time.
    fn each(&self, left: &[u32], right: &[u32], out: &mut [u8], score: impl Fn(u32, u32) -> f64) {
        for ((left, right), out) in left.iter().zip(right).zip(out) {
            *out = self.grade(score(*left, *right));
        }
    }
}

impl Measures {
    /// Adds a measure with its thresholds, from the tightest to the loosest: a similarity
    /// reaches a threshold that it is not below, a distance one that it is not above. Returns
    /// its position. `dictionary` is the domain of both columns.
    ///
    /// # Panics
    ///
    /// When the measure does not [suit](Measure::suits) the kind of value, or is
    /// [`InCommon`](Measure::InCommon).
    pub fn add(
        &mut self,
        measured: Measured,
        dictionary: &Arc<Dictionary>,
        measure: Measure,
        thresholds: Vec<f64>,
    ) -> usize {
        assert!(measure.suits(dictionary.kind()), "a measure must suit the kind of value");
        let is_distance = measure.is_distance();
        let grader = match measure {
            Measure::Text(measure) => {
                // Made here, not by the first of many threads that asks.
                dictionary.signatures();
                Grader::Text(Arc::clone(dictionary), Judge::new(measure, thresholds))
            }
            Measure::Difference | Measure::RelativeDifference => {
                Grader::Sizes(Sizes::new(dictionary, measure), Thresholds { thresholds, is_distance })
            }
            Measure::Kilometres => Grader::Places(Places::new(dictionary), Thresholds { thresholds, is_distance }),
            Measure::InCommon => panic!("what values have in common is asked of their numbers"),
            _ => Grader::Dates(Dates::new(dictionary, measure), Thresholds { thresholds, is_distance }),
        };
        self.push(measured, grader)
    }

    /// Adds the measure [`InCommon`](Measure::InCommon) over derived values, such as the
    /// elements of lists or the one-character deletions of names. Thresholds from the most on.
    pub fn add_in_common(&mut self, measured: Measured, numbers: &Arc<Numbers>, thresholds: Vec<f64>) -> usize {
        self.push(measured, Grader::InCommon(Arc::clone(numbers), Thresholds { thresholds, is_distance: false }))
    }

    fn push(&mut self, measured: Measured, grader: Grader) -> usize {
        self.measured.push(measured);
        self.graders.push(grader);
        self.graders.len() - 1
    }
}

impl Similarity for Measures {
    fn measures(&self) -> &[Measured] {
        &self.measured
    }

    fn grades(&self, measure: usize, left: &[u32], right: &[u32], out: &mut [u8]) {
        match &self.graders[measure] {
            Grader::Text(dictionary, judge) => text::grades(dictionary, judge, left, right, out),
            Grader::Dates(dates, thresholds) => thresholds.each(left, right, out, |a, b| dates.score(a, b)),
            Grader::Sizes(sizes, thresholds) => thresholds.each(left, right, out, |a, b| sizes.score(a, b)),
            Grader::Places(places, thresholds) => thresholds.each(left, right, out, |a, b| places.score(a, b)),
            Grader::InCommon(numbers, thresholds) => {
                thresholds.each(left, right, out, |a, b| in_common(numbers.of(a), numbers.of(b)) as f64);
            }
        }
    }
}

/// How many numbers two ascending lists have in common.
fn in_common(mut left: &[u32], mut right: &[u32]) -> usize {
    let mut count = 0;
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        count += usize::from(a == b);
        if a <= b {
            left = left_rest;
        }
        if b <= a {
            right = right_rest;
        }
    }
    count
}
