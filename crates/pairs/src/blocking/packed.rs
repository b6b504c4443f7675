//! The values of all rows, row by row, so that copying a row touches one place in memory and not one
//! for each column.

use counterfoil_core::scored::ValueColumns;

/// Rows that are copied together, so that they stay in the first-level cache until all their columns
/// are there.
const STRETCH: usize = 256;

/// Each number takes as many bits as the largest of its column needs: a row of a dozen columns has
/// two or three words, of which millions are in the cache and hundreds of bytes a row are not.
#[derive(Debug)]
pub(crate) struct Packed {
    /// For each word of a row the columns that it holds.
    words: Vec<Vec<Place>>,
    /// The words of each row, one row after another.
    rows: Vec<u64>,
}

/// Where in a word the numbers of a column stand.
#[derive(Clone, Copy, Debug)]
struct Place {
    column: usize,
    shift: u32,
    mask: u32,
}

impl Packed {
    pub(super) fn new(columns: &ValueColumns) -> Packed {
        let columns: Vec<&[u32]> = columns.columns.iter().map(|column| &column[..]).collect();
        let words = words(&columns);
        let mut rows = vec![0; columns.first().map_or(0, |column| column.len()) * words.len()];
        for (number, stretch) in rows.chunks_mut(STRETCH * words.len().max(1)).enumerate() {
            for (word, places) in words.iter().enumerate() {
                for Place { column, shift, .. } in places {
                    let numbers = &columns[*column][number * STRETCH..];
                    let rows = stretch.chunks_exact_mut(words.len());
                    rows.zip(numbers).for_each(|(row, number)| row[word] |= u64::from(*number) << shift);
                }
            }
        }
        Packed { words, rows }
    }

    /// Writes some columns of some rows, each at its place among `width` numbers a row.
    pub(super) fn copy(&self, rows: &[u32], columns: &[usize], width: usize, out: &mut [u32]) {
        let mut words = [0; STRETCH];
        for (rows, out) in rows.chunks(STRETCH).zip(out.chunks_mut(STRETCH * width)) {
            for (word, places) in self.words.iter().enumerate() {
                // A loop that does nothing else, so that all rows are fetched at once.
                let of_row = |row: &u32| self.rows[*row as usize * self.words.len() + word];
                words.iter_mut().zip(rows).for_each(|(word, row)| *word = of_row(row));
                for Place { column, shift, mask } in places.iter().filter(|place| columns.contains(&place.column)) {
                    let rows = out.chunks_exact_mut(width).zip(&words);
                    rows.for_each(|(row, word)| row[*column] = (*word >> shift) as u32 & mask);
                }
            }
        }
    }
}

/// The columns of each word: of the widest ones first, each where there is room.
fn words(columns: &[&[u32]]) -> Vec<Vec<Place>> {
    let mut masks: Vec<(usize, u32)> = columns.iter().map(|column| mask(column)).enumerate().collect();
    masks.sort_by_key(|(_, mask)| std::cmp::Reverse(*mask));
    let mut words: Vec<Vec<Place>> = Vec::new();
    for (column, mask) in masks {
        let end = |places: &Vec<Place>| places.last().map_or(0, |last| last.shift + last.mask.count_ones());
        let has_room = |places: &&mut Vec<Place>| end(places) + mask.count_ones() <= u64::BITS;
        match words.iter_mut().find(has_room) {
            // A column of nulls has no bits, and stands where the last word has none left.
            Some(word) => word.push(Place { column, shift: end(word).min(u64::BITS - 1), mask }),
            None => words.push(vec![Place { column, shift: 0, mask }]),
        }
    }
    words
}

/// The bits that the largest number of a column needs.
fn mask(column: &[u32]) -> u32 {
    let all = column.iter().fold(0, |all, number| all | number);
    u32::MAX.checked_shr(all.leading_zeros()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Columns of any number of bits, none and all of them included.
        #[test]
        fn every_number_is_given_back(
            columns in prop::collection::vec((0..33_u32, prop::array::uniform20(any::<u32>())), 0..9),
            rows in prop::collection::vec(0..20_u32, 0..600),
        ) {
            let narrow = |(bits, numbers): &(u32, [u32; 20])| {
                numbers.iter().map(|number| number.checked_shr(32 - bits).unwrap_or_default()).collect::<Vec<u32>>()
            };
            let columns: Vec<Vec<u32>> = columns.iter().map(narrow).collect();
            let (count, width) = (columns.len(), columns.len() + 2);
            let columns = ValueColumns { columns, lists: Vec::new(), starts: vec![0, 20] };
            let packed = Packed::new(&columns);
            let mut out = vec![0; rows.len() * width];
            packed.copy(&rows, &(0..count).collect::<Vec<_>>(), width, &mut out);
            for (row, copied) in rows.iter().zip(out.chunks_exact(width)) {
                let expected: Vec<u32> = columns.columns.iter().map(|column| column[*row as usize]).collect();
                prop_assert_eq!(&copied[..count], &expected[..]);
                prop_assert_eq!(&copied[count..], &[0, 0]);
            }
        }
    }
}
