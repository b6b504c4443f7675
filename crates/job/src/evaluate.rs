//! Precision and recall of a run's links against known truth.
//!
//! Truth is a table that gives records their true person: `person`, and either `row` or
//! `key`, with `source` where the records of several data sets are in it.
//!
//! A link is true if its two records are of one person. What it is measured against depends
//! on the linkage: one to one, a person present on both sides should have one link; where
//! every pair is kept, each pair of records of one person should be linked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use counterfoil_core::Fault;
use counterfoil_release::links::LINKS;
use counterfoil_store::{Table, run_folder};
use counterfoil_token::coding::for_each_key;
use hashbrown::{HashMap, HashSet};
use serde::Serialize;

use crate::manifest::{self, Manifest};
use crate::spec::OneOrMore;
use crate::stored;
use crate::verify::verify;

/// Where a run directory holds its links.
const LINKS_FILE: &str = "links.parquet";

/// Quality of links, overall or of one rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Links made.
    pub links: u64,
    /// Of these, of one person.
    pub true_links: u64,
    /// True links over links; 0 if there is no link.
    pub precision: f64,
    /// True links over matches that could have been found; 0 if there are none.
    pub recall: f64,
}

/// What evaluating found.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Matches that could have been found.
    pub matches: u64,
    /// All links.
    pub overall: Quality,
    /// Harmonic mean of overall precision and recall.
    pub f1: f64,
    /// By match rank; recall is the rank's share of all matches.
    pub by_rank: BTreeMap<u8, Quality>,
    /// Links with a record that the truth does not know; they count as false.
    pub unknown_records: u64,
}

/// Evaluates a run against the truth in a file.
///
/// # Errors
///
/// The folder is no finished run, or not as it was published; it has no `links.parquet`, or
/// one that is not what its contract says; or the truth lacks a column it needs.
pub fn evaluate(run: &Path, truth: &Path) -> Result<Evaluation, Fault> {
    // Figures of a run that was changed since would be of nothing in particular.
    let verified = verify(run)?;
    if let Some(problem) = verified.problems.first() {
        return Err(Fault::environment(run.display().to_string(), format!("is not as it was published: {problem}"))
            .hint("`counterfoil verify` lists what differs"));
    }
    let bytes = run_folder::read_file(&run.join(manifest::FILE))?;
    let manifest = Manifest::from_bytes(&bytes, manifest::FILE)?;
    let mut truth = Truth::read(truth)?;
    truth.rename(&manifest);
    let links = links(run)?;
    truth.check(&manifest)?;
    let sides = (manifest.job.linkage.left.as_slice(), manifest.job.linkage.right.as_ref().map(OneOrMore::as_slice));
    let keeps_all = manifest
        .options
        .resolution
        .is_some_and(|way| counterfoil_core::Resolution::from(way) == counterfoil_core::Resolution::KeepAll);
    let matches = match sides {
        (left, Some(right)) if keeps_all => truth.pairs(left, right),
        (left, Some(right)) => truth.persons_on_both(left, right),
        (left, None) => truth.pairs_within(left),
    };
    Ok(measure(&links, &truth, matches))
}

fn measure(links: &[LinkedPair], truth: &Truth, matches: u64) -> Evaluation {
    let mut by_rank: BTreeMap<u8, Quality> = BTreeMap::new();
    let mut unknown_records = 0;
    for link in links {
        let quality = by_rank.entry(link.rank).or_default();
        quality.links += 1;
        match (truth.person(&link.left), truth.person(&link.right)) {
            (Some(a), Some(b)) => quality.true_links += u64::from(a == b),
            _ => unknown_records += 1,
        }
    }
    let mut overall = Quality::default();
    for quality in by_rank.values_mut() {
        overall.links += quality.links;
        overall.true_links += quality.true_links;
        quality.rate(matches);
    }
    overall.rate(matches);
    let sum = overall.precision + overall.recall;
    let f1 = if sum > 0.0 { 2.0 * overall.precision * overall.recall / sum } else { 0.0 };
    Evaluation { matches, overall, f1, by_rank, unknown_records }
}

impl Quality {
    fn rate(&mut self, matches: u64) {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        self.precision = share(self.true_links, self.links);
        self.recall = share(self.true_links, matches);
    }
}

/// A record as links name it: source, row and key.
struct Place {
    source: String,
    row: String,
    key: String,
}

struct LinkedPair {
    left: Place,
    right: Place,
    rank: u8,
}

fn links(run: &Path) -> Result<Vec<LinkedPair>, Fault> {
    let table = stored::open("links", &run.join(LINKS_FILE))
        .map_err(|fault| fault.hint("ask for it: `[[output]] kind = \"links\"`"))?;
    let columns = ["left_source", "left_row", "left_key", "right_source", "right_row", "right_key", "match_rank"];
    let mut links = Vec::new();
    stored::read(LINKS_FILE, &table, &LINKS, |batch| {
        for row in texts_of(batch, &columns) {
            let [left_source, left_row, left_key, right_source, right_row, right_key, rank] = row;
            links.push(LinkedPair {
                left: Place { source: left_source, row: left_row, key: left_key },
                right: Place { source: right_source, row: right_row, key: right_key },
                rank: rank.parse().unwrap_or(0),
            });
        }
        Ok(())
    })?;
    Ok(links)
}

/// Some columns of a table as text; empty where null.
fn texts<const N: usize>(table: &Table, columns: &[&str; N]) -> Result<Vec<[String; N]>, Fault> {
    let parts = Mutex::new(Vec::new());
    let each = |rows: &mut Vec<[String; N]>, _: u64, batch: &RecordBatch| {
        rows.append(&mut texts_of(batch, columns));
        Ok(())
    };
    let finish = |morsel: &counterfoil_store::Morsel, rows: Vec<[String; N]>| {
        parts.lock().unwrap_or_else(PoisonError::into_inner).push((morsel.index, rows));
        Ok(())
    };
    table.scan(columns, |_| Vec::new(), each, finish)?;
    let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_by_key(|(index, _)| *index);
    Ok(parts.into_iter().flat_map(|(_, rows)| rows).collect())
}

fn texts_of<const N: usize>(batch: &RecordBatch, columns: &[&str; N]) -> Vec<[String; N]> {
    let mut rows = vec![std::array::from_fn(|_| String::new()); batch.num_rows()];
    for (i, name) in columns.iter().enumerate() {
        if let Some(column) = batch.column_by_name(name) {
            for_each_key(column, |row, text| text.unwrap_or("").clone_into(&mut rows[row][i]));
        }
    }
    rows
}

/// True persons of records.
struct Truth {
    /// Person by source (empty if the truth has none) and row or key.
    persons: HashMap<(String, String), String>,
    by_row: bool,
    has_source: bool,
}

impl Truth {
    fn read(file: &Path) -> Result<Truth, Fault> {
        let table = stored::open("truth", file)?;
        let has = |name: &str| table.schema().field_with_name(name).is_ok();
        let (by_row, has_source) = (has("row"), has("source"));
        let place = if by_row { "row" } else { "key" };
        for name in ["person", place] {
            if !has(name) {
                let message = format!("the truth has no column `{name}`");
                return Err(Fault::spec(file.display().to_string(), message)
                    .hint("it needs `person`, `row` or `key`, and `source` if it covers several data sets"));
            }
        }
        let mut persons = HashMap::new();
        if has_source {
            for [source, place, person] in texts(&table, &["source", place, "person"])? {
                persons.insert((source, place), person);
            }
        } else {
            for [place, person] in texts(&table, &[place, "person"])? {
                persons.insert((String::new(), place), person);
            }
        }
        Ok(Truth { persons, by_row, has_source })
    }

    /// Names sources as the run does where the truth names them by their catalogue entries,
    /// as synthetic data does.
    fn rename(&mut self, manifest: &Manifest) {
        let known = |name: &str| manifest.job.data_sets.iter().any(|data_set| data_set.name == name);
        let by_entry: HashMap<String, String> = (manifest.job.data_sets.iter())
            .filter_map(|data_set| Some((data_set.is.clone()?, data_set.name.clone())))
            .filter(|(entry, _)| !known(entry))
            .collect();
        if !by_entry.is_empty() {
            let persons = std::mem::take(&mut self.persons).into_iter();
            let named = |source: String| by_entry.get(&source).cloned().unwrap_or(source);
            self.persons = persons.map(|((source, place), person)| ((named(source), place), person)).collect();
        }
    }

    /// Refuses a truth that knows none of the run's data sets.
    fn check(&self, manifest: &Manifest) -> Result<(), Fault> {
        let names: Vec<&String> = manifest.job.data_sets.iter().map(|data_set| &data_set.name).collect();
        if self.has_source && !self.persons.keys().any(|(source, _)| names.contains(&source)) {
            let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
            let message = format!("the truth is of none of the run's data sets: {}", names.join(", "));
            return Err(Fault::spec("truth", message).hint("its column `source` names data sets"));
        }
        Ok(())
    }

    fn person(&self, place: &Place) -> Option<&String> {
        let source = if self.has_source { place.source.clone() } else { String::new() };
        let at = if self.by_row { &place.row } else { &place.key };
        self.persons.get(&(source, at.clone()))
    }

    /// Records by person, of some sources.
    fn records(&self, sources: &[String]) -> HashMap<&str, u64> {
        let mut records: HashMap<&str, u64> = HashMap::new();
        for ((source, _), person) in &self.persons {
            if !self.has_source || sources.contains(source) {
                *records.entry(person).or_default() += 1;
            }
        }
        records
    }

    fn persons_on_both(&self, left: &[String], right: &[String]) -> u64 {
        let (left, right) = (self.records(left), self.records(right));
        let left: HashSet<&str> = left.into_keys().collect();
        right.keys().filter(|person| left.contains(*person)).count() as u64
    }

    fn pairs(&self, left: &[String], right: &[String]) -> u64 {
        let (left, right) = (self.records(left), self.records(right));
        left.iter().map(|(person, count)| count * right.get(person).copied().unwrap_or(0)).sum()
    }

    fn pairs_within(&self, sources: &[String]) -> u64 {
        self.records(sources).values().map(|count| count * (count - 1) / 2).sum()
    }
}
