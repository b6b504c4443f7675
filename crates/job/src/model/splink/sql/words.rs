//! Words of SQL text.

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// A name or keyword as written.
    Bare(String),
    /// A name in double quotes or backticks, without them.
    Quoted(String),
    /// Text in single quotes, without them.
    Text(String),
    Number(f64),
    /// `{name}` of a template.
    Hole(String),
    Sign(&'static str),
}

impl Word {
    /// How a message calls it.
    pub(super) fn said(&self) -> String {
        match self {
            Word::Bare(text) | Word::Quoted(text) => format!("`{text}`"),
            Word::Text(_) => "a text".to_owned(),
            Word::Number(number) => format!("`{number}`"),
            Word::Hole(name) => format!("`{{{name}}}`"),
            Word::Sign(sign) => format!("`{sign}`"),
        }
    }
}

const SIGNS: [&str; 23] = [
    "::", "->", "<>", "!=", "<=", ">=", "==", "||", "<", ">", "=", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/",
    "%", ";",
];

/// Splits text into words.
pub(super) fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, length) = next(rest, first)?;
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

fn next(rest: &str, first: char) -> Result<(Word, usize), String> {
    match first {
        '"' | '`' => quoted(rest, first).map(|(text, length)| (Word::Quoted(text), length)),
        '\'' => quoted(rest, first).map(|(text, length)| (Word::Text(text), length)),
        '{' => {
            let length = rest.find('}').ok_or("`{` has no end")? + 1;
            Ok((Word::Hole(rest[1..length - 1].to_owned()), length))
        }
        _ if rest.strip_prefix('.').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit()) => number(rest),
        _ if first.is_alphabetic() || first == '_' => {
            let length = length_of(rest, |c| c.is_alphanumeric() || c == '_');
            Ok((Word::Bare(rest[..length].to_owned()), length))
        }
        _ => {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            sign.map(|sign| (Word::Sign(sign), sign.len())).ok_or_else(|| format!("`{first}` is not understood"))
        }
    }
}

/// Text up to its closing quote. A doubled quote is a quote, and one after a backslash too.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let following = chars.peek().map(|(_, c)| *c);
        if c == quote && following != Some(quote) {
            return Ok((text, at + 1));
        }
        if c == quote || c == '\\' && following == Some(quote) {
            chars.next();
            text.push(quote);
        } else {
            text.push(c);
        }
    }
    Err(format!("`{quote}` has no end"))
}

fn number(rest: &str) -> Result<(Word, usize), String> {
    let mut length = length_of(rest, |c| c.is_ascii_digit() || c == '.');
    if let Some(exponent) = rest[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let digits = length_of(&exponent[sign..], |c| c.is_ascii_digit());
        length += if digits > 0 { 1 + sign + digits } else { 0 };
    }
    let number = rest[..length].parse().map_err(|_| format!("`{}` is not a number", &rest[..length]))?;
    Ok((Word::Number(number), length))
}

fn length_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}
