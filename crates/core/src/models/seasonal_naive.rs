//! The seasonal random walk: y_t = y_{t-m} + e_t, e_t ~ N(0, σ²), m the season length.
//!
//! Its m initial states fit the first season exactly, so the engine's least squares is a difference and needs no
//! design. σ is integrated out: the forecast is a Student t with n - m degrees of freedom
//! (Hyndman and Athanasopoulos 2021, section 5.2, where σ is plugged in).

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Draws, Forecast};
use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, SeasonNeed};
use super::link::Link;
use super::past::{Past, student_loss};
use super::range::Range;

const NAME: &str = "seasonal-naive";

/// Each period repeats the same period of the season before.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Model, SeasonalNaive};
/// use onpace::series::{Period, Series};
/// let sales = Series::new("sales", Period::quarter(2023, 1)?, vec![1.0, 5.0, 2.0, 3.0, 1.5, 5.5, 2.5, 3.5])?;
/// let median = SeasonalNaive.fit(&sales)?.forecast(4, &Draws::new(1, 2000)).median();
/// assert!((median[1] - 5.5).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SeasonalNaive;

impl Model for SeasonalNaive {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { season: Some(SeasonNeed { seasons: 1, longest: None }), complete: true, ..Needs::observations(4) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(NAME, series)?;
        let (y, season) = (series.values(), series.season_length());
        // Divided by the largest, so that no square overflows.
        let unit = y.iter().fold(f64::MIN_POSITIVE, |largest, y| largest.max(y.abs()));
        let squares: f64 = (season..y.len()).map(|t| (y[t] / unit - y[t - season] / unit).powi(2)).sum();
        let fitted = (0..y.len()).map(|t| if t < season { y[t] } else { y[t - season] }).collect();
        Ok(Box::new(FittedSeason {
            id: series.id().to_owned(),
            fitted,
            last: series.last(season).values().to_vec(),
            squares,
            unit,
            degrees: y.len() - season,
            range: Range::of(series, Link::Identity),
        }))
    }

    /// Given the scale a step is a Student t around the same period of the season before, its variance one for each
    /// season that passes.
    fn past_losses(&self, series: &Series, past: &Past) -> Result<Vec<f64>, FitError> {
        self.needs().check(NAME, &series.first(past.origins.start))?;
        let (y, season) = (series.as_slice(), series.season_length());
        let errors: Vec<f64> = (season..y.len()).map(|t| (y[t] - y[t - season]).powi(2)).collect();
        let loss = |origin: usize| {
            let degrees = origin - season;
            let scale = (errors[..degrees].iter().sum::<f64>() / degrees as f64).sqrt();
            let range = Range::of_values(&y[..origin], series.bounds(), Link::Identity);
            past.mean(origin, y, |step| {
                let seasons = (step / season + 1) as f64;
                let location = y[origin + step % season - season];
                student_loss(y[origin + step], (location, scale * seasons.sqrt(), degrees), |v| range.hold(v))
            })
        };
        Ok(past.origins.clone().map(loss).collect())
    }
}

#[derive(Debug)]
struct FittedSeason {
    id: String,
    fitted: Array1<f64>,
    last: Vec<f64>,
    /// Of the errors in units of the largest value.
    squares: f64,
    unit: f64,
    degrees: usize,
    range: Range,
}

impl Fitted for FittedSeason {
    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let stream = draws.stream(&[&self.id, NAME]);
        let sigma: Vec<f64> =
            stream.chi_squares(0, self.degrees).iter().map(|chi| self.unit * (self.squares / chi).sqrt()).collect();
        let mut walks = Array2::zeros((draws.paths(), horizon).f());
        for step in 0..horizon {
            let errors = stream.normals(1 + step);
            for path in 0..draws.paths() {
                let before =
                    if step < self.last.len() { self.last[step] } else { walks[[path, step - self.last.len()]] };
                walks[[path, step]] = before + sigma[path] * errors[path];
            }
        }
        walks.mapv_inplace(|y| self.range.hold(y));
        Forecast::from_paths(walks)
    }
}
