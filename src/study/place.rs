//! The place in a study file that an error names.

use std::fmt;
use std::ops::Range;

/// A place in a study file, or a setting that was given beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A line and a column of a file, both counted from 1.
    Line {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// A whole file.
    File(String),
    /// A goal that is written in a file.
    Goal {
        /// The file and the line of the goal.
        place: String,
        /// The goal.
        goal: String,
    },
    /// A setting that was given beside the file, for example on the command line.
    Given,
}

impl Place {
    /// The place at which a span of a file's text begins.
    pub(super) fn of(file: &str, text: &str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        Self::Line { file: file.to_owned(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line, column } => write!(f, "{file}, line {line}, column {column}"),
            Self::File(file) => f.write_str(file),
            Self::Goal { place, goal } => write!(f, "{place}, goal `{goal}`"),
            Self::Given => f.write_str("a setting given beside the study file"),
        }
    }
}

/// A value with the place where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub place: Place,
}

impl<T> Placed<T> {
    /// A value that was given beside the file, for example on the command line.
    pub fn given(value: T) -> Self {
        Self { value, place: Place::Given }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_line_and_a_column_from_one() {
        let text = "a = 1\nbé = 2\n";
        let place = |start: usize| Place::of("x.toml", text, start..start + 1).to_string();
        assert_eq!(place(0), "x.toml, line 1, column 1");
        assert_eq!(place(text.find('2').unwrap()), "x.toml, line 2, column 6");
    }
}
