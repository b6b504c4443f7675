//! Which words suit which kinds of field: what keeps a condition or a blocking rule from being
//! asked.
//!
//! The crate that derives and measures says what suits what, so that nothing that is let
//! through here can fail there.

use counterfoil_core::{FieldKind, LinkageField};
use counterfoil_token::values::{Derivation, Measure, ValueKind};

use super::columns;
use super::condition::{DERIVATIONS, Derived, MEASURES};
use super::spec::{BlockSpec, ConditionSpec, KeySpec, Term};
use super::words::{ANY, gives_several, is_any, is_end, is_of_words, is_part, is_word};

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

    fn has_several(&self, field: &str) -> bool {
        self.fields.iter().any(|known| known.name == field && known.several)
    }

    fn names(&self) -> String {
        self.fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
    }
}

/// What is wrong, and what to do about it.
type Told = (String, String);

/// What keeps a condition from being asked of these fields.
pub(crate) fn faults(condition: &ConditionSpec, kinds: &Kinds<'_>) -> Vec<Told> {
    match condition {
        ConditionSpec::Exact(left, right) => {
            let mut told = both(left, right, |term| fault_of_term(term, kinds));
            if told.is_empty() && !is_one_domain(left, right, kinds) {
                let message = format!("`{condition}` compares values of two kinds, which are never equal");
                told.push((message, "compare fields of one kind, in the same derivation".to_owned()));
            }
            told
        }
        ConditionSpec::Null(term) if term.derived.is_none() => fault_of_any_term(term, kinds).into_iter().collect(),
        ConditionSpec::Null(term) => fault_of_term(term, kinds).into_iter().collect(),
        ConditionSpec::Measured { measure, left, right, .. } => {
            let mut told = both(left, right, |term| fault_of_any_term(term, kinds));
            if told.is_empty() {
                told = both(left, right, |term| fault_of_measure(condition, MEASURES[*measure].0, term, kinds));
            }
            if told.is_empty() && !is_one_domain(left, right, kinds) {
                let message = format!("`{condition}` measures values of two kinds, which have nothing in common");
                told.push((message, "measure two fields of one kind, in the same derivation".to_owned()));
            }
            let is_of_lists = MEASURES[*measure].0 == "best_jaro_winkler" || [left, right].into_iter().any(is_any);
            if told.is_empty() && is_of_lists {
                told.extend(fault_of_single(&condition.to_string(), [left, right], kinds));
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

/// What is wrong with either of two terms; told once if they are the same.
fn both(left: &Term, right: &Term, fault: impl Fn(&Term) -> Option<Told>) -> Vec<Told> {
    let mut told: Vec<Told> = fault(left).into_iter().collect();
    if left != right {
        told.extend(fault(right));
    }
    told.dedup();
    told
}

/// Whether values of two terms can be equal at all.
fn is_one_domain(left: &Term, right: &Term, kinds: &Kinds<'_>) -> bool {
    let swaps_date = |term: &Term| term.derived.as_ref().is_some_and(|derived| derived.name == "month_day_swapped");
    // First and last words are of one domain, and so is what is derived of them.
    let domain = |derived: &Derived| match derived {
        Derived { word: Some(_), .. } => Derived { word: Some(String::new()), ..derived.clone() },
        word if is_end(&word.name) => Derived { name: String::new(), number: None, word: None },
        other => other.clone(),
    };
    let derived =
        |term: &Term| term.derived.as_ref().filter(|derived| !swaps_date(term) && derived.name != ANY).map(domain);
    kinds.of(&left.field) == kinds.of(&right.field) && derived(left) == derived(right)
}

/// Everything that keeps a blocking rule from being run over these fields.
pub(crate) fn faults_of_block(spec: &BlockSpec, kinds: &Kinds<'_>) -> Vec<Told> {
    let mut told = Vec::new();
    for key in &spec.on {
        let mut of_terms = both(&key.left, &key.right, |term| fault_of_key(term, kinds));
        if of_terms.is_empty() && [&key.left, &key.right].into_iter().any(is_any) {
            of_terms.extend(fault_of_single(&key.to_string(), [&key.left, &key.right], kinds));
        }
        if of_terms.is_empty() && key.left != key.right {
            told.extend(fault_of_swap(&key.left, &key.right, kinds));
        }
        told.extend(of_terms);
    }
    if let Some(near) = &spec.near {
        told.extend(fault_of_order(&near.by, kinds));
        if kinds.tokens_only {
            let message = "tokens have no order, and the job links in token mode".to_owned();
            told.push((
                message,
                "block on derived values such as `soundex(FIELD)`, or set `mode = \"trusted\"`".to_owned(),
            ));
        }
        if near.window < 2 {
            let message = "a window of fewer than 2 records compares nothing".to_owned();
            told.push((message, "`window = 10` compares each record with the next nine".to_owned()));
        }
    }
    if spec.cap == Some(0) {
        let message = "a `cap` of 0 pairs leaves every block out".to_owned();
        told.push((message, "leave `cap` out for no cap; `cap = 10000` leaves out blocks with more pairs".to_owned()));
    }
    told.extend(fault_of_mixture(spec));
    let mut once: Vec<Told> = Vec::new();
    for one in told {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// What is wrong with a key of two terms, each in order by itself.
fn fault_of_swap(left: &Term, right: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    // Beside several values one value stands for a list of one, and not what is derived from it.
    let is_alike =
        gives_several(left) == gives_several(right) || [left, right].iter().any(|term| term.derived.is_none());
    (!is_alike || !is_one_domain(left, right, kinds)).then(|| {
        let message = format!("`{left} = {right}` compares values of two kinds, which are never equal");
        (message, "swap fields of one kind, in the same derivation".to_owned())
    })
}

/// A rule with a window has keys of one value a record, the same in both.
fn fault_of_mixture(spec: &BlockSpec) -> Option<Told> {
    let is_plain = |key: &KeySpec| key.left == key.right && !gives_several(&key.left);
    (spec.near.is_some() && !spec.on.iter().all(is_plain)).then(|| {
        let hint = "a rule with `near` has keys of one value a record, the same in both; write two rules";
        (format!("`{spec}` mixes keys that cannot be mixed"), hint.to_owned())
    })
}

/// What keeps records from being ordered by a term.
fn fault_of_order(by: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    if let Some(told) = fault_of_key(by, kinds) {
        return Some(told);
    }
    if by.derived.is_some() {
        let message = format!("`{by}`: records are ordered by a field as it is, not by what is derived from it");
        return Some((message, format!("write `by = \"{}\"`", by.field)));
    }
    let kind = kinds.of(&by.field)?;
    (!Derivation::Ordered.suits(kind.into())).then(|| {
        let message = format!("`{by}` is of kind {}, whose values have no order", kind.name());
        (message, "order by a name, a text, a date or a number".to_owned())
    })
}

/// What is wrong with what records are put together by: one value, or each of several.
fn fault_of_key(term: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    fault_of_any_term(term, kinds).or_else(|| {
        let is_whole = term.derived.is_none() && kinds.has_several(&term.field);
        is_whole.then(|| {
            let message = format!("`{term}` has several values a record");
            (message, format!("`{ANY}({term})` finds records that share one of them"))
        })
    })
}

/// That neither of two fields has several values, where they are asked of.
fn fault_of_single(asked: &str, terms: [&Term; 2], kinds: &Kinds<'_>) -> Option<Told> {
    let field = &terms[0].field;
    (!terms.iter().any(|term| kinds.has_several(&term.field))).then(|| {
        let message = format!("no data set says that `{field}` has several values a record, of which `{asked}` asks");
        (message, format!("for example `{field} = {{ column = \"COLUMN\", several = \"|\" }}` in `[data_set.roles]`"))
    })
}

/// What is wrong with a term that has to have one value a row.
pub(crate) fn fault_of_term(term: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    let told = fault_of_any_term(term, kinds);
    if told.is_some() {
        return told;
    }
    if term.derived.is_none() && kinds.has_several(&term.field) {
        let message = format!("`{term}` has several values a record, which are not compared as one");
        return Some((message, format!("`shared({ANY}({term})) >= 1` asks whether two records have one in common")));
    }
    if !gives_several(term) {
        return None;
    }
    let message = format!("`{term}` gives several values, which cannot be compared for equality");
    Some((message, format!("`shared({term}) >= 1` asks whether two records have one in common")))
}

/// What is wrong with a term, of which a row may have several values.
fn fault_of_any_term(term: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    let Some(kind) = kinds.of(&term.field) else {
        let message = format!("there is no field `{}`; the data sets have {}", term.field, kinds.names());
        return Some((message, "name a role that every data set has".to_owned()));
    };
    let derived = term.derived.as_ref()?;
    if kinds.has_several(&term.field) && derived.name != ANY {
        let message = format!("`{term}`: `{}` has several values a record, of which nothing is derived", term.field);
        return Some((message, format!("`{ANY}({})` is each of them", term.field)));
    }
    (!derives(derived, kind)).then(|| {
        let fit = DERIVATIONS.iter().filter(|(name, counts, _)| {
            derives(&Derived { name: (*name).to_owned(), number: counts.then_some(1), word: None }, kind)
        });
        let fit: Vec<&str> = fit.map(|(name, ..)| *name).collect();
        let kind = kind.name();
        let message = format!("`{term}`: `{}` is of kind {kind}, of which there is no {}", term.field, derived.name);
        let hint = match fit.as_slice() {
            [] => format!("of a {kind} nothing is derived: compare it with `exact`"),
            fit => format!("of a {kind} there are {}", fit.join(", ")),
        };
        (message, hint)
    })
}

/// Whether a derivation can be made of a kind.
fn derives(derived: &Derived, kind: FieldKind) -> bool {
    use FieldKind::{LocalPatientId, Location, Number, Sex};
    match derived.name.as_str() {
        _ if derived.word.is_some() && (derived.name == ANY || is_of_words(&derived.name)) => false,
        ANY => !matches!(kind, Number | Sex | Location | LocalPatientId),
        _ => columns::derivation(derived).is_some_and(|derivation| derivation.suits(kind.into())),
    }
}

/// What is wrong with a measure of a term that is in order by itself.
fn fault_of_measure(condition: &ConditionSpec, name: &str, term: &Term, kinds: &Kinds<'_>) -> Option<Told> {
    let kind = kinds.of(&term.field)?;
    let has_values = kinds.has_several(&term.field);
    if name == "shared" {
        return (!gives_several(term) && !has_values).then(|| {
            let message = format!("`{condition}`: `{term}` is one value, of which two records share it or do not");
            (message, format!("for example `shared(deletions({})) >= 1`, or `exact({term})`", term.field))
        });
    }
    if matches!(name, "jaccard" | "cosine") && gives_several(term) && !is_any(term) {
        return None;
    }
    let is_text = matches!(columns::measure(name), Measure::Text(_) | Measure::Jaccard(_) | Measure::Cosine(_));
    let is_measured =
        |derived: &Derived| is_of_words(&derived.name) || is_text && derived.word.is_none() && is_part(&derived.name);
    if term.derived.as_ref().is_some_and(|derived| !is_measured(derived)) {
        let message = format!(
            "`{condition}`: `{name}` measures fields and parts of their text as they are, and `{term}` is neither"
        );
        let hint = format!("write `{name}({})`, or compare what is derived with `exact` or `shared`", term.field);
        return Some((message, hint));
    }
    if has_values && name != "best_jaro_winkler" {
        let message = format!("`{condition}`: `{term}` has several values a record, which `{name}` does not measure");
        return Some((message, format!("write `best_jaro_winkler({term}) >= 0.92`, or `shared({ANY}({term})) >= 1`")));
    }
    if !columns::measure(name).suits(ValueKind::from(kind)) {
        let hint = match name {
            "km" => "declare the field's type as `location`",
            "difference" | "percent" => "declare the field's type as `number`",
            "days" | "months" | "years" | "date_parts" => "declare the field's type as `date`",
            _ => "compare it with `exact`, or with measures of its kind",
        };
        let message =
            format!("`{condition}`: `{}` is of kind {}, which `{name}` does not measure", term.field, kind.name());
        return Some((message, hint.to_owned()));
    }
    kinds.tokens_only.then(|| {
        let message = format!("`{condition}` needs clear text, and the job links in token mode");
        let hint = match name {
            "best_jaro_winkler" => format!("compare `shared({ANY}({})) >= 1`, or set `mode = \"trusted\"`", term.field),
            // Of a word more can be derived, and of other parts not.
            _ if is_word(term) => instead(kind, &term.to_string()),
            _ => instead(kind, &term.field),
        };
        (message, hint)
    })
}

/// Levels of a field, or of a word of it, that tokens can tell, in place of one that needs clear
/// text.
fn instead(kind: FieldKind, field: &str) -> String {
    match kind {
        FieldKind::Date => format!(
            "compare tokens of its parts: `exact(month_day_swapped({field}), {field})`, `exact(year_month({field}))`, \
             `exact(month_day({field}))`, `shared(adjacent_months({field})) >= 1`, `shared(deletions({field})) >= 1`, \
             `shared(positions({field})) >= 6` (at most two digits differ); \
             or set `mode = \"trusted\"`"
        ),
        FieldKind::Name | FieldKind::Text | FieldKind::Category => format!(
            "compare tokens derived from it: `shared(deletions({field})) >= 1` (one letter differs), \
             `jaccard(letters({field})) >= 0.8` (most letters are the same, in any order), \
             `exact(soundex({field}))`, `exact(prefix({field}, 3))`; or set `mode = \"trusted\"`"
        ),
        FieldKind::Postcode => format!(
            "compare tokens of its parts: `exact(sector({field}))`, `exact(district({field}))`; or set `mode = \"trusted\"`"
        ),
        FieldKind::Number => format!(
            "compare `exact({field})`, `shared(runs({field}, 3)) >= 1` (whole numbers that differ by 2 at most); or set \
             `mode = \"trusted\"`"
        ),
        FieldKind::Location => {
            format!("compare `exact({field})`, or set `mode = \"trusted\"`")
        }
        _ => format!(
            "compare `shared(deletions({field})) >= 1` (one character differs), `jaccard(letters({field})) >= 0.8`; or set `mode = \"trusted\"`"
        ),
    }
}
