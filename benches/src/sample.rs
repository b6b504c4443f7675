//! Sample values for the micro-benchmarks: many, valid, and the same on every machine.
//!
//! They only have to look right to the code that is measured; their frequencies mean
//! nothing. Workloads with real skew come from `benches/ranks/gen.py`.

/// Numbers without end that look random (`SplitMix64`; Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    /// A number below `end`, which is more than 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ bits >> 31) % end
    }
}

/// `count` valid NHS numbers as ten digits; a few may be there twice.
#[must_use]
pub fn nhs_numbers(count: usize, draw: &mut Draw) -> Vec<String> {
    let mut numbers = Vec::with_capacity(count);
    while numbers.len() < count {
        let first_nine = 400_000_000 + draw.below(500_000_000);
        numbers.extend(check_digit(first_nine).map(|last| format!("{first_nine}{last}")));
    }
    numbers
}

/// The tenth digit: 11 less the sum of the nine, weighted 10 … 2, mod 11; 11 is written 0,
/// and where it is 10 there is no such number (NHS Data Dictionary, NHS NUMBER).
fn check_digit(first_nine: u64) -> Option<u64> {
    let digit = |place: u32| first_nine / 10_u64.pow(8 - place) % 10;
    let sum: u64 = (0..9).map(|place| digit(place) * u64::from(10 - place)).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

/// `count` postcodes in the 8-character layout, of all three shapes of outward code.
#[must_use]
pub fn postcodes(count: usize, draw: &mut Draw) -> Vec<String> {
    let letter = |draw: &mut Draw| char::from(b'A' + draw.below(26) as u8);
    (0..count)
        .map(|_| {
            // Not Z, which may begin `ZZ` and be unlinkable.
            let area = char::from(b'A' + draw.below(25) as u8);
            let outward = match draw.below(3) {
                0 => format!("{area}{}", draw.below(10)),
                1 => format!("{area}{}{}", letter(draw), draw.below(10)),
                _ => format!("{area}{}{}{}", letter(draw), draw.below(10), letter(draw)),
            };
            format!("{outward:<4} {}{}{}", draw.below(10), letter(draw), letter(draw))
        })
        .collect()
}

/// `count` days of birth between 1920 and 2019, in days since 1970-01-01.
#[must_use]
pub fn birth_days(count: usize, draw: &mut Draw) -> Vec<i32> {
    (0..count).map(|_| draw.below(36_500) as i32 - 18_262).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 9·10 + 4·9 + 3·8 + 4·7 + 7·6 + 6·5 + 5·4 + 9·3 + 1·2 = 299 = 27·11 + 2, and
    /// 11 − 2 = 9.
    #[test]
    fn the_check_digit_is_the_published_one() {
        assert_eq!(check_digit(943_476_591), Some(9));
    }

    #[test]
    fn samples_are_valid() {
        use counterfoil_token::standardise::{PostcodeRules, nhs_number, postcode};
        let mut draw = Draw::new(1);
        for number in nhs_numbers(1000, &mut draw) {
            assert!(nhs_number(number.as_bytes()).valid().is_some());
        }
        for code in postcodes(1000, &mut draw) {
            assert!(postcode(code.as_bytes(), &PostcodeRules::hes()).valid().is_some());
        }
    }

    #[test]
    fn a_seed_gives_its_samples_again() {
        assert_eq!(nhs_numbers(10, &mut Draw::new(7)), nhs_numbers(10, &mut Draw::new(7)));
        assert_ne!(birth_days(10, &mut Draw::new(7)), birth_days(10, &mut Draw::new(8)));
    }
}
