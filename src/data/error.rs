//! Errors of reading a file.

use std::io;

use polars::prelude::PolarsError;
use thiserror::Error;

/// Why a file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be opened or read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// The ending of the file is not that of a known format.
    #[error("{file} has an unknown ending; expected .csv, .parquet, .jsonl, .ndjson, .arrow, .ipc or .feather")]
    UnknownFormat {
        /// The file.
        file: String,
    },
    /// The content does not have the format of the file.
    #[error("{file} is not a readable {format} file: {detail}")]
    Malformed {
        /// The file.
        file: String,
        /// The format that was expected.
        format: &'static str,
        /// The error of the reader of that format.
        detail: String,
    },
    /// The file has no rows.
    #[error("{file} is empty; expected a header and at least one row")]
    Empty {
        /// The file.
        file: String,
    },
    /// A column is missing.
    #[error("{file} has no column `{column}`; it has {found}{expected}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The first columns that the file has, each in backquotes.
        found: String,
        /// What was expected, after a semicolon; empty if the name of the column is enough.
        expected: &'static str,
        /// The nearest name among the columns of the file, if one is near.
        near: Option<String>,
        /// What the column holds, if its name can be chosen.
        role: Option<ColumnRole>,
    },
    /// A cell has an invalid value.
    #[error("{file}, line {line}, column {column}: `{value}` {problem}")]
    Cell {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The column.
        column: String,
        /// The value of the cell.
        value: String,
        /// What is wrong and what was expected.
        problem: String,
    },
    /// No series of the catalogue has this name.
    #[error("there is no series `{id}`")]
    UnknownSeries {
        /// The name.
        id: String,
        /// The nearest name of a series, if one is near.
        near: Option<String>,
    },
}

/// What a column holds whose name can be chosen.
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
            // Polars appends advice on its own options; the first line says what is wrong.
            _ => Self::Malformed {
                file: file.to_owned(),
                format,
                detail: detail.lines().next().unwrap_or_default().to_owned(),
            },
        }
    }
}

/// The candidate nearest to a name, if at most one edit per three characters separates them. Two neighbouring characters that
/// are swapped count as one edit.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most_edits = (name.chars().count() / 3).max(1);
    let edits = |candidate: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
    let near = candidates.into_iter().map(|c| (edits(c), c)).filter(|(edits, _)| *edits <= most_edits);
    near.min().map(|(_, nearest)| nearest)
}
