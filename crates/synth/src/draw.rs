//! Counter-based randomness: every draw follows from the seed, a purpose and an index.
//!
//! A stream is opened by (seed, purpose, index), not taken from one running generator, so
//! that any block of people can be made alone, on any thread, and a new purpose leaves the
//! draws of the others as they were. No floating-point function beyond multiplication is
//! used, because `exp` and `ln` differ between platforms and the output must not.

/// What a stream of draws is for. The number is part of the output's definition: give a new
/// purpose a new number and never reuse one (5, 7 and 13 are used up).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Purpose {
    /// Birth, sex, ethnic category, frailty.
    Person = 1,
    /// Homes and moves.
    Homes = 2,
    /// Date and place of death.
    Death = 3,
    /// Stays in hospital.
    Stays = 4,
    /// Registration of a death and the errors in it.
    Registration = 6,
    /// Constants of the whole population, such as how NHS numbers are spread.
    Population = 8,
    /// Person tokens, by person.
    Token = 9,
    /// Person tokens used for one record only, by record.
    OneTimeToken = 10,
    /// Local patient ids, by person and provider.
    LocalPatientId = 11,
    /// Deprivation, by area.
    Deprivation = 12,
    /// Outpatient appointments.
    Appointments = 40,
    /// Emergency attendances.
    Attendances = 41,
    /// What a stay was for, by stay.
    StayContent = 42,
    /// What an episode adds, by episode.
    EpisodeContent = 43,
    /// What a referral to outpatients was about, by referral.
    ReferralContent = 46,
    /// What became of an appointment, by appointment.
    AppointmentContent = 47,
    /// What happened in an emergency department, by attendance.
    VisitContent = 48,
    /// Whether an attendance is in the Emergency Care Data Set, by attendance.
    EcdsKept = 49,
    /// What HES records say beside identifiers, by person and data set.
    HesDetails = 45,
    /// Critical care, by person.
    CriticalCare = 51,
    /// What happened in critical care, by period.
    CriticalCareContent = 52,
    /// Imaging examinations, by person.
    Imaging = 53,
    /// What an imaging record says beside the examination, by record.
    ImagingContent = 54,
    /// What is known of a pregnancy with a birth, by the first baby.
    PregnancyContent = 50,
    /// Birth as the maternity unit saw it, by baby.
    BirthContent = 44,
    /// Errors of one record, by person and data set.
    RowErrors = 14,
    /// Errors that all records of a person have, by person and collection.
    PersonErrors = 15,
    /// When NHS numbers are given and replaced, by person.
    NhsHistory = 17,
    /// Details of those errors, by person, collection and kind.
    PersonErrorDetails = 18,
    /// Twins, couples, mothers and arrivals, by group of people.
    Families = 19,
    /// Last moves, by person.
    CareHome = 20,
    /// Where a child is born, by child.
    Birthplace = 21,
    /// The family name that comes down from a person.
    FamilyNames = 22,
    /// Given and middle names, by person.
    GivenNames = 23,
    /// When names change, by person.
    NameChanges = 24,
    /// Errors in the names of records, by person and data set.
    NameErrors = 25,
    /// Names of streets, by place.
    Street = 60,
    /// Whether and when a person joins the cohort.
    Cohort = 61,
    /// When moves are registered and what else PDS holds, by person.
    PdsDetails = 62,
    /// General practices, by person and postcode district.
    Practice = 26,
    /// Referrals to mental health services.
    MentalHealth = 70,
    /// Referrals to community services.
    Community = 71,
    /// Referrals to talking therapies.
    TalkingTherapy = 72,
    /// Pregnancies, by mother.
    Pregnancy = 73,
    /// Which stays are for a new joint, and questionnaires about them, by stay.
    JointOperation = 74,
    /// Person keys of data sets with a Person_ID of their own, by person and data set.
    CareToken = 75,
    /// Person keys used for one record only, by record.
    CareOneTimeToken = 76,
    /// What their records say besides identifiers, by person and data set.
    CareContent = 77,
    /// What questionnaires about operations say besides identifiers and scores, by person.
    PromsContent = 78,
    /// How a birth went, by the first baby.
    Delivery = 79,
}

/// One stream of draws: `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Clone)]
pub(crate) struct Draw {
    state: u64,
}

/// The increment of `SplitMix64`: 2⁶⁴ divided by the golden ratio, made odd.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// Opens the stream of (seed, purpose, index).
    pub(crate) fn new(seed: u64, purpose: Purpose, index: u64) -> Draw {
        let keyed = mix(seed.wrapping_add(GAMMA));
        let keyed = mix(keyed ^ (purpose as u64).wrapping_mul(GAMMA));
        Draw { state: mix(keyed ^ index.wrapping_mul(GAMMA)) }
    }

    /// Opens a stream from bits of another: what is drawn from it leaves the other alone.
    pub(crate) fn from_bits(bits: u64) -> Draw {
        Draw { state: bits }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// A whole number from 0 to `n` − 1; `n` must not be 0. The bias is below n/2⁶⁴.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// A number from 0 to `n` − 1 with density −ln(x/n)/n: small numbers are commoner, the
    /// commonest about ln(n) + 1 times as common as the average.
    pub(crate) fn skewed_below(&mut self, n: u64) -> u64 {
        let product = (u128::from(self.bits()) * u128::from(self.bits())) >> 64;
        ((product * u128::from(n)) >> 64) as u64
    }

    /// A whole number of the closed range.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u64::from(high.abs_diff(low)) + 1;
        low + self.below(span) as i32
    }

    /// True with probability `rate` (to within 2⁻⁵³).
    pub(crate) fn chance(&mut self, rate: f64) -> bool {
        self.unit() < rate
    }

    /// A number from 0 to below 1, in steps of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
        ((self.bits() >> 11) as f64) * UNIT
    }

    /// A geometric number with the given mean (0, 1, 2 …), at most `most`.
    pub(crate) fn geometric(&mut self, mean: f64, most: u32) -> u32 {
        let go_on = mean / (1.0 + mean);
        let mut count = 0;
        while count < most && self.chance(go_on) {
            count += 1;
        }
        count
    }

    /// One item of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// One item of a table of (weight, item); at least one weight is above 0.
    pub(crate) fn weighted<T: Copy>(&mut self, table: &[(u32, T)]) -> T {
        let total: u64 = table.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let mut left = self.below(total);
        for (weight, item) in table {
            match left.checked_sub(u64::from(*weight)) {
                None => return *item,
                Some(rest) => left = rest,
            }
        }
        table[table.len() - 1].1
    }
}

/// The finaliser of `SplitMix64`: a bijection on 64 bits.
pub(crate) fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A bijection of 0 … `size` − 1 onto itself that puts neighbours far apart: an affine map
/// whose multiplier shares no factor with `size`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    size: u64,
    multiplier: u64,
    offset: u64,
}

impl Spread {
    /// Draws a multiplier near `size` times the golden ratio's fraction, and an offset.
    pub(crate) fn new(size: u64, draw: &mut Draw) -> Spread {
        let around = ((u128::from(size) * u128::from(GAMMA)) >> 64) as u64;
        let mut multiplier = (around + draw.below(size / 16 + 1)).max(1);
        while greatest_common_divisor(multiplier, size) != 1 {
            multiplier += 1;
        }
        Spread { size, multiplier, offset: draw.below(size) }
    }

    /// Where `index` goes; `index` must be below the size.
    pub(crate) fn place(&self, index: u64) -> u64 {
        if u32::try_from(self.size).is_ok() {
            // Of such factors the product fits, and dividing it takes a fraction of the time.
            return (index * self.multiplier + self.offset) % self.size;
        }
        let product = u128::from(index) * u128::from(self.multiplier) + u128::from(self.offset);
        (product % u128::from(self.size)) as u64
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First outputs of the generator for state 1234567, as printed with its reference
    /// implementation (Vigna, `splitmix64.c`; the values are listed at Rosetta Code).
    #[test]
    fn the_stream_is_splitmix64() {
        let mut draw = Draw { state: 1_234_567 };
        assert_eq!(draw.bits(), 6_457_827_717_110_365_317);
        assert_eq!(draw.bits(), 3_203_168_211_198_807_973);
        assert_eq!(draw.bits(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn a_spread_is_a_bijection() {
        for size in [1, 2, 30, 900, 4096] {
            let spread = Spread::new(size, &mut Draw::new(7, Purpose::Population, size));
            let mut places: Vec<u64> = (0..size).map(|index| spread.place(index)).collect();
            places.sort_unstable();
            assert!(places.iter().copied().eq(0..size), "size {size}");
        }
    }

    #[test]
    fn a_spread_is_the_same_map_in_words_and_in_double_words() {
        for size in [u64::from(u32::MAX), u64::from(u32::MAX) + 1] {
            let spread = Spread::new(size, &mut Draw::new(7, Purpose::Population, size));
            for index in (0..1_000).map(|step| step * (size / 1_000)) {
                let product = u128::from(index) * u128::from(spread.multiplier) + u128::from(spread.offset);
                assert_eq!(u128::from(spread.place(index)), product % u128::from(size));
            }
        }
    }

    #[test]
    fn weights_are_followed() {
        let mut draw = Draw::new(1, Purpose::Population, 0);
        let heads = (0..10_000).filter(|_| draw.weighted(&[(3, true), (0, false), (1, false)])).count();
        // Binomial(10 000, 3/4): standard deviation 43; five of them.
        assert!(heads.abs_diff(7_500) < 217, "{heads}");
    }

    #[test]
    fn a_geometric_number_has_its_mean() {
        let mut draw = Draw::new(2, Purpose::Population, 0);
        let sum: u32 = (0..10_000).map(|_| draw.geometric(2.0, 1000)).sum();
        // Variance 2·3 = 6 each: the sum's standard deviation is 245; five of them.
        assert!(sum.abs_diff(20_000) < 1_225, "{sum}");
    }
}
