//! u from chance: what all pairs of rows show, less what the matches among them account for.

use crate::em::{MOVED, Problem, Shares, State, expect};
use crate::matches::Matches;
use crate::tables::{Class, Margin, Rule, Table};
use crate::{Observations, Options};

/// u of the comparisons for which chance is known, at one λ.
pub(crate) struct Pins {
    pub(crate) margins: Vec<Option<Margin>>,
    /// Levels whose u was raised to its bound.
    pub(crate) bounded: Vec<[bool; 16]>,
}

/// What of the pairs of rows are matches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The share of all pairs that are.
    pub(crate) lambda: f64,
    /// The share of all pairs that are matches who have not moved.
    at_home: f64,
    /// Of the pairs that agree closest in a comparison the share that are neither matches nor
    /// relatives, where a rule finds just these; that are no matches, where most of them are.
    random: Vec<Option<f64>>,
}

impl Known {
    /// As a state has them, whose matches are known.
    pub(crate) fn of(problem: &Problem<'_>, state: &State, matches: &Matches) -> Known {
        let lambda = lambda(problem.given, matches);
        let at_home = lambda * (1.0 - matches.moved);
        let of = |c: usize| if state.m.is_left(c) { at_home } else { lambda };
        let random = (0..problem.given.levels.len()).map(|c| random(problem, state, c, of(c))).collect();
        Known { lambda, at_home, random }
    }
}

/// Steps by which the pairs that agree closest in a comparison are shared out.
const STEPS: usize = 50;

/// What a rule that needs the closest level of a comparison, and nothing else, makes of its pairs.
/// Where there is none, and matches are most of what chance shows, such pairs are shared out by
/// the state: of an NHS number that a rule finds by its end, the few people who have another's
/// are far fewer than λ is wrong by. Relatives count among these, since some use each other's.
fn random(problem: &Problem<'_>, state: &State, comparison: usize, lambda: f64) -> Option<f64> {
    if let Some(at) = problem.rules.iter().position(|rule| is_about(problem, rule, comparison)) {
        return Some(1.0 - state.shares[at].matches - state.shares[at].related);
    }
    let chance = problem.given.chances.iter().find(|chance| chance.comparison == comparison)?;
    let matches = lambda * state.m.margin(comparison)[usize::from(problem.given.levels[comparison])];
    if matches <= 0.5 * chance.probabilities.last()? {
        return None;
    }
    let alike = problem.alike.iter().find(|rule| is_about(problem, rule, comparison))?;
    Some(1.0 - shared_out(problem, state, alike).matches)
}

fn is_about(problem: &Problem<'_>, rule: &Rule, comparison: usize) -> bool {
    let levels = &problem.given.levels;
    rule.counted > 0.0
        && rule.aside.iter().all(|aside| !aside)
        && rule.allowed[comparison] == [usize::from(levels[comparison])]
        && (0..levels.len()).all(|c| c == comparison || rule.allowed[c].len() == usize::from(levels[c]))
}

/// What pairs that are in no rule are made of, m and u being what they are.
pub(crate) fn shared_out(problem: &Problem<'_>, state: &State, pairs: &Rule) -> Shares {
    shared_out_from(0.9, problem, state, pairs)
}

/// The same of pairs that are no matches.
pub(crate) fn shared_out_apart(problem: &Problem<'_>, state: &State, pairs: &Rule) -> Shares {
    shared_out_from(0.0, problem, state, pairs)
}

fn shared_out_from(matches: f64, problem: &Problem<'_>, state: &State, pairs: &Rule) -> Shares {
    let related = problem.related(state);
    let start = if related.is_some() { 0.05 } else { 0.0 };
    let moved = if state.m.of_home.is_some() { MOVED } else { 0.0 };
    let mut shares = Shares { matches, related: start, moved };
    for _ in 0..STEPS {
        let mut next = expect(pairs, state, related.as_ref(), shares).shares(pairs, related.is_some());
        if matches == 0.0 {
            next.matches = 0.0;
        }
        let moved = (next.matches - shares.matches).abs() + (next.related - shares.related).abs();
        shares = next;
        if moved < 1e-7 {
            break;
        }
    }
    shares
}

impl Pins {
    /// P(level) = λ m + (1 − λ) u, solved for u. Where matches account for nearly all that is
    /// seen, the difference of the two says little; then what pairs of the closest level are
    /// compared with besides says how many of them are random.
    pub(crate) fn at(given: &Observations, options: &Options, known: &Known, m: &Class) -> Pins {
        let mut margins = vec![None; given.levels.len()];
        let mut bounded = vec![[false; 16]; given.levels.len()];
        for chance in &given.chances {
            let lambda = if m.is_left(chance.comparison) { known.at_home } else { known.lambda };
            let m = m.margin(chance.comparison);
            let random = known.random.get(chance.comparison).copied().flatten();
            let mut u = [0.0; 16];
            for (level, probability) in chance.probabilities.iter().enumerate() {
                let least = least(*probability, chance.standard_errors[level], given.total_pairs, options);
                let others = match random {
                    Some(random) if level + 1 == chance.probabilities.len() => probability * random,
                    _ => probability - lambda * m[level + 1],
                };
                let rest = others / (1.0 - lambda);
                bounded[chance.comparison][level + 1] = rest < least;
                u[level + 1] = rest.max(least);
            }
            let closest = usize::from(given.levels[chance.comparison]);
            u[closest] = u[closest].max(by_parts(given, chance.comparison, known.lambda));
            let sum: f64 = u.iter().sum();
            let u = u.map(|share| share / sum);
            let pairs = |digit: usize| chance.pairs(digit, given.total_pairs);
            margins[chance.comparison] = Some(options.limits_u.known(chance.comparison, &u, pairs));
        }
        Pins { margins, bounded }
    }

    /// Greatest change of any u, against an earlier λ.
    pub(crate) fn change(&self, before: &Pins) -> f64 {
        let pairs = self.margins.iter().flatten().zip(before.margins.iter().flatten());
        pairs.flat_map(|(now, then)| now.iter().zip(then)).map(|(now, then)| (now - then).abs()).fold(0.0, f64::max)
    }

    /// Puts u where it belongs.
    pub(crate) fn apply(&self, u: &mut Class) {
        for (block, table) in u.blocks.iter().zip(&mut u.tables) {
            let first = self.margins[block.first].as_ref();
            match (block.second, first) {
                (None, Some(margin)) => *table = crate::tables::single(margin),
                (None, None) => {}
                (Some(second), first) => rake(table, first, self.margins[second].as_ref()),
            }
        }
    }
}

/// How often random pairs agree closest in a comparison at the least: as often as in all its parts, if
/// these do not go together. All matches are taken off each part, more than agree in it.
fn by_parts(given: &Observations, comparison: usize, lambda: f64) -> f64 {
    let random = |probability: &f64| (probability - lambda).max(0.0) / (1.0 - lambda);
    let parts = given.parts.iter().find(|parts| parts.comparison == comparison);
    parts.map_or(0.0, |parts| parts.probabilities.iter().map(random).product())
}

/// The least that u may be. However seldom a level is expected, among so many pairs nobody has
/// seen that it is rarer than one of them.
fn least(probability: f64, standard_error: f64, pairs: f64, options: &Options) -> f64 {
    let one_pair = 1.0 / pairs.max(1.0);
    (probability * options.least_u_share).max(standard_error).max(one_pair).max(options.bounds.0)
}

fn lambda(given: &Observations, matches: &Matches) -> f64 {
    (matches.expected / given.total_pairs).clamp(0.5 / given.total_pairs.max(1.0), 0.5)
}

/// Scales rows and columns until the table has the margins that are known (Deming and Stephan,
/// 1940); what its odds ratios say of dependence stays.
pub(crate) fn rake(table: &mut Table, rows: Option<&Margin>, columns: Option<&Margin>) {
    for _ in 0..50 {
        let by_rows = rows.map_or(0.0, |rows| scale(table, rows, |index| index >> 4));
        let by_columns = columns.map_or(0.0, |columns| scale(table, columns, |index| index & 15));
        if by_rows.max(by_columns) < 1e-12 {
            break;
        }
    }
}

fn scale(table: &mut Table, wanted: &Margin, digit: impl Fn(usize) -> usize) -> f64 {
    let mut sums = [0.0; 16];
    table.iter().enumerate().for_each(|(index, share)| sums[digit(index)] += share);
    for (index, share) in table.iter_mut().enumerate() {
        let sum = sums[digit(index)];
        *share *= if sum > 0.0 { wanted[digit(index)] / sum } else { 0.0 };
    }
    sums.iter().zip(wanted).map(|(sum, wanted)| (sum - wanted).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chance, Parts};

    /// A date of which 2.2 in 10,000 pairs have the whole in common, one in 10 the year, and one in 100
    /// day and month; 2 in 10,000 pairs are matches, all with the same date.
    #[test]
    fn random_pairs_agree_in_the_whole_as_often_as_in_its_parts() {
        let chance = Chance { comparison: 0, probabilities: vec![0.99978, 0.00022], standard_errors: vec![0.0; 2] };
        let parts = Parts { comparison: 0, probabilities: vec![0.1, 0.01] };
        let with = |parts: Vec<Parts>| {
            let given = Observations {
                levels: vec![2],
                total_pairs: 1e8,
                chances: vec![chance.clone()],
                parts,
                ..Observations::default()
            };
            let known = Known { lambda: 2e-4, at_home: 2e-4, random: vec![None] };
            let mut m = [0.0; 16];
            m[2] = 1.0;
            let pins = Pins::at(&given, &Options::default(), &known, &Class::independent(&[m]));
            pins.margins[0].unwrap_or_default()[2]
        };
        let near = |found: f64, wanted: f64| assert!((found / wanted - 1.0).abs() < 2e-3, "{found} for {wanted}");
        // What matches leave of the whole: 2 in 100,000.
        near(with(Vec::new()), 2e-5);
        // 0.0998 · 0.0098 of the parts.
        near(with(vec![parts]), 0.0998 * 0.0098);
        // Parts that matches account for say nothing.
        near(with(vec![Parts { comparison: 0, probabilities: vec![1e-4, 0.01] }]), 2e-5);
    }
}
