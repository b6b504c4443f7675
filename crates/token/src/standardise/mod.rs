//! Standardising: raw values of linkage fields to the one form in which they are compared.
//!
//! Every rule is a pure function from text (or a number, for columns that hold numbers) to an
//! [`Outcome`]: a valid value, a null with its reason, or a refusal with the rule that was
//! broken. Nothing here reads a table or keeps state, so that a rule can be held to a case
//! table and called from any thread, one value at a time.
//!
//! The values that come out are clear identifiers. Their types have no `Display`, print as
//! `NhsNumber(…)` under `Debug`, and wipe their memory when they own any.
//!
//! NHS number, date, sex and postcode run once a row over the largest tables: they work on
//! bytes and never allocate. Blanks around a value are spaces, tabs, line ends and no-break
//! spaces.

mod calendar;
mod clear_text;
mod date;
mod date_form;
mod fold;
mod local_patient_id;
mod name;
mod nhs_number;
mod number;
mod partial_date;
mod placeholder;
mod plain;
mod postcode;
mod script;
mod sex;
mod words;

use counterfoil_core::Outcome;

pub use calendar::{civil, day_number};
pub use clear_text::ClearText;
pub use date::{
    BIRTH_DATE_FLOOR, DatePart, DateRules, Day, HES_DATE_SENTINELS, date, date_from_day, date_from_parts,
    date_from_split,
};
pub use date_form::DateForm;
pub use local_patient_id::local_patient_id;
pub use name::name;
pub use nhs_number::{NhsNumber, nhs_number, nhs_number_from_int};
pub(crate) use number::without_zero_fraction;
pub use number::{NumberCodes, coded_number, number};
pub use partial_date::{
    DateDigits, partial_date, partial_date_from_day, partial_date_from_int, partial_date_from_split,
};
pub use plain::{category, identifier, text};
pub use postcode::{Postcode, PostcodeFold, PostcodeForms, PostcodeRules, postcode, postcode_behind};
pub use sex::{Sex, SexCodes, SexMeaning, sex, sex_from_int};
pub use words::{email, full_name, location, words};

/// The longest text that any linkage field takes, in bytes and without surrounding blanks.
///
/// Our own bound: four times the longest published field (names are up to 35 characters in
/// PDS, S28), and short enough that a free-text column taken for a name by mistake shows up
/// as rejects.
pub const MAX_BYTES: usize = 256;

/// Gives a type that holds a clear value a `Debug` that does not show it.
macro_rules! masked_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
pub(crate) use masked_debug;

/// The text without the blanks around it.
#[inline]
fn trim(text: &[u8]) -> &[u8] {
    match text {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => trim_blanks(text),
    }
}

/// The slow way of [`trim`], for text that has blanks (or other unusual bytes) at an end.
fn trim_blanks(mut text: &[u8]) -> &[u8] {
    loop {
        let before = text.len();
        text = text.trim_ascii();
        text = text.strip_prefix(NO_BREAK_SPACE).unwrap_or(text);
        text = text.strip_suffix(NO_BREAK_SPACE).unwrap_or(text);
        if text.len() == before {
            return text;
        }
    }
}

/// U+00A0, which spreadsheets leave around pasted values.
const NO_BREAK_SPACE: &[u8] = "\u{a0}".as_bytes();

/// Applies `rule` to a text that has something in it and is not too long.
fn bounded(text: &str, rule: impl FnOnce(&str) -> Outcome<ClearText>) -> Outcome<ClearText> {
    use counterfoil_core::{NullReason, RejectRule};
    match text.trim() {
        "" => Outcome::Null(NullReason::Empty),
        text if text.len() > MAX_BYTES => Outcome::Rejected(RejectRule::TooLong),
        text => rule(text),
    }
}
