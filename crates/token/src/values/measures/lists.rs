//! Lists of numbers: what two have in common, and how close their closest elements are.

use std::cmp::Ordering;

use super::Grader;

/// The tightest grade of an element of one list with an element of the other, `all` being the
/// tightest there is.
pub(super) fn closest(grader: &Grader, all: u8, left: &[u32], right: &[u32]) -> u8 {
    if in_common(left, right) > 0 {
        return all;
    }
    let mut best = 0;
    let mut grades = vec![0; right.len()];
    for element in left {
        grader.grades(&vec![*element; right.len()], right, &mut grades);
        best = grades.iter().copied().fold(best, u8::max);
        if best == all {
            break;
        }
    }
    best
}

/// How many numbers two ascending lists have in common.
#[inline]
pub(super) fn in_common(left: &[u32], right: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}
