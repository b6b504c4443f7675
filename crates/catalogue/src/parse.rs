//! TOML text to values, with errors as [`Fault`]s that say which line.

use counterfoil_core::Fault;
use serde::de::DeserializeOwned;

use crate::lines::line_of;

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
