//! Joint distributions for the pairs of comparisons that depend on each other.

use crate::chance::Pins;
use crate::climb::climb;
use crate::em::{Problem, State};
use crate::exclusive::exclusive;
use crate::fit::{Ascent, Effort, best_of_starts, settle};
use crate::residual::{Class, Residual, check};
use crate::tables::Class as Levels;

/// Most joint distributions of one model, both classes together.
const MOST_JOINT: usize = 6;
/// Candidates that are tried for the next one.
const TRIED: usize = 4;
/// The figure for errors that exclude each other that is begun with.
const BEGUN: f64 = 0.1;
/// Errors exclude each other if one makes any other at least four times less likely.
const EXCLUDES: f64 = 0.25;

/// Gives pairs of comparisons joint distributions, one after another: of those that leave most
/// information out the one that raises the likelihood most, as long as that pays for its
/// parameters (half of each times the log of the number of pairs; Schwarz, 1978).
pub(crate) fn model_dependence(problem: &Problem<'_>, independent: Ascent) -> Ascent {
    let joint = |class: &Levels| class.blocks.iter().filter(|block| block.second.is_some()).count();
    let known = joint(&independent.climb.state.m) + joint(&independent.climb.state.u);
    let mut found = None;
    for _ in known..MOST_JOINT {
        let Some(better) = next_joint(problem, found.as_ref().unwrap_or(&independent)) else { break };
        found = Some(better);
    }
    // Until all were found a rough state did: where a distribution is still wanting the likelihood
    // may be so flat that the last digits take a thousand steps.
    match found {
        Some(rough) => settle(problem, rough.climb, rough.pins, Effort::full(problem.options)),
        None => independent,
    }
}

/// Whether two comparisons may get a joint distribution: neither has one, and they can be held within
/// bounds. Of those in one distribution one may have bounds, or u that chance gives, which bounds are
/// in already.
fn is_free(problem: &Problem<'_>, residual: &Residual, state: &State) -> bool {
    let pair = [residual.first, residual.second];
    let options = problem.options;
    let is_by_chance = |c: usize| problem.given.chances.iter().any(|chance| chance.comparison == c);
    let (class, can_be_held) = if residual.class == Class::Matches {
        (&state.m, !pair.iter().all(|c| options.limits_m.bounds(*c)))
    } else {
        (&state.u, pair.iter().all(|c| is_by_chance(*c) || !options.limits_u.bounds(*c)))
    };
    // What tells matches who have moved from random pairs are their homes: how these go together with
    // other comparisons is not learnt beside them, or all who could have moved would have.
    let homes = pair.iter().filter(|c| state.m.is_left(**c)).count();
    let is_told = homes == 0 || homes == 2 && residual.class == Class::NonMatches;
    is_told && can_be_held && pair.iter().all(|c| class.blocks[class.block_of(*c)].second.is_none())
}

/// What a joint distribution has to raise the likelihood by.
fn price(problem: &Problem<'_>, residual: &Residual) -> f64 {
    let levels = |c: usize| f64::from(problem.given.levels[c]) - 1.0;
    let counted: f64 = problem.rules.iter().map(|rule| rule.counted).sum();
    levels(residual.first) * levels(residual.second) * counted.ln()
}

fn next_joint(problem: &Problem<'_>, from: &Ascent) -> Option<Ascent> {
    let state = &from.climb.state;
    let report = check(problem, state);
    let free = |residual: &&Residual| is_free(problem, residual, state);
    let mut best: Option<Ascent> = None;
    for residual in report.residuals.iter().filter(free).take(TRIED) {
        let tried = with_joint(problem, from, residual);
        let price = price(problem, residual);
        let least = best.as_ref().map_or(from.climb.loglik + price, |best| best.climb.loglik);
        if tried.climb.loglik > least {
            best = Some(tried);
        }
    }
    best.map(|best| settle(problem, best.climb, best.pins, Effort::brief(problem.options)))
}

/// An estimation with errors of matches that exclude each other, if that pays. It is looked at where two
/// levels of matches go together less often than the model expects, unless the job says something of m.
///
/// A rule on part of a value lets only some errors through, and so more of others, by how much no level
/// tells. Nothing is learnt from such a rule then, but from pairs that agree closest in one comparison.
pub(crate) fn with_exclusive<'a>(problem: &Problem<'a>, found: &Ascent) -> Option<(Problem<'a>, Ascent)> {
    let is_less = |residual: &Residual| residual.class == Class::Matches && residual.bits() < 0.0;
    let is_said = (0..problem.given.levels.len()).any(|c| problem.options.limits_m.says(c));
    if is_said || problem.of_home.is_some() || !check(problem, &found.climb.state).wrong.iter().any(is_less) {
        return None;
    }
    let mut problem = problem.clone();
    let alike = std::mem::take(&mut problem.alike);
    problem.rules.extend(alike);
    problem.rules.iter_mut().for_each(|rule| rule.is_silent |= rule.aside.contains(&true));
    let (plain, _) = best_of_starts(&problem, None);
    let mut shape = plain.climb.state.clone();
    shape.m.exclusive = Some(exclusive(&shape.m, &problem.given.levels, BEGUN));
    let (better, _) = best_of_starts(&problem, Some(&shape));
    let heard = problem.rules.iter().filter(|rule| !rule.is_silent);
    let price = heard.map(|rule| rule.counted).sum::<f64>().ln();
    let further = better.climb.state.m.exclusive.as_ref()?.further();
    (further <= EXCLUDES && better.climb.loglik > plain.climb.loglik + price).then_some((problem, better))
}

fn with_joint(problem: &Problem<'_>, from: &Ascent, residual: &Residual) -> Ascent {
    let mut state = from.climb.state.clone();
    let class = if residual.class == Class::Matches { &mut state.m } else { &mut state.u };
    *class = class.joined(residual.first, residual.second);
    let pins = Pins { margins: from.pins.margins.clone(), bounded: from.pins.bounded.clone() };
    let Effort { tolerance, most_steps } = Effort::brief(problem.options);
    let climb = climb(problem, state, &pins, tolerance, most_steps);
    Ascent { climb, pins, matches: from.matches.clone(), lambda: from.lambda, settled: false }
}
