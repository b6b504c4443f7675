//! How many of the links that exist blocking lets through, told without truth.
//!
//! Two rules that share no field are two catches of the same links: the share of one rule's
//! links that the other finds too estimates the share that it finds of all (capture–recapture;
//! Petersen, 1896; Chapman, 1951). It holds as far as errors in one rule's fields say nothing
//! about errors in the other's. They mostly come together (a record that was badly written in
//! one field was in others), so that the estimate mostly errs on the high side.

use std::collections::BTreeMap;

/// What share of links some rules find together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Completeness {
    /// The links that the rules find.
    pub found: u64,
    /// The links that are estimated to exist, found or not.
    pub existing: f64,
    /// Standard error of `existing`.
    pub error: f64,
    /// The estimated share that is found: pairs completeness.
    pub share: f64,
    /// How many pairs of rules the estimate rests on.
    pub pairs_of_rules: u32,
}

/// Estimates pairs completeness from the links that each combination of rules finds
/// ([`Plan::found_by`](crate::blocking::Plan::found_by)).
///
/// `fields` has for each rule the fields that it asks about, where what is derived from a field
/// counts as that field. Every two rules without a common field give Chapman's estimate
/// (n₁ + 1)(n₂ + 1) / (n₁₂ + 1) − 1 with its variance
/// (n₁ + 1)(n₂ + 1)(n₁ − n₁₂)(n₂ − n₁₂) / ((n₁₂ + 1)² (n₁₂ + 2)); these are averaged with weights
/// by their precision. They share data, so their errors are averaged too and not made smaller.
/// None if no two rules can be compared, or if none of these find a link in common.
#[must_use]
pub fn completeness(found_by: &BTreeMap<u64, u64>, fields: &[Vec<usize>]) -> Option<Completeness> {
    let found: u64 = found_by.values().sum();
    let mut average = Average::default();
    for (first, first_fields) in fields.iter().enumerate() {
        for (second, second_fields) in fields.iter().enumerate().skip(first + 1) {
            let is_apart = !first_fields.iter().any(|field| second_fields.contains(field));
            if is_apart && !first_fields.is_empty() && !second_fields.is_empty() {
                average.add(&Catches::of(found_by, first, second));
            }
        }
    }
    let (existing, error) = average.get()?;
    let existing = existing.max(found as f64);
    Some(Completeness { found, existing, error, share: found as f64 / existing, pairs_of_rules: average.number })
}

/// The links that two rules find.
struct Catches {
    first: f64,
    second: f64,
    both: f64,
}

impl Catches {
    fn of(found_by: &BTreeMap<u64, u64>, first: usize, second: usize) -> Catches {
        let sum = |mask: u64| {
            let with = found_by.iter().filter(|(rules, _)| *rules & mask == mask);
            with.map(|(_, links)| *links).sum::<u64>() as f64
        };
        Catches { first: sum(1 << first), second: sum(1 << second), both: sum(1 << first | 1 << second) }
    }

    /// Chapman's estimate of all links, and its variance.
    fn chapman(&self) -> (f64, f64) {
        let Catches { first, second, both } = *self;
        let odds = (first + 1.0) * (second + 1.0) / (both + 1.0);
        let variance = odds * (first - both) * (second - both) / ((both + 1.0) * (both + 2.0));
        (odds - 1.0, variance)
    }
}

#[derive(Default)]
struct Average {
    weights: f64,
    estimates: f64,
    errors: f64,
    number: u32,
}

impl Average {
    fn add(&mut self, catches: &Catches) {
        if catches.both == 0.0 {
            return;
        }
        let (estimate, variance) = catches.chapman();
        // Of two rules of which one finds all that the other does, the variance is 0.
        let weight = 1.0 / variance.max(1.0);
        self.weights += weight;
        self.estimates += weight * estimate;
        self.errors += weight * variance.sqrt();
        self.number += 1;
    }

    fn get(&self) -> Option<(f64, f64)> {
        (self.number > 0).then(|| (self.estimates / self.weights, self.errors / self.weights))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rules_that_share_no_field_tell_what_both_miss() {
        // Rule 0 alone finds 45 links, rule 1 alone 30, both 90, rule 2 alone 5.
        let found_by = BTreeMap::from([(0b001, 45), (0b010, 30), (0b011, 90), (0b100, 5)]);
        // Rules 0 and 1 are apart; rule 2 shares a field with each.
        let fields = [vec![0, 1], vec![2], vec![1, 2]];
        let estimate = completeness(&found_by, &fields).unwrap();
        // n₁ = 135, n₂ = 120, n₁₂ = 90: 136 · 121 / 91 − 1.
        let existing = 136.0 * 121.0 / 91.0 - 1.0;
        let variance: f64 = 136.0 * 121.0 * 45.0 * 30.0 / (91.0 * 91.0 * 92.0);
        assert_eq!((estimate.found, estimate.pairs_of_rules), (170, 1));
        assert!((estimate.existing - existing).abs() < 1e-9);
        assert!((estimate.error - variance.sqrt()).abs() < 1e-9);
        assert!((estimate.share - 170.0 / existing).abs() < 1e-12);
    }

    #[test]
    fn rules_that_share_fields_or_links_say_nothing() {
        let found_by = BTreeMap::from([(0b01, 45), (0b10, 30)]);
        assert_eq!(completeness(&found_by, &[vec![0], vec![1]]), None);
        assert_eq!(completeness(&BTreeMap::from([(0b11, 7)]), &[vec![0], vec![0, 1]]), None);
    }

    #[test]
    fn no_more_is_found_than_exists() {
        // Both rules find the same ten links, and a third one another fifty.
        let found_by = BTreeMap::from([(0b011, 10), (0b100, 50)]);
        let estimate = completeness(&found_by, &[vec![0], vec![1], vec![0, 1]]).unwrap();
        assert!((estimate.existing - 60.0).abs() < 1e-12 && (estimate.share - 1.0).abs() < 1e-12);
    }
}
