//! The part of SQL that conditions on two records are written in.

mod parse;
mod words;

pub(super) use parse::parse;

/// Which of the two records a column is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Side {
    /// The other record.
    pub(super) fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}

/// How columns name their record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// `surname_l`, as in comparison levels.
    Suffix,
    /// `l.surname`, as in blocking rules.
    Prefix,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sql {
    /// A column of one of the two records.
    Column(Side, String),
    /// A name that is no such column, such as the parameter of a function within.
    Name(String),
    /// What stands for something else in a template, `{name}`.
    Hole(String),
    Text(String),
    Number(f64),
    /// An operator or function, in lower case, and what it is of.
    Of(String, Vec<Sql>),
}

impl Sql {
    pub(super) fn of(operator: &str, parts: Vec<Sql>) -> Sql {
        Sql::Of(operator.to_owned(), parts)
    }

    /// The operands, if this is the operator or function.
    pub(super) fn parts(&self, operator: &str) -> Option<&[Sql]> {
        match self {
            Sql::Of(name, parts) if name == operator => Some(parts),
            _ => None,
        }
    }

    /// The record that all columns are of; none if there are columns of both or none at all.
    pub(super) fn side(&self) -> Option<Side> {
        let mut sides = Vec::new();
        self.collect_sides(&mut sides);
        let first = *sides.first()?;
        sides.iter().all(|side| *side == first).then_some(first)
    }

    fn collect_sides(&self, sides: &mut Vec<Side>) {
        match self {
            Sql::Column(side, _) => sides.push(*side),
            Sql::Of(_, parts) => parts.iter().for_each(|part| part.collect_sides(sides)),
            _ => {}
        }
    }
}
