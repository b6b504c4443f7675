//! Comparisons of a probabilistic model, over columns of value numbers.

use std::sync::Arc;

/// How a pair's values have to agree for a level. Columns are positions in [`ValueColumns`](crate::scored::ValueColumns).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The left row's value in one column equals the right row's in another (mostly the same
    /// one). Null equals nothing.
    Equal {
        /// Column of the left row.
        left: usize,
        /// Column of the right row.
        right: usize,
    },
    /// A measure reaches at least this grade (1 the loosest threshold), or the values are equal
    /// and the measure does not ask about equal ones. Null reaches nothing.
    AtLeast {
        /// Position of the measure; see [`Similarity`].
        measure: usize,
        /// The grade to reach.
        grade: u8,
    },
    /// A value is null in the column on either side.
    Null(usize),
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// One comparison of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Its name, such as that of the field.
    pub name: String,
    /// The null level: the pair says nothing about this comparison.
    pub null: Condition,
    /// Levels from the closest on. A pair has the first whose condition holds, and if none
    /// does "else", which is not listed. So there are `levels.len() + 1` levels beside null,
    /// and level `i` has digit `levels.len() + 1 - i` in a [`Pattern`](crate::scored::Pattern).
    pub levels: Vec<Level>,
}

/// One level of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What people call it.
    pub label: String,
    /// When it holds.
    pub condition: Condition,
}

/// What a measure compares: a column of the left row with one of the right row, of one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Column of the left row.
    pub left: usize,
    /// Column of the right row.
    pub right: usize,
    /// Whether values that are equal are asked about too, as for "at least two past surnames
    /// in common". Else equal values reach every grade.
    pub asks_equal: bool,
}

/// How similar are the values behind two numbers? Asked by `pairs` for many pairs at once,
/// answered by `token`, which alone knows what a number stands for.
pub trait Similarity: Sync {
    /// The columns that each measure compares.
    fn measures(&self) -> &[Measured];

    /// Writes for each pair the tightest grade that it reaches, 0 for none; 1 is the loosest
    /// threshold. Never asked for null, and for equal numbers only
    /// if the measure asks about them. The three slices have
    /// the same length.
    fn grades(&self, measure: usize, left: &[u32], right: &[u32], out: &mut [u8]);

    /// What shows of most pairs, without a look at their values, that they reach no grade of a
    /// measure; `None` where nothing does.
    fn sketches(&self, _measure: usize) -> Option<Sketches> {
        None
    }
}

/// A word for each value, by number. Two values whose words differ in more than
/// [`most`](Sketches::most) bits reach no grade; of others nothing is known.
#[derive(Clone)]
pub struct Sketches {
    /// The words; that of number 0 (null) means nothing.
    pub words: Arc<[u32]>,
    /// In so many bits may the words of two values differ that reach a grade.
    pub most: u32,
}

impl std::fmt::Debug for Sketches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sketches(…)")
    }
}

/// Which pairs of rows are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkType {
    /// Rows of different sources.
    LinkOnly,
    /// Rows of the same source.
    DedupeOnly,
    /// Any two rows.
    LinkAndDedupe,
}
