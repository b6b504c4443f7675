//! Whether the names of columns are names, or the values of a record: a file without a header line
//! would have its first record read as one, lost to the linkage and shown wherever a column is.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};

use super::Guess;
use super::header::{hint, only_numbers};
use super::seen::Seen;
use super::traits::Trait;

/// What no column is called, and values of a person are.
const VALUES: [Trait; 6] =
    [Trait::NhsNumber, Trait::Postcode, Trait::Email, Trait::Date, Trait::MonthFirst, Trait::DayFirst];
/// A name so short may be a year or a number.
const SHORT: usize = 4;
/// The share of a column's values that have to be of the same kind as its name.
const MOST: f64 = 0.5;
/// Evidence enough against a header.
const ENOUGH: i32 = 2;

/// Whether the columns have names. Against it speak a name that is a date, postcode, address or NHS
/// number as the column's values are, and, half as much, one that is also one of the values; for
/// it speaks each name with a known meaning.
#[must_use]
pub fn has_header(guesses: &[Guess]) -> bool {
    guesses.iter().map(against).sum::<i32>() < ENOUGH
}

fn against(guess: &Guess) -> i32 {
    let name: ArrayRef = Arc::new(StringArray::from_iter_values([&guess.column]));
    let name = Seen::of(&[name]);
    let is_value = |which: &Trait| name.any(*which) && guess.seen.share(*which) > MOST;
    if guess.column.len() > SHORT && VALUES.iter().any(is_value) {
        2
    } else if hint(&guess.column).is_some() {
        -1
    } else {
        i32::from(!only_numbers(&guess.column) && name.is_within(&guess.seen))
    }
}

#[cfg(test)]
mod tests {
    use super::super::look;
    use super::*;

    fn check(names: &[&str], rows: &[&[&str]]) -> bool {
        let column =
            |at: usize| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row[at]))) };
        let columns: Vec<(&str, Vec<ArrayRef>)> =
            names.iter().enumerate().map(|(at, name)| (*name, vec![column(at)])).collect();
        has_header(&look(&columns))
    }

    const PEOPLE: [&[&str]; 4] = [
        &["a1", "Ann", "Ash", "1950-01-02", "LS1 4AP"],
        &["a2", "Bob", "Birch", "1951-03-04", "YO10 5DD"],
        &["a3", "Cyd", "Ash", "1962-05-06", "M1 1AE"],
        &["a4", "Ann", "Dale", "1973-07-08", "B33 8TH"],
    ];

    #[test]
    fn a_record_is_no_header() {
        assert!(!check(&["a0", "Ann", "Elm", "1949-12-31", "LS2 9JT"], &PEOPLE), "a date and a postcode");
        // Without these both names occur again.
        let named: Vec<&[&str]> = PEOPLE.iter().map(|row| &row[..3]).collect();
        assert!(!check(&["a0", "Ann", "Ash"], &named));
        assert!(check(&["a0", "Eve", "Elm"], &named), "nothing tells");
    }

    #[test]
    fn names_are_names_whatever_the_values() {
        assert!(check(&["id", "given_name", "surname", "dob", "postcode"], &PEOPLE));
        assert!(check(&["0", "1", "2", "3", "4"], &PEOPLE), "numbered columns");
        assert!(check(&["a", "b", "c", "d", "e"], &PEOPLE));
        // What was ticked stands under its own name.
        let ticked: [&[&str]; 3] =
            [&["Ann", "Ash", "asthma", ""], &["Bob", "Elm", "", "eczema"], &["Cyd", "Oak", "asthma", "eczema"]];
        assert!(check(&["forename", "surname", "asthma", "eczema"], &ticked));
    }

    #[test]
    fn years_are_names_of_columns_too() {
        assert!(check(&["town", "1901", "1911"], &[&["Leeds", "1901", "1911"], &["York", "1902", "1911"]]));
    }
}
