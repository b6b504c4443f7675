//! Dependencies point down the level table of `docs/ARCHITECTURE.md`.
//!
//! The table that people read is the one that is enforced. Only what a crate ships with is
//! judged: a test may borrow from any crate.

use super::tree::Tree;
use std::collections::BTreeMap;
use toml::Table;

pub(crate) const NAME: &str = "levels";

const PAGE: &str = "docs/ARCHITECTURE.md";

/// Tools stand above every level: they may use all crates and no crate may use them.
const TOOL: u8 = u8::MAX;

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let levels = level_table(tree.file(PAGE).map_or("", |page| &page.text));
    let manifests: BTreeMap<_, _> = tree.manifests().collect();
    let missing = (levels.keys())
        .filter(|name| !manifests.contains_key(name.as_str()))
        .map(|name| format!("`{PAGE}` lists crate `{name}`, which does not exist"));
    let mut problems: Vec<String> = missing.collect();
    for (name, manifest) in manifests {
        let Some(level) = levels.get(name) else {
            problems.push(format!("crate `{name}` is missing from the level table of `{PAGE}`"));
            continue;
        };
        let wrong = dependencies(&manifest.text).into_iter().filter(|dependency| {
            // One that is not listed is reported once, as missing, under its own name.
            levels.get(dependency).is_some_and(|below| below >= level)
        });
        problems.extend(
            wrong.map(|dependency| format!("`{name}` depends on `{dependency}`, which is not on a lower level")),
        );
    }
    problems
}

/// Crate names and levels: the rows that begin `| 1 | `token` |` or `| tool | `xtask` |`.
fn level_table(page: &str) -> BTreeMap<String, u8> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let level = match cells.next()? {
            "tool" => TOOL,
            number => number.parse().ok()?,
        };
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((name.to_owned(), level))
    };
    page.lines().filter_map(row).collect()
}

/// Our own crates among the dependencies a crate ships or is built with.
fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap_or_default();
    let targets = manifest.get("target").and_then(|target| target.as_table());
    let tables = std::iter::once(&manifest)
        .chain(targets.into_iter().flat_map(|t| t.values().filter_map(|value| value.as_table())));
    let named = tables.flat_map(|table| {
        ["dependencies", "build-dependencies"].into_iter().filter_map(|name| table.get(name)?.as_table())
    });
    named.flat_map(Table::keys).filter_map(|name| name.strip_prefix("counterfoil-")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    const PAGE: &str = "\
| Level | Crate | One line |
|---|---|---|
| 0 | `core` | words |
| 1 | `pairs` | pairs |
| 1 | `store` | files |
| 3 | `cli` | program |
| tool | `benches` | measures |
";

    fn check(planted: &[(&str, &str)], expected: &[&str]) {
        let mut files = vec![("docs/ARCHITECTURE.md", PAGE)];
        let names = ["crates/core", "crates/pairs", "crates/store", "crates/cli", "benches"];
        let paths = names.map(|folder| format!("{folder}/Cargo.toml"));
        for path in &paths {
            let text = planted.iter().find(|(folder, _)| path.starts_with(folder));
            files.push((path, text.map_or("", |(_, text)| text)));
        }
        files.extend(planted.iter().filter(|(path, _)| path.ends_with("toml")));
        assert_finds(problems, &files, expected);
    }

    #[test]
    fn dependencies_point_down() {
        assert_repository_passes(problems);
    }

    #[test]
    fn down_is_allowed_and_tests_are_free() {
        check(&[("crates/cli", "[dependencies]\ncounterfoil-pairs.workspace = true\n")], &[]);
        check(&[("benches", "[dependencies]\ncounterfoil-cli = { path = \"x\" }\n")], &[]);
        check(&[("crates/pairs", "[dev-dependencies]\ncounterfoil-store.workspace = true\n")], &[]);
    }

    #[test]
    fn sideways_and_up_are_found() {
        check(
            &[
                ("crates/core", "[build-dependencies]\ncounterfoil-benches = \"1\"\n"),
                ("crates/pairs", "[dependencies]\ncounterfoil-store.workspace = true\n"),
                ("crates/store", "[target.'cfg(unix)'.dependencies]\ncounterfoil-cli = \"1\"\n"),
            ],
            &[
                "`core` depends on `benches`, which is not on a lower level",
                "`pairs` depends on `store`, which is not on a lower level",
                "`store` depends on `cli`, which is not on a lower level",
            ],
        );
    }

    #[test]
    fn a_table_that_does_not_fit_the_folders_is_found() {
        check(
            &[("crates/score/Cargo.toml", "")],
            &["crate `score` is missing from the level table of `docs/ARCHITECTURE.md`"],
        );
        assert_finds(
            problems,
            &[("docs/ARCHITECTURE.md", "| 1 | `score` | weights |\n")],
            &["`docs/ARCHITECTURE.md` lists crate `score`, which does not exist"],
        );
    }
}
