//! Numbers as canonical decimal text, so that `7`, `07`, `7.0`, `+7` and `7e0` are one value.
//!
//! Text rather than a float: a float would make two identifiers of twenty digits equal that
//! are not.

use counterfoil_core::{Fault, Outcome, RejectRule};

use super::clear_text::Draft;
use super::{ClearText, MAX_BYTES, bounded};

/// A number in canonical decimal form: `-` if negative, no leading zeros but the one before a
/// point, no zeros at the end of a fraction, no exponent; zero is `0` without a sign.
///
/// Taken are digits with an optional sign, an optional decimal point (`.5` and `5.` too) and
/// an optional exponent: common tools write 100000 as `1e+05`. Grouped digits (`1,000`) are
/// refused, because the comma may as well be a decimal comma, and so are `NaN` and `inf`. A
/// number that needs more than [`MAX_BYTES`] digits is too long.
#[must_use]
pub fn number(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| match Decimal::read(text.as_bytes()) {
        Some(decimal) => decimal.write(),
        None => Outcome::Rejected(RejectRule::NumberFormat),
    })
}

/// The text without a final `.0` after nothing but digits: tools write it when a column of whole
/// numbers has gaps.
#[inline]
#[must_use]
pub(crate) fn without_zero_fraction(text: &str) -> &str {
    let is_whole = |digits: &&str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_suffix(".0").filter(is_whole).unwrap_or(text)
}

/// Codes among the values of a number field, each with the number that it stands for: HES
/// writes ages under a year as 7001 to 7007.
#[derive(Clone, Debug, Default)]
pub struct NumberCodes(Vec<(ClearText, ClearText)>);

impl NumberCodes {
    /// A list from pairs of code and number.
    ///
    /// # Errors
    ///
    /// A code or a number that is none is a fault of the definition.
    pub fn new(pairs: &[(&str, &str)]) -> Result<NumberCodes, Fault> {
        let read = |text: &str| match number(text) {
            Outcome::Valid(number) => Ok(number),
            Outcome::Null(_) | Outcome::Rejected(_) => {
                Err(Fault::spec("code_numbers", format!("`{text}` is not a number")))
            }
        };
        pairs.iter().map(|(code, stands_for)| Ok((read(code)?, read(stands_for)?))).collect::<Result<_, _>>().map(Self)
    }
}

/// As [`number`], and a code becomes the number that it stands for.
#[must_use]
pub fn coded_number(text: &str, codes: &NumberCodes) -> Outcome<ClearText> {
    match number(text) {
        Outcome::Valid(value) => {
            let coded = codes.0.iter().find(|(code, _)| *code == value);
            Outcome::Valid(coded.map_or(value, |(_, stands_for)| stands_for.clone()))
        }
        other => other,
    }
}

/// A number as it was written: `whole`.`fraction` × 10^`exponent`.
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i32,
}

impl Decimal<'_> {
    fn read(text: &[u8]) -> Option<Decimal<'_>> {
        let (negative, text) = read_sign(text);
        let (whole, text) = read_digits(text);
        let (fraction, text) = match text {
            [b'.', text @ ..] => read_digits(text),
            _ => (&text[..0], text),
        };
        let exponent = match text {
            [] => 0,
            [b'e' | b'E', exponent @ ..] => read_exponent(exponent)?,
            _ => return None,
        };
        let has_digit = !whole.is_empty() || !fraction.is_empty();
        has_digit.then_some(Decimal { negative, whole, fraction, exponent })
    }

    /// The digits without the zeros that say nothing, and the number of digits before the
    /// point (zero or less: the fraction begins with that many zeros).
    fn significant(&self) -> (impl Iterator<Item = u8>, usize, i32) {
        let digits = self.whole.iter().chain(self.fraction).copied();
        let count = self.whole.len() + self.fraction.len();
        let leading = digits.clone().take_while(|digit| *digit == b'0').count();
        let trailing = digits.clone().rev().take_while(|digit| *digit == b'0').count();
        let kept = count.saturating_sub(leading + trailing);
        let point = self.whole.len() as i32 + self.exponent - leading as i32;
        (digits.skip(leading).take(kept), kept, point)
    }

    fn write(&self) -> Outcome<ClearText> {
        let (digits, count, point) = self.significant();
        let mut draft = Draft::new(MAX_BYTES + 3);
        if count == 0 {
            draft.push(b"0");
            return Outcome::Valid(draft.finish());
        }
        let places = i32::max(count as i32, point) - i32::min(point, 0);
        if places > MAX_BYTES as i32 {
            return Outcome::Rejected(RejectRule::TooLong);
        }
        if self.negative {
            draft.push(b"-");
        }
        if point <= 0 {
            draft.push(b"0.");
            (point..0).for_each(|_| draft.push(b"0"));
        }
        for (position, digit) in (0..).zip(digits) {
            if position == point && position > 0 {
                draft.push(b".");
            }
            draft.push(&[digit]);
        }
        (count as i32..point).for_each(|_| draft.push(b"0"));
        Outcome::Valid(draft.finish())
    }
}

/// Whether there is a minus sign, and the text after the sign.
fn read_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// The digits at the start of the text, and the text after them.
fn read_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// An exponent with an optional sign. Above a hundred million it stays there, which is too
/// long in any case and leaves room for the arithmetic.
fn read_exponent(text: &[u8]) -> Option<i32> {
    let (negative, text) = read_sign(text);
    let (digits, rest) = read_digits(text);
    if digits.is_empty() || !rest.is_empty() {
        return None;
    }
    let mut exponent = 0_i32;
    for digit in digits {
        exponent = (exponent * 10 + i32::from(digit - b'0')).min(100_000_000);
    }
    Some(if negative { -exponent } else { exponent })
}
