//! What is said to the user, and where: results on standard output, everything else on standard error.

use std::io::{self, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use thiserror::Error;

use crate::charts::ChartError;
use crate::data::{DataError, Panel, Problem};
use crate::export::{FolderError, StreamError, TableError, UnknownFormat};
use crate::forecast::LevelError;
use crate::goals::TargetError;
use crate::models::FitError;
use crate::registry::UnknownModel;
use crate::study::StudyError;

/// Why a command did not do what it was asked.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Study(#[from] StudyError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Chart(#[from] ChartError),
    #[error(transparent)]
    Fit(#[from] FitError),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failed(String),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Output(error) => Self::Output(error),
            StreamError::Folder(error) => Self::Folder(error),
            StreamError::Table(error) => Self::Table(error),
        }
    }
}

/// What was typed is not what a flag takes.
impl From<UnknownModel> for Failure {
    fn from(error: UnknownModel) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<LevelError> for Failure {
    fn from(error: LevelError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<UnknownFormat> for Failure {
    fn from(error: UnknownFormat) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Reports a failure and gives its exit code; a reader that closed the pipe is none.
pub(super) fn failed(failure: &Failure) -> ExitCode {
    if let Failure::Output(error) = failure
        && error.kind() == io::ErrorKind::BrokenPipe
    {
        return ExitCode::SUCCESS;
    }
    note(&format!("error: {failure}"));
    if matches!(failure, Failure::Usage(_)) { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// A line to standard error; if even that is closed there is nobody to tell.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// One bar on standard error; none where that is no terminal or nothing is to be said.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(of: &str, all: usize, quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(all as u64) };
        if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {of}")) {
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

/// Tells the problems of a panel, the first twenty and how many more, and fails if one is fatal and may not be skipped.
pub(super) fn problems(panel: &Panel, skip_bad: bool, quiet: bool) -> Result<(), Failure> {
    let is_error = |problem: &Problem| problem.fatal && !skip_bad;
    let told: Vec<_> = panel.problems.iter().filter(|problem| !quiet || is_error(problem)).collect();
    for problem in told.iter().take(20) {
        note(&format!("{}: {problem}", if is_error(problem) { "error" } else { "warning" }));
    }
    if told.len() > 20 {
        note(&format!("… and {} more: onpace data check FILE", told.len() - 20));
    }
    let fatal = panel.names.len() - panel.series.len();
    if fatal > 0 && !skip_bad {
        return Err(Failure::Failed(format!(
            "{fatal} of {} series cannot be used: correct the file, or leave them out with --skip-bad",
            panel.names.len()
        )));
    }
    if panel.series.is_empty() {
        return Err(Failure::Failed("no series can be used".to_owned()));
    }
    Ok(())
}

/// Text in lines of at most so many characters, broken at spaces.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
