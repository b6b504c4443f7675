//! Candidate pairs and links.

use crate::{Code, RecordRef};

/// A left unit and a right unit that meet a rank, with the record pair that shows it best.
///
/// No `Debug`: it holds record keys and person keys.
#[derive(Clone, PartialEq, Eq)]
pub struct CandidatePair {
    /// The left unit (a person, or a record on its own).
    pub left_unit: Code,
    /// The right unit.
    pub right_unit: Code,
    /// The best rank that any pair of their records meets.
    pub rank: u8,
    /// How many linkage fields agree exactly in that record pair.
    pub agreeing: u8,
    /// Date of the left record's activity, in days since 1970-01-01, if it is not after the
    /// right record's date; else [`NO_DATE`](crate::NO_DATE).
    pub activity: i32,
    /// Latest date among the left records that this candidate was formed from.
    pub last_activity: i32,
    /// Date of the right record (of death), in days since 1970-01-01.
    pub right_date: i32,
    /// The left record of that pair.
    pub left: RecordRef,
    /// The right record of that pair.
    pub right: RecordRef,
    /// Record key of the left record, as text.
    pub left_key: Box<str>,
    /// Record key of the right record, as text.
    pub right_key: Box<str>,
    /// Person key of the left record, as text; empty where its source has none.
    pub left_person: Box<str>,
    /// Person key of the right record, as text; empty where its source has none.
    pub right_person: Box<str>,
}

impl CandidatePair {
    /// The order in which pairs are preferred: smaller rank, more agreeing fields, later
    /// activity, smaller record keys as text, smaller rows. Nothing in it depends on a key,
    /// so links are the same whatever the key.
    #[must_use]
    pub fn preference(&self, other: &CandidatePair) -> std::cmp::Ordering {
        (self.rank.cmp(&other.rank))
            .then(other.agreeing.cmp(&self.agreeing))
            .then(other.activity.cmp(&self.activity))
            .then_with(|| self.left_key.cmp(&other.left_key))
            .then_with(|| self.right_key.cmp(&other.right_key))
            .then_with(|| (self.left, self.right).cmp(&(other.left, other.right)))
    }
}

/// What to do when several pairs of one unit have the same, best rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tie {
    /// Take the pair that [`CandidatePair::preference`] puts first.
    #[default]
    Break,
    /// Take none of them.
    Refuse,
}

/// How links are chosen among candidate pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Resolution {
    /// One to one, rank by rank: the pairs of each rank are taken in order of preference,
    /// as long as both units are still free. A right unit whose only left unit was taken
    /// tries again at its next rank.
    #[default]
    RankByRank,
    /// One to one: each right unit keeps its best pair, then each left unit the best of
    /// those that chose it. A right unit that loses has no second try.
    BestThenBest,
    /// Every candidate pair is a link; for deduplication.
    KeepAll,
}

impl Resolution {
    /// Every way.
    pub const ALL: [Resolution; 3] = [Resolution::RankByRank, Resolution::BestThenBest, Resolution::KeepAll];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Resolution::RankByRank => "rank-by-rank",
            Resolution::BestThenBest => "best-then-best",
            Resolution::KeepAll => "keep-all",
        }
    }

    /// The way of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Resolution> {
        Resolution::ALL.into_iter().find(|way| way.name() == name)
    }
}
