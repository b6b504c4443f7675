//! Dates by their parts: how often random pairs have the year in common, and how often the day and
//! month.
//!
//! Where most of the pairs with one date of birth are matches, what these leave says next to nothing of
//! how often strangers have one. Of its parts far more pairs are strangers, and nobody is born on a day
//! of the year because of the year.

use counterfoil_core::FieldKind;
use counterfoil_core::scored::{Comparison, Condition, Level, LinkType};
use counterfoil_pairs::blocking::TooManyColumns;
use counterfoil_pairs::compare::chances;
use counterfoil_score::Parts;

use super::estimate::Compiled;
use super::layout::Layout;
use super::spec::{ComparisonSpec, Term};
use super::words;

/// The derivations that make up a date.
const PARTS: [&str; 2] = ["year", "month_day"];

/// Makes columns of the parts of every date of which comparisons ask whether it is equal.
pub(super) fn add(comparisons: &[ComparisonSpec], layout: &mut Layout) {
    let dates: Vec<String> = comparisons.iter().filter_map(|comparison| date_of(comparison, layout)).collect();
    for field in dates {
        for part in PARTS {
            layout.column(&Term::derived(part, None, &field));
        }
    }
}

/// The date of which a comparison's closest level asks whether it is equal, and nothing else.
fn date_of(comparison: &ComparisonSpec, layout: &Layout) -> Option<String> {
    let terms = words::equal_terms(&comparison.levels.first()?.when)?;
    let [term] = terms[..] else { return None };
    let is_whole = *term == Term::field(&term.field) && layout.kind(&term.field) == Some(FieldKind::Date);
    is_whole.then(|| term.field.clone())
}

/// How often random pairs agree in the parts of each comparison that has some.
pub(super) fn of(compiled: &Compiled, link_type: LinkType) -> Result<Vec<Parts>, TooManyColumns> {
    let dates = compiled.words.comparisons.iter().map(|comparison| date_of(comparison, &compiled.layout));
    let column = |part: &str, field: &str| compiled.column_of_term(&Term::derived(part, None, field));
    // All of them, or nothing is known: fewer parts are agreed in oftener than the whole.
    let columns = |field: &String| PARTS.iter().map(|part| column(part, field)).collect::<Option<Vec<usize>>>();
    let found = dates.enumerate().filter_map(|(comparison, field)| Some((comparison, columns(&field?)?)));
    let of = |(comparison, columns): (usize, Vec<usize>)| {
        let equal = |column: &usize| equal(compiled, link_type, *column);
        Ok(Parts { comparison, probabilities: columns.iter().map(equal).collect::<Result<_, _>>()? })
    };
    found.map(of).collect()
}

/// How often two random rows that have a value in a column have the same.
fn equal(compiled: &Compiled, link_type: LinkType, column: usize) -> Result<f64, TooManyColumns> {
    let is_equal = Level { label: String::new(), condition: Condition::Equal { left: column, right: column } };
    let comparison = Comparison { name: String::new(), null: Condition::Null(column), levels: vec![is_equal] };
    let found = chances(&compiled.columns, link_type, &comparison, &compiled.measures, 0)?;
    Ok(found.digits[2].probability)
}
