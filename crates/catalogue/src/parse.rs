//! TOML text to values, with errors as [`Fault`]s that say which line.

use counterfoil_core::Fault;
use serde::de::DeserializeOwned;

/// Reads `text` as a `T`. `place` is what the text is called in the fault: an entry or a
/// file.
pub(crate) fn parse<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| {
        let place = match error.span() {
            Some(span) => format!("{place}, line {}", line_of(text, span.start)),
            None => place.to_owned(),
        };
        Fault::spec(place, error.message().trim().to_lowercase_first())
    })
}

fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut chars = self.chars();
        match chars.next() {
            Some(first) => first.to_lowercase().chain(chars).collect(),
            None => String::new(),
        }
    }
}
