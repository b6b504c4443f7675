//! Who may touch the world: only `store` opens files; only `cli` prints, or reads the
//! environment, the terminal or the clock; and so on, as the table below has it.
//!
//! Effects that stand in one place can be tested there, and a library that has none gives
//! the same bytes on every machine. Tests, benchmarks and tools are free. The search is for
//! words, not for meaning: it finds what someone writes without thinking, not what someone
//! hides.

use super::rust_text::{code_only, without_tests};
use super::tree::{File, Tree};
use toml::Table;

pub(crate) const NAME: &str = "effects";

/// An effect, the crates that may have it, and how it looks in code.
struct Effect {
    what: &'static str,
    allowed: &'static [&'static str],
    signs: &'static [&'static str],
    /// Outside crates that bring the effect with them.
    crates: &'static [&'static str],
}

const EFFECTS: [Effect; 5] = [
    Effect {
        what: "opening files",
        allowed: &["store"],
        signs: &[
            "std::fs",
            "unix::fs",
            "rustix::fs",
            "File::open",
            "File::create",
            "OpenOptions",
            ".exists()",
            ".is_file()",
            ".is_dir()",
            ".canonicalize()",
            ".read_dir()",
        ],
        crates: &["csv", "glob", "memmap2", "parquet", "tempfile"],
    },
    Effect {
        what: "printing, or reading the environment, the terminal or the clock,",
        allowed: &["cli"],
        signs: &[
            "println!", "eprintln!", "print!", "eprint!", "std::env", "io::stdin", "io::stdout", "io::stderr",
            "IsTerminal", "SystemTime", "Instant", "Zoned::now", "Timestamp::now", "process::exit",
        ],
        crates: &["clap", "comfy-table", "indicatif", "miette"],
    },
    Effect {
        what: "drawing random numbers that no seed repeats",
        allowed: &["token"],
        signs: &["thread_rng", "OsRng", "RandomState::new"],
        crates: &["getrandom", "rand"],
    },
    Effect {
        what: "starting threads",
        allowed: &["store", "synth", "job"],
        signs: &["thread::spawn", "thread::scope", "thread::Builder"],
        crates: &["rayon"],
    },
    Effect {
        what: "using the network",
        allowed: &[],
        signs: &["std::net"],
        crates: &["hyper", "reqwest", "tokio", "ureq"],
    },
];

/// Crates that are not part of the product.
const TOOLS: [&str; 2] = ["benches", "xtask"];

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| is_product_code(file)) {
        let code = with_std_groups_spelt_out(&without_tests(&code_only(&file.text)));
        for (number, line) in code.lines().enumerate() {
            problems.extend(in_line(file, number, line));
        }
    }
    for (name, manifest) in tree.manifests().filter(|(name, _)| !TOOLS.contains(name)) {
        problems.extend(in_manifest(name, &manifest.text));
    }
    problems
}

/// Whether the file is compiled into a crate of the product, tests apart.
fn is_product_code(file: &File) -> bool {
    let of_product = file.crate_name().is_some_and(|name| !TOOLS.contains(&name));
    let in_source = file.path.split('/').nth(2) == Some("src");
    let of_tests = file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
    file.has_ending("rs") && of_product && in_source && !of_tests
}

fn in_line(file: &File, number: usize, line: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for effect in foreign_effects(file.crate_name().unwrap_or_default()) {
        let signs = effect.signs.iter().filter(|sign| has_word(line, sign));
        for sign in signs.filter(|_| !file.excuses(NAME, number)) {
            let Effect { what, .. } = effect;
            let line = number + 1;
            problems.push(format!("{}:{line}: `{sign}`: {what} {}", file.path, effect.place()));
        }
    }
    problems
}

fn in_manifest(name: &str, manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap_or_default();
    let Some(dependencies) = manifest.get("dependencies").and_then(|table| table.as_table()) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for effect in foreign_effects(name) {
        for dependency in effect.crates.iter().filter(|name| dependencies.contains_key(**name)) {
            let Effect { what, .. } = effect;
            problems.push(format!("`{name}` depends on `{dependency}`: {what} {}", effect.place()));
        }
    }
    problems
}

/// The effects that this crate may not have.
fn foreign_effects(name: &str) -> impl Iterator<Item = &'static Effect> {
    EFFECTS.iter().filter(move |effect| !effect.allowed.contains(&name))
}

impl Effect {
    /// The end of the message: where the effect belongs.
    fn place(&self) -> String {
        match self.allowed {
            [] => "is for nobody".to_owned(),
            allowed => format!("is for `{}` only", allowed.join("`, `")),
        }
    }
}

/// Whether `line` holds `sign` as whole words.
fn has_word(line: &str, sign: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(sign).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_word);
        let after = line[at + sign.len()..].chars().next().is_some_and(is_word);
        let begins = sign.starts_with(is_word);
        let ends = sign.ends_with(is_word);
        !(begins && before || ends && after)
    })
}

/// Writes `use std::{fs, io}` as `use std::fs, std::io`, so that one search finds both forms.
fn with_std_groups_spelt_out(code: &str) -> String {
    const GROUP: &str = "std::{";
    let mut spelt = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(GROUP) {
        spelt.push_str(&rest[..start]);
        rest = &rest[start + GROUP.len()..];
        let mut depth = 0;
        let mut at_name = true;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => at_name = true,
                c if at_name && !c.is_whitespace() => {
                    spelt.push_str("std::");
                    at_name = false;
                }
                _ => {}
            }
            spelt.push(c);
        }
    }
    spelt.push_str(rest);
    spelt
}

#[cfg(test)]
mod tests {
    use super::{problems, with_std_groups_spelt_out};
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn only_store_and_cli_touch_the_world() {
        assert_repository_passes(problems);
    }

    #[test]
    fn effects_in_the_wrong_crate_are_found() {
        let source = "use std::fs;\nfn a() {\n    println!(\"x\");\n    Instant::now();\n}\n";
        assert_finds(
            problems,
            &[
                ("crates/pairs/src/a.rs", source),
                ("crates/store/src/a.rs", source),
                ("crates/cli/src/a.rs", source),
                ("crates/xtask/src/a.rs", source),
                ("crates/pairs/tests/a.rs", source),
            ],
            &[
                "crates/pairs/src/a.rs:1: `std::fs`: opening files is for `store` only",
                "crates/pairs/src/a.rs:3: `println!`: printing, or reading the \
                 environment, the terminal or the clock, is for `cli` only",
                "crates/pairs/src/a.rs:4: `Instant`: printing, or reading the \
                 environment, the terminal or the clock, is for `cli` only",
                "crates/store/src/a.rs:3: `println!`: printing, or reading the \
                 environment, the terminal or the clock, is for `cli` only",
                "crates/store/src/a.rs:4: `Instant`: printing, or reading the \
                 environment, the terminal or the clock, is for `cli` only",
                "crates/cli/src/a.rs:1: `std::fs`: opening files is for `store` only",
            ],
        );
    }

    #[test]
    fn an_effect_that_a_dependency_brings_is_found() {
        assert_finds(
            problems,
            &[
                ("crates/job/Cargo.toml", "[dependencies]\nglob.workspace = true\n"),
                ("crates/cli/Cargo.toml", "[dev-dependencies]\ntempfile.workspace = true\n"),
            ],
            &["`job` depends on `glob`: opening files is for `store` only"],
        );
    }

    #[test]
    fn comments_tests_messages_and_likenesses_are_let_pass() {
        let source = "\
// std::fs
fn a() -> &'static str { \"std::env\" }
fn instantiate(instant: Instantaneous) {}
use std::fs; // tidy: allow(effects, an example of the marker)
#[cfg(test)]
mod tests {
    use std::fs;
}
";
        assert_finds(problems, &[("crates/pairs/src/a.rs", source)], &[]);
    }

    #[test]
    fn grouped_imports_are_seen_through() {
        let spelt = with_std_groups_spelt_out("use std::{io::{self, Read}, fs};\nuse std::{\n    env,\n};");
        assert_eq!(spelt, "use std::io::{self, Read}, std::fs;\nuse \n    std::env,\n;");
    }
}
