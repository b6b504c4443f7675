//! Numbers as the letters and digits of codes, without a text of its own for any.

/// A number in decimal with leading zeros.
pub(crate) fn decimal<const N: usize>(mut number: u64) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text
}

/// 64 bits as 16 capital hexadecimal digits.
pub(crate) fn hexadecimal(bits: u64) -> [u8; 16] {
    std::array::from_fn(|place| b"0123456789ABCDEF"[(bits >> (60 - 4 * place) & 15) as usize])
}

/// `hhmm` of a minute of the day.
pub(crate) fn hhmm(minute: i32) -> [u8; 4] {
    decimal((minute / 60 * 100 + minute % 60) as u64)
}

/// `MMYYYY` of a month of a year.
pub(crate) fn mmyyyy((year, month, _): (i32, u32, u32)) -> [u8; 6] {
    decimal(u64::from(month) * 10_000 + year as u64)
}

/// Appends a whole number in decimal.
pub(crate) fn push_decimal(number: u64, bytes: &mut Vec<u8>) {
    let digits: [u8; 20] = decimal(number);
    let from = digits.iter().position(|digit| *digit != b'0').unwrap_or(19);
    bytes.extend_from_slice(&digits[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        assert_eq!(decimal::<5>(42), *b"00042");
        assert_eq!(hexadecimal(0x0123_4567_89AB_CDEF), *b"0123456789ABCDEF");
        assert_eq!(hhmm(23 * 60 + 5), *b"2305");
        assert_eq!(mmyyyy((1987, 3, 9)), *b"031987");
    }
}
