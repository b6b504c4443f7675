//! Pseudonyms: what stands for a person or record in what leaves.

use std::fmt;

/// A pseudonym: 128 bits, made under a key of one release and purpose, and ordered as their
/// text is.
///
/// Masked in `Debug`: who is whom is for the recipient alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym([u8; 16]);

impl Pseudonym {
    /// Characters of its text.
    pub const LENGTH: usize = 32;

    /// The pseudonym of these bits.
    #[must_use]
    pub const fn new(bits: [u8; 16]) -> Pseudonym {
        Pseudonym(bits)
    }

    /// Its text: lower-case hexadecimal digits, the look of a `TOKEN_PERSON_ID`.
    #[must_use]
    pub fn hex(self) -> [u8; Pseudonym::LENGTH] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        std::array::from_fn(|i| {
            let byte = self.0[i / 2];
            DIGITS[usize::from(if i % 2 == 0 { byte >> 4 } else { byte & 15 })]
        })
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_hexadecimal_from_the_first_byte_on_and_debug_is_masked() {
        let mut bits = [0; 16];
        (bits[0], bits[1], bits[15]) = (0xab, 0x05, 0x9f);
        let pseudonym = Pseudonym::new(bits);
        assert_eq!(&pseudonym.hex(), b"ab05000000000000000000000000009f");
        assert_eq!(format!("{pseudonym:?}"), "Pseudonym(…)");
    }
}
