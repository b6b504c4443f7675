//! Numbers that measures are held against, in the units they have here.

use super::family::SECONDS;
use super::read_condition::{Read, Reader};
use super::sql::Sql;

/// Seconds of the units that a difference of times is stated in, the longest first.
const UNITS: [(&str, f64); 3] = [("years", 31_557_600.0), ("months", 2_629_800.0), ("days", 86_400.0)];

/// A threshold as written.
#[derive(Clone, Copy)]
pub(super) enum Threshold {
    Number(f64),
    /// So many of a unit of time.
    Of(f64, &'static str),
}

/// A plain number, or seconds written as so many of a unit.
pub(super) fn seconds_or_number(sql: &Sql) -> Option<Threshold> {
    if let Some([Sql::Number(number), Sql::Number(unit)]) = sql.parts("*") {
        let (unit, _) = UNITS.into_iter().find(|(_, seconds)| seconds.to_bits() == unit.to_bits())?;
        return Some(Threshold::Of(*number, unit));
    }
    // Spark counts whole days: `floor(seconds / 86400)`.
    if let Some([inner]) = sql.parts("floor") {
        let [seconds, Sql::Number(86_400.0)] = inner.parts("/")? else { return None };
        return match seconds_or_number(seconds)? {
            Threshold::Number(seconds) => in_units(seconds).ok().map(|(unit, number)| Threshold::Of(number, unit)),
            of @ Threshold::Of(..) => Some(of),
        };
    }
    number_of(sql).map(Threshold::Number)
}

pub(super) fn number_of(sql: &Sql) -> Option<f64> {
    if let Sql::Number(number) = sql { Some(*number) } else { None }
}

/// Seconds in the longest unit that they are a whole number of, or else in days.
fn in_units(seconds: f64) -> Read<(&'static str, f64)> {
    let whole = UNITS.into_iter().find(|(_, unit)| seconds > 0.0 && seconds % unit == 0.0);
    let (name, unit) = whole.unwrap_or(UNITS[2]);
    if seconds > 0.0 && seconds < unit {
        return Err("times of day are not compared here".to_owned());
    }
    Ok((name, seconds / unit))
}

/// A share as per cent, without the last digits that the multiplication adds.
fn per_cent(share: f64) -> f64 {
    (share * 1e12).round() / 1e10
}

/// Whether an expression is a number.
pub(super) fn is_number(sql: &Sql) -> bool {
    number_of(sql).is_some()
}

impl Reader {
    /// Seconds as days, months or years; shares as per cent.
    pub(super) fn in_our_units(&mut self, name: &'static str, threshold: Threshold) -> Read<(&'static str, f64)> {
        match (name, threshold) {
            (SECONDS | "days", Threshold::Of(number, unit)) => Ok((unit, number)),
            (SECONDS, Threshold::Number(seconds)) => in_units(seconds),
            ("percent", Threshold::Number(share)) => Ok((name, per_cent(share))),
            ("jaccard", Threshold::Number(number)) => {
                self.note("Splink's `jaccard` compares sets of letters, this one sets of pairs of letters: choose the threshold anew.".to_owned());
                Ok((name, number))
            }
            (_, Threshold::Number(number)) => Ok((name, number)),
            (_, Threshold::Of(..)) => Err("the threshold is not a number".to_owned()),
        }
    }

    /// The threshold that is reached where another is passed.
    pub(super) fn strict(&mut self, name: &str, threshold: f64) -> Read<f64> {
        match name {
            "percent" => {
                self.note("Splink asks for less than the percentage, this for at most as much.".to_owned());
                Ok(threshold)
            }
            "levenshtein" | "damerau_levenshtein" if threshold > 0.0 => Ok(threshold.ceil() - 1.0),
            "shared" => Ok(threshold.floor() + 1.0),
            "jaro" | "jaro_winkler" | "jaccard" | "best_jaro_winkler" => Ok(threshold.next_up()),
            _ if threshold > 0.0 => Ok(threshold.next_down()),
            _ => Err("it never holds".to_owned()),
        }
    }
}
