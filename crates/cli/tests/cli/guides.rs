//! The guides in `docs/guides` and the README are tests: each command in a `console` block is run,
//! and says what is shown.
//!
//! Commands are run as written, in a folder that looks like the root of the repository as
//! far as a guide may read it, so that what they write stays out of the repository. A block
//! whose first line names a file, such as ```` ```csv hes.csv ````, is that file. A line
//! of `...` stands for any number of lines, and a figure in bytes for any other, since sizes
//! of Parquet files follow the library's version. Only stdout is compared, and stderr after it where
//! the command ends in `2>&1`; a command that a guide shows to fail is followed by a line
//! `# exit code N`. What stands behind a `#` is said to the reader.
//!
//! The README is for files of the reader's own, which those of the example stand for. Each of its
//! blocks is run, or is a file, or says above it that it is not run, and why.
//!
//! A recipient's commands, which begin with `python3`, need DuckDB. Where Python has it not,
//! as on a machine with rustup alone, they are left out, and said to be; the same joins are
//! tested without it in `crates/job/tests/it`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::project::{Project, say_of};

/// What a guide asks for, in order.
#[derive(Debug, PartialEq)]
enum Part {
    /// A file with its content.
    File(String, String),
    /// A command.
    Step(Step),
}

/// A command and what the guide says that it prints.
#[derive(Debug, PartialEq)]
struct Step {
    /// Its line in the guide, from 1.
    line: usize,
    program: String,
    arguments: Vec<String>,
    /// Whether what it says on stderr is shown as well.
    has_stderr: bool,
    code: i32,
    expected: Vec<String>,
}

#[test]
fn the_readme_shows_what_commands_print() {
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme).expect("a readable README");
    assert_eq!(
        neither_run_nor_said(&text),
        [0_usize; 0],
        "lines of README.md where a block is not run and does not say so"
    );
    let repository = repository();
    let own = root().join("fixtures/jobs/hes-deaths/data");
    for file in fs::read_dir(own).expect("the files of the example") {
        let file = file.expect("a readable entry");
        symlink(file.path(), repository.path(&file.file_name().to_string_lossy())).expect("a writable folder");
    }
    follow(&repository, &readme, &text);
}

/// What stands above a block that is not run, before the reason.
const NOT_RUN: &str = "*Not run by the tests: ";

/// Lines, from 1, where a block begins that is neither run nor a file, nor says why it is not.
fn neither_run_nor_said(text: &str) -> Vec<usize> {
    let (mut is_open, mut before, mut found) = (false, "", Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(opened) = line.strip_prefix("```") {
            is_open = !is_open;
            if is_open && opened != "console" && !opened.contains(' ') && !before.starts_with(NOT_RUN) {
                found.push(number);
            }
        }
        before = if line.is_empty() { before } else { line };
    }
    found
}

#[test]
fn guides_show_what_commands_print() {
    let mut guides: Vec<PathBuf> = fs::read_dir(root().join("docs/guides"))
        .expect("a folder of guides")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    guides.sort();
    assert!(!guides.is_empty(), "there is no guide");
    for guide in guides {
        let text = fs::read_to_string(&guide).expect("a readable guide");
        follow(&repository(), &guide, &text);
    }
}

/// Does what a guide says, in a folder.
#[expect(clippy::print_stderr, reason = "what a test leaves out it says")]
fn follow(folder: &Project, guide: &Path, text: &str) {
    let parts = parts(text);
    assert!(parts.iter().any(|part| matches!(part, Part::Step(_))), "{}: no command", guide.display());
    for part in parts {
        match part {
            Part::File(name, content) => write(folder, &name, &content),
            Part::Step(step) if step.program == PYTHON && !has_duckdb() => {
                eprintln!("{}, line {}: left out, Python has no DuckDB", guide.display(), step.line);
            }
            Part::Step(step) => check(folder, guide, &step),
        }
    }
}

/// Our own program.
const COUNTERFOIL: &str = "counterfoil";
/// The same, as it is run where it is not installed.
const NOT_INSTALLED: &str = "cargo run --release --";
/// A recipient's.
const PYTHON: &str = "python3";
/// What a reader may run besides.
const MAKE_FOLDER: &str = "mkdir";

fn has_duckdb() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import duckdb"]).stdout(Stdio::null()).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

fn write(repository: &Project, name: &str, content: &str) {
    let file = repository.path(name);
    fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a writable temporary folder");
    fs::write(file, content).expect("a writable temporary folder");
}

fn check(repository: &Project, guide: &Path, step: &Step) {
    let arguments: Vec<&str> = step.arguments.iter().map(String::as_str).collect();
    let said = match step.program.as_str() {
        COUNTERFOIL => repository.say(&arguments),
        other => say_of(Command::new(other).args(&arguments).current_dir(repository.path("."))),
    };
    let place = format!("{}, line {}: {} {}", guide.display(), step.line, step.program, step.arguments.join(" "));
    assert_eq!(said.code, step.code, "{place}\n{}{}", said.stdout, said.stderr);
    let shown = if step.has_stderr { format!("{}{}", said.stdout, said.stderr) } else { said.stdout.clone() };
    let printed: Vec<String> = shown.trim_end().lines().map(without_sizes).collect();
    let expected: Vec<String> = step.expected.iter().map(|line| without_sizes(line)).collect();
    assert!(
        says(&expected, &printed),
        "{place}\nthe guide shows:\n{}\n\nthe command prints:\n{}",
        step.expected.join("\n"),
        shown
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the root of the repository")
}

/// A folder with the repository's `fixtures`, which commands read and never write.
fn repository() -> Project {
    let project = Project::new();
    symlink(root().join("fixtures"), project.path("fixtures")).expect("a writable temporary folder");
    project
}

/// The files and commands of a guide: its blocks that name a file, and its `console` blocks.
fn parts(guide: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut block = "";
    for (number, line) in guide.lines().enumerate() {
        if let Some(opened) = line.strip_prefix("```") {
            block = opened;
            if let Some((_, name)) = block.split_once(' ') {
                parts.push(Part::File(name.to_owned(), String::new()));
            }
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| block == "console") {
            parts.push(Part::Step(step(number + 1, command)));
        } else {
            match parts.last_mut() {
                Some(Part::File(_, content)) if block.contains(' ') => {
                    content.push_str(line);
                    content.push('\n');
                }
                Some(Part::Step(step)) if block == "console" => match line.strip_prefix("# exit code ") {
                    Some(code) => step.code = code.parse().expect("a number"),
                    None => step.expected.push(line.to_owned()),
                },
                _ => {}
            }
        }
    }
    for part in &mut parts {
        if let Part::Step(step) = part {
            while step.expected.last().is_some_and(|line| line.trim().is_empty()) {
                step.expected.pop();
            }
        }
    }
    parts
}

fn step(line: usize, command: &str) -> Step {
    let command = command.split_once(" #").map_or(command, |(command, _)| command).trim_end();
    let (command, has_stderr) = command.strip_suffix(" 2>&1").map_or((command, false), |command| (command, true));
    let command = command.replacen(NOT_INSTALLED, COUNTERFOIL, 1);
    let mut words = command.split_whitespace().map(str::to_owned);
    let program = words.next().filter(|program| [COUNTERFOIL, PYTHON, MAKE_FOLDER].contains(&program.as_str()));
    let program = program.unwrap_or_else(|| panic!("line {line}: not a command that a guide may have"));
    let is_plain = !command.contains(['"', '\'', '|', '>', '\\', '$']);
    assert!(is_plain, "line {line}: a command must need no shell");
    Step { line, program, arguments: words.collect(), has_stderr, code: 0, expected: Vec::new() }
}

/// Whether the lines printed are those expected, where `...` stands for any number of lines.
fn says(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == "..." => {
            (0..=printed.len()).any(|skipped| says(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed.split_first().is_some_and(|(first, others)| line == first && says(rest, others)),
    }
}

/// A line with each size as `[size]`, and blanks as one blank: columns are as wide as sizes.
fn without_sizes(line: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in line.split_whitespace() {
        let is_number = |word: &&&str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match word {
            "B" | "kB" | "MB" | "GB" if words.last().as_ref().is_some_and(is_number) => {
                words.pop();
                words.push("[size]");
            }
            _ => words.push(word),
        }
    }
    words.join(" ")
}

#[test]
fn files_commands_and_outputs_are_told_apart() {
    let guide = "text\n```csv data/a.csv\nk\n1\n```\n```console\n$ counterfoil check job.toml\n# exit code 2\none\n\n\
                 ```\n```toml\n$ counterfoil x\n```\n```console\n$ python3 join.py\n```\n";
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let check = Step {
        line: 7,
        program: "counterfoil".to_owned(),
        arguments: words(&["check", "job.toml"]),
        has_stderr: false,
        code: 2,
        expected: words(&["one"]),
    };
    let join = Step {
        line: 16,
        program: "python3".to_owned(),
        arguments: words(&["join.py"]),
        has_stderr: false,
        code: 0,
        expected: Vec::new(),
    };
    let file = Part::File("data/a.csv".to_owned(), "k\n1\n".to_owned());
    assert_eq!(parts(guide), [file, Part::Step(check), Part::Step(join)]);
}

#[test]
fn other_words_are_noticed_and_other_sizes_are_not() {
    let says = |expected: &str, printed: &str| {
        let lines = |text: &str| text.lines().map(without_sizes).collect::<Vec<_>>();
        says(&lines(expected), &lines(printed))
    };
    assert!(says("a\n...\nd", "a\nb\nc\nd"));
    assert!(says("...", ""));
    assert!(!says("a\n...\nd", "a\nb\nc"));
    assert!(!says("a", "a\nb"));
    assert!(says("links.parquet  178   5.9 kB", "links.parquet  178  12.0 kB"));
    assert!(!says("links.parquet  178   5.9 kB", "links.parquet  177   5.9 kB"));
}

#[test]
fn what_is_said_of_a_command_is_no_part_of_it() {
    let run = step(1, "cargo run --release -- check job.toml --json 2>&1     # and what it means");
    assert_eq!((run.program.as_str(), run.has_stderr), ("counterfoil", true));
    assert_eq!(run.arguments, ["check", "job.toml", "--json"]);
    assert!(!step(1, "counterfoil check job.toml").has_stderr);
}

#[test]
fn a_block_that_is_not_run_has_to_say_so() {
    let text = format!(
        "```console\n$ x\n```\n```toml a.toml\n```\n{NOT_RUN}a part.*\n\n```toml\nx\n```\nText.\n\n```sh\n```\n"
    );
    assert_eq!(neither_run_nor_said(&text), [13]);
}
