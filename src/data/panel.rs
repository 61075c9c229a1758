//! Turns a table in the long layout into series, and lists every problem with its line.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use jiff::civil::Date;

use crate::series::{Calendar, CalendarError, Frequency, Period, Series, Stamp};

use super::DataError;
use super::gaps::{filled, first_used};
use super::table::{self, Columns, Table, Values};

/// A problem with a series of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1; `None` for files without lines.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// The series.
    pub series: String,
    /// What is wrong and what was expected.
    pub message: String,
    /// Whether the series cannot be used. A missing period is not fatal.
    pub fatal: bool,
    /// Why the times are not regular, if that is the problem.
    pub calendar: Option<CalendarError>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: {}", self.message),
            (None, Some(column)) => write!(f, "series `{}`, column {column}: {}", self.series, self.message),
            _ => write!(f, "series `{}`: {}", self.series, self.message),
        }
    }
}

/// A series, and how it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The series, with missing periods as NaN.
    pub series: Series,
    /// Which values were left out and which periods are missing, in words.
    pub notes: Vec<String>,
}

/// The series of a file, in the order in which they first appear, and the problems of the file.
#[derive(Debug, Clone)]
pub struct Panel {
    /// The series that can be used.
    pub series: Vec<Loaded>,
    /// All problems by line, also those of usable series.
    pub problems: Vec<Problem>,
    /// The names of all series, usable or not, in the order in which they first appear.
    pub names: Vec<String>,
}

impl Panel {
    /// The number of usable series per frequency.
    pub fn frequencies(&self) -> BTreeMap<Frequency, usize> {
        let mut counts = BTreeMap::new();
        self.series.iter().for_each(|s| *counts.entry(s.series.start().frequency()).or_insert(0) += 1);
        counts
    }
}

/// Reads the series of a CSV, Parquet, JSON lines or Arrow file. The ending gives the format; `-` is standard input.
///
/// `frequency` replaces the frequency that the times show. Periods that end after the day `until` are left out. Rows may be in
/// any order.
///
/// # Errors
/// A file that cannot be read at all. Invalid series are problems of the panel instead.
pub fn read_panel(
    path: &Path,
    columns: &Columns,
    frequency: Option<Frequency>,
    until: Option<Date>,
) -> Result<Panel, DataError> {
    let name = path.file_stem().map_or("series".into(), |stem| stem.to_string_lossy());
    let only_name = if path == Path::new("-") { "series" } else { &name };
    Ok(panel(&table::read(path, columns)?, columns, (frequency, until), only_name, None))
}

/// Reads series from bytes in memory. The first bytes show the format.
///
/// ```
/// use onpace::data::{Columns, read_panel_bytes};
/// let csv = b"unique_id,ds,y\na,2021Q3,1.5\na,2021-Q4,2\n".to_vec();
/// let panel = read_panel_bytes(csv, "example", &Columns::default(), None)?;
/// assert_eq!(panel.series[0].series.last_period().to_string(), "2021Q4");
/// # Ok::<(), onpace::data::DataError>(())
/// ```
///
/// # Errors
/// Bytes that cannot be read as a table with these columns.
pub fn read_panel_bytes(
    bytes: Vec<u8>,
    name: &str,
    columns: &Columns,
    frequency: Option<Frequency>,
) -> Result<Panel, DataError> {
    Ok(panel(&table::read_bytes(bytes, name, columns)?, columns, (frequency, None), name, None))
}

/// One row: its line, its time and its value, which is `None` if the cell is empty.
struct Row {
    line: Option<usize>,
    time: Stamp,
    value: Option<f64>,
}

/// Whether a stamp could be a year: it is not a whole number, or one from 1500 to 2200.
pub(super) fn is_year_like(stamp: Stamp) -> bool {
    !matches!(stamp, Stamp::Number(n) if !(1500..=2200).contains(&n))
}

/// Makes the series of a table. `only_name` names the series of a table without names. `whole_numbers_are_years` is given where
/// the table is a part of a file, since the whole file decides it.
pub(super) fn panel(
    table: &Table,
    columns: &Columns,
    frequency_and_end: (Option<Frequency>, Option<Date>),
    only_name: &str,
    whole_numbers_are_years: Option<bool>,
) -> Panel {
    let mut rows_by_series: Vec<(&str, Vec<Row>)> = Vec::new();
    let mut indices: HashMap<&str, usize> = HashMap::new();
    let mut problems = Vec::new();
    let mut years = true;
    for (row, time) in table.time.iter().enumerate() {
        let id = match &table.id {
            Some(ids) => ids.get(row).unwrap_or_default(),
            None => only_name,
        };
        let line = table.first_line.map(|first| first + row);
        let value = value(&table.value, row);
        if table.is_blank(row) {
            continue;
        }
        let mut problem = |column: &str, message: String| {
            let series = id.to_owned();
            problems.push(Problem {
                line,
                column: Some(column.to_owned()),
                series,
                message,
                fatal: true,
                calendar: None,
            });
        };
        let index = *indices.entry(id).or_insert_with(|| {
            rows_by_series.push((id, Vec::new()));
            rows_by_series.len() - 1
        });
        match (Stamp::parse(time.unwrap_or_default()), value) {
            (Ok(time), Ok(value)) => {
                years &= is_year_like(time);
                rows_by_series[index].1.push(Row { line, time, value });
            }
            (time, value) => {
                time.err().into_iter().for_each(|error| problem(&columns.time, error.to_string()));
                value.err().into_iter().for_each(|error| problem(&columns.value, error));
            }
        }
    }
    let years = whole_numbers_are_years.unwrap_or(years);
    let invalid_series: std::collections::HashSet<String> = problems.iter().map(|p| p.series.clone()).collect();
    let mut series = Vec::new();
    let names: Vec<String> = rows_by_series.iter().map(|(id, _)| (*id).to_owned()).collect();
    for (id, rows) in rows_by_series {
        let mut series_problems = Vec::new();
        let loaded = build(id, rows, columns, frequency_and_end, years, &mut series_problems);
        // The gaps of a series that cannot be used do not matter.
        series_problems.retain(|problem| problem.fatal || !invalid_series.contains(id));
        problems.append(&mut series_problems);
        series.extend(loaded.filter(|_| !invalid_series.contains(id)));
    }
    problems.sort_by_key(|p| p.line.unwrap_or(usize::MAX));
    Panel { series, problems, names }
}

/// The value of a row; `None` if it is missing.
fn value(values: &Values, row: usize) -> Result<Option<f64>, String> {
    let number = match values {
        Values::Numbers(numbers) => numbers.get(row),
        Values::Texts(texts) => {
            let cell = texts.get(row).unwrap_or_default().trim();
            match cell.parse::<f64>() {
                _ if cell.is_empty() || ["NA", "null", "None"].contains(&cell) => None,
                Ok(number) => Some(number),
                Err(_) => {
                    let shown: String = cell.chars().take(40).collect();
                    return Err(format!("`{shown}` is not a number; expected a finite number or an empty cell"));
                }
            }
        }
    };
    match number {
        Some(number) if number.is_infinite() => Err(format!("`{number}` is infinite; expected a finite number")),
        // Other tools write a missing value as NaN.
        Some(number) if number.is_nan() => Ok(None),
        number => Ok(number),
    }
}

/// " (lines 4 and 9)", where the file has lines.
fn both_lines(first: Option<usize>, second: Option<usize>) -> String {
    first.zip(second).map_or(String::new(), |(first, second)| format!(" (lines {first} and {second})"))
}

/// Makes the series of its rows, and adds its problems.
fn build(
    id: &str,
    rows: Vec<Row>,
    columns: &Columns,
    (frequency, until): (Option<Frequency>, Option<Date>),
    years: bool,
    problems: &mut Vec<Problem>,
) -> Option<Loaded> {
    let mut problem = |line, column: Option<&str>, message, fatal| {
        let (column, series) = (column.map(str::to_owned), id.to_owned());
        problems.push(Problem { line, column, series, message, fatal, calendar: None });
    };
    let cells: Vec<Stamp> = rows.iter().map(|row| row.time).collect();
    let calendar = match Calendar::infer(&cells, frequency, years) {
        Ok(calendar) => calendar,
        Err(error) => {
            let index = match &error {
                CalendarError::Mixed { second: cell, .. } | CalendarError::NotOf { cell, .. } => {
                    cells.iter().position(|c| c.to_string() == *cell)
                }
                CalendarError::OneDate => None,
            };
            let line = rows.get(index.unwrap_or(0)).and_then(|row| row.line);
            problem(line, Some(&columns.time), error.to_string(), true);
            if let Some(problem) = problems.last_mut() {
                problem.calendar = Some(error);
            }
            return None;
        }
    };
    let mut known: BTreeMap<Period, Row> = BTreeMap::new();
    let mut duplicated = false;
    for row in rows {
        let Ok(period) = calendar.period(row.time) else { continue };
        let label = calendar.label(period);
        if let Some(first) = known.get(&period) {
            let message = format!("duplicate period {label} in series `{id}`{}", both_lines(first.line, row.line));
            problem(row.line, Some(&columns.time), message, true);
            duplicated = true;
        } else {
            known.insert(period, row);
        }
    }
    known.retain(|period, _| until.is_none_or(|day| period.last_day().is_none_or(|end| end <= day)));
    for (period, row) in known.iter().filter(|(_, row)| row.value.is_none()) {
        let message = format!("empty cell: `{id}` has no value for {}", calendar.label(*period));
        problem(row.line, Some(&columns.value), message, false);
    }
    let values: Vec<(Period, f64)> = known.iter().filter_map(|(period, row)| Some((*period, row.value?))).collect();
    if values.is_empty() {
        problem(None, None, "no values; expected at least one number".to_owned(), true);
        return None;
    }
    let periods: Vec<Period> = values.iter().map(|(period, _)| *period).collect();
    let used = &values[first_used(&periods)..];
    let start = used.first().map_or(periods[0], |(period, _)| *period);
    let mut notes = Vec::new();
    let older = values.len() - used.len();
    if older > 0 {
        notes.push(format!(
            "{older} {} before {} left out, because more periods are missing than known before it; {} {} used",
            if older == 1 { "value is" } else { "values are" },
            calendar.label(start),
            used.len(),
            if used.len() == 1 { "is" } else { "are" }
        ));
    }
    let series = Series::with_missing(id, start, filled(used)).map(|series| series.with_calendar(calendar));
    if let Some(series) = series.as_ref().ok().filter(|series| !series.is_complete()) {
        let count = series.len() - series.known();
        notes.push(format!("{count} of {} periods missing: {}", series.len(), series.missing_in_words()));
    }
    notes.iter().for_each(|note| problem(None, None, note.clone(), false));
    match series {
        Ok(series) => (!duplicated).then_some(Loaded { series, notes }),
        Err(error) => {
            problem(None, None, error.to_string(), true);
            None
        }
    }
}
