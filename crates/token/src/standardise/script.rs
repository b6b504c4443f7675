//! Letters of other scripts as the Latin letters that a passport would have in their place, so that
//! `Иванов` is the same name as `Ivanov`, and one writing for letters that keyboards have twice.
//!
//! Cyrillic letters follow ICAO Doc 9303, part 3, section 6.B, by which passports of all countries are
//! written; of a letter that languages read otherwise, the Russian reading. Greek letters follow
//! ELOT 743 (ISO 843, type 2), as Greek passports do. Other published schemes (`Yuriy` for `Iurii`) are
//! a letter or two away, which comparisons of names allow for. Arabic, Hebrew and Japanese letters stay
//! what they are, without what is written or left out at will: vowel points, the hamza on its carrier,
//! the Arabic or the Persian form of a letter, katakana for hiragana. Which sounds stand between
//! the letters of these scripts, no table says.

use std::iter::Peekable;

use unicode_normalization::char::is_combining_mark;

/// Characters of text in Unicode's form NFKD and in upper case, in Latin letters where they are Cyrillic
/// or Greek.
pub(super) fn romanised(characters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    Romanised { characters: characters.peekable(), before: ' ' }.flatten()
}

/// One character after another, each as the letters that stand for it.
struct Romanised<I: Iterator<Item = char>> {
    characters: Peekable<I>,
    /// The character before, marks apart; a blank at the start.
    before: char,
}

impl<I: Iterator<Item = char>> Iterator for Romanised<I> {
    type Item = Spelt;

    fn next(&mut self) -> Option<Spelt> {
        let character = self.characters.next()?;
        let next = self.characters.peek().copied();
        let spelt = match character {
            '\u{370}'..='\u{3FF}' => self.greek(character, next),
            '\u{400}'..='\u{4FF}' => cyrillic(character).map_or(Spelt::one(character), Spelt::of),
            other => plain(other),
        };
        if !is_combining_mark(character) {
            self.before = character;
        }
        Some(spelt)
    }
}

impl<I: Iterator<Item = char>> Romanised<I> {
    /// A Greek letter, with the one after it where the two are one sound.
    fn greek(&mut self, letter: char, next: Option<char>) -> Spelt {
        let spelt = match (letter, next) {
            ('Γ', Some('Γ')) => "NG",
            ('Γ', Some('Ξ')) => "NX",
            ('Γ', Some('Χ')) => "NCH",
            ('Μ', Some('Π')) if !self.before.is_alphabetic() => "B",
            ('Ο', Some('Υ')) => "OU",
            ('Α' | 'Ε' | 'Η', Some('Υ')) => return self.with_upsilon(letter),
            _ => return greek_letter(letter).map_or(Spelt::one(letter), Spelt::of),
        };
        self.characters.next();
        Spelt::of(spelt)
    }

    /// An upsilon behind a vowel is a consonant, which is hard before hard ones and at the end. With a
    /// diaeresis it is a vowel of its own.
    fn with_upsilon(&mut self, vowel: char) -> Spelt {
        let first = match vowel {
            'Α' => "A",
            'Ε' => "E",
            _ => "I",
        };
        self.characters.next();
        // An accent stands on the upsilon of such a pair.
        let accent = self.characters.next_if(|mark| matches!(mark, '\u{300}' | '\u{301}' | '\u{342}'));
        let is_hard = match self.characters.peek() {
            Some('\u{308}') if accent.is_none() => return Spelt([first.chars().next(), Some('Y'), None, None]),
            Some(after) => {
                matches!(after, 'Θ' | 'Κ' | 'Ξ' | 'Π' | 'Σ' | 'Τ' | 'Φ' | 'Χ' | 'Ψ') || !after.is_alphabetic()
            }
            None => true,
        };
        Spelt([first.chars().next(), Some(if is_hard { 'F' } else { 'V' }), None, None])
    }
}

/// Up to four letters in the place of one.
struct Spelt([Option<char>; 4]);

impl Spelt {
    fn one(character: char) -> Spelt {
        Spelt([Some(character), None, None, None])
    }

    fn of(letters: &str) -> Spelt {
        let mut letters = letters.chars();
        Spelt(std::array::from_fn(|_| letters.next()))
    }
}

impl IntoIterator for Spelt {
    type Item = char;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<char>, 4>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// A letter of a script that is kept, in the one form of those that mean the same.
fn plain(character: char) -> Spelt {
    match character {
        // Points for vowels, the hamza and the madda on their carriers, and the stroke that makes a word longer.
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{591}'..='\u{5C7}' => {
            Spelt([None; 4])
        }
        // Arabic yeh and alef maksura; kaf; teh marbuta, written as heh where it is not sounded.
        '\u{64A}' | '\u{649}' => Spelt::one('\u{6CC}'),
        '\u{643}' => Spelt::one('\u{6A9}'),
        '\u{629}' => Spelt::one('\u{647}'),
        // Hiragana stand as far below katakana.
        katakana @ '\u{30A1}'..='\u{30F6}' => {
            Spelt::one(char::from_u32(u32::from(katakana) - 0x60).unwrap_or(katakana))
        }
        other => Spelt::one(other),
    }
}

/// A Cyrillic letter in upper case. What Unicode takes apart comes as a base letter: Й as И, Ё as Е, Ї
/// as І, Ў as У, Ѓ as Г, Ќ as К.
fn cyrillic(letter: char) -> Option<&'static str> {
    let spelt = match letter {
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' => "G",
        'Д' | 'Ђ' => "D",
        'Е' | 'Э' => "E",
        'Є' | 'Ъ' => "IE",
        'Ж' => "ZH",
        'З' => "Z",
        'И' | 'І' => "I",
        'Ј' => "J",
        'К' => "K",
        'Л' => "L",
        'Љ' => "LJ",
        'М' => "M",
        'Н' => "N",
        'Њ' => "NJ",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Ѕ' | 'Џ' => "DZ",
        'Т' => "T",
        'Ћ' => "C",
        'У' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ы' => "Y",
        'Ь' => "",
        'Ю' => "IU",
        'Я' => "IA",
        _ => return None,
    };
    Some(spelt)
}

/// A Greek letter in upper case, by itself.
fn greek_letter(letter: char) -> Option<&'static str> {
    let spelt = match letter {
        'Α' => "A",
        'Β' => "V",
        'Γ' => "G",
        'Δ' => "D",
        'Ε' => "E",
        'Ζ' => "Z",
        'Η' | 'Ι' => "I",
        'Θ' => "TH",
        'Κ' => "K",
        'Λ' => "L",
        'Μ' => "M",
        'Ν' => "N",
        'Ξ' => "X",
        'Ο' | 'Ω' => "O",
        'Π' => "P",
        'Ρ' => "R",
        'Σ' => "S",
        'Τ' => "T",
        'Υ' => "Y",
        'Φ' => "F",
        'Χ' => "CH",
        'Ψ' => "PS",
        _ => return None,
    };
    Some(spelt)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::romanised;

    fn check(written: &str, expected: &str) {
        let characters = written.nfkd().flat_map(char::to_uppercase);
        let is_accent = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
        let latin: String = romanised(characters).filter(|c| !is_accent(c)).nfc().collect();
        assert_eq!(latin, expected, "{written}");
    }

    /// ICAO Doc 9303, part 3, section 6.B.
    #[test]
    fn cyrillic_names_are_those_of_passports() {
        check("Щербаков", "SHCHERBAKOV");
        check("Юлия", "IULIIA");
        check("Сергей Хрущёв", "SERGEI KHRUSHCHEV");
        check("Подъячев", "PODIEIACHEV");
        check("Ольга", "OLGA");
        check("Ђорђевић", "DORDEVIC");
        check("Љубица Џајић", "LJUBITSA DZAJIC");
    }

    /// ELOT 743, type 2.
    #[test]
    fn greek_names_are_those_of_passports() {
        check("Παπαδόπουλος", "PAPADOPOULOS");
        check("Ευάγγελος", "EVANGELOS");
        check("Ευθύμιος", "EFTHYMIOS");
        check("Παύλος", "PAVLOS");
        check("Ναύπλιο", "NAFPLIO");
        check("Μπάμπης", "BAMPIS");
        check("Χριστοφορίδης", "CHRISTOFORIDIS");
        check("Ψαρράς", "PSARRAS");
        check("Πραΰλος", "PRAYLOS");
        check("Αγχίαλος", "ANCHIALOS");
        check("ΖΩΗ", "ZOI");
    }

    #[test]
    fn other_letters_have_one_form() {
        // Arabic yeh and kaf, and the Persian ones; a hamza on its carrier; vowel points.
        check("علي", "علی");
        check("كريم", "کریم");
        check("أحمد", "احمد");
        check("مُحَمَّد", "محمد");
        check("ヤマダ", "やまだ");
        check("李", "李");
        check("O'Brien", "O'BRIEN");
    }
}
