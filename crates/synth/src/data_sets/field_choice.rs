//! Which columns are written.

use std::collections::BTreeSet;

/// Which columns of the data sets are written. Columns of the record key always are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldChoice {
    /// Every column that a data set fills.
    #[default]
    All,
    /// Keys, and what linkages use: identifiers, dates of activity, how somebody died.
    Linkage,
    /// Keys and these columns, in whatever data sets have them.
    Named(BTreeSet<String>),
}

/// What a column is for; decides whether a choice takes it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The record key, and keys of other data sets' records.
    Key,
    /// What linkages use.
    Linkage,
    /// Everything else.
    Content,
}

impl FieldChoice {
    /// Whether the column is written.
    pub(crate) fn takes(&self, part: Part, column: &str) -> bool {
        match self {
            FieldChoice::All => true,
            FieldChoice::Linkage => part != Part::Content,
            FieldChoice::Named(names) => part == Part::Key || names.contains(column),
        }
    }
}
