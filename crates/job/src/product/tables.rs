//! `links.parquet`, `persons.parquet`, `bridge.parquet`.

use arrow_array::RecordBatch;
use counterfoil_core::{CandidatePair, Fault, RecordRef, Side};
use counterfoil_release::bridge::{BridgeRow, bridge_batch};
use counterfoil_release::evidence::Evidence;
use counterfoil_release::links::{LinkRow, links_batch};
use counterfoil_release::persons::{PersonRow, persons_batch};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
use counterfoil_resolve::cluster::Persons;
use counterfoil_store::Staging;
use counterfoil_token::pseudonym::PseudonymMaker;

use super::Pseudonyms;
use crate::check::Job;
use crate::output::record_purpose;
use crate::ranked::Ranked;

fn write(staging: &Staging, file: &str, batch: &RecordBatch) -> Result<(), Fault> {
    let mut writer = staging.writer(file, batch.schema())?;
    writer.write(batch)?;
    writer.finish().map(drop)
}

pub(super) fn links(job: &Job, ranked: &Ranked, staging: &Staging) -> Result<(), Fault> {
    let names: Vec<String> = job.sources.iter().map(|source| source.name.clone()).collect();
    let rows = ranked.links.iter().cloned().map(LinkRow::ranked).collect();
    write(staging, "links.parquet", &links_batch(rows, &names)?)
}

/// Pairs of pseudonyms: of the person where the source has a person key, else of the record.
pub(super) fn bridge(
    job: &Job,
    ranked: &Ranked,
    file_version: &str,
    pseudonyms: &Pseudonyms<'_>,
    staging: &Staging,
) -> Result<(), Fault> {
    let makers = Makers::new(job, pseudonyms);
    let row = |link: &CandidatePair| BridgeRow {
        left_pseudonym: makers.pseudonym(link, Side::Left),
        right_pseudonym: makers.pseudonym(link, Side::Right),
        evidence: Evidence::Ranked { rank: link.rank },
    };
    let rows = ranked.links.iter().map(row).collect();
    write(staging, "bridge.parquet", &bridge_batch(rows, file_version)?)
}

struct Makers {
    person: PseudonymMaker,
    /// By source.
    record: Vec<PseudonymMaker>,
}

impl Makers {
    fn new(job: &Job, pseudonyms: &Pseudonyms<'_>) -> Makers {
        Makers {
            person: pseudonyms.maker(PERSON_PURPOSE),
            record: job.sources.iter().map(|source| pseudonyms.maker(&record_purpose(source))).collect(),
        }
    }

    fn pseudonym(&self, link: &CandidatePair, side: Side) -> Box<str> {
        let (record, person, key) = match side {
            Side::Left => (link.left, &link.left_person, &link.left_key),
            Side::Right => (link.right, &link.right_person, &link.right_key),
        };
        let pseudonym = match person.is_empty() {
            true => self.record[usize::from(record.source)].pseudonym(key),
            false => self.person.pseudonym(person),
        };
        pseudonym.into()
    }
}

/// One row a record that is part of a link: records joined by links are one person, named
/// after the person's first record.
pub(super) fn persons(job: &Job, ranked: &Ranked, staging: &Staging) -> Result<(), Fault> {
    let names: Vec<String> = job.sources.iter().map(|source| source.name.clone()).collect();
    let mut records: Vec<(RecordRef, &str)> = ranked
        .links
        .iter()
        .flat_map(|link| [(link.left, &*link.left_key), (link.right, &*link.right_key)])
        .collect();
    records.sort_unstable();
    records.dedup_by_key(|(record, _)| *record);
    let position = |record: RecordRef| records.partition_point(|(known, _)| *known < record);
    let mut persons = Persons::new(records.len());
    for link in &ranked.links {
        persons.join(position(link.left), position(link.right));
    }
    let representatives = persons.representatives();
    let rows = records.iter().zip(representatives).map(|((record, key), first)| PersonRow {
        record: *record,
        key: (*key).into(),
        person: person_id(records[first].0, &names),
    });
    write(staging, "persons.parquet", &persons_batch(rows.collect(), &names)?)
}

/// An opaque id that is the same for the same inputs.
fn person_id(first: RecordRef, names: &[String]) -> Box<str> {
    let mut hasher = blake3::Hasher::new_derive_key("counterfoil 2026-11-22 person id v1");
    hasher.update(names[usize::from(first.source)].as_bytes());
    hasher.update(&[0]);
    hasher.update(&first.row.to_le_bytes());
    hasher.finalize().to_hex()[..32].into()
}
