//! Which columns tell people apart, and so should be compared.

use super::contents::STRONG;
use super::header::{is_name, is_of_parent, only_numbers};
use super::unknown::Rows;
use super::{Guess, GuessedKind, GuessedRole};

/// Text longer than this on average is prose, not a property of a person.
const MOST_WORDS: f64 = 8.0;
/// A column that has a value on fewer rows than this says too little.
const LEAST_PRESENT: f64 = 0.02;
/// So many values of which no two are the same are no accident.
const MANY: u64 = 100;
/// With so many columns of a known role, those with a name of unknown meaning are left out:
/// they are more likely to be about an event than about the person. Not so if the known ones do not
/// tell people apart, see [`tell_apart`], or if the rows show that one [stays with a person](super::unknown).
const ENOUGH: usize = 4;

/// Whether a column should be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Whether it should.
    pub compared: bool,
    /// Why, or why not, in words that name columns and counts only.
    pub because: String,
}

/// What should be compared, of the columns of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linkable {
    /// By column.
    pub uses: Vec<Use>,
    /// Pairs of columns that may have been filled in the wrong way round: given and family name.
    pub reversed: Vec<(usize, usize)>,
}

/// Decides which columns should be compared: not constants, not ids of rows, not what tells
/// the truth, not prose, and not what other columns say again. Where the other file of a
/// linkage lacks some columns, leave them out of what is given, so that none is left for a
/// better one that has no partner. `partners` are the columns of the other file, in the same order; none where
/// one file is deduplicated. `besides` are the columns of fields of known meaning that several
/// make up and that are compared in any case, such as a date in three columns.
#[must_use]
pub fn linkable(guesses: &[&Guess], partners: &[&Guess], besides: &[Vec<&Guess>]) -> Linkable {
    let mut why_not: Vec<Option<String>> = guesses.iter().map(|guess| by_itself(guess)).collect();
    for ((guess, partner), why_not) in guesses.iter().zip(partners).zip(&mut why_not) {
        if why_not.is_none() && are_coded_otherwise(guess, partner) {
            *why_not = Some("the two files have no value of it in common".to_owned());
        }
    }
    leave_repetitions(guesses, &mut why_not);
    leave_what_follows(guesses, partners, &mut why_not);
    let is_known = |i: &usize| why_not[*i].is_none() && !guesses[*i].is(GuessedRole::Other);
    let of_known = (0..guesses.len()).filter(is_known).map(|i| guesses[i]);
    let of_known: Vec<&Guess> = of_known.chain(besides.iter().flatten().copied()).collect();
    let known = besides.len() + (0..guesses.len()).filter(is_known).count();
    let are_enough = known >= ENOUGH && tell_apart(&of_known);
    if are_enough {
        let is_unknown =
            |guess: &Guess| guess.is(GuessedRole::Other) && !only_numbers(&guess.column) && !names_a_parent(guess);
        let of = |is_known: bool| {
            let is_one = |at: &usize| why_not[*at].is_none() && guesses[*at].is(GuessedRole::Other) != is_known;
            (0..guesses.len()).filter(is_one).collect::<Vec<_>>()
        };
        let unknown: Vec<usize> = of(false).into_iter().filter(|at| is_unknown(guesses[*at])).collect();
        // Beside a sure id nothing is needed of which nobody knows what it means.
        let has_id = of_known.iter().any(|guess| is_sure_id(guess));
        let rows = Rows::new(guesses, partners);
        let that_stay = if has_id { Vec::new() } else { rows.that_stay(&unknown, &of(true)) };
        for at in unknown.into_iter().filter(|at| !that_stay.contains(at)) {
            why_not[at] = Some(format!("what it means is not known, and {known} columns of known meaning are there"));
        }
    }
    let of = |role| (0..guesses.len()).find(|i| why_not[*i].is_none() && guesses[*i].is(role));
    let reversed = of(GuessedRole::GivenName).zip(of(GuessedRole::FamilyName)).into_iter().collect();
    let uses = why_not.into_iter().map(|why_not| Use {
        compared: why_not.is_none(),
        because: why_not.unwrap_or_else(|| "it tells people apart".to_owned()),
    });
    Linkable { uses: uses.collect(), reversed }
}

/// Whether two columns of a few values each have none in common, as where one file says `L` and the other
/// `LAKI-LAKI`: what never agrees says nothing.
fn are_coded_otherwise(guess: &Guess, partner: &Guess) -> bool {
    use GuessedKind::{Category, Sex};
    let are_few = |guess: &Guess| matches!(guess.kind, Category | Sex);
    let is_read_as_sex = guess.kind == Sex && partner.kind == Sex;
    are_few(guess) && are_few(partner) && !is_read_as_sex && guess.seen.overlap(&partner.seen) <= 0.0
}

/// The names of a person's parents are the person's own as much as an address is, and tell people of
/// one name apart as no address does. Where most rows have none they are no more than a remark.
fn names_a_parent(guess: &Guess) -> bool {
    guess.kind == GuessedKind::Name && is_of_parent(&guess.column) && is_mostly_there(guess)
}

/// Whether at least half of the rows have a value.
fn is_mostly_there(guess: &Guess) -> bool {
    2 * guess.present() >= guess.rows
}

/// Whether it is an id that needs nothing beside it.
fn is_sure_id(guess: &Guess) -> bool {
    use GuessedRole::{NationalIdentifier, NhsNumber};
    (guess.is(NhsNumber) || guess.is(NationalIdentifier) && guess.confidence >= STRONG) && is_mostly_there(guess)
}

/// Whether columns together say enough to tell two people of the file from each other: as many bits
/// as there are pairs, so that among strangers less than one pair is expected to agree in all of
/// them; or one is an id, of which extracts with many rows a person say less by such a count than they
/// tell. Of places only the one that says most counts, since they lie within each other, and sex
/// does not, where it follows from a given name.
fn tell_apart(guesses: &[&Guess]) -> bool {
    use GuessedRole::{AddressLine, City, County, FullName, GivenName, Postcode, Sex};
    if guesses.iter().any(|guess| is_sure_id(guess)) {
        return true;
    }
    let is_place = |guess: &&&Guess| [AddressLine, City, County, Postcode].iter().any(|role| guess.is(*role));
    let has_given = guesses.iter().any(|guess| guess.is(GivenName) || guess.is(FullName));
    let is_sex = |guess: &Guess| has_given && guess.is(Sex);
    let bits = |guess: &&Guess| guess.seen.bits();
    let of_place = guesses.iter().filter(is_place).map(bits).fold(0.0, f64::max);
    let of_rest: f64 = guesses.iter().filter(|guess| !is_place(guess) && !is_sex(guess)).map(bits).sum();
    let rows = guesses.iter().map(|guess| guess.rows).max().unwrap_or_default();
    of_place + of_rest >= 2.0 * (rows.max(1) as f64).log2()
}

/// Why a column says nothing whatever the others are; `None` if it may say something.
#[must_use]
pub fn by_itself(guess: &Guess) -> Option<String> {
    use GuessedRole::{AddressLine, BirthDate, BirthYear, DeathDate, RecordKey, RecordNote, Truth};
    let why = match guess.role {
        None if !guess.seen.is_readable => "values of its type are not compared",
        None => "there are no values to compare",
        Some(RecordKey) => "it is the id of a row",
        Some(Truth) => "it tells which rows are of one person, which is for evaluating and not for linking",
        Some(RecordNote) => "it is about the record or the household and not about the person",
        Some(_) if guess.distinct <= 1 => "all its values are the same",
        Some(_) if (guess.present() as f64) < LEAST_PRESENT * guess.rows as f64 => "hardly a row has a value",
        Some(role) if guess.kind == GuessedKind::Date && !matches!(role, BirthDate | BirthYear | DeathDate) => {
            "it is a date of something that happened, not one of a person"
        }
        Some(role) if guess.seen.mean_words() > MOST_WORDS && role != AddressLine => "it is prose",
        Some(GuessedRole::Other) if guess.seen.is_unique() && guess.present() >= MANY => "no value occurs twice",
        Some(_) => return None,
    };
    Some(why.to_owned())
}

/// A column as it is in a file that is deduplicated: there an id of which no two rows have the same
/// tells rows and not people, whatever it is called.
#[must_use]
pub fn in_one_file(guess: &Guess) -> Guess {
    use GuessedRole::{NationalIdentifier, NhsNumber, RecordKey};
    let is_id = guess.is(NationalIdentifier) || guess.is(NhsNumber);
    let mut guess = guess.clone();
    if is_id && guess.seen.is_unique() && guess.present() >= MANY {
        guess.role = Some(RecordKey);
    }
    guess
}

/// Leaves out columns that only repeat others.
fn leave_repetitions(guesses: &[&Guess], why_not: &mut [Option<String>]) {
    use GuessedRole::{Age, BirthDate, BirthDay, BirthMonth, BirthYear, FamilyName, FullName, GivenName};
    let of =
        |role, why_not: &[Option<String>]| (0..guesses.len()).find(|i| why_not[*i].is_none() && guesses[*i].is(role));
    if let Some(whole) = of(BirthDate, why_not) {
        for part in [BirthYear, BirthMonth, BirthDay] {
            if let Some(part) = of(part, why_not) {
                why_not[part] = Some(repeats(guesses[whole]));
            }
        }
    }
    if let (Some(year), Some(age)) = (of(BirthDate, why_not).or_else(|| of(BirthYear, why_not)), of(Age, why_not)) {
        why_not[age] = Some(repeats(guesses[year]));
    }
    if let (Some(whole), Some(given), Some(_)) =
        (of(FullName, why_not), of(GivenName, why_not), of(FamilyName, why_not))
    {
        why_not[whole] = Some(repeats(guesses[given]));
    }
    for whole in 0..guesses.len() {
        if why_not[whole].is_none() {
            leave_parts_or_whole(guesses, whole, why_not);
        }
    }
}

/// Leaves out columns of unknown meaning that the rows show to follow from one that is compared, such as the
/// sound or the initial of a name, and what passes for a middle name and does so: counted beside it they
/// would say everything twice.
fn leave_what_follows(guesses: &[&Guess], partners: &[&Guess], why_not: &mut [Option<String>]) {
    use GuessedRole::{Household, MiddleName, Other};
    let compared = |role_is: &dyn Fn(&Guess) -> bool, why_not: &[Option<String>]| -> Vec<usize> {
        (0..guesses.len()).filter(|at| why_not[*at].is_none() && role_is(guesses[*at])).collect()
    };
    let is_sure = |guess: &Guess| ![Other, Household, MiddleName].iter().any(|role| guess.is(*role));
    let may_follow = |guess: &Guess| (guess.is(Other) || guess.is(MiddleName)) && !names_a_parent(guess);
    let known = compared(&is_sure, why_not);
    let rows = Rows::new(guesses, partners);
    for at in compared(&may_follow, why_not) {
        if let Some(source) = rows.source(at, &known) {
            why_not[at] = Some(format!("it follows from column `{}`, which is compared", guesses[source].column));
        }
    }
}

/// Where columns are parts of a whole one: the whole is left out if they cover it. If not,
/// those parts are that mean no more than the whole does.
fn leave_parts_or_whole(guesses: &[&Guess], whole: usize, why_not: &mut [Option<String>]) {
    use GuessedRole::{FullName, Other};
    let stands_in = |part: &Guess, whole: &[&Guess]| {
        let whole: Vec<_> = whole.iter().map(|guess| &guess.seen).collect();
        part.seen.is_part_of(&whole)
    };
    let is_part =
        |part: &usize| *part != whole && why_not[*part].is_none() && stands_in(guesses[*part], &[guesses[whole]]);
    let parts: Vec<usize> = (0..guesses.len()).filter(is_part).collect();
    let Some(first) = parts.first() else {
        return;
    };
    let all: Vec<&Guess> = parts.iter().map(|part| guesses[*part]).collect();
    let is_same = parts.iter().all(|part| stands_in(guesses[whole], &[guesses[*part]]));
    let is_lesser = guesses[whole].is(Other) || *first < whole;
    if stands_in(guesses[whole], &all) && (!is_same || is_lesser) {
        why_not[whole] = Some(repeats(guesses[*first]));
        return;
    }
    for part in parts {
        let is_name_in_name = guesses[whole].is(FullName) && guesses[part].role.is_some_and(is_name);
        if is_same || is_name_in_name || [Some(Other), guesses[whole].role].contains(&guesses[part].role) {
            why_not[part] = Some(repeats(guesses[whole]));
        }
    }
}

fn repeats(other: &Guess) -> String {
    format!("it says again what column `{}` says, alone or with others", other.column)
}
