//! The words of a model: those of the job, and what is chosen where it says nothing.

use super::condition::ConditionSpec;
use super::read::Rows;
use super::spec::{BlockSpec, ComparisonSpec, Term};
use super::words::Kinds;
use super::{Scored, columns, defaults};
use crate::check::{Job, ModelFrom};

/// What is blocked on and compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) blocks: Vec<BlockSpec>,
    pub(crate) comparisons: Vec<ComparisonSpec>,
    pub(crate) definite: Vec<ConditionSpec>,
    pub(crate) veto: Vec<ConditionSpec>,
}

/// The words of a job, completed. Adds to `notes` what was chosen, and why.
pub(crate) fn complete(job: &Job, scored: &Scored, rows: &Rows, notes: &mut Vec<String>) -> Words {
    let (definite, veto) = match &scored.from {
        ModelFrom::Estimate(spec) => (spec.definite.clone(), spec.veto.clone()),
        ModelFrom::Given(spec) => (spec.definite.clone(), spec.veto.clone()),
    };
    let (mut blocks, mut comparisons) = (scored.from.blocks().to_vec(), scored.from.comparisons().to_vec());
    let kinds = Kinds { fields: &job.linkage.fields, tokens_only: scored.tokens_only };
    let column = |term: &Term, at: &[u32]| columns::at(kinds.fields, rows, term, at);
    let data = defaults::Data { starts: &rows.starts, link_type: scored.link_type, column: &column };
    if comparisons.is_empty() {
        let chosen = defaults::comparisons(&kinds, data);
        comparisons = chosen.chosen;
        notes.extend(chosen.notes);
    }
    if blocks.is_empty() {
        let chosen = defaults::blocks(&kinds, data, defaults::Budget::default());
        notes.extend(chosen.rules.iter().map(|rule| format!("pairs are looked for by {}", rule.because)));
        blocks = chosen.rules.into_iter().map(|rule| rule.spec).collect();
    }
    Words { blocks, comparisons, definite, veto }
}
