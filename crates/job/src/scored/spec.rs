//! A probabilistic linkage as written: what is blocked on, what is compared, how the model is
//! estimated, and what is made of its weights.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::condition::{ConditionSpec, KeySpec, Term};
pub use super::limits::{LimitSpec, ShareSpec};

/// `[linkage.estimate]`: a model that is estimated from the data itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateSpec {
    /// Which pairs are compared. Left out: chosen from the roles and the data's frequencies.
    #[serde(default, rename = "block", skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockSpec>,
    /// What is compared. Left out: every linkage field, by its role.
    #[serde(default, rename = "comparison", skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<ComparisonSpec>,
    /// How much higher a number is on the right than on the left in records of one person, by field, such
    /// as an age ten years later. The numbers are brought to one time before anything is blocked on or
    /// compared. Left out: two sides are looked at for it. 0: the numbers are of one time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gap: BTreeMap<String, i32>,
    /// Whether fields that depend on each other are looked for: `check` says so in the
    /// manifest, `model` adds what they say together to the model.
    #[serde(default)]
    pub dependence: DependenceSpec,
    /// Whether relatives are reckoned with: people who share some values for a reason, such as
    /// surname and address, and would else count as matches. Left out: they are. Splink knows no
    /// relatives, so a model that is to be written for it is estimated without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relatives: Option<bool>,
    /// Whether it is learnt what missing values say. `false`: nothing. Splink has them say nothing, so
    /// a model that is to be written for it is estimated without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<bool>,
    /// Pairs that are matches whatever they weigh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definite: Vec<ConditionSpec>,
    /// Pairs that are no matches whatever they weigh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub veto: Vec<ConditionSpec>,
    /// Most rounds of estimation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_rounds: Option<u32>,
    /// Pairs that a model is learnt from: a file with columns `left_row`, `right_row`, `match`,
    /// and, of several data sets, `left_source` and `right_source`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// A column that names the true person, by which the model is learnt instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth_column: Option<String>,
}

/// What is done about comparisons that depend on each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DependenceSpec {
    /// Nothing.
    Off,
    /// It is measured and reported.
    Check,
    /// The worst pairs of comparisons get weights together.
    #[default]
    Model,
}

/// A blocking rule: pairs that agree on all its keys are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockSpec {
    /// What must be equal and present in both records. Without any, all pairs are compared.
    pub on: Vec<KeySpec>,
    /// Sorted neighbourhood: among the records equal on the keys, only those near each other
    /// in an order are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<NearSpec>,
    /// Most pairs of one block; a block with more is left out and reported. Left out: no cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u64>,
}

impl fmt::Display for BlockSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.on.iter().map(KeySpec::to_string).collect();
        match (&keys[..], &self.near) {
            ([], None) => f.write_str("all pairs"),
            (_, None) => f.write_str(&keys.join(", ")),
            ([], Some(near)) => write!(f, "within {} by {}", near.window, near.by),
            (_, Some(near)) => write!(f, "{}; within {} by {}", keys.join(", "), near.window, near.by),
        }
    }
}

/// An order of records, and how near they must be in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearSpec {
    /// What the records are ordered by.
    pub by: Term,
    /// How many records stand in the window: each is compared with the next `window` − 1.
    pub window: u32,
}

/// A comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonSpec {
    /// Its name. Left out: the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A ready-made comparison: `name`, `given_and_family_name`, `full_name`, `date_of_birth`,
    /// `postcode`, `foreign_postcode`, `sex`, `email`, `identifier`, `phone`, `text`, `category`,
    /// `number`, `location`, `several` or `exact`. Otherwise give levels.
    #[serde(default, rename = "is", skip_serializing_if = "Option::is_none")]
    pub ready_made: Option<String>,
    /// The field, or fields, of a ready-made comparison.
    #[serde(default, rename = "of", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// When the pair says nothing. Left out: when a field that the closest level names is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null: Option<ConditionSpec>,
    /// What it adds to a pair's weight, in bits, that it says nothing. Left out: nothing; in an
    /// estimate, what the data tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
    /// Levels, the closest first; the last one is `else`.
    #[serde(default, rename = "level", skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelSpec>,
}

/// A level of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelSpec {
    /// When a pair has this level, if it has none above.
    pub when: ConditionSpec,
    /// What people call it. Left out: the condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Probability of this level among matches. In a job that estimates a number is kept, and a table
    /// says within what bounds it is estimated (`least`, `most`) or what is known beforehand (`prior`,
    /// `pairs`). Left out: estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m: Option<ShareSpec>,
    /// The same among non-matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub u: Option<ShareSpec>,
    /// Probability of this level among relatives, where the model reckons with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related: Option<f64>,
    /// Whether no pair was seen at this level, so that m is a guess.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unobserved: bool,
    /// The term whose frequency adjusts the weight: agreement on a rare value says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_frequency: Option<TermFrequencySpec>,
}

impl LevelSpec {
    /// A level of which nothing is told but when a pair has it.
    #[must_use]
    pub fn of(when: ConditionSpec) -> LevelSpec {
        LevelSpec { when, label: None, m: None, u: None, related: None, unobserved: false, term_frequency: None }
    }

    /// m, where it is a number.
    #[must_use]
    pub fn m(&self) -> Option<f64> {
        self.m.and_then(ShareSpec::value)
    }

    /// u, where it is a number.
    #[must_use]
    pub fn u(&self) -> Option<f64> {
        self.u.and_then(ShareSpec::value)
    }
}

/// A term-frequency adjustment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermFrequencySpec {
    /// The term whose frequency counts.
    pub of: Term,
    /// How much of the adjustment is made, 0 to 1.
    #[serde(default = "whole")]
    pub weight: f64,
    /// The least frequency that is reckoned with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Of the rows that have a row's value, how many are reckoned to be of the same person: they
    /// do not make a value common. Estimated where it is not given; a given model without it
    /// takes none off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<f64>,
    /// A file of how often values occur in a population, in place of the data's own counts: columns
    /// `value`, and `count` or `share`. Not in token mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
}

fn whole() -> f64 {
    1.0
}

/// `model.toml`: a model that is estimated or given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Counterfoil model")]
pub struct ModelSpec {
    /// Version of this shape: 1.
    pub version: u32,
    /// λ: the probability that two random records match.
    pub lambda: f64,
    /// The probability that two random records are of relatives: people who share some values
    /// for a reason, such as surname and address. Left out: they are not reckoned with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relatives: Option<f64>,
    /// How many times as likely, given all others, a match is to differ in a comparison for each other
    /// one in which it differs: above 0 and below 1. Left out: an error tells nothing of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<f64>,
    /// Matches who have moved. Left out: none are told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedSpec>,
    /// How many live with their twin, by age. Left out: as many at any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twins: Option<TwinsSpec>,
    /// How much higher a number is on the right than on the left in records of one person, by field:
    /// the lower ones are raised before anything is blocked on or compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gap: BTreeMap<String, i32>,
    /// Which pairs are compared.
    #[serde(default, rename = "block", skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockSpec>,
    /// What is compared, with m and u.
    #[serde(rename = "comparison")]
    pub comparisons: Vec<ComparisonSpec>,
    /// What pairs of comparisons add together.
    #[serde(default, rename = "interaction", skip_serializing_if = "Vec::is_empty")]
    pub interactions: Vec<InteractionSpec>,
    /// Pairs that are matches whatever they weigh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub definite: Vec<ConditionSpec>,
    /// Pairs that are no matches whatever they weigh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub veto: Vec<ConditionSpec>,
}

/// Matches who have moved: of their homes they have in common what chance gives, so that u says how often
/// they have each level there. m is of all matches, those who have moved among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedSpec {
    /// The share of matches that have moved.
    pub share: f64,
    /// Names of the comparisons that are about homes.
    pub comparisons: Vec<String>,
}

/// Bits that age adds to the weight of a match against relatives where both have date of birth and home in
/// common: twins live together while they are children.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TwinsSpec {
    /// Name of the comparison of dates of birth.
    pub birth: String,
    /// Name of the comparison of homes.
    pub home: String,
    /// Bits for those who are less than twenty years older than the newest date of birth.
    pub young: f64,
    /// Bits for others.
    pub older: f64,
}

/// What two comparisons add together, beyond the sum of their weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InteractionSpec {
    /// Name of the first comparison.
    pub first: String,
    /// Name of the second comparison.
    pub second: String,
    /// Bits by level of the first (rows) and of the second (columns), closest first.
    pub bits: Vec<Vec<f64>>,
    /// The same against relatives; left out where these are not reckoned with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Vec<f64>>,
    /// What both add where they agree closest, for how common the value of one of them is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commonness: Option<CommonnessSpec>,
}

/// What two comparisons that agree closest add for how common the value of one of them is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommonnessSpec {
    /// Name of the comparison whose value counts, one of the two.
    pub of: String,
    /// Classes of values: the least share of the rows with a value that have this one, ascending.
    pub from: Vec<f64>,
    /// The bits of each class; rarer values add nothing.
    pub bits: Vec<f64>,
}

/// `[linkage.decide]`: what is made of the weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideSpec {
    /// From where on a pair is a link. Left out: where the estimated F1 is best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<ThresholdSpec>,
    /// From where on a pair is a possible link, listed apart. Left out: there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible: Option<ThresholdSpec>,
    /// How links are chosen among the pairs above the threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<ResolveSpec>,
    /// Fields of which a person has one value: a cluster with two is parted at its weakest
    /// links.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_value_of: Vec<String>,
    /// Data sets of which a person has at most one record, such as registered deaths: a cluster
    /// with two is parted likewise, and candidates on the other side of such a data set are weighed
    /// against each other. Left out: two sides are looked at for it, if the model is estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_record_of: Option<Vec<String>>,
}

/// A threshold, stated in one of five ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdSpec {
    /// Where the estimated F1 is best.
    #[default]
    BestF1,
    /// A match probability.
    Probability(f64),
    /// A match weight in bits.
    Weight(f64),
    /// The lowest threshold at which at most this share of links is estimated to be false.
    FalseLinks(f64),
    /// The highest threshold at which at most this share of matches is estimated to be missed.
    MissedLinks(f64),
}

impl ThresholdSpec {
    /// Whether it lies above another that is stated in the same way.
    pub(crate) fn is_above(self, other: ThresholdSpec) -> bool {
        use ThresholdSpec::{FalseLinks, MissedLinks, Probability, Weight};
        match (self, other) {
            (Probability(one), Probability(other))
            | (Weight(one), Weight(other))
            | (MissedLinks(one), MissedLinks(other)) => one > other,
            (FalseLinks(one), FalseLinks(other)) => one < other,
            _ => false,
        }
    }
}

/// How links are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResolveSpec {
    /// Every pair is a link, and linked records are one person.
    Components,
    /// The same, but no person has two values of what `one_value_of` names, or two records of
    /// what `one_record_of` names: links are taken from the strongest down, and those that would
    /// bring two together are refused.
    CutConflicts,
    /// As components, but two groups are one only if every pair across them is linked.
    CompleteLinkage,
    /// One to one, of the greatest total weight.
    OneToOne,
    /// One to one, strongest pair first.
    Greedy,
    /// Many to one: each right record has its best left one.
    BestPerRight,
}
