//! Reading the columns of one field of one source.

use arrow_array::cast::AsArray;
use arrow_array::{AnyDictionaryArray, Array};
use arrow_schema::DataType;
use counterfoil_core::{FieldCounts, NullReason, Outcome, RejectRule, Rejected};
use zeroize::Zeroizing;

use super::interner::Interner;
use super::{Dictionary, ValueKind, ValueRules};
use crate::coding::{self, Raw};
use crate::standardise::{self, DatePart, DateRules};

/// Standardises one field of one source, batch after batch, and writes value numbers. Counts
/// what it finds and lists what it refuses, as [`coding`](crate::coding) does.
pub struct FieldReader {
    field: u16,
    rules: ValueRules,
    missing: Vec<String>,
    /// What raw texts came to, where that is worth remembering.
    memo: Option<Memo>,
    buffer: Zeroizing<Vec<u8>>,
    counts: FieldCounts,
    rejects: Vec<Rejected>,
}

/// Raw texts and what became of them.
#[derive(Default)]
struct Memo {
    texts: Interner,
    /// By number of the raw text, from 1 on.
    read: Vec<Read>,
}

impl std::fmt::Debug for FieldReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldReader(…)")
    }
}

/// What became of a raw value: a value number, or above all of those why there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Read(u32);

impl Read {
    const NULL: u32 = u32::MAX - 200;
    const REJECTED: u32 = u32::MAX - 100;
    /// Not yet looked at.
    const UNREAD: Read = Read(u32::MAX);
}

impl FieldReader {
    /// A reader of the field at a position of the job. `missing` are the raw texts that mean
    /// "missing" in its data set.
    #[must_use]
    pub fn new(field: u16, rules: ValueRules, missing: Vec<String>) -> FieldReader {
        let memo = rules.is_costly().then(Memo::default);
        let buffer = Zeroizing::new(Vec::with_capacity(standardise::MAX_BYTES * 4));
        FieldReader { field, rules, missing, memo, buffer, counts: FieldCounts::default(), rejects: Vec::new() }
    }

    /// What kind of value it reads.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.rules.kind()
    }

    /// What was found so far.
    #[must_use]
    pub fn counts(&self) -> &FieldCounts {
        &self.counts
    }

    /// The values refused since this was last asked, in row order.
    pub fn take_rejects(&mut self) -> Vec<Rejected> {
        std::mem::take(&mut self.rejects)
    }

    /// Reads the next rows of the source: appends a number for each to `out`. Takes the types
    /// that [`accepts`](crate::coding::accepts) names, and dictionary arrays of them.
    ///
    /// # Panics
    ///
    /// When the dictionary holds values of another kind.
    pub fn read(&mut self, column: &dyn Array, dictionary: &mut Dictionary, out: &mut Vec<u32>) {
        assert_eq!(dictionary.kind(), self.kind(), "a domain has values of one kind");
        out.reserve(column.len());
        match column.as_any_dictionary_opt() {
            Some(encoded) if !encoded.values().is_empty() => self.read_encoded(encoded, dictionary, out),
            Some(_) => self.read_nothing(column.len(), out),
            None => coding::for_each(column, |_, raw| {
                let read = self.look_up(raw, dictionary);
                out.push(self.count(read));
            }),
        }
    }

    /// As [`read`](FieldReader::read), for a date in columns of its year, month and day.
    ///
    /// # Panics
    ///
    /// When the field is no date, the columns differ in length, or the dictionary holds
    /// values of another kind.
    pub fn read_date_parts(&mut self, columns: [&dyn Array; 3], dictionary: &mut Dictionary, out: &mut Vec<u32>) {
        assert_eq!(dictionary.kind(), self.kind(), "a domain has values of one kind");
        let [years, months, days] = columns.map(date_parts);
        let parts = years.into_iter().zip(months).zip(days);
        let rules = self.date_rules().clone();
        for ((year, month), day) in parts {
            let read = match standardise::partial_date_from_split(year, month, day, &rules) {
                Outcome::Valid(date) => Read(dictionary.number(date.as_bytes())),
                other => unusable(&other),
            };
            out.push(self.count(read));
        }
    }

    /// Counts rows of a source that has no such column.
    pub fn read_nothing(&mut self, rows: usize, out: &mut Vec<u32>) {
        self.counts.add_null(NullReason::Empty, rows as u64);
        out.resize(out.len() + rows, 0);
    }

    fn date_rules(&self) -> &DateRules {
        match &self.rules {
            ValueRules::Date(rules) => rules,
            _ => panic!("only a date has a year, a month and a day"),
        }
    }

    /// Reads an array of keys into a dictionary: each value once, when it is first met, so
    /// that numbers do not depend on how a file happens to be encoded.
    fn read_encoded(&mut self, encoded: &dyn AnyDictionaryArray, dictionary: &mut Dictionary, out: &mut Vec<u32>) {
        let mut read = vec![Read::UNREAD; encoded.values().len()];
        let nulls = encoded.keys().nulls();
        for (row, key) in encoded.normalized_keys().into_iter().enumerate() {
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                self.read_nothing(1, out);
                continue;
            }
            if read[key] == Read::UNREAD {
                read[key] = self.read_at(encoded.values(), key, dictionary);
            }
            out.push(self.count(read[key]));
        }
    }

    fn read_at(&mut self, values: &dyn Array, row: usize, dictionary: &mut Dictionary) -> Read {
        match values.data_type() {
            DataType::Utf8 if values.is_valid(row) => {
                self.look_up(Raw::Text(values.as_string::<i32>().value(row)), dictionary)
            }
            DataType::Utf8View if values.is_valid(row) => {
                self.look_up(Raw::Text(values.as_string_view().value(row)), dictionary)
            }
            _ => {
                let mut read = Read::UNREAD;
                coding::for_each(&values.slice(row, 1), |_, raw| read = self.look_up(raw, dictionary));
                read
            }
        }
    }

    /// What becomes of a raw value.
    #[inline]
    fn look_up(&mut self, raw: Raw<'_>, dictionary: &mut Dictionary) -> Read {
        if let (Some(memo), Raw::Text(text)) = (&mut self.memo, raw) {
            let (number, is_new) = memo.texts.number(text.as_bytes());
            let place = number as usize - 1;
            if is_new {
                let read = standardise(&self.rules, &self.missing, raw, &mut self.buffer, dictionary);
                memo.read.push(read);
            }
            return memo.read[place];
        }
        standardise(&self.rules, &self.missing, raw, &mut self.buffer, dictionary)
    }

    /// Counts one row; its value number.
    #[inline]
    fn count(&mut self, read: Read) -> u32 {
        if read.0 < Read::NULL {
            self.counts.add_valid();
            return read.0;
        }
        self.count_unusable(read);
        0
    }

    fn count_unusable(&mut self, read: Read) {
        if read.0 < Read::REJECTED {
            self.counts.add_null(NullReason::ALL[(read.0 - Read::NULL) as usize], 1);
            return;
        }
        let rule = RejectRule::ALL[(read.0 - Read::REJECTED) as usize];
        self.rejects.push(Rejected { row: self.counts.rows, field: self.field, rule });
        self.counts.add_rejected(rule);
    }
}

#[inline]
fn standardise(
    rules: &ValueRules,
    missing: &[String],
    raw: Raw<'_>,
    buffer: &mut Zeroizing<Vec<u8>>,
    dictionary: &mut Dictionary,
) -> Read {
    if coding::is_missing(raw, missing) {
        return unusable(&Outcome::<()>::Null(NullReason::Sentinel));
    }
    match rules.write(raw, buffer) {
        Outcome::Valid(()) => Read(dictionary.number(buffer)),
        other => unusable(&other),
    }
}

fn unusable<T>(outcome: &Outcome<T>) -> Read {
    match outcome {
        Outcome::Null(reason) => Read(Read::NULL + *reason as u32),
        Outcome::Rejected(rule) => Read(Read::REJECTED + *rule as u32),
        Outcome::Valid(_) => Read::UNREAD,
    }
}

fn date_parts(column: &dyn Array) -> Vec<DatePart> {
    let mut parts = Vec::with_capacity(column.len());
    coding::for_each(column, |_, raw| parts.push(coding::date_part(raw)));
    parts
}
