//! Matches who have moved.
//!
//! Who moves leaves all of a home: street, postcode and telephone. Where each is a comparison of its own,
//! and matches are one class, one in five of whom has moved would have to differ in each by itself, so
//! that those who did not are the likelier class, and those who did pass for random pairs. So matches who
//! have moved are told apart: their homes are as chance has them, and all else is as among the others.

use crate::chance::shared_out;
use crate::em::{Problem, State, expect};
use crate::fit::Ascent;
use crate::{MovedModel, Options};

/// Fewer that have moved are not reckoned with.
const FEWEST: f64 = 20.0;
/// Of how many comparisons of a home, and of how many others, matches who have moved are told apart. One
/// of a home alone needs no class of its own, and one other alone tells nobody.
const LEAST: usize = 2;

/// By comparison whether its value is of a home, if there are enough of both kinds.
pub(crate) fn reckoned_with(options: &Options) -> Option<Vec<bool>> {
    let of_home = options.of_home.iter().filter(|of_home| **of_home).count();
    let is_said = (0..options.of_home.len()).any(|c| options.of_home[c] && options.limits_m.says(c));
    let is_enough = of_home >= LEAST && options.of_home.len() - of_home >= LEAST && !is_said;
    is_enough.then(|| options.of_home.clone())
}

/// Whether an estimation with matches who have moved is better than one without: the likelihood of the
/// rules of that one gains more than the price of a share for each (Schwarz, 1978).
pub(crate) fn pays(problem: &Problem<'_>, [at_home, moved]: [&Ascent; 2]) -> bool {
    let has_enough = moved.matches.moved * moved.matches.expected >= FEWEST;
    let heard = problem.rules.iter().filter(|rule| !rule.is_silent);
    let counted: f64 = heard.clone().map(|rule| rule.counted).sum();
    let price = heard.count() as f64 * counted.max(1.0).ln();
    let [at_home, moved] = [at_home, moved].map(|ascent| log_likelihood(problem, &ascent.climb.state));
    has_enough && moved > at_home + price
}

/// The likelihood of all rules of an estimation where m and u are those of another, which may have heard
/// other rules: shares of each rule's pairs are learnt anew.
fn log_likelihood(problem: &Problem<'_>, state: &State) -> f64 {
    let related = problem.related(state);
    let heard = problem.rules.iter().filter(|rule| !rule.is_silent);
    heard.map(|rule| expect(rule, state, related.as_ref(), shared_out(problem, state, rule)).loglik).sum()
}

/// Those of a state, of whom the share is known.
pub(crate) fn model(state: &State, share: f64) -> Option<MovedModel> {
    let of_home = state.m.of_home.as_ref()?;
    Some(MovedModel { share, comparisons: (0..of_home.len()).filter(|c| of_home[*c]).collect() })
}
