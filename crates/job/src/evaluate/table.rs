//! Reading tables row by row, in order.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::Fault;
use counterfoil_store::{InOrder, Morsel, Table};
use counterfoil_token::coding::for_each_key;

/// Whether a table has a column.
pub(super) fn has(table: &Table, column: &str) -> bool {
    table.schema().field_with_name(column).is_ok()
}

/// Calls `each` with the texts of some columns of every row, in order; empty where null.
pub(crate) fn rows(
    table: &Table,
    columns: &[&str],
    each: impl FnMut(&[String]) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let each = Mutex::new(each);
    let read = |rows: &mut Vec<String>, _: u64, batch: &RecordBatch| {
        rows.append(&mut texts(batch, columns));
        Ok(())
    };
    let in_order = InOrder::new();
    let finish = |morsel: &Morsel, rows: Vec<String>| {
        in_order.push(morsel.index, rows, &mut |rows: Vec<String>| {
            let mut each = each.lock().unwrap_or_else(PoisonError::into_inner);
            rows.chunks_exact(columns.len()).try_for_each(&mut *each)
        })
    };
    table.scan(columns, |_| Vec::new(), read, finish)
}

/// The texts of some columns of a batch, row after row; empty where null, or where there is no
/// such column.
pub(crate) fn texts(batch: &RecordBatch, columns: &[&str]) -> Vec<String> {
    let mut texts = vec![String::new(); batch.num_rows() * columns.len()];
    for (i, name) in columns.iter().enumerate() {
        if let Some(column) = batch.column_by_name(name) {
            for_each_key(column, |row, text| text.unwrap_or("").clone_into(&mut texts[row * columns.len() + i]));
        }
    }
    texts
}
