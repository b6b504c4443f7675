//! Texts and their numbers.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::arena::Arena;

/// Gives equal texts equal numbers, in order of first appearance. Number 0 is kept for null.
///
/// A table of our own, because where values are nearly all distinct what numbering costs is the
/// memory it waits for: of many texts the places can be [looked at](Interner::touch) in a loop
/// that does nothing else, which no library's table offers.
pub(super) struct Interner {
    texts: Arena,
    /// A power of two; a text stands at its home or at the next free place after it.
    slots: Vec<Slot>,
    /// Seeded anew in every process: no order comes from the hashes, and what is left of one in
    /// freed memory says nothing of its text.
    state: RandomState,
}

/// Texts that are looked at together.
pub(super) const STRETCH: usize = 256;

/// Places of an empty table.
const FIRST_PLACES: usize = 16;

/// A number, and above it half the hash of its text: most strangers in the table are told apart,
/// and the table grows, without a look at the texts. 0 where a place is free, since no text in
/// the table has the number 0.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Slot(u64);

impl Slot {
    const FREE: Slot = Slot(0);

    fn new(hash: u32, number: u32) -> Slot {
        Slot(u64::from(hash) << 32 | u64::from(number))
    }

    #[inline]
    fn hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline]
    fn number(self) -> u32 {
        self.0 as u32
    }
}

impl Default for Interner {
    fn default() -> Interner {
        let mut texts = Arena::default();
        texts.push(b"");
        Interner { texts, slots: vec![Slot::FREE; FIRST_PLACES], state: RandomState::default() }
    }
}

impl Interner {
    /// The number of a text, a new one if need be, and whether it is new.
    #[inline]
    pub(super) fn number(&mut self, text: &[u8]) -> (u32, bool) {
        let hash = self.hash(text);
        match self.place(hash, text) {
            Ok(number) => (number, false),
            Err(free) => (self.add(hash, text, free), true),
        }
    }

    /// The number of a text, if it has one.
    pub(super) fn find(&self, text: &[u8]) -> Option<u32> {
        self.place(self.hash(text), text).ok()
    }

    /// Gives up the table, once no text is looked up any more.
    pub(super) fn close(&mut self) {
        self.slots = Vec::new();
    }

    /// Whether looking a text up is waiting for memory: not while all fits the caches of a core.
    pub(super) fn is_large(&self) -> bool {
        self.len() > 1 << 14
    }

    /// Looks where texts stand, or would, and does nothing else, so that their memory is fetched
    /// at once; whoever looks next finds it near. At most [`STRETCH`] texts.
    pub(super) fn touch<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) {
        let (mut hashes, mut count) = ([0; STRETCH], 0);
        for (hash, text) in hashes.iter_mut().zip(texts) {
            *hash = self.hash(text);
            count += 1;
        }
        let hashes = &hashes[..count];
        // First only the places, without a branch on what stands there, so that all are waited for
        // together; then, with these at hand, the texts.
        std::hint::black_box(hashes.iter().fold(0, |all, hash| all ^ self.slots[self.home(*hash)].0));
        std::hint::black_box(hashes.iter().fold(0, |all, hash| all ^ self.texts.touch(self.likely(*hash))));
    }

    /// The number of the first text of that hash; 0 if there is none.
    #[inline]
    fn likely(&self, hash: u32) -> u32 {
        let mut at = self.home(hash);
        while self.slots[at] != Slot::FREE && self.slots[at].hash() != hash {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at].number()
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

    /// The number of a text, or the free place where it would stand.
    #[inline]
    fn place(&self, hash: u32, text: &[u8]) -> Result<u32, usize> {
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            if slot == Slot::FREE {
                return Err(at);
            }
            if slot.hash() == hash && self.texts.is(slot.number(), text) {
                return Ok(slot.number());
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn add(&mut self, hash: u32, text: &[u8], free: usize) -> u32 {
        let number = self.texts.push(text);
        self.slots[free] = Slot::new(hash, number);
        // A table that is at most five eighths full has a free place near every home.
        if self.len() * 8 > self.slots.len() * 5 {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let slots = vec![Slot::FREE; self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| *slot != Slot::FREE) {
            let mut at = self.home(slot.hash());
            while self.slots[at] != Slot::FREE {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// Where a text of that hash stands if nothing stands there before it.
    #[inline]
    fn home(&self, hash: u32) -> usize {
        // 32 bits of hash over all 64, of which the first ones are the place.
        (u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.slots.len().trailing_zeros())) as usize
    }

    #[inline]
    fn hash(&self, text: &[u8]) -> u32 {
        let mut hasher = self.state.build_hasher();
        hasher.write(text);
        hasher.finish() as u32
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The plain twin: a map of the library's. Few letters, so that texts repeat.
        #[test]
        fn numbers_are_those_of_a_plain_map(texts in prop::collection::vec("[ab]{0,9}", 0..400)) {
            let (mut interner, mut plain) = (Interner::default(), HashMap::new());
            for text in &texts {
                let next = plain.len() as u32 + 1;
                let expected = *plain.entry(text.as_str()).or_insert(next);
                interner.touch([text.as_bytes()].into_iter());
                prop_assert_eq!(interner.number(text.as_bytes()), (expected, expected == next));
            }
            for (text, number) in &plain {
                prop_assert_eq!(interner.find(text.as_bytes()), Some(*number));
                prop_assert_eq!(interner.text(*number), text.as_bytes());
            }
            prop_assert_eq!(interner.find(b"c"), None);
        }
    }
}
