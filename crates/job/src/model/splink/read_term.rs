//! From SQL expressions of one record's columns to terms.

use super::family::{Filled, SHAPES, held_against};
use super::read_condition::Read;
use super::sql::{Side, Sql};
use super::threshold::number_of;
use crate::scored::condition::{DERIVATIONS, Term};

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
    let number = filled.get("n").and_then(|number| number_of(number)).filter(|_| takes_number);
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

pub(super) fn column_or_element(sql: &Sql) -> Read<String> {
    match sql {
        Sql::Column(_, name) => Ok(name.clone()),
        Sql::Of(operator, parts) if operator == "[]" => column_or_element(&parts[0]),
        _ => Err("latitude and longitude have to be columns".to_owned()),
    }
}
