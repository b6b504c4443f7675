//! Pseudonyms: the per-release ids that leave.
//!
//! A pseudonym is a keyed hash like a token, but under a key of its release and purpose, so
//! that two releases cannot be joined and a pseudonym cannot be compared with a token.

use std::fmt;

use counterfoil_core::Pseudonym;

use crate::coding::trimmed;
use crate::key::PurposeKey;
use crate::tokeniser::Tokeniser;

/// Tells pseudonyms from what else could be made under a key.
const TAG: &str = "pseudonym";

/// Makes the pseudonyms of one release and purpose.
pub struct PseudonymMaker {
    hashes: Tokeniser,
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
        PseudonymMaker { hashes: Tokeniser::new(key) }
    }

    /// The pseudonym of a person key or record key. Blanks around the key do not count.
    #[must_use]
    pub fn pseudonym(&self, key: &str) -> Pseudonym {
        Pseudonym::new(*self.hashes.token(TAG, trimmed(key).as_bytes()).as_bytes())
    }

    /// The pseudonyms of many keys, in order, in less time than one after another.
    pub fn pseudonyms<K: AsRef<str>>(&self, keys: impl Iterator<Item = K>) -> Vec<Pseudonym> {
        self.pseudonyms_with(keys, |key, out| out.extend(trimmed(key.as_ref()).as_bytes()))
    }

    /// As [`pseudonyms`](PseudonymMaker::pseudonyms), of keys that `write` appends, in UTF-8 and without
    /// blanks around them.
    pub fn pseudonyms_with<K>(&self, keys: impl Iterator<Item = K>, write: impl Fn(K, &mut Vec<u8>)) -> Vec<Pseudonym> {
        let tokens = self.hashes.tokens(TAG, keys, write);
        tokens.iter().map(|token| Pseudonym::new(*token.as_bytes())).collect()
    }
}
