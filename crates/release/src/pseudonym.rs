//! Pseudonyms as this crate sees them: text of a fixed shape, made elsewhere under a key.
//!
//! The trait is what stands between what leaves and who holds keys. Every text that a
//! released table carries as a pseudonym is checked for its shape, so that a record key, a
//! token of another length or a clear value cannot take its place by mistake.

use arrow_array::builder::StringBuilder;
use arrow_array::{Array, StringArray};
use arrow_buffer::{Buffer, OffsetBuffer};
use counterfoil_core::{Fault, Pseudonym};

/// Number of characters of a pseudonym: 128 bits as lower-case hexadecimal.
pub const PSEUDONYM_LENGTH: usize = Pseudonym::LENGTH;

/// Purpose under which person keys are pseudonymised. It is one for all data sets of a
/// release, which is what lets them be joined by person.
pub const PERSON_PURPOSE: &str = "person";

/// Makes the pseudonyms of one release.
pub trait Pseudonymiser {
    /// Pseudonyms of `values` under `purpose`: equal values get equal pseudonyms under one
    /// purpose and unrelated ones under two.
    ///
    /// `values` is always plain `Utf8`, whatever type the column had: text without
    /// surrounding blanks, whole numbers in decimal. The answer has the same length, null
    /// where `values` is null and else [`PSEUDONYM_LENGTH`] lower-case hexadecimal
    /// characters.
    fn pseudonyms(&self, purpose: &str, values: &dyn Array) -> StringArray;
}

/// Whether a text has the shape of a pseudonym.
#[must_use]
pub fn is_pseudonym(text: &str) -> bool {
    text.len() == PSEUDONYM_LENGTH && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A column of pseudonyms.
pub(crate) fn column(pseudonyms: impl ExactSizeIterator<Item = Pseudonym>) -> StringArray {
    let ends = OffsetBuffer::from_lengths(std::iter::repeat_n(PSEUDONYM_LENGTH, pseudonyms.len()));
    let mut text = Vec::with_capacity(pseudonyms.len() * PSEUDONYM_LENGTH);
    pseudonyms.for_each(|pseudonym| text.extend_from_slice(&pseudonym.hex()));
    StringArray::new(ends, Buffer::from_vec(text), None)
}

/// A column of pseudonyms and nulls.
#[must_use]
pub fn nullable_column(pseudonyms: impl Iterator<Item = Option<Pseudonym>>) -> StringArray {
    let mut column = StringBuilder::new();
    for pseudonym in pseudonyms {
        // Hexadecimal digits are text.
        column.append_option(pseudonym.map(Pseudonym::hex).as_ref().and_then(|hex| std::str::from_utf8(hex).ok()));
    }
    column.finish()
}

/// Refuses a column in which anything but pseudonyms and nulls stands.
pub(crate) fn check_pseudonyms(place: &str, column: &str, values: &StringArray) -> Result<(), Fault> {
    match values.iter().position(|value| value.is_some_and(|text| !is_pseudonym(text))) {
        None => Ok(()),
        Some(row) => Err(Fault::bug(
            place,
            format!(
                "row {row}, column `{column}`: not a pseudonym of {PSEUDONYM_LENGTH} lower-case \
                 hexadecimal characters"
            ),
        )),
    }
}
