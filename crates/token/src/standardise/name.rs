//! Names of persons, or parts of them.

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::fold::fold;
use super::placeholder::is_placeholder;
use super::{ClearText, bounded};

/// A name in comparison form: upper case, without accents, punctuation and blanks, so that
/// `O'Brien`, `O’BRIEN` and `Obrien` are one name. ß, Æ, Œ, Ø, Ł, Þ, Ð and Đ become SS, AE,
/// OE, O, L, TH, D and D; Cyrillic and Greek letters become Latin ones as in passports, and letters of
/// other scripts are kept.
///
/// Blank text is null, and so are words that stand where a name should be (`UNKNOWN`,
/// `BABY OF`, `TWIN 1`). Text without a letter is refused.
#[must_use]
pub fn name(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let folded = fold(text);
        if !folded.has_letter {
            Outcome::Rejected(RejectRule::NameWithoutLetter)
        } else if is_placeholder(text, folded.text.as_bytes()) {
            Outcome::Null(NullReason::Placeholder)
        } else {
            Outcome::Valid(folded.text.finish())
        }
    })
}
