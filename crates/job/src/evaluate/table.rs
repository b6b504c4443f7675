//! Reading tables row by row, in order.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::Fault;
use counterfoil_store::{FormatOptions, InOrder, Morsel, Table};
use counterfoil_token::coding::for_each_key;

/// Opens one file as a table.
pub(super) fn open(name: &str, file: &Path) -> Result<Table, Fault> {
    let base = file.parent().unwrap_or(Path::new("."));
    let pattern = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let first = |faults: Vec<Fault>| {
        let none = || Fault::bug(name, "a table was refused without a fault");
        faults.into_iter().next().unwrap_or_else(none)
    };
    Table::open(name, base, &[pattern], &FormatOptions::default()).map_err(first)
}

/// Whether a table has a column.
pub(super) fn has(table: &Table, column: &str) -> bool {
    table.schema().field_with_name(column).is_ok()
}

/// Calls `each` with the texts of some columns of every row, in order; empty where null.
pub(super) fn rows(
    table: &Table,
    columns: &[&str],
    each: impl FnMut(&[String]) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let each = Mutex::new(each);
    let read = |rows: &mut Vec<String>, _: u64, batch: &RecordBatch| {
        let start = rows.len();
        rows.resize_with(start + batch.num_rows() * columns.len(), String::new);
        for (i, name) in columns.iter().enumerate() {
            if let Some(column) = batch.column_by_name(name) {
                let at = |row: usize| start + row * columns.len() + i;
                for_each_key(column, |row, text| text.unwrap_or("").clone_into(&mut rows[at(row)]));
            }
        }
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
