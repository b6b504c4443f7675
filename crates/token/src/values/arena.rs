//! Many texts by number, wiped when they are given up.

use zeroize::{Zeroize, Zeroizing};

/// A text of up to fifteen bytes: its length, and the text. Of a longer one [`LONG`], and in the last
/// eight bytes its place among the long ones.
type Entry = [u8; 16];

/// In place of a length.
const LONG: u8 = u8::MAX;
/// The longest text that its entry holds.
const INLINE: usize = size_of::<Entry>() - 1;
/// How many entries, as a power of two, stand in one piece of memory.
const SHARE: u32 = 14;

/// Texts by number. A short one is found with one look at memory, and texts are never moved.
#[derive(Default)]
pub(super) struct Arena {
    /// All full but the last.
    shares: Vec<Vec<Entry>>,
    long: Zeroizing<Vec<u8>>,
    /// Where each long text ends.
    ends: Vec<usize>,
}

impl Arena {
    /// Adds a text; its number is how many there were.
    pub(super) fn push(&mut self, text: &[u8]) -> u32 {
        let number = self.len() as u32;
        let entry = self.entry_of(text);
        if number & ((1 << SHARE) - 1) == 0 {
            self.shares.push(Vec::with_capacity(1 << SHARE));
        }
        self.shares.last_mut().expect("the first text begins a share").push(entry);
        number
    }

    /// The text of a number.
    #[inline]
    pub(super) fn get(&self, number: u32) -> &[u8] {
        let entry = self.entry(number);
        if entry[0] == LONG { self.long(entry) } else { &entry[1..=usize::from(entry[0])] }
    }

    /// Whether a number's text is this one.
    #[inline]
    pub(super) fn is(&self, number: u32, text: &[u8]) -> bool {
        is_same(self.get(number), text)
    }

    /// Looks where a text stands, or, of a long one, where that is written down.
    #[inline]
    pub(super) fn touch(&self, number: u32) -> u8 {
        self.entry(number)[0]
    }

    /// Number of texts.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.shares.last().map_or(0, |last| ((self.shares.len() - 1) << SHARE) + last.len())
    }

    #[inline]
    fn entry(&self, number: u32) -> &Entry {
        &self.shares[(number >> SHARE) as usize][(number & ((1 << SHARE) - 1)) as usize]
    }

    fn entry_of(&mut self, text: &[u8]) -> Entry {
        let mut entry = [0; size_of::<Entry>()];
        if text.len() <= INLINE {
            entry[0] = text.len() as u8;
            entry[1..=text.len()].copy_from_slice(text);
        } else {
            entry[0] = LONG;
            entry[8..].copy_from_slice(&(self.ends.len() as u64).to_le_bytes());
            self.reserve(text.len());
            self.long.extend_from_slice(text);
            self.ends.push(self.long.len());
        }
        entry
    }

    fn long(&self, entry: &Entry) -> &[u8] {
        let place = u64::from_le_bytes(entry.as_chunks().0[1]) as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.long[start..self.ends[place]]
    }

    /// Makes room. A vector that grows by itself leaves its old memory behind unwiped.
    fn reserve(&mut self, further: usize) {
        let needed = self.long.len() + further;
        if needed > self.long.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(self.long.capacity() * 2)));
            larger.extend_from_slice(&self.long);
            self.long = larger;
        }
    }
}

/// Compares short texts by their first and last bytes, which overlap. That is how they are copied,
/// and a text is mostly looked up right after it was written: what is read as it was written need
/// not wait until all that was written before is in the cache.
#[inline]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let eights =
        |text: &[u8]| Some((u64::from_ne_bytes(*text.first_chunk()?), u64::from_ne_bytes(*text.last_chunk()?)));
    let fours = |text: &[u8]| Some((u32::from_ne_bytes(*text.first_chunk()?), u32::from_ne_bytes(*text.last_chunk()?)));
    a.len() == b.len()
        && match a.len() {
            8..=16 => eights(a) == eights(b),
            4..8 => fours(a) == fours(b),
            _ => a == b,
        }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // Entries are written once, so that there is nothing in the memory behind them.
        self.shares.iter_mut().for_each(|share| share.as_flattened_mut().zeroize());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many texts as fill two shares and begin a third, of lengths around that of an entry.
    #[test]
    fn every_text_is_given_back() {
        let text = |number: usize| number.to_string().repeat(1 + number % 7).into_bytes();
        let mut arena = Arena::default();
        let count = (2 << SHARE) + 3;
        for number in 0..count {
            assert_eq!(arena.len(), number);
            assert_eq!(arena.push(&text(number)), number as u32);
        }
        assert!((0..count).all(|number| arena.get(number as u32) == text(number)));
    }

    #[test]
    fn texts_are_the_same_if_all_their_bytes_are() {
        for length in 0..40_usize {
            let text: Vec<u8> = (0..length as u8).collect();
            assert!(is_same(&text, &text.clone()) && !is_same(&text, &[&text[..], b"+"].concat()));
            for at in 0..length {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!is_same(&text, &other));
            }
        }
    }
}
