//! Ready-made comparisons, written out as levels.
//!
//! Thresholds of Jaro–Winkler similarity are those of the usual practice (0.92, 0.88, 0.7);
//! the rest are our own defaults. Where only tokens may be compared, each level of likeness is
//! replaced by one of a derived token: a shared deletion for one typing error, a phonetic
//! code, the first letters, parts of a date.

use counterfoil_core::{Fault, FieldKind, LinkageField};

use super::Setting;
use crate::scored::condition::MEASURES;
use crate::scored::spec::{ComparisonSpec, ConditionSpec, LevelSpec, Term, TermFrequencySpec};
use crate::scored::words::ANY;

/// Every ready-made comparison, the number of its fields, and what it is for.
pub(crate) const READY_MADE: &[(&str, usize, &str)] = &[
    ("name", 1, "a given, family or other name"),
    ("given_and_family_name", 2, "given and family name together, also in each other's place"),
    ("date_of_birth", 1, "a date that does not change"),
    ("year_of_birth", 1, "a date of which only the year is known"),
    ("year_by_age", 1, "a year of birth that ages tell, roughly"),
    ("postcode", 1, "a British postcode and its parts"),
    ("foreign_postcode", 1, "a postcode of another country"),
    ("sex", 1, "sex"),
    ("email", 1, "an e-mail address"),
    ("identifier", 1, "an id, with one typing error"),
    ("phone", 1, "a telephone number, with or without the codes of country and area"),
    ("full_name", 1, "a whole name in any order of its words"),
    ("text", 1, "text such as a place or an address"),
    ("category", 1, "one of a set of values; agreement on a rare one says more"),
    ("number", 1, "a number, and near it"),
    ("age", 1, "an age in whole years, and near it: said roughly, and rounded"),
    ("location", 1, "a place on the map"),
    ("several", 1, "several values a record, such as past names"),
    ("exact", 1, "equal or not"),
];

/// How much of the adjustment for frequent values is made where values are alike and not
/// equal: half, because some who are alike to a common value are not of it.
pub(super) const FUZZY_FREQUENCY: f64 = 0.5;

/// The last digits of a telephone number that are hardly ever those of another in the same file.
pub(super) const OWN_DIGITS: u32 = 7;

/// Years that ages of one person may well differ by.
const AGES_APART: u32 = 5;

/// The share of letters that two values have in common where one has one more, in values of four
/// letters or more (4 of 5), or one is another, in values of nine (8 of 10).
pub(super) const ALL_BUT_ONE: f64 = 0.8;

/// The same where two are others, in values of eight letters: 6 of 10.
pub(super) const MOST: f64 = 0.6;

/// A comparison with the levels of the ready-made one that it names; as it is if it names none.
///
/// # Errors
///
/// It names one that there is not, gives levels as well, or has not the right number of fields.
pub(crate) fn expanded(place: &str, spec: &ComparisonSpec, setting: &Setting<'_>) -> Result<ComparisonSpec, Fault> {
    let Some(name) = &spec.ready_made else {
        return Ok(spec.clone());
    };
    if !spec.levels.is_empty() {
        let fault = Fault::spec(place, format!("`is = \"{name}\"` has levels of its own"));
        return Err(fault.hint("leave out `is`, or the levels"));
    }
    let Some((_, takes, _)) = READY_MADE.iter().find(|(known, ..)| known == name) else {
        let known: Vec<String> = READY_MADE.iter().map(|(known, ..)| format!("`{known}`")).collect();
        let message = format!("there is no ready-made comparison `{name}`; there are {}", known.join(", "));
        let hint = meant(name).map_or("or give levels".to_owned(), |meant| format!("write `{meant}`, or give levels"));
        return Err(Fault::spec(place, message).hint(hint));
    };
    if spec.fields.len() != *takes {
        let (needed, hint) = match takes {
            1 => ("one field", "a comparison for each field"),
            _ => ("two fields", "the given name first, then the family name"),
        };
        let message = format!("`is = \"{name}\"` is of {needed}, and `of` names {}", spec.fields.len());
        return Err(Fault::spec(place, message).hint(hint));
    }
    let fields: Vec<&str> = spec.fields.iter().map(String::as_str).collect();
    let mut made = ready_made(name, &fields, setting);
    made.name = spec.name.clone().or(made.name);
    made.null = spec.null.clone().or(made.null);
    Ok(made)
}

/// In the place of a comparison that cannot be written out: its fields, compared for equality, so that
/// what else is wrong with it is told, and nothing that is wrong only because it has no levels.
pub(crate) fn stand_in(spec: &ComparisonSpec) -> ComparisonSpec {
    match (&spec.levels[..], &spec.fields[..]) {
        ([], [_, ..]) => {
            let levels = spec.fields.iter().map(|field| level(exact(field))).collect();
            let made = comparison(spec.fields.join("_and_"), levels);
            ComparisonSpec { name: spec.name.clone().or(made.name), ..made }
        }
        _ => spec.clone(),
    }
}

/// The ready-made comparison of what others call so: a role, or a word of another program.
fn meant(name: &str) -> Option<&'static str> {
    let meant = match name {
        "nhs_number" | "id" | "national_identifier" | "local_patient_id" => "identifier",
        "given_name" | "family_name" | "first_name" | "forename" | "surname" | "last_name" => "name",
        "forename_surname" | "first_name_surname" => "given_and_family_name",
        "birth_date" | "dob" | "date" => "date_of_birth",
        "gender" => "sex",
        "address" | "city" | "town" => "text",
        "telephone" | "mobile" => "phone",
        "exact_match" => "exact",
        _ => return None,
    };
    Some(meant)
}

/// The levels of a ready-made comparison that there is.
pub(super) fn ready_made(name: &str, fields: &[&str], setting: &Setting<'_>) -> ComparisonSpec {
    let tokens = setting.tokens_only;
    let field = fields[0];
    let kind = setting.fields.iter().find(|known| known.name == field).map(|known| known.kind);
    let is_comparable = |other: &&LinkageField| Some(other.kind) == kind && !other.several;
    let other = setting.fields.iter().filter(is_comparable).find(|other| is_other_name(field, other));
    let levels = match name {
        "name" => self::name(field, other.map(|field| field.name.as_str()), tokens),
        "given_and_family_name" => given_and_family(field, fields[1], tokens),
        "date_of_birth" => date_of_birth(field, tokens),
        "year_of_birth" => year_of_birth(field, tokens),
        "year_by_age" => year_by_age(field, tokens),
        "postcode" => postcode(field),
        "foreign_postcode" => foreign_postcode(field, tokens),
        "email" => email(field, tokens),
        "identifier" => vec![frequent(exact(field), field, 1.0), level(one_edit(field, tokens))],
        "phone" => phone(field, tokens),
        "full_name" => full_name(field, tokens),
        "text" => text(field, tokens),
        "several" => several(setting, field),
        "category" => vec![frequent(exact(field), field, 1.0)],
        "age" => age(field, tokens),
        "location" if !tokens => location(field),
        "number" if !tokens => {
            let near = [measured("difference", field, 1.0), measured("percent", field, 5.0)];
            [frequent(exact(field), field, 1.0)].into_iter().chain(near.map(level)).collect()
        }
        _ => vec![level(exact(field))],
    };
    comparison(fields.join("_and_"), levels)
}

/// A comparison of levels and `else`.
pub(super) fn comparison(name: String, mut levels: Vec<LevelSpec>) -> ComparisonSpec {
    levels.push(level(ConditionSpec::Else));
    ComparisonSpec { name: Some(name), levels, ..ComparisonSpec::default() }
}

/// A level.
pub(super) fn level(when: ConditionSpec) -> LevelSpec {
    LevelSpec::of(when)
}

/// A level that is adjusted by how frequent the field's value is.
pub(super) fn frequent(when: ConditionSpec, field: &str, weight: f64) -> LevelSpec {
    let term_frequency =
        Some(TermFrequencySpec { of: Term::field(field), weight, least: None, own: None, table: None });
    LevelSpec { term_frequency, ..level(when) }
}

/// Equal values of a field.
pub(super) fn exact(field: &str) -> ConditionSpec {
    ConditionSpec::Exact(Term::field(field), Term::field(field))
}

/// Equal derived values of a field.
pub(super) fn derived(name: &str, number: Option<u32>, field: &str) -> ConditionSpec {
    ConditionSpec::Exact(Term::derived(name, number, field), Term::derived(name, number, field))
}

/// A measure of a field's two values.
pub(super) fn measured(name: &str, field: &str, threshold: f64) -> ConditionSpec {
    of_terms(name, Term::field(field), threshold)
}

pub(super) fn of_terms(name: &str, term: Term, threshold: f64) -> ConditionSpec {
    of_two(name, term.clone(), term, threshold)
}

fn of_two(name: &str, left: Term, right: Term, threshold: f64) -> ConditionSpec {
    // Named in this file only; a test asks for every ready-made comparison.
    let measure = MEASURES.iter().position(|(known, ..)| *known == name).unwrap_or_default();
    ConditionSpec::Measured { measure, left, right, threshold }
}

/// Such a share of letters in common, in any order: two values that have more than one edit between
/// them are still alike. Jaro counts letters in common too, though only those at about the same
/// place, which cannot be told of tokens.
fn letters(field: &str, least: f64) -> ConditionSpec {
    of_terms("jaccard", Term::derived("letters", None, field), least)
}

/// Such a share of pairs of letters in common.
fn pairs_of_letters(field: &str, least: f64) -> ConditionSpec {
    of_terms("jaccard", Term::derived("qgrams", Some(2), field), least)
}

/// Dates of one year or month, or of adjacent ones: of tokens, what is nearest to few days between
/// them.
fn adjacent(parts: &str, field: &str) -> ConditionSpec {
    of_terms("shared", Term::derived(&format!("adjacent_{parts}"), None, field), 1.0)
}

/// At most one typing error, transpositions included.
fn one_edit(field: &str, tokens: bool) -> ConditionSpec {
    if tokens {
        of_terms("shared", Term::derived("deletions", None, field), 1.0)
    } else {
        measured("damerau_levenshtein", field, 1.0)
    }
}

/// `other` is the family name of a given name and the other way round: names in each other's
/// place are equal across the two fields, which each of the two comparisons says for its own.
fn name(field: &str, other: Option<&str>, tokens: bool) -> Vec<LevelSpec> {
    let mut levels = vec![frequent(exact(field), field, 1.0)];
    if is_given(field) {
        levels.push(level(derived("nickname", None, field)));
    }
    if tokens {
        levels.push(frequent(one_edit(field, true), field, FUZZY_FREQUENCY));
    } else {
        levels.push(frequent(one_edit(field, false), field, FUZZY_FREQUENCY));
        levels.push(frequent(measured("jaro_winkler", field, 0.88), field, FUZZY_FREQUENCY));
    }
    levels.extend(other.map(|other| level(ConditionSpec::Exact(Term::field(field), Term::field(other)))));
    if tokens || is_given(field) {
        levels.push(level(derived("double_metaphone", None, field)));
    }
    if tokens {
        // Letters in any order: what hasty typing makes of a name.
        let alike = [letters(field, ALL_BUT_ONE), derived("prefix", Some(3), field), letters(field, MOST)];
        levels.extend(alike.map(level));
    } else {
        levels.push(level(measured("jaro_winkler", field, 0.7)));
    }
    if tokens && is_given(field) {
        levels.push(level(derived("initial", None, field)));
    }
    levels
}

fn given_and_family(given: &str, family: &str, tokens: bool) -> Vec<LevelSpec> {
    let across = |a: &str, b: &str| ConditionSpec::Exact(Term::field(a), Term::field(b));
    let alike = |field: &str| if tokens { one_edit(field, true) } else { measured("jaro_winkler", field, 0.88) };
    let both = |a, b| ConditionSpec::All(vec![a, b]);
    vec![
        frequent(both(exact(given), exact(family)), family, 1.0),
        level(both(across(given, family), across(family, given))),
        frequent(both(derived("nickname", None, given), exact(family)), family, 1.0),
        level(both(alike(given), alike(family))),
        frequent(exact(family), family, 1.0),
        frequent(exact(given), given, 1.0),
        level(alike(family)),
        level(alike(given)),
    ]
}

/// No level as loose as one year: names come and go with the years, so that people of one name
/// are of like age by chance, and such levels take them for matches. [`as_far_as_known`] is for dates
/// of which only the year is known.
fn date_of_birth(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let swapped = ConditionSpec::Exact(Term::derived("month_day_swapped", None, field), Term::field(field));
    let mut levels =
        vec![frequent(exact(field), field, 1.0), level(ConditionSpec::Any(vec![one_edit(field, tokens), swapped]))];
    if tokens {
        let part = |name| derived(name, None, field);
        let year_and_day = ConditionSpec::All(vec![part("year"), part("day")]);
        levels.push(level(ConditionSpec::Any(vec![part("year_month"), part("month_day"), year_and_day])));
        // All but two of the eight digits of a date.
        levels.push(level(of_terms("shared", Term::derived("positions", None, field), 6.0)));
        levels.push(level(adjacent("months", field)));
    } else {
        levels.push(level(measured("damerau_levenshtein", field, 2.0)));
        levels.push(level(measured("days", field, 31.0)));
    }
    levels
}

/// Years are guessed from ages, which are off by one as often as not, and mistyped.
fn year_of_birth(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let near = if tokens { adjacent("years", field) } else { measured("years", field, 1.0) };
    vec![frequent(exact(field), field, 1.0), level(near), level(one_edit(field, tokens))]
}

/// As [`age`], for years.
fn year_by_age(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let exact = frequent(exact(field), field, 1.0);
    if tokens {
        return vec![exact, level(adjacent("years", field)), level(one_edit(field, true))];
    }
    let near = [1, 2, AGES_APART].map(|years| level(measured("years", field, f64::from(years))));
    [exact].into_iter().chain(near).collect()
}

/// The level of two dates that agree in what is known of the one that lacks its day, or its month.
pub(super) fn as_far_as_known(field: &str, lacks: &str, known: &str) -> LevelSpec {
    let is_lacking = ConditionSpec::Null(Term::derived(lacks, None, field));
    level(ConditionSpec::All(vec![derived(known, None, field), is_lacking]))
}

/// A house, a village, a town, a day's walk: how well a place is told is not known beforehand.
fn location(field: &str) -> Vec<LevelSpec> {
    [0.1, 1.0, 5.0, 25.0].map(|km| level(measured("km", field, km))).to_vec()
}

/// Ages are rounded, and grow by more or less than the years between two askings.
fn age(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let within = |years: u32| {
        if tokens {
            let run = AGES_APART + 1;
            of_terms("shared", Term::derived("runs", Some(run), field), f64::from(run - years))
        } else {
            measured("difference", field, f64::from(years))
        }
    };
    let near = [1, 2, AGES_APART].map(within).map(level);
    [frequent(exact(field), field, 1.0)].into_iter().chain(near).collect()
}

fn postcode(field: &str) -> Vec<LevelSpec> {
    let parts = ["sector", "district", "area"].map(|part| level(derived(part, None, field)));
    [frequent(exact(field), field, 1.0)].into_iter().chain(parts).collect()
}

fn foreign_postcode(field: &str, tokens: bool) -> Vec<LevelSpec> {
    vec![
        frequent(exact(field), field, 1.0),
        level(one_edit(field, tokens)),
        level(derived("prefix", Some(3), field)),
        level(derived("prefix", Some(2), field)),
    ]
}

/// Addresses are made of names, and begin alike where the names do: one edit says more than Jaro and
/// Winkler's measure, which favours a common beginning.
fn email(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let mut levels = vec![frequent(exact(field), field, 1.0), level(derived("email_user", None, field))];
    if tokens {
        levels.extend([one_edit(field, true), letters(field, 0.9), letters(field, ALL_BUT_ONE)].map(level));
    } else {
        levels.extend([one_edit(field, false), letters(field, ALL_BUT_ONE)].map(level));
    }
    levels
}

fn full_name(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let word = |which| derived(which, None, field);
    let mut levels = vec![frequent(exact(field), field, 1.0), level(word("sorted_words"))];
    if tokens {
        levels.push(level(one_edit(field, true)));
        levels.push(level(pairs_of_letters(field, 0.8)));
    } else {
        levels.push(level(measured("jaro_winkler", field, 0.92)));
        levels.push(level(measured("jaccard", field, 0.8)));
    }
    levels.push(level(ConditionSpec::All(vec![word("first_word"), word("last_word")])));
    levels.push(level(ConditionSpec::All(vec![word("last_word"), word("initial")])));
    if !tokens {
        levels.push(level(measured("jaro_winkler", field, 0.8)));
    }
    levels.push(level(word("last_word")));
    levels
}

/// Whether a name or a word of the left record is like one of the right, with about one typing error.
pub(super) fn alike(left: &Term, right: &Term, tokens: bool) -> ConditionSpec {
    if tokens {
        of_two("shared", deletions(left), deletions(right), 1.0)
    } else {
        of_two("jaro_winkler", left.clone(), right.clone(), 0.88)
    }
}

/// The deletions of a field or of a word of it.
fn deletions(of: &Term) -> Term {
    match &of.derived {
        None => Term::derived("deletions", None, &of.field),
        Some(word) => Term::of_word("deletions", None, &word.name, &of.field),
    }
}

/// The initial of a name.
pub(super) fn initial_of_name(field: &str) -> ComparisonSpec {
    comparison(field.to_owned(), vec![frequent_part("initial", field, 1.0)])
}

/// The last characters of an id, with one typing error where clear text may be compared.
pub(super) fn end_of_identifier(field: &str, characters: u32, tokens: bool) -> ComparisonSpec {
    let end = Term::derived("suffix", Some(characters), field);
    let term_frequency = Some(TermFrequencySpec { of: end.clone(), weight: 1.0, least: None, own: None, table: None });
    let equal = LevelSpec { term_frequency, ..level(ConditionSpec::Exact(end.clone(), end.clone())) };
    let edit = (!tokens).then(|| level(of_terms("damerau_levenshtein", end, 1.0)));
    comparison(field.to_owned(), [equal].into_iter().chain(edit).collect())
}

/// Equal derived values, adjusted by how frequent these are.
pub(super) fn frequent_part(which: &str, field: &str, weight: f64) -> LevelSpec {
    let of = Term::derived(which, None, field);
    let term_frequency = Some(TermFrequencySpec { of: of.clone(), weight, least: None, own: None, table: None });
    LevelSpec { term_frequency, ..level(ConditionSpec::Exact(of.clone(), of)) }
}

/// The last digits, because one file writes `020` where another writes `+44 20` and a third nothing.
fn phone(field: &str, tokens: bool) -> Vec<LevelSpec> {
    let last_digits = derived("suffix", Some(OWN_DIGITS), field);
    vec![frequent(exact(field), field, 1.0), level(last_digits), level(one_edit(field, tokens))]
}

/// A value in common; then, of texts, two that are alike.
fn several(setting: &Setting<'_>, field: &str) -> Vec<LevelSpec> {
    let of_dates = setting.fields.iter().any(|known| known.name == field && known.kind == FieldKind::Date);
    let mut levels = vec![level(of_terms("shared", Term::derived(ANY, None, field), 1.0))];
    if !setting.tokens_only && !of_dates {
        levels.push(level(measured("best_jaro_winkler", field, 0.92)));
    }
    levels
}

fn text(field: &str, tokens: bool) -> Vec<LevelSpec> {
    if tokens {
        return vec![
            frequent(exact(field), field, 1.0),
            level(one_edit(field, true)),
            level(pairs_of_letters(field, 0.5)),
            level(letters(field, ALL_BUT_ONE)),
            level(letters(field, MOST)),
        ];
    }
    vec![
        frequent(exact(field), field, 1.0),
        frequent(measured("jaro_winkler", field, 0.9), field, FUZZY_FREQUENCY),
        level(measured("jaro_winkler", field, 0.8)),
    ]
}

/// Whether a field holds given names, by its name.
pub(super) fn is_given(field: &str) -> bool {
    ["given", "forename", "first_name", "middle"].iter().any(|part| field.contains(part))
}

fn is_other_name(field: &str, other: &LinkageField) -> bool {
    matches!((field, other.name.as_str()), ("given_name", "family_name") | ("family_name", "given_name"))
}
