//! Accelerated EM from one state to the next maximum.

use counterfoil_core::scored::Exclusive;

use crate::chance::Pins;
use crate::em::{Problem, State};
use crate::exclusive::{LEAST, exclusive};

/// Where a climb ended.
pub(crate) struct Climb {
    pub(crate) state: State,
    /// Log-likelihood of `state`, prior included.
    pub(crate) loglik: f64,
    /// Log-likelihood of each state that was gone through.
    pub(crate) trace: Vec<f64>,
    /// EM steps made.
    pub(crate) steps: usize,
    /// Greatest change of a parameter in the last EM step.
    pub(crate) last_change: f64,
}

/// Steps until no parameter changes by more than the tolerance, or the steps are used up.
///
/// Two EM steps give a direction, in which one longer step is tried (SQUAREM, scheme 3 of
/// Varadhan and Roland, 2008). It is taken back if the likelihood is less there.
pub(crate) fn climb(problem: &Problem<'_>, start: State, pins: &Pins, tolerance: f64, most_steps: usize) -> Climb {
    let mut state = start;
    let mut trace = Vec::new();
    let mut steps = 0;
    let mut fallback: Option<(State, f64)> = None;
    loop {
        let (loglik, first) = problem.step(&state, pins);
        steps += 1;
        if let Some((safe, safe_loglik)) = fallback.take()
            && loglik < safe_loglik
        {
            state = safe;
            continue;
        }
        trace.push(loglik);
        let last_change = greatest(&difference(&state, &first));
        if last_change < tolerance || steps >= most_steps {
            return Climb { state, loglik, trace, steps, last_change };
        }
        let (first_loglik, second) = problem.step(&first, pins);
        steps += 1;
        let longer = extrapolated(problem, &state, &first, &second);
        fallback = Some((second, first_loglik));
        state = longer;
    }
}

fn difference(before: &State, after: &State) -> Vec<f64> {
    numbers(before).zip(numbers(after)).map(|(before, after)| after - before).collect()
}

fn numbers(state: &State) -> impl Iterator<Item = f64> + '_ {
    let tables = state.m.tables.iter().chain(&state.u.tables).flatten();
    let further = state.m.exclusive.iter().map(Exclusive::further);
    tables
        .copied()
        .chain(further)
        .chain(state.shares.iter().flat_map(|shares| [shares.matches, shares.related, shares.moved]))
}

fn greatest(changes: &[f64]) -> f64 {
    changes.iter().fold(0.0, |most, change| f64::max(most, change.abs()))
}

fn extrapolated(problem: &Problem<'_>, zero: &State, first: &State, second: &State) -> State {
    let step = difference(zero, first);
    let next = difference(first, second);
    let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let curve = norm(&mut step.iter().zip(&next).map(|(step, next)| next - step));
    let length = if curve > 0.0 { norm(&mut step.iter().copied()) / curve } else { 1.0 };
    let length = length.clamp(1.0, 64.0);
    let mut changes = step.iter().zip(&next).map(|(step, next)| 2.0 * length * step + length * length * (next - step));
    let mut state = zero.clone();
    let (least, most) = problem.options.bounds;
    for table in state.m.tables.iter_mut().chain(&mut state.u.tables) {
        let mut sum = 0.0;
        for share in table.iter_mut() {
            let moved = *share + changes.next().unwrap_or_default();
            *share = if *share > 0.0 { moved.clamp(least.min(*share), most) } else { 0.0 };
            sum += *share;
        }
        table.iter_mut().for_each(|share| *share /= sum);
    }
    if let Some(known) = state.m.exclusive.take() {
        let further = known.further() + changes.next().unwrap_or_default();
        state.m.exclusive = Some(exclusive(&state.m, known.closest(), further.clamp(LEAST, 1.0)));
    }
    problem.options.limits_m.hold(&mut state.m);
    problem.options.limits_u.hold(&mut state.u);
    for shares in &mut state.shares {
        for share in [&mut shares.matches, &mut shares.related, &mut shares.moved] {
            let moved = *share + changes.next().unwrap_or_default();
            *share = if *share > 0.0 { moved.clamp(1e-12, 1.0 - 1e-12) } else { 0.0 };
        }
        let sum = shares.matches + shares.related;
        if sum > 1.0 {
            shares.matches /= sum;
            shares.related /= sum;
        }
    }
    state
}
