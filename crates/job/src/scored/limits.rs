//! What a job says of m and u of a level before they are estimated: fixed values, bounds, priors.

use std::fmt;

use counterfoil_core::Fault;
use counterfoil_score::{Limit, Limits};
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::spec::{ComparisonSpec, LevelSpec};

/// m or u of a level. A number is the probability itself: a model has it, and a job that estimates
/// keeps it fixed. A table says within what bounds it is estimated, or what is known of it beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ShareSpec {
    /// The probability.
    Is(f64),
    /// In a job that estimates: what is said of it.
    Within(LimitSpec),
}

/// What a job says of m or u of a level that is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// The least that it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The most that it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
    /// What it is expected to be. Together with `pairs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<f64>,
    /// How many pairs that were seen before the expectation counts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<f64>,
}

impl ShareSpec {
    /// The probability, where it is a number.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            ShareSpec::Is(value) => Some(value),
            ShareSpec::Within(_) => None,
        }
    }

    /// The same, as arithmetic has it.
    pub(crate) fn limit(self) -> Limit {
        match self {
            ShareSpec::Is(value) => Limit::fixed(value),
            ShareSpec::Within(LimitSpec { least, most, prior, pairs }) => {
                Limit { least: least.unwrap_or(0.0), most: most.unwrap_or(1.0), prior: prior.zip(pairs) }
            }
        }
    }
}

impl<'de> Deserialize<'de> for ShareSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ShareSpec, D::Error> {
        deserializer.deserialize_any(NumberOrTable)
    }
}

/// Reads either form, and says of a table what is wrong in it.
struct NumberOrTable;

impl<'de> Visitor<'de> for NumberOrTable {
    type Value = ShareSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a probability, or a table of `least`, `most`, `prior` and `pairs`")
    }

    fn visit_f64<E>(self, value: f64) -> Result<ShareSpec, E> {
        Ok(ShareSpec::Is(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ShareSpec, E> {
        Ok(ShareSpec::Is(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ShareSpec, E> {
        Ok(ShareSpec::Is(value as f64))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ShareSpec, A::Error> {
        LimitSpec::deserialize(MapAccessDeserializer::new(map)).map(ShareSpec::Within)
    }
}

/// m or u, as they are called and found.
type Named = (&'static str, fn(&LevelSpec) -> Option<ShareSpec>);

const BOTH: [Named; 2] = [("m", |level| level.m), ("u", |level| level.u)];

/// What is said of m and of u, as arithmetic has it: loosest levels first.
pub(crate) fn limits(comparisons: &[ComparisonSpec]) -> [Limits; 2] {
    BOTH.map(|(_, of)| {
        let limit = |level: &LevelSpec| of(level).map(ShareSpec::limit).unwrap_or_default();
        let says = |comparison: &ComparisonSpec| comparison.levels.iter().any(|level| of(level).is_some());
        let all = |comparison: &ComparisonSpec| comparison.levels.iter().rev().map(limit).collect();
        let said = |comparison| if says(comparison) { all(comparison) } else { Vec::new() };
        Limits(comparisons.iter().map(said).collect())
    })
}

/// Everything that keeps what is said from being kept to. `place` is where the comparisons stand.
pub(crate) fn faults(place: &str, comparisons: &[ComparisonSpec]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (comparison, number) in comparisons.iter().zip(1..) {
        let place = format!("{place}[{number}]");
        for (name, of) in BOTH {
            let before = faults.len();
            for (level, number) in comparison.levels.iter().zip(1..) {
                let place = format!("{place}.level[{number}].{name}");
                let told = of(level).into_iter().flat_map(faults_of_one);
                faults.extend(told.map(|(message, hint)| Fault::spec(&place, message).hint(hint)));
            }
            if faults.len() == before {
                let told = fault_of_all(name, &comparison.levels.iter().map(of).collect::<Vec<_>>());
                faults.extend(told.map(|(message, hint)| Fault::spec(&place, message).hint(hint)));
            }
        }
    }
    faults
}

/// What is wrong, and what to do about it.
type Told = (String, &'static str);

fn faults_of_one(share: ShareSpec) -> Vec<Told> {
    let mut told = Vec::new();
    let mut tell = |is_wrong: bool, message: &str, hint| told.extend(is_wrong.then(|| (message.to_owned(), hint)));
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    match share {
        ShareSpec::Is(value) => {
            let hint = "the share of matches (for `u` of other pairs) that have the level, such as 0.95";
            tell(!(value > 0.0 && value < 1.0), "a probability that is fixed is above 0 and below 1", hint);
        }
        ShareSpec::Within(LimitSpec { least, most, prior, pairs }) => {
            let says_nothing = least.or(most).or(prior).or(pairs).is_none();
            tell(says_nothing, "nothing is said of it", "write a number, or `least`, `most`, or `prior` with `pairs`");
            let are_shares = [least, most, prior].into_iter().flatten().all(is_share);
            tell(!are_shares, "`least`, `most` and `prior` are from 0 to 1", "they are probabilities");
            let (low, high) = (least.unwrap_or(0.0), most.unwrap_or(1.0));
            tell(are_shares && low > high, "`least` is above `most`", "exchange the two");
            let is_none = are_shares && (low >= 1.0 || high <= 0.0);
            tell(is_none, "no pair would have another level, or none this one", "leave room for both");
            let hint = "`{ prior = 0.9, pairs = 100 }` counts as a hundred pairs, of which ninety have the level";
            tell(prior.is_some() != pairs.is_some(), "`prior` and `pairs` belong together", hint);
            let is_count = |pairs: f64| pairs.is_finite() && pairs > 0.0;
            tell(!pairs.is_none_or(is_count), "`pairs` is a number above 0", hint);
        }
    }
    told
}

/// Levels whose bounds leave no room for each other.
fn fault_of_all(name: &str, levels: &[Option<ShareSpec>]) -> Option<Told> {
    /// Figures with a few digits do not add up to 1 on the dot.
    const ROUNDED: f64 = 1e-6;
    let limits: Vec<Limit> = levels.iter().map(|share| share.map(ShareSpec::limit).unwrap_or_default()).collect();
    let least: f64 = limits.iter().map(|limit| limit.least).sum();
    let most: f64 = limits.iter().map(|limit| limit.most).sum();
    let hint = "the levels of a comparison have 1 together: of all pairs that have the values each has one level";
    if limits.iter().all(Limit::is_fixed) && !limits.is_empty() {
        let message = format!("{name} of all levels is fixed and adds up to {least:.6}, not to 1");
        return ((least - 1.0).abs() > ROUNDED).then_some((message, hint));
    }
    if least > 1.0 + ROUNDED {
        return Some((format!("the least {name} of all levels adds up to {least:.6}, more than 1"), hint));
    }
    if least > 1.0 - ROUNDED && limits.iter().any(|limit| limit.least == 0.0) {
        return Some((format!("the least {name} of some levels leaves nothing for the others"), hint));
    }
    let message = || format!("the most that {name} may be at all levels adds up to {most:.6}, less than 1");
    (most < 1.0 - ROUNDED).then(|| (message(), hint))
}
