//! From SQL expressions to conditions and terms.

use super::family::{Filled, SECONDS, SHAPES, held_against};
use super::sql::{Side, Sql};
use crate::scored::condition::{ConditionSpec, DERIVATIONS, Direction, MEASURES, Term};

/// What is learnt on the way.
#[derive(Default)]
pub(super) struct Reader {
    /// Terms that are present where the condition is asked: the null level comes first.
    pub(super) present: Vec<Term>,
    /// What is near but not the same.
    pub(super) notes: Vec<String>,
    /// Columns of latitude or longitude, and the field that stands for both.
    places: Vec<(String, Term)>,
}

type Read<T> = Result<T, String>;

/// Seconds of the units that a difference of times is stated in, the longest first.
const UNITS: [(&str, f64); 3] = [("years", 31_557_600.0), ("months", 2_629_800.0), ("days", 86_400.0)];

impl Reader {
    /// Prepares for a comparison, of which this is all SQL: finds the places in it.
    pub(super) fn begin<'s>(&mut self, conditions: impl Iterator<Item = &'s Sql>) -> Read<()> {
        self.present.clear();
        self.places.clear();
        for condition in conditions {
            self.find_places(condition)?;
        }
        Ok(())
    }

    fn find_places(&mut self, sql: &Sql) -> Read<()> {
        let Sql::Of(_, parts) = sql else { return Ok(()) };
        if let Some(filled) = distance(sql) {
            return self.places(&filled).map(|_| ());
        }
        parts.iter().try_for_each(|part| self.find_places(part))
    }

    /// The condition that an expression is.
    pub(super) fn condition(&mut self, sql: &Sql) -> Read<ConditionSpec> {
        if let Some(parts) = sql.parts("or") {
            return self.any(parts);
        }
        if let Some(parts) = sql.parts("and") {
            return self.all(parts);
        }
        if let Some([inner]) = sql.parts("not") {
            return self.not(inner);
        }
        let Sql::Of(operator, parts) = sql else { return Err("it is no condition".to_owned()) };
        match (operator.as_str(), parts.as_slice()) {
            ("=", [left, right]) => exact(left, right),
            ("<>", [left, right]) => self.negated(exact(left, right)?),
            ("<=" | ">=" | "<" | ">", [left, right]) => self.measured(operator, left, right),
            ("is null", _) => Err("a value is asked for in one record only".to_owned()),
            _ => Err(format!("`{}` is no condition of Splink's library", operator.to_ascii_uppercase())),
        }
    }

    /// Either holds; `a_l IS NULL OR a_r IS NULL` is one condition of two records.
    fn any(&mut self, parts: &[Sql]) -> Read<ConditionSpec> {
        let mut conditions = Vec::new();
        let mut rest: Vec<&Sql> = parts.iter().collect();
        while !rest.is_empty() {
            let part = rest.remove(0);
            let condition = match self.missing(part)? {
                Some(asked) => {
                    self.take_other(&mut rest, &asked, Reader::missing)?;
                    ConditionSpec::Null(asked.0)
                }
                None => self.condition(part)?,
            };
            // Latitude and longitude are one field here.
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        Ok(one_or(conditions, ConditionSpec::Any))
    }

    /// All hold; `a_l IS NOT NULL AND a_r IS NOT NULL` is one condition of two records. That
    /// the places of a distance are there goes without saying.
    fn all(&mut self, parts: &[Sql]) -> Read<ConditionSpec> {
        let mut rest = Vec::new();
        let places: Vec<&Sql> = parts.iter().filter_map(distance).flat_map(Filled::into_values).collect();
        for part in parts {
            if !is_presence_of(part, &places) {
                rest.push(part);
            }
        }
        let mut conditions = Vec::new();
        while !rest.is_empty() {
            let part = rest.remove(0);
            conditions.push(match self.present(part)? {
                Some(asked) => {
                    self.take_other(&mut rest, &asked, Reader::present)?;
                    ConditionSpec::Not(Box::new(ConditionSpec::Null(asked.0)))
                }
                None => self.condition(part)?,
            });
        }
        Ok(one_or(conditions, ConditionSpec::All))
    }

    /// Takes away what asks for the same in the other record.
    fn take_other(
        &self,
        rest: &mut Vec<&Sql>,
        asked: &Asked,
        ask: fn(&Reader, &Sql) -> Read<Option<Asked>>,
    ) -> Read<()> {
        let wanted = Some((asked.0.clone(), asked.1.other()));
        let other = rest.iter().position(|part| ask(self, part).is_ok_and(|asked| asked == wanted));
        rest.remove(other.ok_or("a value is asked for in one record only")?);
        Ok(())
    }

    /// The value and record that `IS NULL` asks for.
    fn missing(&self, sql: &Sql) -> Read<Option<Asked>> {
        let Some([inner]) = sql.parts("is null") else { return Ok(None) };
        let side = inner.side().ok_or("it does not ask for a value of one record")?;
        let column = column_or_element(inner).ok();
        let place = self.places.iter().find(|(known, _)| Some(known) == column.as_ref());
        let term = place.map_or_else(|| term(inner), |(_, term)| Ok(term.clone()))?;
        Ok(Some((term, side)))
    }

    /// The value and record that `IS NOT NULL` asks for.
    fn present(&self, sql: &Sql) -> Read<Option<Asked>> {
        match sql.parts("not") {
            Some([inner]) => self.missing(inner),
            _ => Ok(None),
        }
    }

    fn not(&mut self, inner: &Sql) -> Read<ConditionSpec> {
        if let Some([inner, default]) = inner.parts("coalesce")
            && default.parts("false").is_some()
        {
            return Ok(ConditionSpec::Not(Box::new(self.condition(inner)?)));
        }
        let inner = self.condition(inner)?;
        self.negated(inner)
    }

    /// In SQL what compares a missing value neither holds nor fails to hold, so its negation
    /// does not hold either. Here it does, unless the values are asked to be there.
    fn negated(&mut self, condition: ConditionSpec) -> Read<ConditionSpec> {
        let mut terms = Vec::new();
        compared_terms(&condition, &mut terms);
        terms.retain(|term| !self.present.contains(term));
        let present = terms.into_iter().map(|term| ConditionSpec::Not(Box::new(ConditionSpec::Null(term))));
        let all = std::iter::once(ConditionSpec::Not(Box::new(condition))).chain(present).collect();
        Ok(one_or(all, ConditionSpec::All))
    }

    /// A measure held against a number, on either side of the sign.
    fn measured(&mut self, sign: &str, left: &Sql, right: &Sql) -> Read<ConditionSpec> {
        let swapped = match sign {
            "<=" => ">=",
            ">=" => "<=",
            "<" => ">",
            _ => "<",
        };
        if left.side().is_none() && number(left).is_some() {
            return self.reached(swapped, right, left);
        }
        self.reached(sign, left, right)
    }

    fn reached(&mut self, sign: &str, measure: &Sql, threshold: &Sql) -> Read<ConditionSpec> {
        let (name, left, right) = self.measure(measure)?;
        let threshold = seconds_or_number(threshold).ok_or("the threshold is not a number")?;
        let (name, threshold) = self.in_our_units(name, threshold)?;
        let Some(measure) = MEASURES.iter().position(|(known, ..)| *known == name) else {
            return Err(format!("`{name}` is not measured here"));
        };
        let direction = if sign.starts_with('>') { Direction::AtLeast } else { Direction::AtMost };
        if direction != MEASURES[measure].1 {
            return Err("the threshold is held the wrong way round".to_owned());
        }
        let is_strict = !sign.ends_with('=');
        let threshold = if is_strict { self.strict(name, threshold)? } else { threshold };
        Ok(ConditionSpec::Measured { measure, left, right, threshold })
    }

    /// The measure and the two terms.
    fn measure(&mut self, sql: &Sql) -> Read<(&'static str, Term, Term)> {
        for (name, shape) in &SHAPES.measured {
            for left in [Side::Left, Side::Right] {
                let Some(filled) = held_against(shape, sql, left) else { continue };
                let (a, b) =
                    if *name == "km" { self.places(&filled)? } else { (term(filled["l"])?, term(filled["r"])?) };
                return Ok(if left == Side::Left { (*name, a, b) } else { (*name, b, a) });
            }
        }
        let name = if let Sql::Of(name, _) = sql { name.to_ascii_uppercase() } else { "the value".to_owned() };
        Err(format!("`{name}` is not measured here"))
    }

    /// The fields of two places: latitude and longitude are one field here.
    fn places(&mut self, filled: &Filled) -> Read<(Term, Term)> {
        let left = self.place(filled["lat_l"], filled["long_l"])?;
        let right = self.place(filled["lat_r"], filled["long_r"])?;
        Ok((left, right))
    }

    fn place(&mut self, lat: &Sql, long: &Sql) -> Read<Term> {
        let (lat, long) = (column_or_element(lat)?, column_or_element(long)?);
        let place = if lat == long { field(&lat)? } else { field(&format!("{lat}_{long}"))? };
        self.note(format!(
            "The field `{place}` has to hold `latitude,longitude` as one text (there `{lat}`, `{long}`)."
        ));
        for column in [lat, long] {
            if !self.places.iter().any(|(known, _)| *known == column) {
                self.places.push((column, place.clone()));
            }
        }
        Ok(place)
    }

    /// Seconds as days, months or years; shares as per cent.
    fn in_our_units(&mut self, name: &'static str, threshold: Threshold) -> Read<(&'static str, f64)> {
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
    fn strict(&mut self, name: &str, threshold: f64) -> Read<f64> {
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

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Both sides equal: of the same record nothing is asked.
fn exact(left: &Sql, right: &Sql) -> Read<ConditionSpec> {
    match (left.side(), right.side()) {
        (Some(Side::Left), Some(Side::Right)) => Ok(ConditionSpec::Exact(term(left)?, term(right)?)),
        (Some(Side::Right), Some(Side::Left)) => Ok(ConditionSpec::Exact(term(right)?, term(left)?)),
        _ => Err("it does not compare a value of one record with a value of the other".to_owned()),
    }
}

/// What an expression of one record's columns is a value of.
pub(super) fn term(sql: &Sql) -> Read<Term> {
    if let Sql::Column(_, name) = sql {
        return field(name);
    }
    for (name, shape) in &SHAPES.derived {
        if let Some(filled) = held_against(shape, sql, Side::Left) {
            return derived(name, &filled);
        }
    }
    if let Some(filled) = SHAPES.wrappers.iter().find_map(|shape| held_against(shape, sql, Side::Left)) {
        return term(filled["x"]);
    }
    if let Some([inner, Sql::Name(kind)]) = sql.parts("cast")
        && ["text", "string", "varchar", "date", "timestamp"].contains(&kind.as_str())
    {
        return term(inner);
    }
    Err(match sql {
        Sql::Of(name, _) if name == "[]" => "an element of an array is no field".to_owned(),
        Sql::Of(name, _) => format!("`{}` derives nothing that can be derived here", name.to_ascii_uppercase()),
        _ => "it is not a column".to_owned(),
    })
}

fn derived(name: &str, filled: &Filled) -> Read<Term> {
    let inner = term(filled["x"])?;
    if inner.derived.is_some() {
        return Err("something is derived from what is derived itself".to_owned());
    }
    let takes_number = DERIVATIONS.iter().any(|(known, takes_number, _)| *known == name && *takes_number);
    let number = filled.get("n").and_then(|number| self::number(number)).filter(|_| takes_number);
    let is_count = |number: &f64| number.fract() == 0.0 && (1.0..=64.0).contains(number);
    if number.is_some_and(|number| !is_count(&number)) {
        return Err("a length from 1 to 64 is needed".to_owned());
    }
    Ok(Term::derived(name, number.map(|number| number as u32), &inner.field))
}

/// A column's name as that of a field.
pub(super) fn field(name: &str) -> Read<Term> {
    let term = Term::field(name);
    if name.parse() == Ok(term.clone()) {
        return Ok(term);
    }
    Err(format!("`{name}` cannot be the name of a field: rename the column, with letters, digits and `_`"))
}

fn column_or_element(sql: &Sql) -> Read<String> {
    match sql {
        Sql::Column(_, name) => Ok(name.clone()),
        Sql::Of(operator, parts) if operator == "[]" => column_or_element(&parts[0]),
        _ => Err("latitude and longitude have to be columns".to_owned()),
    }
}

/// The places of a distance in km that is held against something.
fn distance(sql: &Sql) -> Option<Filled<'_>> {
    let Sql::Of(_, parts) = sql else { return None };
    let (_, km) = SHAPES.measured.iter().find(|(name, _)| *name == "km")?;
    parts.iter().find_map(|part| held_against(km, part, Side::Left))
}

/// Whether this only asks these places to be there.
fn is_presence_of(sql: &Sql, places: &[&Sql]) -> bool {
    if let Some(parts) = sql.parts("and") {
        return parts.iter().all(|part| is_presence_of(part, places));
    }
    let Some([inner]) = sql.parts("not") else { return false };
    inner.parts("is null").is_some_and(|parts| places.contains(&&parts[0]))
}

/// The terms that a condition compares, each once.
pub(super) fn compared_terms(condition: &ConditionSpec, terms: &mut Vec<Term>) {
    match condition {
        ConditionSpec::Exact(left, right) | ConditionSpec::Measured { left, right, .. } => {
            for term in [left, right] {
                if !terms.contains(term) {
                    terms.push(term.clone());
                }
            }
        }
        ConditionSpec::All(parts) | ConditionSpec::Any(parts) => {
            parts.iter().for_each(|part| compared_terms(part, terms))
        }
        ConditionSpec::Not(part) => compared_terms(part, terms),
        ConditionSpec::Null(_) | ConditionSpec::Else => {}
    }
}

/// A term, and the record it is asked for in.
type Asked = (Term, Side);

/// A threshold as written.
#[derive(Clone, Copy)]
enum Threshold {
    Number(f64),
    /// So many of a unit of time.
    Of(f64, &'static str),
}

fn seconds_or_number(sql: &Sql) -> Option<Threshold> {
    if let Some([Sql::Number(number), Sql::Number(unit)]) = sql.parts("*") {
        let (unit, _) = UNITS.into_iter().find(|(_, seconds)| seconds == unit)?;
        return Some(Threshold::Of(*number, unit));
    }
    // Spark counts whole days: `floor(seconds / 86400)`.
    if let Some([inner]) = sql.parts("floor") {
        let [seconds, Sql::Number(86_400.0)] = inner.parts("/")? else { return None };
        return match seconds_or_number(seconds)? {
            Threshold::Number(seconds) => in_units(seconds).ok().map(|(unit, number)| Threshold::Of(number, unit)),
            of => Some(of),
        };
    }
    number(sql).map(Threshold::Number)
}

fn number(sql: &Sql) -> Option<f64> {
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

fn one_or(mut conditions: Vec<ConditionSpec>, several: fn(Vec<ConditionSpec>) -> ConditionSpec) -> ConditionSpec {
    if conditions.len() == 1 { conditions.remove(0) } else { several(conditions) }
}
