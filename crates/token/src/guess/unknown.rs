//! Columns of which no name says what they mean: do they stay with a person?
//!
//! An employer, a clan or a mother's name belongs to a person as much as an address does; the ward,
//! the reason and the day of a visit do not. The rows tell which: pairs that agree in two columns which
//! hardly any two people have in common are one person's, as a rule, and what stays with a person
//! agrees in them about as often as columns of known meaning do. What follows from a place agrees too,
//! and says nothing beside it; nor does what follows from any other column that is compared, such as the
//! sound of a name.

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
/// One that follows from anything but a place agrees in nearly all pairs of different people who have that in
/// common, and no chance can have made it so.
const TOLD: f64 = 0.9;
/// What tells fewer bits than this, such as sex, is nothing to follow from, and does not tell people apart.
const LEAST_OF_SOURCE: f64 = 3.0;
/// Of so many values at least it has to be seen.
const LEAST_VALUES: usize = 10;

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

    /// The first of the columns at `known` from which one follows: pairs of rows that agree in it and in nothing
    /// else that tells people apart, so that they are of different people, agree in the other column too. A
    /// code that a person keeps is not such: who has a name in common with others has another one.
    pub(super) fn source(&self, column: usize, known: &[usize]) -> Option<usize> {
        let tells = |at: &usize| self.left[*at].seen.bits() >= LEAST_OF_SOURCE;
        let telling: Vec<usize> = known.iter().copied().filter(tells).collect();
        let is_told_by = |from: &usize| {
            let others: Vec<usize> = telling.iter().copied().filter(|at| at != from).collect();
            let told = [&self.left, &self.right].map(|side| is_told_by(side, column, *from, &others));
            // Of a side that shows nothing the other one's word is taken.
            told.contains(&Some(true)) && !told.contains(&Some(false))
        };
        telling.iter().copied().find(|from| *from != column && is_told_by(from))
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

/// Whether within one file a column follows from another, by pairs of rows next to each other that agree in
/// this one and in none of `others`; `None` where too few pairs show it.
fn is_told_by(guesses: &[&Guess], column: usize, from: usize, others: &[usize]) -> Option<bool> {
    let hashes = |at: usize| guesses.get(at).map(|guess| guess.seen.rows_seen()).filter(|rows| !rows.is_empty());
    let values = hashes(column)?;
    let others: Vec<&[u32]> = others.iter().filter_map(|at| hashes(*at)).collect();
    if others.is_empty() {
        return None;
    }
    let by = |keys: &[u32]| told_by(values, keys, &others);
    // A whole name has two names in it, of which either may tell.
    let of_ends = |end: usize| -> Vec<u32> { guesses[from].seen.row_ends().iter().map(|ends| ends[end]).collect() };
    let found = [by(hashes(from)?), by(&of_ends(0)), by(&of_ends(1))];
    found.iter().flatten().copied().reduce(|a, b| a || b)
}

fn told_by(values: &[u32], keys: &[u32], others: &[&[u32]]) -> Option<bool> {
    let mut rows: Vec<(u32, usize)> = keys.iter().copied().zip(0..values.len().min(keys.len())).collect();
    rows.retain(|(key, row)| *key != 0 && values[*row] != 0);
    rows.sort_unstable();
    let differ = |two: &&[(u32, usize)]| {
        let (a, b) = (two[0].1, two[1].1);
        others.iter().all(|other| other[a] == 0 || other[b] == 0 || other[a] != other[b])
    };
    let (mut pairs, mut equal, mut keys) = (0_usize, 0_usize, 0_usize);
    for block in rows.chunk_by(|a, b| a.0 == b.0) {
        let before = pairs;
        for two in block.windows(2).filter(differ) {
            pairs += 1;
            equal += usize::from(values[two[0].1] == values[two[1].1]);
        }
        keys += usize::from(pairs > before);
    }
    if pairs < LEAST_PAIRS || keys < LEAST_VALUES {
        return None;
    }
    let by_chance = shared(values);
    Some(share((equal, pairs)) >= by_chance + TOLD * (1.0 - by_chance))
}

/// How often two rows with a value have the same one.
fn shared(values: &[u32]) -> f64 {
    let mut values: Vec<u32> = values.iter().copied().filter(|value| *value != 0).collect();
    values.sort_unstable();
    let same = values.chunk_by(|a, b| a == b).map(|rows| (rows.len() as f64).powi(2)).sum::<f64>();
    same / (values.len().max(1) as f64).powi(2)
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
