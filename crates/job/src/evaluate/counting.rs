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
//! By a model, links are one to one or many to one if the job says so. Otherwise every pair of
//! records of one person is a match, of those that are looked for: of different data sets (or
//! sides), of one and the same, or of any.
//!
//! A side whose units are persons counts by persons: whether a true person has one person key
//! or two is what a linkage has to cope with, not a second match. Where the two sides differ,
//! each counts in its own way, and a match is a pair of what they count.

use counterfoil_core::Resolution;
use counterfoil_core::scored::LinkType;

use crate::check::chosen_link_type;
use crate::manifest::{Manifest, UnitKind, Units};
use crate::scored::spec::ResolveSpec;

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
    /// By pairs of records, of those that the link type pairs.
    Pairs(LinkType),
}

impl Counting {
    pub(super) fn of(manifest: &Manifest) -> Counting {
        if manifest.scored.is_some() {
            return Counting::of_model(manifest);
        }
        if manifest.job.linkage.right.is_none() {
            return Counting::Pairs(LinkType::LinkAndDedupe);
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

    fn of_model(manifest: &Manifest) -> Counting {
        let linkage = &manifest.job.linkage;
        let between = |left_persons, right_persons| Counting::Between { left_persons, right_persons };
        match linkage.decide.as_ref().and_then(|decide| decide.resolve) {
            Some(ResolveSpec::OneToOne | ResolveSpec::Greedy) => between(true, true),
            Some(ResolveSpec::BestPerRight) => between(true, false),
            Some(ResolveSpec::Components | ResolveSpec::CutConflicts | ResolveSpec::CompleteLinkage) | None => {
                let left = linkage.left.as_slice().len();
                Counting::Pairs(chosen_link_type(linkage.link_type, left, linkage.right.is_some()))
            }
        }
    }

    /// Whether which of two records is the left one says nothing.
    pub(super) fn is_by_pairs(self) -> bool {
        matches!(self, Counting::Pairs(_))
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
            Counting::Between { left_persons: false, right_persons: false } | Counting::Pairs(_) => {
                "pairs of records of one person"
            }
        }
    }
}
