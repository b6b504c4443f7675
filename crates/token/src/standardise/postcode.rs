//! British postcodes in the fixed 8-character layout of HES.
//!
//! The layout is published as `AXXX 9AA`, `AXX  9AA`, `AX   9AA` (linkage methodology 2.2;
//! S8): A a letter, X a letter or digit, 9 a digit. That spaces and zeros are treated
//! specially in comparing is published too, the rule for it is not; ours is
//! [`PostcodeFold`], applied after the layout has been checked, because folding first would
//! turn `0L1` into a postcode (1.7).

use counterfoil_core::{NullReason, Outcome, RejectRule};

use super::{masked_debug, trim};

/// A valid postcode in comparison form: the 8-character layout, upper case, with the letters
/// folded that the rules name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode([u8; 8]);

masked_debug!(Postcode);

impl Postcode {
    /// The eight characters, ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// How a postcode may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PostcodeForms {
    /// Only the 8-character layout, in upper case and without further blanks.
    Hes8Only,
    /// Also with any number of blanks from none to three before the last three characters
    /// (so the 7-character layout too), in lower case, and with blanks around it.
    #[default]
    Any,
}

impl PostcodeForms {
    /// Every choice, in the order of the documentation.
    pub const ALL: [PostcodeForms; 2] = [PostcodeForms::Hes8Only, PostcodeForms::Any];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PostcodeForms::Hes8Only => "hes-8",
            PostcodeForms::Any => "any",
        }
    }

    /// The choice of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<PostcodeForms> {
        PostcodeForms::ALL.into_iter().find(|forms| forms.name() == name)
    }
}

/// Which letters are read as the digits they are mistaken for, in every position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PostcodeFold {
    /// None.
    None,
    /// Letter O as zero.
    #[default]
    LetterO,
    /// Letter O as zero and letter I as one.
    LetterOAndI,
}

impl PostcodeFold {
    /// Every choice, in the order of the documentation.
    pub const ALL: [PostcodeFold; 3] = [PostcodeFold::None, PostcodeFold::LetterO, PostcodeFold::LetterOAndI];

    /// The name used in job files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PostcodeFold::None => "none",
            PostcodeFold::LetterO => "letter-o",
            PostcodeFold::LetterOAndI => "letter-o-and-i",
        }
    }

    /// The choice of that name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<PostcodeFold> {
        PostcodeFold::ALL.into_iter().find(|fold| fold.name() == name)
    }

    #[inline]
    fn apply(self, byte: u8) -> u8 {
        match (byte, self) {
            (b'O', PostcodeFold::LetterO | PostcodeFold::LetterOAndI) => b'0',
            (b'I', PostcodeFold::LetterOAndI) => b'1',
            _ => byte,
        }
    }
}

/// When a postcode is valid, and what it is compared as.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct PostcodeRules {
    /// How it may be written.
    pub forms: PostcodeForms,
    /// Which letters are read as digits once it is known to be one.
    pub fold: PostcodeFold,
}

impl PostcodeRules {
    /// The rules of HES: the 8-character layout only, letter O compared as zero.
    #[must_use]
    pub fn hes() -> PostcodeRules {
        PostcodeRules { forms: PostcodeForms::Hes8Only, fold: PostcodeFold::LetterO }
    }
}

/// A postcode from text. Blank text is null, and so is whatever starts `ZZ`: no fixed abode,
/// abroad, or address unknown (9.4; S8, S46).
#[inline]
#[must_use]
pub fn postcode(text: &[u8], rules: &PostcodeRules) -> Outcome<Postcode> {
    let trimmed = trim(text);
    let layout = match (trimmed, rules.forms) {
        ([], _) => return Outcome::Null(NullReason::Empty),
        ([b'Z' | b'z', b'Z' | b'z', ..], _) => return Outcome::Null(NullReason::Unlinkable),
        (_, PostcodeForms::Hes8Only) => text.try_into().ok(),
        (_, PostcodeForms::Any) => in_layout(trimmed),
    };
    match layout {
        Some(layout) if is_layout(layout) => Outcome::Valid(Postcode(layout.map(|byte| rules.fold.apply(byte)))),
        _ => Outcome::Rejected(RejectRule::PostcodeFormat),
    }
}

/// The British postcode that stands behind other words, as at the end of an address: the last word, or
/// the last two. `None` where there is nothing else, or no such postcode.
#[must_use]
pub fn postcode_behind(text: &str) -> Option<&str> {
    let parts = |c: char| c.is_whitespace() || c == ',';
    let text = text.trim_end_matches(|c: char| parts(c) || c == '.');
    let start = |text: &str| {
        let mut characters = text.trim_end_matches(parts).char_indices().rev();
        characters.find(|(_, character)| parts(*character)).map(|(at, character)| at + character.len_utf8())
    };
    let last = start(text)?;
    let rules = PostcodeRules::default();
    let is_one = |from: &usize| {
        let found = &text[*from..];
        // Shorter ones are halves, of which the layout has no room for more.
        found.len() >= 5 && matches!(postcode(found.as_bytes(), &rules), Outcome::Valid(_))
    };
    // The outward code mostly has a digit of its own: `Road 4AP` is no postcode.
    let has_digits = |from: &usize| text[*from..].bytes().filter(u8::is_ascii_digit).count() >= 2;
    let before = start(&text[..last]).filter(has_digits);
    before.into_iter().chain([last]).find(is_one).map(|from| &text[from..])
}

/// Brings text into the layout: outward code to the left, inward code (the last three
/// characters) to the right, upper case. `None` if the outward code does not fit.
#[inline]
fn in_layout(text: &[u8]) -> Option<[u8; 8]> {
    let (rest, inward) = text.split_last_chunk::<3>()?;
    let blanks = rest.iter().rev().take_while(|byte| **byte == b' ').count();
    let outward = &rest[..rest.len() - blanks];
    if blanks > 3 || outward.len() > 4 {
        return None;
    }
    let mut layout = [b' '; 8];
    layout[..outward.len()].copy_from_slice(outward);
    layout[5..].copy_from_slice(inward);
    layout.make_ascii_uppercase();
    Some(layout)
}

/// Whether eight characters are `AXXX 9AA`, `AXX  9AA` or `AX   9AA`.
#[inline]
fn is_layout(layout: [u8; 8]) -> bool {
    let is_letter = |place: usize| layout[place].is_ascii_uppercase();
    let is_either = |place: usize| is_letter(place) || layout[place].is_ascii_digit();
    let is_blank = |place: usize| layout[place] == b' ';
    // Once the outward code has ended, blanks fill it up.
    let outward_ends = is_blank(2) && is_blank(3) || is_either(2) && (is_blank(3) || is_either(3));
    is_letter(0)
        && is_either(1)
        && outward_ends
        && is_blank(4)
        && layout[5].is_ascii_digit()
        && is_letter(6)
        && is_letter(7)
}

#[cfg(test)]
mod tests {
    use super::postcode_behind;

    #[test]
    fn postcodes_stand_behind_addresses() {
        let cases = [
            ("7 Mill Lane, York, YO1 7UP", Some("YO1 7UP")),
            ("7 Mill Lane York yo17up.", Some("yo17up")),
            ("Flat 2, LS1  4AP", Some("LS1  4AP")),
            // A narrow blank is three bytes long.
            ("Leeds\u{2005}LS1 4AP", Some("LS1 4AP")),
            ("x\u{2005}zA", None),
            ("YO1 7UP", None),
            ("12 High Road 4AP", None),
            ("7 Mill Lane, York", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(postcode_behind(text), wanted, "{text}");
        }
    }
}
