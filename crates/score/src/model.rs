//! A Fellegi–Sunter model, and the weights that follow from it.

use counterfoil_core::scored::{Exclusive, Interaction, MAX_LEVELS, Moved, RelatedWeights, Weight, Weights};

/// What is known of matches and non-matches (Fellegi and Sunter, 1969).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// λ: the probability that two random rows are a match.
    pub lambda: f64,
    /// The comparisons.
    pub comparisons: Vec<ComparisonModel>,
    /// Pairs of comparisons that depend on each other. No comparison stands in two among matches, and
    /// those among non-matches close no circle.
    pub interactions: Vec<JointModel>,
    /// How many times as likely, given all others, a match is to differ in a comparison for each other
    /// one in which it differs ([`Exclusive`]), above 0 and below 1; none where an error tells nothing of
    /// others.
    pub further: Option<f64>,
    /// Matches who have moved, where they are reckoned with.
    pub moved: Option<MovedModel>,
    /// Relatives, where they are reckoned with and some were found.
    pub related: Option<RelatedModel>,
}

/// Matches who have moved: of their homes they have in common what chance gives, and all else is as among
/// other matches. m of a comparison is that of all matches, those who have moved among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovedModel {
    /// The share of matches that have moved.
    pub share: f64,
    /// The comparisons that are about homes.
    pub comparisons: Vec<usize>,
}

/// Pairs of relatives: non-matches that share some of their values for a reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelatedModel {
    /// The probability that two random rows are relatives.
    pub share: f64,
    /// For each comparison the probability of each level among them, from digit 1 on.
    pub levels: Vec<Vec<f64>>,
    /// How levels go together: among matches as in the model, and among relatives in the place
    /// of non-matches.
    pub interactions: Vec<JointModel>,
    /// How much likelier or less the young are than others to live with somebody of their own date of
    /// birth; none where that is not known.
    pub twins: Option<TwinsModel>,
}

/// Of relatives who have a date of birth and a home in common, what their age adds to the weight of a
/// match against them, in bits: twins live together while they are children.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TwinsModel {
    /// The comparison of dates of birth.
    pub birth: usize,
    /// The comparison of homes.
    pub home: usize,
    /// Where both are children.
    pub young: f64,
    /// Where they are older.
    pub older: f64,
}

/// One comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonModel {
    /// Its levels from digit 1 ("else") to the closest.
    pub levels: Vec<LevelModel>,
}

/// One level of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LevelModel {
    /// m: the probability of this level among matches that have both values.
    pub m: f64,
    /// u: the same among non-matches.
    pub u: f64,
    /// Standard error of m, from the number of pairs that it rests on; 0 where there are none.
    /// What the model is wrong about, and clusters of many pairs, come on top.
    pub m_error: f64,
    /// Some match was seen at this level; else m comes from the prior alone.
    pub m_observed: bool,
    /// Chance, or some non-match, was seen at this level; else u is the bound or the prior.
    pub u_observed: bool,
    /// u was raised to its bound: matches account for all that is seen at this level.
    pub u_bounded: bool,
}

/// How the levels of two comparisons go together, by digit less one of the first (outer) and of
/// the second (inner): the joint probability as a multiple of the product of the two. 1 means
/// that they are independent there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JointModel {
    /// The first comparison.
    pub first: usize,
    /// The second comparison.
    pub second: usize,
    /// Among matches.
    pub m: Vec<Vec<f64>>,
    /// Among non-matches.
    pub u: Vec<Vec<f64>>,
    /// Where both agree closest and it depends on how common a value is.
    pub commonness: Option<CommonnessModel>,
}

/// What two comparisons that agree closest add for how common the value of one of them is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommonnessModel {
    /// Whose value counts.
    pub comparison: usize,
    /// From which share of the rows with a value on that have this one how many bits are added,
    /// ascending; nothing to rarer values.
    pub classes: Vec<(f64, f64)>,
}

impl CommonnessModel {
    /// The bits of a value that so large a share of rows has.
    #[must_use]
    pub fn bits(&self, share: f64) -> f64 {
        self.classes.iter().take_while(|(from, _)| *from <= share).last().map_or(0.0, |(_, bits)| *bits)
    }
}

impl Model {
    /// The weights in whole units: log2 of m / u for each level, log2 of λ / (1 − λ) as the
    /// prior, and what joint distributions add. What values add is the caller's to put there.
    #[must_use]
    pub fn weights(&self) -> Weights {
        Weights {
            prior: Weight::from_bits((self.lambda / (1.0 - self.lambda)).log2()),
            levels: self.comparisons.iter().map(ComparisonModel::weights).collect(),
            interactions: self.interactions.iter().map(JointModel::weights).collect(),
            exclusive: self.exclusive(),
            moved: self.moved(),
            term_frequencies: Vec::new(),
            commonness: Vec::new(),
            related: self.related.as_ref().map(|related| self.against(related)),
        }
    }

    /// How errors of matches go together where they exclude each other.
    fn exclusive(&self) -> Option<Exclusive> {
        let closest = |comparison: &ComparisonModel| comparison.levels.last().map_or(0.0, |level| level.m);
        let differing: Vec<f64> = self.comparisons.iter().map(|comparison| 1.0 - closest(comparison)).collect();
        let digits = self.comparisons.iter().map(|comparison| comparison.levels.len() as u8).collect();
        Some(Exclusive::new(self.further?, digits, &differing))
    }

    /// What comparisons of homes say together.
    fn moved(&self) -> Option<Moved> {
        let moved = self.moved.as_ref()?;
        let levels = |comparison: &usize| {
            let of = |level: &LevelModel| (level.m, level.u);
            (*comparison, self.comparisons[*comparison].levels.iter().map(of).collect())
        };
        Some(Moved::new(moved.share, moved.comparisons.iter().map(levels).collect()))
    }

    fn against(&self, related: &RelatedModel) -> RelatedWeights {
        let levels = self.comparisons.iter().zip(&related.levels).map(|(comparison, shares)| {
            let mut weights = [Weight::default(); MAX_LEVELS + 1];
            for (weight, (level, share)) in weights[1..].iter_mut().zip(comparison.levels.iter().zip(shares)) {
                *weight = Weight::from_bits(level.m.log2() - share.log2());
            }
            weights
        });
        RelatedWeights {
            prior: Weight::from_bits((self.lambda / related.share).log2()),
            levels: levels.collect(),
            interactions: related.interactions.iter().map(JointModel::weights).collect(),
            twins: None,
        }
    }
}

impl ComparisonModel {
    fn weights(&self) -> [Weight; MAX_LEVELS + 1] {
        let mut weights = [Weight::default(); MAX_LEVELS + 1];
        for (weight, level) in weights[1..].iter_mut().zip(&self.levels) {
            *weight = level.weight();
        }
        weights
    }
}

impl LevelModel {
    /// Match weight: log2 of m over u.
    ///
    /// Weights add across comparisons because levels are assumed independent given match status.
    #[must_use]
    pub fn weight(&self) -> Weight {
        Weight::from_bits(self.m.log2() - self.u.log2())
    }
}

impl JointModel {
    fn weights(&self) -> Interaction {
        let mut weights = vec![[Weight::default(); MAX_LEVELS + 1]; MAX_LEVELS + 1];
        for (row, (m, u)) in weights[1..].iter_mut().zip(self.m.iter().zip(&self.u)) {
            for (weight, (m, u)) in row[1..].iter_mut().zip(m.iter().zip(u)) {
                *weight = Weight::from_bits(m.log2() - u.log2());
            }
        }
        Interaction { first: self.first, second: self.second, weights }
    }
}

#[cfg(test)]
mod tests {
    use super::CommonnessModel;

    #[test]
    fn a_value_has_the_bits_of_its_class() {
        let model = CommonnessModel { comparison: 0, classes: vec![(0.01, 0.5), (0.02, -0.25)] };
        let quarters = |share: f64| (model.bits(share) * 4.0) as i32;
        assert_eq!([0.0, 0.0099, 0.01, 0.0199, 0.02, 1.0].map(quarters), [0, 0, 2, 2, -1, -1]);
    }
}
