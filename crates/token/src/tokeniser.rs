//! Tokens: identifiers under a key.

use std::fmt;

use counterfoil_core::Code;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::encoding::{BLOCK, Encoder};
use crate::key::PurposeKey;
use crate::lanes::{LANES, Lanes};

/// An identifier under a key: the first 128 bits of a keyed BLAKE3 hash of its canonical
/// encoding. Tokens stay inside; what leaves is a [pseudonym](crate::pseudonym).
///
/// Two of a billion distinct values share a token with probability 1.5·10⁻²¹.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token([u8; 16]);

impl Token {
    /// The token's bytes, for files that are themselves inside the boundary.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The code that stands for this token inside a job.
    #[must_use]
    pub fn code(&self) -> Code {
        code_of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The first 128 bits of a hash.
fn token_of(hash: &[u8; 32]) -> Token {
    let mut token = [0; 16];
    token.copy_from_slice(&hash[..16]);
    Token(token)
}

/// The first 64 bits of a hash, little-endian; 0 stands for null, so it becomes 1.
fn code_of(hash: &[u8]) -> Code {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    Code(u64::from_le_bytes(bytes).max(1))
}

/// Makes tokens under one key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Tokeniser {
    key: [u8; 32],
    lanes: Lanes,
}

impl fmt::Debug for Tokeniser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokeniser(…)")
    }
}

impl Tokeniser {
    /// A tokeniser under `key`.
    #[must_use]
    pub fn new(key: &PurposeKey) -> Tokeniser {
        Tokeniser { key: *key.as_bytes(), lanes: Lanes::new(key.as_bytes()) }
    }

    /// The token of one value. `tag` says what kind of value it is: equal text under
    /// different tags has unrelated tokens.
    #[must_use]
    pub fn token(&self, tag: &str, value: &[u8]) -> Token {
        self.hashed(&Encoder::new(tag).encode(value))
    }

    /// The token of an encoded value.
    fn hashed(&self, encoding: &[u8]) -> Token {
        token_of(blake3::keyed_hash(&self.key, encoding).as_bytes())
    }

    /// The tokens of many values of one tag, in order. `write` appends a value, given what
    /// stands for it, to an empty buffer.
    pub(crate) fn tokens<T>(
        &self,
        tag: &str,
        values: impl Iterator<Item = T>,
        write: impl Fn(T, &mut Vec<u8>),
    ) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(values.size_hint().0);
        let mut value = Zeroizing::new(Vec::with_capacity(crate::standardise::MAX_BYTES * 32));
        let mut batch = TokenBatch {
            tokeniser: self,
            encoder: Encoder::new(tag),
            blocks: Zeroizing::new([[0; BLOCK]; LANES]),
            filled: 0,
        };
        for of in values {
            value.clear();
            write(of, &mut value);
            batch.push(&value, &mut tokens);
        }
        batch.flush(&mut tokens);
        tokens
    }

    /// A batch that codes values of one tag.
    #[must_use]
    pub fn batch(&self, tag: &str) -> CodeBatch<'_> {
        CodeBatch {
            tokeniser: self,
            encoder: Encoder::new(tag),
            blocks: Zeroizing::new([[0; BLOCK]; LANES]),
            targets: [0; LANES],
            filled: 0,
        }
    }
}

/// Collects values of one tag and writes their whole tokens many at a time, in order.
struct TokenBatch<'t> {
    tokeniser: &'t Tokeniser,
    encoder: Encoder,
    blocks: Zeroizing<[[u8; BLOCK]; LANES]>,
    filled: usize,
}

impl TokenBatch<'_> {
    #[inline]
    fn push(&mut self, value: &[u8], tokens: &mut Vec<Token>) {
        if !self.encoder.fits(value) {
            self.flush(tokens);
            tokens.push(self.tokeniser.hashed(&self.encoder.encode(value)));
            return;
        }
        self.encoder.write(value, &mut self.blocks[self.filled]);
        self.filled += 1;
        if self.filled == LANES {
            self.flush(tokens);
        }
    }

    fn flush(&mut self, tokens: &mut Vec<Token>) {
        let mut hashes = [0; 32 * LANES];
        let filled = std::mem::take(&mut self.filled);
        self.tokeniser.lanes.hash(&self.blocks[..filled], &mut hashes[..32 * filled]);
        tokens.extend(hashes[..32 * filled].as_chunks::<32>().0.iter().map(token_of));
    }
}

/// Collects values of one tag and writes their codes many at a time.
pub struct CodeBatch<'t> {
    tokeniser: &'t Tokeniser,
    encoder: Encoder,
    blocks: Zeroizing<[[u8; BLOCK]; LANES]>,
    targets: [usize; LANES],
    filled: usize,
}

impl CodeBatch<'_> {
    /// Adds a value whose code goes to `out[target]`. The code is there after the next
    /// [`flush`](CodeBatch::flush) at the latest.
    #[inline]
    pub fn push(&mut self, value: &[u8], target: usize, out: &mut [Code]) {
        if !self.encoder.fits(value) {
            out[target] = self.long(value);
            return;
        }
        self.encoder.write(value, &mut self.blocks[self.filled]);
        self.targets[self.filled] = target;
        self.filled += 1;
        if self.filled == LANES {
            self.flush(out);
        }
    }

    /// Writes the codes of all values added since the last flush.
    pub fn flush(&mut self, out: &mut [Code]) {
        let mut hashes = [0; 32 * LANES];
        let filled = std::mem::take(&mut self.filled);
        self.tokeniser.lanes.hash(&self.blocks[..filled], &mut hashes[..32 * filled]);
        for (hash, target) in hashes.chunks(32).zip(&self.targets[..filled]) {
            out[*target] = code_of(hash);
        }
    }

    fn long(&self, value: &[u8]) -> Code {
        code_of(blake3::keyed_hash(&self.tokeniser.key, &self.encoder.encode(value)).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::{Ids, RootKey};

    proptest! {
        /// Batched codes and tokens are those of single tokens, for values of one block and of more.
        #[test]
        fn batched_codes_equal_single_tokens(values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 0..200)) {
            let keys = RootKey::demo().project(&Ids { project: "p", release: "r" });
            let tokeniser = Tokeniser::new(&keys.token_key());
            let mut codes = vec![Code::NULL; values.len()];
            let mut batch = tokeniser.batch("text");
            for (i, value) in values.iter().enumerate() {
                batch.push(value, i, &mut codes);
            }
            batch.flush(&mut codes);
            let tokens = tokeniser.tokens("text", values.iter(), |value, out| out.extend_from_slice(value));
            prop_assert_eq!(tokens.len(), values.len());
            for ((value, code), token) in values.iter().zip(codes).zip(tokens) {
                prop_assert!(tokeniser.token("text", value).code() == code);
                prop_assert!(tokeniser.token("text", value) == token);
            }
        }
    }
}
