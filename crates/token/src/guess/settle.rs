//! All columns of a file together: roles that only one column can have, dates that are told
//! apart by their spread, and days and months beside a year.

use super::header::{Hint, are_numbered_alike, hint, is_name, is_of_event};
use super::traits::Trait;
use super::{Guess, GuessedKind, GuessedRole};

/// Years that the middle eight tenths of dates of birth span at least; dates of events in
/// files seen span less than a career.
const BIRTH_SPAN: u16 = 25;

/// From this share of names with several words on, a column without a partner has whole names.
const SEVERAL_WORDS: f64 = 0.7;

/// Settles what one column by itself leaves open.
pub(super) fn settle(guesses: &mut [Guess]) {
    birth_date_among_dates(guesses);
    parts_of_dates(guesses);
    numbered_names(guesses);
    names_called_name(guesses);
    first_initials(guesses);
    whole_names(guesses);
    unsure_ids(guesses);
    one_column_a_role(guesses);
}

/// If no column is a date of birth, the date with the widest spread is, if that is wide and no name
/// says what happened then.
fn birth_date_among_dates(guesses: &mut [Guess]) {
    if guesses.iter().any(|guess| guess.is(GuessedRole::BirthDate)) {
        return;
    }
    let is_open = |guess: &&mut Guess| {
        guess.is(GuessedRole::Other) && guess.kind == GuessedKind::Date && !is_of_event(&guess.column)
    };
    let dates = guesses.iter_mut().filter(is_open);
    let widest = dates.reduce(|best, next| if next.seen.span() > best.seen.span() { next } else { best });
    if let Some(widest) = widest.filter(|widest| widest.seen.span() >= BIRTH_SPAN) {
        widest.role = Some(GuessedRole::BirthDate);
        widest.confidence = 0.7;
        widest.because = format!("{}, over {} years", widest.because, widest.seen.span());
    }
}

/// Beside a column of years of birth, the only unnamed column of 1 to 12 is the month, and
/// that of 1 to 31 the day.
fn parts_of_dates(guesses: &mut [Guess]) {
    if !guesses.iter().any(|guess| guess.is(GuessedRole::BirthYear)) {
        return;
    }
    for (role, most) in [(GuessedRole::BirthMonth, 12), (GuessedRole::BirthDay, 31)] {
        if guesses.iter().any(|guess| guess.is(role)) {
            continue;
        }
        let mut fitting = guesses.iter_mut().filter(|guess| counts_to(guess, most));
        if let (Some(guess), None) = (fitting.next(), fitting.next()) {
            guess.role = Some(role);
            guess.kind = GuessedKind::Number;
            guess.confidence = 0.5;
            guess.because = format!("it stands beside years of birth and holds the numbers 1 to {most}");
        }
    }
}

fn counts_to(guess: &Guess, most: u64) -> bool {
    guess.is(GuessedRole::Other)
        && hint(&guess.column).is_none()
        && guess.distinct == most
        && guess.seen.share(if most == 12 { Trait::Month } else { Trait::DayOfMonth }) >= 0.98
}

/// Of columns called `name1`, `name2`, `name3` the first has the given names and the last the family
/// names, as far as nothing else has them.
fn numbered_names(guesses: &mut [Guess]) {
    use GuessedRole::{FamilyName, FullName, GivenName, MiddleName};
    let is_numbered = |guess: &Guess| {
        guess.column.contains(|c: char| c.is_ascii_digit())
            && hint(&guess.column) == Some(Hint::Name)
            && guess.seen.share(Trait::SeveralWords) < SEVERAL_WORDS
            && [FamilyName, GivenName, MiddleName].iter().any(|role| guess.is(*role))
    };
    let numbered: Vec<usize> = (0..guesses.len()).filter(|at| is_numbered(&guesses[*at])).collect();
    let names: Vec<&str> = numbered.iter().map(|at| guesses[*at].column.as_str()).collect();
    let has_others = (0..guesses.len()).any(|at| {
        !numbered.contains(&at) && [FamilyName, GivenName, FullName].iter().any(|role| guesses[at].is(*role))
    });
    if numbered.len() < 2 || has_others || !are_numbered_alike(&names) {
        return;
    }
    for (place, at) in numbered.iter().enumerate() {
        let role = match place {
            0 => GivenName,
            _ if place + 1 == numbered.len() => FamilyName,
            _ => MiddleName,
        };
        guesses[*at].role = Some(role);
        guesses[*at].because = format!("its name says a name, the {} of {}", place + 1, numbered.len());
    }
}

/// A column called `name` beside one of family names holds given names.
fn names_called_name(guesses: &mut [Guess]) {
    let has = |role| guesses.iter().any(|guess: &Guess| guess.is(role) && hint(&guess.column) != Some(Hint::Name));
    if !has(GuessedRole::FamilyName) || has(GuessedRole::GivenName) {
        return;
    }
    let called_name = |guess: &&mut Guess| guess.is(GuessedRole::FamilyName) && hint(&guess.column) == Some(Hint::Name);
    if let Some(guess) = guesses.iter_mut().find(called_name) {
        guess.role = Some(GuessedRole::GivenName);
        guess.because = String::from("its name says a name, and another column has the family names");
    }
}

/// Initials and middle names beside family names are all there is of given names where no column has
/// these.
fn first_initials(guesses: &mut [Guess]) {
    use GuessedRole::{FamilyName, FullName, GivenName, MiddleName};
    let has = |role| guesses.iter().any(|guess: &Guess| guess.is(role));
    if has(GivenName) || has(FullName) || !has(FamilyName) {
        return;
    }
    if let Some(guess) = guesses.iter_mut().find(|guess| guess.is(MiddleName)) {
        guess.role = Some(GivenName);
        guess.because = format!("{}; no column has the first names", guess.because);
    }
}

/// Given names without family names beside them, or the other way round, are whole names if
/// most have several words: `nom` and `nombre` mean both.
fn whole_names(guesses: &mut [Guess]) {
    use GuessedRole::{FamilyName, FullName, GivenName};
    let has = |role| guesses.iter().any(|guess: &Guess| guess.is(role));
    if has(FullName) || has(GivenName) == has(FamilyName) {
        return;
    }
    let is_whole = |guess: &&mut Guess| {
        (guess.is(GivenName) || guess.is(FamilyName)) && guess.seen.share(Trait::SeveralWords) >= SEVERAL_WORDS
    };
    for guess in guesses.iter_mut().filter(is_whole) {
        guess.role = Some(FullName);
        guess.kind = GuessedKind::Words;
        guess.confidence = guess.confidence.min(0.7);
        guess.because = format!("{}; most have several words, and no column has the other names", guess.because);
    }
}

/// Long codes beside an id that is sure are more likely to be of an event than of the person.
fn unsure_ids(guesses: &mut [Guess]) {
    let is_id = |guess: &Guess| guess.is(GuessedRole::NationalIdentifier) || guess.is(GuessedRole::NhsNumber);
    if guesses.iter().any(|guess| is_id(guess) && guess.confidence >= 0.8) {
        for guess in guesses.iter_mut().filter(|guess| is_id(guess) && guess.confidence < 0.8) {
            guess.role = Some(GuessedRole::Other);
            guess.because = format!("{}, beside a surer id", guess.because);
        }
    }
}

/// Of several columns with a role that a person has once, one keeps it: the surest, then the
/// fullest, then the first. A further given name is a middle name; the rest have no role.
fn one_column_a_role(guesses: &mut [Guess]) {
    use GuessedRole as R;
    let once = [
        R::NhsNumber,
        R::GivenName,
        R::FamilyName,
        R::FullName,
        R::BirthDate,
        R::BirthYear,
        R::Age,
        R::BirthMonth,
        R::BirthDay,
        R::DeathDate,
        R::Postcode,
        R::Email,
        R::Sex,
        R::MiddleName,
    ];
    for role in once {
        let best = (0..guesses.len()).filter(|i| guesses[*i].is(role)).reduce(|best, next| {
            let better = |a: &Guess, b: &Guess| {
                a.confidence > b.confidence || a.confidence >= b.confidence && a.missing < b.missing
            };
            if better(&guesses[next], &guesses[best]) { next } else { best }
        });
        let others = (0..guesses.len()).filter(|i| guesses[*i].is(role) && Some(*i) != best).collect::<Vec<_>>();
        for other in others {
            demote(&mut guesses[other], role);
        }
    }
}

fn demote(guess: &mut Guess, role: GuessedRole) {
    guess.confidence = guess.confidence.min(0.5);
    guess.because = format!("{}; another column fits that better", guess.because);
    let middle = role == GuessedRole::GivenName && is_name(role);
    guess.role = Some(if middle { GuessedRole::MiddleName } else { GuessedRole::Other });
}
