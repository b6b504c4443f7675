//! Candidate pairs and links.

use crate::{Code, Part, RecordRef, Step};

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
    /// Which part of that rank, where the linkage divides it; known only after the second
    /// look at the left side, so whole until then.
    pub part: Part,
    /// How many linkage fields agree exactly in that record pair.
    pub agreeing: u8,
    /// Date of the left record's activity, in days since 1970-01-01, if it is not after the
    /// right record's date; else [`NO_DATE`](crate::NO_DATE).
    pub activity: i32,
    /// Latest date among the left unit's records that meet the right unit at this rank;
    /// [`NO_DATE`](crate::NO_DATE) if none is dated.
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
    /// The rank, or part of it, that a link of this pair is made by.
    #[must_use]
    pub fn step(&self) -> Step {
        Step { rank: self.rank, part: self.part }
    }

    /// The order in which pairs are preferred: smaller rank and better part of it, more
    /// agreeing fields, later activity, smaller record keys as text, smaller rows. Nothing in
    /// it depends on a key, so links are the same whatever the key.
    #[must_use]
    pub fn preference(&self, other: &CandidatePair) -> std::cmp::Ordering {
        (self.step().cmp(&other.step()))
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
    /// Many to one: each right record is linked to its best left unit, whatever else that
    /// unit is linked to. Every right record is a unit of its own.
    BestPerRight,
    /// Every candidate pair is a link; for deduplication and bridging files.
    KeepAll,
}

impl Resolution {
    /// Every way.
    pub const ALL: [Resolution; 4] =
        [Resolution::RankByRank, Resolution::BestThenBest, Resolution::BestPerRight, Resolution::KeepAll];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Resolution::RankByRank => "rank-by-rank",
            Resolution::BestThenBest => "best-then-best",
            Resolution::BestPerRight => "best-per-right",
            Resolution::KeepAll => "keep-all",
        }
    }

    /// The way of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Resolution> {
        Resolution::ALL.into_iter().find(|way| way.name() == name)
    }
}
