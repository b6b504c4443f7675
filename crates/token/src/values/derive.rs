//! Deriving the values of a whole dictionary.

pub(super) mod code_point;
pub(super) mod date;
mod nicknames;
mod postcode;

use counterfoil_core::scored::ListColumn;
use zeroize::Zeroizing;

use super::{Derivation, Dictionary, Numbers, ValueKind};
pub(super) use date::parts as date_parts;

use crate::phonetic;
use crate::standardise::MAX_BYTES;

/// Derived values and their numbers.
#[derive(Debug)]
pub struct Derived {
    /// By the number of the value that they come from.
    pub numbers: Numbers,
    /// The derived values, a domain of their own. `None` for
    /// [`Ordered`](Derivation::Ordered), which has places and no values, and
    /// [`MonthDaySwapped`](Derivation::MonthDaySwapped), whose values are the dates.
    pub dictionary: Option<Dictionary>,
}

impl Dictionary {
    /// Derives a value, or several, from each value.
    ///
    /// # Panics
    ///
    /// When the derivation does not [suit](Derivation::suits) values of this kind.
    #[must_use]
    pub fn derive(&self, derivation: Derivation) -> Derived {
        match derivation {
            Derivation::Ordered => Derived { numbers: Numbers::One(self.places()), dictionary: None },
            Derivation::MonthDaySwapped => Derived { numbers: Numbers::One(self.swapped_dates()), dictionary: None },
            _ => {
                let mut dictionary =
                    if derivation.is_word() { self.words() } else { Dictionary::new(derivation.kind(self.kind())) };
                let numbers = self.derive_into(derivation, &mut dictionary);
                Derived { numbers, dictionary: Some(dictionary) }
            }
        }
    }

    /// As [`derive`](Dictionary::derive), into a dictionary that already has values: so that
    /// values of two domains, derived alike, can be compared.
    ///
    /// # Panics
    ///
    /// When the derivation does not suit values of this kind, or has no domain of its own.
    pub fn derive_into(&self, derivation: Derivation, dictionary: &mut Dictionary) -> Numbers {
        assert!(derivation.suits(self.kind()), "a derivation must suit the kind of value");
        // Long enough for every value whole, so that it never grows.
        let mut scratch = Zeroizing::new(Vec::with_capacity(MAX_BYTES * 4));
        if derivation.is_multiple() {
            let mut lists = ListColumn { starts: vec![0, 0], values: Vec::new() };
            for number in self.numbers().skip(1) {
                let first = lists.values.len();
                several(derivation, self.clear_value(number), &mut scratch, |value| {
                    lists.values.push(dictionary.number(value));
                });
                lists.values[first..].sort_unstable();
                drop_repeats(&mut lists.values, first);
                lists.starts.push(lists.values.len() as u32);
            }
            return Numbers::Many(lists);
        }
        let mut numbers = vec![0; self.len() + 1];
        for number in self.numbers().skip(1) {
            if let Some(value) = one(derivation, self.clear_value(number), &mut scratch) {
                numbers[number as usize] = dictionary.number(value);
            }
        }
        Numbers::One(numbers)
    }

    /// The first and the last word of each value: the domain of both.
    ///
    /// # Panics
    ///
    /// When values of this kind have no words.
    #[must_use]
    pub fn words(&self) -> Dictionary {
        let mut words = Dictionary::new(Derivation::FirstWord.kind(self.kind()));
        for word in [Derivation::FirstWord, Derivation::LastWord] {
            self.derive_into(word, &mut words);
        }
        words
    }

    /// By number: the place of the value among all, 1 the first.
    fn places(&self) -> Vec<u32> {
        assert!(Derivation::Ordered.suits(self.kind()), "a derivation must suit the kind of value");
        let mut order: Vec<u32> = self.numbers().skip(1).collect();
        if self.kind() == ValueKind::Number {
            let sizes: Vec<f64> = self.numbers().map(|number| self.size(number).unwrap_or_default()).collect();
            order.sort_by(|a, b| sizes[*a as usize].total_cmp(&sizes[*b as usize]));
        } else {
            order.sort_unstable_by_key(|number| self.clear_value(*number));
        }
        let mut places = vec![0; self.len() + 1];
        for (place, number) in (1..).zip(order) {
            places[number as usize] = place;
        }
        places
    }

    /// The value as a floating-point number, if it is one.
    pub(super) fn size(&self, number: u32) -> Option<f64> {
        str::from_utf8(self.clear_value(number)).ok()?.parse().ok()
    }

    /// By number: the number of the date with month and day exchanged.
    fn swapped_dates(&self) -> Vec<u32> {
        assert!(Derivation::MonthDaySwapped.suits(self.kind()), "a derivation must suit the kind of value");
        let swapped = |number| self.find(&date::swapped(self.clear_value(number))?);
        self.numbers().map(|number| swapped(number).unwrap_or_default()).collect()
    }
}

/// The one derived value of a value; `scratch` is where it may be put together.
fn one<'a>(derivation: Derivation, value: &'a [u8], scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let derived = match derivation {
        Derivation::Prefix(length) => code_point::first(value, length.into()),
        Derivation::Suffix(length) => code_point::last(value, length.into()),
        Derivation::Initial => code_point::first(value, 1),
        Derivation::FirstWord => value.split(|byte| *byte == b' ').next()?,
        Derivation::LastWord => value.rsplit(|byte| *byte == b' ').next()?,
        Derivation::AfterFirstWord => {
            let first = value.iter().position(|byte| *byte == b' ')?;
            &value[first + 1..]
        }
        Derivation::SortedWords => sorted_words(value, scratch),
        Derivation::Soundex => put(scratch, &phonetic::soundex(value)?),
        Derivation::DoubleMetaphone => put(scratch, phonetic::double_metaphone(value)?.0.as_bytes()),
        Derivation::Nickname => nicknames::full_names(value).usual(value),
        Derivation::Year => value.get(..4)?,
        Derivation::YearMonth => value.get(..6)?,
        Derivation::MonthDay => value.get(4..8)?,
        Derivation::Month => value.get(4..6)?,
        Derivation::Day => value.get(6..8)?,
        Derivation::Area => put(scratch, postcode::area(value)?.as_slice()),
        Derivation::District => postcode::district(value)?,
        Derivation::Sector => postcode::sector(value)?,
        Derivation::EmailUser => split_at_sign(value)?.0,
        Derivation::EmailDomain => split_at_sign(value)?.1,
        Derivation::MonthDaySwapped
        | Derivation::AdjacentYears
        | Derivation::AdjacentMonths
        | Derivation::Ordered
        | Derivation::Deletions
        | Derivation::Letters
        | Derivation::Positions
        | Derivation::QGrams(_)
        | Derivation::Runs(_)
        | Derivation::Phonetics
        | Derivation::Nicknames => return None,
    };
    Some(derived).filter(|derived| !derived.is_empty())
}

/// An e-mail address before and after its last `@`.
fn split_at_sign(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = value.iter().rposition(|byte| *byte == b'@')?;
    Some((&value[..at], &value[at + 1..]))
}

/// Calls `put` with each derived value of a value.
fn several(derivation: Derivation, value: &[u8], scratch: &mut Vec<u8>, mut put: impl FnMut(&[u8])) {
    match derivation {
        Derivation::Deletions => {
            put(value);
            for character in code_point::ranges(value) {
                scratch.clear();
                scratch.extend_from_slice(&value[..character.start]);
                scratch.extend_from_slice(&value[character.end..]);
                // Nothing is left of a single character, and would be shared by all of them.
                if !scratch.is_empty() {
                    put(scratch);
                }
            }
        }
        Derivation::Letters => {
            for (at, character) in code_point::ranges(value).enumerate() {
                let character = &value[character];
                let before = code_point::ranges(value).take(at).filter(|other| &value[other.clone()] == character);
                put(numbered(scratch, character, before.count() + 1));
            }
        }
        Derivation::Positions => {
            for (at, character) in code_point::ranges(value).enumerate() {
                put(numbered(scratch, &value[character], at + 1));
            }
        }
        Derivation::AdjacentYears => date::with_adjacent_years(value).into_iter().flatten().for_each(|pair| put(&pair)),
        Derivation::AdjacentMonths => {
            date::with_adjacent_months(value).into_iter().flatten().for_each(|pair| put(&pair));
        }
        Derivation::Runs(length) => {
            let first = whole(value).map(|last| last - i64::from(length) + 1);
            for start in first.into_iter().flat_map(|first| first..first + i64::from(length)) {
                put(start.to_string().as_bytes());
            }
        }
        Derivation::QGrams(length) => code_point::runs(value, length.into()).for_each(|run| put(&value[run])),
        Derivation::Phonetics => {
            for code in
                phonetic::double_metaphone(value).into_iter().flat_map(|(primary, alternate)| [primary, alternate])
            {
                if !code.as_bytes().is_empty() {
                    put(code.as_bytes());
                }
            }
        }
        Derivation::Nicknames => nicknames::full_names(value).each(value, put),
        _ => {}
    }
}

/// A number without its fraction, if it is not greater than fits: the whole number below it or at it.
fn whole(value: &[u8]) -> Option<i64> {
    let text = str::from_utf8(value).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let towards_zero: i64 = whole.parse().ok().filter(|whole: &i64| whole.abs() < i64::MAX / 2)?;
    let is_below = !fraction.is_empty() && whole.starts_with('-');
    Some(towards_zero - i64::from(is_below))
}

fn put<'a>(scratch: &'a mut Vec<u8>, value: &[u8]) -> &'a [u8] {
    scratch.clear();
    scratch.extend_from_slice(value);
    scratch
}

/// A character and a number. A character never begins with another, so that what is written of
/// two pairs is never the same.
fn numbered<'a>(scratch: &'a mut Vec<u8>, character: &[u8], number: usize) -> &'a [u8] {
    put(scratch, character);
    scratch.extend_from_slice(number.to_string().as_bytes());
    scratch
}

fn sorted_words<'a>(value: &[u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let mut words: Vec<&[u8]> = value.split(|byte| *byte == b' ').collect();
    words.sort_unstable();
    scratch.clear();
    for word in words {
        if !scratch.is_empty() {
            scratch.push(b' ');
        }
        scratch.extend_from_slice(word);
    }
    scratch
}

/// Leaves each of the sorted numbers from `first` on once.
pub(super) fn drop_repeats(numbers: &mut Vec<u32>, first: usize) {
    let mut kept = first;
    for place in first..numbers.len() {
        if kept == first || numbers[kept - 1] != numbers[place] {
            numbers[kept] = numbers[place];
            kept += 1;
        }
    }
    numbers.truncate(kept);
}
