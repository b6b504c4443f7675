//! Where in a TOML text a part of an entry stands, so that a fault can say the line.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// A part of an entry: keys, and items of lists by their name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Item { list: &'static str, name: String },
}

impl Spot {
    /// The whole entry.
    pub(crate) fn whole() -> Spot {
        Spot::default()
    }

    /// The part under a key; dots part nested keys.
    pub(crate) fn key(&self, key: &str) -> Spot {
        self.step(Step::Key(key.to_owned()))
    }

    /// The item of that name in a list of tables, such as a field.
    pub(crate) fn item(&self, list: &'static str, name: &str) -> Spot {
        self.step(Step::Item { list, name: name.to_owned() })
    }

    fn step(&self, step: Step) -> Spot {
        let mut steps = self.0.clone();
        steps.push(step);
        Spot(steps)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(Step::to_string).collect();
        f.write_str(&parts.join(", "))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Key(key) => f.write_str(key),
            Step::Item { list, name } => write!(f, "{list} `{name}`"),
        }
    }
}

/// What `text`, which is called `place`, calls a part of it: with the line of the innermost
/// step that is in the text, if any is. An entry that extends another has not all of itself
/// in its own text.
pub(crate) fn placed(place: &str, text: &str, spot: &Spot) -> String {
    let line = DeTable::parse(text).ok().and_then(|table| start(table.get_ref(), &spot.0));
    let mut parts = vec![place.to_owned()];
    parts.extend(line.map(|byte| format!("line {}", line_of(text, byte))));
    parts.extend((!spot.0.is_empty()).then(|| spot.to_string()));
    parts.join(", ")
}

/// The line of a byte, from one.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}

/// Where the innermost step that can be followed begins.
fn start(table: &DeTable<'_>, steps: &[Step]) -> Option<usize> {
    let (step, rest) = steps.split_first()?;
    let (at, inner) = match step {
        Step::Key(keys) => {
            let (first, nested) = keys.split_once('.').map_or((keys.as_str(), None), |(a, b)| (a, Some(b)));
            let (key, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
            let inner = value.get_ref().as_table();
            if let (Some(nested), Some(inner)) = (nested, inner) {
                let steps: Vec<Step> = std::iter::once(Step::Key(nested.to_owned())).chain(rest.to_vec()).collect();
                return start(inner, &steps).or(Some(key.span().start));
            }
            (key.span().start, inner)
        }
        Step::Item { list, name } => {
            let items = table.iter().find(|(key, _)| key.get_ref() == list)?.1.get_ref().as_array()?;
            let item = items.iter().find_map(|item| named(item.get_ref(), name))?;
            (item.1, Some(item.0))
        }
    };
    inner.and_then(|inner| start(inner, rest)).or(Some(at))
}

/// A table if its `name` is that, with where the name stands.
fn named<'t, 'i>(item: &'t DeValue<'i>, name: &str) -> Option<(&'t DeTable<'i>, usize)> {
    let table = item.as_table()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == "name")?;
    (value.get_ref().as_str() == Some(name)).then(|| (table, key.span().start))
}

#[cfg(test)]
mod tests {
    use super::{Spot, placed};

    const TEXT: &str = "name = \"a\"\n\n[roles]\nsex = \"SEX\"\nborn = { year = \"Y\" }\n\n[[field]]\nname = \"X\"\n\
                        [[field]]\ntier = \"AN\"\nname = \"Y\"\n";

    #[test]
    fn a_part_is_found_by_its_keys_and_names() {
        let at = |spot: &Spot| placed("a.toml", TEXT, spot);
        assert_eq!(at(&Spot::whole()), "a.toml");
        assert_eq!(at(&Spot::whole().key("name")), "a.toml, line 1, name");
        assert_eq!(at(&Spot::whole().key("roles.sex")), "a.toml, line 4, roles.sex");
        assert_eq!(at(&Spot::whole().key("roles.born.year")), "a.toml, line 5, roles.born.year");
        assert_eq!(at(&Spot::whole().item("field", "Y")), "a.toml, line 11, field `Y`");
        assert_eq!(at(&Spot::whole().item("field", "Y").key("tier")), "a.toml, line 10, field `Y`, tier");
    }

    #[test]
    fn what_is_not_in_the_text_has_the_line_of_what_is_around_it_or_none() {
        let at = |spot: &Spot| placed("a.toml", TEXT, spot);
        assert_eq!(at(&Spot::whole().key("roles.postcode")), "a.toml, line 3, roles.postcode");
        assert_eq!(at(&Spot::whole().key("grain")), "a.toml, grain");
        assert_eq!(at(&Spot::whole().item("field", "Z")), "a.toml, field `Z`");
    }
}
