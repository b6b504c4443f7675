//! Reading the columns of one field of one source.

mod columns;
mod one;
mod recent;

use arrow_array::Array;
use counterfoil_core::{FieldCounts, NullReason, Outcome, RejectRule, Rejected};

use super::rules::as_digits;
use super::{Dictionary, Lists, ValueKind, ValueRules};
use crate::coding;
use crate::standardise::{self, DateDigits, DatePart, DateRules};
use one::{Read, Standardiser};

/// Standardises one field of one source, batch after batch, and writes value numbers. Counts
/// what it finds and lists what it refuses, as [`coding`](crate::coding) does.
pub struct FieldReader {
    field: u16,
    standardiser: Standardiser,
    counts: FieldCounts,
    rejects: Vec<Rejected>,
}

impl std::fmt::Debug for FieldReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldReader(…)")
    }
}

impl FieldReader {
    /// A reader of the field at a position of the job. `missing` are the raw texts that mean
    /// "missing" in its data set.
    #[must_use]
    pub fn new(field: u16, rules: ValueRules, missing: Vec<String>) -> FieldReader {
        let standardiser = Standardiser::new(rules, missing);
        FieldReader { field, standardiser, counts: FieldCounts::default(), rejects: Vec::new() }
    }

    /// What kind of value it reads.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.standardiser.rules().kind()
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
        self.check(dictionary);
        let read = columns::read(&mut self.standardiser, column, dictionary);
        self.take(&read, out);
    }

    /// As [`read`](FieldReader::read), for a date in columns of its year, month and day.
    ///
    /// # Panics
    ///
    /// When the field is no date, or the dictionary holds values of another kind.
    pub fn read_date_parts(&mut self, columns: [&dyn Array; 3], dictionary: &mut Dictionary, out: &mut Vec<u32>) {
        self.check(dictionary);
        let ValueRules::Date(rules) = self.standardiser.rules().clone() else {
            panic!("only a date has a year, a month and a day");
        };
        let [years, months, days] = columns.map(date_parts);
        let parts = years.into_iter().zip(months).zip(days);
        let read: Vec<Read> =
            parts.map(|((year, month), day)| whole_date([year, month, day], &rules, dictionary)).collect();
        self.take(&read, out);
    }

    /// As [`read`](FieldReader::read), for a year of birth that is a year less the age in it. `told` is a
    /// column of years, or one year for all.
    ///
    /// # Panics
    ///
    /// When the field is no date, or the dictionary holds values of another kind.
    pub fn read_year_by_age(
        &mut self,
        ages: &dyn Array,
        told: Result<&dyn Array, u16>,
        dictionary: &mut Dictionary,
        out: &mut Vec<u32>,
    ) {
        self.check(dictionary);
        assert_eq!(self.kind(), ValueKind::Date, "only a date has a year");
        let ages = date_parts(ages);
        let years = match told {
            Ok(column) => date_parts(column),
            Err(year) => vec![DatePart::Number(year.into()); ages.len()],
        };
        let read: Vec<Read> =
            ages.into_iter().zip(years).map(|(age, year)| year_of_birth(age, year, dictionary)).collect();
        self.take(&read, out);
    }

    /// As [`read`](FieldReader::read), for an age in whole years: that of the year `at`, of dates of birth
    /// or their years, which are read by `rules`. Below 0 of who was born later.
    ///
    /// # Panics
    ///
    /// When the field is no number, or the dictionary holds values of another kind.
    pub fn read_age_by_birth(
        &mut self,
        born: &dyn Array,
        at: u16,
        rules: &DateRules,
        dictionary: &mut Dictionary,
        out: &mut Vec<u32>,
    ) {
        self.check(dictionary);
        assert_eq!(self.kind(), ValueKind::Number, "only a number is an age");
        let mut read = Vec::with_capacity(born.len());
        coding::for_each(born, |_, raw| {
            read.push(if coding::is_missing(raw, self.standardiser.missing()) {
                Read::null(NullReason::Sentinel)
            } else {
                age_in(at, super::rules::date(raw, rules), dictionary)
            });
        });
        self.take(&read, out);
    }

    /// As [`read`](FieldReader::read), for patient ids in one column and the providers that
    /// gave them in another.
    ///
    /// # Panics
    ///
    /// When the dictionary holds values of another kind.
    pub fn read_with_provider(
        &mut self,
        ids: &dyn Array,
        providers: &dyn Array,
        dictionary: &mut Dictionary,
        out: &mut Vec<u32>,
    ) {
        self.check(dictionary);
        let mut codes: Vec<Option<Box<str>>> = Vec::with_capacity(providers.len());
        coding::for_each_key(providers, |_, code| codes.push(code.map(Box::from)));
        let mut read = Vec::with_capacity(ids.len());
        coding::for_each_key(ids, |row, id| {
            let provider = codes.get(row).and_then(Option::as_deref);
            read.push(match id.map(|id| standardise::local_patient_id(provider, id)) {
                Some(Outcome::Valid(value)) => Read::value(dictionary.number(value.as_bytes())),
                Some(other) => Read::unusable(&other),
                None => Read::null(NullReason::Empty),
            });
        });
        self.take(&read, out);
    }

    /// As [`read`](FieldReader::read), for several values a row: an Arrow list, or text with a
    /// separator between them. A row's number is that of its list in `lists`; 0 if it has no
    /// valid value, which is counted under the reason of its first one.
    ///
    /// # Panics
    ///
    /// When the dictionary, which is that of single values, holds values of another kind.
    pub fn read_lists(
        &mut self,
        column: &dyn Array,
        separator: char,
        dictionary: &mut Dictionary,
        lists: &mut Lists,
        out: &mut Vec<u32>,
    ) {
        self.check(dictionary);
        let (starts, elements) = columns::read_lists(&mut self.standardiser, column, separator, dictionary);
        let mut numbers = Vec::new();
        for bounds in starts.windows(2) {
            let elements = &elements[bounds[0]..bounds[1]];
            numbers.clear();
            numbers.extend(elements.iter().filter_map(|read| read.number()));
            let read = match (numbers.is_empty(), elements.first()) {
                (false, _) => Read::value(lists.number(&mut numbers)),
                (true, Some(first)) => *first,
                (true, None) => Read::null(NullReason::Empty),
            };
            out.push(self.count(read));
        }
    }

    /// Counts rows of a source that has no such column.
    pub fn read_nothing(&mut self, rows: usize, out: &mut Vec<u32>) {
        self.counts.add_null(NullReason::Empty, rows as u64);
        out.resize(out.len() + rows, 0);
    }

    /// Takes back what was read of the last rows where the identity of the row's person is
    /// withheld: their numbers become 0, and they are counted so.
    pub fn withhold(&mut self, withheld: &[bool], out: &mut [u32]) {
        let first = out.len() - withheld.len();
        for (number, _) in out[first..].iter_mut().zip(withheld).filter(|(number, is)| **is && **number != 0) {
            *number = 0;
            self.counts.valid -= 1;
            self.counts.null[NullReason::Withheld as usize] += 1;
        }
    }

    fn check(&self, dictionary: &Dictionary) {
        assert_eq!(dictionary.kind(), self.kind(), "a domain has values of one kind");
    }

    /// Takes over what became of some rows: all numbers in a loop without a branch, then what is none.
    fn take(&mut self, read: &[Read], out: &mut Vec<u32>) {
        out.extend(read.iter().map(|read| read.number().unwrap_or_default()));
        let first = self.counts.rows;
        let mut valid = read.len() as u64;
        for (row, read) in (first..).zip(read).filter(|(_, read)| read.number().is_none()) {
            self.count_unusable(row, *read);
            valid -= 1;
        }
        self.counts.add_valid(valid);
    }

    /// Counts one row; its number.
    #[inline]
    fn count(&mut self, read: Read) -> u32 {
        match read.number() {
            Some(_) => self.counts.add_valid(1),
            None => self.count_unusable(self.counts.rows, read),
        }
        read.number().unwrap_or_default()
    }

    fn count_unusable(&mut self, row: u64, read: Read) {
        match read.why() {
            Ok(reason) => self.counts.add_null(reason, 1),
            Err(rule) => {
                self.rejects.push(Rejected { row, field: self.field, rule });
                self.counts.add_rejected(rule);
            }
        }
    }
}

fn whole_date([year, month, day]: [DatePart; 3], rules: &DateRules, dictionary: &mut Dictionary) -> Read {
    match standardise::partial_date_from_split(year, month, day, rules) {
        Outcome::Valid(date) => Read::value(dictionary.number(date.as_bytes())),
        other => Read::unusable(&other),
    }
}

/// Nobody is older than this.
pub(super) const OLDEST: i32 = 130;

fn year_of_birth(age: DatePart, year: DatePart, dictionary: &mut Dictionary) -> Read {
    match (age, year) {
        (DatePart::Absent, _) | (_, DatePart::Absent) => Read::null(NullReason::Empty),
        (DatePart::Number(age @ 0..=OLDEST), DatePart::Number(year @ 1000..=9999)) => {
            Read::value(dictionary.number(format!("{:04}", year - age).as_bytes()))
        }
        _ => Read::unusable::<()>(&Outcome::Rejected(RejectRule::NumberFormat)),
    }
}

/// The age that somebody with a date of birth has in a year, on their birthday.
fn age_in(at: u16, born: Outcome<DateDigits>, dictionary: &mut Dictionary) -> Read {
    let year = |date: &DateDigits| str::from_utf8(date.as_bytes()).ok()?.get(..4)?.parse::<i32>().ok();
    match born {
        Outcome::Valid(date) => match year(&date) {
            Some(year) => Read::value(dictionary.number((i32::from(at) - year).to_string().as_bytes())),
            None => Read::unusable::<()>(&Outcome::Rejected(RejectRule::DateFormat)),
        },
        other => Read::unusable(&other),
    }
}

fn date_parts(column: &dyn Array) -> Vec<DatePart> {
    let mut parts = Vec::with_capacity(column.len());
    coding::for_each(column, |_, raw| parts.push(coding::date_part(as_digits(raw))));
    parts
}
