//! What a stage promises about a table it writes, and expects of one it reads.

/// Column types that tables between stages use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// Days since 1970-01-01.
    Date,
    /// 8-bit unsigned integer.
    U8,
    /// 16-bit unsigned integer.
    U16,
    /// 64-bit unsigned integer.
    U64,
    /// 16-bit signed integer.
    I16,
    /// 64-bit float.
    F64,
}

/// One column of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: ColumnType,
    /// Whether nulls may occur.
    pub nullable: bool,
}

/// Name, schema, order and uniqueness of a table; checked where it is written and where it
/// is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableContract {
    /// Name of the table, as in the run directory.
    pub name: &'static str,
    /// Version of the format.
    pub version: u32,
    /// Columns, in order.
    pub columns: &'static [Column],
    /// Columns that the rows are sorted by, ascending.
    pub sorted_by: &'static [&'static str],
    /// Columns that together are unique.
    pub unique: &'static [&'static str],
}
