//! A measure of two texts with its thresholds.

use super::{PREFIX, Pattern, Signature, WORD, jaro_of, plain, winkler_of};

/// A measure of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextMeasure {
    /// Jaro's similarity, 0 to 1.
    Jaro,
    /// Jaro's similarity with Winkler's bonus, 0 to 1.
    JaroWinkler,
    /// Levenshtein's distance, in edits.
    Levenshtein,
    /// Optimal string alignment, in edits.
    Osa,
    /// Damerau's and Levenshtein's distance without restriction, in edits.
    DamerauLevenshtein,
}

impl TextMeasure {
    /// Whether the measure is a distance, of which less is closer.
    #[must_use]
    pub fn is_distance(self) -> bool {
        !matches!(self, TextMeasure::Jaro | TextMeasure::JaroWinkler)
    }

    /// The measure of two texts, by its definition.
    #[must_use]
    pub fn of(self, left: &str, right: &str) -> f64 {
        let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        match self {
            TextMeasure::Jaro => plain::jaro(&left, &right),
            TextMeasure::JaroWinkler => plain::jaro_winkler(&left, &right),
            TextMeasure::Levenshtein => plain::levenshtein(&left, &right) as f64,
            TextMeasure::Osa => plain::osa(&left, &right) as f64,
            TextMeasure::DamerauLevenshtein => plain::damerau_levenshtein(&left, &right) as f64,
        }
    }
}

/// Grades pairs of texts by a measure: the tightest threshold that they reach.
#[derive(Clone, Debug)]
pub struct Judge {
    measure: TextMeasure,
    thresholds: Vec<f64>,
    /// For a similarity: the fewest matching characters with which the loosest threshold can
    /// be reached, by common beginning and the two lengths.
    needed: Vec<u8>,
}

/// Floating-point bounds give way by this much, so that rounding never refuses a pair that
/// reaches its threshold; scores themselves are compared exactly.
const SLACK: f64 = 1e-9;

/// More characters than any pair has in common.
const NEVER: u8 = u8::MAX;

impl Judge {
    /// A judge with thresholds from the tightest to the loosest. A similarity reaches a
    /// threshold that it is not below, a distance one that it is not above.
    #[must_use]
    pub fn new(measure: TextMeasure, thresholds: Vec<f64>) -> Judge {
        let mut judge = Judge { measure, thresholds, needed: Vec::new() };
        if !measure.is_distance() {
            judge.needed = judge.needed_matches();
        }
        judge
    }

    /// The grade of a score: 0 for none, 1 for the loosest threshold.
    #[inline]
    #[must_use]
    pub fn grade_of(&self, score: f64) -> u8 {
        grade_of(&self.thresholds, self.measure.is_distance(), score)
    }

    /// Whether texts of these signatures could reach the loosest threshold. `false` is
    /// certain, `true` is not.
    #[inline]
    #[must_use]
    pub fn could_reach(&self, left: &Signature, right: &Signature) -> bool {
        if self.measure.is_distance() {
            return left.least_edits(right) as f64 <= self.loosest();
        }
        let common = left.most_common(right);
        if left.is_held() && right.is_held() {
            common >= usize::from(self.needed[place(left.prefix(right), left.length(), right.length())])
        } else {
            self.best(common, PREFIX, left.length(), right.length()) >= self.loosest() - SLACK
        }
    }

    /// The grade of a right text that a [`Pattern`] holds, against the left one in it.
    #[inline]
    #[must_use]
    pub fn grade(&self, pattern: &Pattern, right: &[u8]) -> u8 {
        let score = match self.measure {
            TextMeasure::Jaro => pattern.jaro(right),
            TextMeasure::JaroWinkler => pattern.jaro_winkler(right),
            TextMeasure::Levenshtein => pattern.levenshtein(right) as f64,
            TextMeasure::Osa => pattern.osa(right) as f64,
            TextMeasure::DamerauLevenshtein => return self.grade_of_unrestricted(pattern, right),
        };
        self.grade_of(score)
    }

    /// The grade of any two texts, in UTF-8.
    #[must_use]
    pub fn grade_plainly(&self, left: &[u8], right: &[u8]) -> u8 {
        self.grade_of(self.measure.of(&String::from_utf8_lossy(left), &String::from_utf8_lossy(right)))
    }

    /// The unrestricted distance has no fast form. A single edit is one for optimal string
    /// alignment too, so up to two edits the distances are the same; and what it counts as one
    /// edit costs Levenshtein two at most. Only the few pairs between need the table.
    fn grade_of_unrestricted(&self, pattern: &Pattern, right: &[u8]) -> u8 {
        let aligned = pattern.osa(right);
        if aligned <= 2 {
            return self.grade_of(aligned as f64);
        }
        if pattern.levenshtein(right) as f64 > 2.0 * self.loosest() {
            return 0;
        }
        self.grade_of(plain::damerau_levenshtein(pattern.text(), right) as f64)
    }

    /// The most edits that reach a grade; `None` for a similarity.
    #[must_use]
    pub fn most_edits(&self) -> Option<u32> {
        self.measure.is_distance().then(|| self.loosest().clamp(0.0, 1e6) as u32)
    }

    fn loosest(&self) -> f64 {
        self.thresholds.last().copied().unwrap_or(if self.measure.is_distance() { -1.0 } else { f64::INFINITY })
    }

    /// The best similarity with so many matches.
    fn best(&self, matches: usize, prefix: usize, left: usize, right: usize) -> f64 {
        let jaro = jaro_of(matches, 0, left, right);
        if self.measure == TextMeasure::JaroWinkler { winkler_of(jaro, prefix) } else { jaro }
    }

    fn needed_matches(&self) -> Vec<u8> {
        let mut needed = vec![NEVER; place(PREFIX, WORD, WORD) + 1];
        for prefix in 0..=PREFIX {
            for (left, right) in (0..=WORD).flat_map(|left| (0..=WORD).map(move |right| (left, right))) {
                let enough = |matches: &usize| self.best(*matches, prefix, left, right) >= self.loosest() - SLACK;
                let least = (0..=left.min(right)).find(enough);
                needed[place(prefix, left, right)] = least.map_or(NEVER, |matches| matches as u8);
            }
        }
        needed
    }
}

/// Where the table of needed matches has an entry.
#[inline]
fn place(prefix: usize, left: usize, right: usize) -> usize {
    (prefix * (WORD + 1) + left) * (WORD + 1) + right
}

/// The tightest of the thresholds, which stand from tightest to loosest, that a score reaches.
#[inline]
pub(crate) fn grade_of(thresholds: &[f64], is_distance: bool, score: f64) -> u8 {
    let reaches = |threshold: &&f64| if is_distance { score <= **threshold } else { score >= **threshold };
    thresholds.iter().rev().take_while(reaches).count() as u8
}
