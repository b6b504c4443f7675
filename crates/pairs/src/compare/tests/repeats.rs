//! Equal rows that are put together, held to the rows without those that repeat another.

use std::collections::BTreeSet;

use counterfoil_core::scored::ListColumn;

use super::*;
use crate::blocking::{Repeats, group};

/// Rows of which most repeat another: each row of a table so many times, round by round within its
/// source.
fn any_repeated() -> impl Strategy<Value = ValueColumns> {
    any_columns().prop_flat_map(|columns| {
        let rows = columns.rows() as usize;
        (Just(columns), prop::collection::vec(1_usize..5, rows)).prop_map(|(columns, times)| {
            let mut order = Vec::new();
            let mut starts = vec![0];
            for source in columns.starts.windows(2) {
                let again =
                    |round: usize| (source[0]..source[1]).filter(move |_| round < 5).map(move |row| (round, row));
                let rows = (0..5).flat_map(again).filter(|(round, row)| *round < times[*row as usize]);
                order.extend(rows.map(|(_, row)| row));
                starts.push(order.len() as u32);
            }
            taken(&columns, &order, starts)
        })
    })
}

/// Some rows of a table.
fn taken(columns: &ValueColumns, rows: &[u32], starts: Vec<u32>) -> ValueColumns {
    let column = |column: &Vec<u32>| rows.iter().map(|row| column[*row as usize]).collect();
    let list = |list: &ListColumn| {
        let mut of_rows = ListColumn { starts: vec![0], values: vec![] };
        for row in rows {
            of_rows.values.extend_from_slice(list.of(*row));
            of_rows.starts.push(of_rows.values.len() as u32);
        }
        of_rows
    };
    ValueColumns {
        columns: columns.columns.iter().map(column).collect(),
        lists: columns.lists.iter().map(list).collect(),
        starts,
    }
}

/// By row all that it says.
fn said(columns: &ValueColumns) -> Vec<(u16, Vec<u32>, Vec<Vec<u32>>)> {
    let row = |row: u32| {
        let values = columns.columns.iter().map(|column| column[row as usize]).collect();
        let lists = columns.lists.iter().map(|list| list.of(row).to_vec()).collect();
        (columns.record(row).source, values, lists)
    };
    (0..columns.rows()).map(row).collect()
}

/// The columns and a number for each list, as rows are told apart by.
fn numbered(columns: &ValueColumns) -> Vec<Vec<u32>> {
    let list = |list: &ListColumn| {
        let all: Vec<&[u32]> = (0..columns.rows()).map(|row| list.of(row)).collect();
        let known: BTreeSet<&[u32]> = all.iter().copied().collect();
        all.iter().map(|values| known.iter().position(|one| one == values).unwrap_or_default() as u32).collect()
    };
    columns.columns.iter().cloned().chain(columns.lists.iter().map(list)).collect()
}

/// By row the first one of its source that says the same, where half of the source's rows or more
/// repeat another; else the row itself.
fn firsts(columns: &ValueColumns) -> Vec<u32> {
    let said = said(columns);
    let first = |row: usize| said.iter().position(|other| *other == said[row]).unwrap_or(row) as u32;
    let mut firsts: Vec<u32> = (0..said.len()).map(first).collect();
    for source in columns.starts.windows(2) {
        let rows = source[0]..source[1];
        let repeats = rows.clone().filter(|row| firsts[*row as usize] != *row).count();
        if 2 * repeats < rows.len() {
            rows.for_each(|row| firsts[row as usize] = row);
        }
    }
    firsts
}

/// The rules of which a row and its equal are in one block; no cap holds for them.
fn finds_equal(columns: &ValueColumns, row: u32, rule: &BlockingRule) -> bool {
    let two = taken(columns, &[row, row], vec![0, 2]);
    let rule =
        BlockingRule { cap: None, window: rule.window.map(|of| Neighbourhood { width: 2, ..of }), ..rule.clone() };
    !found(&Plan::new(&two, LinkType::DedupeOnly, &[rule])).is_empty()
}

/// For each pair of rows the rules that find it, told from the first rows alone.
fn found_by(
    columns: &ValueColumns,
    firsts: &[u32],
    link: LinkType,
    rules: &[BlockingRule],
) -> BTreeMap<(u32, u32), u64> {
    let kept: Vec<u32> = (0..columns.rows()).filter(|row| firsts[*row as usize] == *row).collect();
    let starts = columns.starts.iter().map(|start| kept.partition_point(|row| row < start) as u32).collect();
    let alone = taken(columns, &kept, starts);
    let mut by = BTreeMap::new();
    let equal_to = |first: u32| (0..columns.rows()).filter(move |row| firsts[*row as usize] == first);
    for (number, rule) in rules.iter().enumerate() {
        let mut add = |a: u32, b: u32| *by.entry((a.min(b), a.max(b))).or_default() |= 1_u64 << number;
        for (_, left, right) in found(&Plan::new(&alone, link, std::slice::from_ref(rule))) {
            let [left, right] = [left, right].map(|row| kept[row as usize]);
            equal_to(left).for_each(|a| equal_to(right).for_each(|b| add(a, b)));
        }
        for first in kept.iter().filter(|row| link != LinkType::LinkOnly && finds_equal(columns, **row, rule)) {
            equal_to(*first).for_each(|a| equal_to(*first).filter(|b| a < *b).for_each(|b| add(a, b)));
        }
    }
    by
}

#[test]
fn equal_rows_are_put_together_where_half_repeat_another() {
    // In the first source two of four rows repeat another, in the second one of three; a null is a
    // value like others, and rows of two sources are never put together.
    let columns = [vec![1, 0, 1, 0, 1, 1, 2], vec![5, 6, 5, 6, 5, 5, 5]];
    let found = Repeats::find(&columns, &[0, 4, 7]).unwrap();
    assert_eq!((0..7).map(|row| found.first_of(row)).collect::<Vec<u32>>(), [0, 1, 0, 1, 4, 5, 6]);
    assert_eq!(found.equal_to(1), [1, 3]);
    assert_eq!(found.starts_of_firsts(&[0, 4, 7]), [0, 2, 5]);
    assert_eq!(found.stood_for((0, 1)).collect::<Vec<_>>(), [(0, 1), (0, 3), (1, 2), (2, 3)]);
    assert_eq!(found.stood_for((1, 1)).collect::<Vec<_>>(), [(1, 3)]);
    assert_eq!([(0, 1), (1, 1), (4, 4)].map(|pair| found.stands_for(pair)), [4, 1, 0]);
    assert_eq!(Repeats::find(&columns, &[0, 3, 7]), None);
    assert_eq!(Repeats::find(&[vec![1, 2, 3, 3]], &[0, 4]), None);
    assert_eq!(Repeats::find(&[], &[0]), None);
}

proptest! {
    #[test]
    fn equal_rows_are_found_and_compared_as_their_first_ones_are(
        columns in any_repeated(),
        link in any_link(),
        rules in prop::collection::vec(any_rule(), 1..4),
        (comparisons, weights) in any_model(),
        overrides in (prop::collection::vec(any_condition(), 0..2), prop::collection::vec(any_condition(), 0..2)),
        threshold in any_weight(),
        parts in 1_usize..4,
    ) {
        let firsts = firsts(&columns);
        let repeats = Repeats::find(&numbered(&columns), &columns.starts);
        let Some(repeats) = &repeats else {
            prop_assert!(firsts.iter().enumerate().all(|(row, first)| row == *first as usize));
            return Ok(());
        };
        prop_assert_eq!((0..columns.rows()).map(|row| repeats.first_of(row)).collect::<Vec<u32>>(), firsts.clone());
        let grouped = rules.iter().map(|rule| group(&columns, link, rule, Some(repeats))).collect();
        let plan = Plan::of(&columns, link, Some(repeats), grouped);
        let due = found_by(&columns, &firsts, link, &rules);

        // Which rules find a pair.
        let rows = 0..columns.rows();
        let all: Vec<(u32, u32)> = rows.clone().flat_map(|a| (a + 1..rows.end).map(move |b| (a, b))).collect();
        let found = plan.found_by(&all).unwrap();
        prop_assert_eq!(&found, &all.iter().map(|pair| due.get(pair).copied().unwrap_or_default()).collect::<Vec<u64>>());

        // What patterns each rule's pairs have: of equal rows, and of two first ones those of the first.
        let of_firsts = |(a, b): (u32, u32)| {
            let (a, b) = (firsts[a as usize], firsts[b as usize]);
            (a.min(b), a.max(b))
        };
        let comparing = Comparing::new(&plan, &comparisons, &Toy).unwrap();
        for (number, rule) in rules.iter().enumerate() {
            let mut expected: BTreeMap<Pattern, u64> = BTreeMap::new();
            for pair in due.iter().filter(|(_, by)| **by >> number & 1 == 1).map(|(pair, _)| of_firsts(*pair)) {
                *expected.entry(pattern(&columns, &comparisons, pair.0, pair.1)).or_default() += 1;
            }
            let mut counts = comparing.equal(number, 1);
            plan.parts_of(number, parts).iter().for_each(|part| counts.add(&comparing.patterns(part, 1)));
            prop_assert_eq!(&counts.counts, &expected.into_iter().collect::<Vec<_>>());
            if rule.keys.iter().all(|key| matches!(key, Key::Column(_))) {
                prop_assert_eq!(plan.rules()[number].count().pairs_of_rows, counts.pairs);
            }
        }

        // Which reach the threshold.
        let overrides = Overrides { definite: overrides.0, veto: overrides.1 };
        let scoring = Scoring { weights: &weights, overrides: overrides.clone(), threshold, floor: threshold };
        let predictor = Predictor::new(&plan, &comparisons, &Toy, &scoring).unwrap();
        let mut sink = Vec::new();
        plan.parts(parts).iter().for_each(|part| { predictor.run(part, &mut sink); });
        predictor.run_equal(&mut sink);
        let each = |of: &ScoredPair| {
            let of = *of;
            repeats.stood_for((of.left, of.right)).map(move |(left, right)| ScoredPair { left, right, ..of })
        };
        let mut kept: Vec<ScoredPair> = sink.iter().flat_map(each).collect();
        kept.sort_unstable_by_key(|pair| (pair.left, pair.right));
        let any = |conditions: &[Condition], (left, right): (u32, u32)| {
            conditions.iter().any(|condition| holds(&columns, condition, left, right))
        };
        let mut expected = Vec::new();
        for (pair, by) in &due {
            let first = of_firsts(*pair);
            let pattern = pattern(&columns, &comparisons, first.0, first.1);
            let weight = weight(&columns, &weights, pattern, first.0, first.1);
            let weight = if any(&overrides.definite, first) { weight.max(DEFINITE) } else { weight };
            if weight >= threshold && !any(&overrides.veto, first) {
                let rule = by.trailing_zeros() as u16;
                expected.push(ScoredPair { left: pair.0, right: pair.1, rule, pattern, weight });
            }
        }
        prop_assert_eq!(kept, expected);
    }
}
