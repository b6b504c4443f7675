//! Coding one linkage field of one batch.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use counterfoil_core::{Code, FieldCounts, NO_DATE, NullReason, Outcome, RejectRule, Rejected};

use super::column::{Raw, for_each, without_fraction};
use super::memo::{Memo, Memos, Short};
use super::{Columns, FieldPlan, Rules};
use crate::dates::DateCodes;
use crate::standardise::{
    self, ClearText, DatePart, DateRules, Day, NhsNumber, Postcode, Sex, date_from_day, date_from_parts,
    date_from_split,
};
use crate::tokeniser::{CodeBatch, Tokeniser};

/// Counts outcomes and lists rejects for one field of one batch.
pub(super) struct Sink<'a> {
    first_row: u64,
    field: u16,
    /// Whether the identity of each row's person is withheld; empty if of none.
    withheld: &'a [bool],
    counts: &'a mut FieldCounts,
    rejects: &'a mut Vec<Rejected>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        first_row: u64,
        field: usize,
        counts: &'a mut FieldCounts,
        rejects: &'a mut Vec<Rejected>,
    ) -> Sink<'a> {
        Sink { first_row, field: field as u16, withheld: &[], counts, rejects }
    }

    /// The same, for rows of which some have their identity withheld.
    pub(super) fn withholding(self, withheld: &'a [bool]) -> Sink<'a> {
        Sink { withheld, ..self }
    }

    /// Counts one outcome; the valid value, if that is what it is.
    #[inline]
    fn take<T>(&mut self, row: usize, outcome: Outcome<T>) -> Option<T> {
        if self.withheld.get(row) == Some(&true) {
            self.counts.add_null(NullReason::Withheld, 1);
            return None;
        }
        match outcome {
            Outcome::Valid(value) => {
                self.counts.add_valid(1);
                Some(value)
            }
            Outcome::Null(reason) => {
                self.counts.add_null(reason, 1);
                None
            }
            Outcome::Rejected(rule) => {
                self.counts.add_rejected(rule);
                let row = self.first_row + row as u64;
                self.rejects.push(Rejected { row, field: self.field, rule });
                None
            }
        }
    }
}

/// The codes of one field of a batch.
pub(super) fn code(
    plan: &FieldPlan,
    batch: &RecordBatch,
    tokeniser: &Tokeniser,
    dates: &DateCodes,
    memos: &Memos,
    sink: &mut Sink<'_>,
) -> Vec<Code> {
    let mut out = vec![Code::NULL; batch.num_rows()];
    let mut codes = Writer { batch: tokeniser.batch(plan.field.kind.name()), out: &mut out };
    match &plan.rules {
        Rules::Date(rules) => {
            let mut valid = vec![NO_DATE; batch.num_rows()];
            days(&plan.columns, rules, &plan.missing, batch, sink, |row, day| valid[row] = day);
            // Looked up in a loop of their own, so that they wait for memory together.
            codes.out.iter_mut().zip(&valid).for_each(|(code, day)| *code = dates.code(*day));
        }
        Rules::Sex(list) => {
            let codes_of_sex = sex_codes(tokeniser);
            each(
                plan,
                batch,
                sink,
                |raw| sex(raw, list),
                |row, value: Sex| {
                    codes.out[row] = codes_of_sex[usize::from(matches!(value, Sex::Female))];
                },
            );
        }
        Rules::NhsNumber => {
            each(plan, batch, sink, nhs_number, |row, value: NhsNumber| {
                codes.push(row, &value.digits());
            });
        }
        Rules::Postcode(rules) => memos.lend(|memo| postcodes(plan, rules, batch, memo, sink, &mut codes)),
        Rules::LocalPatientId => local_patient_ids(&plan.columns, batch, sink, &mut codes),
        Rules::Name => clear(plan, batch, sink, &mut codes, standardise::name),
        Rules::Text => clear(plan, batch, sink, &mut codes, standardise::text),
        Rules::Category => clear(plan, batch, sink, &mut codes, standardise::category),
        Rules::Number(list) => clear(plan, batch, sink, &mut codes, |text| standardise::coded_number(text, list)),
        Rules::Identifier => clear(plan, batch, sink, &mut codes, standardise::identifier),
        Rules::Words => clear(plan, batch, sink, &mut codes, standardise::words),
        Rules::FullName => clear(plan, batch, sink, &mut codes, standardise::full_name),
        Rules::Email => clear(plan, batch, sink, &mut codes, standardise::email),
        Rules::Location => clear(plan, batch, sink, &mut codes, standardise::location),
    }
    codes.finish();
    out
}

/// Writes codes to their rows.
struct Writer<'t, 'o> {
    batch: CodeBatch<'t>,
    out: &'o mut Vec<Code>,
}

impl Writer<'_, '_> {
    #[inline]
    fn push(&mut self, row: usize, value: &[u8]) {
        self.batch.push(value, row, self.out);
    }

    fn finish(&mut self) {
        self.batch.flush(self.out);
    }
}

/// Standardises a one-column field; `store` gets each valid value.
#[inline]
fn each<T>(
    plan: &FieldPlan,
    batch: &RecordBatch,
    sink: &mut Sink<'_>,
    standardise: impl Fn(Raw<'_>) -> Outcome<T>,
    mut store: impl FnMut(usize, T),
) {
    let Some(column) = only_column(plan, batch, sink) else { return };
    for_each(&column, |row, raw| {
        let outcome =
            if is_missing(raw, &plan.missing) { Outcome::Null(NullReason::Sentinel) } else { standardise(raw) };
        if let Some(value) = sink.take(row, outcome) {
            store(row, value);
        }
    });
}

/// The column of a field with one value a row, put together where the text is in several; where
/// there is none, all rows count as empty.
fn only_column(plan: &FieldPlan, batch: &RecordBatch, sink: &mut Sink<'_>) -> Option<ArrayRef> {
    let column = match &plan.columns {
        Columns::One(name) => batch.column_by_name(name).map(Arc::clone),
        Columns::Joined(names) => {
            let columns: Option<Vec<&dyn Array>> =
                names.iter().map(|name| Some(batch.column_by_name(name)?.as_ref())).collect();
            columns.map(|columns| Arc::new(super::joined(&columns, &plan.missing)) as ArrayRef)
        }
        _ => None,
    };
    if column.is_none() {
        sink.counts.add_null(NullReason::Empty, batch.num_rows() as u64);
    }
    column
}

/// As [`each`] for postcodes, of which those met lately have their codes in `memo`.
fn postcodes(
    plan: &FieldPlan,
    rules: &standardise::PostcodeRules,
    batch: &RecordBatch,
    memo: &mut Memo,
    sink: &mut Sink<'_>,
    codes: &mut Writer<'_, '_>,
) {
    let Some(column) = only_column(plan, batch, sink) else { return };
    let mut shorts = vec![Short::NONE; batch.num_rows()];
    for_each(&column, |row, raw| shorts[row] = Short::of(raw));
    // Looked up in a loop of their own, so that they wait for memory together.
    let known: Vec<Code> = shorts.iter().map(|short| memo.code(*short)).collect();
    let mut new: Vec<(Short, usize)> = Vec::new();
    for_each(&column, |row, raw| {
        if !known[row].is_null() {
            codes.out[row] = sink.take(row, Outcome::Valid(known[row])).unwrap_or_default();
            return;
        }
        let outcome =
            if is_missing(raw, &plan.missing) { Outcome::Null(NullReason::Sentinel) } else { postcode(raw, rules) };
        if let Some(value) = sink.take(row, outcome) {
            codes.push(row, value.as_bytes());
            new.push((shorts[row], row));
        }
    });
    codes.finish();
    new.into_iter().for_each(|(short, row)| memo.keep(short, codes.out[row]));
}

/// Whether a value is one of the texts that the data set uses for "missing".
#[inline]
pub(crate) fn is_missing(raw: Raw<'_>, missing: &[String]) -> bool {
    // Most fields list none, and a call for each row would be most of what that costs.
    !missing.is_empty() && is_listed(raw, missing)
}

fn is_listed(raw: Raw<'_>, texts: &[String]) -> bool {
    match raw {
        Raw::Text(text) => texts.iter().any(|listed| listed == text.trim()),
        Raw::Int(number) => texts.iter().any(|listed| listed.parse() == Ok(number)),
        Raw::Float(number) => texts.iter().any(|listed| listed.parse() == Ok(number)),
        Raw::Null | Raw::Day(_) | Raw::Big(_) => false,
    }
}

pub(crate) fn nhs_number(raw: Raw<'_>) -> Outcome<NhsNumber> {
    match raw {
        Raw::Text(text) => standardise::nhs_number(text.as_bytes()),
        Raw::Int(number) => standardise::nhs_number_from_int(number),
        Raw::Big(_) => Outcome::Rejected(RejectRule::NhsNumberFormat),
        Raw::Null | Raw::Day(_) | Raw::Float(_) => Outcome::Null(NullReason::Empty),
    }
}

pub(crate) fn sex(raw: Raw<'_>, codes: &standardise::SexCodes) -> Outcome<Sex> {
    match raw {
        Raw::Text(text) => standardise::sex(text.as_bytes(), codes),
        Raw::Int(number) => standardise::sex_from_int(number, codes),
        Raw::Big(number) => standardise::sex(number.to_string().as_bytes(), codes),
        Raw::Null | Raw::Day(_) | Raw::Float(_) => Outcome::Null(NullReason::Empty),
    }
}

/// Two values only, so their tokens are made once a batch.
fn sex_codes(tokeniser: &Tokeniser) -> [Code; 2] {
    [b"1", b"2"].map(|value| tokeniser.token("sex", value).code())
}

pub(crate) fn postcode(raw: Raw<'_>, rules: &standardise::PostcodeRules) -> Outcome<Postcode> {
    match raw {
        Raw::Text(text) => standardise::postcode(text.as_bytes(), rules),
        Raw::Null | Raw::Int(_) | Raw::Big(_) | Raw::Day(_) | Raw::Float(_) => Outcome::Null(NullReason::Empty),
    }
}

/// Codes a field of text of any length.
fn clear(
    plan: &FieldPlan,
    batch: &RecordBatch,
    sink: &mut Sink<'_>,
    codes: &mut Writer<'_, '_>,
    standardise: impl Fn(&str) -> Outcome<ClearText>,
) {
    let on_raw = |raw: Raw<'_>| match raw {
        Raw::Null => Outcome::Null(NullReason::Empty),
        Raw::Text(text) => standardise(text),
        Raw::Int(number) => standardise(&number.to_string()),
        Raw::Big(number) => standardise(&number.to_string()),
        Raw::Float(number) => standardise(&number.to_string()),
        Raw::Day(day) => {
            let (year, month, day) = standardise::civil(day);
            standardise(&format!("{year:04}-{month:02}-{day:02}"))
        }
    };
    each(plan, batch, sink, on_raw, |row, value| codes.push(row, value.as_bytes()));
}

fn local_patient_ids(columns: &Columns, batch: &RecordBatch, sink: &mut Sink<'_>, codes: &mut Writer<'_, '_>) {
    let Columns::WithProvider { id, provider } = columns else {
        sink.counts.add_null(NullReason::Empty, batch.num_rows() as u64);
        return;
    };
    let mut providers: Vec<Option<Box<str>>> = vec![None; batch.num_rows()];
    if let Some(column) = batch.column_by_name(provider) {
        super::for_each_key(column, |row, text| providers[row] = text.map(Box::from));
    }
    let Some(column) = batch.column_by_name(id) else {
        sink.counts.add_null(NullReason::Empty, batch.num_rows() as u64);
        return;
    };
    super::for_each_key(column, |row, text| {
        let outcome = match text {
            None => Outcome::Null(NullReason::Empty),
            Some(id) => standardise::local_patient_id(providers[row].as_deref(), id),
        };
        if let Some(value) = sink.take(row, outcome) {
            codes.push(row, value.as_bytes());
        }
    });
}

/// Reads dates from one column or three; `store` gets each valid day.
pub(super) fn days(
    columns: &Columns,
    rules: &DateRules,
    missing: &[String],
    batch: &RecordBatch,
    sink: &mut Sink<'_>,
    mut store: impl FnMut(usize, i32),
) {
    let mut take = |row: usize, outcome: Outcome<Day>| {
        if let Some(day) = sink.take(row, outcome) {
            store(row, day.get());
        }
    };
    match columns {
        Columns::One(name) => match batch.column_by_name(name) {
            Some(column) => for_each(column, |row, raw| take(row, day(raw, rules, missing))),
            None => sink.counts.add_null(NullReason::Empty, batch.num_rows() as u64),
        },
        Columns::DateParts { year, month, day } => {
            let part = |name: &str| whole_numbers(batch, name);
            let (years, months, days) = (part(year), part(month), part(day));
            for row in 0..batch.num_rows() {
                take(row, date_from_split(years[row], months[row], days[row], rules));
            }
        }
        // A year alone is no day, and jobs that link by ranks are refused one.
        Columns::Absent
        | Columns::YearByAge { .. }
        | Columns::AgeByBirth { .. }
        | Columns::WithProvider { .. }
        | Columns::Joined(_) => {
            sink.counts.add_null(NullReason::Empty, batch.num_rows() as u64);
        }
    }
}

#[inline]
fn day(raw: Raw<'_>, rules: &DateRules, missing: &[String]) -> Outcome<Day> {
    if is_missing(raw, missing) {
        return Outcome::Null(NullReason::Sentinel);
    }
    match raw {
        Raw::Day(day) => date_from_day(day, rules),
        Raw::Text(text) => standardise::date(text.as_bytes(), rules),
        Raw::Null | Raw::Float(_) => Outcome::Null(NullReason::Empty),
        // A date written as the whole number YYYYMMDD.
        Raw::Int(number) => match i32::try_from(number) {
            Ok(n) => date_from_parts(n / 10_000, n / 100 % 100, n % 100, rules),
            Err(_) => Outcome::Rejected(RejectRule::DateFormat),
        },
        Raw::Big(_) => Outcome::Rejected(RejectRule::DateFormat),
    }
}

fn whole_numbers(batch: &RecordBatch, name: &str) -> Vec<DatePart> {
    let mut parts = vec![DatePart::Absent; batch.num_rows()];
    if let Some(column) = batch.column_by_name(name) {
        for_each(column, |row, raw| parts[row] = date_part(raw));
    }
    parts
}

pub(crate) fn date_part(raw: Raw<'_>) -> DatePart {
    match without_fraction(raw) {
        Raw::Null => DatePart::Absent,
        Raw::Text(text) => DatePart::from_text(text),
        Raw::Int(number) => DatePart::from_int(number),
        Raw::Big(_) | Raw::Day(_) | Raw::Float(_) => DatePart::Other,
    }
}
