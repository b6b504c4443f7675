//! Wrong spellings of a name: typed, heard, scanned.

use crate::draw::Draw;

/// Spellings that sound alike, either way round.
const SOUNDS: &[(&str, &str)] = &[
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "y"),
    ("ey", "y"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("ss", "s"),
    ("ee", "ea"),
    ("ai", "ay"),
    ("ou", "ow"),
    ("au", "aw"),
    ("c", "k"),
    ("s", "z"),
    ("i", "y"),
    ("e", "a"),
    ("th", "t"),
    ("w", "v"),
    ("oo", "u"),
    ("x", "ks"),
];

/// Letters that a scanner takes for each other, either way round.
const SHAPES: &[(&str, &str)] = &[
    ("m", "rn"),
    ("l", "i"),
    ("cl", "d"),
    ("o", "c"),
    ("e", "c"),
    ("h", "b"),
    ("n", "u"),
    ("v", "y"),
    ("g", "q"),
    ("a", "o"),
    ("t", "f"),
    ("w", "vv"),
];

/// Letters beside each one on the keyboard, by letter from a to z.
const KEYS: [&str; 26] = [
    "qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko", "huikmn", "jiolm", "kop", "njk",
    "bhjm", "iklp", "ol", "wa", "edft", "awedxz", "rfgy", "yhji", "cfgb", "qase", "zsdc", "tghu", "asx",
];

/// The name with one slip of the finger: a letter doubled, left out, replaced by its
/// neighbour on the keyboard, or swapped with the next one; `None` for a name too short.
pub(crate) fn mistype(name: &str, draw: &mut Draw) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return None;
    }
    // The first letter is typed with more care.
    let at = 1 + draw.below(letters.len() as u64 - 1) as usize;
    match draw.below(4) {
        0 => letters.insert(at, letters[at]),
        1 => drop(letters.remove(at)),
        2 => {
            let number = letters[at].to_ascii_lowercase() as usize;
            let keys = KEYS.get(number.wrapping_sub('a' as usize))?;
            letters[at] = char::from(draw.pick(keys.as_bytes()));
        }
        _ => letters.swap(at, at - 1),
    }
    different(name, letters.into_iter().collect())
}

/// The name written as it might sound; `None` where it cannot sound otherwise.
pub(crate) fn spell_as_it_sounds(name: &str, draw: &mut Draw) -> Option<String> {
    replace_one(name, SOUNDS, draw)
}

/// The name with letters that a scanner misread; `None` where none of them is in it.
pub(crate) fn misread(name: &str, draw: &mut Draw) -> Option<String> {
    replace_one(name, SHAPES, draw)
}

/// One of the pairs, found in the name behind its first letter, the other way round.
fn replace_one(name: &str, pairs: &[(&str, &str)], draw: &mut Draw) -> Option<String> {
    let turn = draw.below(pairs.len() as u64) as usize;
    let other_way = draw.chance(0.5);
    let tail = name.get(1..)?;
    for step in 0..pairs.len() {
        let (a, b) = pairs[(turn + step) % pairs.len()];
        let ways = if other_way { [(b, a), (a, b)] } else { [(a, b), (b, a)] };
        for (from, to) in ways {
            if tail.contains(from) {
                return different(name, format!("{}{}", &name[..1], tail.replacen(from, to, 1)));
            }
        }
    }
    None
}

fn different(name: &str, wrong: String) -> Option<String> {
    (wrong != name).then_some(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Purpose;

    /// Levenshtein's distance, plainly.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for i in 1..=a.len() {
            let mut diagonal = row[0];
            row[0] = i;
            for j in 1..=b.len() {
                let replaced = diagonal + usize::from(a[i - 1] != b[j - 1]);
                diagonal = row[j];
                row[j] = replaced.min(row[j] + 1).min(row[j - 1] + 1);
            }
        }
        row[b.len()]
    }

    #[test]
    fn a_wrong_spelling_is_another_and_not_far_off() {
        let mut draw = Draw::new(6, Purpose::Population, 0);
        for name in ["Smith", "O'Brien", "Nguyen", "Katherine", "Wells-Hammond", "Jo", "Li"] {
            for _ in 0..200 {
                let wrong = [mistype(name, &mut draw), spell_as_it_sounds(name, &mut draw), misread(name, &mut draw)];
                for wrong in wrong.into_iter().flatten() {
                    assert!((1..=2).contains(&distance(name, &wrong)));
                }
            }
        }
        assert_eq!(mistype("Jo", &mut draw), None);
        assert_eq!(misread("Jk", &mut draw), None);
    }

    #[test]
    fn spellings_are_those_of_the_tables() {
        let mut draw = Draw::new(6, Purpose::Population, 1);
        let sounds: Vec<String> = (0..200).filter_map(|_| spell_as_it_sounds("Philip", &mut draw)).collect();
        assert!(sounds.contains(&"Phillip".to_owned()) && sounds.contains(&"Phylip".to_owned()));
        let read: Vec<String> = (0..200).filter_map(|_| misread("Amy", &mut draw)).collect();
        assert!(read.contains(&"Arny".to_owned()));
    }
}
