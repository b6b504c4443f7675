//! Keys: a random root, and one derived key for each purpose.
//!
//! ```text
//! root ── project(project id) ─┬─ token key                     identifiers → tokens, inside
//!                              └─ release(release id) ── pseudonym key   person → pseudonym, leaves
//! ```
//!
//! Derivation is BLAKE3's `derive_key`. Its context strings are fixed constants, one a
//! purpose; ids that vary go into the key material behind the parent key, each with its
//! length before it. So a key of one project, release or purpose says nothing about another.

mod file;

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use file::KeyFile;

const PROJECT: &str = "counterfoil 2026-11-22 project key v1";
const RELEASE: &str = "counterfoil 2026-11-22 release key v1";
const TOKEN: &str = "counterfoil 2026-11-22 token key v1";
const PSEUDONYM: &str = "counterfoil 2026-11-22 pseudonym key v1";
const KEY_ID: &str = "counterfoil 2026-11-22 key id v1";

/// The demo root key: published here on purpose, so that a committed example job can run.
/// It protects nothing.
const DEMO: &[u8; 32] = b"counterfoil demo key: no secret!";

/// The ids that keys are derived for. They are names, not secrets.
#[derive(Clone, Copy, Debug)]
pub struct Ids<'a> {
    /// Tokens are equal within a project.
    pub project: &'a str,
    /// Pseudonyms are equal within a release.
    pub release: &'a str,
}

/// The secret that every other key of an organisation derives from.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

/// Names a key without telling anything of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyId(String);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RootKey {
    /// A new key from the operating system's random source.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness to give.
    pub fn generate() -> Result<RootKey, getrandom::Error> {
        let mut key = RootKey([0; 32]);
        getrandom::fill(&mut key.0)?;
        Ok(key)
    }

    /// The built-in public key of example jobs (`[keys] demo = true`).
    #[must_use]
    pub fn demo() -> RootKey {
        RootKey(*DEMO)
    }

    /// The key's id: one-way, and no oracle, since the key is random.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let hash = blake3::Hasher::new_derive_key(KEY_ID).update(&self.0).finalize();
        KeyId(hash.to_hex()[..16].to_owned())
    }

    /// The keys of one project and release.
    #[must_use]
    pub fn project(&self, ids: &Ids<'_>) -> ProjectKeys {
        let project = derive(PROJECT, &self.0, &[ids.project]);
        let release = derive(RELEASE, project.as_bytes(), &[ids.release]);
        ProjectKeys { project, release }
    }

    fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn from_bytes(bytes: &[u8; 32]) -> RootKey {
        RootKey(*bytes)
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

/// The keys of one project and one of its releases.
#[derive(Debug)]
pub struct ProjectKeys {
    project: PurposeKey,
    release: PurposeKey,
}

impl ProjectKeys {
    /// The key that tokens are made under; the same for every release of the project.
    #[must_use]
    pub fn token_key(&self) -> PurposeKey {
        derive(TOKEN, self.project.as_bytes(), &[])
    }

    /// The key that pseudonyms of one kind (`person`, or a record key's name) are made
    /// under; different in every release.
    #[must_use]
    pub fn pseudonym_key(&self, purpose: &str) -> PurposeKey {
        derive(PSEUDONYM, self.release.as_bytes(), &[purpose])
    }
}

/// A key for one purpose.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PurposeKey([u8; 32]);

impl PurposeKey {
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PurposeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PurposeKey(…)")
    }
}

/// `derive_key(context, parent ‖ length‖id ‖ length‖id …)`; lengths are 8 bytes,
/// little-endian.
fn derive(context: &str, parent: &[u8; 32], ids: &[&str]) -> PurposeKey {
    let mut material = Zeroizing::new(Vec::with_capacity(64));
    material.extend_from_slice(parent);
    for id in ids {
        material.extend_from_slice(&(id.len() as u64).to_le_bytes());
        material.extend_from_slice(id.as_bytes());
    }
    PurposeKey(blake3::derive_key(context, &material))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_slide_into_each_other() {
        let root = RootKey::demo();
        let key = |project, release| *root.project(&Ids { project, release }).pseudonym_key("person").as_bytes();
        assert_ne!(key("ab", "c"), key("a", "bc"));
        assert_ne!(key("a", "b"), key("b", "a"));
    }

    #[test]
    fn token_keys_do_not_depend_on_the_release_and_pseudonym_keys_do() {
        let root = RootKey::demo();
        let one = root.project(&Ids { project: "p", release: "one" });
        let two = root.project(&Ids { project: "p", release: "two" });
        assert_eq!(one.token_key().as_bytes(), two.token_key().as_bytes());
        assert_ne!(one.pseudonym_key("person").as_bytes(), two.pseudonym_key("person").as_bytes());
        assert_ne!(one.pseudonym_key("person").as_bytes(), one.pseudonym_key("EPIKEY").as_bytes());
    }

    #[test]
    fn generated_keys_differ_and_debug_shows_nothing() {
        let (a, b) = (RootKey::generate().expect("randomness"), RootKey::generate().expect("randomness"));
        assert_ne!(a.0, b.0);
        assert_eq!(
            format!("{a:?} {:?}", a.project(&Ids { project: "p", release: "r" }).token_key()),
            "RootKey(…) PurposeKey(…)"
        );
    }
}
