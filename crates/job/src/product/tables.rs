//! `links.parquet` and `bridge.parquet`.

use arrow_array::RecordBatch;
use counterfoil_core::{CandidatePair, Fault, Pseudonym, Side};
use counterfoil_release::bridge::{BridgeRow, bridge_batch};
use counterfoil_release::evidence::Evidence;
use counterfoil_release::links::{LinkRow, links_batch};
use counterfoil_store::Staging;

use super::Pseudonyms;
use super::makers::Makers;
use crate::check::Job;
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
    let of = |side: Side| makers.pseudonyms(&ranked.links, side).into_iter();
    let rows = ranked.links.iter().zip(of(Side::Left).zip(of(Side::Right)));
    let row = |(link, (left_pseudonym, right_pseudonym)): (&CandidatePair, (Pseudonym, Pseudonym))| BridgeRow {
        left_pseudonym,
        right_pseudonym,
        evidence: Evidence::Ranked { step: link.step() },
    };
    let rows = rows.map(row).collect();
    write(staging, "bridge.parquet", &bridge_batch(rows, file_version)?)
}
