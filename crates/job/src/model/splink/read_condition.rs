//! From SQL expressions to conditions and terms.

use super::family::{Filled, SHAPES, held_against};
use super::read_term::{column_or_element, field, term};
use super::sql::{Side, Sql};
use super::threshold::{is_number, seconds_or_number};
use crate::scored::condition::{ConditionSpec, Direction, MEASURES, Term};

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

pub(super) type Read<T> = Result<T, String>;

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
            ("<>", [left, right]) => Ok(self.negated(exact(left, right)?)),
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
        Ok(self.negated(inner))
    }

    /// In SQL what compares a missing value neither holds nor fails to hold, so its negation
    /// does not hold either. Here it does, unless the values are asked to be there.
    fn negated(&self, condition: ConditionSpec) -> ConditionSpec {
        let mut terms = Vec::new();
        compared_terms(&condition, &mut terms);
        terms.retain(|term| !self.present.contains(term));
        let present = terms.into_iter().map(|term| ConditionSpec::Not(Box::new(ConditionSpec::Null(term))));
        let all = std::iter::once(ConditionSpec::Not(Box::new(condition))).chain(present).collect();
        one_or(all, ConditionSpec::All)
    }

    /// A measure held against a number, on either side of the sign.
    fn measured(&mut self, sign: &str, left: &Sql, right: &Sql) -> Read<ConditionSpec> {
        let swapped = match sign {
            "<=" => ">=",
            ">=" => "<=",
            "<" => ">",
            _ => "<",
        };
        if is_number(left) {
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
        let held = if lat == long {
            format!("`latitude,longitude` as one text (there `{lat}`)")
        } else {
            format!("both: `columns = [\"{lat}\", \"{long}\"], type = \"location\"`")
        };
        self.note(format!("The field `{place}` has to hold {held}."));
        for column in [lat, long] {
            if !self.places.iter().any(|(known, _)| *known == column) {
                self.places.push((column, place.clone()));
            }
        }
        Ok(place)
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
            parts.iter().for_each(|part| compared_terms(part, terms));
        }
        ConditionSpec::Not(part) => compared_terms(part, terms),
        ConditionSpec::Null(_) | ConditionSpec::Else => {}
    }
}

/// A term, and the record it is asked for in.
type Asked = (Term, Side);

fn one_or(mut conditions: Vec<ConditionSpec>, several: fn(Vec<ConditionSpec>) -> ConditionSpec) -> ConditionSpec {
    if conditions.len() == 1 { conditions.remove(0) } else { several(conditions) }
}
