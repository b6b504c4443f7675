//! Texts and their numbers.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::arena::Arena;

/// Gives equal texts equal numbers, in order of first appearance. Number 0 is kept for null.
pub(super) struct Interner {
    texts: Arena,
    table: HashTable<Slot>,
    /// Seeded anew in every process: no order comes from the hashes, and what is left of one in
    /// freed memory says nothing of its text.
    state: RandomState,
}

/// A number, and half the hash of its text: most strangers in the table are told apart, and
/// the table grows, without a look at the texts.
#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    number: u32,
}

impl Slot {
    fn spread(&self) -> u64 {
        spread(self.hash)
    }
}

/// 32 bits of hash over all 64 that the table uses.
#[inline]
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Default for Interner {
    fn default() -> Interner {
        let mut texts = Arena::default();
        texts.push(b"");
        Interner { texts, table: HashTable::new(), state: RandomState::default() }
    }
}

impl Interner {
    /// The number of a text, a new one if need be, and whether it is new.
    #[inline]
    pub(super) fn number(&mut self, text: &[u8]) -> (u32, bool) {
        let hash = self.hash(text);
        match self.lookup(hash, text) {
            Some(number) => (number, false),
            None => (self.add(hash, text), true),
        }
    }

    /// The number of a text, if it has one.
    pub(super) fn find(&self, text: &[u8]) -> Option<u32> {
        self.lookup(self.hash(text), text)
    }

    /// Whether looking a text up is waiting for memory: not while all fits the caches of a core.
    pub(super) fn is_large(&self) -> bool {
        self.len() > 1 << 14
    }

    /// Looks where a text stands, or would, and does nothing else: of many texts looked for one
    /// after another the memory is fetched at once. The number that it may have, for
    /// [`touch_text`](Interner::touch_text).
    #[inline]
    pub(super) fn touch(&self, text: &[u8]) -> u32 {
        let hash = self.hash(text);
        self.table.find(spread(hash), |slot| slot.hash == hash).map_or(0, |slot| slot.number)
    }

    /// Looks at the text of a number, and does nothing else.
    #[inline]
    pub(super) fn touch_text(&self, number: u32) -> u8 {
        self.text(number).first().copied().unwrap_or_default()
    }

    /// The text of a number; empty for 0.
    #[inline]
    pub(super) fn text(&self, number: u32) -> &[u8] {
        self.texts.get(number)
    }

    /// Number of texts, with the empty one of number 0: one more than the largest number.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    #[inline]
    fn lookup(&self, hash: u32, text: &[u8]) -> Option<u32> {
        let is_it = |slot: &Slot| slot.hash == hash && self.texts.get(slot.number) == text;
        self.table.find(spread(hash), is_it).map(|slot| slot.number)
    }

    fn add(&mut self, hash: u32, text: &[u8]) -> u32 {
        let number = self.texts.push(text);
        self.table.insert_unique(spread(hash), Slot { hash, number }, Slot::spread);
        number
    }

    #[inline]
    fn hash(&self, text: &[u8]) -> u32 {
        let mut hasher = self.state.build_hasher();
        hasher.write(text);
        hasher.finish() as u32
    }
}
