//! Sides with one row a person, and what that says of their candidates.

use counterfoil_core::scored::{LinkType, Sides};
use counterfoil_resolve::scored::part_outdone;
use counterfoil_score::weigh_rivals;

use super::estimate::{Compiled, FLOOR, Learnt};
use super::predict::{Predicted, buckets};
use super::report::DuplicateFreeReport;
use super::spec::ResolveSpec;
use super::{Scored, duplicates};
use crate::check::{Job, ModelFrom};

/// A side of which fewer rows than this share seem to repeat a person has one row a person.
const MOST_REPEATED: f64 = 0.02;

/// The groups that have one row a person.
#[derive(Debug, Default)]
pub(crate) struct DuplicateFree {
    /// Their positions, where the pairs themselves may still give a person two rows there.
    pub(crate) groups: Vec<u16>,
    /// What the manifest tells of them.
    pub(crate) reports: Vec<DuplicateFreeReport>,
}

/// Finds the groups that have one row a person, as the job says or as the pairs show, and weighs
/// pairs between two sides against their rivals. Pairs that fall below the floor are dropped.
pub(crate) fn consider(
    job: &Job,
    scored: &Scored,
    compiled: &Compiled,
    learnt: &Learnt,
    predicted: &mut Predicted,
) -> DuplicateFree {
    let mut found = match &scored.decide.duplicate_free {
        Some(names) => named(job, scored, names),
        None if is_looked_at(scored) => seen(job, scored, compiled, learnt),
        None => DuplicateFree::default(),
    };
    if has_two_sides(scored) && !found.groups.is_empty() {
        let is_free = |group: u16| found.groups.contains(&group);
        weigh(compiled, [is_free(1), is_free(0)], predicted);
        found.groups.clear();
    }
    found
}

/// Whether the rows are to tell: not of a given model, whose weights stay what they are, and not
/// where the job says how many links a row has.
fn is_looked_at(scored: &Scored) -> bool {
    let is_open =
        matches!(scored.decide.resolve, None | Some(ResolveSpec::CutConflicts | ResolveSpec::CompleteLinkage));
    has_two_sides(scored) && is_open && matches!(scored.from, ModelFrom::Estimate(_))
}

fn has_two_sides(scored: &Scored) -> bool {
    scored.link_type == LinkType::LinkOnly && scored.groups.len() == 2
}

/// The groups that the job names.
fn named(job: &Job, scored: &Scored, names: &[String]) -> DuplicateFree {
    let is_named = |group: &[usize]| group.iter().all(|source| names.contains(&job.sources[*source].name));
    let groups = scored.groups.iter().enumerate().filter(|(_, group)| is_named(group));
    let groups: Vec<u16> = groups.map(|(position, _)| position as u16).collect();
    let reports = groups.iter().map(|group| report(job, scored, *group, None)).collect();
    DuplicateFree { groups, reports }
}

/// The sides whose rows are of different people, as far as these tell.
fn seen(job: &Job, scored: &Scored, compiled: &Compiled, learnt: &Learnt) -> DuplicateFree {
    let mut found = DuplicateFree::default();
    for (group, starts) in (0..).zip(compiled.columns.starts.windows(2)) {
        let repeated = duplicates::repeated(starts[0]..starts[1], compiled, learnt);
        if let Some(share) = repeated.filter(|share| *share < MOST_REPEATED) {
            found.groups.push(group);
            found.reports.push(report(job, scored, group, Some(share)));
        }
    }
    found
}

/// Weighs the pairs against their rivals, and puts those apart that lose to one.
fn weigh(compiled: &Compiled, at_most_one: [bool; 2], predicted: &mut Predicted) {
    let found: f64 = predicted.buckets.iter().map(|bucket| bucket.pairs * bucket.probability).sum();
    let starts = &compiled.columns.starts;
    let sides = Sides { right_from: starts[1], rows: starts[2], at_most_one };
    let matches = weigh_rivals(&mut predicted.pairs, &sides);
    if found > 0.0 {
        predicted.matches_to_found = matches / found;
    }
    predicted.most_matches = (0..2).filter(|side| at_most_one[*side]).map(|side| sides.lengths()[side]).min();
    predicted.pairs.retain(|pair| pair.weight >= FLOOR);
    let parted = part_outdone(std::mem::take(&mut predicted.pairs), &sides);
    predicted.buckets = buckets(&parted.kept);
    (predicted.pairs, predicted.outdone) = (parted.kept, parted.outdone);
}

fn report(job: &Job, scored: &Scored, group: u16, repeated: Option<f64>) -> DuplicateFreeReport {
    let name = |source: &usize| job.sources[*source].name.clone();
    DuplicateFreeReport { data_sets: scored.groups[usize::from(group)].iter().map(name).collect(), repeated }
}
