//! No committed text names a path of the machine it was written on.

use super::tree::Tree;

pub(crate) const NAME: &str = "machine-paths";

/// Absolute folders that exist on one machine and not on the next. A temporary folder may
/// stand in an example.
// tidy: allow(machine-paths, the list of what is searched for)
const FOLDERS: [&str; 5] = [concat!("/", "work/"), "/home/", "/root/", "/Users/", "/mnt/"];

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            for folder in FOLDERS {
                if names(line, folder) && !file.excuses(NAME, number) {
                    let line = number + 1;
                    problems.push(format!("{}:{line}: names a path under `{folder}`", file.path));
                }
            }
        }
    }
    problems
}

/// Whether `folder` starts a path here, rather than being the middle of a longer one.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-~}/".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn no_path_of_a_machine_is_named() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_planted_path_is_found() {
        // Put together here, so that this file does not name it.
        let path = ["/home", "someone/data"].join("/");
        let page = format!("in `{path}`\nhttps://example.org{path}\nframe{path}\n");
        assert_finds(
            problems,
            &[("docs/A.md", &page)],
            // tidy: allow(machine-paths, the expected message)
            &["docs/A.md:1: names a path under `/home/`"],
        );
    }
}
