//! Reads past forecasts that another tool made.

use std::collections::HashMap;
use std::path::Path;

use polars::prelude::{ChunkedArray, DataFrame, DataType, Float64Type, PolarsError, StringChunked};

use crate::evaluate::{ForecastCell, ForecastFile, Part};
use crate::series::Stamp;

use super::error::nearest;
use super::table::{Columns, all_columns};
use super::{ColumnRole, DataError};

/// Reads forecasts in one of three layouts. The columns show which one it is:
///
/// | columns | layout |
/// |---|---|
/// | `unique_id, cutoff, ds, model, quantile, value` | one row per quantile; `quantile` is empty for the mean |
/// | `unique_id, cutoff, ds, model, mean, median, lo-80, hi-80, …` | one row per step; without `model`, the name of the file is the model |
/// | `unique_id, cutoff, ds, THEIRS, THEIRS-lo-80, THEIRS-hi-80, …` | one row per step, one group of columns per model |
///
/// `cutoff` may be absent: then all forecasts of a series have one origin. The mean is used where there is no median.
/// `columns` names the columns of the series, the time and the actual value, which is not used.
///
/// # Errors
/// A file that cannot be read, a missing column, or a cell that is not a number, time or probability.
pub fn read_forecasts(path: &Path, columns: &Columns) -> Result<ForecastFile, DataError> {
    let (frame, file, first_line) = all_columns(path)?;
    let name = path.file_stem().map_or("forecast".into(), |stem| stem.to_string_lossy().into_owned());
    if frame.height() == 0 {
        return Err(DataError::Empty { file });
    }
    let rows = Rows::new(&frame, file, first_line.unwrap_or(1), columns)?;
    match (rows.has("quantile"), rows.has("value")) {
        (true, true) => rows.long(),
        (true, false) => Err(rows.missing("value", "; expected both `quantile` and `value`")),
        (false, true) => Err(rows.missing("quantile", "; expected both `quantile` and `value`")),
        (false, false) => rows.wide(&name, columns),
    }
}

/// The rows of a file of forecasts.
struct Rows<'a> {
    frame: &'a DataFrame,
    file: String,
    first_line: usize,
    id: Option<StringChunked>,
    time: StringChunked,
    time_name: &'a str,
    cutoff: Option<StringChunked>,
    model: Option<StringChunked>,
}

/// Names in the order in which they first appear.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Names {
    fn index_of(&mut self, name: &str) -> usize {
        if let Some(index) = self.indices.get(name) {
            return *index;
        }
        self.names.push(name.to_owned());
        self.indices.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

impl<'a> Rows<'a> {
    fn new(frame: &'a DataFrame, file: String, first_line: usize, columns: &'a Columns) -> Result<Self, DataError> {
        let optional = |name: &str| -> Result<Option<StringChunked>, DataError> {
            let Ok(column) = frame.column(name) else { return Ok(None) };
            let text = || -> Result<StringChunked, PolarsError> {
                column.as_materialized_series().cast(&DataType::String)?.str().cloned()
            };
            text().map(Some).map_err(|error| DataError::malformed(&file, "forecast", &error))
        };
        let missing = || DataError::MissingColumn {
            file: file.clone(),
            column: columns.time.clone(),
            found: frame.get_column_names().iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", "),
            expected: "",
            near: nearest(&columns.time, frame.get_column_names().iter().map(|name| name.as_str())).map(str::to_owned),
            role: Some(ColumnRole::Time),
        };
        let (id, cutoff, model) = (optional(&columns.id)?, optional("cutoff")?, optional("model")?);
        let time = optional(&columns.time)?.ok_or_else(missing)?;
        Ok(Self { frame, first_line, id, time, time_name: &columns.time, cutoff, model, file })
    }

    fn has(&self, name: &str) -> bool {
        self.frame.column(name).is_ok()
    }

    fn missing(&self, column: &str, expected: &'static str) -> DataError {
        let present = self.frame.get_column_names();
        DataError::MissingColumn {
            file: self.file.clone(),
            column: column.to_owned(),
            found: present.iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", "),
            expected,
            near: None,
            role: None,
        }
    }

    fn invalid(&self, row: usize, column: &str, value: &str, problem: &str) -> DataError {
        let value = value.chars().take(40).collect();
        let (line, column) = (self.first_line + row, column.to_owned());
        DataError::Cell { file: self.file.clone(), line, column, value, problem: problem.to_owned() }
    }

    /// The numbers of a column; `None` for an empty cell and for NaN.
    fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, DataError> {
        let malformed = |error: PolarsError| DataError::malformed(&self.file, "forecast", &error);
        let column = self.frame.column(name).map_err(malformed)?.as_materialized_series();
        if column.dtype().is_primitive_numeric() {
            let cast = column.cast(&DataType::Float64).map_err(malformed)?;
            let numbers: &ChunkedArray<Float64Type> = cast.f64().map_err(malformed)?;
            return Ok(numbers.iter().map(|n| n.filter(|n| !n.is_nan())).collect());
        }
        let text = column.cast(&DataType::String).map_err(malformed)?;
        let cells = text.str().map_err(malformed)?;
        let parse = |(row, cell): (usize, Option<&str>)| match cell.unwrap_or_default().trim() {
            "" | "NA" | "null" | "None" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(number) => Ok(Some(number).filter(|n| !n.is_nan())),
                Err(_) => {
                    Err(self.invalid(row, name, cell, "is not a number; expected a finite number or an empty cell"))
                }
            },
        };
        cells.iter().enumerate().map(parse).collect()
    }

    fn stamp(&self, row: usize, column: &str, text: Option<&str>) -> Result<Stamp, DataError> {
        let text = text.unwrap_or_default();
        Stamp::parse(text).map_err(|error| self.invalid(row, column, text, &format!("is not a time: {error}")))
    }

    /// What the cells of a row share: series, cutoff, time and line.
    fn cell(&self, row: usize, series: &mut Names) -> Result<ForecastCell, DataError> {
        let id = self.id.as_ref().and_then(|ids| ids.get(row)).unwrap_or_default();
        let cutoff = match self.cutoff.as_ref().map(|cutoffs| cutoffs.get(row)) {
            None | Some(None) => None,
            Some(text) => Some(self.stamp(row, "cutoff", text)?),
        };
        let time = self.stamp(row, self.time_name, self.time.get(row))?;
        let (series, line) = (series.index_of(id), self.first_line + row);
        Ok(ForecastCell { series, model: 0, cutoff, time, part: Part::Mean, value: 0.0, line })
    }

    fn long(&self) -> Result<ForecastFile, DataError> {
        let (mut series, mut models, mut cells) = (Names::default(), Names::default(), Vec::new());
        let (probabilities, values) = (self.numbers("quantile")?, self.numbers("value")?);
        for (row, (probability, value)) in probabilities.into_iter().zip(values).enumerate() {
            let part = match probability {
                None => Part::Mean,
                Some(p) if p > 0.0 && p < 1.0 => Part::Quantile(p),
                Some(p) => {
                    return Err(self.invalid(
                        row,
                        "quantile",
                        &p.to_string(),
                        "is not between 0 and 1; expected a probability such as 0.5",
                    ));
                }
            };
            let value = value.filter(|v| v.is_finite());
            let value =
                value.ok_or_else(|| self.invalid(row, "value", "", "is not a number; expected a finite number"))?;
            let model = models.index_of(self.model.as_ref().and_then(|m| m.get(row)).unwrap_or("forecast"));
            cells.push(ForecastCell { model, part, value, ..self.cell(row, &mut series)? });
        }
        Ok(ForecastFile { series: series.names, models: models.names, cells })
    }

    fn wide(&self, name: &str, columns: &Columns) -> Result<ForecastFile, DataError> {
        let (mut series, mut models, mut cells) = (Names::default(), Names::default(), Vec::new());
        let not_forecasts = [&columns.id, &columns.time, &columns.value, "cutoff", "model", "error"];
        // Each column, the model in its name ("" if there is none) and what its numbers are.
        let mut parts: Vec<(String, String, Part)> = Vec::new();
        for column in self.frame.get_column_names().iter().map(ToString::to_string) {
            if !not_forecasts.contains(&column.as_str()) {
                let (group, part) = meaning(&column);
                parts.push((column, group, part));
            }
        }
        for (column, group, part) in parts {
            for (row, value) in self.numbers(&column)?.into_iter().enumerate() {
                let Some(value) = value else { continue };
                if value.is_infinite() {
                    return Err(self.invalid(
                        row,
                        &column,
                        &value.to_string(),
                        "is infinite; expected a finite number",
                    ));
                }
                let row_model = self.model.as_ref().and_then(|m| m.get(row)).unwrap_or(name);
                let model = models.index_of(if group.is_empty() { row_model } else { &group });
                cells.push(ForecastCell { model, part, value, ..self.cell(row, &mut series)? });
            }
        }
        if cells.is_empty() {
            return Err(self.missing("mean", "; expected `mean`, `lo-80` and `hi-80`, or `quantile` and `value`"));
        }
        Ok(ForecastFile { series: series.names, models: models.names, cells })
    }
}

/// The model and the kind of number that a column's name gives: `mean`, `median` or `lo-80`, with or without the name of a model
/// in front.
fn meaning(column: &str) -> (String, Part) {
    let plain = |name: &str| match name {
        "mean" => Some(Part::Mean),
        "median" => Some(Part::Quantile(0.5)),
        _ => {
            let (side, level) = name.split_once('-')?;
            let level: f64 = level.parse().ok().filter(|l| *l > 0.0 && *l < 100.0)?;
            match side {
                "lo" => Some(Part::Quantile((100.0 - level) / 200.0)),
                "hi" => Some(Part::Quantile((100.0 + level) / 200.0)),
                _ => None,
            }
        }
    };
    if let Some(part) = plain(column) {
        return (String::new(), part);
    }
    // The last two parts of THEIRS-lo-80, or the last part of THEIRS-median.
    let hyphens = column.match_indices('-').rev().take(2).map(|(position, _)| position);
    for hyphen in hyphens {
        if let Some(part) = plain(&column[hyphen + 1..]) {
            return (column[..hyphen].to_owned(), part);
        }
    }
    (column.to_owned(), Part::Mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_give_model_and_kind_of_number() {
        assert_eq!(meaning("lo-80"), (String::new(), Part::Quantile(0.1)));
        assert_eq!(meaning("AutoETS-hi-97.5"), ("AutoETS".to_owned(), Part::Quantile(0.9875)));
        assert_eq!(meaning("my-model"), ("my-model".to_owned(), Part::Mean));
        assert_eq!(meaning("my-model-median"), ("my-model".to_owned(), Part::Quantile(0.5)));
    }
}
