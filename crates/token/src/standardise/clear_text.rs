//! Clear text of any length, wiped when it is no longer needed.

use zeroize::Zeroizing;

use super::masked_debug;

/// A standardised value of a field that has no fixed size: its comparison form, byte for
/// byte. Two values are equal exactly when their bytes are.
#[derive(Clone, PartialEq, Eq)]
pub struct ClearText(Zeroizing<Vec<u8>>);

masked_debug!(ClearText);

impl ClearText {
    /// The comparison form. UTF-8, except for local patient ids, which begin with a length.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A [`ClearText`] being written. A plain `Vec` leaves its old memory behind unwiped when it
/// grows; this does not.
pub(super) struct Draft(Zeroizing<Vec<u8>>);

impl Draft {
    /// An empty draft with room for `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Draft {
        Draft(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    /// Appends bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Appends a character as UTF-8.
    pub(super) fn push_char(&mut self, character: char) {
        self.push(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// What has been written so far.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The finished text.
    pub(super) fn finish(self) -> ClearText {
        ClearText(self.0)
    }
}
