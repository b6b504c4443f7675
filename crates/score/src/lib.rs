//! Fellegi–Sunter scoring: what agreement patterns say, learnt from how often they occur.
//!
//! [`fit`] estimates m, u and λ from the pattern counts of blocking rules, [`Model::weights`]
//! gives the weights that pairs are scored with, [`calibrate`] the errors to expect at every
//! threshold, and [`Calibration::choose`] the threshold for a target.
//!
//! Arithmetic only: it never sees a value or a row, draws no random number, and gives the same
//! bits for the same counts.

mod calibrate;
mod chance;
mod climb;
mod describe;
mod em;
mod fit;
mod fitted;
mod frequency;
mod input;
mod labels;
mod matches;
mod model;
mod monotone;
mod options;
mod related;
mod residual;
mod tables;

pub use calibrate::{Bucket, Calibration, Choice, Point, Target, Zones, calibrate};
pub use fit::fit;
pub use fitted::{Convergence, Fitted, NoInformation, StartReport};
pub use frequency::{TermFrequencyRule, term_frequency_weights};
pub use input::{Chance, InputError, Observations, RulePatterns};
pub use labels::from_labels;
pub use matches::Matches;
pub use model::{ComparisonModel, JointModel, LevelModel, Model, RelatedModel};
pub use monotone::LevelCheck;
pub use options::{Dependence, Options, Start};
pub use residual::{Class as PairClass, DependenceReport, Residual};
