//! Places as data: invented postcode areas, postcodes, small areas and providers.
//!
//! Postcodes have the shape of real ones and none of the areas exists, so that no row can
//! point at a real address. Codes of small areas and providers lie outside the real ranges.

use crate::draw::{Draw, Purpose, Spread};

/// The eight-character layout of HES: outward part padded to four, blank, inward part.
pub(crate) type Postcode = [u8; 8];

/// No fixed abode.
pub(crate) const NO_FIXED_ABODE: Postcode = *b"ZZ99 3VZ";

/// Address not known.
pub(crate) const ADDRESS_UNKNOWN: Postcode = *b"ZZ99 3WZ";

/// England, and nothing more is known.
pub(crate) const ENGLAND_ONLY: Postcode = *b"ZZ99 3CZ";

/// Invented postcode areas. Each is well formed (first letter not Q, V or X; second not I, J
/// or Z) and none is an area of the United Kingdom.
const AREAS: [&[u8]; 60] = [
    b"A", b"D", b"F", b"H", b"K", b"P", b"R", b"T", b"Y", b"AE", b"AN", b"AW", b"BE", b"BK", b"BW", b"CE", b"CK",
    b"CN", b"DB", b"DF", b"DM", b"DR", b"EA", b"EB", b"EL", b"ER", b"FA", b"FE", b"FL", b"FR", b"GA", b"GE", b"GO",
    b"GR", b"HE", b"HL", b"HN", b"HO", b"KE", b"KN", b"KR", b"LB", b"LO", b"LY", b"MA", b"MN", b"MO", b"NA", b"NB",
    b"NO", b"OA", b"OD", b"ON", b"PB", b"PN", b"RA", b"RD", b"RN", b"SB", b"SD",
];

/// Letters of the inward part; C, I, K, M, O and V are not used there.
const UNIT_LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// Postcode districts an area (1 to 20).
const DISTRICTS: u64 = 20;

/// Postcodes a district: ten sectors of 20 × 20 units.
const IN_DISTRICT: u64 = 10 * 400;

/// Postcodes that can be written.
const CAPACITY: u64 = AREAS.len() as u64 * DISTRICTS * IN_DISTRICT;

/// People a postcode on average; England has about 1.5 million live postcodes.
const PEOPLE_PER_POSTCODE: u64 = 25;

/// One postcode in this many is a communal establishment.
const POSTCODES_PER_COMMUNAL: u64 = 1_000;

/// Small areas (LSOA): near England's 32,844.
pub(crate) const SMALL_AREAS: u64 = 32_000;

/// Postcodes a small area.
const POSTCODES_PER_LSOA: u64 = CAPACITY / SMALL_AREAS;

/// Providers of one area.
const PROVIDERS_PER_AREA: u64 = 2;

/// Number of providers.
pub(crate) const PROVIDERS: u64 = AREAS.len() as u64 * PROVIDERS_PER_AREA;

/// General practices of one postcode district: 7,200 in all, near England's 6,500.
const PRACTICES_PER_DISTRICT: u64 = 6;

/// Regions of England, by code; the invented postcode areas are dealt out to them.
const REGIONS: [(&str, &str); 9] = [
    ("E12000001", "North East"),
    ("E12000002", "North West"),
    ("E12000003", "Yorkshire and The Humber"),
    ("E12000004", "East Midlands"),
    ("E12000005", "West Midlands"),
    ("E12000006", "East of England"),
    ("E12000007", "London"),
    ("E12000008", "South East"),
    ("E12000009", "South West"),
];

/// A postcode by its number in the population; the first ones are communal establishments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) u32);

/// The postcodes that one population lives in.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    seed: u64,
    postcodes: u64,
    communal: u64,
    spread: Spread,
}

impl Places {
    pub(crate) fn new(seed: u64, people: u64) -> Places {
        let postcodes = (people / PEOPLE_PER_POSTCODE).clamp(50, CAPACITY);
        let communal = (postcodes / POSTCODES_PER_COMMUNAL).max(1);
        let spread = Spread::new(CAPACITY, &mut Draw::new(seed, Purpose::Population, 2));
        Places { seed, postcodes, communal, spread }
    }

    /// An ordinary postcode; some are far more crowded than others.
    pub(crate) fn ordinary(&self, draw: &mut Draw) -> Place {
        Place((self.communal + draw.skewed_below(self.postcodes - self.communal)) as u32)
    }

    /// The postcode of a communal establishment.
    pub(crate) fn communal(&self, draw: &mut Draw) -> Place {
        Place(draw.below(self.communal) as u32)
    }

    /// Whether the place is a communal establishment.
    pub(crate) fn is_communal(&self, place: Place) -> bool {
        u64::from(place.0) < self.communal
    }

    /// All communal establishments, by postcode in the usual form.
    pub(crate) fn communal_postcodes(&self) -> Vec<String> {
        let mut all: Vec<String> =
            (0..self.communal).map(|number| usual_form(self.postcode(Place(number as u32)))).collect();
        all.sort_unstable();
        all
    }

    /// The postcode in HES layout.
    pub(crate) fn postcode(&self, place: Place) -> Postcode {
        let code = self.code(place);
        let area = AREAS[(code / (DISTRICTS * IN_DISTRICT)) as usize];
        let district = code / IN_DISTRICT % DISTRICTS + 1;
        let (sector, unit) = ((code / 400 % 10) as u8, (code % 400) as usize);
        let mut text = *b"        ";
        text[..area.len()].copy_from_slice(area);
        let mut next = area.len();
        if district >= 10 {
            text[next] = b'0' + (district / 10) as u8;
            next += 1;
        }
        text[next] = b'0' + (district % 10) as u8;
        text[5] = b'0' + sector;
        text[6] = UNIT_LETTERS[unit / 20];
        text[7] = UNIT_LETTERS[unit % 20];
        text
    }

    /// The number of the small area (LSOA), below [`SMALL_AREAS`].
    pub(crate) fn small_area(&self, place: Place) -> u64 {
        self.code(place) / POSTCODES_PER_LSOA
    }

    /// Deprivation decile of the small area, 1 (most deprived) to 10.
    pub(crate) fn deprivation(&self, place: Place) -> i8 {
        let area = self.code(place) / POSTCODES_PER_LSOA;
        Draw::new(self.seed, Purpose::Deprivation, area).below(10) as i8 + 1
    }

    /// The hospital provider that serves the place.
    pub(crate) fn provider(&self, place: Place) -> u16 {
        let district = self.code(place) / IN_DISTRICT;
        (district / DISTRICTS * PROVIDERS_PER_AREA + district % PROVIDERS_PER_AREA) as u16
    }

    /// The number of the postcode district.
    pub(crate) fn district(&self, place: Place) -> u64 {
        self.code(place) / IN_DISTRICT
    }

    /// Code and name of the region.
    pub(crate) fn region(&self, place: Place) -> (&'static str, &'static str) {
        let area = self.code(place) / (DISTRICTS * IN_DISTRICT);
        REGIONS[(area * REGIONS.len() as u64 / AREAS.len() as u64) as usize]
    }

    /// The general practice that a person living there is registered with, by number; a move
    /// within the postcode district changes nothing.
    pub(crate) fn practice(&self, place: Place, person: u64) -> u16 {
        let district = self.code(place) / IN_DISTRICT;
        let index = person * AREAS.len() as u64 * DISTRICTS + district;
        let choice = Draw::new(self.seed, Purpose::Practice, index).below(PRACTICES_PER_DISTRICT);
        (district * PRACTICES_PER_DISTRICT + choice) as u16
    }

    fn code(&self, place: Place) -> u64 {
        self.spread.place(u64::from(place.0))
    }
}

/// Five-character provider code: an invented three-character code and `00`.
pub(crate) fn provider_code(provider: u16) -> [u8; 5] {
    [b'X', b'A' + (provider / 10) as u8, b'0' + (provider % 10) as u8, b'0', b'0']
}

/// Six-character practice code; real ones do not begin with Z.
pub(crate) fn practice_code(practice: u16) -> [u8; 6] {
    let mut code = *b"Z00000";
    let mut number = practice;
    for digit in code[1..].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    code
}

/// The usual form with one blank: `A1 1AA`.
pub(crate) fn usual_form(postcode: Postcode) -> String {
    let text = String::from_utf8_lossy(&postcode);
    format!("{} {}", text[..4].trim_end(), &text[5..])
}

/// A postcode with its last letter mistyped, so that the sector still agrees.
pub(crate) fn mistype(mut postcode: Postcode, draw: &mut Draw) -> Postcode {
    let letter = draw.pick(UNIT_LETTERS);
    postcode[7] = if letter == postcode[7] { next_letter(letter) } else { letter };
    postcode
}

/// The unit letter after this one.
fn next_letter(letter: u8) -> u8 {
    let at = UNIT_LETTERS.iter().position(|other| *other == letter).unwrap_or(0);
    UNIT_LETTERS[(at + 1) % UNIT_LETTERS.len()]
}

/// A postcode with the letter O typed for each zero.
pub(crate) fn letter_o_for_zero(postcode: Postcode) -> Postcode {
    postcode.map(|byte| if byte == b'0' { b'O' } else { byte })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three layouts of HES: `AXXX 9AA`, `AXX  9AA`, `AX   9AA` (A a letter, X a letter
    /// or digit, 9 a digit).
    fn is_hes_layout(postcode: Postcode) -> bool {
        let outward = String::from_utf8_lossy(&postcode[..4]).trim_end().to_owned();
        (2..=4).contains(&outward.len())
            && outward.starts_with(|c: char| c.is_ascii_uppercase())
            && outward.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && outward.ends_with(|c: char| c.is_ascii_digit())
            && postcode[4] == b' '
            && postcode[5].is_ascii_digit()
            && postcode[6..].iter().all(u8::is_ascii_uppercase)
    }

    #[test]
    fn postcodes_have_the_hes_layout_and_are_distinct() {
        let places = Places::new(9, 500_000);
        let mut all: Vec<Postcode> = (0..20_000).map(|n| places.postcode(Place(n))).collect();
        assert!(all.iter().copied().all(is_hes_layout));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20_000);
    }

    #[test]
    fn the_usual_form_has_one_blank() {
        assert_eq!(usual_form(*b"K1   2AB"), "K1 2AB");
        assert_eq!(usual_form(*b"KE12 0XY"), "KE12 0XY");
        assert_eq!(letter_o_for_zero(*b"KE10 0XY"), *b"KE1O OXY");
    }

    #[test]
    fn every_area_lies_in_a_region_and_every_practice_serves_its_district() {
        let places = Places::new(9, 1_000_000);
        let regions: std::collections::BTreeSet<_> = (0..40_000).map(|n| places.region(Place(n)).0).collect();
        assert_eq!(regions.len(), REGIONS.len());
        let of_district = |n| places.code(Place(n)) / IN_DISTRICT;
        let (here, near) = (0..40_000)
            .find_map(|n| (1..40_000).find(|m| *m != n && of_district(*m) == of_district(n)).map(|m| (n, m)))
            .expect("two postcodes of a district");
        assert!((0..100).all(|person| places.practice(Place(here), person) == places.practice(Place(near), person)));
        let practices: std::collections::BTreeSet<_> = (0..100).map(|p| places.practice(Place(here), p)).collect();
        assert_eq!(practices.len() as u64, PRACTICES_PER_DISTRICT);
        assert_eq!(practice_code(7_199), *b"Z07199");
    }

    #[test]
    fn one_postcode_in_a_thousand_is_communal() {
        let places = Places::new(9, 1_000_000); // 40,000 postcodes
        assert_eq!(places.communal_postcodes().len(), 40);
        let mut draw = Draw::new(9, Purpose::Homes, 0);
        assert!((0..1_000).all(|_| !places.is_communal(places.ordinary(&mut draw))));
        assert!((0..1_000).all(|_| places.is_communal(places.communal(&mut draw))));
    }
}
