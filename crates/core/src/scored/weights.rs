//! A model's weights, and the pairs they are given to.

use super::{Exclusive, MAX_LEVELS, Moved, Pattern, Weight};

/// What a model adds up for a pair, in whole numbers, so that any order of adding gives the
/// same sum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// log2 of the odds λ / (1 − λ) that two random rows match.
    pub prior: Weight,
    /// For each comparison the weight of each digit; 0 for null.
    pub levels: Vec<[Weight; MAX_LEVELS + 1]>,
    /// What pairs of comparisons add beyond the sum of the two, where they depend on each other.
    pub interactions: Vec<Interaction>,
    /// What errors of matches that exclude each other add, against random pairs and relatives alike.
    pub exclusive: Option<Exclusive>,
    /// What homes that some matches have left add, likewise.
    pub moved: Option<Moved>,
    /// What the frequency of the value that agrees adds.
    pub term_frequencies: Vec<TermFrequency>,
    /// What two comparisons add together for how common the value of one of them is.
    pub commonness: Vec<Commonness>,
    /// The same against relatives instead of random pairs; none where they are not reckoned with.
    pub related: Option<RelatedWeights>,
}

impl Weights {
    /// The weight of a pattern, with the prior and without term frequencies.
    #[must_use]
    pub fn of(&self, pattern: Pattern) -> Weight {
        self.with_terms(pattern, Terms::default())
    }

    /// The weight of a pattern, with the prior and what the pair's values add up to. It is that against
    /// random pairs and relatives together.
    #[inline]
    #[must_use]
    pub fn with_terms(&self, pattern: Pattern, terms: Terms) -> Weight {
        let random = self.against_random(pattern) + terms.random;
        self.against_relatives(pattern).map_or(random, |related| random.against_either(related + terms.related))
    }

    /// The weight of a pattern against random pairs alone, with the prior.
    #[inline]
    #[must_use]
    pub fn against_random(&self, pattern: Pattern) -> Weight {
        sum(self.prior, &self.levels, &self.interactions, pattern) + self.among_matches(pattern)
    }

    /// The weight of a pattern against relatives alone, where they are reckoned with.
    #[inline]
    #[must_use]
    pub fn against_relatives(&self, pattern: Pattern) -> Option<Weight> {
        let related = self.related.as_ref()?;
        Some(sum(related.prior, &related.levels, &related.interactions, pattern) + self.among_matches(pattern))
    }

    /// What errors that exclude each other and homes that were left add for a pattern.
    #[inline]
    #[must_use]
    pub fn among_matches(&self, pattern: Pattern) -> Weight {
        let exclusive = self.exclusive.as_ref().map(|exclusive| exclusive.of(pattern));
        let moved = self.moved.as_ref().map(|moved| moved.of(pattern));
        exclusive.into_iter().chain(moved).sum()
    }

    /// What no pattern's addition of that is above.
    #[must_use]
    pub fn most_among_matches(&self) -> Weight {
        let exclusive = self.exclusive.as_ref().map(Exclusive::most);
        exclusive.into_iter().chain(self.moved.as_ref().map(Moved::most)).sum()
    }
}

fn sum(prior: Weight, levels: &[[Weight; MAX_LEVELS + 1]], interactions: &[Interaction], pattern: Pattern) -> Weight {
    let alone = levels.iter().enumerate().map(|(c, digits)| digits[usize::from(pattern.digit(c))]);
    let together = interactions.iter().map(|interaction| interaction.of(pattern));
    prior + alone.chain(together).sum()
}

/// What the values of a pair add to its weight, beyond its pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Against random pairs: term frequencies and commonness.
    pub random: Weight,
    /// Against relatives: how old two of one home are. They share a rare name for another reason than
    /// chance, so that how frequent a value is adds nothing.
    pub related: Weight,
}

/// Weights of a match against a pair of relatives: two people who share some of their values
/// for a reason, as the surname and the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelatedWeights {
    /// log2 of how many matches there are for one pair of relatives.
    pub prior: Weight,
    /// For each comparison the weight of each digit; 0 for null.
    pub levels: Vec<[Weight; MAX_LEVELS + 1]>,
    /// What pairs of comparisons add beyond the sum of the two.
    pub interactions: Vec<Interaction>,
    /// What it adds how old two are who have a date of birth and a home in common: twins live together
    /// while they are children.
    pub twins: Option<Commonness>,
}

/// The weight that two comparisons add together, beyond the sum of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// The first comparison.
    pub first: usize,
    /// The second comparison, another than the first.
    pub second: usize,
    /// By digit of the first (rows) and of the second (columns), 16 × 16; 0 where a digit is
    /// null.
    pub weights: Vec<[Weight; MAX_LEVELS + 1]>,
}

impl Interaction {
    /// What it adds for a pattern.
    #[must_use]
    pub fn of(&self, pattern: Pattern) -> Weight {
        self.weights[usize::from(pattern.digit(self.first))][usize::from(pattern.digit(self.second))]
    }
}

/// What two comparisons that both agree closest add for how common the value of one of them is: where
/// many share one postcode, as in a home of the old, people of one date of birth live together oftener
/// than elsewhere, and an [`Interaction`] has the mean of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commonness {
    /// The two comparisons, each with its closest digit.
    pub closest: [(usize, u8); 2],
    /// Column of the value.
    pub column: usize,
    /// What each value number adds.
    pub by_value: Vec<Weight>,
}

impl Commonness {
    /// What it adds for a pattern, of a pair that has this value in common.
    #[inline]
    #[must_use]
    pub fn of(&self, pattern: Pattern, value: u32) -> Weight {
        let agrees = self.closest.iter().all(|(comparison, digit)| pattern.digit(*comparison) == *digit);
        if agrees { self.by_value.get(value as usize).copied().unwrap_or_default() } else { Weight::default() }
    }

    /// The most that it adds, at least nothing.
    #[must_use]
    pub fn most(&self) -> Weight {
        self.by_value.iter().copied().max().unwrap_or_default().max(Weight::default())
    }
}

/// Term-frequency adjustment of one level: agreement on a rare value says more.
///
/// For a pair at this level it adds the entry of its commoner value, that is the smaller of
/// the two entries (on an exact level the two are the same).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermFrequency {
    /// The comparison.
    pub comparison: usize,
    /// The digit of the level.
    pub digit: u8,
    /// Column of the left row's value.
    pub left: usize,
    /// Column of the right row's value.
    pub right: usize,
    /// What each value number adds.
    pub by_value: Vec<Weight>,
}

/// A pair that reached the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoredPair {
    /// Row of the left record.
    pub left: u32,
    /// Row of the right record; greater than the left one.
    pub right: u32,
    /// The blocking rule that found it first.
    pub rule: u16,
    /// Its agreement pattern.
    pub pattern: Pattern,
    /// Its match weight, with prior and term frequencies.
    pub weight: Weight,
}
