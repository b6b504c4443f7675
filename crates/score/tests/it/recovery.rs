//! Data from known m, u and λ gives them back.

use counterfoil_score::{Convergence, Dependence, Model, Options, fit};

use crate::simulated::{Needs, Random, World, independent, margin};

/// Names with four levels, date with three, postcode with three, sex with two.
fn world(total: f64, lambda: f64) -> World {
    let m = [
        vec![0.05, 0.05, 0.1, 0.8],
        vec![0.06, 0.04, 0.05, 0.85],
        vec![0.02, 0.05, 0.93],
        vec![0.1, 0.1, 0.8],
        vec![0.01, 0.99],
    ];
    let u = [
        vec![0.97, 0.015, 0.005, 0.01],
        vec![0.985, 0.01, 0.003, 0.002],
        vec![0.98, 0.0199, 0.0001],
        vec![0.994, 0.0059, 0.0001],
        vec![0.5, 0.5],
    ];
    World {
        levels: vec![4, 4, 3, 3, 2],
        total,
        lambda,
        matches: independent(&m),
        others: independent(&u),
        null: vec![0.01, 0.01, 0.03, 0.05, 0.02],
    }
}

/// Both names; date; postcode and date at least near; surname near and sex.
fn rules() -> Vec<Needs> {
    vec![
        vec![(0, vec![4]), (1, vec![4])],
        vec![(2, vec![3])],
        vec![(3, vec![3]), (2, vec![2, 3])],
        vec![(1, vec![3, 4]), (3, vec![2, 3])],
    ]
}

/// Holds m and u against the truth: m within four of its stated standard errors (and the two
/// pseudo-counts of the prior), which no one of some two hundred should exceed.
fn check(world: &World, model: &Model, matches: f64) {
    for (c, comparison) in model.comparisons.iter().enumerate() {
        let m = margin(&world.matches, c, world.levels[c]);
        let u = margin(&world.others, c, world.levels[c]);
        for (level, found) in comparison.levels.iter().enumerate() {
            let error = 4.0 * found.m_error + 2.0 / matches;
            assert!((found.m - m[level]).abs() < error, "m of {c}, {level}: {} for {}", found.m, m[level]);
            // An error cannot be less than if all matches were seen and known, and is not much
            // more where rules see most of them.
            let least = (m[level] * (1.0 - m[level]) / matches).sqrt();
            let factor = found.m_error / least;
            assert!((0.8..4.0).contains(&factor), "error of {c}, {level}: {factor} times the least");
            // u is P less λ m, so off by what λ m is off, or at its bound.
            let least = u[level] * 1e-3 + 2.0 * world.lambda;
            assert!((found.u - u[level]).abs() < least, "u of {c}, {level}: {} for {}", found.u, u[level]);
            assert!(found.m_observed && found.u_observed && !found.u_bounded);
        }
    }
    let error = 4.0 / matches.sqrt() + 2e-3;
    assert!((model.lambda / world.lambda - 1.0).abs() < error, "λ {} for {}", model.lambda, world.lambda);
}

/// Three sizes: a thousand, ten thousand and a hundred thousand matches among ever more pairs.
const SIZES: [(f64, f64); 3] = [(1e8, 1e-5), (1e9, 1e-5), (1e11, 1e-6)];

#[test]
fn expected_counts_give_the_parameters_back() {
    for (total, lambda) in SIZES {
        let world = world(total, lambda);
        let fitted = fit(&world.observations(&rules(), |n| n.round() as u64), &Options::default()).unwrap();
        assert!(matches!(fitted.convergence, Convergence::Converged { .. }), "{:?}", fitted.convergence);
        assert!(fitted.dependence.unwrap().fits());
        assert_eq!((fitted.model.interactions.as_slice(), fitted.model.further), ([].as_slice(), None));
        check(&world, &fitted.model, total * lambda);
    }
}

#[test]
fn sampled_counts_give_the_parameters_back() {
    for (seed, (total, lambda)) in SIZES.into_iter().enumerate() {
        let world = world(total, lambda);
        let mut random = Random(seed as u64);
        let fitted = fit(&world.observations(&rules(), |n| random.poisson(n)), &Options::default()).unwrap();
        assert!(matches!(fitted.convergence, Convergence::Converged { .. }), "{:?}", fitted.convergence);
        assert!(fitted.dependence.unwrap().fits());
        assert_eq!(fitted.model.interactions, []);
        check(&world, &fitted.model, total * lambda);
    }
}

#[test]
fn without_chance_the_blocked_pairs_say_what_u_is() {
    let world = world(1e10, 1e-6);
    let mut given = world.observations(&rules(), |n| n.round() as u64);
    given.chances.clear();
    let fitted = fit(&given, &Options::default()).unwrap();
    for (c, comparison) in fitted.model.comparisons.iter().enumerate() {
        let (m, u) = (margin(&world.matches, c, world.levels[c]), margin(&world.others, c, world.levels[c]));
        for (level, found) in comparison.levels.iter().enumerate() {
            assert!((found.m - m[level]).abs() < 0.01, "m of {c}, {level}: {} for {}", found.m, m[level]);
            assert!((found.u / u[level] - 1.0).abs() < 0.1, "u of {c}, {level}: {} for {}", found.u, u[level]);
        }
    }
}

/// An identifier that no rule is about. Those who have one are matches oftener than others are, by
/// one in fifty, so that what chance shows less λ m would be a u of 1e-6, ten times the true one.
/// What pairs of one identifier have besides says better: 100 of 49 600 are none. Of the matches
/// among them 0.002 · 0.1, so 10, agree in sex alone, and cannot be told from those: a tenth.
#[test]
fn pairs_of_one_identifier_say_how_many_are_none() {
    const ID: usize = 3;
    let m = [vec![0.002, 0.008, 0.99], vec![0.1, 0.9], vec![0.01, 0.99], vec![0.01, 0.99]];
    let u = [vec![0.9799, 0.02, 0.0001], vec![0.999, 0.001], vec![0.5, 0.5], vec![1.0 - 1e-7, 1e-7]];
    let world = World {
        levels: vec![3, 2, 2, 2],
        total: 1e9,
        lambda: 5e-5,
        matches: independent(&m),
        others: independent(&u),
        null: vec![0.0; 4],
    };
    let rules: [Needs; 2] = [vec![(0, vec![3])], vec![(1, vec![2])]];
    let alike: [Needs; 1] = [vec![(ID, vec![2])]];
    let mut given = world.observed(&rules, &alike, |n| n.round() as u64);
    let top = given.chances[ID].probabilities[1] + 0.02 * 0.99 * world.lambda;
    given.chances[ID].probabilities = vec![1.0 - top, top];
    let fitted = fit(&given, &Options::default()).unwrap();
    let found = fitted.model.comparisons[ID].levels[1].u / 1e-7;
    assert!((found - 1.0).abs() < 0.12, "{found} times the true u");

    given.alike.clear();
    let without = fit(&given, &Options::default()).unwrap().model.comparisons[ID].levels[1].u / 1e-7;
    assert!(without > 5.0, "{without} times the true u");
}

/// The only rule leaves out matches whose postcodes differ altogether, a tenth of them. Pairs of one
/// date or first name, which are there whether or not the rule finds them, say how many these are.
#[test]
fn levels_that_no_rule_leaves_possible_are_seen_elsewhere() {
    const POSTCODE: usize = 3;
    let world = world(1e9, 1e-5);
    let rules: [Needs; 1] = [vec![(POSTCODE, vec![2, 3])]];
    let alike: [Needs; 2] = [vec![(2, vec![3])], vec![(0, vec![4])]];
    let mut given = world.observed(&rules, &alike, |n| n.round() as u64);
    let fitted = fit(&given, &Options::default()).unwrap();
    for (level, m) in fitted.model.comparisons[POSTCODE].levels.iter().zip([0.1, 0.1, 0.8]) {
        assert!((level.m - m).abs() < 0.01 && level.m_observed, "{} for {m}", level.m);
    }
    assert!((fitted.matches.expected / 1e4 - 1.0).abs() < 0.03, "{} of 10 000 matches", fitted.matches.expected);

    given.alike.clear();
    let without = fit(&given, &Options::default()).unwrap();
    assert!(!without.model.comparisons[POSTCODE].levels[0].m_observed);
}

/// Each rule's counts are drawn by themselves here, so that m rests on as many matches as rules
/// find, repeats included. The stated errors take those for repeats: they are too large by the
/// root of how often a match is found.
#[test]
fn stated_errors_are_those_of_repeated_draws() {
    let world = world(1e9, 1e-5);
    let options = Options { dependence: Dependence::Off, ..Options::default() };
    let mut squares = Vec::new();
    let mut repeats = 0.0;
    for seed in 100..116 {
        let mut random = Random(seed);
        let fitted = fit(&world.observations(&rules(), |n| random.poisson(n)), &options).unwrap();
        repeats = fitted.matches.found_by_rule.iter().sum::<f64>() / fitted.matches.expected;
        for (c, comparison) in fitted.model.comparisons.iter().enumerate() {
            let m = margin(&world.matches, c, world.levels[c]);
            // The last level follows from the others.
            let levels = comparison.levels.iter().zip(&m).skip(1);
            squares.extend(levels.map(|(found, m)| ((found.m - m) / found.m_error).powi(2)));
        }
    }
    let root = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt() * repeats.sqrt();
    // 176 squares, so the root is known to about one in √(2 · 176): 0.05.
    assert!(repeats > 2.0);
    assert!((0.8..1.2).contains(&root), "{root} times what is stated");
}
