//! What can be wrong with a file as a whole.

use std::io;

use polars::prelude::PolarsError;
use thiserror::Error;

/// A file that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// It cannot be opened or read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Its ending names no format that is read.
    #[error("{file}: the ending names no format; allowed: .csv, .parquet, .jsonl, .ndjson, .arrow, .ipc, .feather")]
    UnknownFormat {
        /// The file.
        file: String,
    },
    /// Its content is not what its format asks for.
    #[error("{file} is not a readable {format} file: {detail}")]
    Malformed {
        /// The file.
        file: String,
        /// The format it was read as.
        format: &'static str,
        /// What the reader says.
        detail: String,
    },
    /// It has no rows.
    #[error("{file} is empty: a header and at least one row belong there")]
    Empty {
        /// The file.
        file: String,
    },
    /// A column is not there.
    #[error("{file} has no column `{column}`; it has {found}{expected}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The columns that are there (the first few).
        found: String,
        /// What goes with the column, after a semicolon; empty where its name says enough.
        expected: &'static str,
        /// The column there whose name is nearest, if one is near.
        near: Option<String>,
        /// What the reader of the file looks for in it, where its name may be chosen.
        role: Option<ColumnRole>,
    },
    /// A cell of a catalogue that is not what belongs there.
    #[error("{file}, line {line}, column {column}: `{value}` {problem}")]
    Cell {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The column.
        column: String,
        /// The cell.
        value: String,
        /// What belongs there.
        problem: String,
    },
    /// A series that the catalogue does not have.
    #[error("there is no series `{id}`")]
    UnknownSeries {
        /// The name asked for.
        id: String,
        /// The series whose name is nearest, if one is near.
        near: Option<String>,
    },
}

/// A column whose name the reader of a file may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnRole {
    /// The names of the series.
    Series,
    /// The times.
    Time,
    /// The values.
    Value,
}

impl DataError {
    pub(super) fn malformed(file: &str, format: &'static str, error: &PolarsError) -> Self {
        let detail = error.to_string();
        match error {
            PolarsError::NoData(_) => Self::Empty { file: file.to_owned() },
            // Polars adds paragraphs of advice on its own options: the first line says what is wrong.
            _ => Self::Malformed {
                file: file.to_owned(),
                format,
                detail: detail.lines().next().unwrap_or_default().to_owned(),
            },
        }
    }
}

/// The candidate nearest to a name, if it is near enough to be what was meant: one edit in three characters, where two
/// neighbours that changed places are one edit.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = (name.chars().count() / 3).max(1);
    let edits = |candidate: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
    candidates.into_iter().map(|c| (edits(c), c)).filter(|(edits, _)| *edits <= near).min().map(|(_, near)| near)
}
