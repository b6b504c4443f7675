//! Codes of short values met lately.
//!
//! Postcodes repeat: a tenth of a million stand in ten million rows. One met again costs a look
//! at memory, where standardising and hashing it would cost ten times that.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use counterfoil_core::Code;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Raw;

/// Entries of a memo: 4 MiB, so that a look seldom goes past the caches that cores share.
const ENTRIES: usize = 1 << 18;

/// A raw text of at most eight bytes, as a number: equal texts, equal numbers, and no others. 0
/// for anything else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Short(u64);

impl Short {
    /// What is no short text.
    pub(super) const NONE: Short = Short(0);

    /// None for what is no text or longer, and for a text of eight bytes whose last could be
    /// taken for the length of a shorter one.
    #[inline]
    pub(super) fn of(raw: Raw<'_>) -> Short {
        let Raw::Text(text) = raw else { return Short::NONE };
        let text = text.as_bytes();
        let mut bytes = [0; 8];
        match text.len() {
            8 if text[7] > 8 => bytes.copy_from_slice(text),
            length @ 1..=7 => {
                bytes[..length].copy_from_slice(text);
                bytes[7] = length as u8;
            }
            _ => return Short::NONE,
        }
        Short(u64::from_le_bytes(bytes))
    }

    #[inline]
    fn slot(self) -> usize {
        // Fibonacci hashing (Knuth, volume 3, 6.4), of the upper half as well as the lower.
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> (64 - ENTRIES.ilog2())) as usize
    }
}

/// Texts that are valid values, and their codes: the last one met of those that share a place.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Memo {
    entries: Vec<(u64, u64)>,
}

impl Memo {
    fn new() -> Memo {
        Memo { entries: vec![(0, 0); ENTRIES] }
    }

    /// The code of a text; null if it is not known any more.
    #[inline]
    pub(super) fn code(&self, text: Short) -> Code {
        let (known, code) = self.entries[text.slot()];
        Code(if known == text.0 { code } else { 0 })
    }

    pub(super) fn keep(&mut self, text: Short, code: Code) {
        if text != Short::NONE {
            self.entries[text.slot()] = (text.0, code.0);
        }
    }
}

/// The memos of one field of a source: as many as threads have coded it at a time.
#[derive(Default)]
pub(super) struct Memos(Mutex<Vec<Memo>>);

impl Memos {
    /// Calls `with` with a memo that no other thread has just now.
    pub(super) fn lend(&self, with: impl FnOnce(&mut Memo)) {
        let spare = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = spare().pop();
        let mut memo = known.unwrap_or_else(Memo::new);
        with(&mut memo);
        spare().push(memo);
    }
}

impl fmt::Debug for Memos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memos(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn short_texts_are_equal_as_their_numbers_are(a in "[A\\x00-\\x09]{0,9}", b in "[A\\x00-\\x09]{0,9}") {
            let (short_a, short_b) = (Short::of(Raw::Text(&a)), Short::of(Raw::Text(&b)));
            if short_a != Short::NONE && short_b != Short::NONE {
                prop_assert_eq!(short_a.0 == short_b.0, a == b);
            }
        }
    }

    #[test]
    fn a_memo_knows_what_it_was_told_and_nothing_else() {
        let short = |text| Short::of(Raw::Text(text));
        let mut memo = Memo::new();
        memo.keep(short("AB1 2CD"), Code(7));
        memo.keep(short("AB1  2CD"), Code(8));
        assert_eq!(memo.code(short("AB1 2CD")), Code(7));
        assert_eq!(memo.code(short("AB1  2CD")), Code(8));
        assert_eq!(memo.code(short("AB1 2CE")), Code::NULL);
        memo.keep(Short::NONE, Code(9));
        assert_eq!([short("AB1  2CDE"), short("")].map(|short| memo.code(short)), [Code::NULL; 2]);
    }
}
