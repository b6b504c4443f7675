//! What an estimation is given: counts of agreement patterns, and what chance alone gives.

use counterfoil_core::scored::Pattern;

use crate::Options;

/// All that a model is estimated from.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// Number of levels of each comparison, the null level apart (1 to 15).
    pub levels: Vec<u8>,
    /// Number of pairs of rows that could be compared at all, without any blocking.
    pub total_pairs: f64,
    /// What each blocking rule finds.
    pub rules: Vec<RulePatterns>,
    /// Pairs that agree closest in one comparison each, for as many comparisons as there are such
    /// pairs of. They tell how comparisons depend on each other among non-matches, and stand in
    /// for rules where no rule leaves a comparison free.
    pub alike: Vec<RulePatterns>,
    /// For each of these, by position, which of its pairs are beside one that agrees in everything;
    /// empty where that was not looked at.
    pub beside: Vec<Beside>,
    /// What chance gives, for the comparisons for which it is known. Where it is not, u is
    /// estimated from the blocked pairs as well.
    pub chances: Vec<Chance>,
    /// What parts of values give by chance, for the comparisons for which that is known.
    pub parts: Vec<Parts>,
    /// What pairs that are alike have of dates of one year.
    pub same_year: Vec<SameYear>,
}

/// How often each pattern occurs among the pairs of one blocking rule.
#[derive(Clone, Debug, Default)]
pub struct RulePatterns {
    /// For each comparison the digits that pairs of this rule can have, null (0) among them if
    /// they can have that. A rule on equal surnames gives the surname's comparison one digit.
    /// An empty list sets the comparison aside in this rule: the rule touches the field in a
    /// way that no set of levels describes, such as by its first letters.
    pub allowed: Vec<Vec<u8>>,
    /// Number of all pairs the rule finds, also those that other rules find.
    pub pairs: f64,
    /// Share of all pairs of rows in which both rows have the fields that the rule needs.
    pub coverage: f64,
    /// The patterns with their counts, each pattern once; perhaps of a sample of the pairs.
    pub counts: Vec<(Pattern, u64)>,
}

/// Pairs of which one row has another pair that agrees closest in every comparison. If that one is of
/// one person, these hardly ever are: so they tell how often people have something in common who are
/// not the same.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Their patterns with their counts.
    pub counts: Vec<(Pattern, u64)>,
    /// Share of all pairs that are beside such a one, if it does not matter which rows have it.
    pub share: f64,
}

/// How the levels of one comparison are distributed among *all* pairs of rows that have both
/// values: random pairs, no blocking, the few matches among them included.
#[derive(Clone, Debug, Default)]
pub struct Chance {
    /// The comparison.
    pub comparison: usize,
    /// Probability of each level, from digit 1 on. Sums to 1.
    pub probabilities: Vec<f64>,
    /// Standard error of each probability; 0 where it was counted and not sampled.
    pub standard_errors: Vec<f64>,
}

/// What the closest level of a comparison is made of that does not go together by chance, such as the
/// year of a date, and its day and month: random pairs agree in the whole at least as often as the
/// product says. Where matches are most of what chance shows, that is known far better than the whole.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// The comparison.
    pub comparison: usize,
    /// By part the probability that two random rows agree in it, the matches among them included.
    pub probabilities: Vec<f64>,
}

/// Dates of pairs that agree closest in another comparison. Nobody is born on a day because of the year:
/// people who are of one age oftener than chance has it, as in a home of the old, have one date of birth
/// so much oftener too. Of those with one year far more pairs are strangers than of those with one date.
#[derive(Clone, Debug, Default)]
pub struct SameYear {
    /// The comparison of the dates.
    pub comparison: usize,
    /// The pairs, as a position among those that are alike.
    pub alike: usize,
    /// The pairs by how common the value is that they are alike in, rare ones first.
    pub classes: Vec<DatedPairs>,
    /// Probability that two random rows have dates of one year that are not the same.
    pub chance: f64,
}

/// Pairs with two whole dates that are alike in a value about so common; patterns are without the digit
/// of the dates.
#[derive(Clone, Debug, Default)]
pub struct DatedPairs {
    /// The share of rows with a value that have this one is at least so much.
    pub from: f64,
    /// All of them.
    pub all: Vec<(Pattern, u64)>,
    /// Those with dates of one year that are not the same.
    pub same_year: Vec<(Pattern, u64)>,
}

/// A mistake in what an estimation was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
    /// A model has 1 to 16 comparisons.
    ComparisonCount(usize),
    /// A comparison has 1 to 15 levels.
    LevelCount {
        /// The comparison.
        comparison: usize,
    },
    /// A rule does not list allowed digits for every comparison, or one that does not exist.
    Allowed {
        /// The rule.
        rule: usize,
    },
    /// A rule's number of pairs, its coverage or the total is no positive number.
    Pairs {
        /// The rule; none for the total.
        rule: Option<usize>,
    },
    /// Chance is given for no comparison of the model, twice, with another number of levels, or
    /// does not sum to 1.
    Chance {
        /// Position in the list of chances.
        position: usize,
    },
    /// An option lies outside its range.
    Options,
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InputError::ComparisonCount(found) => write!(f, "{found} comparisons; a model has 1 to 16"),
            InputError::LevelCount { comparison } => write!(f, "comparison {comparison} has not 1 to 15 levels"),
            InputError::Allowed { rule } => write!(f, "rule {rule} does not list the levels of every comparison"),
            InputError::Pairs { rule: Some(rule) } => {
                write!(f, "the pairs or the coverage of rule {rule} are no count")
            }
            InputError::Pairs { rule: None } => write!(f, "the number of all pairs is no count"),
            InputError::Chance { position } => write!(f, "chance {position} is no distribution over its levels"),
            InputError::Options => write!(f, "an option is out of range"),
        }
    }
}

impl std::error::Error for InputError {}

impl Observations {
    /// Finds the first mistake, so that what follows need not look.
    pub(crate) fn check(&self, options: &Options) -> Result<(), InputError> {
        self.check_levels()?;
        for (rule, patterns) in self.rules.iter().chain(&self.alike).enumerate() {
            self.check_rule(rule, patterns)?;
        }
        let mut seen = vec![false; self.levels.len()];
        for (position, chance) in self.chances.iter().enumerate() {
            let wrong = InputError::Chance { position };
            let levels = usize::from(*self.levels.get(chance.comparison).ok_or(wrong)?);
            let known = std::mem::replace(&mut seen[chance.comparison], true);
            if known || !chance.is_distribution(levels) {
                return Err(wrong);
            }
        }
        options.check(&self.levels).then_some(()).ok_or(InputError::Options)
    }

    fn check_levels(&self) -> Result<(), InputError> {
        if !(1..=16).contains(&self.levels.len()) {
            return Err(InputError::ComparisonCount(self.levels.len()));
        }
        if let Some(comparison) = self.levels.iter().position(|levels| !(1..=15).contains(levels)) {
            return Err(InputError::LevelCount { comparison });
        }
        let counted = self.total_pairs.is_finite() && self.total_pairs > 0.0;
        counted.then_some(()).ok_or(InputError::Pairs { rule: None })
    }

    fn check_rule(&self, rule: usize, patterns: &RulePatterns) -> Result<(), InputError> {
        let in_range = |(allowed, levels): (&Vec<u8>, &u8)| allowed.iter().all(|digit| digit <= levels);
        if patterns.allowed.len() != self.levels.len() || !patterns.allowed.iter().zip(&self.levels).all(in_range) {
            return Err(InputError::Allowed { rule });
        }
        let counted = patterns.pairs.is_finite() && patterns.pairs >= 0.0;
        let covered = patterns.coverage > 0.0 && patterns.coverage <= 1.0 + 1e-9;
        (counted && covered).then_some(()).ok_or(InputError::Pairs { rule: Some(rule) })
    }
}

impl Chance {
    /// How many pairs what is said of a level rests on, of so many that there are.
    pub(crate) fn pairs(&self, digit: usize, all: f64) -> f64 {
        let (p, error) = (self.probabilities[digit - 1], self.standard_errors[digit - 1]);
        if error > 0.0 { (p * (1.0 - p) / (error * error)).min(all) } else { all }
    }

    fn is_distribution(&self, levels: usize) -> bool {
        let whole = |numbers: &[f64]| numbers.len() == levels && numbers.iter().all(|n| n.is_finite() && *n >= 0.0);
        whole(&self.probabilities)
            && whole(&self.standard_errors)
            && (self.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-6
    }
}
