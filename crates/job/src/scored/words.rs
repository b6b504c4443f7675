//! What the words of a model name, and what they mean.

use counterfoil_core::{FieldKind, LinkageField};
use counterfoil_token::guess::is_of_parent;
use counterfoil_token::values::Derivation;

use super::columns;
use super::condition::Derived;
use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, LevelSpec, Term};

/// Each value of a field with several.
pub(crate) const ANY: &str = "any";

/// Whether a term gives several values a record: those of a field with several, or several of what
/// is derived from one value.
pub(crate) fn gives_several(term: &Term) -> bool {
    let is_multiple = |derived| columns::derivation(derived).is_some_and(Derivation::is_multiple);
    is_any(term) || term.derived.as_ref().is_some_and(is_multiple)
}

/// Whether a term is each value of a field with several.
pub(crate) fn is_any(term: &Term) -> bool {
    term.derived.as_ref().is_some_and(|derived| derived.name == ANY)
}

/// Derivations that are words of a text in the text's own letters, and are measured as texts are.
pub(crate) fn is_of_words(derivation: &str) -> bool {
    matches!(derivation, "after_first_word" | "sorted_words") || is_end(derivation)
}

/// Derivations that are a part of a text in the text's own letters, and are measured as texts are.
pub(crate) fn is_part(derivation: &str) -> bool {
    matches!(derivation, "prefix" | "suffix" | "email_user" | "email_domain")
}

/// Derivations that are one word, of which more can be derived.
pub(crate) fn is_end(derivation: &str) -> bool {
    Derivation::parse(derivation).is_some_and(Derivation::is_word)
}

/// Whether a term is one word.
pub(crate) fn is_word(term: &Term) -> bool {
    term.derived.as_ref().is_some_and(|derived| is_end(&derived.name))
}

/// Whether equality of `whole` means equality of `part`, both of one field.
pub(crate) fn implies(whole: &Term, part: &Term) -> bool {
    if gives_several(part) {
        return false;
    }
    // The initial of a text is that of its first word.
    let begins = |of: &Derived| of.name == "initial" && of.word.is_none();
    match (&whole.derived, &part.derived) {
        (None, Some(_)) => true,
        (Some(whole), Some(part)) if part.word.as_ref() == Some(&whole.name) => true,
        (Some(whole), Some(part)) if whole.word == part.word || begins(part) && is_of_first_word(whole) => {
            match (whole.name.as_str(), part.name.as_str()) {
                ("prefix", "prefix") | ("suffix", "suffix") => whole.number > part.number,
                ("prefix" | "first_word", "initial")
                | ("year_month", "year" | "month")
                | ("month_day", "month" | "day")
                | ("sector", "district" | "area")
                | ("district", "area") => true,
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_of_first_word(derived: &Derived) -> bool {
    derived.word.as_deref() == Some("first_word")
}

/// Whether two terms of a field are of different ends of it, as the first and the last word of a
/// name are, so that what the one is says nothing of the other.
pub(crate) fn are_apart(one: &Term, other: &Term) -> bool {
    let is = |term: &Term, end: &str| word_of(term) == Some(end);
    is(one, "first_word") && is(other, "last_word") || is(one, "last_word") && is(other, "first_word")
}

/// The word of a field that a term is, or is derived from. An initial is of the first word.
fn word_of(term: &Term) -> Option<&str> {
    let derived = term.derived.as_ref()?;
    match (&derived.word, derived.name.as_str()) {
        (Some(word), _) => Some(word),
        (None, "initial") => Some("first_word"),
        (None, name) => is_end(name).then_some(name),
    }
}

/// The condition under which a comparison that does not say so says nothing: a field that its
/// closest level names is missing. Others, such as the family name that a given name may be
/// exchanged with, are beside the point. Fields with several values a record, such as past names,
/// count only where the level names no other: most records have none.
pub(crate) fn missing(spec: &ComparisonSpec, fields: &[LinkageField]) -> ConditionSpec {
    let has_several = |name: &String| fields.iter().any(|field| field.name == *name && field.several);
    let closest = fields_of_levels(spec.levels.first());
    let (several, one): (Vec<String>, Vec<String>) = closest.into_iter().partition(has_several);
    let counted = if one.is_empty() { several } else { one };
    let mut nulls: Vec<_> = counted.iter().map(|field| ConditionSpec::Null(Term::field(field))).collect();
    if nulls.len() == 1 { nulls.remove(0) } else { ConditionSpec::Any(nulls) }
}

/// Fields that a comparison's levels name, in order of appearance.
pub(crate) fn fields_of(spec: &ComparisonSpec) -> Vec<String> {
    fields_of_levels(&spec.levels)
}

fn fields_of_levels<'l>(levels: impl IntoIterator<Item = &'l LevelSpec>) -> Vec<String> {
    let mut fields = Vec::new();
    for level in levels {
        for term in terms_of(&level.when) {
            if !fields.contains(&term.field) {
                fields.push(term.field.clone());
            }
        }
    }
    fields
}

/// Fields that a blocking rule names.
pub(crate) fn fields_of_block(spec: &BlockSpec) -> Vec<String> {
    let keys = spec.on.iter().flat_map(|key| [&key.left, &key.right]);
    keys.chain(spec.near.as_ref().map(|near| &near.by)).map(|term| term.field.clone()).collect()
}

/// Every term of a condition.
pub(crate) fn terms_of(condition: &ConditionSpec) -> Vec<&Term> {
    match condition {
        ConditionSpec::Exact(left, right) | ConditionSpec::Measured { left, right, .. } => vec![left, right],
        ConditionSpec::Null(term) => vec![term],
        ConditionSpec::Else => Vec::new(),
        ConditionSpec::All(parts) | ConditionSpec::Any(parts) => parts.iter().flat_map(terms_of).collect(),
        ConditionSpec::Not(part) => terms_of(part),
    }
}

/// The terms that are equal in both records where a condition holds, and only there.
pub(crate) fn equal_terms(condition: &ConditionSpec) -> Option<Vec<&Term>> {
    match condition {
        ConditionSpec::Exact(left, right) => (left == right).then(|| vec![left]),
        ConditionSpec::All(parts) => parts.iter().map(equal_terms).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        _ => None,
    }
}

/// The field of which a condition compares both values, if it compares nothing else.
pub(crate) fn only_field(condition: &ConditionSpec) -> Option<&String> {
    let terms = terms_of(condition);
    let field = &terms.first()?.field;
    terms.iter().all(|term| term.field == *field).then_some(field)
}

/// Whether a condition holds only for pairs that are equal in a term.
pub(crate) fn needs(condition: &ConditionSpec, term: &Term) -> bool {
    match condition {
        ConditionSpec::Exact(left, right) => {
            left == right && (left == term || left.field == term.field && implies(left, term))
        }
        ConditionSpec::All(parts) => parts.iter().any(|part| needs(part, term)),
        ConditionSpec::Any(parts) => parts.iter().all(|part| needs(part, term)),
        _ => false,
    }
}

/// The share of relatives that are twins, [unverified]: if 15 of 1 000 maternities are of several children,
/// three people in a hundred have a twin, and about one in five of their near relatives is it.
pub(super) const TWINS: f64 = 0.006;

/// The share of relatives (people of one household or family) that have a field's value in
/// common: our own rough figures, of which only the order of size matters. `family_word` is the word of
/// a whole name that is the family name, mostly the last.
pub(crate) fn shared_by_relatives(term: &Term, kind: Option<FieldKind>, family_word: &str) -> f64 {
    if kind == Some(FieldKind::Words) && word_of(term) == Some(family_word) {
        return shared_by_relatives(&Term::field("family_name"), None, family_word);
    }
    match (term.field.as_str(), kind) {
        ("family_name", _) => 0.8,
        // Written like an id, and yet of a home. A telephone is that of a home or one's own.
        (name, _) if name.starts_with("street_number") || name.starts_with("household") => 0.9,
        (name, _) if name.starts_with("phone") => 0.5,
        ("given_name" | "other_given_name" | "full_name", _) => 0.03,
        // Couples and brothers and sisters are born in one year far more often than on one day.
        ("birth_year", Some(FieldKind::Date)) => 0.1,
        (_, Some(FieldKind::Date)) => TWINS,
        // As by chance, but for couples and twins.
        (name, Some(FieldKind::Number)) if name.starts_with("age") => 0.1,
        (_, Some(FieldKind::Email)) => 0.05,
        // Of sex as by chance: couples differ, and of others half agree.
        ("national_identifier", _)
        | (_, Some(FieldKind::NhsNumber | FieldKind::Identifier | FieldKind::LocalPatientId | FieldKind::Sex)) => 0.0,
        // Brothers and sisters have them all, others of a home have not.
        (name, Some(FieldKind::Name)) if is_of_parent(name) => 0.8,
        (_, Some(FieldKind::Name)) => 0.3,
        ("occupation", _) => 0.2,
        ("birth_place", _) => 0.5,
        // Of an address.
        _ => 0.9,
    }
}

/// Whether a field is of a home, which who moves leaves with all of it.
pub(crate) fn is_left(field: &str, kind: Option<FieldKind>) -> bool {
    const PLACES: [&str; 9] = ["address", "street", "phone", "city", "town", "suburb", "locality", "county", "state"];
    let is_born = field.starts_with("birth");
    (kind == Some(FieldKind::Postcode) || PLACES.iter().any(|place| field.starts_with(place))) && !is_born
}

/// Whether a field tells homes or families apart, as a postcode and a mother's name do and a city does
/// not.
pub(crate) fn is_of_home(field: &str, kind: Option<FieldKind>) -> bool {
    kind == Some(FieldKind::Postcode)
        || is_of_parent(field)
        || ["address", "street", "phone", "household"].iter().any(|part| field.starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_values_of_one_term_are_equal_terms() {
        let of = |text: &str| -> Option<Vec<String>> {
            let condition: ConditionSpec = text.parse().expect("a condition");
            equal_terms(&condition).map(|terms| terms.into_iter().map(ToString::to_string).collect())
        };
        assert_eq!(of("exact(birth_date)"), Some(vec!["birth_date".to_owned()]));
        assert_eq!(of("exact(given_name) and exact(sector(postcode))").map(|terms| terms.len()), Some(2));
        assert_eq!(of("exact(given_name, family_name)"), None);
        assert_eq!(of("exact(given_name) or exact(family_name)"), None);
        assert_eq!(of("jaro_winkler(given_name) >= 0.92"), None);
    }

    #[test]
    fn what_relatives_share_goes_by_meaning_before_kind() {
        let cases = [
            ("street_number", FieldKind::Identifier, 0.9),
            ("phone", FieldKind::Identifier, 0.5),
            ("national_identifier", FieldKind::Identifier, 0.0),
            ("column_7", FieldKind::Identifier, 0.0),
            ("given_name", FieldKind::Name, 0.03),
            ("family_name", FieldKind::Name, 0.8),
            ("full_name", FieldKind::Words, 0.03),
            ("mother_forename", FieldKind::Name, 0.8),
            ("household", FieldKind::Identifier, 0.9),
            ("age", FieldKind::Number, 0.1),
            ("birth_year", FieldKind::Date, 0.1),
            ("birth_date", FieldKind::Date, 0.006),
            ("postcode", FieldKind::Postcode, 0.9),
        ];
        for (field, kind, share) in cases {
            let shared = shared_by_relatives(&Term::field(field), Some(kind), "last_word");
            assert!((shared - share).abs() < 1e-12, "{field}");
        }
        let last_word = Term::derived("last_word", None, "full_name");
        let shared = |family_word| shared_by_relatives(&last_word, Some(FieldKind::Words), family_word);
        assert!((shared("last_word") - 0.8).abs() < 1e-12 && (shared("first_word") - 0.03).abs() < 1e-12);
    }

    #[test]
    fn a_comparison_says_nothing_where_its_closest_level_cannot_hold() {
        let field = |name: &str, several| LinkageField { name: name.to_owned(), kind: FieldKind::Name, several };
        let fields = [field("given_name", false), field("family_name", false), field("former_names", true)];
        let null_of = |levels: &[&str]| {
            let level = |text: &&str| LevelSpec::of(text.parse().expect("a condition"));
            let spec = ComparisonSpec { levels: levels.iter().map(level).collect(), ..ComparisonSpec::default() };
            missing(&spec, &fields).to_string()
        };
        assert_eq!(null_of(&["exact(given_name)", "exact(given_name, family_name)", "else"]), "null(given_name)");
        let both = ["exact(given_name) and exact(family_name)", "exact(family_name)", "else"];
        assert_eq!(null_of(&both), "null(given_name) or null(family_name)");
        let former = "shared(any(family_name), any(former_names)) >= 1";
        assert_eq!(null_of(&[former, "else"]), "null(family_name)");
        assert_eq!(null_of(&["shared(any(former_names)) >= 1", "else"]), "null(former_names)");
    }

    #[test]
    fn the_ends_of_a_name_are_apart() {
        let [first, last, initial, sorted] =
            ["first_word", "last_word", "initial", "sorted_words"].map(|name| Term::derived(name, None, "full_name"));
        assert!(are_apart(&first, &last) && are_apart(&last, &initial));
        assert!(!are_apart(&first, &initial) && !are_apart(&sorted, &last) && !are_apart(&Term::field("x"), &last));
        assert!(implies(&first, &initial) && !implies(&last, &initial));
    }

    #[test]
    fn what_is_derived_of_a_word_goes_with_the_word() {
        let [first, last] = ["first_word", "last_word"].map(|name| Term::derived(name, None, "full_name"));
        let part = |letters, word| Term::of_word("prefix", Some(letters), word, "full_name");
        let (of_first, of_last) = (part(3, "first_word"), part(3, "last_word"));
        assert!(implies(&first, &of_first) && implies(&last, &of_last) && implies(&part(4, "last_word"), &of_last));
        assert!(
            implies(&Term::field("full_name"), &of_last)
                && implies(&of_first, &Term::derived("initial", None, "full_name"))
        );
        assert!(!implies(&last, &of_first) && !implies(&of_last, &last) && !implies(&part(4, "first_word"), &of_last));
        assert!(!implies(&first, &Term::of_word("letters", None, "first_word", "full_name")), "of several values");
        assert!(are_apart(&of_first, &of_last) && are_apart(&of_first, &last) && !are_apart(&of_first, &first));
        assert!((shared_by_relatives(&of_last, Some(FieldKind::Words), "last_word") - 0.8).abs() < 1e-12);
    }

    #[test]
    fn what_a_condition_needs() {
        let first_letters = Term::derived("prefix", Some(3), "city");
        let is_needed = |text: &str| needs(&text.parse().expect("a condition"), &first_letters);
        assert!(is_needed("exact(city)") && is_needed("exact(prefix(city, 4))") && is_needed("exact(prefix(city, 3))"));
        assert!(
            is_needed("exact(city) or exact(prefix(city, 5))") && is_needed("exact(soundex(city)) and exact(city)")
        );
        let others = ["exact(town)", "exact(prefix(city, 2))", "exact(city, town)", "jaro_winkler(city) >= 0.9"];
        assert!(!others.iter().any(|text| is_needed(text)) && !is_needed("exact(city) or exact(soundex(city))"));
    }
}
