//! The rules of the workspace that no compiler checks.
//!
//! Each check is one file with one function from the repository's text to a list of
//! problems, so that it can be shown a planted example and must object. A line that has to
//! break a rule says so, with its reason: `tidy: allow(terms, quotes a foreign name)` in a
//! comment on the line or on the one above.

mod crate_docs;
mod effects;
mod files;
mod levels;
mod links;
mod lints;
mod machine_paths;
mod pages;
mod readme;
mod rust_text;
mod terms;
mod tree;

use std::path::Path;
use tree::Tree;

/// A check: the text of the repository to a list of problems, one line each.
type Check = fn(&Tree) -> Vec<String>;

/// Every check with its name, which is also the name its allow-marker uses.
const CHECKS: [(&str, Check); 10] = [
    (levels::NAME, levels::problems),
    (crate_docs::NAME, crate_docs::problems),
    (terms::NAME, terms::problems),
    (effects::NAME, effects::problems),
    (files::NAME, files::problems),
    (lints::NAME, lints::problems),
    (links::NAME, links::problems),
    (machine_paths::NAME, machine_paths::problems),
    (readme::NAME, readme::problems),
    (pages::NAME, pages::problems),
];

/// Runs every check on the repository at `root` and prints what it finds.
#[expect(clippy::print_stdout, reason = "the problems are the result of the command")]
pub(crate) fn run(root: &Path) -> bool {
    let tree = match Tree::load(root) {
        Ok(tree) => tree,
        Err(error) => {
            println!("tidy cannot read the repository: {error}");
            return false;
        }
    };
    let mut clean = true;
    for (name, check) in CHECKS {
        for problem in check(&tree) {
            println!("{name}: {problem}");
            clean = false;
        }
    }
    if clean {
        println!("tidy: {} checks passed", CHECKS.len());
    }
    clean
}

/// Fails with the problems that `check` finds in this repository.
#[cfg(test)]
fn assert_repository_passes(check: Check) {
    let tree = Tree::load(crate::root()).expect("the repository can be read");
    let problems = check(&tree);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// Fails unless `check` finds in the planted files just what is `expected`.
#[cfg(test)]
fn assert_finds(check: Check, planted: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(check(&Tree::of(planted)), expected);
}
