//! What is said of m or u before anything is counted: fixed values, bounds and priors.
//!
//! Of one comparison the likelihood is greatest, within bounds, where each level has what its count
//! calls for, cut to its bounds, all by one factor that makes the sum 1. A prior counts as pairs that
//! were seen before: so many, of which a share had the level (a beta distribution).

use crate::Chance;
use crate::tables::{Class, Margin, Table};

/// What is said of the probability of one level. The default says nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The least that it may be.
    pub least: f64,
    /// The most that it may be; as much as the least where it is fixed.
    pub most: f64,
    /// The share of earlier pairs that had the level, and how many pairs these were.
    pub prior: Option<(f64, f64)>,
}

impl Default for Limit {
    fn default() -> Limit {
        Limit { least: 0.0, most: 1.0, prior: None }
    }
}

impl Limit {
    /// A probability that is not estimated.
    #[must_use]
    pub const fn fixed(probability: f64) -> Limit {
        Limit { least: probability, most: probability, prior: None }
    }

    /// Whether it is not estimated.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.least >= self.most
    }

    fn is_bound(&self) -> bool {
        self.least > 0.0 || self.most < 1.0
    }

    fn is_sound(&self) -> bool {
        let share = |share: f64| (0.0..=1.0).contains(&share);
        let prior = self.prior.is_none_or(|(of, pairs)| share(of) && pairs.is_finite() && pairs >= 0.0);
        share(self.least) && share(self.most) && self.least <= self.most && prior
    }
}

/// What is said of the levels of every comparison, by digit less one. Empty, as a whole or for a
/// comparison: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits(pub Vec<Vec<Limit>>);

/// Steps by which shares under a prior are found.
const STEPS: usize = 10_000;
/// A share that moves by less has settled.
const SETTLED: f64 = 1e-14;
/// So near to its bounds a share is within them: sums of shares are not exact.
const NEAR: f64 = 1e-12;
/// How far the sum of shares that are fixed may be from 1.
const ROUNDED: f64 = 1e-6;

impl Limits {
    /// Whether levels can have what is said of them.
    pub(crate) fn check(&self, levels: &[u8]) -> bool {
        let one = |(said, levels): (&Vec<Limit>, &u8)| {
            let sums = said.iter().fold((0.0, 0.0), |(least, most), of| (least + of.least, most + of.most));
            let possible = sums.0 <= 1.0 + ROUNDED && sums.1 >= 1.0 - ROUNDED;
            said.is_empty() || said.len() == usize::from(*levels) && said.iter().all(Limit::is_sound) && possible
        };
        self.0.is_empty() || self.0.len() == levels.len() && self.0.iter().zip(levels).all(one)
    }

    /// What is said of a comparison's levels.
    pub(crate) fn of(&self, comparison: usize) -> &[Limit] {
        self.0.get(comparison).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether anything is said of a comparison.
    pub(crate) fn says(&self, comparison: usize) -> bool {
        self.of(comparison).iter().any(|limit| *limit != Limit::default())
    }

    /// Whether a comparison's levels have bounds.
    pub(crate) fn bounds(&self, comparison: usize) -> bool {
        self.of(comparison).iter().any(Limit::is_bound)
    }

    /// The limit of a level.
    pub(crate) fn at(&self, comparison: usize, digit: usize) -> Limit {
        self.of(comparison).get(digit - 1).copied().unwrap_or_default()
    }

    /// The shares within the bounds that make Σ count · ln share greatest.
    pub(crate) fn within(&self, comparison: usize, counts: &Margin) -> Margin {
        let limits = self.of(comparison);
        if self.bounds(comparison) { bounded(limits, counts) } else { to_one(counts) }
    }

    /// The shares within the bounds that make the likelihood of counts greatest, with the priors.
    pub(crate) fn likeliest(&self, comparison: usize, counts: &Margin) -> Margin {
        let mut shares = self.within(comparison, counts);
        if self.priors(comparison).next().is_none() {
            return shares;
        }
        for _ in 0..STEPS {
            let mut more = *counts;
            for (digit, share, pairs) in self.priors(comparison) {
                earlier(&shares, digit, share, pairs).iter().zip(&mut more).for_each(|(count, more)| *more += count);
            }
            let next = self.within(comparison, &more);
            let moved = next.iter().zip(&shares).map(|(next, share)| (next - share).abs()).fold(0.0, f64::max);
            shares = next;
            if moved < SETTLED {
                break;
            }
        }
        shares
    }

    /// u of a comparison's levels, from digit 1 on, as chance gives them among so many pairs in all, moved
    /// to what is said of them. As they are where nothing is.
    #[must_use]
    pub fn of_chance(&self, chance: &Chance, u: &[f64], all_pairs: f64) -> Vec<f64> {
        if !self.says(chance.comparison) {
            return u.to_vec();
        }
        let mut margin = [0.0; 16];
        margin[1..=u.len()].copy_from_slice(u);
        let moved = self.known(chance.comparison, &to_one(&margin), |digit| chance.pairs(digit, all_pairs));
        moved[1..=u.len()].to_vec()
    }

    /// Shares that rest on so many pairs each, moved to their priors and within their bounds.
    pub(crate) fn known(&self, comparison: usize, shares: &Margin, pairs: impl Fn(usize) -> f64) -> Margin {
        let mut moved = *shares;
        for (digit, share, earlier) in self.priors(comparison) {
            let seen = pairs(digit).max(1.0);
            let now = (moved[digit] * seen + share * earlier) / (seen + earlier);
            let others = (1.0 - now) / (1.0 - moved[digit]).max(f64::MIN_POSITIVE);
            (1..16).for_each(|other| moved[other] *= others);
            moved[digit] = now;
        }
        if self.bounds(comparison) { self.within(comparison, &moved) } else { moved }
    }

    /// Holds a class within the bounds. Where two comparisons have a joint distribution, one of them
    /// at most has bounds; of its levels each takes what goes with it along.
    pub(crate) fn hold(&self, class: &mut Class) {
        for comparison in (0..self.0.len()).filter(|c| self.bounds(*c)) {
            let margin = class.margin(comparison);
            let is_within = |(limit, share): (&Limit, &f64)| (limit.least - NEAR..=limit.most + NEAR).contains(share);
            if self.of(comparison).iter().zip(&margin[1..]).all(is_within) {
                continue;
            }
            let held = self.within(comparison, &margin);
            class.scale(comparison, |digit| if margin[digit] > 0.0 { held[digit] / margin[digit] } else { 1.0 });
        }
    }

    /// Adds the pairs that priors of some comparisons stand for to what is counted of a class, as its
    /// other levels and what goes with them are now.
    pub(crate) fn add_earlier(&self, class: &Class, sums: &mut [Table], of: impl Fn(usize) -> bool) {
        for comparison in (0..self.0.len()).filter(|c| of(*c)) {
            let at = class.block_of(comparison);
            let is_first = class.blocks[at].first == comparison;
            let margin = class.margin(comparison);
            for (digit, share, pairs) in self.priors(comparison) {
                let counts = earlier(&margin, digit, share, pairs);
                for (index, (sum, joint)) in sums[at].iter_mut().zip(&class.tables[at]).enumerate() {
                    let own = if is_first { index >> 4 } else { index & 15 };
                    *sum += if margin[own] > 0.0 { counts[own] * joint / margin[own] } else { 0.0 };
                }
            }
        }
    }

    /// Log of the priors of some comparisons, up to a constant.
    pub(crate) fn log(&self, class: &Class, of: impl Fn(usize) -> bool) -> f64 {
        let log = |comparison: usize| {
            let margin = class.margin(comparison);
            let log = move |(digit, share, pairs): (usize, f64, f64)| {
                let own = margin[digit].clamp(1e-300, 1.0 - 1e-9);
                pairs * (share * own.ln() + (1.0 - share) * (1.0 - own).ln())
            };
            self.priors(comparison).map(log).sum::<f64>()
        };
        (0..self.0.len()).filter(|c| of(*c)).map(log).sum()
    }

    fn priors(&self, comparison: usize) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        let limits = self.of(comparison).iter().enumerate();
        limits.filter_map(|(level, limit)| limit.prior.map(|(share, pairs)| (level + 1, share, pairs)))
    }
}

/// The earlier pairs of a level's prior by level: those that had it, and the others as they are
/// shared out now.
fn earlier(shares: &Margin, digit: usize, share: f64, pairs: f64) -> Margin {
    let others = pairs * (1.0 - share) / (1.0 - shares[digit]).max(NEAR);
    let mut counts = shares.map(|share| share * others);
    counts[digit] = pairs * share;
    counts
}

fn to_one(counts: &Margin) -> Margin {
    let sum: f64 = counts.iter().sum();
    counts.map(|count| count / sum)
}

/// Levels in proportion to their counts, those that break a bound put to it and the rest shared out
/// anew. Lower and upper bounds pull in opposite directions: the side by which more is broken is put
/// to its bounds first, since the factor can only move so that these stay broken.
fn bounded(limits: &[Limit], counts: &Margin) -> Margin {
    let mut shares = [0.0; 16];
    let mut open: Vec<usize> = (1..=limits.len()).collect();
    let mut left = 1.0_f64;
    while !open.is_empty() {
        let sum: f64 = open.iter().map(|digit| counts[*digit]).sum();
        for digit in &open {
            let part = if sum > 0.0 { counts[*digit] / sum } else { 1.0 / open.len() as f64 };
            shares[*digit] = left.max(0.0) * part;
        }
        let lacks = |digit: usize| (limits[digit - 1].least - shares[digit]).max(0.0);
        let exceeds = |digit: usize| (shares[digit] - limits[digit - 1].most).max(0.0);
        let total = |of: &dyn Fn(usize) -> f64| open.iter().map(|digit| of(*digit)).sum::<f64>();
        let (below, above) = (total(&lacks), total(&exceeds));
        if below.max(above) <= 0.0 {
            break;
        }
        let is_put = |digit: usize| if above >= below { exceeds(digit) > 0.0 } else { lacks(digit) > 0.0 };
        let (put, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|digit| is_put(**digit));
        for digit in put {
            let limit = limits[digit - 1];
            shares[digit] = if above >= below { limit.most } else { limit.least };
            left -= shares[digit];
        }
        open = rest;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margin(shares: &[f64]) -> Margin {
        let mut margin = [0.0; 16];
        margin[1..=shares.len()].copy_from_slice(shares);
        margin
    }

    fn check(found: &Margin, wanted: &[f64]) {
        for (digit, wanted) in wanted.iter().enumerate() {
            let found = found[digit + 1];
            assert!((found - wanted).abs() < 1e-9, "level {digit}: {found} for {wanted}");
        }
    }

    fn limits(of: &[(f64, f64)]) -> Limits {
        Limits(vec![of.iter().map(|(least, most)| Limit { least: *least, most: *most, prior: None }).collect()])
    }

    /// Bounds, counts and shares by level.
    type Case<'c> = (&'c [(f64, f64)], &'c [f64], &'c [f64]);

    #[test]
    fn bounds_are_met_and_the_rest_is_in_proportion() {
        const ANY: (f64, f64) = (0.0, 1.0);
        let cases: [Case<'_>; 8] = [
            // 30 of 100, which may be 0.2 at most; within its bounds; at least 0.5.
            (&[ANY, (0.0, 0.2)], &[70.0, 30.0], &[0.8, 0.2]),
            (&[ANY, (0.2, 0.4)], &[70.0, 30.0], &[0.7, 0.3]),
            (&[ANY, (0.5, 1.0)], &[70.0, 30.0], &[0.5, 0.5]),
            // One fixed: 0.6 is left for 10 and 20.
            (&[ANY, ANY, (0.4, 0.4)], &[10.0, 20.0, 70.0], &[0.2, 0.4, 0.4]),
            // 0.7 down to 0.4 leaves 0.6; of that 10 and 20 are 0.2 and 0.4, and 0.4 may be 0.3.
            (&[ANY, (0.0, 0.3), (0.0, 0.4)], &[10.0, 20.0, 70.0], &[0.3, 0.3, 0.4]),
            // 0.6 is 0.1 too much, 0.05 lacks 0.25. Put up to 0.3 the last leaves 0.7 to 35 and 60, of
            // which 0.442 is within 0.5 now. To put 0.6 down to 0.5 as well would give 35 only 0.2.
            (&[ANY, (0.0, 0.5), (0.3, 1.0)], &[35.0, 60.0, 5.0], &[0.7 * 35.0 / 95.0, 0.7 * 60.0 / 95.0, 0.3]),
            // All fixed, whatever was counted; nothing counted of what is free.
            (&[(0.25, 0.25), (0.75, 0.75)], &[90.0, 10.0], &[0.25, 0.75]),
            (&[ANY, ANY, (0.4, 0.4)], &[0.0, 0.0, 70.0], &[0.3, 0.3, 0.4]),
        ];
        for (bounds, counts, wanted) in cases {
            let limits = limits(bounds);
            assert!(limits.check(&[bounds.len() as u8]));
            check(&limits.within(0, &margin(counts)), wanted);
        }
    }

    /// No shares on a grid within the bounds are likelier.
    #[test]
    fn no_other_shares_within_the_bounds_are_likelier() {
        let bounds = [(0.0, 0.45), (0.1, 0.3), (0.25, 0.5)];
        let limits = limits(&bounds);
        let loglik = |counts: &[f64], shares: &[f64]| -> f64 {
            counts.iter().zip(shares).map(|(count, share)| count * share.ln()).sum()
        };
        for counts in [[10.0, 20.0, 70.0], [80.0, 15.0, 5.0], [1.0, 98.0, 1.0], [40.0, 5.0, 55.0]] {
            let found = limits.within(0, &margin(&counts));
            assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let best = loglik(&counts, &found[1..4]);
            let mut tried = 0;
            for (first, second) in (1..200).flat_map(|first| (1..200 - first).map(move |second| (first, second))) {
                let shares = [first, second, 200 - first - second].map(|parts| f64::from(parts) / 200.0);
                if shares.iter().zip(&bounds).all(|(share, (least, most))| (*least..=*most).contains(share)) {
                    tried += 1;
                    assert!(loglik(&counts, &shares) <= best + 1e-9, "{shares:?} for {counts:?}");
                }
            }
            assert!(tried > 100);
        }
    }

    #[test]
    fn a_prior_counts_as_pairs_that_were_seen() {
        let prior = |share, pairs| Limit { prior: Some((share, pairs)), ..Limit::default() };
        let of = |limits: Vec<Limit>| Limits(vec![limits]);
        // 60 of 100, and 90 of another 100.
        let limits = of(vec![Limit::default(), prior(0.9, 100.0)]);
        check(&limits.likeliest(0, &margin(&[40.0, 60.0])), &[0.25, 0.75]);
        // Of three levels the two others stay as 1 to 3.
        let limits = of(vec![Limit::default(), Limit::default(), prior(0.9, 100.0)]);
        check(&limits.likeliest(0, &margin(&[10.0, 30.0, 60.0])), &[0.0625, 0.1875, 0.75]);
        // At most 0.7 even so.
        let limits = of(vec![Limit::default(), Limit { most: 0.7, ..prior(0.9, 100.0) }]);
        check(&limits.likeliest(0, &margin(&[40.0, 60.0])), &[0.3, 0.7]);
        // Chance of a thousand pairs, 0.02, with 0.05 of another thousand; the others share the rest.
        let limits = of(vec![Limit::default(), Limit::default(), prior(0.05, 1000.0)]);
        let known = limits.known(0, &margin(&[0.49, 0.49, 0.02]), |_| 1000.0);
        check(&known, &[0.4825, 0.4825, 0.035]);
    }

    #[test]
    fn a_joint_distribution_keeps_what_goes_together() {
        let class = Class::independent(&[margin(&[0.4, 0.6]), margin(&[0.5, 0.5])]).joined(0, 1);
        let mut held = class.clone();
        let limits = Limits(vec![vec![Limit::default(), Limit { least: 0.8, ..Limit::default() }], Vec::new()]);
        limits.hold(&mut held);
        check(&held.margin(0), &[0.2, 0.8]);
        check(&held.margin(1), &[0.5, 0.5]);
        // A prior's pairs are shared out by what goes with each level: 8 of 10, half of them each.
        let prior = Limit { prior: Some((0.8, 10.0)), ..Limit::default() };
        let limits = Limits(vec![vec![Limit::default(), prior], Vec::new()]);
        let mut sums = vec![[0.0; 256]];
        limits.add_earlier(&class, &mut sums, |_| true);
        let found = [[1, 1], [1, 2], [2, 1], [2, 2]].map(|[row, column]| sums[0][row << 4 | column]);
        for (found, wanted) in found.into_iter().zip([1.0, 1.0, 4.0, 4.0]) {
            assert!((found - wanted).abs() < 1e-12, "{found} for {wanted}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let sound = |of: &[(f64, f64)]| limits(of).check(&[of.len() as u8]);
        assert!(sound(&[(0.2, 0.2), (0.8, 0.8)]) && sound(&[(0.5, 1.0), (0.5, 1.0)]));
        assert!(!sound(&[(0.6, 1.0), (0.6, 1.0)]), "more than 1");
        assert!(!sound(&[(0.0, 0.3), (0.0, 0.3)]), "less than 1");
        assert!(!sound(&[(0.5, 0.4), (0.0, 1.0)]) && !sound(&[(-0.1, 1.0), (0.0, 1.0)]));
        assert!(!limits(&[(0.0, 1.0)]).check(&[2]) && Limits::default().check(&[2]));
    }
}
