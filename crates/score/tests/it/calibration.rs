//! Estimated errors against true ones.

use counterfoil_core::scored::Weight;
use counterfoil_score::{Bucket, Options, Target, calibrate, fit};

use crate::simulated::{Needs, World, independent};

#[test]
fn thresholds_by_hand() {
    // Nine matches in ten, one in two, one in ten; one match was not found.
    let bucket = |bits: f64, probability: f64| Bucket { weight: Weight::from_bits(bits), pairs: 10.0, probability };
    let calibration = calibrate(&[bucket(-3.0, 0.1), bucket(3.0, 0.9), bucket(0.0, 0.5)], 16.0);
    let table: Vec<(f64, f64, f64)> =
        calibration.points.iter().map(|point| (point.true_links, point.false_links, point.missed)).collect();
    assert_eq!(table, [(9.0, 1.0, 7.0), (14.0, 6.0, 2.0), (15.0, 15.0, 1.0)]);
    assert_eq!((calibration.found, calibration.matches), (15.0, 16.0));

    let bits = |target| {
        let choice = calibration.choose(target);
        (choice.threshold.bits(), choice.met)
    };
    // F1 of 18/26, 28/36 and 30/46.
    assert_eq!(bits(Target::BestF1), (0.0, true));
    assert_eq!(bits(Target::FalseLinkRate(0.3)), (0.0, true));
    assert_eq!(bits(Target::FalseLinkRate(0.05)), (3.0, false));
    assert_eq!(bits(Target::MissedRate(0.13)), (0.0, true));
    assert_eq!(bits(Target::MissedRate(0.01)), (-3.0, false));
    // Weights are 3, 0 and −3 bits: between them errors are those of the next higher one.
    let at = |bits| {
        let point = calibration.at(Weight::from_bits(bits));
        (point.threshold.bits(), point.links, point.missed)
    };
    assert_eq!(
        [at(4.0), at(3.0), at(1.0), at(-3.0)].map(|(_, links, missed)| (links, missed)),
        [(0.0, 16.0), (10.0, 7.0), (10.0, 7.0), (30.0, 1.0)]
    );
    assert!((at(1.0).0 - 1.0).abs() < 1e-6);
}

#[test]
fn no_pairs_no_links() {
    let choice = calibrate(&[], 5.0).choose(Target::BestF1);
    assert_eq!((choice.threshold, choice.point.missed, choice.met), (Weight(i64::MAX), 5.0, false));
}

/// The union of two rules: a pair is counted with the first that finds it.
#[test]
fn estimated_errors_are_near_the_true_ones() {
    let m = [vec![0.1, 0.1, 0.8], vec![0.1, 0.05, 0.85], vec![0.1, 0.9], vec![0.02, 0.98]];
    let u = [vec![0.9, 0.07, 0.03], vec![0.95, 0.03, 0.02], vec![0.97, 0.03], vec![0.5, 0.5]];
    let world = World {
        levels: vec![3, 3, 2, 2],
        total: 1e8,
        lambda: 1e-4,
        matches: independent(&m),
        others: independent(&u),
        null: vec![0.02, 0.02, 0.05, 0.0],
    };
    let rules: [Needs; 2] = [vec![(0, vec![3])], vec![(1, vec![3])]];
    let fitted = fit(&world.observations(&rules, |n| n.round() as u64), &Options::default()).unwrap();
    let weights = fitted.model.weights();
    let first = world.expected(&rules[0]);
    let second = world.expected(&rules[1]).into_iter().filter(|(pattern, _, _)| pattern.digit(0) != 3);
    let pairs: Vec<(Weight, f64, f64)> =
        first.into_iter().chain(second).map(|(p, m, u)| (weights.of(p), m, u)).collect();
    let buckets: Vec<Bucket> = pairs
        .iter()
        .map(|(weight, m, u)| Bucket { weight: *weight, pairs: m + u, probability: weight.probability() })
        .collect();
    let calibration = calibrate(&buckets, fitted.matches.expected);
    let mut compared = 0;
    for point in &calibration.points {
        let links = || pairs.iter().filter(|(weight, _, _)| *weight >= point.threshold);
        let false_links: f64 = links().map(|(_, _, u)| u).sum();
        let missed = 1e4 - links().map(|(_, m, _)| m).sum::<f64>();
        // Where there are pairs enough to speak of a rate.
        if false_links > 5.0 && missed > 5.0 {
            compared += 1;
            for (estimated, truth) in [(point.false_links, false_links), (point.missed, missed)] {
                assert!((1.0 / 1.5..1.5).contains(&(estimated / truth)), "{estimated} for {truth}");
            }
        }
    }
    assert!(compared > 5);
}
