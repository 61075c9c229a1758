//! Errors of a study.

use thiserror::Error;

use crate::charts::ChartError;
use crate::data::{DataError, nearest};
use crate::export::TableError;

use super::Place;

/// Why a study cannot be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The study file cannot be read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The study file.
        file: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// An invalid key or value.
    #[error("{place}: {problem}")]
    Malformed {
        /// Where it is written.
        place: Place,
        /// The key and value, and what was expected.
        problem: String,
    },
    /// An invalid goal.
    #[error("{place}, goal `{goal}`: {problem}")]
    Goal {
        /// File and line.
        place: String,
        /// The goal.
        goal: String,
        /// What is wrong and what was expected.
        problem: String,
    },
    /// A name in the study that does not exist.
    #[error("{place}: {what} `{name}` does not exist")]
    Unknown {
        /// Where it is written.
        place: Place,
        /// What the name refers to.
        what: Named,
        /// The name.
        name: String,
        /// The nearest name that exists, if one is near.
        near: Option<String>,
    },
    /// A source to exclude or to judge on, from which no figure is cited.
    #[error("{place}: no figure is cited from a source or origin `{name}`")]
    NotCited {
        /// Where it is written.
        place: Place,
        /// The name.
        name: String,
        /// The nearest name of a source or origin, if one is near.
        near: Option<String>,
    },
    /// The data of the study cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A table cannot be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A chart cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

impl StudyError {
    /// A name that none of `names` equals.
    pub(super) fn unknown<'a>(
        place: Place,
        what: Named,
        name: String,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let near = nearest(&name, names).map(str::to_owned);
        Self::Unknown { place, what, name, near }
    }
}

/// What a name in a study refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// A goal.
    Goal,
    /// A series of the data.
    Series,
    /// A place or technology of the reference ramps.
    RampLabel,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Goal => "goal",
            Self::Series => "series",
            Self::RampLabel => "place or technology of the reference ramps",
        })
    }
}
