//! Any supported file as three columns: name, time, value.

use std::fs::File;
use std::io::{Cursor, Read};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{
    ChunkedArray, CsvReadOptions, DataFrame, DataType, Float64Type, IntoSeries, IpcReader, JsonFormat, JsonReader,
    ParquetReader, PlSmallStr, PolarsError, SerReader, StringChunked,
};

use super::error::nearest;
use super::{ColumnRole, DataError};

/// The names of the three columns of the long layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Which series; may be absent from a file of one series.
    pub id: String,
    /// When.
    pub time: String,
    /// How much.
    pub value: String,
}

impl Default for Columns {
    /// The field's names: `unique_id`, `ds`, `y`.
    fn default() -> Self {
        Self { id: "unique_id".into(), time: "ds".into(), value: "y".into() }
    }
}

/// Values as the file has them: numbers, or text that is to be read as numbers.
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
    /// The line of the first row, for files that have lines.
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

    /// The name of the series of a row, if the file has names.
    pub(super) fn id(&self, row: usize) -> Option<&str> {
        self.id.as_ref().and_then(|ids| ids.get(row))
    }

    /// Whether a row has nothing in it.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        let value = match &self.value {
            Values::Numbers(numbers) => numbers.get(row).is_some(),
            Values::Texts(texts) => texts.get(row).is_some_and(|text| !text.trim().is_empty()),
        };
        self.id(row).is_none() && self.time(row).is_none() && !value
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

    /// Takes off the rows of the last series, which stand together at the end.
    pub(super) fn split_off_last(&mut self) -> Option<Self> {
        let rows = self.rows();
        let id = |row: usize| self.id(row).unwrap_or_default();
        let last = id((0..rows).rev().find(|row| !self.is_blank(*row))?).to_owned();
        let from = (0..rows).rev().take_while(|row| self.is_blank(*row) || id(*row) == last).last()?;
        let slice = |text: &StringChunked, at: usize, count: usize| text.slice(at as i64, count);
        let values = |at: usize, count: usize| match &self.value {
            Values::Numbers(numbers) => Values::Numbers(numbers.slice(at as i64, count)),
            Values::Texts(texts) => Values::Texts(slice(texts, at, count)),
        };
        let part = |at: usize, count: usize| Self {
            id: self.id.as_ref().map(|ids| slice(ids, at, count)),
            time: slice(&self.time, at, count),
            value: values(at, count),
            first_line: self.first_line.map(|first| first + at),
        };
        let rest = part(from, rows - from);
        *self = part(0, from);
        Some(rest)
    }
}

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

    /// The line of the first row, for files that have lines.
    fn first_line(self) -> Option<usize> {
        match self {
            Self::Csv => Some(2),
            Self::JsonLines => Some(1),
            Self::Parquet | Self::Arrow => None,
        }
    }

    /// By the first bytes, for input without a name.
    fn of_bytes(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Self::Arrow,
            _ if bytes.trim_ascii_start().starts_with(b"{") => Self::JsonLines,
            _ => Self::Csv,
        }
    }
}

/// Reads a file by its ending, `-` from standard input by its first bytes.
pub(super) fn read(path: &Path, columns: &Columns) -> Result<Table, DataError> {
    let (bytes, format, file) = open(path)?;
    from_bytes(&bytes, format, &file, columns)
}

/// The bytes of a file with its format and its name.
pub(super) fn open(path: &Path) -> Result<(Vec<u8>, Format, String), DataError> {
    let file = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |cause| DataError::Unreadable { file: file.clone(), cause };
    let mut bytes = Vec::new();
    let format = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        Format::of_bytes(&bytes)
    } else {
        let mut open = File::open(path).map_err(unreadable)?;
        let format = Format::of_path(path).ok_or_else(|| DataError::UnknownFormat { file: file.clone() })?;
        open.read_to_end(&mut bytes).map_err(unreadable)?;
        format
    };
    Ok((bytes, format, file))
}

/// All columns of a file, those of CSV as text, with its name and the line of the first row where it has lines.
pub(super) fn all_columns(path: &Path) -> Result<(DataFrame, String, Option<usize>), DataError> {
    let (bytes, format, file) = open(path)?;
    let frame = match format {
        Format::Csv => csv_frame(&bytes, &file, None)?,
        _ => frame(&bytes, format, &file)?,
    };
    Ok((frame, file, format.first_line()))
}

/// Reads bytes that are in memory, by their first bytes.
pub(super) fn read_bytes(bytes: Vec<u8>, file: &str, columns: &Columns) -> Result<Table, DataError> {
    let format = Format::of_bytes(&bytes);
    from_bytes(&bytes, format, file, columns)
}

/// The three columns of bytes of a format.
pub(super) fn from_bytes(bytes: &[u8], format: Format, file: &str, columns: &Columns) -> Result<Table, DataError> {
    if bytes.trim_ascii().is_empty() {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    let frame = match format {
        Format::Csv => csv(bytes, file, columns)?,
        _ => frame(bytes, format, file)?,
    };
    from_frame(&frame, format, file, columns)
}

/// The three columns of a frame.
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

/// All columns of a file that names their types.
fn frame(bytes: &[u8], format: Format, file: &str) -> Result<DataFrame, DataError> {
    let read = match format {
        Format::Parquet => ParquetReader::new(Cursor::new(bytes)).finish(),
        Format::Arrow => IpcReader::new(Cursor::new(bytes)).finish(),
        Format::JsonLines | Format::Csv => JsonReader::new(Cursor::new(bytes))
            .with_json_format(JsonFormat::JsonLines)
            .infer_schema_len(NonZeroUsize::new(1000))
            .finish(),
    };
    read.map_err(|error| DataError::malformed(file, format.name(), &error))
}

fn numbers(frame: &DataFrame, name: &str) -> Result<Option<ChunkedArray<Float64Type>>, PolarsError> {
    let column = frame.column(name)?;
    if column.dtype().is_primitive_numeric() {
        return Ok(Some(column.as_materialized_series().cast(&DataType::Float64)?.f64()?.clone()));
    }
    Ok(None)
}

/// The wanted columns of a CSV file.
fn csv(bytes: &[u8], file: &str, columns: &Columns) -> Result<DataFrame, DataError> {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let header = csv_frame_of(line, file, None, false)?;
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

/// Columns of a CSV file, all as text, so that a fault can be shown as it stands in the file.
fn csv_frame(bytes: &[u8], file: &str, columns: Option<Vec<PlSmallStr>>) -> Result<DataFrame, DataError> {
    csv_frame_of(bytes, file, columns, true)
}

fn csv_frame_of(
    bytes: &[u8],
    file: &str,
    columns: Option<Vec<PlSmallStr>>,
    header: bool,
) -> Result<DataFrame, DataError> {
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

/// Checks that the time and value columns are there, and the name column unless the file has none of that default name.
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
