//! The seasonal random walk: y_t = y_{t-m} + e_t, e_t ~ N(0, σ²), m the season length.
//!
//! Its m initial states fit the first season exactly, so the engine's least squares is a difference and needs no
//! design. σ is integrated out: the forecast is a Student t with n - m degrees of freedom
//! (Hyndman and Athanasopoulos 2021, section 5.2, where σ is plugged in).

use ndarray::Array1;

use crate::series::Series;

use super::contract::{FitError, Fitted, Model, Needs, Parameter, SeasonNeed};
use super::link::Link;
use super::past::{Past, student_loss};
use super::point_model::{PointFit, PointModel, Residuals, Shock};
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
        // Values are divided by the largest so that no square overflows.
        let unit = y.iter().fold(f64::MIN_POSITIVE, |largest, y| largest.max(y.abs()));
        let squares: f64 = (season..y.len()).map(|t| (y[t] / unit - y[t - season] / unit).powi(2)).sum();
        let fitted = (0..y.len()).map(|t| if t < season { y[t] } else { y[t - season] }).collect();
        let model = FittedSeason {
            fitted,
            last: series.last(season).values().to_vec(),
            residuals: Residuals { squares, unit, degrees: y.len() - season },
        };
        Ok(Box::new(PointFit::new(NAME, series, Link::Identity, model)))
    }

    /// Each step is a Student t around the same period of the season before; its variance grows by one for each
    /// season that passes.
    fn past_losses(&self, past: &Past<'_>) -> Result<Vec<f64>, FitError> {
        let series = past.series();
        self.needs().check(NAME, &series.first(past.start()))?;
        let (y, season) = (series.as_slice(), series.season_length());
        let errors: Vec<f64> = (season..y.len()).map(|t| (y[t] - y[t - season]).powi(2)).collect();
        let loss = |origin: usize| {
            let degrees = origin - season;
            let scale = (errors[..degrees].iter().sum::<f64>() / degrees as f64).sqrt();
            let range = Range::of_values(&y[..origin], series.bounds(), Link::Identity);
            past.origins.mean(origin, y, |step| {
                let seasons = (step / season + 1) as f64;
                let location = y[origin + step % season - season];
                student_loss(y[origin + step], (location, scale * seasons.sqrt(), degrees), |v| range.hold(v))
            })
        };
        Ok(past.origins.known.clone().map(loss).collect())
    }
}

#[derive(Debug)]
struct FittedSeason {
    fitted: Array1<f64>,
    /// The values of the last season.
    last: Vec<f64>,
    residuals: Residuals,
}

impl PointModel for FittedSeason {
    /// The last value of each place in the season, as far as the horizon reads them.
    type State = Vec<f64>;
    /// The place in the season.
    type Step = usize;

    fn residuals(&self) -> Residuals {
        self.residuals
    }

    fn steps(&self, horizon: usize) -> Vec<usize> {
        (0..horizon).map(|step| step % self.last.len()).collect()
    }

    fn origin(&self, horizon: usize) -> Vec<f64> {
        self.last.iter().copied().take(horizon).collect()
    }

    fn next(&self, season: &mut Vec<f64>, place: &usize, shock: Shock) -> f64 {
        season[*place] += shock.error();
        season[*place]
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        Vec::new()
    }
}
