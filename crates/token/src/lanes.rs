//! Many short keyed hashes at once.
//!
//! A keyed BLAKE3 hash of one short value leaves most of a vector unit idle: about 100 ns
//! where sixteen independent blocks take little more together. Our encodings are whole
//! blocks (see [`encoding`](crate::encoding)), and the hash of a one-block input is a single
//! compression with the flags below, so blocks of different values can share one call.

use blake3::IncrementCounter;
use blake3::platform::Platform;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::encoding::BLOCK;

/// How many blocks are hashed by one call: four times the widest vector unit, so that the
/// call itself costs nothing; 4 KiB of blocks stay in the first-level cache.
pub(crate) const LANES: usize = 64;

// Domain flags of the BLAKE3 specification (O'Connor, Aumasson, Neves and Wilcox-O'Hearn,
// 2020, table 3).
const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 1 << 1;
const ROOT: u8 = 1 << 3;
const KEYED_HASH: u8 = 1 << 4;

/// Hashes single blocks under one key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Lanes {
    key: [u32; 8],
    #[zeroize(skip)]
    platform: Platform,
}

impl Lanes {
    pub(crate) fn new(key: &[u8; 32]) -> Lanes {
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(key.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Lanes { key: words, platform: Platform::detect() }
    }

    /// Writes the 32-byte keyed hash of each block to `out`, which has 32 bytes a block.
    /// At most [`LANES`] blocks.
    pub(crate) fn hash(&self, blocks: &[[u8; BLOCK]], out: &mut [u8]) {
        let mut inputs = [&[0; BLOCK]; LANES];
        for (input, block) in inputs.iter_mut().zip(blocks) {
            *input = block;
        }
        self.platform.hash_many(
            &inputs[..blocks.len()],
            &self.key,
            0,
            IncrementCounter::No,
            KEYED_HASH,
            CHUNK_START,
            CHUNK_END | ROOT,
            out,
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The fast path and its plain twin, `blake3::keyed_hash`, agree on every number of
        /// blocks up to the full width.
        #[test]
        fn lanes_equal_keyed_hash(key: [u8; 32], blocks in prop::collection::vec(any::<[u8; 32]>(), 1..=LANES)) {
            let blocks: Vec<[u8; BLOCK]> = blocks
                .iter()
                .map(|half| std::array::from_fn(|i| half[i % 32] ^ (i as u8)))
                .collect();
            let mut out = vec![0; 32 * blocks.len()];
            Lanes::new(&key).hash(&blocks, &mut out);
            for (block, hash) in blocks.iter().zip(out.chunks(32)) {
                let plain = blake3::keyed_hash(&key, block);
                prop_assert_eq!(hash, plain.as_bytes().as_slice());
            }
        }
    }
}
