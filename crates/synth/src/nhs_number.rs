//! NHS numbers for people who do not exist.
//!
//! Numbers start with 999, a block that is never issued; there are 900,000 usable ones,
//! enough for 800,000 people, of whom one in eight can have a second number. A larger
//! population takes all numbers that start with 9, which lie outside the published live blocks (400 000 000–499 999 999 and 600 000 000–708 800 001, nine-digit part).

use crate::draw::{Draw, Purpose, Spread};

/// Ten digits, as text.
pub(crate) type NhsNumber = [u8; 10];

/// Usable numbers that start with 9: nine for each of the ten million eight-digit beginnings.
const IN_9: u64 = 9 * 10_000_000;

/// One person in this many can have a second number.
pub(crate) const PEOPLE_PER_SECOND: u32 = 8;

/// Which of them.
const WITH_SECOND: u64 = 3;

/// How many people can have numbers of their own.
pub(crate) const MOST_PEOPLE: u64 = IN_9 / 9 * 8;

/// Usable numbers that start with 999: nine for each of the 100,000 eight-digit beginnings.
const IN_999: u64 = 9 * 100_000;

/// Whether the person can have a second number.
pub(crate) fn can_have_second(person: u64) -> bool {
    person % u64::from(PEOPLE_PER_SECOND) == WITH_SECOND
}

/// Gives each person of a population a valid number of their own.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    people: u64,
    spread: Spread,
    first_prefix: u64,
}

impl Numbers {
    pub(crate) fn new(seed: u64, people: u64) -> Numbers {
        let needed = people + people.div_ceil(u64::from(PEOPLE_PER_SECOND));
        let (size, first_prefix) = if needed <= IN_999 { (IN_999, 99_900_000) } else { (IN_9, 90_000_000) };
        let mut draw = Draw::new(seed, Purpose::Population, 1);
        Numbers { people, spread: Spread::new(size, &mut draw), first_prefix }
    }

    /// The first number of a person; two people never share one.
    pub(crate) fn of(&self, person: u64) -> NhsNumber {
        self.at(person)
    }

    /// The second number of a person who can have one; nobody else has it.
    pub(crate) fn second(&self, person: u64) -> NhsNumber {
        self.at(self.people + person / u64::from(PEOPLE_PER_SECOND))
    }

    fn at(&self, index: u64) -> NhsNumber {
        let place = self.spread.place(index);
        number(self.first_prefix + place / 9, (place % 9) as u8)
    }
}

/// The `choice`-th (0 to 8) valid number that starts with the eight digits of `prefix`.
///
/// The ninth digit d has weight 2, so the weighted sum s + 2d asks for a check digit of 10
/// for exactly one residue of d modulo 11. At least nine of the ten digits therefore have a
/// check digit, and counting past the one that has none gives nine numbers a prefix.
fn number(prefix: u64, choice: u8) -> NhsNumber {
    let mut digits = [0u8; 10];
    let mut rest = prefix;
    for digit in digits[..8].iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    let mut passed = 0;
    for ninth in 0..10 {
        digits[8] = ninth;
        if let Some(check) = check_digit(&digits) {
            if passed == choice {
                digits[9] = check;
                break;
            }
            passed += 1;
        }
    }
    digits.map(|digit| digit + b'0')
}

/// The check digit of the first nine digits (values, not text): weights 10 to 2, eleven less
/// the sum modulo 11, where 11 counts as 0 and 10 means that there is none.
fn check_digit(digits: &[u8; 10]) -> Option<u8> {
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(d, weight)| u32::from(*d) * weight).sum();
    match 11 - (sum % 11) as u8 {
        11 => Some(0),
        10 => None,
        check => Some(check),
    }
}

/// A copy with one digit mistyped. The check always notices: a change of 1 to 9 in one digit
/// times a weight of 1 to 10 is never a multiple of the prime 11.
pub(crate) fn mistype(mut number: NhsNumber, draw: &mut Draw) -> NhsNumber {
    let place = draw.below(10) as usize;
    let shift = 1 + draw.below(9) as u8;
    number[place] = b'0' + (number[place] - b'0' + shift) % 10;
    number
}

/// Whether ten digits pass the check: their weighted sum, with weights 10 to 1, is a multiple
/// of 11. Written another way than the making of numbers, so that tests may rely on it.
pub(crate) fn is_valid(number: &[u8]) -> bool {
    number.len() == 10
        && number.iter().all(u8::is_ascii_digit)
        && number.iter().zip((1..=10).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum::<u32>() % 11 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_knows_published_numbers() {
        // Documentation number 9434765919; 1234567890 fails, 0123456789 passes.
        assert!(is_valid(b"9434765919"));
        assert!(!is_valid(b"1234567890"));
        assert!(is_valid(b"0123456789"));
        assert_eq!(check_digit(&[9, 4, 3, 4, 7, 6, 5, 9, 1, 0]), Some(9));
    }

    #[test]
    fn numbers_are_valid_and_unique() {
        let numbers = Numbers::new(3, 20_000);
        let mut all: Vec<NhsNumber> = (0..20_000).map(|person| numbers.of(person)).collect();
        all.extend((0..20_000).filter(|person| can_have_second(*person)).map(|person| numbers.second(person)));
        assert!(all.iter().all(|number| is_valid(number) && number.starts_with(b"999")));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20_000 + 2_500);
    }

    #[test]
    fn a_large_population_takes_the_whole_nine_block() {
        let numbers = Numbers::new(3, IN_999);
        assert!((0..1_000).all(|person| {
            let number = numbers.of(person * 800);
            is_valid(&number) && number.starts_with(b"9")
        }));
    }

    #[test]
    fn every_prefix_has_nine_numbers() {
        for prefix in 99_900_000..99_900_050 {
            let all: Vec<NhsNumber> = (0..9).map(|choice| number(prefix, choice)).collect();
            assert!(all.iter().all(|number| is_valid(number)));
            assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn a_mistyped_number_is_invalid() {
        let mut draw = Draw::new(5, Purpose::RowErrors, 0);
        assert!((0..1_000).all(|_| !is_valid(&mistype(*b"9434765919", &mut draw))));
    }
}
