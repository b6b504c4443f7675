//! Learning from pairs of which it is known whether they match.
//!
//! m is the share of each level among the known matches. u is that of chance where it is known:
//! labelled non-matches are pairs that somebody found worth a look, which agree more often than
//! pairs do; they count only for comparisons of which chance is not known. λ is what the true
//! persons come to, or is estimated as without labels.

use counterfoil_core::Fault;
use counterfoil_core::scored::{LinkType, Pattern, ValueColumns};
use counterfoil_pairs::blocking::{BlockingRule, Key, Plan, all_pairs};
use counterfoil_pairs::compare::{Comparing, PatternCounts};
use counterfoil_score::{Chance, Convergence, Fitted, Model, Options, from_labels};
use hashbrown::HashMap;

use super::Scored;
use super::estimate::{Compiled, too_many};
use super::read::Rows;
use crate::check::{Job, ModelFrom};
use crate::evaluate::table::rows as each_row;
use crate::figure::grouped;
use crate::stored;

/// Where labels are said to be in faults, and in the manifest's inputs.
pub(crate) const PLACE: &str = "linkage.estimate.labels";
/// Where true persons are said to be in faults.
const TRUTH: &str = "linkage.estimate.truth_column";
/// Pairs of true persons whose patterns are counted, at most about so many.
const COUNTED: u64 = 200_000;

/// A pair of rows, the lower one first, and whether it matches.
type Labelled = ((u32, u32), bool);

/// How often each pattern occurs.
type Counts = Vec<(Pattern, u64)>;

/// What is known of some pairs.
pub(crate) enum Known {
    /// Labelled pairs, each once.
    Pairs(Vec<Labelled>),
    /// For each row the number of its true person, 0 where it is not known.
    Persons(Vec<u32>),
}

/// Reads what a job says is known; `None` if it says nothing.
///
/// # Errors
///
/// The file cannot be read, names rows that are not there, or knows nothing that could be used.
pub(crate) fn read(job: &Job, scored: &Scored, rows: &Rows) -> Result<Option<Known>, Fault> {
    let ModelFrom::Estimate(spec) = &scored.from else { return Ok(None) };
    match (&spec.labels, &spec.truth_column) {
        (Some(file), _) => pairs(job, rows, file).map(|pairs| Some(Known::Pairs(pairs))),
        (None, Some(column)) => persons(job, rows, column).map(|persons| Some(Known::Persons(persons))),
        (None, None) => Ok(None),
    }
}

fn pairs(job: &Job, rows: &Rows, file: &str) -> Result<Vec<Labelled>, Fault> {
    let table = stored::open(PLACE, &job.base.join(file))?;
    let is_one = job.sources.len() == 1;
    let sources = if is_one { ["match", "match"] } else { ["left_source", "right_source"] };
    let columns = ["left_row", "right_row", "match", sources[0], sources[1]];
    if let Some(missing) = columns.iter().find(|name| table.schema().field_with_name(name).is_err()) {
        let fault = Fault::spec(PLACE, format!("`{file}` has no column `{missing}`"));
        return Err(fault.hint(
            "it needs `left_row`, `right_row` and `match`, and of several data sets `left_source` and `right_source`",
        ));
    }
    let spans: HashMap<&str, _> =
        rows.spans().into_iter().map(|(source, span)| (job.sources[usize::from(source)].name.as_str(), span)).collect();
    let names = job.sources.iter().map(|source| format!("`{}`", source.name)).collect::<Vec<_>>().join(", ");
    let mut found = HashMap::new();
    let mut line = 0_u64;
    each_row(&table, &columns, |cells| {
        let at = |column: &str, message: &str, hint: &str| {
            Fault::spec(PLACE, format!("row {line}, column `{column}`: {message}")).hint(hint.to_owned())
        };
        let row = |side: usize| {
            let span = if is_one {
                rows.spans().first().map(|(_, span)| span.clone())
            } else {
                spans.get(cells[3 + side].as_str()).cloned()
            };
            let span = span.ok_or_else(|| {
                let hint = format!("name data sets as the job does: {names}");
                at(sources[side], "no data set of the linkage is named so", &hint)
            })?;
            let number = cells[side].parse::<u32>().ok().and_then(|number| span.start.checked_add(number));
            let number = number.filter(|row| span.contains(row));
            number.ok_or_else(|| {
                at(
                    columns[side],
                    "the data set has no such row",
                    "rows count from 0 over the data set's files in path order; they are numbers, and no record keys",
                )
            })
        };
        let (one, other) = (row(0)?, row(1)?);
        let is_match = match cells[2].as_str() {
            "1" | "true" | "True" | "TRUE" => true,
            "0" | "false" | "False" | "FALSE" => false,
            _ => {
                return Err(at(
                    "match",
                    "says neither that the pair matches nor that it does not",
                    "write `true` or `false`",
                ));
            }
        };
        if one == other {
            return Err(at("right_row", "the row is paired with itself", "label pairs of two rows"));
        }
        if found.insert((one.min(other), one.max(other)), is_match).is_some_and(|before| before != is_match) {
            return Err(at("match", "another row says the opposite of this pair", "label each pair once"));
        }
        line += 1;
        Ok(())
    })?;
    if !found.values().any(|is_match| *is_match) {
        let pairs = if line == 1 { "pair" } else { "pairs" };
        let fault = Fault::spec(PLACE, format!("`{file}` has {line} labelled {pairs}, and none that matches"));
        return Err(fault.hint("m is learnt from pairs that match; leave `labels` out to estimate it"));
    }
    let mut pairs: Vec<_> = found.into_iter().collect();
    pairs.sort_unstable();
    Ok(pairs)
}

/// The true persons, numbered as they come.
fn persons(job: &Job, rows: &Rows, column: &str) -> Result<Vec<u32>, Fault> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut persons = vec![0; rows.len() as usize];
    for (source, span) in rows.spans() {
        let mut at = span.start as usize;
        each_row(&job.sources[usize::from(source)].table, &[column], |cells| {
            if !cells[0].is_empty() {
                let next = numbers.len() as u32 + 1;
                persons[at] = *numbers.entry_ref(cells[0].as_str()).or_insert(next);
            }
            at += 1;
            Ok(())
        })?;
    }
    Ok(persons)
}

/// Puts what is known in the place of what was estimated: m, u and, by true persons, λ. Returns
/// in words what was learnt from what.
///
/// # Errors
///
/// No two rows that are compared are known to match.
pub(crate) fn apply(
    compiled: &Compiled,
    link_type: LinkType,
    known: &Known,
    (chances, options): (&[Chance], &Options),
    fitted: &mut Fitted,
) -> Result<String, Fault> {
    let all_pairs = compiled.all_pairs(link_type) as f64;
    let told = match known {
        Known::Pairs(pairs) => {
            let (matches, others) = of_pairs(compiled, link_type, pairs)?;
            fitted.model = learnt(compiled, fitted.model.lambda, [&matches, &others], (chances, options), all_pairs);
            let number: u64 = matches.iter().map(|(_, count)| count).sum();
            format!(
                "m learnt from {} labelled {}, of which {} match; λ estimated: ",
                grouped(pairs.len() as u64),
                if pairs.len() == 1 { "pair" } else { "pairs" },
                grouped(number)
            )
        }
        Known::Persons(persons) => {
            let (patterns, pairs) = of_persons(compiled, link_type, persons)?;
            let known = known_pairs(&compiled.columns.starts, link_type, persons) as f64;
            let lambda = (pairs as f64 / known).clamp(1e-12, 1.0 - 1e-9);
            fitted.model = learnt(compiled, lambda, [&patterns.counts, &[]], (chances, options), all_pairs);
            fitted.matches.expected = lambda * all_pairs;
            fitted.convergence = Convergence::Converged { iterations: 0 };
            (fitted.trace, fitted.starts) = (Vec::new(), Vec::new());
            format!("m and λ learnt from {} pairs of records of one true person", grouped(pairs))
        }
    };
    fitted.dependence = None;
    Ok(told)
}

/// A model from the patterns of known matches and of known others.
fn learnt(
    compiled: &Compiled,
    lambda: f64,
    labelled: [&[(Pattern, u64)]; 2],
    (chances, options): (&[Chance], &Options),
    all_pairs: f64,
) -> Model {
    let levels: Vec<u8> = compiled.comparisons.iter().map(|comparison| comparison.levels.len() as u8 + 1).collect();
    let mut model = from_labels(&levels, lambda, labelled[0], labelled[1], options);
    chances.iter().for_each(|chance| by_chance(&mut model, chance, options, all_pairs));
    model
}

/// Patterns of the labelled pairs: of those that match, and of the others.
fn of_pairs(compiled: &Compiled, link_type: LinkType, pairs: &[Labelled]) -> Result<(Counts, Counts), Fault> {
    let plan = compiled.plan(link_type);
    let comparing = Comparing::new(&plan, &compiled.comparisons, &compiled.measures).map_err(too_many)?;
    let of = |wanted: bool| {
        let of_kind = pairs.iter().filter(|(_, is_match)| *is_match == wanted);
        counted(comparing.patterns_of(&of_kind.map(|(pair, _)| *pair).collect::<Vec<_>>()))
    };
    Ok((of(true), of(false)))
}

/// u of a comparison from what chance gives, less what of that are matches, and within what the job
/// says of it.
fn by_chance(model: &mut Model, chance: &Chance, options: &Options, all_pairs: f64) {
    let lambda = model.lambda;
    let levels = &mut model.comparisons[chance.comparison].levels;
    for (level, chance) in levels.iter_mut().zip(&chance.probabilities) {
        let others = (chance - lambda * level.m) / (1.0 - lambda);
        let least = (options.least_u_share * chance).max(options.bounds.0);
        level.u = others.clamp(least, options.bounds.1);
        level.u_observed = *chance > 0.0;
        level.u_bounded = others < least;
    }
    let u: Vec<f64> = levels.iter().map(|level| level.u).collect();
    let moved = options.limits_u.of_chance(chance, &u, all_pairs);
    levels.iter_mut().zip(moved).for_each(|(level, u)| level.u = u);
}

/// How many pairs there are of two rows of which the true person is known.
fn known_pairs(starts: &[u32], link_type: LinkType, persons: &[u32]) -> u64 {
    let mut known = vec![0];
    for bounds in starts.windows(2) {
        let rows = &persons[bounds[0] as usize..bounds[1] as usize];
        known.push(known[known.len() - 1] + rows.iter().filter(|person| **person != 0).count() as u32);
    }
    all_pairs(&known, link_type)
}

/// Patterns of the pairs of rows of one true person, and how many there are.
fn of_persons(compiled: &Compiled, link_type: LinkType, persons: &[u32]) -> Result<(PatternCounts, u64), Fault> {
    let mut columns: ValueColumns = compiled.columns.clone();
    columns.columns.push(persons.to_vec());
    let rule = BlockingRule { keys: vec![Key::Column(columns.columns.len() - 1)], ..BlockingRule::default() };
    let plan = Plan::new(&columns, link_type, &[rule]);
    let pairs = plan.rules()[0].count().pairs;
    if pairs == 0 {
        let fault = Fault::spec(TRUTH, "no two records that are compared are of one true person");
        return Err(fault.hint("name the column that has the same value in all records of a person"));
    }
    let sample = pairs.div_ceil(COUNTED).clamp(1, u32::MAX.into()) as u32;
    let comparing = Comparing::new(&plan, &compiled.comparisons, &compiled.measures).map_err(too_many)?;
    let mut counts = PatternCounts::default();
    plan.parts_of(0, 1).iter().for_each(|part| counts.add(&comparing.patterns(part, sample)));
    Ok((counts, pairs))
}

fn counted(patterns: Vec<Pattern>) -> Counts {
    let mut counts = std::collections::BTreeMap::new();
    patterns.into_iter().for_each(|pattern| *counts.entry(pattern).or_default() += 1);
    counts.into_iter().collect()
}
