//! Dates by their parts: how often random pairs have the year in common, and how often the day and
//! month.
//!
//! Where most of the pairs with one date of birth are matches, what these leave says next to nothing of
//! how often strangers have one. Of its parts far more pairs are strangers, and nobody is born on a day
//! of the year because of the year.

use counterfoil_core::FieldKind;
use counterfoil_core::scored::{Comparison, Condition, Level, LinkType, Pattern};
use counterfoil_pairs::blocking::TooManyColumns;
use counterfoil_pairs::compare::{PatternCounts, chances};
use counterfoil_score::{DatedPairs, Parts, SameYear};

use super::alike::Drawn;
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

/// A comparison of dates, and the columns of these and of their parts.
pub(super) struct Dated {
    comparison: usize,
    whole: usize,
    parts: [usize; 2],
}

/// The comparisons of dates whose closest level asks for nothing but equal ones.
pub(super) fn dated(compiled: &Compiled) -> Vec<Dated> {
    let dates = compiled.words.comparisons.iter().map(|comparison| date_of(comparison, &compiled.layout));
    // All parts, or nothing is known: fewer of them are agreed in oftener than the whole.
    let found = dates.enumerate().filter_map(|(comparison, field)| {
        let field = field?;
        let part = |part| compiled.column_of_term(&Term::derived(part, None, &field));
        let [year, month_day] = PARTS.map(part);
        Some(Dated { comparison, whole: compiled.column_of(&field)?, parts: [year?, month_day?] })
    });
    found.collect()
}

/// How often random pairs agree in the parts of each comparison that has some.
pub(super) fn of(compiled: &Compiled, link_type: LinkType, dated: &[Dated]) -> Result<Vec<Parts>, TooManyColumns> {
    let of = |dated: &Dated| {
        let equal = |column: usize| equal(compiled, link_type, column);
        Ok(Parts { comparison: dated.comparison, probabilities: vec![equal(dated.parts[0])?, equal(dated.parts[1])?] })
    };
    dated.iter().map(of).collect()
}

/// For each comparison of dates and each set of pairs that are alike in something else, what these have
/// of dates of one year. `parts` is what [`of`] found, and `drawn` has the column that a set is alike in,
/// its pairs and their patterns.
pub(super) fn same_years(
    compiled: &Compiled,
    link_type: LinkType,
    (dated, parts): (&[Dated], &[Parts]),
    drawn: &[Drawn],
) -> Result<Vec<SameYear>, TooManyColumns> {
    let mut found = Vec::new();
    for (dated, parts) in dated.iter().zip(parts) {
        let chance = parts.probabilities[0] - equal(compiled, link_type, dated.whole)?;
        let others = drawn.iter().enumerate().filter(|(_, drawn)| drawn.column != dated.whole && chance > 0.0);
        found.extend(others.map(|(alike, drawn)| dated.same_year(compiled, (alike, drawn), chance)));
    }
    Ok(found)
}

impl Dated {
    fn same_year(&self, compiled: &Compiled, (alike, drawn): (usize, &Drawn), chance: f64) -> SameYear {
        let [years, days] = self.parts.map(|column| &compiled.columns.columns[column][..]);
        let both = |of: &[u32], (left, right): &(u32, u32)| [of[*left as usize], of[*right as usize]];
        let is_whole = |pair: &(u32, u32)| !both(days, pair).contains(&0);
        let is_same = |pair: &(u32, u32)| {
            let ([year, other_year], [day, other_day]) = (both(years, pair), both(days, pair));
            year == other_year && day != other_day
        };
        let (class_of, from) = compiled.classes(drawn.column);
        let values = &compiled.columns.columns[drawn.column];
        let mut all: Vec<[Vec<Pattern>; 2]> = vec![Default::default(); from.len()];
        for (pair, pattern) in drawn.pairs.iter().zip(&drawn.patterns).filter(|(pair, _)| is_whole(pair)) {
            let [all, same] = &mut all[class_of[values[pair.0 as usize] as usize]];
            let undated = pattern.with(self.comparison, 0);
            all.push(undated);
            same.extend(is_same(pair).then_some(undated));
        }
        let counts = |patterns: Vec<Pattern>| patterns.into_iter().collect::<PatternCounts>().counts;
        let class = |(from, [all, same]): (f64, [Vec<Pattern>; 2])| DatedPairs {
            from,
            all: counts(all),
            same_year: counts(same),
        };
        let classes = from.into_iter().zip(all).map(class).collect();
        SameYear { comparison: self.comparison, alike, classes, chance }
    }
}

/// How often two random rows that have a value in a column have the same.
fn equal(compiled: &Compiled, link_type: LinkType, column: usize) -> Result<f64, TooManyColumns> {
    let is_equal = Level { label: String::new(), condition: Condition::Equal { left: column, right: column } };
    let comparison = Comparison { name: String::new(), null: Condition::Null(column), levels: vec![is_equal] };
    let found = chances(&compiled.columns, link_type, &comparison, &compiled.measures, 0)?;
    Ok(found.digits[2].probability)
}
