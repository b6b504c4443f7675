//! Which word of a whole name is the family name.

use counterfoil_core::FieldKind;

use super::estimate::Compiled;
use super::spec::Term;
use super::words;

/// The ends of a whole name, one of which is the family name.
const FIRST_WORD: &str = "first_word";
pub(super) const LAST_WORD: &str = "last_word";
/// Pairs of one home that tell which of the two: fewer are too few to go against what is usual.
const LEAST_AT_HOME: usize = 20;

impl Compiled {
    /// The word of a whole name that is the family name. Many files have it first, without a comma:
    /// then those of one home have the first word in common and not the last.
    pub(super) fn family_word(&self) -> &'static str {
        let kind = |term: &&Term| self.layout.kind(&term.field);
        let is_last = |term: &&Term| kind(term) == Some(FieldKind::Words) && **term == end_of(LAST_WORD, term);
        let Some(last) = self.layout.terms.iter().find(is_last) else { return LAST_WORD };
        let ends = [end_of(FIRST_WORD, last), last.clone()].map(|end| self.column_of_term(&end));
        let [Some(first), Some(last)] = ends else { return LAST_WORD };
        let [first, last] = [first, last].map(|column| self.columns.columns[column].as_slice());
        // A house number by itself is that of many homes.
        let is_home = |term: &&Term| {
            term.derived.is_none() && words::is_of_home(&term.field, kind(term)) && !term.field.starts_with("street")
        };
        let homes = self.layout.terms.iter().filter(is_home).filter_map(|term| self.column_of_term(term));
        let counts = homes.map(|home| alone_in_common(&self.columns.columns[home], first, last));
        let (of_first, of_last) = counts.fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1));
        if of_first >= LEAST_AT_HOME && of_first > 2 * of_last { FIRST_WORD } else { LAST_WORD }
    }
}

/// That end of a term's field.
fn end_of(end: &str, term: &Term) -> Term {
    Term::derived(end, None, &term.field)
}

/// Of rows next to each other in the order of their homes: how many have one home and the first value
/// in common and not the last, and how many the last and not the first. 0 is null.
fn alone_in_common(homes: &[u32], first: &[u32], last: &[u32]) -> (usize, usize) {
    let mut rows: Vec<usize> = (0..homes.len()).filter(|row| homes[*row] != 0).collect();
    rows.sort_by_key(|row| homes[*row]);
    let of_home = || rows.windows(2).map(|rows| (rows[0], rows[1])).filter(|(a, b)| homes[*a] == homes[*b]);
    let alone = |this: &[u32], other: &[u32]| {
        let differs = |(a, b): &(usize, usize)| other[*a] != 0 && other[*b] != 0 && other[*a] != other[*b];
        of_home().filter(|(a, b)| this[*a] != 0 && this[*a] == this[*b]).filter(differs).count()
    };
    (alone(first, last), alone(last, first))
}

#[cfg(test)]
mod tests {
    use super::alone_in_common;

    #[test]
    fn those_of_one_home_have_the_family_name_in_common() {
        // Homes 1 (rows 0, 2, 4) and 2 (rows 1, 3); row 5 has none.
        let homes = [1, 2, 1, 2, 1, 0];
        let (family, given) = ([7, 8, 7, 8, 0, 7], [1, 2, 3, 2, 1, 4]);
        // Rows 0 and 2 alone: 1 and 3 are one person, 2 and 4 have not both a family name.
        assert_eq!(alone_in_common(&homes, &family, &given), (1, 0));
        assert_eq!(alone_in_common(&homes, &given, &family), (0, 1));
    }
}
