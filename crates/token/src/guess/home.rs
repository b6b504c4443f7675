//! Columns that tell homes or families apart without being called so: a ticket, a policy, a ration
//! card. Within one file rows that share its value have the family name in common and not the given one.
//! Taken for the person's own, such a column would make a match of every brother and sister.

use super::{Guess, GuessedKind, GuessedRole};

/// Fewer pairs of rows show nothing.
const LEAST_PAIRS: usize = 30;
/// From this share of pairs with the family name alone in common on, a value is that of a family.
const MOST: f64 = 0.5;
/// A column that tells less, in bits, is that of far more than a home.
const LEAST_BITS: f64 = 5.0;
/// Hardly a home has more rows than this of one family name.
const LARGE_FAMILY: usize = 12;
/// If so many who have a name in common, and are too many for a family, share a value, it follows from the
/// name, as its sound or a cleaned copy does.
const FOLLOWS: f64 = 0.9;

/// Finds the columns of unknown meaning that are of homes, and says so.
pub(super) fn of_homes(guesses: &mut [Guess]) {
    let Some(names) = Names::of(guesses) else { return };
    let found: Vec<usize> = (0..guesses.len())
        .filter(|at| is_open(&guesses[*at]) && names.are_of_homes(guesses[*at].seen.rows_seen()))
        .collect();
    for at in found {
        guesses[at].role = Some(GuessedRole::Household);
        let because = "rows that share it have the family name in common and not the given one";
        because.clone_into(&mut guesses[at].because);
    }
}

/// Whether a column may turn out to be of homes: a code or text of which nobody knows what it is.
fn is_open(guess: &Guess) -> bool {
    use GuessedKind::{Category, Identifier, Number, Text};
    let is_unsure = guess.is(GuessedRole::Other) || guess.is(GuessedRole::NationalIdentifier) && guess.confidence < 0.8;
    is_unsure && matches!(guess.kind, Category | Identifier | Number | Text) && guess.seen.bits() >= LEAST_BITS
}

/// By row the hashes of both names, whichever comes first.
struct Names(Vec<[u32; 2]>);

impl Names {
    fn of(guesses: &[Guess]) -> Option<Names> {
        use GuessedRole::{FamilyName, FullName, GivenName};
        let of = |role| guesses.iter().find(|guess| guess.is(role)).map(|guess| &guess.seen);
        if let (Some(given), Some(family)) = (of(GivenName), of(FamilyName)) {
            let both = given.rows_seen().iter().zip(family.rows_seen());
            return Some(Names(both.map(|(given, family)| [*given, *family]).collect()));
        }
        of(FullName).map(|whole| Names(whole.row_ends().to_vec()))
    }

    /// Whether rows next to each other that share a value mostly have one name in common, and not both.
    fn are_of_homes(&self, values: &[u32]) -> bool {
        let mut rows: Vec<(u32, usize)> =
            values.iter().copied().zip(0..self.0.len()).filter(|(value, _)| *value != 0).collect();
        rows.sort_unstable();
        let (mut all, mut one) = (0_usize, 0_usize);
        for (a, b) in rows.windows(2).filter(|two| two[0].0 == two[1].0).map(|two| (self.0[two[0].1], self.0[two[1].1]))
        {
            if [a, b].iter().flatten().all(|name| *name != 0) {
                all += 1;
                one += usize::from((a[0] == b[0]) != (a[1] == b[1]));
            }
        }
        all >= LEAST_PAIRS && one as f64 >= MOST * all as f64 && !(0..2).any(|name| self.tell(name, values))
    }

    /// Whether one of the names tells the value: people of that name share it who are too many for a family.
    fn tell(&self, name: usize, values: &[u32]) -> bool {
        let mut rows: Vec<(u32, usize)> = self.0.iter().map(|names| names[name]).zip(0..self.0.len()).collect();
        rows.retain(|(name, row)| *name != 0 && values.get(*row).is_some_and(|value| *value != 0));
        rows.sort_unstable();
        let (mut all, mut same) = (0_usize, 0_usize);
        for people in rows.chunk_by(|a, b| a.0 == b.0).filter(|people| people.len() > LARGE_FAMILY) {
            all += people.len() - 1;
            same += people.windows(2).filter(|two| values[two[0].1] == values[two[1].1]).count();
        }
        all >= LEAST_PAIRS && same as f64 >= FOLLOWS * all as f64
    }
}
