//! Fellegi–Sunter scoring: what agreement patterns say, learnt from how often they occur.
//!
//! [`fit`] estimates m, u and λ from the pattern counts of blocking rules, [`Model::weights`]
//! gives the weights that pairs are scored with, [`calibrate`] the errors to expect at every
//! threshold, and [`Calibration::choose`] the threshold for a target.
//!
//! What every estimation rests on: the pairs that a blocking rule finds are matches, relatives
//! and random pairs in shares of its own. Each kind has its levels by chance alone, given the
//! kind, but for comparisons that are found to depend on each other; a missing value says
//! nothing; and a rule sees of each kind what its fields leave.
//!
//! ```
//! use counterfoil_core::scored::Pattern;
//! use counterfoil_score::{Convergence, Observations, Options, RulePatterns, Target, Bucket, calibrate, fit};
//!
//! // One rule, three comparisons of two levels; matches agree on nine in ten, others on one in ten.
//! let pattern = |bits: u8| (0..3).fold(Pattern::default(), |p, c| p.with(c, 1 + (bits >> c & 1)));
//! let agree = |bits: u8, each: f64| (0..3).map(|c| if bits >> c & 1 == 1 { each } else { 1.0 - each }).product::<f64>();
//! let count = |bits| (100.0 * agree(bits, 0.9) + 900.0 * agree(bits, 0.1)).round() as u64;
//! let counts: Vec<(Pattern, u64)> = (0..8).map(|bits| (pattern(bits), count(bits))).collect();
//! let rule = RulePatterns { allowed: vec![vec![0, 1, 2]; 3], pairs: 1000.0, coverage: 1.0, counts: counts.clone() };
//! let given = Observations { levels: vec![2; 3], total_pairs: 1e6, rules: vec![rule], ..Observations::default() };
//!
//! let fitted = fit(&given, &Options::default())?;
//! assert!(matches!(fitted.convergence, Convergence::Converged { .. }));
//! assert!((fitted.matches.expected - 100.0).abs() < 5.0);
//!
//! let weights = fitted.model.weights();
//! let buckets: Vec<Bucket> = counts.iter().map(|(p, pairs)| Bucket::new(weights.of(*p), *pairs)).collect();
//! let threshold = calibrate(&buckets, fitted.matches.expected).choose(Target::BestF1).threshold;
//! # let _ = threshold;
//! # Ok::<(), counterfoil_score::InputError>(())
//! ```
//!
//! Arithmetic only: it never sees a value, draws no random number, and gives the same
//! bits for the same counts.

mod apart;
mod calibrate;
mod chance;
mod climb;
mod dependence;
mod describe;
mod em;
mod error;
mod exclusive;
mod fit;
mod fitted;
mod frequency;
mod input;
mod labels;
mod limits;
mod looser;
mod matches;
mod model;
mod monotone;
mod moved;
mod options;
mod related;
mod residual;
mod rivals;
mod tables;
mod together;

pub use calibrate::{Bucket, Calibration, Choice, Point, Target, calibrate};
pub use fit::fit;
pub use fitted::{Convergence, Fitted, NoInformation, StartReport};
pub use frequency::{TermFrequencyRule, term_frequency_weights};
pub use input::{Beside, Chance, DatedPairs, InputError, Observations, Parts, RulePatterns, SameYear};
pub use labels::from_labels;
pub use limits::{Limit, Limits};
pub use matches::Matches;
pub use model::{
    CommonnessModel, ComparisonModel, JointModel, LevelModel, Model, MovedModel, RelatedModel, TwinsModel,
};
pub use monotone::LevelCheck;
pub use options::{Dependence, Options, Start};
pub use residual::{Class as PairClass, DependenceReport, Residual};
pub use rivals::{Background, Identifier, weigh_rivals};
