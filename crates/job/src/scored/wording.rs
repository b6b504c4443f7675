//! The words of a model: those of the job, and what is chosen where it says nothing.

use std::cell::RefCell;

use counterfoil_core::scored::ListColumn;
use counterfoil_core::{Fault, LinkageField};
use counterfoil_token::values::Numbers;
use hashbrown::HashMap;

use super::condition::ConditionSpec;
use super::defaults::{self, Budget, Data, Setting};
use super::gap::Gaps;
use super::layout::Layout;
use super::read::Rows;
use super::spec::{BlockSpec, ComparisonSpec, Term};
use super::{Scored, columns, words};
use crate::check::Job;

/// What is blocked on and compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) blocks: Vec<BlockSpec>,
    pub(crate) comparisons: Vec<ComparisonSpec>,
    pub(crate) definite: Vec<ConditionSpec>,
    pub(crate) veto: Vec<ConditionSpec>,
}

/// The words of a job, completed from the roles and the data's own frequencies. What is chosen
/// is told in `notes`.
///
/// # Errors
///
/// There is nothing to choose comparisons from.
pub(crate) fn complete(
    job: &Job,
    scored: &Scored,
    rows: &Rows,
    gaps: &Gaps,
    notes: &mut Vec<String>,
) -> Result<Words, Fault> {
    let mut words = Words {
        blocks: scored.from.blocks().to_vec(),
        comparisons: scored.from.comparisons().to_vec(),
        definite: scored.from.definite().to_vec(),
        veto: scored.from.veto().to_vec(),
    };
    let setting = Setting { fields: &job.linkage.fields, tokens_only: scored.tokens_only, gaps };
    let values = Values::new(job, scored, rows);
    let column = |term: &Term, at: &[u32]| values.of(term, at);
    let lists = |term: &Term, at: &[u32]| values.lists_of(term, at);
    let data = Data {
        starts: &rows.starts,
        repeats: rows.repeats.as_ref(),
        link_type: scored.link_type,
        column: &column,
        lists: &lists,
    };
    let mut blocked: Vec<LinkageField> = setting.fields.to_vec();
    if words.comparisons.is_empty() {
        let comparisons = defaults::comparisons(&setting, data);
        words.comparisons = comparisons.chosen;
        refuse_none(&words.comparisons, &setting)?;
        notes.extend(comparisons.notes);
        // A rule on a field that is left out for what it has in common with another would find
        // pairs that agree in the other oftener than chance has it.
        let compared: Vec<String> = words.comparisons.iter().flat_map(words::fields_of).collect();
        blocked.retain(|field| compared.contains(&field.name));
    }
    let setting = Setting { fields: &blocked, ..setting };
    if words.blocks.is_empty() {
        let chosen = defaults::blocks(&setting, data, Budget::default());
        for rule in chosen.rules {
            notes.push(format!("pairs are looked for by {}", rule.because));
            words.blocks.push(rule.spec);
        }
    }
    words.comparisons.iter_mut().for_each(|comparison| tell_null(comparison, &job.linkage.fields));
    Ok(words)
}

/// Nothing is compared where no field has two different values.
fn refuse_none(comparisons: &[ComparisonSpec], setting: &Setting<'_>) -> Result<(), Fault> {
    if !comparisons.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = setting.fields.iter().map(|field| format!("`{}`", field.name)).collect();
    let message = format!("no field tells records apart: of {} none has two different values", names.join(", "));
    let hint = "look at what the files hold, and name columns in `[data_set.roles]` that tell people apart";
    Err(Fault::spec("linkage.estimate", message).hint(hint))
}

/// Writes out when a comparison says nothing, where that is not just whenever any field is missing,
/// so that whoever reads the model need not know which fields have several values.
fn tell_null(comparison: &mut ComparisonSpec, fields: &[LinkageField]) {
    if comparison.null.is_none() {
        let counted = words::missing(comparison, fields);
        if words::terms_of(&counted).len() < words::fields_of(comparison).len() {
            comparison.null = Some(counted);
        }
    }
}

/// Value numbers of terms, derived when they are first asked for.
struct Values<'r> {
    layout: Layout,
    rows: &'r Rows,
    derived: RefCell<HashMap<Term, Option<Numbers>>>,
}

impl<'r> Values<'r> {
    fn new(job: &Job, scored: &Scored, rows: &'r Rows) -> Values<'r> {
        let layout = Layout::new(job.linkage.fields.clone(), scored.tokens_only);
        Values { layout, rows, derived: RefCell::default() }
    }

    /// The numbers of a term at some rows; `None` if its field has no such derivation.
    fn of(&self, term: &Term, at: &[u32]) -> Option<Vec<u32>> {
        let field = columns::position(&self.layout, &term.field)?;
        let own = at.iter().map(|row| self.rows.fields[field][*row as usize]);
        if term.derived.is_none() {
            return Some(own.collect());
        }
        let mut derived = self.derived.borrow_mut();
        let numbers = derived.entry(term.clone()).or_insert_with(|| columns::numbers(&self.layout, self.rows, term));
        match numbers.as_ref()? {
            Numbers::One(numbers) => Some(own.map(|number| numbers[number as usize]).collect()),
            Numbers::Many(_) => None,
        }
    }

    /// The values at some rows of a term that is each value of a field; `None` of other terms, and of
    /// a field with one value a record.
    fn lists_of(&self, term: &Term, at: &[u32]) -> Option<ListColumn> {
        let field = columns::position(&self.layout, &term.field)?;
        if !words::is_any(term) || !self.layout.fields[field].several {
            return None;
        }
        let elements = || Some(self.rows.lists[self.rows.domain_of[field]].elements());
        let mut derived = self.derived.borrow_mut();
        let numbers = derived.entry(term.clone()).or_insert_with(elements);
        let own: Vec<u32> = at.iter().map(|row| self.rows.fields[field][*row as usize]).collect();
        Some(numbers.as_ref()?.spread_lists(&own))
    }
}
