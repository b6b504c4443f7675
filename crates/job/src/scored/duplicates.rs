//! Whether a side has one row a person, as far as its rows tell.
//!
//! Two rows of one person have much in common, and two of different people hardly ever have all of
//! certain values, such as a date of birth, a sex and a postcode. So pairs of one side's rows that
//! agree in such values tell how many of its rows repeat a person. Records may be sure to differ in
//! something, since only changed copies were kept; then they still agree in most of what is
//! compared, so that several sets of values are looked at.

use std::ops::Range;

use hashbrown::HashMap;

use super::estimate::{Compiled, Learnt};

/// Chance alone may make at most this share of rows agree with another in a set of values.
const MOST_CHANCE: f64 = 0.005;
/// Matches that agree in a set of values are at least this share.
const FEWEST_MATCHES: f64 = 0.2;
/// Of the rows at least this share has all values of a set.
const FEWEST_FILLED: f64 = 0.5;
/// Comparisons in a set of values, at most.
const LARGEST: usize = 4;
/// Sets of values that are looked at, at most: those in which most matches agree.
const SETS: usize = 5;
/// Rows that are looked at for each, about.
const ROWS: u32 = 10_000;
/// Rows of matches that it takes to tell.
const FEWEST_ROWS: f64 = 100.0;

/// The values that a comparison agrees closest in.
struct Closest {
    columns: Vec<usize>,
    /// How often matches agree in them, and random pairs.
    m: f64,
    u: f64,
}

/// Comparisons, a bit for each by position among the closest.
type Set = u32;

/// The share of a side's rows that seem to have another of the same person beside them: the median
/// over several sets of values. None where that cannot be told.
pub(super) fn repeated(rows: Range<u32>, compiled: &Compiled, learnt: &Learnt) -> Option<f64> {
    let closest = closest(compiled, learnt);
    let mut shares: Vec<f64> = telling_sets(&closest, f64::from(rows.end - rows.start))
        .into_iter()
        .filter_map(|set| share(&closest, set, rows.clone(), &compiled.columns.columns))
        .collect();
    shares.sort_unstable_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied()
}

fn closest(compiled: &Compiled, learnt: &Learnt) -> Vec<Closest> {
    let of = |(at, comparison): (usize, &counterfoil_score::ComparisonModel)| {
        let level = comparison.levels.last()?;
        Some(Closest { columns: compiled.closest_columns(at)?, m: level.m, u: level.u })
    };
    learnt.model.comparisons.iter().enumerate().filter_map(of).take(Set::BITS as usize).collect()
}

fn members(closest: &[Closest], set: Set) -> impl Iterator<Item = &Closest> {
    closest.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, closest)| closest)
}

/// The least sets of values in which hardly a row agrees with another by chance; all of the values
/// where there are none.
fn telling_sets(closest: &[Closest], rows: f64) -> Vec<Set> {
    let mut sets = Vec::new();
    grow(closest, rows, 0, 0, &mut sets);
    let is_least = |set: &Set| !sets.iter().any(|other| other != set && other & set == *other);
    let matches = |set: &Set| -> f64 { members(closest, *set).map(|closest| closest.m).product() };
    let mut least: Vec<Set> = sets.iter().filter(|set| is_least(set)).copied().collect();
    least.retain(|set| matches(set) >= FEWEST_MATCHES);
    least.sort_by(|one, other| matches(other).total_cmp(&matches(one)));
    least.truncate(SETS);
    if least.is_empty() {
        least.push(((1_u64 << closest.len()) - 1) as Set);
    }
    least
}

/// Adds every set that has `set` and further members from `from` on.
fn grow(closest: &[Closest], rows: f64, set: Set, from: usize, sets: &mut Vec<Set>) {
    let by_chance = rows * members(closest, set).map(|closest| closest.u).product::<f64>();
    if by_chance < MOST_CHANCE {
        sets.push(set);
    } else if (set.count_ones() as usize) < LARGEST {
        (from..closest.len()).for_each(|at| grow(closest, rows, set | 1 << at, at + 1, sets));
    }
}

/// The share of rows that have another of the same person beside them, by one set of values: pairs
/// that agree in all of it, less those of chance, over the share of matches that do.
fn share(closest: &[Closest], set: Set, rows: Range<u32>, columns: &[Vec<u32>]) -> Option<f64> {
    let keys: Vec<&[u32]> =
        members(closest, set).flat_map(|of| &of.columns).map(|at| columns[*at].as_slice()).collect();
    let (m, u) = members(closest, set).fold((1.0, 1.0), |(m, u), of| (m * of.m, u * of.u));
    let all = rows.end - rows.start;
    let one_in = all.div_ceil(ROWS);
    // Equal rows are drawn together, by the value that most of them differ in.
    let drawn_by = members(closest, set).min_by(|one, other| one.u.total_cmp(&other.u))?.columns[0];
    let drawn_to = u32::MAX / one_in;
    let is_drawn = |row: &u32| scattered(columns[drawn_by][*row as usize]) <= drawn_to;
    let mut counts: HashMap<Vec<u32>, u64> = HashMap::with_capacity(2 * ROWS as usize);
    let mut key = Vec::new();
    for row in rows.filter(is_drawn) {
        key.clear();
        key.extend(keys.iter().map(|column| column[row as usize]));
        if !key.contains(&0) {
            *counts.entry_ref(key.as_slice()).or_default() += 1;
        }
    }
    let filled = counts.values().sum::<u64>() as f64;
    let pairs = counts.values().map(|rows| rows * (rows - 1) / 2).sum::<u64>() as f64;
    if filled * m < FEWEST_ROWS || filled * f64::from(one_in) < FEWEST_FILLED * f64::from(all) {
        return None;
    }
    let by_chance = filled * f64::from(one_in) * filled / 2.0 * u;
    // With one pair more than there are, so that of a few rows nothing is certain.
    Some(2.0 * (pairs + 1.0 - by_chance).max(0.0) / (filled * m))
}

/// Numbers without the order that they were given in (Fibonacci hashing).
pub(super) fn scattered(value: u32) -> u32 {
    value.wrapping_mul(0x9E37_79B1)
}

#[cfg(test)]
mod tests {
    use super::{Closest, share, telling_sets};

    fn closest(us: &[f64]) -> Vec<Closest> {
        us.iter().enumerate().map(|(at, u)| Closest { columns: vec![at], m: 0.8, u: *u }).collect()
    }

    #[test]
    fn sets_tell_where_hardly_a_row_agrees_by_chance_and_no_smaller_one_does() {
        // Of 1 000 rows 1000 · 0.001 · 0.002 = 0.002 agree by chance; with 0.01 and 0.5 in the place of
        // either it is 0.005 and 0.01, which is not below 0.005.
        let four = closest(&[0.5, 0.001, 0.002, 0.01]);
        assert_eq!(telling_sets(&four, 1000.0), [0b0110]);
        // Of 100 rows any two of the three do: 0.002 for 0.002 with 0.01.
        assert_eq!(telling_sets(&four, 100.0), [0b0110, 0b1010, 0b1100]);
        // Where none tells, all of the values do what they can.
        assert_eq!(telling_sets(&closest(&[0.5, 0.1]), 1000.0), [0b11]);
    }

    #[test]
    fn rows_that_agree_are_counted_beyond_chance_and_for_the_matches_that_do_not() {
        // 400 rows: each of the first 200 values twice in both columns, or every value once.
        let (twice, once): (Vec<u32>, Vec<u32>) = ((0..400).map(|row| row / 2 + 1).collect(), (1..=400).collect());
        let of = closest(&[0.001, 0.01]);
        let found =
            |values: &Vec<u32>| share(&of, 0b11, 0..400, &[values.clone(), values.clone()]).expect("enough rows");
        // By chance 400 · 400 / 2 · 0.00001 = 0.8 pairs; of matches 0.64 agree in both.
        assert!((found(&twice) - 2.0 * (200.0 + 1.0 - 0.8) / (400.0 * 0.64)).abs() < 1e-9);
        assert!((found(&once) - 2.0 * (1.0 - 0.8) / (400.0 * 0.64)).abs() < 1e-9);
        // Too few rows to tell: 150 · 0.64 of matches.
        assert_eq!(share(&of, 0b11, 0..150, &[once.clone(), once]), None);
    }
}
