//! From conditions and terms to SQL, by the templates of the family.

use super::Dialect;
use super::family::{DERIVED, MEASURED, SECONDS, Template};
use super::read_condition::compared_terms;
use super::sql::{Naming, Side};
use crate::scored::condition::{ConditionSpec, Direction, MEASURES, Term};
use crate::scored::words::is_any;

/// How conditions of one comparison are written.
pub(super) struct Writer<'a> {
    pub(super) dialect: Dialect,
    pub(super) naming: Naming,
    /// Terms that are present where the condition is asked: the null level comes first.
    pub(super) present: &'a [Term],
}

type Written = Result<String, String>;

impl Writer<'_> {
    /// A condition as SQL.
    pub(super) fn condition(&self, condition: &ConditionSpec) -> Written {
        match condition {
            ConditionSpec::Exact(left, right) => {
                Ok(format!("{} = {}", self.term(left, Side::Left)?, self.term(right, Side::Right)?))
            }
            ConditionSpec::Measured { measure, left, right, threshold } => {
                self.measured(*measure, left, right, *threshold)
            }
            ConditionSpec::Null(term) => {
                let [left, right] = [self.term(term, Side::Left)?, self.term(term, Side::Right)?];
                Ok(format!("{left} IS NULL OR {right} IS NULL"))
            }
            ConditionSpec::Else => Err("`else` stands alone and last".to_owned()),
            ConditionSpec::All(parts) => self.joined(parts, " AND "),
            ConditionSpec::Any(parts) => self.joined(parts, " OR "),
            ConditionSpec::Not(part) => self.not(part),
        }
    }

    fn joined(&self, parts: &[ConditionSpec], word: &str) -> Written {
        if parts.len() < 2 {
            return Err("`and` and `or` join at least two conditions".to_owned());
        }
        let each: Result<Vec<String>, String> =
            parts.iter().map(|part| Ok(format!("({})", self.condition(part)?))).collect();
        Ok(each?.join(word))
    }

    /// In SQL what compares a missing value is neither true nor false; here it is false.
    fn not(&self, part: &ConditionSpec) -> Written {
        let mut terms = Vec::new();
        compared_terms(part, &mut terms);
        let sql = self.condition(part)?;
        let is_definite = terms.iter().all(|term| self.present.contains(term));
        Ok(if is_definite { format!("NOT ({sql})") } else { format!("NOT COALESCE({sql}, FALSE)") })
    }

    fn measured(&self, measure: usize, left: &Term, right: &Term, threshold: f64) -> Written {
        let (name, direction, _) = MEASURES[measure];
        let (template, held) = self.template_of(name, threshold)?;
        let mut sql = template.sql.to_owned();
        if name == "km" {
            sql = self.places(&sql, left, Side::Left)?;
            sql = self.places(&sql, right, Side::Right)?;
        }
        // Values in common are those of an array there.
        let [left, right] = [left, right].map(|term| match name {
            "shared" if is_any(term) => Term::field(&term.field),
            _ => term.clone(),
        });
        for (term, side, hole) in [(&left, Side::Left, "l"), (&right, Side::Right, "r")] {
            sql = filled(&sql, &format!("{{{hole}}}"), || self.term(term, side))?;
            sql = filled(&sql, &format!("{{d_{hole}}}"), || self.date(term, side))?;
        }
        let sign = match (name, direction) {
            ("percent", _) => "<",
            (_, Direction::AtLeast) => ">=",
            (_, Direction::AtMost) => "<=",
        };
        Ok(format!("{sql} {sign} {held}"))
    }

    /// The template of a measure, and its threshold as written with it.
    fn template_of(&self, name: &str, threshold: f64) -> Result<(&'static Template, String), String> {
        let seconds = match name {
            "days" => Some(86_400.0),
            "months" => Some(2_629_800.0),
            "years" => Some(31_557_600.0),
            _ => None,
        };
        let (wanted, held) = match (seconds, self.dialect) {
            (Some(unit), Dialect::DuckDb) => (SECONDS, format!("{threshold} * {unit}")),
            (Some(unit), Dialect::Spark) => ("days", format!("FLOOR({threshold} * {unit} / 86400)")),
            (None, _) if name == "percent" => (name, format!("{}", threshold / 100.0)),
            (None, _) => (name, format!("{threshold}")),
        };
        let template = self.template(MEASURED, wanted);
        Ok((template.ok_or_else(|| format!("Splink has no `{name}`"))?, held))
    }

    /// Latitude and longitude, which are the two elements of an array there.
    fn places(&self, sql: &str, term: &Term, side: Side) -> Written {
        let (suffix, first) = (if side == Side::Left { 'l' } else { 'r' }, u8::from(self.dialect == Dialect::DuckDb));
        let array = self.term(term, side)?;
        let sql = sql.replace(&format!("{{lat_{suffix}}}"), &format!("{array}[{first}]"));
        Ok(sql.replace(&format!("{{long_{suffix}}}"), &format!("{array}[{}]", first + 1)))
    }

    /// One record's value of a term.
    pub(super) fn term(&self, term: &Term, side: Side) -> Written {
        let Some(derived) = &term.derived else { return Ok(self.column(&term.field, side)) };
        let template = self.template(DERIVED, &derived.name).filter(|_| derived.word.is_none());
        let template = template.ok_or_else(|| format!("Splink has no `{term}`"))?;
        let field = Term::field(&term.field);
        let number = derived.number.map(|number| number.to_string()).unwrap_or_default();
        let sql = template.sql.replace("{x}", &self.term(&field, side)?).replace("{n}", &number);
        filled(&sql, "{d}", || self.date(&field, side))
    }

    /// A value as a date, whether it is stored as one or as text.
    fn date(&self, term: &Term, side: Side) -> Written {
        let value = self.term(term, side)?;
        Ok(if self.dialect == Dialect::DuckDb { format!("TRY_CAST({value} AS DATE)") } else { value })
    }

    fn column(&self, name: &str, side: Side) -> String {
        let quote = if self.dialect == Dialect::DuckDb { '"' } else { '`' };
        let record = if side == Side::Left { 'l' } else { 'r' };
        match self.naming {
            Naming::Suffix => format!("{quote}{name}_{record}{quote}"),
            Naming::Prefix => format!("{record}.{quote}{name}{quote}"),
        }
    }

    fn template(&self, among: &'static [&'static [Template]], name: &str) -> Option<&'static Template> {
        let mut all = among.iter().flat_map(|templates| templates.iter());
        all.find(|template| template.name == name && template.written == Some(self.dialect))
    }
}

/// A template with a hole filled in, if it has it.
fn filled(sql: &str, hole: &str, value: impl FnOnce() -> Written) -> Written {
    if sql.contains(hole) { Ok(sql.replace(hole, &value()?)) } else { Ok(sql.to_owned()) }
}
