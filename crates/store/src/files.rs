//! From the patterns in a job to the files they stand for.
//!
//! A pattern names a file, a folder (searched through) or many files by `*`, `?`, `[…]` and
//! `**`. Files are sorted by path and counted once however often they are named, so that
//! row numbers do not depend on how a job lists them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use counterfoil_core::Fault;

use crate::fault::io_fault;
use crate::format::{Format, FormatOptions};

/// How deep folders are searched; more is a mistake such as the root of a disk.
const MAX_DEPTH: usize = 32;

/// What Hive and Spark call a partition whose value is null.
const HIVE_NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// One file of a data set, not yet opened.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How messages call it: relative to the job's folder if it is below that.
    pub(crate) shown: String,
    /// How it is read.
    pub(crate) format: Format,
    /// Its size.
    pub(crate) bytes: u64,
    /// `KEY=value` folders above it, outermost first; `None` is null.
    pub(crate) partitions: Vec<(String, Option<String>)>,
}

/// Finds the files of data set `name`, and every fault on the way, so that what was found can
/// be looked at although other files are missing.
pub(crate) fn locate(
    name: &str,
    base: &Path,
    patterns: &[String],
    options: &FormatOptions,
) -> (Vec<Located>, Vec<Fault>) {
    let mut search =
        Search { place: format!("data_set.{name}.files"), base, options, found: BTreeMap::new(), faults: Vec::new() };
    if patterns.is_empty() {
        let fault = Fault::spec(&search.place, format!("data set `{name}` lists no files"));
        return (Vec::new(), vec![fault.hint("give at least one file, folder or pattern such as `data/*.parquet`")]);
    }
    for pattern in patterns {
        search.pattern(pattern);
    }
    search.finish()
}

struct Search<'a> {
    place: String,
    base: &'a Path,
    options: &'a FormatOptions,
    /// By canonical path, so that a file reached in two ways is one file.
    found: BTreeMap<PathBuf, Located>,
    faults: Vec<Fault>,
}

impl Search<'_> {
    fn pattern(&mut self, pattern: &str) {
        let path = tidy(&self.base.join(pattern));
        if path.symlink_metadata().is_ok() || !pattern.contains(['*', '?', '[']) {
            self.path(&path, pattern);
        } else {
            self.glob(pattern);
        }
    }

    fn path(&mut self, path: &Path, pattern: &str) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path, pattern),
            Ok(_) => self.file(path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let fault = Fault::environment(&self.place, format!("`{pattern}` does not exist"));
                self.faults.push(fault.hint(format!("relative paths start at `{}`", self.start())));
            }
            Err(error) => self.faults.push(io_fault(path, "open", &error)),
        }
    }

    fn glob(&mut self, pattern: &str) {
        let whole = match (Path::new(pattern).is_absolute(), self.base.to_str()) {
            (true, _) | (false, Some("")) => pattern.to_owned(),
            (false, Some(base)) => format!("{}/{pattern}", glob::Pattern::escape(base)),
            (false, None) => {
                let fault = Fault::spec(
                    &self.place,
                    format!("`{pattern}` cannot be used below a folder whose name is not UTF-8"),
                );
                return self.faults.push(fault.hint("move the job, or list the files one by one"));
            }
        };
        let rules = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let matches = match glob::glob_with(&whole, rules) {
            Ok(matches) => matches,
            Err(error) => {
                let fault = Fault::spec(&self.place, format!("`{pattern}` is not a pattern: {}", error.msg));
                return self.faults.push(fault.hint("patterns know `*`, `?`, `[abc]` and `**`"));
            }
        };
        let mut any = false;
        for entry in matches {
            any = true;
            match entry {
                Ok(path) => self.path(&tidy(&path), pattern),
                Err(error) => self.faults.push(io_fault(error.path(), "list", error.error())),
            }
        }
        if !any {
            let fault = Fault::environment(&self.place, format!("`{pattern}` matches no file"));
            self.faults
                .push(fault.hint(format!("relative patterns start at `{}`; letters' case counts", self.start())));
        }
    }

    fn folder(&mut self, folder: &Path, pattern: &str) {
        let (before, faults) = (self.found.len(), self.faults.len());
        self.below(folder, 0);
        if self.found.len() == before && self.faults.len() == faults && !self.holds_known(folder) {
            let fault = Fault::environment(&self.place, format!("folder `{pattern}` holds no data file"));
            self.faults.push(fault.hint(format!(
                "files that end in {} are read, unless `format` says otherwise",
                Format::known_extensions()
            )));
        }
    }

    /// Whether files below `folder` were found before, by another pattern.
    fn holds_known(&self, folder: &Path) -> bool {
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        self.found.keys().any(|path| path.starts_with(&folder))
    }

    fn below(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => return self.faults.push(io_fault(folder, "list the folder", &error)),
        };
        for entry in entries {
            let path = entry.path();
            // Names that start so are bookkeeping: `_SUCCESS`, `.part.crc`, `_metadata`.
            let hidden = matches!(entry.file_name().as_bytes().first(), Some(b'.' | b'_'));
            // Links to folders are not followed: they may lead back up.
            let folder_itself = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if hidden || (path.is_dir() && !folder_itself) {
                continue;
            }
            if folder_itself && depth < MAX_DEPTH {
                self.below(&path, depth + 1);
            } else if !folder_itself && (self.options.format.is_some() || Format::of(&path).is_some()) {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let path = &tidy(path);
        let shown = self.shown(path);
        let Some(format) = self.options.format.or_else(|| Format::of(path)) else {
            let fault = Fault::spec(shown, "cannot tell the format from the file's name");
            let formats = crate::fault::quoted(Format::ALL.iter().map(|format| format.name()));
            let what_to_do = foreign(path).map_or_else(
                || format!("rename the file, or in a job set `format` to one of {formats}"),
                str::to_owned,
            );
            return self.faults.push(fault.hint(format!("known are {}; {what_to_do}", Format::known_extensions())));
        };
        let (bytes, key) = match fs::metadata(path).and_then(|data| Ok((data, fs::canonicalize(path)?))) {
            Ok((metadata, key)) if metadata.is_file() => (metadata.len(), key),
            Ok(_) => {
                let fault = Fault::environment(shown, "is not a regular file");
                return self.faults.push(fault.hint("pipes and devices cannot be read twice; save the data to a file"));
            }
            Err(error) => return self.faults.push(io_fault(path, "open", &error)),
        };
        if bytes == 0 {
            let fault = Fault::environment(shown, "the file is empty (0 bytes)");
            return self
                .faults
                .push(fault.hint("was it copied or exported completely? leave it out if it is meant to hold nothing"));
        }
        let partitions = self.partitions(path);
        let located = Located { path: path.to_owned(), shown, format, bytes, partitions };
        let kept = self.found.entry(key).or_insert_with(|| located.clone());
        if byte_order(&located.path) < byte_order(&kept.path) {
            *kept = located;
        }
    }

    fn partitions(&self, path: &Path) -> Vec<(String, Option<String>)> {
        let relative = path.strip_prefix(tidy(self.base)).unwrap_or(path);
        let folders = relative.parent().into_iter().flat_map(Path::components);
        folders
            .filter_map(|component| {
                let (key, value) = component.as_os_str().to_str()?.split_once('=')?;
                let value = unescaped(value)?;
                (!key.is_empty()).then(|| (key.to_owned(), (value != HIVE_NULL).then_some(value)))
            })
            .collect()
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(tidy(self.base)).unwrap_or(path).display().to_string()
    }

    fn start(&self) -> String {
        if self.base.as_os_str().is_empty() { ".".to_owned() } else { self.base.display().to_string() }
    }

    fn finish(self) -> (Vec<Located>, Vec<Fault>) {
        let mut files: Vec<Located> = self.found.into_values().collect();
        files.sort_by(|a, b| byte_order(&a.path).cmp(byte_order(&b.path)));
        (files, self.faults)
    }
}

fn byte_order(path: &Path) -> &[u8] {
    OsStr::as_bytes(path.as_os_str())
}

/// What to do with a file of a format that is not read, by its extension; a new name alone would
/// not help.
fn foreign(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "gz" | "gzip" | "zip" | "bz2" | "xz" | "zst" | "7z" => {
            Some("unpack the file first, or rename it if it is Parquet after all")
        }
        "xlsx" | "xls" | "xlsm" | "xlsb" | "ods" => Some("save the sheet as CSV, in UTF-8"),
        "json" | "jsonl" | "ndjson" | "avro" | "orc" | "sas7bdat" | "xpt" | "dta" | "sav" | "rds" | "rdata" | "db"
        | "sqlite" | "duckdb" => Some("export the table as Parquet or CSV"),
        _ => None,
    }
}

/// The path without `.` components, so that `./a` and `a` sort and read alike.
fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf = path.components().filter(|component| *component != Component::CurDir).collect();
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

/// A partition value with its `%20`s resolved; `None` if that is not UTF-8.
fn unescaped(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            bytes.push(high * 16 + low);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}
