//! Which file formats are read, and what a job may say about them.

use std::path::Path;

/// A file format that tables are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Delimited text with a header line.
    Csv,
    /// Arrow IPC, in its file form (also called Feather version 2) or its stream form.
    Ipc,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::Parquet, Format::Csv, Format::Ipc];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Parquet => "parquet",
            Format::Csv => "csv",
            Format::Ipc => "ipc",
        }
    }

    /// The format of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The file name extensions that stand for it, in lower case.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Format::Parquet => &["parquet", "parq", "pq"],
            Format::Csv => &["csv", "tsv", "psv", "txt"],
            Format::Ipc => &["arrow", "ipc", "feather", "arrows"],
        }
    }

    /// The format that a file's extension stands for, whatever its case.
    #[must_use]
    pub fn of(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Format::ALL.into_iter().find(|format| format.extensions().contains(&extension.as_str()))
    }

    /// Every known extension, as listed in messages.
    pub(crate) fn known_extensions() -> String {
        let known: Vec<String> = (Format::ALL.iter().flat_map(|format| format.extensions()))
            .map(|extension| format!("`.{extension}`"))
            .collect();
        known.join(", ")
    }
}

/// What a job may say about the files of a data set; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormatOptions {
    /// The format; by default what the file's extension says.
    pub format: Option<Format>,
    /// CSV: the byte between fields; by default guessed from the header line (comma, bar,
    /// tab or semicolon).
    pub delimiter: Option<u8>,
    /// CSV: the byte around quoted fields; by default `"`.
    pub quote: Option<u8>,
    /// CSV: the character encoding, by its WHATWG name or `latin-1`; by default UTF-8, or
    /// what a byte-order mark says.
    pub encoding: Option<String>,
}
