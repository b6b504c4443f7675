//! The tables of a run directory, read through their contracts.
//!
//! A reader takes nothing for granted of a file that has lain on a disk: what it states of
//! itself, its columns, their types and the order of its rows are compared with the contract
//! of the version that it states; every version that was ever written is known.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::{Fault, TableContract};
use counterfoil_release::bridge::{BRIDGE, BRIDGE_1, SCORED_BRIDGE};
use counterfoil_release::clusters::CLUSTERS;
use counterfoil_release::contract::{ContractCheck, TABLE_KEY, VERSION_KEY};
use counterfoil_release::extract::DEATHS;
use counterfoil_release::links::{LINKS, LINKS_1, LINKS_2};
use counterfoil_release::persons::PERSONS;
use counterfoil_release::rejects::REJECTS;
use counterfoil_store::{FormatOptions, InOrder, Morsel, Table};

/// Every table that has a contract, in each of its versions. The extract of a data set has
/// none: its columns are the data set's.
const CONTRACTS: [&TableContract; 10] =
    [&LINKS_1, &LINKS_2, &LINKS, &PERSONS, &CLUSTERS, &BRIDGE_1, &BRIDGE, &SCORED_BRIDGE, &REJECTS, &DEATHS];

/// Files that may hold a table of another name than their own.
const PLACES: [(&str, &TableContract); 2] = [("possible_links.parquet", &LINKS), ("bridge.parquet", &SCORED_BRIDGE)];

/// Opens one file as a table.
///
/// # Errors
///
/// The first fault of the file.
pub(crate) fn open(name: &str, file: &Path) -> Result<Table, Fault> {
    let base = file.parent().unwrap_or(Path::new("."));
    let pattern = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let first = |faults: Vec<Fault>| {
        let none = || Fault::bug(name, "a table was refused without a fault");
        faults.into_iter().next().unwrap_or_else(none)
    };
    Table::open(name, base, &[pattern], &FormatOptions::default()).map_err(first)
}

/// Checks a table of a run directory, which stands at the path `name` in it; its number of
/// rows.
///
/// # Errors
///
/// The file cannot be read, states that it is a table that this program does not know, or is
/// not as the contract of that table says.
pub(crate) fn check(run: &Path, name: &str) -> Result<u64, Fault> {
    let table = open(name, &run.join(name))?;
    match table_at(name, &table)? {
        Some(known) => read(name, &table, known, |_| Ok(())),
        None => Ok(table.rows().unwrap_or_default()),
    }
}

/// The table that a file at this path of a run directory has to be, by its contracts' name, if
/// it is under one.
fn table_at(name: &str, table: &Table) -> Result<Option<&'static str>, Fault> {
    let own = CONTRACTS.into_iter().filter(|contract| format!("{}.parquet", contract.name) == name);
    let other = PLACES.into_iter().filter(|(place, _)| *place == name).map(|(_, contract)| contract);
    let due: Vec<&str> = own.chain(other).map(|contract| contract.name).collect();
    match table.stated(TABLE_KEY) {
        Some(stated) if due.is_empty() => match CONTRACTS.into_iter().find(|contract| contract.name == stated) {
            Some(known) => Ok(Some(known.name)),
            // What it states is of this file's making, and not shown.
            None => Err(broken(name, "states that it is a table that this program does not know")),
        },
        stated => Ok(due.iter().find(|due| stated == Some(**due)).or(due.first()).copied()),
    }
}

/// Reads a table through the contract of the version that it states: `each` gets every batch,
/// in order, once it is checked. `known` is the contracts' name. Returns the number of rows.
///
/// # Errors
///
/// The file cannot be read or does not hold the contract; what `each` returns.
pub(crate) fn read(
    name: &str,
    table: &Table,
    known: &str,
    each: impl FnMut(&RecordBatch) -> Result<(), Fault> + Send,
) -> Result<u64, Fault> {
    let contract = stated_contract(name, table, known)?;
    let restated = |fault: Fault| broken(name, fault.message);
    let check = ContractCheck::new(contract, table.schema()).map_err(restated)?;
    let reader = Mutex::new((check, each));
    let columns: Vec<&str> = contract.columns.iter().map(|column| column.name).collect();
    let in_order = InOrder::new();
    let collect = |batches: &mut Vec<RecordBatch>, _: u64, batch: &RecordBatch| {
        batches.push(batch.clone());
        Ok(())
    };
    let finish = |morsel: &Morsel, batches: Vec<RecordBatch>| {
        in_order.push(morsel.index, batches, &mut |batches: Vec<RecordBatch>| {
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            let (check, each) = &mut *reader;
            batches.iter().try_for_each(|batch| {
                check.batch(batch).map_err(restated)?;
                each(batch)
            })
        })
    };
    table.scan(&columns, |_| Vec::new(), collect, finish)?;
    Ok(reader.into_inner().unwrap_or_else(PoisonError::into_inner).0.rows())
}

/// The contract of the table that is called `known`, in the version that a file states.
fn stated_contract(name: &str, table: &Table, known: &str) -> Result<&'static TableContract, Fault> {
    if table.stated(TABLE_KEY) != Some(known) {
        return Err(broken(name, format!("does not state that it is the table `{known}`")));
    }
    let stated = table.stated(VERSION_KEY).unwrap_or_default();
    let versions = || CONTRACTS.into_iter().filter(|contract| contract.name == known);
    versions().find(|contract| contract.version.to_string() == stated).ok_or_else(|| {
        let read: Vec<String> = versions().map(|contract| contract.version.to_string()).collect();
        let read = read.join(" or ");
        broken(name, format!("is not of version {read} of the table `{known}`, which this program reads"))
    })
}

/// A table that is not what its contract says is a fault of the file, not of this program.
fn broken(name: &str, message: impl Into<String>) -> Fault {
    Fault::environment(name, message)
        .hint("the table was not written by this version of the program, or was changed since")
}
