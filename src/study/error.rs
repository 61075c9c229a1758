//! Why a study cannot be run.

use thiserror::Error;

use crate::charts::ChartError;
use crate::data::DataError;
use crate::export::TableError;

use super::Place;

/// A study that cannot be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The file cannot be read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The study file.
        file: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A key or value that no study has.
    #[error("{place}: {problem}")]
    Malformed {
        /// Where it is written.
        place: Place,
        /// The key and value, and what was expected.
        problem: String,
    },
    /// A goal that cannot be understood.
    #[error("{place}, goal `{goal}`: {problem}")]
    Goal {
        /// File and line.
        place: String,
        /// The goal.
        goal: String,
        /// What is wrong.
        problem: String,
    },
    /// A name in the study that nothing has.
    #[error("{place}: {what} `{name}` does not exist")]
    Unknown {
        /// Where it is written.
        place: Place,
        /// What should have the name.
        what: Named,
        /// The name.
        name: String,
    },
    /// A source to leave out or to judge on that no figure is cited from.
    #[error("{place}: no figure is cited from a source or origin `{name}`")]
    NotCited {
        /// Where it is written.
        place: Place,
        /// The name.
        name: String,
    },
    /// Its data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A table cannot be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A chart cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
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
