//! `links.parquet` and `bridge.parquet`.

use arrow_array::RecordBatch;
use counterfoil_core::{CandidatePair, Fault, Side};
use counterfoil_release::bridge::{BridgeRow, bridge_batch};
use counterfoil_release::evidence::Evidence;
use counterfoil_release::links::{LinkRow, links_batch};
use counterfoil_release::pseudonym::PERSON_PURPOSE;
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
    let rows = ranked.links.iter().map(LinkRow::ranked).collect();
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
        let maker = if person.is_empty() { &self.record[usize::from(record.source)] } else { &self.person };
        maker.pseudonym(if person.is_empty() { key } else { person }).into()
    }
}
