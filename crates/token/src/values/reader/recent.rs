//! What short texts came to, for as long as nothing takes their place.
//!
//! Arrow keeps a text of up to twelve bytes within the sixteen bytes of its view, so that a view
//! is the text. Names, dates and postcodes repeat: looking one up here costs a few nanoseconds
//! and no look at any text.

use zeroize::Zeroize;

use super::super::interner::STRETCH;
use super::one::Read;

/// Places, as a power of two. Larger would not stay in the second-level cache.
const PLACES: u32 = 16;
/// The longest text, in bytes, that its view holds.
const INLINE: u32 = 12;
/// So many look-ups are watched; if three in four of them find nothing, the column does not repeat, and
/// nothing is remembered any more.
const WATCHED: u32 = 1 << 16;

/// The views of texts read lately, each at a place of its own hash.
pub(super) struct Recent {
    views: Vec<u128>,
    read: Vec<Read>,
    asked: u32,
    found: u32,
}

impl Recent {
    pub(super) fn new() -> Recent {
        Recent { views: Vec::new(), read: Vec::new(), asked: 0, found: 0 }
    }

    /// What a view's text came to; `read` is asked if that is not known, or the text is long.
    #[inline]
    pub(super) fn read(&mut self, view: u128, read: impl FnOnce() -> Read) -> Read {
        if view as u32 > INLINE || !self.pays() {
            return read();
        }
        if self.views.is_empty() {
            self.views = vec![0; 1 << PLACES];
            self.read = vec![Read::UNREAD; 1 << PLACES];
        }
        let place = place(view);
        self.asked += 1;
        if self.views[place] == view && self.read[place] != Read::UNREAD {
            self.found += 1;
            return self.read[place];
        }
        let is = read();
        (self.views[place], self.read[place]) = (view, is);
        is
    }

    /// What is known of each of some views, at most [`STRETCH`]: all places are looked at in one
    /// loop, without a branch on what stands there, so that they are waited for together.
    pub(super) fn known(&mut self, views: &[u128]) -> [Read; STRETCH] {
        let mut known = [Read::UNREAD; STRETCH];
        if self.pays() && !self.views.is_empty() {
            for (known, view) in known.iter_mut().zip(views) {
                let place = place(*view);
                *known = if self.views[place] == *view { self.read[place] } else { Read::UNREAD };
            }
        }
        let found = known.iter().filter(|known| **known != Read::UNREAD).count() as u32;
        self.asked += found;
        self.found += found;
        known
    }

    fn pays(&self) -> bool {
        self.asked < WATCHED || self.found > self.asked / 4
    }
}

/// Both halves of the view, multiplied and folded.
#[inline]
fn place(view: u128) -> usize {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let folded = ((view as u64) ^ ODD).wrapping_mul((view >> 64) as u64 ^ ODD.rotate_left(32));
    let spread = (folded ^ (view as u64).rotate_left(29)).wrapping_mul(ODD);
    (spread >> (64 - PLACES)) as usize
}

impl Drop for Recent {
    /// Views hold clear values.
    fn drop(&mut self) {
        self.views.zeroize();
    }
}
