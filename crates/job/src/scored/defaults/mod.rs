//! What a probabilistic linkage blocks on and compares where its job does not say.
//!
//! [`expanded`] writes out ready-made comparisons, [`comparisons`] chooses one for each field by
//! its role, and [`blocks`] chooses blocking rules from roles and the data's own frequencies.
//! Roles are known by the field's name: the standard roles, and those that a guess gives
//! (`full_name`, `email`, `city`, …); of other fields the kind is enough.
//!
//! How often a field is the same in two records of one person is an assumption (`assumed`), needed before
//! anything is estimated; it decides only which pairs are looked at, never how they are judged.

mod assumed;
mod choose;
mod compared;
mod draws;
mod ready_made;
mod sample;
#[cfg(test)]
mod tests;
mod whole_name;

use counterfoil_core::LinkageField;
use counterfoil_core::scored::{LinkType, ListColumn};

use counterfoil_pairs::blocking::Repeats;

use super::gap::Gaps;
use super::spec::{BlockSpec, Term};
pub(crate) use choose::{Budget, blocks};
pub(crate) use compared::comparisons;
pub(crate) use ready_made::{expanded, stand_in};

/// What the defaults are chosen for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// The linkage fields.
    pub fields: &'a [LinkageField],
    /// Whether only tokens may be compared.
    pub tokens_only: bool,
    /// The numbers that are of two times.
    pub gaps: &'a Gaps,
}

/// The data that the defaults are chosen from.
#[derive(Clone, Copy)]
pub(crate) struct Data<'a> {
    /// First row of each source or side, and as a last entry the number of all rows.
    pub starts: &'a [u32],
    /// The equal rows that are put together: only the first of them is looked at.
    pub repeats: Option<&'a Repeats>,
    /// Which pairs are looked for.
    pub link_type: LinkType,
    /// The value numbers of a term at some rows (ascending), 0 for null; `None` if the field
    /// has no such derivation.
    pub column: &'a ColumnOf<'a>,
    /// The values at some rows of a term that is each value of a field; `None` of other terms.
    pub lists: &'a ListsOf<'a>,
}

/// Gives the numbers of a term at some rows.
pub(crate) type ColumnOf<'a> = dyn Fn(&Term, &[u32]) -> Option<Vec<u32>> + 'a;

/// Gives the values of a term at some rows.
pub(crate) type ListsOf<'a> = dyn Fn(&Term, &[u32]) -> Option<ListColumn> + 'a;
