//! What the words of a model mean for which kinds of field.

use counterfoil_core::{FieldKind, LinkageField};

use super::condition::{DERIVATIONS, MEASURES};
use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, Term};

/// The fields, and whether clear text may be compared.
#[derive(Clone, Copy)]
pub(crate) struct Kinds<'f> {
    pub(crate) fields: &'f [LinkageField],
    pub(crate) tokens_only: bool,
}

impl Kinds<'_> {
    fn of(&self, field: &str) -> Option<FieldKind> {
        self.fields.iter().find(|known| known.name == field).map(|known| known.kind)
    }

    fn names(&self) -> String {
        self.fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
    }
}

/// What is wrong, and what to do about it.
type Told = (String, String);

/// Derivations that give several values a row.
pub(crate) fn is_list(derivation: &str) -> bool {
    matches!(derivation, "any" | "deletions" | "qgrams" | "phonetics")
}

/// Whether equality of `whole` means equality of `part`, both of one field.
pub(crate) fn implies(whole: &Term, part: &Term) -> bool {
    match (&whole.derived, &part.derived) {
        (None, Some(part)) => !is_list(&part.name),
        (Some(whole), Some(part)) => match (whole.name.as_str(), part.name.as_str()) {
            ("prefix", "prefix") | ("suffix", "suffix") => whole.number > part.number,
            ("prefix", "initial")
            | ("year_month", "year" | "month")
            | ("month_day", "month" | "day")
            | ("sector", "district" | "area")
            | ("district", "area") => true,
            _ => false,
        },
        _ => false,
    }
}

/// The condition under which a comparison that does not say so says nothing: a field that it
/// names is missing.
pub(crate) fn missing(spec: &ComparisonSpec) -> ConditionSpec {
    let mut nulls: Vec<_> = fields_of(spec).into_iter().map(|field| ConditionSpec::Null(Term::field(&field))).collect();
    if nulls.len() == 1 { nulls.remove(0) } else { ConditionSpec::Any(nulls) }
}

/// Fields that a comparison's levels name, in order of appearance.
pub(crate) fn fields_of(spec: &ComparisonSpec) -> Vec<String> {
    let mut fields = Vec::new();
    for level in &spec.levels {
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

/// What keeps a condition from being asked of these fields.
pub(crate) fn faults(condition: &ConditionSpec, kinds: &Kinds<'_>) -> Vec<Told> {
    match condition {
        ConditionSpec::Exact(left, right) => {
            let mut told = both(left, right, kinds, false);
            if told.is_empty() && !is_one_domain(left, right, kinds) {
                let message = format!("`{condition}` compares values of two kinds, which are never equal");
                told.push((message, "compare fields of one kind, in the same derivation".to_owned()));
            }
            told
        }
        ConditionSpec::Null(term) => fault_of_term(term, kinds, false).into_iter().collect(),
        ConditionSpec::Measured { measure, left, right, .. } => {
            let takes_lists = MEASURES[*measure].0 == "shared";
            let mut told = both(left, right, kinds, takes_lists);
            if told.is_empty() {
                told.extend(fault_of_measure(condition, *measure, left, kinds));
                told.extend(fault_of_measure(condition, *measure, right, kinds));
                told.dedup();
            }
            told
        }
        ConditionSpec::Else => Vec::new(),
        ConditionSpec::All(parts) | ConditionSpec::Any(parts) => {
            parts.iter().flat_map(|part| faults(part, kinds)).collect()
        }
        ConditionSpec::Not(part) => faults(part, kinds),
    }
}

fn both(left: &Term, right: &Term, kinds: &Kinds<'_>, lists: bool) -> Vec<Told> {
    let mut told: Vec<Told> = fault_of_term(left, kinds, lists).into_iter().collect();
    if left != right {
        told.extend(fault_of_term(right, kinds, lists));
    }
    told
}

/// Whether values of two terms can be equal at all.
fn is_one_domain(left: &Term, right: &Term, kinds: &Kinds<'_>) -> bool {
    let swaps_date = |term: &Term| term.derived.as_ref().is_some_and(|derived| derived.name == "month_day_swapped");
    let derived = |term: &Term| term.derived.clone().filter(|_| !swaps_date(term));
    kinds.of(&left.field) == kinds.of(&right.field) && derived(left) == derived(right)
}

/// What is wrong with a term; `lists` says whether one of several values a row may stand here.
pub(crate) fn fault_of_term(term: &Term, kinds: &Kinds<'_>, lists: bool) -> Option<Told> {
    let Some(kind) = kinds.of(&term.field) else {
        let message = format!("there is no field `{}`; the data sets have {}", term.field, kinds.names());
        return Some((message, "name a role that every data set has".to_owned()));
    };
    let derived = term.derived.as_ref()?;
    if is_list(&derived.name) && !lists {
        let message = format!("`{term}` gives several values, which cannot be compared for equality");
        return Some((message, format!("`shared({term}) >= 1` asks whether two records have one in common")));
    }
    (!suits(&derived.name, kind)).then(|| {
        let fit: Vec<&str> = DERIVATIONS.iter().map(|(name, ..)| *name).filter(|name| suits(name, kind)).collect();
        let message =
            format!("`{term}`: `{}` is of kind {}, of which there is no {}", term.field, kind.name(), derived.name);
        (message, format!("of a {} there are {}", kind.name(), fit.join(", ")))
    })
}

/// Whether a derivation can be made of a kind.
pub(crate) fn suits(derivation: &str, kind: FieldKind) -> bool {
    use FieldKind::{
        Category, Date, Email, Identifier, LocalPatientId, Location, Name, NhsNumber, Number, Postcode, Sex, Text,
        Words,
    };
    match derivation {
        "year" | "year_month" | "month_day" | "month" | "day" | "month_day_swapped" => kind == Date,
        "area" | "district" | "sector" => kind == Postcode,
        "soundex" | "double_metaphone" | "phonetics" => matches!(kind, Name | Text | Words | Category),
        "nickname" => matches!(kind, Name | Text | Words),
        "first_word" | "last_word" | "sorted_words" => kind == Words,
        "email_user" | "email_domain" => kind == Email,
        "prefix" | "suffix" | "initial" | "deletions" | "qgrams" => {
            matches!(
                kind,
                Name | Text | Words | Email | Category | Identifier | Postcode | NhsNumber | LocalPatientId | Date
            )
        }
        "any" => !matches!(kind, Number | Sex | Location),
        _ => true,
    }
}

fn fault_of_measure(condition: &ConditionSpec, measure: usize, term: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    use FieldKind::{Date, Location, Number, Sex};
    let (name, ..) = MEASURES[measure];
    let kind = kinds.of(&term.field)?;
    let fits = match name {
        "days" | "months" | "years" | "date_parts" => kind == Date,
        "difference" | "percent" => kind == Number,
        "km" => kind == Location,
        "shared" => term.derived.as_ref().is_some_and(|derived| is_list(&derived.name)),
        _ => !matches!(kind, Number | Sex | Location),
    };
    if !fits {
        let hint = match name {
            "shared" => "for example `shared(deletions(family_name)) >= 1`".to_owned(),
            "km" => "declare the field's type as `location`".to_owned(),
            "difference" | "percent" => "declare the field's type as `number`".to_owned(),
            "days" | "months" | "years" | "date_parts" => "declare the field's type as `date`".to_owned(),
            _ => "compare it with `exact`, or with measures of its kind".to_owned(),
        };
        let message =
            format!("`{condition}`: `{}` is of kind {}, which `{name}` does not measure", term.field, kind.name());
        return Some((message, hint));
    }
    (kinds.tokens_only && name != "shared").then(|| {
        let message = format!("`{condition}` needs clear text, and the job links in token mode");
        (message, instead(kind, &term.field))
    })
}

/// The share of relatives (people of one household or family) that have a field's value in
/// common: our own rough figures, of which only the order of size matters.
pub(crate) fn shared_by_relatives(field: &str, kind: Option<FieldKind>) -> f64 {
    match (field, kind) {
        ("family_name", _) => 0.8,
        ("given_name" | "other_given_name", _) | (_, Some(FieldKind::Date)) => 0.03,
        (_, Some(FieldKind::Email)) => 0.05,
        (_, Some(FieldKind::NhsNumber | FieldKind::Identifier | FieldKind::LocalPatientId)) => 0.0,
        (_, Some(FieldKind::Sex)) => 0.5,
        (_, Some(FieldKind::Name)) => 0.3,
        // Of an address.
        _ => 0.9,
    }
}

/// Whether a field tells homes apart, as a postcode does and a city does not.
pub(crate) fn is_of_home(field: &str, kind: Option<FieldKind>) -> bool {
    kind == Some(FieldKind::Postcode) || ["address", "street", "phone"].iter().any(|part| field.starts_with(part))
}

/// Levels that tokens can tell, in place of one that needs clear text.
fn instead(kind: FieldKind, field: &str) -> String {
    match kind {
        FieldKind::Date => format!(
            "compare tokens of its parts: `exact(month_day_swapped({field}), {field})`, `exact(year_month({field}))`, \
             `exact(month_day({field}))`, `shared(deletions({field})) >= 1`; or set `mode = \"trusted\"`"
        ),
        FieldKind::Name | FieldKind::Text | FieldKind::Category => format!(
            "compare tokens derived from it: `shared(deletions({field})) >= 1` (one letter differs), \
             `exact(soundex({field}))`, `exact(prefix({field}, 3))`; or set `mode = \"trusted\"`"
        ),
        FieldKind::Postcode => {
            format!(
                "compare tokens of its parts: `exact(sector({field}))`, `exact(district({field}))`; or set `mode = \"trusted\"`"
            )
        }
        _ => format!("compare `shared(deletions({field})) >= 1` (one character differs); or set `mode = \"trusted\"`"),
    }
}
