//! Linkage fields of one's own: text, categories and identifiers.
//!
//! They differ in what counts as the same value, from the most forgiving to the strictest.
//! Each takes at most [`MAX_BYTES`](super::MAX_BYTES) bytes; blank text is null.

use counterfoil_core::{NullReason, Outcome};
use unicode_normalization::UnicodeNormalization;

use super::clear_text::Draft;
use super::fold::fold;
use super::{ClearText, bounded};

/// Free text, compared without regard to case, accents, punctuation or spacing. Text with
/// neither letter nor digit (`--`) leaves nothing to compare and is null.
#[must_use]
pub fn text(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let folded = fold(text).text;
        if folded.as_bytes().is_empty() { Outcome::Null(NullReason::Empty) } else { Outcome::Valid(folded.finish()) }
    })
}

/// One of a small set of values, compared in upper case. Accents, punctuation and inner
/// blanks count: `A+` and `A-` are two categories.
#[must_use]
pub fn category(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let mut draft = Draft::new(text.len() * 2);
        for character in text.nfc().flat_map(char::to_uppercase).nfc() {
            draft.push_char(character);
        }
        Outcome::Valid(draft.finish())
    })
}

/// An opaque identifier, compared as it stands but for the blanks around it.
#[must_use]
pub fn identifier(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let mut draft = Draft::new(text.len());
        draft.push(text.as_bytes());
        Outcome::Valid(draft.finish())
    })
}
