//! The distinct values of a domain and their numbers.

use std::fmt;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::ValueKind;
use super::interner::Interner;
use crate::similarity::Signature;

/// The values of one domain: clear, so without `Display`, with a masked `Debug`, and wiped
/// when dropped.
pub struct Dictionary {
    kind: ValueKind,
    values: Interner,
    /// By number; made when a measure first needs them.
    signatures: OnceLock<Zeroizing<Vec<Signature>>>,
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dictionary(…)")
    }
}

impl Dictionary {
    /// An empty dictionary for values of one kind.
    #[must_use]
    pub fn new(kind: ValueKind) -> Dictionary {
        Dictionary { kind, values: Interner::default(), signatures: OnceLock::new() }
    }

    /// What kind of values it holds.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.kind
    }

    /// Number of distinct values; the largest number of a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() - 1
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a number, in comparison form; empty for 0. For those who may see clear
    /// values: to explain a pair in trusted mode.
    ///
    /// # Panics
    ///
    /// When no value has the number.
    #[inline]
    #[must_use]
    pub fn clear_value(&self, number: u32) -> &[u8] {
        self.values.text(number)
    }

    /// The number of a value in comparison form, if it has one.
    ///
    /// # Panics
    ///
    /// When the dictionary is [closed](Dictionary::close).
    #[must_use]
    pub fn find(&self, value: &[u8]) -> Option<u32> {
        self.values.find(value)
    }

    /// By number of another dictionary of the same kind, the number that the value has here; 0 where it
    /// has none.
    ///
    /// # Panics
    ///
    /// When this dictionary is [closed](Dictionary::close).
    #[must_use]
    pub fn places_of(&self, other: &Dictionary) -> Vec<u32> {
        let place = |number: u32| if number == 0 { 0 } else { self.find(other.clear_value(number)).unwrap_or(0) };
        other.numbers().map(place).collect()
    }

    /// The number of a value in comparison form, a new one if need be.
    #[inline]
    pub(super) fn number(&mut self, value: &[u8]) -> u32 {
        let (number, is_new) = self.values.number(value);
        if is_new && self.signatures.get().is_some() {
            self.signatures = OnceLock::new();
        }
        number
    }

    /// Gives up the memory by which values are found, once all are read. Dates are still looked for, with
    /// month and day exchanged, and numbers [as they were at another time](Dictionary::raised).
    pub fn close(&mut self) {
        if !matches!(self.kind, ValueKind::Date | ValueKind::Number) {
            self.values.close();
        }
    }

    /// Its values, for looking where one may stand.
    #[inline]
    pub(super) fn values(&self) -> &Interner {
        &self.values
    }

    /// The signature of every value, by number.
    pub(super) fn signatures(&self) -> &[Signature] {
        self.signatures.get_or_init(|| {
            Zeroizing::new(self.numbers().map(|number| Signature::new(self.clear_value(number))).collect())
        })
    }

    /// Every number from 0 on.
    pub(super) fn numbers(&self) -> std::ops::Range<u32> {
        0..self.values.len() as u32
    }
}
