//! Collecting candidate pairs from many threads.
//!
//! Evidence arrives as record pairs, some millions of them for a few hundred thousand pairs
//! of units. Each indexed record has one slot for the first unit that meets it, found by
//! position and not by hashing, since what this costs is the memory it waits for; further
//! units, which are few, go to a map.

use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};

use counterfoil_core::{CandidatePair, Code, NO_DATE, Part, RecordRef, Side};
use hashbrown::HashMap;

/// Indexed records of one lock: enough locks that two threads seldom want the same one.
const RECORDS_A_SHARD: usize = 1 << 12;

/// A record pair that meets a rank, offered as evidence for its two units.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// Position of the indexed record.
    pub indexed: u32,
    /// Unit of the streamed record.
    pub unit: Code,
    /// Keeps apart offers for the same units that later conditions may treat differently
    /// (by rank, or by identity); 0 where none does.
    pub split: u64,
    /// The best rank the pair meets.
    pub rank: u8,
    /// Number of linkage fields that agree exactly.
    pub agreeing: u8,
    /// Date of the streamed record.
    pub date: i32,
    /// Latest date among the left records that this offer stands for.
    pub last: i32,
    /// The streamed record.
    pub record: RecordRef,
}

/// The keys of a record, as text.
#[derive(Clone, Default)]
pub struct Keys {
    /// Record key; empty where the source has none.
    pub record: String,
    /// Person key; empty where the source has none.
    pub person: String,
}

/// Tells the keys of streamed records, by the position of the offer in its batch. Asked only
/// where a key is kept or decides.
pub trait StreamedKeys {
    /// Appends the record key to `text`; nothing where the source has none.
    fn record_key(&self, offer: usize, text: &mut String);
    /// Appends the person key to `text`; nothing where the source has none.
    fn person_key(&self, offer: usize, text: &mut String);
}

/// An indexed record, as candidate pairs name it.
pub struct IndexedRecord {
    /// Its unit.
    pub unit: Code,
    /// Where it stands.
    pub record: RecordRef,
    /// Its keys.
    pub keys: Keys,
}

/// Candidate pairs so far, each with the record pair that [`CandidatePair::preference`] puts
/// first. The result does not depend on the order of offers.
pub struct CandidateSet {
    indexed: Side,
    /// Slots in use.
    entries: AtomicU64,
    shards: Vec<Mutex<Shard>>,
}

type Name = (u32, Code, u64);

/// The slots of some consecutive indexed records.
#[derive(Default)]
struct Shard {
    slots: Vec<Slot>,
    further: HashMap<Name, Slot>,
    /// Record keys that do not fit their slot.
    long_keys: HashMap<Name, String>,
    /// Person keys of the streamed units.
    persons: HashMap<Name, String>,
    /// Scratch space for a key.
    text: String,
}

/// Bytes of a record key that a slot holds: a `HES` record key has twelve or twenty.
const INLINE: usize = 23;
/// Length that says that the record key is among the long ones.
const LONG: u8 = u8::MAX;

/// The best evidence so far that one indexed record and one streamed unit belong together.
/// One cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Slot {
    /// Streamed unit; null while the slot is empty.
    unit: Code,
    split: u64,
    row: u64,
    /// Date of the streamed record.
    date: i32,
    /// Latest date among the left records offered at this rank.
    last: i32,
    /// Date of the indexed record.
    indexed_date: i32,
    source: u16,
    rank: u8,
    agreeing: u8,
    /// Record key of the streamed record, and its length.
    key: [u8; INLINE],
    key_length: u8,
}

impl CandidateSet {
    /// No candidates yet. `indexed` is the side in memory, `dates` the date of each of its
    /// records.
    #[must_use]
    pub fn new(indexed: Side, dates: &[i32]) -> CandidateSet {
        let shard = |dates: &[i32]| {
            let slots = dates.iter().map(|date| Slot::empty(*date)).collect();
            Mutex::new(Shard { slots, ..Shard::default() })
        };
        CandidateSet { indexed, entries: AtomicU64::new(0), shards: dates.chunks(RECORDS_A_SHARD).map(shard).collect() }
    }

    /// Takes in a batch of offers.
    pub fn offer(&self, offers: &[Offer], keys: &impl StreamedKeys) {
        let (order, ends) = by_shard(offers, self.shards.len());
        let mut start = 0;
        for (number, end) in ends.into_iter().enumerate() {
            let same_shard = &order[std::mem::replace(&mut start, end)..end];
            if same_shard.is_empty() {
                continue;
            }
            let mut shard = self.lock(number);
            shard.touch(same_shard.iter().map(|i| &offers[*i as usize]));
            // Most offers change nothing, which is seen without their keys.
            let mut busy: Vec<u32> = Vec::with_capacity(same_shard.len());
            busy.extend(same_shard.iter().filter(|i| !shard.is_idle(&offers[**i as usize], self.indexed)));
            let mut new = 0;
            for i in busy {
                new += u64::from(shard.take(&offers[i as usize], self.indexed, i as usize, keys));
            }
            if new > 0 {
                self.entries.fetch_add(new, atomic::Ordering::Relaxed);
            }
        }
    }

    /// Entries so far: pairs of an indexed record and a streamed unit, kept apart by their
    /// split.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries.load(atomic::Ordering::Relaxed)
    }

    /// All pairs, in order of preference. `indexed` tells the indexed record at a position.
    #[must_use]
    pub fn into_pairs(self, indexed: impl Fn(u32) -> IndexedRecord) -> Vec<CandidatePair> {
        // Room for all at once, and dropped in place below: while a vector grows it is there twice.
        let mut pairs = Vec::with_capacity(self.entries() as usize);
        for (number, shard) in self.shards.into_iter().enumerate() {
            let mut shard = shard.into_inner().unwrap_or_else(PoisonError::into_inner);
            let first = (number * RECORDS_A_SHARD) as u32;
            let slots = std::mem::take(&mut shard.slots).into_iter().zip(first..);
            let further = std::mem::take(&mut shard.further).into_iter();
            let further = further.map(|((position, ..), slot)| (slot, position));
            for (slot, position) in slots.filter(|(slot, _)| !slot.unit.is_null()).chain(further) {
                let keys = shard.keys((position, slot.unit, slot.split), &slot);
                pairs.push((slot.split, pair(&slot, keys, indexed(position), self.indexed)));
            }
        }
        // Several records of one indexed unit may have met the same streamed unit.
        pairs.sort_unstable_by(|(_, a), (_, b)| a.preference(b));
        let mut best: HashMap<(Code, Code, u64), usize> = HashMap::with_capacity(pairs.len());
        let mut kept = 0;
        for i in 0..pairs.len() {
            let (split, pair) = &pairs[i];
            let at = *best.entry((pair.left_unit, pair.right_unit, *split)).or_insert(kept);
            if at == kept {
                pairs.swap(at, i);
                kept += 1;
            } else if pairs[at].1.rank == pair.rank {
                let last = pair.last_activity;
                let known = &mut pairs[at].1.last_activity;
                *known = last.max(*known);
            }
        }
        pairs.truncate(kept);
        pairs.into_iter().map(|(_, pair)| pair).collect()
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shard_of(indexed: u32) -> usize {
    indexed as usize / RECORDS_A_SHARD
}

/// The positions of offers, shard after shard, and where each shard's end.
fn by_shard(offers: &[Offer], shards: usize) -> (Vec<u32>, Vec<usize>) {
    let mut next = vec![0; shards];
    offers.iter().for_each(|offer| next[shard_of(offer.indexed)] += 1);
    let mut start = 0;
    for place in &mut next {
        start += std::mem::replace(place, start);
    }
    let mut order = vec![0; offers.len()];
    for (position, offer) in (0..).zip(offers) {
        let place = &mut next[shard_of(offer.indexed)];
        order[*place] = position;
        *place += 1;
    }
    // Each place has moved to where its shard ends.
    (order, next)
}

impl Shard {
    /// Looks at the slots of some offers, and does nothing else, so that the memory that one
    /// waits for is fetched while others are looked at.
    fn touch<'o>(&self, offers: impl Iterator<Item = &'o Offer>) {
        let unit = |offer: &Offer| self.slots[offer.indexed as usize % RECORDS_A_SHARD].unit.0;
        std::hint::black_box(offers.fold(0, |all, offer| all ^ unit(offer)));
    }

    /// Whether an offer would change nothing, seen without its key. Slots only improve, so
    /// that what is true of a slot now stays true.
    fn is_idle(&self, offer: &Offer, indexed: Side) -> bool {
        let slot = &self.slots[offer.indexed as usize % RECORDS_A_SHARD];
        (slot.unit, slot.split) == (offer.unit, offer.split)
            && slot.last_with(offer) == slot.last
            && by_values(&slot.with(offer), slot, indexed).is_gt()
    }

    /// Takes in an offer; whether it makes a new entry.
    fn take(&mut self, offer: &Offer, indexed: Side, position: usize, keys: &impl StreamedKeys) -> bool {
        let name = (offer.indexed, offer.unit, offer.split);
        let first = &mut self.slots[offer.indexed as usize % RECORDS_A_SHARD];
        let is_first = first.unit.is_null() || (first.unit, first.split) == (offer.unit, offer.split);
        let slot = if is_first {
            first
        } else {
            let empty = Slot::empty(first.indexed_date);
            self.further.entry(name).or_insert(empty)
        };
        let last = slot.last_with(offer);
        let offered = slot.with(offer);
        let is_new = slot.unit.is_null();
        let order = if is_new {
            let mut person = String::new();
            keys.person_key(position, &mut person);
            self.persons.insert(name, person);
            Ordering::Less
        } else {
            by_values(&offered, slot, indexed)
        };
        if order.is_le() {
            self.text.clear();
            keys.record_key(position, &mut self.text);
            let by_key = || {
                let known = slot.key().unwrap_or_else(|| self.long_keys[&name].as_bytes());
                self.text.as_bytes().cmp(known).then_with(|| offered.record().cmp(&slot.record()))
            };
            if order.then_with(by_key).is_lt() {
                *slot = offered;
                if !slot.keep_key(&self.text) {
                    self.long_keys.insert(name, self.text.clone());
                }
            }
        }
        slot.last = last;
        is_new
    }

    /// The keys of a slot's streamed record.
    fn keys(&mut self, name: Name, slot: &Slot) -> Keys {
        let record = match slot.key() {
            // What was kept was text.
            Some(key) => String::from_utf8_lossy(key).into_owned(),
            None => self.long_keys.remove(&name).unwrap_or_default(),
        };
        Keys { record, person: self.persons.remove(&name).unwrap_or_default() }
    }
}

/// [`CandidatePair::preference`] of two record pairs of one indexed record, as far as it goes
/// without keys.
fn by_values(offered: &Slot, known: &Slot, indexed: Side) -> Ordering {
    (offered.rank.cmp(&known.rank))
        .then(known.agreeing.cmp(&offered.agreeing))
        .then(known.activity(indexed).cmp(&offered.activity(indexed)))
}

impl Slot {
    fn empty(indexed_date: i32) -> Slot {
        Slot {
            unit: Code::NULL,
            split: 0,
            row: 0,
            date: NO_DATE,
            last: NO_DATE,
            indexed_date,
            source: 0,
            rank: 0,
            agreeing: 0,
            key: [0; INLINE],
            key_length: 0,
        }
    }

    /// This slot with the record pair of an offer.
    fn with(self, offer: &Offer) -> Slot {
        Slot {
            unit: offer.unit,
            split: offer.split,
            row: offer.record.row,
            date: offer.date,
            source: offer.record.source,
            rank: offer.rank,
            agreeing: offer.agreeing,
            ..self
        }
    }

    /// The latest date at the better of the two ranks.
    fn last_with(&self, offer: &Offer) -> i32 {
        if self.unit.is_null() || offer.rank < self.rank {
            offer.last
        } else if offer.rank == self.rank {
            self.last.max(offer.last)
        } else {
            self.last
        }
    }

    /// The streamed record's key; `None` if it is among the long ones.
    fn key(&self) -> Option<&[u8]> {
        (self.key_length != LONG).then(|| &self.key[..usize::from(self.key_length)])
    }

    /// Keeps a record key if it fits.
    fn keep_key(&mut self, text: &str) -> bool {
        let fits = text.len() <= INLINE;
        if fits {
            self.key[..text.len()].copy_from_slice(text.as_bytes());
        }
        self.key_length = if fits { text.len() as u8 } else { LONG };
        fits
    }

    /// The streamed record.
    fn record(&self) -> RecordRef {
        RecordRef { source: self.source, row: self.row }
    }

    /// Dates of the left and the right record.
    fn dates(&self, indexed: Side) -> (i32, i32) {
        match indexed {
            Side::Right => (self.date, self.indexed_date),
            Side::Left => (self.indexed_date, self.date),
        }
    }

    /// The left record's date if it is not after the right record's: activity after death
    /// speaks against a match, so it does not count in favour of one.
    fn activity(&self, indexed: Side) -> i32 {
        let (left, right) = self.dates(indexed);
        if left <= right { left } else { NO_DATE }
    }
}

fn pair(slot: &Slot, keys: Keys, other: IndexedRecord, indexed: Side) -> CandidatePair {
    let streamed = IndexedRecord { unit: slot.unit, record: slot.record(), keys };
    let (left, right) = match indexed {
        Side::Right => (streamed, other),
        Side::Left => (other, streamed),
    };
    let (_, right_date) = slot.dates(indexed);
    CandidatePair {
        left_unit: left.unit,
        right_unit: right.unit,
        rank: slot.rank,
        part: Part::Whole,
        agreeing: slot.agreeing,
        activity: slot.activity(indexed),
        last_activity: slot.last,
        right_date,
        left: left.record,
        right: right.record,
        left_key: left.keys.record.into(),
        right_key: right.keys.record.into(),
        left_person: left.keys.person.into(),
        right_person: right.keys.person.into(),
    }
}
