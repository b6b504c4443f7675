//! How alike are the values behind two numbers?

mod dates;
mod lists;
mod sets;
mod sizes;
mod text;

use std::fmt;
use std::sync::Arc;

use counterfoil_core::scored::{Measured, Similarity, Sketches};

use super::{Derivation, Dictionary, Numbers, ValueKind};
use crate::similarity::{Judge, TextMeasure, grade_of};
use dates::Dates;
use sets::Sets;
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
    /// How many of the runs of so many characters that occur in either text occur in both, as a
    /// share: 0 to 1 (Jaccard's coefficient). A shorter text is one run.
    Jaccard(u8),
    /// How many runs occur in both texts, over the geometric mean of how many occur in each:
    /// the cosine of the angle between the two sets, 0 to 1.
    Cosine(u8),
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
            Measure::DateParts
            | Measure::MonthDaySwapped
            | Measure::Jaccard(_)
            | Measure::Cosine(_)
            | Measure::InCommon => false,
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
            Measure::Text(_) | Measure::Jaccard(_) | Measure::Cosine(_) => is_text(kind),
            Measure::Days | Measure::Months | Measure::Years | Measure::DateParts | Measure::MonthDaySwapped => {
                kind == ValueKind::Date
            }
            Measure::Difference | Measure::RelativeDifference => kind == ValueKind::Number,
            Measure::Kilometres => kind == ValueKind::Location,
            Measure::InCommon => true,
        }
    }
}

fn is_text(kind: ValueKind) -> bool {
    !matches!(kind, ValueKind::Sex | ValueKind::Number | ValueKind::Location | ValueKind::LocalPatientId)
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
    Overlap(Sets, Thresholds),
    /// Elements of lists, their measure, and the tightest grade.
    Closest(Arc<Numbers>, Box<Grader>, u8),
}

/// How the values that two lists have in common are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overlap {
    /// Their number.
    Count,
    /// Their share among the values of either list.
    Jaccard,
    /// Their number over the geometric mean of the lists' lengths.
    Cosine,
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
        self.push(measured, grader(dictionary, measure, thresholds))
    }

    /// Adds the measure [`InCommon`](Measure::InCommon) over derived values, such as the
    /// elements of lists or the one-character deletions of names. Thresholds from the most on.
    pub fn add_in_common(&mut self, measured: Measured, numbers: &Arc<Numbers>, thresholds: Vec<f64>) -> usize {
        self.add_overlap(measured, numbers, Overlap::Count, thresholds)
    }

    /// As [`add_in_common`](Measures::add_in_common), with another way to count.
    pub fn add_overlap(
        &mut self,
        measured: Measured,
        numbers: &Arc<Numbers>,
        overlap: Overlap,
        thresholds: Vec<f64>,
    ) -> usize {
        let thresholds = Thresholds { thresholds, is_distance: false };
        self.push(measured, Grader::Overlap(Sets::new(numbers, overlap), thresholds))
    }

    /// Adds a measure of the two closest elements of two lists. The columns hold numbers of
    /// lists; `elements` are their elements, values of `dictionary`. Elements that are equal
    /// reach every threshold.
    ///
    /// # Panics
    ///
    /// As [`add`](Measures::add).
    pub fn add_closest(
        &mut self,
        measured: Measured,
        dictionary: &Arc<Dictionary>,
        elements: &Arc<Numbers>,
        measure: Measure,
        thresholds: Vec<f64>,
    ) -> usize {
        let all = thresholds.len() as u8;
        let grader = Box::new(grader(dictionary, measure, thresholds));
        self.push(measured, Grader::Closest(Arc::clone(elements), grader, all))
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
        self.graders[measure].grades(left, right, out);
    }

    fn sketches(&self, measure: usize) -> Option<Sketches> {
        match &self.graders[measure] {
            Grader::Text(dictionary, judge) => text::sketches(dictionary, judge),
            _ => None,
        }
    }
}

impl Grader {
    fn grades(&self, left: &[u32], right: &[u32], out: &mut [u8]) {
        match self {
            Grader::Text(dictionary, judge) => text::grades(dictionary, judge, left, right, out),
            Grader::Dates(dates, thresholds) => thresholds.each(left, right, out, |a, b| dates.score(a, b)),
            Grader::Sizes(sizes, thresholds) => thresholds.each(left, right, out, |a, b| sizes.score(a, b)),
            Grader::Places(places, thresholds) => thresholds.each(left, right, out, |a, b| places.score(a, b)),
            Grader::Overlap(sets, thresholds) => {
                for ((left, right), out) in left.iter().zip(right).zip(out) {
                    let can_reach = thresholds.grade(sets.at_most(*left, *right)) > 0;
                    *out = if can_reach { thresholds.grade(sets.score(*left, *right)) } else { 0 };
                }
            }
            Grader::Closest(elements, grader, all) => {
                for ((left, right), out) in left.iter().zip(right).zip(out) {
                    *out = lists::closest(grader, *all, elements.of(*left), elements.of(*right));
                }
            }
        }
    }
}

/// A measure made ready for the values of a dictionary.
fn grader(dictionary: &Arc<Dictionary>, measure: Measure, thresholds: Vec<f64>) -> Grader {
    assert!(measure.suits(dictionary.kind()), "a measure must suit the kind of value");
    let is_distance = measure.is_distance();
    match measure {
        Measure::Text(measure) => {
            // Made here, not by the first of many threads that asks.
            dictionary.signatures();
            Grader::Text(Arc::clone(dictionary), Judge::new(measure, thresholds))
        }
        Measure::Difference | Measure::RelativeDifference => {
            Grader::Sizes(Sizes::new(dictionary, measure), Thresholds { thresholds, is_distance })
        }
        Measure::Kilometres => Grader::Places(Places::new(dictionary), Thresholds { thresholds, is_distance }),
        Measure::Jaccard(length) => runs(dictionary, length, Overlap::Jaccard, thresholds),
        Measure::Cosine(length) => runs(dictionary, length, Overlap::Cosine, thresholds),
        Measure::InCommon => panic!("what values have in common is asked of their numbers"),
        _ => Grader::Dates(Dates::new(dictionary, measure), Thresholds { thresholds, is_distance }),
    }
}

/// Texts by the runs of so many characters that occur in them.
fn runs(dictionary: &Dictionary, length: u8, overlap: Overlap, thresholds: Vec<f64>) -> Grader {
    let numbers = dictionary.derive(Derivation::QGrams(length)).numbers;
    Grader::Overlap(Sets::new(&Arc::new(numbers), overlap), Thresholds { thresholds, is_distance: false })
}
