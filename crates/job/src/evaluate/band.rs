//! Bands of match weight, which figures of a linkage by a model are given by.

use counterfoil_core::scored::Weight;

use super::truth::{Evidence, Linked};
use super::{BandQuality, Quality};

/// Most bands, but for one of links that are definite.
const MOST: i64 = 12;
/// From this weight on a link is one of a rule and not of weights; it has a band of its own.
const DEFINITE: i64 = 100;

/// Bands of 1, 2, 4, … bits: as narrow as there are at most [`MOST`].
pub(super) struct Bands {
    width: i64,
}

impl Bands {
    pub(super) fn of(links: &[Linked]) -> Bands {
        let weights = links.iter().filter_map(|made| match made.evidence {
            Evidence::Weight(weight) => Some(whole(weight.0)),
            Evidence::Step(..) => None,
        });
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        weights.filter(|bits| *bits < DEFINITE).for_each(|bits| {
            least = least.min(bits);
            most = most.max(bits);
        });
        let mut width = 1;
        while least < most && most.div_euclid(width) - least.div_euclid(width) >= MOST {
            width *= 2;
        }
        Bands { width }
    }

    /// The band of a weight, by the bits that it starts from.
    pub(super) fn of_weight(&self, weight: Weight) -> i64 {
        let bits = whole(weight);
        if bits >= DEFINITE { DEFINITE } else { bits.div_euclid(self.width) * self.width }
    }

    pub(super) fn quality(&self, from: i64, quality: Quality) -> BandQuality {
        let to = (from < DEFINITE).then_some(from + self.width);
        BandQuality { from, to, quality }
    }
}

/// Whole bits, rounded down.
fn whole(weight: Weight) -> i64 {
    weight.0.div_euclid(Weight::BIT)
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::*;

    fn bands(weights: &[f64]) -> (Bands, Vec<i64>) {
        let link = |bits: &f64| Linked {
            left: None,
            right: None,
            evidence: Evidence::Weight(Reverse(Weight::from_bits(*bits))),
            block: None,
        };
        let bands = Bands::of(&weights.iter().map(link).collect::<Vec<_>>());
        let of = weights.iter().map(|bits| bands.of_weight(Weight::from_bits(*bits))).collect();
        (bands, of)
    }

    #[test]
    fn bands_are_narrow_where_weights_are_close() {
        let (bands_of, starts) = bands(&[-0.5, 0.0, 0.99, 11.2, 100.0, 140.0]);
        // Twelve bands would be -1 to 10, and 11 is the thirteenth: so they are of two bits.
        assert_eq!((bands_of.width, starts), (2, vec![-2, 0, 0, 10, 100, 100]));
        let (bands_of, starts) = bands(&[5.0, 5.5, 16.9]);
        assert_eq!((bands_of.width, starts), (1, vec![5, 5, 16]));
        let (bands_of, starts) = bands(&[1.0, 90.0]);
        assert_eq!((bands_of.width, starts), (8, vec![0, 88]), "89 bits in bands of 8 are 12");
        assert_eq!(bands(&[100.0]).1, [100]);
    }
}
