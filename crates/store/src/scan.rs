//! Reading a table morsel by morsel on all threads of the current pool.
//!
//! Threads take morsels from one queue in row order, so that consumers who need that order
//! (see [`InOrder`](crate::InOrder)) seldom hold more than one morsel a thread. Formats
//! without an index are parsed by whichever thread holds the queue; the others meanwhile
//! work on what was parsed before, and memory stays bounded by the number of threads.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{DataType, Schema, SchemaRef};
use counterfoil_core::Fault;

use crate::column::constant;
use crate::csv_file::CsvRows;
use crate::fault::quoted;
use crate::ipc_file::Run;
use crate::parquet_file::Part;
use crate::table::{Origin, Reader, Table, TableFile};

/// A stretch of consecutive rows that one thread reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Morsel {
    /// 0-based number, in row order.
    pub index: usize,
    /// 0-based row, over the table's files, of its first row.
    pub first_row: u64,
    /// Number of rows; known for every format, since text is parsed before it is handed out.
    pub rows: Option<u64>,
    /// 0-based file of the table.
    pub file: usize,
}

impl Table {
    /// Reads the named columns, in the order named, on every thread of the current pool.
    ///
    /// For each morsel, `start` makes a state, `each` gets its batches in row order with
    /// the 0-based row number (over the table's files in path order) of the batch's first
    /// row, and `finish` takes the state. Morsels are begun in row order, run concurrently
    /// and finish in any order. The closures should not start work on the pool themselves.
    ///
    /// # Errors
    ///
    /// A closure's fault, or one of reading: a damaged or changed file, a ragged or wrongly
    /// encoded row, an unknown column. Of several, the one of the earliest morsel, whatever
    /// the number of threads.
    pub fn scan<S: Send>(
        &self,
        columns: &[&str],
        start: impl Fn(&Morsel) -> S + Sync,
        each: impl Fn(&mut S, u64, &RecordBatch) -> Result<(), Fault> + Sync,
        finish: impl Fn(&Morsel, S) -> Result<(), Fault> + Sync,
    ) -> Result<(), Fault> {
        self.scan_encoded(columns, &[], start, each, finish)
    }

    /// As [`scan`](Table::scan), but columns of text that are also in `encoded` come as dictionary
    /// arrays wherever the file has them in a dictionary: each of its values needs to be looked at
    /// only once. Of one column some batches may have a dictionary and others not.
    ///
    /// # Errors
    ///
    /// As of [`scan`](Table::scan).
    pub fn scan_encoded<S: Send>(
        &self,
        columns: &[&str],
        encoded: &[&str],
        start: impl Fn(&Morsel) -> S + Sync,
        each: impl Fn(&mut S, u64, &RecordBatch) -> Result<(), Fault> + Sync,
        finish: impl Fn(&Morsel, S) -> Result<(), Fault> + Sync,
    ) -> Result<(), Fault> {
        let plan = Plan::new(self, columns, encoded)?;
        let queue = Mutex::new(Queue::new(self, &plan));
        let outcome = Outcome::default();
        let work = || {
            while !outcome.stopped.load(Ordering::Relaxed) {
                let taken = queue.lock().unwrap_or_else(PoisonError::into_inner).take();
                let (morsel, load) = match taken {
                    Ok(Some(taken)) => taken,
                    Ok(None) => return,
                    Err((index, fault)) => return outcome.fail(index, fault),
                };
                let mut state = start(&morsel);
                let read = plan.read(self, &morsel, load, |row, batch| each(&mut state, row, batch));
                if let Err(fault) = read.and_then(|()| finish(&morsel, state)) {
                    outcome.fail(morsel.index, fault);
                }
            }
        };
        rayon::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(|_| work());
            }
        });
        outcome.into_result()
    }
}

impl Table {
    /// The named columns of about the first so many rows, on the calling thread: to see what a
    /// table holds before it is read.
    ///
    /// # Errors
    ///
    /// One of reading, as of [`scan`](Table::scan).
    pub fn head(&self, columns: &[&str], rows: u64) -> Result<Vec<RecordBatch>, Fault> {
        let plan = Plan::new(self, columns, &[])?;
        let mut queue = Queue::new(self, &plan);
        let (mut batches, mut read) = (Vec::new(), 0);
        while read < rows {
            let Some((morsel, load)) = queue.take().map_err(|(_, fault)| fault)? else { break };
            let outcome = plan.read(self, &morsel, load, |_, batch| {
                read += batch.num_rows() as u64;
                batches.push(batch.clone());
                // A morsel may have a million rows; what stops it is told from a fault below.
                if read < rows { Ok(()) } else { Err(Fault::bug("head", "enough was read")) }
            });
            match outcome {
                Err(fault) if read < rows => return Err(fault),
                _ => {}
            }
        }
        Ok(batches)
    }
}

/// How the scan ended.
///
/// Morsels are begun in order and those begun are finished, so the earliest fault is found
/// whichever thread is the first to fail.
#[derive(Default)]
struct Outcome {
    stopped: AtomicBool,
    fault: Mutex<Option<(usize, Fault)>>,
}

impl Outcome {
    fn fail(&self, index: usize, fault: Fault) {
        self.stopped.store(true, Ordering::Relaxed);
        let mut earliest = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if earliest.as_ref().is_none_or(|(other, _)| index < *other) {
            *earliest = Some((index, fault));
        }
    }

    fn into_result(self) -> Result<(), Fault> {
        match self.fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((_, fault)) => Err(fault),
            None => Ok(()),
        }
    }
}

/// How the columns asked for come out of each file.
struct Plan {
    schema: SchemaRef,
    files: Vec<FilePlan>,
}

struct FilePlan {
    /// Columns to read, by position within the file, ascending.
    stored: Vec<usize>,
    /// Those of them that may come as dictionaries.
    encoded: Vec<usize>,
    /// For each column asked for, where it comes from.
    pieces: Vec<Piece>,
}

enum Piece {
    /// Position in [`FilePlan::stored`].
    Read(usize),
    /// Null in the whole file.
    Null,
    /// One value in the whole file.
    Constant(Option<String>),
}

impl Plan {
    fn new(table: &Table, columns: &[&str], encoded: &[&str]) -> Result<Plan, Fault> {
        let mut fields = Vec::with_capacity(columns.len());
        for name in columns {
            let field = table.schema().field_with_name(name).map_err(|_| unknown(table, name))?;
            fields.push(field.clone());
        }
        let files = table.files.iter().map(|file| FilePlan::new(file, columns, encoded)).collect();
        Ok(Plan { schema: Arc::new(Schema::new(fields)), files })
    }

    fn read(
        &self,
        table: &Table,
        morsel: &Morsel,
        load: Load,
        mut each: impl FnMut(u64, &RecordBatch) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (file, plan) = (&table.files[morsel.file], &self.files[morsel.file]);
        let mut row = morsel.first_row;
        let mut hand_on = |columns: Vec<ArrayRef>, rows: usize| {
            let batch = self.batch(plan, &columns, rows, &file.located.shown)?;
            each(row, &batch)?;
            row += rows as u64;
            Ok(())
        };
        match (load, &file.reader) {
            (Load::Parquet(part), Reader::Parquet(reader)) => {
                reader.read(&file.located, part, (&plan.stored, &plan.encoded), hand_on)
            }
            (Load::Ipc(run), Reader::Ipc(reader)) => reader.read(&file.located, &run, &plan.stored, hand_on),
            (Load::Parsed(columns, rows), _) => hand_on(columns, rows),
            _ => Err(Fault::bug(&file.located.shown, "a morsel was read in another format than its file's")),
        }
    }

    fn batch(&self, plan: &FilePlan, columns: &[ArrayRef], rows: usize, place: &str) -> Result<RecordBatch, Fault> {
        let arrays: Vec<ArrayRef> = (plan.pieces.iter().zip(self.schema.fields()))
            .map(|(piece, field)| match piece {
                Piece::Read(at) => Arc::clone(&columns[*at]),
                Piece::Null => new_null_array(field.data_type(), rows),
                Piece::Constant(value) => constant(value.as_deref(), rows),
            })
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = self.schema_of(&arrays);
        RecordBatch::try_new_with_options(schema, arrays, &options)
            .map_err(|_| Fault::bug(place, "the columns read are not of the types announced"))
    }

    /// The schema of a batch: that of the scan, but for what came as a dictionary.
    fn schema_of(&self, arrays: &[ArrayRef]) -> SchemaRef {
        let is_encoded = |array: &ArrayRef| matches!(array.data_type(), DataType::Dictionary(..));
        if !arrays.iter().any(is_encoded) {
            return Arc::clone(&self.schema);
        }
        let fields = self.schema.fields().iter().zip(arrays).map(|(field, array)| {
            let field = field.as_ref().clone();
            if is_encoded(array) { field.with_data_type(array.data_type().clone()) } else { field }
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl FilePlan {
    fn new(file: &TableFile, columns: &[&str], encoded: &[&str]) -> FilePlan {
        let sources: Vec<_> = columns.iter().filter_map(|name| file.column(name)).collect();
        let mut stored: Vec<usize> = (sources.iter())
            .filter_map(|column| match column.origin {
                Origin::Stored(at) if !column.all_null => Some(at),
                _ => None,
            })
            .collect();
        stored.sort_unstable();
        stored.dedup();
        let pieces = (sources.iter())
            .map(|column| match &column.origin {
                Origin::Folder(value) => Piece::Constant(value.clone()),
                Origin::Stored(at) => stored.binary_search(at).map_or(Piece::Null, Piece::Read),
            })
            .collect();
        let position = |name: &&str| match file.column(name)?.origin {
            Origin::Stored(at) => Some(at),
            Origin::Folder(_) => None,
        };
        let encoded = encoded.iter().filter_map(position).filter(|at| stored.contains(at)).collect();
        FilePlan { stored, encoded, pieces }
    }
}

fn unknown(table: &Table, name: &str) -> Fault {
    let place = table.files.first().map_or("table", |file| file.located.shown.as_str());
    let names = table.schema().fields().iter().map(|field| field.name().as_str());
    Fault::spec(place, format!("there is no column `{name}`")).hint(format!("columns are {}", quoted(names)))
}

/// What a thread has to do for one morsel.
enum Load {
    Parquet(Part),
    Ipc(Run),
    /// Already parsed.
    Parsed(Vec<ArrayRef>, usize),
}

/// Hands out morsels in row order.
struct Queue<'a> {
    table: &'a Table,
    plan: &'a Plan,
    next_file: usize,
    current: Current<'a>,
    index: usize,
    row: u64,
    /// After a fault nothing more is handed out.
    failed: bool,
}

enum Current<'a> {
    Planned(VecDeque<(Load, u64)>),
    Rows(Box<CsvRows<'a>>),
}

impl<'a> Queue<'a> {
    fn new(table: &'a Table, plan: &'a Plan) -> Queue<'a> {
        Queue { table, plan, next_file: 0, current: Current::Planned(VecDeque::new()), index: 0, row: 0, failed: false }
    }

    fn take(&mut self) -> Result<Option<(Morsel, Load)>, (usize, Fault)> {
        if self.failed {
            return Ok(None);
        }
        self.take_next().map_err(|fault| {
            self.failed = true;
            (self.index, fault)
        })
    }

    fn take_next(&mut self) -> Result<Option<(Morsel, Load)>, Fault> {
        loop {
            let next = match &mut self.current {
                Current::Planned(loads) => loads.pop_front(),
                Current::Rows(rows) => {
                    let parsed = rows.next_columns()?;
                    parsed.map(|(columns, rows)| (Load::Parsed(columns, rows), rows as u64))
                }
            };
            if let Some((load, rows)) = next {
                let morsel =
                    Morsel { index: self.index, first_row: self.row, rows: Some(rows), file: self.next_file - 1 };
                self.index += 1;
                self.row += rows;
                return Ok(Some((morsel, load)));
            }
            let Some(file) = self.table.files.get(self.next_file) else { return Ok(None) };
            self.current = self.begin(file)?;
            self.next_file += 1;
        }
    }

    fn begin(&self, file: &'a TableFile) -> Result<Current<'a>, Fault> {
        Ok(match &file.reader {
            Reader::Parquet(reader) => {
                let parts = reader.parts().into_iter();
                Current::Planned(parts.map(|part| (Load::Parquet(part), part.rows)).collect())
            }
            Reader::Ipc(reader) => {
                let runs = reader.runs().into_iter();
                Current::Planned(runs.map(|run| (run.rows, run)).map(|(rows, run)| (Load::Ipc(run), rows)).collect())
            }
            Reader::Csv(reader) => {
                let stored = &self.plan.files[self.next_file].stored;
                Current::Rows(Box::new(reader.rows(&file.located, stored)?))
            }
        })
    }
}
