//! Whether a run directory is as it was published.

use std::path::Path;

use counterfoil_core::Fault;
use counterfoil_store::run_folder;
use serde::Serialize;

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
/// The folder or its manifest cannot be read.
pub fn verify(run: &Path) -> Result<Verified, Fault> {
    let found = run_folder::list(run)?;
    if !found.iter().any(|name| name == manifest::FILE) {
        let fault = Fault::environment(run.display().to_string(), "has no manifest, so it is not a finished run");
        return Err(fault.hint("a run directory is what `counterfoil run` leaves"));
    }
    let bytes = run_folder::read_file(&run.join(manifest::FILE))?;
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
