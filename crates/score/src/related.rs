//! Relatives among all pairs of rows, from those that each rule finds.
//!
//! Each rule says how many relatives it finds, and they are of different kinds: a rule on names
//! finds parents and children of one name, a rule on dates of birth finds twins. A share of
//! relatives and one distribution for each comparison have to explain them all.

use crate::chance::{shared_out, shared_out_apart};
use crate::em::{Problem, State, expect};
use crate::tables::{Class, Margin, Rule, Table};
use crate::{Options, RelatedModel};

/// Relatives that have to be expected for them to count as found.
const FEWEST: f64 = 5.0;
/// How far the share that have a rule's field in common may be from what was said of it, as a
/// standard deviation of its natural log: threefold either way is not unusual.
const DOUBT: f64 = 1.1;

/// Share of the relatives expected beside pairs that agree in everything, of which fewer are too few
/// for relatives.
const LEAST_SEEN: f64 = 0.5;

/// From here on what relatives have in common is of their home.
pub(crate) const HOME: f64 = 0.85;
/// Variance of the log of how many relatives are alike in what a rule sets aside.
const GUESSED: f64 = 0.25;

/// The relatives of a state; none where they are not reckoned with or hardly any were found.
pub(crate) fn model(problem: &Problem<'_>, state: &State) -> Option<RelatedModel> {
    let class = problem.related(state)?;
    let told = told(problem, state, &class)?;
    let (log_count, shifts) = explained(problem, &class, &told);
    let interactions = crate::describe::interactions(&problem.given.levels, &state.m, &class);
    let levels = (0..problem.given.levels.len()).map(|c| {
        let least = state.u.margin(c);
        let margin = shifted(problem, c, &class.margin(c), &least, shifts[c]);
        margin[1..=usize::from(problem.given.levels[c])].to_vec()
    });
    let share = (log_count.exp() / problem.given.total_pairs).clamp(f64::MIN_POSITIVE, 0.5);
    Some(RelatedModel { share, levels: levels.collect(), interactions, twins: None })
}

/// How levels are distributed among relatives, of whom the shares say how many have a value in
/// common: those have the levels of matches, the others those of chance. What goes together by
/// chance, or in matches, does so among relatives. The class follows m and u and takes no part
/// in estimating them.
pub(crate) fn class(shared: &[f64], state: &State) -> Class {
    let mixed = |(c, share): (usize, &f64)| {
        let (m, u) = (state.m.margin(c), state.u.margin(c));
        std::array::from_fn(|digit| share * m[digit] + (1.0 - share) * u[digit])
    };
    let margins: Vec<Margin> = shared.iter().enumerate().map(mixed).collect();
    let mut class = Class::independent(&margins).shaped(Some(&state.u));
    for block in &state.m.blocks {
        if let Some(second) = block.second
            && [block.first, second].iter().all(|c| class.blocks[class.block_of(*c)].second.is_none())
        {
            class = class.joined(block.first, second);
        }
    }
    for (block, table) in class.blocks.iter().zip(&mut class.tables) {
        if let Some(second) = block.second {
            *table = mixed_joint(state, (block.first, second), (shared[block.first], shared[second]));
        }
    }
    class
}

/// Both values in common, one of them (the other then as chance has it beside it), or none.
fn mixed_joint(state: &State, (first, second): (usize, usize), (share, other): (f64, f64)) -> Table {
    let (m, u) = (state.m.pair(first, second), state.u.pair(first, second));
    let (m_rows, m_columns) = (state.m.margin(first), state.m.margin(second));
    let (u_rows, u_columns) = (state.u.margin(first), state.u.margin(second));
    let beside = |m: f64, u: f64| if u > 0.0 { m / u } else { 0.0 };
    std::array::from_fn(|index| {
        let (row, column) = (index >> 4, index & 15);
        share * other * m[index]
            + share * (1.0 - other) * beside(m_rows[row], u_rows[row]) * u[index]
            + (1.0 - share) * other * beside(m_columns[column], u_columns[column]) * u[index]
            + (1.0 - share) * (1.0 - other) * u[index]
    })
}

/// The rules that tell of relatives, each with how many are expected among all its pairs. Where no
/// rule needs a home as levels describe it, as where postcodes are blocked on by their first letters,
/// pairs of one home stand in that no rule is about. `None` if none tells.
fn told<'p>(problem: &'p Problem<'_>, state: &State, class: &Class) -> Option<Vec<(&'p Rule, f64)>> {
    let shared = problem.options.relatives()?;
    let rules = problem.rules.iter().zip(&state.shares);
    let found = |(rule, shares): (&'p Rule, &crate::em::Shares)| {
        let among_counted = expect(rule, state, Some(class), *shares).related;
        (rule, among_counted / rule.counted.max(1.0) * rule.pairs)
    };
    let tells = |(rule, found): &(&Rule, f64)| *found >= FEWEST && tells(problem, shared, rule);
    let told: Vec<_> = rules.map(found).filter(tells).collect();
    if !told.is_empty() {
        return Some(told);
    }
    if !has_name(shared) {
        return None;
    }
    let found = |(rule, _): (&'p Rule, _)| (rule, shared_out(problem, state, rule).related * rule.pairs);
    let told: Vec<_> = of_homes(problem, shared).map(found).filter(tells).collect();
    (!told.is_empty()).then_some(told)
}

/// Pairs of one home, and which of them are beside a pair that agrees in everything.
fn of_homes<'p>(
    problem: &'p Problem<'_>,
    shared: &'p [f64],
) -> impl Iterator<Item = (&'p Rule, Option<&'p (Rule, f64)>)> {
    let alike = problem.alike.iter().enumerate().map(|(at, rule)| (rule, problem.beside.get(at)));
    alike.filter(|(rule, _)| rule.counted > 0.0 && needs_home(problem, shared, rule))
}

/// Whether the relatives of a state are matches with errors. Relatives live with people whose own
/// match agrees in everything as well as with others; a match that is beside another is hardly
/// ever one.
pub(crate) fn are_matches(problem: &Problem<'_>, state: &State) -> bool {
    let Some(shared) = problem.options.relatives() else { return false };
    if !has_name(shared) {
        return false;
    }
    of_homes(problem, shared).any(|(alike, beside)| {
        let Some((beside, share)) = beside.filter(|(_, share)| *share > 0.0) else { return false };
        let expected = shared_out(problem, state, alike).related * alike.counted * share;
        expected >= FEWEST && shared_out_apart(problem, state, beside).related * beside.counted < LEAST_SEEN * expected
    })
}

/// Whether a rule says how many relatives there are. Of what is set aside, such as the sound of a
/// surname, about as many relatives are alike as have the value itself in common. Of what hardly any
/// have in common that says nothing; and without their home, relatives are not told from random pairs.
fn tells(problem: &Problem<'_>, shared: &[f64], rule: &Rule) -> bool {
    let has_home = shared.iter().any(|share| *share >= HOME);
    (0..shared.len()).all(|c| !rule.aside[c] || is_guessed(shared[c]))
        && (!has_home || needs_home(problem, shared, rule))
}

/// Whether a family name is compared. Without, who shares a home is not told from who shares it by
/// chance, and may be a match whose date of birth is another.
fn has_name(shared: &[f64]) -> bool {
    shared.iter().any(|share| is_guessed(*share))
}

/// Whether relatives share a value so often as a family name, and not as their home.
fn is_guessed(share: f64) -> bool {
    share > Options::PERSONAL && share < HOME
}

/// Whether a rule needs some levels of a home.
fn needs_home(problem: &Problem<'_>, shared: &[f64], rule: &Rule) -> bool {
    (0..shared.len()).any(|c| shared[c] >= HOME && rule.allowed[c].len() < usize::from(problem.given.levels[c]))
}

/// Log of the number of relatives, and for each comparison by what its share of relatives in
/// the levels that rules need is off (in natural logs): least squares of
/// log found = log count + Σ (log h(allowed) + shift), shifts held to 0 by [`DOUBT`].
fn explained(problem: &Problem<'_>, class: &Class, told: &[(&Rule, f64)]) -> (f64, Vec<f64>) {
    let size = problem.given.levels.len() + 1;
    let mut normal = vec![vec![0.0; size + 1]; size];
    (1..size).for_each(|c| normal[c][c] = DOUBT.powi(-2));
    for (rule, found) in told {
        let aside: Vec<usize> = (0..size - 1).filter(|c| rule.aside[*c]).collect();
        let alike = |c: &usize| class.margin(*c)[usize::from(problem.given.levels[*c])];
        let beside: f64 = aside.iter().map(alike).product();
        // The count of a rule has a relative error of one over its root; and a tenth, as
        // relatives are of many kinds; and a half or so for each guess.
        let weight = 1.0 / (1.0 / found + 0.01 + GUESSED * aside.len() as f64);
        let narrowed = |at: usize| at == 0 || rule.allowed[at - 1].len() < usize::from(problem.given.levels[at - 1]);
        let wanted = found.ln() - (rule.coverage * class.reach(rule) * beside).max(1e-300).ln();
        for row in (0..size).filter(|row| narrowed(*row)) {
            (0..size).filter(|column| narrowed(*column)).for_each(|column| normal[row][column] += weight);
            normal[row][size] += weight * wanted;
        }
    }
    let solution = solved(normal);
    (solution[0], solution[1..].to_vec())
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
    for (digit, share) in moved.iter_mut().enumerate() {
        *share *= if needed(digit) { now_kept / now } else { (1.0 - now_kept) / (1.0 - before).max(1e-9) };
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
