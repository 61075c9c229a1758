//! What is said to the user, and where: results on standard output, everything else on standard error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::Style;
use indicatif::{ProgressBar, ProgressStyle};

use crate::data::{Panel, Problem};

use super::failure::Failure;
use super::hints;
use super::terminal::{self, BAR, ERROR, HEADING, HINT, WARNING};

/// Whether only errors are printed on standard error.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Keeps warnings, notes and progress from standard error, for the whole run of the program.
pub(super) fn only_errors() {
    QUIET.store(true, Ordering::Relaxed);
}

fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// An error, which is never kept back, and its remedy.
pub(super) fn error(fact: &str, remedy: Option<&str>) {
    message(ERROR, "error", fact);
    if let Some(remedy) = remedy {
        message(HINT, "hint", remedy);
    }
}

/// Something that may make a result wrong or incomplete.
pub(super) fn warning(text: &str) {
    if !is_quiet() {
        message(WARNING, "warning", text);
    }
}

/// Something that the reader of a result should know.
pub(super) fn note(text: &str) {
    if !is_quiet() {
        message(HEADING, "note", text);
    }
}

/// The command or flag that may help.
pub(super) fn hint(text: &str) {
    if !is_quiet() {
        message(HINT, "hint", text);
    }
}

/// A line without a label, such as how many series were read.
pub(super) fn info(text: &str) {
    if !is_quiet() {
        lines(text);
    }
}

fn message(style: Style, label: &str, text: &str) {
    let text = folded(&format!("{label}: {text}"));
    let rest = text.strip_prefix(label).unwrap_or_default();
    put(&format!("{style}{label}{style:#}{rest}"));
}

fn lines(text: &str) {
    text.split('\n').for_each(|line| put(&folded(line)));
}

/// Text as wide as the terminal of standard error, later lines indented.
fn folded(text: &str) -> String {
    match terminal::error_width() {
        Some(width) => textwrap::fill(text, textwrap::Options::new(width).subsequent_indent("  ")),
        None => text.to_owned(),
    }
}

/// A line to standard error. If even that is closed, nobody reads it.
fn put(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// One bar on standard error, where that is a terminal and not only errors are printed.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar for `all` steps, each one of the things that `noun` names; `hidden` where rows go to the same terminal.
    pub(super) fn new(noun: &str, all: usize, hidden: bool) -> Self {
        let bar = if hidden || is_quiet() { ProgressBar::hidden() } else { ProgressBar::new(all as u64) };
        if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {noun}")) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn at(&self, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
    }

    pub(super) fn add(&self, done: usize) {
        self.0.inc(done as u64);
    }

    /// Says something without the bar in its way.
    pub(super) fn suspend(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Bytes to standard output.
pub(super) fn out(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}

/// Lines of text to standard output, as wide as the terminal; where a line that is indented goes on, `hanging` more columns
/// are left free.
pub(super) fn out_text(text: &str, hanging: usize) -> Result<(), Failure> {
    let Some(width) = terminal::output_width() else { return out(text.as_bytes()) };
    let mut folded = String::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let rest = " ".repeat(if indent > 0 { indent + hanging } else { 0 });
        folded.push_str(&textwrap::fill(line, textwrap::Options::new(width).subsequent_indent(&rest)));
        folded.push('\n');
    }
    out(folded.as_bytes())
}

/// A text table to standard output, where colours are shown with its heading bold and its bars green.
pub(super) fn out_table(text: &str) -> Result<(), Failure> {
    let (heading, rows) = text.split_once('\n').unwrap_or((text, ""));
    let mut styled = format!("{HEADING}{heading}{HEADING:#}\n");
    for line in rows.split_inclusive('\n') {
        let is_bar = |c: char| ('\u{2588}'..='\u{258f}').contains(&c);
        match (line.find(is_bar), line.rfind(is_bar)) {
            (Some(first), Some(last)) => {
                let end = last + '\u{2588}'.len_utf8();
                let _ = write!(styled, "{}{BAR}{}{BAR:#}{}", &line[..first], &line[first..end], &line[end..]);
            }
            _ => styled.push_str(line),
        }
    }
    let mut output = anstream::stdout().lock();
    output.write_all(styled.as_bytes())?;
    Ok(output.flush()?)
}

/// Lists the problems of a panel, the first twenty and how many more, and fails if a series cannot be used and may not be
/// left out.
pub(super) fn problems(panel: &Panel, skip_bad: bool) -> Result<(), Failure> {
    const MOST: usize = 20;
    let is_error = |problem: &Problem| problem.fatal && !skip_bad;
    let shown: Vec<_> = panel.problems.iter().filter(|problem| !is_quiet() || is_error(problem)).collect();
    for problem in shown.iter().take(MOST) {
        match is_error(problem) {
            true => error(&problem.to_string(), hints::of_problem(problem)),
            false => warning(&problem.to_string()),
        }
    }
    if shown.len() > MOST {
        info(&format!("… and {} more; `onpace data check FILE` lists all", shown.len() - MOST));
    }
    let unusable = panel.names.len() - panel.series.len();
    if unusable > 0 && !skip_bad {
        let fact = format!("{unusable} of {} series cannot be used", panel.names.len());
        return Err(Failure::failed(fact).with_hint("correct the file, or leave these series out with --skip-bad"));
    }
    if panel.series.is_empty() {
        return Err(Failure::failed("no series can be used"));
    }
    Ok(())
}
