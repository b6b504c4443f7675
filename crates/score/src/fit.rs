//! Estimation from several starting points.

use crate::chance::{Known, Pins};
use crate::climb::{Climb, climb};
use crate::em::{MOVED, Problem, Shares, State};
use crate::matches::{Matches, matches};
use crate::tables::{self, Class, Margin, Rule, rules};
use crate::together::{AmongRandom, Together};
use crate::{
    Convergence, Dependence, Fitted, InputError, LevelCheck, NoInformation, Observations, Options, Start, StartReport,
    dependence, describe, moved, related, residual, together,
};

/// Most times that u and λ are brought in line with the m that they were estimated with.
const ROUNDS: usize = 20;
/// Starts that come this close to each other (in any m) go to the same maximum.
const SAME: f64 = 0.02;

/// Estimates a model from pattern counts.
///
/// # Errors
/// What was given is no set of counts; nothing else. Counts that say nothing give a model at
/// its prior, and [`Convergence::NoInformation`].
pub fn fit(given: &Observations, options: &Options) -> Result<Fitted, InputError> {
    given.check(options)?;
    let at_home = Options { of_home: Vec::new(), ..options.clone() };
    let Some(found) = attempt(given, &at_home) else {
        return fit(given, &Options { related: None, ..options.clone() });
    };
    if moved::reckoned_with(options).is_some() && found.leaves_wanting() {
        let other = attempt(given, options);
        if let Some(other) = other.filter(|other| moved::pays(&found.problem, [&found.best, &other.best])) {
            return Ok(other.fitted());
        }
    }
    Ok(found.fitted())
}

/// What an estimation comes to.
struct Attempt<'a> {
    problem: Problem<'a>,
    best: Ascent,
    starts: Vec<StartReport>,
    nothing: Option<NoInformation>,
    /// Dependences of random pairs that the estimation does not hold.
    more: Vec<Together>,
    outside: u64,
}

/// Estimates from all starts, with what goes together; none if the relatives that were reckoned with are
/// matches with errors.
fn attempt<'a>(given: &'a Observations, options: &'a Options) -> Option<Attempt<'a>> {
    let (mut rules, outside) = rules(&given.levels, &given.rules);
    let (mut alike, _) = tables::rules(&given.levels, &given.alike);
    let mut beside = tables::beside(given);
    let models = options.dependence == Dependence::Model && !alike.is_empty();
    let among_random = if models { together::of_random_pairs(given, options, &alike) } else { AmongRandom::default() };
    let besides = beside.iter_mut().map(|(rule, _)| rule);
    rules.iter_mut().chain(&mut alike).chain(besides).for_each(|rule| rule.unheard = among_random.unheard);
    hush(&mut rules, &given.levels);
    rules.iter_mut().for_each(|rule| set_followers_aside(rule, &among_random, &given.levels));
    if !(0..given.levels.len()).all(|c| leaves_free(&rules, c, given.levels[c])) {
        rules.append(&mut alike);
    }
    let mut problem = Problem::new(given, options, rules);
    let nothing = says_nothing(&problem);
    if options.relatives().is_some() {
        let (state, pins) = starting_state(&problem, options.starts[0], None);
        let rough = climb(&problem, state, &pins, coarse(options), options.max_iterations);
        problem.firm_up(&rough.state);
    }
    problem.known = among_random.held;
    problem.alike = alike;
    problem.beside = beside;
    let (mut best, mut starts) = best_of_starts(&problem, None);
    if related::are_matches(&problem, &best.climb.state) {
        return None;
    }
    if options.dependence == Dependence::Model && nothing.is_none() {
        best = dependence::model_dependence(&problem, best);
        // What was found before dependence was modelled may be the wrong hill.
        let (other, again) = best_of_starts(&problem, Some(&best.climb.state));
        starts = again;
        if other.climb.loglik > best.climb.loglik {
            best = other;
        }
        if let Some((with, better)) = dependence::with_exclusive(&problem, &best) {
            (problem, best) = (with, better);
        }
    }
    Some(Attempt { problem, best, starts, nothing, more: among_random.more, outside })
}

impl Attempt<'_> {
    /// Whether two comparisons go together otherwise than the model expects.
    fn leaves_wanting(&self) -> bool {
        let is_modelled = self.problem.options.dependence == Dependence::Model && self.nothing.is_none();
        is_modelled && !residual::check(&self.problem, &self.best.climb.state).fits()
    }

    fn fitted(self) -> Fitted {
        let Attempt { problem, best, starts, nothing, more, outside } = self;
        let options = problem.options;
        let convergence = nothing
            .or_else(|| found_nothing(&problem, &best))
            .map_or_else(|| best.convergence(options), |why| Convergence::NoInformation { why });
        let dependence = (options.dependence != Dependence::Off).then(|| residual::check(&problem, &best.climb.state));
        let model = describe::model(&problem, &best, &more);
        let monotone: Vec<LevelCheck> = model.out_of_order();
        Fitted {
            model,
            shares: best.climb.state.shares.iter().map(|shares| shares.matches).collect(),
            related_shares: best.climb.state.shares.iter().map(|shares| shares.related).collect(),
            matches: best.matches,
            loglik: best.climb.loglik,
            trace: best.climb.trace,
            starts,
            convergence,
            dependence,
            out_of_order: monotone,
            outside,
        }
    }
}

/// Sets aside, in a rule that sets one comparison aside, those that follow from it: pairs of one
/// town, by a rule that no level describes, have postcodes in common as no random pairs have. One
/// comparison is left, if there was one.
fn set_followers_aside(rule: &mut Rule, among_random: &AmongRandom, levels: &[u8]) {
    let edges = among_random.held.iter().chain(&among_random.more);
    let pairs = edges.flat_map(|one| [(one.first, one.second), (one.second, one.first)].map(|pair| (one, pair)));
    let followers: Vec<usize> = pairs
        .filter(|(one, (from, to))| rule.aside[*from] && rule.compares(*to) && one.follows(*to, levels))
        .map(|(_, (_, to))| to)
        .collect();
    if (0..levels.len()).any(|c| rule.compares(c) && !followers.contains(&c)) {
        followers.into_iter().for_each(|c| rule.set_aside(c, levels[c]));
    }
}

/// Whether each level of a comparison is possible for the pairs of some rule: m of one that is not would
/// be a guess, and with it what share of matches the rules find.
fn leaves_free(rules: &[Rule], comparison: usize, levels: u8) -> bool {
    let compare = || rules.iter().filter(|rule| rule.compares(comparison));
    (1..=usize::from(levels)).all(|level| compare().any(|rule| rule.allowed[comparison].contains(&level)))
}

/// Silences rules that need what is not heard: people of one sex have more names in common than u
/// says, which is of all pairs.
fn hush(rules: &mut [Rule], levels: &[u8]) {
    let needs = |rule: &Rule| {
        (0..levels.len()).any(|c| rule.unheard >> (4 * c) & 15 != 0 && rule.allowed[c].len() < usize::from(levels[c]))
    };
    if !rules.iter().all(needs) {
        rules.iter_mut().for_each(|rule| rule.is_silent = needs(rule));
    }
}

/// A climb that was brought in line with chance.
pub(crate) struct Ascent {
    pub(crate) climb: Climb,
    pub(crate) pins: Pins,
    pub(crate) matches: Matches,
    pub(crate) lambda: f64,
    /// Whether λ and u have settled.
    pub(crate) settled: bool,
}

impl Ascent {
    fn convergence(&self, options: &Options) -> Convergence {
        if self.settled && self.climb.last_change < options.tolerance {
            Convergence::Converged { iterations: self.climb.steps }
        } else {
            Convergence::IterationLimit { iterations: self.climb.steps, last_change: self.climb.last_change }
        }
    }
}

/// When a climb has gone far enough.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// No parameter changes by more in a step.
    pub(crate) tolerance: f64,
    pub(crate) most_steps: usize,
}

impl Effort {
    pub(crate) fn full(options: &Options) -> Effort {
        Effort { tolerance: options.tolerance, most_steps: options.max_iterations }
    }

    /// Enough to compare states that something is still to be added to.
    pub(crate) fn brief(options: &Options) -> Effort {
        Effort { tolerance: coarse(options), most_steps: options.max_iterations.min(60) }
    }
}

/// The tolerance with which starts are compared.
pub(crate) fn coarse(options: &Options) -> f64 {
    options.tolerance.max(1e-3)
}

pub(crate) fn best_of_starts(problem: &Problem<'_>, shape: Option<&State>) -> (Ascent, Vec<StartReport>) {
    let options = problem.options;
    let mut climbs: Vec<(usize, Climb, Pins)> = Vec::new();
    for (number, start) in options.starts.iter().enumerate() {
        let (state, pins) = starting_state(problem, *start, shape);
        climbs.push((number, climb(problem, state, &pins, coarse(options), options.max_iterations), pins));
    }
    climbs.sort_by(|one, other| other.1.loglik.total_cmp(&one.1.loglik).then(one.0.cmp(&other.0)));
    let mut ended: Vec<(Class, Ascent)> = Vec::new();
    let mut reports = Vec::new();
    for (number, climb, pins) in climbs {
        let start = options.starts[number];
        let same = ended.iter().find(|(early, ascent)| {
            furthest(early, &climb.state.m) < SAME || furthest(&ascent.climb.state.m, &climb.state.m) < SAME
        });
        if let Some((_, ascent)) = same {
            reports
                .push((number, StartReport { start, loglik: ascent.climb.loglik, steps: climb.steps, merged: true }));
            continue;
        }
        let early = climb.state.m.clone();
        let ascent = settle(problem, climb, pins, Effort::full(options));
        reports.push((
            number,
            StartReport { start, loglik: ascent.climb.loglik, steps: ascent.climb.steps, merged: false },
        ));
        ended.push((early, ascent));
    }
    reports.sort_by_key(|(number, _)| *number);
    let mut best = ended.remove(0).1;
    for (_, ascent) in ended {
        if ascent.climb.loglik > best.climb.loglik {
            best = ascent;
        }
    }
    (best, reports.into_iter().map(|(_, report)| report).collect())
}

/// Goes on until m, the number of matches, λ and with it u have settled.
pub(crate) fn settle(problem: &Problem<'_>, from: Climb, pins: Pins, effort: Effort) -> Ascent {
    let (mut last, mut pins) = (from, pins);
    let mut known = matches(problem, &last.state);
    for _ in 0..ROUNDS {
        let chance = Known::of(problem, &last.state, &known);
        let next_pins = Pins::at(problem.given, problem.options, &chance, &last.state.m);
        let moved = next_pins.change(&pins);
        pins = next_pins;
        let mut state = last.state.clone();
        pins.apply(&mut state.u);
        let left = effort.most_steps.saturating_sub(last.steps).max(1);
        let mut next = climb(problem, state, &pins, effort.tolerance, left);
        next.steps += last.steps;
        next.trace = [std::mem::take(&mut last.trace), next.trace].concat();
        last = next;
        let before = known.expected;
        known = matches(problem, &last.state);
        let still = (known.expected - before).abs() <= 1e-6 * before.max(1.0) && moved < effort.tolerance;
        if still || last.steps >= effort.most_steps {
            return Ascent { climb: last, pins, matches: known, lambda: chance.lambda, settled: still };
        }
    }
    let lambda = Known::of(problem, &last.state, &known).lambda;
    Ascent { climb: last, pins, matches: known, lambda, settled: false }
}

pub(crate) fn starting_state(problem: &Problem<'_>, start: Start, shape: Option<&State>) -> (State, Pins) {
    let levels = &problem.given.levels;
    let m: Vec<Margin> = levels.iter().map(|levels| Options::descending(*levels, start.top)).collect();
    let mut m = Class { of_home: problem.of_home.clone(), ..Class::independent(&m) };
    problem.options.limits_m.hold(&mut m);
    let pins = Pins::at(problem.given, problem.options, &Known::default(), &m);
    let u: Vec<Margin> = (0..levels.len()).map(|c| pins.margins[c].unwrap_or_else(|| overall(problem, c))).collect();
    let related = if problem.options.relatives().is_some() { (1.0 - start.share) / 10.0 } else { 0.0 };
    let moved = if problem.of_home.is_some() { MOVED } else { 0.0 };
    let shares = vec![Shares { matches: start.share, related, moved }; problem.rules.len()];
    let mut u = shape.map_or_else(|| problem.with_known(Class::independent(&u)), |shape| shape.u.clone());
    pins.apply(&mut u);
    problem.options.limits_u.hold(&mut u);
    (State { m: m.shaped(shape.map(|shape| &shape.m)), u, shares }, pins)
}

/// How the blocked pairs are distributed over a comparison's levels, for a start of u.
fn overall(problem: &Problem<'_>, comparison: usize) -> Margin {
    let mut margin = [0.0; 16];
    margin[1..=usize::from(problem.given.levels[comparison])].fill(1.0);
    for rule in problem.rules.iter().filter(|rule| rule.compares(comparison)) {
        for (pattern, count) in rule.patterns.iter().zip(&rule.counts) {
            margin[(pattern >> (4 * comparison) & 15) as usize] += count;
        }
    }
    margin[0] = 0.0;
    let sum: f64 = margin.iter().sum();
    margin.map(|share| share / sum)
}

fn furthest(one: &Class, other: &Class) -> f64 {
    let tables = one.tables.iter().flatten().zip(other.tables.iter().flatten());
    tables.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

fn says_nothing(problem: &Problem<'_>) -> Option<NoInformation> {
    let rules = &problem.rules;
    if rules.iter().all(|rule| rule.counted == 0.0) {
        return Some(NoInformation::NoPairs);
    }
    let compared = |rule: &Rule| {
        let all: Vec<usize> = (0..problem.given.levels.len()).filter(|c| rule.compares(*c)).collect();
        rule.patterns.iter().any(|pattern| all.iter().any(|c| pattern >> (4 * c) & 15 != 0))
    };
    let any = rules.iter().any(compared);
    (!any).then_some(NoInformation::NothingCompared)
}

fn found_nothing(problem: &Problem<'_>, ascent: &Ascent) -> Option<NoInformation> {
    let state = &ascent.climb.state;
    let found: f64 = problem.rules.iter().zip(&state.shares).map(|(rule, share)| rule.counted * share.matches).sum();
    if found < 1.0 {
        return Some(NoInformation::NoMatches);
    }
    let apart = |c: usize| -> f64 {
        let (m, u) = (state.m.margin(c), state.u.margin(c));
        (1..16).filter(|d| m[*d] > 0.0 && u[*d] > 0.0).map(|d| m[d] * (m[d] / u[d]).log2()).sum()
    };
    let compared = (0..problem.given.levels.len()).filter(|c| problem.rules.iter().any(|rule| rule.compares(*c)));
    (compared.map(apart).sum::<f64>() < 0.1).then_some(NoInformation::NotSeparated)
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::Pattern;

    use super::*;
    use crate::RulePatterns;
    use crate::together::Together;

    /// Of a town (0), its postcode (1) and a name (2): postcodes follow from towns, names do not.
    #[test]
    fn what_follows_from_what_is_set_aside_is_set_aside() {
        let mut ratios = [1.0; 256];
        ratios[2 << 4 | 1] = 0.25;
        let among_random = AmongRandom { more: vec![Together::told(0, 1, &ratios)], ..AmongRandom::default() };
        let levels = [2, 2, 2];
        let pattern = |digits: [u8; 3]| digits.iter().enumerate().fold(Pattern(0), |all, (c, d)| all.with(c, *d));
        let counts = vec![(pattern([2, 1, 1]), 5), (pattern([2, 2, 1]), 7), (pattern([2, 1, 2]), 3)];
        let rule = |aside: usize, other: Vec<u8>| {
            let allowed = |c: usize| if c == aside { vec![] } else { vec![0, 1, 2] };
            let mut allowed: Vec<Vec<u8>> = (0..3).map(allowed).collect();
            allowed[2] = other;
            let given = RulePatterns { allowed, pairs: 15.0, coverage: 1.0, counts: counts.clone() };
            let mut rule = Rule::new(&levels, &given).0;
            set_followers_aside(&mut rule, &among_random, &levels);
            rule
        };
        let by_town = rule(0, vec![0, 1, 2]);
        assert_eq!((by_town.aside, by_town.allowed[1].clone()), (vec![true, true, false], vec![1, 2]));
        // By name alone: 5 and 7 that differ, 3 that agree.
        assert_eq!((by_town.patterns, by_town.counts), (vec![1 << 8, 2 << 8], vec![12.0, 3.0]));
        // Towns do not follow from postcodes, and what is compared last is left.
        assert_eq!(rule(1, vec![0, 1, 2]).aside, [false, true, false]);
        assert_eq!(rule(0, vec![2]).aside, [true, false, false]);
    }
}
