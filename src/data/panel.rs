//! From a table in the long layout to series, with every problem named by its line.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use jiff::civil::Date;

use crate::series::{Calendar, CalendarError, Frequency, Period, Series, Stamp};

use super::DataError;
use super::gaps::{filled, first_used};
use super::table::{self, Columns, Table, Values};

/// Something wrong with a series of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, where the file has lines.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<String>,
    /// The series.
    pub series: String,
    /// What was found and what belongs there.
    pub message: String,
    /// Whether the series cannot be used as it stands; a missing period is none.
    pub fatal: bool,
    /// Why the times make no calendar, if that is the problem.
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

/// A series with what the reader must know of how it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The values, with the periods that are missing among them.
    pub series: Series,
    /// How it was cut, if it was.
    pub notes: Vec<String>,
}

/// The series of a file in the order in which they first appear, and what is wrong with the others.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Usable series.
    pub series: Vec<Loaded>,
    /// Problems, by line; those of usable series too.
    pub problems: Vec<Problem>,
    /// The series that the file names, usable or not, in the order in which they first appear.
    pub names: Vec<String>,
}

impl Panel {
    /// The frequencies of the usable series, each with its number of series.
    pub fn frequencies(&self) -> BTreeMap<Frequency, usize> {
        let mut all = BTreeMap::new();
        self.series.iter().for_each(|s| *all.entry(s.series.start().frequency()).or_insert(0) += 1);
        all
    }
}

/// Reads CSV, Parquet, JSON lines or Arrow by the file's ending, `-` for standard input.
///
/// `frequency` overrides what the times say; periods that end after the day `until` are left out. Rows may be in any
/// order.
///
/// # Errors
/// A file that cannot be read as a whole; faulty series are problems of the panel instead.
pub fn read_panel(
    path: &Path,
    columns: &Columns,
    frequency: Option<Frequency>,
    until: Option<Date>,
) -> Result<Panel, DataError> {
    let name = path.file_stem().map_or("series".into(), |stem| stem.to_string_lossy());
    let only = if path == Path::new("-") { "series" } else { &name };
    Ok(panel(&table::read(path, columns)?, columns, (frequency, until), only, None))
}

/// The same for bytes in memory, whose format is told by their beginning.
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

/// A row as read: its line, its time and its value, `None` where the cell is empty.
struct Row {
    line: Option<usize>,
    time: Stamp,
    value: Option<f64>,
}

/// Whether a stamp, if it is a whole number, looks like a year.
pub(super) fn are_years(stamp: Stamp) -> bool {
    !matches!(stamp, Stamp::Number(n) if !(1500..=2200).contains(&n))
}

/// The panel of a table; whether whole numbers are `years` is for the whole file to say, where this is a part of it.
pub(super) fn panel(
    table: &Table,
    columns: &Columns,
    asked: (Option<Frequency>, Option<Date>),
    only: &str,
    whole_numbers_are_years: Option<bool>,
) -> Panel {
    let mut order: Vec<(&str, Vec<Row>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut problems = Vec::new();
    let mut years = true;
    for (row, time) in table.time.iter().enumerate() {
        let id = match &table.id {
            Some(ids) => ids.get(row).unwrap_or_default(),
            None => only,
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
        let place = *places.entry(id).or_insert_with(|| {
            order.push((id, Vec::new()));
            order.len() - 1
        });
        match (Stamp::parse(time.unwrap_or_default()), value) {
            (Ok(time), Ok(value)) => {
                years &= are_years(time);
                order[place].1.push(Row { line, time, value });
            }
            (time, value) => {
                time.err().into_iter().for_each(|error| problem(&columns.time, error.to_string()));
                value.err().into_iter().for_each(|error| problem(&columns.value, error));
            }
        }
    }
    let years = whole_numbers_are_years.unwrap_or(years);
    let faulty: std::collections::HashSet<String> = problems.iter().map(|p| p.series.clone()).collect();
    let mut series = Vec::new();
    let names: Vec<String> = order.iter().map(|(id, _)| (*id).to_owned()).collect();
    for (id, rows) in order {
        let mut found = Vec::new();
        let built = build(id, rows, columns, asked, years, &mut found);
        // What a series that cannot be used would have made of its gaps is nobody's concern.
        found.retain(|problem| problem.fatal || !faulty.contains(id));
        problems.append(&mut found);
        series.extend(built.filter(|_| !faulty.contains(id)));
    }
    problems.sort_by_key(|p| p.line.unwrap_or(usize::MAX));
    Panel { series, problems, names }
}

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
                    return Err(format!("`{shown}` is not a number"));
                }
            }
        }
    };
    match number {
        Some(number) if number.is_infinite() => Err(format!("`{number}` is infinite; a finite number belongs there")),
        // NaN is how the field's own tools write a missing value.
        Some(number) if number.is_nan() => Ok(None),
        number => Ok(number),
    }
}

fn build(
    id: &str,
    rows: Vec<Row>,
    columns: &Columns,
    (asked, until): (Option<Frequency>, Option<Date>),
    years: bool,
    problems: &mut Vec<Problem>,
) -> Option<Loaded> {
    let mut problem = |line, column: Option<&str>, message, fatal| {
        let (column, series) = (column.map(str::to_owned), id.to_owned());
        problems.push(Problem { line, column, series, message, fatal, calendar: None });
    };
    let cells: Vec<Stamp> = rows.iter().map(|row| row.time).collect();
    let calendar = match Calendar::infer(&cells, asked, years) {
        Ok(calendar) => calendar,
        Err(error) => {
            let at = match &error {
                CalendarError::Mixed { second: cell, .. } | CalendarError::NotOf { cell, .. } => {
                    cells.iter().position(|c| c.to_string() == *cell)
                }
                CalendarError::OneDate => None,
            };
            let line = rows.get(at.unwrap_or(0)).and_then(|row| row.line);
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
            let before = first.line.map_or(String::new(), |line| format!(", first on line {line}"));
            let message = format!("`{label}` stands twice in `{id}`{before}");
            problem(row.line, Some(&columns.time), message, true);
            duplicated = true;
        } else {
            known.insert(period, row);
        }
    }
    known.retain(|period, _| until.is_none_or(|day| period.last_day().is_none_or(|end| end <= day)));
    for (period, row) in known.iter().filter(|(_, row)| row.value.is_none()) {
        let message = format!("empty; `{id}` has no value for {}", calendar.label(*period));
        problem(row.line, Some(&columns.value), message, false);
    }
    let values: Vec<(Period, f64)> = known.iter().filter_map(|(period, row)| Some((*period, row.value?))).collect();
    if values.is_empty() {
        problem(None, None, "no values".to_owned(), true);
        return None;
    }
    let periods: Vec<Period> = values.iter().map(|(period, _)| *period).collect();
    let used = &values[first_used(&periods)..];
    let start = used.first().map_or(periods[0], |(period, _)| *period);
    let mut notes = Vec::new();
    let older = values.len() - used.len();
    if older > 0 {
        notes.push(format!(
            "{older} older {} left out, since more periods are missing than known before {}; {} {} used",
            if older == 1 { "value is" } else { "values are" },
            calendar.label(start),
            used.len(),
            if used.len() == 1 { "is" } else { "are" }
        ));
    }
    let made = Series::with_missing(id, start, filled(used)).map(|series| series.with_calendar(calendar));
    if let Some(series) = made.as_ref().ok().filter(|series| !series.is_complete()) {
        let count = series.len() - series.known();
        notes.push(format!("{count} of {} periods missing: {}", series.len(), series.missing_in_words()));
    }
    notes.iter().for_each(|note| problem(None, None, note.clone(), false));
    match made {
        Ok(series) => (!duplicated).then_some(Loaded { series, notes }),
        Err(error) => {
            problem(None, None, error.to_string(), true);
            None
        }
    }
}
