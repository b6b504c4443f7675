//! Pairs that are alike in one value: what they have in common besides.

use std::collections::BTreeSet;

use counterfoil_core::scored::{LinkType, Pattern};
use counterfoil_pairs::blocking::Key;
use counterfoil_pairs::compare::{Comparing, PatternCounts, alike as pairs_alike};
use counterfoil_score::{Beside, RulePatterns};

use super::estimate::{Compiled, allowed, coverage};
use super::spec::{BlockSpec, ComparisonSpec, ConditionSpec, KeySpec, Term};

/// Pairs with equal values in one column that are compared, at most so many.
pub(super) const ALIKE_PAIRS: u32 = 50_000;
/// Pairs a row with equal values in one column, above which they are not looked at.
pub(super) const MOST_ALIKE: u64 = 1000;

/// Pairs that were drawn for being alike in one column.
pub(super) struct Drawn {
    pub(super) column: usize,
    pub(super) pairs: Vec<(u32, u32)>,
    pub(super) patterns: Vec<Pattern>,
}

/// What pairs that are alike in one comparison show, by position.
#[derive(Default)]
pub(super) struct Alike {
    /// How often each pattern occurs.
    pub(super) rules: Vec<RulePatterns>,
    /// What those show of which one row has a pair that agrees in everything; nothing where not all
    /// were drawn.
    pub(super) beside: Vec<Beside>,
    /// The pairs themselves.
    pub(super) drawn: Vec<Drawn>,
}

/// Patterns of pairs with equal values in what a comparison is about, for each comparison whose
/// closest level is equality: so that each of the others is compared, whichever fields the rules
/// need. Values that too many share are left out; hardly any of their pairs match.
pub(super) fn alike(compiled: &Compiled, comparing: &Comparing<'_>, link_type: LinkType) -> Alike {
    let terms = compiled.words.comparisons.iter().filter_map(closest_term);
    let mut all = Alike::default();
    let found = terms.filter_map(|term| {
        let key = KeySpec { left: term.clone(), right: term.clone() };
        let block = BlockSpec { on: vec![key], near: None, cap: None };
        let column = compiled.column_of_term(term)?;
        let alike = pairs_alike(&compiled.columns, link_type, column, ALIKE_PAIRS, MOST_ALIKE)?;
        if alike.pairs == 0 {
            return None;
        }
        let bits = comparing.allowed_alike(column, &compiled.layout.implications());
        let patterns = comparing.patterns_of(&alike.drawn);
        let of_rule = RulePatterns {
            allowed: allowed(compiled, &block, &bits),
            pairs: alike.pairs as f64,
            coverage: coverage(compiled, &[Key::Column(column)]),
            counts: patterns.iter().copied().collect::<PatternCounts>().counts,
        };
        // Where not all are drawn, hardly two are of one value, so that none are beside another.
        let is_whole = alike.drawn.len() as u64 == alike.pairs;
        let beside = is_whole.then(|| {
            let rows = compiled.columns.columns[column].iter().filter(|value| **value != 0).count();
            beside(&alike.drawn, &patterns, closest(compiled), rows)
        });
        Some((of_rule, beside.unwrap_or_default(), Drawn { column, pairs: alike.drawn, patterns }))
    });
    for (of_rule, beside, drawn) in found {
        all.rules.push(of_rule);
        all.beside.push(beside);
        all.drawn.push(drawn);
    }
    all
}

/// What is equal in both records at a comparison's closest level, where that is equality of one term.
pub(super) fn closest_term(comparison: &ComparisonSpec) -> Option<&Term> {
    match &comparison.levels.first()?.when {
        ConditionSpec::Exact(left, right) if left == right => Some(left),
        _ => None,
    }
}

/// The pattern of pairs that agree closest in everything.
fn closest(compiled: &Compiled) -> Pattern {
    let comparisons = compiled.comparisons.iter().enumerate();
    comparisons.fold(Pattern::default(), |pattern, (at, of)| pattern.with(at, of.levels.len() as u8 + 1))
}

/// What the pairs show of which a row has another pair, among those drawn, that agrees closest in
/// everything. So many rows have a value in what they are alike in.
fn beside(drawn: &[(u32, u32)], patterns: &[Pattern], closest: Pattern, rows: usize) -> Beside {
    let pairs = || drawn.iter().zip(patterns);
    let agree: BTreeSet<u32> =
        pairs().filter(|(_, pattern)| **pattern == closest).flat_map(|((left, right), _)| [*left, *right]).collect();
    let is_beside = |((left, right), pattern): &(&(u32, u32), &Pattern)| {
        **pattern != closest && (agree.contains(left) || agree.contains(right))
    };
    let alone = 1.0 - agree.len() as f64 / rows.max(1) as f64;
    let found: PatternCounts = pairs().filter(is_beside).map(|(_, pattern)| *pattern).collect();
    Beside { counts: found.counts, share: 1.0 - alone * alone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_beside_one_that_agrees_in_everything() {
        let [closest, near] = [2, 1].map(|digit| Pattern::default().with(0, 3).with(1, digit));
        // Of ten rows 0 and 5 agree in everything; of the other pairs two have one of these.
        let drawn = [(0, 5), (0, 6), (1, 7), (2, 5)];
        let found = beside(&drawn, &[closest, near, near, near], closest, 10);
        assert_eq!(found.counts, [(near, 2)]);
        // Two rows of any pair: 1 − 0.8² have one of the two at least.
        assert!((found.share - 0.36).abs() < 1e-12);
        assert!(beside(&drawn, &[near; 4], closest, 10).counts.is_empty());
    }
}
