//! Double metaphone: a code of how a name is said, and another of how it may be said too.
//!
//! The rules are those that Lawrence Philips published ("The double metaphone search
//! algorithm", C/C++ Users Journal 18 (6), June 2000). Codes have at most four characters:
//! consonants that sound alike are one letter, `0` is the sound of *th*, `X` that of *sh*, and
//! a vowel counts, as `A`, only at the beginning.

use super::consonants;
use crate::standardise::masked_debug;

/// A code of up to four characters.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct MetaphoneCode {
    characters: [u8; 4],
    length: u8,
}

masked_debug!(MetaphoneCode);

impl MetaphoneCode {
    /// The code's characters, ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.characters[..usize::from(self.length)]
    }

    fn push(&mut self, sounds: &[u8]) {
        for sound in sounds {
            if let Some(place) = self.characters.get_mut(usize::from(self.length)) {
                *place = *sound;
                self.length += 1;
            }
        }
    }
}

/// The primary and the alternate code of a name; they are equal where it is said in one way.
/// `None` if there is nothing to be said, as where there is no letter.
#[must_use]
pub fn double_metaphone(name: &[u8]) -> Option<(MetaphoneCode, MetaphoneCode)> {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_uppercase);
    let mut word = Word::new(letters.collect());
    let mut at = word.silent_beginning();
    if word.letter(at) == b'X' && at == 0 {
        // Said as in Xavier.
        word.say("S");
        at += 1;
    }
    while at < word.letters.len() && !word.is_full() {
        at += match word.letter(at) {
            b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => vowel(&mut word, at),
            _ => consonants::say(&mut word, at),
        };
    }
    (word.primary.length > 0 || word.alternate.length > 0).then_some((word.primary, word.alternate))
}

fn vowel(word: &mut Word, at: usize) -> usize {
    if at == 0 {
        word.say("A");
    }
    1
}

/// A word being said.
pub(super) struct Word {
    letters: zeroize::Zeroizing<Vec<u8>>,
    /// Whether its spelling looks Slavic or German.
    is_slavo_germanic: bool,
    primary: MetaphoneCode,
    alternate: MetaphoneCode,
}

impl Word {
    fn new(letters: Vec<u8>) -> Word {
        let has = |part: &[u8]| letters.windows(part.len()).any(|window| window == part);
        let is_slavo_germanic = has(b"W") || has(b"K") || has(b"CZ");
        Word {
            letters: letters.into(),
            is_slavo_germanic,
            primary: MetaphoneCode::default(),
            alternate: MetaphoneCode::default(),
        }
    }

    /// How many letters at the beginning are silent: *gn*ome, *kn*ight, *pn*eumonia, *wr*ite,
    /// *ps*alm.
    fn silent_beginning(&self) -> usize {
        usize::from(self.begins(&["GN", "KN", "PN", "WR", "PS"]))
    }

    fn is_full(&self) -> bool {
        self.primary.length == 4 && self.alternate.length == 4
    }

    /// The letter at a place; a blank beyond the end.
    pub(super) fn letter(&self, at: usize) -> u8 {
        self.letters.get(at).copied().unwrap_or(b' ')
    }

    /// Whether one of these texts stands `back` letters before a place. Nothing stands before
    /// the beginning; a blank stands for the end.
    pub(super) fn before(&self, at: usize, back: usize, texts: &[&str]) -> bool {
        at.checked_sub(back).is_some_and(|from| self.has(from, texts))
    }

    /// Whether one of these texts stands at a place; a blank stands for the end.
    pub(super) fn has(&self, at: usize, texts: &[&str]) -> bool {
        let stands = |text: &&str| text.bytes().enumerate().all(|(i, byte)| self.letter(at + i) == byte);
        texts.iter().any(stands)
    }

    /// Whether the word begins with one of these texts.
    pub(super) fn begins(&self, texts: &[&str]) -> bool {
        self.has(0, texts)
    }

    pub(super) fn is_last(&self, at: usize) -> bool {
        at + 1 == self.letters.len()
    }

    pub(super) fn length(&self) -> usize {
        self.letters.len()
    }

    pub(super) fn is_vowel(&self, at: usize) -> bool {
        matches!(self.letter(at), b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
    }

    /// Whether a vowel stands before a place.
    pub(super) fn follows_vowel(&self, at: usize) -> bool {
        at > 0 && self.is_vowel(at - 1)
    }

    pub(super) fn is_slavo_germanic(&self) -> bool {
        self.is_slavo_germanic
    }

    /// Whether the word looks German or Dutch from its beginning. Names that are kept without
    /// blanks cannot show that they begin with *van* or *von*.
    pub(super) fn is_germanic(&self) -> bool {
        self.begins(&["SCH"])
    }

    /// Adds sounds to both codes.
    pub(super) fn say(&mut self, sounds: &str) {
        self.say_either(sounds, sounds);
    }

    /// Adds some sounds to the primary code and others to the alternate.
    pub(super) fn say_either(&mut self, primary: &str, alternate: &str) {
        self.primary.push(primary.as_bytes());
        self.alternate.push(alternate.as_bytes());
    }
}
