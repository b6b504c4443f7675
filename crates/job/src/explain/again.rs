//! The rows and the model of a finished run, read again.

use std::path::{Path, PathBuf};

use counterfoil_core::{Fault, Observer};
use counterfoil_store::run_folder;

use super::named::{self, RowName, Wanted};
use crate::check::{Job, ModelFrom};
use crate::input::Tallies;
use crate::manifest::{self, Input, Manifest};
use crate::scored::estimate::Compiled;
use crate::scored::read::{self, Rows};
use crate::scored::spec::{EstimateSpec, ModelSpec};
use crate::scored::{Scored, gap, labels, wording};
use crate::spec::{JobSpec, OutputSpec};
use crate::verify::verify;

/// Folders above the run directory in which its inputs are looked for.
const ABOVE: usize = 4;

/// One fault, as those of a job are told.
pub(super) fn one(fault: Fault) -> Vec<Fault> {
    vec![fault]
}

/// The manifest of a run that is as it was published.
pub(super) fn manifest(run: &Path) -> Result<Manifest, Vec<Fault>> {
    let shown = run.display().to_string();
    let verified = verify(run).map_err(one)?;
    if let Some(problem) = verified.problems.first() {
        let fault = Fault::environment(shown, format!("is not as it was published: {problem}"));
        return Err(vec![fault.hint("`counterfoil verify` lists what differs")]);
    }
    let bytes = run_folder::read_file(&run.join(manifest::FILE)).map_err(one)?;
    Manifest::from_bytes(&bytes, manifest::FILE).map_err(one)
}

/// The job of the run over the inputs that it read, with the model that it linked by.
pub(super) fn job(
    run: &Path,
    manifest: &Manifest,
    model: &ModelSpec,
    given: Option<&Path>,
    observer: &dyn Observer,
) -> Result<Job, Vec<Fault>> {
    let spec = spec(manifest, model);
    let mut nearest: Option<Vec<Fault>> = None;
    for base in bases(run, given) {
        match Job::check_in(&base, spec.clone()) {
            Ok(mut job) => {
                let changed = changed(&job, manifest, observer)?;
                if changed.is_empty() {
                    if let Some(scored) = &mut job.linkage.scored {
                        scored.from = ModelFrom::Given(Box::new(model.clone()));
                    }
                    return Ok(job);
                }
                // Files of the same names that are others say more than that there are none.
                nearest = Some(changed);
            }
            Err(faults) if given.is_some() => nearest = Some(faults),
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| vec![not_found(run)]))
}

fn not_found(run: &Path) -> Fault {
    let message = "the inputs of the run are neither below the current folder nor where the run is";
    Fault::environment(run.display().to_string(), message)
        .hint("name the job file that the run was made with: `--job FILE`; its paths lead to the inputs")
}

/// Where the paths of the job may start from.
fn bases(run: &Path, given: Option<&Path>) -> Vec<PathBuf> {
    let Some(given) = given else {
        let mut above = run.to_path_buf();
        let mut bases = vec![PathBuf::from(".")];
        for _ in 0..ABOVE {
            above.push("..");
            bases.push(above.clone());
        }
        return bases;
    };
    let folder = given.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    vec![if counterfoil_store::is_file(given) { folder.to_path_buf() } else { given.to_path_buf() }]
}

/// The run's job with its model's words, and without what needs more than the inputs: no key is
/// used, and nothing is written.
fn spec(manifest: &Manifest, model: &ModelSpec) -> JobSpec {
    let mut spec = manifest.job.clone();
    spec.agreement = None;
    spec.keys.root = None;
    spec.keys.demo = true;
    spec.outputs = vec![OutputSpec::Links];
    spec.linkage.model = None;
    spec.linkage.decide = None;
    // What a model says of m and u need not be what a job may say of them.
    let mut comparisons = model.comparisons.clone();
    for level in comparisons.iter_mut().flat_map(|comparison| &mut comparison.levels) {
        (level.m, level.u) = (None, None);
    }
    spec.linkage.estimate = Some(EstimateSpec {
        blocks: model.blocks.clone(),
        comparisons,
        definite: model.definite.clone(),
        veto: model.veto.clone(),
        ..EstimateSpec::default()
    });
    spec
}

/// What of the inputs is not as the run read it.
fn changed(job: &Job, manifest: &Manifest, observer: &dyn Observer) -> Result<Vec<Fault>, Vec<Fault>> {
    let found = crate::run::inputs(job, observer).map_err(one)?;
    // What the model was learnt from is not needed any more.
    let read: Vec<&Input> = manifest.inputs.iter().filter(|input| input.data_set != labels::PLACE).collect();
    let is_same = |(one, other): (&Input, &Input)| one.data_set == other.data_set && one.blake3 == other.blake3;
    let fault = |input: &Input| {
        let message = format!("`{}` is not what the run read", input.path);
        Fault::environment(format!("data_set.{}.files", input.data_set), message)
            .hint("put the file back as it was, or run the job again")
    };
    if found.len() != read.len() {
        let message = format!("the run read {} files, and there are {}", read.len(), found.len());
        let fault = Fault::environment("data_set", message);
        return Ok(vec![fault.hint("put the files back as they were, or run the job again")]);
    }
    let pairs = found.iter().zip(read);
    let mut faults: Vec<Fault> = pairs.filter(|pair| !is_same(*pair)).map(|(found, _)| fault(found)).collect();
    let own = |entries: &[crate::definition::OwnEntry]| entries.iter().map(|e| e.blake3.clone()).collect::<Vec<_>>();
    if own(&job.own_entries) != own(&manifest.own_entries) {
        let fault = Fault::environment("catalogue", "your own catalogue entries are not those that the run read");
        faults.push(fault.hint("put them back as they were, or run the job again"));
    }
    Ok(faults)
}

/// The rows of a run and its compiled model.
pub(super) struct Again<'j> {
    job: &'j Job,
    pub(super) scored: &'j Scored,
    pub(super) compiled: Compiled,
    rows: Rows,
}

impl<'j> Again<'j> {
    pub(super) fn new(job: &'j Job, observer: &dyn Observer) -> Result<Again<'j>, Fault> {
        let scored = job.linkage.scored.as_ref().ok_or_else(|| Fault::bug("explain", "the job has no model"))?;
        let mut tallies = Tallies::new(job);
        let mut rows = read::read(job, &scored.groups, &mut tallies, observer)?;
        // A model that is given leaves nothing to be chosen.
        let gaps = gap::settle(job, scored, &mut rows, &mut Vec::new());
        rows.put_equal_together();
        let words = wording::complete(job, scored, &rows, &gaps, &mut Vec::new())?;
        let compiled = Compiled::new(job, scored, words, &mut rows)?;
        Ok(Again { job, scored, compiled, rows })
    }

    /// The rows of two records, the lower one first.
    pub(super) fn rows(&self, wanted: &[Wanted<'_>; 2]) -> Result<[u32; 2], Vec<Fault>> {
        named::rows(self.job, &self.rows, wanted)
    }

    /// The name of a row.
    pub(super) fn name(&self, row: u32) -> RowName {
        let record = self.rows.record(row);
        RowName { source: Some(self.job.sources[usize::from(record.source)].name.clone()), row: record.row }
    }
}
