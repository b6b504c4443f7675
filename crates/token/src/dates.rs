//! Dates as codes, and when two of them agree partly.
//!
//! A token of a date cannot be compared in part, so each date also has tokens of its parts:
//! year and month, year and day, month and day, and the swaps that the published
//! definitions of a partial date of birth allow. They exist only in memory and only while a
//! job runs: with some eighty thousand possible dates, whoever holds the key could
//! enumerate them.

use counterfoil_core::{Code, PartialDate, ValueSimilarity};
use hashbrown::{HashMap, HashSet};

use crate::standardise::civil;
use crate::tokeniser::Tokeniser;

/// First day of the table, 1890-01-01: before the floor for dates of birth, 1895-01-01.
const FIRST: i32 = -29_219;
/// Last day of the table, 2099-12-31.
const LAST: i32 = 47_481;

/// The codes of one date's parts. Names: `y`, `m`, `d` are year, month and day; `x` marks a
/// part with its (last two) digits swapped.
struct Parts {
    /// Year, month, day.
    ymd: Code,
    /// Year, with month and day swapped: the `ymd` of the date with which this one is swapped.
    ydm: Code,
    ym: Code,
    yd: Code,
    md: Code,
    /// Day and month swapped: the `md` of a date with month and day exchanged.
    dm: Code,
    xm: Code,
    xd: Code,
    yx: Code,
    xx: Code,
    mx: Code,
}

/// Codes of all dates a linkage may meet.
pub struct DateCodes {
    codes: Vec<Code>,
    first_of_january: HashSet<Code>,
    parts: Vec<Parts>,
    position: HashMap<Code, u32>,
}

impl std::fmt::Debug for DateCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DateCodes(…)")
    }
}

impl DateCodes {
    /// The codes of all dates under one tokeniser. `partial` says whether the linkage asks
    /// for partial agreement; if not, the tokens of parts are never made.
    #[must_use]
    pub fn new(tokeniser: &Tokeniser, partial: bool) -> DateCodes {
        let dates: Vec<_> = (FIRST..=LAST).map(civil).collect();
        let codes = column(tokeniser, "date", &dates, |(y, m, d)| [y, i32::from(m), i32::from(d)]);
        let parts = if partial { parts(tokeniser, &codes, &dates) } else { Vec::new() };
        let position = if partial {
            codes.iter().enumerate().map(|(i, code)| (*code, i as u32)).collect()
        } else {
            HashMap::new()
        };
        let first_of_january =
            (dates.iter().zip(&codes)).filter(|(date, _)| (date.1, date.2) == (1, 1)).map(|(_, code)| *code).collect();
        DateCodes { codes, first_of_january, parts, position }
    }

    /// The code of a day, in days since 1970-01-01; null outside 1890–2099.
    #[inline]
    #[must_use]
    pub fn code(&self, day: i32) -> Code {
        self.index(day).map_or(Code::NULL, |i| self.codes[i])
    }

    /// Whether the date behind a code is a 1 January.
    #[must_use]
    pub fn code_is_first_of_january(&self, code: Code) -> bool {
        self.first_of_january.contains(&code)
    }

    fn index(&self, day: i32) -> Option<usize> {
        let index = usize::try_from(day - FIRST).ok()?;
        (index < self.codes.len()).then_some(index)
    }

    fn parts(&self, code: Code) -> Option<&Parts> {
        self.position.get(&code).and_then(|i| self.parts.get(*i as usize))
    }
}

type Civil = (i32, u8, u8);

/// Codes of one derived value of every date. `value` names up to three numbers; the tag
/// keeps different parts apart.
fn column(tokeniser: &Tokeniser, tag: &str, dates: &[Civil], value: impl Fn(Civil) -> [i32; 3]) -> Vec<Code> {
    let mut codes = vec![Code::NULL; dates.len()];
    let mut batch = tokeniser.batch(tag);
    for (i, date) in dates.iter().enumerate() {
        let [a, b, c] = value(*date);
        batch.push(&digits(a, b, c), i, &mut codes);
    }
    batch.flush(&mut codes);
    codes
}

/// `YYYYMMDD`, the canonical form of a date; parts leave the numbers they lack at zero.
fn digits(year: i32, month: i32, day: i32) -> [u8; 8] {
    let number = year * 10_000 + month * 100 + day;
    std::array::from_fn(|i| b'0' + (number / 10_i32.pow(7 - i as u32) % 10) as u8)
}

fn parts(tokeniser: &Tokeniser, ymd: &[Code], dates: &[Civil]) -> Vec<Parts> {
    let part = |tag: &str, value: fn(i32, i32, i32) -> [i32; 3]| {
        column(tokeniser, tag, dates, |(y, m, d)| value(y, i32::from(m), i32::from(d)))
    };
    let ydm = part("date", |y, m, d| [y, d, m]);
    let ym = part("date year-month", |y, m, _| [y, m, 0]);
    let yd = part("date year-day", |y, _, d| [y, 0, d]);
    let md = part("date month-day", |_, m, d| [0, m, d]);
    let dm = part("date month-day", |_, m, d| [0, d, m]);
    let xm = part("date year-month", |y, m, _| [swap_last_digits(y), m, 0]);
    let xd = part("date year-day", |y, _, d| [swap_last_digits(y), 0, d]);
    let yx = part("date year-day", |y, _, d| [y, 0, swap_last_digits(d)]);
    let xx = part("date year-day", |y, _, d| [swap_last_digits(y), 0, swap_last_digits(d)]);
    let mx = part("date month-day", |_, m, d| [0, m, swap_last_digits(d)]);
    (0..dates.len())
        .map(|i| Parts {
            ymd: ymd[i],
            ydm: ydm[i],
            ym: ym[i],
            yd: yd[i],
            md: md[i],
            dm: dm[i],
            xm: xm[i],
            xd: xd[i],
            yx: yx[i],
            xx: xx[i],
            mx: mx[i],
        })
        .collect()
}

/// 1945 ↔ 1954, 12 ↔ 21.
fn swap_last_digits(number: i32) -> i32 {
    let (rest, tens, units) = (number / 100, number / 10 % 10, number % 10);
    rest * 100 + units * 10 + tens
}

impl ValueSimilarity for DateCodes {
    fn dates_agree_partly(&self, a: Code, b: Code, definition: PartialDate) -> bool {
        if a.agrees(b) {
            return true;
        }
        let (Some(a), Some(b)) = (self.parts(a), self.parts(b)) else {
            return false;
        };
        match definition {
            PartialDate::TwoOfThree => two_of_three(a, b),
            PartialDate::TwoOfThreeOrSwapped => two_of_three(a, b) || a.ydm == b.ymd,
            PartialDate::MpsCrossCheck => mps_cross_check(a, b),
            PartialDate::MonthAndYear => a.ym == b.ym,
        }
    }
}

fn two_of_three(a: &Parts, b: &Parts) -> bool {
    a.ym == b.ym || a.yd == b.yd || a.md == b.md
}

/// The Spine cross-check's rule as we read it: a day agrees when equal or with its two
/// digits swapped, a year when equal or with its last two digits swapped, day and month
/// together also when exchanged; two of the three must agree.
fn mps_cross_check(a: &Parts, b: &Parts) -> bool {
    let year_and_month = a.ym == b.ym || a.xm == b.ym;
    let year_and_day = [a.yd, a.xd, a.yx, a.xx].contains(&b.yd);
    let month_and_day = [a.md, a.mx, a.dm].contains(&b.md);
    year_and_month || year_and_day || month_and_day
}
