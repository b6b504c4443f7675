//! `cargo xtask ci`: everything that a change has to pass, one command after another.
//!
//! Each command is printed before it runs and writes straight to the terminal, so that a
//! log shows the tools' own words. The two commands that the README promises stand here as
//! constants, and a tidy check holds the README to them.

use std::path::Path;
use std::process::Command;

/// The README's first command: the example job on the committed fixture.
pub(crate) const FIRST_COMMAND: &str = "cargo run --release -- run fixtures/jobs/hes-deaths/job.toml";

/// The README's second command: every test, documentation examples included.
pub(crate) const TEST_COMMAND: &str = "cargo test --workspace";

/// Bans, licences and origins of the dependencies. Advisories are left out: they appear
/// without a change of ours and would fail an innocent commit.
const DENY_COMMAND: &str = "cargo deny --locked check bans licenses sources";

/// Runs all steps; stops at the first that fails, and says which.
#[expect(clippy::print_stdout, reason = "the log of a run is its result")]
pub(crate) fn run(root: &Path) -> bool {
    let deny = deny_is_installed(root);
    let temporary = std::env::temp_dir().join(format!("counterfoil-ci-{}", std::process::id()));
    if let Err(error) = std::fs::create_dir(&temporary) {
        println!("ci cannot make a temporary folder: {error}");
        return false;
    }
    // The run's own folder must not exist yet: a run refuses one that is not its own.
    let failed = commands(&temporary.join("run").display().to_string()).into_iter().find(|command| {
        if command == DENY_COMMAND && !deny {
            println!("\n$ {command}\nskipped: cargo-deny is not installed");
            return false;
        }
        if command == TEST_COMMAND && !duckdb_is_installed(root) {
            println!("\nleft out of the guides: a recipient's commands, since python3 has no duckdb");
        }
        !succeeds(root, command)
    });
    // Best effort: what is left of a failed run in the temporary folder harms nobody.
    drop(std::fs::remove_dir_all(&temporary));
    match &failed {
        Some(command) => println!("\nci failed at: {command}"),
        None => println!("\nci passed"),
    }
    failed.is_none()
}

/// The commands in order, cheapest first; `out` is the run folder of the example job.
fn commands(out: &str) -> [String; 7] {
    [
        "cargo fmt --all --check".to_owned(),
        "cargo clippy --workspace --all-targets -- -D warnings".to_owned(),
        DENY_COMMAND.to_owned(),
        TEST_COMMAND.to_owned(),
        "cargo build --release".to_owned(),
        format!("{FIRST_COMMAND} --out {out}"),
        format!("cargo run --release -- verify {out}"),
    ]
}

/// Prints and runs one command. Words are split at blanks: none of ours holds any.
#[expect(clippy::print_stdout, reason = "the log of a run is its result")]
fn succeeds(root: &Path, command: &str) -> bool {
    println!("\n$ {command}");
    prepared(root, command).status().is_ok_and(|status| status.success())
}

fn deny_is_installed(root: &Path) -> bool {
    prepared(root, "cargo deny --version").output().is_ok_and(|output| output.status.success())
}

/// Whether the guides' commands on a recipient's side can be run.
fn duckdb_is_installed(root: &Path) -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import duckdb"]).current_dir(root);
    python.output().is_ok_and(|output| output.status.success())
}

fn prepared(root: &Path, command: &str) -> Command {
    let mut words = command.split(' ');
    let mut prepared = Command::new(words.next().unwrap_or_default());
    // Incremental compilation only costs disk where everything is built once.
    prepared.args(words).current_dir(root).env("CARGO_INCREMENTAL", "0");
    prepared
}

#[cfg(test)]
mod tests {
    use super::{TEST_COMMAND, commands, succeeds};
    use std::path::Path;

    #[test]
    fn the_readme_commands_are_run_as_they_stand() {
        let commands = commands("OUT");
        assert!(commands.iter().any(|command| command == TEST_COMMAND));
        assert!(
            commands
                .iter()
                .any(|command| command == "cargo run --release -- run fixtures/jobs/hes-deaths/job.toml --out OUT")
        );
    }

    #[test]
    fn a_command_that_fails_or_does_not_exist_is_a_failure() {
        assert!(succeeds(Path::new("."), "true"));
        assert!(!succeeds(Path::new("."), "false"));
        assert!(!succeeds(Path::new("."), "no-such-program-anywhere"));
    }
}
