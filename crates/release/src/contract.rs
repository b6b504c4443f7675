//! Holds tables to their contracts.
//!
//! A stage states the columns, order and uniqueness of what it writes as a
//! [`TableContract`]; this is where the statement is compared with the rows.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use counterfoil_core::{Column, ColumnType, Fault, TableContract};

use crate::order::RowOrder;

/// Under this key a table's schema, and the footer of its file, state the contract's name.
pub const TABLE_KEY: &str = "counterfoil.table";
/// And under this the contract's version.
pub const VERSION_KEY: &str = "counterfoil.table.version";

/// The Arrow schema of a contract: text is plain `Utf8`. It states the contract's name and
/// version.
#[must_use]
pub fn schema_of(contract: &TableContract) -> SchemaRef {
    let field = |c: &Column| Field::new(c.name, data_type(c.kind), c.nullable);
    let stated = [(TABLE_KEY, contract.name.to_owned()), (VERSION_KEY, contract.version.to_string())];
    let stated = stated.map(|(key, value)| (key.to_owned(), value)).into();
    Arc::new(Schema::new_with_metadata(contract.columns.iter().map(field).collect::<Vec<_>>(), stated))
}

/// Compares a whole table, in one batch, with its contract: names, types and order of the
/// columns, no null where none may be, rows in order, no two rows with the same unique
/// columns. Text may be of any Arrow text type.
///
/// # Errors
///
/// The first difference, as a bug at the table's name; a reader of other people's files
/// restates it as one of the environment. Names columns and row numbers, never a value.
pub fn check_contract(contract: &TableContract, batch: &RecordBatch) -> Result<(), Fault> {
    check_columns(contract, batch.schema_ref())?;
    let rows = Rows { contract, batch, first: 0 };
    rows.check_nulls()?;
    rows.check_side_by_side()?;
    rows.check_repeats_apart()
}

/// Compares a table that comes in consecutive batches with its contract, for readers.
///
/// What [`check_contract`] says of a whole table is said here of the batches and of where they
/// meet. Repeats are found where they stand side by side, as they do in every table that is
/// sorted by its unique columns; so are those of all contracts here.
pub struct ContractCheck<'c> {
    contract: &'c TableContract,
    /// Rows of the batches so far.
    rows: u64,
    /// The last of them.
    last: Option<RecordBatch>,
}

impl<'c> ContractCheck<'c> {
    /// Begins with the schema that all batches have.
    ///
    /// # Errors
    ///
    /// The table has other columns than the contract, in name, order or type.
    pub fn new(contract: &'c TableContract, schema: &Schema) -> Result<ContractCheck<'c>, Fault> {
        check_columns(contract, schema)?;
        Ok(ContractCheck { contract, rows: 0, last: None })
    }

    /// Takes in the next batch.
    ///
    /// # Errors
    ///
    /// As [`check_contract`]; row numbers count from the table's first row.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let within = Rows { contract: self.contract, batch, first: self.rows };
        within.check_nulls()?;
        if let Some(last) = &self.last {
            let pair = concat_batches(last.schema_ref(), [last, &batch.slice(0, 1)])
                .map_err(|_| Fault::bug(self.contract.name, "batches of one table differ in their columns"))?;
            Rows { contract: self.contract, batch: &pair, first: self.rows - 1 }.check_side_by_side()?;
        }
        within.check_side_by_side()?;
        self.last = Some(batch.slice(batch.num_rows() - 1, 1));
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Rows of the batches so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// Makes the table of a contract out of its columns, and checks it.
pub(crate) fn build(contract: &TableContract, columns: Vec<ArrayRef>) -> Result<RecordBatch, Fault> {
    let batch = RecordBatch::try_new(schema_of(contract), columns)
        .map_err(|_| Fault::bug(contract.name, "columns do not fit the table's contract"))?;
    check_contract(contract, &batch)?;
    Ok(batch)
}

fn data_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Date => DataType::Date32,
        ColumnType::U8 => DataType::UInt8,
        ColumnType::U16 => DataType::UInt16,
        ColumnType::U64 => DataType::UInt64,
        ColumnType::I16 => DataType::Int16,
        ColumnType::F64 => DataType::Float64,
    }
}

fn check_columns(contract: &TableContract, schema: &Schema) -> Result<(), Fault> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let due: Vec<&str> = contract.columns.iter().map(|column| column.name).collect();
    if names != due {
        let message = format!("columns are {}; they should be {}", listed(&names), listed(&due));
        return Err(Fault::bug(contract.name, message));
    }
    for (field, column) in schema.fields().iter().zip(contract.columns) {
        if !is_of_type(field.data_type(), column.kind) {
            let due = data_type(column.kind);
            let message = format!("column `{}` is {}; it should be {due}", column.name, field.data_type());
            return Err(Fault::bug(contract.name, message));
        }
    }
    Ok(())
}

fn is_of_type(found: &DataType, due: ColumnType) -> bool {
    let any_text = matches!(found, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
    *found == data_type(due) || (due == ColumnType::Text && any_text)
}

/// Consecutive rows of a table whose columns are those of its contract.
struct Rows<'r> {
    contract: &'r TableContract,
    batch: &'r RecordBatch,
    /// Number, within the table, of the first.
    first: u64,
}

impl Rows<'_> {
    fn number(&self, row: usize) -> u64 {
        self.first + row as u64
    }

    fn fault(&self, message: String) -> Fault {
        Fault::bug(self.contract.name, message)
    }

    fn check_nulls(&self) -> Result<(), Fault> {
        for (column, values) in self.contract.columns.iter().zip(self.batch.columns()) {
            if !column.nullable
                && values.null_count() > 0
                && let Some(row) = (0..values.len()).find(|row| values.is_null(*row))
            {
                let row = self.number(row);
                return Err(self.fault(format!("row {row}, column `{}`: no value where one is due", column.name)));
            }
        }
        Ok(())
    }

    /// Order, and uniqueness as far as sorting brings repeats together.
    fn check_side_by_side(&self) -> Result<(), Fault> {
        let order = RowOrder::new(self.batch, positions(self.contract, self.contract.sorted_by)?)?;
        // All is well nearly always, and if unique columns are those of the order one look tells.
        if self.contract.unique == self.contract.sorted_by
            && (1..self.batch.num_rows()).all(|row| order.compare(row - 1, row).is_lt())
        {
            return Ok(());
        }
        if let Some(row) = (1..self.batch.num_rows()).find(|row| order.compare(row - 1, *row).is_gt()) {
            let (row, columns) = (self.number(row), listed(self.contract.sorted_by));
            return Err(self.fault(format!("row {row} is out of order; rows are sorted by {columns}")));
        }
        if self.contract.unique.is_empty() || !sorting_shows_repeats(self.contract) {
            return Ok(());
        }
        let order = RowOrder::new(self.batch, positions(self.contract, self.contract.unique)?)?;
        match (1..self.batch.num_rows()).find(|row| order.compare(row - 1, *row).is_eq()) {
            None => Ok(()),
            Some(row) => Err(self.repeat(row - 1, row)),
        }
    }

    /// Uniqueness where repeats may stand anywhere.
    fn check_repeats_apart(&self) -> Result<(), Fault> {
        if self.contract.unique.is_empty() || sorting_shows_repeats(self.contract) {
            return Ok(());
        }
        let order = RowOrder::new(self.batch, positions(self.contract, self.contract.unique)?)?;
        let mut rows: Vec<usize> = (0..self.batch.num_rows()).collect();
        rows.sort_unstable_by(|a, b| order.compare(*a, *b).then(a.cmp(b)));
        match rows.windows(2).find(|pair| order.compare(pair[0], pair[1]).is_eq()) {
            None => Ok(()),
            Some(pair) => Err(self.repeat(pair[0], pair[1])),
        }
    }

    fn repeat(&self, one: usize, other: usize) -> Fault {
        let columns = listed(self.contract.unique);
        self.fault(format!("rows {} and {} are equal in {columns}", self.number(one), self.number(other)))
    }
}

/// Whether equal rows stand side by side already: the unique columns, in whatever order,
/// are those sorted by first.
fn sorting_shows_repeats(contract: &TableContract) -> bool {
    (contract.sorted_by.get(..contract.unique.len()))
        .is_some_and(|first| contract.unique.iter().all(|name| first.contains(name)))
}

fn positions(contract: &TableContract, names: &[&str]) -> Result<Vec<usize>, Fault> {
    let position = |name: &&str| {
        contract.columns.iter().position(|column| column.name == *name).ok_or_else(|| {
            let message = format!("the contract orders by `{name}`, which it does not have");
            Fault::bug(contract.name, message)
        })
    };
    names.iter().map(position).collect()
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
