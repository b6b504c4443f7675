//! What the other candidates of a row say of a pair.
//!
//! A pair's weight is reckoned as if it were alone in the world. Where a file has one row a person,
//! a row of the other has at most one match in it: of two candidates as like each other's rival as
//! can be, each is as likely as not, and a lone candidate of a row that most probably has its match
//! somewhere is likelier than its weight says.
//!
//! The candidates are the edges of a graph between rows, and the possible truths its matchings,
//! each as likely as the product of the odds of its edges and of the vacancies of the rows that it
//! leaves alone: a row has no match among its candidates with the probability 1 − π. (This is the
//! posterior of a bipartite record linkage, as of Sadinle, 2017, with Fellegi and Sunter's weights;
//! and the monomer–dimer model of physics.) How likely an edge is follows from messages between
//! the rows, exactly where only one side is limited or the graph has no circle, and closely
//! elsewhere (Bethe's approximation; Bayati and others, 2007, on its convergence for matchings).
//!
//! Two things are told from the row itself. Rows that lack the same values have a π of their own:
//! who has no NHS number may well be in no register. And a row with a candidate that has its
//! identifier, which only one person has, is that person's or has a number that is another's. In
//! the latter case its match cannot have the identifier: that it differs then says nothing against
//! a candidate, and the match is one that is found without it, or not at all.

mod claims;
mod graph;
#[cfg(test)]
mod tests;
mod vacancies;

use counterfoil_core::scored::{MAX_LEVELS, ScoredPair, TwoSides, Weight};

use claims::Claims;
use graph::Graph;
use vacancies::{Share, Vacancies};

/// Rounds of messages. Each takes account of candidates one step further off.
const ROUNDS: usize = 40;

/// What is known of rows besides their candidates.
pub struct Background<'a> {
    /// By row its kind: rows of one side and kind lack the same values.
    pub kinds: &'a [u16],
    /// Comparisons of what only one person has.
    pub identifiers: &'a [Identifier],
}

/// A comparison of what only one person has, such as the NHS number.
#[derive(Clone, Debug, PartialEq)]
pub struct Identifier {
    /// Its position among the comparisons.
    pub comparison: usize,
    /// The digit of its closest level: that the two have it in common.
    pub agrees: u8,
    /// The weight of each digit.
    pub weights: [Weight; MAX_LEVELS + 1],
    /// Of the matches that do not have it in common, the share that are no candidates.
    pub unseen: f64,
}

/// Weighs each pair against the rivals of its two rows, and returns the matches that are expected
/// among the pairs then.
///
/// `pairs` have a left and a right row each, no two the same both. A weight is the log2 of the odds
/// that the pair is a match, before and after. The same pairs in the same order get the same
/// weights.
///
/// # Panics
///
/// When a row is not of its side, or has no kind.
pub fn weigh_rivals(pairs: &mut [ScoredPair], sides: &TwoSides, background: &Background<'_>) -> f64 {
    let claims = Claims::of(pairs, sides, background.identifiers);
    claims.relieve(pairs, sides, background.identifiers);
    let mut vacancies = Vacancies::new(sides, background, &claims);
    let mut graph = Graph::of(pairs, sides, &vacancies);
    // From the average on, kinds move only as far as their own candidates say.
    settle(&mut graph, &mut vacancies, &Share::OfTheSide);
    let matches = settle(&mut graph, &mut vacancies, &Share::OfTheKind);
    for pair in pairs.iter_mut() {
        let [left, right] = vacancies.of_pair(pair);
        pair.weight = pair.weight + Weight::from_bits(-(left * right).log2());
    }
    for (pair, weight) in graph.weights() {
        pairs[pair as usize].weight = weight;
    }
    matches
}

/// Passes messages and fills vacancies in turn until neither changes; the matches expected then.
fn settle(graph: &mut Graph, vacancies: &mut Vacancies, share: &Share) -> f64 {
    let mut matches = 0.0;
    for _ in 0..ROUNDS {
        let is_settled = graph.pass(vacancies);
        let expected = graph.matches(vacancies);
        matches = expected.all;
        if vacancies.fill(&expected, share) && is_settled {
            break;
        }
    }
    matches
}
