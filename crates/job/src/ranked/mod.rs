//! A ranked linkage: index the smaller side, stream the larger one past it, look once more
//! at the persons that came up, choose links.
//!
//! Memory follows the smaller side and the candidate pairs; the larger side is never held.
//!
//! | Step | Module | Reads | Makes |
//! |---|---|---|---|
//! | index | `index` | smaller side | codes, units, keys in memory |
//! | probe | `probe` | larger side | candidate pairs |
//! | activity | `activity` | what the probe set aside, or the left side again | last activity, contradictions |
//! | resolve | here | candidate pairs | links |

mod activity;
mod index;
mod matching;
mod names;
mod person_index;
mod probe;
mod usable;

use counterfoil_catalogue::{Contradiction, GuardScope, GuardWhen, StepOne};
use counterfoil_core::{
    CandidatePair, Code, Exclusion, Fault, LinkCounts, NO_DATE, Observer, Part, Resolution, Side, Stage,
};
use counterfoil_pairs::passes;
use counterfoil_resolve::{guard, resolve};
use counterfoil_store::Staging;
use counterfoil_token::coding::{Coder, Flag, SourcePlan, accepts};
use counterfoil_token::dates::DateCodes;
use counterfoil_token::tokeniser::Tokeniser;

pub use activity::LastActivity;
pub use matching::{Matching, Partners, StepCounts, Unmatched};
pub(crate) use names::PersonNames;
pub use person_index::PersonCounts;

use crate::check::Job;
use crate::input::{Rejects, SourceTally, Tallies};
use crate::source::postcode_fold;

/// What a ranked linkage came to.
pub struct Ranked {
    /// The links, in order of preference.
    pub links: Vec<CandidatePair>,
    /// Last activity of every left unit of a candidate pair.
    pub last_activity: LastActivity,
    /// How it came to them.
    pub counts: LinkCounts,
    /// The links by step.
    pub steps: Vec<StepCounts>,
    /// What the index of persons was made of, where the linkage is between persons told by
    /// their identifiers.
    pub persons: Option<PersonCounts>,
    /// How many units have how many partners, where that can be more than one.
    pub partners: Option<Partners>,
    /// What became of the right records, where they are attached to persons.
    pub matching: Option<Matching>,
    /// What standardising found, by source in job order.
    pub tallies: Vec<SourceTally>,
    /// Rows of `rejects.parquet`.
    pub rejects: u64,
    /// Which side stood in memory.
    pub indexed: Side,
}

/// What coding needs throughout a job.
pub struct Coding {
    pub(crate) tokeniser: Tokeniser,
    pub(crate) dates: DateCodes,
}

impl Coding {
    /// Tokens under the job's token key.
    #[must_use]
    pub fn new(job: &Job) -> Coding {
        let tokeniser = Tokeniser::new(&job.keyring.token_key());
        let partial = job.linkage.table.ranks.iter().any(|rank| !rank.partial.is_empty());
        let dates = DateCodes::new(&tokeniser, partial);
        Coding { tokeniser, dates }
    }

    /// The coder of one source. Only the indexed side is flagged: exclusions concern the
    /// agreed value.
    pub(crate) fn coder(&self, job: &Job, source: usize, side: Side, flagged: bool) -> Result<Coder<'_>, Fault> {
        let from = &job.sources[source];
        let fold = postcode_fold(job.linkage.options.postcode_fold);
        let fields =
            job.linkage.fields.iter().map(|field| from.field_plan(field, fold, accepts)).collect::<Result<_, _>>()?;
        let date = from.event_date(job.linkage.date_role(side))?.map(|columns| (columns, from.event_rules()));
        let plan = SourcePlan {
            source: source as u16,
            fields,
            withheld: from.withheld()?,
            person_key: job.linkage.unit_key(side, from).cloned(),
            identity: if job.linkage.gathers_by_identity(side) { passes(&job.linkage.table) } else { Vec::new() },
            date,
            flags: if flagged { self.flags(job)? } else { Vec::new() },
        };
        Ok(Coder::new(&self.tokeniser, &self.dates, plan))
    }

    fn flags(&self, job: &Job) -> Result<Vec<Flag>, Fault> {
        let flag = |exclusion: &Exclusion| match exclusion {
            Exclusion::FirstOfJanuary { field } => Ok(Flag::FirstOfJanuary(*field)),
            Exclusion::Listed { field, list } => {
                let list = job.linkage.lists.iter().find(|known| known.name == *list);
                let codes = list.map(|list| list.codes(&self.tokeniser, &self.dates)).transpose()?;
                Ok(Flag::Listed(*field, codes.unwrap_or_default()))
            }
        };
        job.linkage.table.exclusions.iter().map(flag).collect()
    }
}

/// What reading either side needs.
#[derive(Clone, Copy)]
struct Reading<'r> {
    job: &'r Job,
    coding: &'r Coding,
    /// Counts what the values of the right records allow, where that is reported.
    usable: Option<&'r usable::Usable>,
    observer: &'r dyn Observer,
}

/// Runs the linkage of a job. Rejects go to `rejects.parquet` in `staging` as they come.
///
/// # Errors
///
/// A file cannot be read or written, nothing can be linked, or there are more than `most_pairs`
/// candidate pairs.
pub fn link(
    job: &Job,
    coding: &Coding,
    staging: &Staging,
    most_pairs: u64,
    observer: &dyn Observer,
) -> Result<Ranked, Fault> {
    let indexed_side = smaller_side(job);
    let mut rejects = Rejects::new(job, staging)?;
    let mut tallies = Tallies::new(job);
    let usable = usable::Usable::of(job);
    let reading = Reading { job, coding, usable: usable.as_ref(), observer };
    let index = index::build(&reading, indexed_side, &mut tallies)?;
    let activities = activity::Activities::of(job, indexed_side.other(), staging)?;
    let mut pairs = probe::run(&reading, &index, activities.as_ref(), most_pairs, &mut tallies, &mut rejects)?;
    let rejects = rejects.finish()?;
    let tallies = tallies.finish();
    refuse_empty_sides(job, &tallies)?;
    let mut counts = LinkCounts { candidate_pairs: distinct_units(&pairs), ..LinkCounts::default() };
    let findings = activity::run(job, coding, &index, activities.as_ref(), &pairs, observer)?;
    observer.begin(Stage::Resolve, None);
    let with_partner = right_units(&pairs);
    if job.linkage.options.step_1 == StepOne::LatestRecord {
        part_rank_1(&mut pairs, &findings.last_activity);
    }
    let chosen = choose(job, pairs, &findings, &mut counts);
    observer.end(Stage::Resolve);
    let matching = usable.map(|usable| Matching::new(usable.counts(), with_partner, &chosen));
    let links = chosen.links;
    Ok(Ranked {
        steps: matching::steps(job, &links),
        persons: index.person_counts(),
        partners: Partners::of(job, &links),
        matching,
        links,
        last_activity: findings.last_activity,
        counts,
        tallies,
        rejects,
        indexed: indexed_side,
    })
}

/// Refuses a run in which no rank can be met, because a whole side has no rows or no valid
/// value in a field that every rank needs. An empty answer would look like "no matches".
fn refuse_empty_sides(job: &Job, tallies: &[SourceTally]) -> Result<(), Fault> {
    for side in [Side::Left, Side::Right] {
        let sources = job.linkage.sources(side);
        let names = sources
            .iter()
            .map(|source| format!("data_set.{}", job.sources[*source].name))
            .collect::<Vec<_>>()
            .join(", ");
        let rows: u64 = sources.iter().map(|source| tallies[*source].rows).sum();
        if rows == 0 {
            return Err(
                Fault::environment(names, "there are no rows to link").hint("look at the files of this data set")
            );
        }
        let has_values = |field: &usize| sources.iter().any(|source| tallies[*source].fields[*field].valid > 0);
        if !job.linkage.table.ranks.iter().any(|rank| rank.agree.iter().all(has_values)) {
            let empty = (0..job.linkage.fields.len()).filter(|field| !has_values(field));
            let empty: Vec<_> = empty.map(|field| format!("`{}`", job.linkage.fields[field].name)).collect();
            let message = format!("no row has a valid {}, so no rank can be met", empty.join(" or "));
            return Err(Fault::environment(names, message)
                .hint("look at the columns that the roles name, and at the form of their values"));
        }
    }
    Ok(())
}

/// The side to index: the smaller one by rows, the right one if equal. Where a condition
/// needs the right side's codes at hand, the right one in any case.
pub(crate) fn smaller_side(job: &Job) -> Side {
    let rows =
        |side: Side| -> u64 { job.linkage.sources(side).iter().map(|s| job.sources[*s].table.estimated_rows()).sum() };
    let needs_right = job.linkage.options.contradiction == Contradiction::AnyRecordOfPerson;
    if needs_right || rows(Side::Right) <= rows(Side::Left) { Side::Right } else { Side::Left }
}

/// Pairs of units among pairs that may have several entries for the same units.
fn distinct_units(pairs: &[CandidatePair]) -> u64 {
    let mut units: Vec<_> = pairs.iter().map(|pair| (pair.left_unit, pair.right_unit)).collect();
    units.sort_unstable();
    units.dedup();
    units.len() as u64
}

/// Right units among pairs.
fn right_units(pairs: &[CandidatePair]) -> u64 {
    let mut units: Vec<Code> = pairs.iter().map(|pair| pair.right_unit).collect();
    units.sort_unstable();
    units.dedup();
    units.len() as u64
}

/// Parts rank 1: the better part are pairs whose left identity is that of the person's last
/// activity. All records of a person that meet a record at rank 1 have the same values, so
/// that a pair's last activity is that of the identity.
fn part_rank_1(pairs: &mut [CandidatePair], last_activity: &LastActivity) {
    for pair in pairs.iter_mut().filter(|pair| pair.rank == 1) {
        let is_latest = pair.last_activity == last_activity.of(pair.left_unit);
        pair.part = if is_latest { Part::First } else { Part::Second };
    }
}

/// Links, and how many right units were left without one on the way.
struct Chosen {
    links: Vec<CandidatePair>,
    /// Right units that still had a pair when links were chosen.
    right_in_choice: u64,
    /// Links barred after they were chosen.
    barred_after: u64,
}

/// Guard, contradiction, choice.
fn choose(job: &Job, pairs: Vec<CandidatePair>, findings: &activity::Findings, counts: &mut LinkCounts) -> Chosen {
    let options = &job.linkage.options;
    let bars = |pair: &CandidatePair| {
        options.activity_guard.is_some_and(|guard| {
            let last = match guard.scope {
                GuardScope::Person => findings.last_activity.of(pair.left_unit),
                GuardScope::MatchingRecord => pair.last_activity,
            };
            guard::bars(pair, last, i32::from(guard.days))
        })
    };
    let before = options.activity_guard.is_some_and(|guard| guard.when == GuardWhen::BeforeChoice);
    // A pair of units is barred when nothing is left of it.
    let is_split = !Split::of(job).is_none();
    let units = |pairs: &[CandidatePair]| if is_split { distinct_units(pairs) } else { pairs.len() as u64 };
    let all = units(&pairs);
    let mut kept = pairs;
    if !findings.contradicted.is_empty() {
        let mut position = 0..;
        kept.retain(|_| position.next().is_none_or(|i| !findings.contradicted.contains(&i)));
    }
    let open = units(&kept);
    counts.barred_by_contradiction = all - open;
    if before {
        kept.retain(|pair| !bars(pair));
        counts.barred_by_guard = open - units(&kept);
    }
    let right_in_choice = right_units(&kept);
    let resolved = resolve(kept, resolution(job), options.ties.into());
    counts.left_ties = resolved.left_ties;
    counts.right_ties = resolved.right_ties;
    let mut links = resolved.links;
    let mut barred_after = 0;
    if !before {
        let chosen = links.len();
        links.retain(|pair| !bars(pair));
        barred_after = (chosen - links.len()) as u64;
        counts.barred_by_guard = barred_after;
    }
    count_by_rank(&links, counts);
    Chosen { links, right_in_choice, barred_after }
}

fn resolution(job: &Job) -> Resolution {
    job.linkage.options.resolution.into()
}

fn count_by_rank(links: &[CandidatePair], counts: &mut LinkCounts) {
    for link in links {
        let rank = usize::from(link.rank);
        if counts.links_by_rank.len() <= rank {
            counts.links_by_rank.resize(rank + 1, 0);
        }
        counts.links_by_rank[rank] += 1;
    }
}

/// By what the entries of one pair of units have to be kept apart, because a condition that is
/// looked at later may bar one of them and not another. By nothing: one entry a pair of units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// A contradiction bars some ranks and not others.
    pub(crate) rank: bool,
    /// The guard looks at the matching identity's last activity.
    pub(crate) identity: bool,
    /// Guard and contradiction compare with the right record, of which a person may have
    /// several.
    pub(crate) right_record: bool,
}

impl Split {
    pub(crate) fn of(job: &Job) -> Split {
        let linkage = &job.linkage;
        let rank = linkage.options.contradiction == Contradiction::AnyRecordOfPerson;
        let guard = linkage.options.activity_guard;
        let bars_early = guard.is_some_and(|guard| guard.when == GuardWhen::BeforeChoice);
        Split {
            rank,
            identity: guard.is_some_and(|guard| guard.scope == GuardScope::MatchingRecord),
            right_record: (rank || bars_early) && linkage.has_persons(Side::Right, &job.sources),
        }
    }

    pub(crate) fn is_none(self) -> bool {
        self == Split::default()
    }
}

/// A date or nothing.
#[must_use]
pub(crate) fn known(date: i32) -> Option<i32> {
    (date != NO_DATE).then_some(date)
}
