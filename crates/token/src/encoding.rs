//! The canonical encoding of a value, which is what a token is a keyed hash of.
//!
//! ```text
//! byte 0      version, 1
//! byte 1      length of the tag
//! …           tag: the name of the field's kind, ASCII
//! 2 bytes     length of the value, little-endian
//! …           value
//! …           zero bytes up to the next multiple of 64
//! ```
//!
//! Lengths come before contents, so no two (tag, value) pairs encode alike; nothing is ever
//! plainly concatenated. Padding to whole BLAKE3 blocks changes no meaning and lets sixteen
//! short values be hashed at once (see [`lanes`](crate::lanes)). Any change here is a format
//! break: it changes every token, and the vectors in `fixtures/cases/token-vectors.toml`
//! fail.

use zeroize::Zeroizing;

/// Version of the encoding.
const VERSION: u8 = 1;

/// BLAKE3's block length.
pub(crate) const BLOCK: usize = 64;

/// Encodes values of one tag.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    prefix: [u8; BLOCK],
    /// Where the value's length stands.
    at: usize,
}

impl Encoder {
    /// An encoder for one tag.
    ///
    /// # Panics
    ///
    /// When the tag is longer than 40 bytes; tags are names in our own code.
    pub(crate) fn new(tag: &str) -> Encoder {
        assert!(tag.len() <= 40, "a tag must leave room for the value");
        let mut prefix = [0; BLOCK];
        prefix[0] = VERSION;
        prefix[1] = tag.len() as u8;
        prefix[2..2 + tag.len()].copy_from_slice(tag.as_bytes());
        Encoder { prefix, at: 2 + tag.len() }
    }

    /// Whether a value of that length fits one block.
    pub(crate) fn fits(&self, value: &[u8]) -> bool {
        self.at + 2 + value.len() <= BLOCK
    }

    /// Writes the one-block encoding of a value that [fits](Encoder::fits).
    #[inline]
    pub(crate) fn write(&self, value: &[u8], block: &mut [u8; BLOCK]) {
        *block = self.prefix;
        let start = self.at + 2;
        block[self.at..start].copy_from_slice(&(value.len() as u16).to_le_bytes());
        block[start..start + value.len()].copy_from_slice(value);
    }

    /// The encoding of a value of any length up to 65,535 bytes; longer ones are cut there,
    /// which standardising rules out long before.
    pub(crate) fn encode(&self, value: &[u8]) -> Zeroizing<Vec<u8>> {
        let value = &value[..value.len().min(usize::from(u16::MAX))];
        let length = self.at + 2 + value.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.next_multiple_of(BLOCK)));
        bytes.extend_from_slice(&self.prefix[..self.at]);
        bytes.extend_from_slice(&(value.len() as u16).to_le_bytes());
        bytes.extend_from_slice(value);
        bytes.resize(length.next_multiple_of(BLOCK), 0);
        bytes
    }
}
