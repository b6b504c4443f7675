//! Which records are meant: by their rows, or by their record keys.

use std::fmt;
use std::str::FromStr;

use counterfoil_core::Fault;
use serde::Serialize;

use crate::check::Job;
use crate::manifest::Manifest;
use crate::scored::read::Rows;

/// How many rows of one record key a fault lists.
const LISTED: usize = 5;
/// Places of the faults of the two records.
const PLACES: [&str; 2] = ["first record", "second record"];

/// A row of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowName {
    /// Its data set; may be left out where the run has one.
    pub source: Option<String>,
    /// Its number in the data set's files in path order, from 0.
    pub row: u64,
}

impl FromStr for RowName {
    type Err = ();

    /// Reads `ROW` or `DATA-SET:ROW`.
    fn from_str(text: &str) -> Result<RowName, ()> {
        let (source, row) = text.rsplit_once(':').map_or((None, text), |(source, row)| (Some(source.to_owned()), row));
        Ok(RowName { source, row: row.parse().map_err(|_| ())? })
    }
}

/// A record, as it is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordName {
    /// By its row: `ROW` or `DATA-SET:ROW`.
    Row(String),
    /// By its record key, as `links.parquet` has it: `KEY` or `DATA-SET:KEY`.
    Key(String),
}

/// Masked: it may hold a record key.
impl fmt::Debug for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RecordName::Row(_) => "Row(…)",
            RecordName::Key(_) => "Key(…)",
        })
    }
}

/// A record that has been read as far as that goes before the inputs are.
pub(super) enum Wanted<'n> {
    /// A row of a data set that has it.
    Row { source: &'n str, row: u64 },
    /// A key of a data set, or of any.
    Key { source: Option<&'n str>, key: &'n str },
}

/// Reads the names of two records, and holds them against what the run read.
pub(super) fn wanted<'n>(manifest: &'n Manifest, pair: [&'n RecordName; 2]) -> Result<[Wanted<'n>; 2], Vec<Fault>> {
    match [0, 1].map(|at| one_wanted(manifest, PLACES[at], pair[at])) {
        [Ok(left), Ok(right)] => Ok([left, right]),
        both => Err(both.into_iter().filter_map(Result::err).collect()),
    }
}

fn one_wanted<'n>(manifest: &'n Manifest, place: &str, name: &'n RecordName) -> Result<Wanted<'n>, Fault> {
    let sources = || manifest.standardising.iter().map(|source| source.data_set.as_str());
    match name {
        RecordName::Row(text) => row(manifest, place, text),
        RecordName::Key(text) => {
            let parts = text.split_once(':').filter(|(source, _)| sources().any(|known| known == *source));
            let (source, key) = parts.map_or((None, text.as_str()), |(source, key)| (Some(source), key));
            Ok(Wanted::Key { source, key })
        }
    }
}

fn row<'n>(manifest: &'n Manifest, place: &str, text: &str) -> Result<Wanted<'n>, Fault> {
    // What was typed may be a record key, and is not repeated.
    let name: RowName = text.parse().map_err(|()| {
        Fault::spec(place, "it is no row: a row is its number, from 0, or DATA-SET:ROW")
            .hint("`--record-keys` takes record keys, as `left_key` and `right_key` of `links.parquet` have them")
    })?;
    let sources = &manifest.standardising;
    let listed = list(sources.iter().map(|source| source.data_set.as_str()));
    let source = match &name.source {
        Some(name) => sources.iter().find(|source| source.data_set == *name).ok_or_else(|| {
            let message = format!("the run has no data set of the name before the `:`; it has {listed}");
            Fault::spec(place, message).hint("name a row as DATA-SET:ROW")
        })?,
        None if sources.len() == 1 => &sources[0],
        None => {
            let fault = Fault::spec(place, format!("the run has several data sets: {listed}"));
            return Err(fault.hint("name a row as DATA-SET:ROW"));
        }
    };
    if name.row >= source.rows {
        let message = format!("`{}` has {} rows, and no row {}", source.data_set, source.rows, name.row);
        return Err(Fault::spec(place, message).hint("rows count from 0 over the files in path order"));
    }
    Ok(Wanted::Row { source: &source.data_set, row: name.row })
}

/// The rows of two records, the lower one first.
pub(super) fn rows(job: &Job, rows: &Rows, wanted: &[Wanted<'_>; 2]) -> Result<[u32; 2], Vec<Fault>> {
    let mut found = match [0, 1].map(|at| one_row(job, rows, PLACES[at], &wanted[at])) {
        [Ok(left), Ok(right)] => [left, right],
        both => return Err(both.into_iter().filter_map(Result::err).collect()),
    };
    if found[0] == found[1] {
        let fault = Fault::spec(PLACES[1], "it is the first record again");
        return Err(vec![fault.hint("name two different records")]);
    }
    found.sort_unstable();
    Ok(found)
}

fn one_row(job: &Job, rows: &Rows, place: &str, wanted: &Wanted<'_>) -> Result<u32, Fault> {
    match wanted {
        Wanted::Row { source, row } => {
            let span =
                rows.spans().into_iter().find(|(position, _)| job.sources[usize::from(*position)].name == *source);
            let at = span.and_then(|(_, rows)| rows.clone().nth(*row as usize));
            at.ok_or_else(|| Fault::spec(place, format!("`{source}` is not linked, or has no row {row}")))
        }
        Wanted::Key { source, key } => with_key(job, rows, place, *source, key),
    }
}

/// The one row that has a record key.
fn with_key(job: &Job, rows: &Rows, place: &str, source: Option<&str>, key: &str) -> Result<u32, Fault> {
    let names = |row: u32| {
        let record = rows.record(row);
        format!("`{}:{}`", job.sources[usize::from(record.source)].name, record.row)
    };
    let spans = rows.spans().into_iter().map(|(position, rows)| (&job.sources[usize::from(position)], rows));
    let (keyed, unkeyed): (Vec<_>, Vec<_>) = spans
        .filter(|(known, _)| source.is_none_or(|source| known.name == source))
        .partition(|(known, _)| !known.record_key.is_empty());
    let listed =
        |of: &[(&crate::source::Source, std::ops::Range<u32>)]| list(of.iter().map(|(of, _)| of.name.as_str()));
    if keyed.is_empty() {
        let fault = Fault::spec(place, format!("no `record_key` is declared of {}", listed(&unkeyed)));
        return Err(fault.hint("name its records by row number, or declare it in the job and run that again"));
    }
    let all = keyed.iter().flat_map(|(_, rows)| rows.clone());
    let found: Vec<u32> = all.filter(|row| !key.is_empty() && rows.key(*row) == key).collect();
    match found[..] {
        [row] => Ok(row),
        [] => {
            let fault = Fault::spec(place, format!("no record of {} has this record key", listed(&keyed)));
            Err(fault.hint("write it as `left_key` or `right_key` of `links.parquet` has it; KEY or DATA-SET:KEY"))
        }
        [..] => {
            let more = if found.len() > LISTED { ", …" } else { "" };
            let shown = found.iter().take(LISTED).map(|row| names(*row)).collect::<Vec<_>>().join(", ");
            let fault = Fault::spec(place, format!("{} records have this record key: {shown}{more}", found.len()));
            Err(fault.hint("say which data set it is of, as DATA-SET:KEY, or name the rows instead"))
        }
    }
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_may_name_their_data_set() {
        let name = |source: Option<&str>, row| Ok(RowName { source: source.map(str::to_owned), row });
        assert_eq!("17".parse(), name(None, 17));
        assert_eq!("clinic:0".parse(), name(Some("clinic"), 0));
        assert_eq!("a:b:3".parse(), name(Some("a:b"), 3));
        assert!(["clinic", "clinic:", "-1"].into_iter().all(|text| text.parse::<RowName>().is_err()));
    }

    #[test]
    fn a_name_shows_no_key() {
        assert_eq!(format!("{:?}", RecordName::Key("K-1".to_owned())), "Key(…)");
        assert_eq!(format!("{:?}", RecordName::Row("K-1".to_owned())), "Row(…)");
    }
}
