//! `manifest.json`: what a run read, did and wrote.
//!
//! Holds nothing that differs between two runs of the same job on the same inputs: no time,
//! no machine, no thread count. Its last member is a seal, the BLAKE3 hash of the file's own
//! bytes with the seal's digits as zeros, so that a change of any byte shows.

use std::collections::BTreeMap;

use counterfoil_catalogue::{LinkageOptions, RankSpec};
use counterfoil_core::{Fault, FieldCounts, NullReason, RejectRule, Side};
use counterfoil_store::OutputFile;
use serde::{Deserialize, Serialize};

use crate::check::Job;
use crate::definition::OwnEntry;
use crate::input::SourceTally;
use crate::product::Products;
use crate::ranked::{Matching, Partners, PersonCounts, Ranked, StepCounts};
use crate::scored::{Outcome, ScoredReport};
use crate::spec::JobSpec;

/// Version of the manifest's shape.
pub const VERSION: u32 = 1;
/// Name of the file in a run directory.
pub const FILE: &str = "manifest.json";

/// A manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What this file is.
    pub format: String,
    /// Version of its shape.
    pub version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The job, files in path order.
    pub job: JobSpec,
    /// The keys, by id.
    pub keys: KeysUsed,
    /// Reference of the agreement that the job ran under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Every choice, made.
    pub options: LinkageOptions,
    /// The ranks, as data.
    pub ranks: Vec<RankSpec>,
    /// What a reader should know of this run.
    pub notes: Vec<String>,
    /// Catalogue entries of the user's own that the job read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_entries: Vec<OwnEntry>,
    /// Every input file.
    pub inputs: Vec<Input>,
    /// What standardising found, by data set.
    pub standardising: Vec<Standardised>,
    /// How the links came about.
    pub linkage: Linked,
    /// The model and what it said of the pairs, where pairs were scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scored: Option<ScoredReport>,
    /// Deaths delivered, by `DEATH_RECORD_USED`; empty if none are.
    pub deaths_by_record_used: BTreeMap<String, u64>,
    /// Columns that stay behind, by data set, with the reason.
    pub suppressed: BTreeMap<String, Vec<(String, String)>>,
    /// Rows of `rejects.parquet`.
    pub rejects: u64,
    /// Every output file but this one.
    pub outputs: Vec<Written>,
    /// BLAKE3 of this file with these digits as zeros.
    pub seal: String,
}

/// The keys of a run, by id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysUsed {
    /// Id of the root key.
    pub root: String,
    /// Whether it is the built-in public key, which protects nothing.
    pub demo: bool,
    /// Project that tokens are of.
    pub project: String,
    /// Release that pseudonyms are of.
    pub release: String,
}

/// An input file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Data set, or list, that it is of.
    pub data_set: String,
    /// Path, from the job file's folder where it lies below it.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// BLAKE3 of its content.
    pub blake3: String,
}

/// What standardising found in a data set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standardised {
    /// The data set.
    pub data_set: String,
    /// Rows read.
    pub rows: u64,
    /// Field by field, the linkage fields first.
    pub fields: Vec<Field>,
}

/// What standardising found in a field: `valid`, `null` and `rejected` add up to the rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The field.
    pub name: String,
    /// Valid values.
    pub valid: u64,
    /// Missing values by reason.
    pub null: BTreeMap<String, u64>,
    /// Refused values by rule.
    pub rejected: BTreeMap<String, u64>,
}

impl Field {
    /// Missing values, for whatever reason.
    #[must_use]
    pub fn nulls(&self) -> u64 {
        self.null.values().sum()
    }

    /// Refused values, by whatever rule.
    #[must_use]
    pub fn rejects(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// How the links came about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// Pairs of units that meet some rank.
    pub candidate_pairs: u64,
    /// Pairs of units of which the activity guard leaves nothing.
    pub barred_by_guard: u64,
    /// Pairs of units of which contradiction by another value of the person leaves nothing.
    pub barred_by_contradiction: u64,
    /// Left units with several equally ranked right ones.
    pub left_ties: u64,
    /// Right units with several equally ranked left ones.
    pub right_ties: u64,
    /// What was linked on either side; not told by the first program that wrote manifests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Units>,
    /// Links by rank, also of ranks without any.
    pub links_by_rank: BTreeMap<u8, u64>,
    /// All links.
    pub links: u64,
    /// Links by step, also of steps without any, best first. A step is a rank, or a part of
    /// rank 1. Empty as units are not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepCounts>,
    /// The index of persons that the other side was held against, where rows without a person
    /// key are gathered by their identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<PersonCounts>,
    /// How many linked units have one, two, or more partners, where more than one is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partners: Option<Partners>,
    /// What became of the right records, where they are attached to persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
}

/// What was linked on either side.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// On the left.
    pub left: UnitKind,
    /// On the right; of a deduplication, the same.
    pub right: UnitKind,
}

/// What the units of a side are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// Persons, each of all its records; a record that names none is one of its own.
    Person,
    /// Records, each on its own.
    Record,
}

/// An output file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Path within the run directory.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Rows, of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// BLAKE3 of its content.
    pub blake3: String,
}

/// What a linkage came to, as far as the manifest tells it.
pub(crate) struct Results<'r> {
    pub(crate) tallies: &'r [SourceTally],
    pub(crate) rejects: u64,
    pub(crate) linkage: Linked,
    pub(crate) scored: Option<ScoredReport>,
    /// Notes that the run itself made.
    pub(crate) notes: &'r [String],
}

impl<'r> Results<'r> {
    pub(crate) fn ranked(job: &Job, ranked: &'r Ranked) -> Results<'r> {
        let linkage = linked(job, ranked);
        Results { tallies: &ranked.tallies, rejects: ranked.rejects, linkage, scored: None, notes: &[] }
    }

    pub(crate) fn scored(outcome: &'r Outcome) -> Results<'r> {
        let none = BTreeMap::new();
        let linkage = Linked {
            candidate_pairs: outcome.report.pairs_compared,
            barred_by_guard: 0,
            barred_by_contradiction: 0,
            left_ties: 0,
            right_ties: 0,
            units: Some(Units { left: UnitKind::Record, right: UnitKind::Record }),
            links_by_rank: none,
            links: outcome.links.len() as u64,
            steps: Vec::new(),
            persons: None,
            partners: None,
            matching: None,
        };
        Results {
            tallies: &outcome.tallies,
            rejects: outcome.rejects,
            linkage,
            scored: Some(outcome.report.clone()),
            notes: &outcome.notes,
        }
    }
}

/// What of a manifest is known when the outputs are written.
pub(crate) fn manifest(
    job: &Job,
    inputs: Vec<Input>,
    results: Results<'_>,
    products: Products,
    outputs: &[OutputFile],
) -> Manifest {
    Manifest {
        format: "counterfoil manifest".to_owned(),
        version: VERSION,
        program: concat!("counterfoil ", env!("CARGO_PKG_VERSION")).to_owned(),
        job: ordered(&job.spec),
        keys: KeysUsed {
            root: job.keyring.id().to_string(),
            demo: job.keyring.is_demo(),
            project: job.keyring.project().to_owned(),
            release: job.keyring.release().to_owned(),
        },
        agreement: job.agreement.as_ref().map(|agreement| agreement.reference.clone()),
        options: job.linkage.options.as_written(),
        ranks: job.linkage.ranks.clone(),
        notes: job.notes.iter().chain(results.notes).cloned().collect(),
        own_entries: job.own_entries.clone(),
        inputs,
        standardising: results.tallies.iter().enumerate().map(|(i, tally)| standardised(job, i, tally)).collect(),
        linkage: results.linkage,
        scored: results.scored,
        deaths_by_record_used: products.deaths_by_record_used,
        suppressed: products.suppressed,
        rejects: results.rejects,
        outputs: outputs.iter().map(written).collect(),
        seal: ZEROS.to_owned(),
    }
}

/// The job with each data set's files in order, since their order means nothing.
pub(crate) fn ordered(spec: &JobSpec) -> JobSpec {
    let mut spec = spec.clone();
    spec.data_sets.iter_mut().for_each(|data_set| data_set.files.sort());
    spec
}

fn standardised(job: &Job, source: usize, tally: &SourceTally) -> Standardised {
    let names = job.linkage.fields.iter().map(|field| field.name.as_str());
    let mut fields: Vec<Field> = names.zip(&tally.fields).map(|(name, counts)| field(name, counts)).collect();
    let date = job.linkage.date_role(job.linkage.side_of(source)).filter(|_| tally.date.rows > 0);
    fields.extend(date.map(|role| field(role, &tally.date)));
    Standardised { data_set: job.sources[source].name.clone(), rows: tally.rows, fields }
}

fn field(name: &str, counts: &FieldCounts) -> Field {
    let null = NullReason::ALL.iter().map(|reason| (reason.name(), counts.null[*reason as usize]));
    let rejected = RejectRule::ALL.iter().map(|rule| (rule.name(), counts.rejected[*rule as usize]));
    Field { name: name.to_owned(), valid: counts.valid, null: some(null), rejected: some(rejected) }
}

fn some<'a>(counts: impl Iterator<Item = (&'a str, u64)>) -> BTreeMap<String, u64> {
    counts.filter(|(_, count)| *count > 0).map(|(name, count)| (name.to_owned(), count)).collect()
}

fn linked(job: &Job, ranked: &Ranked) -> Linked {
    let counts = &ranked.counts;
    let of = |rank: u8| counts.links_by_rank.get(usize::from(rank)).copied().unwrap_or_default();
    Linked {
        candidate_pairs: counts.candidate_pairs,
        barred_by_guard: counts.barred_by_guard,
        barred_by_contradiction: counts.barred_by_contradiction,
        left_ties: counts.left_ties,
        right_ties: counts.right_ties,
        units: Some(Units { left: unit_kind(job, Side::Left), right: unit_kind(job, Side::Right) }),
        links_by_rank: job.linkage.table.ranks.iter().map(|rank| (rank.rank, of(rank.rank))).collect(),
        links: counts.links_by_rank.iter().sum(),
        steps: ranked.steps.clone(),
        persons: ranked.persons.clone(),
        partners: ranked.partners.clone(),
        matching: ranked.matching.clone(),
    }
}

fn unit_kind(job: &Job, side: Side) -> UnitKind {
    if job.linkage.has_persons(side, &job.sources) { UnitKind::Person } else { UnitKind::Record }
}

fn written(file: &OutputFile) -> Written {
    Written { path: file.path.clone(), bytes: file.bytes, rows: file.rows, blake3: file.blake3.to_hex().to_string() }
}

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Manifest {
    /// The file's bytes, sealed.
    ///
    /// # Errors
    ///
    /// Never in practice: the manifest is plain data.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        let unsealed = Manifest { seal: ZEROS.to_owned(), ..self.clone() };
        let mut bytes = serde_json::to_vec_pretty(&unsealed).map_err(|_| Fault::bug(FILE, "cannot be written"))?;
        bytes.push(b'\n');
        let seal = blake3::hash(&bytes).to_hex();
        let at = seal_position(&bytes).ok_or_else(|| Fault::bug(FILE, "has no seal"))?;
        bytes[at..at + ZEROS.len()].copy_from_slice(seal.as_bytes());
        Ok(bytes)
    }

    /// Reads a manifest and checks its seal.
    ///
    /// # Errors
    ///
    /// The bytes are not a manifest of this version, or not as they were written.
    pub fn from_bytes(bytes: &[u8], place: &str) -> Result<Manifest, Fault> {
        let broken =
            |message: &str| Fault::environment(place, message).hint("the run directory is not as it was published");
        let at = seal_position(bytes).ok_or_else(|| broken("has no seal"))?;
        let mut unsealed = bytes.to_vec();
        unsealed[at..at + ZEROS.len()].copy_from_slice(ZEROS.as_bytes());
        if blake3::hash(&unsealed).to_hex().as_bytes() != &bytes[at..at + ZEROS.len()] {
            return Err(broken("the seal does not fit the content"));
        }
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|_| broken("is not a manifest of version 1"))?;
        if manifest.version != VERSION {
            let message = format!("version {} is not known; this program reads version {VERSION}", manifest.version);
            return Err(Fault::environment(place, message));
        }
        Ok(manifest)
    }
}

/// Where the seal's digits stand: the file ends in them, a quote and two closing lines.
fn seal_position(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\"\n}\n";
    const START: &[u8] = b"\"seal\": \"";
    let at = bytes.len().checked_sub(END.len() + ZEROS.len())?;
    (bytes.ends_with(END) && bytes[..at].ends_with(START)).then_some(at)
}
