//! Reads a catalogue: series, sources, observations and goals in four CSV files.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use polars::prelude::{Column, CsvReadOptions, DataFrame, SerReader};

use crate::series::{Bounds, Frequency, Period, Stamp};

use super::error::nearest;
use super::{DataError, GoalRecord, Kind, Nature, Observation, SeriesInfo, Source, Trust};

const BUNDLED: [(&str, &[u8]); 4] = [
    ("series.csv", include_bytes!("../../datasets/china-ai-chips/series.csv")),
    ("sources.csv", include_bytes!("../../datasets/china-ai-chips/sources.csv")),
    ("observations.csv", include_bytes!("../../datasets/china-ai-chips/observations.csv")),
    ("goals.csv", include_bytes!("../../datasets/china-ai-chips/goals.csv")),
];

/// The columns that each file must have.
const REQUIRED_COLUMNS: [(&str, &[&str]); 4] = [
    ("series.csv", &["id", "name", "unit", "frequency", "kind", "lower", "upper"]),
    ("sources.csv", &["id", "origin", "trust"]),
    ("observations.csv", &["series", "period", "value", "low", "high", "kind", "source", "published"]),
    ("goals.csv", &["id", "series", "statement", "kind", "target", "deadline"]),
];

/// Observations with their sources, read and checked.
///
/// ```
/// let catalog = onpace::data::Catalog::bundled()?;
/// assert_eq!(catalog.series().len(), 157);
/// let unknown = catalog.info("nbs_ic_qarter").unwrap_err();
/// assert!(matches!(unknown, onpace::data::DataError::UnknownSeries { near: Some(near), .. } if near == "nbs_ic_quarter"));
/// # Ok::<(), onpace::data::DataError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    series: Vec<SeriesInfo>,
    sources: HashMap<String, Source>,
    observations: HashMap<String, Vec<Observation>>,
    goals: Vec<GoalRecord>,
    /// The bytes of each file, for the record of a run.
    files: Vec<(String, Vec<u8>)>,
}

impl Catalog {
    /// The catalogue of China's AI chips, which is part of the program.
    ///
    /// # Errors
    /// None in a released program: a test reads it.
    pub fn bundled() -> Result<Arc<Self>, DataError> {
        static READ: OnceLock<Arc<Catalog>> = OnceLock::new();
        if let Some(catalog) = READ.get() {
            return Ok(Arc::clone(catalog));
        }
        let files = BUNDLED.map(|(name, bytes)| (format!("datasets/china-ai-chips/{name}"), bytes.to_vec()));
        let catalog = Arc::new(Self::read(files.into())?);
        Ok(Arc::clone(READ.get_or_init(|| catalog)))
    }

    /// Reads a catalogue from a folder with `series.csv`, `sources.csv`, `observations.csv` and, if there are goals, `goals.csv`.
    ///
    /// # Errors
    /// A file that cannot be read, or a cell with an invalid value. The error names file, line and column.
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let mut files = Vec::new();
        for (name, _) in BUNDLED {
            let path = folder.join(name);
            if name == "goals.csv" && !path.exists() {
                continue;
            }
            let file = path.display().to_string();
            let bytes = std::fs::read(&path).map_err(|cause| DataError::Unreadable { file: file.clone(), cause })?;
            files.push((file, bytes));
        }
        Self::read(files)
    }

    fn read(files: Vec<(String, Vec<u8>)>) -> Result<Self, DataError> {
        let mut catalog = Self::default();
        for (file, bytes) in &files {
            let sheet = Sheet::read(file, bytes)?;
            let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let required =
                REQUIRED_COLUMNS.iter().find(|(file, _)| *file == name).map_or(&[][..], |(_, columns)| columns);
            sheet.require(required)?;
            match name {
                "series.csv" => catalog.series = sheet.rows().map(|row| series_info(&row)).collect::<Result<_, _>>()?,
                "sources.csv" => {
                    let sources = sheet.rows().map(|row| source(&row)).collect::<Result<Vec<_>, _>>()?;
                    catalog.sources = sources.into_iter().map(|s| (s.id.clone(), s)).collect();
                }
                "observations.csv" => {
                    for row in sheet.rows() {
                        let observation = observation(&row)?;
                        let Some(info) = catalog.series.iter().find(|s| s.id == observation.series) else {
                            return Err(row.invalid("series", "is not a series; expected an `id` of series.csv"));
                        };
                        if observation.low.zip(observation.high).is_some_and(|(low, high)| low > high) {
                            return Err(
                                row.invalid("low", "is above the high end of the range; expected `low` at most `high`")
                            );
                        }
                        let outside_range = |value: f64| {
                            observation.low.is_some_and(|low| value < low)
                                || observation.high.is_some_and(|high| value > high)
                        };
                        if observation.value.is_some_and(outside_range) {
                            return Err(
                                row.invalid("value", "is outside the range; expected a value from `low` to `high`")
                            );
                        }
                        let is_data = matches!(observation.kind, Kind::Reported | Kind::Estimate);
                        if is_data && observation.value.is_some_and(|value| !info.bounds.hold(value)) {
                            return Err(row.invalid("value", "is outside the bounds of its series; expected a value from `lower` to `upper` of series.csv"));
                        }
                        let first_day = observation.period.start().map(|moment| moment.date());
                        if observation.kind == Kind::Reported
                            && first_day.is_some_and(|day| observation.published < day)
                        {
                            return Err(row.invalid(
                                "published",
                                "is before the period began, so the figure cannot be reported; expected a later day, or the kind target or projection",
                            ));
                        }
                        if !catalog.sources.contains_key(&observation.source) {
                            return Err(row.invalid("source", "is not a source; expected an `id` of sources.csv"));
                        }
                        catalog.observations.entry(observation.series.clone()).or_default().push(observation);
                    }
                }
                _ => catalog.goals = sheet.rows().map(|row| row.record()).collect(),
            }
        }
        catalog.files = files;
        Ok(catalog)
    }

    /// All series, in the order of the file.
    pub fn series(&self) -> &[SeriesInfo] {
        &self.series
    }

    /// The description of a series: name, unit, frequency, bounds.
    ///
    /// # Errors
    /// A name that no series has. The error gives the nearest name.
    pub fn info(&self, id: &str) -> Result<&SeriesInfo, DataError> {
        self.series.iter().find(|series| series.id == id).ok_or_else(|| {
            let nearest_id = nearest(id, self.series.iter().map(|series| series.id.as_str()));
            DataError::UnknownSeries { id: id.to_owned(), near: nearest_id.map(str::to_owned) }
        })
    }

    /// The observations of a series, in the order of the file; none for an unknown name.
    pub fn observations(&self, id: &str) -> &[Observation] {
        self.observations.get(id).map_or(&[], Vec::as_slice)
    }

    /// A source by its name.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// Whether `name` is the source or the origin of at least one observation.
    pub fn cites(&self, name: &str) -> bool {
        let has_name = |source: &Source| source.id == name || source.origin.eq_ignore_ascii_case(name);
        self.observations.values().flatten().any(|o| self.source(&o.source).is_some_and(has_name))
    }

    /// The name of a source or origin nearest to `name`, if one is near.
    #[cfg(feature = "study")]
    pub(crate) fn nearest_source(&self, name: &str) -> Option<String> {
        let names = self.sources.values().flat_map(|source| [source.id.as_str(), source.origin.as_str()]);
        nearest(name, names).map(str::to_owned)
    }

    /// The day on which the first observation was published.
    pub fn first_publication(&self) -> Option<Date> {
        self.observations.values().flatten().map(|observation| observation.published).min()
    }

    /// The number of sources.
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// The goals, in the order of the file.
    pub fn goals(&self) -> &[GoalRecord] {
        &self.goals
    }

    /// The files that were read, with their bytes.
    pub fn files(&self) -> &[(String, Vec<u8>)] {
        &self.files
    }
}

/// Reads pairs of a series and the total that it is part of, from a CSV file with the columns `unique_id` and `parent`. A row
/// without a parent is part of no total.
///
/// # Errors
/// A file that cannot be read, or one without these columns.
pub fn read_pairs(path: &Path) -> Result<Vec<(String, String)>, DataError> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| DataError::Unreadable { file: file.clone(), cause })?;
    let sheet = Sheet::read(&file, &bytes)?;
    sheet.require(&["unique_id", "parent"])?;
    let mut pairs = Vec::new();
    for row in sheet.rows() {
        match (row.cell("unique_id"), row.cell("parent")) {
            ("", "") | (_, "") => {}
            ("", _) => return Err(row.invalid("unique_id", "is not a series; expected the name of the part")),
            (child, parent) => pairs.push((child.to_owned(), parent.to_owned())),
        }
    }
    Ok(pairs)
}

/// A CSV file as text cells.
struct Sheet<'a> {
    file: &'a str,
    frame: DataFrame,
}

/// One row of a sheet.
struct Row<'a> {
    sheet: &'a Sheet<'a>,
    index: usize,
}

impl<'a> Sheet<'a> {
    fn read(file: &'a str, bytes: &[u8]) -> Result<Self, DataError> {
        let frame = CsvReadOptions::default()
            .with_infer_schema_length(Some(0))
            .into_reader_with_file_handle(Cursor::new(bytes))
            .finish()
            .map_err(|error| DataError::malformed(file, "CSV", &error))?;
        Ok(Self { file, frame })
    }

    /// Checks that the file has these columns.
    fn require(&self, columns: &[&str]) -> Result<(), DataError> {
        let is_missing = |column: &&&str| self.frame.column(column).is_err();
        let Some(column) = columns.iter().find(is_missing) else { return Ok(()) };
        let present: Vec<_> = self.frame.get_column_names().iter().map(|name| format!("`{name}`")).collect();
        let near = nearest(column, self.frame.get_column_names().iter().map(|name| name.as_str()));
        Err(DataError::MissingColumn {
            file: self.file.to_owned(),
            column: (*column).to_owned(),
            found: present.join(", "),
            near: near.map(str::to_owned),
            expected: "",
            role: None,
        })
    }

    fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        (0..self.frame.height()).map(|index| Row { sheet: self, index })
    }
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        let cells = self.sheet.frame.column(column).ok();
        cells.and_then(Column::try_str).and_then(|cells| cells.get(self.index)).unwrap_or_default().trim()
    }

    fn invalid(&self, column: &str, problem: &str) -> DataError {
        DataError::Cell {
            file: self.sheet.file.to_owned(),
            line: self.index + 2,
            column: column.to_owned(),
            value: self.cell(column).to_owned(),
            problem: problem.to_owned(),
        }
    }

    fn number(&self, column: &str) -> Result<Option<f64>, DataError> {
        match self.cell(column) {
            "" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Some(number)),
                _ => Err(self.invalid(column, "is not a number; expected a finite number")),
            },
        }
    }

    fn word<T>(&self, column: &str, words: &[(&str, T)]) -> Result<T, DataError>
    where
        T: Copy,
    {
        let cell = self.cell(column);
        words.iter().find(|(word, _)| *word == cell).map(|(_, value)| *value).ok_or_else(|| {
            let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.invalid(column, &format!("is not allowed; expected one of {}", allowed.join(", ")))
        })
    }

    fn record(&self) -> GoalRecord {
        let names = self.sheet.frame.get_column_names();
        let cells = names.iter().map(|name| (name.to_string(), self.cell(name).to_owned()));
        let cells = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        GoalRecord { file: self.sheet.file.to_owned(), line: self.index + 2, cells }
    }
}

fn series_info(row: &Row<'_>) -> Result<SeriesInfo, DataError> {
    let natures = [("flow", Nature::Flow), ("stock", Nature::Stock), ("share", Nature::Share), ("rate", Nature::Rate)];
    Ok(SeriesInfo {
        id: row.cell("id").to_owned(),
        name: row.cell("name").to_owned(),
        unit: row.cell("unit").to_owned(),
        frequency: row.cell("frequency").parse::<Frequency>().map_err(|e| row.invalid("frequency", &e))?,
        nature: row.word("kind", &natures)?,
        bounds: Bounds { lower: row.number("lower")?, upper: row.number("upper")? },
    })
}

fn source(row: &Row<'_>) -> Result<Source, DataError> {
    let trust = [("primary", Trust::Primary), ("secondary", Trust::Secondary), ("lead", Trust::Lead)];
    let text = |column: &str| row.cell(column).to_owned();
    Ok(Source {
        id: text("id"),
        title: text("title"),
        publisher: text("publisher"),
        url: text("url"),
        published: text("published"),
        origin: text("origin"),
        trust: row.word("trust", &trust)?,
    })
}

fn observation(row: &Row<'_>) -> Result<Observation, DataError> {
    let kinds = [
        ("reported", Kind::Reported),
        ("estimate", Kind::Estimate),
        ("target", Kind::Target),
        ("projection", Kind::Projection),
    ];
    let period =
        match Stamp::parse(row.cell("period")) {
            Ok(Stamp::Number(year)) => Period::year(year).map_err(|e| row.invalid("period", &e.to_string()))?,
            Ok(Stamp::Period(period)) => period,
            _ => return Err(row.invalid(
                "period",
                "is not a period; expected a year, half-year, quarter or month such as 2025, 2025H1, 2025Q4 or 2025-12",
            )),
        };
    let published = row
        .cell("published")
        .parse::<Date>()
        .map_err(|_| row.invalid("published", "is not a date; expected, for example, 2026-03-31"))?;
    Ok(Observation {
        series: row.cell("series").to_owned(),
        period,
        value: row.number("value")?,
        low: row.number("low")?,
        high: row.number("high")?,
        kind: row.word("kind", &kinds)?,
        source: row.cell("source").to_owned(),
        published,
    })
}
