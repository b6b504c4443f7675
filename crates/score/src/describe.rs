//! From estimated distributions to a [`Model`].

use counterfoil_core::scored::Exclusive;

use crate::em::{Problem, State, expect};
use crate::fit::Ascent;
use crate::tables::{Class, Margin};
use crate::together::Together;
use crate::{ComparisonModel, JointModel, LevelModel, Model};

/// The model of a state, with dependences of random pairs that the estimation did not hold.
pub(crate) fn model(problem: &Problem<'_>, ascent: &Ascent, more: &[Together]) -> Model {
    let state = &ascent.climb.state;
    let (seen_m, seen_u) = seen(problem, ascent);
    let errors = crate::error::errors(problem, ascent);
    let comparison = |c: usize| {
        let (m, u) = (of_all(state, ascent.matches.moved, c), state.u.margin(c));
        let options = problem.options;
        let said = |digit: usize| (options.limits_m.at(c, digit), options.limits_u.at(c, digit));
        let level = |digit: usize| LevelModel {
            // To the last digit, what sums of shares are not.
            m: m[digit].clamp(said(digit).0.least, said(digit).0.most),
            u: u[digit].clamp(said(digit).1.least, said(digit).1.most),
            m_error: if said(digit).0.is_fixed() { 0.0 } else { errors[c][digit] },
            m_observed: said(digit).0.is_fixed() || seen_m[c][digit] >= 0.5,
            u_observed: seen_u[c][digit] > 0.0,
            u_bounded: ascent.pins.bounded[c][digit],
        };
        ComparisonModel { levels: (1..=usize::from(problem.given.levels[c])).map(level).collect() }
    };
    let mut model = Model {
        lambda: ascent.lambda,
        comparisons: (0..problem.given.levels.len()).map(comparison).collect(),
        moved: crate::moved::model(state, ascent.matches.moved),
        further: state.m.exclusive.as_ref().map(Exclusive::further),
        interactions: with(interactions(&problem.given.levels, &state.m, &state.u), more, &problem.given.levels),
        related: crate::related::model(problem, state),
    };
    for one in problem.known.iter().chain(more) {
        let same = model.interactions.iter_mut().find(|joint| (joint.first, joint.second) == (one.first, one.second));
        same.into_iter().for_each(|joint| joint.commonness.clone_from(&one.commonness));
    }
    if let Some(shared) = problem.options.relatives() {
        crate::apart::set_apart(&mut model, shared);
    }
    model
}

/// How often matches have each level, those who have moved among them.
fn of_all(state: &State, moved: f64, comparison: usize) -> Margin {
    let (m, u) = (state.m.margin(comparison), state.u.margin(comparison));
    if state.m.is_left(comparison) {
        std::array::from_fn(|digit| (1.0 - moved) * m[digit] + moved * u[digit])
    } else {
        m
    }
}

/// Expected matches and non-matches by comparison and digit, in rules that compare there; for
/// non-matches also what chance shows.
fn seen(problem: &Problem<'_>, ascent: &Ascent) -> (Vec<[f64; 16]>, Vec<[f64; 16]>) {
    let comparisons = problem.given.levels.len();
    let (mut seen_m, mut seen_u) = (vec![[0.0; 16]; comparisons], vec![[0.0; 16]; comparisons]);
    let state = &ascent.climb.state;
    let related = problem.related(state);
    for (rule, shares) in problem.rules.iter().zip(&state.shares) {
        let expected = expect(rule, state, related.as_ref(), *shares);
        for comparison in (0..comparisons).filter(|c| rule.compares(*c)) {
            count(&state.m, &expected.m, comparison, &mut seen_m[comparison]);
            count(&state.u, &expected.u, comparison, &mut seen_u[comparison]);
        }
    }
    for chance in &problem.given.chances {
        for (level, probability) in chance.probabilities.iter().enumerate() {
            seen_u[chance.comparison][level + 1] += probability;
        }
    }
    (seen_m, seen_u)
}

fn count(class: &Class, tables: &[[f64; 256]], comparison: usize, sums: &mut [f64; 16]) {
    let block = class.block_of(comparison);
    for (index, count) in tables[block].iter().enumerate() {
        let digit = if class.blocks[block].first == comparison { index >> 4 } else { index & 15 };
        sums[digit] += count;
    }
}

/// The joint distributions of two classes, the first in the place of matches.
pub(crate) fn interactions(levels: &[u8], m: &Class, u: &Class) -> Vec<JointModel> {
    let mut pairs: Vec<(usize, usize)> =
        m.blocks.iter().chain(&u.blocks).filter_map(|block| Some((block.first, block.second?))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let joint = |(first, second): (usize, usize)| JointModel {
        first,
        second,
        m: ratios(levels, m, first, second),
        u: ratios(levels, u, first, second),
        commonness: None,
    };
    pairs.into_iter().map(joint).collect()
}

/// Adds dependences of random pairs to joint distributions.
fn with(mut joint: Vec<JointModel>, more: &[Together], levels: &[u8]) -> Vec<JointModel> {
    for one in more {
        let digits = |c: usize| 1..=usize::from(levels[c]);
        let row = |i: usize| digits(one.second).map(|j| one.ratios[i << 4 | j]).collect();
        let u: Vec<Vec<f64>> = digits(one.first).map(row).collect();
        if let Some(known) = joint.iter_mut().find(|known| (known.first, known.second) == (one.first, one.second)) {
            known.u = u;
            continue;
        }
        let m = vec![vec![1.0; usize::from(levels[one.second])]; usize::from(levels[one.first])];
        joint.push(JointModel { first: one.first, second: one.second, m, u, commonness: None });
    }
    joint.sort_by_key(|joint| (joint.first, joint.second));
    joint
}

fn ratios(levels: &[u8], class: &Class, first: usize, second: usize) -> Vec<Vec<f64>> {
    let at = class.block_of(first);
    let joint = class.blocks[at].second == Some(second);
    let (rows, columns) = (class.margin(first), class.margin(second));
    let ratio = |i: usize, j: usize| if joint { class.tables[at][i << 4 | j] / (rows[i] * columns[j]) } else { 1.0 };
    let row = |i: usize| (1..=usize::from(levels[second])).map(|j| ratio(i, j)).collect();
    (1..=usize::from(levels[first])).map(row).collect()
}
