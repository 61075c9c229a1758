//! The numbers of another tool's forecasts, as a file holds them.

use crate::series::Stamp;

/// What a number in a file of forecasts is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// The mean.
    Mean,
    /// The quantile of a probability, between 0 and 1.
    Quantile(f64),
}

/// One number of a forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastCell {
    /// The number of the series' name.
    pub series: usize,
    /// The number of the model's name.
    pub model: usize,
    /// The last period that the model knew, if the file says it.
    pub cutoff: Option<Stamp>,
    /// The period that is forecast.
    pub time: Stamp,
    /// What the number is.
    pub part: Part,
    /// The number, in units of the series.
    pub value: f64,
    /// The line in the file, or the row where it has no lines.
    pub line: usize,
}

/// A file of forecasts.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastFile {
    /// Names of series.
    pub series: Vec<String>,
    /// Names of models.
    pub models: Vec<String>,
    /// All numbers, in the order of the file.
    pub cells: Vec<ForecastCell>,
}
