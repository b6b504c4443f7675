//! The words of a model: those of the job, and what is chosen where it says nothing.

use super::Scored;
use super::condition::ConditionSpec;
use super::spec::{BlockSpec, ComparisonSpec};
use crate::check::ModelFrom;

/// What is blocked on and compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) blocks: Vec<BlockSpec>,
    pub(crate) comparisons: Vec<ComparisonSpec>,
    pub(crate) definite: Vec<ConditionSpec>,
    pub(crate) veto: Vec<ConditionSpec>,
}

/// The words of a job, completed.
pub(crate) fn complete(scored: &Scored) -> Words {
    let (definite, veto) = match &scored.from {
        ModelFrom::Estimate(spec) => (spec.definite.clone(), spec.veto.clone()),
        ModelFrom::Given(spec) => (spec.definite.clone(), spec.veto.clone()),
    };
    Words { blocks: scored.from.blocks().to_vec(), comparisons: scored.from.comparisons().to_vec(), definite, veto }
}
