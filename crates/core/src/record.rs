//! References to records.

/// "No date" among days since 1970-01-01. Smaller than every date, so that a maximum over
/// dates needs no special case.
pub const NO_DATE: i32 = i32::MIN;

/// One row of one source: a data set of the job and a 0-based row over the data set's files
/// in path order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Position of the data set in the job.
    pub source: u16,
    /// 0-based row number.
    pub row: u64,
}

/// The two sides of a linkage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// `linkage.left`: the persons, for example HES.
    Left,
    /// `linkage.right`: what is attached to them, for example deaths.
    Right,
}

impl Side {
    /// The opposite side.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}
