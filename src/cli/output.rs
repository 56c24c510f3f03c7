//! What commands print: results on stdout, errors and progress on stderr, a progress bar only where a person looks.

use crate::base::Error;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Prints an error as a sentence.
pub(super) fn error(error: &Error) {
    let text = error.to_string();
    // Nothing can be done where stderr is closed.
    let _ = writeln!(std::io::stderr(), "aventora: {text}");
}

/// Prints a line of a result. A closed pipe ends the command quietly, as is the custom.
pub(super) fn line(text: &str) {
    if writeln!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Prints a note for the person, not part of the result.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A table of text: columns as wide as their widest cell.
pub(super) fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |c: usize| rows.iter().filter_map(|r| r.get(c)).map(|t| t.chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        line(cells.join("  ").trim_end());
    }
}

/// Shows how far long work is: a bar on a terminal, now and then a line elsewhere.
pub(super) struct Progress {
    bar: ProgressBar,
    every: u64,
    told: u64,
    of: String,
    terminal: bool,
}

impl Progress {
    /// A bar without a length yet.
    pub(super) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = "{msg} {bar:30} {human_pos}/{human_len} ({per_sec}, {eta} left)";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, every: 10, told: 0, of: String::new(), terminal }
    }

    /// So much is done of so much.
    pub(super) fn at(&mut self, what: &str, done: u64, total: u64) {
        if self.terminal {
            self.bar.set_message(what.to_string());
            self.bar.set_length(total);
            self.bar.set_position(done);
            return;
        }
        if self.of != what {
            self.of = what.to_string();
            self.told = 0;
        }
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        if percent >= self.told + self.every || (done == total && self.told < 100) {
            self.told = percent;
            note(&format!("{what}: {done} of {total} ({percent} %)"));
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
