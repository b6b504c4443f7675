//! Full given names and the forms that stand for them.

use std::sync::OnceLock;

use hashbrown::HashMap;

/// One full name a line, after it its forms.
const TABLE: &str = include_str!("../../../data/nicknames.txt");

/// The full names that a form may stand for, the usual one first.
#[derive(Clone, Default)]
pub(super) struct FullNames {
    names: Vec<&'static [u8]>,
    /// Whether the form is a full name itself.
    is_full: bool,
}

/// What a form, in upper case, may stand for.
pub(super) fn full_names(form: &[u8]) -> &'static FullNames {
    static FORMS: OnceLock<HashMap<&[u8], FullNames>> = OnceLock::new();
    static NONE: FullNames = FullNames { names: Vec::new(), is_full: false };
    FORMS.get_or_init(forms).get(form).unwrap_or(&NONE)
}

impl FullNames {
    /// The full name that is usually meant: `form` itself if it is one, or is in no list.
    pub(super) fn usual<'a>(&self, form: &'a [u8]) -> &'a [u8]
    where
        'static: 'a,
    {
        if self.is_full { form } else { self.names.first().copied().unwrap_or(form) }
    }

    /// Calls `put` with every full name that may be meant, which includes `form` itself if it
    /// is one, or is in no list.
    pub(super) fn each(&self, form: &[u8], mut put: impl FnMut(&[u8])) {
        self.names.iter().for_each(|name| put(name));
        if self.is_full || self.names.is_empty() {
            put(form);
        }
    }
}

fn forms() -> HashMap<&'static [u8], FullNames> {
    let mut forms: HashMap<&[u8], FullNames> = HashMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace().map(str::as_bytes);
        if let Some(full) = words.next() {
            forms.entry(full).or_default().is_full = true;
            words.for_each(|form| forms.entry(form).or_default().names.push(full));
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standardise;

    #[test]
    fn the_table_is_in_comparison_form_and_names_nothing_twice() {
        let mut full = Vec::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut words: Vec<&str> = line.split(' ').collect();
            assert!(words.len() > 1, "`{line}` has a form");
            for word in &words {
                let name = standardise::name(word).valid().expect("a name");
                assert_eq!(name.as_bytes(), word.as_bytes());
            }
            full.push(words[0]);
            words.sort_unstable();
            assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "`{line}` has each form once");
        }
        full.sort_unstable();
        assert!(full.windows(2).all(|pair| pair[0] != pair[1]), "each full name is there once");
    }
}
