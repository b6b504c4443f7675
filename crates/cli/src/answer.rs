//! What a verb comes back with.

use std::path::Path;

use counterfoil_core::Fault;
use serde_json::Value;

/// A verb did what it was asked.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For people, on stdout.
    pub(crate) text: String,
    /// For programs, on stdout instead of the text.
    pub(crate) json: Value,
    /// Lines for stderr, such as the time it took.
    pub(crate) remarks: Vec<String>,
    /// Whether a declared gate failed.
    pub(crate) gate_failed: bool,
}

impl Answer {
    /// An answer without remarks, and no gate that could fail.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Answer {
        Answer { text: text.into(), json, remarks: Vec::new(), gate_failed: false }
    }

    /// The same answer with one more line for stderr.
    pub(crate) fn remark(mut self, line: impl Into<String>) -> Answer {
        self.remarks.push(line.into());
        self
    }

    /// The same answer, with gates of which one `failed` or not.
    pub(crate) fn gate(self, failed: bool) -> Answer {
        Answer { gate_failed: failed, ..self }
    }
}

/// A verb did not do what it was asked, and left nothing behind.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) Vec<Fault>);

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure(vec![fault])
    }
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Failure {
        Failure(faults)
    }
}

/// A path as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Refuses to overwrite a file that an option names.
pub(crate) fn refuse_existing(file: &Path, option: &str) -> Result<(), Failure> {
    if counterfoil_store::is_file(file) {
        let fault = Fault::environment(shown(file), "the file already exists");
        return Err(fault.hint(format!("nothing is overwritten: choose another name for `{option}`")).into());
    }
    Ok(())
}
