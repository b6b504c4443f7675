//! Every measure as it is defined, over characters or anything else that can be compared.
//!
//! These are the path for texts that the bits of a word do not hold, and what the fast path
//! is held to.

use super::{PREFIX, jaro_of, winkler_of};

/// Jaro's similarity, 0 to 1. Two characters match if they are equal and their places differ
/// by less than half the longer length; each takes the first free partner.
#[must_use]
pub fn jaro<T: PartialEq>(left: &[T], right: &[T]) -> f64 {
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut matched = Vec::with_capacity(left.len());
    for (place, character) in left.iter().enumerate() {
        let window = place.saturating_sub(reach)..right.len().min(place + reach + 1);
        let partner = window.into_iter().find(|other| !taken[*other] && right[*other] == *character);
        if let Some(partner) = partner {
            taken[partner] = true;
            matched.push(character);
        }
    }
    let partners = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(character, _)| character);
    let transposed = matched.iter().zip(partners).filter(|(a, b)| **a != *b).count();
    jaro_of(matched.len(), transposed, left.len(), right.len())
}

/// Jaro's similarity with Winkler's bonus for a common beginning, 0 to 1.
#[must_use]
pub fn jaro_winkler<T: PartialEq>(left: &[T], right: &[T]) -> f64 {
    let prefix = left.iter().zip(right).take(PREFIX).take_while(|(a, b)| a == b).count();
    winkler_of(jaro(left, right), prefix)
}

/// Levenshtein's distance: the fewest insertions, deletions and substitutions that make one
/// text of the other (Levenshtein, 1966).
#[must_use]
pub fn levenshtein<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

/// Optimal string alignment: Levenshtein's edits and exchanges of two adjacent characters, of
/// which no character takes part in two.
#[must_use]
pub fn osa<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let mut before = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut row = above.clone();
    for (i, a) in left.iter().enumerate() {
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = above[j] + usize::from(a != b);
            row[j + 1] = substituted.min(row[j] + 1).min(above[j + 1] + 1);
            if i > 0 && j > 0 && left[i - 1] == *b && right[j - 1] == *a {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        // The oldest row is written over next.
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[right.len()]
}

/// Damerau's and Levenshtein's distance without restriction: characters that were exchanged
/// may be edited again (Lowrance and Wagner, "An extension of the string-to-string correction
/// problem", 1975). It is never more than [`osa`].
#[must_use]
pub fn damerau_levenshtein<T: PartialEq>(left: &[T], right: &[T]) -> usize {
    let width = right.len() + 1;
    let mut table: Vec<usize> = vec![0; (left.len() + 1) * width];
    for (j, cell) in table[..width].iter_mut().enumerate() {
        *cell = j;
    }
    for (i, a) in left.iter().enumerate() {
        let (above, here) = (i * width, (i + 1) * width);
        table[here] = i + 1;
        // Where the left character was last met in the right text, before the place at hand.
        let mut met: Option<usize> = None;
        for (j, b) in right.iter().enumerate() {
            let substituted = table[above + j] + usize::from(a != b);
            let mut least = substituted.min(table[here + j] + 1).min(table[above + j + 1] + 1);
            let earlier = if met.is_some() { left[..i].iter().rposition(|other| other == b) } else { None };
            if let (Some(l), Some(k)) = (met, earlier) {
                let between = (i - k - 1) + (j - l - 1);
                least = least.min(table[k * width + l] + between + 1);
            }
            table[here + j + 1] = least;
            if a == b {
                met = Some(j);
            }
        }
    }
    table[left.len() * width + right.len()]
}
