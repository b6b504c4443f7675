//! What a text's length and letters say about its similarity to another.

use std::hash::BuildHasher;

use super::{PREFIX, Pattern};

/// Length, letters and beginning of a text, in two words.
///
/// The letters are a set of 32 classes of characters, each with a bit for "at least one" and
/// one for "at least two": a bit that one text has and the other lacks is a character without
/// a partner. Characters whose codes agree in the last five bits share a class, which can
/// only hide such a character.
#[derive(Clone, Copy, Default)]
pub struct Signature {
    letters: u64,
    /// The first four bytes, for texts that a [`Pattern`] holds.
    head: [u8; PREFIX],
    /// In characters.
    length: u16,
    is_held: bool,
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature(…)")
    }
}

impl zeroize::DefaultIsZeroes for Signature {}

/// Hides which bit of a word is which, and keeps in how many bits two words differ, so that
/// a word that is left in freed memory says nothing of its text. Another one in every run.
pub struct Scrambler {
    /// By byte of a word and its value, the bits that it becomes.
    bytes: [[u32; 256]; 4],
    mask: u32,
}

impl Default for Scrambler {
    fn default() -> Scrambler {
        let state = foldhash::fast::RandomState::default();
        let mut places: [u8; 32] = std::array::from_fn(|place| place as u8);
        places.sort_by_key(|place| state.hash_one(place));
        let moved = |byte: usize, value: usize| {
            let bits = (0..8).zip(&places[byte * 8..]).map(|(from, to)| (value as u32 >> from & 1) << to);
            bits.fold(0, |all, bit| all | bit)
        };
        let bytes = std::array::from_fn(|byte| std::array::from_fn(|value| moved(byte, value)));
        Scrambler { bytes, mask: state.hash_one("mask") as u32 }
    }
}

impl std::fmt::Debug for Scrambler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scrambler(…)")
    }
}

impl Scrambler {
    /// The word, scrambled.
    #[must_use]
    pub fn word(&self, word: u32) -> u32 {
        let moved = word.to_le_bytes().into_iter().zip(&self.bytes).map(|(value, byte)| byte[usize::from(value)]);
        moved.fold(self.mask, |all, bits| all ^ bits)
    }
}

impl Signature {
    /// The signature of a UTF-8 text (of other bytes, that of each byte as a character).
    #[must_use]
    pub fn new(text: &[u8]) -> Signature {
        let mut signature = Signature { is_held: Pattern::holds(text), ..Signature::default() };
        for (place, byte) in signature.head.iter_mut().zip(text) {
            *place = *byte;
        }
        match str::from_utf8(text) {
            // One byte each, as most texts have it.
            _ if signature.is_held => text.iter().for_each(|byte| signature.add(u32::from(*byte))),
            Ok(text) => text.chars().for_each(|character| signature.add(u32::from(character))),
            Err(_) => text.iter().for_each(|byte| signature.add(u32::from(*byte))),
        }
        signature
    }

    #[inline]
    fn add(&mut self, character: u32) {
        let one = 1_u64 << (character & 31);
        // A character that is there already adds to the upper half, any to the lower.
        self.letters |= (self.letters & one) << 32 | one;
        self.length = self.length.saturating_add(1);
    }

    /// Length in characters.
    #[inline]
    #[must_use]
    pub fn length(&self) -> usize {
        usize::from(self.length)
    }

    /// Whether a [`Pattern`] holds the text.
    #[inline]
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// At most so many characters of the two texts can be paired with an equal one.
    #[inline]
    #[must_use]
    pub fn most_common(&self, other: &Signature) -> usize {
        let left = usize::from(self.length) - (self.letters & !other.letters).count_ones() as usize;
        let right = usize::from(other.length) - (other.letters & !self.letters).count_ones() as usize;
        left.min(right)
    }

    /// At least so many edits are between the two texts, exchanges of neighbours included: an
    /// edit mends at most one character of either text, and an exchange none.
    #[inline]
    #[must_use]
    pub fn least_edits(&self, other: &Signature) -> usize {
        self.length().max(other.length()) - self.most_common(other)
    }

    /// The letters in one word: of two texts so many edits apart, at most twice as many bits
    /// differ. An edit changes how often two characters occur, and each change one bit.
    #[must_use]
    pub fn sketch(&self) -> u32 {
        let (once, twice) = (self.letters as u32, (self.letters >> 32) as u32);
        // Digits stand in the upper half of their classes: turned, the two halves do not meet.
        once ^ twice.rotate_left(16)
    }

    /// The length of the common beginning of two texts that a [`Pattern`] holds, at most four.
    #[inline]
    #[must_use]
    pub fn prefix(&self, other: &Signature) -> usize {
        let differing = u32::from_le_bytes(self.head) ^ u32::from_le_bytes(other.head);
        let equal = (differing.trailing_zeros() / 8) as usize;
        equal.min(self.length()).min(other.length())
    }
}
