//! Comparison form of words: without case, accents, punctuation or spacing.
//!
//! English records write one name in many ways (`O'Brien`, `OBRIEN`, `O’Brien`; `Zoë`,
//! `ZOE`), so what a keyboard or a transcriber decides is taken out, and Cyrillic and Greek letters
//! become [Latin ones](super::script). Accents are taken off these only: in other scripts a mark can
//! be part of the letter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::clear_text::Draft;
use super::script::romanised;

/// Text in comparison form.
pub(super) struct Folded {
    /// Upper-case letters and digits, nothing else. May be empty.
    pub(super) text: Draft,
    /// Whether there is a letter in it.
    pub(super) has_letter: bool,
}

/// Folds text: upper case, compatibility forms resolved (Unicode NFKD), Cyrillic and Greek in Latin
/// letters, accents off these, Latin letters that Unicode does not take apart spelt out, everything but letters
/// and digits removed.
pub(super) fn fold(text: &str) -> Folded {
    if text.is_ascii() { fold_ascii(text.as_bytes()) } else { fold_unicode(text) }
}

/// The fast way, which most names take; a test holds it to [`fold_unicode`].
fn fold_ascii(text: &[u8]) -> Folded {
    let mut folded = Folded { text: Draft::new(text.len()), has_letter: false };
    for byte in text.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
        folded.has_letter |= byte.is_ascii_alphabetic();
        folded.text.push(&[byte.to_ascii_uppercase()]);
    }
    folded
}

fn fold_unicode(text: &str) -> Folded {
    let mut folded = Folded { text: Draft::new(text.len() * 2), has_letter: false };
    let characters = romanised(text.nfkd().flat_map(char::to_uppercase)).flat_map(spelt_out);
    let characters = letters_and_digits(characters).nfc();
    for character in characters {
        folded.has_letter |= character.is_alphabetic() && !is_combining_mark(character);
        folded.text.push_char(character);
    }
    folded
}

/// Keeps letters, digits, and the marks that stand on a letter of another script than Latin.
/// Modifier letters such as U+02BC are apostrophes in names, though Unicode calls them
/// letters.
fn letters_and_digits(characters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut on_other_script = false;
    characters.filter(move |&character| {
        if is_combining_mark(character) {
            return on_other_script;
        }
        let is_modifier = matches!(character, '\u{2B0}'..='\u{2FF}');
        let is_kept = character.is_alphanumeric() && !is_modifier;
        on_other_script = is_kept && character.is_alphabetic() && !is_latin(character);
        is_kept
    })
}

/// Whether a letter is in one of Unicode's Latin blocks.
fn is_latin(letter: char) -> bool {
    matches!(letter,
        '\u{0}'..='\u{2AF}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}')
}

/// The upper-case Latin letters that are no base letter with an accent, as English records
/// spell them; any other character as it is.
fn spelt_out(character: char) -> impl Iterator<Item = char> {
    let (first, second) = match character {
        'Æ' => ('A', Some('E')),
        'Œ' => ('O', Some('E')),
        'Þ' => ('T', Some('H')),
        'ẞ' => ('S', Some('S')),
        'Ø' => ('O', None),
        'Ł' => ('L', None),
        'Ð' | 'Đ' => ('D', None),
        'Ħ' => ('H', None),
        'Ŧ' => ('T', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_ascii_way_is_the_unicode_way(text in "[\\x00-\\x7f]{0,40}") {
            let (fast, plain) = (fold_ascii(text.as_bytes()), fold_unicode(&text));
            prop_assert_eq!(fast.text.as_bytes(), plain.text.as_bytes());
            prop_assert_eq!(fast.has_letter, plain.has_letter);
        }
    }
}
