//! One pass over a column: counts, shares of values with each trait, and hashes of its values.
//!
//! Traits are looked for in some ten thousand rows spread evenly over the file. Different
//! values are counted over all rows, by adaptive sampling of hashes (Wegman, in Flajolet 1990):
//! when there are too many to hold, only those with one more leading zero bit are kept, so
//! that a value is always held with all its repetitions, or not at all.

use std::hash::BuildHasher;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use counterfoil_core::FieldKind;
use foldhash::quality::FixedState;
use hashbrown::{HashMap, HashSet};

use super::traits::{MARKS, Tests, Trait, listed};
use crate::coding::{accepts, for_each_key, is_date};
use crate::standardise::without_zero_fraction;

/// Rows whose traits are looked for.
const ROWS: usize = 10_000;
/// Rows whose words are kept as hashes, to see whether a column repeats another.
const WORD_ROWS: usize = 500;
/// Lengths beyond this are counted as this.
const LONGEST: usize = 64;
/// Share of rows on which a column must stand within others to count as a part of them.
const CONTAINED: f64 = 0.8;
/// From this share of values on that are lists, a column holds lists.
const LISTS: f64 = 0.1;
/// Most hashes of values kept.
const VALUES: usize = 1 << 16;
/// Writings of "no value" beside blank text.
const NOTHING: [&str; 9] = ["nan", "null", "none", "n/a", "na", "#n/a", "nil", "<na>", "nat"];

/// What was seen of a column.
#[derive(Clone, Default)]
pub(super) struct Seen {
    /// Rows of the file.
    pub(super) rows: u64,
    /// Rows without a value.
    pub(super) missing: u64,
    /// Whether the column's type is that of dates.
    pub(super) is_date: bool,
    /// Whether each row has a list of values.
    pub(super) are_lists: bool,
    /// Whether values of the column's type can be read.
    pub(super) is_readable: bool,
    /// Rows with a value that were looked at.
    looked: u32,
    counts: Counts,
    words: u64,
    /// How many of the values looked at have each length in bytes.
    lengths: Vec<u32>,
    /// Least and greatest whole number of those looked at.
    pub(super) range: Option<(u64, u64)>,
    /// Years of the dates looked at, in order.
    years: Vec<u16>,
    /// How many of the values looked at are lists, by the mark between what they list.
    listed: [u32; MARKS.len()],
    values: Values,
    /// By row the hash of its value, 0 where there is none; of a column of lists nothing.
    row_values: Vec<u32>,
    /// By row the hashes of the first and the last of several words; nothing where most values have one.
    row_ends: Vec<[u32; 2]>,
    /// By sampled row the hashes of its words; none where it has no value.
    word_rows: Vec<Box<[u32]>>,
}

/// How many of the values looked at have each trait.
#[derive(Clone)]
struct Counts([u32; Trait::COUNT]);

impl Default for Counts {
    fn default() -> Counts {
        Counts([0; Trait::COUNT])
    }
}

/// Says nothing of what was seen.
impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen(…)")
    }
}

impl Seen {
    /// Looks at a column; of one that holds lists, at what stands in them, each value as a row.
    pub(super) fn of(arrays: &[ArrayRef]) -> Seen {
        if !arrays.is_empty() && arrays.iter().all(|array| in_lists(array).is_some()) {
            let flat: Vec<ArrayRef> = arrays.iter().filter_map(in_lists).collect();
            // The rows are others than those of the other columns.
            return Seen {
                are_lists: true,
                word_rows: Vec::new(),
                row_values: Vec::new(),
                row_ends: Vec::new(),
                ..Seen::of(&flat)
            };
        }
        let rows: usize = arrays.iter().map(Array::len).sum();
        let mut seen = Seen { rows: rows as u64, lengths: vec![0; LONGEST + 1], ..Seen::default() };
        seen.is_date = !arrays.is_empty() && arrays.iter().all(|array| is_date(array.data_type()));
        seen.is_readable = arrays.iter().all(is_readable);
        let (tests, mut row) = (Tests::new(), 0);
        // Odd steps, so that files whose rows alternate are not seen by halves.
        let (step, word_step) = ((rows / ROWS) | 1, (rows / WORD_ROWS) | 1);
        let (mut lower, mut folded) = (String::new(), String::new());
        for array in arrays {
            for_each_value(array.as_ref(), |value| {
                let value = value.map(without_zero_fraction);
                // Of a list the first value is looked at, and each is counted.
                let (mark, first) =
                    value.and_then(listed).map_or((None, value), |(mark, value)| (Some(mark), Some(value)));
                if let (Some(mark), Some(list)) = (mark, value) {
                    seen.count_further(list, MARKS[mark], &mut lower, &mut folded);
                    seen.listed[mark] += u32::from(row % step == 0);
                }
                let value = first.filter(|value| seen.count(value, &mut lower, &mut folded));
                seen.row_ends.push(value.map_or([0; 2], |_| ends(&lower)));
                seen.row_values.push(value.map_or(0, |_| (hash(&folded) as u32).max(1)));
                if row % step == 0
                    && let Some(value) = value
                {
                    seen.look(&tests, value, &lower);
                }
                if row % word_step == 0 {
                    seen.word_rows.push(value.map_or_else(Box::default, |_| word_hashes(&lower)));
                }
                row += 1;
            });
        }
        if seen.share(Trait::SeveralWords) < 0.5 {
            seen.row_ends = Vec::new();
        }
        seen.years.sort_unstable();
        seen.missing = seen.rows - seen.present();
        seen
    }

    /// Counts a value; `false` if it stands for none. Leaves it in lower case.
    fn count(&mut self, value: &str, lower: &mut String, folded: &mut String) -> bool {
        lower.clear();
        folded.clear();
        lower.extend(value.chars().flat_map(char::to_lowercase));
        folded.extend(lower.chars().filter(|c| c.is_alphanumeric()));
        if folded.is_empty() || NOTHING.contains(&lower.as_str()) {
            return false;
        }
        self.values.add(hash(folded));
        true
    }

    /// Counts the values of a list but for the first, each as a row.
    fn count_further(&mut self, list: &str, mark: char, lower: &mut String, folded: &mut String) {
        for value in list.split(mark).skip(1) {
            self.rows += u64::from(self.count(value.trim(), lower, folded));
        }
    }

    /// The mark between what its values list, if lists are no accident among them.
    pub(super) fn separator(&self) -> Option<char> {
        let is_common = |count: &u32| f64::from(*count) >= LISTS * f64::from(self.looked.max(1));
        let most = (0..MARKS.len()).max_by_key(|mark| (self.listed[*mark], std::cmp::Reverse(*mark)))?;
        is_common(&self.listed[most]).then_some(MARKS[most])
    }

    fn look(&mut self, tests: &Tests, value: &str, lower: &str) {
        self.looked += 1;
        self.lengths[value.len().min(LONGEST)] += 1;
        self.words += value.split_whitespace().count() as u64;
        let (mut has_date, mut year_first) = (false, false);
        tests.traits(value, lower, |which| {
            self.counts.0[which as usize] += 1;
            year_first |= which == Trait::Date;
            has_date |= matches!(which, Trait::Date | Trait::MonthFirst | Trait::DayFirst);
        });
        if let Ok(number) = value.parse::<u64>() {
            let (least, most) = self.range.unwrap_or((number, number));
            self.range = Some((least.min(number), most.max(number)));
        }
        if has_date {
            let groups = value.split(|c: char| !c.is_ascii_digit());
            self.years.extend(groups.into_iter().find_map(|digits| year(digits, year_first)));
        }
    }

    /// By row the hash of its value, 0 where there is none; of a column of lists nothing.
    pub(super) fn rows_seen(&self) -> &[u32] {
        &self.row_values
    }

    /// By row the hashes of the first and the last of several words; nothing where most values have one.
    pub(super) fn row_ends(&self) -> &[[u32; 2]] {
        &self.row_ends
    }

    /// The share of values with a trait, of those looked at.
    pub(super) fn share(&self, which: Trait) -> f64 {
        f64::from(self.counts.0[which as usize]) / f64::from(self.looked.max(1))
    }

    /// Whether any value looked at has a trait.
    pub(super) fn any(&self, which: Trait) -> bool {
        self.counts.0[which as usize] > 0
    }

    /// Whether each of the values is one of another column's, as far as these are kept.
    pub(super) fn is_within(&self, other: &Seen) -> bool {
        self.values.rows > 0 && self.values.counts.keys().all(|hash| other.values.counts.contains_key(hash))
    }

    /// Words a value, on average.
    pub(super) fn mean_words(&self) -> f64 {
        self.words as f64 / f64::from(self.looked.max(1))
    }

    /// The length in bytes that one in twenty values is below, and that above which one in
    /// twenty is. So a typing error does not change the length of a column's codes.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let reaches = |share: f64| {
            let mut below = 0;
            let reached = |count: &u32| {
                below += count;
                f64::from(below) > share * f64::from(self.looked)
            };
            self.lengths.iter().position(reached).unwrap_or(LONGEST)
        };
        (reaches(0.05), reaches(0.95))
    }

    /// Rows with a value.
    pub(super) fn present(&self) -> u64 {
        self.values.rows
    }

    /// Different values; an estimate where there are very many.
    pub(super) fn distinct(&self) -> u64 {
        (self.values.counts.len() as u64) << self.values.shift
    }

    /// Whether no value occurs twice, as far as can be seen; `false` of fewer than three.
    pub(super) fn is_unique(&self) -> bool {
        self.values.rows >= 3 && self.values.counts.values().all(|count| *count == 1)
    }

    /// How much a value tells about whose it is, in bits: log2 of one over the probability that two
    /// rows share it. Where there is none it tells nothing. At most that of all rows, where none is
    /// shared.
    pub(super) fn bits(&self) -> f64 {
        let (rows, part) = (self.values.rows as f64, (1_u64 << self.values.shift) as f64);
        let sharing = |count: &u32| f64::from(*count) * (f64::from(*count) - 1.0);
        // Of the values a part is held, each with all its rows.
        let pairs = part * self.values.counts.values().map(sharing).sum::<f64>();
        if rows < 2.0 {
            return 0.0;
        }
        let shared = (pairs / (rows * (rows - 1.0))).max(1.0 / rows);
        -shared.log2() * rows / self.rows as f64
    }

    /// The share of rows that the commonest values make up.
    pub(super) fn top_share(&self, values: usize) -> f64 {
        let mut counts: Vec<u32> = self.values.counts.values().copied().collect();
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        let top: u64 = counts.iter().take(values).map(|count| u64::from(*count)).sum();
        top as f64 / self.values.rows.max(1) as f64
    }

    /// Years between the tenth and the ninetieth in a hundred of the dates.
    pub(super) fn span(&self) -> u16 {
        let at = |tenth: usize| self.years.get(self.years.len() * tenth / 10).copied().unwrap_or_default();
        at(9).saturating_sub(at(1))
    }

    /// The latest year of the dates but for one in a hundred, which may be typing errors.
    pub(super) fn latest_year(&self) -> Option<u16> {
        self.years.get(self.years.len() * 99 / 100).copied()
    }

    /// Whether its whole numbers run on as row numbers do: about as many as their range.
    pub(super) fn is_running(&self) -> bool {
        let range = self.range.map(|(least, most)| most.saturating_sub(least).saturating_add(1));
        range.is_some_and(|range| range <= self.distinct().saturating_mul(2))
    }

    /// The share of the different values of the column with fewer that the other has too.
    pub(super) fn overlap(&self, other: &Seen) -> f64 {
        self.values.overlap(&other.values)
    }

    /// Whether this column is part of others: on most rows on which both have a value, every
    /// word of it stands in one of them, and hardly ever in those of another row. `false` if
    /// there are too few rows to say.
    pub(super) fn is_part_of(&self, others: &[&Seen]) -> bool {
        let by_chance = self.contained_in(others, (self.word_rows.len() / 2) | 1);
        self.contained_in(others, 0).is_some_and(|share| share >= CONTAINED)
            && by_chance.unwrap_or(0.0) < CONTAINED / 2.0
    }

    /// The share of sampled rows, of those on which both have a value, on which every word
    /// of this column stands in the others, `shift` sampled rows further on.
    fn contained_in(&self, others: &[&Seen], shift: usize) -> Option<f64> {
        let (mut both, mut inside) = (0_u32, 0_u32);
        let rows = self.word_rows.len();
        for (row, words) in self.word_rows.iter().enumerate() {
            let at = (row + shift) % rows;
            let theirs: Vec<&[u32]> =
                others.iter().filter_map(|other| other.word_rows.get(at)).map(Box::as_ref).collect();
            if words.is_empty() || theirs.iter().all(|words| words.is_empty()) {
                continue;
            }
            both += 1;
            inside += u32::from(words.iter().all(|word| theirs.iter().any(|words| words.contains(word))));
        }
        (both >= 3).then(|| f64::from(inside) / f64::from(both))
    }
}

/// The hashes of the different values, or of an even sample of them.
#[derive(Clone, Default)]
struct Values {
    counts: HashMap<u64, u32, FixedState>,
    /// Only hashes with this many leading zero bits are kept.
    shift: u32,
    /// Rows with a value.
    rows: u64,
}

impl Values {
    fn add(&mut self, hash: u64) {
        self.rows += 1;
        if hash.leading_zeros() < self.shift {
            return;
        }
        *self.counts.entry(hash).or_default() += 1;
        if self.counts.len() > VALUES {
            self.shift += 1;
            self.counts.retain(|hash, _| hash.leading_zeros() >= self.shift);
        }
    }

    fn overlap(&self, other: &Values) -> f64 {
        let shift = self.shift.max(other.shift);
        let kept = |values: &Values| -> HashSet<u64> {
            values.counts.keys().copied().filter(|hash| hash.leading_zeros() >= shift).collect()
        };
        let (mine, theirs) = (kept(self), kept(other));
        let least = mine.len().min(theirs.len());
        if least == 0 { 0.0 } else { mine.intersection(&theirs).count() as f64 / least as f64 }
    }
}

/// Whether values can be read from a column of that type: text, numbers, dates, and
/// dictionaries of them, but no lists.
/// What stands in a column of lists of text.
fn in_lists(array: &ArrayRef) -> Option<ArrayRef> {
    let (values, first, last) = if let Some(lists) = array.as_list_opt::<i32>() {
        let offsets = lists.value_offsets();
        (lists.values(), *offsets.first()? as usize, *offsets.last()? as usize)
    } else {
        let lists = array.as_list_opt::<i64>()?;
        let offsets = lists.value_offsets();
        (lists.values(), *offsets.first()? as usize, *offsets.last()? as usize)
    };
    let is_text = matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    is_text.then(|| values.slice(first, last - first))
}

fn is_readable(array: &ArrayRef) -> bool {
    let values = array.as_any_dictionary_opt().map_or(array, |encoded| encoded.values());
    [FieldKind::Identifier, FieldKind::Number].into_iter().any(|kind| accepts(kind, values.data_type()))
}

/// Calls `visit` with each row's value as trimmed text, also where it stands in a dictionary.
fn for_each_value(array: &dyn Array, mut visit: impl FnMut(Option<&str>)) {
    let Some(encoded) = array.as_any_dictionary_opt().filter(|encoded| !encoded.values().is_empty()) else {
        return for_each_key(array, |_, value| visit(value));
    };
    let mut values = Vec::with_capacity(encoded.values().len());
    for_each_key(encoded.values().as_ref(), |_, value| values.push(value.map(str::to_owned)));
    let nulls = encoded.keys().nulls();
    for (row, key) in encoded.normalized_keys().into_iter().enumerate() {
        let is_null = nulls.is_some_and(|nulls| nulls.is_null(row));
        visit(values[key].as_deref().filter(|_| !is_null));
    }
}

fn year(digits: &str, year_first: bool) -> Option<u16> {
    match digits.len() {
        4 => digits.parse().ok(),
        8 if year_first => digits[..4].parse().ok(),
        8 => digits[4..].parse().ok(),
        _ => None,
    }
}

fn word_hashes(lower: &str) -> Box<[u32]> {
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| hash(word) as u32).collect()
}

/// The hashes of the first and the last word, 0 where there are not two.
fn ends(lower: &str) -> [u32; 2] {
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) => [first, last].map(|word| (hash(word) as u32).max(1)),
        _ => [0; 2],
    }
}

/// The same in every run, so that guesses are; not a secret, so hashes are never shown.
fn hash(text: &str) -> u64 {
    FixedState::with_seed(0).hash_one(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{DictionaryArray, Float64Array, Int64Array, StringArray};

    use super::*;

    fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> Seen {
        Seen::of(&[Arc::new(StringArray::from_iter_values(values))])
    }

    #[test]
    fn blanks_and_words_for_nothing_are_missing() {
        let seen =
            Seen::of(&[Arc::new(StringArray::from(vec![Some("Ann"), Some(" "), None, Some("NaN"), Some("ann")]))]);
        assert_eq!((seen.rows, seen.present(), seen.distinct()), (5, 2, 1));
    }

    #[test]
    fn dictionaries_are_read_as_their_values() {
        let array: DictionaryArray<Int32Type> = [Some("Ann"), None, Some("Bob"), Some("Ann")].into_iter().collect();
        let seen = Seen::of(&[Arc::new(array)]);
        assert!(seen.is_readable);
        assert_eq!((seen.rows, seen.missing, seen.distinct()), (4, 1, 2));
    }

    #[test]
    fn whole_floats_are_whole_numbers() {
        let seen = Seen::of(&[Arc::new(Float64Array::from(vec![Some(4011.0), None, Some(2602.0)]))]);
        assert!(seen.share(Trait::Digits) > 0.99);
        assert_eq!(seen.range, Some((2602, 4011)));
    }

    #[test]
    fn many_values_are_estimated_and_repetitions_are_not_overlooked() {
        let numbers = |each: i64| Seen::of(&[Arc::new(Int64Array::from_iter_values((0..300_000).map(|i| i / each)))]);
        let (once, twice) = (numbers(1), numbers(2));
        assert!(once.is_unique() && !twice.is_unique());
        // 2^15 to 2^16 hashes are kept: a standard error of at most 0.6 in a hundred, five of them.
        assert!((once.distinct() as f64 / 300_000.0 - 1.0).abs() < 0.03, "{}", once.distinct());
        assert!((twice.distinct() as f64 / 150_000.0 - 1.0).abs() < 0.03, "{}", twice.distinct());
        // All values of the second are among those of the first.
        assert!(once.overlap(&twice) > 0.999);
    }

    #[test]
    fn overlap_is_of_the_column_with_fewer_values() {
        let (a, b) = (texts(["a", "b", "c", "d"]), texts(["C", "d", "e", "f", "g"]));
        assert_eq!((a.overlap(&b), b.overlap(&a)), (0.5, 0.5));
    }

    #[test]
    fn words_of_one_column_are_found_in_others() {
        let full = texts(["Ann Smith", "Bob Jones", "Cy Lee", "Di Fox"]);
        let (given, family) = (texts(["ann", "bob", "cy", "eve"]), texts(["smith", "jones", "lee", "fox"]));
        assert_eq!(given.contained_in(&[&full], 0), Some(0.75));
        assert_eq!(given.contained_in(&[&full], 2), Some(0.0));
        assert_eq!(full.contained_in(&[&given, &family], 0), Some(0.75));
        assert_eq!(full.contained_in(&[&given], 0), Some(0.0));
        assert_eq!(texts(["ann"]).contained_in(&[&full], 0), None);
        assert!(family.is_part_of(&[&full]) && !given.is_part_of(&[&full]));
        // Equal on every row, but on any other row as well.
        let constant = texts(["x"; 9]);
        assert!(!constant.is_part_of(&[&constant]));
    }

    #[test]
    fn what_a_value_tells_is_by_how_often_it_is_shared() {
        let near = |seen: &Seen, bits: f64| assert!((seen.bits() - bits).abs() < 1e-9, "{}", seen.bits());
        // Of twelve pairs in order, (2 · 1) + (2 · 1) share a value: one in three.
        near(&texts(["a", "b", "a", "B"]), 3_f64.log2());
        near(&texts(["x"; 9]), 0.0);
        // None is shared by eight rows; of the other eight there is none.
        near(&texts((0..8).map(|i| i.to_string())), 3.0);
        near(&texts((0..16).map(|i| if i < 8 { i.to_string() } else { String::new() })), 1.5);
        near(&texts(["", ""]), 0.0);
    }

    #[test]
    fn the_span_of_dates_is_between_their_outer_tenths() {
        let seen = texts((0..10).map(|i| format!("{}-01-01", 1900 + 10 * i)));
        // In order 1900 … 1990: the second is 1910, the last 1990.
        assert_eq!(seen.span(), 80);
        // The same years behind days and months, and behind months and days.
        for form in ["1912", "19/12/", "12/19/"] {
            let seen = texts((0..10).map(|i| format!("{form}{}", 1900 + 10 * i)));
            assert_eq!(seen.span(), 80, "{form}");
        }
    }
}
