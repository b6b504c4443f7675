//! Text of which more than its letters and digits counts: words, e-mail addresses, places on
//! the map. For fields of one's own in a probabilistic linkage.

use std::fmt::Write;

use counterfoil_core::{NullReason, Outcome, RejectRule};
use zeroize::Zeroizing;

use super::clear_text::Draft;
use super::fold::fold;
use super::{ClearText, bounded};

/// Text of several words, such as a whole name or an address: each word folded as a
/// [`name`](super::name()) is, single blanks between them. Blanks, hyphens, commas,
/// semicolons, slashes, underlines and circumflexes part words; other punctuation does not, so that
/// `O'Brien` is one. Text with neither letter nor digit is null.
#[must_use]
pub fn words(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let mut draft = Draft::new(text.len() * 2);
        for word in text.split(parts_words) {
            let word = fold(word).text;
            if !word.as_bytes().is_empty() {
                draft.push(if draft.as_bytes().is_empty() { b"" } else { b" " });
                draft.push(word.as_bytes());
            }
        }
        if draft.as_bytes().is_empty() { Outcome::Null(NullReason::Empty) } else { Outcome::Valid(draft.finish()) }
    })
}

/// What may stand behind a name and is none.
const BEHIND: [&str; 10] = ["JR", "SR", "II", "III", "IV", "ESQ", "MD", "PHD", "OBE", "MBE"];

/// What people are addressed by. Titles that are names as well, such as `Don` and `Lord`, are left out.
const TITLES: [&str; 18] = [
    "MR", "MRS", "MS", "MISS", "MX", "DR", "DRA", "PROF", "REV", "SIR", "HERR", "FRAU", "MME", "MLLE", "MONSIEUR",
    "MADAME", "SRA", "SRTA",
];

/// What stands before a name that somebody had or goes by besides.
const BESIDES: [&str; 6] = ["NEE", "GEB", "GEBOREN", "ALIAS", "AKA", "FORMERLY"];

/// A whole name: [`words`], the given names first, without titles (`Dr`, `Jr`), ranks behind a comma
/// (`, 1st Baronet`), nicknames in brackets or quotation marks, and other names (`née Lee`). One comma says that the family name was written
/// first, as in `Smith, Ann`, unless only a title stands behind it. So do circumflexes, between which
/// HL7 (version 2, XPN) and DICOM (PN) have family name, given name, further names, and titles, which
/// are left out, and an asterisk, as in INSEE's file of deaths: `SMITH*ANN MARY/`. So do capitals, where
/// the words behind them are none: `SMITH Ann (Mrs)`.
#[must_use]
pub fn full_name(text: &str) -> Outcome<ClearText> {
    let text = &*without_asides(text);
    let text = before_rank(text);
    let text = before_other_name(text);
    if let Some((family, rest)) = text.split_once('^') {
        let given: Vec<&str> = rest.split('^').take(2).collect();
        return family_last(family, &given);
    }
    if let Some((family, given)) = text.split_once('*') {
        return family_last(family, &[given]);
    }
    let Some((family, given)) = text.split_once(',').filter(|(_, behind)| !behind.contains(',')) else {
        let name = untitled(text);
        let (family, given) = name.split_at(capitals_before(&name));
        return if given.is_empty() || family.is_empty() { words(&name) } else { family_last(family, &[given]) };
    };
    if given.split_whitespace().all(|word| is_one_of(&BEHIND, word) || is_one_of(&TITLES, word)) {
        return words(&untitled(family));
    }
    family_last(&untitled(family), &[&untitled(given)])
}

/// A name without what stands in brackets or quotation marks, if two words at least stand outside them.
fn without_asides(name: &str) -> Zeroizing<String> {
    // As long as the name, so that it never grows.
    let mut outside = Zeroizing::new(String::with_capacity(name.len()));
    let mut until = None;
    for character in name.chars() {
        match until {
            Some(end) if end == character => until = None,
            Some(_) => {}
            None => {
                until = closes(character);
                // What stood before the brackets and what stands behind are two words.
                outside.push(if until.is_some() { ' ' } else { character });
            }
        }
    }
    let is_whole = until.is_none() && outside.split_whitespace().nth(1).is_some();
    if !is_whole {
        outside.clear();
        outside.push_str(name);
    }
    outside
}

fn closes(character: char) -> Option<char> {
    match character {
        '(' => Some(')'),
        '[' => Some(']'),
        '"' => Some('"'),
        '“' => Some('”'),
        _ => None,
    }
}

/// A name without a rank that is counted: `Thomas Clifford, 1st Baron Clifford of Chudleigh`.
fn before_rank(name: &str) -> &str {
    let is_counted = |word: &str| {
        let count = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        is_number && ["st", "nd", "rd", "th"].iter().any(|end| word[count.len()..].eq_ignore_ascii_case(end))
    };
    let counted = |behind: &str| behind.split_whitespace().next().is_some_and(is_counted);
    name.split_once(',').filter(|(_, behind)| counted(behind)).map_or(name, |(name, _)| name)
}

/// A name without another one behind it that somebody had before, or goes by: `Ann Smith née Lee`.
fn before_other_name(name: &str) -> &str {
    let start = |word: &str| word.as_ptr() as usize - name.as_ptr() as usize;
    let mut words = name.split_whitespace().skip(2).peekable();
    while let Some(word) = words.next() {
        if words.peek().is_some() && is_one_of(&BESIDES, word) {
            return name[..start(word)].trim_end_matches([' ', ',']);
        }
    }
    name
}

/// The bytes of the words in capitals before others that are not, initials apart: 0 where there are
/// none, or where they are so short that they may be initials, as in `JR Smith`.
fn capitals_before(name: &str) -> usize {
    let is_small = |word: &str| word.chars().any(char::is_lowercase);
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    let mut words = name.split_inclusive(char::is_whitespace);
    let before: Vec<&str> = words.by_ref().take_while(|word| !is_small(word)).collect();
    let length: usize = before.iter().map(|word| word.len()).sum();
    let is_initial = |word: &str| letters(word) == 1;
    let all_behind = name[length..].split_whitespace().all(|word| is_small(word) || is_initial(word));
    let is_name = before.iter().any(|word| letters(word) >= 3) && !before.iter().any(|word| is_initial(word));
    if is_name && all_behind { length } else { 0 }
}

/// A name or part of one without titles before and behind it; never without any word.
fn untitled(name: &str) -> Zeroizing<String> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.len() > 1 && is_one_of(&TITLES, words[0]) {
        words.remove(0);
    }
    while let [_, .., last] = words[..]
        && (is_one_of(&TITLES, last) || is_one_of(&BEHIND, last.trim_start_matches(',')))
    {
        words.pop();
    }
    // Long enough for all and blanks between them, so that it never grows.
    let mut rest = Zeroizing::new(String::with_capacity(name.len() + 1));
    for word in words {
        rest.push_str(word);
        rest.push(' ');
    }
    rest
}

/// Whether a word is in a list, whatever its case and marks.
fn is_one_of(list: &[&str], word: &str) -> bool {
    // Longer than any of them: not worth folding.
    if word.len() > 12 {
        return false;
    }
    let folded = fold(word).text;
    list.iter().any(|title| folded.as_bytes() == title.as_bytes())
}

/// The words of given names, and after them those of a family name.
fn family_last(family: &str, given: &[&str]) -> Outcome<ClearText> {
    // Long enough for all and blanks between them, so that it never grows.
    let length = given.iter().map(|name| name.len() + 1).sum::<usize>() + family.len();
    let mut turned = Zeroizing::new(String::with_capacity(length));
    for name in given {
        turned.push_str(name);
        turned.push(' ');
    }
    turned.push_str(family);
    words(&turned)
}

fn parts_words(character: char) -> bool {
    // U+2010 to U+2015 are the hyphens and dashes.
    character.is_whitespace() || matches!(character, '-' | ',' | ';' | '/' | '_' | '^' | '\u{2010}'..='\u{2015}')
}

/// An e-mail address in lower case, without any blanks. What stands before the `@` could tell
/// letters of different case apart (RFC 5321, 2.4); in practice no provider does.
#[must_use]
pub fn email(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let mut draft = Draft::new(text.len() * 2);
        for character in text.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase) {
            draft.push_char(character);
        }
        Outcome::Valid(draft.finish())
    })
}

/// A place as latitude and longitude in degrees, parted by a comma (or a blank): north and
/// east are positive. It is compared as `latitude,longitude` to six places, a tenth of a
/// metre.
#[must_use]
pub fn location(text: &str) -> Outcome<ClearText> {
    bounded(text, |text| {
        let text = text.trim_matches(['(', ')', '[', ']']);
        let parts = text.split_once(',').or_else(|| text.split_once(char::is_whitespace));
        let degrees = |part: &str, most: f64| part.trim().parse::<f64>().ok().filter(|value| value.abs() <= most);
        let place =
            parts.and_then(|(latitude, longitude)| Some((degrees(latitude, 90.0)?, degrees(longitude, 180.0)?)));
        let Some((latitude, longitude)) = place else {
            return Outcome::Rejected(RejectRule::NumberFormat);
        };
        let mut written = Zeroizing::new(String::with_capacity(32));
        // Writing to a string cannot fail.
        let _ = write!(written, "{:.6},{:.6}", rounded(latitude), rounded(longitude));
        let mut draft = Draft::new(written.len());
        draft.push(written.as_bytes());
        Outcome::Valid(draft.finish())
    })
}

/// To six places; adding zero takes the sign off a negative zero.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_no_part_of_a_name() {
        let cases = [
            ("Mr. John Smith", "JOHN SMITH"),
            ("Dr Ann Mary Lee, MD", "ANN MARY LEE"),
            ("John Smith Jr.", "JOHN SMITH"),
            ("Smith Jr., John", "JOHN SMITH"),
            ("SMITH, Prof. Dr. Ann", "ANN SMITH"),
            ("Lee, Jr.", "LEE"),
            ("John Smith (Mr)", "JOHN SMITH"),
            ("Smith, III", "SMITH"),
            // In capitals before what is not, a family name.
            ("SMITH Ann (Mrs)", "ANN SMITH"),
            ("DE LA CRUZ Maria J", "MARIA J DE LA CRUZ"),
            ("JR Smith", "JR SMITH"),
            ("J R SMITH", "J R SMITH"),
            ("SMITH ANN", "SMITH ANN"),
            ("Ann SMITH", "ANN SMITH"),
            ("SMITH Ann LEE", "SMITH ANN LEE"),
            // What stands aside, or behind, is no part of it.
            ("Robert (Bob) Smith", "ROBERT SMITH"),
            ("Robert \"Bob\" Smith", "ROBERT SMITH"),
            ("Smith, Robert [Bob]", "ROBERT SMITH"),
            ("Ann Smith (née Lee)", "ANN SMITH"),
            ("Ann Smith, née Lee", "ANN SMITH"),
            ("Ann Smith alias Lee", "ANN SMITH"),
            ("Li Nee", "LI NEE"),
            ("Thomas Clifford, 1st Baron Clifford of Chudleigh", "THOMAS CLIFFORD"),
            ("Sir John Lee, 22nd Baronet, KG", "JOHN LEE"),
            ("Smith (Ann)", "SMITH ANN"),
            ("Ann (Smith", "ANN SMITH"),
            // One word at least is left, and a name that looks like a title further on stays.
            ("Dr", "DR"),
            ("Mrs Dr", "DR"),
            ("Anna Frau Holle", "ANNA FRAU HOLLE"),
            ("Drake Mason", "DRAKE MASON"),
        ];
        for (written, expected) in cases {
            let Outcome::Valid(name) = full_name(written) else { panic!("no name: {written}") };
            assert_eq!(std::str::from_utf8(name.as_bytes()), Ok(expected), "{written}");
        }
    }
}
