//! Subgroups: a label for every person, or for every record.

use std::collections::BTreeMap;

use counterfoil_core::Fault;

/// More values than this are no category, and would print what they are of.
const MOST_GROUPS: usize = 50;

/// The label of what has none.
pub(super) const NOT_KNOWN: &str = "not known";

/// Subgroups of one kind.
pub(super) struct Grouping {
    /// What they are by.
    pub(super) by: String,
    /// Their labels, in order.
    pub(super) labels: Vec<String>,
    /// What is grouped.
    pub(super) of: Of,
    /// Position of [`NOT_KNOWN`], where a record is in no group.
    pub(super) not_known: usize,
}

/// What is grouped, and the group of each, by position of the label.
pub(super) enum Of {
    /// Persons of the truth.
    Persons(Vec<usize>),
    /// Records of the truth.
    Records(Vec<usize>),
}

impl Grouping {
    /// Groups by a value each; numbers in order of size, other labels of letters, `absent`
    /// for an empty value last, and [`NOT_KNOWN`] after all. `place` is where a fault is said
    /// to be.
    pub(super) fn of_values(place: &str, by: &str, absent: &str, values: &Values) -> Result<Grouping, Fault> {
        let mut labels: Vec<&String> = values.known.keys().filter(|value| !value.is_empty()).collect();
        if labels.len() > MOST_GROUPS {
            let message = format!("`{by}` has more than {MOST_GROUPS} different values, so it is no category");
            return Err(Fault::spec(place, message).hint("break down by a column of few values"));
        }
        labels.sort_by_key(|label| (label.parse::<u64>().unwrap_or(u64::MAX), (*label).clone()));
        let mut ordered: Vec<String> = labels.into_iter().cloned().collect();
        ordered.push(absent.to_owned());
        if absent != NOT_KNOWN {
            ordered.push(NOT_KNOWN.to_owned());
        }
        let position = |label: &String| ordered.iter().position(|known| known == label);
        let by_code: BTreeMap<usize, usize> =
            values.known.iter().map(|(label, code)| (*code, position(label).unwrap_or(ordered.len() - 1))).collect();
        let absent_at = ordered.iter().position(|label| label == absent).unwrap_or(ordered.len() - 1);
        let group = |code: &usize| if *code == values.empty() { absent_at } else { by_code[code] };
        let groups = values.of.iter().map(group).collect();
        let not_known = ordered.len() - 1;
        let of = if values.are_of_records { Of::Records(groups) } else { Of::Persons(groups) };
        Ok(Grouping { by: by.to_owned(), labels: ordered, of, not_known })
    }
}

/// Values of persons or records, coded as they come.
pub(super) struct Values {
    known: BTreeMap<String, usize>,
    of: Vec<usize>,
    are_of_records: bool,
}

impl Values {
    /// No value yet of any of so many persons.
    pub(super) fn of_persons(persons: usize) -> Values {
        Values { known: BTreeMap::from([(String::new(), 0)]), of: vec![0; persons], are_of_records: false }
    }

    /// Values of records, to be added one after another.
    pub(super) fn of_records() -> Values {
        Values { known: BTreeMap::from([(String::new(), 0)]), of: Vec::new(), are_of_records: true }
    }

    /// Sets the value of a person.
    pub(super) fn set(&mut self, person: usize, value: &str) {
        self.of[person] = self.code(value);
    }

    /// Adds the value of the next record.
    pub(super) fn push(&mut self, value: &str) {
        let code = self.code(value);
        self.of.push(code);
    }

    fn empty(&self) -> usize {
        self.known[""]
    }

    fn code(&mut self, value: &str) -> usize {
        if let Some(code) = self.known.get(value) {
            return *code;
        }
        let code = self.known.len();
        self.known.insert(value.to_owned(), code);
        code
    }
}
