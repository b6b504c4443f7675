//! Columns of which no name says what they mean: do they stay with a person?
//!
//! An employer, a clan or a mother's name belongs to a person as much as an address does; the ward,
//! the reason and the day of a visit do not. The rows tell which: pairs that agree in two columns which
//! hardly any two people have in common are one person's, as a rule, and what stays with a person
//! agrees in them about as often as columns of known meaning do. What follows from a place agrees too,
//! and says nothing beside it.

use super::{Guess, GuessedRole};

/// A column that tells less, in bits, is not worth one of the few comparisons that there can be.
const LEAST_BITS: f64 = 5.0;
/// Columns of known meaning that are held against each other: those that tell most.
const MOST_KNOWN: usize = 4;
/// Fewer pairs show nothing.
const LEAST_PAIRS: usize = 30;
/// So many times the pairs that chance makes have to be there, for most to be of one person.
const ABOVE_CHANCE: f64 = 10.0;
/// What stays with a person agrees so often, to what columns of known meaning do.
const AS_OFTEN: f64 = 0.8;
/// A column that agrees in this share of pairs of different people at one place follows from it.
const FOLLOWS: f64 = 0.5;

/// The rows of one file, or of two that are linked: for each column the hashes of its values in both.
pub(super) struct Rows<'g> {
    left: Vec<&'g Guess>,
    /// The partners of those columns; empty where there is one file.
    right: Vec<&'g Guess>,
}

/// Pairs of rows that are of one person, as a rule.
struct OfOnePerson {
    /// The columns in which they agree.
    agree_in: [usize; 2],
    pairs: Vec<(usize, usize)>,
}

impl<'g> Rows<'g> {
    pub(super) fn new(left: &[&'g Guess], right: &[&'g Guess]) -> Rows<'g> {
        Rows { left: left.to_vec(), right: right.to_vec() }
    }

    /// Which of the columns at `unknown` stay with a person, by what those at `known` show.
    pub(super) fn that_stay(&self, unknown: &[usize], known: &[usize]) -> Vec<usize> {
        let known = self.telling(known);
        let two = (0..known.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let pairs: Vec<OfOnePerson> = two.filter_map(|(a, b)| self.of_one_person(known[a], known[b])).collect();
        if pairs.is_empty() {
            return Vec::new();
        }
        let stays = |column: &&usize| {
            self.left[**column].seen.bits() >= LEAST_BITS
                && self.agrees_as_known(**column, &known, &pairs)
                && !known.iter().any(|place| is_place(self.left[*place]) && self.follows(**column, *place, &known))
        };
        unknown.iter().filter(stays).copied().collect()
    }

    /// The columns that tell most, of places one.
    fn telling(&self, known: &[usize]) -> Vec<usize> {
        let mut known: Vec<usize> =
            known.iter().copied().filter(|at| !self.left[*at].seen.rows_seen().is_empty()).collect();
        known.sort_by(|a, b| self.left[*b].seen.bits().total_cmp(&self.left[*a].seen.bits()).then(a.cmp(b)));
        let mut places = 0;
        known.retain(|at| {
            places += usize::from(is_place(self.left[*at]));
            !is_place(self.left[*at]) || places == 1
        });
        known.truncate(MOST_KNOWN);
        known
    }

    /// Pairs of rows that agree in two columns, if these are so telling that most are of one person.
    fn of_one_person(&self, a: usize, b: usize) -> Option<OfOnePerson> {
        let pairs = self.pairs([a, b]);
        let rows = [&self.left, &self.right].map(|side| side.first().map_or(0, |guess| guess.rows) as f64);
        let all = if self.right.is_empty() { rows[0] * rows[0] / 2.0 } else { rows[0] * rows[1] };
        let bits = self.left[a].seen.bits() + self.left[b].seen.bits();
        let are_enough = pairs.len() >= LEAST_PAIRS && pairs.len() as f64 >= ABOVE_CHANCE * all * (-bits).exp2();
        are_enough.then_some(OfOnePerson { agree_in: [a, b], pairs })
    }

    /// Pairs of rows next to each other, of those that agree in two columns, or in one named twice; of two
    /// files one of each.
    fn pairs(&self, columns: [usize; 2]) -> Vec<(usize, usize)> {
        let keys = |guesses: &[&Guess], is_right: bool| -> Vec<(u64, bool, usize)> {
            let [Some(a), Some(b)] = columns.map(|at| guesses.get(at).map(|guess| guess.seen.rows_seen())) else {
                return Vec::new();
            };
            let both = a.iter().zip(b).enumerate().filter(|(_, (a, b))| **a != 0 && **b != 0);
            both.map(|(row, (a, b))| (u64::from(*a) << 32 | u64::from(*b), is_right, row)).collect()
        };
        let mut rows = keys(&self.left, false);
        rows.extend(keys(&self.right, true));
        rows.sort_unstable();
        let are_of_both = |a: bool, b: bool| self.right.is_empty() || a != b;
        let two = rows.windows(2).filter(|two| two[0].0 == two[1].0 && are_of_both(two[0].1, two[1].1));
        two.map(|two| (two[0].2, two[1].2)).collect()
    }

    /// Whether a column agrees in pairs of one person about as often as the known ones do.
    fn agrees_as_known(&self, column: usize, known: &[usize], found: &[OfOnePerson]) -> bool {
        let (mut of_column, mut of_known) = ((0, 0), (0, 0));
        for OfOnePerson { agree_in, pairs } in found {
            add(&mut of_column, self.agreeing(column, pairs));
            for other in known.iter().filter(|other| !agree_in.contains(other)) {
                add(&mut of_known, self.agreeing(*other, pairs));
            }
        }
        of_column.1 >= LEAST_PAIRS && of_known.1 >= LEAST_PAIRS && share(of_column) >= AS_OFTEN * share(of_known)
    }

    /// Whether people at one place who have nothing else in common agree in a column.
    fn follows(&self, column: usize, place: usize, known: &[usize]) -> bool {
        let differ = |pair: &(usize, usize)| {
            known
                .iter()
                .filter(|other| !is_place(self.left[**other]))
                .all(|other| self.agreeing(*other, &[*pair]).0 == 0)
        };
        let strangers: Vec<(usize, usize)> = self.pairs([place; 2]).into_iter().filter(differ).collect();
        let found = self.agreeing(column, &strangers);
        found.1 >= LEAST_PAIRS && share(found) >= FOLLOWS
    }

    /// In how many pairs a column is the same, and in how many it has a value in both rows.
    fn agreeing(&self, column: usize, pairs: &[(usize, usize)]) -> (usize, usize) {
        let left = self.left[column].seen.rows_seen();
        let right = self.right.get(column).map_or(left, |guess| guess.seen.rows_seen());
        let mut counts = (0, 0);
        for (a, b) in pairs {
            let (Some(a), Some(b)) = (left.get(*a), right.get(*b)) else { continue };
            if *a != 0 && *b != 0 {
                counts.0 += usize::from(a == b);
                counts.1 += 1;
            }
        }
        counts
    }
}

fn add(sum: &mut (usize, usize), more: (usize, usize)) {
    sum.0 += more.0;
    sum.1 += more.1;
}

fn share((equal, both): (usize, usize)) -> f64 {
    equal as f64 / both.max(1) as f64
}

fn is_place(guess: &Guess) -> bool {
    use GuessedRole::{AddressLine, City, County, Postcode};
    [AddressLine, City, County, Postcode].iter().any(|role| guess.is(*role))
}
