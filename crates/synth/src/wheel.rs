//! Draws from a weighted table by one look-up.

use crate::draw::Draw;

/// A table of weights and items, laid out on 256 slots.
///
/// Shares are therefore multiples of 1/256: fine for shapes that are rounded anyway, and a
/// draw takes one number and one look-up. An item gets at least one slot where there is
/// room, so that none that is listed never comes.
pub(crate) struct Wheel<T: 'static> {
    items: &'static [(u32, T)],
    slots: [u8; 256],
}

/// A static wheel of the items listed. Constants alone may be borrowed for ever, so the list
/// is made one first.
macro_rules! wheel {
    ($type:ty: $($entry:expr),+ $(,)?) => {{
        const ITEMS: &[(u32, $type)] = &[$($entry),+];
        $crate::wheel::Wheel::new(ITEMS)
    }};
}

pub(crate) use wheel;

impl<T> Wheel<T> {
    /// Lays out a table of 1 to 255 items; at least one weight is above 0.
    pub(crate) const fn new(items: &'static [(u32, T)]) -> Wheel<T> {
        assert!(!items.is_empty() && items.len() < 256, "a wheel has 1 to 255 items");
        let mut total = 0;
        let mut item = 0;
        while item < items.len() {
            total += items[item].0;
            item += 1;
        }
        let mut slots = [0; 256];
        let (mut slot, mut sum) = (0, 0);
        item = 0;
        while item < items.len() {
            sum += items[item].0;
            let end = (sum * 256).div_ceil(total);
            while slot < 256 && slot < end {
                slots[slot as usize] = item as u8;
                slot += 1;
            }
            item += 1;
        }
        Wheel { items, slots }
    }

    /// An item by weight.
    pub(crate) fn draw(&self, draw: &mut Draw) -> &'static T {
        self.at(draw.bits())
    }

    /// The item at a slot, by the lowest eight bits.
    pub(crate) fn at(&self, bits: u64) -> &'static T {
        &self.items[self.slots[(bits & 255) as usize] as usize].1
    }

    /// The number of the item at a slot, by the lowest eight bits.
    pub(crate) fn number_at(&self, bits: u64) -> usize {
        self.slots[(bits & 255) as usize] as usize
    }

    /// The item with that number.
    pub(crate) fn item(&self, number: usize) -> &'static T {
        &self.items[number].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_the_weights() {
        static WHEEL: Wheel<&str> = wheel!(&str: (2, "a"), (1, "b"), (1, "c"));
        let count = |item: &str| (0..256).filter(|slot| *WHEEL.at(*slot) == item).count();
        assert_eq!((count("a"), count("b"), count("c")), (128, 64, 64));
        assert_eq!(*WHEEL.item(WHEEL.number_at(255)), "c");
    }
}
