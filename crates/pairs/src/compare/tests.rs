//! Comparing, held to a loop over all pairs of rows that evaluates conditions as they stand.

mod repeats;

use std::collections::BTreeMap;

use counterfoil_core::scored::{
    Commonness, Comparison, Condition, Exclusive, Interaction, Level, LinkType, MAX_LEVELS, Measured, Moved, Pattern,
    RelatedWeights, ScoredPair, Similarity, Sketches, TermFrequency, Terms, ValueColumns, Weight, Weights,
};
use proptest::prelude::*;

use super::*;
use crate::blocking::tests::{any_columns, any_link, any_rule};
use crate::blocking::{BlockingRule, Key, Neighbourhood, Plan};

/// Numbers next to each other are of grade 2, those two apart of grade 1. The second measure
/// crosses columns; the third asks about equal numbers, of which odd ones are of grade 1.
struct Toy;

const MEASURES: [Measured; 3] = [
    Measured { left: 0, right: 0, asks_equal: false },
    Measured { left: 0, right: 1, asks_equal: false },
    Measured { left: 2, right: 2, asks_equal: true },
];

impl Similarity for Toy {
    fn measures(&self) -> &[Measured] {
        &MEASURES
    }

    fn grades(&self, measure: usize, left: &[u32], right: &[u32], out: &mut [u8]) {
        assert!(left.len() == right.len() && left.len() == out.len());
        for ((left, right), grade) in left.iter().zip(right).zip(out) {
            assert!(*left != 0 && *right != 0, "null is never asked about");
            assert!(left != right || measure == 2, "equal numbers are only asked about where wanted");
            *grade = match left.abs_diff(*right) {
                0 => (left % 2) as u8,
                1 => 2,
                2 => 1,
                _ => 0,
            };
        }
    }

    /// A number is as many bits: two numbers differ in as many as they are apart.
    fn sketches(&self, measure: usize) -> Option<Sketches> {
        let words = (0..64).map(|number| if number < 32 { (1_u32 << number) - 1 } else { u32::MAX });
        (measure < 2).then(|| Sketches { words: words.collect(), most: 2 })
    }
}

fn equal(left: usize, right: usize) -> Condition {
    Condition::Equal { left, right }
}

fn at_least(measure: usize, grade: u8) -> Condition {
    Condition::AtLeast { measure, grade }
}

fn comparison(null: Condition, levels: &[Condition]) -> Comparison {
    let level = |condition: &Condition| Level { label: String::new(), condition: condition.clone() };
    Comparison { name: String::new(), null, levels: levels.iter().map(level).collect() }
}

/// Whether a condition holds, told from values.
fn holds(columns: &ValueColumns, condition: &Condition, left: u32, right: u32) -> bool {
    let value = |column: usize, row: u32| columns.columns[column][row as usize];
    match condition {
        Condition::Equal { left: l, right: r } => value(*l, left) != 0 && value(*l, left) == value(*r, right),
        Condition::Null(column) => value(*column, left) == 0 || value(*column, right) == 0,
        Condition::AtLeast { measure, grade } => {
            let Measured { left: l, right: r, asks_equal } = MEASURES[*measure];
            let (a, b) = (value(l, left), value(r, right));
            let mut grades = [0];
            if a != 0 && b != 0 && (a != b || asks_equal) {
                Toy.grades(*measure, &[a], &[b], &mut grades);
            }
            a != 0 && b != 0 && (a == b && !asks_equal || grades[0] >= *grade)
        }
        Condition::All(all) => all.iter().all(|condition| holds(columns, condition, left, right)),
        Condition::Any(any) => any.iter().any(|condition| holds(columns, condition, left, right)),
        Condition::Not(condition) => !holds(columns, condition, left, right),
    }
}

fn pattern(columns: &ValueColumns, comparisons: &[Comparison], left: u32, right: u32) -> Pattern {
    let mut pattern = Pattern::default();
    for (number, comparison) in comparisons.iter().enumerate() {
        let levels = &comparison.levels;
        let level = levels.iter().position(|level| holds(columns, &level.condition, left, right));
        let digit = if holds(columns, &comparison.null, left, right) {
            0
        } else {
            level.map_or(1, |level| levels.len() + 1 - level)
        };
        pattern = pattern.with(number, digit as u8);
    }
    pattern
}

/// Five rows of one source, with one comparison of each shape.
fn small() -> (ValueColumns, Vec<Comparison>) {
    let columns = ValueColumns {
        columns: vec![vec![4, 4, 5, 7, 0], vec![1, 5, 4, 4, 4], vec![3, 3, 2, 2, 3]],
        lists: vec![],
        starts: vec![0, 5],
    };
    let comparisons = vec![
        comparison(Condition::Null(0), &[equal(0, 0), at_least(0, 2), at_least(0, 1)]),
        comparison(Condition::Null(2), &[at_least(2, 1)]),
    ];
    (columns, comparisons)
}

fn by_column(column: usize) -> BlockingRule {
    BlockingRule { keys: vec![Key::Column(column)], ..BlockingRule::default() }
}

#[test]
fn patterns_of_a_hand_worked_table() {
    let (columns, comparisons) = small();
    let plan = Plan::new(&columns, LinkType::DedupeOnly, &[by_column(1), by_column(2)]);
    let comparing = Comparing::new(&plan, &comparisons, &Toy).unwrap();
    // Digits of the first comparison: equal 4, next to each other 3, two apart 2, else 1, null
    // 0; of the second: 2 if next to each other or equal and odd, else 1.
    let expected = [((0, 1), "42"), ((0, 2), "32"), ((0, 3), "12"), ((2, 3), "21"), ((3, 4), "02")];
    for (pair, text) in expected {
        assert_eq!(comparing.patterns_of(&[pair])[0].text(2), text);
    }
    // The first rule finds rows 2, 3 and 4: 5 and 7 are two apart, 2 and 2 are even.
    let counts = comparing.patterns(&plan.parts_of(0, 1)[0], 1);
    let texts: Vec<(String, u64)> = counts.counts.iter().map(|(pattern, pairs)| (pattern.text(2), *pairs)).collect();
    assert_eq!(texts, [("21".to_owned(), 1), ("02".to_owned(), 2)]);
    // The second finds 0, 1 and 4, and again 2 and 3.
    let counts = comparing.patterns(&plan.parts_of(1, 1)[0], 1);
    assert_eq!(counts.pairs, 4);
}

#[test]
fn a_rule_forces_the_levels_that_its_columns_imply() {
    let (columns, _) = small();
    let comparisons = [
        comparison(Condition::Null(0), &[equal(0, 0), at_least(0, 2), equal(1, 1), at_least(0, 1)]),
        comparison(Condition::Null(2), &[equal(2, 2), at_least(2, 1)]),
    ];
    let near = BlockingRule { window: Some(Neighbourhood { order: 2, width: 3 }), ..BlockingRule::default() };
    let plan = Plan::new(&columns, LinkType::DedupeOnly, &[by_column(0), by_column(1), by_column(2), near]);
    let comparing = Comparing::new(&plan, &comparisons, &Toy).unwrap();
    // Digits of the first comparison: 5, 4, 3 (column 1), 2, 1; of the second 3, 2, 1.
    assert_eq!(comparing.allowed(0, &[]), [1 << 5, 0b1111]);
    // Equal in column 1: that level or one above it, and the first may be null.
    assert_eq!(comparing.allowed(1, &[]), [1 << 5 | 1 << 4 | 1 << 3 | 1, 0b1111]);
    assert_eq!(comparing.allowed(2, &[]), [0b11_1111, 1 << 3]);
    // Column 1 implies column 2, and 2 implies 0.
    assert_eq!(comparing.allowed(1, &[(1, 2), (2, 0)]), [1 << 5, 1 << 3]);
    // Neighbours have a value in the column that orders them.
    assert_eq!(comparing.allowed(3, &[]), [0b11_1111, 0b1110]);
}

#[test]
fn chances_of_equal_values_follow_from_their_frequencies() {
    let (columns, comparisons) = small();
    let found = chances(&columns, LinkType::DedupeOnly, &comparisons[0], &Toy, 0).unwrap();
    // Four rows have a value: six pairs, of which one is equal.
    assert_eq!(found.digits[4], Chance { probability: 1.0 / 6.0, error: 0.0, exact: true });
    let found = chances(&columns, LinkType::DedupeOnly, &comparisons[0], &Toy, 100).unwrap();
    // 4 and 5 twice, 5 and 7 once, 4 and 7 twice.
    let probabilities: Vec<f64> = found.digits.iter().map(|chance| chance.probability * 6.0).collect();
    assert!(probabilities.iter().zip([0.0, 2.0, 1.0, 2.0, 1.0]).all(|(found, due)| (found - due).abs() < 1e-12));
    assert!(found.digits[1..].iter().all(|chance| chance.exact && chance.error == 0.0));
}

#[test]
fn chances_of_levels_that_follow_from_each_other_are_exact() {
    // Column 0 determines column 1: 1, 2 → 1 and 3, 4 → 2.
    let columns = ValueColumns {
        columns: vec![vec![1, 1, 2, 3, 4, 2], vec![1, 1, 1, 2, 2, 1]],
        lists: vec![],
        starts: vec![0, 3, 6],
    };
    let levels = comparison(Condition::Null(0), &[equal(0, 0), equal(1, 1)]);
    let found = chances(&columns, LinkType::LinkOnly, &levels, &Toy, 0).unwrap();
    // Of nine pairs: 2 and 2; then 1 and 2 twice; the other six differ in both.
    let due = [0.0, 6.0 / 9.0, 2.0 / 9.0, 1.0 / 9.0];
    assert!(found.digits.iter().zip(due).all(|(found, due)| (found.probability - due).abs() < 1e-12));
    assert_eq!(found.sampled, 0);
}

#[test]
fn levels_that_some_values_lack_are_counted_too() {
    // Value 1 of column 0 has none in column 1, as a postcode without a sector; 2 and 3 have 1.
    let columns = ValueColumns {
        columns: vec![vec![1, 2, 3, 1, 2, 2], vec![0, 1, 1, 0, 1, 1]],
        lists: vec![],
        starts: vec![0, 3, 6],
    };
    let levels = comparison(Condition::Null(0), &[equal(0, 0), equal(1, 1)]);
    let found = chances(&columns, LinkType::LinkOnly, &levels, &Toy, 0).unwrap();
    // Of nine pairs: 1 and 1, 2 and 2 twice; then 3 and 2 twice; the other four differ in both.
    let due = [0.0, 4.0 / 9.0, 2.0 / 9.0, 3.0 / 9.0];
    assert!(found.digits.iter().zip(due).all(|(found, due)| (found.probability - due).abs() < 1e-12));
    assert_eq!(found.sampled, 0);
}

#[test]
fn levels_of_values_that_lack_a_part_are_counted_too() {
    // Dates, their months and their days: 1 and 2 are days of month 1, 3 is that month without a day,
    // 4 is a day of month 2.
    let columns = ValueColumns {
        columns: vec![vec![1, 2, 3, 1, 3, 4], vec![1, 1, 1, 1, 1, 2], vec![1, 2, 0, 1, 0, 1]],
        lists: vec![],
        starts: vec![0, 3, 6],
    };
    let as_far_as_known = Condition::All(vec![equal(1, 1), Condition::Null(2)]);
    let levels = comparison(Condition::Null(0), &[equal(0, 0), as_far_as_known]);
    let found = chances(&columns, LinkType::LinkOnly, &levels, &Toy, 0).unwrap();
    // Of nine pairs: 1 and 1, 3 and 3; then 1 and 3, 2 and 3, 3 and 1; the other four agree in no more
    // than the month.
    let due = [0.0, 4.0 / 9.0, 3.0 / 9.0, 2.0 / 9.0];
    assert!(found.digits.iter().zip(due).all(|(found, due)| (found.probability - due).abs() < 1e-12));
    assert_eq!(found.sampled, 0);
}

#[test]
fn drawn_chances_are_within_their_error() {
    // 3000 rows of a hundred values: of the unequal pairs 198 of 9900 are next to each other,
    // 196 two apart.
    let columns = ValueColumns {
        columns: vec![(0..3000).map(|row| row % 100 + 1).collect()],
        lists: vec![],
        starts: vec![0, 1000, 3000],
    };
    let levels = comparison(Condition::Null(0), &[equal(0, 0), at_least(0, 2), at_least(0, 1)]);
    let found = chances(&columns, LinkType::LinkOnly, &levels, &Toy, 50_000).unwrap();
    assert_eq!(found.sampled, 50_000);
    assert_eq!(found.digits[4], Chance { probability: 0.01, error: 0.0, exact: true });
    for (digit, due) in [(3, 0.0198), (2, 0.0196), (1, 0.9506)] {
        let Chance { probability, error, exact } = found.digits[digit];
        // √(0.02 · 0.98 / 50 000) = 0.000 63; four of them are exceeded once in 16 000 draws.
        assert!(!exact && error > 0.0005 && error < 0.0011 && (probability - due).abs() < 4.0 * error, "{digit}");
    }
}

#[test]
fn a_row_is_never_drawn_with_itself() {
    // Two hundred different values: 199 of 19 900 pairs are next to each other, and no value is its
    // own neighbour.
    let columns = ValueColumns { columns: vec![(1..=200).collect()], lists: vec![], starts: vec![0, 200] };
    let levels = comparison(Condition::Null(0), &[at_least(0, 2)]);
    for link in [LinkType::DedupeOnly, LinkType::LinkAndDedupe] {
        let found = chances(&columns, link, &levels, &Toy, 19_800).unwrap();
        // The standard error is √(0.01 · 0.99 / 19 800) = 0.0007; rows with themselves would add 0.005.
        assert!(found.sampled == 19_800 && (found.digits[2].probability - 0.01).abs() < 4.0 * 0.0007);
    }
}

/// A measure that must not be asked.
struct Silent;

impl Similarity for Silent {
    fn measures(&self) -> &[Measured] {
        &MEASURES
    }

    fn grades(&self, _: usize, left: &[u32], _: &[u32], _: &mut [u8]) {
        assert!(left.is_empty(), "a pair was asked about that cannot reach the floor");
    }
}

#[test]
fn pairs_that_cannot_reach_the_floor_are_asked_nothing() {
    let (columns, comparisons) = small();
    let digits = |weights: [i64; 5]| {
        let mut digits = [Weight::default(); MAX_LEVELS + 1];
        digits.iter_mut().zip(weights).for_each(|(digit, bits)| *digit = Weight(bits * Weight::BIT));
        digits
    };
    // Column 0's value 4 gains three bits, every other none.
    let by_value = vec![0, 0, 0, 0, 3, 0, 0, 0].into_iter().map(|bits| Weight(bits * Weight::BIT)).collect();
    let weights = Weights {
        prior: Weight(-Weight::BIT),
        levels: vec![digits([0, -3, 1, 2, 4]), digits([0, -1, 1, 0, 0])],
        interactions: vec![],
        exclusive: None,
        moved: None,
        term_frequencies: vec![TermFrequency { comparison: 0, digit: 4, left: 0, right: 0, by_value }],
        commonness: vec![],
        related: None,
    };
    let plan = Plan::new(&columns, LinkType::DedupeOnly, &[BlockingRule::default()]);
    let run = |threshold: i64| {
        let threshold = Weight(threshold * Weight::BIT);
        let scoring = Scoring { weights: &weights, overrides: Overrides::default(), threshold, floor: threshold };
        let (predictor, mut sink) = (Predictor::new(&plan, &comparisons, &Silent, &scoring).unwrap(), Vec::new());
        (predictor.run(&plan.parts(1)[0], &mut sink), sink)
    };
    // The best is rows 0 and 1: −1 + 4 + 3 and then at most 1, for which column 2 is asked.
    let (predicted, sink) = run(8);
    assert_eq!((predicted.compared, predicted.measured, sink), (vec![10], 0, vec![]));
    assert!(std::panic::catch_unwind(|| run(7)).is_err());
}

#[test]
fn work_can_be_shared_among_threads() {
    fn is_shared<T: Sync>() {}
    is_shared::<Comparing<'_>>();
    is_shared::<Predictor<'_>>();
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        3 => (0_usize..3, 0_usize..3).prop_map(|(left, right)| equal(left, right)),
        3 => (0_usize..3, 1_u8..4).prop_map(|(measure, grade)| at_least(measure, grade)),
        1 => (0_usize..3).prop_map(Condition::Null),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Any),
            inner.prop_map(|condition| Condition::Not(Box::new(condition))),
        ]
    })
}

fn any_comparison() -> impl Strategy<Value = Comparison> {
    let null = prop_oneof![3 => (0_usize..3).prop_map(Condition::Null), 1 => any_condition()];
    let level = prop_oneof![2 => any_condition(), 1 => (0_usize..3).prop_map(|column| equal(column, column))];
    (null, prop::collection::vec(level, 0..4)).prop_map(|(null, levels)| comparison(null, &levels))
}

fn any_weight() -> impl Strategy<Value = Weight> {
    (-80_i64..80).prop_map(|eighths| Weight(eighths * Weight::BIT / 8))
}

fn any_digits() -> impl Strategy<Value = [Weight; MAX_LEVELS + 1]> {
    prop::collection::vec(any_weight(), MAX_LEVELS).prop_map(|weights| {
        let mut digits = [Weight::default(); MAX_LEVELS + 1];
        digits[1..].copy_from_slice(&weights);
        digits
    })
}

/// A weight for each level, and for a missing value.
fn any_levels() -> impl Strategy<Value = [Weight; MAX_LEVELS + 1]> {
    (any_digits(), any_weight()).prop_map(|(mut digits, missing)| {
        digits[0] = missing;
        digits
    })
}

fn any_interaction(comparisons: usize) -> impl Strategy<Value = Interaction> {
    (0..comparisons, 0..comparisons, prop::collection::vec(any_digits(), MAX_LEVELS)).prop_map(
        |(first, second, mut weights)| {
            weights.insert(0, [Weight::default(); MAX_LEVELS + 1]);
            Interaction { first, second, weights }
        },
    )
}

/// At most one, and of two comparisons: none adds anything with itself.
fn any_interactions(comparisons: usize) -> impl Strategy<Value = Vec<Interaction>> {
    prop::collection::vec(any_interaction(comparisons), 0..2).prop_map(|mut interactions| {
        interactions.retain(|interaction| interaction.first != interaction.second);
        interactions
    })
}

fn any_frequency(comparisons: usize) -> impl Strategy<Value = TermFrequency> {
    (0..comparisons, 1_u8..5, 0_usize..3, 0_usize..3, prop::collection::vec(any_weight(), 0..5)).prop_map(
        |(comparison, digit, left, right, by_value)| TermFrequency { comparison, digit, left, right, by_value },
    )
}

fn any_commonness(comparisons: usize) -> impl Strategy<Value = Commonness> {
    let closest = (0..comparisons, 1_u8..5);
    (prop::array::uniform2(closest), 0_usize..3, prop::collection::vec(any_weight(), 0..5))
        .prop_map(|(closest, column, by_value)| Commonness { closest, column, by_value })
}

fn any_exclusive(comparisons: usize) -> impl Strategy<Value = Exclusive> {
    let closest = prop::collection::vec(1_u8..5, comparisons);
    (0.001..1.0_f64, closest, prop::collection::vec(0.0..1.0_f64, comparisons))
        .prop_map(|(further, closest, differing)| Exclusive::new(further, closest, &differing))
}

fn any_moved(comparisons: usize) -> impl Strategy<Value = Moved> {
    let levels = prop::collection::vec((0.001..1.0_f64, 0.001..1.0_f64), 1..5);
    (0.01..0.9_f64, prop::collection::vec((0..comparisons, levels), 1..3))
        .prop_map(|(share, comparisons)| Moved::new(share, comparisons))
}

fn any_related(comparisons: usize) -> impl Strategy<Value = RelatedWeights> {
    let twins = prop::option::of(any_commonness(comparisons));
    (any_weight(), prop::collection::vec(any_levels(), comparisons), any_interactions(comparisons), twins)
        .prop_map(|(prior, levels, interactions, twins)| RelatedWeights { prior, levels, interactions, twins })
}

/// A model of as many comparisons.
fn any_weights(comparisons: usize) -> impl Strategy<Value = Weights> {
    (
        any_weight(),
        prop::collection::vec(any_levels(), comparisons),
        any_interactions(comparisons),
        (prop::option::of(any_exclusive(comparisons)), prop::option::of(any_moved(comparisons))),
        prop::collection::vec(any_frequency(comparisons), 0..3),
        prop::collection::vec(any_commonness(comparisons), 0..2),
        prop::option::of(any_related(comparisons)),
    )
        .prop_map(|(prior, levels, interactions, (exclusive, moved), term_frequencies, commonness, related)| {
            Weights { prior, levels, interactions, exclusive, moved, term_frequencies, commonness, related }
        })
}

fn any_model() -> impl Strategy<Value = (Vec<Comparison>, Weights)> {
    prop::collection::vec(any_comparison(), 1..4)
        .prop_flat_map(|comparisons| (Just(comparisons.clone()), any_weights(comparisons.len())))
}

/// The weight of a pair, told from values: the plain twin.
fn weight(columns: &ValueColumns, weights: &Weights, pattern: Pattern, left: u32, right: u32) -> Weight {
    let of =
        |frequency: &TermFrequency, value: u32| frequency.by_value.get(value as usize).copied().unwrap_or_default();
    let gains =
        weights.term_frequencies.iter().filter(|frequency| pattern.digit(frequency.comparison) == frequency.digit);
    let gain = |frequency: &TermFrequency| {
        let value = |column: usize, row: u32| columns.columns[column][row as usize];
        of(frequency, value(frequency.left, left)).min(of(frequency, value(frequency.right, right)))
    };
    let of_value = |one: &Commonness| {
        let agrees = one.closest.iter().all(|(comparison, digit)| pattern.digit(*comparison) == *digit);
        let value = columns.columns[one.column][left as usize] as usize;
        if agrees { one.by_value.get(value).copied().unwrap_or_default() } else { Weight::default() }
    };
    let twins = weights.related.as_ref().and_then(|related| related.twins.as_ref());
    let random = gains.map(gain).chain(weights.commonness.iter().map(of_value)).sum();
    weights.with_terms(pattern, Terms { random, related: twins.map(of_value).unwrap_or_default() })
}

/// The pairs of all parts with the rules that find them.
fn found(plan: &Plan<'_>) -> Vec<(usize, u32, u32)> {
    let mut pairs = Vec::new();
    for part in plan.parts(1) {
        plan.for_each_pair(&part, |rule, left, right| pairs.push((rule, left, right))).unwrap();
    }
    pairs
}

proptest! {
    #[test]
    fn patterns_are_those_of_conditions_as_they_stand(
        columns in any_columns(),
        link in any_link(),
        rule in any_rule(),
        comparisons in prop::collection::vec(any_comparison(), 1..5),
        parts in 1_usize..4,
    ) {
        let rules = [rule.clone(), rule];
        let plan = Plan::new(&columns, link, &rules);
        let comparing = Comparing::new(&plan, &comparisons, &Toy).unwrap();
        let pairs = found(&plan);
        let mut due: BTreeMap<Pattern, u64> = BTreeMap::new();
        for (_, left, right) in &pairs {
            *due.entry(pattern(&columns, &comparisons, *left, *right)).or_default() += 1;
        }
        let allowed = comparing.allowed(1, &[]);
        prop_assert!(due.keys().all(|pattern| Comparing::is_allowed(&allowed, *pattern)));
        // The second rule finds all of them too.
        let mut counts = PatternCounts::default();
        plan.parts_of(1, parts).iter().for_each(|part| counts.add(&comparing.patterns(part, 1)));
        prop_assert_eq!(counts.pairs, pairs.len() as u64);
        prop_assert_eq!(counts.counts, due.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn chances_are_the_shares_of_all_pairs(
        columns in any_columns(),
        link in any_link(),
        comparison in any_comparison(),
    ) {
        let everything = [BlockingRule::default()];
        let plan = Plan::new(&columns, link, &everything);
        let mut due = [0.0; 16];
        for (_, left, right) in found(&plan) {
            due[usize::from(pattern(&columns, std::slice::from_ref(&comparison), left, right).digit(0))] += 1.0;
        }
        let present = due[1..].iter().sum::<f64>().max(1.0);
        let chances = chances(&columns, link, &comparison, &Toy, 1000).unwrap();
        prop_assert_eq!(chances.digits.len(), comparison.levels.len() + 2);
        for (chance, due) in chances.digits.iter().zip(due).skip(1) {
            prop_assert!((chance.probability - due / present).abs() < 1e-9);
        }
    }

    #[test]
    fn dates_that_lack_a_part_are_counted_as_all_pairs_are(
        dates in prop::collection::vec((0..3_u32, 0..3_u32, 0..3_u32), 2..24),
        link in any_link(),
    ) {
        // A year, with a month or none, with a day or none; without a year there is no date.
        let known = |(year, month, day): (u32, u32, u32)| {
            let month = if year > 0 { month } else { 0 };
            (year, month, if month > 0 { day } else { 0 })
        };
        let column = |number: fn((u32, u32, u32)) -> u32| dates.iter().map(|date| number(known(*date))).collect();
        let columns = ValueColumns {
            columns: vec![
                column(|(year, month, day)| 9 * year + 3 * month + day),
                column(|(year, month, _)| if month > 0 { 3 * year + month } else { 0 }),
                column(|(_, _, day)| day),
                column(|(year, ..)| year),
                column(|(_, month, _)| month),
            ],
            lists: vec![],
            starts: vec![0, dates.len() as u32 / 2, dates.len() as u32],
        };
        let lacks = |known, part| Condition::All(vec![equal(known, known), Condition::Null(part)]);
        let comparison = comparison(Condition::Null(0), &[equal(0, 0), lacks(1, 2), lacks(3, 4)]);
        let everything = [BlockingRule::default()];
        let mut due = [0.0; 16];
        for (_, left, right) in found(&Plan::new(&columns, link, &everything)) {
            due[usize::from(pattern(&columns, std::slice::from_ref(&comparison), left, right).digit(0))] += 1.0;
        }
        let present = due[1..].iter().sum::<f64>().max(1.0);
        let chances = chances(&columns, link, &comparison, &Toy, 0).unwrap();
        prop_assert_eq!(chances.sampled, 0);
        for (digit, chance) in chances.digits.iter().enumerate().skip(1) {
            let is_none = due[1..].iter().all(|pairs| *pairs == 0.0);
            prop_assert!(is_none || (chance.probability - due[digit] / present).abs() < 1e-9, "{digit}: {chances:?}");
        }
    }

    #[test]
    fn predicted_pairs_are_those_that_reach_the_threshold(
        columns in any_columns(),
        link in any_link(),
        rules in prop::collection::vec(any_rule(), 1..4),
        (comparisons, weights) in any_model(),
        overrides in (prop::collection::vec(any_condition(), 0..2), prop::collection::vec(any_condition(), 0..2)),
        (threshold, floor) in (any_weight(), any_weight()),
        parts in 1_usize..4,
    ) {
        let overrides = Overrides { definite: overrides.0, veto: overrides.1 };
        let scoring = Scoring { weights: &weights, overrides: overrides.clone(), threshold, floor };
        let plan = Plan::new(&columns, link, &rules);
        let floor = floor.min(threshold);
        let any = |conditions: &[Condition], left, right| {
            conditions.iter().any(|condition| holds(&columns, condition, left, right))
        };
        let mut due = Predicted { compared: vec![0; rules.len()], ..Predicted::default() };
        let mut kept = Vec::new();
        for (rule, left, right) in found(&plan) {
            due.compared[rule] += 1;
            let pattern = pattern(&columns, &comparisons, left, right);
            let weight = weight(&columns, &weights, pattern, left, right);
            let is_definite = any(&overrides.definite, left, right);
            let weight = if is_definite { weight.max(DEFINITE) } else { weight };
            if any(&overrides.veto, left, right) {
                due.vetoed += u64::from(weight >= threshold);
            } else if weight >= floor {
                *due.histogram.entry((weight.bits() * 16.0).floor() as i64).or_default() += 1;
                if weight >= threshold {
                    due.kept += 1;
                    due.definite += u64::from(is_definite);
                    kept.push(ScoredPair { left, right, rule: rule as u16, pattern, weight });
                }
            }
        }
        let predictor = Predictor::new(&plan, &comparisons, &Toy, &scoring).unwrap();
        let (mut sink, mut predicted) = (Vec::new(), Predicted::default());
        plan.parts(parts).iter().for_each(|part| predicted.add(&predictor.run(part, &mut sink)));
        sink.sort_unstable_by_key(|pair| (pair.left, pair.right));
        kept.sort_unstable_by_key(|pair| (pair.left, pair.right));
        prop_assert_eq!(sink, kept);
        due.measured = predicted.measured;
        due.compared.truncate(predicted.compared.len());
        prop_assert_eq!(predicted, due);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn samples_do_not_depend_on_parts_and_take_their_share(modulus in 1_u32..40, parts in 2_usize..9) {
        let columns = ValueColumns {
            columns: vec![(0..400).map(|row| row % modulus + 1).collect(), vec![1; 400], vec![1; 400]],
            lists: vec![],
            starts: vec![0, 400],
        };
        let (_, comparisons) = small();
        let plan = Plan::new(&columns, LinkType::DedupeOnly, &[by_column(1)]);
        let comparing = Comparing::new(&plan, &comparisons, &Toy).unwrap();
        let mut divided = PatternCounts::default();
        plan.parts_of(0, parts).iter().for_each(|part| divided.add(&comparing.patterns(part, 4)));
        prop_assert_eq!(&divided, &comparing.patterns(&plan.parts_of(0, 1)[0], 4));
        // A quarter of 79 800 pairs; the standard deviation is 122.
        prop_assert!(divided.pairs.abs_diff(19_950) < 6 * 122);
    }
}

#[test]
fn nothing_comes_of_no_rows() {
    let columns = ValueColumns { columns: vec![vec![]; 3], ..ValueColumns::default() };
    let (_, comparisons) = small();
    for link in [LinkType::LinkOnly, LinkType::DedupeOnly, LinkType::LinkAndDedupe] {
        let plan = Plan::new(&columns, link, &[BlockingRule::default(), by_column(0)]);
        assert_eq!(plan.parts(4), []);
        let found = chances(&columns, link, &comparisons[0], &Toy, 10).unwrap();
        assert!(found.digits.iter().all(|chance| chance.probability == 0.0));
    }
}
