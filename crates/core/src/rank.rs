//! Rank tables: deterministic match rules in order of quality, as data.

/// When two different dates of birth still count as partly agreeing.
///
/// The definitions published for different linkages are not equal, so each is a named
/// choice. Dates that agree exactly agree partly under every definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Any two of year, month and day agree (HES–DID report, stage 1).
    TwoOfThree,
    /// Stage 1, or the year agrees with month and day swapped (HES–DID report, stages 1
    /// and 2).
    TwoOfThreeOrSwapped,
    /// At least two of day, month and year agree, allowing a day–month swap, the two digits
    /// of the day swapped, or the last two digits of the year swapped (MPS Spine
    /// cross-check).
    MpsCrossCheck,
    /// Year and month agree (ECHILD pupil linkage).
    MonthAndYear,
}

impl PartialDate {
    /// Every definition.
    pub const ALL: [PartialDate; 4] = [
        PartialDate::TwoOfThree,
        PartialDate::TwoOfThreeOrSwapped,
        PartialDate::MpsCrossCheck,
        PartialDate::MonthAndYear,
    ];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PartialDate::TwoOfThree => "two-of-three",
            PartialDate::TwoOfThreeOrSwapped => "two-of-three-or-swapped",
            PartialDate::MpsCrossCheck => "mps-cross-check",
            PartialDate::MonthAndYear => "month-and-year",
        }
    }

    /// The definition of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<PartialDate> {
        PartialDate::ALL.into_iter().find(|d| d.name() == name)
    }
}

/// A kind of value that a rank refuses to rest on. It is a property of the agreed value, so
/// that one side having it suffices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Exclusion {
    /// The date is 1 January, which often stands for "year known only".
    FirstOfJanuary {
        /// Position of the linkage field.
        field: usize,
    },
    /// The value is on one of the job's lists, such as communal-establishment postcodes.
    Listed {
        /// Position of the linkage field.
        field: usize,
        /// Name of the list.
        list: String,
    },
}

/// One match rule. All its conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Rank {
    /// The match rank that a link made by this rule carries; smaller is better.
    pub rank: u8,
    /// Linkage fields, by position, that must be present and equal on both sides.
    pub agree: Vec<usize>,
    /// Date fields that must agree at least partly.
    pub partial: Vec<usize>,
    /// Fields that must not be present and different.
    pub not_contradict: Vec<usize>,
    /// Positions in [`RankTable::exclusions`] of the kinds of value that bar this rule.
    pub exclude: Vec<usize>,
}

/// Which part of a rank a link is of. A published table may tell two kinds of link of one
/// rank apart, as HES–DID does with its steps 1A and 1B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Part {
    /// The rank is not divided.
    #[default]
    Whole,
    /// The better part.
    First,
    /// The other part.
    Second,
}

/// A rank, or a part of one: what a link is said to be made by. Better steps come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// The match rank.
    pub rank: u8,
    /// The part of it.
    pub part: Part,
}

impl Step {
    /// The name written to tables: `2`, or `1A` and `1B` for the parts of rank 1.
    #[must_use]
    pub fn name(self) -> String {
        let part = match self.part {
            Part::Whole => "",
            Part::First => "A",
            Part::Second => "B",
        };
        format!("{}{part}", self.rank)
    }
}

/// The rules of one ranked linkage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankTable {
    /// The rules, best first.
    pub ranks: Vec<Rank>,
    /// Every exclusion some rule names; at most eight.
    pub exclusions: Vec<Exclusion>,
    /// What "partial" means in this table.
    pub partial_date: PartialDate,
}
