//! What is said of m and u beforehand is kept to, and the rest is as likely as it can be.

use counterfoil_core::scored::Pattern;
use counterfoil_score::{ComparisonModel, fit, from_labels};
use counterfoil_score::{Convergence, Dependence, InputError, Limit, Limits, Observations, Options, RulePatterns};

use crate::simulated::{Needs, World, independent};

const SURE: f64 = 1e-6;

fn least(least: f64) -> Limit {
    Limit { least, ..Limit::default() }
}

fn most(most: f64) -> Limit {
    Limit { most, ..Limit::default() }
}

fn prior(share: f64, pairs: f64) -> Limit {
    Limit { prior: Some((share, pairs)), ..Limit::default() }
}

/// The first comparison says of every pair whether it matches: 100 that do, 900 that do not. By level
/// of the second, loosest first, so many of each.
fn told(matches: &[u64], others: &[u64]) -> Observations {
    let pattern = |first, level: usize| Pattern::default().with(0, first).with(1, level as u8 + 1);
    let of = |first, counts: &[u64]| {
        counts.iter().enumerate().map(|(level, count)| (pattern(first, level), *count)).collect::<Vec<_>>()
    };
    let levels = matches.len() as u8;
    let rule = RulePatterns {
        allowed: vec![vec![1, 2], (1..=levels).collect()],
        pairs: 1000.0,
        coverage: 1.0,
        counts: [of(2, matches), of(1, others)].concat(),
    };
    Observations { levels: vec![2, levels], total_pairs: 1e4, rules: vec![rule], ..Observations::default() }
}

fn fitted(given: &Observations, m: Vec<Limit>, u: Vec<Limit>) -> ComparisonModel {
    let sure = |share: f64| vec![Limit::fixed(1.0 - share), Limit::fixed(share)];
    let options = Options {
        prior_m: 0.0,
        prior_u: 0.0,
        limits_m: Limits(vec![sure(1.0 - SURE), m]),
        limits_u: Limits(vec![sure(SURE), u]),
        dependence: Dependence::Off,
        ..Options::default()
    };
    let found = fit(given, &options).expect("limits that can be");
    assert!(matches!(found.convergence, Convergence::Converged { .. }), "{:?}", found.convergence);
    // To the last digit.
    assert_eq!(found.model.comparisons[0].levels[1].m.to_bits(), (1.0 - SURE).to_bits());
    found.model.comparisons[1].clone()
}

fn check(found: &ComparisonModel, m: &[f64], u: &[f64]) {
    for (level, (m, u)) in found.levels.iter().zip(m.iter().zip(u)) {
        assert!((level.m - m).abs() < 1e-4 && (level.u - u).abs() < 1e-4, "{level:?} for {m}, {u}");
    }
}

#[test]
fn by_hand() {
    let any = Limit::default;
    let two = told(&[40, 60], &[810, 90]);
    let free = || vec![any(), any()];
    check(&fitted(&two, free(), free()), &[0.4, 0.6], &[0.9, 0.1]);
    check(&fitted(&two, vec![any(), most(0.5)], free()), &[0.5, 0.5], &[0.9, 0.1]);
    check(&fitted(&two, vec![any(), least(0.5)], free()), &[0.4, 0.6], &[0.9, 0.1]);
    check(&fitted(&two, vec![most(0.1), any()], vec![any(), Limit::fixed(0.3)]), &[0.1, 0.9], &[0.7, 0.3]);
    // 60 of 100 and 90 of a hundred more; 810 of 900 and none of 900 more.
    check(&fitted(&two, vec![any(), prior(0.9, 100.0)], vec![prior(0.0, 900.0), any()]), &[0.25, 0.75], &[0.45, 0.55]);
    // 0.6 is cut to 0.4, and what is left goes to the others as 1 to 3; 0.1 is raised to 0.4, and 0.6
    // is left for as many of 0.8 and 0.1.
    let three = told(&[10, 30, 60], &[720, 90, 90]);
    let cut = fitted(&three, vec![any(), any(), most(0.4)], vec![any(), any(), least(0.4)]);
    check(&cut, &[0.15, 0.45, 0.4], &[0.6 * 8.0 / 9.0, 0.6 / 9.0, 0.4]);
}

#[test]
fn a_fixed_level_is_no_guess() {
    let given = told(&[100, 0], &[810, 90]);
    let free = fitted(&given, Vec::new(), Vec::new());
    assert!(!free.levels[1].m_observed);
    let fixed = fitted(&given, vec![Limit::default(), Limit::fixed(0.25)], Vec::new());
    assert_eq!((fixed.levels[1].m, fixed.levels[1].m_error, fixed.levels[1].m_observed), (0.25, 0.0, true));
}

#[test]
fn labels_count_within_limits() {
    let pattern = |digit| Pattern::default().with(0, digit);
    let matches = [(pattern(1), 40), (pattern(2), 60)];
    let model = |limit| {
        let limits_m = Limits(vec![vec![Limit::default(), limit]]);
        let options = Options { prior_m: 0.0, limits_m, ..Options::default() };
        from_labels(&[2], 0.5, &matches, &[], &options).comparisons[0].levels[1].m
    };
    for (limit, wanted) in [(Limit::default(), 0.6), (least(0.8), 0.8), (most(0.3), 0.3), (prior(0.9, 100.0), 0.75)] {
        assert!((model(limit) - wanted).abs() < 1e-9, "{} for {wanted}", model(limit));
    }
}

/// Four comparisons; matches agree on the first three in nine of ten, on the last in 0.7.
fn world() -> World {
    let m = [vec![0.1, 0.9], vec![0.1, 0.9], vec![0.04, 0.06, 0.9], vec![0.3, 0.7]];
    let u = [vec![0.99, 0.01], vec![0.99, 0.01], vec![0.98, 0.015, 0.005], vec![0.9, 0.1]];
    World {
        levels: vec![2, 2, 3, 2],
        total: 1e7,
        lambda: 1e-4,
        matches: independent(&m),
        others: independent(&u),
        null: vec![0.0, 0.05, 0.02, 0.1],
    }
}

fn rules() -> [Needs; 2] {
    [vec![(0, vec![2])], vec![(1, vec![2])]]
}

/// Limits of the comparison at a place, of four.
fn of(place: usize, limits: Vec<Limit>) -> Limits {
    let mut all = vec![Vec::new(); 4];
    all[place] = limits;
    Limits(all)
}

#[test]
fn limits_that_are_right_leave_the_others_right() {
    let given = world().observations(&rules(), |n| n.round() as u64);
    let any = Limit::default;
    let cases = [
        of(2, vec![any(), any(), Limit::fixed(0.9)]),
        of(2, vec![any(), least(0.05), Limit { least: 0.8, most: 0.95, prior: None }]),
        of(3, vec![any(), prior(0.7, 500.0)]),
        of(0, vec![most(0.1), any()]),
    ];
    for limits_m in cases {
        let fitted = fit(&given, &Options { limits_m: limits_m.clone(), ..Options::default() }).unwrap();
        let m = [vec![0.1, 0.9], vec![0.1, 0.9], vec![0.04, 0.06, 0.9], vec![0.3, 0.7]];
        for (found, m) in fitted.model.comparisons.iter().zip(m) {
            // A thousand matches, counts rounded to whole pairs, and a prior of two.
            for (level, m) in found.levels.iter().zip(m) {
                assert!((level.m - m).abs() < 0.006, "{} for {m} with {limits_m:?}", level.m);
            }
        }
    }
}

/// Bounds that are wrong pull, and are kept to all the same, at the end and on the way.
#[test]
fn the_likelihood_never_falls_within_limits() {
    let mut given = world().observations(&rules(), |n| n.round() as u64);
    // Else u is brought in line with chance, which no likelihood asks for.
    given.chances.clear();
    let any = Limit::default;
    let cases = [
        of(2, vec![any(), any(), most(0.6)]),
        of(2, vec![any(), least(0.2), Limit { least: 0.3, most: 0.7, prior: Some((0.1, 300.0)) }]),
        of(3, vec![prior(0.9, 400.0), prior(0.5, 100.0)]),
        of(0, vec![Limit::fixed(0.4), Limit::fixed(0.6)]),
    ];
    for limits_m in &cases {
        let limits_u = of(1, vec![any(), Limit { least: 0.03, most: 0.05, prior: None }]);
        // The prior of u is none of the likelihood that is told.
        let prior_u = 0.0;
        let options = Options {
            limits_m: limits_m.clone(),
            limits_u,
            prior_u,
            dependence: Dependence::Off,
            ..Options::default()
        };
        let fitted = fit(&given, &options).unwrap();
        let u = fitted.model.comparisons[1].levels[1].u;
        assert!((0.03..=0.05).contains(&u), "{u}");
        for (found, limits) in fitted.model.comparisons.iter().zip(&limits_m.0) {
            for (level, limit) in found.levels.iter().zip(limits) {
                assert!((limit.least..=limit.most).contains(&level.m), "{} for {limit:?}", level.m);
            }
            assert!((found.levels.iter().map(|level| level.m).sum::<f64>() - 1.0).abs() < 1e-9);
        }
        assert!(fitted.trace.len() > 3, "{:?}", fitted.trace);
        for two in fitted.trace.windows(2) {
            assert!(two[1] >= two[0] - 1e-9 * two[0].abs(), "{two:?} with {limits_m:?}");
        }
    }
}

/// Chance says 0.1 of all pairs; a bound wins over it, and a prior weighs against all pairs.
#[test]
fn u_is_that_of_chance_within_limits() {
    let given = world().observations(&rules(), |n| n.round() as u64);
    let u = |limit| {
        let limits_u = of(3, vec![Limit::default(), limit]);
        fit(&given, &Options { limits_u, ..Options::default() }).unwrap().model.comparisons[3].levels[1].u
    };
    assert!((u(Limit::default()) - 0.1).abs() < 1e-4);
    assert_eq!((u(least(0.2)), u(most(0.05)), u(Limit::fixed(0.3))), (0.2, 0.05, 0.3));
    // Ten million pairs of which 0.1 agree, and as many of which 0.3 do.
    assert!((u(prior(0.3, 1e7)) - 0.2).abs() < 1e-4);
}

#[test]
fn limits_that_no_shares_can_have_are_a_mistake() {
    let given = told(&[40, 60], &[810, 90]);
    let refused = |limits: Vec<Limit>| {
        let options = Options { limits_m: Limits(vec![Vec::new(), limits]), ..Options::default() };
        fit(&given, &options).map(drop)
    };
    assert_eq!(refused(vec![least(0.6), least(0.6)]), Err(InputError::Options));
    assert_eq!(refused(vec![most(0.4), most(0.4)]), Err(InputError::Options));
    assert_eq!(refused(vec![Limit::default()]), Err(InputError::Options));
    assert_eq!(refused(vec![least(0.4), least(0.6)]), Ok(()));
}
