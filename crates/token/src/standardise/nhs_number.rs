//! NHS numbers: ten digits of which the last checks the others.
//!
//! The check lets every number of one repeated digit through, and two of those are sentinels
//! of the Master Person Service, so they are refused by a rule of their own
//! (linkage methodology 9.3; S8, S11).

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::{masked_debug, trim};

/// A valid NHS number, leading zeros included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber(u64);

masked_debug!(NhsNumber);

impl NhsNumber {
    /// The number, below 10¹⁰.
    #[inline]
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// The ten digits as ASCII, the form that tokens are made of.
    #[inline]
    #[must_use]
    pub fn digits(self) -> [u8; 10] {
        // Two halves, because each digit waits for the division before it.
        let (mut high, mut low) = ((self.0 / 100_000) as u32, (self.0 % 100_000) as u32);
        let mut digits = [b'0'; 10];
        for place in (0..5).rev() {
            digits[place] += (high % 10) as u8;
            digits[place + 5] += (low % 10) as u8;
            (high, low) = (high / 10, low / 10);
        }
        digits
    }
}

/// An NHS number from text: ten digits, or groups of three, three and four parted by single
/// spaces or by single hyphens. Blanks around it are ignored; blank text is null.
#[inline]
#[must_use]
pub fn nhs_number(text: &[u8]) -> Outcome<NhsNumber> {
    let text = trim(text);
    if let Ok(digits) = <[u8; 10]>::try_from(text) {
        return from_digits(digits);
    }
    match ungroup(text) {
        Some(digits) => from_digits(digits),
        None if text.is_empty() => Outcome::Null(NullReason::Empty),
        None => Outcome::Rejected(RejectRule::NhsNumberFormat),
    }
}

/// An NHS number from an integer column, where leading zeros are lost: the number is read as
/// if padded to ten digits.
#[inline]
#[must_use]
pub fn nhs_number_from_int(value: i64) -> Outcome<NhsNumber> {
    match u64::try_from(value) {
        Ok(number) if number < 10_000_000_000 => from_digits(NhsNumber(number).digits()),
        _ => Outcome::Rejected(RejectRule::NhsNumberFormat),
    }
}

/// The ten characters of a number in groups of three, three and four with one kind of
/// separator; `None` if it is not so grouped.
fn ungroup(text: &[u8]) -> Option<[u8; 10]> {
    let text: [u8; 12] = text.try_into().ok()?;
    let separator = text[3];
    if !matches!(separator, b' ' | b'-') || text[7] != separator {
        return None;
    }
    let mut digits = [0; 10];
    digits[..3].copy_from_slice(&text[..3]);
    digits[3..6].copy_from_slice(&text[4..7]);
    digits[6..].copy_from_slice(&text[8..]);
    Some(digits)
}

/// Checks ten bytes. The published weights are 10 … 2 on digits 1 … 9, and digit 10 must be
/// 11 − (sum mod 11), with 11 written as 0 and 10 impossible. That is the same as: weights
/// 10 … 1 on all ten digits give a multiple of 11.
#[inline]
fn from_digits(text: [u8; 10]) -> Outcome<NhsNumber> {
    // Sums of independent products, so that the processor works on all digits at once.
    let (mut number, mut weighted, mut all_digits) = (0_u64, 0_u32, true);
    for (place, byte) in text.into_iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        all_digits &= digit < 10;
        number += u64::from(digit) * PLACE_VALUES[place];
        weighted += u32::from(digit) * (10 - place as u32);
    }
    if !all_digits {
        Outcome::Rejected(RejectRule::NhsNumberFormat)
    } else if number.is_multiple_of(1_111_111_111) {
        Outcome::Rejected(RejectRule::NhsNumberRepeatedDigit)
    } else if !weighted.is_multiple_of(11) {
        Outcome::Rejected(RejectRule::NhsNumberCheckDigit)
    } else {
        Outcome::Valid(NhsNumber(number))
    }
}

/// What a digit counts in each of the ten places.
const PLACE_VALUES: [u64; 10] = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
