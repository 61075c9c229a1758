//! A table of text and number columns, written by Polars or laid out for a terminal.

use polars::prelude::{Column, CsvWriter, DataFrame, ParquetWriter, PolarsError, SerWriter};
use serde::ser::{Serialize, SerializeMap, Serializer};
use thiserror::Error;

use super::Format;
use super::number::format_number;
use super::text_table::{Fit, TextTable};

/// A table that cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// As CSV or Parquet.
    #[error("the table cannot be written: {0}")]
    Frame(#[from] PolarsError),
    /// As JSON.
    #[error("the table cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The cells of one column; an absent one is empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Words.
    Text(Vec<Option<String>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Count(Vec<i64>),
}

/// Named columns of one length.
///
/// ```
/// use onpace::export::{Cells, Format, Table};
/// let table = Table::default().text("goal", ["triple"]).number("odds", [Some(0.08)]);
/// assert_eq!(table.write(Format::Csv)?, b"goal,odds\ntriple,0.08\n");
/// # Ok::<(), onpace::export::TableError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<(String, Cells)>,
}

impl Table {
    /// The table with one more column of text.
    #[must_use]
    pub fn text<T: Into<String>>(self, name: &str, cells: impl IntoIterator<Item = T>) -> Self {
        self.optional_text(name, cells.into_iter().map(|cell| Some(cell.into())))
    }

    /// The table with one more column of text, of which cells may be empty.
    #[must_use]
    pub fn optional_text(mut self, name: &str, cells: impl IntoIterator<Item = Option<String>>) -> Self {
        self.columns.push((name.to_owned(), Cells::Text(cells.into_iter().collect())));
        self
    }

    /// The table with one more column of numbers.
    #[must_use]
    pub fn number(mut self, name: &str, cells: impl IntoIterator<Item = Option<f64>>) -> Self {
        self.columns.push((name.to_owned(), Cells::Number(cells.into_iter().collect())));
        self
    }

    /// The table with one more column of whole numbers.
    #[must_use]
    pub fn count(mut self, name: &str, cells: impl IntoIterator<Item = usize>) -> Self {
        let cells = cells.into_iter().map(|count| i64::try_from(count).unwrap_or(i64::MAX)).collect();
        self.columns.push((name.to_owned(), Cells::Count(cells)));
        self
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| match cells {
            Cells::Text(cells) => cells.len(),
            Cells::Number(cells) => cells.len(),
            Cells::Count(cells) => cells.len(),
        })
    }

    /// The table as bytes of a format.
    ///
    /// # Errors
    /// Columns of unequal length.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, TableError> {
        let mut bytes = Vec::new();
        match format {
            Format::Table => bytes = self.layout(None).into_bytes(),
            Format::Json => bytes = self.json()?,
            Format::Parquet => drop(ParquetWriter::new(&mut bytes).finish(&mut self.frame()?)?),
            Format::Csv => CsvWriter::new(&mut bytes).finish(&mut self.frame()?)?,
        }
        Ok(bytes)
    }

    /// An array of rows, each an object with the columns in order.
    fn json(&self) -> Result<Vec<u8>, TableError> {
        self.frame()?;
        let rows: Vec<Row<'_>> = (0..self.rows()).map(|at| Row { columns: &self.columns, at }).collect();
        let mut bytes = serde_json::to_vec(&rows)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The table as Polars has it.
    pub(super) fn frame(&self) -> Result<DataFrame, TableError> {
        let columns = self.columns.iter().map(|(name, cells)| match cells {
            Cells::Text(cells) => Column::new(name.as_str().into(), cells),
            Cells::Number(cells) => Column::new(name.as_str().into(), cells),
            Cells::Count(cells) => Column::new(name.as_str().into(), cells),
        });
        Ok(DataFrame::new(self.rows(), columns.collect())?)
    }

    /// Adds the rows of a table with the same columns.
    pub(super) fn append(&mut self, other: &Self) {
        if self.columns.is_empty() {
            *self = other.clone();
            return;
        }
        for ((_, cells), (_, more)) in self.columns.iter_mut().zip(&other.columns) {
            match (cells, more) {
                (Cells::Text(cells), Cells::Text(more)) => cells.extend_from_slice(more),
                (Cells::Number(cells), Cells::Number(more)) => cells.extend_from_slice(more),
                (Cells::Count(cells), Cells::Count(more)) => cells.extend_from_slice(more),
                _ => {}
            }
        }
    }

    /// Aligned columns without lines; numbers to the right, in figures that a reader can take in. A column of text with
    /// nothing in it is left out. With a width long cells of text are wrapped, so that lines are that wide where the
    /// numbers leave room for it.
    #[must_use]
    pub fn layout(&self, width: Option<usize>) -> String {
        let empty = |cells: &Cells| matches!(cells, Cells::Text(cells) if cells.iter().all(Option::is_none));
        let columns: Vec<_> = self.columns.iter().filter(|(_, cells)| self.rows() == 0 || !empty(cells)).collect();
        let mut table = TextTable::new(columns.iter().map(|(name, _)| name.as_str()));
        for row in 0..self.rows() {
            table.row(columns.iter().map(|(_, cells)| match cells {
                Cells::Text(cells) => cells.get(row).cloned().flatten().unwrap_or_default(),
                Cells::Count(cells) => cells.get(row).map(ToString::to_string).unwrap_or_default(),
                Cells::Number(cells) => cells.get(row).copied().flatten().map_or("–".to_owned(), format_number),
            }));
        }
        for (index, (_, cells)) in columns.iter().enumerate() {
            if let Cells::Number(_) | Cells::Count(_) = cells {
                table.numbers(index);
            }
        }
        table.lines(width, Fit::Wrap)
    }
}

/// One row of a table.
struct Row<'a> {
    columns: &'a [(String, Cells)],
    at: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(Some(self.columns.len()))?;
        for (name, cells) in self.columns {
            match cells {
                Cells::Text(cells) => row.serialize_entry(name, &cells[self.at])?,
                Cells::Number(cells) => row.serialize_entry(name, &cells[self.at])?,
                Cells::Count(cells) => row.serialize_entry(name, &cells[self.at])?,
            }
        }
        row.end()
    }
}
