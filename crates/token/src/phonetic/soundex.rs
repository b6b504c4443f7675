//! The American Soundex of the census indexes.

/// The Soundex code of a name: its first letter and three digits. `None` without an A–Z in it.
///
/// The rule is that of the United States National Archives ("Soundex system", 2007): letters
/// of one digit side by side count once, also where the first is the initial letter, and also
/// with an H or W between them; a vowel between them parts them. Characters other than A–Z
/// are passed over, and case does not count.
#[must_use]
pub fn soundex(name: &[u8]) -> Option<[u8; 4]> {
    let mut letters = name.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_uppercase);
    let initial = letters.next()?;
    let mut code = [initial, b'0', b'0', b'0'];
    let mut places = code[1..].iter_mut();
    let mut before = digit(initial);
    for letter in letters {
        let here = digit(letter);
        match here {
            Sound::Digit(digit) if here != before => match places.next() {
                Some(place) => *place = digit,
                None => break,
            },
            _ => {}
        }
        if here != Sound::Silent {
            before = here;
        }
    }
    Some(code)
}

/// What a letter counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    Digit(u8),
    /// A, E, I, O, U, Y: no digit, but it parts.
    Vowel,
    /// H, W: as if it were not there.
    Silent,
}

fn digit(letter: u8) -> Sound {
    match letter {
        b'B' | b'F' | b'P' | b'V' => Sound::Digit(b'1'),
        b'C' | b'G' | b'J' | b'K' | b'Q' | b'S' | b'X' | b'Z' => Sound::Digit(b'2'),
        b'D' | b'T' => Sound::Digit(b'3'),
        b'L' => Sound::Digit(b'4'),
        b'M' | b'N' => Sound::Digit(b'5'),
        b'R' => Sound::Digit(b'6'),
        b'H' | b'W' => Sound::Silent,
        _ => Sound::Vowel,
    }
}
