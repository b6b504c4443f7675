//! What is assumed of a field before anything is estimated: how often it is the same in two
//! records of one person, and which derived value survives when it is not.
//!
//! Our own defaults, of the size that linkages of registers and hospital records report: one
//! name in ten differs by spelling, change or habit, one date of birth in twenty, one postcode
//! in four because people move. They rank blocking rules against each other and are not used
//! for anything else.

use counterfoil_core::{FieldKind, LinkageField};

use super::ready_made::{OWN_DIGITS, is_given};
use crate::scored::spec::Term;
use crate::scored::words::ANY;

/// A key that a blocking rule may have, of one field.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// What has to agree: mostly one term.
    pub(super) terms: Vec<Term>,
    /// Which differences of the field leave the key the same: an interval of 0 to 1, on which
    /// all the ways in which the field differs lie side by side.
    pub(super) survives: (f64, f64),
}

/// What is assumed of a field.
#[derive(Clone, Debug)]
pub(super) struct Assumed {
    /// How often two records of one person agree, if both have a value.
    pub(super) agrees: f64,
    /// The keys: first the field itself, then what is derived from it.
    pub(super) keys: Vec<Key>,
}

/// How often given and family name stand in each other's place.
pub(super) const SWAPPED: f64 = 0.01;
/// Differences after which values still sort next to each other: those behind their first letters.
pub(super) const SORTS_NEAR: (f64, f64) = (0.0, 0.5);

type Part = (&'static [(&'static str, Option<u32>)], f64, f64);

const FAMILY: &[Part] =
    &[(&[("soundex", None)], 0.0, 0.5), (&[("prefix", Some(3))], 0.1, 0.6), (&[("initial", None)], 0.0, 0.75)];
const GIVEN: &[Part] = &[
    (&[("nickname", None)], 0.6, 0.8),
    (&[("soundex", None)], 0.0, 0.4),
    (&[("prefix", Some(3))], 0.1, 0.5),
    (&[("initial", None)], 0.0, 0.65),
];
const DATE: &[Part] =
    &[(&[("year_month", None)], 0.0, 0.3), (&[("year", None)], 0.0, 0.6), (&[("month_day", None)], 0.6, 0.9)];
const POSTCODE: &[Part] =
    &[(&[("sector", None)], 0.0, 0.25), (&[("district", None)], 0.0, 0.35), (&[("prefix", Some(3))], 0.0, 0.3)];
const WORDS: &[Part] = &[
    (&[("sorted_words", None)], 0.9, 1.0),
    (&[("last_word", None), ("initial", None)], 0.0, 0.3),
    (&[("first_word", None), ("suffix", Some(2))], 0.2, 0.5),
    (&[("prefix", Some(4)), ("suffix", Some(3))], 0.2, 0.5),
    (&[("last_word", None)], 0.0, 0.45),
    (&[("first_word", None)], 0.2, 0.6),
    (&[("soundex", None), ("suffix", Some(1))], 0.1, 0.4),
];
const TEXT: &[Part] = &[(&[("soundex", None)], 0.0, 0.4), (&[("prefix", Some(4))], 0.1, 0.5)];
const EMAIL: &[Part] = &[(&[("email_user", None)], 0.0, 0.3)];
const IDENTIFIER: &[Part] = &[(&[("prefix", Some(4))], 0.5, 1.0), (&[("suffix", Some(4))], 0.0, 0.5)];

const PHONE: &[Part] = &[(&[("suffix", Some(OWN_DIGITS))], 0.0, 0.2)];

/// What is assumed of a field, by its role, else by its kind.
pub(super) fn assumed(field: &LinkageField) -> Assumed {
    let (agrees, parts): (f64, &[Part]) = match (field.name.as_str(), field.kind) {
        ("nhs_number" | "national_identifier", _) | (_, FieldKind::NhsNumber) => (0.97, IDENTIFIER),
        ("full_name", _) => (0.8, WORDS),
        ("email", _) | (_, FieldKind::Email) => (0.8, EMAIL),
        ("phone", _) => (0.75, PHONE),
        ("street_number", _) => (0.75, &[]),
        ("birth_year" | "birth_month" | "birth_day", _) => (0.95, &[]),
        ("city", _) => (0.8, TEXT),
        ("county", _) => (0.9, &[]),
        ("address_line", _) => (0.65, TEXT),
        ("birth_place", _) => (0.85, TEXT),
        ("occupation", _) => (0.6, TEXT),
        (name, FieldKind::Name) if name.contains("middle") => (0.7, GIVEN),
        (name, FieldKind::Name) if is_given(name) => (0.88, GIVEN),
        (_, FieldKind::Name) => (0.9, FAMILY),
        (_, FieldKind::Date) => (0.94, DATE),
        (_, FieldKind::Postcode) => (0.75, POSTCODE),
        (_, FieldKind::Sex) => (0.98, &[]),
        (_, FieldKind::Identifier) => (0.85, IDENTIFIER),
        (_, FieldKind::Category | FieldKind::Number | FieldKind::LocalPatientId) => (0.85, &[]),
        (_, FieldKind::Text) => (0.75, TEXT),
        (_, FieldKind::Words) => (0.7, WORDS),
        (_, FieldKind::Location) => (0.7, &[]),
    };
    let whole = |term: Term| Key { terms: vec![term], survives: (0.0, 0.0) };
    if field.several {
        // Two records of one person that share none of several values differ in all: nothing is derived.
        return Assumed { agrees, keys: vec![whole(Term::derived(ANY, None, &field.name))] };
    }
    let derived = parts.iter().map(|(terms, from, to)| Key {
        terms: terms.iter().map(|(name, number)| Term::derived(name, *number, &field.name)).collect(),
        survives: (*from, *to),
    });
    Assumed { agrees, keys: [whole(Term::field(&field.name))].into_iter().chain(derived).collect() }
}
