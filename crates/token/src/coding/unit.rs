//! Codes of units: the person that a row belongs to, by person key or by identity, or the row
//! itself.
//!
//! A person key is a pseudonym already, and its code is only ever compared with others of the
//! same run, in memory. So it needs no keyed hash of cryptographic strength, which would cost
//! more than all else that the second reading of a large data set does.

use std::hash::{BuildHasher, Hasher};

use counterfoil_core::Code;
use foldhash::quality::FixedState;

use crate::tokeniser::Tokeniser;

/// Makes the codes of units. Among a hundred million units two share a code with probability
/// n²/2⁶⁵ ≈ 3·10⁻⁴.
#[derive(Clone)]
pub(super) struct UnitCodes {
    person: FixedState,
    identity: FixedState,
    row: FixedState,
}

impl std::fmt::Debug for UnitCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnitCodes(…)")
    }
}

impl UnitCodes {
    /// Seeded from the job's key, so that nobody without it can choose person keys that
    /// collide.
    pub(super) fn new(tokeniser: &Tokeniser) -> UnitCodes {
        let seeded = |purpose: &[u8]| FixedState::with_seed(tokeniser.token("unit seed", purpose).code().0);
        UnitCodes { person: seeded(b"person"), identity: seeded(b"identity"), row: seeded(b"row") }
    }

    /// The code of a person, by person key.
    #[inline]
    pub(super) fn of_person(&self, key: &str) -> Code {
        let mut hasher = self.person.build_hasher();
        hasher.write(key.as_bytes());
        code(hasher.finish())
    }

    /// The code of a person, by the codes of all linkage fields.
    #[inline]
    pub(super) fn of_identity(&self, values: impl Iterator<Item = Code>) -> Code {
        let mut hasher = self.identity.build_hasher();
        values.for_each(|value| hasher.write_u64(value.0));
        code(hasher.finish())
    }

    /// The code of a row that stands for itself, by its source and its 0-based number there.
    #[inline]
    pub(super) fn of_row(&self, source: u16, row: u64) -> Code {
        let mut hasher = self.row.build_hasher();
        hasher.write_u16(source);
        hasher.write_u64(row);
        code(hasher.finish())
    }
}

/// Zero stands for null.
fn code(hash: u64) -> Code {
    Code(hash.max(1))
}
