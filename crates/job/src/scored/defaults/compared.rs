//! Choosing comparisons: one for each field by its role, places that follow from a postcode
//! with the postcode.

use std::collections::BTreeMap;

use counterfoil_core::scored::MAX_COMPARISONS;
use counterfoil_core::{FieldKind, LinkageField};

use super::ready_made::{
    as_far_as_known, end_of_identifier, exact, frequent, initial_of_name, level, measured, ready_made,
};
use super::sample::Sample;
use super::whole_name::{name_in_words, one_word_of_name};
use super::{Data, Setting};
use crate::scored::spec::{ComparisonSpec, ConditionSpec, Term};

/// Where two people have the same postcode, so often must they have the same place for it to
/// follow from the postcode.
const FOLLOWS: f64 = 0.8;
/// Where two people have the same given name, so often must they be of one sex for it to follow
/// from the name; by chance it is every other time.
const TELLS_SEX: f64 = 0.9;
/// From this share of a file's dates on that lack their day or month, agreement as far as they are known
/// is a level.
const SOME_INCOMPLETE: f64 = 0.001;
/// And from this one on, years are what is compared.
const ALL_BARE: f64 = 0.99;
/// From this share of whole names on that are one word, these are compared by themselves.
const SOME_ONE_WORD: f64 = 0.001;
/// And from this one on, a whole name is compared as any name.
const ALL_ONE_WORD: f64 = 0.99;
/// Letters by which a patronymic begins as the given name does that it is made of.
const BEGINNING: u32 = 3;
/// So many times as often as two given names begin alike do a family name and a given name where they
/// are made of each other.
const MADE_OF_EACH_OTHER: f64 = 0.5;
/// Characters at the end of ids that few have in common by chance, and no more than most ids have.
const ENDS: std::ops::RangeInclusive<u32> = 8..=16;
/// So many pairs a row must have an end in common, and no more of these the whole id.
const SHARED_ENDS: f64 = 0.05;
const SELDOM_WHOLE: f64 = 0.02;
/// So many postcodes must be British for the comparison to be of British parts.
const BRITISH: f64 = 0.5;
/// From this share of a file's names on that are no longer than a letter, initials are compared.
const INITIALS: f64 = 0.95;

/// The comparisons chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Comparisons {
    /// The comparisons, in the order of the fields.
    pub(crate) chosen: Vec<ComparisonSpec>,
    /// What a reader should know: fields left out or put together, and why.
    pub(crate) notes: Vec<String>,
}

/// Chooses comparisons for fields.
#[must_use]
pub(crate) fn comparisons(setting: &Setting<'_>, data: Data<'_>) -> Comparisons {
    let sample = Sample::new(data);
    let mut notes = Vec::new();
    let fields = telling(setting, &sample, &mut notes);
    let postcode = fields.iter().find(|field| field.kind == FieldKind::Postcode && !field.several).copied();
    let followers = postcode.map_or_else(Vec::new, |postcode| followers(&fields, postcode, &sample));
    let is_told = |field: &&&LinkageField| field.kind == FieldKind::Sex && name_tells_sex(&fields, field, &sample);
    let sex = fields.iter().find(is_told).copied();
    let mut chosen = Vec::new();
    for field in &fields {
        if followers.contains(field) {
            continue;
        }
        if Some(*field) == sex {
            notes.push(format!("`{}` is not compared: it follows from the given name", field.name));
            continue;
        }
        let name = made_for(field, setting, &sample);
        if name == "full_name" {
            // By itself one word never tells who somebody is.
            let has_others = fields.iter().any(|other| other != field && Some(*other) != sex);
            chosen.extend(whole_name(field, has_others, setting, &sample, &mut notes));
            continue;
        }
        if name == "name" && has_initials(field, ("prefix", Some(2)), &sample) {
            notes.push(format!("of `{}` initials are compared, as one file has no more", field.name));
            chosen.push(initial_of_name(&field.name));
            continue;
        }
        if name == "identifier"
            && let Some(characters) = common_end(field, &sample)
        {
            notes.push(format!(
                "of `{}` the last {characters} characters are compared, as those of one file are the ends of the other's",
                field.name
            ));
            chosen.push(end_of_identifier(&field.name, characters, setting.tokens_only));
            continue;
        }
        let mut comparison = ready_made(name, &[&field.name], setting);
        if name == "date_of_birth" {
            let known =
                incomplete(field, &sample).into_iter().map(|(lacks, known)| as_far_as_known(&field.name, lacks, known));
            comparison.levels.splice(1..1, known);
        }
        if Some(*field) == postcode {
            followers.iter().for_each(|place| notes.push(with(&mut comparison, field, place, setting)));
        }
        chosen.push(comparison);
    }
    Comparisons { chosen, notes }
}

/// The comparisons of a whole name; one of names of one word only where something else tells people
/// apart too.
fn whole_name(
    field: &LinkageField,
    has_others: bool,
    setting: &Setting<'_>,
    sample: &Sample<'_>,
    notes: &mut Vec<String>,
) -> Vec<ComparisonSpec> {
    let [mut first, last] = name_in_words(&field.name, setting.tokens_only, are_made_of_each_other(field, sample));
    if has_initials(field, ("first_word", None), sample) {
        notes.push(format!("of the first word of `{}` initials are compared, as one file has no more", field.name));
        first.levels = initial_of_name(&field.name).levels;
    }
    let mut chosen = vec![first, last];
    if has_others && one_word(field, sample) > SOME_ONE_WORD {
        chosen.push(one_word_of_name(&field.name, setting.tokens_only));
    }
    chosen
}

/// Fields that can tell anything: with at least two values; at most sixteen, those that agree
/// by chance least often.
fn telling<'f>(setting: &Setting<'f>, sample: &Sample<'_>, notes: &mut Vec<String>) -> Vec<&'f LinkageField> {
    let mut fields: Vec<(&LinkageField, f64)> = Vec::new();
    let all = sample.all_pairs().max(1.0);
    for field in setting.fields {
        let term = Term::field(&field.name);
        let values = sample.column(&term).map(|column| {
            let mut values: Vec<u32> = column.iter().copied().filter(|value| *value != 0).collect();
            values.sort_unstable();
            values.dedup();
            values.len()
        });
        match values {
            Some(0 | 1) | None => {
                notes.push(format!("`{}` is not compared: it has not two different values", field.name));
            }
            Some(_) => {
                let present = sample.present(&term);
                let by_chance =
                    sample.pairs(&[super::choose::same(&term)], f64::INFINITY).map_or(0.0, |found| found.pairs / all);
                fields.push((field, present * -by_chance.max(1e-12).log2()));
            }
        }
    }
    // A whole name is up to three comparisons.
    let names = fields.iter().filter(|(field, _)| is_full_name(field)).count();
    while fields.len() + 2 * names > MAX_COMPARISONS {
        let least = (0..fields.len()).min_by(|a, b| fields[*a].1.total_cmp(&fields[*b].1)).unwrap_or_default();
        let (field, _) = fields.remove(least);
        notes.push(format!("`{}` is not compared: a model has at most {MAX_COMPARISONS} comparisons", field.name));
    }
    fields.into_iter().map(|(field, _)| field).collect()
}

fn is_full_name(field: &LinkageField) -> bool {
    field.name == "full_name" && field.kind == FieldKind::Words && !field.several
}

/// The ready-made comparison of a field.
fn made_for(field: &LinkageField, setting: &Setting<'_>, sample: &Sample<'_>) -> &'static str {
    match (field.name.as_str(), field.kind) {
        _ if field.several => "several",
        _ if is_full_name(field) && one_word(field, sample) > ALL_ONE_WORD => "name",
        _ if is_full_name(field) => "full_name",
        (_, FieldKind::Email) => "email",
        (_, FieldKind::Name) => "name",
        ("birth_year_by_age", FieldKind::Date) => "year_by_age",
        (_, FieldKind::Date) if bare_years(field, sample) > ALL_BARE => "year_of_birth",
        (_, FieldKind::Date) => "date_of_birth",
        (_, FieldKind::Postcode) if is_british(field, sample) => "postcode",
        (_, FieldKind::Postcode) => "foreign_postcode",
        (_, FieldKind::Sex) => "sex",
        (name, FieldKind::Text | FieldKind::Identifier) if name.starts_with("phone") => "phone",
        ("national_identifier" | "street_number", FieldKind::Text)
        | (_, FieldKind::NhsNumber | FieldKind::Identifier) => "identifier",
        (_, FieldKind::Text | FieldKind::Words) => "text",
        (_, FieldKind::Category) => "category",
        ("age_by_birth", FieldKind::Number) => "age",
        (name, FieldKind::Number) if setting.gaps.contains_key(name) => "age",
        (_, FieldKind::Number) => "number",
        (_, FieldKind::Location) => "location",
        (_, FieldKind::LocalPatientId) => "exact",
    }
}

/// Whether last words are made of first ones, as patronymics are: to have about the other's family name
/// for a given name then says nothing. The last word of one name begins as the first word of another
/// does nearly as often as two first words begin alike.
fn are_made_of_each_other(field: &LinkageField, sample: &Sample<'_>) -> bool {
    let beginning = |word| sample.column(&Term::of_word("prefix", Some(BEGINNING), word, &field.name));
    let Some((first, last)) = beginning("first_word").zip(beginning("last_word")) else { return false };
    let mut counts: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for (first, last) in first.iter().zip(&*last).filter(|(first, last)| **first != 0 && **last != 0) {
        counts.entry(*first).or_default().0 += 1.0;
        counts.entry(*last).or_default().1 += 1.0;
    }
    let sum = |product: fn(&(f64, f64)) -> f64| counts.values().map(product).sum::<f64>();
    sum(|(first, last)| first * last) >= MADE_OF_EACH_OTHER * f64::max(sum(|(first, _)| first * first), 1.0)
}

/// The share of whole names that are one word.
fn one_word(field: &LinkageField, sample: &Sample<'_>) -> f64 {
    let count = |term: &Term| sample.column(term).map(|column| column.iter().filter(|value| **value != 0).count());
    let (whole, several) =
        (count(&Term::field(&field.name)), count(&Term::derived("after_first_word", None, &field.name)));
    whole.zip(several).map_or(0.0, |(whole, several)| 1.0 - several as f64 / whole.max(1) as f64)
}

/// What dates of some group lack, each with what is known of such dates.
fn incomplete(field: &LinkageField, sample: &Sample<'_>) -> Vec<(&'static str, &'static str)> {
    let date = Term::field(&field.name);
    let derived = |part: &str| Term::derived(part, None, &field.name);
    let rows = |terms: &[&Term]| -> Vec<usize> {
        sample.by_group(terms).map_or_else(Vec::new, |groups| groups.iter().map(Vec::len).collect())
    };
    let lacks = |(lacks, known): &(&str, &str)| {
        let [with_known, whole] = [derived(known), derived(lacks)];
        let (all, known, whole) = (rows(&[&date]), rows(&[&with_known]), rows(&[&whole]));
        let groups = known.into_iter().zip(whole).zip(all);
        groups
            .into_iter()
            .any(|((known, whole), all)| known.saturating_sub(whole) as f64 / all.max(1) as f64 > SOME_INCOMPLETE)
    };
    [("day", "year_month"), ("month", "year")].into_iter().filter(lacks).collect()
}

/// The share of rows with a date of which only the year is known.
fn bare_years(field: &LinkageField, sample: &Sample<'_>) -> f64 {
    let count = |term: &Term| sample.column(term).map(|column| column.iter().filter(|value| **value != 0).count());
    let months = count(&Term::derived("year_month", None, &field.name));
    let whole = count(&Term::field(&field.name)).unwrap_or_default().max(1) as f64;
    months.map_or(0.0, |months| 1.0 - months as f64 / whole)
}

/// Whether the names of some file are initials. Names of several letters that begin with the same
/// one differ in `more`: the next letter, or of a whole name the first word.
fn has_initials(field: &LinkageField, more: (&str, Option<u32>), sample: &Sample<'_>) -> bool {
    let [initials, starts] = [("initial", None), more].map(|(name, number)| Term::derived(name, number, &field.name));
    let Some(rows) = sample.by_group(&[&initials, &starts]) else { return false };
    rows.iter().any(|rows| {
        let mut counts: BTreeMap<u32, BTreeMap<u32, usize>> = BTreeMap::new();
        for row in rows {
            *counts.entry(row[0]).or_default().entry(row[1]).or_default() += 1;
        }
        // Rows of each initial, and those of them that go on in the usual way.
        let mut initials: Vec<(usize, usize)> = counts
            .values()
            .map(|starts| (starts.values().sum(), starts.values().copied().max().unwrap_or(0)))
            .collect();
        initials.sort_unstable();
        // A name that most rows have goes on in one way too: the others have to bear it out.
        let (_, others) = initials.split_last().unwrap_or((&(0, 0), &[]));
        go_on_alike(&initials) && go_on_alike(others)
    })
}

/// Whether what begins with one initial nearly always goes on in the same way. Where each name
/// has an initial of its own, nothing is seen of how it goes on.
fn go_on_alike(initials: &[(usize, usize)]) -> bool {
    let rows: usize = initials.iter().map(|(rows, _)| rows).sum();
    let usual: usize = initials.iter().map(|(_, usual)| usual).sum();
    rows > 0 && rows >= 2 * initials.len() && usual as f64 >= INITIALS * rows as f64
}

/// How many characters ids of two files have in common at their ends, where they are hardly ever equal as
/// a whole: one of them begins with more, such as the century. As many as any that many pairs have.
fn common_end(field: &LinkageField, sample: &Sample<'_>) -> Option<u32> {
    let pairs = |term: &Term| sample.pairs(&[super::choose::same(term)], f64::INFINITY).map(|found| found.pairs);
    let whole = pairs(&Term::field(&field.name))?;
    // Ends of all ids are dear to make, and are not needed where ids are equal as they stand.
    if whole >= SHARED_ENDS * sample.all_rows() {
        return None;
    }
    let is_common = |pairs: f64| pairs >= SHARED_ENDS * sample.all_rows() && whole <= SELDOM_WHOLE * pairs;
    let of = |characters: u32| pairs(&Term::derived("suffix", Some(characters), &field.name));
    // A longer end is that of fewer pairs: where one is not common, none after it is.
    ENDS.take_while(|characters| of(*characters).is_some_and(is_common)).last()
}

/// Whether most postcodes have a British district.
fn is_british(field: &LinkageField, sample: &Sample<'_>) -> bool {
    let count =
        |term: &Term| sample.column(term).map_or(0, |column| column.iter().filter(|value| **value != 0).count());
    let (whole, british) = (count(&Term::field(&field.name)), count(&Term::derived("district", None, &field.name)));
    british as f64 >= BRITISH * whole as f64
}

/// The places and codes of areas that follow from a postcode: people who share it and have neither
/// name nor date of birth in common have the same one.
fn followers<'f>(fields: &[&'f LinkageField], postcode: &LinkageField, sample: &Sample<'_>) -> Vec<&'f LinkageField> {
    let postcode = Term::field(&postcode.name);
    let people: Vec<Term> = (fields.iter())
        .filter(|field| !field.several)
        .filter(|field| field.kind == FieldKind::Date || matches!(field.name.as_str(), "family_name" | "full_name"))
        .map(|field| Term::field(&field.name))
        .collect();
    let apart: Vec<&Term> = people.iter().collect();
    let follows = |field: &&&LinkageField| {
        let may_be_code = matches!(field.kind, FieldKind::Category | FieldKind::Identifier);
        let is_place = (matches!(field.name.as_str(), "city" | "county") || may_be_code) && !field.several;
        let share = || sample.equal_beside(&postcode, &Term::field(&field.name), &apart);
        is_place && !apart.is_empty() && share().is_some_and(|share| share >= FOLLOWS)
    };
    fields.iter().filter(follows).copied().collect()
}

/// Whether the sex follows from the given name. Then it says nothing beside a name that is the
/// same; and a model of few comparisons that counts it takes people of one given name, who have
/// both in common, for matches.
fn name_tells_sex(fields: &[&LinkageField], sex: &LinkageField, sample: &Sample<'_>) -> bool {
    let given = fields.iter().find_map(|field| match field.name.as_str() {
        "given_name" if !field.several => Some(Term::field(&field.name)),
        _ => is_full_name(field).then(|| Term::derived("first_word", None, &field.name)),
    });
    let share = given.and_then(|given| sample.equal_beside(&given, &Term::field(&sex.name), &[]));
    share.is_some_and(|share| share >= TELLS_SEX)
}

/// Adds a place to the comparison of a postcode from which it follows: as a level below those
/// of the postcode, which counts where the postcode is missing too. Says so.
fn with(
    comparison: &mut ComparisonSpec,
    postcode: &LinkageField,
    place: &LinkageField,
    setting: &Setting<'_>,
) -> String {
    let last = comparison.levels.len() - 1;
    let mut levels = vec![frequent(exact(&place.name), &place.name, 1.0)];
    if !setting.tokens_only && place.kind == FieldKind::Text {
        levels.push(level(measured("jaro_winkler", &place.name, 0.9)));
    }
    comparison.levels.splice(last..last, levels);
    let missing = ConditionSpec::Null(Term::field(&place.name));
    comparison.null = Some(match comparison.null.take() {
        None => ConditionSpec::All(vec![ConditionSpec::Null(Term::field(&postcode.name)), missing]),
        Some(ConditionSpec::All(mut parts)) => {
            parts.push(missing);
            ConditionSpec::All(parts)
        }
        Some(other) => ConditionSpec::All(vec![other, missing]),
    });
    format!("`{}` follows from `{}`, so the two are one comparison", place.name, postcode.name)
}
