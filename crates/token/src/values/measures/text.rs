//! Batches of texts, mostly many right ones against one left one.

use std::sync::Arc;

use counterfoil_core::scored::Sketches;

use super::super::Dictionary;
use crate::similarity::{Judge, Pattern, Scrambler, Signature};

/// Pairs whose signatures are fetched at once.
const STRETCH: usize = 64;

/// Grades pairs of texts. The left one is made ready once for all pairs in a row that have
/// it, and only when the first of them passes what lengths and letters say.
pub(super) fn grades(dictionary: &Dictionary, judge: &Judge, left: &[u32], right: &[u32], out: &mut [u8]) {
    let signatures = dictionary.signatures();
    let mut pattern = Pattern::default();
    // No text is compared under number 0.
    let mut ready = 0;
    for ((left, right), out) in left.chunks(STRETCH).zip(right.chunks(STRETCH)).zip(out.chunks_mut(STRETCH)) {
        touch(signatures, left, right);
        // What lengths and letters leave open is 1 until it is measured.
        for ((left, right), out) in left.iter().zip(right).zip(&mut *out) {
            *out = u8::from(judge.could_reach(&signatures[*left as usize], &signatures[*right as usize]));
        }
        touch_texts(dictionary, right.iter().zip(&*out).filter(|(_, open)| **open == 1).map(|(right, _)| *right));
        for ((left, right), out) in left.iter().zip(right).zip(out).filter(|(_, out)| **out == 1) {
            let (a, b) = (&signatures[*left as usize], &signatures[*right as usize]);
            if a.is_held() && b.is_held() {
                if ready != *left {
                    pattern.set(dictionary.clear_value(*left));
                    ready = *left;
                }
                *out = judge.grade(&pattern, dictionary.clear_value(*right));
            } else {
                *out = judge.grade_plainly(dictionary.clear_value(*left), dictionary.clear_value(*right));
            }
        }
    }
}

/// Looks at the signatures of some pairs and does nothing else, so that they are fetched at once:
/// those of a large dictionary do not lie in the cache.
fn touch(signatures: &[Signature], left: &[u32], right: &[u32]) {
    let length = |number: &u32| signatures[*number as usize].length();
    std::hint::black_box(left.iter().chain(right).map(length).fold(0, |all, length| all ^ length));
}

/// The same of texts.
fn touch_texts(dictionary: &Dictionary, numbers: impl Iterator<Item = u32>) {
    std::hint::black_box(numbers.fold(0, |all, number| all ^ dictionary.clear_value(number).len()));
}

/// Of a distance, the letters of every value as a word. The words are scrambled anew each time.
pub(super) fn sketches(dictionary: &Dictionary, judge: &Judge) -> Option<Sketches> {
    let most = judge.most_edits()? * 2;
    let scrambler = Scrambler::default();
    let words: Arc<[u32]> = dictionary.signatures().iter().map(|of| scrambler.word(of.sketch())).collect();
    Some(Sketches { words, most })
}
