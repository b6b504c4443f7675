//! Value numbers without values: the token mode.
//!
//! Each distinct value, and each value derived from it, becomes a token under the key of the
//! project; numbers are given anew in the order of the tokens, so that neither the order in
//! which values appeared nor that of the alphabet is left in them; and the clear values are
//! wiped. What is left answers which values are equal and which derived values they share,
//! and nothing else: a level of agreement between "equal" and "different" is one that derived
//! tokens give, such as the same Soundex code or a one-character deletion in common. Measures
//! that [need clear text](super::Measure::needs_clear) cannot be had.

use counterfoil_core::scored::ListColumn;

use super::{Derivation, Dictionary, Numbers, ValueKind};
use crate::tokeniser::{Token, Tokeniser};

/// Part of the tag of words, be they first or last.
const WORD: &str = "word";

/// What is left of a dictionary in token mode.
#[derive(Debug)]
pub struct TokenNumbers {
    /// The new number of each value, by its old one.
    renumbered: Vec<u32>,
    /// Derived values by new number.
    derived: Vec<(Derivation, Numbers)>,
    /// The domain of the values' words, if something is derived of them.
    words: Option<Box<TokenNumbers>>,
}

/// What is to be derived of values before they become tokens.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of each value.
    pub of_values: Vec<Derivation>,
    /// Of its [words](Derivation::is_word).
    pub of_words: Vec<Derivation>,
}

impl Dictionary {
    /// Turns values and derived values into tokens and forgets them. The tag of a value's
    /// token is the name of its kind, that of a derived one also names the derivation: so
    /// equal texts that came about in different ways have unrelated tokens.
    ///
    /// # Panics
    ///
    /// When a derivation does not suit the kind of value or [has no
    /// tokens](Derivation::has_tokens).
    #[must_use]
    pub fn into_tokens(self, tokeniser: &Tokeniser, asked: &Asked) -> TokenNumbers {
        let kind = self.kind().name();
        let words = || self.words().tokens(tokeniser, &format!("{kind} {WORD}"), &asked.of_words);
        let words = (!asked.of_words.is_empty()).then(|| Box::new(words()));
        TokenNumbers { words, ..self.tokens(tokeniser, kind, &asked.of_values) }
    }

    /// The tokens of values, and of what is derived of them, under a tag that names the values.
    fn tokens(&self, tokeniser: &Tokeniser, tag: &str, derivations: &[Derivation]) -> TokenNumbers {
        let renumbered = numbers_of_tokens(self, tokeniser, tag);
        let derived = derivations.iter().map(|derivation| {
            assert!(derivation.has_tokens(), "tokens have no order");
            let derived = self.derive(*derivation);
            let of_derived = match &derived.dictionary {
                Some(values) => {
                    let name = if derivation.is_word() { WORD.to_owned() } else { derivation.name() };
                    &numbers_of_tokens(values, tokeniser, &format!("{tag} {name}"))
                }
                // The derived values are values of the dictionary itself.
                None => &renumbered,
            };
            (*derivation, moved(&derived.numbers, &renumbered, of_derived))
        });
        TokenNumbers { derived: derived.collect(), renumbered, words: None }
    }
}

impl TokenNumbers {
    /// The new number of an old one; null stays 0.
    ///
    /// # Panics
    ///
    /// When no value had the number.
    #[inline]
    #[must_use]
    pub fn number(&self, old: u32) -> u32 {
        self.renumbered[old as usize]
    }

    /// Renumbers a column of the domain.
    ///
    /// # Panics
    ///
    /// When a number is none of the domain's.
    pub fn renumber(&self, column: &mut [u32]) {
        for number in column {
            *number = self.number(*number);
        }
    }

    /// Derived values by new number, if they were asked for.
    #[must_use]
    pub fn derived(&self, derivation: Derivation) -> Option<&Numbers> {
        self.derived.iter().find(|(known, _)| *known == derivation).map(|(_, numbers)| numbers)
    }

    /// The domain of the values' words, if something was asked of them.
    #[must_use]
    pub fn words(&self) -> Option<&TokenNumbers> {
        self.words.as_deref()
    }

    /// Number of distinct values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.renumbered.len() - 1
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// By number of a value: the place of its token among all, 1 the first. Values whose tokens
/// are equal, which no one will ever see, have equal numbers.
fn numbers_of_tokens(values: &Dictionary, tokeniser: &Tokeniser, tag: &str) -> Vec<u32> {
    let tokens = tokeniser.tokens(tag, values.numbers().skip(1), |number, value| {
        token_form(values.kind(), values.clear_value(number), value);
    });
    let mut order: Vec<(Token, u32)> = tokens.into_iter().zip(1..).collect();
    order.sort_unstable();
    let mut numbers = vec![0; order.len() + 1];
    let (mut place, mut before) = (0, None);
    for (token, number) in order {
        place += u32::from(before != Some(token));
        before = Some(token);
        numbers[number as usize] = place;
    }
    numbers
}

/// Writes a value as tokens are made of it: a British postcode in its layout of eight
/// characters, so that its token is the one of a ranked linkage; other values as they are.
fn token_form(kind: ValueKind, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(value);
    if kind == ValueKind::Postcode && value.len() <= 8 && value.iter().rev().nth(3) == Some(&b' ') {
        let outward = value.len() - 4;
        out.splice(outward..outward, std::iter::repeat_n(b' ', 8 - value.len()));
    }
}

/// Derived numbers after both the values and the derived values were numbered anew.
fn moved(numbers: &Numbers, of_values: &[u32], of_derived: &[u32]) -> Numbers {
    // By new number, an old one; they are as many, but for values with equal tokens.
    let mut old = vec![0; of_values.len()];
    for (number, new) in of_values.iter().enumerate() {
        old[*new as usize] = number as u32;
    }
    match numbers {
        Numbers::One(numbers) => {
            Numbers::One(old.iter().map(|old| of_derived[numbers[*old as usize] as usize]).collect())
        }
        Numbers::Many(_) => {
            let mut lists = ListColumn { starts: vec![0], values: Vec::new() };
            for old in old {
                let first = lists.values.len();
                lists.values.extend(numbers.of(old).iter().map(|number| of_derived[*number as usize]));
                lists.values[first..].sort_unstable();
                super::derive::drop_repeats(&mut lists.values, first);
                lists.starts.push(lists.values.len() as u32);
            }
            Numbers::Many(lists)
        }
    }
}
