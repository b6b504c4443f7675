//! Differences of numbers, and distances on the map.

use zeroize::{Zeroize, Zeroizing};

use super::super::Dictionary;
use super::Measure;

/// The numbers of a domain, by value number.
pub(super) struct Sizes {
    sizes: Zeroizing<Vec<f64>>,
    is_relative: bool,
}

impl Sizes {
    pub(super) fn new(dictionary: &Dictionary, measure: Measure) -> Sizes {
        let size = |number| dictionary.size(number).unwrap_or(f64::NAN);
        let sizes = Zeroizing::new(dictionary.numbers().map(size).collect());
        Sizes { sizes, is_relative: measure == Measure::RelativeDifference }
    }

    /// The difference of two numbers.
    #[inline]
    pub(super) fn score(&self, left: u32, right: u32) -> f64 {
        let (left, right) = (self.sizes[left as usize], self.sizes[right as usize]);
        let difference = (left - right).abs();
        if self.is_relative && difference > 0.0 { difference / left.abs().max(right.abs()) } else { difference }
    }
}

/// The mean radius of the Earth, in kilometres.
const RADIUS: f64 = 6371.0;

/// The places of a domain, by value number.
pub(super) struct Places {
    places: Zeroizing<Vec<Place>>,
}

/// In radians.
#[derive(Clone, Copy, Default, Zeroize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

impl Places {
    pub(super) fn new(dictionary: &Dictionary) -> Places {
        let place = |number| place(dictionary.clear_value(number)).unwrap_or_default();
        Places { places: Zeroizing::new(dictionary.numbers().map(place).collect()) }
    }

    /// Kilometres along the surface, by the haversine formula (R. W. Sinnott, "Virtues of the
    /// haversine", 1984).
    #[inline]
    pub(super) fn score(&self, left: u32, right: u32) -> f64 {
        let (left, right) = (self.places[left as usize], self.places[right as usize]);
        let haversine = |angle: f64| (angle / 2.0).sin().powi(2);
        let across = left.latitude.cos() * right.latitude.cos() * haversine(right.longitude - left.longitude);
        let part = haversine(right.latitude - left.latitude) + across;
        2.0 * RADIUS * part.clamp(0.0, 1.0).sqrt().asin()
    }
}

fn place(value: &[u8]) -> Option<Place> {
    let (latitude, longitude) = str::from_utf8(value).ok()?.split_once(',')?;
    let radians = |degrees: &str| degrees.parse::<f64>().ok().map(f64::to_radians);
    Some(Place { latitude: radians(latitude)?, longitude: radians(longitude)? })
}
