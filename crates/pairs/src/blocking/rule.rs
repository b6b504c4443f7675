//! Blocking rules: what two rows must share to be compared at all.

use counterfoil_core::scored::{LinkType, ValueColumns};

/// What the two rows of a pair must share. All of `keys` have to agree ("or" is two rules),
/// and a null value (0) agrees with nothing. Without any key every two rows share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockingRule {
    /// What people call it.
    pub name: String,
    /// What has to agree.
    pub keys: Vec<Key>,
    /// Only rows that are near each other in a sorted order. The keys of such a rule are all
    /// [`Key::Column`].
    pub window: Option<Neighbourhood>,
    /// Most pairs of a block; this rule finds nothing in a block that holds more.
    pub cap: Option<u64>,
}

impl BlockingRule {
    /// Whether [`group`](super::group) knows how to run this combination of keys.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        self.window.is_none() || self.keys.iter().all(|key| matches!(key, Key::Column(_)))
    }

    pub(crate) fn swaps(&self) -> bool {
        self.keys.iter().any(|key| matches!(key, Key::Swap { .. } | Key::SwapLists { .. }))
    }

    pub(crate) fn has_lists(&self) -> bool {
        self.keys.iter().any(|key| matches!(key, Key::List(_) | Key::SwapLists { .. }))
    }

    /// Whether a row has all that this rule asks for in common with another that is equal to it.
    pub(crate) fn pairs_equal(&self, columns: &ValueColumns, row: u32) -> bool {
        let value = |column: usize| columns.columns[column][row as usize];
        let values = |list: usize| columns.lists[list].of(row);
        let has = |key: &Key| match *key {
            Key::Column(column) => value(column) != 0,
            Key::Swap { left, right } => value(left) != 0 && value(left) == value(right),
            Key::List(list) => !values(list).is_empty(),
            Key::SwapLists { left, right } => values(left).iter().any(|value| values(right).contains(value)),
        };
        self.keys.iter().all(has) && self.window.is_none_or(|window| value(window.order) != 0)
    }

    /// The columns of which a pair of this rule is known to have equal values, as (column of
    /// the left row, column of the right row).
    pub(crate) fn equalities(&self, link: LinkType) -> Vec<(usize, usize)> {
        let of = |key: &Key| match *key {
            Key::Column(column) => Some((column, column)),
            Key::Swap { left, right } if link == LinkType::LinkOnly => Some((left, right)),
            Key::Swap { .. } | Key::List(_) | Key::SwapLists { .. } => None,
        };
        self.keys.iter().filter_map(of).collect()
    }
}

/// One thing that has to agree. Positions are those in
/// [`ValueColumns`](counterfoil_core::scored::ValueColumns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Both rows have the same value in a column.
    Column(usize),
    /// The left row's value in one column is the right row's in another, as when forename and
    /// surname change places. Which of two rows of the *same* source is the left one says
    /// nothing, so these may agree either way round; the same way round for all swaps of a
    /// rule.
    Swap {
        /// Column of the left row.
        left: usize,
        /// Column of the right row.
        right: usize,
    },
    /// Both rows have some value in common in a list column: an exploded array, a deletion
    /// neighbourhood, q-grams.
    List(usize),
    /// Some value of the left row in one list column is one of the right row in another, as a
    /// surname among past surnames. Which row is the left one is told as for [`Key::Swap`].
    SwapLists {
        /// List column of the left row.
        left: usize,
        /// List column of the right row.
        right: usize,
    },
}

/// Sorted neighbourhood (Hernández and Stolfo, 1995): among the rows with equal keys (and of
/// one source, where only those are paired), in the order of a column's values and then of
/// rows, two rows are neighbours that are less than `width` places apart. A row whose value is
/// null has no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbourhood {
    /// The column whose value numbers give the order.
    pub order: usize,
    /// The number of rows in the window that slides over the order; 2 pairs only next ones.
    pub width: u32,
}
