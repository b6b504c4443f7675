//! What a scored linkage writes: links, possible links, persons, bridging file, extracts, model.

use std::ops::Range;

use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use counterfoil_core::scored::{Pattern, ScoredPair};
use counterfoil_core::{Fault, Observer, Pseudonym, Stage};
use counterfoil_release::bridge::{BridgeRow, scored_bridge_batch};
use counterfoil_release::clusters::{ClusterRow, clusters_batch};
use counterfoil_release::contract::schema_of;
use counterfoil_release::evidence::Evidence;
use counterfoil_release::links::{LINKS, LinkRow, links_batch};
use counterfoil_release::persons::{PERSONS, persons_in_order};
use counterfoil_release::persons_column::set_persons;
use counterfoil_release::policy::{Plan, apply};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_resolve::scored::ClusterMetrics;
use counterfoil_store::Staging;
use counterfoil_token::pseudonym::PseudonymMaker;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::rows::write_sorted;
use super::{Products, Pseudonyms};
use crate::check::Job;
use crate::output::{Output, Persons, record_purpose};
use crate::scored::{Outcome, model};

/// Rows of `links.parquet` or `persons.parquet` that a thread makes at a time.
const CHUNK: u32 = 65_536;
/// Purpose that person ids are made under.
const PERSONS_PURPOSE: &str = "persons";

/// Writes every output of a scored job, and the model whatever the outputs.
///
/// # Errors
///
/// A file cannot be written.
pub(crate) fn write(
    job: &Job,
    outcome: &Outcome,
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<Products, Fault> {
    let names: Vec<String> = job.sources.iter().map(|source| source.name.clone()).collect();
    let mut products = Products::default();
    staging.write_bytes(model::FILE, model::text(&outcome.model)?.as_bytes())?;
    for output in &job.outputs {
        match output {
            Output::Links => {
                links(&outcome.links, outcome, &names, "links.parquet", staging)?;
                if outcome.report.possible.is_some() {
                    links(&outcome.possible, outcome, &names, "possible_links.parquet", staging)?;
                }
            }
            Output::Persons => persons(job, outcome, &names, staging, observer)?,
            Output::Clusters => {
                let found = outcome.clusters.as_ref().ok_or_else(|| Fault::bug("output", "nothing was measured"))?;
                clusters(job, outcome, found, &names, staging)?;
            }
            Output::Bridge { file_version } => bridge(job, outcome, file_version, staging)?,
            Output::Rows { source, plan, persons } => {
                let suppressed = plan.suppressions().into_iter().map(|s| (s.column, s.reason.name().to_owned()));
                products.suppressed.insert(names[*source].clone(), suppressed.collect());
                extract(job, outcome, (*source, plan, persons), &names, staging, observer)?;
            }
            Output::Deaths { .. } => {
                return Err(Fault::bug("output", "deaths are merged by a recipe, which has no model"));
            }
        }
    }
    Ok(products)
}

/// The rows of a data set whose person has another record, each with its person.
fn extract(
    job: &Job,
    outcome: &Outcome,
    (position, plan, persons): (usize, &Plan, &Persons),
    names: &[String],
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<(), Fault> {
    let Persons::ByIdentity(column) = persons else {
        return Err(Fault::bug("output", "an extract of a linkage by a model has a column of persons"));
    };
    let span = outcome.rows.spans().into_iter().find(|(source, _)| usize::from(*source) == position);
    let first = span.map_or(0, |(_, rows)| rows.start);
    let pseudonyms = Pseudonyms::new(job).of(position);
    let maker = pseudonyms.maker(PERSON_PURPOSE);
    let linked = linked(&outcome.persons);
    let leaving = |first_row: u64, batch: &RecordBatch| {
        let from = first + first_row as u32;
        let all = from..from + batch.num_rows() as u32;
        let wanted: BooleanArray =
            all.clone().map(|row| Some(linked[outcome.persons[row as usize] as usize])).collect();
        let rows =
            filter_record_batch(batch, &wanted).map_err(|_| Fault::bug("extract", "rows could not be filtered"))?;
        let rows = apply(&rows, plan, &pseudonyms)?;
        let leaving = all.zip(wanted.values()).filter(|(_, wanted)| *wanted);
        let persons = maker.pseudonyms_with(leaving, |(row, _), name| write_person_name(outcome, row, names, name));
        set_persons(&rows, &column.schema, &column.name, persons.into_iter().map(Some))
    };
    write_sorted(&job.sources[position], (&column.schema, Some(&column.name)), leaving, staging, observer)
}

/// By the first row of a person, whether it has another.
fn linked(persons: &[u32]) -> Vec<bool> {
    let mut linked = vec![false; persons.len()];
    for (row, person) in (0..).zip(persons) {
        linked[*person as usize] |= *person != row;
    }
    linked
}

fn links(
    pairs: &[ScoredPair],
    outcome: &Outcome,
    names: &[String],
    file: &str,
    staging: &Staging,
) -> Result<(), Fault> {
    // Of a few hundred patterns at most, however many pairs.
    let mut patterns: HashMap<Pattern, String> = HashMap::new();
    for pair in pairs {
        patterns.entry(pair.pattern).or_insert_with(|| pair.pattern.text(outcome.model.comparisons.len()));
    }
    let batch = |pairs: &[&ScoredPair]| {
        // Right records stand anywhere: a loop of their own, so that their keys are fetched together.
        let right_keys: Vec<&str> = pairs.iter().map(|pair| outcome.rows.key(pair.right)).collect();
        let rows = pairs.iter().zip(right_keys);
        let row = |(pair, right_key): (&&ScoredPair, _)| link_row((pair, right_key), &patterns[&pair.pattern], outcome);
        links_batch(rows.map(row).collect(), names)
    };
    let mut writer = staging.writer(file, schema_of(&LINKS))?;
    for together in in_order(pairs, outcome, names).chunks(CHUNK as usize * rayon::current_num_threads()) {
        for batch in together.par_chunks(CHUNK as usize).map(batch).collect::<Result<Vec<_>, _>>()? {
            writer.write(&batch)?;
        }
    }
    writer.finish().map(drop)
}

/// Pairs as `links.parquet` has them: by names of sources, then rows.
fn in_order<'p>(pairs: &'p [ScoredPair], outcome: &Outcome, names: &[String]) -> Vec<&'p ScoredPair> {
    let mut pairs: Vec<&ScoredPair> = pairs.iter().collect();
    let name = |(source, _): &(u16, Range<u32>)| &names[usize::from(*source)];
    if outcome.rows.spans().is_sorted_by_key(name) {
        pairs.sort_unstable_by_key(|pair| (pair.left, pair.right));
    } else {
        let place = |row: u32| {
            let record = outcome.rows.record(row);
            (&names[usize::from(record.source)], record.row)
        };
        pairs.sort_unstable_by_key(|pair| (place(pair.left), place(pair.right)));
    }
    // Batches hold what is in them to this; two of one pair might stand at the ends of two.
    debug_assert!(
        pairs.windows(2).all(|two| (two[0].left, two[0].right) != (two[1].left, two[1].right)),
        "no pair twice"
    );
    pairs
}

fn link_row<'o>((pair, right_key): (&ScoredPair, &'o str), pattern: &'o str, outcome: &'o Outcome) -> LinkRow<'o> {
    LinkRow {
        left: outcome.rows.record(pair.left),
        left_key: outcome.rows.key(pair.left),
        right: outcome.rows.record(pair.right),
        right_key,
        evidence: evidence(pair),
        pattern: Some(pattern),
        block: Some(pair.rule),
    }
}

fn evidence(pair: &ScoredPair) -> Evidence {
    Evidence::Scored { weight: pair.weight.bits(), probability: pair.weight.probability() }
}

/// Sources in the order of their names, rows in order.
fn persons(
    job: &Job,
    outcome: &Outcome,
    names: &[String],
    staging: &Staging,
    observer: &dyn Observer,
) -> Result<(), Fault> {
    let ids = person_ids(outcome, names, &Pseudonyms::new(job).maker(PERSONS_PURPOSE));
    let mut writer = staging.writer("persons.parquet", schema_of(&PERSONS))?;
    let mut order = outcome.rows.spans();
    order.sort_by_key(|(source, _)| &names[usize::from(*source)]);
    observer.begin(Stage::Extract, Some(u64::from(outcome.rows.len())));
    let batch = |rows: &Range<u32>| {
        let first = outcome.rows.record(rows.start);
        let keys = outcome.rows.key_column(rows.clone());
        let persons = &outcome.persons[rows.start as usize..rows.end as usize];
        // A loop of their own, so that those that stand elsewhere are fetched together.
        let ids: Vec<Pseudonym> = persons.iter().map(|person| ids[*person as usize]).collect();
        persons_in_order((&names[usize::from(first.source)], first.row), keys, ids.into_iter())
    };
    let chunks: Vec<Range<u32>> = order.into_iter().flat_map(|(_, rows)| chunks(rows)).collect();
    for together in chunks.chunks(rayon::current_num_threads()) {
        for batch in together.par_iter().map(batch).collect::<Result<Vec<_>, _>>()? {
            writer.write(&batch)?;
            observer.advance(Stage::Extract, batch.num_rows() as u64);
        }
    }
    observer.end(Stage::Extract);
    writer.finish().map(drop)
}

/// The shape of each person of several records, under the id that it has in `persons.parquet`.
fn clusters(
    job: &Job,
    outcome: &Outcome,
    found: &[ClusterMetrics],
    names: &[String],
    staging: &Staging,
) -> Result<(), Fault> {
    let maker = Pseudonyms::new(job).maker(PERSONS_PURPOSE);
    let firsts = || found.iter().map(|cluster| cluster.person);
    let ids = maker.pseudonyms_with(firsts(), |row, name| write_person_name(outcome, row, names, name));
    let row = |(cluster, person): (&ClusterMetrics, Pseudonym)| ClusterRow {
        person,
        records: cluster.rows.into(),
        links: cluster.links,
        weakest: cluster.weakest.bits(),
        density: cluster.density,
        bridges: cluster.bridges,
        max_degree: cluster.max_degree.into(),
        centralisation: cluster.centralisation,
    };
    let rows = found.iter().zip(ids).map(row).collect();
    write_batch(staging, "clusters.parquet", &clusters_batch(rows)?)
}

/// The id of each person, at the place of its first row; what stands elsewhere means nothing.
fn person_ids(outcome: &Outcome, names: &[String], maker: &PseudonymMaker) -> Vec<Pseudonym> {
    let mut ids = vec![Pseudonym::new([0; 16]); outcome.persons.len()];
    let firsts = |rows: &Range<u32>| rows.clone().filter(|row| outcome.persons[*row as usize] == *row);
    let parts: Vec<Range<u32>> = chunks(0..outcome.rows.len()).collect();
    ids.par_chunks_mut(CHUNK as usize).zip(&parts).for_each(|(ids, part)| {
        let made = maker.pseudonyms_with(firsts(part), |row, name| write_person_name(outcome, row, names, name));
        firsts(part).zip(made).for_each(|(row, id)| ids[(row - part.start) as usize] = id);
    });
    ids
}

fn chunks(rows: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    rows.clone().step_by(CHUNK as usize).map(move |first| first..rows.end.min(first.saturating_add(CHUNK)))
}

/// A person is named after the place of its first record.
fn write_person_name(outcome: &Outcome, row: u32, names: &[String], name: &mut Vec<u8>) {
    let first = outcome.rows.record(outcome.persons[row as usize]);
    let (source, mut number) = (&names[usize::from(first.source)], itoa::Buffer::new());
    for part in ["row|", source, "|", number.format(first.row)] {
        name.extend_from_slice(part.as_bytes());
    }
}

/// Pairs of pseudonyms of records.
fn bridge(job: &Job, outcome: &Outcome, file_version: &str, staging: &Staging) -> Result<(), Fault> {
    let pseudonyms = Pseudonyms::new(job);
    let makers: Vec<_> =
        job.sources.iter().enumerate().map(|(i, source)| pseudonyms.of(i).maker(&record_purpose(source))).collect();
    let pseudonym = |row: u32| {
        let source = usize::from(outcome.rows.record(row).source);
        makers[source].pseudonym(outcome.rows.key(row))
    };
    let row = |pair: &ScoredPair| BridgeRow {
        left_pseudonym: pseudonym(pair.left),
        right_pseudonym: pseudonym(pair.right),
        evidence: evidence(pair),
    };
    let rows = outcome.links.iter().map(row).collect();
    write_batch(staging, "bridge.parquet", &scored_bridge_batch(rows, file_version)?)
}

fn write_batch(staging: &Staging, file: &str, batch: &RecordBatch) -> Result<(), Fault> {
    let mut writer = staging.writer(file, batch.schema())?;
    writer.write(batch)?;
    writer.finish().map(drop)
}
