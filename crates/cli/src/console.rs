//! The only place that writes to stdout and stderr.
//!
//! Results go to stdout and messages to stderr, in colour only where a terminal reads them
//! and `NO_COLOR` is not set. A reader that closes the pipe early has seen enough: that is
//! no failure.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use counterfoil_core::{ErrorKind, Fault};
use serde_json::{Value, json};

use crate::answer::{Answer, Failure};
use crate::figure::counted;

/// Exit code: done, but a declared gate failed.
pub(crate) const GATE_FAILED: u8 = 1;
/// Exit code: not done, and nothing left behind.
pub(crate) const NOT_DONE: u8 = 2;

/// Says how a verb went, as JSON if asked for; of a verb that writes, that it wrote nothing.
pub(crate) fn say(outcome: Result<Answer, Failure>, as_json: bool, writes: bool) -> ExitCode {
    match outcome {
        Ok(answer) => say_answer(&answer, as_json),
        Err(Failure(faults)) => {
            say_faults(&faults);
            if writes {
                message(&format!("{}; nothing was written", counted(faults.len() as u64, "fault")));
            }
            // The exit code is that of the faults, whether or not their JSON could be written.
            let _ = if as_json { print(&json_text(&faults_json(&faults))) } else { Ok(()) };
            ExitCode::from(NOT_DONE)
        }
    }
}

fn say_answer(answer: &Answer, as_json: bool) -> ExitCode {
    let text = if as_json { json_text(&answer.json) } else { printable(&answer.text) };
    let printed = print(&text);
    for line in &answer.remarks {
        message(&printable(line));
    }
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say_faults(&[Fault::environment("stdout", format!("cannot print the result: {}", error.kind()))]);
            ExitCode::from(NOT_DONE)
        }
        _ if answer.gate_failed => ExitCode::from(GATE_FAILED),
        _ => ExitCode::SUCCESS,
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// A line for stderr; where that is closed there is nobody to tell.
fn message(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn say_faults(faults: &[Fault]) {
    let ink = Ink::of_stderr();
    for fault in faults {
        message(&fault_text(fault, ink));
    }
}

fn fault_text(fault: &Fault, ink: Ink) -> String {
    let Fault { place, message, hint, .. } = fault;
    let place = if place.contains('`') { place.clone() } else { format!("`{place}`") };
    let text = format!("{} {}: {}", ink.error("error:"), printable(&place), printable(message));
    match hint {
        Some(hint) => format!("{text}\n{} {}", ink.hint("hint:"), printable(hint)),
        None => text,
    }
}

fn faults_json(faults: &[Fault]) -> Value {
    let one = |fault: &Fault| {
        json!({
            "kind": kind_name(fault.kind),
            "place": fault.place,
            "message": fault.message,
            "hint": fault.hint,
        })
    };
    json!({ "faults": faults.iter().map(one).collect::<Vec<_>>() })
}

fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::BadRow => "bad-row",
        ErrorKind::BadSpec => "bad-spec",
        ErrorKind::Environment => "environment",
        ErrorKind::Bug => "bug",
    }
}

fn json_text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The text with control characters spelt out: names of files and columns come from outside,
/// and a terminal would obey them.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Colours of messages.
#[derive(Clone, Copy)]
struct Ink {
    on: bool,
}

impl Ink {
    fn of_stderr() -> Ink {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        Ink { on: io::stderr().is_terminal() && set("NO_COLOR").is_none() && !dumb }
    }

    fn error(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    fn hint(self, text: &str) -> String {
        self.paint("1;36", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
