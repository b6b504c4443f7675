//! Subgroups: a label for every person, or for every record.

use std::collections::{BTreeMap, BTreeSet};

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
    of: Of,
    /// The groups of each code, by position of the label.
    groups: Vec<Vec<usize>>,
    /// Position of [`NOT_KNOWN`], where a record is in no group.
    not_known: [usize; 1],
}

/// What is grouped, and the code of each.
enum Of {
    /// Persons of the truth.
    Persons(Vec<usize>),
    /// Records of the truth.
    Records(Vec<usize>),
}

impl Grouping {
    /// Groups persons into one group each, by position of the label; the last label is
    /// [`NOT_KNOWN`].
    pub(super) fn of_persons(by: &str, labels: Vec<String>, groups: Vec<usize>) -> Grouping {
        let not_known = [labels.len() - 1];
        let each = (0..labels.len()).map(|label| vec![label]).collect();
        Grouping { by: by.to_owned(), labels, of: Of::Persons(groups), groups: each, not_known }
    }

    /// Groups by a value each, or by every one of several that a text lists; numbers in order
    /// of size, other labels of letters, `absent` for an empty value last, and [`NOT_KNOWN`]
    /// after all. `place` is where a fault is said to be.
    pub(super) fn of_values(place: &str, by: &str, absent: &str, values: &Values) -> Result<Grouping, Fault> {
        let parts: BTreeSet<&str> =
            values.known.keys().flat_map(|text| listed(text)).filter(|value| !value.is_empty()).collect();
        if parts.len() > MOST_GROUPS {
            let message = format!("`{by}` has more than {MOST_GROUPS} different values, so it is no category");
            return Err(Fault::spec(place, message).hint("break down by a column of few values"));
        }
        let mut labels: Vec<String> = parts.into_iter().map(str::to_owned).collect();
        labels.sort_by_cached_key(|label| (label.parse::<u64>().unwrap_or(u64::MAX), label.clone()));
        labels.push(absent.to_owned());
        let absent_at = labels.len() - 1;
        if absent != NOT_KNOWN {
            labels.push(NOT_KNOWN.to_owned());
        }
        let position = |value: &str| labels[..absent_at].iter().position(|label| label == value).unwrap_or(absent_at);
        let mut groups = vec![Vec::new(); values.known.len()];
        for (text, code) in &values.known {
            groups[*code] = listed(text).into_iter().map(position).collect::<BTreeSet<_>>().into_iter().collect();
        }
        let of = if values.are_of_records { Of::Records(values.of.clone()) } else { Of::Persons(values.of.clone()) };
        let not_known = [labels.len() - 1];
        Ok(Grouping { by: by.to_owned(), labels, of, groups, not_known })
    }

    /// The groups of a record of the truth, given its person too; of no record, what is not
    /// known.
    pub(super) fn groups(&self, holder: Option<(u32, u32)>) -> &[usize] {
        match (&self.of, holder) {
            (_, None) => &self.not_known,
            (Of::Persons(codes), Some((_, person))) => &self.groups[codes[person as usize]],
            (Of::Records(codes), Some((record, _))) => &self.groups[codes[record as usize]],
        }
    }

    /// Whether something is in several groups, so that these do not add up.
    pub(super) fn overlaps(&self) -> bool {
        self.groups.iter().any(|groups| groups.len() > 1)
    }
}

/// The values that a text lists: parted by commas, as the errors of synthetic records are. A
/// comma before a space belongs to the text, as in a name of a place.
fn listed(text: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(',').filter(|(at, _)| !text[at + 1..].starts_with(' ')) {
        values.push(&text[from..at]);
        from = at + 1;
    }
    values.push(&text[from..]);
    values
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

    fn code(&mut self, value: &str) -> usize {
        if let Some(code) = self.known.get(value) {
            return *code;
        }
        let code = self.known.len();
        self.known.insert(value.to_owned(), code);
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouping(texts: &[&str]) -> Grouping {
        let mut values = Values::of_records();
        texts.iter().for_each(|text| values.push(text));
        Grouping::of_values("--by", "errors", "none", &values).expect("few values")
    }

    fn of(grouping: &Grouping, record: u32) -> Vec<&str> {
        grouping.groups(Some((record, 0))).iter().map(|group| grouping.labels[*group].as_str()).collect()
    }

    #[test]
    fn a_list_is_in_the_group_of_each_of_its_values_once() {
        let errors = grouping(&["sex_wrong,postcode_old", "", "postcode_old", "a,a"]);
        assert_eq!(errors.labels, ["a", "postcode_old", "sex_wrong", "none", "not known"]);
        assert_eq!(of(&errors, 0), ["postcode_old", "sex_wrong"]);
        assert_eq!(of(&errors, 1), ["none"]);
        assert_eq!(of(&errors, 2), ["postcode_old"]);
        assert_eq!(of(&errors, 3), ["a"]);
        assert_eq!(errors.groups(None), [4]);
        assert!(errors.overlaps() && !grouping(&["a", "b"]).overlaps());
    }

    #[test]
    fn a_comma_before_a_space_parts_nothing() {
        let places = grouping(&["Hull, East Riding", "Hull"]);
        assert_eq!(places.labels, ["Hull", "Hull, East Riding", "none", "not known"]);
    }

    #[test]
    fn what_counts_are_values_and_not_their_combinations() {
        let pairs: Vec<String> = (0..60).map(|i| format!("kind{},kind{}", i % 12, i % 5)).collect();
        let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
        assert_eq!(grouping(&pairs).labels.len(), 12 + 2);
    }
}
