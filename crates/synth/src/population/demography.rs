//! Who the people are, as data: ages, sexes, ethnic categories, need for care, mortality.
//!
//! The figures are rounded shapes of our own that make a population like England's in the
//! 2010s; none is an official statistic and nothing may be inferred from them.

use super::Need;
use crate::calendar::Window;
use crate::draw::Draw;

/// An age band at the start of the window; negative ages are births within it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band {
    from: i32,
    to: i32,
    /// Share of men.
    pub(super) male: f64,
}

const fn band(from: i32, to: i32, male: f64) -> Band {
    Band { from, to, male }
}

/// Weight and age band (per mille of the people alive at the start; births come on top,
/// about 1.2 % a year).
pub(super) const AGES: [(u32, Band); 20] = [
    (120, band(-10, 0, 0.512)),
    (63, band(0, 5, 0.512)),
    (61, band(5, 10, 0.512)),
    (55, band(10, 15, 0.512)),
    (60, band(15, 20, 0.512)),
    (66, band(20, 25, 0.51)),
    (69, band(25, 30, 0.50)),
    (69, band(30, 35, 0.50)),
    (63, band(35, 40, 0.50)),
    (68, band(40, 45, 0.50)),
    (71, band(45, 50, 0.495)),
    (67, band(50, 55, 0.495)),
    (57, band(55, 60, 0.495)),
    (53, band(60, 65, 0.49)),
    (55, band(65, 70, 0.485)),
    (41, band(70, 75, 0.475)),
    (33, band(75, 80, 0.455)),
    (24, band(80, 85, 0.42)),
    (15, band(85, 90, 0.36)),
    (9, band(90, 100, 0.28)),
];

/// Share of people whose birth was registered as 1 January because only the year was known.
const YEAR_ONLY_KNOWN: f64 = 0.008;

/// A birth day for someone of the band.
pub(super) fn birth_day(window: &Window, band: Band, draw: &mut Draw) -> i32 {
    // 1461 days are four years; a birth on the first day of the window is the latest of
    // band 0 to 5.
    let youngest = band.from * 1461 / 4;
    let oldest = band.to * 1461 / 4 - 1;
    let day = (window.start() - draw.between(youngest, oldest)).min(window.last());
    let year_only = draw.chance(YEAR_ONLY_KNOWN);
    if !year_only || band.from <= 0 {
        return day;
    }
    let year = crate::calendar::date_of(day).year();
    crate::calendar::day_of(year, 1, 1).expect("1 January is a date")
}

/// Ethnic category by weight.
pub(crate) const ETHNIC_CATEGORIES: [(u32, &str); 16] = [
    (780, "A"),
    (9, "B"),
    (50, "C"),
    (8, "D"),
    (3, "E"),
    (6, "F"),
    (5, "G"),
    (26, "H"),
    (22, "J"),
    (8, "K"),
    (15, "L"),
    (11, "M"),
    (19, "N"),
    (5, "P"),
    (7, "R"),
    (10, "S"),
];

/// Probability that someone of the age has a partner or finds one within the window, if there
/// is somebody who suits: from age, probability.
const IN_UNION: [(i32, f64); 6] = [(0, 0.0), (18, 0.25), (25, 0.65), (35, 0.75), (65, 0.65), (80, 0.45)];

/// The same for someone of the age at the start of the window.
pub(super) fn in_union(age: i32) -> f64 {
    last_from(&IN_UNION, |row| row.0 <= age).1
}

/// Share of couples whose wedding lies within the window: from age of the younger.
const WEDS_WITHIN: [(i32, f64); 5] = [(0, 0.9), (25, 0.5), (35, 0.2), (45, 0.08), (60, 0.02)];

/// The same for someone of the age at the start of the window.
pub(super) fn weds_within(age: i32) -> f64 {
    last_from(&WEDS_WITHIN, |row| row.0 <= age).1
}

/// Probability that someone of the age and the ethnic category comes to the country within
/// the window: 4 % of all people.
pub(super) fn arrives(age: i32, ethnicity: &str) -> f64 {
    let young = match ethnicity {
        "A" => 0.01,
        "B" | "M" => 0.05,
        "D" | "E" | "F" | "G" => 0.08,
        "H" | "J" | "K" | "P" => 0.16,
        "L" | "N" | "R" => 0.25,
        _ => 0.35,
    };
    young
        * match age {
            ..45 => 1.0,
            45..65 => 0.3,
            _ => 0.1,
        }
}

/// Need for hospital care by weight.
pub(super) const NEEDS: [(u32, Need); 4] =
    [(45, Need::Little), (41, Need::Average), (13, Need::Much), (1, Need::Heavy)];

/// Deaths a year per 100,000: from age, men, women. Bands run to the next age.
const MORTALITY: [(i32, u32, u32); 15] = [
    (0, 40, 35),
    (5, 9, 8),
    (15, 35, 15),
    (25, 60, 28),
    (35, 120, 70),
    (45, 260, 170),
    (55, 620, 410),
    (60, 950, 620),
    (65, 1_500, 980),
    (70, 2_400, 1_600),
    (75, 4_000, 2_800),
    (80, 7_200, 5_300),
    (85, 12_800, 10_300),
    (90, 21_500, 19_000),
    (95, 33_000, 31_000),
];

/// Share of births that end in death within 28 days.
pub(super) const NEONATAL_MORTALITY: f64 = 0.0028;

/// Probability that someone of the age dies within a year.
pub(super) fn yearly_mortality(age: i32, sex: i8) -> f64 {
    let (_, men, women) = *last_from(&MORTALITY, |row| row.0 <= age);
    f64::from(if sex == 1 { men } else { women }) / 100_000.0
}

/// Stays in hospital a year of someone with average need: from age, stays.
const STAYS_A_YEAR: [(i32, f64); 9] =
    [(0, 0.15), (5, 0.08), (16, 0.14), (30, 0.155), (45, 0.165), (60, 0.26), (70, 0.37), (80, 0.48), (90, 0.50)];

/// Expected stays a year.
pub(super) fn stays_a_year(age: i32, need: Need) -> f64 {
    let (_, average) = *last_from(&STAYS_A_YEAR, |row| row.0 <= age);
    average
        * match need {
            Need::Little => 0.15,
            Need::Average => 1.0,
            Need::Much => 3.0,
            Need::Heavy => 20.0,
        }
}

/// Probability of moving home within a year: from age, probability.
const MOVES_A_YEAR: [(i32, f64); 5] = [(0, 0.08), (18, 0.17), (35, 0.07), (50, 0.035), (65, 0.02)];

/// Probability that someone of the age moves within a year.
pub(super) fn yearly_moves(age: i32) -> f64 {
    last_from(&MOVES_A_YEAR, |row| row.0 <= age).1
}

/// Share of people without partner or child whose home is a communal establishment: from age,
/// share. Students' halls, prisons and barracks in the middle, care homes at the end; 1 % of
/// all people.
const IN_COMMUNAL: [(i32, f64); 5] = [(0, 0.001), (18, 0.07), (25, 0.007), (75, 0.06), (85, 0.18)];

/// Probability that a home which someone of the age without partner or child has or finds is
/// a communal establishment.
pub(super) fn communal_share(age: i32) -> f64 {
    last_from(&IN_COMMUNAL, |row| row.0 <= age).1
}

/// The last row that passes, else the first.
fn last_from<T>(table: &[T], passes: impl Fn(&T) -> bool) -> &T {
    table.iter().rev().find(|row| passes(row)).unwrap_or(&table[0])
}
