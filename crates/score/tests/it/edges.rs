//! Counts that say little or nothing.

use counterfoil_core::scored::Pattern;
use counterfoil_score::{Convergence, InputError, NoInformation, Observations, Options, RulePatterns, fit};

fn rule(allowed: Vec<Vec<u8>>, counts: &[(&[u8], u64)]) -> RulePatterns {
    let pattern = |digits: &[u8]| digits.iter().enumerate().fold(Pattern::default(), |p, (c, digit)| p.with(c, *digit));
    let counts: Vec<(Pattern, u64)> = counts.iter().map(|(digits, count)| (pattern(digits), *count)).collect();
    RulePatterns { allowed, pairs: counts.iter().map(|(_, count)| *count as f64).sum(), coverage: 1.0, counts }
}

fn observations(rules: Vec<RulePatterns>) -> Observations {
    Observations { levels: vec![2, 2], total_pairs: 1e6, rules, chances: Vec::new() }
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
