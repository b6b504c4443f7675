//! No Rust file outgrows its subject, and none is named after nothing in particular.

use super::tree::Tree;

pub(crate) const NAME: &str = "files";

/// Past this a file holds more than one thing (the aim is 300).
const MOST_LINES: usize = 800;

/// Names under which anything would fit, so that nothing can be found there.
const VAGUE: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "types"];

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| file.has_ending("rs")) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            problems.push(format!("`{}` has {lines} lines, more than {MOST_LINES}", file.path));
        }
        let vague = |part: &str| VAGUE.contains(&part.trim_end_matches(".rs"));
        if file.path.split('/').any(vague) {
            problems.push(format!("`{}` has a name that says nothing", file.path));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn files_are_short_and_named() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_long_or_vague_file_is_found() {
        assert_finds(
            problems,
            &[
                ("crates/pairs/src/block.rs", &"\n".repeat(800)),
                ("crates/pairs/src/compare.rs", &"\n".repeat(801)),
                ("crates/pairs/src/utils.rs", ""),
                ("crates/pairs/src/common/a.rs", ""),
            ],
            &[
                "`crates/pairs/src/compare.rs` has 801 lines, more than 800",
                "`crates/pairs/src/utils.rs` has a name that says nothing",
                "`crates/pairs/src/common/a.rs` has a name that says nothing",
            ],
        );
    }
}
