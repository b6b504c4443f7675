//! Automation of the workspace: `cargo xtask tidy`, `cargo xtask catalogue` and `cargo xtask ci`.
//!
//! `tidy` holds what neither the compiler nor clippy knows: which crate may depend on which,
//! who may open files, which words we use. Its checks are plain functions over the text of
//! the repository and run as this crate's tests too, so that `cargo test` alone finds what
//! they find. `catalogue` writes the pages of the catalogue. `ci` runs everything a change
//! has to pass, in the order that fails soonest.

mod ci;
mod pages;
mod tidy;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  tidy       check the rules of docs/ARCHITECTURE.md that the compiler cannot
  catalogue  write the pages under docs/catalogue anew
  ci         run everything that a change has to pass
";

#[expect(clippy::print_stderr, reason = "a usage message is for whoever typed the command")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["tidy"] => tidy::run(root()),
        ["catalogue"] => pages::write(root()),
        ["ci"] => ci::run(root()),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder of the workspace, from wherever it is called.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
