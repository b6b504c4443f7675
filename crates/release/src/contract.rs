//! Holds tables to their contracts.
//!
//! A stage states the columns, order and uniqueness of what it writes as a
//! [`TableContract`]; this is where the statement is compared with the rows.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
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
    check_columns(contract, batch)?;
    check_nulls(contract, batch)?;
    check_order(contract, batch)?;
    check_unique(contract, batch)
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
        ColumnType::U64 => DataType::UInt64,
        ColumnType::I16 => DataType::Int16,
        ColumnType::F64 => DataType::Float64,
    }
}

fn check_columns(contract: &TableContract, batch: &RecordBatch) -> Result<(), Fault> {
    let schema = batch.schema();
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

fn check_nulls(contract: &TableContract, batch: &RecordBatch) -> Result<(), Fault> {
    for (column, values) in contract.columns.iter().zip(batch.columns()) {
        if !column.nullable
            && values.null_count() > 0
            && let Some(row) = (0..values.len()).find(|row| values.is_null(*row))
        {
            let message = format!("row {row}, column `{}`: no value where one is due", column.name);
            return Err(Fault::bug(contract.name, message));
        }
    }
    Ok(())
}

fn check_order(contract: &TableContract, batch: &RecordBatch) -> Result<(), Fault> {
    let order = RowOrder::new(batch, positions(contract, contract.sorted_by)?)?;
    match (1..batch.num_rows()).find(|row| order.compare(row - 1, *row).is_gt()) {
        None => Ok(()),
        Some(row) => {
            let columns = listed(contract.sorted_by);
            let message = format!("row {row} is out of order; rows are sorted by {columns}");
            Err(Fault::bug(contract.name, message))
        }
    }
}

fn check_unique(contract: &TableContract, batch: &RecordBatch) -> Result<(), Fault> {
    if contract.unique.is_empty() {
        return Ok(());
    }
    let order = RowOrder::new(batch, positions(contract, contract.unique)?)?;
    let mut rows: Vec<usize> = (0..batch.num_rows()).collect();
    if !sorting_shows_repeats(contract) {
        rows.sort_unstable_by(|a, b| order.compare(*a, *b).then(a.cmp(b)));
    }
    match rows.windows(2).find(|pair| order.compare(pair[0], pair[1]).is_eq()) {
        None => Ok(()),
        Some(pair) => {
            let columns = listed(contract.unique);
            let message = format!("rows {} and {} are equal in {columns}", pair[0], pair[1]);
            Err(Fault::bug(contract.name, message))
        }
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
