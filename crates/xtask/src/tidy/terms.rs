//! One word for one thing, in prose and in names.
//!
//! The words that are not to be used, each with the one to use instead, are the last table
//! of `docs/GLOSSARY.md`. A name counts as the words it is made of, so `RankTable` and
//! `RANK_TABLE` are both "rank table". A word ending in `…` there is the beginning of any
//! word. Addresses of web pages are let pass.

use super::tree::{File, Tree};

pub(crate) const NAME: &str = "terms";

const PAGE: &str = "docs/GLOSSARY.md";
const HEADING: &str = "## Words we do not use";

/// A word or phrase that is not to be used.
struct Term {
    /// In lower case, words separated by one blank.
    words: String,
    /// Whether it is the beginning of longer words too.
    is_stem: bool,
    instead: String,
}

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let terms = terms(tree.file(PAGE).map_or("", |page| &page.text));
    if terms.is_empty() {
        return vec![format!("`{PAGE}` has no table under `{HEADING}`")];
    }
    let prose = tree.files.iter().filter(|file| file.has_ending("rs") || file.has_ending("md"));
    prose.flat_map(|file| in_file(file, &terms)).collect()
}

/// The rows under the heading: `` | `not this` | but this | ``.
fn terms(page: &str) -> Vec<Term> {
    let section = page.split_once(HEADING).map_or("", |(_, section)| section);
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let words = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        let stem = words.strip_suffix('…');
        Some(Term {
            words: stem.unwrap_or(words).to_owned(),
            is_stem: stem.is_some(),
            instead: cells.next()?.to_owned(),
        })
    };
    section.lines().filter_map(row).collect()
}

fn in_file(file: &File, terms: &[Term]) -> Vec<String> {
    let of_the_table = if file.path == PAGE { HEADING } else { "\0" };
    let lines = file.text.lines().take_while(|line| !line.starts_with(of_the_table));
    let mut problems = Vec::new();
    for (number, line) in lines.enumerate() {
        let line = plain(line);
        let found = terms.iter().filter(|term| term.is_in(&line));
        for term in found.filter(|_| !file.excuses(NAME, number)) {
            let Term { words, instead, .. } = term;
            let line = number + 1;
            problems.push(format!("{}:{line}: `{words}`: say {instead}", file.path));
        }
    }
    problems
}

impl Term {
    fn is_in(&self, plain_line: &str) -> bool {
        plain_line.match_indices(&self.words).any(|(at, words)| {
            let begins = !plain_line[..at].ends_with(char::is_alphanumeric);
            let after = &plain_line[at + words.len()..];
            let after = after.strip_prefix('s').unwrap_or(after);
            begins && (self.is_stem || !after.starts_with(char::is_alphanumeric))
        })
    }
}

/// The line in lower case, names taken apart into their words, addresses left out.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for word in line.split_whitespace().filter(|word| !word.contains("://")) {
        let mut after_small = false;
        for c in word.chars() {
            if after_small && c.is_uppercase() {
                plain.push(' ');
            }
            after_small = c.is_lowercase();
            match c {
                '_' | '-' => plain.push(' '),
                c => plain.extend(c.to_lowercase()),
            }
        }
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    const GLOSSARY: &str = "\
# Words
rulebook
## Words we do not use
| Not | But |
|---|---|
| `rulebook` | rank table |
| `wrong pair` | false link |
| `keyif…` | key |
";

    #[test]
    fn we_use_our_words() {
        assert_repository_passes(problems);
    }

    #[test]
    fn planted_words_are_found() {
        let planted = "fn a(wrongPairs: u8) {}\nconst WRONG_PAIR: u8 = 1;\n// keyified, a wrong-pair\n";
        assert_finds(
            problems,
            &[("docs/GLOSSARY.md", GLOSSARY), ("crates/pairs/src/a.rs", planted)],
            &[
                "docs/GLOSSARY.md:2: `rulebook`: say rank table",
                "crates/pairs/src/a.rs:1: `wrong pair`: say false link",
                "crates/pairs/src/a.rs:2: `wrong pair`: say false link",
                "crates/pairs/src/a.rs:3: `wrong pair`: say false link",
                "crates/pairs/src/a.rs:3: `keyif`: say key",
            ],
        );
    }

    #[test]
    fn likenesses_addresses_and_marked_lines_are_let_pass() {
        let planted = "<!-- tidy: allow(terms, a foreign title) -->\nthe rulebook\n\
                       rulebooklet, wrong\npair, see https://example.org/rulebook\n";
        let glossary = GLOSSARY.replace("\nrulebook\n", "\n");
        assert_finds(problems, &[("docs/GLOSSARY.md", &glossary), ("docs/A.md", planted)], &[]);
    }

    #[test]
    fn a_glossary_without_the_table_is_found() {
        assert_finds(problems, &[], &["`docs/GLOSSARY.md` has no table under `## Words we do not use`"]);
    }
}
