//! Intervals of shares.

/// The 97.5th percentile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The interval of Wilson (1927), at 95 %, for a share of `part` in `whole`; `None` where
/// there is no whole.
///
/// With p = part/whole, n = whole and z the normal percentile: the centre is
/// (p + z²/2n) / (1 + z²/n), and half the width
/// z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²). It stays within 0 and 1, and says something
/// useful where the share is 0 or 1 and the group is small.
pub(super) fn wilson(part: u64, whole: u64) -> Option<[f64; 2]> {
    if whole == 0 {
        return None;
    }
    let n = whole as f64;
    let p = part as f64 / n;
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // The ends at 0 and 1 are exact in the formula, and only nearly so in floating point.
    let low = if part == 0 { 0.0 } else { centre - half };
    let high = if part == whole { 1.0 } else { centre + half };
    Some([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(part: u64, whole: u64, low: f64, high: f64) {
        let found = wilson(part, whole).expect("there is a whole");
        assert!((found[0] - low).abs() < 5e-5 && (found[1] - high).abs() < 5e-5, "{part} of {whole}: {found:?}");
    }

    /// Newcombe (1998), table I, method 3, "score": 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    #[test]
    fn intervals_are_those_published() {
        check(81, 263, 0.2553, 0.3662);
        check(15, 148, 0.0624, 0.1605);
        check(0, 20, 0.0, 0.1611);
        check(1, 29, 0.0061, 0.1718);
    }

    #[test]
    fn the_ends_are_exact_and_a_share_of_nothing_has_none() {
        assert_eq!(wilson(7, 7).map(|interval| interval[1]), Some(1.0));
        assert_eq!(wilson(0, 7).map(|interval| interval[0]), Some(0.0));
        assert_eq!(wilson(0, 0), None);
    }
}
