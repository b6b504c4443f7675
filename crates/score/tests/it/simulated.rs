//! A world with known m, u and λ, and the pattern counts that blocking rules see of it.

use counterfoil_core::scored::Pattern;
use counterfoil_score::{Chance, Observations, RulePatterns};

/// Probability of every combination of digits, by pattern.
pub(crate) type Joint = Vec<(Pattern, f64)>;

pub(crate) struct World {
    pub(crate) levels: Vec<u8>,
    pub(crate) total: f64,
    pub(crate) lambda: f64,
    pub(crate) matches: Joint,
    pub(crate) others: Joint,
    /// Probability that a comparison is null, whatever the class.
    pub(crate) null: Vec<f64>,
}

/// A blocking rule: the digits it needs, by comparison.
pub(crate) type Needs = Vec<(usize, Vec<u8>)>;

/// All comparisons independent: `shares` by comparison and level, from digit 1 on.
pub(crate) fn independent(shares: &[Vec<f64>]) -> Joint {
    shares.iter().enumerate().fold(vec![(Pattern::default(), 1.0)], |joint, (c, levels)| {
        let extend = |(pattern, p): (Pattern, f64)| {
            levels.iter().enumerate().map(move |(level, share)| (pattern.with(c, level as u8 + 1), p * share))
        };
        joint.into_iter().flat_map(extend).collect()
    })
}

/// A mixture of two kinds of pairs.
pub(crate) fn mixed(share: f64, one: &Joint, other: &Joint) -> Joint {
    one.iter().zip(other).map(|((pattern, p), (_, q))| (*pattern, share * p + (1.0 - share) * q)).collect()
}

/// The share of each level of a comparison.
pub(crate) fn margin(joint: &Joint, comparison: usize, levels: u8) -> Vec<f64> {
    let mut shares = vec![0.0; usize::from(levels)];
    joint.iter().for_each(|(pattern, p)| shares[usize::from(pattern.digit(comparison)) - 1] += p);
    shares
}

impl World {
    /// The chance of each level among all pairs, exactly.
    pub(crate) fn chances(&self) -> Vec<Chance> {
        let all = mixed(self.lambda, &self.matches, &self.others);
        let chance = |(comparison, levels): (usize, &u8)| Chance {
            comparison,
            probabilities: margin(&all, comparison, *levels),
            standard_errors: vec![0.0; usize::from(*levels)],
        };
        self.levels.iter().enumerate().map(chance).collect()
    }

    /// What rules see, in expected counts, for matches and for others: (pattern, count), nulls
    /// included.
    pub(crate) fn expected(&self, needs: &Needs) -> Vec<(Pattern, f64, f64)> {
        let met = |pattern: &Pattern| needs.iter().all(|(c, digits)| digits.contains(&pattern.digit(*c)));
        let found = self.matches.iter().zip(&self.others).filter(|((pattern, _), _)| met(pattern));
        let mut counts = Vec::new();
        for ((pattern, m), (_, u)) in found {
            let pairs = self.total * self.coverage(needs);
            let (m, u) = (m * self.lambda * pairs, u * (1.0 - self.lambda) * pairs);
            for (pattern, share) in self.nulls(*pattern, needs) {
                counts.push((pattern, m * share, u * share));
            }
        }
        counts.sort_by_key(|(pattern, _, _)| *pattern);
        let mut merged: Vec<(Pattern, f64, f64)> = Vec::new();
        for (pattern, m, u) in counts {
            match merged.last_mut() {
                Some(last) if last.0 == pattern => {
                    last.1 += m;
                    last.2 += u;
                }
                _ => merged.push((pattern, m, u)),
            }
        }
        merged
    }

    /// A pattern with every set of its digits null, and the share of each; a rule's own fields
    /// are never null.
    fn nulls(&self, pattern: Pattern, needs: &Needs) -> Vec<(Pattern, f64)> {
        self.null.iter().enumerate().fold(vec![(pattern, 1.0)], |shares, (c, null)| {
            let needed = needs.iter().any(|(need, _)| *need == c);
            let part = |(pattern, share): (Pattern, f64)| {
                let hidden = (!needed && *null > 0.0).then(|| (pattern.with(c, 0), share * null));
                let shown = (pattern, if needed { share } else { share * (1.0 - null) });
                hidden.into_iter().chain([shown])
            };
            shares.into_iter().flat_map(part).collect()
        })
    }

    /// Share of pairs with the fields of a rule.
    fn coverage(&self, needs: &Needs) -> f64 {
        needs.iter().map(|(c, _)| 1.0 - self.null[*c]).product()
    }

    /// Observations of several rules, with counts made of expected ones.
    pub(crate) fn observations(&self, rules: &[Needs], count: impl FnMut(f64) -> u64) -> Observations {
        self.observed(rules, &[], count)
    }

    /// The same, and of pairs that agree closest in one comparison each.
    pub(crate) fn observed(&self, rules: &[Needs], alike: &[Needs], mut count: impl FnMut(f64) -> u64) -> Observations {
        let mut rule = |needs: &Needs| {
            let counts: Vec<(Pattern, u64)> =
                self.expected(needs).into_iter().map(|(pattern, m, u)| (pattern, count(m + u))).collect();
            let allowed = |(c, levels): (usize, &u8)| match needs.iter().find(|(need, _)| *need == c) {
                Some((_, digits)) => digits.clone(),
                None => (0..=*levels).collect(),
            };
            RulePatterns {
                allowed: self.levels.iter().enumerate().map(allowed).collect(),
                pairs: counts.iter().map(|(_, count)| *count as f64).sum(),
                coverage: self.coverage(needs),
                counts,
            }
        };
        Observations {
            levels: self.levels.clone(),
            total_pairs: self.total,
            rules: rules.iter().map(&mut rule).collect(),
            alike: alike.iter().map(&mut rule).collect(),
            beside: Vec::new(),
            chances: self.chances(),
            parts: Vec::new(),
            same_year: Vec::new(),
        }
    }
}

/// A generator of random numbers that anyone can rewrite: `SplitMix64` (Steele and others, 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A Poisson count: for small means by multiplying, for large ones a rounded normal.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 50.0 {
            let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            return (mean + normal * mean.sqrt()).round().max(0.0) as u64;
        }
        let limit = (-mean).exp();
        let (mut count, mut product) = (0, self.unit());
        while product > limit {
            count += 1;
            product *= self.unit();
        }
        count
    }
}
