//! Arrow columns of every layout, value by value.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{AnyDictionaryArray, Array, DictionaryArray, GenericListArray, OffsetSizeTrait, StringViewArray};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use counterfoil_core::NullReason;

use super::super::Dictionary;
use super::super::interner::STRETCH;
use super::one::{Read, Standardiser};
use crate::coding::{self, Raw};

/// What becomes of each row of a column.
pub(super) fn read(standardiser: &mut Standardiser, column: &dyn Array, dictionary: &mut Dictionary) -> Vec<Read> {
    if let Some(encoded) = column.as_any_dictionary_opt() {
        return read_encoded(standardiser, encoded, dictionary);
    }
    if let DataType::Utf8View = column.data_type() {
        return read_views(standardiser, column.as_string_view(), dictionary);
    }
    let mut read = Vec::with_capacity(column.len());
    coding::for_each(column, |_, raw| read.push(standardiser.read(raw, dictionary)));
    read
}

/// Reads texts by their views, so that most need no look at the text.
fn read_views(standardiser: &mut Standardiser, column: &StringViewArray, dictionary: &mut Dictionary) -> Vec<Read> {
    let nulls = column.nulls();
    let views = column.views();
    let mut read = Vec::with_capacity(column.len());
    for first in (0..column.len()).step_by(STRETCH) {
        let rows = first..column.len().min(first + STRETCH);
        let known = standardiser.known(&views[rows.clone()]);
        let is_null = |row: usize| nulls.is_some_and(|nulls| nulls.is_null(row));
        let unread = rows.clone().filter(|row| known[row - first] == Read::UNREAD && !is_null(*row));
        standardiser.touch(unread.map(|row| column.value(row).as_bytes()), dictionary);
        for row in rows {
            read.push(match known[row - first] {
                _ if is_null(row) => standardiser.read(Raw::Null, dictionary),
                Read::UNREAD => standardiser.read_view(views[row], || column.value(row), dictionary),
                known => known,
            });
        }
    }
    read
}

/// What becomes of each element of each row, and where each row's elements begin; as a last
/// entry, their number.
pub(super) fn read_lists(
    standardiser: &mut Standardiser,
    column: &dyn Array,
    separator: char,
    dictionary: &mut Dictionary,
) -> (Vec<usize>, Vec<Read>) {
    match column.data_type() {
        DataType::List(_) => read_arrow_lists(standardiser, column.as_list::<i32>(), dictionary),
        DataType::LargeList(_) => read_arrow_lists(standardiser, column.as_list::<i64>(), dictionary),
        _ => {
            let (mut starts, mut read) = (vec![0], Vec::with_capacity(column.len()));
            coding::for_each(column, |_, raw| {
                match raw {
                    Raw::Text(text) => {
                        read.extend(text.split(separator).map(|part| standardiser.read(Raw::Text(part), dictionary)));
                    }
                    raw => read.push(standardiser.read(raw, dictionary)),
                }
                starts.push(read.len());
            });
            (starts, read)
        }
    }
}

/// Reads an array of keys into a dictionary: each value once, when it is first met, so that
/// numbers do not depend on how a file happens to be encoded.
fn read_encoded(
    standardiser: &mut Standardiser,
    encoded: &dyn AnyDictionaryArray,
    dictionary: &mut Dictionary,
) -> Vec<Read> {
    let values = encoded.values();
    if values.is_empty() {
        return vec![Read::null(NullReason::Empty); encoded.len()];
    }
    let mut known = standardiser.take_encoded(values);
    let read_value = |key: usize| {
        // Writers number values as they meet them, so the next ones are met soon.
        if key.is_multiple_of(STRETCH) {
            touch(standardiser, values, key, dictionary);
        }
        read_at(standardiser, values, key, dictionary)
    };
    let nulls = encoded.keys().nulls();
    let read = match encoded.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
        Some(encoded) => {
            let keys = encoded.keys().values().iter().map(|key| *key as usize);
            read_keys(keys, nulls, &mut known, read_value)
        }
        None => read_keys(encoded.normalized_keys().into_iter(), nulls, &mut known, read_value),
    };
    standardiser.keep_encoded(values, known);
    read
}

/// What becomes of the keys of some rows: of most that is `known`, and taken in a loop without a branch.
fn read_keys(
    keys: impl Iterator<Item = usize> + Clone,
    nulls: Option<&NullBuffer>,
    known: &mut [Read],
    mut read_value: impl FnMut(usize) -> Read,
) -> Vec<Read> {
    // Behind a null there may be any key.
    let mut read: Vec<Read> = keys.clone().map(|key| known.get(key).copied().unwrap_or(Read::UNREAD)).collect();
    for (row, (read, key)) in read.iter_mut().zip(keys).enumerate() {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            *read = Read::null(NullReason::Empty);
        } else if *read == Read::UNREAD {
            if known[key] == Read::UNREAD {
                known[key] = read_value(key);
            }
            *read = known[key];
        }
    }
    read
}

/// Looks where some values of a file's dictionary will be looked up.
fn touch(standardiser: &Standardiser, values: &dyn Array, first: usize, dictionary: &Dictionary) {
    let places = first..values.len().min(first + STRETCH);
    match values.data_type() {
        DataType::Utf8 => {
            let texts = values.as_string::<i32>();
            standardiser.touch(places.map(|at| texts.value(at).as_bytes()), dictionary);
        }
        DataType::Utf8View => {
            let texts = values.as_string_view();
            standardiser.touch(places.map(|at| texts.value(at).as_bytes()), dictionary);
        }
        _ => {}
    }
}

fn read_at(standardiser: &mut Standardiser, values: &dyn Array, row: usize, dictionary: &mut Dictionary) -> Read {
    match values.data_type() {
        DataType::Utf8 if values.is_valid(row) => {
            standardiser.read(Raw::Text(values.as_string::<i32>().value(row)), dictionary)
        }
        DataType::Utf8View if values.is_valid(row) => {
            standardiser.read(Raw::Text(values.as_string_view().value(row)), dictionary)
        }
        _ => {
            let mut read = Read::UNREAD;
            coding::for_each(&values.slice(row, 1), |_, raw| read = standardiser.read(raw, dictionary));
            read
        }
    }
}

/// All elements are read in one go. Those of a row that is null are passed over, though Arrow
/// lets it have some.
fn read_arrow_lists<O: OffsetSizeTrait>(
    standardiser: &mut Standardiser,
    column: &GenericListArray<O>,
    dictionary: &mut Dictionary,
) -> (Vec<usize>, Vec<Read>) {
    let offsets: Vec<usize> = column.value_offsets().iter().map(|offset| offset.as_usize()).collect();
    let (first, last) = (offsets[0], offsets[column.len()]);
    let all = read(standardiser, &column.values().slice(first, last - first), dictionary);
    let (mut starts, mut kept) = (vec![0], Vec::with_capacity(all.len()));
    for (row, bounds) in offsets.windows(2).enumerate() {
        if column.is_valid(row) {
            kept.extend_from_slice(&all[bounds[0] - first..bounds[1] - first]);
        }
        starts.push(kept.len());
    }
    (starts, kept)
}
