//! Measures by arithmetic on the bits of one word.
//!
//! For each character a word has a bit at every place where it stands in the left text. A
//! step over the right text then works on all places of the left one at once. Levenshtein
//! and optimal string alignment: Heikki Hyyrö, "A bit-vector algorithm for computing
//! Levenshtein and Damerau edit distances", Nordic Journal of Computing 10 (2003). Jaro: the
//! free partners of a character within reach are a few bits, of which the lowest is taken.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{PREFIX, WORD, jaro_of, winkler_of};

/// A left text of up to 64 ASCII characters, made ready to be compared with many.
#[derive(Clone)]
pub struct Pattern {
    /// By character: the places where it stands.
    places: [u64; 128],
    text: [u8; WORD],
    length: usize,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pattern(…)")
    }
}

/// Wipes what the text left and nothing else: a batch of few pairs should not pay for a table
/// that is nearly empty.
impl Drop for Pattern {
    fn drop(&mut self) {
        for byte in &self.text[..self.length] {
            self.places[usize::from(*byte)].zeroize();
        }
        self.text.zeroize();
    }
}

impl ZeroizeOnDrop for Pattern {}

impl Default for Pattern {
    fn default() -> Pattern {
        Pattern { places: [0; 128], text: [0; WORD], length: 0 }
    }
}

impl Pattern {
    /// Whether a text is one that this can hold, left or right.
    #[must_use]
    pub fn holds(text: &[u8]) -> bool {
        text.len() <= WORD && text.is_ascii()
    }

    /// Makes a text the left one.
    ///
    /// # Panics
    ///
    /// May panic if the text is not one that the pattern [holds](Pattern::holds).
    pub fn set(&mut self, text: &[u8]) {
        for byte in &self.text[..self.length] {
            self.places[usize::from(*byte)] = 0;
        }
        for (place, byte) in text.iter().enumerate() {
            self.places[usize::from(*byte)] |= 1 << place;
        }
        self.text[..text.len()].copy_from_slice(text);
        self.length = text.len();
    }

    /// The left text.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text[..self.length]
    }

    /// As [`plain::jaro`](super::plain::jaro), to the last bit.
    #[inline]
    #[must_use]
    pub fn jaro(&self, right: &[u8]) -> f64 {
        let (matches, transposed) = self.matches(right);
        jaro_of(matches, transposed, self.length, right.len())
    }

    /// As [`plain::jaro_winkler`](super::plain::jaro_winkler), to the last bit.
    #[inline]
    #[must_use]
    pub fn jaro_winkler(&self, right: &[u8]) -> f64 {
        let prefix = self.text().iter().zip(right).take(PREFIX).take_while(|(a, b)| a == b).count();
        winkler_of(self.jaro(right), prefix)
    }

    /// As [`plain::levenshtein`](super::plain::levenshtein).
    #[inline]
    #[must_use]
    pub fn levenshtein(&self, right: &[u8]) -> usize {
        let mut columns = Columns::new(self.length);
        for byte in right {
            columns.step(self.at(*byte), 0);
        }
        if self.length == 0 { right.len() } else { columns.distance }
    }

    /// As [`plain::osa`](super::plain::osa).
    #[inline]
    #[must_use]
    pub fn osa(&self, right: &[u8]) -> usize {
        let mut columns = Columns::new(self.length);
        let mut before = 0;
        for byte in right {
            let here = self.at(*byte);
            // Where the last two characters of the right text stand the other way round.
            let exchanged = ((!columns.diagonal & here) << 1) & before;
            columns.step(here, exchanged);
            before = here;
        }
        if self.length == 0 { right.len() } else { columns.distance }
    }

    /// The number of matching characters, and how many of them do not stand in the same order.
    #[inline]
    fn matches(&self, right: &[u8]) -> (usize, usize) {
        debug_assert!(Pattern::holds(right), "a text that a word holds");
        let reach = (self.length.max(right.len()) / 2).saturating_sub(1);
        // The places within reach of the first character; reach is 31 at most.
        let mut window = (1_u64 << (reach + 1)) - 1;
        let (mut taken, mut matched) = (0_u64, 0_u64);
        for (place, byte) in right.iter().enumerate() {
            let free = self.at(*byte) & window & !taken;
            taken |= free & free.wrapping_neg();
            matched |= u64::from(free != 0) << place;
            window = window << 1 | u64::from(place < reach);
        }
        let mut transposed = 0;
        let (mut partners, mut left_over) = (taken, matched);
        while left_over != 0 {
            let byte = right[left_over.trailing_zeros() as usize];
            let partner = partners & partners.wrapping_neg();
            transposed += usize::from(self.at(byte) & partner == 0);
            partners ^= partner;
            left_over &= left_over - 1;
        }
        (matched.count_ones() as usize, transposed)
    }

    /// The places of a character.
    #[inline]
    fn at(&self, byte: u8) -> u64 {
        self.places[usize::from(byte & 127)]
    }
}

/// One column of the table of distances, as the differences between its cells: bit i says
/// how cell i + 1 differs from the cell above it.
struct Columns {
    /// Where the cell is one more than the one above.
    more: u64,
    /// Where it is one less.
    less: u64,
    /// Where a cell equals the one above and left of it.
    diagonal: u64,
    /// The last cell.
    distance: usize,
    last: u64,
}

impl Columns {
    #[inline]
    fn new(length: usize) -> Columns {
        let last = if length == 0 { 0 } else { 1 << (length - 1) };
        Columns { more: !0, less: 0, diagonal: 0, distance: length, last }
    }

    /// The next column: `here` are the places of its character, `exchanged` those where an
    /// exchange of neighbours ends.
    #[inline]
    fn step(&mut self, here: u64, exchanged: u64) {
        let carried = ((here & self.more).wrapping_add(self.more)) ^ self.more;
        self.diagonal = carried | here | self.less | exchanged;
        let across_more = self.less | !(self.diagonal | self.more);
        let across_less = self.diagonal & self.more;
        self.distance += usize::from(across_more & self.last != 0);
        self.distance -= usize::from(across_less & self.last != 0);
        let (across_more, across_less) = (across_more << 1 | 1, across_less << 1);
        self.more = across_less | !(self.diagonal | across_more);
        self.less = across_more & self.diagonal;
    }
}
