//! JSON lines as columns of text, like those of CSV: one object per line.
//!
//! Only the top level of an object is taken apart, so that the depth of a value that nobody uses costs nothing, and the
//! digits of a number are kept as they are written.

use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, IntoColumn, StringChunkedBuilder};
use serde::de::IgnoredAny;

use super::DataError;

const FORMAT: &str = "JSON lines";

/// A column that grows, and how many of its rows are there.
struct Growing {
    cells: StringChunkedBuilder,
    rows: usize,
}

impl Growing {
    /// Adds empty cells up to a number of rows.
    fn fill(&mut self, rows: usize) {
        (self.rows..rows).for_each(|_| self.cells.append_null());
        self.rows = rows;
    }
}

/// The wanted columns, and the names of all columns in the order in which they first appear. A blank line is a row
/// without values, so that a row's number gives its line.
///
/// # Errors
/// A line that is not an object, or has a key twice; the error names the line.
pub(super) fn read(
    bytes: &[u8],
    file: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<(DataFrame, Vec<String>), DataError> {
    let malformed = |detail: String| DataError::Malformed { file: file.to_owned(), format: FORMAT, detail };
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(error.to_string()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
    let (mut names, mut columns, mut places) = (Vec::new(), Vec::<Growing>::new(), HashMap::new());
    for (row, line) in text.lines().enumerate() {
        let fault = |problem: String| malformed(format!("line {}: {problem}", row + 1));
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with('{') {
            let shown: String = line.chars().take(40).collect();
            return Err(fault(format!(
                "`{shown}` is not an object; expected, for example, {{\"ds\": 2020, \"y\": 1.5}}"
            )));
        }
        serde_json::from_str::<IgnoredAny>(line).map_err(|error| fault(described(&error)))?;
        for (key, value) in pairs(line) {
            let key: String = serde_json::from_str(key).map_err(|error| fault(described(&error)))?;
            let place = *places.entry(key).or_insert_with_key(|key| {
                names.push(key.clone());
                columns.push(Growing { cells: StringChunkedBuilder::new(key.as_str().into(), 0), rows: 0 });
                columns.len() - 1
            });
            if !wanted(&names[place]) {
                continue;
            }
            if columns[place].rows > row {
                return Err(fault(format!("the key `{}` is given twice", names[place])));
            }
            columns[place].fill(row);
            columns[place].rows += 1;
            match value {
                "null" => columns[place].cells.append_null(),
                text if text.starts_with('"') => {
                    let text: String = serde_json::from_str(text).map_err(|error| fault(described(&error)))?;
                    columns[place].cells.append_value(text);
                }
                number => columns[place].cells.append_value(number),
            }
        }
    }
    let rows = text.lines().count();
    let present = names.iter().zip(columns).filter(|(name, _)| wanted(name));
    let columns: Vec<Column> = present
        .map(|(_, mut column)| {
            column.fill(rows);
            column.cells.finish().into_column()
        })
        .collect();
    let frame = DataFrame::new(rows, columns).map_err(|error| DataError::malformed(file, FORMAT, &error))?;
    Ok((frame, names))
}

/// What is wrong with a line, and where in it.
fn described(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let problem = text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem);
    format!("{problem} (character {})", error.column())
}

/// The keys and values of an object that is known to be valid, as they are written.
fn pairs(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = object.get(1..).unwrap_or_default();
    let mut part = move || {
        let end = end_of_part(rest)?;
        let part = rest[..end].trim();
        rest = &rest[end + 1..];
        Some(part)
    };
    std::iter::from_fn(move || Some((part()?, part()?)))
}

/// Where a key or a value ends: at the next colon, comma or brace that is neither in a text nor in an inner value.
fn end_of_part(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b':' | b',' | b'}' if depth == 0 => return true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str, name: &str) -> Vec<Option<String>> {
        let (frame, _) = read(text.as_bytes(), "f.jsonl", |_| true).unwrap();
        let column = frame.column(name).unwrap().as_materialized_series().clone();
        column.str().unwrap().iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[track_caller]
    fn assert_refused(text: &str, expected: &str) {
        let error = read(text.as_bytes(), "f.jsonl", |_| true).map(drop).unwrap_err().to_string();
        assert_eq!(error, format!("f.jsonl is not a readable JSON lines file: {expected}"), "{text}");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = "{\"y\": 0.1234567890123456789}\n{\"y\":9223372036854775808}\n{\"y\":-1e-3}";
        let expected = ["0.1234567890123456789", "9223372036854775808", "-1e-3"].map(|cell| Some(cell.to_owned()));
        assert_eq!(column(text, "y"), expected);
    }

    #[test]
    fn keys_may_differ_from_line_to_line() {
        let text = "{\"a\": \"x, }\\\" :\", \"b\": [1, {\"c\": \"]\"}]}\n\n{\"b\": null, \"d\": true}\n{}\n";
        assert_eq!(column(text, "a"), [Some("x, }\" :".to_owned()), None, None, None]);
        assert_eq!(column(text, "b"), [Some("[1, {\"c\": \"]\"}]".to_owned()), None, None, None]);
        assert_eq!(column(text, "d"), [None, None, Some("true".to_owned()), None]);
    }

    #[test]
    fn unwanted_columns_are_named_and_not_read() {
        let deep = format!("{{\"x\": {}{}, \"y\": 1}}", "[".repeat(100_000), "]".repeat(100_000));
        let (frame, names) = read(deep.as_bytes(), "f.jsonl", |name| name == "y").unwrap();
        assert_eq!((frame.width(), frame.height()), (1, 1));
        assert_eq!(names, ["x", "y"]);
    }

    #[test]
    fn a_line_that_is_not_an_object_is_refused() {
        let object = "is not an object; expected, for example, {\"ds\": 2020, \"y\": 1.5}";
        assert_refused("{\"y\": 1}\nnull\n", &format!("line 2: `null` {object}"));
        assert_refused("{\"y\": 1}\n{\"y\": ", "line 2: EOF while parsing a value (character 5)");
        assert_refused("{\"y\": 1, \"y\": 2}", "line 1: the key `y` is given twice");
    }
}
