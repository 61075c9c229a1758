//! MSTL as a model: another model forecasts the seasonally adjusted series, and the seasons are added to its paths.
//!
//! y_t = A_t + Σ_m S_t^m (or A_t Π_m exp S_t^m, decomposed in logs): A is forecast by any model, each S^m repeats its
//! last cycle (Hyndman and Athanasopoulos 2021, section 5.7; R's `stlf`). Those tools treat the seasons as known. Here
//! a path's season is the last one with the error of its estimate, and a random walk from season to season, with the
//! variances from the decomposition. The share of each period's error that the components absorbed is added again.

use std::sync::Arc;

use ndarray::{Array1, Axis};

use crate::forecast::{Dimensions, Draws, Forecast};
use crate::models::Remark;
use crate::models::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, SeasonNeed, Share};
use crate::models::link::Link;
use crate::models::range::Range;
use crate::series::{Bounds, Series};

use super::mstl::{MultipleDecomposition, mstl};
use super::strength::seasonal_strength;
use super::uncertainty::{Uncertainty, uncertainty};

/// The smallest number of cycles of a season longer than the main one.
const FEWEST_CYCLES: usize = 3;
/// The squares of larger values overflow.
const LARGEST: f64 = 1e150;

/// MSTL with a model on the seasonally adjusted series.
///
/// ```
/// use std::sync::Arc;
/// use onpace::forecast::Draws;
/// use onpace::models::season::Mstl;
/// use onpace::models::{Model, On, theta};
/// use onpace::series::{Period, Series};
/// let values: Vec<f64> = (0..24).map(|t| 100.0 + f64::from(t) + [9.0, -3.0, -8.0, 2.0][t as usize % 4]).collect();
/// let sales = Series::new("sales", Period::quarter(2018, 1)?, values)?;
/// let model = Mstl::new("mstl", Arc::new(theta(On::Identity)));
/// let median = model.fit(&sales)?.forecast(4, &Draws::new(1, 2000)).median();
/// assert!(median[0] - median[2] > 10.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Mstl {
    name: String,
    inner: Arc<dyn Model>,
    link: Link,
}

impl Mstl {
    /// A model with a name and an `inner` model for the seasonally adjusted series. Its seasons are the main season of
    /// the series and those of its longer [season lengths](Series::season_lengths) that it covers at least three times.
    pub fn new(name: impl Into<String>, inner: Arc<dyn Model>) -> Self {
        Self { name: name.into(), inner, link: Link::Identity }
    }

    /// Makes the seasons factors by decomposing the logarithms. The inner model gets the seasonally
    /// adjusted series in the units of the series, and may itself use logarithms.
    #[must_use]
    pub fn in_logs(self) -> Self {
        Self { link: Link::Log, ..self }
    }
}

impl Model for Mstl {
    fn name(&self) -> &str {
        &self.name
    }

    fn needs(&self) -> Needs {
        let inner = self.inner.needs();
        Needs {
            observations: inner.observations.max(4),
            positive: inner.positive || self.link == Link::Log,
            complete: true,
            season: Some(SeasonNeed { seasons: 2, longest: None }),
            ..inner
        }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        self.needs().check(&self.name, series)?;
        let refuse = |reason| FitError { model: self.name.clone(), reason };
        let covered = |length: &usize| series.len() >= FEWEST_CYCLES.saturating_mul(*length);
        let (main, longer) = (series.season_length(), series.season_lengths().iter().skip(1));
        let periods: Vec<usize> = std::iter::once(main).chain(longer.copied().filter(covered)).collect();
        let values: Vec<f64> = series.values().iter().map(|y| self.link.forward(*y)).collect();
        let too_large = || refuse(Refusal::NotFitted("the values are too large to add up".to_owned()));
        if values.iter().any(|z| z.abs() > LARGEST) {
            return Err(too_large());
        }
        let parts = mstl(&values, &periods, None).ok_or_else(too_large)?;
        let adjusted = parts.adjusted().into_iter().map(|z| self.link.inverse(z)).collect();
        // The bounds apply to the whole series, so the sum is limited to them, not the inner forecast.
        let unbounded = series.clone().with_bounds(Bounds::default());
        let adjusted = unbounded
            .and_then(|series| series.with_values(adjusted))
            .map_err(|error| refuse(Refusal::NotFitted(error.to_string())))?;
        let inner = self.inner.fit(&adjusted.with_season_length(1)).map_err(|error| refuse(error.reason))?;
        let (uncertainties, degrees) = uncertainty(&parts);
        Ok(Box::new(FittedMstl {
            id: series.id().to_owned(),
            name: self.name.clone(),
            inner,
            parts,
            uncertainties,
            degrees,
            link: self.link,
            range: Range::of(series, self.link),
        }))
    }
}

#[derive(Debug)]
struct FittedMstl {
    id: String,
    name: String,
    inner: Box<dyn Fitted>,
    parts: MultipleDecomposition,
    uncertainties: Vec<Uncertainty>,
    degrees: usize,
    link: Link,
    range: Range,
}

impl FittedMstl {
    /// The value from a seasonally adjusted value and a sum of seasonal components.
    fn with_season(&self, adjusted: f64, season: f64) -> f64 {
        match self.link {
            Link::Log => adjusted * season.exp(),
            _ => adjusted + season,
        }
    }

    /// Adds the paths of one component, `(horizon, paths)` one after the other.
    fn add_season(&self, at: usize, draws: &Draws, horizon: usize, seasons: &mut [f64]) {
        let (period, component) = (self.parts.periods[at], &self.parts.seasonal[at]);
        let Uncertainty { estimate, change, taken } = self.uncertainties[at];
        let (first, later, once) = ((estimate + change).sqrt(), change.sqrt(), taken.sqrt());
        let stream = draws.stream(&[&self.id, &self.name, &period.to_string()]);
        let degrees = self.degrees as f64;
        let scales: Vec<f64> =
            stream.chi_squares(Dimensions::SCALE, self.degrees).iter().map(|chi| (degrees / chi).sqrt()).collect();
        let last = &component[component.len() - period..];
        let paths = draws.paths();
        let mut walks = vec![0.0; paths * period.min(horizon)];
        for (step, seasons) in seasons.chunks_exact_mut(paths).enumerate() {
            let place = step % period;
            let deviation = if step < period { first } else { later };
            let layout = Dimensions::SEASONAL_COMPONENT;
            let (moves, errors) = (stream.normals(layout.step(step)), stream.normals(layout.second_of_step(step)));
            for (path, walk) in walks[place * paths..(place + 1) * paths].iter_mut().enumerate() {
                *walk += deviation * scales[path] * moves[path];
                seasons[path] += last[place] + *walk + once * scales[path] * errors[path];
            }
        }
    }
}

impl Fitted for FittedMstl {
    /// The values of the inner model with the seasonal components, which are estimated from the whole history.
    fn fitted_values(&self) -> Array1<f64> {
        let season = |t: usize| self.parts.seasonal.iter().map(|s| s[t]).sum::<f64>();
        self.inner.fitted_values().iter().enumerate().map(|(t, fit)| self.with_season(*fit, season(t))).collect()
    }

    /// The parameters of the inner model, and the strength of each season.
    fn parameters(&self) -> Vec<Parameter> {
        let strength = |seasonal: &Vec<f64>| Parameter {
            name: "seasonal strength",
            estimate: seasonal_strength(seasonal, &self.parts.remainder),
            interval: None,
            unit: "",
        };
        self.inner.parameters().into_iter().chain(self.parts.seasonal.iter().map(strength)).collect()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let mut seasons = vec![0.0; draws.paths() * horizon];
        if draws.paths() > 0 {
            (0..self.parts.periods.len()).for_each(|at| self.add_season(at, draws, horizon, &mut seasons));
        }
        let mut paths = self.inner.forecast(horizon, draws).paths().to_owned();
        for (mut step, seasons) in paths.axis_iter_mut(Axis(1)).zip(seasons.chunks_exact(draws.paths().max(1))) {
            for (value, season) in step.iter_mut().zip(seasons) {
                *value = self.range.hold(self.with_season(*value, *season));
            }
        }
        Forecast::from_paths(paths)
    }

    fn shares(&self) -> &[Share] {
        self.inner.shares()
    }

    fn remarks(&self) -> Vec<Remark> {
        self.inner.remarks()
    }
}
