//! The manifest, for programs.

use counterfoil_core::Fault;
use counterfoil_store::OutputFile;
use serde_json::{Map, Value, json};

use crate::data_sets::{DATA_SETS, FieldChoice};
use crate::spec::{SynthReport, SynthSpec};

/// Version of the generated population: raised when the same spec gives other bytes.
const GENERATOR_VERSION: u32 = 3;

/// Tells the folder of an interrupted run of the same spec from another's.
pub(crate) fn fingerprint(spec: &SynthSpec) -> String {
    let spec = spec_value(spec).to_string();
    format!("synth {GENERATOR_VERSION} {}", blake3::hash(spec.as_bytes()).to_hex())
}

/// `manifest.json`: the spec, the counts, and every file with size, rows and hash.
pub(crate) fn manifest(spec: &SynthSpec, report: &SynthReport, files: &[OutputFile]) -> Result<Vec<u8>, Fault> {
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            json!({
                "path": file.path,
                "bytes": file.bytes,
                "rows": file.rows,
                "blake3": file.blake3.to_hex().as_str(),
            })
        })
        .collect();
    let rows: Map<String, Value> = report.rows.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
    let manifest = json!({
        "version": 1,
        "kind": "synth",
        "synthetic": true,
        "generator": GENERATOR_VERSION,
        "counterfoil": env!("CARGO_PKG_VERSION"),
        "spec": spec_value(spec),
        "counts": { "rows": rows, "deaths": report.deaths, "linked": report.linked },
        "files": files,
    });
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|_| Fault::bug("manifest.json", "the manifest could not be written as JSON"))?;
    text.push(b'\n');
    Ok(text)
}

/// The spec as JSON: data sets in the order in which they are written, errors as the hash of
/// `errors.toml`.
fn spec_value(spec: &SynthSpec) -> Value {
    let data_sets: Vec<&str> =
        DATA_SETS.iter().copied().filter(|name| spec.data_sets.iter().any(|asked| asked == name)).collect();
    let fields = match &spec.fields {
        FieldChoice::All => json!("all"),
        FieldChoice::Linkage => json!("linkage"),
        FieldChoice::Named(names) => json!(names),
    };
    json!({
        "people": spec.people,
        "seed": spec.seed,
        "data_sets": data_sets,
        "fields": fields,
        "errors": blake3::hash(spec.errors.to_toml().as_bytes()).to_hex().as_str(),
    })
}
