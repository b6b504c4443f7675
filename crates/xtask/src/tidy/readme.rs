//! The README shows the very commands that `cargo xtask ci` runs, and `.ci/run` calls it.

use super::tree::Tree;
use crate::ci::{FIRST_COMMAND, TEST_COMMAND};

pub(crate) const NAME: &str = "readme";

pub(crate) fn problems(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    let readme = tree.file("README.md").map_or("", |file| file.text.as_str());
    for command in [FIRST_COMMAND, TEST_COMMAND] {
        if !readme.lines().any(|line| line.trim_start_matches("$ ") == command) {
            problems.push(format!("`README.md` has no line that is just `{command}`"));
        }
    }
    let runner = tree.file(".ci/run").map_or("", |file| file.text.as_str());
    if !runner.lines().any(|line| line.trim_start_matches("exec ") == "cargo xtask ci") {
        problems.push("`.ci/run` does not call `cargo xtask ci`".to_owned());
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::problems;
    use crate::ci::{FIRST_COMMAND, TEST_COMMAND};
    use crate::tidy::{assert_finds, assert_repository_passes};

    #[test]
    fn the_readme_shows_the_commands_that_ci_runs() {
        assert_repository_passes(problems);
    }

    #[test]
    fn a_readme_with_other_commands_is_found() {
        let readme = format!("```sh\n{FIRST_COMMAND} --threads 2\n{TEST_COMMAND}\n```\n");
        assert_finds(
            problems,
            &[("README.md", &readme), (".ci/run", "cargo xtask tidy\n")],
            &[
                "`README.md` has no line that is just \
                 `cargo run --release -- run fixtures/jobs/hes-deaths/job.toml`",
                "`.ci/run` does not call `cargo xtask ci`",
            ],
        );
    }
}
