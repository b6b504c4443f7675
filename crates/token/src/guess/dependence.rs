//! How much of one column follows from another.

/// Rows looked at; more change the share by less than a hundredth.
const ROWS: usize = 100_000;
/// Least part of the entropy that is left when chance is taken off; below, nothing can be said.
const LEAST_LEFT: f64 = 0.05;

/// The share of the entropy of `b` that is explained by `a`, from 0 (independent) to 1
/// (determined), over rows in which both have a value. 0 is null. Of rows beyond a hundred
/// thousand an even sample is taken.
///
/// The plain share I(a; b) / H(b) is near 1 whenever `a` has nearly as many values as there are
/// rows. So what a random order of the rows would explain is taken off above and below, as in
/// adjusted mutual information (Vinh, Epps and Bailey, 2010):
/// (I − I₀) / (H(b) − I₀). The order is fixed, so the answer is the same in every run. 0 where
/// chance alone explains nearly everything, which leaves nothing to see.
///
/// Several rows of one person agree in everything: in a file with many of them every column
/// seems to depend on every other.
#[must_use]
pub fn dependence(a: &[u32], b: &[u32]) -> f64 {
    let step = (a.len() / ROWS).max(1);
    let rows = a.iter().zip(b).step_by(step).filter(|(a, b)| **a != 0 && **b != 0);
    let (a, mut b): (Vec<u32>, Vec<u32>) = rows.unzip();
    let (of_a, of_b) = (entropy(a.iter().map(|a| u64::from(*a))), entropy(b.iter().map(|b| u64::from(*b))));
    let explained =
        |b: &[u32]| of_a + of_b - entropy(a.iter().zip(b).map(|(a, b)| u64::from(*a) << 32 | u64::from(*b)));
    let seen = explained(&b);
    shuffle(&mut b);
    let by_chance = explained(&b);
    let left = of_b - by_chance;
    if left <= LEAST_LEFT * of_b { 0.0 } else { ((seen - by_chance) / left).clamp(0.0, 1.0) }
}

/// Entropy in bits of values, each as often as it occurs.
fn entropy(values: impl Iterator<Item = u64>) -> f64 {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    let n = values.len() as f64;
    let runs = values.chunk_by(|a, b| a == b).map(|run| run.len() as f64);
    runs.map(|count| -(count / n) * (count / n).log2()).sum()
}

/// Fisher and Yates' shuffle with the numbers of splitmix64, from a fixed start.
fn shuffle(values: &mut [u32]) {
    let mut state = 0_u64;
    for i in (1..values.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        values.swap(i, ((mixed ^ mixed >> 31) % (i as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent numbers from 1 to `most`.
    fn draws(seed: u32, most: u32, n: u32) -> Vec<u32> {
        let mix = |i: u32| {
            let mut x = u64::from(i) << 32 | u64::from(seed);
            x = (x ^ x >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
            x = (x ^ x >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
            (x ^ x >> 33) % u64::from(most)
        };
        (0..n).map(|i| mix(i) as u32 + 1).collect()
    }

    #[test]
    fn what_is_determined_is_explained_whole() {
        let postcodes = draws(1, 500, 20_000);
        let cities: Vec<u32> = postcodes.iter().map(|postcode| (postcode - 1) / 20 + 1).collect();
        assert!(dependence(&postcodes, &cities) > 0.999_999);
        // 25 cities of 20 postcodes each explain log2 25 = 4.64 of log2 500 = 8.97 bits, and by
        // chance about (25 - 1)(500 - 1) / (2 n ln 2) = 0.43 (Miller, 1955), so
        // (4.64 - 0.43) / (8.97 - 0.43) = 0.493. Those are means; rows vary by some hundredths
        // of a bit.
        let back = dependence(&cities, &postcodes);
        assert!((back - 0.493).abs() < 0.01, "{back}");
    }

    #[test]
    fn what_is_independent_is_not_explained_however_many_values() {
        for values in [3, 300, 8_000] {
            let share = dependence(&draws(1, values, 20_000), &draws(2, 50, 20_000));
            assert!(share < 0.02, "{values}: {share}");
        }
        // A column that is different on every row explains nothing either.
        let keys: Vec<u32> = (1..=20_000).collect();
        assert!(dependence(&keys, &draws(2, 50, 20_000)) < 1e-9);
    }

    #[test]
    fn null_and_constant_columns_explain_nothing() {
        assert!(dependence(&[], &[]) < 1e-9);
        assert!(dependence(&[0; 9], &[1; 9]) < 1e-9);
        assert!(dependence(&[1, 1, 2, 2], &[7; 4]) < 1e-9);
        assert!(dependence(&[7; 4], &[1, 1, 2, 2]) < 1e-9);
    }
}
