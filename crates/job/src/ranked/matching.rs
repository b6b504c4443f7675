//! What a linkage came to, counted: links by step, partners by unit, and what became of the
//! records that were attached to persons.

use std::collections::BTreeMap;

use counterfoil_catalogue::StepOne;
use counterfoil_core::{CandidatePair, Code, Part, Resolution, Step};
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

use super::usable::UsableCounts;
use super::{Chosen, resolution};
use crate::check::Job;

/// Links of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepCounts {
    /// Name of the step: its rank, or `1A` and `1B` for the parts of rank 1.
    pub step: String,
    /// The rank.
    pub rank: u8,
    /// Links made by it.
    pub links: u64,
    /// Left units of which this is the best step; over all steps, each left unit once.
    pub left_units: u64,
}

/// Links by step, steps without any included, best first.
pub(super) fn steps(job: &Job, links: &[CandidatePair]) -> Vec<StepCounts> {
    let mut counts: BTreeMap<Step, (u64, u64)> = every_step(job).map(|step| (step, (0, 0))).collect();
    let mut seen = HashSet::with_capacity(links.len());
    let mut in_order: Vec<&CandidatePair> = links.iter().collect();
    in_order.sort_by_key(|link| link.step());
    for link in in_order {
        let (links, units) = counts.entry(link.step()).or_default();
        *links += 1;
        *units += u64::from(seen.insert(link.left_unit));
    }
    let counts = counts.into_iter();
    counts
        .map(|(step, (links, left_units))| StepCounts { step: step.name(), rank: step.rank, links, left_units })
        .collect()
}

fn every_step(job: &Job) -> impl Iterator<Item = Step> + '_ {
    let parts = |rank: u8| match job.linkage.options.step_1 {
        StepOne::LatestRecord if rank == 1 => &[Part::First, Part::Second][..],
        StepOne::LatestRecord | StepOne::Undivided => &[Part::Whole][..],
    };
    let ranks = job.linkage.table.ranks.iter().map(|rank| rank.rank);
    ranks.flat_map(move |rank| parts(rank).iter().map(move |part| Step { rank, part: *part }))
}

/// How many linked units have one partner, two, or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partners {
    /// Left units with one right unit, with two, and with three or more.
    pub left: [u64; 3],
    /// Right units with one left unit, with two, and with three or more.
    pub right: [u64; 3],
}

impl Partners {
    /// Counts partners where a unit can have several: not one to one, and not within one
    /// data set, whose pairs have no sides.
    pub(super) fn of(job: &Job, links: &[CandidatePair]) -> Option<Partners> {
        let several = matches!(resolution(job), Resolution::BestPerRight | Resolution::KeepAll);
        (several && !job.linkage.is_deduplication()).then(|| Partners {
            left: by_number(links.iter().map(|link| link.left_unit)),
            right: by_number(links.iter().map(|link| link.right_unit)),
        })
    }
}

fn by_number(units: impl Iterator<Item = Code>) -> [u64; 3] {
    let mut partners: HashMap<Code, usize> = HashMap::new();
    for unit in units {
        *partners.entry(unit).or_default() += 1;
    }
    let mut counts = [0; 3];
    for number in partners.into_values() {
        counts[number.min(3) - 1] += 1;
    }
    counts
}

/// What became of the right records of a linkage that attaches records to persons. Matched
/// and unmatched ones add up to all records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// Right records read.
    pub records: u64,
    /// Those linked to a person.
    pub matched: u64,
    /// Those that are not, by what can be told of them.
    pub unmatched: Unmatched,
}

/// Unmatched records. Each is of a person who is not on the left, or of one who is and could
/// not be matched; which of the two cannot be told. What can be told is why no link was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmatched {
    /// No linkage field has a valid value.
    pub no_valid_identifier: u64,
    /// Some have, but not all that any one rank needs.
    pub too_few_valid_identifiers: u64,
    /// Enough for some rank, but nobody on the left meets one.
    pub no_partner: u64,
    /// Somebody does, but guard or contradiction bars every such pair.
    pub barred: u64,
    /// A pair was left to choose, and the choice went against it: a tie that is refused, or,
    /// one to one, a person who was taken.
    pub not_chosen: u64,
}

impl Unmatched {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.no_valid_identifier + self.too_few_valid_identifiers + self.no_partner + self.barred + self.not_chosen
    }
}

impl Matching {
    /// `with_partner` is the number of right records with a candidate pair.
    pub(super) fn new(usable: UsableCounts, with_partner: u64, chosen: &Chosen) -> Matching {
        let matched = chosen.links.len() as u64;
        let enough = usable.rows - usable.without_value - usable.with_too_few;
        Matching {
            records: usable.rows,
            matched,
            unmatched: Unmatched {
                no_valid_identifier: usable.without_value,
                too_few_valid_identifiers: usable.with_too_few,
                no_partner: enough - with_partner,
                barred: with_partner - chosen.right_in_choice + chosen.barred_after,
                not_chosen: chosen.right_in_choice - chosen.barred_after - matched,
            },
        }
    }
}
