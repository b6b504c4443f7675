//! Pseudonyms: the per-release ids that leave.
//!
//! A pseudonym is a keyed hash like a token, but under a key of its release and purpose, so
//! that two releases cannot be joined and a pseudonym cannot be compared with a token.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::coding::trimmed;
use crate::encoding::Encoder;
use crate::key::PurposeKey;

/// Makes the pseudonyms of one release and purpose.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PseudonymMaker {
    key: [u8; 32],
}

impl fmt::Debug for PseudonymMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymMaker(…)")
    }
}

impl PseudonymMaker {
    /// A maker under `key`.
    #[must_use]
    pub fn new(key: &PurposeKey) -> PseudonymMaker {
        PseudonymMaker { key: *key.as_bytes() }
    }

    /// The pseudonym of a person key or record key: 32 lower-case hexadecimal digits, the
    /// look of a `TOKEN_PERSON_ID`. Blanks around the key do not count.
    #[must_use]
    pub fn pseudonym(&self, key: &str) -> String {
        let encoded = Encoder::new("pseudonym").encode(trimmed(key).as_bytes());
        blake3::keyed_hash(&self.key, &encoded).to_hex()[..32].to_owned()
    }
}
