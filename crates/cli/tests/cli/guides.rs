//! The guides in `docs/guides` are tests: each command in a `console` block is run, and says
//! what the guide shows.
//!
//! Commands are run as written, in a folder that looks like the root of the repository as
//! far as a guide may read it, so that what they write stays out of the repository. A line
//! of `...` stands for any number of lines, and a figure in bytes for any other, since sizes
//! of Parquet files follow the library's version. Only stdout is compared; a command that a
//! guide shows to fail is followed by a line `# exit code N`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::project::Project;

/// A command and what the guide says that it prints.
#[derive(Debug, PartialEq)]
struct Step {
    /// Its line in the guide, from 1.
    line: usize,
    arguments: Vec<String>,
    code: i32,
    expected: Vec<String>,
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
        let steps = steps(&text);
        assert!(!steps.is_empty(), "{}: no command", guide.display());
        let repository = repository();
        for step in steps {
            check(&repository, &guide, &step);
        }
    }
}

fn check(repository: &Project, guide: &Path, step: &Step) {
    let arguments: Vec<&str> = step.arguments.iter().map(String::as_str).collect();
    let said = repository.say(&arguments);
    let place = format!("{}, line {}: counterfoil {}", guide.display(), step.line, step.arguments.join(" "));
    assert_eq!(said.code, step.code, "{place}\n{}{}", said.stdout, said.stderr);
    let printed: Vec<String> = said.stdout.trim_end().lines().map(without_sizes).collect();
    let expected: Vec<String> = step.expected.iter().map(|line| without_sizes(line)).collect();
    assert!(
        says(&expected, &printed),
        "{place}\nthe guide shows:\n{}\n\nthe command prints:\n{}",
        step.expected.join("\n"),
        said.stdout
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

/// The commands of a guide's `console` blocks.
fn steps(guide: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_inside = false;
    for (number, line) in guide.lines().enumerate() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_inside) {
            let arguments = command.strip_prefix("counterfoil ");
            let arguments = arguments.unwrap_or_else(|| panic!("line {}: not a `counterfoil` command", number + 1));
            let is_plain = !arguments.contains(['"', '\'', '|', '>', '\\', '$']);
            assert!(is_plain, "line {}: a command must need no shell", number + 1);
            let arguments = arguments.split_whitespace().map(str::to_owned).collect();
            steps.push(Step { line: number + 1, arguments, code: 0, expected: Vec::new() });
        } else if let Some(step) = steps.last_mut().filter(|_| is_inside) {
            match line.strip_prefix("# exit code ") {
                Some(code) => step.code = code.parse().expect("a number"),
                None => step.expected.push(line.to_owned()),
            }
        }
    }
    for step in &mut steps {
        while step.expected.last().is_some_and(|line| line.trim().is_empty()) {
            step.expected.pop();
        }
    }
    steps
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
fn commands_and_outputs_are_told_apart() {
    let guide =
        "text\n```console\n$ counterfoil check job.toml\n# exit code 2\none\n\n```\n```toml\n$ counterfoil x\n```\n";
    let arguments = ["check", "job.toml"].map(str::to_owned).to_vec();
    let expected = vec!["one".to_owned()];
    assert_eq!(steps(guide), [Step { line: 3, arguments, code: 2, expected }]);
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
