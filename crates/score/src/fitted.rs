//! What an estimation gives.

use crate::{DependenceReport, LevelCheck, Matches, Model, Start};

/// An estimated model, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The model.
    pub model: Model,
    /// For each rule the share of matches among its pairs.
    pub shares: Vec<f64>,
    /// For each rule the share of relatives; 0 where they are not reckoned with.
    pub related_shares: Vec<f64>,
    /// How many matches there are.
    pub matches: Matches,
    /// Composite log-likelihood in natural logs, that of the prior of m included.
    pub loglik: f64,
    /// The same after each step. It can fall only where u was brought in line with a new λ.
    pub trace: Vec<f64>,
    /// What became of each start, in their order.
    pub starts: Vec<StartReport>,
    /// Whether the estimation came to an end.
    pub convergence: Convergence,
    /// Dependence between comparisons; none where it was not looked at.
    pub dependence: Option<DependenceReport>,
    /// Levels that weigh less than the next looser one.
    pub out_of_order: Vec<LevelCheck>,
    /// Counted pairs with a level that their rule does not allow. They were left out; there
    /// should be none.
    pub outside: u64,
}

/// What became of one start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartReport {
    /// The start.
    pub start: Start,
    /// The log-likelihood that it led to.
    pub loglik: f64,
    /// EM steps made from it.
    pub steps: usize,
    /// It met the path of an earlier start, and was not followed further.
    pub merged: bool,
}

/// How an estimation ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Convergence {
    /// No parameter changes by more than the tolerance.
    Converged {
        /// EM steps made.
        iterations: usize,
    },
    /// The steps were used up before that. The model is not a maximum.
    IterationLimit {
        /// EM steps made.
        iterations: usize,
        /// Greatest change of a parameter in the last of them.
        last_change: f64,
    },
    /// The counts do not say what matches look like. The model is at its prior, or arbitrary.
    NoInformation {
        /// Why not.
        why: NoInformation,
    },
}

/// Why counts say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoInformation {
    /// No rule found a pair.
    NoPairs,
    /// Every comparison is missing, set aside or the same in all pairs of a rule.
    NothingCompared,
    /// Less than one match is expected among all pairs.
    NoMatches,
    /// Matches and non-matches look the same.
    NotSeparated,
}

impl std::fmt::Display for NoInformation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            NoInformation::NoPairs => "no blocking rule found a pair",
            NoInformation::NothingCompared => "no comparison differs between the pairs of any blocking rule",
            NoInformation::NoMatches => "no match is expected among the pairs of any blocking rule",
            NoInformation::NotSeparated => "the comparisons do not tell two kinds of pairs apart",
        })
    }
}
