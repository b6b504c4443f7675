//! From a layout and the rows' numbers to the columns and measures that a model is run on.

use std::sync::Arc;

use counterfoil_core::scored::{Measured, ValueColumns};
use counterfoil_token::similarity::TextMeasure;
use counterfoil_token::values::{Derivation, Dictionary, Measure, Measures, Numbers};

use super::condition::{Derived, Direction, MEASURES};
use super::layout::{Layout, MeasureUse};
use super::read::Rows;
use super::spec::Term;

/// Fills every column that the layout asks for. The columns of the fields themselves are taken
/// out of `rows`.
pub(crate) fn fill(layout: &Layout, rows: &mut Rows) -> (ValueColumns, Measures) {
    let measures = measures(layout, rows);
    let derived: Vec<Option<Vec<u32>>> = layout.terms.iter().map(|term| spread(layout, rows, term)).collect();
    let lists = layout.lists.iter().filter_map(|term| {
        let numbers = numbers(layout, rows, term)?;
        Some(numbers.spread_lists(&rows.fields[position(layout, &term.field)?]))
    });
    let lists = lists.collect();
    let columns = layout.terms.iter().zip(derived).map(|(term, derived)| match derived {
        Some(column) => column,
        // Each field stands in the layout once.
        None => position(layout, &term.field).map(|at| std::mem::take(&mut rows.fields[at])).unwrap_or_default(),
    });
    let columns = columns.collect();
    (ValueColumns { columns, lists, starts: rows.starts.clone() }, measures)
}

/// A derived column; `None` for a field's own.
fn spread(layout: &Layout, rows: &Rows, term: &Term) -> Option<Vec<u32>> {
    let numbers = numbers(layout, rows, term)?;
    Some(numbers.spread(&rows.fields[position(layout, &term.field)?]))
}

pub(crate) fn position(layout: &Layout, field: &str) -> Option<usize> {
    layout.fields.iter().position(|known| known.name == field)
}

fn dictionary<'r>(layout: &Layout, rows: &'r Rows, field: &str) -> Option<&'r Arc<Dictionary>> {
    position(layout, field).map(|at| &rows.dictionaries[rows.domain_of[at]])
}

/// What a term derives, by number of the value.
pub(crate) fn numbers(layout: &Layout, rows: &Rows, term: &Term) -> Option<Numbers> {
    let derivation = derivation(term.derived.as_ref()?)?;
    let dictionary = dictionary(layout, rows, &term.field)?;
    derivation.suits(dictionary.kind()).then(|| dictionary.derive(derivation).numbers)
}

/// The derivation of a name. Which names there are is checked before.
fn derivation(derived: &Derived) -> Option<Derivation> {
    let number = derived.number.unwrap_or(1) as u8;
    Some(match derived.name.as_str() {
        "prefix" => Derivation::Prefix(number),
        "suffix" => Derivation::Suffix(number),
        "initial" => Derivation::Initial,
        "soundex" => Derivation::Soundex,
        "double_metaphone" => Derivation::DoubleMetaphone,
        "phonetics" => Derivation::Phonetics,
        "nickname" => Derivation::Nickname,
        "first_word" => Derivation::FirstWord,
        "last_word" => Derivation::LastWord,
        "sorted_words" => Derivation::SortedWords,
        "year" => Derivation::Year,
        "year_month" => Derivation::YearMonth,
        "month_day" => Derivation::MonthDay,
        "month" => Derivation::Month,
        "day" => Derivation::Day,
        "month_day_swapped" => Derivation::MonthDaySwapped,
        "area" => Derivation::Area,
        "district" => Derivation::District,
        "sector" => Derivation::Sector,
        "deletions" => Derivation::Deletions,
        "qgrams" => Derivation::QGrams(number),
        "ordered" => Derivation::Ordered,
        _ => return None,
    })
}

fn measures(layout: &Layout, rows: &Rows) -> Measures {
    let mut measures = Measures::default();
    for used in &layout.measures {
        let field = &layout.terms[used.left].field;
        let Some(dictionary) = dictionary(layout, rows, field) else { continue };
        let measured = Measured { left: used.left, right: used.right, asks_equal: false };
        let thresholds = thresholds(used);
        match used.of.as_ref().and_then(derivation) {
            Some(derivation) => {
                measures.add_in_common(measured, &Arc::new(dictionary.derive(derivation).numbers), thresholds);
            }
            None => {
                measures.add(measured, dictionary, measure(MEASURES[used.measure].0), thresholds);
            }
        }
    }
    measures
}

/// The tightest first.
fn thresholds(used: &MeasureUse) -> Vec<f64> {
    let (name, direction, _) = MEASURES[used.measure];
    debug_assert!(used.thresholds.windows(2).all(|two| (two[0] < two[1]) == (direction == Direction::AtLeast)));
    let scale = if name == "percent" { 0.01 } else { 1.0 };
    used.thresholds.iter().rev().map(|threshold| threshold * scale).collect()
}

/// The measure of a name. Which names there are is checked before.
fn measure(name: &str) -> Measure {
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
