//! Why a command failed: what is wrong and what was expected, the remedy, and the exit code.

use std::io;
use std::process::ExitCode;

use thiserror::Error;

use crate::charts::{ChartError, NoChart, UnknownKind};
use crate::data::DataError;
use crate::export::{FolderError, StreamError, TableError, UnknownFormat};
use crate::forecast::LevelError;
use crate::goals::{CannotTell, TargetError};
use crate::hierarchy::MethodError;
use crate::models::FitError;
use crate::registry::UnknownModel;
use crate::study::StudyError;

use super::{hints, say};

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
    #[error("there is no chart: {0}")]
    NoChart(#[from] NoChart),
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    #[error(transparent)]
    Fit(#[from] FitError),
    #[error("the goal has no odds: {0}")]
    CannotTell(CannotTell, Option<String>),
    #[error(transparent)]
    Model(#[from] UnknownModel),
    #[error(transparent)]
    Level(#[from] LevelError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Format(#[from] UnknownFormat),
    #[error(transparent)]
    Method(#[from] MethodError),
    /// What was typed cannot be done: the fact, and the remedy.
    #[error("{0}")]
    Usage(String, Option<String>),
    /// What was typed is fine, but there is no result: the fact, and the remedy.
    #[error("{0}")]
    Failed(String, Option<String>),
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

impl Failure {
    /// A mistake in what was typed.
    pub(super) fn usage(fact: impl Into<String>) -> Self {
        Self::Usage(fact.into(), None)
    }

    /// A command that was understood and has no result.
    pub(super) fn failed(fact: impl Into<String>) -> Self {
        Self::Failed(fact.into(), None)
    }

    /// The same with the command or flag that mends it.
    pub(super) fn with_hint(self, remedy: impl Into<String>) -> Self {
        match self {
            Self::Usage(fact, _) => Self::Usage(fact, Some(remedy.into())),
            Self::Failed(fact, _) => Self::Failed(fact, Some(remedy.into())),
            Self::CannotTell(reason, _) => Self::CannotTell(reason, Some(remedy.into())),
            other => other,
        }
    }

    /// The same with the nearest name, or with the command that lists the names.
    pub(super) fn with_nearest<'a>(
        self,
        name: &str,
        names: impl IntoIterator<Item = &'a str>,
        otherwise: impl Into<String>,
    ) -> Self {
        match hints::nearest(name, names) {
            Some(near) => self.with_hint(format!("did you mean `{near}`?")),
            None => self.with_hint(otherwise),
        }
    }

    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Usage(..) | Self::Model(_) | Self::Level(_) | Self::Target(_) | Self::Format(_) | Self::Method(_)
        )
    }

    /// Reports the failure and gives its exit code: 2 for wrong usage, 1 for all else. A reader that closed the pipe has
    /// seen enough, which is no failure.
    pub(super) fn report(&self) -> ExitCode {
        if matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        say::error(&self.to_string(), hints::remedy(self).as_deref());
        if self.is_usage() { ExitCode::from(2) } else { ExitCode::FAILURE }
    }
}
