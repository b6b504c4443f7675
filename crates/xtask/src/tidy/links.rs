//! What a page points to is there: relative links, and paths of the repository in backticks.

use super::tree::{File, Tree};

pub(crate) const NAME: &str = "links";

/// A span in backticks that begins so is a path from the root.
const FOLDERS: [&str; 6] = [".cargo/", ".ci/", "benches/", "crates/", "docs/", "fixtures/"];

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| file.has_ending("md")) {
        for (number, line) in file.text.lines().enumerate() {
            let targets = linked(file, line).into_iter().chain(named(line).map(str::to_owned));
            let dead = targets.filter(|target| !tree.exists(target));
            for target in dead.filter(|_| !file.excuses(NAME, number)) {
                let line = number + 1;
                problems.push(format!("{}:{line}: `{target}` does not exist", file.path));
            }
        }
    }
    problems
}

/// Targets of `[text](target)` within the repository, as paths from the root.
fn linked(file: &File, line: &str) -> Vec<String> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    targets
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !(target.is_empty() || target.contains(':')))
        .map(|target| resolved(&file.path, target))
        .collect()
}

/// Paths in backticks, unless they stand for many (`crates/*`) or for a form (`docs/NAME`
/// cannot be told from a path, so write `docs/<name>`).
fn named(line: &str) -> impl Iterator<Item = &str> {
    let spans = line.split('`').skip(1).step_by(2);
    spans.filter(|span| {
        let is_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        FOLDERS.iter().any(|folder| span.starts_with(folder)) && span.chars().all(is_path)
    })
}

/// `target` as a path from the root when it stands in the page at `page`.
fn resolved(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn what_pages_point_to_is_there() {
        assert_repository_passes(problems);
    }

    #[test]
    fn dead_links_and_paths_are_found() {
        let page = "[a](../README.md) [b](GONE.md#part) and `crates/gone/src/`, `docs/A.md`\n";
        assert_finds(
            problems,
            &[("docs/A.md", page), ("README.md", "[c](docs/A.md) [d](docs/B.md)\n")],
            &[
                "docs/A.md:1: `docs/GONE.md` does not exist",
                "docs/A.md:1: `crates/gone/src/` does not exist",
                "README.md:1: `docs/B.md` does not exist",
            ],
        );
    }

    #[test]
    fn addresses_parts_of_the_page_and_patterns_are_let_pass() {
        let page = "[a](https://example.org/x) [b](#part) `crates/*/src` `crates/<name>`\n";
        assert_finds(problems, &[("docs/A.md", page)], &[]);
    }
}
