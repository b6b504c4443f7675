//! Lists of values, as values of their own.

use counterfoil_core::scored::ListColumn;

use super::Numbers;
use super::derive::drop_repeats;
use super::interner::Interner;
use super::tokens::TokenNumbers;

/// The distinct lists of a field with several values a row, such as past surnames. A list is
/// a set: order and repeats do not count. Its elements are numbers of a
/// [`Dictionary`](super::Dictionary), so there is nothing clear in it.
#[derive(Default)]
pub struct Lists {
    /// Ascending element numbers, four bytes each.
    lists: Interner,
}

impl std::fmt::Debug for Lists {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lists(…)")
    }
}

impl Lists {
    /// The number of a list of element numbers, a new one if need be; `elements` are left in
    /// ascending order, each once.
    pub fn number(&mut self, elements: &mut Vec<u32>) -> u32 {
        elements.sort_unstable();
        drop_repeats(elements, 0);
        let bytes: Vec<u8> = elements.iter().flat_map(|element| element.to_le_bytes()).collect();
        self.lists.number(&bytes).0
    }

    /// The elements of each list, by its number.
    #[must_use]
    pub fn elements(&self) -> Numbers {
        self.elements_as(|element| element)
    }

    /// The new number of each list by its old one, and the elements by new number, both as they
    /// are after tokenising: lists are numbered in the order of their elements, so that no number
    /// says when a list was first met.
    #[must_use]
    pub fn into_tokens(self, tokens: &TokenNumbers) -> (Vec<u32>, Numbers) {
        let elements = self.elements_as(|element| tokens.number(element));
        let mut order: Vec<u32> = (0..self.lists.len() as u32).collect();
        order.sort_by_key(|list| elements.of(*list));
        let mut renumbered = vec![0; order.len()];
        let mut lists = ListColumn { starts: vec![0], values: Vec::new() };
        for (new, old) in (0..).zip(order) {
            renumbered[old as usize] = new;
            lists.values.extend_from_slice(elements.of(old));
            lists.starts.push(lists.values.len() as u32);
        }
        (renumbered, Numbers::Many(lists))
    }

    fn elements_as(&self, number: impl Fn(u32) -> u32) -> Numbers {
        let mut lists = ListColumn { starts: vec![0], values: Vec::new() };
        for list in 0..self.lists.len() as u32 {
            let first = lists.values.len();
            let elements = self.lists.text(list).as_chunks::<4>().0;
            lists.values.extend(elements.iter().map(|bytes| number(u32::from_le_bytes(*bytes))));
            lists.values[first..].sort_unstable();
            drop_repeats(&mut lists.values, first);
            lists.starts.push(lists.values.len() as u32);
        }
        Numbers::Many(lists)
    }
}
