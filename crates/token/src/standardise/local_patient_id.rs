//! A provider's own patient ids, which mean something only with their provider.

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::clear_text::Draft;
use super::{ClearText, MAX_BYTES, bounded};

/// A provider's own patient id. Blanks and leading zeros are ignored in comparing
/// (data sets B2; HESonline); case is not, because nothing published says so. An id of
/// nothing but zeros and blanks leaves nothing to compare and is null, as is an id whose
/// provider is missing. Provider codes are compared in upper case without surrounding blanks.
///
/// The comparison form is the length of the provider code in two bytes (most significant
/// first), the provider code, the id: without the length, provider `R1` with id `23` would
/// equal provider `R12` with id `3`.
#[must_use]
pub fn local_patient_id(provider: Option<&str>, id: &str) -> Outcome<ClearText> {
    bounded(id, |id| {
        let id = || id.chars().filter(|character| !character.is_whitespace()).skip_while(|c| *c == '0');
        let provider = provider.map_or("", str::trim);
        if id().next().is_none() {
            Outcome::Null(NullReason::Empty)
        } else if provider.is_empty() {
            Outcome::Null(NullReason::NoProvider)
        } else if provider.len() > MAX_BYTES {
            Outcome::Rejected(RejectRule::TooLong)
        } else {
            Outcome::Valid(encode(provider, id()))
        }
    })
}

fn encode(provider: &str, id: impl Iterator<Item = char>) -> ClearText {
    let mut draft = Draft::new(2 + 2 * MAX_BYTES);
    draft.push(&(provider.len() as u16).to_be_bytes());
    for character in provider.chars() {
        // ASCII only, so that the length stays what was just written.
        draft.push_char(character.to_ascii_uppercase());
    }
    for character in id {
        draft.push_char(character);
    }
    draft.finish()
}
