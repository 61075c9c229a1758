//! The losses of single forecasts, and their means.

use crate::forecast::Level;
use crate::models::season::interpolated;
use crate::series::Series;

use super::scores;
use super::{Backtest, PastForecast};

/// The measures that are averaged, in order; coverage by level follows them.
pub(super) const MASE: usize = 0;
pub(super) const SQUARES: usize = 1;
pub(super) const PERCENTAGE: usize = 2;
pub(super) const LOG_ERROR: usize = 3;
pub(super) const CRPS: usize = 4;
pub(super) const WIS: usize = 5;
pub(super) const MSIS: usize = 6;
pub(super) const COVERAGE: usize = 7;

/// Sums of measures with the number of values in each; a measure that is not known is left out of its mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Means {
    sums: Vec<(f64, usize)>,
}

impl Means {
    pub(super) fn add(&mut self, measure: usize, value: Option<f64>) {
        if self.sums.len() <= measure {
            self.sums.resize(measure + 1, (0.0, 0));
        }
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.sums[measure].0 += value;
            self.sums[measure].1 += 1;
        }
    }

    pub(super) fn mean(&self, measure: usize) -> Option<f64> {
        self.sums.get(measure).filter(|(_, count)| *count > 0).map(|(sum, count)| sum / *count as f64)
    }
}

/// Where the quantiles that a measure needs stand among a backtest's probabilities.
#[derive(Debug, Clone)]
pub(super) struct Places {
    median: Option<usize>,
    /// Central intervals: level, lower, upper.
    intervals: Vec<(f64, usize, usize)>,
    /// Those whose coverage is asked for.
    asked: Vec<Option<(usize, usize)>>,
    widest: Option<(usize, usize)>,
}

impl Places {
    pub(super) fn of(probabilities: &[f64], levels: &[Level]) -> Self {
        let place = |p: f64| probabilities.iter().position(|q| (p - q).abs() < 1e-9);
        let pair = |level: f64| Some((place((1.0 - level) / 2.0)?, place((1.0 + level) / 2.0)?));
        let intervals = probabilities.iter().take_while(|p| **p < 0.5 - 1e-9).filter_map(|p| {
            let level = 1.0 - 2.0 * p;
            pair(level).map(|(low, high)| (level, low, high))
        });
        Self {
            median: place(0.5),
            intervals: intervals.collect(),
            asked: levels.iter().map(|level| pair(level.probability())).collect(),
            widest: pair(0.95),
        }
    }
}

/// What is known of an origin before any forecast is scored: the scales of its history and Naive2's forecast.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    scale: Option<f64>,
    squared_scale: Option<f64>,
    naive2: Vec<f64>,
}

impl Origin {
    pub(super) fn of(series: &Series, cutoff: usize, steps: usize) -> Self {
        let known = series.values().iter().take(cutoff).copied().collect::<Vec<_>>();
        let season = series.season_length();
        Self {
            scale: scores::scale(&known, season),
            squared_scale: scores::squared_scale(&known, season),
            naive2: scores::naive2(&interpolated(&known), season, steps),
        }
    }

    /// Adds the errors of Naive2 at a step, for the overall weighted average.
    pub(super) fn add_naive2(&self, step: usize, actual: f64, means: &mut Means) {
        let Some(forecast) = self.naive2.get(step).filter(|_| !actual.is_nan()) else { return };
        means.add(MASE, self.scale.map(|scale| (actual - forecast).abs() / scale));
        means.add(PERCENTAGE, Some(scores::symmetric_percentage_error(actual, *forecast)));
    }
}

/// Adds the losses of a forecast at a step.
pub(super) fn add_losses(
    backtest: &Backtest,
    forecast: &PastForecast,
    step: usize,
    origin: &Origin,
    places: &Places,
    means: &mut Means,
) {
    let actual = backtest.series[forecast.series].values()[forecast.cutoff + step];
    if actual.is_nan() {
        return;
    }
    let quantile = |at: usize| forecast.quantiles[[at, step]];
    let scaled = |loss: Option<f64>| Some(loss? / origin.scale?);
    let mean = forecast.mean.as_ref().map(|mean| mean[step]);
    let point = places.median.map(quantile).or(mean);
    means.add(MASE, scaled(point.map(|f| (actual - f).abs())));
    let squares = |f: f64| Some((actual - f).powi(2) / origin.squared_scale?);
    means.add(SQUARES, mean.or(point).and_then(squares));
    means.add(PERCENTAGE, point.map(|f| scores::symmetric_percentage_error(actual, f)));
    means.add(LOG_ERROR, point.and_then(|f| scores::log_error(actual, f)));
    let values = forecast.quantiles.column(step).to_vec();
    means.add(CRPS, scaled(scores::crps_of_quantiles(&backtest.probabilities, &values, actual)));
    let intervals: Vec<_> =
        places.intervals.iter().map(|(l, low, high)| (*l, quantile(*low), quantile(*high))).collect();
    let weighted = places.median.and_then(|m| scores::weighted_interval_score(quantile(m), &intervals, actual));
    means.add(WIS, scaled(weighted));
    let widest = places.widest.and_then(|(l, h)| scores::interval_score(quantile(l), quantile(h), 0.95, actual));
    means.add(MSIS, scaled(widest));
    for (number, pair) in places.asked.iter().enumerate() {
        let inside =
            |(low, high): (usize, usize)| f64::from(u8::from(quantile(low) <= actual && actual <= quantile(high)));
        means.add(COVERAGE + number, pair.map(inside));
    }
}
