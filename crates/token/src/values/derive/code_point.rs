//! Characters of UTF-8 bytes. Bytes that are no UTF-8 count as they fall.

use std::ops::Range;

/// Whether a character begins with this byte.
fn begins(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Where each character stands.
pub(super) fn ranges(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    runs_of(starts(text), 1, text.len())
}

/// Where each run of `length` characters stands; one run of the whole if there are fewer.
pub(super) fn runs(text: &[u8], length: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = starts(text);
    let length = length.clamp(1, starts.len().max(1));
    runs_of(starts, length, text.len())
}

/// The first `length` characters.
pub(super) fn first(text: &[u8], length: usize) -> &[u8] {
    let end = text.iter().enumerate().filter(|(_, byte)| begins(**byte)).nth(length).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The last `length` characters.
pub(super) fn last(text: &[u8], length: usize) -> &[u8] {
    if length == 0 {
        return &[];
    }
    let start = (0..text.len()).rev().filter(|at| begins(text[*at])).nth(length - 1).unwrap_or(0);
    &text[start..]
}

fn starts(text: &[u8]) -> Vec<usize> {
    (0..text.len()).filter(|at| begins(text[*at])).collect()
}

fn runs_of(starts: Vec<usize>, length: usize, end: usize) -> impl Iterator<Item = Range<usize>> {
    let runs = (starts.len() + 1).saturating_sub(length);
    (0..runs.min(starts.len())).map(move |at| starts[at]..starts.get(at + length).copied().unwrap_or(end))
}
