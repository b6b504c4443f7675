//! What the settings of a data set in a job say: format, form of dates, last day.

use counterfoil_core::Fault;
use counterfoil_store::{Format, FormatOptions};
use counterfoil_token::standardise::{self, DateForm, PostcodeFold};

use crate::spec::DataSetSpec;

pub(super) fn format_options(place: &str, spec: &DataSetSpec, faults: &mut Vec<Fault>) -> FormatOptions {
    let format = spec.format.as_ref().and_then(|name| {
        let format = Format::parse(name);
        if format.is_none() {
            let known = Format::ALL.map(|f| format!("`{}`", f.name())).join(", ");
            let message = format!("unknown format `{name}`; known are {known}");
            faults.push(
                Fault::spec(format!("{place}.format"), message).hint("without `format` the files' extension decides"),
            );
        }
        format
    });
    let mut byte = |at: &str, value: Option<char>| {
        let byte = value.map(|c| u8::try_from(c).ok().filter(u8::is_ascii));
        if byte == Some(None) {
            let fault = Fault::spec(format!("{place}.{at}"), "must be one ASCII character");
            faults.push(fault.hint("for example `;`, or `\\t` for a tab"));
        }
        byte.flatten()
    };
    let (delimiter, quote) = (byte("delimiter", spec.delimiter), byte("quote", spec.quote));
    FormatOptions { format, delimiter, quote, encoding: spec.encoding.clone() }
}

pub(super) fn date_form(place: &str, spec: &DataSetSpec) -> Result<DateForm, Fault> {
    match &spec.date_form {
        None => Ok(DateForm::Auto),
        Some(name) => DateForm::parse(name).ok_or_else(|| {
            let known = DateForm::names().map(|n| format!("`{n}`")).join(", ");
            Fault::spec(format!("{place}.date_form"), format!("unknown date form `{name}`; known are {known}"))
                .hint("`dmy` is day, month, year: 03/02/1950 is in February")
        }),
    }
}

/// The day of an `end` setting.
///
/// # Errors
///
/// It is not a calendar date written `yyyy-mm-dd`.
pub fn end_day(place: &str, text: &str) -> Result<i32, Fault> {
    let fault = || Fault::spec(place, "is not a calendar date written `yyyy-mm-dd`").hint("for example `2024-03-31`");
    let date: jiff::civil::Date = text.parse().map_err(|_| fault())?;
    standardise::day_number(i32::from(date.year()), date.month() as u8, date.day() as u8).ok_or_else(fault)
}

/// The fold of a job's options, as `token` knows it.
#[must_use]
pub fn postcode_fold(fold: counterfoil_catalogue::PostcodeFold) -> PostcodeFold {
    match fold {
        counterfoil_catalogue::PostcodeFold::LetterO => PostcodeFold::LetterO,
        counterfoil_catalogue::PostcodeFold::None => PostcodeFold::None,
        counterfoil_catalogue::PostcodeFold::LetterOAndI => PostcodeFold::LetterOAndI,
    }
}
