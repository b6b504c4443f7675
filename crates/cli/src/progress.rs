//! Progress bars with rate and time left, where a terminal reads stderr.
//!
//! Each stage has a bar while it lasts and leaves one line: what it did, how fast.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use counterfoil_core::{Observer, Silent, Stage};
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use crate::figure::{counted, grouped, rate, size, time};

/// Bars on a terminal, else nothing.
pub(crate) fn observer() -> Box<dyn Observer> {
    if std::io::stderr().is_terminal() { Box::new(Bars::default()) } else { Box::new(Silent) }
}

/// Bars of the stages under way.
#[derive(Default)]
struct Bars {
    lines: MultiProgress,
    active: Mutex<Vec<Active>>,
}

struct Active {
    stage: Stage,
    /// A stage may be begun again inside itself: hashing all inputs hashes each data set.
    depth: usize,
    bar: ProgressBar,
    since: Instant,
}

impl Bars {
    fn with<T>(&self, of: impl FnOnce(&mut Vec<Active>) -> T) -> T {
        of(&mut self.active.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Bars {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        self.with(|active| {
            if let Some(known) = active.iter_mut().find(|known| known.stage == stage) {
                known.depth += 1;
            } else {
                let bar = self.lines.add(bar(stage, total));
                active.push(Active { stage, depth: 1, bar, since: Instant::now() });
            }
        });
    }

    fn advance(&self, stage: Stage, amount: u64) {
        self.with(|active| {
            if let Some(known) = active.iter().find(|known| known.stage == stage) {
                known.bar.inc(amount);
            }
        });
    }

    fn end(&self, stage: Stage) {
        let over = self.with(|active| {
            let at = active.iter().position(|known| known.stage == stage)?;
            active[at].depth -= 1;
            (active[at].depth == 0).then(|| active.remove(at))
        });
        if let Some(over) = over {
            over.bar.finish_and_clear();
            // A terminal that takes no more lines changes nothing about the work.
            let _ = self.lines.println(summary(stage, over.bar.position(), over.since.elapsed()));
        }
    }
}

fn bar(stage: Stage, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{prefix:>9} [{wide_bar}] {percent:>3} %  {rate}  {eta} left"),
        None => (ProgressBar::new_spinner(), "{prefix:>9} {spinner} {done}  {rate}"),
    };
    // Both templates are constants; a mistake in one would only lose the bar's looks.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let style = style
        .with_key("rate", move |state: &ProgressState, text: &mut dyn Write| {
            let _ = write!(text, "{}/s", amount(stage, state.per_sec() as u64));
        })
        .with_key("done", move |state: &ProgressState, text: &mut dyn Write| {
            let _ = write!(text, "{}", if state.pos() > 0 { amount(stage, state.pos()) } else { String::new() });
        })
        .progress_chars("=> ");
    let bar = bar.with_style(style).with_prefix(stage.name());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn summary(stage: Stage, done: u64, took: Duration) -> String {
    let name = stage.name();
    match (stage, done) {
        (_, 0) => format!("{name:>9} {}", time(took)),
        (Stage::Hash, _) => format!("{name:>9} {} in {}", size(done), time(took)),
        (Stage::Generate, _) => format!("{name:>9} {} people in {}", grouped(done), time(took)),
        _ => format!("{name:>9} {} in {}, {} rows/s", counted(done, "row"), time(took), rate(done, took)),
    }
}

fn amount(stage: Stage, amount: u64) -> String {
    match stage {
        Stage::Hash => size(amount),
        Stage::Generate => format!("{} people", grouped(amount)),
        _ => format!("{} rows", grouped(amount)),
    }
}
