//! Running a job.

use std::path::{Path, PathBuf};

use counterfoil_core::{Fault, Observer, Stage};
use counterfoil_store::{Staging, Table};

use crate::check::Job;
use crate::manifest::{self, Input, Manifest, Results};
use crate::plan::{self, plan};
use crate::product::{self, Products};
use crate::ranked::{self, Coding};
use crate::scored::spec::ModelSpec;
use crate::scored::{self, labels, outside};
use crate::stored;

/// How a run may use the machine. None of it changes a byte of the outputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resources {
    /// Threads; all cores if not given.
    pub threads: Option<usize>,
    /// Bytes of memory that the run may use. Without it, nothing is refused.
    pub memory: Option<u64>,
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// The run directory.
    pub out: PathBuf,
    /// What its manifest says.
    pub manifest: Manifest,
}

/// Runs a checked job and publishes the run directory `out`, whole or not at all.
///
/// # Errors
///
/// A file cannot be read or written, the output folder is taken, or the job needs more
/// memory than it may use.
pub fn run(job: &Job, out: &Path, resources: Resources, observer: &dyn Observer) -> Result<Finished, Fault> {
    run_if(job, out, resources, observer, &|_| Ok(()))
}

/// The same, if the model of the linkage suits: `suits` sees it before anything is published.
///
/// # Errors
///
/// Also what `suits` returns.
pub fn run_if(
    job: &Job,
    out: &Path,
    resources: Resources,
    observer: &dyn Observer,
    suits: &(dyn Fn(&ModelSpec) -> Result<(), Fault> + Sync),
) -> Result<Finished, Fault> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = resources.threads {
        pool = pool.num_threads(threads);
    }
    let pool = pool.build().map_err(|_| Fault::environment("--threads", "the threads could not be started"))?;
    let most_pairs = most_pairs(job, pool.current_num_threads(), resources.memory)?;
    pool.install(|| conduct(job, out, most_pairs, observer, suits))
}

/// The candidate pairs that a run may find under a budget of memory.
fn most_pairs(job: &Job, threads: usize, budget: Option<u64>) -> Result<u64, Fault> {
    let Some(budget) = budget else { return Ok(u64::MAX) };
    let needed = plan(job, Some(threads)).memory;
    if needed <= budget {
        return Ok(plan::most_pairs(job, needed, budget));
    }
    // Rounded up, so that what is said here is enough.
    let message = format!("the job may need {} MiB and may use {} MiB", needed.div_ceil(1 << 20), budget >> 20);
    let follows = match job.linkage.scored {
        Some(_) => {
            "memory follows the rows of all data sets and the threads: link fewer rows at a time, or use fewer threads"
        }
        None => "memory follows the smaller side, the threads, and the columns of extracts: split it, or use fewer",
    };
    Err(Fault::environment("--memory", message).hint(follows))
}

fn conduct(
    job: &Job,
    out: &Path,
    most_pairs: u64,
    observer: &dyn Observer,
    suits: &(dyn Fn(&ModelSpec) -> Result<(), Fault> + Sync),
) -> Result<Finished, Fault> {
    let staging = Staging::begin(out, &fingerprint(job)?)?;
    if let Some(scored) = &job.linkage.scored {
        let outcome = scored::link(job, scored, &staging, observer)?;
        suits(&outcome.model)?;
        let products = product::write_scored(job, &outcome, &staging, observer)?;
        return publish(job, staging, Results::scored(&outcome), products, observer);
    }
    let coding = Coding::new(job);
    let ranked = ranked::link(job, &coding, &staging, most_pairs, observer)?;
    let products = product::write(job, &coding, &ranked, &staging, observer)?;
    publish(job, staging, Results::ranked(job, &ranked), products, observer)
}

/// Hashes what was read, seals what was written and makes it visible.
fn publish(
    job: &Job,
    staging: Staging,
    results: Results<'_>,
    products: Products,
    observer: &dyn Observer,
) -> Result<Finished, Fault> {
    let inputs = inputs(job, observer)?;
    let mut written = None;
    let out = staging.publish(|outputs| {
        let manifest = manifest::manifest(job, inputs, results, products, outputs);
        let bytes = manifest.to_bytes()?;
        written = Some(manifest);
        Ok(bytes)
    })?;
    let manifest = written.ok_or_else(|| Fault::bug("run", "a run was published without a manifest"))?;
    Ok(Finished { out, manifest })
}

/// Names the job and its inputs, so that an interrupted run is known as this job's own.
fn fingerprint(job: &Job) -> Result<String, Fault> {
    let mut hasher = blake3::Hasher::new();
    let spec = serde_json::to_vec(&manifest::ordered(&job.spec)).map_err(|_| Fault::bug("job", "cannot be written"))?;
    hasher.update(&spec);
    hasher.update(job.keyring.id().to_string().as_bytes());
    for entry in &job.own_entries {
        hasher.update(entry.blake3.as_bytes());
    }
    for file in job.sources.iter().flat_map(|source| source.table.files()) {
        hasher.update(file.path.as_os_str().as_encoded_bytes());
        hasher.update(&file.bytes.to_le_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Every input file with its hash: data sets in job order, then lists, then labels, then tables of
/// frequencies.
pub(crate) fn inputs(job: &Job, observer: &dyn Observer) -> Result<Vec<Input>, Fault> {
    let sources = job.sources.iter().map(|source| (source.name.as_str(), &source.table));
    let lists = job.linkage.lists.iter().map(|list| (list.name.as_str(), &list.table));
    let labels = job.linkage.scored.as_ref().and_then(|scored| scored.from.labels());
    let labels = labels.map(|file| stored::open(labels::PLACE, &job.base.join(file))).transpose()?;
    let labels = labels.iter().map(|table| (labels::PLACE, table));
    let frequencies = outside::tables(job)?;
    let frequencies = frequencies.iter().map(|table| (outside::PLACE, table));
    let tables: Vec<(&str, &Table)> = sources.chain(lists).chain(labels).chain(frequencies).collect();
    let bytes = tables.iter().flat_map(|(_, table)| table.files()).map(|file| file.bytes).sum();
    observer.begin(Stage::Hash, Some(bytes));
    let mut inputs = Vec::new();
    for (name, table) in tables {
        for (file, hash) in table.files().iter().zip(table.hash_files(observer)?) {
            inputs.push(Input {
                data_set: name.to_owned(),
                path: file.path.strip_prefix(&job.base).unwrap_or(&file.path).display().to_string(),
                bytes: file.bytes,
                blake3: hash.to_hex().to_string(),
            });
        }
    }
    observer.end(Stage::Hash);
    Ok(inputs)
}
