//! A job in a folder of its own: writes inputs and a job file, runs it, reads what it left.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use counterfoil_core::{Fault, Silent};
use counterfoil_job::check::Job;
use counterfoil_job::manifest::Manifest;
use counterfoil_job::run::{Resources, run};
use counterfoil_store::{FormatOptions, Table};
use counterfoil_token::coding::for_each_key;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

/// Left key, right key, rank.
pub(crate) type Link = (String, String, u8);

/// Left key, right key, step.
pub(crate) type StepLink = (String, String, String);

/// A folder that a job file and its inputs lie in; removed with the last run read from it.
pub(crate) struct Folder(Arc<TempDir>);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(Arc::new(TempDir::new().expect("the system has a folder for temporary files")))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a text file, and the folders it lies in.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let file = self.path().join(file);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(file, text).expect("the temporary folder is writable");
    }

    /// Writes a CSV file. No cell holds a comma.
    pub(crate) fn csv(&self, file: &str, header: &[&str], rows: &[Vec<String>]) {
        let lines = rows.iter().map(|row| row.join(","));
        let lines: Vec<String> = std::iter::once(header.join(",")).chain(lines).collect();
        self.write(file, &(lines.join("\n") + "\n"));
    }

    /// Writes a Parquet file of text columns, empty cells as nulls, in row groups of at most
    /// so many rows.
    pub(crate) fn parquet(&self, file: &str, header: &[&str], rows: &[Vec<String>], row_group: usize) {
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(row_group)).build();
        self.parquet_with(file, header, rows, properties);
    }

    /// The same, written as the properties say.
    pub(crate) fn parquet_with(&self, file: &str, header: &[&str], rows: &[Vec<String>], properties: WriterProperties) {
        let cell = |row: &Vec<String>, i: usize| Some(row[i].clone()).filter(|cell| !cell.is_empty());
        let column = |i: usize| Arc::new(rows.iter().map(|row| cell(row, i)).collect::<StringArray>()) as ArrayRef;
        let columns = header.iter().enumerate().map(|(i, name)| (*name, column(i), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns are of one length");
        let file = fs::File::create(self.path().join(file)).expect("the temporary folder is writable");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("text can be written");
        writer.write(&batch).expect("text can be written");
        writer.close().expect("text can be written");
    }

    /// Loads `job.toml`.
    pub(crate) fn load(&self) -> Result<Job, Vec<Fault>> {
        Job::load(&self.path().join("job.toml"))
    }

    /// Writes `job.toml` and runs it into the folder `out`.
    pub(crate) fn run(&self, job: &str, out: &str) -> Run {
        self.run_at(job, out, 2)
    }

    /// The same, with so many threads.
    pub(crate) fn run_at(&self, job: &str, out: &str, threads: usize) -> Run {
        self.try_run(job, out, threads).unwrap_or_else(|faults| panic!("the job should run: {faults:#?}"))
    }

    pub(crate) fn try_run(&self, job: &str, out: &str, threads: usize) -> Result<Run, Vec<Fault>> {
        self.try_run_as("job.toml", job, out, threads)
    }

    /// Runs a job that is written under a name of its own, in a folder that tests share.
    pub(crate) fn run_as(&self, name: &str, job: &str, out: &str) -> Run {
        self.try_run_as(name, job, out, 2).unwrap_or_else(|faults| panic!("the job should run: {faults:#?}"))
    }

    fn try_run_as(&self, name: &str, job: &str, out: &str, threads: usize) -> Result<Run, Vec<Fault>> {
        self.write(name, job);
        let job = Job::load(&self.path().join(name))?;
        let resources = Resources { threads: Some(threads), memory: None };
        let finished = run(&job, &self.path().join(out), resources, &Silent).map_err(|fault| vec![fault])?;
        Ok(Run { folder: finished.out, manifest: finished.manifest, _within: Arc::clone(&self.0) })
    }
}

/// What a finished run left.
pub(crate) struct Run {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
    _within: Arc<TempDir>,
}

impl Run {
    /// The links, in order.
    pub(crate) fn links(&self) -> Vec<Link> {
        let rows = self.table("links.parquet", &["left_key", "right_key", "match_rank"]);
        let link = |row: Vec<String>| {
            let [left, right, rank] = row.try_into().expect("three columns were asked for");
            (left, right, rank.parse().expect("a rank is a number"))
        };
        let mut links: Vec<Link> = rows.into_iter().map(link).collect();
        links.sort();
        links
    }

    /// The links by step, in order. The rank beside a step must be the step's number.
    pub(crate) fn step_links(&self) -> Vec<StepLink> {
        let rows = self.table("links.parquet", &["left_key", "right_key", "step", "match_rank"]);
        let link = |row: Vec<String>| {
            let [left, right, step, rank] = row.try_into().expect("four columns were asked for");
            assert_eq!(step.trim_end_matches(['A', 'B']), rank, "{left} and {right}");
            (left, right, step)
        };
        let mut links: Vec<StepLink> = rows.into_iter().map(link).collect();
        links.sort();
        links
    }

    /// Some columns of a table of the run directory as text, nulls empty, in row order.
    pub(crate) fn table(&self, file: &str, columns: &[&str]) -> Vec<Vec<String>> {
        read(&self.folder, file, columns)
    }

    /// The names of a table's columns.
    pub(crate) fn columns(&self, file: &str) -> Vec<String> {
        open(&self.folder, file).schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Every file by its path, with its bytes, in path order.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let names = counterfoil_store::run_folder::list(&self.folder).expect("a run directory can be listed");
        let bytes = |name: String| {
            let bytes = fs::read(self.folder.join(&name)).expect("a file that is listed can be read");
            (name, bytes)
        };
        names.into_iter().map(bytes).collect()
    }
}

fn open(folder: &Path, file: &str) -> Table {
    Table::open(file, folder, &[file.to_owned()], &FormatOptions::default()).expect("the run left this table")
}

/// Some columns of the files that a pattern names, as text, nulls empty, in row order.
pub(crate) fn read(folder: &Path, file: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let rows = Mutex::new(Vec::new());
    let each = |(): &mut (), first: u64, batch: &RecordBatch| {
        let mut found = vec![vec![String::new(); columns.len()]; batch.num_rows()];
        for (i, name) in columns.iter().enumerate() {
            let column = batch.column_by_name(name).expect("the column was asked for");
            for_each_key(column, |row, text| text.unwrap_or("").clone_into(&mut found[row][i]));
        }
        rows.lock().expect("no reader fails").push((first, found));
        Ok(())
    };
    open(folder, file).scan(columns, |_| (), each, |_, ()| Ok(())).expect("what was written can be read");
    let mut rows = rows.into_inner().expect("no reader fails");
    rows.sort();
    rows.into_iter().flat_map(|(_, rows)| rows).collect()
}
