//! The root key file.
//!
//! ```text
//! counterfoil root key, version 1
//! purpose = hes-deaths linkage
//! key = 64 hexadecimal digits
//! ```
//!
//! A text file, so that whoever finds one knows what it is. `store` reads and writes it and
//! refuses files that others can read; this module only knows its form.

use std::fmt;

use counterfoil_core::Fault;
use zeroize::Zeroizing;

use super::{KeyId, RootKey};

const FIRST_LINE: &str = "counterfoil root key, version 1";

/// A root key with what its file says of it.
pub struct KeyFile {
    key: RootKey,
    purpose: String,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl KeyFile {
    /// Puts a key in an envelope. A purpose is one line of free text; line breaks become
    /// blanks.
    #[must_use]
    pub fn new(key: RootKey, purpose: &str) -> KeyFile {
        KeyFile { key, purpose: purpose.replace(['\n', '\r'], " ").trim().to_owned() }
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(256));
        bytes.extend_from_slice(format!("{FIRST_LINE}\npurpose = {}\nkey = ", self.purpose).as_bytes());
        for byte in self.key.as_bytes() {
            bytes.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        }
        bytes.push(b'\n');
        bytes
    }

    /// Reads a key file's bytes; `place` names the file in faults.
    ///
    /// # Errors
    ///
    /// When the bytes are not a key file of version 1.
    pub fn parse(bytes: &[u8], place: &str) -> Result<KeyFile, Fault> {
        let refuse =
            |message: &str| Fault::environment(place, message).hint("make a key file with `counterfoil key new FILE`");
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("this is not a key file"))?;
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(refuse("this is not a root key file of version 1"));
        }
        let purpose = lines.next().and_then(|line| line.strip_prefix("purpose = "));
        let key = lines.next().and_then(|line| line.strip_prefix("key = ")).and_then(unhex);
        match (purpose, key, lines.next()) {
            (Some(purpose), Some(key), None) => {
                Ok(KeyFile { key: RootKey::from_bytes(&key), purpose: purpose.to_owned() })
            }
            _ => Err(refuse("the key file is damaged")),
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &RootKey {
        &self.key
    }

    /// The key's id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.key.id()
    }

    /// What the key is for, in its maker's words.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    for (byte, pair) in key.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = (high? << 4 | low?) as u8;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back() {
        let file = KeyFile::new(RootKey::demo(), "an example\nwith a line break");
        let back = KeyFile::parse(&file.to_bytes(), "k.key").expect("its own bytes");
        assert_eq!(back.purpose(), "an example with a line break");
        assert_eq!(back.id(), file.id());
    }

    #[test]
    fn damaged_files_are_refused_without_showing_them() {
        let good = KeyFile::new(RootKey::demo(), "p").to_bytes();
        for cut in 0..good.len() - 1 {
            let fault = KeyFile::parse(&good[..cut], "k.key").expect_err("a file cut short");
            assert!(fault.to_string().starts_with("k.key: "));
            assert!(!fault.message.contains("636f"), "the key's digits must not appear");
        }
        assert!(KeyFile::parse(b"\xff\xfe", "k.key").is_err());
    }
}
