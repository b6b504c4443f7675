//! The points that the published linkage method leaves open, each a named choice.
//!
//! Every choice changes links on real data, so none is hidden in code: a job may set it, a
//! recipe sets it otherwise, and a built-in default stands below both. What was settled is
//! written to the manifest in the words of the job file.

use counterfoil_core::{PartialDate, Tie};
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

/// How links are chosen among candidate pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// Rank by rank, best first, each rank repeated until it yields no more: a death whose
    /// best person is taken can still go to another.
    #[default]
    RankByRank,
    /// The best person of each death, then the best death of each person: a death whose only
    /// person is taken is lost.
    BestThenBest,
    /// Many to one: the best person of each right record, which is a unit of its own; a
    /// person may have many records.
    BestPerRight,
    /// Every pair that meets a rank; for deduplication and many-to-many bridges.
    KeepAll,
}

impl From<Resolution> for counterfoil_core::Resolution {
    fn from(name: Resolution) -> counterfoil_core::Resolution {
        match name {
            Resolution::RankByRank => counterfoil_core::Resolution::RankByRank,
            Resolution::BestThenBest => counterfoil_core::Resolution::BestThenBest,
            Resolution::BestPerRight => counterfoil_core::Resolution::BestPerRight,
            Resolution::KeepAll => counterfoil_core::Resolution::KeepAll,
        }
    }
}

/// What to do when several pairs of one unit have the same, best rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TieName {
    /// Prefer more agreeing fields, then the latest activity not after the death, then the
    /// smaller record key as text; nothing that depends on a secret key.
    #[default]
    Break,
    /// Link none of them.
    Refuse,
}

impl From<TieName> for Tie {
    fn from(name: TieName) -> Tie {
        match name {
            TieName::Break => Tie::Break,
            TieName::Refuse => Tie::Refuse,
        }
    }
}

/// Whose value counts when fields must not contradict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Contradiction {
    /// The value of the record that matches. An invalid value is a missing one.
    #[default]
    MatchingRecord,
    /// Every valid value that any record of the person has. A pair that this bars at one rank
    /// falls to the next that its records meet and that it does not bar.
    AnyRecordOfPerson,
}

/// What parts rank 1 into the steps 1A and 1B, which a published table tells apart without
/// saying how. Both ways are ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepOne {
    /// Nothing: rank 1 is one step.
    #[default]
    Undivided,
    /// The date of the left record that agrees: 1A if the person's last dated activity has
    /// these identifiers, 1B if only an earlier one has.
    LatestRecord,
}

/// Which definition of a partly agreeing date holds; see [`PartialDate`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartialDateName {
    /// Any two of year, month and day agree.
    TwoOfThree,
    /// Two of three, or the year with month and day swapped.
    #[default]
    TwoOfThreeOrSwapped,
    /// Two of three, allowing swapped day and month, swapped digits of the day, or swapped
    /// last two digits of the year.
    MpsCrossCheck,
    /// Year and month agree.
    MonthAndYear,
}

impl From<PartialDateName> for PartialDate {
    fn from(name: PartialDateName) -> PartialDate {
        match name {
            PartialDateName::TwoOfThree => PartialDate::TwoOfThree,
            PartialDateName::TwoOfThreeOrSwapped => PartialDate::TwoOfThreeOrSwapped,
            PartialDateName::MpsCrossCheck => PartialDate::MpsCrossCheck,
            PartialDateName::MonthAndYear => PartialDate::MonthAndYear,
        }
    }
}

/// Whose a row without a person key is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutPersonKey {
    /// Of a person of its own.
    #[default]
    Row,
    /// Of the person of all rows with the same combination of identifiers: the same values,
    /// or none, in every linkage field. A row with too few for any rank is a person of its own.
    Identity,
}

/// Which confusions of letter and digit in postcodes are undone before comparing, after the
/// layout check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PostcodeFold {
    /// The letter O and zero are one.
    #[default]
    LetterO,
    /// None.
    None,
    /// The letter O and zero are one, and the letter I and one are one.
    LetterOAndI,
}

/// Whose last activity the guard looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GuardScope {
    /// The last activity of the person, over all rows, also those without usable
    /// identifiers.
    #[default]
    Person,
    /// The last activity of the identity that matches: of the rows with the same values in all
    /// linkage fields as the matching one.
    MatchingRecord,
}

/// When the guard is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GuardWhen {
    /// Before links are chosen, so that a barred pair frees the next best.
    #[default]
    BeforeChoice,
    /// After: a barred link is dropped and nothing takes its place.
    AfterChoice,
}

/// Bars pairs with activity later than so many days after the death. Where a person on the
/// right has several records, each bars with its own date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ActivityGuard {
    /// Days after the death on which activity is still accepted, inclusive.
    pub days: u16,
    /// Whose activity.
    pub scope: GuardScope,
    /// When it is applied.
    pub when: GuardWhen,
}

impl Default for ActivityGuard {
    /// The published guard of the HES–deaths linkage: not later than date of death plus
    /// three days.
    fn default() -> ActivityGuard {
        ActivityGuard { days: 3, scope: GuardScope::default(), when: GuardWhen::default() }
    }
}

/// The word for "no guard".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GuardOff {
    /// No guard.
    None,
}

/// The activity guard as written: `"none"`, or a table of which any part may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ActivityGuardSpec {
    /// No guard.
    Off(GuardOff),
    /// A guard; parts left out come from the layer below.
    On(GuardTable),
}

/// The parts of a guard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardTable {
    /// Days after the death on which activity is still accepted, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Whose activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<GuardScope>,
    /// When it is applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<GuardWhen>,
}

/// The choices as a job or recipe writes them; what is left out is settled below.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkageOptions {
    /// How links are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// What to do with ties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ties: Option<TieName>,
    /// Whose value counts as a contradiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<Contradiction>,
    /// What a partly agreeing date is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_date: Option<PartialDateName>,
    /// What parts rank 1 into the steps 1A and 1B.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_1: Option<StepOne>,
    /// Whether activity after the death bars a pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_guard: Option<ActivityGuardSpec>,
    /// Which postcode confusions are undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode_fold: Option<PostcodeFold>,
    /// Whose a row without a person key is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_person_key: Option<WithoutPersonKey>,
    /// Activity counts as subsequent when it is more than so many days after the death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subsequent_activity_days: Option<u16>,
}

/// The choices of one linkage, all made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettledOptions {
    /// How links are chosen.
    pub resolution: Resolution,
    /// What to do with ties.
    pub ties: TieName,
    /// Whose value counts as a contradiction.
    pub contradiction: Contradiction,
    /// What a partly agreeing date is.
    pub partial_date: PartialDateName,
    /// What parts rank 1 into the steps 1A and 1B.
    pub step_1: StepOne,
    /// The guard; `None` is no guard.
    pub activity_guard: Option<ActivityGuard>,
    /// Which postcode confusions are undone.
    pub postcode_fold: PostcodeFold,
    /// Whose a row without a person key is.
    pub without_person_key: WithoutPersonKey,
    /// Activity counts as subsequent when it is more than so many days after the death.
    pub subsequent_activity_days: u16,
}

impl LinkageOptions {
    /// These options, with what they leave out taken from `below`.
    #[must_use]
    pub fn over(&self, below: &LinkageOptions) -> LinkageOptions {
        LinkageOptions {
            resolution: self.resolution.or(below.resolution),
            ties: self.ties.or(below.ties),
            contradiction: self.contradiction.or(below.contradiction),
            partial_date: self.partial_date.or(below.partial_date),
            step_1: self.step_1.or(below.step_1),
            activity_guard: guard_over(self.activity_guard, below.activity_guard),
            postcode_fold: self.postcode_fold.or(below.postcode_fold),
            without_person_key: self.without_person_key.or(below.without_person_key),
            subsequent_activity_days: self.subsequent_activity_days.or(below.subsequent_activity_days),
        }
    }

    /// These options over the built-in defaults. Without a recipe there is no activity
    /// guard unless the job asks for one; a guard asked for in part is otherwise
    /// [`ActivityGuard::default`].
    #[must_use]
    pub fn settle(&self) -> SettledOptions {
        SettledOptions {
            resolution: self.resolution.unwrap_or_default(),
            ties: self.ties.unwrap_or_default(),
            contradiction: self.contradiction.unwrap_or_default(),
            partial_date: self.partial_date.unwrap_or_default(),
            step_1: self.step_1.unwrap_or_default(),
            activity_guard: match self.activity_guard {
                None | Some(ActivityGuardSpec::Off(GuardOff::None)) => None,
                Some(ActivityGuardSpec::On(table)) => Some(table.settle()),
            },
            postcode_fold: self.postcode_fold.unwrap_or_default(),
            without_person_key: self.without_person_key.unwrap_or_default(),
            subsequent_activity_days: self.subsequent_activity_days.unwrap_or_default(),
        }
    }
}

impl SettledOptions {
    /// The choices in the words of a job file, none left out, for the manifest.
    #[must_use]
    pub fn as_written(&self) -> LinkageOptions {
        LinkageOptions {
            resolution: Some(self.resolution),
            ties: Some(self.ties),
            contradiction: Some(self.contradiction),
            partial_date: Some(self.partial_date),
            step_1: Some(self.step_1),
            activity_guard: Some(match self.activity_guard {
                None => ActivityGuardSpec::Off(GuardOff::None),
                Some(guard) => ActivityGuardSpec::On(GuardTable {
                    days: Some(guard.days),
                    scope: Some(guard.scope),
                    when: Some(guard.when),
                }),
            }),
            postcode_fold: Some(self.postcode_fold),
            without_person_key: Some(self.without_person_key),
            subsequent_activity_days: Some(self.subsequent_activity_days),
        }
    }
}

impl GuardTable {
    fn settle(self) -> ActivityGuard {
        let default = ActivityGuard::default();
        ActivityGuard {
            days: self.days.unwrap_or(default.days),
            scope: self.scope.unwrap_or(default.scope),
            when: self.when.unwrap_or(default.when),
        }
    }
}

fn guard_over(above: Option<ActivityGuardSpec>, below: Option<ActivityGuardSpec>) -> Option<ActivityGuardSpec> {
    match (above, below) {
        (Some(ActivityGuardSpec::On(above)), Some(ActivityGuardSpec::On(below))) => {
            Some(ActivityGuardSpec::On(GuardTable {
                days: above.days.or(below.days),
                scope: above.scope.or(below.scope),
                when: above.when.or(below.when),
            }))
        }
        (above, below) => above.or(below),
    }
}

// Written by hand, because a derived untagged enum would not say which key of the table is
// wrong.
impl<'de> Deserialize<'de> for ActivityGuardSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ActivityGuardSpec, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = ActivityGuardSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "`\"none\"` or a table such as `{ days = 3, scope = \"person\", when = \"before-choice\" }`",
                )
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<ActivityGuardSpec, E> {
                match word {
                    "none" => Ok(ActivityGuardSpec::Off(GuardOff::None)),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ActivityGuardSpec, A::Error> {
                GuardTable::deserialize(MapAccessDeserializer::new(map)).map(ActivityGuardSpec::On)
            }
        }
        deserializer.deserialize_any(Written)
    }
}
