//! Expected errors of every threshold, without truth.

use counterfoil_core::scored::Weight;

/// Scored pairs by weight: how many there are, and how likely each is a match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Their weight, prior included.
    pub weight: Weight,
    /// Their number.
    pub pairs: f64,
    /// The probability that one of them is a match.
    pub probability: f64,
}

impl Bucket {
    /// Pairs of one weight, which says how likely each is a match.
    #[must_use]
    pub fn new(weight: Weight, pairs: u64) -> Bucket {
        Bucket { weight, pairs: pairs as f64, probability: weight.probability() }
    }
}

/// What is expected if pairs from a weight on are links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The least weight of a link.
    pub threshold: Weight,
    /// Links.
    pub links: f64,
    /// Links expected to be matches.
    pub true_links: f64,
    /// Links expected to be none.
    pub false_links: f64,
    /// Matches expected not to be links, those among them that blocking does not find.
    pub missed: f64,
}

impl Point {
    /// Expected share of links that are matches; 1 without links.
    #[must_use]
    pub fn precision(&self) -> f64 {
        if self.links > 0.0 { self.true_links / self.links } else { 1.0 }
    }

    /// Expected share of matches that are links; 1 without matches.
    #[must_use]
    pub fn recall(&self) -> f64 {
        let matches = self.true_links + self.missed;
        if matches > 0.0 { self.true_links / matches } else { 1.0 }
    }

    /// Harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(&self) -> f64 {
        let all = 2.0 * self.true_links + self.false_links + self.missed;
        if all > 0.0 { 2.0 * self.true_links / all } else { 1.0 }
    }

    /// Expected share of links that are no matches.
    #[must_use]
    pub fn false_link_rate(&self) -> f64 {
        if self.links > 0.0 { self.false_links / self.links } else { 0.0 }
    }

    /// Expected share of matches that are no links.
    #[must_use]
    pub fn missed_rate(&self) -> f64 {
        1.0 - self.recall()
    }
}

/// Expected errors at every threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// One point for each weight, from the highest on.
    pub points: Vec<Point>,
    /// Matches expected among all pairs of rows.
    pub matches: f64,
    /// Matches expected among the pairs that blocking found.
    pub found: f64,
}

/// What a threshold shall achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// The greatest expected F1.
    BestF1,
    /// As many links as there can be with at most this share of false ones.
    FalseLinkRate(f64),
    /// As few links as there can be with at most this share of matches missed.
    MissedRate(f64),
}

/// A threshold, and whether it achieves what it should.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The least weight of a link.
    pub threshold: Weight,
    /// What is expected of it.
    pub point: Point,
    /// Whether the target is met; if not, this is the nearest to it.
    pub met: bool,
}

/// Expected errors at every threshold, from the scored pairs and the number of matches among
/// all pairs of rows ([`Matches::expected`](crate::Matches::expected)).
///
/// Each bucket holds pairs · probability matches; what is not found by blocking is what the
/// expected matches exceed the found ones by. Pairs are judged one by one: where they compete
/// for a row, and one to one resolution drops the less likely, errors are fewer than this says.
#[must_use]
pub fn calibrate(buckets: &[Bucket], matches: f64) -> Calibration {
    let mut sorted = buckets.to_vec();
    sorted.sort_by_key(|bucket| std::cmp::Reverse(bucket.weight));
    let found: f64 = sorted.iter().map(|bucket| bucket.pairs * bucket.probability).sum();
    let all = matches.max(found);
    let (mut links, mut true_links) = (0.0, 0.0);
    let mut points: Vec<Point> = Vec::new();
    for bucket in sorted {
        links += bucket.pairs;
        true_links += bucket.pairs * bucket.probability;
        if points.last().is_some_and(|point| point.threshold == bucket.weight) {
            points.pop();
        }
        let (false_links, missed) = (links - true_links, all - true_links);
        points.push(Point { threshold: bucket.weight, links, true_links, false_links, missed });
    }
    Calibration { points, matches: all, found }
}

impl Calibration {
    /// The threshold for a target. Without any pair it is the greatest weight there is.
    #[must_use]
    pub fn choose(&self, target: Target) -> Choice {
        let (at, met) = match target {
            Target::BestF1 => (self.best_f1(), true),
            Target::FalseLinkRate(rate) => {
                or_first(self.points.iter().rposition(|point| point.false_link_rate() <= rate))
            }
            Target::MissedRate(rate) => {
                let at = self.points.iter().position(|point| point.missed_rate() <= rate);
                (at.unwrap_or(self.points.len().saturating_sub(1)), at.is_some())
            }
        };
        let nothing =
            Point { threshold: Weight(i64::MAX), links: 0.0, true_links: 0.0, false_links: 0.0, missed: self.matches };
        let point = self.points.get(at).copied().unwrap_or(nothing);
        Choice { threshold: point.threshold, point, met: met && !self.points.is_empty() }
    }

    /// What is expected if pairs from a weight on are links.
    #[must_use]
    pub fn at(&self, threshold: Weight) -> Point {
        let above = self.points.partition_point(|point| point.threshold >= threshold);
        let none = Point { threshold, links: 0.0, true_links: 0.0, false_links: 0.0, missed: self.matches };
        above.checked_sub(1).map_or(none, |last| Point { threshold, ..self.points[last] })
    }

    /// The highest threshold of those with the greatest F1.
    fn best_f1(&self) -> usize {
        let mut best = 0;
        for (at, point) in self.points.iter().enumerate() {
            if point.f1() > self.points[best].f1() {
                best = at;
            }
        }
        best
    }
}

fn or_first(at: Option<usize>) -> (usize, bool) {
    (at.unwrap_or(0), at.is_some())
}
