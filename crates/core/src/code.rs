//! Codes: small integers that stand for equal values.

/// Stands for one value of one linkage field: equal values have equal codes, across all
/// sources of a job. Zero is null and agrees with nothing.
///
/// Identifiers with huge domains use 64 bits of their token as the code and need no
/// dictionary. Among a billion distinct values two share such a code with probability
/// n²/2⁶⁵ ≈ 2.7 %; that a given pair of different values does is 5·10⁻²⁰.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Code(pub u64);

impl Code {
    /// The missing value.
    pub const NULL: Code = Code(0);

    /// Whether this is the missing value.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Whether both values are present and equal.
    #[must_use]
    pub fn agrees(self, other: Code) -> bool {
        self == other && !self.is_null()
    }

    /// Whether both values are present and differ.
    #[must_use]
    pub fn contradicts(self, other: Code) -> bool {
        self != other && !self.is_null() && !other.is_null()
    }
}

// A code is part of a token, and no token appears in debug output.
impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_null() { "Code(null)" } else { "Code(…)" })
    }
}

/// One bit per [`Exclusion`](crate::Exclusion) of the job, in the order in which the rank
/// table lists them. A set bit says that the record's value is of the excluded kind.
pub type Flags = u8;

/// The linkage columns of some consecutive rows of one source, as codes.
///
/// Shape: every vector has one entry a row; `fields[f][r]` is row `r` of linkage field `f`
/// in the order of the job's fields.
#[derive(Clone, Debug, Default)]
pub struct CodedBatch {
    /// 0-based row number, within the source, of the batch's first row.
    pub first_row: u64,
    /// Number of rows.
    pub rows: usize,
    /// Codes by linkage field, then by row.
    pub fields: Vec<Vec<Code>>,
    /// Exclusion flags by row.
    pub flags: Vec<Flags>,
    /// The person (or other unit) that each row belongs to; never null: a row without a
    /// person key is a unit of its own.
    pub units: Vec<Code>,
    /// Date of activity (or of death, on the side of the deaths) in days since 1970-01-01;
    /// [`NO_DATE`](crate::NO_DATE) where there is none.
    pub dates: Vec<i32>,
}
