//! Sides with one record a person, and what that says of their candidates.

use counterfoil_core::scored::{LinkType, ScoredPair, TwoSides};
use counterfoil_resolve::scored::part_outdone;
use counterfoil_score::{Background, Identifier, weigh_rivals};

use super::estimate::{Compiled, FLOOR, Learnt};
use super::predict::{Predicted, buckets, matches, share_above};
use super::report::OneRecordReport;
use super::spec::ResolveSpec;
use super::{Scored, duplicates};
use crate::check::{Job, ModelFrom};

/// By chance at most this share of rows have what only one person has in common with another
/// person: an identifier, and not the telephone of a household.
const MOST_IN_COMMON: f64 = 0.01;

/// A side of which fewer rows than this share seem to repeat a person has one record a person.
const MOST_REPEATED: f64 = 0.02;

/// Finds the sides that have one record a person, as the job says or as the rows show, and weighs
/// pairs between two sides against their rivals; what they were found to be is returned. Pairs that
/// fall below the floor are dropped.
pub(crate) fn consider(
    job: &Job,
    scored: &Scored,
    compiled: &Compiled,
    learnt: &Learnt,
    predicted: &mut Predicted,
) -> Vec<OneRecordReport> {
    let sides = match &scored.decide.one_record_of {
        Some(_) => named(scored),
        None if is_looked_at(scored) => seen(compiled, learnt),
        None => Vec::new(),
    };
    if !has_two_sides(scored) || says_how_many(scored) || sides.is_empty() {
        return Vec::new();
    }
    let is_one = |group: usize| sides.iter().any(|side| side.group == group);
    weigh(compiled, learnt, [is_one(1), is_one(0)], predicted);
    sides.iter().map(|side| side.report(job, scored)).collect()
}

/// A group of rows that has one record a person.
struct Side {
    group: usize,
    /// The share of its rows that seem to repeat a person, where these tell.
    repeated: Option<f64>,
}

impl Side {
    fn report(&self, job: &Job, scored: &Scored) -> OneRecordReport {
        let name = |source: &usize| job.sources[*source].name.clone();
        let data_sets = scored.groups[self.group].iter().map(name).collect();
        OneRecordReport { data_sets, repeated: self.repeated }
    }
}

/// Whether the rows are to tell: not of a given model, whose weights stay what they are, and not
/// where the job wants every pair or says how many links a record has.
fn is_looked_at(scored: &Scored) -> bool {
    let is_open = scored.decide.resolve != Some(ResolveSpec::Components) && !says_how_many(scored);
    has_two_sides(scored) && is_open && matches!(scored.from, ModelFrom::Estimate(_))
}

fn says_how_many(scored: &Scored) -> bool {
    matches!(scored.decide.resolve, Some(ResolveSpec::OneToOne | ResolveSpec::Greedy | ResolveSpec::BestPerRight))
}

fn has_two_sides(scored: &Scored) -> bool {
    scored.link_type == LinkType::LinkOnly && scored.groups.len() == 2
}

/// The groups whose data sets the job names.
fn named(scored: &Scored) -> Vec<Side> {
    let is_named = |group: &[usize]| group.iter().all(|source| scored.one_record_of.contains(source));
    let named = scored.groups.iter().enumerate().filter(|(_, group)| is_named(group));
    named.map(|(group, _)| Side { group, repeated: None }).collect()
}

/// The sides whose rows are of different people, as far as these tell.
fn seen(compiled: &Compiled, learnt: &Learnt) -> Vec<Side> {
    let repeated = |two: &[u32]| duplicates::repeated(two[0]..two[1], compiled, learnt);
    let shares = compiled.columns.starts.windows(2).map(repeated).enumerate();
    let sides = shares.map(|(group, repeated)| Side { group, repeated });
    sides.filter(|side| side.repeated.is_some_and(|share| share < MOST_REPEATED)).collect()
}

/// Weighs the pairs against their rivals, and puts those apart that lose to one.
fn weigh(compiled: &Compiled, learnt: &Learnt, at_most_one: [bool; 2], predicted: &mut Predicted) {
    let found = matches(&predicted.buckets);
    let starts = &compiled.columns.starts;
    let sides = TwoSides { right_from: starts[1], rows: starts[2], at_most_one };
    let background = Background {
        kinds: &kinds(compiled),
        identifiers: &identifiers(compiled, learnt, sides.lengths(), &predicted.pairs),
    };
    let expected = weigh_rivals(&mut predicted.pairs, &sides, &background);
    if found > 0.0 {
        predicted.matches_to_found *= expected / found;
    }
    predicted.most_matches = (0..2).filter(|side| at_most_one[*side]).map(|side| sides.lengths()[side]).min();
    predicted.pairs.retain(|pair| pair.weight >= FLOOR);
    let parted = part_outdone(std::mem::take(&mut predicted.pairs), &sides);
    predicted.buckets = buckets(&parted.kept);
    (predicted.pairs, predicted.outdone) = (parted.kept, parted.outdone);
}

/// By row a number for the comparisons to whose closest level it lacks a value.
fn kinds(compiled: &Compiled) -> Vec<u16> {
    let mut kinds = compiled.lacking();
    let mut numbers: Vec<Option<u16>> = vec![None; 1 << compiled.comparisons.len()];
    let mut next = 0..;
    for kind in &mut kinds {
        let number = &mut numbers[usize::from(*kind)];
        *kind = *number.get_or_insert_with(|| next.next().unwrap_or_default());
    }
    kinds
}

/// The comparisons of what only one person has, as it seems: relatives do not share it, and hardly a
/// row has it in common with another person's.
fn identifiers(compiled: &Compiled, learnt: &Learnt, rows: [u32; 2], pairs: &[ScoredPair]) -> Vec<Identifier> {
    let most = f64::from(rows[0].max(rows[1]));
    let is_one_persons = |at: &usize| {
        let closest = learnt.model.comparisons[*at].levels.last();
        compiled.is_identifier(*at) && closest.is_some_and(|level| level.u * most <= MOST_IN_COMMON)
    };
    let identifier = |at: usize| {
        let weights = learnt.weights.levels[at];
        let agrees = learnt.model.comparisons[at].levels.len() as u8;
        let lost = weights[1] - weights[usize::from(agrees)];
        // Were the identifiers of matches to differ, so many would be no candidates.
        let have_it = pairs.iter().filter(|pair| pair.pattern.digit(at) == agrees);
        let unseen = 1.0 - share_above(have_it, |pair| pair.weight + lost);
        Identifier { comparison: at, agrees, weights, unseen }
    };
    (0..compiled.comparisons.len()).filter(is_one_persons).map(identifier).collect()
}
