//! Rows that repeat another: everything in them has been said of the same person before.

use std::hash::{BuildHasher, Hasher};

use counterfoil_core::scored::ValueColumns;
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;

/// Parts of the rows, by their hash, that are looked through beside each other.
const PARTS: u64 = 32;

/// Which rows count, each a true: all but those that have the same values as an earlier row in
/// every column and list, and whose values can be only one person's.
///
/// `is_of_one_person` says so of a row.
pub(super) fn rows_that_count(columns: &ValueColumns, is_of_one_person: impl Fn(u32) -> bool + Sync) -> Vec<bool> {
    let hasher = DefaultHashBuilder::default();
    let hashes: Vec<u64> = (0..columns.rows()).into_par_iter().map(|row| hash(columns, row, &hasher)).collect();
    let repeats_of_part = |part: u64| -> Vec<u32> {
        let mut known: HashTable<u32> = HashTable::new();
        let is_repeat = |row: &u32| {
            let equals = |other: &u32| are_equal(columns, *row, *other);
            match known.entry(hashes[*row as usize], equals, |other| hashes[*other as usize]) {
                Entry::Occupied(_) => true,
                Entry::Vacant(place) => {
                    place.insert(*row);
                    false
                }
            }
        };
        // The table goes by the lowest and the highest bits.
        let is_here = |row: &u32| (hashes[*row as usize] >> 32) % PARTS == part && is_of_one_person(*row);
        (0..columns.rows()).filter(is_here).filter(is_repeat).collect()
    };
    let repeats: Vec<Vec<u32>> = (0..PARTS).into_par_iter().map(repeats_of_part).collect();
    let mut counts = vec![true; hashes.len()];
    repeats.into_iter().flatten().for_each(|row| counts[row as usize] = false);
    counts
}

fn hash(columns: &ValueColumns, row: u32, hasher: &DefaultHashBuilder) -> u64 {
    let mut state = hasher.build_hasher();
    columns.columns.iter().for_each(|column| state.write_u32(column[row as usize]));
    columns.lists.iter().flat_map(|list| list.of(row)).for_each(|value| state.write_u32(*value));
    state.finish()
}

fn are_equal(columns: &ValueColumns, row: u32, other: u32) -> bool {
    columns.columns.iter().all(|column| column[row as usize] == column[other as usize])
        && columns.lists.iter().all(|list| list.of(row) == list.of(other))
}

#[cfg(test)]
mod tests {
    use counterfoil_core::scored::{ListColumn, ValueColumns};

    use super::rows_that_count;

    #[test]
    fn equal_rows_of_one_person_count_once() {
        let columns = ValueColumns {
            columns: vec![vec![1, 1, 1, 2, 0, 0], vec![5, 5, 6, 5, 5, 5]],
            lists: Vec::new(),
            starts: vec![0, 3, 6],
        };
        assert_eq!(rows_that_count(&columns, |_| true), [true, false, true, true, true, false]);
        // A row without the first value may be anybody's.
        let has_first = |row: u32| columns.columns[0][row as usize] != 0;
        assert_eq!(rows_that_count(&columns, has_first), [true, false, true, true, true, true]);
    }

    #[test]
    fn rows_with_other_lists_are_others() {
        // Of the rows the second has 8 beside 7, and the third the same as the first.
        let list = ListColumn { starts: vec![0, 1, 3, 4], values: vec![7, 7, 8, 7] };
        let columns = ValueColumns { columns: vec![vec![1, 1, 1]], lists: vec![list], starts: vec![0, 3] };
        assert_eq!(rows_that_count(&columns, |_| true), [true, true, false]);
    }
}
