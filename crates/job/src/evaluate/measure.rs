//! Counting links and matches, overall and in groups.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use counterfoil_core::scored::LinkType;
use hashbrown::{HashMap, HashSet};

use super::band::Bands;
use super::counting::Counting;
use super::group::Grouping;
use super::interval::wilson;
use super::truth::{Evidence, Linked, Truth};
use super::{BlockQuality, Breakdown, Evaluation, GroupQuality, Known, Quality, StepQuality};

/// Measures links against the truth.
pub(super) fn measure(
    truth: &Truth,
    counting: Counting,
    links: &[Linked],
    [left, right]: [Known; 2],
    groupings: &[&Grouping],
) -> Evaluation {
    let holders = Holders::new(truth, counting);
    let matches = holders.matches();
    let mut overall = Tally::default();
    let mut by_step: BTreeMap<(u8, &str), Tally> = BTreeMap::new();
    let bands = Bands::of(links);
    let mut by_band: BTreeMap<Reverse<i64>, Tally> = BTreeMap::new();
    let mut by_block: BTreeMap<u16, Tally> = BTreeMap::new();
    let mut by_group: Vec<Vec<Tally>> = groupings.iter().map(|of| vec![Tally::default(); of.labels.len()]).collect();
    for (grouping, tallies) in groupings.iter().zip(&mut by_group) {
        for (holder, weight) in &matches {
            for group in holders.groups(grouping, Some(*holder)) {
                tallies[*group].matches += weight;
            }
        }
    }
    overall.matches = matches.iter().map(|(_, weight)| weight).sum();
    let mut unknown_records = 0;
    let mut found = HashSet::new();
    let mut in_order: Vec<&Linked> = links.iter().collect();
    // A match that several links show is found by the best of them.
    in_order.sort_by(|a, b| a.evidence.cmp(&b.evidence));
    for link in in_order {
        let seen = holders.judge(link, &mut found);
        unknown_records += u64::from(seen.is_unknown);
        overall.add(&seen);
        let evidence = &link.evidence;
        match evidence {
            Evidence::Step(rank, step) => by_step.entry((*rank, step)).or_default().add(&seen),
            Evidence::Weight(weight) => by_band.entry(Reverse(bands.of_weight(weight.0))).or_default().add(&seen),
        }
        if let Some(block) = link.block {
            by_block.entry(block).or_default().add(&seen);
        }
        for (grouping, tallies) in groupings.iter().zip(&mut by_group) {
            for group in holders.groups(grouping, seen.holder) {
                tallies[*group].add(&seen);
            }
        }
    }
    let all = overall.matches;
    let mut by_rank: BTreeMap<u8, Tally> = BTreeMap::new();
    for ((rank, _), tally) in &by_step {
        by_rank.entry(*rank).or_default().merge(tally);
    }
    let band = |(Reverse(band), tally): (Reverse<i64>, Tally)| bands.quality(band, tally.quality(all));
    Evaluation {
        matches: all,
        counted_by: counting.words(),
        overall: overall.quality(all),
        f1: f1(&overall.quality(all)),
        by_rank: by_rank.into_iter().map(|(rank, tally)| (rank, tally.quality(all))).collect(),
        by_step: (by_step.into_iter())
            .map(|((rank, step), tally)| StepQuality { step: step.to_owned(), rank, quality: tally.quality(all) })
            .collect(),
        by_band: by_band.into_iter().map(band).collect(),
        by_block: (by_block.into_iter())
            .map(|(block, tally)| BlockQuality { block, rule: String::new(), quality: tally.quality(all) })
            .collect(),
        estimated: None,
        by: groupings.iter().zip(&by_group).map(|(grouping, tallies)| breakdown(grouping, tallies)).collect(),
        unknown_records,
        left,
        right,
    }
}

/// Groups without matches and links are left out.
fn breakdown(grouping: &Grouping, tallies: &[Tally]) -> Breakdown {
    let is_there = |(_, tally): &(&String, &Tally)| tally.matches > 0 || tally.links > 0;
    let group = |(label, tally): (&String, &Tally)| {
        let quality = tally.quality(tally.matches);
        GroupQuality { group: label.clone(), matches: tally.matches, quality, f1: f1(&quality) }
    };
    Breakdown {
        by: grouping.by.clone(),
        overlaps: grouping.overlaps(),
        groups: grouping.labels.iter().zip(tallies).filter(is_there).map(group).collect(),
    }
}

fn f1(quality: &Quality) -> f64 {
    let sum = quality.precision + quality.recall;
    if sum > 0.0 { 2.0 * quality.precision * quality.recall / sum } else { 0.0 }
}

/// Counts of one group.
#[derive(Clone, Copy, Default)]
struct Tally {
    matches: u64,
    links: u64,
    true_links: u64,
    found: u64,
}

impl Tally {
    fn add(&mut self, seen: &Seen) {
        self.links += 1;
        self.true_links += u64::from(seen.is_true);
        self.found += u64::from(seen.finds);
    }

    fn merge(&mut self, other: &Tally) {
        self.links += other.links;
        self.true_links += other.true_links;
        self.found += other.found;
    }

    fn quality(&self, matches: u64) -> Quality {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Quality {
            links: self.links,
            true_links: self.true_links,
            found: self.found,
            precision: share(self.true_links, self.links),
            precision_interval: wilson(self.true_links, self.links),
            recall: share(self.found, matches),
            recall_interval: wilson(self.found, matches),
        }
    }
}

/// What is to be said of a link.
struct Seen {
    /// The record in whose group it counts.
    holder: Option<u32>,
    is_true: bool,
    is_unknown: bool,
    /// Whether it finds a match that no link before it did.
    finds: bool,
}

/// One match: a person, and the records on either side where records are counted.
type Match = (u32, Option<u32>, Option<u32>);

/// The records in whose groups matches and links count: the right record, or the person's
/// first right record where persons are counted on the right; where pairs are counted, the
/// later of the two.
struct Holders<'t> {
    truth: &'t Truth,
    counting: Counting,
    /// Each person's first right record.
    first_right: Vec<Option<u32>>,
}

impl<'t> Holders<'t> {
    fn new(truth: &'t Truth, counting: Counting) -> Holders<'t> {
        let mut first_right = vec![None; truth.persons];
        for (at, record) in (0..).zip(&truth.records) {
            if truth.sides[usize::from(record.source)].1 {
                first_right[record.person as usize].get_or_insert(at);
            }
        }
        Holders { truth, counting, first_right }
    }

    /// Every match that could be found, by its holder: how many there are of each.
    fn matches(&self) -> Vec<(u32, u64)> {
        match self.counting {
            Counting::Pairs(link_type) => self.pairs(link_type),
            Counting::Between { left_persons, right_persons } => self.between(left_persons, right_persons),
        }
    }

    /// The later record of each pair of one person: how many of those before it are of another
    /// group, of its own, or of any.
    fn pairs(&self, looked_for: LinkType) -> Vec<(u32, u64)> {
        let mut before: HashMap<(u32, usize), u64> = HashMap::new();
        let mut of_person = vec![0; self.truth.persons];
        let mut found = Vec::new();
        for (at, record) in (0..).zip(&self.truth.records) {
            let own = before.entry((record.person, self.truth.group_of(record.source))).or_default();
            let all: &mut u64 = &mut of_person[record.person as usize];
            let count = match looked_for {
                LinkType::LinkOnly => *all - *own,
                LinkType::DedupeOnly => *own,
                LinkType::LinkAndDedupe => *all,
            };
            found.push((at, count));
            *own += 1;
            *all += 1;
        }
        found
    }

    fn between(&self, left_persons: bool, right_persons: bool) -> Vec<(u32, u64)> {
        let mut left = vec![0_u64; self.truth.persons];
        for record in self.truth.records.iter().filter(|record| self.truth.sides[usize::from(record.source)].0) {
            left[record.person as usize] += 1;
        }
        let weight = |person: u32| {
            let records = left[person as usize];
            if left_persons { records.min(1) } else { records }
        };
        let is_holder = |at: u32, person: u32| !right_persons || self.first_right[person as usize] == Some(at);
        let right = (0..).zip(&self.truth.records).filter(|(_, record)| self.truth.sides[usize::from(record.source)].1);
        right
            .filter(|(at, record)| is_holder(*at, record.person))
            .map(|(at, record)| (at, weight(record.person)))
            .collect()
    }

    /// What is to be said of a link; `found` are the matches that were found before it.
    fn judge(&self, link: &Linked, found: &mut HashSet<Match>) -> Seen {
        let (Some(left), Some(right)) = (link.left, link.right) else {
            let known = if self.counting.is_by_pairs() { link.right.or(link.left) } else { link.right };
            let holder = known.map(|record| self.holder(record));
            return Seen { holder, is_true: false, is_unknown: true, finds: false };
        };
        let (left, right) = if self.counting.is_by_pairs() && left > right { (right, left) } else { (left, right) };
        let person = self.truth.person_of(right);
        let is_true = self.truth.person_of(left) == person;
        let one = match self.counting {
            Counting::Pairs(_) => (person, Some(left), Some(right)),
            Counting::Between { left_persons, right_persons } => {
                (person, (!left_persons).then_some(left), (!right_persons).then_some(right))
            }
        };
        Seen { holder: Some(self.holder(right)), is_true, is_unknown: false, finds: is_true && found.insert(one) }
    }

    fn holder(&self, right: u32) -> u32 {
        match self.counting {
            Counting::Between { right_persons: true, .. } => {
                self.first_right[self.truth.person_of(right) as usize].unwrap_or(right)
            }
            Counting::Between { right_persons: false, .. } | Counting::Pairs(_) => right,
        }
    }

    /// The groups that a holder is in.
    fn groups<'g>(&self, grouping: &'g Grouping, holder: Option<u32>) -> &'g [usize] {
        grouping.groups(holder.map(|record| (record, self.truth.person_of(record))))
    }
}
