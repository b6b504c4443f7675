//! Blocking, held to a loop over all pairs of rows.

use std::collections::{BTreeMap, BTreeSet};

use counterfoil_core::scored::{LinkType, ListColumn, ValueColumns};
use proptest::prelude::*;

use super::*;

/// Two sources of three rows: columns 0 and 1 share numbers.
fn small() -> ValueColumns {
    ValueColumns {
        columns: vec![vec![1, 1, 2, 1, 0, 2], vec![5, 2, 1, 5, 5, 1], vec![3, 1, 2, 2, 5, 4]],
        lists: vec![lists(&[&[7, 8], &[8, 9], &[], &[8, 7], &[9], &[]])],
        starts: vec![0, 3, 6],
    }
}

fn lists(rows: &[&[u32]]) -> ListColumn {
    let mut list = ListColumn { starts: vec![0], values: vec![] };
    for row in rows {
        list.values.extend_from_slice(row);
        list.starts.push(list.values.len() as u32);
    }
    list
}

fn rule(keys: &[Key]) -> BlockingRule {
    BlockingRule { keys: keys.to_vec(), ..BlockingRule::default() }
}

/// The pairs of all parts with their rules.
fn found(columns: &ValueColumns, link: LinkType, rules: &[BlockingRule], parts: usize) -> Vec<(u32, u32, usize)> {
    let plan = Plan::new(columns, link, rules);
    let mut pairs = Vec::new();
    for part in plan.parts(parts) {
        plan.for_each_pair(&part, |rule, left, right| pairs.push((left, right, rule))).unwrap();
    }
    pairs.sort_unstable();
    pairs
}

#[test]
fn a_column_pairs_equal_values_of_the_rows_that_the_link_type_pairs() {
    let keys = [rule(&[Key::Column(0)])];
    // Rows 0, 1 and 3 have a 1 and rows 2 and 5 a 2; null pairs nothing.
    assert_eq!(found(&small(), LinkType::LinkAndDedupe, &keys, 1), [(0, 1, 0), (0, 3, 0), (1, 3, 0), (2, 5, 0)]);
    assert_eq!(found(&small(), LinkType::LinkOnly, &keys, 1), [(0, 3, 0), (1, 3, 0), (2, 5, 0)]);
    assert_eq!(found(&small(), LinkType::DedupeOnly, &keys, 1), [(0, 1, 0)]);
    let counted = count(&small(), LinkType::LinkOnly, &keys[0]);
    assert_eq!((counted.pairs, counted.blocks), (3, 2));
    assert_eq!(counted.largest, [BlockSize { pairs: 2, rows: 3 }, BlockSize { pairs: 1, rows: 2 }]);
}

#[test]
fn swapped_columns_agree_either_way_round_within_a_source() {
    let keys = [rule(&[Key::Swap { left: 0, right: 1 }])];
    // Column 0 of the left row and column 1 of the right: 1 is in 0, 1, 3 and 2, 5; 2 in 2, 5 and 1.
    assert_eq!(found(&small(), LinkType::LinkOnly, &keys, 1), [(0, 5, 0), (1, 5, 0)]);
    // Within the first source also row 2's 2 in column 0 and row 1's in column 1: 1 with 2 is found once.
    assert_eq!(found(&small(), LinkType::DedupeOnly, &keys, 1), [(0, 2, 0), (1, 2, 0), (3, 5, 0)]);
}

#[test]
fn rows_that_share_several_values_of_a_list_are_one_pair() {
    let keys = [rule(&[Key::List(0)])];
    assert_eq!(found(&small(), LinkType::LinkAndDedupe, &keys, 1), [(0, 1, 0), (0, 3, 0), (1, 3, 0), (1, 4, 0)]);
    // 7: rows 0, 3; 8: rows 0, 1, 3; 9: rows 1, 4.
    assert_eq!(count(&small(), LinkType::LinkAndDedupe, &keys[0]).pairs, 1 + 3 + 1);
}

#[test]
fn swapped_lists_agree_if_a_value_of_the_one_is_one_of_the_other() {
    let columns = ValueColumns {
        columns: vec![],
        lists: vec![lists(&[&[7, 8], &[8], &[], &[9], &[7, 8]]), lists(&[&[9], &[7], &[7, 8], &[8, 7], &[]])],
        starts: vec![0, 3, 5],
    };
    let keys = [rule(&[Key::SwapLists { left: 0, right: 1 }])];
    // The second list of row 3 has 8 and 7; the first of row 0 both, that of row 1 the 8. Row 4 has none.
    assert_eq!(found(&columns, LinkType::LinkOnly, &keys, 1), [(0, 3, 0), (1, 3, 0)]);
    assert_eq!(count(&columns, LinkType::LinkOnly, &keys[0]).pairs, 2 + 1);
    // Within the first source 7 and 8 of row 0 are in row 2, and its 7 in row 1; the 8 of row 1 is in
    // row 2. In the second the 9 of row 3 is nowhere, and 7 and 8 of row 4 are in row 3.
    assert_eq!(found(&columns, LinkType::DedupeOnly, &keys, 1), [(0, 1, 0), (0, 2, 0), (1, 2, 0), (3, 4, 0)]);
    let both = [rule(&[Key::SwapLists { left: 0, right: 1 }, Key::SwapLists { left: 1, right: 0 }])];
    // Row 0's 9 is row 3's too, so that the two are in each other's place; 8 and nothing else of row 1 is.
    assert_eq!(found(&columns, LinkType::LinkOnly, &both, 1), [(0, 3, 0)]);
}

#[test]
fn a_window_pairs_neighbours_in_the_order_of_a_column() {
    let window = Some(Neighbourhood { order: 2, width: 2 });
    let keys = [BlockingRule { window, ..rule(&[]) }];
    // By column 2 and then row: 1 (1), 2 (2), 3 (2), 0 (3), 5 (4), 4 (5).
    assert_eq!(
        found(&small(), LinkType::LinkAndDedupe, &keys, 1),
        [(0, 3, 0), (0, 5, 0), (1, 2, 0), (2, 3, 0), (4, 5, 0)]
    );
}

#[test]
fn blocks_above_the_cap_are_left_to_later_rules() {
    let capped = BlockingRule { cap: Some(2), ..rule(&[Key::Column(0)]) };
    let rules = [capped.clone(), rule(&[Key::Column(0)])];
    // The block of 1 has three pairs, that of 2 one.
    assert_eq!(found(&small(), LinkType::LinkAndDedupe, &rules, 1), [(0, 1, 1), (0, 3, 1), (1, 3, 1), (2, 5, 0)]);
    let counted = count(&small(), LinkType::LinkAndDedupe, &capped);
    assert_eq!(counted.skipped, Skipped { blocks: 1, rows: 3, pairs: 3 });
    assert_eq!((counted.pairs, counted.blocks), (1, 1));
}

#[test]
fn a_large_block_is_divided_by_its_rows() {
    let columns = ValueColumns { columns: vec![vec![1; 500]], lists: vec![], starts: vec![0, 500] };
    let plan = Plan::new(&columns, LinkType::DedupeOnly, &[rule(&[Key::Column(0)])]);
    let parts = plan.parts(8);
    assert_eq!(parts.iter().map(|part| part.pairs).sum::<u64>(), 500 * 499 / 2);
    assert!(parts.len() == 8 && parts.iter().all(|part| part.pairs < 500 * 499 / 16 + 500));
    let (mut pairs, mut sum) = (0_u64, 0_u64);
    for part in &parts {
        plan.for_each_pair(part, |_, left, right| {
            pairs += 1;
            sum += u64::from(left) + u64::from(right);
        })
        .unwrap();
    }
    // Each row is in 499 pairs.
    assert_eq!((pairs, sum), (500 * 499 / 2, 499 * (499 * 500 / 2)));
}

/// Whether a rule shows a pair in a block, told without blocks: the plain twin.
struct Twin<'a> {
    columns: &'a ValueColumns,
    link: LinkType,
}

/// A pair as one block shows it: the block's key, and the two rows.
type Shown = (Vec<u32>, u32, u32);

impl Twin<'_> {
    fn is_paired(&self, left: u32, right: u32) -> bool {
        let source = |row| self.columns.record(row).source;
        let is_same = source(left) == source(right);
        left < right
            && match self.link {
                LinkType::LinkOnly => !is_same,
                LinkType::DedupeOnly => is_same,
                LinkType::LinkAndDedupe => true,
            }
    }

    /// The keys of a row that stands on one side.
    fn keys(&self, rule: &BlockingRule, row: u32, is_left: bool) -> Vec<Vec<u32>> {
        let mut keys = vec![vec![]];
        if self.link == LinkType::DedupeOnly {
            keys[0].push(u32::from(self.columns.record(row).source) + 1);
        }
        for key in &rule.keys {
            let values = match *key {
                Key::Column(column) => vec![self.columns.columns[column][row as usize]],
                Key::Swap { left, right } => {
                    vec![self.columns.columns[if is_left { left } else { right }][row as usize]]
                }
                Key::List(list) => self.columns.lists[list].of(row).to_vec(),
                Key::SwapLists { left, right } => {
                    self.columns.lists[if is_left { left } else { right }].of(row).to_vec()
                }
            };
            let with = |key: &Vec<u32>, value: u32| key.iter().copied().chain([value]).collect::<Vec<u32>>();
            keys = keys.iter().flat_map(|key| values.iter().map(|value| with(key, *value))).collect();
        }
        keys.retain(|key| !key.contains(&0));
        keys
    }

    /// Everything that the blocks of a rule show, before the cap.
    fn shown(&self, rule: &BlockingRule) -> Vec<Shown> {
        let rows = 0..self.columns.rows();
        if let Some(window) = &rule.window {
            return self.neighbours(rule, window);
        }
        let mut shown = Vec::new();
        for a in rows.clone() {
            for b in rows.clone().filter(|b| *b != a) {
                let is_swapped = a > b;
                let is_same = self.columns.record(a).source == self.columns.record(b).source;
                if !self.is_paired(a.min(b), a.max(b)) || is_swapped && !(rule.swaps() && is_same) {
                    continue;
                }
                let rights = self.keys(rule, b, false);
                let common = self.keys(rule, a, true).into_iter().filter(|key| rights.contains(key));
                shown.extend(common.map(|key| (key, a.min(b), a.max(b))));
            }
        }
        shown
    }

    fn neighbours(&self, rule: &BlockingRule, window: &Neighbourhood) -> Vec<Shown> {
        let mut groups: BTreeMap<Vec<u32>, Vec<(u32, u32)>> = BTreeMap::new();
        for row in 0..self.columns.rows() {
            let value = self.columns.columns[window.order][row as usize];
            if value != 0 {
                self.keys(rule, row, true)
                    .into_iter()
                    .for_each(|key| groups.entry(key).or_default().push((value, row)));
            }
        }
        let mut shown = Vec::new();
        for (key, mut rows) in groups {
            rows.sort_unstable();
            for (i, (_, a)) in rows.iter().enumerate() {
                for (_, b) in rows[i + 1..].iter().take(window.width as usize - 1) {
                    if self.is_paired(*a.min(b), *a.max(b)) {
                        shown.push((key.clone(), *a.min(b), *a.max(b)));
                    }
                }
            }
        }
        shown
    }

    /// What a rule finds, and how many pairs it counts and skips.
    fn found(&self, rule: &BlockingRule) -> (BTreeSet<(u32, u32)>, u64, u64) {
        let shown = self.shown(rule);
        let mut sizes: BTreeMap<&Vec<u32>, u64> = BTreeMap::new();
        shown.iter().for_each(|(key, ..)| *sizes.entry(key).or_default() += 1);
        let is_kept = |key: &Vec<u32>| rule.cap.is_none_or(|cap| sizes[key] <= cap);
        let kept: Vec<&Shown> = shown.iter().filter(|(key, ..)| is_kept(key)).collect();
        (kept.iter().map(|(_, a, b)| (*a, *b)).collect(), kept.len() as u64, (shown.len() - kept.len()) as u64)
    }
}

fn any_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        3 => (0_usize..3).prop_map(Key::Column),
        2 => (0_usize..3, 0_usize..3).prop_map(|(left, right)| Key::Swap { left, right }),
        2 => (0_usize..2).prop_map(Key::List),
        2 => (0_usize..2, 0_usize..2).prop_map(|(left, right)| Key::SwapLists { left, right }),
    ]
}

pub(crate) fn any_rule() -> impl Strategy<Value = BlockingRule> {
    let window = prop::option::of((0_usize..3, 1_u32..5).prop_map(|(order, width)| Neighbourhood { order, width }));
    let rule = (prop::collection::vec(any_key(), 0..3), window, prop::option::of(1_u64..6));
    let rule = rule.prop_map(|(keys, window, cap)| BlockingRule { name: String::new(), keys, window, cap });
    rule.prop_filter("unsupported", BlockingRule::is_supported)
}

pub(crate) fn any_columns() -> impl Strategy<Value = ValueColumns> {
    let row = (prop::array::uniform3(0_u32..4), prop::array::uniform2(prop::collection::btree_set(1_u32..5, 0..3)));
    (prop::collection::vec(row, 0..24), prop::collection::vec(0_u32..25, 0..3)).prop_map(|(rows, mut cuts)| {
        let all = rows.len() as u32;
        cuts.retain(|cut| *cut < all);
        let mut starts: Vec<u32> = [0].into_iter().chain(cuts).chain([all]).collect();
        starts.sort_unstable();
        starts.dedup();
        let list = |l: usize| {
            let sets: Vec<Vec<u32>> = rows.iter().map(|(_, sets)| sets[l].iter().copied().collect()).collect();
            lists(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        ValueColumns {
            columns: (0..3).map(|c| rows.iter().map(|(row, _)| row[c]).collect()).collect(),
            lists: (0..2).map(list).collect(),
            starts,
        }
    })
}

pub(crate) fn any_link() -> impl Strategy<Value = LinkType> {
    prop::sample::select(vec![LinkType::LinkOnly, LinkType::DedupeOnly, LinkType::LinkAndDedupe])
}

proptest! {
    #[test]
    fn blocks_find_what_a_loop_over_all_pairs_finds(
        columns in any_columns(),
        link in any_link(),
        rules in prop::collection::vec(any_rule(), 1..4),
        parts in 1_usize..5,
    ) {
        let twin = Twin { columns: &columns, link };
        let each: Vec<_> = rules.iter().map(|rule| twin.found(rule)).collect();
        for (rule, (_, pairs, skipped)) in rules.iter().zip(&each) {
            let counted = count(&columns, link, rule);
            prop_assert_eq!((counted.pairs, counted.skipped.pairs), (*pairs, *skipped));
        }
        prop_assert_eq!(all_pairs(&columns.starts, link), twin.found(&BlockingRule::default()).1);
        let mut expected = Vec::new();
        for (number, (pairs, ..)) in each.iter().enumerate() {
            let is_new = |pair: &&(u32, u32)| !each[..number].iter().any(|(earlier, ..)| earlier.contains(pair));
            expected.extend(pairs.iter().filter(is_new).map(|(a, b)| (*a, *b, number)));
        }
        expected.sort_unstable();
        prop_assert_eq!(found(&columns, link, &rules, parts), expected);
        let rows = 0..columns.rows();
        let all: Vec<(u32, u32)> = rows.clone().flat_map(|a| (a + 1..rows.end).map(move |b| (a, b))).collect();
        let by = |pair: &(u32, u32)| (0..rules.len()).filter(|rule| each[*rule].0.contains(pair)).map(|rule| 1 << rule).sum();
        let due: Vec<u64> = all.iter().map(by).collect();
        prop_assert_eq!(Plan::new(&columns, link, &rules).found_by(&all).unwrap(), due);
    }
}
