//! Linkage fields as columns of value numbers.

use crate::RecordRef;

/// The linkage fields of all sources of a job as columns of numbers. Rows of all sources stand
/// one after another; a *row* is its position there.
///
/// In each column 0 is null and equal values have equal numbers. Columns of one *domain* share
/// numbers, so that a forename can be compared with a surname. A value derived from another
/// (its first letters, its Soundex code) is a column like any other.
#[derive(Clone, Debug, Default)]
pub struct ValueColumns {
    /// The columns; each has a number for every row.
    pub columns: Vec<Vec<u32>>,
    /// Columns with several values a row, such as past surnames; for blocking only.
    pub lists: Vec<ListColumn>,
    /// First row of each source, and as a last entry the number of all rows.
    pub starts: Vec<u32>,
}

impl ValueColumns {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Where a row stands: its source's position and its number there.
    #[must_use]
    pub fn record(&self, row: u32) -> RecordRef {
        let source = self.starts.partition_point(|start| *start <= row) - 1;
        RecordRef { source: source as u16, row: u64::from(row - self.starts[source]) }
    }
}

/// A column with any number of values a row.
#[derive(Clone, Debug, Default)]
pub struct ListColumn {
    /// First value of each row in `values`, and as a last entry their number.
    pub starts: Vec<u32>,
    /// The values; never 0, and none twice in a row.
    pub values: Vec<u32>,
}

impl ListColumn {
    /// The values of a row.
    #[must_use]
    pub fn of(&self, row: u32) -> &[u32] {
        &self.values[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }
}
