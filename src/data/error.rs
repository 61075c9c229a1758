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
    #[error("{file} has no column `{column}`; it has {found}{hint}")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The columns that are there (the first few).
        found: String,
        /// The nearest name, and the flag that takes it.
        hint: String,
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
    #[error("there is no series `{id}`{hint}")]
    UnknownSeries {
        /// The name asked for.
        id: String,
        /// The nearest name.
        hint: String,
    },
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

/// The candidate nearest to a name by edit distance, if it is near enough to be what was meant.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = (name.chars().count() / 3).max(1);
    candidates.map(|c| (edits(name, c), c)).filter(|(d, _)| *d <= near).min().map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
