//! What went wrong, sorted by what the reader can do about it.

use std::fmt;

/// Sorts errors by what the reader can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Some rows could not be used; counted and listed, never fatal.
    BadRow,
    /// The job asks for something that cannot be done: mend the job.
    BadSpec,
    /// A file, disk or permission stands in the way: mend the surroundings.
    Environment,
    /// Counterfoil broke one of its own promises: report it.
    Bug,
}

/// One fault in a job or its surroundings: what is wrong, where, and what to do. Holds no
/// cell value, token or key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What the reader can do about it.
    pub kind: ErrorKind,
    /// Where: a path in the job file such as `data_set.apc.roles.sex`, or a file name.
    pub place: String,
    /// What is wrong, in lower case, names in backticks.
    pub message: String,
    /// What to do about it, if there is more to say than the message does.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault of the job file.
    pub fn spec(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: ErrorKind::BadSpec, place: place.into(), message: message.into(), hint: None }
    }

    /// A fault of files, disks or permissions.
    pub fn environment(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: ErrorKind::Environment, ..Fault::spec(place, message) }
    }

    /// A broken promise of our own.
    pub fn bug(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { kind: ErrorKind::Bug, ..Fault::spec(place, message) }
    }

    /// The same fault with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for Fault {}
