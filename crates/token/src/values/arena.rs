//! Many texts in one piece of memory, wiped when it is given up.

use zeroize::Zeroizing;

/// How many texts, as a power of two, share a base. Texts are at most some thousand bytes, so
/// places relative to a base fit 32 bits however large the arena.
const SHARE: u32 = 16;

/// Texts by number, one after another in memory.
#[derive(Default)]
pub(super) struct Arena {
    bytes: Zeroizing<Vec<u8>>,
    /// Where the first of every 2¹⁶ texts begins.
    bases: Vec<u64>,
    /// Where each text ends, from the base of its number.
    ends: Vec<u32>,
}

impl Arena {
    /// Adds a text; its number is how many there were.
    pub(super) fn push(&mut self, text: &[u8]) -> u32 {
        let number = self.ends.len() as u32;
        if number & ((1 << SHARE) - 1) == 0 {
            self.bases.push(self.bytes.len() as u64);
        }
        self.reserve(text.len());
        self.bytes.extend_from_slice(text);
        let base = self.bases[(number >> SHARE) as usize];
        self.ends.push((self.bytes.len() as u64 - base) as u32);
        number
    }

    /// The text of a number.
    #[inline]
    pub(super) fn get(&self, number: u32) -> &[u8] {
        let base = self.bases[(number >> SHARE) as usize] as usize;
        let is_first = number & ((1 << SHARE) - 1) == 0;
        let start = if is_first { 0 } else { self.ends[number as usize - 1] as usize };
        &self.bytes[base + start..base + self.ends[number as usize] as usize]
    }

    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Makes room. A vector that grows by itself leaves its old memory behind unwiped.
    fn reserve(&mut self, further: usize) {
        let needed = self.bytes.len() + further;
        if needed > self.bytes.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(self.bytes.capacity() * 2)));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
    }
}
