//! True persons of records.

use std::cmp::Reverse;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use counterfoil_core::Fault;
use counterfoil_core::scored::Weight;
use counterfoil_release::links::LINKS;
use hashbrown::HashMap;

use super::Known;
use super::group::{Grouping, Values};
use super::known::Side;
use super::table::{has, rows, texts};
use crate::manifest::Manifest;
use crate::spec::OneOrMore;
use crate::stored;

/// One record of the truth.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) source: u16,
    pub(super) person: u32,
}

/// The truth, as far as it is of the run's data sets.
pub(super) struct Truth {
    /// In the order of the file.
    pub(super) records: Vec<Record>,
    /// Number of persons.
    pub(super) persons: usize,
    /// Which sources stand on the left and on the right.
    pub(super) sides: Vec<(bool, bool)>,
    /// Whether there are two sides, and not one of several data sets.
    has_right: bool,
    person_names: HashMap<String, u32>,
    sources: HashMap<String, u16>,
    places: Places,
    has_source: bool,
    has_about: bool,
    groupings: Vec<Grouping>,
}

/// Records by where they stand.
enum Places {
    ByRow(HashMap<(u16, u64), u32>),
    ByKey(HashMap<(u16, Box<str>), u32>),
}

/// A link, its records by their position in the truth; none where the truth does not know
/// one.
pub(super) struct Linked {
    pub(super) left: Option<u32>,
    pub(super) right: Option<u32>,
    pub(super) evidence: Evidence,
    /// The blocking rule that found it first, where the table says so.
    pub(super) block: Option<u16>,
}

/// What a link rests on; the better is the lesser.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// A rank and its step.
    Step(u8, String),
    /// A match weight.
    Weight(Reverse<Weight>),
}

/// The rank and step of a link, in the columns that links are read by.
fn step(cells: &[String]) -> Evidence {
    // The first version of the table had no parts of ranks.
    let step = cells[if cells[5].is_empty() { 4 } else { 5 }].clone();
    Evidence::Step(cells[4].parse().unwrap_or(0), step)
}

/// Where a run directory holds its links.
const LINKS_FILE: &str = "links.parquet";

/// Where the truth is said to be in faults.
pub(super) const PLACE: &str = "truth";

impl Truth {
    /// Reads the truth; `by` are further columns to make subgroups of.
    pub(super) fn read(file: &Path, manifest: &Manifest, by: &[String]) -> Result<Truth, Fault> {
        let table = stored::open(PLACE, file)?;
        let (by_row, has_source) = (has(&table, "row"), has(&table, "source"));
        let place = if by_row { "row" } else { "key" };
        for name in ["person", place] {
            if !has(&table, name) {
                let message = format!("the truth has no column `{name}`");
                return Err(Fault::spec(file.display().to_string(), message)
                    .hint("it needs `person`, `row` or `key`, and `source` if it covers several data sets"));
            }
        }
        if let Some(name) = by.iter().find(|name| !has(&table, name)) {
            let known = table.schema().fields().iter().map(|field| format!("`{}`", field.name()));
            let message = format!("the truth has no column `{name}`; it has {}", known.collect::<Vec<_>>().join(", "));
            return Err(Fault::spec("--by", message).hint("name a column of the truth"));
        }
        if let Some(name) = by.iter().find(|name| ["person", "row", "key"].contains(&name.as_str())) {
            let message = format!("`{name}` names persons or records, so it is no category");
            return Err(Fault::spec("--by", message).hint("break down by a column of few values"));
        }
        let mut truth = Truth::empty(manifest, by_row, has_source);
        let names = if has_source { truth.names(manifest) } else { HashMap::new() };
        let mut values: Vec<Values> = by.iter().map(|_| Values::of_records()).collect();
        let of_source = if has_source { "source" } else { "person" };
        let has_about = has(&table, "about");
        truth.has_about = has_about;
        let about = if has_about { "about" } else { "person" };
        let columns = ["person", place, of_source, about].into_iter().chain(by.iter().map(String::as_str));
        let columns: Vec<&str> = columns.collect();
        let persons = truth.linked_persons(manifest);
        let mut row = 0_u64;
        rows(&table, &columns, |cells| {
            let source = if has_source { names.get(&cells[2]).copied() } else { Some(0) };
            // Where a row is about two persons, the run linked one of them.
            let is_linked =
                |source: &u16| !has_about || cells[3].is_empty() || persons[usize::from(*source)].contains(&&*cells[3]);
            if let Some(source) = source.filter(is_linked) {
                truth.add(source, &cells[1], &cells[0], row)?;
                values.iter_mut().zip(&cells[4..]).for_each(|(values, cell)| values.push(cell));
            }
            row += 1;
            Ok(())
        })?;
        truth.check(manifest)?;
        let grouped = by.iter().zip(&values).map(|(name, values)| Grouping::of_values("--by", name, "none", values));
        truth.groupings = grouped.collect::<Result<_, _>>()?;
        Ok(truth)
    }

    /// The subgroups that columns of the truth make.
    pub(super) fn groupings(&self) -> &[Grouping] {
        &self.groupings
    }

    /// The position of a person, by name.
    pub(super) fn person(&self, name: &str) -> Option<usize> {
        self.person_names.get(name).map(|person| *person as usize)
    }

    /// The person of a record.
    pub(super) fn person_of(&self, record: u32) -> u32 {
        self.records[record as usize].person
    }

    /// The group of a source, between which or within which pairs are looked for: its side, or
    /// itself where there is one side.
    pub(super) fn group_of(&self, source: u16) -> usize {
        if self.has_right { usize::from(self.sides[usize::from(source)].1) } else { usize::from(source) }
    }

    /// How its columns have to name records, as a hint.
    pub(super) fn what_names_records(&self) -> String {
        let place = match self.places {
            Places::ByRow(_) => "`row` counts the rows of the run's inputs from 0, over the files in path order",
            Places::ByKey(_) => "`key` holds record keys as `links.parquet` does",
        };
        let source = if self.has_source { "its column `source` names data sets as the job does, " } else { "" };
        let about = if self.has_about { "; `about` names a person of a row as the job's `person` does" } else { "" };
        format!("{source}{place}{about}")
    }

    /// The links of a run, in the order of its table, and what is known of the records on
    /// either side.
    pub(super) fn links(&self, run: &Path) -> Result<(Vec<Linked>, [Known; 2]), Fault> {
        let table = stored::open("links", &run.join(LINKS_FILE))
            .map_err(|fault| fault.hint("ask for it: `[[output]] kind = \"links\"`"))?;
        let place = if matches!(self.places, Places::ByRow(_)) { "row" } else { "key" };
        let (left, right) = (format!("left_{place}"), format!("right_{place}"));
        let columns = ["left_source", &left, "right_source", &right, "match_rank", "step", "block"];
        let weights = |batch: &RecordBatch| {
            let weights =
                batch.column_by_name("match_weight").and_then(|column| column.as_primitive_opt::<Float64Type>());
            let weights = weights.map(|weights| weights.iter().collect::<Vec<Option<f64>>>());
            weights.unwrap_or_else(|| vec![None; batch.num_rows()])
        };
        let mut links = Vec::new();
        let mut sides = [Side::default(), Side::default()];
        stored::read(LINKS_FILE, &table, LINKS.name, |batch| {
            let texts = texts(batch, &columns);
            for (cells, weight) in texts.chunks_exact(columns.len()).zip(weights(batch)) {
                let [left, right] = [&cells[..2], &cells[2..4]].map(|at| self.find(&at[0], &at[1]));
                sides[0].note(&cells[0], &cells[1], left);
                sides[1].note(&cells[2], &cells[3], right);
                let evidence =
                    weight.map_or_else(|| step(cells), |bits| Evidence::Weight(Reverse(Weight::from_bits(bits))));
                links.push(Linked { left, right, evidence, block: cells[6].parse().ok() });
            }
            Ok(())
        })?;
        Ok((links, sides.map(|side| side.counts())))
    }

    fn empty(manifest: &Manifest, by_row: bool, has_source: bool) -> Truth {
        let linkage = &manifest.job.linkage;
        let right = linkage.right.as_ref().map(OneOrMore::as_slice).unwrap_or_default();
        let (sources, sides) = if has_source {
            let mut sources = HashMap::new();
            let mut sides = Vec::new();
            for name in linkage.left.as_slice().iter().chain(right) {
                sources.insert(name.clone(), sides.len() as u16);
                sides.push((linkage.left.as_slice().contains(name), right.contains(name)));
            }
            (sources, sides)
        } else {
            (HashMap::new(), vec![(true, true)])
        };
        Truth {
            records: Vec::new(),
            persons: 0,
            sides,
            has_right: linkage.right.is_some(),
            person_names: HashMap::new(),
            sources,
            places: if by_row { Places::ByRow(HashMap::new()) } else { Places::ByKey(HashMap::new()) },
            has_source,
            has_about: false,
            groupings: Vec::new(),
        }
    }

    /// The run's sources by the names that the truth may have for them: their own, or those of
    /// their catalogue entries, as synthetic data has.
    fn names(&self, manifest: &Manifest) -> HashMap<String, u16> {
        let mut names = self.sources.clone();
        for data_set in &manifest.job.data_sets {
            let own = self.sources.get(&data_set.name);
            let is_taken = |entry: &String| manifest.job.data_sets.iter().any(|other| other.name == *entry);
            if let (Some(source), Some(entry)) = (own, data_set.is.as_ref().filter(|entry| !is_taken(entry))) {
                names.insert(entry.clone(), *source);
            }
        }
        names
    }

    /// The persons that the run linked of each source, where its rows are about several; by
    /// position of the source.
    fn linked_persons<'m>(&self, manifest: &'m Manifest) -> Vec<Vec<&'m str>> {
        let mut persons = vec![Vec::new(); self.sides.len()];
        for data_set in &manifest.job.data_sets {
            let source = if self.has_source { self.sources.get(&data_set.name).copied() } else { Some(0) };
            if let Some((source, person)) = source.zip(data_set.person.as_deref()) {
                persons[usize::from(source)].push(person);
            }
        }
        persons
    }

    fn add(&mut self, source: u16, place: &str, person: &str, row: u64) -> Result<(), Fault> {
        let at = self.records.len() as u32;
        let known = match &mut self.places {
            Places::ByRow(places) => {
                let number = place.parse().map_err(|_| {
                    Fault::spec(PLACE, format!("row {row}, column `row`: not a row number")).hint("rows count from 0")
                })?;
                places.insert((source, number), at)
            }
            Places::ByKey(places) => places.insert((source, place.into()), at),
        };
        if known.is_some() {
            return Err(Fault::spec(PLACE, format!("row {row}: the record has a person already"))
                .hint("a record is there once, with one person"));
        }
        let next = self.persons as u32;
        let person = *self.person_names.entry_ref(person).or_insert(next);
        self.persons = self.person_names.len();
        self.records.push(Record { source, person });
        Ok(())
    }

    /// Refuses a truth that knows none of the run's data sets.
    fn check(&self, manifest: &Manifest) -> Result<(), Fault> {
        if self.records.is_empty() && self.has_source {
            let names = manifest.job.data_sets.iter().map(|data_set| format!("`{}`", data_set.name));
            let names = names.collect::<Vec<_>>().join(", ");
            let message = format!("the truth is of none of the run's data sets: {names}");
            return Err(Fault::spec(PLACE, message).hint("its column `source` names data sets"));
        }
        Ok(())
    }

    /// The record at a place of a link.
    fn find(&self, source: &str, place: &str) -> Option<u32> {
        let source = if self.has_source { *self.sources.get(source)? } else { 0 };
        match &self.places {
            Places::ByRow(places) => places.get(&(source, place.parse().ok()?)).copied(),
            Places::ByKey(places) => places.get(&(source, place.into())).copied(),
        }
    }
}
