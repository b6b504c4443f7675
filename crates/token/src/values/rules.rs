//! Kinds of values, and how a raw value becomes one.

use counterfoil_core::{FieldKind, NullReason, Outcome, RejectRule};
use zeroize::Zeroizing;

use crate::coding::{self, Raw, Rules, key_text};
use crate::standardise::{self, ClearText, DateRules, NumberCodes, PostcodeRules, SexCodes};

/// What kind of value a dictionary holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// A person's name or part of one, without case, accents, punctuation and blanks.
    Name,
    /// Text, compared in the same way.
    Text,
    /// Text of which the words are kept apart, such as a whole name or an address.
    Words,
    /// One of a small set of values, in upper case.
    Category,
    /// A date, a year and month, or a year: `YYYYMMDD`, `YYYYMM`, `YYYY`.
    Date,
    /// A number in canonical decimal form.
    Number,
    /// An opaque identifier in upper case.
    Identifier,
    /// A valid NHS number, ten digits.
    NhsNumber,
    /// A British postcode, one blank before its last three characters; or one of another
    /// country as upper-case letters and digits.
    Postcode,
    /// `1` male, `2` female.
    Sex,
    /// An e-mail address in lower case.
    Email,
    /// `latitude,longitude` in degrees.
    Location,
    /// A provider's own patient id, with its provider; compared for equality only.
    LocalPatientId,
}

impl ValueKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [ValueKind; 13] = [
        ValueKind::Name,
        ValueKind::Text,
        ValueKind::Words,
        ValueKind::Category,
        ValueKind::Date,
        ValueKind::Number,
        ValueKind::Identifier,
        ValueKind::NhsNumber,
        ValueKind::Postcode,
        ValueKind::Sex,
        ValueKind::Email,
        ValueKind::Location,
        ValueKind::LocalPatientId,
    ];

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<ValueKind> {
        ValueKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name, which is also the tag of tokens of such values: where a kind of
    /// [`FieldKind`](counterfoil_core::FieldKind) is meant, the same as there.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ValueKind::Name => "name",
            ValueKind::Text => "text",
            ValueKind::Words => "words",
            ValueKind::Category => "category",
            ValueKind::Date => "date",
            ValueKind::Number => "number",
            ValueKind::Identifier => "identifier",
            ValueKind::NhsNumber => "nhs_number",
            ValueKind::Postcode => "postcode",
            ValueKind::Sex => "sex",
            ValueKind::Email => "email",
            ValueKind::Location => "location",
            ValueKind::LocalPatientId => "local_patient_id",
        }
    }
}

impl From<FieldKind> for ValueKind {
    /// The kind of value that a linkage field of a kind holds.
    fn from(kind: FieldKind) -> ValueKind {
        match kind {
            FieldKind::NhsNumber => ValueKind::NhsNumber,
            FieldKind::Date => ValueKind::Date,
            FieldKind::Sex => ValueKind::Sex,
            FieldKind::Postcode => ValueKind::Postcode,
            FieldKind::Name => ValueKind::Name,
            FieldKind::LocalPatientId => ValueKind::LocalPatientId,
            FieldKind::Text => ValueKind::Text,
            FieldKind::Category => ValueKind::Category,
            FieldKind::Number => ValueKind::Number,
            FieldKind::Identifier => ValueKind::Identifier,
            FieldKind::Words => ValueKind::Words,
            FieldKind::Email => ValueKind::Email,
            FieldKind::Location => ValueKind::Location,
        }
    }
}

/// How the values of one field of one source are standardised.
#[derive(Clone, Debug)]
pub enum ValueRules {
    /// As a name.
    Name,
    /// As text.
    Text,
    /// As words.
    Words,
    /// As a whole name.
    FullName,
    /// As a category.
    Category,
    /// As a date or part of one, within limits.
    Date(DateRules),
    /// As a number, some of whose values are codes.
    Number(NumberCodes),
    /// As an identifier, without regard to case.
    Identifier,
    /// As an NHS number.
    NhsNumber,
    /// As a British postcode where it is one, else as letters and digits.
    Postcode(PostcodeRules),
    /// By a code list.
    Sex(SexCodes),
    /// As an e-mail address.
    Email,
    /// As a place on the map.
    Location,
    /// As a patient id, read with [the provider that gave
    /// it](super::FieldReader::read_with_provider); alone it means nothing.
    LocalPatientId,
}

impl ValueRules {
    /// The rules that a ranked linkage has for a field. An identifier loses its case here.
    #[must_use]
    pub fn of(rules: &Rules) -> ValueRules {
        match rules {
            Rules::NhsNumber => ValueRules::NhsNumber,
            Rules::Date(rules) => ValueRules::Date(rules.clone()),
            Rules::Sex(codes) => ValueRules::Sex(codes.clone()),
            Rules::Postcode(rules) => ValueRules::Postcode(rules.clone()),
            Rules::Name => ValueRules::Name,
            Rules::Text => ValueRules::Text,
            Rules::Category => ValueRules::Category,
            Rules::Number(codes) => ValueRules::Number(codes.clone()),
            Rules::LocalPatientId => ValueRules::LocalPatientId,
            Rules::Identifier => ValueRules::Identifier,
            Rules::Words => ValueRules::Words,
            Rules::FullName => ValueRules::FullName,
            Rules::Email => ValueRules::Email,
            Rules::Location => ValueRules::Location,
        }
    }

    /// What kind of value comes out.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self {
            ValueRules::Name => ValueKind::Name,
            ValueRules::Text => ValueKind::Text,
            ValueRules::Words | ValueRules::FullName => ValueKind::Words,
            ValueRules::Category => ValueKind::Category,
            ValueRules::Date(_) => ValueKind::Date,
            ValueRules::Number(_) => ValueKind::Number,
            ValueRules::Identifier => ValueKind::Identifier,
            ValueRules::NhsNumber => ValueKind::NhsNumber,
            ValueRules::Postcode(_) => ValueKind::Postcode,
            ValueRules::Sex(_) => ValueKind::Sex,
            ValueRules::Email => ValueKind::Email,
            ValueRules::Location => ValueKind::Location,
            ValueRules::LocalPatientId => ValueKind::LocalPatientId,
        }
    }

    /// Whether standardising costs more than remembering what a raw text came to.
    pub(super) fn is_costly(&self) -> bool {
        match self {
            ValueRules::Date(_)
            | ValueRules::Identifier
            | ValueRules::NhsNumber
            | ValueRules::Postcode(_)
            | ValueRules::Sex(_)
            | ValueRules::LocalPatientId => false,
            ValueRules::Name
            | ValueRules::Text
            | ValueRules::Words
            | ValueRules::FullName
            | ValueRules::Category
            | ValueRules::Number(_)
            | ValueRules::Email
            | ValueRules::Location => true,
        }
    }

    /// Writes the comparison form of a raw value to `out`, which is emptied before.
    #[inline]
    pub(super) fn write(&self, raw: Raw<'_>, out: &mut Zeroizing<Vec<u8>>) -> Outcome<()> {
        out.clear();
        let raw = match self {
            ValueRules::Number(_) => raw,
            _ => as_digits(raw),
        };
        match self {
            ValueRules::NhsNumber => put(coding::nhs_number(raw), out, standardise::NhsNumber::digits),
            ValueRules::Date(rules) => put_slice(date(raw, rules), out, standardise::DateDigits::as_bytes),
            ValueRules::Sex(codes) => put(coding::sex(raw, codes), out, |sex| [b'0' + sex.code()]),
            ValueRules::Postcode(rules) => postcode(raw, rules, out),
            ValueRules::Identifier => text(raw, out, identifier),
            ValueRules::LocalPatientId => text(raw, out, by(|id| standardise::local_patient_id(None, id))),
            ValueRules::Name => text(raw, out, by(standardise::name)),
            ValueRules::Text => text(raw, out, by(standardise::text)),
            ValueRules::Words => text(raw, out, by(standardise::words)),
            ValueRules::FullName => text(raw, out, by(standardise::full_name)),
            ValueRules::Category => text(raw, out, by(standardise::category)),
            ValueRules::Email => text(raw, out, by(standardise::email)),
            ValueRules::Location => text(raw, out, by(standardise::location)),
            ValueRules::Number(codes) => text(raw, out, by(|text| standardise::coded_number(text, codes))),
        }
    }
}

/// Digits as they were before some tool made numbers of them.
#[inline]
pub(super) fn as_digits(raw: Raw<'_>) -> Raw<'_> {
    match coding::without_fraction(raw) {
        Raw::Text(text) => Raw::Text(standardise::without_zero_fraction(text.trim_end())),
        other => other,
    }
}

#[inline]
fn put<T, const N: usize>(outcome: Outcome<T>, out: &mut Vec<u8>, bytes: impl Fn(T) -> [u8; N]) -> Outcome<()> {
    outcome.map(|value| out.extend_from_slice(&bytes(value)))
}

#[inline]
fn put_slice<T>(outcome: Outcome<T>, out: &mut Vec<u8>, bytes: impl Fn(&T) -> &[u8]) -> Outcome<()> {
    outcome.map(|value| out.extend_from_slice(bytes(&value)))
}

/// Applies a rule for text to a raw value of any type.
#[inline]
fn text(
    raw: Raw<'_>,
    out: &mut Zeroizing<Vec<u8>>,
    rule: impl Fn(&str, &mut Zeroizing<Vec<u8>>) -> Outcome<()>,
) -> Outcome<()> {
    if let Raw::Text(text) = raw {
        return rule(text, out);
    }
    // The longest whole number has 39 digits, a float's shortest form up to some 330.
    let mut buffer = Zeroizing::new(String::with_capacity(400));
    match key_text(raw, &mut buffer) {
        Some(text) => rule(text, out),
        None => Outcome::Null(NullReason::Empty),
    }
}

/// A rule that gives a text of its own, as one that writes to a buffer.
fn by(rule: impl Fn(&str) -> Outcome<ClearText>) -> impl Fn(&str, &mut Zeroizing<Vec<u8>>) -> Outcome<()> {
    move |text, out| put_slice(rule(text), out, ClearText::as_bytes)
}

/// As [`standardise::category`], but nearly all identifiers are short and ASCII.
#[inline]
fn identifier(text: &str, out: &mut Zeroizing<Vec<u8>>) -> Outcome<()> {
    let trimmed = coding::trimmed(text);
    if trimmed.is_empty() || trimmed.len() > standardise::MAX_BYTES || !trimmed.is_ascii() {
        return by(standardise::category)(text, out);
    }
    out.extend_from_slice(trimmed.as_bytes());
    // Most have no letters, and what is written again cannot be read at once.
    if trimmed.bytes().any(|byte| byte.is_ascii_lowercase()) {
        out.make_ascii_uppercase();
    }
    Outcome::Valid(())
}

#[inline]
pub(super) fn date(raw: Raw<'_>, rules: &DateRules) -> Outcome<standardise::DateDigits> {
    match raw {
        Raw::Text(text) => standardise::partial_date(text.as_bytes(), rules),
        Raw::Day(day) => standardise::partial_date_from_day(day, rules),
        Raw::Int(number) => standardise::partial_date_from_int(number, rules),
        Raw::Null => Outcome::Null(NullReason::Empty),
        Raw::Big(_) | Raw::Float(_) => Outcome::Rejected(RejectRule::DateFormat),
    }
}

/// Outward code, one blank, inward code; of an address with a postcode behind it, that. What is no
/// British postcode has no blank, and so equals none.
#[inline]
fn postcode(raw: Raw<'_>, rules: &PostcodeRules, out: &mut Zeroizing<Vec<u8>>) -> Outcome<()> {
    let found = match (coding::postcode(raw, rules), raw) {
        (Outcome::Rejected(rule), Raw::Text(address)) => standardise::postcode_behind(address)
            .map_or(Outcome::Rejected(rule), |behind| standardise::postcode(behind.as_bytes(), rules)),
        (found, _) => found,
    };
    match found {
        Outcome::Valid(postcode) => {
            let outward = postcode.as_bytes()[..4].trim_ascii_end().len();
            // The blank and the inward code moved up to the outward code, and all written at once:
            // what is written in pieces has to be in the cache before it can be read as a whole.
            let (layout, place) = (u64::from_le_bytes(*postcode.as_bytes()), 8 * outward as u32);
            let text = layout & !(!0 << place) | layout >> 32 << place;
            out.extend_from_slice(&text.to_le_bytes()[..outward + 4]);
            Outcome::Valid(())
        }
        Outcome::Null(NullReason::Unlinkable) => Outcome::Null(NullReason::Unlinkable),
        Outcome::Null(_) | Outcome::Rejected(_) => match text(raw, out, by(standardise::text)) {
            Outcome::Null(NullReason::Empty) if !is_blank(raw) => Outcome::Rejected(RejectRule::PostcodeFormat),
            other => other,
        },
    }
}

fn is_blank(raw: Raw<'_>) -> bool {
    match raw {
        Raw::Text(text) => text.trim().is_empty(),
        other => matches!(other, Raw::Null),
    }
}
