//! Columns that are one field together.

use counterfoil_token::guess::{Guess, GuessedKind, GuessedRole};

use super::Field;

/// From this share of rows on a column has values enough to be put together with another.
const MOSTLY: f64 = 0.5;

/// Year, month and day of birth in three columns are one date.
pub(super) fn date_parts(guesses: &[Guess], compared: &mut Vec<Field>) {
    let part = |role| compared.iter().position(|field| guesses[field.columns[0][0]].role == Some(role));
    let parts = [GuessedRole::BirthYear, GuessedRole::BirthMonth, GuessedRole::BirthDay].map(part);
    let [Some(year), Some(month), Some(day)] = parts else { return };
    let columns = [year, month, day].map(|at| compared[at].columns[0][0]).to_vec();
    let mut at = 0;
    compared.retain(|_| {
        at += 1;
        ![year, month, day].contains(&(at - 1))
    });
    compared.push(Field { name: "birth_date".to_owned(), kind: GuessedKind::Date, columns: vec![columns] });
}

/// The number of a house and its street are one address. Whoever moves has another number, another
/// street and another postcode, all at once, so that each that is compared by itself counts the same
/// move anew; and that two people live at a number 7 says nothing.
pub(super) fn street_numbers(files: &[&[Guess]], compared: &mut Vec<Field>) {
    let of = |role| compared.iter().position(|field| is_of(files, field, role));
    let (Some(number), Some(street)) = (of(GuessedRole::StreetNumber), of(GuessedRole::AddressLine)) else { return };
    let put_together = |(number, street): (&Vec<usize>, &Vec<usize>)| [number.as_slice(), street].concat();
    let columns = compared[number].columns.iter().zip(&compared[street].columns).map(put_together).collect();
    compared[street] = Field { name: compared[street].name.clone(), kind: GuessedKind::Words, columns };
    compared.remove(number);
}

/// Whether a field is one column of each file, all of that role and mostly there.
fn is_of(files: &[&[Guess]], field: &Field, role: GuessedRole) -> bool {
    let is_mostly_there = |guess: &Guess| guess.missing as f64 <= (1.0 - MOSTLY) * guess.rows as f64;
    files.iter().zip(&field.columns).all(|(guesses, columns)| match columns[..] {
        [column] => guesses[column].role == Some(role) && is_mostly_there(&guesses[column]),
        _ => false,
    })
}

/// A postcode that stands in a column of its own in one file, and behind the address in the other, or
/// behind it in all: the reader of postcodes finds it there. Beside addresses alone it would only say
/// again what these say.
pub(super) fn postcodes_behind(files: &[&[Guess]], compared: &mut Vec<Field>, because: &mut [Vec<String>]) {
    let [name, address] = [GuessedRole::Postcode, GuessedRole::AddressLine].map(GuessedRole::name);
    let has = |name: &str| compared.iter().any(|field| field.name == name);
    if has(name) || compared.iter().all(|field| field.name.starts_with(address)) {
        return;
    }
    let behind = |guesses: &&[Guess]| guesses.iter().position(Guess::has_postcodes_behind);
    let by_itself = |guesses: &&[Guess]| guesses.iter().position(|guess| guess.role == Some(GuessedRole::Postcode));
    let column = |guesses: &&[Guess]| by_itself(guesses).or_else(|| behind(guesses)).map(|at| vec![at]);
    let Some(columns) = files.iter().map(column).collect::<Option<Vec<_>>>() else { return };
    if files.iter().all(|guesses| behind(guesses).is_none()) {
        return;
    }
    for (guesses, because) in files.iter().zip(because) {
        if let Some(at) = by_itself(guesses) {
            "the other file has it behind its addresses".clone_into(&mut because[at]);
        }
    }
    compared.push(Field { name: name.to_owned(), kind: GuessedKind::Postcode, columns });
}

/// Latitude and longitude are one place, of which the distance to another is compared: two numbers near
/// another two say nothing each. Beside an address or a postcode they would say again what these say.
pub(super) fn places(files: &[&[Guess]], compared: &mut Vec<Field>, because: &mut [Vec<String>]) {
    let of = |guesses: &&[Guess], longitudes| guesses.iter().position(|guess| guess.has_degrees(longitudes));
    let pair = |guesses: &&[Guess]| Some(vec![of(guesses, false)?, of(guesses, true)?]);
    let Some(columns) = files.iter().map(pair).collect::<Option<Vec<_>>>() else { return };
    let is_degrees = |field: &Field| field.columns.iter().zip(&columns).any(|(of, pair)| pair.contains(&of[0]));
    compared.retain(|field| !is_degrees(field));
    let [address, postcode] = [GuessedRole::AddressLine, GuessedRole::Postcode].map(GuessedRole::name);
    let is_told = compared.iter().any(|field| field.name.starts_with(address) || field.name == postcode);
    let why = if is_told { "it says again where an address or postcode is" } else { "both make a place on the map" };
    for (because, pair) in because.iter_mut().zip(&columns) {
        pair.iter().for_each(|at| why.clone_into(&mut because[*at]));
    }
    if !is_told {
        compared.push(Field { name: "location".to_owned(), kind: GuessedKind::Location, columns });
    }
}
