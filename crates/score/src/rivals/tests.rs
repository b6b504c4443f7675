//! Held to enumeration of every matching, and to what follows by hand.

use counterfoil_core::scored::{MAX_LEVELS, Pattern, ScoredPair, TwoSides, Weight};

use super::vacancies::MOST_MATCHED;
use super::{Background, Identifier, weigh_rivals};

fn pair(left: u32, right: u32, odds: f64) -> ScoredPair {
    ScoredPair { left, right, rule: 0, pattern: Pattern::default(), weight: Weight::from_bits(odds.log2()) }
}

/// Weighs pairs of rows that are all of one kind and have no identifier.
fn weigh(pairs: &mut [ScoredPair], sides: &TwoSides) -> f64 {
    let kinds = vec![0; sides.rows as usize];
    weigh_rivals(pairs, sides, &Background { kinds: &kinds, identifiers: &[] })
}

fn likely(pairs: &[ScoredPair]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.weight.probability()).collect()
}

/// The probability of each pair when every matching is looked at, of rows that are vacant as
/// often as is said.
fn plain(pairs: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2], vacancy: [f64; 2]) -> Vec<f64> {
    let (mut all, mut with) = (0.0, vec![0.0; pairs.len()]);
    for chosen in 0_u32..1 << pairs.len() {
        let is_in = |at: usize| chosen >> at & 1 == 1;
        let mut taken = rows.map(|rows| vec![0; rows as usize]);
        let mut likelihood = 1.0;
        for (_, (left, right, odds)) in pairs.iter().enumerate().filter(|(at, _)| is_in(*at)) {
            taken[0][*left as usize] += 1;
            taken[1][(*right - rows[0]) as usize] += 1;
            likelihood *= odds;
        }
        for side in 0..2 {
            for count in &taken[side] {
                let limit = if at_most_one[side] && *count > 1 { 0.0 } else { 1.0 };
                likelihood *= limit * if *count == 0 { vacancy[side] } else { 1.0 };
            }
        }
        all += likelihood;
        with.iter_mut().enumerate().filter(|(at, _)| is_in(*at)).for_each(|(_, sum)| *sum += likelihood);
    }
    with.into_iter().map(|sum| sum / all).collect()
}

/// Vacancies that what is expected of the pairs comes back to.
fn plain_settled(pairs: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2]) -> Vec<f64> {
    let mut vacancy = [1.0; 2];
    for _ in 0..200 {
        let matches: f64 = plain(pairs, at_most_one, rows, vacancy).iter().sum();
        for side in (0..2).filter(|side| at_most_one[*side]) {
            vacancy[side] = 1.0 - (matches / f64::from(rows[side])).min(MOST_MATCHED);
        }
    }
    plain(pairs, at_most_one, rows, vacancy)
}

fn check(edges: &[(u32, u32, f64)], at_most_one: [bool; 2], rows: [u32; 2], within: f64) {
    let mut pairs: Vec<ScoredPair> = edges.iter().map(|(left, right, odds)| pair(*left, *right, *odds)).collect();
    let sides = TwoSides { right_from: rows[0], rows: rows[0] + rows[1], at_most_one };
    let matches = weigh(&mut pairs, &sides);
    let wanted = plain_settled(edges, at_most_one, rows);
    let found = likely(&pairs);
    let is_near = found.iter().zip(&wanted).all(|(found, wanted)| (found - wanted).abs() < within);
    assert!(is_near, "{found:?} is not {wanted:?}");
    assert!((matches - wanted.iter().sum::<f64>()).abs() < within * 10.0);
}

#[test]
fn candidates_of_one_row_share_what_it_can_match() {
    // Of ten left rows one has two candidates, of odds 4 and 2. With M matches expected, it is
    // vacant with 1 − M / 10, so M = 6 / (7 − M / 10): M² − 70 M + 60 = 0, M = 35 − √1165.
    let matches = 35.0 - 1165.0_f64.sqrt();
    let mut pairs = [pair(0, 10, 4.0), pair(0, 11, 2.0)];
    let sides = TwoSides { right_from: 10, rows: 12, at_most_one: [true, false] };
    assert!((weigh(&mut pairs, &sides) - matches).abs() < 1e-3);
    let against = 7.0 - matches / 10.0;
    let wanted = [4.0 / against, 2.0 / against];
    likely(&pairs).iter().zip(wanted).for_each(|(found, wanted)| assert!((found - wanted).abs() < 1e-4));
}

#[test]
fn a_lone_candidate_is_likelier_where_most_rows_have_a_match() {
    // Nine of ten rows have a sure match. The tenth has one candidate of odds 1, which against a
    // vacancy of about a tenth is likely.
    let mut pairs: Vec<ScoredPair> = (0..9).map(|row| pair(row, 10 + row, 1e12)).collect();
    pairs.push(pair(9, 19, 1.0));
    weigh(&mut pairs, &TwoSides { right_from: 10, rows: 20, at_most_one: [true, false] });
    // M = 9 + p, v = 1 − M / 10 = (1 − p) / 10 and p = 1 / (1 + v): p² − 11 p + 10 = 0 has p = 1,
    // which the greatest share of rows with a match, 0.99, keeps to 1 / 1.01.
    assert!((likely(&pairs)[9] - 1.0 / 1.01).abs() < 1e-3);
}

#[test]
fn it_is_as_if_every_matching_were_looked_at() {
    // One side limited: exact, whatever the graph. Both: exact on trees.
    let star = [(0, 4, 3.0), (0, 5, 0.5), (0, 6, 8.0), (1, 5, 1.0), (2, 6, 0.2), (3, 6, 20.0)];
    check(&star, [true, false], [4, 3], 1e-3);
    check(&star, [false, true], [4, 3], 1e-3);
    check(&star, [true, true], [4, 3], 1e-3);
    let path = [(0, 3, 2.0), (1, 3, 6.0), (1, 4, 5.0), (2, 4, 0.3), (2, 5, 100.0)];
    check(&path, [true, true], [3, 4], 1e-3);
    check(&path, [true, false], [3, 4], 1e-3);
}

#[test]
fn in_a_circle_it_is_close() {
    // Of six rows on either side; where nearly all rows of a small circle are matched it is less so.
    let circle = [(0, 6, 3.0), (0, 7, 1.0), (1, 6, 2.0), (1, 7, 4.0), (1, 8, 0.5)];
    check(&circle, [true, true], [6, 6], 0.05);
}

#[test]
fn a_sure_match_leaves_its_rivals_next_to_nothing() {
    let mut pairs = [pair(0, 2, 2.0_f64.powi(100)), pair(0, 3, 1000.0), pair(1, 3, 1.0)];
    weigh(&mut pairs, &TwoSides { right_from: 2, rows: 4, at_most_one: [true, true] });
    assert!(pairs[0].weight.bits() > 90.0 && pairs[1].weight.bits() < -15.0);
    assert!(pairs[2].weight.bits() > 0.0, "its rival is gone");
}

#[test]
fn rows_that_lack_the_same_values_have_a_share_of_their_own() {
    // All of a thousand rows of the first kind have a sure match, and of a thousand of the second
    // every other one; one more of these has a lone candidate of odds 1.
    let sure = (0..1000).chain((1000..1998).step_by(2));
    let mut pairs: Vec<ScoredPair> = sure.map(|row| pair(row, 2000 + row, 1e12)).collect();
    pairs.push(pair(1999, 3999, 1.0));
    let kinds: Vec<u16> = (0..2000).map(|row| u16::from(row >= 1000)).chain(vec![0; 2000]).collect();
    let sides = TwoSides { right_from: 2000, rows: 4000, at_most_one: [true, false] };
    weigh_rivals(&mut pairs, &sides, &Background { kinds: &kinds, identifiers: &[] });
    // Of the average (1499 + p) / 2000 have a match, of the second kind 499 + p of 1000 and as many as of
    // a thousand of the average: (499 + p + (1499 + p) / 2) / 2000 = 0.62425 + 0.00075 p. So
    // p = 1 / (1.37575 − 0.00075 p), of which the root below 1 is 0.72716.
    assert!((likely(&pairs)[1499] - 0.72716).abs() < 1e-3, "{}", likely(&pairs)[1499]);
}

/// The first comparison is of an identifier: digit 2 is to have it in common, and that it differs
/// takes ten bits. A quarter of the matches are not found without it.
fn identifier() -> Identifier {
    let mut weights = [Weight::default(); MAX_LEVELS + 1];
    (weights[1], weights[2]) = (Weight::from_bits(-10.0), Weight::from_bits(20.0));
    Identifier { comparison: 0, agrees: 2, weights, unseen: 0.25 }
}

fn with_digit(digit: u8, pair: ScoredPair) -> ScoredPair {
    ScoredPair { pattern: Pattern::default().with(0, digit), ..pair }
}

#[test]
fn a_number_that_is_anothers_says_nothing_against_the_match() {
    // One of a hundred rows has a candidate with its number, of odds 1, and one without, of odds 1/4,
    // which are 256 without the ten bits. It is vacant with 1 − M / 100, and where it is not with a
    // quarter; M is next to 1.
    let mut pairs = [with_digit(2, pair(0, 100, 1.0)), with_digit(1, pair(0, 101, 0.25))];
    let sides = TwoSides { right_from: 100, rows: 200, at_most_one: [true, false] };
    let background = Background { kinds: &[0; 200], identifiers: &[identifier()] };
    weigh_rivals(&mut pairs, &sides, &background);
    let vacant = 0.99 + 0.01 * 0.25;
    let wanted = [1.0, 256.0].map(|odds| odds / (257.0 + vacant));
    likely(&pairs).iter().zip(wanted).for_each(|(found, wanted)| assert!((found - wanted).abs() < 1e-4));

    // A candidate whose number is missing, which took three bits of it, keeps its odds of 1/4.
    let mut missing = identifier();
    missing.weights[0] = Weight::from_bits(-3.0);
    let mut pairs = [with_digit(2, pair(0, 100, 1.0)), with_digit(0, pair(0, 101, 0.25))];
    weigh_rivals(&mut pairs, &sides, &Background { kinds: &[0; 200], identifiers: &[missing] });
    let found = likely(&pairs);
    assert!((found[0] / found[1] - 4.0).abs() < 1e-3, "{found:?}");
}

#[test]
fn a_lone_candidate_with_the_number_may_be_another_person() {
    // All of a thousand rows but one have a sure match, the last a lone candidate of odds 1 that has
    // its number. It is vacant with 0.01 and a quarter of 0.99. Of right rows, which may have several
    // matches, a number in common says nothing of the others.
    let sure = (0..999).map(|row| with_digit(1, pair(row, 1000 + row, 1e12)));
    let mut pairs: Vec<ScoredPair> = sure.chain([with_digit(2, pair(999, 1999, 1.0))]).collect();
    let background = Background { kinds: &[0; 2000], identifiers: &[identifier()] };
    let left = TwoSides { right_from: 1000, rows: 2000, at_most_one: [true, false] };
    let mut of_right = pairs.clone();
    weigh_rivals(&mut pairs, &left, &background);
    assert!((likely(&pairs)[999] - 1.0 / 1.2575).abs() < 1e-4);
    of_right.push(with_digit(1, pair(998, 1999, 0.25)));
    weigh_rivals(&mut of_right, &TwoSides { at_most_one: [false, false], ..left }, &background);
    assert!((likely(&of_right)[1000] - 0.2).abs() < 1e-4);
}
