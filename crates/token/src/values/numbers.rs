//! Derived values, found by the number of the value that they come from.

use counterfoil_core::scored::ListColumn;

/// For each value number of a domain the number of one derived value, or the numbers of
/// several.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// One each; 0 where there is none.
    One(Vec<u32>),
    /// Any number each, ascending; number 0 has none.
    Many(ListColumn),
}

impl Numbers {
    /// Writes derived values of one column of value numbers as another column.
    ///
    /// # Panics
    ///
    /// When a value has several derived ones, or a number is none of the domain's.
    #[must_use]
    pub fn spread(&self, column: &[u32]) -> Vec<u32> {
        match self {
            Numbers::One(numbers) => column.iter().map(|number| numbers[*number as usize]).collect(),
            Numbers::Many(_) => panic!("several values have no place in a column of one"),
        }
    }

    /// As [`spread`](Numbers::spread), with any number of values a row.
    ///
    /// # Panics
    ///
    /// When a number is none of the domain's.
    #[must_use]
    pub fn spread_lists(&self, column: &[u32]) -> ListColumn {
        let count: usize = column.iter().map(|number| self.of(*number).len()).sum();
        let mut lists = ListColumn { starts: Vec::with_capacity(column.len() + 1), values: Vec::with_capacity(count) };
        lists.starts.push(0);
        for number in column {
            lists.values.extend_from_slice(self.of(*number));
            lists.starts.push(lists.values.len() as u32);
        }
        lists
    }

    /// What `next` has for the one derived value of each number.
    ///
    /// # Panics
    ///
    /// When a value has several derived ones, or one is none of `next`'s.
    #[must_use]
    pub fn then(&self, next: &Numbers) -> Numbers {
        match (self, next) {
            (Numbers::One(numbers), Numbers::One(_)) => Numbers::One(next.spread(numbers)),
            (Numbers::One(numbers), Numbers::Many(_)) => Numbers::Many(next.spread_lists(numbers)),
            (Numbers::Many(_), _) => panic!("nothing is derived of several values"),
        }
    }

    /// How many numbers there are, with that of no value.
    pub(super) fn len(&self) -> usize {
        match self {
            Numbers::One(numbers) => numbers.len(),
            Numbers::Many(lists) => lists.starts.len() - 1,
        }
    }

    /// The derived values of a number.
    ///
    /// # Panics
    ///
    /// When the number is none of the domain's.
    #[inline]
    #[must_use]
    pub fn of(&self, number: u32) -> &[u32] {
        match self {
            Numbers::One(numbers) => match &numbers[number as usize..=number as usize] {
                [0] => &[],
                one => one,
            },
            Numbers::Many(lists) => lists.of(number),
        }
    }
}
