//! Counts that say little or nothing.

use counterfoil_core::scored::{Pattern, Weight};
use counterfoil_score::{
    Chance, Convergence, InputError, NoInformation, Observations, Options, RulePatterns, fit, from_labels,
};

fn rule(allowed: Vec<Vec<u8>>, counts: &[(&[u8], u64)]) -> RulePatterns {
    let pattern = |digits: &[u8]| digits.iter().enumerate().fold(Pattern::default(), |p, (c, digit)| p.with(c, *digit));
    let counts: Vec<(Pattern, u64)> = counts.iter().map(|(digits, count)| (pattern(digits), *count)).collect();
    RulePatterns { allowed, pairs: counts.iter().map(|(_, count)| *count as f64).sum(), coverage: 1.0, counts }
}

fn observations(rules: Vec<RulePatterns>) -> Observations {
    Observations { levels: vec![2, 2], total_pairs: 1e6, rules, ..Observations::default() }
}

#[test]
fn nothing_to_learn_from_is_said() {
    let why = |rules| match fit(&observations(rules), &Options::default()).unwrap().convergence {
        Convergence::NoInformation { why } => Some(why),
        _ => None,
    };
    let any = || vec![vec![0, 1, 2], vec![0, 1, 2]];
    assert_eq!(why(vec![]), Some(NoInformation::NoPairs));
    assert_eq!(why(vec![rule(any(), &[])]), Some(NoInformation::NoPairs));
    assert_eq!(
        why(vec![rule(vec![vec![2], vec![]], &[(&[2, 1], 10), (&[2, 2], 10)])]),
        Some(NoInformation::NothingCompared)
    );
    assert_eq!(why(vec![rule(any(), &[(&[0, 0], 10)])]), Some(NoInformation::NothingCompared));
}

#[test]
fn the_limit_is_not_called_convergence() {
    let counts: [(&[u8], u64); 4] = [(&[2, 2], 300), (&[1, 2], 100), (&[2, 1], 100), (&[1, 1], 500)];
    let given = observations(vec![rule(vec![vec![1, 2], vec![1, 2]], &counts)]);
    let options = Options { max_iterations: 2, tolerance: 1e-9, ..Options::default() };
    let Convergence::IterationLimit { last_change, .. } = fit(&given, &options).unwrap().convergence else {
        panic!("two steps cannot have converged");
    };
    assert!(last_change > 1e-9);
}

#[test]
fn mistakes_are_named() {
    let fails = |given: &Observations| fit(given, &Options::default()).unwrap_err();
    let good = observations(vec![rule(vec![vec![1, 2], vec![1, 2]], &[(&[2, 2], 3)])]);
    assert_eq!(fails(&Observations { levels: vec![], ..good.clone() }), InputError::ComparisonCount(0));
    assert_eq!(fails(&Observations { levels: vec![2, 16], ..good.clone() }), InputError::LevelCount { comparison: 1 });
    assert_eq!(fails(&Observations { levels: vec![2, 1], ..good.clone() }), InputError::Allowed { rule: 0 });
    assert_eq!(fails(&Observations { total_pairs: 0.0, ..good }), InputError::Pairs { rule: None });
}

/// Three levels, of which no pair has the middle one.
#[test]
fn levels_without_pairs_are_marked() {
    let counts: [(&[u8], u64); 4] = [(&[3, 2], 300), (&[1, 2], 20), (&[3, 1], 20), (&[1, 1], 500)];
    let chance = Chance { comparison: 0, probabilities: vec![0.99, 0.0, 0.01], standard_errors: vec![0.0; 3] };
    let given = Observations {
        levels: vec![3, 2],
        total_pairs: 1e6,
        rules: vec![rule(vec![vec![1, 2, 3], vec![1, 2]], &counts)],
        chances: vec![chance],
        ..Observations::default()
    };
    let levels = fit(&given, &Options::default()).unwrap().model.comparisons[0].levels.clone();
    let seen = |digit: usize| (levels[digit - 1].m_observed, levels[digit - 1].u_observed);
    assert_eq!((seen(1), seen(2), seen(3)), ((true, true), (false, false), (true, true)));
    assert!(levels.iter().all(|level| level.m > 0.0 && level.u > 0.0));
}

/// Where matches account for all agreement, u has its bound, here one pair of a million, and says
/// so.
#[test]
fn an_identifier_has_u_at_its_bound() {
    let counts: [(&[u8], u64); 3] = [(&[2, 2], 900), (&[1, 2], 100), (&[1, 1], 9000)];
    let chance =
        |comparison, top| Chance { comparison, probabilities: vec![1.0 - top, top], standard_errors: vec![0.0; 2] };
    let given = Observations {
        levels: vec![2, 2],
        total_pairs: 1e6,
        rules: vec![rule(vec![vec![1, 2], vec![1, 2]], &counts)],
        chances: vec![chance(0, 0.0009), chance(1, 0.001)],
        ..Observations::default()
    };
    let model = fit(&given, &Options::default()).unwrap().model;
    let top = model.comparisons[0].levels[1];
    assert!(top.u_bounded && (top.u - 1e-6).abs() < 1e-9, "{top:?}");
    assert!(!model.comparisons[0].levels[0].u_bounded);
}

#[test]
fn pairs_that_a_rule_cannot_have_are_left_out_and_counted() {
    let counts: [(&[u8], u64); 3] = [(&[2, 2], 300), (&[2, 1], 500), (&[1, 1], 7)];
    let given = observations(vec![rule(vec![vec![2], vec![1, 2]], &counts)]);
    assert_eq!(fit(&given, &Options::default()).unwrap().outside, 7);
}

#[test]
fn the_same_counts_give_the_same_bits() {
    let counts: [(&[u8], u64); 4] = [(&[2, 2], 300), (&[1, 2], 90), (&[2, 1], 110), (&[1, 1], 500)];
    let mut turned = counts;
    turned.reverse();
    let fitted = |counts: &[(&[u8], u64)]| {
        fit(&observations(vec![rule(vec![vec![1, 2], vec![1, 2]], counts)]), &Options::default()).unwrap()
    };
    assert_eq!(fitted(&counts), fitted(&turned));
}

#[test]
fn labels_give_shares() {
    let pattern = |digit| Pattern::default().with(0, digit);
    // Of ten matches with a value six agree; of a hundred others five.
    let matches = [(pattern(0), 90), (pattern(1), 4), (pattern(2), 6)];
    let others = [(pattern(1), 95), (pattern(2), 5)];
    let options = Options { prior_m: 0.0, prior_u: 0.0, ..Options::default() };
    let model = from_labels(&[2], 0.5, &matches, &others, &options);
    let top = model.comparisons[0].levels[1];
    assert!((top.m - 0.6).abs() < 1e-12 && (top.u - 0.05).abs() < 1e-12);
    let weights = model.weights();
    assert_eq!(weights.prior, Weight::from_bits(0.0));
    // log2(0.6 / 0.05) is log2(12).
    assert_eq!(weights.of(pattern(2)), Weight::from_bits(3.584_962_500_721_156));
    assert_eq!(weights.of(pattern(0)), Weight::from_bits(0.0));
    // With two pseudo-counts, 0.8 of them for the closer level: 7.6 of 12.
    let model = from_labels(&[2], 0.5, &matches, &others, &Options::default());
    assert!((model.comparisons[0].levels[1].m - 7.6 / 12.0).abs() < 1e-12);
}

/// A class of relatives that could be anything is not reckoned with.
#[test]
fn relatives_have_to_differ_in_something() {
    let counts: [(&[u8], u64); 4] = [(&[2, 2], 300), (&[1, 2], 90), (&[2, 1], 110), (&[1, 1], 500)];
    let given = observations(vec![rule(vec![vec![1, 2], vec![1, 2]], &counts)]);
    let fitted = |related| fit(&given, &Options { related, ..Options::default() });
    let without = fitted(None).unwrap();
    assert_eq!(fitted(Some(vec![0.5, 0.9])).unwrap(), without);
    assert_ne!(fitted(Some(vec![0.0, 0.9])).unwrap().related_shares, without.related_shares);
    assert_eq!(fitted(Some(vec![0.0])).unwrap_err(), InputError::Options);
}
