//! From a file of another tool's forecasts to a backtest.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ndarray::Array2;
use thiserror::Error;

use crate::series::Series;

use super::{Backtest, ForecastCell, ForecastFile, Part, PastForecast};

/// Forecasts that do not fit the series.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PastForecastError {
    /// A time that the series' calendar does not have.
    #[error("line {line}: {problem}")]
    Time {
        /// The line.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A quantile that some forecasts have and others have not.
    #[error("`{model}` for `{series}` from {cutoff} has no quantile {probability}, which other forecasts have")]
    Missing {
        /// The series.
        series: String,
        /// The model.
        model: String,
        /// The origin.
        cutoff: String,
        /// The probability.
        probability: f64,
    },
    /// A quantile below one of a lower probability.
    #[error("`{model}` for `{series}` from {cutoff} has a quantile {probability} below the one before it")]
    Crossed {
        /// The series.
        series: String,
        /// The model.
        model: String,
        /// The origin.
        cutoff: String,
        /// The probability.
        probability: f64,
    },
    /// A step that is missing between others.
    #[error("`{model}` for `{series}` from {cutoff} has no step {step}; expected every step from 1 on")]
    Gap {
        /// The series.
        series: String,
        /// The model.
        model: String,
        /// The origin.
        cutoff: String,
        /// The step, from 1.
        step: usize,
    },
    /// Nothing to score.
    #[error("no forecast of the file has an outcome in the data; expected the names and times of the data")]
    NothingKnown,
}

/// Forecasts by quantiles, and what was left aside.
#[derive(Debug, Clone)]
pub struct PastForecasts {
    /// The forecasts whose outcome is known.
    pub backtest: Backtest,
    /// The origins of each series with the steps ahead of each.
    pub origins: Vec<Vec<(usize, usize)>>,
    /// Series of the file that the data do not have.
    pub unknown: Vec<String>,
    /// Numbers without an outcome in the data.
    pub beyond: usize,
}

/// One forecast: its numbers by step, then by probability; the mean under `None`.
type Steps = BTreeMap<usize, BTreeMap<Option<u64>, f64>>;

/// The key of the median among a forecast's numbers.
const MEDIAN: u64 = 500_000_000;

/// Places the numbers of a file on the series. Without a cutoff in the file, a forecast's origin is the period before its
/// first.
///
/// # Errors
/// Times that the series do not have, forecasts that leave out a step or a quantile, or none with a known outcome.
pub fn place_forecasts(file: &ForecastFile, series: &Arc<[Series]>) -> Result<PastForecasts, PastForecastError> {
    let places: HashMap<&str, usize> = series.iter().enumerate().map(|(at, s)| (s.id(), at)).collect();
    // A file of one series needs no names.
    let only = (series.len() == 1 && file.series == [""]).then_some(0);
    let found: Vec<Option<usize>> =
        file.series.iter().map(|id| only.or_else(|| places.get(id.as_str()).copied())).collect();
    let period = |series: &Series, stamp, line| {
        let problem =
            |error: crate::series::CalendarError| PastForecastError::Time { line, problem: error.to_string() };
        series.calendar().period(stamp).map_err(problem)
    };
    let mut first: HashMap<(usize, usize), i64> = HashMap::new();
    for cell in &file.cells {
        let Some(at) = found[cell.series] else { continue };
        let step = series[at].start().steps_to(period(&series[at], cell.time, cell.line)?);
        let first = first.entry((at, cell.model)).or_insert(step);
        *first = step.min(*first);
    }
    let mut all: BTreeMap<(usize, usize, usize), Steps> = BTreeMap::new();
    let mut beyond = 0;
    for cell in &file.cells {
        let Some(at) = found[cell.series] else { continue };
        let time = series[at].start().steps_to(period(&series[at], cell.time, cell.line)?);
        let known = match cell.cutoff {
            Some(cutoff) => series[at].start().steps_to(period(&series[at], cutoff, cell.line)?) + 1,
            None => first[&(at, cell.model)],
        };
        let Ok(step) = usize::try_from(time - known) else { return Err(before_origin(cell, &series[at])) };
        // An origin before the usable part of the series, or a period after it.
        let cutoff = usize::try_from(known).unwrap_or(0);
        if cutoff == 0 || cutoff + step >= series[at].len() {
            beyond += 1;
            continue;
        }
        let key = match cell.part {
            Part::Mean => None,
            Part::Quantile(p) => Some((p * 1e9).round() as u64),
        };
        let numbers = all.entry((at, cutoff, cell.model)).or_default().entry(step).or_default();
        if numbers.insert(key, cell.value).is_some() {
            let problem = format!("this number of a forecast of `{}` stands twice", series[at].id());
            return Err(PastForecastError::Time { line: cell.line, problem });
        }
    }
    for numbers in all.values_mut().flat_map(BTreeMap::values_mut) {
        if let Some(mean) = numbers.get(&None).copied() {
            numbers.entry(Some(MEDIAN)).or_insert(mean);
        }
    }
    let probabilities: Vec<u64> = {
        let mut keys: Vec<u64> =
            all.values().flat_map(BTreeMap::values).flat_map(|s| s.keys().flatten().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let mut origins: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); series.len()];
    let mut forecasts = Vec::new();
    for ((at, cutoff, model), steps) in all {
        let label = || series[at].calendar().label(series[at].first(cutoff).last_period());
        let (id, name) = (series[at].id().to_owned(), file.models[model].clone());
        let mut quantiles = Array2::zeros((probabilities.len(), steps.len()));
        let mut mean = Some(Vec::new());
        for (place, (step, numbers)) in steps.iter().enumerate() {
            if place != *step {
                return Err(PastForecastError::Gap { series: id, model: name, cutoff: label(), step: place + 1 });
            }
            for (row, key) in probabilities.iter().enumerate() {
                let Some(value) = numbers.get(&Some(*key)) else {
                    let probability = *key as f64 / 1e9;
                    return Err(PastForecastError::Missing { series: id, model: name, cutoff: label(), probability });
                };
                quantiles[[row, place]] = *value;
            }
            let crossed = (1..probabilities.len()).find(|row| quantiles[[*row, place]] < quantiles[[row - 1, place]]);
            if let Some(row) = crossed {
                let probability = probabilities[row] as f64 / 1e9;
                return Err(PastForecastError::Crossed { series: id, model: name, cutoff: label(), probability });
            }
            mean = mean.zip(numbers.get(&None)).map(|(mut mean, value)| {
                mean.push(*value);
                mean
            });
        }
        let longest = origins[at].entry(cutoff).or_insert(0);
        *longest = steps.len().max(*longest);
        forecasts.push(PastForecast { series: at, cutoff, model, mean, quantiles, seconds: None });
    }
    if forecasts.is_empty() {
        return Err(PastForecastError::NothingKnown);
    }
    let unknown = file.series.iter().zip(&found).filter(|(_, at)| at.is_none()).map(|(id, _)| id.clone()).collect();
    let backtest = Backtest {
        series: Arc::clone(series),
        models: file.models.clone(),
        probabilities: probabilities.iter().map(|key| *key as f64 / 1e9).collect(),
        forecasts,
        refused: Vec::new(),
    };
    let origins = origins.into_iter().map(|origins| origins.into_iter().collect()).collect();
    Ok(PastForecasts { backtest, origins, unknown, beyond })
}

fn before_origin(cell: &ForecastCell, series: &Series) -> PastForecastError {
    let problem = format!("a forecast of `{}` must lie after its origin", series.id());
    PastForecastError::Time { line: cell.line, problem }
}
