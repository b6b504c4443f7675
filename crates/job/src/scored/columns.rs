//! From a layout and the rows' numbers to the columns and measures that a model is run on.

use std::borrow::Cow;
use std::sync::Arc;

use counterfoil_core::scored::{ListColumn, Measured, ValueColumns};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::tokeniser::Tokeniser;
use counterfoil_token::values::{Derivation, Dictionary, Measure, Measures, Numbers, TokenNumbers};

use super::condition::{Derived, Direction, MEASURES};
use super::layout::{Layout, MeasureUse};
use super::read::Rows;
use super::spec::Term;

/// Fills every column that the layout asks for. The columns of the fields themselves are taken
/// out of `rows`, and so are the dictionaries: with a tokeniser all values become tokens first,
/// and no clear one is left when this returns.
pub(crate) fn fill(layout: &Layout, rows: &mut Rows, tokeniser: Option<&Tokeniser>) -> (ValueColumns, Measures) {
    let domains = Domains::of(layout, rows, tokeniser);
    let measures = domains.measures(layout);
    let derived: Vec<Option<Vec<u32>>> = layout.terms.iter().map(|term| domains.spread(layout, rows, term)).collect();
    let lists = layout.lists.iter().filter_map(|term| {
        let numbers = domains.numbers(layout, term)?;
        Some(numbers.spread_lists(&rows.fields[position(layout, &term.field)?]))
    });
    let lists = lists.collect();
    let columns =
        layout.terms.iter().zip(derived).map(|(term, derived)| match (derived, position(layout, &term.field)) {
            (Some(column), _) => column,
            // Each field's own values stand in the layout once.
            (None, Some(at)) if term.derived.is_none() => std::mem::take(&mut rows.fields[at]),
            (None, _) => vec![0; rows.len() as usize],
        });
    let columns = columns.collect();
    (ValueColumns { columns, lists, starts: rows.starts.clone() }, measures)
}

/// What stands behind the numbers of each field.
struct Domains {
    of_field: Vec<usize>,
    values: Vec<Values>,
}

/// What stands behind the numbers of a domain.
enum Values {
    /// Clear values.
    Clear(Arc<Dictionary>),
    /// Tokens, of which only the numbers are left.
    Tokens(TokenNumbers),
}

impl Domains {
    /// Takes the dictionaries. Where they become tokens, values are numbered anew.
    fn of(layout: &Layout, rows: &mut Rows, tokeniser: Option<&Tokeniser>) -> Domains {
        let of_field = rows.domain_of.clone();
        let mut values = Vec::new();
        for (domain, dictionary) in std::mem::take(&mut rows.dictionaries).into_iter().enumerate() {
            let Some(tokeniser) = tokeniser else {
                values.push(Values::Clear(Arc::new(dictionary)));
                continue;
            };
            let kind = dictionary.kind();
            let asked =
                asked(layout).filter(|(field, _)| position(layout, field).map(|at| of_field[at]) == Some(domain));
            let mut derivations: Vec<Derivation> = asked.filter_map(|(_, derived)| derivation(derived)).collect();
            derivations.sort_unstable();
            derivations.dedup();
            derivations.retain(|derivation| derivation.suits(kind) && derivation.has_tokens());
            let tokens = dictionary.into_tokens(tokeniser, &derivations);
            let fields = rows.fields.iter_mut().zip(&of_field).filter(|(_, of)| **of == domain);
            fields.for_each(|(column, _)| tokens.renumber(column));
            values.push(Values::Tokens(tokens));
        }
        Domains { of_field, values }
    }

    fn values(&self, layout: &Layout, field: &str) -> Option<&Values> {
        position(layout, field).map(|at| &self.values[self.of_field[at]])
    }

    /// What a term derives, by number of the value.
    fn numbers(&self, layout: &Layout, term: &Term) -> Option<Cow<'_, Numbers>> {
        let derivation = derivation(term.derived.as_ref()?)?;
        match self.values(layout, &term.field)? {
            Values::Clear(dictionary) => derived_numbers(dictionary, derivation).map(Cow::Owned),
            Values::Tokens(tokens) => tokens.derived(derivation).map(Cow::Borrowed),
        }
    }

    /// A derived column; `None` for a field's own.
    fn spread(&self, layout: &Layout, rows: &Rows, term: &Term) -> Option<Vec<u32>> {
        let numbers = self.numbers(layout, term)?;
        Some(numbers.spread(&rows.fields[position(layout, &term.field)?]))
    }

    fn measures(&self, layout: &Layout) -> Measures {
        let mut measures = Measures::default();
        for used in &layout.measures {
            let field = &layout.terms[used.left].field;
            let measured = Measured { left: used.left, right: used.right, asks_equal: false };
            let of = used.of.clone().map(|derived| Term { field: field.clone(), derived: Some(derived) });
            match (of, self.values(layout, field)) {
                (Some(of), _) => {
                    let numbers = self.numbers(layout, &of).map(Cow::into_owned);
                    let nothing = || Numbers::Many(ListColumn { starts: vec![0], values: Vec::new() });
                    measures.add_in_common(measured, &Arc::new(numbers.unwrap_or_else(nothing)), thresholds(used));
                }
                (None, Some(Values::Clear(dictionary))) => {
                    measures.add(measured, dictionary, measure(MEASURES[used.measure].0), thresholds(used));
                }
                // Measures of clear text over tokens are refused when the job is checked.
                (None, _) => {}
            }
        }
        measures
    }
}

/// Every derivation that a layout asks for, with its field.
fn asked(layout: &Layout) -> impl Iterator<Item = (&str, &Derived)> {
    let of_terms = layout.terms.iter().chain(&layout.lists);
    let of_terms = of_terms.filter_map(|term| Some((term.field.as_str(), term.derived.as_ref()?)));
    let of_measures = layout.measures.iter();
    let of_measures = of_measures.filter_map(|used| Some((layout.terms[used.left].field.as_str(), used.of.as_ref()?)));
    of_terms.chain(of_measures)
}

fn derived_numbers(dictionary: &Dictionary, derivation: Derivation) -> Option<Numbers> {
    derivation.suits(dictionary.kind()).then(|| dictionary.derive(derivation).numbers)
}

pub(crate) fn position(layout: &Layout, field: &str) -> Option<usize> {
    layout.fields.iter().position(|known| known.name == field)
}

/// What a term derives of clear values, by number of the value.
pub(crate) fn numbers(layout: &Layout, rows: &Rows, term: &Term) -> Option<Numbers> {
    let at = position(layout, &term.field)?;
    derived_numbers(&rows.dictionaries[rows.domain_of[at]], derivation(term.derived.as_ref()?)?)
}

/// The derivation of a name, if it is one of a value.
pub(super) fn derivation(derived: &Derived) -> Option<Derivation> {
    match derived.number {
        None => Derivation::parse(&derived.name),
        Some(number) => Derivation::parse(&format!("{}({number})", derived.name)),
    }
}

/// The tightest first.
fn thresholds(used: &MeasureUse) -> Vec<f64> {
    let (name, direction, _) = MEASURES[used.measure];
    debug_assert!(used.thresholds.windows(2).all(|two| (two[0] < two[1]) == (direction == Direction::AtLeast)));
    let scale = if name == "percent" { 0.01 } else { 1.0 };
    used.thresholds.iter().rev().map(|threshold| threshold * scale).collect()
}

/// The measure of a name. Which names there are is checked before.
pub(super) fn measure(name: &str) -> Measure {
    match name {
        "jaro" => Measure::Text(TextMeasure::Jaro),
        "jaro_winkler" => Measure::Text(TextMeasure::JaroWinkler),
        "levenshtein" => Measure::Text(TextMeasure::Levenshtein),
        "osa" => Measure::Text(TextMeasure::Osa),
        "damerau_levenshtein" => Measure::Text(TextMeasure::DamerauLevenshtein),
        "jaccard" => Measure::Jaccard(2),
        "cosine" => Measure::Cosine(2),
        "days" => Measure::Days,
        "months" => Measure::Months,
        "years" => Measure::Years,
        "date_parts" => Measure::DateParts,
        "difference" => Measure::Difference,
        "percent" => Measure::RelativeDifference,
        "km" => Measure::Kilometres,
        _ => Measure::InCommon,
    }
}
