//! Whether a run directory is as it was published.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_store::run_folder;
use serde::Serialize;
use serde_json::Value;

use crate::manifest::{self, Manifest};
use crate::stored;

/// What verifying found.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// Files checked, the manifest among them.
    pub files: usize,
    /// What is not as published; empty if all is well.
    pub problems: Vec<String>,
}

/// Compares a run directory with its manifest: the seal, every file's hash, no file missing,
/// none added; and its tables with their contracts: what they are, columns, types, order,
/// repeats, and the number of rows that the manifest gives.
///
/// # Errors
///
/// The folder or its manifest cannot be read, or the manifest is whole and of something else
/// than a run, as that of a synthetic population is.
pub fn verify(run: &Path) -> Result<Verified, Fault> {
    let found = run_folder::list(run)?;
    if !found.iter().any(|name| name == manifest::FILE) {
        let fault = Fault::environment(run.display().to_string(), "has no manifest, so it is not a finished run");
        return Err(fault.hint("a run directory is what `counterfoil run` leaves"));
    }
    let bytes = run_folder::read_file(&run.join(manifest::FILE))?;
    refuse_another_kind(run, &bytes)?;
    let manifest = match Manifest::from_bytes(&bytes, manifest::FILE) {
        Ok(manifest) => manifest,
        Err(fault) => return Ok(Verified { files: 1, problems: vec![fault.to_string()] }),
    };
    let mut problems = Vec::new();
    for output in &manifest.outputs {
        if !found.contains(&output.path) {
            problems.push(format!("{}: is missing", output.path));
        } else if run_folder::hash(&run.join(&output.path))?.to_hex().as_str() != output.blake3 {
            problems.push(format!("{}: the content is not what was published", output.path));
        } else if let Some(rows) = output.rows {
            match stored::check(run, &output.path) {
                Ok(found) if found == rows => {}
                Ok(found) => problems.push(format!("{}: has {found} rows, and {rows} were published", output.path)),
                Err(fault) => problems.push(fault.to_string()),
            }
        }
    }
    let is_listed =
        |name: &String| name == manifest::FILE || manifest.outputs.iter().any(|output| output.path == *name);
    problems.extend(found.iter().filter(|name| !is_listed(name)).map(|name| format!("{name}: was added")));
    Ok(Verified { files: manifest.outputs.len() + 1, problems })
}

/// Refuses a manifest that is not of a run: what was changed in a run is a problem to report,
/// and what never was one is a folder named by mistake.
fn refuse_another_kind(run: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let Ok(Value::Object(members)) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    if members.contains_key("seal") || members.contains_key("job") {
        return Ok(());
    }
    let place = run.display().to_string();
    Err(match members.get("kind").and_then(Value::as_str) {
        Some("synth") => Fault::spec(place, "holds a synthetic population, and is not a run directory")
            .hint("its `manifest.json` has the BLAKE3 hash of each file; runs are what `counterfoil run` leaves"),
        _ => Fault::spec(place, "has a `manifest.json` of another program, and is not a run directory")
            .hint("a run directory is what `counterfoil run` leaves"),
    })
}
