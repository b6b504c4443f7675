//! Every released version stays readable: today's program on what earlier ones wrote.
//!
//! `fixtures/compat` has a folder for each version with the same files in it; its README says
//! how one is added. All of them are read here, as a user would, and the job that a version
//! ran is run again: the same keys have to make the same pseudonyms, or a recipient could no
//! longer join what is delivered next year to what was delivered this year.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use arrow_array::RecordBatch;
use counterfoil_catalogue::Recipe;
use counterfoil_store::{FormatOptions, Table, run_folder};
use counterfoil_token::coding::for_each_key;

use crate::project::Project;

/// Tables of a run directory that all versions leave.
const TABLES: [&str; 6] = [
    "bridge.parquet",
    "extract/apc/part-000.parquet",
    "extract/deaths/part-000.parquet",
    "links.parquet",
    "persons.parquet",
    "rejects.parquet",
];

/// Columns of [`TABLES`] that only a version has, or only the versions after it.
const CHANGED: [(&str, &str, &str); 3] = [
    // Null throughout in a ranked linkage, so that a recipient was given an empty column.
    ("0.1.0", "bridge.parquet", "match_probability"),
    // Rank 1 may be parted; here it is not, and the step is the rank.
    ("0.1.0", "links.parquet", "step"),
    // Links by ranks are found by no blocking rule.
    ("0.1.0", "links.parquet", "block"),
];

/// The folder of each released version.
fn versions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/compat");
    let entries = fs::read_dir(folder).expect("the repository has fixtures");
    let mut versions: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir()).collect();
    versions.sort();
    assert!(versions.iter().any(|path| path.ends_with("0.1.0")), "the first version is among {versions:?}");
    versions
}

/// A copy of a version's files, in which the key file is as private as it has to be: no
/// repository keeps mode 0600.
fn copy(version: &Path) -> Project {
    let project = Project::new();
    for name in run_folder::list(version).expect("a folder of plain files") {
        let to = project.path(&name);
        fs::create_dir_all(to.parent().expect("a file lies in a folder")).expect("a writable temporary folder");
        fs::copy(version.join(&name), &to).expect("a fixture can be copied");
    }
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(project.path("root.key"), private).expect("our own copy");
    project
}

#[test]
fn job_files_are_read() {
    for version in versions() {
        let project = copy(&version);
        for job in ["recipe-job.toml", "ranks-job.toml"] {
            project.done(&["check", job]);
            project.done(&["run", job, "--out", &format!("out/{job}")]);
        }
    }
}

#[test]
fn catalogue_entries_and_recipes_are_read() {
    for version in versions() {
        let text = |name: &str| fs::read_to_string(version.join(name)).expect("a text file");
        let project = copy(&version);
        let shown = |name: &str| project.done(&["catalogue", "show", name, "--with", "entries"]);
        assert!(shown("compat-data-set").starts_with("compat-data-set: "), "{}", version.display());
        assert!(shown("other-data-set").contains("Time of the visit, in words"), "{}", version.display());
        let recipe = Recipe::from_toml("recipe.toml", &text("recipe.toml"));
        assert_eq!(recipe.map(|recipe| recipe.name), Ok("compat-recipe".to_owned()), "{}", version.display());
    }
}

#[test]
fn key_files_are_read() {
    for version in versions() {
        let project = copy(&version);
        let shown = project.done(&["key", "show", "root.key"]);
        // The id of the demo key, as the token vectors have it from a second implementation.
        let due = [
            "root key `root.key`",
            "  id       e9240d06a8c5229b",
            "  purpose  compatibility fixtures; public, protects nothing",
        ];
        assert_eq!(shown.lines().collect::<Vec<_>>(), due, "{}", version.display());
    }
}

#[test]
fn run_directories_are_verified_and_evaluated() {
    for version in versions() {
        let project = copy(&version);
        project.done(&["verify", "run"]);
        // By hand: three persons are in both files, and each is linked to their own death.
        let gates = ["--min-precision", "1", "--min-recall", "1"];
        let found = project.done(&[&["evaluate", "run", "--truth", "truth.csv"][..], &gates].concat());
        assert!(found.contains("3 could have been found"), "{}: {found}", version.display());
    }
}

#[test]
fn the_same_job_makes_the_same_tables_again() {
    for version in versions() {
        let project = copy(&version);
        project.done(&["run", "recipe-job.toml", "--out", "again"]);
        for table in TABLES {
            let changed = |column: &str| {
                CHANGED.iter().any(|(of, file, name)| version.ends_with(of) && (*file, *name) == (table, column))
            };
            let before = rows(&project.path("run"), table, changed);
            assert!(before.len() > 1, "`{table}` has a header and rows");
            assert!(before == rows(&project.path("again"), table, changed), "{}: `{table}` differs", version.display());
        }
    }
}

/// A table's column names and then its rows, as text, without some columns.
pub(crate) fn rows(folder: &Path, file: &str, without: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let table =
        Table::open(file, folder, &[file.to_owned()], &FormatOptions::default()).expect("a table that can be opened");
    let names = table.schema().fields().iter().map(|field| field.name().as_str());
    let names: Vec<&str> = names.filter(|name| !without(name)).collect();
    let rows = Mutex::new(Vec::new());
    let each = |(): &mut (), first: u64, batch: &RecordBatch| {
        let mut found = vec![vec![String::new(); names.len()]; batch.num_rows()];
        for (at, column) in batch.columns().iter().enumerate() {
            for_each_key(column, |row, text| text.unwrap_or("").clone_into(&mut found[row][at]));
        }
        rows.lock().expect("no reader fails").push((first, found));
        Ok(())
    };
    table.scan(&names, |_| (), each, |_, ()| Ok(())).expect("a table that can be read");
    let mut rows = rows.into_inner().expect("no reader fails");
    rows.sort();
    let header = names.into_iter().map(str::to_owned).collect();
    std::iter::once(header).chain(rows.into_iter().flat_map(|(_, rows)| rows)).collect()
}
