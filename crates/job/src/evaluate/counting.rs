//! What counts as one match, by the kind of linkage.
//!
//! | Linkage | Left counts | Right counts | One match is |
//! |---|---|---|---|
//! | one to one | persons | persons | a person on both sides |
//! | many to one | persons | records | a right record whose person is on the left |
//! | every pair, between persons | persons | persons | a person on both sides |
//! | every pair, between records | records | records | a pair of records of one person |
//! | within one data set | | | a pair of records of one person |
//!
//! A side whose units are persons counts by persons: whether a true person has one person key
//! or two is what a linkage has to cope with, not a second match. Where the two sides differ,
//! each counts in its own way, and a match is a pair of what they count.

use counterfoil_core::Resolution;

use crate::manifest::{Manifest, UnitKind, Units};

/// How matches are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// Between two sides.
    Between {
        /// Whether the left side counts persons, and not records.
        left_persons: bool,
        /// Whether the right side does.
        right_persons: bool,
    },
    /// Within one data set, by pairs of records.
    Within,
}

impl Counting {
    pub(super) fn of(manifest: &Manifest) -> Counting {
        if manifest.job.linkage.right.is_none() {
            return Counting::Within;
        }
        // Where a manifest does not tell its units, they were measured as persons.
        let is_person = |side: fn(&Units) -> UnitKind| {
            manifest.linkage.units.as_ref().is_none_or(|units| side(units) == UnitKind::Person)
        };
        let (left, right) = (is_person(|units| units.left), is_person(|units| units.right));
        let (left_persons, right_persons) = match manifest.options.resolution.unwrap_or_default().into() {
            Resolution::RankByRank | Resolution::BestThenBest => (true, true),
            Resolution::BestPerRight => (true, false),
            Resolution::KeepAll => (left, right),
        };
        Counting::Between { left_persons, right_persons }
    }

    /// What one match is, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Counting::Between { left_persons: true, right_persons: true } => "persons on both sides",
            Counting::Between { left_persons: true, right_persons: false } => {
                "right records of persons who are on the left"
            }
            Counting::Between { left_persons: false, right_persons: true } => {
                "left records of persons who are on the right"
            }
            Counting::Between { left_persons: false, right_persons: false } | Counting::Within => {
                "pairs of records of one person"
            }
        }
    }
}
