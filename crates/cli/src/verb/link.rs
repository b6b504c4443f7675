//! `counterfoil link`: two files, or one, without a job file.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use counterfoil_job::Job;
use counterfoil_job::guess::{Guessed, GuessedColumn, Wish, guess};
use counterfoil_job::run::{Resources, run_if};
use counterfoil_job::scored::spec::ModelSpec;
use counterfoil_job::spec::{JobSpec, job_text};
use counterfoil_store::write_new_text;
use serde_json::json;

use crate::answer::{Answer, Failure, refuse_existing, shown};
use crate::arguments::LinkArguments;
use crate::figure::{counted, rate, time};
use crate::page::{Column, Page};
use crate::progress;
use crate::verb::run::summary;

pub(crate) fn answer(arguments: &LinkArguments) -> Result<Answer, Failure> {
    let since = Instant::now();
    let files: Vec<String> = std::iter::once(&arguments.left).chain(&arguments.right).map(|path| shown(path)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let key = arguments.key.as_deref().map(shown);
    let guessed = guess(&files, Wish { key: key.as_deref(), tokens_only: arguments.tokens })?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("runs").join(&guessed.spec.name));
    if let Some(file) = &arguments.save_job {
        refuse_existing(file, "--save-job")?;
    }
    let job = Job::of_spec(guessed.spec.clone(), &out)?;
    let resources = Resources { threads: arguments.threads.map(NonZeroUsize::get), memory: arguments.memory };
    // Before anything is published, so that a job that cannot be written leaves no run either.
    let save = |model: &ModelSpec| match &arguments.save_job {
        Some(file) => write_new_text(file, &job_text(&for_file(&with_gaps(&guessed.spec, model), file))?),
        None => Ok(()),
    };
    let finished = run_if(&job, &out, resources, &*progress::observer(), &save)?;
    let took = since.elapsed();
    let manifest = &finished.manifest;
    let rows: u64 = manifest.standardising.iter().map(|source| source.rows).sum();
    let text = format!("{}\n{}", told(&guessed), summary(&out, manifest));
    let answer = Answer::new(text, json!({ "out": shown(&out), "columns": guessed.columns, "manifest": manifest }));
    Ok(answer.remark(format!("{} in {}, {} rows/s", counted(rows, "row"), time(took), rate(rows, took))))
}

/// What the columns were taken for.
fn told(guessed: &Guessed) -> String {
    let mut page = Page::titled("Guessed from the columns' names and contents");
    let columns = [
        Column::Text("data set"),
        Column::Text("column"),
        Column::Text("seems to be"),
        Column::Text("compared as"),
        Column::Prose("because", 44),
    ];
    let mut before = None;
    let row = |alike: &[GuessedColumn]| {
        let (column, others) = (&alike[0], alike.len() - 1);
        let first = before.replace(column.data_set.clone()) != Some(column.data_set.clone());
        let name = &column.column;
        vec![
            if first { column.data_set.clone() } else { String::new() },
            if others == 0 { name.clone() } else { format!("{name} and {others} more") },
            column.role.clone(),
            column.field.clone().unwrap_or_else(|| "-".to_owned()),
            column.because.clone(),
        ]
    };
    page.table(&columns, alike(&guessed.columns).into_iter().map(row).collect::<Vec<_>>());
    page.finish()
}

/// So many columns one after another of which the same is said, and more, have one line.
const ALIKE: usize = 4;

/// Columns line by line.
fn alike(columns: &[GuessedColumn]) -> Vec<&[GuessedColumn]> {
    let is_alike = |one: &GuessedColumn, next: &GuessedColumn| {
        let of = |column: &GuessedColumn| [&column.data_set, &column.role, &column.because].map(String::clone);
        one.field.is_none() && next.field.is_none() && of(one) == of(next)
    };
    let run = |columns| {
        if <[GuessedColumn]>::len(columns) < ALIKE { columns.chunks(1) } else { columns.chunks(columns.len()) }
    };
    columns.chunk_by(is_alike).flat_map(run).collect()
}

/// The job with what the run found to lie between numbers of two times, so that whoever changes it sees
/// that, and other rows of the same files are read alike.
fn with_gaps(spec: &JobSpec, model: &ModelSpec) -> JobSpec {
    let mut spec = spec.clone();
    if let Some(estimate) = &mut spec.linkage.estimate {
        estimate.gap.clone_from(&model.gap);
    }
    spec
}

/// The job with paths that start from the job file's folder; whole paths, unless that is the
/// working folder.
fn for_file(spec: &JobSpec, file: &Path) -> JobSpec {
    let mut spec = spec.clone();
    let is_here = file.parent().is_none_or(|folder| folder.as_os_str().is_empty() || folder == Path::new("."));
    let whole = |path: &str| std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path)).display().to_string();
    if !is_here {
        spec.data_sets.iter_mut().flat_map(|data_set| &mut data_set.files).for_each(|path| *path = whole(path));
        spec.keys.root = spec.keys.root.as_deref().map(whole);
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_which_the_same_is_said_have_one_line() {
        let column = |(name, because): (&str, &str)| GuessedColumn {
            data_set: "one".to_owned(),
            column: name.to_owned(),
            role: "other".to_owned(),
            field: None,
            because: because.to_owned(),
        };
        let lines = |of: &[(&str, &str)]| {
            let columns: Vec<GuessedColumn> = of.iter().copied().map(column).collect();
            let line = |alike: &[GuessedColumn]| (alike[0].column.clone(), alike.len());
            alike(&columns).into_iter().map(line).collect::<Vec<_>>()
        };
        let four = [("a", "junk"), ("b", "junk"), ("c", "junk"), ("d", "junk"), ("e", "other")];
        assert_eq!(lines(&four), [("a".to_owned(), 4), ("e".to_owned(), 1)]);
        let three = lines(&four[1..]);
        assert_eq!(three.iter().map(|(_, columns)| *columns).collect::<Vec<_>>(), [1, 1, 1, 1]);
        let parted = [four[0], four[1], four[4], four[2], four[3]];
        assert_eq!(lines(&parted).len(), 5);
    }
}
