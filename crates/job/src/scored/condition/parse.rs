//! Reads terms, keys and conditions.

use std::str::FromStr;

use crate::scored::words::is_end;

use super::{ConditionSpec, DERIVATIONS, Derived, Direction, KeySpec, MEASURES, Term};

impl FromStr for Term {
    type Err = String;

    fn from_str(text: &str) -> Result<Term, String> {
        Parser::of(text)?.whole(Parser::term)
    }
}

impl FromStr for KeySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<KeySpec, String> {
        Parser::of(text)?.whole(Parser::key).map_err(|fault| {
            let instead = match fault.as_str() {
                "`or` is too much" => ": for pairs that agree on one key or the other write two rules",
                "`and` is too much" => ": for pairs that agree on both list them as two keys of the rule",
                _ => "",
            };
            fault + instead
        })
    }
}

impl FromStr for ConditionSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<ConditionSpec, String> {
        Parser::of(text)?.whole(Parser::any)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Name(String),
    Number(f64),
    Sign(&'static str),
}

struct Parser {
    /// What is still to be read, last word first.
    words: Vec<Word>,
}

const SIGNS: [&str; 6] = [">=", "<=", "(", ")", ",", "="];

impl Parser {
    fn of(text: &str) -> Result<Parser, String> {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                words.push(Word::Sign(sign));
                sign.len()
            } else if first.is_ascii_digit() || first == '-' || first == '.' {
                let length = length_of(rest, |c| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e' | '+'));
                let number = rest[..length].parse().map_err(|_| format!("`{}` is not a number", &rest[..length]))?;
                words.push(Word::Number(number));
                length
            } else if first.is_alphanumeric() || first == '_' {
                let length = length_of(rest, |c| c.is_alphanumeric() || c == '_' || c == '.' || c == '-');
                words.push(Word::Name(rest[..length].to_owned()));
                length
            } else {
                return Err(format!("`{}` has a sign that means nothing here", text.trim()));
            };
            rest = rest[length..].trim_start();
        }
        words.reverse();
        Ok(Parser { words })
    }

    fn whole<T>(mut self, read: impl Fn(&mut Parser) -> Result<T, String>) -> Result<T, String> {
        let result = read(&mut self)?;
        match self.words.last() {
            None => Ok(result),
            Some(word) => Err(format!("{} is too much", said(word))),
        }
    }

    fn any(&mut self) -> Result<ConditionSpec, String> {
        self.several("or", Parser::all, ConditionSpec::Any)
    }

    fn all(&mut self) -> Result<ConditionSpec, String> {
        self.several("and", Parser::one, ConditionSpec::All)
    }

    fn several(
        &mut self,
        word: &str,
        read: impl Fn(&mut Parser) -> Result<ConditionSpec, String>,
        made: impl Fn(Vec<ConditionSpec>) -> ConditionSpec,
    ) -> Result<ConditionSpec, String> {
        let mut parts = vec![read(self)?];
        while self.takes_name(word) {
            parts.push(read(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { made(parts) })
    }

    fn one(&mut self) -> Result<ConditionSpec, String> {
        if self.takes_sign("(") {
            let inner = self.any()?;
            self.need_sign(")")?;
            return Ok(inner);
        }
        let name = self.name("a condition")?;
        match name.as_str() {
            "not" => Ok(ConditionSpec::Not(Box::new(self.one()?))),
            "else" => Ok(ConditionSpec::Else),
            "null" => {
                self.need_sign("(")?;
                let term = self.term()?;
                self.need_sign(")")?;
                Ok(ConditionSpec::Null(term))
            }
            "exact" => self.both().map(|(left, right)| ConditionSpec::Exact(left, right)),
            _ => self.measured(&name),
        }
    }

    fn measured(&mut self, name: &str) -> Result<ConditionSpec, String> {
        let Some(measure) = MEASURES.iter().position(|(known, ..)| *known == name) else {
            let known: Vec<&str> = MEASURES.iter().map(|(known, ..)| *known).collect();
            return Err(format!("`{name}` is no condition; there are exact, null, else, not, {}", known.join(", ")));
        };
        let (left, right) = self.both()?;
        self.need_sign(if MEASURES[measure].1 == Direction::AtLeast { ">=" } else { "<=" })?;
        match self.words.pop() {
            Some(Word::Number(threshold)) => {
                let (least, most) = bounds(name);
                if !(least..=most).contains(&threshold) {
                    let range =
                        if most.is_finite() { format!("from {least} to {most}") } else { format!("at least {least}") };
                    return Err(format!("`{name}` is {range}, never {threshold}"));
                }
                Ok(ConditionSpec::Measured { measure, left, right, threshold })
            }
            other => Err(format!("a number is needed after `{name}(…)`, not {}", end_or(other.as_ref()))),
        }
    }

    /// `(term)` or `(left, right)`.
    fn both(&mut self) -> Result<(Term, Term), String> {
        self.need_sign("(")?;
        let left = self.term()?;
        let right = if self.takes_sign(",") { self.term()? } else { left.clone() };
        self.need_sign(")")?;
        Ok((left, right))
    }

    fn key(&mut self) -> Result<KeySpec, String> {
        let left = self.term()?;
        let right = if self.takes_sign("=") { self.term()? } else { left.clone() };
        Ok(KeySpec { left, right })
    }

    fn term(&mut self) -> Result<Term, String> {
        let name = self.name("a field")?;
        if !self.takes_sign("(") {
            return Ok(Term { field: name, derived: None });
        }
        let Some((_, counts, _)) = DERIVATIONS.iter().find(|(known, ..)| *known == name) else {
            let known: Vec<&str> = DERIVATIONS.iter().map(|(known, ..)| *known).collect();
            if MEASURES.iter().any(|(measure, ..)| *measure == name) {
                return Err(format!("`{name}` derives nothing: it measures, in a level of a comparison"));
            }
            return Err(format!("`{name}` derives nothing; there are {}", known.join(", ")));
        };
        let (field, word) = self.part()?;
        let number = if *counts { Some(self.count(&name)?) } else { None };
        self.need_sign(")")?;
        Ok(Term { field, derived: Some(Derived { name, number, word }) })
    }

    /// A field, or a word of it: what something is derived of.
    fn part(&mut self) -> Result<(String, Option<String>), String> {
        let name = self.name("a field")?;
        if !self.takes_sign("(") {
            return Ok((name, None));
        }
        if !is_end(&name) {
            return Err(format!("of `{name}(…)` nothing is derived; something is of first_word(…) and last_word(…)"));
        }
        let field = self.name("a field")?;
        self.need_sign(")")?;
        Ok((field, Some(name)))
    }

    /// `, number` of a derivation.
    fn count(&mut self, of: &str) -> Result<u32, String> {
        self.need_sign(",")?;
        match self.words.pop() {
            Some(Word::Number(number)) if number.fract() == 0.0 && (1.0..=64.0).contains(&number) => Ok(number as u32),
            other => Err(format!("`{of}` needs a whole number from 1 to 64, not {}", end_or(other.as_ref()))),
        }
    }

    fn name(&mut self, what: &str) -> Result<String, String> {
        match self.words.pop() {
            Some(Word::Name(name)) => Ok(name),
            other => Err(format!("{what} is needed, not {}", end_or(other.as_ref()))),
        }
    }

    fn takes_name(&mut self, word: &str) -> bool {
        let takes = matches!(self.words.last(), Some(Word::Name(name)) if name == word);
        if takes {
            self.words.pop();
        }
        takes
    }

    fn takes_sign(&mut self, sign: &'static str) -> bool {
        let takes = self.words.last() == Some(&Word::Sign(sign));
        if takes {
            self.words.pop();
        }
        takes
    }

    fn need_sign(&mut self, sign: &'static str) -> Result<(), String> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(format!("`{sign}` is needed, not {}", end_or(self.words.last())))
    }
}

/// What a measure can come to: a threshold beyond it would be reached by all pairs, or by none.
fn bounds(measure: &str) -> (f64, f64) {
    match measure {
        "jaro" | "jaro_winkler" | "best_jaro_winkler" | "jaccard" | "cosine" => (0.0, 1.0),
        "date_parts" => (0.0, 3.0),
        _ => (0.0, f64::INFINITY),
    }
}

fn length_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn end_or(word: Option<&Word>) -> String {
    word.map_or_else(|| "the end".to_owned(), said)
}

fn said(word: &Word) -> String {
    match word {
        Word::Name(name) => format!("`{name}`"),
        Word::Number(number) => format!("`{number}`"),
        Word::Sign(sign) => format!("`{sign}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "exact(family_name)",
            "exact(given_name, family_name) and exact(family_name, given_name)",
            "jaro_winkler(family_name) >= 0.92",
            "damerau_levenshtein(nhs_number) <= 1",
            "jaccard(letters(first_word(full_name))) >= 0.8 and exact(prefix(last_word(full_name), 3))",
            "(exact(sector(postcode)) or null(birth_date)) and not exact(prefix(town, 3))",
            "else",
        ] {
            assert_eq!(text.parse::<ConditionSpec>().map(|condition| condition.to_string()), Ok(text.to_owned()));
        }
        for text in ["family_name", "soundex(family_name)", "given_name = family_name"] {
            assert_eq!(text.parse::<KeySpec>().map(|key| key.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        let parsed: ConditionSpec = "exact(a) or exact(b) and null(c)".parse().unwrap();
        let exact = |field| ConditionSpec::Exact(Term::field(field), Term::field(field));
        let both = ConditionSpec::All(vec![exact("b"), ConditionSpec::Null(Term::field("c"))]);
        assert_eq!(parsed, ConditionSpec::Any(vec![exact("a"), both]));
    }

    #[test]
    fn faults_say_what_is_needed() {
        for (text, fault) in [
            ("jaro_winkler(a) <= 0.9", "`>=` is needed, not `<=`"),
            ("prefix(a) ", "`prefix` is no condition"),
            ("exact(prefix(a))", "`,` is needed, not `)`"),
            ("exact(a) exact(b)", "`exact` is too much"),
            ("exact(rot13(a))", "`rot13` derives nothing"),
            ("exact(prefix(soundex(a), 3))", "of `soundex(…)` nothing is derived"),
            ("exact(a", "`)` is needed, not the end"),
            ("exact(a) or", "a condition is needed, not the end"),
            ("jaro(a) >= x", "a number is needed after `jaro(…)`, not `x`"),
            ("jaro_winkler(a) >= 92", "`jaro_winkler` is from 0 to 1, never 92"),
            ("date_parts(a) >= 4", "`date_parts` is from 0 to 3, never 4"),
            ("osa(a) <= -1", "`osa` is at least 0, never -1"),
        ] {
            let told = text.parse::<ConditionSpec>().unwrap_err();
            assert!(told.starts_with(fault), "{text}: {told}");
        }
    }

    #[test]
    fn a_key_is_no_condition_and_what_is_meant_is_said() {
        for (text, instead) in [
            ("year(a) or b", "write two rules"),
            ("year(a) and b", "two keys of the rule"),
            ("jaro_winkler(a) >= 0.9", "in a level of a comparison"),
        ] {
            let told = text.parse::<KeySpec>().unwrap_err();
            assert!(told.ends_with(instead), "{text}: {told}");
        }
    }
}
