//! How many matches blocking lets through, told from pairs that agree in what no rule asks about.
//!
//! Pairs with one e-mail address are there whether a rule finds them or not. If no rule asks about
//! the address, the rules find about the same share of the matches among them as of all. The model
//! alone does not know of matches that no rule finds: its m is that of matches that some rule does,
//! whose errors are fewer. Errors of a record come together here too, so that this errs on the high
//! side as well, but by less the more matches have one of the fields in common.

use counterfoil_core::Fault;
use counterfoil_core::scored::{LinkType, Pattern, ValueColumns, Weight, Weights};
use counterfoil_pairs::blocking::Plan;
use counterfoil_pairs::compare::{Alike, Comparing, alike};

use super::alike::{ALIKE_PAIRS, MOST_ALIKE, closest_term};
use super::estimate::{Compiled, too_many};
use super::frequency::terms;
use super::words::{fields_of_block, is_of_home};

/// Matches that have a field in common, as expected among the pairs that are looked at: fewer than
/// these leave the share uncertain by more than a twentieth.
const LEAST_MATCHES: f64 = 100.0;
/// The model's own share is not believed where it is greater by more standard errors than this.
const STANDARD_ERRORS: f64 = 3.0;
/// Nor does a smaller difference count than this, which is within what the model may be wrong by.
const LEAST_DIFFERENCE: f64 = 0.02;

/// The share of matches that the rules find, as pairs show that agree in other fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Elsewhere {
    pub(crate) share: f64,
    /// Its standard error.
    error: f64,
    /// The fields.
    pub(crate) fields: Vec<String>,
}

impl Elsewhere {
    /// Whether the rules find fewer matches than a share that is told otherwise.
    pub(crate) fn is_below(&self, share: f64) -> bool {
        share - self.share > (STANDARD_ERRORS * self.error).max(LEAST_DIFFERENCE)
    }
}

/// The share of matches that the rules find; `None` where every field is asked about, where too few
/// matches have one of the others in common, or where a rule pairs all rows, so that nothing is missed.
///
/// # Errors
///
/// The rules and comparisons have more columns than there is room for.
pub(super) fn completeness(
    compiled: &Compiled,
    plan: &Plan<'_>,
    weights: &Weights,
    link_type: LinkType,
) -> Result<Option<Elsewhere>, Fault> {
    let asked: Vec<Vec<String>> = compiled.words.blocks.iter().map(fields_of_block).collect();
    let columns = if asked.iter().any(Vec::is_empty) { Vec::new() } else { others(compiled, &asked.concat()) };
    if columns.is_empty() {
        return Ok(None);
    }
    let comparing = Comparing::new(plan, &compiled.comparisons, &compiled.measures).map_err(too_many)?;
    let mut caught = Caught::default();
    let mut earlier: Vec<usize> = Vec::new();
    for (field, column) in columns {
        let Some(Alike { pairs, mut drawn }) = alike(&compiled.columns, link_type, column, ALIKE_PAIRS, MOST_ALIKE)
        else {
            continue;
        };
        let for_one = pairs as f64 / drawn.len().max(1) as f64;
        // A pair counts for the first field that it agrees in.
        drawn.retain(|pair| !earlier.iter().any(|column| agrees(&compiled.columns.columns[*column], *pair)));
        let patterns = comparing.patterns_of(&drawn);
        let likely: Vec<f64> = drawn
            .iter()
            .zip(patterns)
            .map(|(pair, pattern)| weight(weights, &compiled.columns, pattern, *pair).probability())
            .collect();
        let found: Vec<bool> = plan.found_by(&drawn).map_err(too_many)?.into_iter().map(|rules| rules != 0).collect();
        // Of few matches among a part of the pairs nobody knows how many there are among all.
        let is_whole = for_one <= 1.0;
        if is_whole || likely.iter().sum::<f64>() >= LEAST_MATCHES {
            caught.add(&likely, &found, for_one);
            caught.fields.push(field);
            earlier.push(column);
        }
    }
    Ok(caught.share())
}

/// Fields that no rule asks about, each with its column. People of one home have theirs in common, and
/// might be taken for matches that no rule finds.
fn others(compiled: &Compiled, asked: &[String]) -> Vec<(String, usize)> {
    let terms = compiled.words.comparisons.iter().filter_map(closest_term);
    let is_other = |field: &String| !asked.contains(field) && !is_of_home(field, compiled.layout.kind(field));
    let others = terms.filter(|term| is_other(&term.field));
    others.filter_map(|term| Some((term.field.clone(), compiled.column_of_term(term)?))).collect()
}

fn agrees(values: &[u32], (left, right): (u32, u32)) -> bool {
    values[left as usize] != 0 && values[left as usize] == values[right as usize]
}

fn weight(weights: &Weights, columns: &ValueColumns, pattern: Pattern, pair: (u32, u32)) -> Weight {
    weights.with_terms(pattern, terms(weights, columns, pattern, pair))
}

/// The matches that agree in one of the fields, and those of them that a rule finds.
#[derive(Default)]
struct Caught {
    fields: Vec<String>,
    matches: f64,
    found: f64,
    /// Matches among the pairs that were looked at.
    seen: f64,
}

impl Caught {
    /// Adds pairs, of which each stands for so many.
    fn add(&mut self, likely: &[f64], found: &[bool], for_one: f64) {
        let all: f64 = likely.iter().sum();
        self.seen += all;
        self.matches += for_one * all;
        let of_found = likely.iter().zip(found).filter(|(_, found)| **found);
        self.found += for_one * of_found.map(|(likely, _)| likely).sum::<f64>();
    }

    fn share(self) -> Option<Elsewhere> {
        let share = self.found / self.matches;
        let error = (share * (1.0 - share) / self.seen).sqrt();
        (self.seen >= LEAST_MATCHES).then_some(Elsewhere { share, error, fields: self.fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_matches_and_not_of_pairs() {
        let mut caught = Caught::default();
        // 120 matches expected, 80 of them found; of another field one pair in two was looked at:
        // 100 stand for 200, of which 60 for 120 are found. So 200 of 320.
        caught.add(&[[1.0; 80].as_slice(), &[0.5; 80]].concat(), &[[true; 80], [false; 80]].concat(), 1.0);
        caught.add(&[1.0; 100], &[[true; 60].as_slice(), &[false; 40]].concat(), 2.0);
        let told = caught.share().expect("a share");
        assert!((told.share - 0.625).abs() < 1e-12);
        // √(0.625 × 0.375 / 220) = 0.0326.
        assert!((told.error - 0.0326).abs() < 1e-4);
        assert!(Caught::default().share().is_none());
    }

    #[test]
    fn only_a_clear_difference_counts() {
        let told = |share, error| Elsewhere { share, error, fields: Vec::new() };
        assert!(told(0.40, 0.03).is_below(0.50) && !told(0.42, 0.03).is_below(0.50));
        assert!(!told(0.49, 0.0001).is_below(0.50) && !told(0.60, 0.01).is_below(0.50));
    }
}
