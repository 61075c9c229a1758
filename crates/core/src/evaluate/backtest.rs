//! Forecasts made again at earlier origins, as data.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use ndarray::Array2;
use rayon::prelude::*;

use crate::forecast::Draws;
use crate::models::Model;
use crate::series::Series;

/// What one model forecast at one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct PastForecast {
    /// The number of the series.
    pub series: usize,
    /// How many of its values were known.
    pub cutoff: usize,
    /// The number of the model.
    pub model: usize,
    /// The mean at each step, if it is known.
    pub mean: Option<Vec<f64>>,
    /// The quantiles at the backtest's probabilities, `(probabilities, steps)`, in units of the series.
    pub quantiles: Array2<f64>,
    /// Seconds for fit and forecast, if they were measured.
    pub seconds: Option<f64>,
}

/// A model that could not forecast at some origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The model's name.
    pub model: String,
    /// At how many origins.
    pub count: usize,
    /// The reason at the first of them.
    pub reason: String,
}

/// Forecasts of several models for several series and origins.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// The series, whole.
    pub series: Arc<[Series]>,
    /// The models' names.
    pub models: Vec<String>,
    /// The probabilities of the quantiles, ascending.
    pub probabilities: Vec<f64>,
    /// The forecasts, by series, then origin, then model.
    pub forecasts: Vec<PastForecast>,
    /// The models that refused.
    pub refused: Vec<Refused>,
}

impl Backtest {
    /// Probabilities by which forecasts are scored: .025, .05, .10, … .95, .975, and the ends of `levels` (per cent).
    pub fn probabilities(levels: &[crate::forecast::Level]) -> Vec<f64> {
        let tails = levels.iter().flat_map(|level| <[f64; 2]>::from(level.tails()));
        let mut all: Vec<f64> = (1..20).map(|k| f64::from(k) / 20.0).chain([0.025, 0.975]).chain(tails).collect();
        all.sort_by(f64::total_cmp);
        all.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        all
    }

    /// The same forecasts joined by those of another tool, which may know other quantiles: the probabilities that both
    /// know are kept. A model of a name that is there already is told apart as "name (file)".
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        let shared = |p: &f64| other.probabilities.iter().position(|q| (p - q).abs() < 1e-9);
        let pairs: Vec<(usize, usize)> =
            self.probabilities.iter().enumerate().filter_map(|(at, p)| Some((at, shared(p)?))).collect();
        let keep = |forecast: &mut PastForecast, rows: &[usize]| {
            forecast.quantiles = forecast.quantiles.select(ndarray::Axis(0), rows);
        };
        let (ours, theirs): (Vec<usize>, Vec<usize>) = pairs.into_iter().unzip();
        let offset = self.models.len();
        self.forecasts.iter_mut().for_each(|forecast| keep(forecast, &ours));
        self.probabilities = ours.iter().map(|at| self.probabilities[*at]).collect();
        let apart = |name: String| if self.models.contains(&name) { format!("{name} (file)") } else { name };
        let theirs_named: Vec<String> = other.models.into_iter().map(apart).collect();
        self.models.extend(theirs_named);
        self.forecasts.extend(other.forecasts.into_iter().map(|mut forecast| {
            keep(&mut forecast, &theirs);
            forecast.model += offset;
            forecast
        }));
        self.forecasts.sort_by_key(|forecast| (forecast.series, forecast.cutoff, forecast.model));
        self
    }
}

/// Forecasts every series with every model at its origins, each fitted anew to the values known there and to no others.
///
/// `origins` are the cutoffs of each series with the steps ahead of each; `done` is told of each origin that is finished.
///
/// ```
/// use onpace::evaluate::{Backtest, RollingOrigin, backtest};
/// use onpace::forecast::Draws;
/// use onpace::bundled;
/// use onpace::series::{Period, Series};
/// let series = Series::new("a", Period::year(2010)?, (0..12).map(|t| f64::from(t * t + 5)).collect::<Vec<_>>())?;
/// let origins: Vec<_> = RollingOrigin { horizon: 2, origins: 3, step: 1, fewest: 4 }.cutoffs(12).into_iter().map(|c| (c, 2)).collect();
/// let models = bundled::registry().select("naive,drift")?;
/// let past = backtest(&[series].into(), &[origins], &models, &Backtest::probabilities(&[]), &Draws::new(1, 500), |_| ());
/// assert_eq!(past.forecasts.len(), 3 * 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn backtest(
    series: &Arc<[Series]>,
    origins: &[Vec<(usize, usize)>],
    models: &[Arc<dyn Model>],
    probabilities: &[f64],
    draws: &Draws,
    done: impl Fn(usize) + Sync,
) -> Backtest {
    let all: Vec<(usize, usize, usize)> = (origins.iter().enumerate())
        .flat_map(|(at, origins)| origins.iter().map(move |(cutoff, steps)| (at, *cutoff, *steps)))
        .collect();
    let forecasts: Vec<Vec<Result<PastForecast, String>>> = all
        .par_iter()
        .map(|(at, cutoff, steps)| {
            let known = series[*at].first(*cutoff);
            let forecast = |(number, model): (usize, &Arc<dyn Model>)| {
                let start = Instant::now();
                let forecast = model.fit(&known).map_err(|error| error.to_string())?.forecast(*steps, draws);
                Ok(PastForecast {
                    series: *at,
                    cutoff: *cutoff,
                    model: number,
                    mean: Some(forecast.mean().to_vec()),
                    quantiles: forecast.quantiles(probabilities),
                    seconds: Some(start.elapsed().as_secs_f64()),
                })
            };
            let made = models.iter().enumerate().map(forecast).collect();
            done(1);
            made
        })
        .collect();
    let mut refused: BTreeMap<usize, Refused> = BTreeMap::new();
    let mut made = Vec::new();
    for (number, forecast) in forecasts.into_iter().flat_map(|models| models.into_iter().enumerate()) {
        match forecast {
            Ok(forecast) => made.push(forecast),
            Err(reason) => {
                let model = models[number].name().to_owned();
                refused.entry(number).or_insert(Refused { model, count: 0, reason }).count += 1;
            }
        }
    }
    Backtest {
        series: Arc::clone(series),
        models: models.iter().map(|model| model.name().to_owned()).collect(),
        probabilities: probabilities.to_vec(),
        forecasts: made,
        refused: refused.into_values().collect(),
    }
}
