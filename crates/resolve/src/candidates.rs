//! Collecting candidate pairs from many threads.

use std::sync::{Mutex, PoisonError};

use counterfoil_core::{CandidatePair, Code, NO_DATE, RecordRef};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// Enough that two threads seldom want the same one.
const SHARDS: usize = 64;

/// A record pair that meets a rank, offered as evidence for its two units.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Unit of the left record.
    pub left_unit: Code,
    /// Unit of the right record.
    pub right_unit: Code,
    /// Keeps apart offers for the same units that later conditions may treat differently
    /// (by rank, or by identity); 0 where none does.
    pub split: u64,
    /// The best rank the pair meets.
    pub rank: u8,
    /// Number of linkage fields that agree exactly.
    pub agreeing: u8,
    /// Date of the left record.
    pub left_date: i32,
    /// Date of the right record.
    pub right_date: i32,
    /// The left record.
    pub left: RecordRef,
    /// The right record.
    pub right: RecordRef,
}

impl Offer {
    /// The left record's date if it is not after the right record's: activity after death
    /// speaks against a match, so it does not count in favour of one.
    fn activity(&self) -> i32 {
        if self.left_date <= self.right_date { self.left_date } else { NO_DATE }
    }
}

/// The keys of an offer's two records, as text.
pub struct Keys {
    /// Record key of the left record; empty where its source has none.
    pub left: Box<str>,
    /// Record key of the right record.
    pub right: Box<str>,
    /// Person key of the left record; empty where its source has none.
    pub left_person: Box<str>,
    /// Person key of the right record.
    pub right_person: Box<str>,
}

type Units = (Code, Code, u64);
type Shard = HashMap<Units, CandidatePair>;

/// Candidate pairs so far, each with the record pair that [`CandidatePair::preference`] puts
/// first. The result does not depend on the order of offers.
pub struct CandidateSet {
    shards: Vec<Mutex<Shard>>,
}

impl Default for CandidateSet {
    fn default() -> CandidateSet {
        CandidateSet { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl CandidateSet {
    /// Takes in a batch of offers. `keys` gives the keys of the offer at a position; it is
    /// asked only where they are kept or decide.
    pub fn offer(&self, offers: &[Offer], keys: impl Fn(usize) -> Keys) {
        let mut by_shard: Vec<Vec<usize>> = vec![Vec::new(); SHARDS];
        for (i, offer) in offers.iter().enumerate() {
            by_shard[shard_of(offer)].push(i);
        }
        for (shard, positions) in self.shards.iter().zip(by_shard) {
            if positions.is_empty() {
                continue;
            }
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for i in positions {
                take(&mut shard, &offers[i], || keys(i));
            }
        }
    }

    /// All pairs, in order of preference.
    #[must_use]
    pub fn into_pairs(self) -> Vec<CandidatePair> {
        let shards = self.shards.into_iter().map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut pairs: Vec<_> = shards.flat_map(Shard::into_values).collect();
        pairs.sort_unstable_by(CandidatePair::preference);
        pairs
    }
}

/// Units are codes, so their bits are spread evenly.
fn shard_of(offer: &Offer) -> usize {
    ((offer.left_unit.0 ^ offer.right_unit.0) % SHARDS as u64) as usize
}

fn take(shard: &mut Shard, offer: &Offer, keys: impl Fn() -> Keys) {
    match shard.entry((offer.left_unit, offer.right_unit, offer.split)) {
        Entry::Vacant(place) => {
            place.insert(pair(offer, keys()));
        }
        Entry::Occupied(mut place) => {
            let known = place.get_mut();
            let last_activity = known.last_activity.max(offer.left_date);
            if is_preferred(offer, known, &keys) {
                *known = pair(offer, keys());
            }
            known.last_activity = last_activity;
        }
    }
}

/// [`CandidatePair::preference`], asking for keys only when all else is equal.
fn is_preferred(offer: &Offer, known: &CandidatePair, keys: &impl Fn() -> Keys) -> bool {
    let by_values = (offer.rank.cmp(&known.rank))
        .then(known.agreeing.cmp(&offer.agreeing))
        .then(known.activity.cmp(&offer.activity()));
    by_values.then_with(|| pair(offer, keys()).preference(known)).is_lt()
}

fn pair(offer: &Offer, keys: Keys) -> CandidatePair {
    CandidatePair {
        left_unit: offer.left_unit,
        right_unit: offer.right_unit,
        rank: offer.rank,
        agreeing: offer.agreeing,
        activity: offer.activity(),
        last_activity: offer.left_date,
        right_date: offer.right_date,
        left: offer.left,
        right: offer.right,
        left_key: keys.left,
        right_key: keys.right,
        left_person: keys.left_person,
        right_person: keys.right_person,
    }
}
