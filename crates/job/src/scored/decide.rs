//! From scored pairs to thresholds, links and persons.

use counterfoil_core::Tie;
use counterfoil_core::scored::{ScoredPair, Weight};
use counterfoil_resolve::scored::{
    Conflicts, DEFAULT_LIMIT, OneToOne, best_per_right, complete_linkage, components, greedy_best, merge_apart,
    one_to_one,
};
use counterfoil_score::{Calibration, Choice, Point, Target, calibrate};

use super::Scored;
use super::estimate::{Compiled, FLOOR, Learnt};
use super::predict::Predicted;
use super::read::Rows;
use super::report::{ErrorsAt, OneRecordReport};
use super::spec::{ResolveSpec, ThresholdSpec};
use crate::figure::grouped;

/// From here on links are worth a warning: a greater share of false ones than this, or
const MOST_FALSE: f64 = 0.25;
/// a smaller F1 at the best of all thresholds, both as the model expects them.
const LEAST_F1: f64 = 0.5;

/// Links and persons, and how they were chosen.
pub(crate) struct Decided {
    pub(crate) links: Vec<ScoredPair>,
    pub(crate) possible: Vec<ScoredPair>,
    /// For each row the first row of its person.
    pub(crate) persons: Vec<u32>,
    pub(crate) link: Choice,
    pub(crate) possible_from: Option<Choice>,
    /// What is expected of other thresholds.
    pub(crate) thresholds: Vec<ErrorsAt>,
    pub(crate) expected_matches: f64,
    /// Pairs that each rule found before any other.
    pub(crate) first_by_rule: Vec<u64>,
    pub(crate) completeness: Option<f64>,
    /// The fields that no rule asks about and that tell so; none where the model does.
    pub(crate) told_by: Vec<String>,
    pub(crate) pairs_above: u64,
    pub(crate) refused: u64,
    pub(crate) ties: u64,
    /// The sides that have one record a person.
    pub(crate) one_record_of: Vec<OneRecordReport>,
}

impl Decided {
    /// Records of each person that has at least two.
    pub(crate) fn records_by_person(&self) -> Vec<u64> {
        let mut records = vec![0_u64; self.persons.len()];
        self.persons.iter().for_each(|person| records[*person as usize] += 1);
        records.retain(|records| *records > 1);
        records
    }
}

/// Chooses thresholds, then links among the pairs above them.
pub(crate) fn decide(
    scored: &Scored,
    model: &Compiled,
    rows: &Rows,
    learnt: &Learnt,
    predicted: Predicted,
    one_record_of: Vec<OneRecordReport>,
    notes: &mut Vec<String>,
) -> Decided {
    let expected = learnt.expected_matches(model.all_pairs(scored.link_type)) * predicted.matches_to_found;
    let expected = predicted.most_matches.map_or(expected, |most| expected.min(most.into()));
    let calibration = calibrate(&predicted.buckets, expected);
    // What blocking misses is better seen than reckoned from what it does not.
    let told = predicted.elsewhere.filter(|told| told.is_below(share_found(&calibration)));
    let seen = told.as_ref().map(|told| calibration.found / told.share.max(f64::MIN_POSITIVE));
    let seen = seen.map(|all| predicted.most_matches.map_or(all, |most| all.min(most.into())));
    let expected = seen.unwrap_or(expected);
    let calibration = seen.map_or(calibration, |all| calibrate(&predicted.buckets, all));
    // Weights of a model that learnt nothing tell no pair from another: no error rate speaks for any.
    let trusted = if learnt.is_of_nothing() { calibrate(&[], expected) } else { calibration.clone() };
    let mut pairs = predicted.pairs;
    let mut link = threshold(&trusted, &pairs, scored.decide.link.unwrap_or_default());
    // Where nothing was asked for, nothing is unmet.
    link.met |= scored.decide.link.is_none();
    let possible_from = scored.decide.possible.map(|spec| threshold(&trusted, &pairs, spec));
    notes.extend(unmet(&link, scored.decide.link, "link"));
    if !learnt.is_of_nothing() {
        notes.extend(hardly_apart(&link, &calibration, pairs_found(&predicted.first_by_rule, model, learnt)));
    }
    notes.extend(possible_from.filter(|possible| possible.threshold > link.threshold).map(|_| {
        "decide.possible: its threshold lies above that of links, so that nothing is a possible link".to_owned()
    }));
    let lower = possible_from.as_ref().map_or(link.threshold, |choice| choice.threshold.min(link.threshold));
    let is_possible = |pair: &&ScoredPair| (lower..link.threshold).contains(&pair.weight);
    let mut possible: Vec<ScoredPair> = pairs.iter().filter(is_possible).copied().collect();
    pairs.retain(|pair| pair.weight >= link.threshold);
    let mut outdone = predicted.outdone;
    let above = outdone.iter().filter(|of| of.pair.weight >= link.threshold);
    let (refused, ties) = above.fold((0, 0), |(all, ties), of| (all + 1, ties + u64::from(of.is_tied)));
    if possible_from.is_some() {
        outdone.retain(|of| of.pair.weight >= lower);
        possible.extend(outdone.iter().map(|of| of.pair));
        possible.sort_unstable_by_key(|pair| (pair.left, pair.right));
    }
    let mut decided = Decided {
        pairs_above: pairs.len() as u64 + refused,
        links: Vec::new(),
        possible,
        persons: Vec::new(),
        expected_matches: calibration.matches,
        completeness: (calibration.matches > 0.0).then(|| share_found(&calibration)),
        told_by: told.map(|told| told.fields).unwrap_or_default(),
        link,
        possible_from,
        thresholds: ErrorsAt::all(&trusted),
        first_by_rule: predicted.first_by_rule,
        refused,
        ties,
        one_record_of,
    };
    resolve(scored, model, &Apart::of(scored, rows), pairs, &mut decided);
    decided
}

/// Pairs of rows that the rules find, or at least so many where equal rows are put together.
fn pairs_found(first_by_rule: &[u64], model: &Compiled, learnt: &Learnt) -> u64 {
    let most_of_one_rule = || learnt.counts.iter().map(|count| count.pairs_of_rows).max().unwrap_or_default();
    let looked_at = first_by_rule.iter().sum();
    model.repeats.as_ref().map_or(looked_at, |_| looked_at.max(most_of_one_rule()))
}

/// Of the expected matches those that blocking finds.
fn share_found(calibration: &Calibration) -> f64 {
    (calibration.found / calibration.matches).min(1.0)
}

fn threshold(calibration: &Calibration, pairs: &[ScoredPair], spec: ThresholdSpec) -> Choice {
    match spec {
        ThresholdSpec::BestF1 => calibration.choose(Target::BestF1),
        ThresholdSpec::FalseLinks(rate) => calibration.choose(Target::FalseLinkRate(rate)),
        ThresholdSpec::MissedLinks(rate) => calibration.choose(Target::MissedRate(rate)),
        ThresholdSpec::Probability(least) => given(calibration, pairs, Weight::at_probability(least)),
        ThresholdSpec::Weight(bits) => given(calibration, pairs, Weight::from_bits(bits)),
    }
}

/// A threshold that is given: no weight below is a link, even if that leaves none. Pairs below
/// the floor were not kept, so that the floor is as near as it can come to one that is lower.
fn given(calibration: &Calibration, pairs: &[ScoredPair], wanted: Weight) -> Choice {
    let threshold = wanted.max(FLOOR);
    let above = pairs.iter().filter(|pair| pair.weight >= threshold);
    let (mut links, mut true_links) = (0.0, 0.0);
    for pair in above {
        links += 1.0;
        true_links += pair.weight.probability();
    }
    let missed = (calibration.matches - true_links).max(0.0);
    let point = Point { threshold, links, true_links, false_links: links - true_links, missed };
    Choice { threshold, point, met: threshold == wanted }
}

/// That links are no better than they can be: fields that many people have in common leave few
/// links, and many of these wrong; and blocking rules that find few pairs leave few too.
fn hardly_apart(link: &Choice, calibration: &Calibration, compared: u64) -> Option<String> {
    let point = link.point;
    let is_poor = point.false_link_rate() > MOST_FALSE || calibration.choose(Target::BestF1).point.f1() < LEAST_F1;
    let all = point.true_links + point.missed;
    if is_poor && (compared as f64) < LEAST_F1 * all {
        return Some(format!(
            "blocking rules find {} pairs, and {} matches are expected: name more rules, or a higher `cap` \
             where blocks were skipped",
            grouped(compared),
            grouped(all.round() as u64),
        ));
    }
    (is_poor && all >= 1.0).then(|| {
        format!(
            "what is compared hardly tells people apart: {:.0} % of links are expected to be false, and {:.0} % of \
             matches missed; compare more fields, or take fewer links, as by `link = {{ false_links = 0.01 }}`",
            point.false_link_rate() * 100.0,
            point.missed_rate() * 100.0,
        )
    })
}

/// That a threshold does not do what the job asks for, and why where that is known.
fn unmet(choice: &Choice, asked: Option<ThresholdSpec>, what: &str) -> Option<String> {
    let why = match asked? {
        ThresholdSpec::Probability(_) | ThresholdSpec::Weight(_) => {
            ", since no pair is kept that weighs less than -5 bits (a probability of 0.03)"
        }
        ThresholdSpec::BestF1 | ThresholdSpec::FalseLinks(_) | ThresholdSpec::MissedLinks(_) => "",
    };
    let note = || format!("decide.{what}: no threshold does what was asked; the nearest was taken{why}");
    (!choice.met).then(note)
}

/// Links and persons of the pairs above the threshold.
fn resolve(scored: &Scored, model: &Compiled, apart: &Apart, pairs: Vec<ScoredPair>, decided: &mut Decided) {
    let rows = model.columns.rows();
    let conflicts = conflicts(scored, model, apart);
    let right_from = model.columns.starts.get(1).copied().unwrap_or(rows);
    let way = scored.decide.resolve.unwrap_or(if conflicts.is_empty() {
        ResolveSpec::Components
    } else {
        ResolveSpec::CutConflicts
    });
    let choice = match way {
        ResolveSpec::Components if conflicts.is_empty() => {
            decided.persons = components(rows, &pairs);
            decided.links = pairs;
            return;
        }
        ResolveSpec::Components | ResolveSpec::CutConflicts => {
            let merged = merge_apart(rows, pairs.clone(), &conflicts, Tie::Break);
            decided.refused += merged.refused_by_column.iter().sum::<u64>() + merged.refused_by_source;
            decided.ties += merged.ties;
            decided.persons = merged.persons;
            decided.links = within(pairs, &decided.persons);
            return;
        }
        ResolveSpec::CompleteLinkage => {
            decided.persons = complete_linkage(rows, pairs.clone(), &conflicts);
            decided.links = within(pairs, &decided.persons);
            return;
        }
        ResolveSpec::OneToOne => {
            one_to_one(pairs, &OneToOne { right_from, threshold: decided.link.threshold, limit: DEFAULT_LIMIT })
        }
        ResolveSpec::Greedy => greedy_best(pairs, right_from, Tie::Break),
        ResolveSpec::BestPerRight => best_per_right(pairs, right_from, Tie::Break),
    };
    decided.ties = choice.ties;
    decided.links = choice.links;
    decided.links.sort_unstable_by_key(|pair| (pair.left, pair.right));
    decided.persons = components(rows, &decided.links);
}

/// The data sets, and those of them of which a person has at most one record.
struct Apart {
    /// First row of each data set, and as a last entry the number of all rows.
    starts: Vec<u32>,
    /// Positions among these.
    one_record_of: Vec<u16>,
}

impl Apart {
    fn of(scored: &Scored, rows: &Rows) -> Apart {
        let spans = rows.spans();
        let starts = spans.iter().map(|(_, span)| span.start).chain([rows.len()]).collect();
        let is_one = |source: &u16| scored.one_record_of.contains(&usize::from(*source));
        let one_record_of = (0..).zip(&spans).filter(|(_, (source, _))| is_one(source)).map(|(at, _)| at).collect();
        Apart { starts, one_record_of }
    }
}

fn conflicts<'m>(scored: &Scored, model: &'m Compiled, apart: &'m Apart) -> Conflicts<'m> {
    let column = |field: &String| model.column_of(field).map(|column| model.columns.columns[column].as_slice());
    Conflicts {
        columns: scored.decide.one_value_of.iter().filter_map(column).collect(),
        starts: &apart.starts,
        duplicate_free: &apart.one_record_of,
    }
}

/// Pairs of rows of one person.
fn within(pairs: Vec<ScoredPair>, persons: &[u32]) -> Vec<ScoredPair> {
    let mut pairs = pairs;
    pairs.retain(|pair| persons[pair.left as usize] == persons[pair.right as usize]);
    pairs
}
