//! Reads a file of any supported format as three columns: name, time and value.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{
    ChunkedArray, CsvReadOptions, DataFrame, DataType, Float64Type, IntoSeries, IpcReader, ParquetReader, PlSmallStr,
    PolarsError, SerReader, StringChunked,
};

use super::error::nearest;
use super::{ColumnRole, DataError, json_lines};

/// The names of the three columns of the long layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The column with the name of the series, which a file of one series need not have.
    pub id: String,
    /// The column with the time.
    pub time: String,
    /// The column with the value.
    pub value: String,
}

impl Default for Columns {
    /// The names that forecasting tools share: `unique_id`, `ds` and `y`.
    fn default() -> Self {
        Self { id: "unique_id".into(), time: "ds".into(), value: "y".into() }
    }
}

/// The values of a file: numbers, or text that is still to be read as numbers.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Numbers(ChunkedArray<Float64Type>),
    Texts(StringChunked),
}

/// The three columns of a file.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) id: Option<StringChunked>,
    pub(super) time: StringChunked,
    pub(super) value: Values,
    /// The line of the first row; `None` for files without lines.
    pub(super) first_line: Option<usize>,
}

impl Default for Values {
    fn default() -> Self {
        Self::Numbers(ChunkedArray::default())
    }
}

impl Values {
    fn into_texts(self) -> Result<StringChunked, PolarsError> {
        match self {
            Self::Texts(texts) => Ok(texts),
            Self::Numbers(numbers) => numbers.into_series().cast(&DataType::String)?.str().cloned(),
        }
    }
}

impl Table {
    pub(super) fn rows(&self) -> usize {
        self.time.len()
    }

    /// The name of the series of a row; `None` if the file has no names.
    pub(super) fn id(&self, row: usize) -> Option<&str> {
        self.id.as_ref().and_then(|ids| ids.get(row))
    }

    /// Whether all cells of a row are empty.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        let has_value = match &self.value {
            Values::Numbers(numbers) => numbers.get(row).is_some(),
            Values::Texts(texts) => texts.get(row).is_some_and(|text| !text.trim().is_empty()),
        };
        self.id(row).is_none() && self.time(row).is_none() && !has_value
    }

    pub(super) fn time(&self, row: usize) -> Option<&str> {
        self.time.get(row)
    }

    /// Adds the rows of the next block.
    pub(super) fn append(&mut self, next: Self) -> Result<(), DataError> {
        let join = || -> Result<(), PolarsError> {
            self.time.append(&next.time)?;
            if let (Some(ids), Some(more)) = (&mut self.id, &next.id) {
                ids.append(more)?;
            }
            self.value = match (std::mem::take(&mut self.value), next.value) {
                (Values::Numbers(mut numbers), Values::Numbers(more)) => {
                    numbers.append(&more)?;
                    Values::Numbers(numbers)
                }
                (values, more) => {
                    let mut texts = values.into_texts()?;
                    texts.append(&more.into_texts()?)?;
                    Values::Texts(texts)
                }
            };
            Ok(())
        };
        join().map_err(|error| DataError::malformed("the file", "table", &error))
    }

    /// Removes and returns the rows of the last series, which are consecutive and at the end.
    pub(super) fn split_off_last(&mut self) -> Option<Self> {
        let rows = self.rows();
        let id = |row: usize| self.id(row).unwrap_or_default();
        let last = id((0..rows).rev().find(|row| !self.is_blank(*row))?).to_owned();
        let from = (0..rows).rev().take_while(|row| self.is_blank(*row) || id(*row) == last).last()?;
        let slice = |text: &StringChunked, start: usize, count: usize| text.slice(start as i64, count);
        let values = |start: usize, count: usize| match &self.value {
            Values::Numbers(numbers) => Values::Numbers(numbers.slice(start as i64, count)),
            Values::Texts(texts) => Values::Texts(slice(texts, start, count)),
        };
        let part = |start: usize, count: usize| Self {
            id: self.id.as_ref().map(|ids| slice(ids, start, count)),
            time: slice(&self.time, start, count),
            value: values(start, count),
            first_line: self.first_line.map(|first| first + start),
        };
        let rest = part(from, rows - from);
        *self = part(0, from);
        Some(rest)
    }
}

/// A format of input files.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Format {
    Csv,
    Parquet,
    JsonLines,
    Arrow,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Parquet => "Parquet",
            Self::JsonLines => "JSON lines",
            Self::Arrow => "Arrow",
        }
    }

    pub(super) fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "parquet" | "pq" => Some(Self::Parquet),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            "arrow" | "ipc" | "feather" => Some(Self::Arrow),
            _ => None,
        }
    }

    /// The line of the first row; `None` for formats without lines.
    fn first_line(self) -> Option<usize> {
        match self {
            Self::Csv => Some(2),
            Self::JsonLines => Some(1),
            Self::Parquet | Self::Arrow => None,
        }
    }

    /// The format that the first bytes show, for input without a file name.
    fn of_bytes(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Self::Arrow,
            _ if bytes.trim_ascii_start().starts_with(b"{") => Self::JsonLines,
            _ => Self::Csv,
        }
    }
}

/// Reads a file, whose ending gives its format, or standard input (`-`), whose first bytes show it.
pub(super) fn read(path: &Path, columns: &Columns) -> Result<Table, DataError> {
    let (bytes, format, file) = open(path)?;
    from_bytes(&bytes, format, &file, columns)
}

/// The bytes of a file, its format and its name.
pub(super) fn open(path: &Path) -> Result<(Vec<u8>, Format, String), DataError> {
    let file = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |cause| DataError::Unreadable { file: file.clone(), cause };
    let mut bytes = Vec::new();
    let format = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        Format::of_bytes(&bytes)
    } else {
        let mut opened = File::open(path).map_err(unreadable)?;
        let format = Format::of_path(path).ok_or_else(|| DataError::UnknownFormat { file: file.clone() })?;
        opened.read_to_end(&mut bytes).map_err(unreadable)?;
        format
    };
    Ok((bytes, format, file))
}

/// All columns of a file (as text for CSV and JSON lines), its name, and the line of its first row if it has lines.
pub(super) fn all_columns(path: &Path) -> Result<(DataFrame, String, Option<usize>), DataError> {
    let (bytes, format, file) = open(path)?;
    let frame = match format {
        Format::Csv => csv_frame(&bytes, &file, None)?,
        Format::JsonLines => json_lines::read(&bytes, &file, |_| true)?.0,
        Format::Parquet | Format::Arrow => frame(&bytes, format, &file)?,
    };
    Ok((frame, file, format.first_line()))
}

/// Reads bytes in memory, whose first bytes show the format.
pub(super) fn read_bytes(bytes: Vec<u8>, file: &str, columns: &Columns) -> Result<Table, DataError> {
    let format = Format::of_bytes(&bytes);
    from_bytes(&bytes, format, file, columns)
}

/// Reads the three columns from bytes of a given format.
pub(super) fn from_bytes(bytes: &[u8], format: Format, file: &str, columns: &Columns) -> Result<Table, DataError> {
    if bytes.trim_ascii().is_empty() {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    let frame = match format {
        Format::Csv => csv(bytes, file, columns)?,
        Format::JsonLines => json_lines(bytes, file, columns)?,
        Format::Parquet | Format::Arrow => frame(bytes, format, file)?,
    };
    from_frame(&frame, format, file, columns)
}

/// Takes the three columns from a data frame.
pub(super) fn from_frame(frame: &DataFrame, format: Format, file: &str, columns: &Columns) -> Result<Table, DataError> {
    let malformed = |error: PolarsError| DataError::malformed(file, format.name(), &error);
    let names: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    require(file, &names, columns)?;
    if frame.height() == 0 {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    let text = |name: &str| -> Result<StringChunked, PolarsError> {
        frame.column(name)?.as_materialized_series().cast(&DataType::String)?.str().cloned()
    };
    let id = if names.contains(&columns.id.as_str()) { Some(text(&columns.id).map_err(malformed)?) } else { None };
    let time = text(&columns.time).map_err(malformed)?;
    let value = match numbers(frame, &columns.value).map_err(malformed)? {
        Some(numbers) => Values::Numbers(numbers),
        None => Values::Texts(text(&columns.value).map_err(malformed)?),
    };
    Ok(Table { id, time, value, first_line: format.first_line() })
}

/// The wanted columns of JSON lines.
fn json_lines(bytes: &[u8], file: &str, columns: &Columns) -> Result<DataFrame, DataError> {
    let wanted = |name: &str| [&columns.id, &columns.time, &columns.value].iter().any(|column| *column == name);
    let (frame, names) = json_lines::read(bytes, file, wanted)?;
    require(file, &names.iter().map(String::as_str).collect::<Vec<_>>(), columns)?;
    Ok(frame)
}

/// All columns of a file whose format stores their types.
fn frame(bytes: &[u8], format: Format, file: &str) -> Result<DataFrame, DataError> {
    let read = match format {
        Format::Arrow => IpcReader::new(Cursor::new(bytes)).finish(),
        _ => ParquetReader::new(Cursor::new(bytes)).finish(),
    };
    read.map_err(|error| DataError::malformed(file, format.name(), &error))
}

/// A column as numbers; `None` if it is not numeric.
fn numbers(frame: &DataFrame, name: &str) -> Result<Option<ChunkedArray<Float64Type>>, PolarsError> {
    let column = frame.column(name)?;
    if column.dtype().is_primitive_numeric() {
        return Ok(Some(column.as_materialized_series().cast(&DataType::Float64)?.f64()?.clone()));
    }
    Ok(None)
}

/// The three columns of a CSV file, as text.
fn csv(bytes: &[u8], file: &str, columns: &Columns) -> Result<DataFrame, DataError> {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let header = parse_csv(line, file, None, false)?;
    let names: Vec<String> = header
        .columns()
        .iter()
        .map(|column| column.str().ok().and_then(|text| text.get(0)).unwrap_or_default().trim_end().to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
    require(file, &names, columns)?;
    let wanted = [&columns.id, &columns.time, &columns.value];
    let present: Vec<PlSmallStr> = wanted
        .iter()
        .filter(|name| names.contains(&name.as_str()))
        .map(|name| PlSmallStr::from(name.as_str()))
        .collect();
    csv_frame(bytes, file, Some(present))
}

/// Columns of a CSV file, all as text, so that errors can show a cell as it is in the file.
fn csv_frame(bytes: &[u8], file: &str, columns: Option<Vec<PlSmallStr>>) -> Result<DataFrame, DataError> {
    parse_csv(bytes, file, columns, true)
}

fn parse_csv(bytes: &[u8], file: &str, columns: Option<Vec<PlSmallStr>>, header: bool) -> Result<DataFrame, DataError> {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let separator = [b',', b';', b'\t'].into_iter().find(|s| line.contains(s)).unwrap_or(b',');
    CsvReadOptions::default()
        .with_infer_schema_length(Some(0))
        .with_has_header(header)
        .map_parse_options(|parse| parse.with_separator(separator))
        .with_columns(columns.map(Arc::from))
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
        .map_err(|error: PolarsError| DataError::malformed(file, Format::Csv.name(), &error))
}

/// Checks that the columns of time and value exist, and the column of names unless it has its default name.
fn require(file: &str, names: &[&str], columns: &Columns) -> Result<(), DataError> {
    let optional = columns.id == Columns::default().id;
    let needed = [
        (ColumnRole::Series, &columns.id, optional),
        (ColumnRole::Time, &columns.time, false),
        (ColumnRole::Value, &columns.value, false),
    ];
    for (role, column, optional) in needed {
        if optional || names.contains(&column.as_str()) {
            continue;
        }
        let shown: Vec<_> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > 8 { format!(" and {} more", names.len() - 8) } else { String::new() };
        return Err(DataError::MissingColumn {
            file: file.to_owned(),
            column: column.clone(),
            found: format!("{}{more}", shown.join(", ")),
            expected: "",
            near: nearest(column, names.iter().copied()).map(str::to_owned),
            role: Some(role),
        });
    }
    Ok(())
}
