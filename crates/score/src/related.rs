//! Relatives among all pairs of rows, from those that each rule finds.
//!
//! Each rule says how many relatives it finds, and they are of different kinds: a rule on names
//! finds parents and children of one name, a rule on dates of birth finds twins. A share of
//! relatives and one distribution for each comparison have to explain them all.

use crate::RelatedModel;
use crate::em::{Problem, State, expect};
use crate::tables::{Class, Margin, Rule};

/// Relatives that have to be expected for them to count as found.
const FEWEST: f64 = 5.0;
/// How far the share that have a rule's field in common may be from what was said of it, as a
/// standard deviation of its natural log: threefold either way is not unusual.
const DOUBT: f64 = 1.1;

/// The relatives of a state; none where they are not reckoned with or hardly any were found.
pub(crate) fn model(problem: &Problem<'_>, state: &State) -> Option<RelatedModel> {
    let class = problem.related(state)?;
    let found = found(problem, state, &class);
    let (log_count, shifts) = explained(problem, &class, &found)?;
    let levels = (0..problem.given.levels.len()).map(|c| {
        let least = state.u.margin(c);
        let margin = shifted(problem, c, &class.margin(c), &least, shifts[c]);
        margin[1..=usize::from(problem.given.levels[c])].to_vec()
    });
    let share = (log_count.exp() / problem.given.total_pairs).clamp(f64::MIN_POSITIVE, 0.5);
    Some(RelatedModel { share, levels: levels.collect() })
}

/// Expected relatives among all pairs of each rule.
fn found(problem: &Problem<'_>, state: &State, class: &Class) -> Vec<f64> {
    let rules = problem.rules.iter().zip(&state.shares);
    let found = |(rule, shares): (&Rule, &crate::em::Shares)| {
        expect(rule, state, Some(class), *shares).related / rule.counted.max(1.0) * rule.pairs
    };
    rules.map(found).collect()
}

/// Log of the number of relatives, and for each comparison by what its share of relatives in
/// the levels that rules need is off (in natural logs): least squares of
/// log found = log count + Σ (log h(allowed) + shift), shifts held to 0 by [`DOUBT`].
fn explained(problem: &Problem<'_>, class: &Class, found: &[f64]) -> Option<(f64, Vec<f64>)> {
    let size = problem.given.levels.len() + 1;
    let mut normal = vec![vec![0.0; size + 1]; size];
    (1..size).for_each(|c| normal[c][c] = DOUBT.powi(-2));
    for (rule, found) in problem.rules.iter().zip(found) {
        if *found < FEWEST || rule.aside.iter().any(|aside| *aside) {
            continue;
        }
        // The count of a rule has a relative error of one over its root; and a tenth, as
        // relatives are of many kinds.
        let weight = 1.0 / (1.0 / found + 0.01);
        let narrowed = |at: usize| at == 0 || rule.allowed[at - 1].len() < usize::from(problem.given.levels[at - 1]);
        let wanted = found.ln() - (rule.coverage * class.reach(rule)).max(1e-300).ln();
        for row in (0..size).filter(|row| narrowed(*row)) {
            (0..size).filter(|column| narrowed(*column)).for_each(|column| normal[row][column] += weight);
            normal[row][size] += weight * wanted;
        }
    }
    if normal[0][0] == 0.0 {
        return None;
    }
    let solution = solved(normal);
    Some((solution[0], solution[1..].to_vec()))
}

/// Solves a positive definite system, right side last in each row.
fn solved(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let size = rows.len();
    for pivot in 0..size {
        let lead = rows[pivot].clone();
        for row in rows.iter_mut().skip(pivot + 1) {
            let factor = row[pivot] / lead[pivot];
            row.iter_mut().zip(&lead).for_each(|(value, lead)| *value -= factor * lead);
        }
    }
    let mut solution = vec![0.0; size];
    for pivot in (0..size).rev() {
        let rest: f64 = (pivot + 1..size).map(|at| rows[pivot][at] * solution[at]).sum();
        solution[pivot] = (rows[pivot][size] - rest) / rows[pivot][pivot];
    }
    solution
}

/// Moves the levels that some rule needs, but not below chance; the others make room.
fn shifted(problem: &Problem<'_>, comparison: usize, margin: &Margin, least: &Margin, shift: f64) -> Margin {
    let needed = |digit: usize| {
        let levels = usize::from(problem.given.levels[comparison]);
        let narrow =
            problem.rules.iter().map(|rule| &rule.allowed[comparison]).filter(|allowed| allowed.len() < levels);
        narrow.into_iter().any(|allowed| allowed.contains(&digit))
    };
    let mut moved = *margin;
    for digit in (1..16).filter(|digit| needed(*digit)) {
        moved[digit] = (margin[digit] * shift.exp()).clamp(least[digit].min(0.99), 0.99);
    }
    let (now, before): (f64, f64) = (1..16)
        .filter(|d| needed(*d))
        .fold((0.0, 0.0), |(now, before), digit| (now + moved[digit], before + margin[digit]));
    let now_kept = now.min(0.999);
    for digit in 1..16 {
        moved[digit] *= if needed(digit) { now_kept / now } else { (1.0 - now_kept) / (1.0 - before).max(1e-9) };
    }
    if now == 0.0 { *margin } else { moved }
}

#[cfg(test)]
mod tests {
    use super::solved;

    #[test]
    fn systems_are_solved() {
        // 4x + y = 6, x + 3y = 7: x = 1, y = 2.
        assert_eq!(solved(vec![vec![4.0, 1.0, 6.0], vec![1.0, 3.0, 7.0]]), [1.0, 2.0]);
    }
}
